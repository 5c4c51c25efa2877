"""A file on its way in: what it says so far, for the person who mends it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from channelkeeper.access.rules import Actor, NotFound
from channelkeeper.core import formats
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network.queries import visible
from channelkeeper.stock import reading
from channelkeeper.stock.models import Intake
from channelkeeper.stock.sheet import Reading


@dataclass(frozen=True)
class IntakeView:
    """A file as it stands: what it is, what was done to it, and what it reads as now."""

    pk: int
    state: str
    code: str
    name_zh: str
    name_en: str
    filename: str
    size_bytes: int
    received_at: datetime
    by_name: str
    mended: Mapping[str, str]
    week_asked: date | None
    report_week: date | None  # what it was taken in as
    reading: Reading

    def name(self, language: str) -> str:
        """Return the distributor's name in the reader's language."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh

    @property
    def to_mend(self) -> int:
        """Return how many places hold it back."""
        return len(self.reading.faults) + len(self.reading.questions)


@dataclass(frozen=True)
class Waiting:
    """A waiting file in a list."""

    pk: int
    code: str
    name_zh: str
    name_en: str
    filename: str
    received_at: datetime

    def name(self, language: str) -> str:
        """Return the distributor's name in the reader's language."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh


def intake(actor: Actor, *, at: datetime, pk: int) -> IntakeView:
    """
    Return a file and read it as it stands; a settled one is not read again.

    Raises:
        NotFound: none, or out of scope.
    """
    found = (
        Intake.objects.select_related("distributor", "report")
        .filter(pk=pk, distributor__in=visible(actor, at=at))
        .first()
    )
    if found is None:
        raise NotFound("No such file.")
    waiting = found.state == Intake.State.WAITING
    return IntakeView(
        pk=found.pk,
        state=found.state,
        code=found.distributor.code,
        name_zh=found.distributor.name_zh,
        name_en=found.distributor.name_en,
        filename=found.filename,
        size_bytes=len(found.content),
        received_at=found.received_at,
        by_name=found.by_name,
        mended=found.mended,
        week_asked=found.week_asked,
        report_week=found.report.week if found.report else None,
        reading=_read(found, at) if waiting else reading.NOTHING,
    )


def waiting(actor: Actor, *, at: datetime, limit: int = 50) -> list[Waiting]:
    """Return the files in scope that wait for a person, the newest first. One query."""
    found = Intake.objects.filter(distributor__in=visible(actor, at=at), state=Intake.State.WAITING)
    rows = found.order_by("-received_at", "-pk").values_list(
        "pk", "distributor__code", "distributor__name_zh", "distributor__name_en", "filename", "received_at"
    )
    return [Waiting(*row) for row in rows[:limit]]


def _read(found: Intake, at: datetime) -> Reading:
    file = reading.File(
        found.distributor_id,
        bytes(found.content),
        found.filename,
        found.week_asked,
        found.answers,
        found.mended,
    )
    return reading.read(file, last_closed=BUSINESS.last_closed_week(at))

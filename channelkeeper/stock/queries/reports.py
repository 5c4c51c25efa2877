"""Reports by week: who sent, who is late, who is missing; and one report with its versions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from channelkeeper.access.rules import Actor, NotFound
from channelkeeper.core import formats, weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network.queries import visible
from channelkeeper.stock.models import DistributorWeek, Intake, OwnCode, OwnUnit, Report, ReportLine
from channelkeeper.stock.rules import Flow, balance_gap, ran_out

ON_TIME, LATE, WAITING, DUE, MISSING = "on_time", "late", "waiting", "due", "missing"


@dataclass(frozen=True)
class Expected:
    """
    What a distributor owes for a week, and what came.

    Attributes:
        state: on_time, late, waiting (a file that is not taken in yet), due (the time is not up), missing.
        received_at, version, products, gaps: of the current report; nothing without one.
        intake_id: of the waiting file.
    """

    code: str
    name_zh: str
    name_en: str
    week: date
    state: str
    received_at: datetime | None = None
    version: int = 0
    products: int = 0
    gaps: int = 0
    intake_id: int | None = None

    def name(self, language: str) -> str:
        """Return the distributor's name in the reader's language."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh


@dataclass(frozen=True)
class WeekOfReports:
    """A week's expected reports, by distributor, with its two rates."""

    week: date
    rows: tuple[Expected, ...]

    @cached_property
    def received(self) -> int:
        """Return how many came, late ones included."""
        return sum(row.received_at is not None for row in self.rows)

    @cached_property
    def on_time(self) -> int:
        """Return how many came in time."""
        return sum(row.state == ON_TIME for row in self.rows)

    @property
    def reporting_rate(self) -> Decimal | None:
        """Return the share that came, 0 to 1; None where nothing is expected."""
        return Decimal(self.received) / len(self.rows) if self.rows else None

    @property
    def on_time_rate(self) -> Decimal | None:
        """Return the share that came in time, 0 to 1; None where nothing is expected."""
        return Decimal(self.on_time) / len(self.rows) if self.rows else None

    def count(self, state: str) -> int:
        """Return how many are in a state."""
        return sum(row.state == state for row in self.rows)


@dataclass(frozen=True)
class Rate:
    """A closed week's reports: expected, received, in time."""

    week: date
    expected: int
    received: int
    on_time: int


@dataclass(frozen=True)
class LineView:
    """One line of a report, in pieces."""

    code: str
    name_zh: str
    name_en: str
    units_per_case: int
    flow: Flow
    near_expiry: int
    sheet: str
    row: int

    def name(self, language: str) -> str:
        """Return the product's name in the reader's language."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh

    @property
    def gap(self) -> int:
        """Return by how many pieces the closing exceeds what the row leaves (STK-3a)."""
        return balance_gap(self.flow)

    @property
    def out(self) -> bool:
        """Return whether the product ran out (STK-6)."""
        return ran_out(self.flow)


@dataclass(frozen=True)
class Version:
    """One version of a report: when it came, from whom, in which file."""

    version: int
    current: bool
    received_at: datetime
    by_name: str
    filename: str
    products: int


@dataclass(frozen=True)
class ReportView:
    """One version of a distributor's report for a week."""

    code: str
    name_zh: str
    name_en: str
    week: date
    version: int
    current: bool
    received_at: datetime
    on_time: bool
    by_name: str
    filename: str
    mended: int
    lines: tuple[LineView, ...]
    versions: tuple[Version, ...]

    def name(self, language: str) -> str:
        """Return the distributor's name in the reader's language."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh

    @property
    def gaps(self) -> int:
        """Return how many lines do not meet."""
        return sum(line.gap != 0 for line in self.lines)


@dataclass(frozen=True)
class SentFile:
    """A file as it came."""

    filename: str
    content: bytes


@dataclass(frozen=True)
class Learned:
    """What a distributor's word means: a product's code, empty for none of ours; or case, piece."""

    pk: int
    text: str
    meaning: str
    name_zh: str
    name_en: str
    learned_at: datetime
    by_name: str

    def name(self, language: str) -> str:
        """Return the product's name in the reader's language; empty for a unit."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh


def week_of_reports(actor: Actor, *, at: datetime, week: date) -> WeekOfReports:
    """Return what every distributor in scope that was ours in a week owed for it, by code. Three queries."""
    sunday = weeks.sunday_of(week)
    ours = visible(actor, at=at).filter(Q(ends_on__isnull=True) | Q(ends_on__gt=week), starts_on__lte=sunday)
    rows = ours.order_by("code").values_list("pk", "code", "name_zh", "name_en")
    return WeekOfReports(week, tuple(_expected(list(rows), [week], at)))


def weeks_of_reports(actor: Actor, *, at: datetime, code: str, since: date, until: date) -> list[Expected]:
    """
    Return what one distributor owed for some weeks, the newest first. Three queries.

    Raises:
        NotFound: no such distributor, or out of scope.
    """
    found = visible(actor, at=at).filter(code=code).values_list("pk", "code", "name_zh", "name_en", "starts_on").first()
    if found is None:
        raise NotFound(f"No distributor {code}.")
    first = max(since, weeks.monday_of(found[4]))
    owed = [week for week in weeks.span(first, until) if first <= until]
    return list(reversed(_expected([found[:4]], owed, at)))


def is_in(actor: Actor, *, at: datetime, code: str, week: date) -> bool:
    """Return whether a distributor's report of a week was taken in, closed or not. One query."""
    found = Report.objects.filter(distributor__in=visible(actor, at=at), distributor__code=code)
    return found.filter(week=week, current=True).exists()


def missing(actor: Actor, *, at: datetime, week: date) -> list[Expected]:
    """Return whom to remind: distributors in scope whose report of a week is overdue. Three queries."""
    return [row for row in week_of_reports(actor, at=at, week=week).rows if row.state == MISSING]


def rates(actor: Actor, *, at: datetime, since: date, until: date) -> list[Rate]:
    """Return closed weeks' reporting and on-time counts over all in scope, oldest first. One query."""
    span = DistributorWeek.objects.filter(distributor__in=visible(actor, at=at), week__gte=since, week__lte=until)
    counted = span.values("week").annotate(
        expected=Count("pk"), received=Count("pk", filter=Q(reported=True)), kept=Count("pk", filter=Q(on_time=True))
    )
    return [Rate(row["week"], row["expected"], row["received"], row["kept"]) for row in counted.order_by("week")]


def report(actor: Actor, *, at: datetime, code: str, week: date, version: int | None = None) -> ReportView:
    """
    Return a distributor's report of a week, the current version or the one asked for. Three queries.

    Raises:
        NotFound: none, or out of scope.
    """
    versions = list(_reports(actor, at, code, week).select_related("intake", "distributor").defer("intake__content"))
    chosen = next((one for one in versions if (one.current if version is None else one.version == version)), None)
    if chosen is None:
        raise NotFound("No such report.")
    lines = ReportLine.objects.filter(report=chosen).select_related("product").order_by("pk")
    return ReportView(
        code=chosen.distributor.code,
        name_zh=chosen.distributor.name_zh,
        name_en=chosen.distributor.name_en,
        week=chosen.week,
        version=chosen.version,
        current=chosen.current,
        received_at=chosen.received_at,
        on_time=chosen.on_time,
        by_name=chosen.by_name,
        filename=chosen.intake.filename,
        mended=len(chosen.intake.mended),
        lines=tuple(_line(line) for line in lines),
        versions=tuple(
            Version(one.version, one.current, one.received_at, one.by_name, one.intake.filename, one.products)
            for one in versions
        ),
    )


def sent_file(actor: Actor, *, at: datetime, code: str, week: date, version: int) -> SentFile:
    """
    Return the very file that a version of a report came in.

    Raises:
        NotFound: none, or out of scope.
    """
    found = _reports(actor, at, code, week).filter(version=version).select_related("intake").first()
    if found is None:
        raise NotFound("No such report.")
    return SentFile(found.intake.filename, bytes(found.intake.content))


def learned_codes(actor: Actor, *, at: datetime, code: str) -> list[Learned]:
    """Return what was learned of a distributor's codes and names, by text. One query."""
    found = OwnCode.objects.filter(distributor__in=visible(actor, at=at), distributor__code=code)
    rows = found.order_by("text").values_list(
        "pk", "text", "product__code", "product__name_zh", "product__name_en", "learned_at", "by_name"
    )
    return [
        Learned(pk, text, product or "", name_zh or "", name_en or "", learned_at, by_name)
        for pk, text, product, name_zh, name_en, learned_at, by_name in rows
    ]


def learned_units(actor: Actor, *, at: datetime, code: str) -> list[Learned]:
    """Return what was learned of a distributor's unit words. One query."""
    found = OwnUnit.objects.filter(distributor__in=visible(actor, at=at), distributor__code=code)
    rows = found.order_by("word").values_list("pk", "word", "meaning", "learned_at", "by_name")
    return [Learned(pk, word, meaning, "", "", learned_at, by) for pk, word, meaning, learned_at, by in rows]


def _reports(actor: Actor, at: datetime, code: str, week: date) -> QuerySet[Report]:
    found = Report.objects.filter(distributor__in=visible(actor, at=at), distributor__code=code, week=week)
    return found.order_by("-version")


class _Came(NamedTuple):
    """What a list says of a report."""

    received_at: datetime
    version: int
    products: int
    gaps: int
    on_time: bool


def _expected(
    distributors: Sequence[tuple[int, str, str, str]], owed: Collection[date], at: datetime
) -> list[Expected]:
    """Return each distributor's weeks with what came of them, by distributor and week."""
    keys = [key for key, *_ in distributors]
    reports = Report.objects.filter(Q(current=True) | Q(version=1), distributor_id__in=keys, week__in=owed)
    came, first = {}, {}
    for key, week, current, *told in reports.values_list("distributor_id", "week", "current", *_Came._fields):
        report = _Came(*told)
        if current:
            came[key, week] = report
        if report.version == 1:
            first[key, week] = report.received_at
    waiting = dict(
        Intake.objects.filter(distributor_id__in=keys, state=Intake.State.WAITING)
        .order_by("pk")
        .values_list("distributor_id", "pk")
    )
    newest = max(owed, default=None)
    return [
        _one(
            names, week, came.get((key, week)), first.get((key, week)), waiting.get(key) if week == newest else None, at
        )
        for key, *names in distributors
        for week in owed
    ]


def _one(
    names: Sequence[str],
    week: date,
    current: _Came | None,
    received_at: datetime | None,
    intake_id: int | None,
    at: datetime,
) -> Expected:
    code, name_zh, name_en = names
    if current is None:
        late = at > BUSINESS.report_due_at(week)
        state = WAITING if intake_id else MISSING if late else DUE
        return Expected(code, name_zh, name_en, week, state, intake_id=intake_id)
    return Expected(
        code,
        name_zh,
        name_en,
        week,
        ON_TIME if current.on_time else LATE,
        received_at or current.received_at,
        current.version,
        current.products,
        current.gaps,
        intake_id,
    )


def _line(line: ReportLine) -> LineView:
    return LineView(
        code=line.product.code,
        name_zh=line.product.name_zh,
        name_en=line.product.name_en,
        units_per_case=line.product.units_per_case,
        flow=Flow(**{name: getattr(line, f"{name}_units") for name in Flow.__dataclass_fields__}),
        near_expiry=line.near_expiry_units,
        sheet=line.sheet,
        row=line.row,
    )


def places(actor: Actor, *, at: datetime, keys: Sequence[int]) -> dict[int, tuple[str, date, int]]:
    """Return distributor's code, week and version of the reports in scope, by key. One query."""
    found = Report.objects.filter(pk__in=keys, distributor__in=visible(actor, at=at))
    return {
        pk: (code, week, version)
        for pk, code, week, version in found.values_list("pk", "distributor__code", "week", "version")
    }

"""Reporting and on-time rates over some weeks: by distributor, by rep for the weeks held, by office."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Count, F, Max, Q

from channelkeeper.access.rules import Actor
from channelkeeper.core import formats
from channelkeeper.network.queries import visible, visible_offices, visible_reps
from channelkeeper.stock.models import DistributorWeek

By = Literal["distributor", "rep", "office"]
BYS: tuple[By, ...] = ("distributor", "rep", "office")


@dataclass(frozen=True)
class RateRow:
    """
    What came of a distributor's, rep's or office's reports.

    Attributes:
        expected: reports owed for closed weeks.
        last_week: of the last report that came; None if none did.
    """

    code: str
    name_zh: str
    name_en: str
    expected: int
    received: int
    on_time: int
    last_week: date | None

    def name(self, language: str) -> str:
        """Return the name in the reader's language."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh

    @property
    def missing(self) -> int:
        """Return how many never came."""
        return self.expected - self.received

    @property
    def reporting_rate(self) -> Decimal:
        """Return the share that came, 0 to 1."""
        return Decimal(self.received) / self.expected

    @property
    def on_time_rate(self) -> Decimal:
        """Return the share that came in time, 0 to 1."""
        return Decimal(self.on_time) / self.expected


def rates_by(actor: Actor, *, at: datetime, by: By, since: date, until: date) -> list[RateRow]:
    """
    Return rates over closed weeks, the lowest share in time first. One query.

    A rep is credited with the weeks on whose Monday it served the distributor; what nobody served is nobody's.

    Args:
        since, until: Mondays.
    """
    span = DistributorWeek.objects.filter(distributor__in=visible(actor, at=at), week__gte=since, week__lte=until)
    if by == "rep":
        served = "distributor__assignments"
        span = span.filter(
            Q(**{f"{served}__ends_on__isnull": True}) | Q(**{f"{served}__ends_on__gt": F("week")}),
            **{f"{served}__starts_on__lte": F("week"), f"{served}__rep__in": visible_reps(actor, at=at)},
        )
    elif by == "office":
        span = span.filter(distributor__office__in=visible_offices(actor, at=at))
    names = _NAMES[by]
    counted = span.values(*names).annotate(
        expected=Count("pk"),
        received=Count("pk", filter=Q(reported=True)),
        kept=Count("pk", filter=Q(on_time=True)),
        newest=Max("week", filter=Q(reported=True)),
    )
    rows = [_row(row, names) for row in counted.order_by()]
    return sorted(rows, key=lambda row: (row.on_time_rate, row.reporting_rate, row.code))


_NAMES: Mapping[By, tuple[str, str, str]] = {
    "distributor": ("distributor__code", "distributor__name_zh", "distributor__name_en"),
    "rep": (
        "distributor__assignments__rep__code",
        "distributor__assignments__rep__user__name",
        "distributor__assignments__rep__user__name",
    ),
    "office": ("distributor__office__code", "distributor__office__name_zh", "distributor__office__name_en"),
}


def _row(row: Mapping[str, Any], names: tuple[str, str, str]) -> RateRow:
    code, name_zh, name_en = (row[name] for name in names)
    return RateRow(code, name_zh, name_en, row["expected"], row["received"], row["kept"], row["newest"])

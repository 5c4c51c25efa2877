"""Distributors' weeks in sums: what lists, overviews and trends are made of."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import QuerySet, Sum

from channelkeeper.access.rules import Actor
from channelkeeper.network.queries import visible
from channelkeeper.stock.models import DistributorWeek
from channelkeeper.stock.rules import USUAL_BAND, Band, BandLimits, inventory_days, judge


@dataclass(frozen=True)
class WeekSums:
    """
    One distributor's closed week, in sums over its products; values in yuan at ex-factory prices.

    Attributes:
        below, inside, above: products by band.
        low_stock_value, high_stock_value: of the estimate; equal to the stock where it was reported.
        short_value: expected to be missed before an order of today arrives.
        above_value: of the stock that lies above the band.
        expiring_value: of the stock, what will expire before its turn: no cover (STK-1c).
        band_low_value, band_high_value: the stock with which every product would lie at its band's ends.
    """

    distributor_id: int
    week: date
    reported: bool
    on_time: bool
    products: int
    below: int
    inside: int
    above: int
    stock_value: Decimal
    low_stock_value: Decimal
    high_stock_value: Decimal
    expected_value_per_day: Decimal
    sold_value: Decimal
    short_value: Decimal
    above_value: Decimal
    expiring_value: Decimal = Decimal(0)
    band_low_value: Decimal = Decimal(0)
    band_high_value: Decimal = Decimal(0)

    @property
    def sellable_value(self) -> Decimal:
        """Return the value of the stock that will not expire before its turn: what days rest on."""
        return self.stock_value - self.expiring_value

    @cached_property
    def limits(self) -> BandLimits:
        """Return the band of the total (STK-2c)."""
        return limits_of(self.band_low_value, self.band_high_value, self.expected_value_per_day)

    @cached_property
    def days(self) -> Decimal | None:
        """Return inventory days of the total, not rounded (STK-1b)."""
        return self._days(self.stock_value)

    @property
    def low_days(self) -> Decimal | None:
        """Return the days of the estimate's low end; None where the stock was reported."""
        return None if self.reported else self._days(self.low_stock_value)

    @property
    def high_days(self) -> Decimal | None:
        """Return the days of the estimate's high end; None where the stock was reported."""
        return None if self.reported else self._days(self.high_stock_value)

    @cached_property
    def band(self) -> Band:
        """Return where the total stands against the band of its products together (STK-2, STK-2c)."""
        return judge(self.days, self.limits)

    @property
    def stake(self) -> Decimal:
        """Return what is at stake: money that lies above the band, and sales that may be missed."""
        return self.above_value + self.short_value

    @property
    def share_inside(self) -> Decimal | None:
        """Return the share of judged products in band, 0 to 1; None where none is judged."""
        judged = self.below + self.inside + self.above
        return Decimal(self.inside) / judged if judged else None

    def _days(self, stock_value: Decimal) -> Decimal | None:
        sellable = max(stock_value - self.expiring_value, Decimal(0))
        return inventory_days(stock_units=sellable, sell_out_per_day=self.expected_value_per_day)


def limits_of(low_value: Decimal, high_value: Decimal, expected_value_per_day: Decimal) -> BandLimits:
    """
    Return the band of a total from the sums kept of it; the usual one where nothing is expected (STK-2c).

    To a ten-thousandth of a day: the sums are kept rounded, and 25 is to be 25.
    """
    if not expected_value_per_day or not low_value:
        return USUAL_BAND
    low, high = (round(value / expected_value_per_day, _BAND_PLACES) for value in (low_value, high_value))
    return BandLimits(low, high) if 0 < low < high else USUAL_BAND


@dataclass(frozen=True)
class Cell:
    """An office's week in counts; `group` is its code, `weeks` how many distributors closed it."""

    group: str
    week: date
    below: int
    inside: int
    above: int
    weeks: int
    reported: int
    on_time: int


@dataclass(frozen=True)
class Shares:
    """A week's products by band, over all distributors in scope."""

    week: date
    below: int
    inside: int
    above: int


SUMS = (
    "distributor_id",
    "week",
    "reported",
    "on_time",
    "products",
    "below",
    "inside",
    "above",
    "stock_value",
    "low_stock_value",
    "high_stock_value",
    "expected_value_per_day",
    "sold_value",
    "short_value",
    "above_value",
    "expiring_value",
    "band_low_value",
    "band_high_value",
)
_BAND_PLACES = 4


def last_week(actor: Actor, *, at: datetime) -> date | None:
    """Return the last week closed for anyone in scope; None before the first close."""
    # By the index of weeks from its end, not over all weeks that there are.
    return _weeks(actor, at).order_by("-week").values_list("week", flat=True).first()


def week_sums(actor: Actor, *, at: datetime, week: date) -> list[WeekSums]:
    """Return the week of every distributor in scope. One query."""
    return _as_sums(_weeks(actor, at).filter(week=week))


def history(actor: Actor, *, at: datetime, code: str, since: date) -> list[WeekSums]:
    """Return a distributor's closed weeks from one on, oldest first. One query."""
    return _as_sums(_weeks(actor, at).filter(distributor__code=code, week__gte=since).order_by("week"))


def shares(actor: Actor, *, at: datetime, since: date, until: date) -> list[Shares]:
    """Return products by band per week over all in scope, oldest first. One query."""
    span = _weeks(actor, at).filter(week__gte=since, week__lte=until)
    rows = span.values("week").annotate(low=Sum("below"), good=Sum("inside"), high=Sum("above")).order_by("week")
    return [Shares(row["week"], row["low"], row["good"], row["high"]) for row in rows]


def _weeks(actor: Actor, at: datetime) -> QuerySet[DistributorWeek]:
    return DistributorWeek.objects.filter(distributor__in=visible(actor, at=at))


def _as_sums(rows: QuerySet[DistributorWeek]) -> list[WeekSums]:
    return [WeekSums(*row) for row in rows.values_list(*SUMS)]

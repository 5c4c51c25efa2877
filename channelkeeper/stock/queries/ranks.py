"""Distributors' weeks counted and ranked by the database: what lists over thousands of distributors read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    When,
)
from django.db.models import Value as Constant
from django.db.models.expressions import OrderBy

from channelkeeper.network.queries import Scope
from channelkeeper.stock.models import DistributorWeek, OfficeWeek
from channelkeeper.stock.queries.sums import SUMS, Cell, Shares, WeekSums
from channelkeeper.stock.rules import USUAL_BAND

STATES = ("below", "in", "above", "missing", "out")
_EXACT: "DecimalField[Decimal, Decimal]" = DecimalField(max_digits=30, decimal_places=10)
_EDGE = Decimal("0.00005")  # of a day: the band's sums are kept rounded, and 25 is to be 25 (see `sums.limits_of`)


@dataclass(frozen=True)
class Counted:
    """
    Several distributors' week together.

    Attributes:
        shops: how many; reported: whose report is in.
        below, inside, above: products by band.
        sellable_value: of the stock, what days rest on.
        shops_below, shops_inside, shops_above: distributors by the band of their total.
        shops_out: to be seen first (DSK-1): outside the band, or without a report.
    """

    shops: int
    reported: int
    below: int
    inside: int
    above: int
    short_value: Decimal
    above_value: Decimal
    sellable_value: Decimal
    expected_value_per_day: Decimal
    shops_below: int
    shops_inside: int
    shops_above: int
    shops_out: int

    @property
    def stake(self) -> Decimal:
        """Return what is at stake in all."""
        return self.above_value + self.short_value

    @classmethod
    def nothing(cls) -> "Counted":
        """Return the sums of no distributor."""
        zero = Decimal(0)
        return cls(0, 0, 0, 0, 0, zero, zero, zero, zero, 0, 0, 0, 0)


@dataclass(frozen=True)
class _Part:
    """The distributors of one band with a report, or without, in sums."""

    band: str
    reported: bool
    shops: int
    below: int
    inside: int
    above: int
    short_value: Decimal
    above_value: Decimal
    sellable_value: Decimal
    expected_value_per_day: Decimal

    def is_in(self, state: str) -> bool:
        """Return whether it belongs to one of the STATES; all belong to none."""
        out = not self.reported or self.band in ("below", "above")
        return {"missing": not self.reported, "out": out, "": True}.get(state, self.band == state)


@dataclass(frozen=True)
class States:
    """A week of several distributors, counted by the STATES that they are in."""

    parts: tuple[_Part, ...]

    def of(self, state: str = "") -> Counted:
        """Return all of them together, or those in a state."""
        parts = [part for part in self.parts if part.is_in(state)]

        def shops(of_state: str) -> int:
            return sum(part.shops for part in parts if part.is_in(of_state))

        return Counted(
            shops=shops(""),
            reported=shops("") - shops("missing"),
            below=sum(part.below for part in parts),
            inside=sum(part.inside for part in parts),
            above=sum(part.above for part in parts),
            short_value=_together(part.short_value for part in parts),
            above_value=_together(part.above_value for part in parts),
            sellable_value=_together(part.sellable_value for part in parts),
            expected_value_per_day=_together(part.expected_value_per_day for part in parts),
            shops_below=shops("below"),
            shops_inside=shops("in"),
            shops_above=shops("above"),
            shops_out=shops("out"),
        )


def counted(scope: Scope, *, week: date) -> States:
    """Return the week of several distributors in counts: a row for each band, judged once. One query."""
    judged = Case(
        *(When(_in_state(band), then=Constant(band)) for band in ("below", "above", "in")),
        default=Constant("none"),
        output_field=CharField(),
    )
    rows = _rows(scope, week).order_by().annotate(judged=judged).values_list("judged", "reported")
    sums = rows.annotate(
        shops=Count("pk"),
        low=Sum("below"),
        good=Sum("inside"),
        high=Sum("above"),
        short=Sum("short_value"),
        held=Sum("above_value"),
        sellable=Sum("sellable_kept"),
        rate=Sum("expected_value_per_day"),
    )
    return States(tuple(_Part(*row) for row in sums))


def _together(values: Iterable[Decimal]) -> Decimal:
    return sum(values, Decimal(0))


def ranked(scope: Scope, *, week: date, state: str = "", sort: str = "", part: slice = slice(None)) -> list[WeekSums]:
    """
    Return some distributors' weeks in an order. One query.

    Args:
        state: only those in one of the STATES.
        sort: one of SORTS; by default those to see first, each by what is at stake (DSK-2).
        part: the places wanted; all by default.
    """
    rows = _rows(scope, week).filter(_in_state(state)).order_by(*SORTS.get(sort, _WORST_FIRST), "distributor__code")
    return [WeekSums(*row) for row in rows.values_list(*SUMS)[part]]


def outside(scope: Scope, *, week: date) -> dict[str, int]:
    """Return how many distributors are to be seen first by the code of their office. One query."""
    rows = _rows(scope, week).filter(_in_state("out")).order_by().values_list("distributor__office__code")
    return dict(rows.annotate(number=Count("pk")))


def unweighed(scope: Scope, *, week: date) -> Scope:
    """Return the distributors that have no figures for a week."""
    return scope.exclude(Exists(DistributorWeek.objects.filter(distributor=OuterRef("pk"), week=week)))


def office_shares(*, office_ids: QuerySet[Any, Any], since: date, until: date) -> list[Shares]:
    """Return products by band per week over some offices, oldest first, from the sums kept of them. One query."""
    rows = OfficeWeek.objects.filter(office__in=office_ids, week__gte=since, week__lte=until)
    found = rows.values("week").annotate(low=Sum("below"), good=Sum("inside"), high=Sum("above")).order_by("week")
    return [Shares(row["week"], row["low"], row["good"], row["high"]) for row in found]


def office_cells(*, office_ids: QuerySet[Any, Any], since: date, until: date) -> list[Cell]:
    """Return offices' weeks in counts, from the sums kept of them, in no order. One query."""
    rows = OfficeWeek.objects.filter(office__in=office_ids, week__gte=since, week__lte=until)
    return [
        Cell(*row)
        for row in rows.values_list(
            "office__code", "week", "below", "inside", "above", "distributors", "reported", "on_time"
        )
    ]


def _rows(scope: Scope, week: date) -> QuerySet[DistributorWeek]:
    per_day = F("expected_value_per_day")
    kept = Q(band_low_value__gt=0, band_high_value__gt=F("band_low_value"))
    return DistributorWeek.objects.filter(distributor__in=scope, week=week).annotate(
        sellable_kept=ExpressionWrapper(F("stock_value") - F("expiring_value"), _EXACT),
        low_kept=Case(
            When(kept, then=F("band_low_value") - per_day * Constant(_EDGE)),
            default=per_day * Constant(USUAL_BAND.low_days),
            output_field=_EXACT,
        ),
        high_kept=Case(
            When(kept, then=F("band_high_value") + per_day * Constant(_EDGE)),
            default=per_day * Constant(USUAL_BAND.high_days),
            output_field=_EXACT,
        ),
        at_stake=ExpressionWrapper(F("above_value") + F("short_value"), _EXACT),
        rank=Case(When(_in_state("out"), then=0), default=1),
    )


def _in_state(state: str) -> Q:
    """Return the condition of a state; the band is judged as STK-2 judges it, without dividing."""
    known = Q(expected_value_per_day__gt=0)
    below = known & Q(sellable_kept__lt=F("low_kept"))
    above = known & Q(sellable_kept__gt=F("high_kept"))
    conditions: Mapping[str, Q] = {
        "below": below,
        "in": known & ~below & ~above,
        "above": above,
        "missing": Q(reported=False),
        "out": Q(reported=False) | below | above,
    }
    return conditions.get(state, Q())


_WORST_FIRST = ("rank", "-at_stake")
SORTS: Mapping[str, tuple[str | OrderBy, ...]] = {
    "name": (),
    "days": (
        ExpressionWrapper(
            F("sellable_kept")
            / Case(
                When(expected_value_per_day__gt=0, then=F("expected_value_per_day") * Constant(Decimal("1.0"))),
                default=None,
            ),
            _EXACT,
        ).desc(nulls_last=True),
    ),
    "below": ("-below",),
    "above": ("-above",),
    "held": ("-above_value",),
    "missed": ("-short_value",),
    "stake": ("-at_stake",),
}

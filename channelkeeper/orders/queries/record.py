"""Reads of the expert record: what proposals were worth, per rep, distributor, product and category (LEV-1)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, F, Q, QuerySet, Sum

from channelkeeper.access import paging
from channelkeeper.access.rules import Actor, Role
from channelkeeper.core import formats, weeks
from channelkeeper.network.queries import rep_names, visible
from channelkeeper.orders import comparisons
from channelkeeper.orders.models import Score
from channelkeeper.orders.scoring import Kind, Right

USUAL_WEEKS = 26


class By(StrEnum):
    """What the record is added up by."""

    DISTRIBUTOR = "distributor"
    REP = "rep"
    PRODUCT = "product"
    CATEGORY = "category"


# Code, Chinese and English name of each group.
_GROUPS: Mapping[By, tuple[str, str, str]] = {
    By.DISTRIBUTOR: ("distributor__code", "distributor__name_zh", "distributor__name_en"),
    By.REP: ("rep_code", "rep_code", "rep_code"),
    By.PRODUCT: ("product__code", "product__name_zh", "product__name_en"),
    By.CATEGORY: ("product__category__code", "product__category__name_zh", "product__category__name_en"),
}


@dataclass(frozen=True)
class Filters:
    """
    Which scores are asked for.

    Attributes:
        since: proposed on this closed week or later; None for all.
        distributor: code; empty for all in scope.
        right: only where this came out.
    """

    since: date | None = None
    distributor: str = ""
    right: Right | None = None


@dataclass(frozen=True)
class Tally:
    """
    What some scored lines came to; money in yuan.

    Attributes:
        lines: scored; followed are those that were ordered as proposed.
        proposal, order, even, mixed: of those ordered otherwise, who came out better.
        uncertain: lines in whose weeks something ran out: what was missed is known from below.
        missed_followed, missed_really: sales missed from arrival to reading.
        excess_followed, excess_really: stock above the band at the reading.
        stock_followed, stock_really: stock at the reading.
    """

    code: str
    name_zh: str
    name_en: str
    lines: int
    followed: int
    proposal: int
    order: int
    even: int
    mixed: int
    uncertain: int
    missed_followed: Decimal
    missed_really: Decimal
    excess_followed: Decimal
    excess_really: Decimal
    stock_followed: Decimal
    stock_really: Decimal

    def name(self, language: str) -> str:
        """Return the name of the group; its Chinese one where it has no other."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh

    @property
    def otherwise(self) -> int:
        """Return how many lines were ordered otherwise."""
        return self.lines - self.followed

    @property
    def cost(self) -> Decimal:
        """Return by how much more was missed and lay above the band than had all been followed; negative for less."""
        return self.missed_really - self.missed_followed + self.excess_really - self.excess_followed

    def sentence(self, language: str) -> str:
        """Return what the record says, either way."""
        return comparisons.recorded(self.figures, language)

    @property
    def figures(self) -> dict[str, Any]:
        """Return what the sentence says."""
        return {
            "lines": self.lines,
            "followed": self.followed,
            "otherwise": self.otherwise,
            "proposal": self.proposal,
            "order": self.order,
            "missed": self.missed_really - self.missed_followed,
            "excess": self.excess_really - self.excess_followed,
            "at_least": self.uncertain > 0,
        }

    def record(self) -> dict[str, Any]:
        """Return it as programs take it; money as text."""
        counts = ("lines", "followed", "proposal", "order", "even", "mixed", "uncertain")
        return {
            "code": self.code,
            "name_zh": self.name_zh,
            "name_en": self.name_en,
            **{name: getattr(self, name) for name in counts},
            **{name: str(getattr(self, name)) for name in _MONEY},
        }


@dataclass(frozen=True)
class ScoreView:
    """One scored line, with both courses; pieces and days, values in yuan."""

    number: str
    week: date
    distributor: str
    product: str
    name_zh: str
    name_en: str
    units_per_case: int
    kind: Kind
    right: Right
    at_least: bool
    reason: str
    proposed_units: int
    ordered_units: int
    missed_followed: float
    missed_really: float
    excess_followed: float
    excess_really: float
    days_followed: float | None
    days_really: float | None
    missed_value_followed: Decimal
    missed_value_really: Decimal
    excess_value_followed: Decimal
    excess_value_really: Decimal
    stock_value_followed: Decimal
    stock_value_really: Decimal
    low_days: float
    high_days: float

    def name(self, language: str) -> str:
        """Return the product's name; its Chinese one where it has no other."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh

    def sentence(self, language: str) -> str:
        """Return what following it would have changed, and who was right."""
        return comparisons.scored(self.figures, language)

    @property
    def figures(self) -> dict[str, Any]:
        """Return what the sentence says."""
        return {
            "kind": self.kind.value,
            "right": self.right.value,
            "reason": self.reason,
            "at_least": self.at_least,
            "units_per_case": self.units_per_case,
            "proposed_units": self.proposed_units,
            "ordered_units": self.ordered_units,
            "missed_followed": self.missed_followed,
            "missed_really": self.missed_really,
            "excess_followed": self.excess_followed,
            "excess_really": self.excess_really,
            "days_followed": self.days_followed,
            "days_really": self.days_really,
        }

    def record(self) -> dict[str, Any]:
        """Return it as programs take it; money as text."""
        found: dict[str, Any] = {
            "number": self.number,
            "week": weeks.label(self.week),
            "distributor": self.distributor,
            "product": self.product,
            "kind": self.kind.value,
            "right": self.right.value,
            "at_least": self.at_least,
            "reason": self.reason,
            "proposed_units": self.proposed_units,
            "ordered_units": self.ordered_units,
            "sentence_zh": self.sentence("zh"),
            "sentence_en": self.sentence("en"),
        }
        for name in ("missed", "excess", "days"):
            for side in ("followed", "really"):
                value = getattr(self, f"{name}_{side}")
                found[f"{name}_{side}"] = None if value is None else round(value, 2)
        for name in ("missed_value", "excess_value", "stock_value"):
            for side in ("followed", "really"):
                found[f"{name}_{side}"] = str(getattr(self, f"{name}_{side}"))
        return found


def total(actor: Actor, *, at: datetime, filters: Filters) -> Tally:
    """Return what all scored lines in scope came to. One query."""
    sums = _scores(actor, at, filters).aggregate(**_SUMS)
    return _tally({"code": "", "name_zh": "", "name_en": "", **sums})


def tallies(actor: Actor, *, at: datetime, filters: Filters, by: By) -> list[Tally]:
    """Return the record in groups, by what ordering otherwise cost most first. One query, for reps two."""
    columns = _GROUPS[by]
    found = _scores(actor, at, filters).values(*set(columns)).annotate(**_SUMS).order_by()
    rows = [_tally(_named(row, columns)) for row in found]
    if by is By.REP:
        people = dict(rep_names(actor, at=at))
        rows = [replace(one, name_zh=people.get(one.code, one.code), name_en="") for one in rows]
    return sorted(rows, key=lambda one: (-one.cost, one.code))


def score_page(actor: Actor, *, at: datetime, filters: Filters, page: int = 1) -> "Page[ScoreView]":
    """Return one page of scored lines, the newest week first, then by what is at stake. Two queries."""
    return paging.page_of(_listed(actor, at, filters), page, lambda rows: [_view(row) for row in rows])


def listed(actor: Actor, *, at: datetime, filters: Filters, limit: int, offset: int = 0) -> list[ScoreView]:
    """Return some scored lines. One query."""
    return [_view(row) for row in _listed(actor, at, filters)[offset : offset + limit]]


def since(last_week: date, count: int) -> date:
    """Return the first of some weeks that end with a closed one."""
    return weeks.shift(last_week, 1 - count)


def _scores(actor: Actor, at: datetime, filters: Filters) -> QuerySet[Score]:
    found = Score.objects.filter(distributor__in=visible(actor, at=at))
    if actor.role is Role.DISTRIBUTOR:
        found = found.filter(shown=True)  # what was never offered is the manufacturer's own
    if filters.since is not None:
        found = found.filter(week__gte=filters.since)
    if filters.distributor:
        found = found.filter(distributor__code=filters.distributor)
    return found if filters.right is None else found.filter(right=filters.right.value)


def _listed(actor: Actor, at: datetime, filters: Filters) -> QuerySet[Score]:
    worth = (
        F("missed_value_really") + F("missed_value_followed") + F("excess_value_really") + F("excess_value_followed")
    )
    found = _scores(actor, at, filters).select_related("order", "product", "distributor")
    return found.annotate(worth=worth).order_by("-week", "-worth", "product__code")


_MONEY = [f"{name}_{side}" for name in ("missed", "excess", "stock") for side in ("followed", "really")]
_OTHERWISE = ~Q(kind=Kind.FOLLOWED.value)
_SUMS: dict[str, Any] = {
    "lines": Count("pk"),
    "followed": Count("pk", filter=Q(kind=Kind.FOLLOWED.value)),
    **{right.value: Count("pk", filter=_OTHERWISE & Q(right=right.value)) for right in Right},
    "uncertain": Count("pk", filter=Q(at_least=True)),
    **{name: Sum(name.replace("_", "_value_"), default=Decimal(0)) for name in _MONEY},
}


def _named(row: Mapping[str, Any], columns: tuple[str, str, str]) -> dict[str, Any]:
    """Return a group's sums with its code and names in place of the columns they were read from."""
    names = dict(zip(("code", "name_zh", "name_en"), (row[column] for column in columns), strict=True))
    return names | {name: row[name] for name in _SUMS}


def _tally(sums: Mapping[str, Any]) -> Tally:
    figures = dict(sums)
    for name in _MONEY:
        figures[name] = Decimal(figures[name]).quantize(Decimal("0.01"))
    return Tally(**figures)


def _view(row: Score) -> ScoreView:
    product = row.product
    return ScoreView(
        number=row.order.number,
        week=row.week,
        distributor=row.distributor.code,
        product=product.code,
        name_zh=product.name_zh,
        name_en=product.name_en,
        units_per_case=row.units_per_case,
        kind=Kind(row.kind),
        right=Right(row.right),
        at_least=row.at_least,
        reason=row.reason,
        proposed_units=row.proposed_units,
        ordered_units=row.ordered_units,
        missed_followed=row.missed_followed,
        missed_really=row.missed_really,
        excess_followed=row.excess_followed,
        excess_really=row.excess_really,
        days_followed=row.days_followed,
        days_really=row.days_really,
        missed_value_followed=row.missed_value_followed,
        missed_value_really=row.missed_value_really,
        excess_value_followed=row.excess_value_followed,
        excess_value_really=row.excess_value_really,
        stock_value_followed=row.stock_value_followed,
        stock_value_really=row.stock_value_really,
        low_days=row.low_days,
        high_days=row.high_days,
    )

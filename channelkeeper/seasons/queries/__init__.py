"""
Reads of this room: which promotions and festivals are known ahead, and what they are worth to a week.

Promotions say nothing that a distributor may not know of another: dates and products. Those of
one distributor are narrowed by `network.queries.visible` where they are listed for a reader.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from django.core.paginator import Page
from django.db.models import Q, QuerySet

from channelkeeper.access import paging
from channelkeeper.access.rules import Actor
from channelkeeper.core import formats
from channelkeeper.network.queries import visible
from channelkeeper.seasons import rules
from channelkeeper.seasons.models import ClosedDays, Festival, LaunchPlan, Promotion


@dataclass(frozen=True, slots=True)
class PromotedWeek:
    """
    How strongly a product is promoted in a week.

    Attributes:
        distributor_id: None where it is promoted at all of them.
        week: its Monday.
        intensity: SEA-1, 0 to 1.
    """

    distributor_id: int | None
    product_id: int
    week: date
    intensity: Decimal


def promotion_intensity(
    *,
    distributor_ids: Collection[int] | None,
    product_ids: Collection[int] | None,
    weeks: Sequence[date],
    known_on: date,
) -> list[PromotedWeek]:
    """
    Return the promoted weeks, and only those; one statement.

    A product that is promoted at all distributors has one row for all (None), and where one
    of them has a promotion of its own besides, a row for it too: the stronger of both (SEA-1).

    Args:
        distributor_ids: whose own promotions count, beside those at all; None for every one's.
        product_ids: None for all.
        weeks: Mondays.
        known_on: what was not known that day is left out: no forecast may read it.
    """
    if not weeks:
        return []
    first, last = min(weeks), max(weeks) + timedelta(days=rules.DAYS_A_WEEK)
    found = running_promotions(
        distributor_ids=distributor_ids, product_ids=product_ids, starts_on=first, ends_on=last, known_on=known_on
    )
    return _promoted_weeks(found, frozenset(weeks))


@dataclass(frozen=True, slots=True)
class Running:
    """A promotion's bare figures: at one distributor, or at all (None), in [starts_on, ends_on); known since."""

    distributor_id: int | None
    product_id: int
    starts_on: date
    ends_on: date
    intensity: Decimal
    known_on: date


def running_promotions(
    *,
    distributor_ids: Collection[int] | None,
    product_ids: Collection[int] | None = None,
    starts_on: date,
    ends_on: date,
    known_on: date,
) -> list[Running]:
    """Return the promotions that touch [starts_on, ends_on); arguments as `promotion_intensity`. One statement."""
    found = _known(distributor_ids, product_ids, known_on).filter(starts_on__lt=ends_on, ends_on__gt=starts_on)
    columns = ("distributor_id", "product_id", "starts_on", "ends_on", "intensity", "known_on")
    return [Running(*row) for row in found.values_list(*columns)]


def _known(
    distributor_ids: Collection[int] | None, product_ids: Collection[int] | None, known_on: date
) -> QuerySet[Promotion]:
    found = Promotion.objects.filter(known_on__lte=known_on)
    if distributor_ids is not None:
        found = found.filter(Q(distributor_id__in=distributor_ids) | Q(distributor_id__isnull=True))
    return found if product_ids is None else found.filter(product_id__in=product_ids)


def _promoted_weeks(found: Sequence[Running], wanted: Collection[date]) -> list[PromotedWeek]:
    running: dict[tuple[int | None, int, date], list[tuple[Decimal, int]]] = defaultdict(list)
    for one in found:
        for week in rules.weeks_touched(starts_on=one.starts_on, ends_on=one.ends_on):
            if week in wanted:
                days = rules.days_in_week(starts_on=one.starts_on, ends_on=one.ends_on, week=week)
                running[one.distributor_id, one.product_id, week].append((one.intensity, days))
    return [
        PromotedWeek(distributor_id, product_id, week, rules.intensity_of_week(running=[*own, *at_all]))
        for (distributor_id, product_id, week), own in running.items()
        for at_all in [running.get((None, product_id, week), []) if distributor_id is not None else []]
    ]


@dataclass(frozen=True, slots=True)
class PromotionLabel:
    """What a promotion is called, for sentences."""

    distributor_id: int | None
    product_id: int
    label_zh: str
    label_en: str
    starts_on: date
    ends_on: date

    def label(self, language: str) -> str:
        """Return the label in the reader's language; Chinese where there is no other."""
        return self.label_zh if formats.is_chinese(language) else self.label_en or self.label_zh


def promotion_labels(
    *,
    distributor_ids: Collection[int] | None,
    product_ids: Collection[int] | None,
    starts_on: date,
    ends_on: date,
    known_on: date,
) -> list[PromotionLabel]:
    """
    Return the promotions that touch [starts_on, ends_on), by first day; arguments as `promotion_intensity`.
    """
    found = _known(distributor_ids, product_ids, known_on).filter(starts_on__lt=ends_on, ends_on__gt=starts_on)
    columns = ("distributor_id", "product_id", "label_zh", "label_en", "starts_on", "ends_on")
    return [PromotionLabel(*row) for row in found.order_by("starts_on", "pk").values_list(*columns)]


@dataclass(frozen=True, slots=True)
class PromotionView:
    """A promotion as it is listed."""

    code: str
    label_zh: str
    label_en: str
    product_code: str
    product_zh: str
    product_en: str
    distributor_code: str
    distributor_zh: str
    distributor_en: str
    starts_on: date
    ends_on: date
    known_on: date
    intensity: Decimal

    @property
    def last_on(self) -> date:
        """Return the last day of it."""
        return self.ends_on - timedelta(days=1)

    def label(self, language: str) -> str:
        """Return the label in the reader's language; Chinese where there is no other."""
        return self.label_zh if formats.is_chinese(language) else self.label_en or self.label_zh

    def product(self, language: str) -> str:
        """Return the product's name."""
        return self.product_zh if formats.is_chinese(language) else self.product_en or self.product_zh

    def distributor(self, language: str) -> str:
        """Return the distributor's name; empty where it is promoted at all."""
        return self.distributor_zh if formats.is_chinese(language) else self.distributor_en or self.distributor_zh


def promotions(actor: Actor, *, at: datetime) -> list[PromotionView]:
    """Return all promotions that the actor may see, the latest first."""
    return [_view(row) for row in _visible(actor, at)]


def promotion_page(actor: Actor, *, at: datetime, text: str = "", page: int = 1) -> "Page[PromotionView]":
    """
    Return one page of the promotions that the actor may see, the latest first.

    Args:
        text: in the code, the label, or the code or name of the product; empty for all.
        page: from 1.
    """
    found = _visible(actor, at)
    if text.strip():
        found = found.filter(_matching(text.strip()))
    return paging.page_of(found, page, lambda rows: [_view(row) for row in rows])


@dataclass(frozen=True, slots=True)
class FestivalView:
    """A festival on its day of a year."""

    code: str
    name_zh: str
    name_en: str
    on: date

    def name(self, language: str) -> str:
        """Return the name in the reader's language; Chinese where there is no other."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh


def festivals(*, starts_on: date, ends_on: date) -> list[FestivalView]:
    """Return the festivals of [starts_on, ends_on) by day."""
    rows = Festival.objects.filter(on__gte=starts_on, on__lt=ends_on).order_by("on", "code")
    return [FestivalView(row.code, row.name_zh, row.name_en, row.on) for row in rows]


def _visible(actor: Actor, at: datetime) -> QuerySet[Promotion]:
    mine = Q(distributor__isnull=True) | Q(distributor__in=visible(actor, at=at))
    rows = Promotion.objects.filter(mine).select_related("product", "distributor")
    return rows.order_by("-starts_on", "code", "product__code", "distributor__code")


def _matching(text: str) -> Q:
    labels = Q(code__icontains=text) | Q(label_zh__icontains=text) | Q(label_en__icontains=text)
    return labels | Q(product__code__icontains=text) | Q(product__name_zh__icontains=text)


def _view(row: Promotion) -> PromotionView:
    distributor = row.distributor
    return PromotionView(
        code=row.code,
        label_zh=row.label_zh,
        label_en=row.label_en,
        product_code=row.product.code,
        product_zh=row.product.name_zh,
        product_en=row.product.name_en,
        distributor_code=distributor.code if distributor else "",
        distributor_zh=distributor.name_zh if distributor else "",
        distributor_en=distributor.name_en if distributor else "",
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        known_on=row.known_on,
        intensity=row.intensity,
    )


@dataclass(frozen=True, slots=True)
class ClosedCalendar:
    """
    The days on which nothing is ordered or taken in.

    Attributes:
        factory: days on which the factory is closed.
        distributors: by distributor's id, the days on which it is closed itself.
    """

    factory: frozenset[date]
    distributors: Mapping[int, frozenset[date]]

    def orders_closed(self, distributor_id: int, day: date) -> bool:
        """
        Return whether no order can be placed: either side is closed. A distributor's own days close arrivals too.

        Rule: SEA-2.
        """
        return day in self.factory or day in self.distributors.get(distributor_id, ())

    def arrivals_closed(self, distributor_id: int, day: date) -> bool:
        """Return whether nobody is there to take goods in. A factory's own holiday holds up no truck on the road."""
        return day in self.distributors.get(distributor_id, ())


def closed_days(*, distributor_ids: Collection[int], starts_on: date, ends_on: date) -> ClosedCalendar:
    """Return the closed days in [starts_on, ends_on) of the factory and of some distributors. One statement."""
    found = ClosedDays.objects.filter(starts_on__lt=ends_on, ends_on__gt=starts_on)
    found = found.filter(Q(distributor_id__in=distributor_ids) | Q(distributor_id__isnull=True))
    days: dict[int | None, set[date]] = defaultdict(set)
    for distributor_id, first, end in found.values_list("distributor_id", "starts_on", "ends_on"):
        span = range((min(end, ends_on) - max(first, starts_on)).days)
        days[distributor_id].update(max(first, starts_on) + timedelta(days=day) for day in span)
    factory = frozenset(days.pop(None, ()))
    return ClosedCalendar(factory, {key: frozenset(held) for key, held in days.items() if key is not None})


@dataclass(frozen=True, slots=True)
class LaunchPlanView:
    """What a new product is to start with: cases of the first order, expected pieces a week from its launch on."""

    first_fill_cases: int
    weekly_units: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class LaunchPlans:
    """Launch plans by (distributor id or None for all, product id)."""

    plans: Mapping[tuple[int | None, int], LaunchPlanView]

    def of(self, distributor_id: int, product_id: int) -> LaunchPlanView | None:
        """
        Return a distributor's own plan, else the one for all, else none.

        Rule: SEA-3.
        """
        return self.plans.get((distributor_id, product_id)) or self.plans.get((None, product_id))


def launch_plans(*, distributor_ids: Collection[int], product_ids: Collection[int] | None = None) -> LaunchPlans:
    """Return the launch plans that hold at some distributors. One statement."""
    found = LaunchPlan.objects.filter(Q(distributor_id__in=distributor_ids) | Q(distributor_id__isnull=True))
    if product_ids is not None:
        found = found.filter(product_id__in=product_ids)
    rows = found.values_list("distributor_id", "product_id", "first_fill_cases", "weekly_units")
    return LaunchPlans(
        {
            (distributor_id, product_id): LaunchPlanView(cases, tuple(Decimal(str(units)) for units in weekly))
            for distributor_id, product_id, cases, weekly in rows
        }
    )


@dataclass(frozen=True, slots=True)
class Terms:
    """How a distributor orders: on which days of the week (0 is Monday), with how many days of lead."""

    distributor_id: int
    order_weekdays: tuple[int, ...]
    lead_time_days: int


def order_plans(terms: Collection[Terms], *, week: date, today: date) -> dict[int, rules.OrderPlan]:
    """
    Return by distributor's id when the order after a closed week is placed, arrives and is judged. One statement.

    Args:
        terms: of the distributors asked for.
        week: the Monday of the closed week.
        today: the business day of planning.
    """
    longest = max((one.lead_time_days for one in terms), default=0)
    closed = closed_days(
        distributor_ids=[one.distributor_id for one in terms],
        starts_on=week,
        ends_on=week + timedelta(days=longest + 4 * rules.LONGEST_CLOSING_DAYS),
    )
    # A network has few ways of ordering: whoever orders alike and is closed on the same days has the same plan.
    known: dict[object, rules.OrderPlan] = {}
    found: dict[int, rules.OrderPlan] = {}
    for one in terms:
        alike = one.order_weekdays, one.lead_time_days, closed.distributors.get(one.distributor_id, frozenset())
        plan = known.get(alike)
        if plan is None:
            plan = known[alike] = _plan(one, closed, week, today)
        found[one.distributor_id] = plan
    return found


def _plan(one: Terms, closed: ClosedCalendar, week: date, today: date) -> rules.OrderPlan:
    return rules.plan_order(
        week=week,
        order_weekdays=one.order_weekdays,
        lead_time_days=one.lead_time_days,
        today=today,
        orders_closed=partial(closed.orders_closed, one.distributor_id),
        arrivals_closed=partial(closed.arrivals_closed, one.distributor_id),
    )

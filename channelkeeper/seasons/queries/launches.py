"""Launch plans as they are listed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.paginator import Page
from django.db.models import F, Q, QuerySet

from channelkeeper.access import paging
from channelkeeper.access.rules import Actor, NotFound
from channelkeeper.core import formats, weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network.queries import visible
from channelkeeper.seasons.models import LaunchPlan

READ_WEEKS = 8  # from then on a product's own reports say more than a plan


@dataclass(frozen=True, slots=True)
class PlanView:
    """
    A launch plan as it is listed.

    Attributes:
        distributor_code: empty where it is for all.
        weekly_units: expected pieces of each week from the launch on.
        state: coming, running (its weeks are read), or over.
    """

    id: int
    product_code: str
    product_zh: str
    product_en: str
    units_per_case: int
    launched_on: date | None
    distributor_code: str
    distributor_zh: str
    distributor_en: str
    first_fill_cases: int
    weekly_units: tuple[Decimal, ...]
    state: str

    def product(self, language: str) -> str:
        """Return the product's name in the reader's language."""
        return self.product_zh if formats.is_chinese(language) else self.product_en or self.product_zh

    def distributor(self, language: str) -> str:
        """Return the distributor's name; empty where the plan is for all."""
        return self.distributor_zh if formats.is_chinese(language) else self.distributor_en or self.distributor_zh


def plans(actor: Actor, *, at: datetime) -> list[PlanView]:
    """Return all launch plans that the actor may see, the latest launch first. One statement."""
    return _views(_visible(actor, at), BUSINESS.day(at))


def plan_page(actor: Actor, *, at: datetime, text: str = "", past: bool = False, page: int = 1) -> "Page[PlanView]":
    """
    Return one page of the launch plans that the actor may see, the latest launch first.

    Args:
        text: in the code or name of product or distributor; empty for all.
        past: also those whose weeks are over.
        page: from 1.
    """
    found, on = _visible(actor, at), BUSINESS.day(at)
    if not past:
        found = found.filter(Q(product__launched_on__isnull=True) | Q(product__launched_on__gt=_read_since(on)))
    if text.strip():
        found = found.filter(_matching(text.strip()))
    return paging.page_of(found, page, lambda rows: _views(rows, on))


def plan_one(actor: Actor, plan_id: int, *, at: datetime) -> PlanView:
    """
    Return a launch plan by its key.

    Raises:
        NotFound: none, or of a distributor out of scope.
    """
    found = _views(_visible(actor, at).filter(pk=plan_id), BUSINESS.day(at))
    if not found:
        raise NotFound("No such launch plan.")
    return found[0]


def plan_id_of(actor: Actor, *, product: str, distributor: str, at: datetime) -> int:
    """
    Return the key of a product's launch plan.

    Args:
        distributor: the code; empty for the one for all.

    Raises:
        NotFound: there is none, or it is out of scope.
    """
    found = _visible(actor, at).filter(product__code=product)
    found = found.filter(distributor__code=distributor) if distributor else found.filter(distributor__isnull=True)
    key = found.values_list("pk", flat=True).first()
    if key is None:
        raise NotFound("No such launch plan.")
    return key


def _read_since(on: date) -> date:
    """Return the last day of launch whose plan is read no more: proposals count from the Monday of their week."""
    return weeks.shift(weeks.monday_of(on), -READ_WEEKS) - timedelta(days=1)


def _visible(actor: Actor, at: datetime) -> QuerySet[LaunchPlan]:
    mine = Q(distributor__isnull=True) | Q(distributor__in=visible(actor, at=at))
    rows = LaunchPlan.objects.filter(mine).select_related("product", "distributor")
    return rows.order_by(
        F("product__launched_on").desc(nulls_last=True),
        "product__code",
        F("distributor__code").asc(nulls_first=True),
    )


def _matching(text: str) -> Q:
    wanted = Q()
    for subject in ("product", "distributor"):
        for column in ("code", "name_zh", "name_en"):
            wanted |= Q(**{f"{subject}__{column}__icontains": text})
    return wanted


def _views(rows: Iterable[LaunchPlan], on: date) -> list[PlanView]:
    return [_view(row, on) for row in rows]


def _view(row: LaunchPlan, on: date) -> PlanView:
    product, distributor = row.product, row.distributor
    launched = product.launched_on
    over, begun = launched is not None and launched <= _read_since(on), launched is not None and launched <= on
    return PlanView(
        id=row.pk,
        product_code=product.code,
        product_zh=product.name_zh,
        product_en=product.name_en,
        units_per_case=product.units_per_case,
        launched_on=launched,
        distributor_code=distributor.code if distributor else "",
        distributor_zh=distributor.name_zh if distributor else "",
        distributor_en=distributor.name_en if distributor else "",
        first_fill_cases=row.first_fill_cases,
        weekly_units=tuple(Decimal(str(units)) for units in row.weekly_units),
        state="over" if over else "running" if begun else "coming",
    )

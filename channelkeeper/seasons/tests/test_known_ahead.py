"""Closed days (SEA-2) and launch plans (SEA-3), as other rooms read them."""

from datetime import date
from decimal import Decimal

import pytest

from channelkeeper.catalog.tests.shelf import build_shelf
from channelkeeper.network.models import Distributor
from channelkeeper.network.tests.cast import build_cast
from channelkeeper.seasons import queries
from channelkeeper.seasons.models import ClosedDays, LaunchPlan

pytestmark = pytest.mark.django_db
FEB = date(2027, 2, 1)


@pytest.fixture
def shops() -> tuple[int, int]:
    """Return the keys of two distributors."""
    build_cast()
    first, second, *_ = Distributor.objects.order_by("code").values_list("pk", flat=True)
    return first, second


def closed(distributor_id: int | None, first: int, end: int) -> None:
    starts_on, ends_on = date(2027, 2, first), date(2027, 2, end)
    ClosedDays.objects.create(distributor_id=distributor_id, starts_on=starts_on, ends_on=ends_on, label_zh="春节")


def test_a_factory_closes_orders_for_all_and_arrivals_for_none(shops: tuple[int, int]) -> None:
    closed(None, 4, 6)
    closed(shops[0], 8, 9)
    found = queries.closed_days(distributor_ids=shops, starts_on=FEB, ends_on=date(2027, 3, 1))
    days = [date(2027, 2, day) for day in (3, 4, 5, 6, 8)]
    assert [found.orders_closed(shops[0], day) for day in days] == [False, True, True, False, True]
    assert [found.orders_closed(shops[1], day) for day in days] == [False, True, True, False, False]
    assert [found.arrivals_closed(shops[0], day) for day in days] == [False, False, False, False, True]


def test_only_the_days_asked_for_are_told(shops: tuple[int, int]) -> None:
    closed(None, 1, 28)
    found = queries.closed_days(distributor_ids=shops, starts_on=date(2027, 2, 10), ends_on=date(2027, 2, 12))
    assert found.factory == {date(2027, 2, 10), date(2027, 2, 11)}


def test_a_distributors_own_launch_plan_stands_before_the_one_for_all(shops: tuple[int, int]) -> None:
    product = build_shelf().products[0]
    LaunchPlan.objects.create(product_id=product.pk, first_fill_cases=20, weekly_units=[96, 120.5])
    LaunchPlan.objects.create(product_id=product.pk, distributor_id=shops[0], first_fill_cases=5, weekly_units=[])
    plans = queries.launch_plans(distributor_ids=shops)
    assert plans.of(shops[0], product.pk) == queries.LaunchPlanView(5, ())
    assert plans.of(shops[1], product.pk) == queries.LaunchPlanView(20, (Decimal(96), Decimal("120.5")))
    assert plans.of(shops[1], product.pk + 1000) is None

"""Two at once: one order a week, one answer to an offer (hazards 1 and 2), on SQLite and on PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from channelkeeper.network.tests.cast import AT
from channelkeeper.orders import actions, rules
from channelkeeper.orders.actions import Result
from channelkeeper.orders.models import Order, OrderChange, OrderLine
from channelkeeper.orders.tests import seed
from channelkeeper.orders.tests.seed import NUMBER, House, build_house

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 6


def at_once(act: Callable[[int], object]) -> list[object]:
    """Let several clients act at the same moment; return what each got, a refusal included."""
    barrier = Barrier(CLIENTS)

    def client(index: int) -> object:
        barrier.wait()
        try:
            return act(index)
        except rules.Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(client, range(CLIENTS)))


@pytest.fixture
def house() -> House:
    return build_house()


def test_many_who_propose_at_once_make_one_order_each_week(house: House) -> None:
    at_once(lambda index: seed.propose(codes=["D001", "D002", "D003"]))
    assert sorted(Order.objects.values_list("number", flat=True)) == [
        "D001-2026W48",
        "D002-2026W48",
        "D003-2026W48",
    ]
    assert OrderLine.objects.count() == 7
    assert OrderChange.objects.count() == 3


def test_the_first_creates_and_the_others_find_its_draft(house: House) -> None:
    found = at_once(lambda index: seed.propose(codes=["D001"]).outcomes[0].result)
    assert sorted(found, key=str) == [Result.CREATED, *[Result.REFRESHED] * (CLIENTS - 1)]


def test_of_many_answers_to_an_offer_one_stands(house: House) -> None:
    seed.propose()
    actions.offer(number=NUMBER, by=house.cast.rep.actor, at=AT)
    owner = house.cast.distributor_user.actor

    def answer(index: int) -> object:
        if index % 2:
            return actions.accept(number=NUMBER, by=owner, at=AT)
        return actions.decline(number=NUMBER, by=owner, at=AT, reason="不要")

    found = at_once(answer)
    assert sum(isinstance(one, rules.WrongState) for one in found) == CLIENTS - 1
    assert OrderChange.objects.filter(verb__in=("accepted", "declined")).count() == 1

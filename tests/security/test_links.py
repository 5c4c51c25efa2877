"""
Who holds a one-time link is let in to its one order, and is a stranger everywhere else.

A link is no visitor of the table, for what it opens is no stranger's; here its holder asks every
route of the product with own and foreign records, and each answer is compared with what a stranger is told.
"""

import copy
from collections.abc import Iterator

import pytest
from django.db import transaction

from channelkeeper.access.models import AuditLine
from channelkeeper.orders import actions as orders
from channelkeeper.orders.models import Order
from tests import world as worlds
from tests.security import table
from tests.security.asking import Browser, everything_said, request
from tests.security.table import Probe, Visitor
from tests.security.test_scope import ROUTES, leaks, statuses
from tests.world import World

pytestmark = pytest.mark.django_db
STRANGERS = (table.SESSIONS[0], table.TOKENS[0])  # before the pages, and before the API
OWN = {"by_link", "open_by_link", "accept_by_link", "change_by_link", "decline_by_link"}


@pytest.fixture
def token(world: World) -> str:
    return orders.make_link(number=world.alpha.order, by=world.rep.actor, at=worlds.AT).token


@pytest.fixture
def holder(token: str) -> Browser:
    """A browser that nobody signed in to, in which alpha's link was opened."""
    client = Browser()
    client.post(f"/orders/link/{token}/open/")
    return client


def asked(world: World) -> Iterator[tuple[Visitor, Probe]]:
    for stranger in STRANGERS:
        yield from ((stranger, probe) for probe in table.probes(world, stranger, ROUTES))


def test_the_link_opens_its_own_order(world: World, holder: Browser, token: str) -> None:
    page = holder.get(f"/orders/link/{token}/")
    told = everything_said(page)
    assert (page.status_code, world.alpha.canary("reason") in told) == (200, True)
    assert [one for theirs in (world.bravo, world.carol) for one in (theirs.stem, theirs.code) if one in told] == []


@pytest.mark.slow
def test_everywhere_else_its_holder_is_a_stranger(world: World, holder: Browser, token: str) -> None:
    holder.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    lines, faults = AuditLine.objects.count(), []
    for stranger, probe in asked(world):
        cookies = copy.deepcopy(holder.cookies)
        with transaction.atomic():
            response = request(holder, probe)
            said, written = everything_said(response), AuditLine.objects.count() - lines
            transaction.set_rollback(True)
        holder.cookies = cookies
        label = f"{probe.method} {probe.address}"
        if response.status_code not in statuses(stranger, probe):
            faults.append(f"{label} answered {response.status_code}")
        if written:
            faults.append(f"{label} wrote {written} audit lines")
        faults += [f"{label} told {text}" for text in leaks(world, stranger, probe, said)]
    assert faults == []


def test_another_link_is_not_opened_by_it(world: World, holder: Browser) -> None:
    other = orders.make_link(number=world.bravo.order, by=world.other_rep.actor, at=worlds.AT).token
    page = holder.get(f"/orders/link/{other}/")
    told = everything_said(page)
    assert (page.status_code, world.bravo.stem in told, world.bravo.code in told) == (200, False, False)
    answered = holder.post(f"/orders/link/{other}/accept/")
    assert answered.headers["Location"] == f"/orders/link/{other}/"
    assert Order.objects.get(number=world.bravo.order).state == "offered"


def test_opening_and_using_a_link_stand_in_the_book(world: World, holder: Browser, token: str) -> None:
    holder.post(f"/orders/link/{token}/accept/")
    lines = AuditLine.objects.filter(verb__startswith="orders.link.").order_by("pk")
    assert [(one.verb, one.role, one.actor_id is None, one.distributor_code) for one in lines] == [
        ("orders.link.made", "factory_rep", False, world.alpha.code),
        ("orders.link.opened", "distributor", True, world.alpha.code),
        ("orders.link.used", "distributor", True, world.alpha.code),
    ]


def test_its_own_addresses_are_these() -> None:
    """What a new address of a link lets its holder do belongs into the tests above."""
    public = {route.name for route in ROUTES if route.public and route.room == "orders"}
    assert public == {f"orders:{name}" for name in OWN}

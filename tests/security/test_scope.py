"""
Nobody reads or changes what is not theirs (hazard 16).

A table made from the URL configuration probes every route as every kind of visitor, with own
and foreign records. A foreign record answers as one that does not exist, nothing is written,
and no answer, whatever its form, ever holds a foreign distributor's texts.
"""

import copy
import logging
import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.db.models import F
from django.http import HttpResponse
from django.urls import path

from channelkeeper.access.models import AuditLine
from channelkeeper.findings.models import Finding
from channelkeeper.orders.models import Order
from channelkeeper.stock import packed
from channelkeeper.stock.models import CategoryWeek, DistributorWeek, Positions
from tests import world as worlds
from tests.security import routes, table
from tests.security.asking import Browser, arrive, everything_said, request, text_of
from tests.security.table import SESSION, TOKEN, Probe, Visitor
from tests.world import Belongings, World

pytestmark = pytest.mark.django_db
LEAST_PROBES = 5_800
ROUTES = routes.all_routes()
# What two answers to the same question differ in: tokens against forgery, and the second a workbook was made.
UNLIKE = re.compile(r'(csrf\w*|csrf-token|X-CSRFToken)"(: | value=| content=)"\w+"|\d{4}-\d\d-\d\dT[\d:]+Z')


def test_every_route_declares_who_may_come_in() -> None:
    assert routes.undeclared(ROUTES) == []


def test_a_route_without_a_policy_is_found() -> None:
    planted = [path("open/<int:pk>/", lambda request, pk: HttpResponse(), name="open")]
    found = list(routes.routes(planted, namespace="planted"))
    assert routes.undeclared(found) == [
        "/open/<int:pk>/ (planted:open) declares no policy: decorate its view with doors.page, doors.public, "
        "or doors.endpoint below the router's decorator."
    ]


def test_every_parameter_is_known_to_the_table() -> None:
    assert [table.parameter(route, name) is not None for route in ROUTES for name in route.parameters].count(False) == 0


def test_a_parameter_that_the_table_does_not_know_says_where_to_add_it() -> None:
    planted = next(routes.routes([path("<int:claim_id>/", lambda request, claim_id: HttpResponse(), name="claim")]))
    with pytest.raises(LookupError, match=r'add ":claim_id" to PARAMETERS in tests/security/table\.py'):
        table.parameter(planted, "claim_id")


def test_the_table_only_names_what_there_is() -> None:
    names = {route.name for route in ROUTES}
    parameters = {f"{route.name}:{name}" for route in ROUTES for name in route.parameters}
    parameters |= {f"{route.room}:{name}" for route in ROUTES for name in route.parameters}
    assert {*table.FORMS, *table.BODIES} - names == set()
    assert table.PARAMETERS.keys() - parameters == set()


def test_the_table_holds_enough_probes(world: World) -> None:
    counted = sum(1 for visitor in table.VISITORS for _ in table.probes(world, visitor, ROUTES))
    assert counted >= LEAST_PROBES


# Who sees some and not others: their reads are narrowed in SQL, which either database runs in its own way. Of each kind
# of scope one visitor comes to SQLite and another to PostgreSQL; the rep, who uses the product most, to both.
ON_BOTH, SECOND = ("rep",), ("manager", "distributor bravo", "program of rep")


def _where(one: Visitor) -> list[pytest.MarkDecorator]:
    if one.name in ON_BOTH:
        return []
    return [pytest.mark.second if one.name in SECOND else pytest.mark.once]


WHO = [pytest.param(one, id=one.name, marks=_where(one)) for one in table.VISITORS]


@pytest.mark.slow
@pytest.mark.parametrize("visitor", WHO)
def test_nobody_reads_or_changes_what_is_not_theirs(world: World, visitor: Visitor) -> None:
    client = arrive(world, visitor)
    lines = AuditLine.objects.count()
    faults = [
        fault for probe in table.probes(world, visitor, ROUTES) for fault in ask(world, client, visitor, probe, lines)
    ]
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Leave the log of refusals out: thousands are wanted here."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.slow
def test_every_text_that_is_looked_for_can_be_seen_by_whom_it_belongs_to(world: World) -> None:
    readers = ("headquarters", "distributor alpha", "program of headquarters")
    told = " ".join(said for name in readers for said in read(world, name).values())
    assert [kind for kind in worlds.KINDS if world.alpha.canary(kind) not in told] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rep", "distributor alpha", "program of manager"])
def test_no_figure_of_anyone_else_goes_into_what_is_shown(world: World, name: str) -> None:
    before = read(world, name)
    multiply(world.bravo)
    after = read(world, name)
    assert [address for address, said in after.items() if said != before[address]] == []


@pytest.mark.slow
def test_figures_of_others_would_be_noticed(world: World) -> None:
    before = read(world, "headquarters")
    multiply(world.bravo)
    after = read(world, "headquarters")
    changed = {address for address, said in after.items() if said != before[address]}
    assert {"/", "/distributors/", "/overview/", "/orders/", "/findings/"} <= changed


def multiply(theirs: Belongings) -> None:
    """Let a distributor have a thousand times of everything, so that no total that it is in stays the same."""
    own = {"distributor__code": theirs.code}
    money = {name: F(name) * 1000 for name in ("stock_value", "sold_value", "short_value", "above_value")}
    DistributorWeek.objects.filter(**own).update(below=F("below") + 700, above=F("above") + 700, **money)
    CategoryWeek.objects.filter(**own).update(below=F("below") + 700, above=F("above") + 700, **money)
    for held in Positions.objects.filter(**own):
        records = packed.read_records(held.content).copy()
        records["on_hand_units"] += 1_000_000
        held.content = packed.pack_records(records)
        held.save(update_fields=["content"])
    Finding.objects.filter(**own).update(stake=F("stake") * 1000)
    Order.objects.filter(**own).update(amount=F("amount") * 1000, cases=F("cases") + 7000)


def read(world: World, name: str) -> dict[str, str]:
    """Return by address all that a visitor can read."""
    visitor = next(one for one in table.VISITORS if one.name == name)
    client = arrive(world, visitor)
    return {
        probe.address: UNLIKE.sub("", text_of(request(client, probe)))
        for probe in table.own_reads(world, visitor, ROUTES)
    }


def ask(world: World, client: Browser, visitor: Visitor, probe: Probe, lines: int) -> Iterator[str]:
    """Make a request, take back what it did, and yield what is wrong with the answer; `lines` were in the book."""
    label = f"{visitor.name}: {probe.method} {probe.address}{' (htmx)' if probe.htmx else ''}"
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        response = request(client, probe)
        written = AuditLine.objects.count() - lines
        said = everything_said(response)
        transaction.set_rollback(True)
    client.cookies = cookies  # whoever was signed out is back
    expected = statuses(visitor, probe)
    if response.status_code not in expected:
        yield f"{label} answered {response.status_code}, not {sorted(expected)}"
    if written and (probe.is_foreign(visitor) or visitor.role is None):
        yield f"{label} wrote {written} audit lines"
    yield from (f"{label} told {text}" for text in leaks(world, visitor, probe, said))


def leaks(world: World, visitor: Visitor, probe: Probe, said: str) -> Iterator[str]:
    """Yield each text of a foreign distributor that an answer holds, and that the visitor did not say first."""
    for theirs in world.all:
        if theirs.stem not in visitor.scope:
            yield from re.findall(rf"{theirs.stem}[a-z]+", said, re.IGNORECASE)[:1]
            if theirs.code in said and theirs.code not in probe.words:
                yield theirs.code


def statuses(visitor: Visitor, probe: Probe) -> frozenset[int]:
    """Return how a request may be answered."""
    route = probe.route
    if probe.method not in route.answered:
        return frozenset({405}) if route.name not in routes.FRAMEWORK else frozenset({200, 404})
    if route.public:
        return frozenset({200, 302, 404, 422})
    if route.is_api and (visitor.by == SESSION or visitor.role is None):
        return frozenset({401})
    if visitor.role is None or (visitor.by == TOKEN and not route.is_api):
        return frozenset({200 if probe.htmx else 302})  # to the sign-in page; a script is told to go there
    if visitor.role not in (route.policy or ()):
        return frozenset({403})
    if probe.is_foreign(visitor):
        return frozenset({404}) if route.parameters else frozenset({404, 422})
    if probe.method == "GET" and "?distributor=" in probe.address:
        return frozenset({200, 302, 404, 422} if route.is_api else {200, 302, 404})  # asks for another's by name
    plain_read = probe.method == "GET" and not (route.is_api and "?" in probe.address)
    return frozenset({200, 302}) if plain_read else frozenset({200, 204, 302, 422})

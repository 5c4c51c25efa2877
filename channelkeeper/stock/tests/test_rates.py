"""Reporting rates by distributor, rep and office, and whom to remind."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from channelkeeper.catalog.tests.shelf import build_shelf
from channelkeeper.core import weeks
from channelkeeper.network.models import Assignment
from channelkeeper.network.tests.cast import AT, Cast, build_cast
from channelkeeper.stock import actions
from channelkeeper.stock.queries import rates
from channelkeeper.stock.tests.books import SYSTEM, WEEK, monday_after, report, row
from channelkeeper.stock.tests.test_views import browse, text_of

pytestmark = pytest.mark.django_db
BEFORE = weeks.shift(WEEK, -1)


@pytest.fixture
def cast(settings: Any) -> Cast:
    settings.CHANNELKEEPER_NOW = AT
    build_shelf()
    return build_cast()


def two_weeks() -> None:
    """D001 reports both weeks, the second late; D002 the first in time; D003 never."""
    report("D001", [row("T500", 10, 0, 1)], week=BEFORE)
    report("D002", [row("T500", 10, 0, 1)], week=BEFORE)
    report("D001", [row("T500", 9, 0, 1)], at=monday_after(WEEK, 15))
    for week in (BEFORE, WEEK):
        actions.close_week(week=week, by=SYSTEM, at=AT)


def told(cast: Cast, by: rates.By, actor: Any = None) -> list[tuple[str, int, int, int]]:
    found = rates.rates_by(actor or cast.headquarters.actor, at=AT, by=by, since=BEFORE, until=WEEK)
    return [(one.code, one.expected, one.received, one.on_time) for one in found]


def test_rates_are_told_by_distributor_rep_and_office_the_worst_first(cast: Cast) -> None:
    two_weeks()
    assert told(cast, "distributor") == [("D003", 2, 0, 0), ("D002", 2, 1, 1), ("D001", 2, 2, 1)]
    assert told(cast, "rep") == [("Y01", 2, 0, 0), ("J01", 4, 3, 2)]
    assert told(cast, "office") == [("W1", 2, 0, 0), ("E1", 4, 3, 2)]


def test_a_rep_is_credited_with_the_weeks_held(cast: Cast) -> None:
    two_weeks()
    Assignment.objects.filter(distributor=cast.hualian).update(ends_on=WEEK)
    Assignment.objects.create(rep=cast.other_rep_record, distributor=cast.hualian, starts_on=WEEK)
    assert told(cast, "rep") == [("Y01", 3, 1, 0), ("J01", 3, 2, 2)]


def test_rates_are_of_those_in_scope(cast: Cast) -> None:
    two_weeks()
    assert told(cast, "distributor", cast.other_rep.actor) == [("D003", 2, 0, 0)]
    assert told(cast, "rep", cast.rep.actor) == [("J01", 4, 3, 2)]
    assert told(cast, "office", cast.manager.actor) == [("E1", 4, 3, 2)]


# The page of a manager asks for the name of the office, one query more.
@pytest.mark.parametrize(("by", "number", "asked"), [("office", 1, 6), ("distributor", 3, 5)])
def test_rates_take_the_same_queries_for_one_and_three(cast: Cast, by: str, number: int, asked: int) -> None:
    two_weeks()
    member = cast.headquarters if number == 3 else cast.manager
    client = browse(member)
    address = f"{reverse('stock:rates')}?by={by}&weeks=4"
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        page = text_of(client.get(address))
    assert page.count('<th scope="row"') == number
    assert len(queries) == asked


def test_rates_go_out_as_a_file(cast: Cast) -> None:
    two_weeks()
    address = f"{reverse('stock:rates')}?by=rep&weeks=4&format="
    assert browse(cast.auditor).get(address + "xlsx").content.startswith(b"PK")
    body = json.loads(browse(cast.auditor).get(address + "json").content)
    assert len(body["rows"]) == 2


@pytest.mark.parametrize("number", [1, 3])
def test_reminders_take_the_same_queries_for_one_and_three(cast: Cast, number: int) -> None:
    for code in ("D001", "D002")[: 3 - number]:
        report(code, [row("T500", 10, 0, 1)])
    client = browse(cast.headquarters)
    client.get(reverse("stock:reminders"))
    with CaptureQueriesContext(connection) as queries:
        page = text_of(client.get(reverse("stock:reminders")))
    assert f"{number} report{'s are' if number > 1 else ' is'} late" in page
    assert page.count("has not come yet") == number
    assert len(queries) == 7


def test_the_words_name_week_and_days_in_the_readers_language(cast: Cast) -> None:
    page = text_of(browse(cast.other_rep, "zh-hans").get(reverse("stock:reminders")))
    assert "鑫达商行，第47周（11月16日到11月22日）的进销存周报还没收到" in page
    assert "永盛" not in page


def test_without_anything_the_pages_say_so(cast: Cast) -> None:
    assert "No rates yet" in text_of(browse(cast.rep).get(reverse("stock:rates")))
    for code in ("D001", "D002"):
        report(code, [row("T500", 10, 0, 1)])
    assert "Nobody to remind" in text_of(browse(cast.rep).get(reverse("stock:reminders")))


@pytest.mark.parametrize("name", ["rates", "reminders"])
def test_a_distributor_is_not_told_of_others(cast: Cast, name: str) -> None:
    assert browse(cast.distributor_user).get(reverse(f"stock:{name}")).status_code == 403

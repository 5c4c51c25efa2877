"""Runs: found again by key, continued where they broke off, seen by those who look after the system."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from channelkeeper.access.rules import Role, whole
from channelkeeper.access.tests.people import acting, person
from channelkeeper.jobs import actions, queries
from channelkeeper.jobs.models import Run

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)


def start(at: datetime = AT) -> actions.Going:
    return actions.start(kind="stock.close", key="2026-W47", total=3, at=at)


def test_a_run_goes_on_behind_its_last_chunk() -> None:
    first = start()
    assert (first.last_key, first.done, first.continued) == ("", 0, False)
    actions.step(run_id=first.run_id, last_key="D001", done=1, at=AT)
    second = start(LATER)
    assert (second.run_id, second.last_key, second.done, second.continued) == (first.run_id, "D001", 1, True)


def test_a_failed_run_says_why_and_goes_on() -> None:
    going = start()
    actions.step(run_id=going.run_id, last_key="D001", done=1, at=AT)
    actions.fail(run_id=going.run_id, at=LATER, message="OSError: full")
    found = queries.run_of(kind="stock.close", key="2026-W47")
    assert found is not None
    assert (found.state, found.message, found.percent) == ("failed", "OSError: full", 33)
    again = start(LATER)
    assert again.continued is True
    assert Run.objects.get().message == ""


def test_a_finished_run_begins_anew() -> None:
    going = start()
    actions.step(run_id=going.run_id, last_key="D003", done=3, at=AT)
    actions.finish(run_id=going.run_id, at=AT)
    again = start(LATER)
    assert (again.last_key, again.done, again.continued) == ("", 0, False)
    run = Run.objects.get()
    assert (run.state, run.started_at, run.finished_at) == ("running", LATER, None)


def test_an_unknown_run_is_none() -> None:
    assert queries.run_of(kind="stock.close", key="1999-W01") is None


@pytest.mark.parametrize("number", [1, 3])
def test_headquarters_sees_the_runs_in_the_same_queries(number: int) -> None:
    for place in range(number):
        actions.start(kind="stock.close", key=f"2026-W{40 + place}", total=3, at=AT)
    user = person("hq", Role.HEADQUARTERS)
    client = Client()
    client.cookies["language"] = "en"
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("jobs:runs"))
    with CaptureQueriesContext(connection) as asked:
        response = client.get(reverse("jobs:runs"))
    page = response.content.decode()
    assert page.count("stock.close 2026-W4") == number
    assert len(asked) == 5


@pytest.mark.parametrize("role", [Role.OFFICE_MANAGER, Role.FACTORY_REP, Role.DISTRIBUTOR, Role.TEAM_MEMBER])
def test_others_do_not_see_them(role: Role) -> None:
    start()
    user = person("someone", role)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("jobs:runs")).status_code == 403
    assert queries.runs(acting(user, role)) == []
    assert len(queries.runs(whole("test"))) == 1

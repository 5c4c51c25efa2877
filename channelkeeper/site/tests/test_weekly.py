"""The weekly run: close, propose, score; broken off at any step it goes on, and comes to the same."""

import json
from datetime import date, datetime

import pytest
from django.test import override_settings
from typer.testing import CliRunner

from channelkeeper.access.models import AuditLine
from channelkeeper.access.rules import NotAllowed, whole
from channelkeeper.catalog.tests.shelf import build_shelf
from channelkeeper.core import weeks
from channelkeeper.jobs.queries import run_of
from channelkeeper.network.tests.cast import build_cast
from channelkeeper.orders.models import Order, Score
from channelkeeper.orders.tests import ledgers
from channelkeeper.orders.tests.seed import House
from channelkeeper.site import actions as weekly
from channelkeeper.site import command
from channelkeeper.stock.models import Positions
from channelkeeper.stock.rules import NotClosed

W47 = date(2026, 11, 16)
W38 = weeks.shift(W47, -9)
SYSTEM = whole("test: weekly")
pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    """The cast with 30 weeks of tea behind each distributor, selling 240 a week out of 600."""
    house = House(build_cast(), build_shelf())
    for one in (house.cast.hualian, house.cast.yongsheng, house.cast.xinda):
        ledgers.steady(one, house.shelf.tea, last_week=W47, count=30, weekly=240, stock=600)
    return house


def monday(week: date, hour: int = 13) -> datetime:
    """Return an instant of the Monday after a week."""
    return datetime.fromisoformat(f"{weeks.shift(week, 1)}T{hour:02d}:00:00+08:00")


def run(week: date, tell: weekly.Tell | None = None) -> weekly.WeeklyRun:
    """Run a week as the command does, on the Monday after it."""
    return weekly.run_week(week=week, by=SYSTEM, at=monday(week), tell=tell)


def kept() -> tuple[object, ...]:
    """Return what stands: closes, orders and scores without their keys and instants."""
    return (
        sorted(Positions.objects.values_list("week", "distributor__code")),
        sorted(Order.objects.values_list("number", "state", "cases")),
        sorted(Score.objects.values_list("order__number", "product__code", "right", "stock_followed")),
    )


def test_a_monday_closes_proposes_and_scores_what_has_passed(house: House) -> None:
    first = run(W38)
    assert first.closed is not None
    assert (first.closed.distributors, first.closed.reported) == (3, 0)
    assert first.proposed is not None
    assert len(first.proposed.outcomes) == 3
    assert first.scored == []  # its own weeks lie ahead
    steps: list[tuple[str, int, int]] = []
    second = run(W47, tell=lambda *told: steps.append(told))
    assert [(one.week, one.orders) for one in second.scored] == [(W38, 3)]
    assert Score.objects.filter(order__week=W38, product=house.shelf.tea).count() == second.scored[0].scored > 0
    assert [name for name, *_ in steps] == ["close", "propose", "score 2026-W38"]
    assert all(done == total for _, done, total in steps[-2:])


def test_what_was_scored_long_ago_is_left_to_a_command_of_its_own(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = [weeks.shift(W38, back) for back in (-2, -1, 0)]
    for week in earlier:
        run(week)
    monkeypatch.setattr(weekly, "RESCORED_WEEKS", 1)
    assert [one.week for one in run(W47).scored] == earlier  # none of them had been
    assert [one.week for one in run(W47).scored] == [W38]


def test_every_step_leaves_its_audit_line_and_the_run_says_how_far_it_is(house: House) -> None:
    run(W38)
    run(W47)
    verbs = {"stock.week.closed", "orders.order.proposed", "orders.record.scored"}
    assert verbs <= set(AuditLine.objects.values_list("verb", flat=True))
    found = run_of(kind=weekly.KIND, key="2026-W47")
    assert found is not None
    assert (found.state, found.done, found.total) == ("done", 3, 3)


@pytest.mark.parametrize("broken", ["close", "propose", "score 2026-W38"])
def test_a_run_that_breaks_off_at_any_step_goes_on_behind_it(house: House, broken: str) -> None:
    run(W38)

    def end(step: str, done: int, total: int) -> None:
        if step == broken:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(W47, tell=end)
    stopped = run_of(kind=weekly.KIND, key="2026-W47")
    assert stopped is not None
    assert stopped.state == "failed"
    again = run(W47)
    assert (again.closed is None, again.proposed is None) == (broken != "close", broken.startswith("score"))
    came_to = kept()
    run(W47)  # a finished run begins anew
    assert kept() == came_to


def test_who_may_not_is_refused_and_nothing_stands(house: House) -> None:
    for one in (house.cast.distributor_user, house.cast.rep, house.cast.manager, house.cast.auditor):
        with pytest.raises(NotAllowed):
            weekly.run_week(week=W47, by=one.actor, at=monday(W47))
    with pytest.raises(NotClosed):
        weekly.run_week(week=weeks.shift(W47, 1), by=SYSTEM, at=monday(W47))
    assert not Order.objects.exists()
    assert run_of(kind=weekly.KIND, key="2026-W47") is None


def test_the_command_takes_the_last_closed_week_and_answers_in_json(house: House) -> None:
    with override_settings(CHANNELKEEPER_NOW=monday(W38)):
        said = CliRunner().invoke(command.mount(), ["weekly"])
    assert said.exit_code == 0, said.output
    assert "propose: 3 created" in said.output
    with override_settings(CHANNELKEEPER_NOW=monday(W47)):
        answer = CliRunner().invoke(command.mount(), ["weekly", "--json"])
        wrong = CliRunner().invoke(command.mount(), ["weekly", "--week", "yesterday"])
        ahead = CliRunner().invoke(command.mount(), ["weekly", "--week", "2026-W48"])
    body = json.loads(answer.stdout)
    assert (body["week"], body["continued"], body["proposed"]) == ("2026-W47", False, {"created": 3})
    assert [one["week"] for one in body["scored"]] == ["2026-W38"]
    assert (wrong.exit_code, ahead.exit_code) == (2, 1)

"""Every story that the demo tells is found by the system, in a smaller company of the same people and fewer weeks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from channelkeeper.access.rules import Role, whole
from channelkeeper.catalog import queries as catalog
from channelkeeper.findings import queries as findings_of
from channelkeeper.findings.queries import talks as talks_of
from channelkeeper.findings.rules import Due, Outcome
from channelkeeper.findings.rules import State as FindingState
from channelkeeper.jobs.queries import run_of
from channelkeeper.network import queries as network
from channelkeeper.orders import queries as orders_of
from channelkeeper.orders.queries import LineView, OrderView, record
from channelkeeper.orders.rules import Bound, State
from channelkeeper.orders.scoring import Kind
from channelkeeper.seasons import queries as seasons
from channelkeeper.stock.queries import products as stock_of
from demo import fill, people, simulate, stories
from demo.actors import Actors
from demo.mondays import Length

LAST_WEEK = date(2026, 11, 16)
NOW = datetime.fromisoformat("2026-11-25T10:00:00+08:00")
SHORT = Length(reported=40, closed=24, clerks=0)
ALL = whole("test: demo")
PLACES = sorted(
    {
        *stories.FOLLOWS,
        stories.DECLINES,
        stories.CHANGES,
        stories.BINGES,
        stories.JOINED,
        stories.COUNTED,
        stories.AGREES,
        stories.MOVES,
        27,
        56,
    }
)


@dataclass(frozen=True)
class Filled:
    """The company as it is drawn, and how many weeks it was told of while it was filled."""

    company: simulate.Company
    told: list[int]

    def code(self, number: int) -> str:
        """Return a distributor's code by its running number."""
        place = self.company.place(number)
        assert place is not None
        return self.company.distributors[place].code

    def order(self, number: int) -> OrderView:
        """Return this week's order of a distributor."""
        filters = orders_of.Filters(week=LAST_WEEK, distributor=self.code(number))
        (row,) = orders_of.listed(ALL, at=NOW, filters=filters, limit=2)
        return orders_of.order(ALL, row.number, at=NOW)

    def line(self, number: int, product: int) -> LineView:
        """Return a line of this week's order."""
        wanted = self.company.products[product].code
        return next(one for one in self.order(number).lines if one.product == wanted)

    def kinds(self, number: int, *, positive: bool | None = None) -> set[str]:
        """Return which findings stand at a distributor."""
        filters = findings_of.Filters(distributor=self.code(number), positive=positive)
        return {one.kind for one in findings_of.listed(ALL, at=NOW, filters=filters)}

    def scored(self, number: int) -> list[record.ScoreView]:
        """Return the lines of a distributor whose weeks have passed."""
        filters = record.Filters(since=self.company.first_week, distributor=self.code(number))
        return record.listed(ALL, at=NOW, filters=filters, limit=10_000)


@pytest.fixture(scope="module")
def filled(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Filled]:
    """The company, filled once for all tests of this file."""
    folder: Path = tmp_path_factory.mktemp("workbooks")
    company = simulate.simulate(LAST_WEEK, PLACES)
    known = people.people(company.offices, company.reps, company.distributors)
    told: list[int] = []
    with django_db_blocker.unblock(), transaction.atomic():
        fill.fill(
            company,
            people.with_passwords(known, folder / "passwords.json"),
            folder=folder,
            now=NOW,
            tell=lambda step, done, total: told.append(done),
            length=SHORT,
        )
        yield Filled(company, told)
        transaction.set_rollback(True)


pytestmark = [pytest.mark.once, pytest.mark.django_db]


def test_the_last_monday_was_a_weekly_run_with_its_scores(filled: Filled) -> None:
    found = run_of(kind="weekly", key="2026-W47")
    assert found is not None
    assert (found.state, found.done) == ("done", found.total)
    assert found.total > 10
    assert filled.told == list(range(1, 41))


@pytest.mark.parametrize("number", stories.FOLLOWS)
def test_who_follows_the_proposals_has_them_scored_with_the_reps_edits(filled: Filled, number: int) -> None:
    kinds = {one.kind for one in filled.scored(number)}
    assert kinds == {Kind.FOLLOWED, Kind.EDITED}
    edited = [one for one in filled.scored(number) if one.kind is Kind.EDITED]
    assert {one.reason for one in edited} <= {edit.reason for edit in stories.EDITS}


def test_who_follows_is_kept_in_band_and_that_stands_beside_what_is_wrong(filled: Filled) -> None:
    assert "kept_in_band" in filled.kinds(stories.FOLLOWS[0], positive=True)


def test_who_changes_and_who_declines_stand_in_the_record_with_their_reasons(filled: Filled) -> None:
    changed = [one for one in filled.scored(stories.CHANGES) if one.kind is Kind.CHANGED]
    declined = [one for one in filled.scored(stories.DECLINES) if one.kind is Kind.DECLINED]
    assert {one.reason for one in changed} == {stories.CHANGED_BECAUSE}
    assert {one.reason for one in declined} == {stories.DECLINED_BECAUSE}
    assert any(one.kind is Kind.NOT_SENT for one in filled.scored(stories.DECLINES))


def test_following_would_have_left_less_above_the_band_at_who_declines(filled: Filled) -> None:
    filters = record.Filters(since=filled.company.first_week, distributor=filled.code(stories.DECLINES))
    total = record.total(ALL, at=NOW, filters=filters)
    assert total.excess_followed < total.excess_really


@pytest.mark.parametrize(("number", "state"), stories.PRESENT.items())
def test_this_weeks_orders_are_as_far_as_their_people(filled: Filled, number: int, state: str) -> None:
    if filled.company.place(number) is not None:
        wanted = State.PROPOSED if state == "draft" else State(state)
        assert filled.order(number).row.state is wanted


def test_what_a_rep_lifted_above_the_band_is_a_finding_with_the_reason_in_its_line(filled: Filled) -> None:
    lines = [one for one in filled.order(24).lines if one.reason == stories.STUFFED.reason]
    assert len(lines) == 1
    assert lines[0].edited
    assert "order_above_band" in filled.kinds(24)


def test_goods_near_their_end_are_found_and_talked_about(filled: Filled) -> None:
    filters = findings_of.Filters(distributor=filled.code(stories.BINGES), kind="near_expiry")
    (found,) = findings_of.listed(ALL, at=NOW, filters=filters)
    assert found.state is FindingState.IN_TALKS
    assert found.stake > 0
    assert any(one.basis.expiring_units for one in filled.order(stories.BINGES).lines)


def test_a_count_tells_what_copied_figures_hide_and_agrees_with_who_reports_what_it_has(filled: Filled) -> None:
    assert {"figures_copied", "count_differs"} <= filled.kinds(stories.COUNTED)
    assert "count_differs" not in filled.kinds(stories.AGREES)
    assert "above_band" in filled.kinds(stories.AGREES)


def test_who_joined_is_expected_by_what_it_bought_before(filled: Filled) -> None:
    standings = stock_of.standings(ALL, at=NOW, code=filled.code(stories.JOINED))
    assert standings
    assert all(row.uncertain for row in standings)
    assert any(row.from_sell_in for row in standings)


def test_talks_have_words_kept_broken_overdue_and_due_this_week(filled: Filled) -> None:
    words = [
        one for talk in talks_of.listed(ALL, at=NOW, filters=talks_of.Filters(), limit=50) for one in talk.agreements
    ]
    assert {one.state for one in words} == {Outcome.KEPT, Outcome.NOT_KEPT, Outcome.OPEN}
    assert {Due.OVERDUE, Due.SOON} <= {one.due for one in words}


def test_a_distributor_disputes_its_finding_in_its_own_words(filled: Filled) -> None:
    disputed = findings_of.listed(ALL, at=NOW, filters=findings_of.Filters(disputed=True))
    assert [one.distributor_code for one in disputed] == [filled.code(stories.DECLINES)]


def test_a_distributor_replies_to_what_was_found_in_its_order(filled: Filled) -> None:
    filters = findings_of.Filters(distributor=filled.code(stories.CHANGES), positive=False)
    histories = [
        findings_of.one(ALL, one.id, at=NOW).changes for one in findings_of.listed(ALL, at=NOW, filters=filters)
    ]
    assert stories.REPLIED in [line.reason for history in histories for line in history]


def test_bands_hold_by_category_and_by_distributor(filled: Filled) -> None:
    noodles = {one.code for one in catalog.products_by_code().values() if one.category_zh == "方便面"}
    lines = [one for one in filled.order(0).lines if one.product in noodles]
    assert {(one.basis.band.low_days, one.basis.band.high_days) for one in lines} == {(Decimal(15), Decimal(20))}


def test_a_truck_a_limit_and_a_minimum_bind_this_weeks_orders(filled: Filled) -> None:
    bound = {number: {one.bound_by for one in filled.order(number).lines} for number in (stories.MOVES, 27, 56)}
    assert Bound.TRUCK in bound[stories.MOVES]
    assert Bound.LIMIT in bound[27]
    assert bound[56] <= {Bound.MINIMUM, Bound.NONE, Bound.RETIRE}
    assert filled.order(56).row.lines_ordered == 0  # below its minimum amount it waits as a whole
    row = filled.order(27).row
    assert row.amount <= stories.ORDER_LIMITS[27]


def test_nothing_is_planned_to_arrive_while_the_warehouse_moves_or_the_factory_is_closed(filled: Filled) -> None:
    row = filled.order(stories.MOVES).row
    closed = seasons.closed_days(distributor_ids=[row.distributor_id], starts_on=LAST_WEEK, ends_on=date(2027, 3, 1))
    assert len(closed.distributors[row.distributor_id]) == stories.MOVES_DAYS
    assert not closed.arrivals_closed(row.distributor_id, row.arrives_on)
    assert row.arrives_on > max(closed.distributors[row.distributor_id])
    assert date(2027, 2, 6) in closed.factory


def test_a_launch_begins_with_its_first_fill_and_what_leaves_hands_over_to_its_successor(filled: Filled) -> None:
    usual = filled.line(24, stories.NEW)
    assert (usual.bound_by, usual.proposed_units) == (
        Bound.LAUNCH,
        stories.FIRST_FILL_CASES * usual.basis.units_per_case,
    )
    more = filled.line(stories.STARTS_WITH_MORE, stories.NEW)
    assert more.proposed_units == stories.MORE_CASES * more.basis.units_per_case
    leaving, following = filled.line(0, stories.LEAVES), filled.line(0, stories.SUCCESSOR)
    assert leaving.bound_by is Bound.RETIRE
    assert leaving.proposed_units == 0
    assert following.proposed_units > 0


def test_some_order_twice_a_week(filled: Filled) -> None:
    days = {row.code: row.order_weekdays for row in network.distributors(ALL, at=NOW)}
    assert len(days[filled.code(stories.CHANGES)]) == 2


def test_the_rep_sees_its_own_and_the_auditor_all(filled: Filled) -> None:
    actors = Actors(filled.company)
    rep, auditor = actors.rep(0, NOW), actors.named("auditor", Role.AUDITOR, NOW)
    assert len(findings_of.listed(rep, at=NOW)) < len(findings_of.listed(auditor, at=NOW))

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channelkeeper.access.rules import Actor, NotFound, Role
from channelkeeper.core import weeks
from channelkeeper.desk.queries import boards, briefs, distributors, events, overview, search
from channelkeeper.desk.queries.boards import Asked
from channelkeeper.desk.tests.seed import WEEK, Company, build_company
from channelkeeper.network import queries as network
from channelkeeper.network.models import Assignment, Rep
from channelkeeper.network.tests.cast import AT
from channelkeeper.orders.models import Order
from channelkeeper.seasons.models import Festival, Promotion
from channelkeeper.stock.actions.office_weeks import sum_up
from channelkeeper.stock.models import DistributorWeek, OfficeWeek
from channelkeeper.stock.queries import levels, ranks, sums
from channelkeeper.stock.queries.levels import Level
from channelkeeper.stock.rules import Band

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return build_company()


def test_the_board_puts_those_to_see_first_worst_first(company: Company) -> None:
    board = boards.board(company.cast.headquarters.actor, at=AT)
    assert board is not None
    assert board.week == WEEK
    assert [(shop.place.code, shop.first) for shop in board.shops] == [("D001", True), ("D002", True), ("D003", False)]
    assert board.shops[0].sums.stake == Decimal("87366.20")
    assert boards.first_of(board).shops == 2


def test_each_sees_its_own_board(company: Company) -> None:
    cast = company.cast
    seen = {}
    for name in ("headquarters", "auditor", "manager", "rep", "other_rep", "distributor_user"):
        board = boards.board(getattr(cast, name).actor, at=AT)
        seen[name] = [shop.place.code for shop in board.shops] if board else []
    assert seen == {
        "headquarters": ["D001", "D002", "D003"],
        "auditor": ["D001", "D002", "D003"],
        "manager": ["D001", "D002"],
        "rep": ["D001", "D002"],
        "other_rep": ["D003"],
        "distributor_user": ["D001"],
    }


def test_a_stranger_has_no_board(company: Company) -> None:
    assert boards.board(Actor(role=Role.TEAM_MEMBER, user_id=company.cast.rep.user.pk, name="x"), at=AT) is None


def test_totals_weigh_days_by_value(company: Company) -> None:
    board = boards.board(company.cast.rep.actor, at=AT)
    assert board is not None
    total, counted = boards.totals(board), board.every
    assert (counted.shops, counted.reported, counted.below, counted.above) == (2, 1, 5, 1)
    assert (total.days, total.band) == (Decimal("21.55"), Band.INSIDE)
    assert counted.stake == Decimal("118766.20")
    assert total.days_after is None


def test_an_older_week_is_shown_as_it_was(company: Company) -> None:
    board = boards.board(company.cast.rep.actor, at=AT, asked=Asked(week=weeks.shift(WEEK, -1)))
    assert board is not None
    assert (board.week, [shop.sums.band for shop in board.shops]) == (weeks.shift(WEEK, -1), [Band.ABOVE, Band.BELOW])


def test_the_board_takes_seven_queries_whatever_the_number(company: Company) -> None:
    counts = []
    for actor in (company.cast.other_rep.actor, company.cast.headquarters.actor):
        with CaptureQueriesContext(connection) as queries:
            boards.board(actor, at=AT)
        counts.append(len(queries))
    assert counts == [7, 7]


def test_a_distributor_stands_against_last_week_and_last_year(company: Company) -> None:
    summary = distributors.summary(company.cast.rep.actor, "D001", at=AT)
    assert summary.sums is not None
    assert summary.before is not None
    assert (summary.sums.days, summary.before.days) == (Decimal("28.9"), Decimal("29.9"))
    # Closes of 28.9 to 32.9 days: weeks 1 to 47 and the close before them, 48 each year.
    assert summary.turnover == distributors.Turnover(Decimal("30.8375"), Decimal("30.9625"))
    assert summary.arrives_on is not None
    assert summary.arrives_on.isoformat() == "2026-12-01"


def test_products_come_as_they_are_to_be_talked_about(company: Company) -> None:
    actor = company.cast.rep.actor
    rows = distributors.products(actor, distributors.summary(actor, "D001", at=AT), at=AT)
    assert [row.standing.code for row in rows][:2] == ["T500", "W550"]
    assert rows[0].short
    assert rows[0].weeks is not None
    assert (len(rows[0].weeks.sold), rows[0].weeks.out) == (26, (13, 14, 24))
    assert rows[0].standing.short_value == Decimal("1452.00")
    assert rows[1].standing.above_value == Decimal("88000.00")


def test_a_product_that_is_not_there_is_not_found(company: Company) -> None:
    actor = company.cast.rep.actor
    summary = distributors.summary(actor, "D001", at=AT)
    assert distributors.product(actor, summary, "T500", at=AT).standing.code == "T500"
    with pytest.raises(NotFound):
        distributors.product(actor, summary, "NONE", at=AT)
    unseen = distributors.summary(company.cast.headquarters.actor, "D003", at=AT)
    with pytest.raises(NotFound):
        distributors.product(actor, unseen, "T500", at=AT)


@pytest.mark.parametrize("name", ["other_rep", "other_manager", "other_distributor_user"])
def test_a_distributor_out_of_scope_is_not_found(company: Company, name: str) -> None:
    actor = getattr(company.cast, name).actor
    with pytest.raises(NotFound):
        distributors.summary(actor, "D001", at=AT)
    with pytest.raises(NotFound):
        briefs.brief(actor, "D001", at=AT)


def test_the_brief_names_what_runs_out_and_what_lies_still(company: Company) -> None:
    found = briefs.brief(company.cast.rep.actor, "D001", at=AT)
    assert [row.standing.code for row in found.short] == ["T500"]
    assert [row.standing.code for row in found.held] == ["W550"]
    assert (found.below, found.runs_out, found.above) == (1, 1, 1)


def test_the_overview_groups_by_what_the_reader_manages(company: Company) -> None:
    cast = company.cast
    seen = {}
    for name in ("headquarters", "manager", "rep"):
        found = overview.overview(getattr(cast, name).actor, at=AT)
        assert found is not None
        seen[name] = (found.by, [trend.group.code for trend in found.trends])
    assert seen == {
        "headquarters": ("office", ["W1", "E1"]),
        "manager": ("rep", ["J01"]),
        "rep": ("distributor", ["D001", "D002"]),
    }


def test_the_overview_counts_shares_and_punctuality(company: Company) -> None:
    found = overview.overview(company.cast.headquarters.actor, at=AT)
    assert found is not None
    assert (len(found.chart), len(found.year_before)) == (52, 52)
    assert found.share == Decimal(9) / 15
    assert found.share_a_year_ago == Decimal(12) / 15
    east = next(trend for trend in found.trends if trend.group.code == "E1")
    assert (east.shares[-1], east.missing, east.distributors) == (Decimal(4) / 10, 1, 2)
    # Two distributors, twelve weeks: each late in weeks 6 back, one missing in the last.
    assert east.on_time == Decimal(21) / 24
    assert [shop.place.code for shop in found.worst] == ["D001", "D002", "D003"]


def test_search_finds_what_is_in_scope_by_name_initials_and_code(company: Company) -> None:
    rep = company.cast.rep.actor
    assert [one.code for one in search.find(rep, "华联", at=AT, limit=6).distributors] == ["D001"]
    assert [one.code for one in search.find(rep, "ysfs", at=AT, limit=6).distributors] == ["D002"]
    assert [one.code for one in search.find(rep, "d0", at=AT, limit=6).distributors] == ["D001", "D002"]
    assert [one.code for one in search.find(rep, "乌龙", at=AT, limit=6).products] == ["T502"]
    assert search.find(rep, "鑫达", at=AT, limit=6).nothing
    assert search.find(rep, "  ", at=AT, limit=6).nothing
    assert search.codes(rep, "D00", at=AT) == {"D001", "D002"}


def test_a_distributor_finds_products_only(company: Company) -> None:
    found = search.find(company.cast.distributor_user.actor, "0", at=AT, limit=6)
    assert (found.distributors, bool(found.products)) == ([], True)


def test_events_are_flags_at_their_week(company: Company) -> None:
    tea = company.shelf.tea
    monday = weeks.shift(WEEK, 2)
    Promotion.objects.create(
        code="P1",
        label_zh="特价",
        label_en="Special price",
        product=tea,
        starts_on=weeks.shift(WEEK, 2),
        ends_on=weeks.shift(WEEK, 3),
        known_on=AT.date(),
        intensity=Decimal("0.5"),
    )
    Festival.objects.create(code="F1", name_zh="元旦", name_en="New Year", on=weeks.sunday_of(WEEK))
    shown = weeks.span(weeks.shift(WEEK, -1), monday)
    found = events.flags(
        at=AT,
        distributor_id=company.cast.hualian.pk,
        product_id=tea.pk,
        weeks_shown=shown,
        language="en",
    )
    assert found == {1: "New Year", 3: "Special price"}


@dataclass(frozen=True)
class Counted:
    """How many rows and how many queries."""

    rows: int
    queries: int


def test_week_sums_and_counts_take_one_query_each(company: Company) -> None:
    actor = company.cast.headquarters.actor
    since = weeks.shift(WEEK, -11)
    calls = (
        lambda: sums.week_sums(actor, at=AT, week=WEEK),
        lambda: levels.counts_by_level(actor, at=AT, level=Level.DISTRIBUTOR, since=since, until=WEEK),
        lambda: levels.counts_by_level(actor, at=AT, level=Level.OFFICE, since=since, until=WEEK),
        lambda: sums.shares(actor, at=AT, since=since, until=WEEK),
        lambda: sums.history(actor, at=AT, code="D001", since=since),
    )
    counted = []
    for call in calls:
        with CaptureQueriesContext(connection) as queries:
            rows = call()
        counted.append(Counted(len(rows), len(queries)))
    assert counted == [Counted(3, 1), Counted(36, 1), Counted(24, 1), Counted(12, 1), Counted(12, 1)]


def test_a_rep_is_credited_with_the_weeks_served(company: Company) -> None:
    """STK-5b: handed over on Thursday, 1 October, week 40 stands with the rep before, weeks 41 to 47 with the other."""
    cast = company.cast
    handed_over = date(2026, 10, 1)
    cast.rep_record.assignments.filter(distributor=cast.hualian).update(ends_on=handed_over)
    after = Rep.objects.create(code="J09", user=cast.auditor.user, office=cast.hualian.office)
    Assignment.objects.create(distributor=cast.hualian, rep=after, starts_on=handed_over)
    found = overview.overview(cast.manager.actor, at=AT)
    assert found is not None
    shares = {trend.group.code: trend.shares for trend in found.trends}
    assert [share is None for share in shares["J09"]] == [True] * 5 + [False] * 7
    # Hualian is 3 of 5 in band in the last week, Yongsheng 1 of 5.
    assert (shares["J09"][-1], shares["J01"][-1]) == (Decimal("0.6"), Decimal("0.2"))


def test_the_database_judges_as_the_rule_does(company: Company) -> None:
    """STK-2, STK-2c: the states of the list are those of `judge`, at the very ends of the band too."""
    scope = network.narrowed(company.cast.headquarters.actor, at=AT)
    for days, state in (("19.9", "below"), ("20", "in"), ("25", "in"), ("25.1", "above")):
        stock = Decimal(days) * 10000
        for band in (
            {"band_low_value": 0, "band_high_value": 0},
            {"band_low_value": 200000, "band_high_value": 250000},
        ):
            DistributorWeek.objects.filter(week=WEEK).update(stock_value=stock, reported=True, **band)
            counted = ranks.counted(scope, week=WEEK).of()
            rows = ranks.ranked(scope, week=WEEK, state=state)
            assert (counted.shops_below, counted.shops_inside, counted.shops_above) == {
                "below": (3, 0, 0),
                "in": (0, 3, 0),
                "above": (0, 0, 3),
            }[state]
            assert {row.band for row in rows} == {{"below": Band.BELOW, "in": Band.INSIDE, "above": Band.ABOVE}[state]}


def test_nothing_expected_is_in_no_state(company: Company) -> None:
    DistributorWeek.objects.filter(week=WEEK).update(expected_value_per_day=0, reported=True)
    counted = ranks.counted(network.narrowed(company.cast.headquarters.actor, at=AT), week=WEEK).of()
    assert (counted.shops, counted.shops_out, counted.shops_inside) == (3, 0, 0)


def test_a_page_behind_the_last_shows_the_last(company: Company) -> None:
    board = boards.board(company.cast.headquarters.actor, at=AT, page=9, size=2)
    assert board is not None
    assert (board.page, [shop.place.code for shop in board.shops]) == (2, ["D003"])


def test_orders_weigh_in_the_days_after(company: Company) -> None:
    """Hualian's 28.9 become 24, Yongsheng keeps 14.2, at the same sales a day: 19.1 in all."""
    Order.objects.create(
        number="D001-W47",
        distributor=company.cast.hualian,
        week=WEEK,
        estimated=False,
        lead_weeks=1,
        review_weeks=1,
        order_on=weeks.shift(WEEK, 1),
        arrives_on=weeks.shift(WEEK, 2),
        reading_on=weeks.sunday_of(weeks.shift(WEEK, 2)),
        lines_ordered=1,
        cases=1,
        amount=Decimal(48),
        days_now=28.9,
        days_after=24.0,
        inside_now=3,
        inside_after=4,
        proposed_at=AT,
        changed_at=AT,
    )
    board = boards.board(company.cast.rep.actor, at=AT)
    assert board is not None
    assert boards.totals(board).days_after == Decimal("19.1")


def test_a_close_keeps_the_sums_of_offices(company: Company) -> None:
    OfficeWeek.objects.filter(week=WEEK).delete()
    sum_up(WEEK, distributor_ids=[company.cast.hualian.pk])
    east = OfficeWeek.objects.get(week=WEEK)
    assert (east.office, east.distributors, east.reported) == (company.cast.hualian.office, 2, 1)
    assert (east.below, east.inside, east.above) == (5, 4, 1)
    DistributorWeek.objects.filter(week=WEEK, distributor=company.cast.yongsheng).update(reported=True)
    sum_up(WEEK, distributor_ids=[company.cast.yongsheng.pk])
    assert OfficeWeek.objects.get(week=WEEK).reported == 2

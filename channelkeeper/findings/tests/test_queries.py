from datetime import date
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from channelkeeper.access.rules import NotFound, whole
from channelkeeper.findings import actions, queries
from channelkeeper.findings.queries import Counts, Filters, Tally
from channelkeeper.findings.rules import Observation, Severity, State
from channelkeeper.network.models import Distributor
from channelkeeper.network.tests.cast import AT, Cast, build_cast

pytestmark = pytest.mark.django_db
W46 = date(2026, 11, 9)
KINDS = {("STK-2", "below_band"), ("STK-2", "above_band"), ("STK-2", "kept_in_band")}


@pytest.fixture
def cast() -> Cast:
    made = build_cast()
    actions.sync(
        kinds=KINDS,
        observations=[
            _observed(made.hualian, "below_band", Severity.URGENT, "500.00"),
            _observed(made.hualian, "kept_in_band", Severity.GOOD, "0.00"),
            _observed(made.yongsheng, "above_band", Severity.WARNING, "900.00"),
            _observed(made.xinda, "above_band", Severity.NOTE, "100.00"),
        ],
        week=W46,
        by=whole("test of findings"),
        at=AT,
    )
    return made


def _observed(distributor: Distributor, kind: str, severity: Severity, stake: str) -> Observation:
    return Observation(kind, "STK-2", distributor.pk, W46, severity, f"findings.kind_{kind}", stake=Decimal(stake))


def test_the_most_at_stake_comes_first_and_good_ones_last(cast: Cast) -> None:
    found = queries.listed(cast.headquarters.actor, at=AT)
    assert [(view.distributor_code, view.kind) for view in found] == [
        ("D002", "above_band"),
        ("D001", "below_band"),
        ("D003", "above_band"),
        ("D001", "kept_in_band"),
    ]


def test_everyone_sees_only_what_is_in_scope(cast: Cast) -> None:
    seen = {
        name: {view.distributor_code for view in queries.listed(getattr(cast, name).actor, at=AT)}
        for name in ("headquarters", "auditor", "manager", "rep", "other_rep", "distributor_user")
    }
    assert seen == {
        "headquarters": {"D001", "D002", "D003"},
        "auditor": {"D001", "D002", "D003"},
        "manager": {"D001", "D002"},
        "rep": {"D001", "D002"},
        "other_rep": {"D003"},
        "distributor_user": {"D001"},
    }


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(kind="above_band"), ["D002", "D003"]),
        (Filters(distributor="D001"), ["D001", "D001"]),
        (Filters(severity=Severity.WARNING), ["D002", "D001"]),
        (Filters(positive=True), ["D001"]),
        (Filters(positive=False), ["D002", "D001", "D003"]),
        (Filters(disputed=True), []),
        (Filters(states=frozenset({State.RESOLVED})), []),
    ],
)
def test_filters_narrow_the_list(cast: Cast, filters: Filters, expected: list[str]) -> None:
    found = queries.listed(cast.headquarters.actor, at=AT, filters=filters)
    assert [view.distributor_code for view in found] == expected


def test_counts_say_each_distributors_findings_in_one_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        counted = queries.counts(cast.headquarters.actor, at=AT)
    assert counted == {
        cast.hualian.pk: Counts(bad=1, good=1, urgent=1, stake=Decimal("500.00")),
        cast.yongsheng.pk: Counts(bad=1, good=0, urgent=0, stake=Decimal("900.00")),
        cast.xinda.pk: Counts(bad=1, good=0, urgent=0, stake=Decimal("100.00")),
    }


def test_the_tally_counts_what_the_reader_may_ask_for(cast: Cast) -> None:
    expected = Tally(bad=2, good=1, in_talks=0, disputed=0, stake=Decimal("1400.00"), distributors=2)
    assert queries.tally(cast.rep.actor, at=AT) == expected
    assert expected.live == 3


def test_kinds_come_with_their_number(cast: Cast) -> None:
    found = queries.kinds(cast.headquarters.actor, at=AT)
    assert found == [("above_band", 2), ("below_band", 1), ("kept_in_band", 1)]


def test_a_finding_comes_with_its_history(cast: Cast) -> None:
    first = queries.listed(cast.rep.actor, at=AT)[0]
    actions.dismiss(finding_id=first.id, by=cast.rep.actor, at=AT, reason="节前备货")
    detail = queries.one(cast.rep.actor, first.id, at=AT)
    assert [(line.before, line.after, line.reason) for line in detail.changes] == [
        ("open", "dismissed", "节前备货"),
        ("", "open", ""),
    ]
    assert detail.record()["finding"]["stake"] == "900.00"


def test_a_finding_out_of_scope_is_not_found(cast: Cast) -> None:
    mine = queries.listed(cast.rep.actor, at=AT)[0]
    with pytest.raises(NotFound):
        queries.one(cast.other_rep.actor, mine.id, at=AT)


def test_a_finding_speaks_both_languages(cast: Cast) -> None:
    view = queries.listed(cast.rep.actor, at=AT)[0]
    assert (view.said("zh-hans"), view.said("en"), view.distributor_name("en"), view.distributor_name("zh")) == (
        "压货",
        "Lies above the band",
        "Yongsheng Foods",
        "永盛副食",
    )

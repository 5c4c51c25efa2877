from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channelkeeper.access.models import AuditLine
from channelkeeper.access.rules import Actor, NotAllowed, NotFound, whole
from channelkeeper.core import weeks
from channelkeeper.findings import actions
from channelkeeper.findings.actions import Synchronised
from channelkeeper.findings.models import Finding, FindingChange
from channelkeeper.findings.rules import Observation, ReasonMissing, Severity, State, WrongState
from channelkeeper.network.models import Distributor
from channelkeeper.network.tests.cast import AT, Cast, build_cast

pytestmark = pytest.mark.django_db

W46, W47 = date(2026, 11, 9), date(2026, 11, 16)
BELOW = ("STK-2", "below_band")
SYSTEM = whole("test of findings")


@pytest.fixture
def cast() -> Cast:
    return build_cast()


def below(cast_member: Distributor, *, subject: str = "T500", week: date = W46, stake: str = "120.00") -> Observation:
    return Observation(
        kind="below_band",
        rule="STK-2",
        distributor_id=cast_member.pk,
        subject=subject,
        week=week,
        severity=Severity.WARNING,
        sentence="findings.kind_below_band",
        figures={"days": "6.2"},
        evidence=(("stock", "report", 12),),
        stake=Decimal(stake),
    )


def sync(
    observations: Iterable[Observation], *, week: date = W46, ids: Iterable[int] | None = None, by: Actor = SYSTEM
) -> Synchronised:
    return actions.sync(
        kinds={BELOW},
        observations=observations,
        week=week,
        by=by,
        at=AT,
        distributor_ids=None if ids is None else set(ids),
    )


def opened(cast: Cast) -> Finding:
    sync([below(cast.hualian)])
    return Finding.objects.get()


def test_an_observation_becomes_a_finding_with_its_figures(cast: Cast) -> None:
    assert sync([below(cast.hualian)]) == Synchronised(opened=1, seen_again=0, resolved=0, withdrawn=0)
    finding = Finding.objects.get()
    assert (finding.state, finding.first_week, finding.week, finding.looked_week) == ("open", W46, W46, W46)
    assert (finding.figures, finding.evidence, finding.stake) == (
        {"days": "6.2"},
        [["stock", "report", 12]],
        Decimal("120.00"),
    )
    change = FindingChange.objects.get()
    assert (change.before, change.after, change.by_name) == ("", "open", "channelkeeper")


def test_a_rerun_updates_the_figures_and_never_doubles(cast: Cast) -> None:
    sync([below(cast.hualian)])
    assert sync([below(cast.hualian, stake="80.00")]) == Synchronised(0, 1, 0, 0)
    assert Finding.objects.get().stake == Decimal("80.00")
    assert FindingChange.objects.count() == 1


def test_two_clean_weeks_resolve_a_finding(cast: Cast) -> None:
    sync([below(cast.hualian)])
    assert sync([], week=W47) == Synchronised(0, 0, 0, 0)
    assert sync([], week=weeks.shift(W47, 1)) == Synchronised(0, 0, 1, 0)
    assert Finding.objects.get().state == "resolved"
    assert list(FindingChange.objects.order_by("pk").values_list("before", "after")) == [
        ("", "open"),
        ("open", "resolved"),
    ]


def test_an_older_week_never_turns_a_finding_back(cast: Cast) -> None:
    sync([below(cast.hualian, week=W47)], week=W47)
    sync([below(cast.hualian, stake="999.00")], week=W46)
    finding = Finding.objects.get()
    assert (finding.first_week, finding.week, finding.stake) == (W46, W47, Decimal("120.00"))


def test_a_corrected_report_withdraws_the_finding_and_a_second_correction_brings_it_back(cast: Cast) -> None:
    sync([below(cast.hualian)])
    assert sync([]) == Synchronised(0, 0, 0, 1)
    assert Finding.objects.get().state == "withdrawn"
    assert sync([below(cast.hualian)]) == Synchronised(0, 1, 0, 0)
    assert Finding.objects.get().state == "open"


def test_a_distributor_that_was_not_looked_at_gets_no_clean_week(cast: Cast) -> None:
    sync([below(cast.hualian), below(cast.xinda)])
    sync([], week=W47, ids=[cast.hualian.pk])
    assert dict(Finding.objects.values_list("distributor__code", "clean_weeks")) == {"D001": 1, "D003": 0}


def test_another_kind_that_was_not_looked_for_stays_untouched(cast: Cast) -> None:
    sync([below(cast.hualian)])
    actions.sync(kinds={("STK-2", "above_band")}, observations=[], week=W47, by=SYSTEM, at=AT)
    assert Finding.objects.get().looked_week == W46


def test_a_finding_in_talks_stays_in_talks_while_it_goes_on(cast: Cast) -> None:
    finding = opened(cast)
    actions.take_into_talks(finding_id=finding.pk, by=cast.rep.actor, at=AT)
    sync([below(cast.hualian, week=W47)], week=W47)
    assert Finding.objects.get().state == "in_talks"


def test_a_dismissed_finding_is_found_anew_only_when_it_grows_worse(cast: Cast) -> None:
    finding = opened(cast)
    actions.dismiss(finding_id=finding.pk, by=cast.rep.actor, at=AT, reason="节前备货")
    sync([below(cast.hualian, week=W47)], week=W47)
    assert list(Finding.objects.values_list("state", "week")) == [("dismissed", W47)]
    week = weeks.shift(W47, 1)
    sync([replace(below(cast.hualian, week=week), severity=Severity.URGENT)], week=week)
    assert list(Finding.objects.order_by("pk").values_list("state", flat=True)) == ["dismissed", "open"]


def test_what_does_not_belong_to_the_run_is_refused(cast: Cast) -> None:
    wrong = (
        ([replace(below(cast.hualian), kind="above_band")], None),
        ([below(cast.hualian, week=W47)], None),
        ([below(cast.hualian), below(cast.hualian)], None),
        ([below(cast.hualian)], [cast.xinda.pk]),
    )
    for observations, ids in wrong:
        with pytest.raises(ValueError, match=r"run"):
            sync(observations, ids=ids)
    assert Finding.objects.count() == 0


def test_only_the_system_and_headquarters_synchronise(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        sync([], by=cast.manager.actor)
    with pytest.raises(NotAllowed):
        actions.withdraw_for(distributor_id=cast.hualian.pk, week=W46, by=cast.rep.actor, at=AT, reason="corrected")


@pytest.mark.parametrize("number", [2, 40])
def test_a_run_takes_the_same_queries_whatever_the_number(cast: Cast, number: int) -> None:
    sync([below(cast.hualian, subject=f"P{index}") for index in range(number)])
    with CaptureQueriesContext(connection) as queries:
        sync([below(cast.hualian, subject=f"P{index}", week=W47) for index in range(1, number + 1)], week=W47)
    statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    # Load, update what is unseen and what is seen, insert findings, ask their keys, insert changes, audit.
    assert len(statements) == 7


def test_withdrawing_for_a_correction_leaves_other_weeks_and_distributors_alone(cast: Cast) -> None:
    sync([below(cast.hualian), below(cast.xinda)])
    both = [below(cast.hualian, week=W47), below(cast.hualian, subject="W550", week=W47)]
    sync(both, week=W47, ids=[cast.hualian.pk])
    changed = actions.withdraw_for(
        distributor_id=cast.hualian.pk, week=W47, by=SYSTEM, at=AT, reason="更正了第47周的周报"
    )
    assert changed == 2
    assert sorted(Finding.objects.values_list("distributor__code", "subject", "state", "week")) == [
        ("D001", "T500", "open", W46),
        ("D001", "W550", "withdrawn", W47),
        ("D003", "T500", "open", W46),
    ]
    assert AuditLine.objects.filter(verb="findings.finding.withdrawn").count() == 1


def test_every_step_leaves_a_change_and_an_audit_line(cast: Cast) -> None:
    finding = opened(cast)
    rep = cast.rep.actor
    actions.take_into_talks(finding_id=finding.pk, by=rep, at=AT)
    actions.resolve(finding_id=finding.pk, by=rep, at=AT + timedelta(hours=1), reason="已补货")
    actions.reopen(finding_id=finding.pk, by=cast.manager.actor, at=AT + timedelta(hours=2))
    assert list(FindingChange.objects.order_by("pk").values_list("before", "after", "by_name", "reason"))[1:] == [
        ("open", "in_talks", "李伟", ""),
        ("in_talks", "resolved", "李伟", "已补货"),
        ("resolved", "open", "周明", ""),
    ]
    assert list(
        AuditLine.objects.filter(subject_kind="finding").order_by("pk").values_list("verb", "distributor_code")
    ) == [
        ("findings.finding.taken_into_talks", "D001"),
        ("findings.finding.resolved", "D001"),
        ("findings.finding.reopened", "D001"),
    ]


def test_a_closed_finding_is_not_opened_beside_a_newer_one(cast: Cast) -> None:
    finding = opened(cast)
    actions.resolve(finding_id=finding.pk, by=cast.rep.actor, at=AT, reason="已补货")
    sync([below(cast.hualian, week=W47)], week=W47)
    with pytest.raises(WrongState):
        actions.reopen(finding_id=finding.pk, by=cast.rep.actor, at=AT)


def test_a_finding_out_of_scope_is_not_found(cast: Cast) -> None:
    finding = opened(cast)
    with pytest.raises(NotFound):
        actions.dismiss(finding_id=finding.pk, by=cast.other_rep.actor, at=AT, reason="nothing")
    with pytest.raises(NotFound):
        actions.dispute(finding_id=finding.pk, by=cast.other_distributor_user.actor, at=AT, words="no")


@pytest.mark.parametrize("to", [State.IN_TALKS, State.RESOLVED, State.DISMISSED, State.OPEN, State.WITHDRAWN])
def test_a_step_is_refused_to_auditor_and_distributor(cast: Cast, to: State) -> None:
    finding = opened(cast)
    for actor in (cast.auditor.actor, cast.distributor_user.actor):
        with pytest.raises(NotAllowed):
            actions.step(finding_id=finding.pk, to=to, by=actor, at=AT, reason="because")


def test_nobody_withdraws_by_hand(cast: Cast) -> None:
    finding = opened(cast)
    with pytest.raises(NotAllowed):
        actions.step(finding_id=finding.pk, to=State.WITHDRAWN, by=cast.headquarters.actor, at=AT, reason="because")


def test_a_distributor_disputes_its_own_finding_and_staff_settle_it(cast: Cast) -> None:
    finding = opened(cast)
    actions.dispute(finding_id=finding.pk, by=cast.distributor_user.actor, at=AT, words="我们点过，还有12箱")
    finding.refresh_from_db()
    assert (finding.disputed, finding.state) == (True, "open")
    with pytest.raises(ReasonMissing):
        actions.settle_dispute(finding_id=finding.pk, by=cast.rep.actor, at=AT, reason="")
    actions.settle_dispute(finding_id=finding.pk, by=cast.rep.actor, at=AT, reason="一起点过，是12箱")
    finding.refresh_from_db()
    assert finding.disputed is False
    with pytest.raises(WrongState):
        actions.settle_dispute(finding_id=finding.pk, by=cast.rep.actor, at=AT, reason="again")
    assert list(FindingChange.objects.order_by("pk").values_list("after", flat=True)) == [
        "open",
        "disputed",
        "dispute_settled",
    ]


def test_only_a_distributor_disputes_and_only_staff_settle(cast: Cast) -> None:
    finding = opened(cast)
    with pytest.raises(NotAllowed):
        actions.dispute(finding_id=finding.pk, by=cast.rep.actor, at=AT, words="no")
    with pytest.raises(NotAllowed):
        actions.settle_dispute(finding_id=finding.pk, by=cast.auditor.actor, at=AT, reason="no")


def test_times_are_those_given(cast: Cast) -> None:
    at = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
    actions.sync(kinds={BELOW}, observations=[below(cast.hualian)], week=W46, by=SYSTEM, at=at)
    finding = Finding.objects.get()
    assert (finding.created_at, finding.changed_at) == (at, at)

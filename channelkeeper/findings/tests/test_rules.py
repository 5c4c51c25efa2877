"""How a finding lives: FND-1 (seen), FND-2 (clean) and FND-3 (steps)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkeeper.core import weeks
from channelkeeper.findings.rules import (
    LIVE,
    Observation,
    ReasonMissing,
    Severity,
    State,
    Track,
    WrongState,
    check_dispute,
    check_step,
    seen,
    unseen,
)

W44, W45, W46, W47 = (date(2026, 10, 26), date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16))


def track(state: State = State.OPEN, first: date = W45, week: date = W46, clean: int = 0) -> Track:
    return Track(state, Severity.WARNING, first, week, weeks.shift(week, clean), clean)


def test_a_rerun_of_the_same_week_changes_nothing_fnd_1() -> None:
    assert seen(track(), week=W46, severity=Severity.WARNING) == track()


def test_a_newer_week_moves_the_finding_on_fnd_1() -> None:
    after = seen(track(clean=1), week=weeks.shift(W46, 2), severity=Severity.WARNING)
    assert after == track(week=weeks.shift(W46, 2))


def test_an_older_week_only_moves_the_beginning_fnd_1() -> None:
    assert seen(track(), week=W44, severity=Severity.URGENT) == track(first=W44)


def test_a_late_report_between_two_weeks_keeps_the_clean_weeks_after_it_fnd_1() -> None:
    looked = Track(State.OPEN, Severity.NOTE, W44, W44, W46, 2)
    assert seen(looked, week=W45, severity=Severity.NOTE) == Track(State.OPEN, Severity.NOTE, W44, W45, W46, 1)


@pytest.mark.parametrize(
    ("closed", "severity", "again"),
    [
        (track(State.RESOLVED), Severity.WARNING, False),
        (track(State.DISMISSED), Severity.WARNING, True),
        (track(State.DISMISSED), Severity.URGENT, False),
        (replace(track(State.DISMISSED), clean_weeks=2), Severity.WARNING, False),
        (track(State.WITHDRAWN), Severity.WARNING, False),
    ],
)
def test_what_was_closed_is_taken_up_again_or_found_anew_fnd_1(closed: Track, severity: Severity, again: bool) -> None:
    assert (seen(closed, week=W47, severity=severity) is not None) is again


def test_a_dismissed_finding_that_goes_on_stays_dismissed_fnd_1() -> None:
    after = seen(track(State.DISMISSED), week=W47, severity=Severity.WARNING)
    assert after == track(State.DISMISSED, week=W47)


def test_a_rerun_never_opens_what_a_person_closed_fnd_1() -> None:
    assert seen(track(State.RESOLVED), week=W46, severity=Severity.URGENT) == replace(
        track(State.RESOLVED), severity=Severity.URGENT
    )


def test_what_was_withdrawn_stands_again_when_the_corrected_week_shows_it_fnd_1() -> None:
    assert seen(track(State.WITHDRAWN), week=W46, severity=Severity.WARNING) == track()


def test_one_clean_week_is_counted_and_a_second_resolves_fnd_2() -> None:
    once = unseen(track(), week=W47)
    assert once == track(clean=1)
    twice = unseen(once, week=weeks.shift(W47, 1))
    assert twice == replace(track(clean=2), state=State.RESOLVED)


def test_a_clean_week_run_twice_counts_once_fnd_2() -> None:
    assert unseen(unseen(track(), week=W47), week=W47) == track(clean=1)


def test_an_older_clean_week_changes_nothing_fnd_2() -> None:
    assert unseen(track(), week=W44) == track()


def test_a_corrected_week_withdraws_what_began_there_fnd_2() -> None:
    assert unseen(track(first=W46), week=W46).state is State.WITHDRAWN


def test_a_corrected_week_takes_a_longer_finding_one_week_back_fnd_2() -> None:
    assert unseen(track(first=W44), week=W46) == Track(State.OPEN, Severity.WARNING, W44, W45, W46, 1)


def test_a_dismissed_finding_counts_clean_weeks_and_stays_dismissed_fnd_2() -> None:
    once = unseen(track(State.DISMISSED), week=W47)
    assert (once.state, once.clean_weeks) == (State.DISMISSED, 1)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (State.OPEN, State.IN_TALKS, ""),
        (State.OPEN, State.RESOLVED, "sold down"),
        (State.OPEN, State.DISMISSED, "a festival"),
        (State.IN_TALKS, State.RESOLVED, "sold down"),
        (State.IN_TALKS, State.DISMISSED, "a festival"),
        (State.RESOLVED, State.OPEN, ""),
        (State.DISMISSED, State.OPEN, ""),
    ],
)
def test_the_steps_that_a_person_may_take_fnd_3(before: State, after: State, reason: str) -> None:
    check_step(before=before, after=after, reason=reason)


ALLOWED = {
    (State.OPEN, State.IN_TALKS),
    (State.OPEN, State.RESOLVED),
    (State.OPEN, State.DISMISSED),
    (State.IN_TALKS, State.RESOLVED),
    (State.IN_TALKS, State.DISMISSED),
    (State.RESOLVED, State.OPEN),
    (State.DISMISSED, State.OPEN),
}


@pytest.mark.parametrize(("before", "after"), [(a, b) for a in State for b in State if (a, b) not in ALLOWED])
def test_every_other_step_is_refused_fnd_3(before: State, after: State) -> None:
    with pytest.raises(WrongState):
        check_step(before=before, after=after, reason="because")


@pytest.mark.parametrize("after", [State.RESOLVED, State.DISMISSED])
def test_closing_needs_a_reason_in_words_fnd_3(after: State) -> None:
    with pytest.raises(ReasonMissing):
        check_step(before=State.OPEN, after=after, reason="  ")


def test_a_dispute_needs_words_and_a_finding_that_stands() -> None:
    check_dispute(state=State.IN_TALKS, words="we counted 12")
    with pytest.raises(ReasonMissing):
        check_dispute(state=State.OPEN, words=" ")
    with pytest.raises(WrongState):
        check_dispute(state=State.RESOLVED, words="we counted 12")


def test_an_observation_refuses_a_negative_stake_and_a_week_that_is_no_monday() -> None:
    with pytest.raises(ValueError, match=r"must be 0 or more"):
        Observation("x", "STK-2", 1, W46, Severity.NOTE, "findings.kind_below_band", stake=Decimal(-1))
    with pytest.raises(ValueError, match=r"no Monday"):
        Observation("x", "STK-2", 1, date(2026, 11, 10), Severity.NOTE, "findings.kind_below_band")


def test_only_a_good_observation_is_positive() -> None:
    good = Observation("kept_in_band", "STK-2", 1, W46, Severity.GOOD, "findings.kind_kept_in_band")
    assert [replace(good, severity=severity).positive for severity in Severity] == [True, False, False, False]


def test_what_stands_after_all_is_over_if_two_weeks_were_clean_since_fnd_1() -> None:
    withdrawn = Track(State.WITHDRAWN, Severity.NOTE, W44, W44, weeks.shift(W44, 2), clean_weeks=2)
    after = seen(withdrawn, week=W44, severity=Severity.NOTE)
    assert after is not None
    assert (after.state, after.clean_weeks) == (State.RESOLVED, 2)
    once = seen(replace(withdrawn, clean_weeks=1), week=W44, severity=Severity.NOTE)
    assert once is not None
    assert once.state is State.OPEN


run = st.tuples(st.integers(-3, 6), st.booleans())


@given(st.lists(run, max_size=12))
def test_whatever_weeks_come_in_whatever_order_time_never_runs_backwards(runs: list[tuple[int, bool]]) -> None:
    now = Track(State.OPEN, Severity.NOTE, W44, W44, W44)
    for offset, found in runs:
        week = weeks.shift(W44, offset)
        after = seen(now, week=week, severity=Severity.NOTE) if found else unseen(now, week=week)
        if after is None:
            assert now.state not in LIVE
            return
        assert after.first_week <= after.week <= after.looked_week
        assert after.looked_week >= now.looked_week
        assert after.state not in LIVE or after.clean_weeks < 2
        now = after

"""ACC-1: who may stand in for whom; and the one permission check."""

from datetime import date

import pytest

from channelkeeper.access import rules
from channelkeeper.access.rules import Actor, Refusal, Role

TODAY = date(2026, 11, 24)
REP, MGR, DIST, AUD = Role.FACTORY_REP, Role.OFFICE_MANAGER, Role.DISTRIBUTOR, Role.AUDITOR
HEADQUARTERS = Actor(role=Role.HEADQUARTERS, user_id=1, name="总部")
MANAGER = Actor(role=Role.OFFICE_MANAGER, user_id=2, name="周明")
REPS = rules.Standing(
    absent_id=3, substitute_id=4, absent_roles=[Role.FACTORY_REP], substitute_roles=[Role.FACTORY_REP]
)


def refused(
    by: Actor = MANAGER,
    *,
    role: Role = Role.FACTORY_REP,
    standing: rules.Standing = REPS,
    starts_on: date = TODAY,
    ends_on: date = date(2026, 12, 1),
) -> str:
    """Return the code of the refusal, empty where it may be arranged."""
    try:
        rules.check_substitution(by=by, role=role, standing=standing, starts_on=starts_on, ends_on=ends_on, on=TODAY)
    except Refusal as refusal:
        return refusal.code
    return ""


def standing(absent: int, substitute: int, absent_role: Role, substitute_role: Role) -> rules.Standing:
    return rules.Standing(absent, substitute, [absent_role], [substitute_role])


MANAGERS = standing(5, 6, Role.OFFICE_MANAGER, Role.OFFICE_MANAGER)


@pytest.mark.parametrize("by", [HEADQUARTERS, MANAGER])
def test_headquarters_and_managers_arrange_it_for_reps(by: Actor) -> None:
    assert refused(by) == ""


@pytest.mark.parametrize(
    ("by", "people", "role", "code"),
    [
        (MANAGER, standing(3, 2, REP, MGR), REP, "substitute_is_arranger"),
        (MANAGER, standing(2, 3, MGR, REP), MGR, "substitute_is_arranger"),
        (HEADQUARTERS, standing(3, 3, REP, REP), REP, "substitute_is_absent"),
        (MANAGER, MANAGERS, MGR, "substitute_role"),
        (HEADQUARTERS, MANAGERS, MGR, ""),
        (HEADQUARTERS, standing(3, 4, DIST, REP), DIST, "substitute_role"),
        (HEADQUARTERS, standing(3, 4, AUD, REP), AUD, "substitute_role"),
        (HEADQUARTERS, MANAGERS, REP, "absent_without_role"),
        (HEADQUARTERS, standing(3, 4, REP, DIST), REP, "substitute_not_staff"),
        (HEADQUARTERS, standing(3, 4, REP, AUD), REP, "substitute_not_staff"),
    ],
)
def test_who_may_stand_in_for_whom(by: Actor, people: rules.Standing, role: Role, code: str) -> None:
    assert refused(by, standing=people, role=role).removeprefix("access.") == code


def test_a_substitute_does_not_arrange_for_the_absent_person_either() -> None:
    for_the_manager = Actor(role=Role.OFFICE_MANAGER, user_id=9, name="吴芳", stands_in_for_id=3)
    assert refused(for_the_manager) == "access.substitute_is_arranger"


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "code"),
    [
        (date(2026, 11, 23), date(2026, 12, 1), "access.substitute_period"),
        (TODAY, TODAY, "access.substitute_period"),
        (TODAY, date(2026, 11, 25), ""),
        (TODAY, date(2027, 2, 24), ""),  # 92 days
        (TODAY, date(2027, 2, 25), "access.substitute_period"),
    ],
)
def test_a_substitution_starts_today_or_later_and_lasts_92_days_at_most(
    starts_on: date, ends_on: date, code: str
) -> None:
    assert refused(starts_on=starts_on, ends_on=ends_on) == code


def test_a_refusal_speaks_both_languages() -> None:
    refusal = Refusal("access.substitute_period", days=92)
    assert str(refusal) == "Start today or later, for at most 92 days; for longer, hand over."
    assert refusal.render("zh-hans") == "从今天或以后开始，最多92天；更久就交接。"


def test_an_unlisted_verb_is_denied_to_all() -> None:
    for actor in (HEADQUARTERS, rules.whole("a test")):
        with pytest.raises(rules.NotAllowed):
            rules.check(actor, "access.unheard_of", rules.PERMISSIONS)


def test_the_system_needs_a_reason() -> None:
    with pytest.raises(ValueError, match=r"Seeing all needs a reason\."):
        rules.whole("  ")

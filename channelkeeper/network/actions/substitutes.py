"""Substitutes: the room `access` keeps them; this one knows who is in charge of whom."""

from datetime import date, datetime

from channelkeeper.access import actions as access
from channelkeeper.access import rules as access_rules
from channelkeeper.access.rules import Actor, Refusal, Role
from channelkeeper.network import queries, rules


def arrange_substitute(
    *, absent_id: int, substitute_id: int, role: Role, starts_on: date, ends_on: date, by: Actor, at: datetime
) -> int:
    """
    Let one person do the work of another in [starts_on, ends_on): managers among the reps of their offices.

    Returns:
        The substitution's id.

    Raises:
        NotAllowed: the actor is neither headquarters nor manager.
        NotFound: no such people.
        Refusal: ACC-1 refuses it, or one of them is not of the manager's offices.
    """
    access_rules.check(by, "network.substitute.arranged", rules.PERMISSIONS)
    people = queries.in_charge_of(by, at=at)
    if people is not None and substitute_id not in people:
        raise Refusal("access.outside_office")
    return access.arrange_substitute(
        absent_id=absent_id,
        substitute_id=substitute_id,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        by=by,
        at=at,
        in_charge_of=people,
    )


def end_substitute(*, substitution_id: int, by: Actor, at: datetime) -> None:
    """
    End a substitution today; one that has not begun is taken back.

    Raises:
        NotAllowed: the actor is neither headquarters nor manager.
        NotFound: no such substitution, or it has ended.
        Refusal: the absent person is not of the manager's offices.
    """
    access_rules.check(by, "network.substitute.ended", rules.PERMISSIONS)
    people = queries.in_charge_of(by, at=at)
    access.end_substitute(substitution_id=substitution_id, by=by, at=at, in_charge_of=people)

"""Who may do what: roles, actors, the one permission check, and who may stand in for whom."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from channelkeeper.core import sentences


class Role(StrEnum):
    """The roles of DOMAIN.md; `service` is the system itself and never signs in."""

    HEADQUARTERS = "headquarters"
    OFFICE_MANAGER = "office_manager"
    FACTORY_REP = "factory_rep"
    DISTRIBUTOR = "distributor"
    TEAM_MEMBER = "team_member"
    AUDITOR = "auditor"
    SERVICE = "service"


STAFF = frozenset({Role.HEADQUARTERS, Role.OFFICE_MANAGER, Role.FACTORY_REP})
READERS = STAFF | {Role.AUDITOR}
EVERYONE = READERS | {Role.DISTRIBUTOR, Role.TEAM_MEMBER}

Permissions = Mapping[str, frozenset[Role]]

_HEADQUARTERS = frozenset({Role.HEADQUARTERS})
_IN_CHARGE = frozenset({Role.HEADQUARTERS, Role.OFFICE_MANAGER})
PERMISSIONS: Permissions = {
    "access.user.created": _HEADQUARTERS,
    "access.user.renamed": _HEADQUARTERS,
    "access.user.ended": _HEADQUARTERS,
    "access.role.granted": _HEADQUARTERS,
    "access.role.ended": _HEADQUARTERS,
    "access.password.set": _HEADQUARTERS,
    "access.password.changed": EVERYONE,
    "access.language.chosen": EVERYONE,
    "access.substitute.arranged": _IN_CHARGE,
    "access.substitute.ended": _IN_CHARGE,
    "access.token.created": EVERYONE,
    "access.token.revoked": EVERYONE,
    "access.audit.read": frozenset({Role.HEADQUARTERS, Role.AUDITOR}),
    "access.user.listed": frozenset({Role.HEADQUARTERS, Role.AUDITOR}),
}
# A distributor adds another of its people instead; an auditor must not do what an auditor checks.
CAN_BE_STOOD_IN_FOR = STAFF
LONGEST_SUBSTITUTION_DAYS = 92  # a quarter; whoever is away longer hands over


class Refusal(ValueError):
    """
    A rule refuses, in words that a room has registered with `core.sentences`.

    Attributes:
        code: of the sentence, `access.substitute_is_arranger`.
        figures: that the sentence names.
    """

    def __init__(self, code: str, **figures: object) -> None:
        super().__init__(code)
        self.code = code
        self.figures = figures

    def __str__(self) -> str:
        return self.render("en")

    def render(self, language: str) -> str:
        """Return the refusal in the reader's language."""
        return sentences.render(self.code, self.figures, language)


class NotAllowed(Exception):
    """The actor's role may not do this, or not to this record."""


class NotFound(Exception):
    """No such record, or none that the actor may see: the answer is the same."""


@dataclass(frozen=True)
class Pass:
    """
    What a one-time link lets its holder act on: one record, and nothing else.

    Attributes:
        link_id: of the link; stands in the audit line.
        kind, key: the record, `("order", "D001-2026W48")`.
    """

    link_id: int
    kind: str
    key: str


@dataclass(frozen=True)
class Actor:
    """
    Who acts: a person in one role, chosen at sign-in, the holder of a one-time link, or the system itself.

    Attributes:
        role: the role acted in.
        user_id: the person; None for the system, and for the holder of a link.
        name: as shown in the audit line.
        stands_in_for_id: the absent person whose work this is, where one stands in.
        stands_in_for_name: their name, for the page's frame.
        reason: why the system needs to see all; empty for persons.
        one: the record that a one-time link opens; None for who is signed in. `network.queries.visible` shows such
            an actor nothing: the room of the record lets it in.
    """

    role: Role
    user_id: int | None
    name: str
    stands_in_for_id: int | None = None
    reason: str = ""
    stands_in_for_name: str = field(default="", compare=False)
    one: Pass | None = None

    @property
    def seen_as_id(self) -> int | None:
        """Return the person whose records are in scope: the absent one where one stands in."""
        return self.stands_in_for_id or self.user_id

    @property
    def persons(self) -> frozenset[int]:
        """Return everyone whose act this is: the person, and the absent one where one stands in."""
        return frozenset(person for person in (self.user_id, self.stands_in_for_id) if person is not None)


def whole(reason: str) -> Actor:
    """
    Return the system as an actor that sees all, for work that no person's scope bounds.

    Args:
        reason: what the work is; stands in the audit line.

    Raises:
        ValueError: no reason given.
    """
    if not reason.strip():
        raise ValueError("Seeing all needs a reason.")
    return Actor(role=Role.SERVICE, user_id=None, name="channelkeeper", reason=reason)


def check(actor: Actor, verb: str, permissions: Permissions) -> None:
    """
    Pass if the actor's role may do the verb; the system may do what a room lists at all.

    Args:
        actor: who acts.
        verb: as in the audit line, `orders.order.offered`.
        permissions: the room's table, verb to roles. A verb that is not in it is denied to all.

    Raises:
        NotAllowed: it may not.
    """
    roles = permissions.get(verb, frozenset())
    if actor.role not in roles and not (actor.role is Role.SERVICE and roles):
        raise NotAllowed(f"{actor.role.value} may not do {verb}.")


@dataclass(frozen=True)
class Standing:
    """
    What is known of the two people of a substitution.

    Attributes:
        absent_id, substitute_id: the two users.
        absent_roles, substitute_roles: held on the first day.
    """

    absent_id: int
    substitute_id: int
    absent_roles: Collection[Role]
    substitute_roles: Collection[Role]


def check_substitution(*, by: Actor, role: Role, standing: Standing, starts_on: date, ends_on: date, on: date) -> None:
    """
    Pass if the substitution may be arranged.

    Nobody arranges one that they are part of, not as a substitute either: neither to get
    at another's work nor to hand on their own unseen. Managers arrange it for reps,
    headquarters for all staff; both people are staff; it starts today or later and lasts at
    most 92 days.

    Args:
        by: who arranges.
        role: of the absent person, to be acted in.
        standing: who the two are.
        starts_on, ends_on: [starts_on, ends_on).
        on: today.

    Raises:
        Refusal: it may not, and why.

    Rule: ACC-1.
    """
    if by.persons & {standing.absent_id, standing.substitute_id}:
        raise Refusal("access.substitute_is_arranger")
    if standing.absent_id == standing.substitute_id:
        raise Refusal("access.substitute_is_absent")
    if role not in CAN_BE_STOOD_IN_FOR or (by.role is Role.OFFICE_MANAGER and role is not Role.FACTORY_REP):
        raise Refusal("access.substitute_role")
    if role not in standing.absent_roles:
        raise Refusal("access.absent_without_role")
    if not STAFF & set(standing.substitute_roles):
        raise Refusal("access.substitute_not_staff")
    days = (ends_on - starts_on).days
    if starts_on < on or not 1 <= days <= LONGEST_SUBSTITUTION_DAYS:
        raise Refusal("access.substitute_period", days=LONGEST_SUBSTITUTION_DAYS)

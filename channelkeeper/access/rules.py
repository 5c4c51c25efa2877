"""Who may do what: roles, actors and the one permission check."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


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


class NotAllowed(Exception):
    """The actor's role may not do this, or not to this record."""


class NotFound(Exception):
    """No such record, or none that the actor may see: the answer is the same."""


@dataclass(frozen=True)
class Actor:
    """
    Who acts: a person in one role, chosen at sign-in, or the system itself.

    Attributes:
        role: the role acted in.
        user_id: the person; None for the system.
        name: as shown in the audit line.
        stands_in_for_id: the absent person whose work this is, where one stands in.
        reason: why the system needs to see all; empty for persons.
    """

    role: Role
    user_id: int | None
    name: str
    stands_in_for_id: int | None = None
    reason: str = ""

    @property
    def seen_as_id(self) -> int | None:
        """Return the person whose records are in scope: the absent one where one stands in."""
        return self.stands_in_for_id or self.user_id


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

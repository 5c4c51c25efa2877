"""Who takes each step: the company's people, as they would be signed in."""

from dataclasses import dataclass, field
from datetime import datetime

from channelkeeper.access import queries as people_of
from channelkeeper.access.rules import Actor, Role
from demo.simulate import Company


class NobodyThere(Exception):
    """Nobody signs in as the demo says: a fault of the demo."""


@dataclass
class Actors:
    """The people of a company, each looked up once."""

    company: Company
    _ids: dict[str, int] = field(default_factory=dict)

    def rep(self, place: int, at: datetime) -> Actor:
        """Return the rep of a distributor."""
        return self.named(self.company.distributors[place].rep.lower(), Role.FACTORY_REP, at)

    def distributor(self, place: int, at: datetime) -> Actor:
        """Return who signs in for a distributor."""
        return self.named(self.company.distributors[place].code.lower(), Role.DISTRIBUTOR, at)

    def named(self, login: str, role: Role, at: datetime) -> Actor:
        """
        Return the person of a login in a role.

        Raises:
            NobodyThere: there is none.
        """
        if login not in self._ids:
            self._ids |= people_of.user_ids([login])
        key = self._ids.get(login)
        found = key and people_of.actor_of_user(key, role=role.value, stands_in_for_id=None, at=at)
        if not found:
            raise NobodyThere(f"Nobody signs in as {login}, {role.value}.")
        return found

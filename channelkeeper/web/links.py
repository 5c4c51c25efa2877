"""
Where the records of rooms can be looked at.

A finding keeps (room, kind, id) of what it rests on, and stands below the rooms that own it.
Each of them offers `LINKS` in its own `links.py`, and the site hands them over here.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from channelkeeper.access.rules import Actor
from channelkeeper.core.sentences import Text

Key = int | str


@dataclass(frozen=True)
class Link:
    """Where a record is shown, and what it is called."""

    label: Text
    url: str


Resolver = Callable[[Actor, Sequence[Key], datetime], Mapping[Key, Link]]
_resolvers: dict[tuple[str, str], Resolver] = {}


def register(room: str, resolvers: Mapping[str, Resolver]) -> None:
    """Take over a room's resolvers: kind of record to a function that finds links for many ids at once."""
    for kind, resolver in resolvers.items():
        _resolvers[room, kind] = resolver


def resolve(records: Iterable[tuple[str, str, Key]], actor: Actor, *, at: datetime) -> list[Link]:
    """
    Return links to those records that the actor may see, in their order.

    One query per kind of record. What is out of the actor's scope, or of a kind that no room
    shows, has no link and is left out.
    """
    items = list(records)
    wanted: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for room, kind, key in items:
        wanted[room, kind].append(key)
    found = {place: _resolvers[place](actor, keys, at) for place, keys in wanted.items() if place in _resolvers}
    links = (found.get((room, kind), {}).get(key) for room, kind, key in items)
    return [link for link in links if link is not None]

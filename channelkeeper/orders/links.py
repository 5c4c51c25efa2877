"""Where what this room reckons about a distributor is shown; keys are the codes of distributors."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.urls import reverse

from channelkeeper.access.rules import READERS, Actor
from channelkeeper.core.sentences import Text
from channelkeeper.network.queries import visible
from channelkeeper.orders import queries
from channelkeeper.web.links import Key, Link


def _to(
    name: str, label: Text, *, distributors_too: bool = True
) -> Callable[[Actor, Sequence[Key], datetime], Mapping[Key, Link]]:
    """Return a resolver for a page of one distributor."""

    def resolve(actor: Actor, keys: Sequence[Key], at: datetime) -> Mapping[Key, Link]:
        if not distributors_too and actor.role not in READERS:
            return {}
        seen = visible(actor, at=at).filter(code__in=[str(key) for key in keys]).values_list("code", flat=True)
        return {code: Link(label, reverse(name, args=[code])) for code in seen}

    return resolve


def _order(actor: Actor, keys: Sequence[Key], at: datetime) -> Mapping[Key, Link]:
    """Return the pages of orders, by their numbers."""
    seen = queries.numbers_seen(actor, at=at, numbers=[str(key) for key in keys])
    return {number: Link(Text(number, number), reverse("orders:order", args=[number])) for number in seen}


LINKS = {
    "order": _order,
    "what_if": _to("orders:what_if", Text("推算", "What if"), distributors_too=False),
    "record": _to("orders:record_of", Text("建议的成绩", "Expert record")),
    "replay": _to("orders:replay", Text("回放", "Replay")),
}

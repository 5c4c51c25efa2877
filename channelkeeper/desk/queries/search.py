"""Search over what the reader may see: distributors and products by name, pinyin initials or code."""

from dataclasses import dataclass
from datetime import datetime

from channelkeeper.access.rules import Actor, Role
from channelkeeper.catalog import queries as catalog
from channelkeeper.catalog.queries import ProductView
from channelkeeper.network import queries as network
from channelkeeper.network.queries import DistributorView

SUGGESTED, FOUND = 6, 50


@dataclass(frozen=True)
class Found:
    """What fits the words."""

    distributors: list[DistributorView]
    products: list[ProductView]

    @property
    def nothing(self) -> bool:
        """Return whether nothing fits."""
        return not self.distributors and not self.products


def find(actor: Actor, words: str, *, at: datetime, limit: int) -> Found:
    """Return the first distributors in scope and the first products that fit; nothing for empty words."""
    distributors = [] if actor.role is Role.DISTRIBUTOR else network.search(actor, words, at=at, limit=limit)
    return Found(distributors, catalog.search(words, limit=limit))


def codes(actor: Actor, words: str, *, at: datetime) -> frozenset[str]:
    """Return the codes of all distributors in scope that fit. One query."""
    fitting = network.visible(actor, at=at).filter(network.matching(words))
    return frozenset(fitting.values_list("code", flat=True))

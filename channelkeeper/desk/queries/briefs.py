"""The brief: what to say at one distributor, with the figures in hand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channelkeeper.access.rules import Actor
from channelkeeper.core import money
from channelkeeper.desk.queries import distributors
from channelkeeper.desk.queries.distributors import ProductRow, Summary
from channelkeeper.findings import queries as findings
from channelkeeper.findings.queries import FindingView
from channelkeeper.stock.rules import Band

SHORT_LINES, HELD_LINES, TALKS = 6, 3, 3


@dataclass(frozen=True)
class Brief:
    """
    One distributor's brief.

    Attributes:
        short: what will run out first, at most six; held: where most money lies still, at most three.
        below: how many are below the band; runs_out: how many of them run out before an order arrives.
        talks: findings to talk about, what is most at stake first, good ones last.
    """

    summary: Summary
    products: list[ProductRow]
    short: list[ProductRow]
    held: list[ProductRow]
    talks: list[FindingView]

    @property
    def runs_out(self) -> int:
        """Return how many products run out before an order of this week arrives."""
        return sum(row.short for row in self.products)

    @property
    def below(self) -> int:
        """Return how many products lie below the band."""
        return sum(row.standing.band == Band.BELOW.value for row in self.products)

    @property
    def above(self) -> int:
        """Return how many products lie above the band."""
        return sum(row.standing.band == Band.ABOVE.value for row in self.products)


def brief(actor: Actor, code: str, *, at: datetime) -> Brief:
    """
    Return what to say at a distributor. A fixed number of queries.

    Raises:
        NotFound: none of that code, or out of scope.
    """
    summary = distributors.summary(actor, code, at=at)
    rows = distributors.products(actor, summary, at=at)
    below = [row for row in rows if row.standing.band == Band.BELOW.value]
    above = [row for row in rows if row.standing.band == Band.ABOVE.value]
    talks = findings.listed(actor, at=at, filters=findings.Filters(distributor=code), limit=TALKS)
    return Brief(summary, rows, below[:SHORT_LINES], above[:HELD_LINES], talks)


def figures(found: Brief, language: str) -> dict[str, Any]:
    """Return what a distributor's sentence needs, see `sentences.distributor`."""
    summary = found.summary
    sums = summary.sums
    return {
        "name": summary.place.name(language),
        "products": sums.products if sums else None,
        "below": found.below,
        "inside": sums.inside if sums else 0,
        "above": found.above,
        "short": found.runs_out,
        "above_value": sums.above_value if sums else money.ZERO,
        "arrives_on": summary.arrives_on,
        "reported": sums.reported if sums else False,
    }

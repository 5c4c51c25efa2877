"""The brief: what to say at one distributor, with the figures in hand."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from channelkeeper.access.rules import Actor
from channelkeeper.core import money
from channelkeeper.desk import rules
from channelkeeper.desk.queries import distributors
from channelkeeper.desk.queries.distributors import ProductRow, Summary
from channelkeeper.desk.rules import Ask, Weight
from channelkeeper.findings import queries as findings
from channelkeeper.findings.queries import FindingView
from channelkeeper.findings.queries import talks as talk_queries
from channelkeeper.findings.queries.talks import AgreementView
from channelkeeper.findings.rules import Outcome
from channelkeeper.findings.rules import State as FindingState
from channelkeeper.orders import queries as orders
from channelkeeper.orders.queries import OrderRow
from channelkeeper.orders.rules import State
from channelkeeper.stock.rules import Band

SHORT_LINES, HELD_LINES, EXPIRING_LINES = 6, 3, 3
FINDINGS = 40
LOOKED_AT = 6  # orders: this week's and those cancelled are passed over
# Findings of which the figures of the page speak already.
SAID_BY_FIGURES = frozenset({"below_band", "above_band", "near_expiry", "report_missing"})
TALKS, GOOD = 3, 2


@dataclass(frozen=True)
class Advice:
    """
    What was advised last, and what became of it; days are of the distributor's total, None where unknown.

    Attributes:
        before: when it was proposed; promised: as expected after it; now: as it stands.
    """

    order: OrderRow
    before: Decimal | None
    promised: Decimal | None
    now: Decimal | None

    @property
    def figures(self) -> dict[str, Any]:
        """Return what its sentence says."""
        return {
            "week": self.order.week,
            "lines": self.order.lines_ordered,
            "amount": self.order.amount,
            "sent": self.order.state is State.SENT,
            "before": self.before,
            "promised": self.promised,
            "now": self.now,
        }


@dataclass(frozen=True)
class Brief:
    """
    One distributor's brief.

    Attributes:
        short: what will run out first, at most six; held: where most money lies still, at most three.
        expiring: what will not sell before it expires, at most three.
        promises: findings that are being talked about; agreed: what was agreed in the last talks and is still open.
        talks: other findings to talk about, what is most at stake first; good: what goes well.
        advice: the last order that was proposed before this week's; None where there was none.
        asks: what to ask for, at most three (DSK-4).
    """

    summary: Summary
    products: list[ProductRow]
    short: list[ProductRow]
    held: list[ProductRow]
    expiring: list[ProductRow]
    promises: list[FindingView]
    agreed: list[AgreementView]
    talks: list[FindingView]
    good: list[FindingView]
    advice: Advice | None
    asks: list[Ask]

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


def brief(actor: Actor, code: str, *, at: datetime, drawn: bool = False) -> Brief:
    """
    Return what to say at a distributor. A fixed number of queries.

    Args:
        drawn: whether the products' last weeks are wanted too.

    Raises:
        NotFound: none of that code, or out of scope.
    """
    summary = distributors.summary(actor, code, at=at)
    rows = distributors.products(actor, summary, at=at, drawn=drawn)
    found = findings.listed(actor, at=at, filters=findings.Filters(distributor=code), limit=FINDINGS)
    held = [row for row in rows if row.standing.band == Band.ABOVE.value]
    promises = [view for view in found if view.state is FindingState.IN_TALKS]
    talked = talk_queries.listed(actor, at=at, filters=talk_queries.Filters(distributor=code), limit=LOOKED_AT)
    agreed = [one for talk in talked for one in talk.agreements if one.state is Outcome.OPEN]
    talks = [view for view in found if not view.positive and view.state is not FindingState.IN_TALKS]
    return Brief(
        summary=summary,
        products=rows,
        short=[row for row in rows if row.standing.band == Band.BELOW.value][:SHORT_LINES],
        held=held[:HELD_LINES],
        expiring=_expiring(rows)[:EXPIRING_LINES],
        promises=promises,
        agreed=agreed,
        talks=talks[:TALKS],
        good=[view for view in found if view.positive][:GOOD],
        advice=_advice(actor, summary, at=at),
        asks=rules.to_ask_for(_asks(summary, rows, held, promises, agreed, talks)),
    )


def expiring_value(row: ProductRow) -> Decimal:
    """Return what will not sell before it expires, yuan to the fen."""
    return money.to_fen(row.standing.expiring_units * row.standing.price_per_unit)


def _expiring(rows: Iterable[ProductRow]) -> list[ProductRow]:
    return sorted((row for row in rows if row.standing.expiring_units > 0), key=expiring_value, reverse=True)


def _advice(actor: Actor, summary: Summary, *, at: datetime) -> Advice | None:
    """Return the last proposal that rests on an earlier week than the last closed one."""
    if summary.sums is None:
        return None
    found = orders.listed(actor, at=at, filters=orders.Filters(distributor=summary.place.code), limit=LOOKED_AT)
    last = next((one for one in found if one.week < summary.sums.week and one.state is not State.CANCELLED), None)
    if last is None:
        return None
    return Advice(last, _days(last.days_now), _days(last.days_after), summary.sums.days)


def _days(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _asks(
    summary: Summary,
    rows: Sequence[ProductRow],
    held: Sequence[ProductRow],
    promises: Sequence[FindingView],
    agreed: Sequence[AgreementView],
    talks: Sequence[FindingView],
) -> Iterator[Ask]:
    """Return all that could be asked for; what the page's figures already ask for is not asked by a finding again."""
    if summary.sums is None:
        return
    if not summary.sums.reported:
        yield Ask("report", Weight.FIGURES, figures={"week": summary.sums.week})
    for one in agreed:
        yield Ask("agreed", Weight.WORD, figures={"words": one.words, "due_on": one.due_on})
    for view in promises:
        yield _finding("promise", Weight.WORD, view)
    short = [row for row in rows if row.short]
    if short and summary.arrives_on is not None:
        yield _refill(short, summary.arrives_on)
    for row in held[:HELD_LINES]:
        value = money.to_fen(row.standing.above_value)
        figures = {"days": row.standing.days, "above_value": value}
        yield Ask("sell_down", Weight.MONEY, value, {**_named(row), **figures})
    for row in _expiring(rows)[:1]:
        value = expiring_value(row)
        figures = {"expiring_units": row.standing.expiring_units, "value": value}
        yield Ask("expiring", Weight.MONEY, value, {**_named(row), **figures})
    for view in talks:
        if view.kind not in SAID_BY_FIGURES:
            yield _finding("finding", Weight.MONEY, view)


def _refill(short: Sequence[ProductRow], arrives_on: date) -> Ask:
    value = money.to_fen(sum((row.standing.short_value for row in short), money.ZERO))
    first = max(short, key=lambda row: row.standing.short_value)
    figures = {"count": len(short), "arrives_on": arrives_on, "short_value": value, "days": first.standing.days}
    return Ask("refill", Weight.MONEY, value, {**_named(first), **figures})


def _finding(kind: str, weight: Weight, view: FindingView) -> Ask:
    figures = {"sentence": view.sentence, "figures": view.figures}
    return Ask(kind, weight, view.stake, figures, ("findings", "finding", view.id))


def _named(row: ProductRow) -> dict[str, Any]:
    standing = row.standing
    return {
        "name_zh": standing.name("zh"),
        "name_en": standing.name("en"),
        "units_per_case": standing.units_per_case,
    }


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

"""
The company's Mondays: reports come in, the week is closed, orders are proposed and settled, goods are sent.

Those who follow the proposals receive what was settled: their next weeks come out of it, and are reported as such.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from channelkeeper.access.rules import whole
from channelkeeper.core import weeks
from channelkeeper.orders import actions as orders
from channelkeeper.sheets.masters import Result, Values
from channelkeeper.site import actions as site
from channelkeeper.stock import actions as stock
from demo import clerks, stories
from demo.actors import Actors
from demo.settling import Sent, Settling
from demo.simulate import Company, Ledger, Running, Shipment

EVERYBODY = whole("filling the demo")
SHIPPED_BEFORE = 8  # weeks before the first proposal whose shipments are recorded: all that is still on the road then

SHARES = 3  # of a clerk's week: who is done takes the next one, so that none waits for the other

Tell = Callable[[str, int, int], None]
HandIn = Callable[[Iterable[clerks.Task]], Iterable[list[str]]]


class Refused(Exception):
    """The company's own data was not taken in: a fault of the demo."""


@dataclass(frozen=True)
class Length:
    """How many of the last weeks are reported (None: all), closed and proposed for; how many clerks write at once."""

    reported: int | None = None
    closed: int = 78  # a year, and half of the one before it to compare with
    told: int = stories.TOLD_WEEKS
    clerks: int = 2  # 0: this process writes


def taken(result: Result) -> None:
    """
    Pass if something of the demo was taken in.

    Raises:
        Refused: it was not.
    """
    if result.problems:
        raise Refused(f"The demo's own data was refused: {result.problems[:3]}")


@dataclass
class Mondays:
    """A company's weeks, one after the other."""

    company: Company
    folder: Path
    now: datetime
    length: Length
    settling: Settling = field(init=False)
    running: dict[int, Running] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.settling = Settling(self.company, Actors(self.company), self.now)

    def go(self, tell: Tell) -> None:
        """Let all weeks pass; told (step, done, in all) after each."""
        total, length = self.company.weeks, self.length
        first, told_from = total - (length.reported or total), total - length.told
        self._ship(range(told_from - SHIPPED_BEFORE, told_from), {})
        with clerks_of(self.company, self.folder, self.now, length.clerks) as hand_in:
            for index in range(first, total):
                if index == told_from:
                    self._begin(told_from)
                self._week(index, hand_in)
                tell("weeks", index - first + 1, total - first)
        self.settling.present()

    def _begin(self, index: int) -> None:
        """From here on those who follow order as proposed."""
        numbers, ledgers = self.company.numbers, self.company.ledgers
        for place, trade in self.company.trades.items():
            self.running[place] = Running.resumed(trade, ledgers[place], index, numbers[place])

    def _week(self, index: int, hand_in: HandIn) -> None:
        """One week: in come the reports, some late; it is closed, and its orders are proposed and settled."""
        total, week = self.company.weeks, self.company.week(index)
        for place, running in self.running.items():
            running.sell()
            self.company.ledgers[place] = running.ledger
        closes_at = min(clerks.instant(weeks.shift(week, 1), 13), self.now)
        self._wait(hand_in(self._tasks(index, None, closes_at)))
        if index >= total - self.length.closed:
            stock.close_week(week=week, by=EVERYBODY, at=closes_at)
        self._wait(hand_in(self._tasks(index, closes_at, self.now)))
        self._join(index)
        at = max(closes_at, self.settling.moment(week, 0, 14))
        if index == total - 1:
            site.run_week(week=week, by=EVERYBODY, at=at)
        elif index >= total - self.length.told:
            orders.propose(week=week, by=EVERYBODY, at=at)
            self._settle(index)

    def _tasks(self, index: int, after: datetime | None, until: datetime) -> Iterator[clerks.Task]:
        live: dict[int, Ledger] = {place: running.ledger for place, running in self.running.items()}
        desks = max(self.length.clerks * SHARES, 1)
        for desk in range(desks):
            yield clerks.Task(index, desk, desks, after, until, live)

    def _wait(self, faults: Iterable[list[str]]) -> None:
        """Wait for the clerks, and stop at the first file that was not taken in."""
        for found in faults:
            if found:
                raise Refused(found[0])

    # ------------------------------------------------------------ what is sent

    def _settle(self, index: int) -> None:
        """Settle a week's orders and send the goods, to those who follow and to the others."""
        codes = {
            place: [self.company.products[product].code for product in running.trade.products]
            for place, running in self.running.items()
        }
        habits = {
            place: dict(zip(codes[place], running.habit().tolist(), strict=True))
            for place, running in self.running.items()
        }
        sent = self.settling.past(index, habits)
        for place, running in self.running.items():
            order = sent.get(place)
            arrives, cases = index + 1, np.zeros(len(codes[place]), dtype=np.int64)
            if order is not None:
                arrives = weeks.between(self.company.first_week, weeks.monday_of(order.arrives_on))
                cases = np.array([order.cases.get(code, 0) for code in codes[place]], dtype=np.int64)
            running.order(arrives, cases)
        self._ship(range(index, index + 1), sent)

    def _ship(self, indexes: range, orders_of: dict[int, Sent]) -> None:
        """Record what was sent at the end of some weeks, with the order where there is one."""
        rows = [
            row
            for place, ledger in enumerate(self.company.ledgers)
            for shipment in ledger.shipments
            if shipment.shipped in indexes
            for row in self._rows(place, shipment, orders_of.get(place))
        ]
        if rows:
            week = self.company.week(indexes[-1])
            taken(stock.record_shipments(rows=rows, by=EVERYBODY, at=self.settling.moment(week, 1, 18)))

    def _rows(self, place: int, shipment: Shipment, order: Sent | None) -> Iterator[Values]:
        one, company = self.company.distributors[place], self.company
        ordered_in = company.week(shipment.shipped + 1)
        shipped_on = ordered_in + timedelta(days=one.order_weekdays[0])
        arrives_on = company.week(shipment.arrives) + timedelta(days=one.arrival_weekday)
        if order is not None and place in self.running:
            shipped_on, arrives_on = order.order_on, order.arrives_on
        for product, cases in shipment.cases.items():
            yield {
                "number": f"FH-{one.code}-{weeks.label(ordered_in)}",
                "distributor": one.code,
                "product": company.products[product].code,
                "cases": cases,
                "shipped_on": shipped_on,
                "arrives_on": arrives_on,
                "order_number": order.number if order else None,
            }

    # ------------------------------------------------------------ who joins

    def _join(self, index: int) -> None:
        """The week before its first report a new distributor brings what it bought before, and counts what it has."""
        place = self.company.place(stories.JOINED)
        if place is None or index != self.company.weeks - 1 - stories.JOINED_WEEKS:
            return
        week = self.company.week(index)
        at = self.settling.moment(week, 0, 15)
        taken(stock.record_sell_in(rows=list(self._sell_in(place, index)), by=EVERYBODY, at=at))
        rows = list(self._opening(place, index, weeks.shift(week, 1)))
        by = self.settling.actors.rep(place, self.now)
        taken(stock.record_counts(rows=rows, source="file", note=stories.OPENING_NOTE, by=by, at=at))

    def _sell_in(self, place: int, last: int) -> Iterator[Values]:
        """Yield what was sent to a distributor in the year up to a week, by week."""
        company, ledger = self.company, self.company.ledgers[place]
        for index in range(last - 51, last + 1):
            for row, product in enumerate(ledger.products):
                if units := int(ledger.received[index, row]):
                    yield {
                        "distributor": company.distributors[place].code,
                        "product": company.products[product].code,
                        "week": weeks.label(company.week(index)),
                        "units": units,
                    }

    def _opening(self, place: int, index: int, counted_on: date) -> Iterator[Values]:
        company, ledger = self.company, self.company.ledgers[place]
        for row, product in enumerate(ledger.products):
            if units := int(ledger.closing[index, row]):
                yield {
                    "distributor": company.distributors[place].code,
                    "product": company.products[product].code,
                    "counted_on": counted_on,
                    "units": units,
                }


@contextmanager
def clerks_of(company: Company, folder: Path, now: datetime, count: int) -> Iterator[HandIn]:
    """Hand out what tasks are done by: so many clerks at a time, or this process where there are none."""
    if not count:
        clerks.know(company, folder, now)
        yield lambda tasks: map(clerks.hand_in, tasks)
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(count, context, initializer=clerks.know, initargs=(company, folder, now)) as desks:
        yield lambda tasks: desks.map(clerks.hand_in, tasks)

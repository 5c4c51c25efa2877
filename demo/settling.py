"""What becomes of proposals: edited by the rep with a reason, offered, accepted, changed or declined, and sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from channelkeeper.access.rules import whole
from channelkeeper.core import weeks
from channelkeeper.orders import actions as orders
from channelkeeper.orders import queries as orders_of
from channelkeeper.orders.queries import LineView, OrderRow
from channelkeeper.orders.rules import State
from demo import clerks, company, stories
from demo.actors import Actors
from demo.simulate import Company

EVERYBODY = whole("filling the demo")


@dataclass(frozen=True)
class Sent:
    """An order that left: its number, its days, and the cases of each product by code."""

    number: str
    order_on: date
    arrives_on: date
    cases: Mapping[str, int]


@dataclass
class Settling:
    """The steps that people take with the proposals of a company."""

    company: Company
    actors: Actors
    now: datetime

    def moment(self, week: date, day: int, hour: int) -> datetime:
        """Return an hour of a day (0 is Monday) in the week after a closed one, the present at the latest."""
        return min(clerks.instant(weeks.shift(week, 1) + timedelta(days=day), hour), self.now)

    # ------------------------------------------------------------ weeks that have passed

    def past(self, index: int, habits: Mapping[int, Mapping[str, int]]) -> dict[int, Sent]:
        """
        Settle the proposals of a week as the stories say, and return what was sent by place.

        Args:
            habits: what distributors would have ordered by themselves: cases by place and product's code.
        """
        week = self.company.week(index)
        found = self._proposals(week)
        sent: dict[int, Sent] = {}
        for number in stories.FOLLOWS:
            place = self.company.place(number)
            row = self._row(found, place)
            if place is not None and row is not None and row.lines_ordered:
                sent[place] = self._followed(place, row.number, index)
        changes, declines = self.company.place(stories.CHANGES), self.company.place(stories.DECLINES)
        if (row := self._row(found, changes)) and changes is not None and row.lines_ordered:
            sent[changes] = self._changed(changes, row.number, index, habits[changes])
        if (row := self._row(found, declines)) and declines is not None and _month_ends(week) and row.lines_ordered:
            self._declined(declines, row.number, week, stories.DECLINED_BECAUSE)
        return sent

    def _followed(self, place: int, number: str, index: int) -> Sent:
        """The rep edits a line or two, the distributor accepts, the order leaves."""
        week = self.company.week(index)
        self._edited(place, number, week, np.random.default_rng([company.SEED, place, index]))
        self._offered(place, number, week)
        orders.accept(number=number, by=self.actors.distributor(place, self.now), at=self.moment(week, 1, 9))
        return self._sent(place, number, week)

    def _edited(self, place: int, number: str, week: date, chance: np.random.Generator) -> None:
        """Set one or two of the lines otherwise, each with the rep's reason; in every third week none."""
        lines = [line for line in self._lines(number) if line.units]
        chosen = chance.permutation(len(lines))[: int(chance.integers(3))]
        cases, reasons = {}, {}
        for row in chosen.tolist():
            edit = stories.EDITS[int(chance.integers(len(stories.EDITS)))]
            before = lines[row].units // lines[row].basis.units_per_case
            after = max(round(before * edit.factor), 0)
            if after != before:
                cases[lines[row].product], reasons[lines[row].product] = after, edit.reason
        if cases:
            self._edit(place, number, week, cases, reasons)

    def _edit(self, place: int, number: str, week: date, cases: Mapping[str, int], reasons: Mapping[str, str]) -> None:
        by, at = self.actors.rep(place, self.now), self.moment(week, 0, 15)
        orders.edit_lines(number=number, cases=cases, reasons=reasons, by=by, at=at)

    def _offered(self, place: int, number: str, week: date, *, opened: bool = True) -> None:
        orders.offer(number=number, by=self.actors.rep(place, self.now), at=self.moment(week, 0, 16))
        if opened:
            orders.open_offer(number=number, by=self.actors.distributor(place, self.now), at=self.moment(week, 1, 8))

    def _sent(self, place: int, number: str, week: date) -> Sent:
        orders.send(number=number, by=self.actors.rep(place, self.now), at=self.moment(week, 1, 11))
        view = orders_of.order(EVERYBODY, number, at=self.now)
        cases = {line.product: line.units // line.basis.units_per_case for line in view.lines if line.units}
        return Sent(number, view.row.order_on, view.row.arrives_on, cases)

    def _changed(self, place: int, number: str, index: int, wanted: Mapping[str, int]) -> Sent:
        """The distributor sets the lines it minds most to what it would have ordered, and its rep agrees."""
        week = self.company.week(index)
        standing = {line.product: line.units // line.basis.units_per_case for line in self._lines(number)}
        apart = {code: abs(wanted.get(code, 0) - cases) for code, cases in standing.items() if cases}
        minded = sorted(apart, key=lambda code: (-apart[code], code))[: stories.CHANGED_LINES]
        cases = {code: wanted.get(code, 0) for code in minded if apart[code]}
        self._offered(place, number, week)
        by, at = self.actors.distributor(place, self.now), self.moment(week, 1, 9)
        if cases:
            orders.change(number=number, cases=cases, reason=stories.CHANGED_BECAUSE, by=by, at=at)
            orders.settle(number=number, by=self.actors.rep(place, self.now), at=self.moment(week, 1, 10))
        else:
            orders.accept(number=number, by=by, at=at)
        return self._sent(place, number, week)

    def _declined(self, place: int, number: str, week: date, reason: str) -> None:
        self._offered(place, number, week)
        by = self.actors.distributor(place, self.now)
        orders.decline(number=number, reason=reason, by=by, at=self.moment(week, 1, 9))

    # ------------------------------------------------------------ this week

    def present(self) -> None:
        """Take some of this week's proposals as far as their people would have by now."""
        week = self.company.last_week
        found = self._proposals(week)
        told = bool(self.company.numbers)
        for number, state in (stories.PRESENT if told else stories.PRESENT_UNTOLD).items():
            place = self.company.place(number) if told else number
            row = self._row(found, place)
            if place is None or row is None or not row.lines_ordered or row.estimated:
                continue
            if number in stories.PRESENT_EDITED and told:
                self._draft(place, row.number, week, above=bool(stories.PRESENT_EDITED[number]))
            self._advance(place, row.number, week, state)

    def _draft(self, place: int, number: str, week: date, *, above: bool) -> None:
        """Edit two lines of a draft; one of them lifted above its band where the story says so."""
        lines = sorted((line for line in self._lines(number) if line.units), key=lambda line: line.product)[:2]
        edits = [stories.STUFFED if above else stories.EDITS[0], stories.EDITS[1]]
        counted = [(line, line.units // line.basis.units_per_case) for line in lines]
        cases = {line.product: _moved(count, edit) for (line, count), edit in zip(counted, edits, strict=False)}
        reasons = {line.product: edit.reason for line, edit in zip(lines, edits, strict=False)}
        self._edit(place, number, week, cases, reasons)

    def _advance(self, place: int, number: str, week: date, state: str) -> None:
        """Take the steps that lead to a state."""
        if state == "draft":
            return
        self._offered(place, number, week, opened=state != "offered")
        by = self.actors.distributor(place, self.now)
        if state == "changed":
            lines = [line for line in self._lines(number) if line.units][:3]
            cases = {line.product: line.units // line.basis.units_per_case + 4 for line in lines}
            orders.change(number=number, cases=cases, reason=stories.CHANGED_BECAUSE, by=by, at=self.moment(week, 1, 9))
        elif state in ("accepted", "sent"):
            orders.accept(number=number, by=by, at=self.moment(week, 1, 9))
        if state == "sent":
            orders.send(number=number, by=self.actors.rep(place, self.now), at=self.moment(week, 1, 11))

    # ------------------------------------------------------------ what stands

    def _proposals(self, week: date) -> dict[str, OrderRow]:
        """Return the drafts of a week by distributor's code."""
        found = orders_of.Filters(week=week, states=(State.PROPOSED,))
        rows = orders_of.listed(EVERYBODY, at=self.now, filters=found, limit=len(self.company.distributors))
        return {row.distributor_code: row for row in rows}

    def _row(self, found: Mapping[str, OrderRow], place: int | None) -> OrderRow | None:
        return None if place is None else found.get(self.company.distributors[place].code)

    def _lines(self, number: str) -> tuple[LineView, ...]:
        return orders_of.order(EVERYBODY, number, at=self.now).lines


def _moved(count: int, edit: stories.Edit) -> int:
    """Return other cases than before, at least one more or less."""
    after = round(count * edit.factor)
    return after if after != count else count + (1 if edit.factor > 1 else -1)


def _month_ends(week: date) -> bool:
    """Return whether the order after a closed week falls into the last third of a month."""
    return weeks.shift(week, 1).day > company.STUFFED_AFTER

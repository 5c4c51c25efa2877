"""Two years of weeks at every distributor: demand, orders by habit, stock, reports."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Self

import numpy as np
from numpy.typing import NDArray

from channelkeeper.core import weeks
from channelkeeper.engine import festival
from demo import company, stories

WEEKS = 104
AHEAD = 6  # weeks after the last close for which promotions are announced
Units = NDArray[np.int64]


@dataclass(frozen=True)
class Promotion:
    """A special price of one product everywhere, for one or two weeks."""

    code: str
    product: int
    week: int  # index of its first week; WEEKS is the first week after the last close
    length: int
    intensity: float


@dataclass
class Ledger:
    """One distributor's weeks, arrays of (WEEKS, products) in pieces."""

    products: list[int]  # indexes into the company's products
    opening: Units
    received: Units
    sold: Units
    gifts: Units
    losses: Units
    closing: Units
    near_expiry: Units
    shipments: list["Shipment"] = field(default_factory=list)

    @classmethod
    def empty(cls, products: list[int], shape: tuple[int, ...]) -> "Ledger":
        """Return a ledger of zeros, (weeks, products)."""
        opening, received, sold, gifts, losses, closing, near_expiry = (np.zeros(shape, np.int64) for _ in range(7))
        return cls(products, opening, received, sold, gifts, losses, closing, near_expiry)


@dataclass(frozen=True)
class Shipment:
    """Goods sent in a week (index) that arrive in another; arrivals after the last week are on the road."""

    shipped: int
    arrives: int
    cases: dict[int, int]  # product index: cases


@dataclass(frozen=True)
class Company:
    """All that the demo knows."""

    first_week: date
    offices: list[company.Office]
    reps: list[company.Rep]
    categories: dict[str, tuple[str, str]]
    products: list[company.Product]
    distributors: list[company.Distributor]
    promotions: list[Promotion]
    ledgers: list[Ledger]
    source: str = ""  # where real sell-out comes from; empty where all is drawn, and stories are told
    trades: dict[int, "Trade"] = field(default_factory=dict)  # of those whose weeks go on as they order
    numbers: list[int] = field(default_factory=list)  # the distributors' running numbers, where stories are told

    @property
    def weeks(self) -> int:
        """Return how many weeks there are."""
        return len(self.ledgers[0].sold)

    @property
    def last_week(self) -> date:
        """Return the Monday of the last closed week."""
        return self.week(self.weeks - 1)

    def place(self, number: int) -> int | None:
        """Return the place of a distributor by its running number; None where it is not there, or no stories are."""
        return self.numbers.index(number) if number in self.numbers else None

    def week(self, index: int) -> date:
        """Return the Monday of a week by its index."""
        return weeks.shift(self.first_week, index)


def simulate(last_week: date, places: Collection[int] | None = None) -> Company:
    """
    Return the company with its weeks up to `last_week` (a Monday), the same for the same week.

    Args:
        places: only these distributors, by running number; each is the same as among all.
    """
    products = company.products(last_week)
    distributors = company.distributors()
    first_week = weeks.shift(last_week, 1 - WEEKS)
    random = np.random.default_rng(company.SEED + 2)
    promotions = _promotions(products, random)
    shape = _shape(products, first_week, promotions, random)
    base = np.exp(random.normal(np.log(16.0), 0.7, len(products)))  # cases a week at a distributor of the middle
    short = _short(len(products), random)
    market = Market(products, base, shape, short, last_week)
    chosen = sorted(places) if places is not None else list(range(len(distributors)))
    trades = [_trade(distributors[place], place, market) for place in chosen]
    ledgers = [run(trade, _chance(place, 1)) for place, trade in zip(chosen, trades, strict=True)]
    return Company(
        first_week=first_week,
        offices=list(company.OFFICES),
        reps=list(company.REPS),
        categories={code: names[:2] for code, names in company.CATEGORIES.items()},
        products=products,
        distributors=[distributors[place] for place in chosen],
        promotions=promotions,
        ledgers=ledgers,
        trades={index: trade for index, (place, trade) in enumerate(zip(chosen, trades, strict=True))
                if place in (*stories.FOLLOWS, stories.CHANGES)},
        numbers=chosen,
    )  # fmt: skip


def _chance(place: int, purpose: int) -> np.random.Generator:
    """Return a distributor's own chance, so that it is the same whoever else is there."""
    return np.random.default_rng([company.SEED, place, purpose])


def _promotions(products: list[company.Product], random: np.random.Generator) -> list[Promotion]:
    made = []
    for index, _ in enumerate(products):
        week = int(random.integers(4, 22))
        while week < WEEKS + AHEAD:
            length, intensity = int(random.integers(1, 3)), float(random.choice([0.5, 0.7, 1.0]))
            made.append(Promotion(f"TJ{week:03d}-{index:02d}", index, week, length, intensity))
            week += int(random.integers(12, 30))
    return made


def _short(products: int, random: np.random.Generator) -> NDArray[np.bool_]:
    """Return (WEEKS, products): weeks in which the factory cannot deliver a product to anyone."""
    short = np.zeros((WEEKS, products), dtype=np.bool_)
    for product in range(products):
        for start in random.integers(0, WEEKS, random.binomial(3, 0.5)):
            short[start : start + int(random.integers(2, 5)), product] = True
    return short


def _shape(
    products: list[company.Product], first_week: date, promotions: list[Promotion], random: np.random.Generator
) -> NDArray[np.float64]:
    """Return (WEEKS, products): demand over its base, common to all distributors."""
    mondays = [weeks.shift(first_week, index) for index in range(WEEKS)]
    turn = np.array([np.cos(2 * np.pi * (monday.timetuple().tm_yday - 200) / 365.25) for monday in mondays])
    summer = np.array([product.summer for product in products])
    rise = np.array([product.festival for product in products])
    log = np.outer(turn, summer) + np.outer([_festival(monday) for monday in mondays], rise)
    log += np.array([[-0.35 * (weeks.between(_nearest_spring(monday), monday) in (0, 1))] for monday in mondays])
    log += np.outer(np.arange(WEEKS), random.normal(0, 0.0015, len(products)))
    log += random.normal(0, 0.07, log.shape)  # what all distributors share in a product-week
    for promotion in promotions:
        uplift = 0.65 * promotion.intensity
        log[promotion.week : promotion.week + promotion.length, promotion.product] += uplift
    for index, product in enumerate(products):
        if product.launched_on:
            age = np.array([weeks.between(product.launched_on, monday) for monday in mondays])
            log[:, index] = np.where(age < 0, -np.inf, log[:, index] - 1.2 * np.exp(-np.maximum(age, 0) / 6))
    shape: NDArray[np.float64] = np.exp(log)
    return shape


def _nearest_spring(monday: date) -> date:
    return weeks.monday_of(festival.spring_festival(monday.year))


def _festival(monday: date) -> float:
    """Return 0 to 1: how strongly people stock up in that week before the Spring Festival."""
    before = weeks.between(monday, _nearest_spring(monday))
    return {4: 0.35, 3: 0.7, 2: 1.0, 1: 0.9}.get(before, 0.0)


@dataclass(frozen=True)
class Market:
    """What all distributors share."""

    products: list[company.Product]
    base: NDArray[np.float64]  # (products,)
    shape: NDArray[np.float64]  # (WEEKS, products)
    short: NDArray[np.bool_]  # (WEEKS, products)
    last_week: date


def _trade(one: company.Distributor, place: int, market: Market) -> "Trade":
    """Draw a distributor's demand."""
    random = _chance(place, 0)
    chosen = [(one.first_product + step) % len(market.products) for step in range(one.products)]
    case = np.array([market.products[index].units_per_case for index in chosen])
    taste = np.exp(random.normal(0, 0.35, len(chosen))) * one.size * market.base[chosen]
    mean = market.shape[:, chosen] * taste * case
    demand = random.poisson(mean * np.exp(random.normal(0, 0.16, mean.shape)))
    bought = _bought(chosen, market) if place == stories.BINGES else ()
    short = market.short[:, chosen] & (place not in stories.FOLLOWS)  # who orders evenly is served first
    return Trade(one, chosen, case, demand, mean, short, market.last_week, bought=bought)


def _bought(chosen: list[int], market: Market) -> tuple[int, ...]:
    """Return the rows that are bought for months: of what keeps longest not, and of what sells at all."""
    keeps = [market.products[index].shelf_life_days for index in chosen]
    rows = [row for row, days in enumerate(keeps) if days < 365 and market.products[chosen[row]].launched_on is None]
    return tuple(rows[: stories.BOUGHT])


@dataclass(frozen=True)
class Trade:
    """What a distributor's weeks are run on; arrays of (weeks, products) in pieces."""

    one: company.Distributor
    products: list[int]
    case: Units  # (products,) pieces in a case
    demand: Units
    mean: NDArray[np.float64]  # what the demand was drawn around
    short: NDArray[np.bool_]  # the factory cannot deliver
    last_week: date
    real: bool = False  # the demand is real sell-out: it was sold, so goods for it were there
    bought: tuple[int, ...] = ()  # rows of which it bought months' worth once (`stories.BINGES`)

    @property
    def bought_week(self) -> int:
        """Return in which week that was."""
        return len(self.demand) - 1 - stories.BOUGHT_AGO


def run(trade: Trade, random: np.random.Generator) -> Ledger:
    """Run the weeks of a distributor: it sells what it has and orders by its habit."""
    running = Running.begun(trade, random)
    for week in range(len(trade.demand)):
        running.sell()
        running.order(week + trade.one.weeks_to_arrival, running.habit())
    return running.ledger


@dataclass
class Running:
    """A distributor's weeks as they go on: each is sold, then ordered for."""

    trade: Trade
    random: np.random.Generator
    ledger: Ledger
    stock: Units  # (products,) at the beginning of the week
    road: Units  # (weeks, products) by the week in which it arrives
    week: int = 0

    @classmethod
    def begun(cls, trade: Trade, random: np.random.Generator) -> Self:
        """Return the weeks before the first one."""
        stock = (trade.mean[:4].mean(axis=0) * trade.one.habit_days / 7).astype(np.int64)
        road = np.zeros((len(trade.demand) + AHEAD + 8, len(trade.case)), dtype=np.int64)
        return cls(trade, random, Ledger.empty(trade.products, trade.demand.shape), stock, road)

    @classmethod
    def resumed(cls, trade: Trade, past: Ledger, week: int, place: int) -> Self:
        """Return the weeks that were run already, up to before `week`: from there on they go otherwise."""
        found = cls.begun(trade, _chance(place, 2))
        for name in ("opening", "received", "sold", "gifts", "losses", "closing", "near_expiry"):
            getattr(found.ledger, name)[:week] = getattr(past, name)[:week]
        rows = {product: row for row, product in enumerate(trade.products)}
        for sent in past.shipments:
            if sent.shipped < week:
                found.ledger.shipments.append(sent)
                for product, cases in sent.cases.items():
                    found.road[sent.arrives, rows[product]] += cases * trade.case[rows[product]]
        found.stock, found.week = past.closing[week - 1].copy(), week
        return found

    def sell(self) -> None:
        """Enter the week into the ledger."""
        trade, week = self.trade, self.week
        if trade.real:  # it sold more than it had: a case came in between
            missing = np.maximum(trade.demand[week] - self.stock - self.road[week], 0)
            self.road[week] += -(-missing // trade.case) * trade.case
        self.stock = _sell(self.ledger, week, self.stock, self.road[week], trade, self.random)

    def habit(self) -> Units:
        """Return the cases that it would order by its habit at the week's end."""
        return _habit(
            self.trade, self.ledger, self.week, self.stock + self.road[self.week + 1 :].sum(axis=0), self.random
        )

    def order(self, arrives: int, cases: Units) -> "Shipment | None":
        """Send what the factory can deliver of an order, to arrive in a week, and go on to the next one."""
        sent = None
        cases = np.where(self.trade.short[self.week], 0, cases)
        if cases.any():
            self.road[arrives] += cases * self.trade.case
            ordered = {self.trade.products[row]: int(count) for row, count in enumerate(cases) if count}
            sent = Shipment(self.week, arrives, ordered)
            self.ledger.shipments.append(sent)
        self.week += 1
        return sent


def _sell(ledger: Ledger, week: int, stock: Units, arrived: Units, trade: Trade, random: np.random.Generator) -> Units:
    """Enter a week into the ledger and return its closing stock."""
    ledger.opening[week], ledger.received[week] = stock, arrived
    left: Units = stock + arrived
    ledger.sold[week] = np.minimum(trade.demand[week], left)
    left = left - ledger.sold[week]
    if not trade.real:
        ledger.gifts[week] = np.minimum(left, random.binomial(1, 0.03, len(left)) * (trade.case // 2))
        left = left - ledger.gifts[week]
        ledger.losses[week] = np.minimum(left, random.binomial(2, 0.02, len(left)))
        left = left - ledger.losses[week]
    ledger.closing[week] = left
    slow = left > 5 * np.maximum(ledger.sold[max(0, week - 3) : week + 1].mean(axis=0), 1)
    ledger.near_expiry[week] = np.where(slow, left // 8, 0)
    if week >= trade.bought_week + stories.OLD_AFTER:
        rows = list(trade.bought)
        ledger.near_expiry[week, rows] = left[rows] * 3 // 4
    return left


def _habit(trade: Trade, ledger: Ledger, week: int, position: Units, random: np.random.Generator) -> Units:
    """Return the cases that the distributor orders at the week's end: up to its cover of the last four weeks."""
    one, products = trade.one, len(trade.case)
    recent = ledger.sold[max(0, week - 3) : week + 1].mean(axis=0)
    recent = np.maximum(recent, trade.mean[week] * 0.25)  # it does not let a product it has run out of die
    target = recent / 7 * (one.habit_days + 7 * one.weeks_to_arrival) * np.exp(random.normal(0, 0.12, products))
    if (
        one.manners == "stuffs"
        and weeks.shift(trade.last_week, week + 1 - len(trade.demand)).day > company.STUFFED_AFTER
    ):
        target *= 1.7  # the month's target is short
    wanted = np.maximum(target - position, 0) * (random.random(products) < one.attention)
    cases: Units = np.rint(wanted / trade.case).astype(np.int64)
    if week == trade.bought_week:
        rows = list(trade.bought)
        cases[rows] = np.ceil(recent[rows] / 7 * stories.BOUGHT_DAYS / trade.case[rows])
    return cases

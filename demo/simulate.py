"""Two years of weeks at every distributor: demand, orders by habit, stock, reports."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from channelkeeper.core import weeks
from channelkeeper.engine import festival
from demo import company

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
    source: str = ""  # where real sell-out comes from; empty where all is drawn

    def week(self, index: int) -> date:
        """Return the Monday of a week by its index."""
        return weeks.shift(self.first_week, index)


def simulate(last_week: date) -> Company:
    """Return the company with its weeks up to `last_week` (a Monday), the same for the same week."""
    products, distributors = company.products(last_week), company.distributors()
    first_week = weeks.shift(last_week, 1 - WEEKS)
    random = np.random.default_rng(company.SEED + 2)
    promotions = _promotions(products, random)
    shape = _shape(products, first_week, promotions, random)
    base = np.exp(random.normal(np.log(16.0), 0.7, len(products)))  # cases a week at a distributor of the middle
    short = _short(len(products), random)
    ledgers = [_distributor(one, products, base, shape, short, last_week, random) for one in distributors]
    categories = {code: names[:2] for code, names in company.CATEGORIES.items()}
    return Company(
        first_week, list(company.OFFICES), list(company.REPS), categories, products, distributors, promotions, ledgers
    )


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


def _distributor(
    one: company.Distributor,
    products: list[company.Product],
    base: NDArray[np.float64],
    shape: NDArray[np.float64],
    short: NDArray[np.bool_],
    last_week: date,
    random: np.random.Generator,
) -> Ledger:
    """Draw a distributor's demand and run its weeks."""
    chosen = [(one.first_product + step) % len(products) for step in range(one.products)]
    case = np.array([products[index].units_per_case for index in chosen])
    taste = np.exp(random.normal(0, 0.35, len(chosen))) * one.size * base[chosen]
    mean = shape[:, chosen] * taste * case
    demand = random.poisson(mean * np.exp(random.normal(0, 0.16, mean.shape)))
    trade = Trade(one, chosen, case, demand, mean, short[:, chosen], last_week)
    return run(trade, random)


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


def run(trade: Trade, random: np.random.Generator) -> Ledger:
    """Run the weeks of a distributor: it sells what it has and orders by its habit."""
    total, case = len(trade.demand), trade.case
    ledger = Ledger.empty(trade.products, trade.demand.shape)
    lead = -(-trade.one.lead_time_days // 7)
    stock = (trade.mean[:4].mean(axis=0) * trade.one.habit_days / 7).astype(np.int64)
    road = np.zeros((total + 8, len(case)), dtype=np.int64)
    for week in range(total):
        if trade.real:  # it sold more than it had: a case came in between
            missing = np.maximum(trade.demand[week] - stock - road[week], 0)
            road[week] += -(-missing // case) * case
        stock = _sell(ledger, week, stock, road[week], trade, random)
        cases = _habit(trade, ledger, week, stock + road[week + 1 :].sum(axis=0), random)
        cases[trade.short[week]] = 0
        if cases.any():
            road[week + lead] += cases * case
            ordered = {trade.products[index]: int(count) for index, count in enumerate(cases) if count}
            ledger.shipments.append(Shipment(week, week + lead, ordered))
    return ledger


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
    return left


def _habit(trade: Trade, ledger: Ledger, week: int, position: Units, random: np.random.Generator) -> Units:
    """Return the cases that the distributor orders at the week's end: up to its cover of the last four weeks."""
    one, products = trade.one, len(trade.case)
    recent = ledger.sold[max(0, week - 3) : week + 1].mean(axis=0)
    recent = np.maximum(recent, trade.mean[week] * 0.25)  # it does not let a product it has run out of die
    target = recent / 7 * (one.habit_days + one.lead_time_days) * np.exp(random.normal(0, 0.12, products))
    if one.manners == "stuffs" and weeks.shift(trade.last_week, week + 1 - len(trade.demand)).day > 20:
        target *= 1.7  # the month's target is short
    wanted = np.maximum(target - position, 0) * (random.random(products) < one.attention)
    cases: Units = np.rint(wanted / trade.case).astype(np.int64)
    return cases

"""
A plausible network in arrays: sell-out with season, festival, promotions and chance, and the stock that it left.

Every series has a level, its category's season, a rise before the Spring Festival, a slow
trend and promotions; sell-out is drawn around that. Distributors order weekly what lifts
their stock to some days of their last four weeks, and goods come a week later; where stock
does not reach, sales are lost and the product is out of stock. Seeded: the same numbers
make the same network.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from channelkeeper.core import weeks
from channelkeeper.engine import festival

HISTORY_WEEKS = 104
PRODUCTS = 120
CATEGORIES = 8
BRANDS = 3
CARRIED = (50, 100)  # fewest and most products that a distributor carries
MISSING_SHARE = 0.02  # of all reports
LATE_SHARE = 0.05  # of the last week's reports
ORDER_DAYS = (14, 40)  # to how many days of cover a distributor orders
BLOCK = 20_000  # series drawn at once, which bounds the memory

Pieces = npt.NDArray[np.int32]
Codes = npt.NDArray[np.int64]
Amounts = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Shelf:
    """(P,) products: category and brand codes, pieces per case, yuan per piece."""

    category: Codes
    brand: Codes
    units_per_case: Codes
    price: Amounts


@dataclass(frozen=True)
class Promotions:
    """(M,) promotions of products at all distributors, each one to three whole weeks; week 0 is the first."""

    product: Codes
    first_week: Codes
    weeks: Codes
    intensity: Amounts


@dataclass(frozen=True)
class Network:
    """
    S series of D distributors over W weeks.

    Fields:
        first_week: the Monday of column 0.
        distributor, product: (S,) codes, series in the order of distributors.
        sold, closing, received: (S, W) pieces.
        reported: (D, W) whether a report came.
    """

    first_week: date
    shelf: Shelf
    promotions: Promotions
    distributor: Codes
    product: Codes
    sold: Pieces
    closing: Pieces
    received: Pieces
    reported: Flags

    @property
    def distributors(self) -> int:
        """Return D."""
        return int(self.reported.shape[0])


def simulate(
    *, series: int, last_week: date, seed: int = 1, products: int = PRODUCTS, carried: tuple[int, int] = CARRIED
) -> Network:
    """
    Return a network of so many series whose last week is given.

    Args:
        series: how many; the last distributor carries what is left.
        last_week: a Monday, the column W-1.
        seed: of all chance.
        products: how many the company has.
        carried: fewest and most of them that a distributor has.
    """
    chance = np.random.default_rng(seed)
    first_week = weeks.shift(last_week, 1 - HISTORY_WEEKS)
    shelf = _shelf(chance, products)
    promotions = _promotions(chance, products)
    distributor, product = _assortments(chance, series, products, carried)
    parts = [
        _history(chance, first_week, shelf, promotions, product[start : start + BLOCK])
        for start in range(0, series, BLOCK)
    ]
    sold, closing, received = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    reported = _reported(chance, int(distributor[-1]) + 1)
    return Network(first_week, shelf, promotions, distributor, product, sold, closing, received, reported)


def _shelf(chance: np.random.Generator, products: int) -> Shelf:
    return Shelf(
        category=chance.integers(CATEGORIES, size=products),
        brand=chance.integers(BRANDS, size=products),
        units_per_case=chance.choice(np.array([6, 12, 15, 24]), size=products),
        price=np.round(chance.lognormal(1.2, 0.6, size=products), 2),
    )


def _promotions(chance: np.random.Generator, products: int) -> Promotions:
    """Promote each product about five times in two years, and a few in the coming weeks."""
    count = products * 5
    return Promotions(
        product=chance.integers(products, size=count),
        first_week=chance.integers(HISTORY_WEEKS + 6, size=count),
        weeks=chance.integers(1, 4, size=count),
        intensity=np.round(chance.uniform(0.2, 1.0, size=count), 3),
    )


def _assortments(
    chance: np.random.Generator, series: int, products: int, carried: tuple[int, int]
) -> tuple[Codes, Codes]:
    """Give each distributor some of the products, the last one as many as are left."""
    owners, assortments = [], []
    left, number = series, 0
    while left > 0:
        size = min(int(chance.integers(carried[0], carried[1] + 1)), left)
        owners.append(np.full(size, number))
        assortments.append(np.sort(chance.choice(products, size=size, replace=False)))
        left, number = left - size, number + 1
    return np.concatenate(owners), np.concatenate(assortments)


def _history(
    chance: np.random.Generator, first_week: date, shelf: Shelf, promotions: Promotions, product: Codes
) -> tuple[Pieces, Pieces, Pieces]:
    """Return (S, W) sold, closing, received of a block of series."""
    demand = chance.poisson(_expected(chance, first_week, shelf, promotions, product)).astype(np.int64)
    case = shelf.units_per_case[product]
    cover_weeks = chance.uniform(*ORDER_DAYS, size=product.size) / 7
    stock = np.ceil(demand[:, :4].mean(1) * cover_weeks).astype(np.int64)
    coming = np.zeros(product.size, dtype=np.int64)
    sold, closing, received = (np.zeros(demand.shape, dtype=np.int32) for _ in range(3))
    for week in range(HISTORY_WEEKS):
        sold[:, week] = np.minimum(demand[:, week], stock + coming)
        received[:, week] = coming
        stock = stock + coming - sold[:, week]
        closing[:, week] = stock
        pace = sold[:, max(week - 3, 0) : week + 1].mean(1)
        # Some weeks a distributor forgets an order: that is where stock-outs come from.
        asked = np.where(chance.random(product.size) < 0.92, pace * cover_weeks - stock + pace, 0)
        coming = np.maximum(np.rint(asked / case), 0).astype(np.int64) * case
    return sold, closing, received


def _expected(
    chance: np.random.Generator, first_week: date, shelf: Shelf, promotions: Promotions, product: Codes
) -> Amounts:
    """Return (S, W) mean sell-out per week, with a gamma spread so that draws scatter more than by chance alone."""
    columns = np.arange(HISTORY_WEEKS)
    category = shelf.category[product]
    height, peak = chance.uniform(0.05, 0.5, CATEGORIES), chance.uniform(0, 52, CATEGORIES)
    season = 1 + height[:, None] * np.cos((columns - peak[:, None]) * 2 * np.pi / 52)
    level = chance.lognormal(3.2, 1.0, size=product.size)
    trend = np.exp(chance.normal(0, 0.15, product.size)[:, None] * columns / HISTORY_WEEKS)
    uplift = _uplift(promotions, shelf.category.size)[product]
    mean = level[:, None] * season[category] * trend * _festival(first_week)[category] * uplift
    return mean * chance.gamma(12, 1 / 12, size=mean.shape)


def _festival(first_week: date) -> Amounts:
    """Return (categories, W) the rise in the four weeks before the Spring Festival, and the lull in its own."""
    factor = np.ones((CATEGORIES, HISTORY_WEEKS))
    strength = np.linspace(0.1, 1.2, CATEGORIES)
    for column in range(HISTORY_WEEKS):
        away = festival.weeks_from_festival(weeks.shift(first_week, column))
        if -4 <= away < 0:
            factor[:, column] = 1 + strength * (5 + away) / 4
        elif away == 0:
            factor[:, column] = 0.6
    return factor


def _uplift(promotions: Promotions, products: int) -> Amounts:
    """Return (P, W) by how much promotions lift sell-out."""
    uplift = np.ones((products, HISTORY_WEEKS))
    for product, first, count, intensity in zip(
        promotions.product, promotions.first_week, promotions.weeks, promotions.intensity, strict=True
    ):
        uplift[product, first : first + count] = np.exp(0.9 * intensity)
    return uplift


def _reported(chance: np.random.Generator, distributors: int) -> Flags:
    """Return (D, W) which reports came: nearly all, fewer of the last week, and always the one before it."""
    came = chance.random((distributors, HISTORY_WEEKS)) >= MISSING_SHARE
    late = np.zeros(distributors, dtype=bool)
    late[: round(distributors * LATE_SHARE)] = True
    came[:, -1] = ~chance.permutation(late)
    came[:, :8] = came[:, -2] = True
    return came

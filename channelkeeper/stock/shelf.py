"""What the close must know of the company's products, loaded once: categories, names, prices of a day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

import numpy as np
import numpy.typing as npt

from channelkeeper.catalog import queries as catalog
from channelkeeper.catalog.queries import ProductView
from channelkeeper.stock.positions import PRICE_PLACES
from channelkeeper.stock.rules import near_days


@dataclass(frozen=True)
class Shelf:
    """
    All products, in the order of their keys, and their ex-factory prices on one day.

    Fields:
        products: P products.
        exact_prices: P prices, yuan per piece, 0 where a product has none yet.
    """

    products: tuple[ProductView, ...]
    exact_prices: tuple[Decimal, ...]

    @cached_property
    def ids(self) -> list[int]:
        """Return the keys of the products, ascending."""
        return [product.id for product in self.products]

    @cached_property
    def index(self) -> dict[int, int]:
        """Return key of a product -> its place."""
        return {key: place for place, key in enumerate(self.ids)}

    @cached_property
    def prices(self) -> npt.NDArray[np.float64]:
        """Return (P,) yuan per piece."""
        return np.array([float(price) for price in self.exact_prices], dtype=np.float64)

    @cached_property
    def prices_fixed(self) -> npt.NDArray[np.int64]:
        """Return (P,) 1/10,000 yuan per piece, exact."""
        return np.array([int(price.scaleb(PRICE_PLACES)) for price in self.exact_prices], dtype=np.int64)

    @cached_property
    def groups(self) -> npt.NDArray[np.int64]:
        """Return (P,) category codes, 0 .."""
        keys = sorted({product.category_id for product in self.products})
        places = {key: place for place, key in enumerate(keys)}
        return np.array([places[product.category_id] for product in self.products], dtype=np.int64)

    @cached_property
    def category_of_group(self) -> npt.NDArray[np.int64]:
        """Return the key of each category code."""
        return np.unique(self.category_ids)

    @cached_property
    def category_ids(self) -> npt.NDArray[np.int64]:
        """Return (P,) keys of the categories."""
        return np.array([product.category_id for product in self.products], dtype=np.int64)

    @cached_property
    def shelf_life_days(self) -> npt.NDArray[np.float64]:
        """Return (P,) days that goods keep; NaN where they keep for ever."""
        return np.array([product.shelf_life_days or np.nan for product in self.products], dtype=np.float64)

    @cached_property
    def near_days(self) -> npt.NDArray[np.float64]:
        """Return (P,) days that goods near expiry have left at most; NaN where nobody says."""
        days = [near_days(own_days=one.near_expiry_days, shelf_life_days=one.shelf_life_days) for one in self.products]
        return np.array([np.nan if one is None else one for one in days], dtype=np.float64)

    def retired(self, on: date) -> npt.NDArray[np.bool_]:
        """Return (P,) whether a product is out of the range on a day."""
        return np.array([bool(one.retires_on and one.retires_on <= on) for one in self.products], dtype=bool)


def load(on: date) -> Shelf:
    """Return the shelf with the prices of a day; two queries."""
    products = sorted(catalog.products_by_id(on=on).values(), key=lambda product: product.id)
    prices = tuple(product.price_per_unit or Decimal(0) for product in products)
    return Shelf(tuple(products), prices)

"""What the engine knows about the past: one row per series (distributor x product), one column per week."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from channelkeeper.engine import checks

Units = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class History:
    """
    Weekly sell-out of S series over W weeks, and the promotions known for them and for the weeks ahead.

    Args:
        sold_units: (S, W) units sold per week, >= 0; NaN where no report tells.
        censored: (S, W) true where the product was out of stock for part of that week: demand was at least what
            was sold (STK-6).
        first_week: the Monday of column 0.
        group: (S,) category code, 0 ..; seasons are pooled within it.
        product: (S,) product code, 0 ..; uplift, trend and season are pooled over its distributors. A product
            belongs to one group.
        promotion: (S, W+H) or, for several kinds, (K, S, W+H): intensity, 0 = none, for the history and the H
            coming weeks; None where no promotion is known.
        calendar: "CN" where sell-out follows the Spring Festival, None where it does not.

    Raises:
        ValueError: an array has the wrong shape, or a value is impossible; names the place and the value.
    """

    sold_units: Units
    censored: Flags
    first_week: date
    group: Codes
    product: Codes
    promotion: Units | None = None
    calendar: str | None = "CN"

    def __post_init__(self) -> None:
        if self.sold_units.ndim != 2:
            raise ValueError(f"sold_units has {self.sold_units.ndim} dimensions, not series x weeks.")
        checks.shape("censored", self.censored, self.sold_units.shape)
        _check_codes("group", self.group, self.series)
        _check_codes("product", self.product, self.series)
        checks.finite("sold_units", self.sold_units, least=0, unknown=True)
        _check_calendar(self.first_week, self.calendar)
        _check_one_group_each(self.product, self.group)
        if self.promotion is not None:
            _check_promotion(self.promotion, self.series, self.weeks)
        self._settle()

    def _settle(self) -> None:
        """Keep every array in one layout, copied only where it has another: each layout would be compiled anew."""
        types = {"sold_units": np.float64, "censored": np.bool_, "group": np.int64, "product": np.int64}
        for name, kind in (types | {"promotion": np.float64}).items():
            if getattr(self, name) is not None:
                object.__setattr__(self, name, np.require(getattr(self, name), kind, ["C", "W"]))

    @property
    def series(self) -> int:
        """How many series."""
        return int(self.sold_units.shape[0])

    @property
    def weeks(self) -> int:
        """How many weeks of history."""
        return int(self.sold_units.shape[1])

    @property
    def products(self) -> int:
        """One more than the largest product code."""
        return int(self.product.max()) + 1 if self.series else 0

    @property
    def groups(self) -> int:
        """One more than the largest group code."""
        return int(self.group.max()) + 1 if self.series else 0

    @property
    def kinds(self) -> int:
        """How many kinds of promotion are known."""
        return 0 if self.promotion is None else self.promotions().shape[0]

    def promotions(self) -> Units:
        """Return the promotions as (K, S, weeks known); K = 0 where none is known."""
        if self.promotion is None:
            return np.zeros((0, self.series, self.weeks))
        return self.promotion if self.promotion.ndim == 3 else self.promotion[None]

    def until(self, week: int) -> "History":
        """
        Return what was known at the close of an earlier week, with the promotions planned after it.

        Args:
            week: how many weeks of history to keep, 1 .. W.
        """
        if not 1 <= week <= self.weeks:
            raise ValueError(f"There are {self.weeks} weeks of history, so it cannot end after week {week}.")
        return History(
            self.sold_units[:, :week],
            self.censored[:, :week],
            self.first_week,
            self.group,
            self.product,
            self.promotion,
            self.calendar,
        )

    def rows(self, chosen: npt.NDArray[np.int64]) -> "History":
        """Return the chosen series alone, in that order."""
        promotion = None if self.promotion is None else self.promotion[..., chosen, :]
        return History(
            self.sold_units[chosen],
            self.censored[chosen],
            self.first_week,
            self.group[chosen],
            self.product[chosen],
            promotion,
            self.calendar,
        )


def slots(first_week: date, weeks: int) -> Codes:
    """Return (weeks,) the place of each week in the year, 0 .. 51: its ISO week, week 53 counted with week 52."""
    days = (first_week + timedelta(weeks=week) for week in range(weeks))
    return np.array([min(day.isocalendar().week, 52) - 1 for day in days], dtype=np.int64)


def _check_codes(name: str, codes: Codes, series: int) -> None:
    checks.shape(name, codes, (series,))
    if not np.issubdtype(codes.dtype, np.integer):
        raise ValueError(f"{name} holds {codes.dtype}, not integer codes.")
    if series and codes.min() < 0:
        row = int(codes.argmin())
        raise ValueError(f"{name}[{row}] is {codes[row]}; codes start at 0.")


def _check_calendar(first_week: date, calendar: str | None) -> None:
    if first_week.weekday() != 0:
        raise ValueError(f"first_week is {first_week}, a {first_week:%A}; weeks start on Mondays.")
    if calendar not in ("CN", None):
        raise ValueError(f'calendar is "{calendar}"; known are "CN" and none.')


def _check_one_group_each(product: Codes, group: Codes) -> None:
    if not product.size:
        return
    home = np.zeros(int(product.max()) + 1, dtype=np.int64)
    home[product] = group
    strays = np.nonzero(home[product] != group)[0]
    if strays.size:
        row = int(strays[0])
        raise ValueError(
            f"product[{row}] is {product[row]} in group {group[row]}, "
            f"elsewhere in group {home[product[row]]}; a product belongs to one group."
        )


def _check_promotion(promotion: Units, series: int, weeks: int) -> None:
    if promotion.ndim not in (2, 3) or promotion.shape[-2] != series or promotion.shape[-1] < weeks:
        raise ValueError(f"promotion has shape {promotion.shape}, not ({series}, {weeks} or more weeks).")
    checks.finite("promotion", promotion, least=0)

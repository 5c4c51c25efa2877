"""
The edge: the Parquet files of the public contract become arrays, and results become frames again.

What is wrong with a file is said by file, row, column and value, before anything is computed.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import NoReturn

import numpy as np
import numpy.typing as npt
import polars as pl

from channelkeeper.engine.history import History

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

KEYS = ["distributor", "product"]


class Fault(ValueError):
    """A file that cannot be used as it is; the message names file, row, column and value."""


def read(path: Path) -> pl.DataFrame:
    """
    Return the rows of a Parquet file.

    Raises:
        Fault: it is no Parquet file.
    """
    try:
        return pl.read_parquet(path)
    except pl.exceptions.PolarsError as error:
        raise Fault(f"{path.name} is not a Parquet file: {error}") from error


def read_if(path: Path | None) -> pl.DataFrame | None:
    """Return the rows of a Parquet file that may be left out."""
    return None if path is None else read(path)


@dataclass(frozen=True)
class Panel:
    """
    The history of S series as arrays, with their names.

    Fields:
        keys: S rows, distributor and product.
        history: the arrays.
        kinds: names of the promotions' kinds, `promo_…`, in the order of the arrays.
    """

    keys: pl.DataFrame
    history: History
    kinds: tuple[str, ...]

    @property
    def next_week(self) -> date:
        """The Monday of the first coming week."""
        return self.history.first_week + timedelta(weeks=self.history.weeks)


@dataclass(frozen=True)
class Positions:
    """
    What stands in stock, a row per series to be proposed for; order terms per series.

    Fields:
        keys: S rows, distributor and product.
        frame: the columns of the file, with what was left out filled in.
    """

    keys: pl.DataFrame
    frame: pl.DataFrame

    def amounts(self, name: str) -> Amounts:
        """Return (S,) a numeric column, NaN where empty."""
        return self.frame[name].cast(pl.Float64).fill_null(np.nan).to_numpy().copy()

    def days(self, name: str) -> Amounts:
        """Return (S,) a column of dates as day numbers (`day_number`), NaN where empty: no comparison is true."""
        return self.frame[name].cast(pl.Date).cast(pl.Int32).cast(pl.Float64).fill_null(np.nan).to_numpy().copy()

    def codes(self, name: str) -> Codes:
        """Return (S,) a whole-number column."""
        return self.frame[name].cast(pl.Int64).to_numpy().copy()


def history(
    frame: pl.DataFrame,
    *,
    as_of: date | None = None,
    plan: pl.DataFrame | None = None,
    horizon_weeks: int = 0,
    calendar: str | None = "CN",
) -> Panel:
    """
    Return the history of a file, long or wide, with the promotions planned for the coming weeks.

    A week that a long file leaves out is zero where the distributor reported any product for it, from the product's
    first week on, else unknown. Out of stock is `in_stock` false, or, without that column, `closing_units` 0.

    Args:
        frame: columns of `history`, long or wide (lists).
        as_of: only weeks that had closed by that day, and plans known by then; all without it.
        plan: columns of `plan`.
        horizon_weeks: how many coming weeks the plan is wanted for.
        calendar: "CN" where sell-out follows the Spring Festival, else None.

    Returns:
        The series in the order of the file.

    Raises:
        Fault: a column is missing or of another type, or a value is impossible; names row and value.
    """
    _need(frame, "history", [*KEYS, "sold_units"])
    wide = isinstance(frame.schema["sold_units"], pl.List)
    cells = _wide_cells(frame) if wide else _long_cells(frame)
    closed = cells if as_of is None else cells.until(as_of)
    _check_values(closed.values)
    return _panel(closed, plan, as_of, horizon_weeks, calendar)


def positions(frame: pl.DataFrame, *, low_days: float, high_days: float) -> Positions:
    """
    Return the positions of a file, with the contract's defaults where a column is left out or empty.

    Raises:
        Fault: a column is missing, a value impossible, or a series stands twice.
    """
    _need(frame, "positions", [*KEYS, "on_hand_units"])
    _check_positions(frame)
    defaults = {"units_per_case": 1.0, "min_order_cases": 0.0, "band_low_days": low_days, "band_high_days": high_days}
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in _OPTIONAL.items() if name not in frame.columns]
    told = frame.with_columns(missing)
    filled = told.with_columns(
        pl.col(name).cast(pl.Float64).fill_nan(None).fill_null(value) for name, value in defaults.items()
    )
    upside_down = pl.col("band_high_days") <= pl.col("band_low_days")
    _check_rows(filled, "positions", "band_high_days", upside_down, "above band_low_days")
    return Positions(filled.select(pl.col(KEYS).cast(pl.String)), filled)


def _check_positions(frame: pl.DataFrame) -> None:
    _check_least(frame, "positions", "on_hand_units", 0.0)
    for name in set(_OPTIONAL) & set(frame.columns):
        if _OPTIONAL[name] == pl.Float64:
            _check_least(frame, "positions", name, 1.0 if name == "units_per_case" else 0.0, empty=True)
        elif _OPTIONAL[name] == pl.Date:
            _check_dates(frame, "positions", name)
    for name in {"units_per_case", "min_order_cases"} & set(frame.columns):
        _check_rows(frame, "positions", name, pl.col(name) != pl.col(name).round(), "a whole number")
    _check_once(frame, "positions", KEYS)


def arrivals(frame: pl.DataFrame | None, keys: pl.DataFrame, weeks: int) -> Amounts:
    """
    Return (S, weeks) units by the coming week at whose start they arrive; later ones are no cover yet.

    Raises:
        Fault: a column is missing, a value impossible, or a row is of a series without a position.
    """
    units = np.zeros((keys.height, weeks))
    if frame is None:
        return units
    _need(frame, "arrivals", [*KEYS, "arrives_in_weeks", "units"])
    _check_least(frame, "arrivals", "arrives_in_weeks", 0.0)
    _check_least(frame, "arrivals", "units", 0.0)
    whole = pl.col("arrives_in_weeks") == pl.col("arrives_in_weeks").round()
    _check_rows(frame, "arrivals", "arrives_in_weeks", ~whole, "a whole number")
    row = _rows_of(frame, keys)
    _check_rows(frame.with_columns(_place=row), "arrivals", "product", pl.col("_place").is_null(), "in positions")
    week = frame["arrives_in_weeks"].cast(pl.Int64).to_numpy()
    near = week < weeks
    np.add.at(units, (row.to_numpy()[near], week[near]), frame["units"].cast(pl.Float64).to_numpy()[near])
    return units


def distributors(frame: pl.DataFrame | None, names: pl.Series) -> pl.DataFrame:
    """
    Return a row per named distributor with its own terms, null where it has none.

    Raises:
        Fault: a value is impossible, or a distributor stands twice.
    """
    columns = ("lead_time_days", "review_days", "order_limit", "min_order_amount", "truck_pallets")
    known = pl.DataFrame({"distributor": []}, {"distributor": pl.String}) if frame is None else frame
    _need(known, "distributors", ["distributor"])
    for name in columns:
        if name in known.columns:
            _check_least(known, "distributors", name, 1.0 if name == "review_days" else 0.0, empty=True)
    _check_once(known, "distributors", ["distributor"])
    missing = [pl.lit(None, pl.Float64).alias(name) for name in columns if name not in known.columns]
    numbers = known.with_columns(missing).select(
        pl.col("distributor").cast(pl.String), pl.col(columns).cast(pl.Float64).fill_nan(None)
    )
    return names.to_frame("distributor").join(numbers, on="distributor", how="left", maintain_order="left")


def predecessors(positions: Positions) -> pl.DataFrame:
    """Return S rows, distributor and the product that each succeeds, "" where none."""
    successor_of = positions.frame["successor_of"].cast(pl.String).fill_null("")
    return positions.keys.with_columns(product=successor_of)


def day_number(day: date) -> float:
    """Return the days since 1970."""
    return float((day - date(1970, 1, 1)).days)


def rows_in(panel: Panel, keys: pl.DataFrame) -> Codes:
    """Return (S,) the row of each key in the panel, -1 where it has no history."""
    return _rows_of(keys, panel.keys).fill_null(-1).to_numpy()


def weeks_after(panel: Panel, count: int) -> list[date]:
    """Return the Mondays of the coming weeks."""
    return [panel.next_week + timedelta(weeks=week) for week in range(count)]


_OPTIONAL: dict[str, pl.DataType | type[pl.DataType]] = {
    "units_per_case": pl.Float64,
    "min_order_cases": pl.Float64,
    "cases_per_pallet": pl.Float64,
    "unit_price": pl.Float64,
    "shelf_life_days": pl.Float64,
    "band_low_days": pl.Float64,
    "band_high_days": pl.Float64,
    "launched_on": pl.Date,
    "retires_on": pl.Date,
    "successor_of": pl.String,
}


@dataclass(frozen=True)
class _Cells:
    """
    Values of series-weeks, before they become a matrix.

    Fields:
        keys: S rows, distributor and product.
        groups: S category names.
        first_week, weeks: the span of the matrix.
        row, week: (N,) where each value stands; None where the values fill the matrix row by row.
        values: N rows, the value columns and `_row`, the row of the file.
        reported: whether a week that a series leaves out was reported by its distributor (long files).
    """

    keys: pl.DataFrame
    groups: pl.Series
    first_week: date
    weeks: int
    row: Codes | None
    week: Codes | None
    values: pl.DataFrame
    reported: bool

    def until(self, day: date) -> "_Cells":
        """Return the weeks that had closed by a day."""
        weeks = (day + timedelta(days=1) - self.first_week).days // 7
        if weeks >= self.weeks:
            return self
        if weeks < 1:
            raise Fault(f"history: no week had closed by {day}; the first starts on {self.first_week}.")
        row, week = self.places()
        kept = week < weeks
        return _Cells(
            self.keys,
            self.groups,
            self.first_week,
            weeks,
            row[kept],
            week[kept],
            self.values.filter(pl.Series(kept)),
            self.reported,
        )

    def places(self) -> tuple[Codes, Codes]:
        """Return (N,) row and week of each value."""
        if self.row is not None and self.week is not None:
            return self.row, self.week
        return np.repeat(np.arange(self.keys.height), self.weeks), np.tile(np.arange(self.weeks), self.keys.height)

    def put(self, matrix: npt.NDArray[np.generic], values: npt.NDArray[np.generic]) -> None:
        """Write (N,) values to their places in an (S, W) matrix."""
        if self.row is None or self.week is None:
            matrix[:] = values.reshape(self.keys.height, self.weeks)
        else:
            matrix[self.row, self.week] = values


def _long_cells(frame: pl.DataFrame) -> _Cells:
    _need(frame, "history", ["week"])
    if frame.is_empty():
        raise Fault("history: there is no row.")
    _check_monday(frame, "history", "week")
    keys, row = _numbered(frame)
    first, last = _day(frame["week"].min()), _day(frame["week"].max())
    week = ((frame["week"] - first).dt.total_days() // 7).to_numpy()
    weeks = _weeks_between(first, last) + 1
    filled = np.zeros(keys.height * weeks, dtype=np.bool_)
    filled[row * weeks + week] = True
    if np.count_nonzero(filled) < frame.height:
        _check_once(frame, "history", [*KEYS, "week"])
    values = frame.drop(*KEYS, "week").with_row_index("_row")
    return _Cells(keys, _groups(frame, keys), first, weeks, row, week, values, reported=True)


def _numbered(frame: pl.DataFrame) -> tuple[pl.DataFrame, Codes]:
    """Return the distinct series in order of appearance, and the place of each row's among them."""
    # Names become numbers first: joining millions of rows on two texts takes ten times as long.
    names = frame.select(pl.col(KEYS).cast(pl.String).cast(pl.Categorical))
    number = pl.concat([names[name].to_physical().cast(pl.Int64).to_frame() for name in KEYS], how="horizontal")
    coded = number.select(code=pl.col("distributor") * (pl.col("product").max() + 1) + pl.col("product"))
    first = coded.with_row_index("_first").unique("code", keep="first", maintain_order=True)
    places = coded.join(first.with_row_index("_place"), on="code", how="left", maintain_order="left")
    keys = frame.select(pl.col(KEYS).cast(pl.String))[first["_first"]]
    return keys, places["_place"].cast(pl.Int64).to_numpy()


def _wide_cells(frame: pl.DataFrame) -> _Cells:
    _need(frame, "history", ["first_week"])
    if frame.is_empty():
        raise Fault("history: there is no row.")
    _check_monday(frame, "history", "first_week")
    _check_once(frame, "history", KEYS)
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    size = pl.col("sold_units").list.len()
    _check_rows(frame, "history", "sold_units", size.fill_null(0) == 0, "a list of weeks")
    for name in lists:
        own = pl.col(name).list.len()
        _check_rows(frame, "history", name, own.fill_null(0) != size, "as long as sold_units", shown=own)
    return _unfolded(frame, lists)


def _unfolded(frame: pl.DataFrame, lists: list[str]) -> _Cells:
    sizes = frame["sold_units"].list.len().cast(pl.Int64).to_numpy()
    first = _day(frame["first_week"].min())
    starts = ((frame["first_week"] - first).dt.total_days() // 7).to_numpy()
    weeks = int((starts + sizes).max())
    row, week = None, None
    if (starts > 0).any() or (sizes < weeks).any():
        row = np.repeat(np.arange(sizes.size), sizes)
        week = np.arange(row.size) - np.repeat(np.cumsum(sizes) - sizes - starts, sizes)
    keys = frame.select(pl.col(KEYS).cast(pl.String))
    values = frame.with_row_index("_row").select("_row", *lists).explode(lists)
    return _Cells(keys, _groups(frame, keys), first, weeks, row, week, values, reported=False)


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise Fault(f'history: "{value}" is not a date.')
    return value


def _weeks_between(first: date, last: date) -> int:
    return (last - first).days // 7


def _check_values(values: pl.DataFrame) -> None:
    _check_least(values, "history", "sold_units", 0.0, empty=True)
    for name in (*_kinds(values), *({"closing_units"} & set(values.columns))):
        _check_least(values, "history", name, 0.0, empty=True)
    if "in_stock" in values.columns and values.schema["in_stock"] not in (pl.Boolean, pl.Null):
        raise Fault(f"history: column in_stock holds {values.schema['in_stock']}, not true and false.")


def _kinds(frame: pl.DataFrame) -> tuple[str, ...]:
    return tuple(sorted(name for name in frame.columns if name.startswith("promo_")))


def _panel(
    cells: _Cells, plan: pl.DataFrame | None, as_of: date | None, horizon_weeks: int, calendar: str | None
) -> Panel:
    series, weeks = cells.keys.height, cells.weeks
    sold = np.full((series, weeks), np.nan)
    if cells.reported:
        _fill_reported(sold, cells)
    cells.put(sold, cells.values["sold_units"].cast(pl.Float64).fill_null(np.nan).to_numpy())
    kinds = tuple(sorted({*_kinds(cells.values), *(() if plan is None else _kinds(plan))}))
    promotion = np.zeros((len(kinds), series, weeks + horizon_weeks))
    for kind, name in enumerate(kinds):
        if name in cells.values.columns:
            cells.put(promotion[kind, :, :weeks], cells.values[name].cast(pl.Float64).fill_null(0.0).to_numpy())
    if plan is not None:
        _add_plan(promotion, plan, kinds, cells.keys, cells.first_week, weeks, as_of)
    past = History(
        sold,
        _lacking(cells),
        cells.first_week,
        _codes(cells.groups),
        _codes(cells.keys["product"]),
        promotion if kinds else None,
        calendar,
    )
    return Panel(cells.keys, past, kinds)


def _fill_reported(sold: Amounts, cells: _Cells) -> None:
    """Set to zero the weeks for which the distributor reported something, from each product's first week on."""
    row, week = cells.places()
    distributor = _codes(cells.keys["distributor"])
    reported = np.zeros((int(distributor.max()) + 1, sold.shape[1]), dtype=np.bool_)
    reported[distributor[row], week] = True
    start = np.full(sold.shape[0], sold.shape[1])
    np.minimum.at(start, row, week)
    begun = np.arange(sold.shape[1])[None, :] >= start[:, None]
    sold[reported[distributor] & begun] = 0.0


def _lacking(cells: _Cells) -> Flags:
    """Return (S, W) where the product was out of stock for part of the week (STK-6)."""
    lacking = np.zeros((cells.keys.height, cells.weeks), dtype=np.bool_)
    if "in_stock" in cells.values.columns:
        cells.put(lacking, ~cells.values["in_stock"].cast(pl.Boolean).fill_null(True).to_numpy())
    elif "closing_units" in cells.values.columns:
        cells.put(lacking, (cells.values["closing_units"].cast(pl.Float64) <= 0).fill_null(False).to_numpy())
    return lacking


def _add_plan(
    promotion: Amounts,
    plan: pl.DataFrame,
    kinds: tuple[str, ...],
    keys: pl.DataFrame,
    first: date,
    weeks: int,
    as_of: date | None,
) -> None:
    """Write the coming weeks of a plan as it was last known."""
    _check_plan(plan)
    known = plan.with_columns(_place=_rows_of(plan, keys), _at=(pl.col("week") - first).dt.total_days() // 7)
    known = known.filter(pl.col("_place").is_not_null() & pl.col("_at").is_between(weeks, promotion.shape[2] - 1))
    if "known_on" in plan.columns:
        in_time = pl.lit(True) if as_of is None else pl.col("known_on").fill_null(as_of) <= as_of
        known = known.filter(in_time).sort("known_on", nulls_last=False)
        known = known.unique(["_place", "_at"], keep="last", maintain_order=True)
    row, week = known["_place"].to_numpy(), known["_at"].to_numpy()
    for kind, name in enumerate(kinds):
        if name in plan.columns:
            promotion[kind, row, week] = known[name].cast(pl.Float64).fill_null(0.0).to_numpy()


def _check_plan(plan: pl.DataFrame) -> None:
    _need(plan, "plan", [*KEYS, "week"])
    _check_monday(plan, "plan", "week")
    dated = {"known_on"} & set(plan.columns)
    for name in dated:
        _check_dates(plan, "plan", name)
    _check_once(plan, "plan", [*KEYS, *dated, "week"])
    for name in _kinds(plan):
        _check_least(plan, "plan", name, 0.0, empty=True)


def _groups(frame: pl.DataFrame, keys: pl.DataFrame) -> pl.Series:
    """Return the S category names of the series' products, each as its first row tells; one for all without any."""
    if "category" not in frame.columns:
        return pl.repeat("", keys.height, dtype=pl.String, eager=True)
    name = pl.col("category").list.first() if isinstance(frame.schema["category"], pl.List) else pl.col("category")
    told = frame.select(pl.col("product").cast(pl.String), category=name.cast(pl.String).fill_null(""))
    told = told.unique("product", keep="first")
    return keys.join(told, on="product", how="left", maintain_order="left")["category"]


def _codes(names: pl.Series) -> Codes:
    """Return a code per name, 0 .. in order of first appearance."""
    return (names.rank("dense").cast(pl.Int64) - 1).to_numpy()


def _rows_of(frame: pl.DataFrame, keys: pl.DataFrame) -> pl.Series:
    """Return for each row of a frame its place among the keys, null where it has none."""
    places = keys.with_row_index("_place")
    found = frame.select(pl.col(KEYS).cast(pl.String)).join(places, on=KEYS, how="left", maintain_order="left")
    return found["_place"].cast(pl.Int64)


def _need(frame: pl.DataFrame, file: str, columns: list[str]) -> None:
    for name in columns:
        if name not in frame.columns:
            raise Fault(f"{file}: there is no column {name}; it has {', '.join(frame.columns)}.")
    for name in set(columns) & set(KEYS):
        _check_rows(frame, file, name, pl.col(name).is_null(), "a name")


def _check_monday(frame: pl.DataFrame, file: str, name: str) -> None:
    _check_dates(frame, file, name)
    _check_rows(frame, file, name, pl.col(name).is_null() | (pl.col(name).dt.weekday() != 1), "a Monday")


def _check_dates(frame: pl.DataFrame, file: str, name: str) -> None:
    if frame.schema[name] not in (pl.Date, pl.Null):
        raise Fault(f"{file}: column {name} holds {frame.schema[name]}, not dates.")


def _check_least(frame: pl.DataFrame, file: str, name: str, least: float, *, empty: bool = False) -> None:
    """Check that a column holds finite numbers of at least `least`; empty cells pass where they may stand."""
    if not (frame.schema[name].is_numeric() or frame.schema[name] == pl.Null):
        raise Fault(f"{file}: column {name} holds {frame.schema[name]}, not numbers.")
    number = pl.col(name).cast(pl.Float64)
    bad = ~((number >= least) & number.is_finite())
    allowed = number.is_null() | number.is_nan() if empty else pl.lit(False)
    _check_rows(frame, file, name, bad.fill_null(True) & ~allowed.fill_null(False), f"a number >= {least:g}")


def _check_once(frame: pl.DataFrame, file: str, columns: list[str]) -> None:
    twice = ~pl.struct(columns).is_first_distinct()
    _check_rows(frame, file, columns[-1], twice, "listed once with the same " + ", ".join(columns[:-1]))


def _check_rows(
    frame: pl.DataFrame, file: str, name: str, bad: pl.Expr, wanted: str, shown: pl.Expr | None = None
) -> None:
    """Refuse the first row for which `bad` is true; rows count from 1."""
    row = pl.col("_row") if "_row" in frame.columns else pl.int_range(pl.len())
    faulty = frame.select(_row=row, _bad=bad, _shown=pl.col(name) if shown is None else shown)
    faulty = faulty.filter(pl.col("_bad"))
    if faulty.height:
        _refuse(file, int(faulty["_row"][0]) + 1, name, faulty["_shown"][0], wanted)


def _refuse(file: str, row: int, column: str, value: object, wanted: str) -> NoReturn:
    raise Fault(f'{file}, row {row}, column {column}: "{value}" is not {wanted}.')

"""From files to proposals: the forecast, the positions, the terms of each distributor, and what binds them."""

from dataclasses import dataclass, fields
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from channelkeeper.engine import forecast as kernel
from channelkeeper.engine import frames, limits, order, sentences
from channelkeeper.engine.forecast import Forecast
from channelkeeper.engine.policy import Policy

Amounts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

# Sunday to Sunday: an order of lead time 7 days, placed at a close, arrives after the next one.
DAYS_PER_WEEK = 7
QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
PARTS = ("season", "festival", "promotion", "trend", "level")


@dataclass(frozen=True)
class Terms:
    """
    How each distributor orders, by series: (S,) each.

    Fields:
        lead_weeks, review_weeks: as in `order.propose`.
        distributor: its code, 0 .. D-1.
        truck_pallets, order_limit, min_order_amount: (D,), NaN where there is none.
    """

    lead_weeks: Codes
    review_weeks: Codes
    distributor: Codes
    truck_pallets: Amounts
    order_limit: Amounts
    min_order_amount: Amounts


def terms(frame: pl.DataFrame | None, keys: pl.DataFrame, policy: Policy) -> Terms:
    """
    Return the terms of each series: the policy's, where the file `distributors` does not say otherwise.

    Raises:
        Fault: a value is impossible, or a distributor stands twice.
    """
    names = keys["distributor"].unique(maintain_order=True)
    given = frames.distributors(frame, names)
    lead = (given["lead_time_days"] // DAYS_PER_WEEK).fill_null(policy.lead_time_weeks).cast(pl.Int64).to_numpy()
    review = (given["review_days"] / DAYS_PER_WEEK).ceil().fill_null(policy.review_weeks).cast(pl.Int64).to_numpy()
    places = keys.join(
        given.select("distributor").with_row_index("_place"), on="distributor", how="left", maintain_order="left"
    )
    code = places["_place"].cast(pl.Int64).to_numpy()
    caps = [given[name].fill_null(np.nan).to_numpy() for name in ("truck_pallets", "order_limit", "min_order_amount")]
    return Terms(lead[code], review[code], code, caps[0], caps[1], caps[2])


def horizon_weeks(terms_: Terms) -> int:
    """Return how many coming weeks the proposals must look ahead."""
    longest = int((terms_.lead_weeks + terms_.review_weeks).max()) if terms_.lead_weeks.size else 1
    return longest + order.COVER_WEEKS


def forecast_frame(panel: frames.Panel, horizon: int) -> pl.DataFrame:
    """Return the file `forecast`: a row per series and coming week."""
    found = kernel.forecast(panel.history, horizon_weeks=horizon)
    weeks = pl.Series("week", frames.weeks_after(panel, horizon) * panel.keys.height, dtype=pl.Date)
    columns = {"mean_units": found.mean_units} | {name: found.quantile(p) for name, p in QUANTILES.items()}
    repeated = panel.keys.select(pl.all().repeat_by(horizon).explode())
    return repeated.with_columns(weeks, *(pl.Series(name, cells.ravel()) for name, cells in columns.items()))


def proposals_frame(
    *, panel: frames.Panel, positions: frames.Positions, arrivals: Amounts, terms_: Terms, say: bool = True
) -> pl.DataFrame:
    """
    Return the file `proposals`: a row per position, in its order.

    Args:
        panel: history, with the plan for at least `horizon_weeks(terms_)` coming weeks.
        positions: stock and terms of each series.
        arrivals: (S, H) from `frames.arrivals`.
        terms_: from `terms`.
        say: whether the two columns of reasons are wanted.
    """
    expected = _expected(panel, positions, arrivals.shape[1])
    mean = _while_sold(expected.mean_units, positions, panel.next_week)
    proposed = _propose(mean, positions, arrivals, terms_, panel.next_week)
    fitted = _fit_to_limits(proposed, positions, terms_)
    table = _table(fitted, positions)
    return table.with_columns(_reasons(fitted, table, expected, positions, arrivals, terms_)) if say else table


def _expected(panel: frames.Panel, positions: frames.Positions, horizon: int) -> Forecast:
    """Return the forecast of each position; nothing is expected of one without a history of its own or inherited."""
    whole = kernel.forecast(panel.history, horizon_weeks=horizon)
    row = frames.rows_in(panel, positions.keys)
    inherited = frames.rows_in(panel, frames.predecessors(positions))
    row = np.where(row >= 0, row, inherited)
    found = row >= 0

    def pick(values: Amounts) -> Amounts:
        taken = values[np.maximum(row, 0)]
        return np.where(found.reshape((-1,) + (1,) * (taken.ndim - 1)), taken, 0.0)

    columns = {field.name: pick(getattr(whole, field.name)) for field in fields(Forecast)}
    return Forecast(**columns)


def _while_sold(mean_units: Amounts, positions: frames.Positions, next_week: date) -> Amounts:
    """Expect nothing in weeks before a product's launch and from its retirement on."""
    monday = frames.day_number(next_week) + 7.0 * np.arange(mean_units.shape[1])
    launched, retires = positions.days("launched_on"), positions.days("retires_on")
    asleep = (monday + 6 < launched[:, None]) | (monday >= retires[:, None])
    return np.where(asleep, 0.0, mean_units)


def _barred(positions: frames.Positions, terms_: Terms, next_week: date) -> order.Bounds:
    """Return (S,) why a product may not be ordered: goods would arrive before its launch or after it retires."""
    monday = frames.day_number(next_week) + 7.0 * terms_.lead_weeks
    early, late = monday + 6 < positions.days("launched_on"), monday >= positions.days("retires_on")
    return np.where(late, order.RETIRE, np.where(early, order.LAUNCH, order.NONE)).astype(np.int8)


def _propose(
    mean: Amounts, positions: frames.Positions, arrivals: Amounts, terms_: Terms, next_week: date
) -> order.Order:
    barred = _barred(positions, terms_, next_week)
    left, leaves_first = _days_to_sell(positions, terms_, next_week)
    return order.propose(
        mean_units=mean,
        on_hand=positions.amounts("on_hand_units"),
        arrivals=arrivals,
        lead_weeks=terms_.lead_weeks,
        review_weeks=terms_.review_weeks,
        low_days=positions.amounts("band_low_days"),
        high_days=positions.amounts("band_high_days"),
        units_per_case=positions.codes("units_per_case"),
        min_order_cases=positions.codes("min_order_cases"),
        shelf_life_days=left,
        orderable=barred == order.NONE,
        barred_by=barred,
        capped_by=np.where(leaves_first, order.RETIRE, order.SHELF_LIFE).astype(np.int8),
    )


def _days_to_sell(positions: frames.Positions, terms_: Terms, next_week: date) -> tuple[Amounts, npt.NDArray[np.bool_]]:
    """Return (S,) days from arrival until goods expire or leave the range, and which of the two comes first."""
    keeps = positions.amounts("shelf_life_days")
    arrives = frames.day_number(next_week) + 7.0 * terms_.lead_weeks
    sold = np.maximum(positions.days("retires_on") - arrives, 0.0)
    leaves_first = ~np.isnan(sold) & ~(keeps <= sold)
    return np.where(leaves_first, sold, keeps), leaves_first


def _fit_to_limits(proposed: order.Order, positions: frames.Positions, terms_: Terms) -> order.Order:
    """Raise to the minimum amount where cover stays in the band, cut to truck and limit, let what is small wait."""
    pallet = positions.amounts("units_per_case") * positions.amounts("cases_per_pallet")
    wanted = limits.Wanted(
        units=proposed.units,
        bound_by=proposed.bound_by,
        position_units=proposed.position_units,
        per_day=proposed.expected_per_day_after,
        high_days=positions.amounts("band_high_days"),
        units_per_case=positions.codes("units_per_case"),
        price=np.nan_to_num(positions.amounts("unit_price"), nan=0.0),
        pallets_per_unit=np.where(pallet > 0, 1.0 / np.where(pallet > 0, pallet, 1.0), 0.0),
        segment=terms_.distributor,
    )
    caps = limits.Limits(terms_.truck_pallets, terms_.order_limit, terms_.min_order_amount)
    return order.with_units(proposed, *limits.fit(wanted, caps))


def _table(fitted: order.Order, positions: frames.Positions) -> pl.DataFrame:
    case = positions.amounts("units_per_case")
    names = pl.Series("bound_by", np.array(order.BOUND_NAMES)[fitted.bound_by])
    return positions.keys.with_columns(
        pl.Series("order_units", fitted.units),
        pl.Series("order_cases", (fitted.units / case).astype(np.int64)),
        pl.Series("expected_units_per_day", fitted.expected_per_day_after),
        pl.Series("days_now", fitted.days_now, nan_to_null=True),
        pl.Series("days_after", fitted.days_after, nan_to_null=True),
        names,
    )


def _reasons(
    fitted: order.Order,
    table: pl.DataFrame,
    expected: Forecast,
    positions: frames.Positions,
    arrivals: Amounts,
    terms_: Terms,
) -> list[pl.Series]:
    reading = order.weeks_until_reading(terms_.lead_weeks, terms_.review_weeks)
    coming = np.where(np.arange(arrivals.shape[1]) < reading[:, None], arrivals, 0.0).sum(1)
    columns = (
        positions.amounts("on_hand_units").tolist(),
        coming.tolist(),
        fitted.expected_until_reading.tolist(),
        table["days_now"].to_list(),
        table["days_after"].to_list(),
        fitted.units.tolist(),
        table["order_cases"].to_list(),
        fitted.short_units.tolist(),
        table["bound_by"].to_list(),
        [_shares(logs) for logs in np.stack([getattr(expected, part) for part in PARTS], 1).tolist()],
    )
    lines = [sentences.Line(*row) for row in zip(*columns, strict=True)]
    return [
        pl.Series(f"reason_{language}", [sentences.reason(line, language) for line in lines], dtype=pl.String)
        for language in ("zh", "en")
    ]


def _shares(logs: list[float]) -> dict[str, float]:
    """Return what each part adds, as a share: 0.4 is 40% more."""
    return {part: float(np.expm1(log)) for part, log in zip(PARTS, logs, strict=True)}

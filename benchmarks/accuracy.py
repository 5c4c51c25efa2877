"""
Part `accuracy`: how well sell-out is foreseen, what share of product-weeks an order policy keeps in the band, and how
many series a CPU second carries.

Forecasts are judged from rolling origins inside the history, four weeks ahead, on weeks in stock. Ordering is played
over real sell-out: weekly, a week on the road, whole cases of about three days, lost sales; the oracle knows what
comes and orders as well as can be. Reads the folder CHANNELKEEPER_DATA.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from benchmarks import results, sellout
from benchmarks.stage import Stage
from channelkeeper.engine import order, replay
from channelkeeper.engine.forecast import forecast
from channelkeeper.engine.history import History
from channelkeeper.engine.pools import fit_pools

Amounts = npt.NDArray[np.float64]
Model = Callable[[History, int], Amounts]

HORIZON = 4
SPEED_SIZES, QUICK_SPEED_SIZES = (3_000, 300_000), (3_000,)
SPEED_WEEKS, SPEED_PRODUCTS, SPEED_RUNS = 104, 500, 3
# The play over frat-dist: first order at week 100, judged from week 110 on.
FIRST_ORDER, FIRST_JUDGED, LEAD, REVIEW = 100, 110, 1, 1
LOW, HIGH, MIDDLE = 20.0, 25.0, 22.5
HORIZON_WEEKS = 8


@dataclass(frozen=True)
class Score:
    """Of one model over origins: absolute error of four-week sums over sales, of weeks over sales, and bias."""

    total: list[float]
    weekly: list[float]
    bias: list[float]

    def cells(self) -> tuple[str, ...]:
        """Return the figures as they are written down: mean ± standard deviation over origins."""
        total = f"{np.mean(self.total):.3f} ± {np.std(self.total):.3f}"
        return total, f"{np.mean(self.weekly):.3f}", f"{np.mean(self.bias):+.3f}"


def run(stage: Stage) -> results.Section:
    """Measure accuracy, share in band and speed."""
    section = results.Section("Forecasts and orders of the engine", "python -m benchmarks accuracy" + _flag(stage))
    try:
        _accuracy(section, stage.quick)
        _in_band(section, stage.quick)
    except sellout.NoData as missing:
        section.say(f"Not measured: {missing}")
    _speed(section, QUICK_SPEED_SIZES if stage.quick else SPEED_SIZES)
    return section


def _flag(stage: Stage) -> str:
    return " --quick" if stage.quick else ""


# ------------------------------------------------------------------ accuracy


def _accuracy(section: results.Section, quick: bool) -> None:
    rows, coverage = [], []
    for data in sellout.sets():
        origins = data.origins[-1:] if quick else data.origins
        scores = {name: _judged(data.history, origins, model) for name, model in _models().items()}
        rows += [(data.name, name, *score.cells(), _against(score, scores["engine"])) for name, score in scores.items()]
        coverage.append((data.name, *_covered(data.history, origins)))
    section.say(
        "Four weeks ahead from rolling origins, weeks out of stock not judged: `tot` is the absolute error of the "
        "four-week sum over sales (mean ± spread over origins), `wmape` the same by week; `worse at` counts the "
        "origins at which the engine's tot was higher than this model's."
    )
    section.table(("data", "model", "tot", "wmape", "bias", "engine worse at"), rows)
    section.say("Share of weeks (series expected to sell 3 a week or more) below the engine's quantiles:")
    section.table(("data", "p10", "p50", "p90"), coverage)


def _judged(history: History, origins: tuple[int, ...], model: Model) -> Score:
    score = Score([], [], [])
    for origin in origins:
        expected = model(history.until(origin), HORIZON)
        sold = history.sold_units[:, origin : origin + HORIZON]
        told = np.isfinite(sold) & ~history.censored[:, origin : origin + HORIZON]
        sold, expected = np.where(told, sold, 0.0), np.where(told, expected, 0.0)
        whole = told.all(1)
        score.total.append(float(np.abs(expected.sum(1) - sold.sum(1))[whole].sum() / sold[whole].sum()))
        score.weekly.append(float(np.abs(expected - sold).sum() / sold.sum()))
        score.bias.append(float(expected.sum() / sold.sum() - 1))
    return score


def _against(score: Score, engine: Score) -> str:
    if score is engine:
        return ""
    worse = sum(own > other for own, other in zip(engine.total, score.total, strict=True))
    return f"{worse} of {len(score.total)}"


def _covered(history: History, origins: tuple[int, ...]) -> tuple[str, ...]:
    """Return the shares of weeks below p10, p50 and p90."""
    below: dict[float, list[Amounts]] = {0.1: [], 0.5: [], 0.9: []}
    for origin in origins:
        found = forecast(history.until(origin), horizon_weeks=HORIZON)
        sold = history.sold_units[:, origin : origin + HORIZON]
        told = np.isfinite(sold) & ~history.censored[:, origin : origin + HORIZON] & (found.mean_units >= 3)
        for probability, shares in below.items():
            shares.append((sold < found.quantile(probability))[told].astype(np.float64))
    return tuple(f"{np.concatenate(shares).mean():.2f}" for shares in below.values())


def _models() -> dict[str, Model]:
    """Return the models compared; the field's own where its library is installed."""
    models: dict[str, Model] = {
        "engine": lambda history, horizon: forecast(history, horizon_weeks=horizon).mean_units,
        "last year's weeks": _last_year,
        "mean of 4 weeks": lambda history, horizon: _window(history, horizon, 4),
        "mean of 13 weeks": lambda history, horizon: _window(history, horizon, 13),
    }
    if importlib.util.find_spec("statsforecast") is not None:
        models["statsforecast CrostonSBA"] = lambda history, horizon: _peer(history, horizon, "CrostonSBA")
        models["statsforecast SES"] = lambda history, horizon: _peer(
            history, horizon, "SimpleExponentialSmoothingOptimized"
        )
    return models


def _plain(history: History) -> Amounts:
    """Return what was sold, unknown weeks as zero: what the simple models take."""
    return np.nan_to_num(history.sold_units, nan=0.0)


def _last_year(history: History, horizon: int) -> Amounts:
    sold = _plain(history)
    start = sold.shape[1] - 52
    return sold[:, start : start + horizon]


def _window(history: History, horizon: int, weeks: int) -> Amounts:
    return np.repeat(_plain(history)[:, -weeks:].mean(1)[:, None], horizon, 1)


def _peer(history: History, horizon: int, name: str) -> Amounts:
    from statsforecast import models

    model = getattr(models, name)()
    found = [model.forecast(y=series, h=horizon)["mean"] for series in _plain(history)]
    return np.asarray(np.maximum(np.nan_to_num(np.stack(found)), 0.0), dtype=np.float64)


# ------------------------------------------------------------------ share in band


@dataclass(frozen=True)
class Play:
    """What a policy came to over the judged weeks: (S, weeks) forward days, orders; sums of sold and lost units."""

    forward: Amounts
    orders: Amounts
    sold: float
    lost: float
    demand: Amounts

    def cells(self, oracle: float) -> tuple[str, ...]:
        """Return share in band, that over the oracle's, share in 15 to 30, fill rate, median days and bullwhip."""
        share = _share(self.forward, LOW, HIGH)
        swing = float(np.median(self.orders.var(1) / np.maximum(self.demand.var(1), 1e-9)))
        fill, days = self.sold / (self.sold + self.lost), float(np.nanmedian(self.forward))
        return (f"{share:.3f}", f"{share / oracle:.2f}", f"{_share(self.forward, 15.0, 30.0):.2f}", f"{fill:.3f}",
                f"{days:.1f}", f"{swing:.1f}")  # fmt: skip


def _share(days: Amounts, low: float, high: float) -> float:
    known = np.isfinite(days)
    return float(((days >= low) & (days <= high))[known].mean())


def _in_band(section: results.Section, quick: bool) -> None:
    history = _lively(sellout.frat(pooled=True))
    case = np.maximum(np.round(np.nanmean(history.sold_units[:, :FIRST_ORDER], 1) * 3 / 7), 1.0)
    last = history.weeks - 5
    weeks = range(FIRST_ORDER, FIRST_ORDER + 14 if quick else last)
    oracle = _oracle(history, case, weeks)

    def aimed(expect: Callable[[History], Amounts]) -> replay.Policy:
        return _band(history, case, weeks, expect)

    policies: dict[str, replay.Policy] = {
        "none: last order, 10% less over 25 days, more under 20": _by_habit(history, case, weeks),
        "up to 22.5 days of the last 4 weeks": aimed(lambda past: _window(past, HORIZON_WEEKS, 4)),
        "engine, promotions not known": aimed(
            lambda past: forecast(_blind(past), horizon_weeks=HORIZON_WEEKS).mean_units
        ),
        "engine, promotions known": aimed(lambda past: forecast(past, horizon_weeks=HORIZON_WEEKS).mean_units),
    }
    rows = [(name, *_played(history, case, weeks, policy).cells(oracle)) for name, policy in policies.items()]
    section.say(
        f"Orders over the {history.series} series of frat-dist, weeks {FIRST_JUDGED} to {weeks.stop - 1}, a week on "
        f"the road: share of product-weeks in {LOW:g} to {HIGH:g} forward days (week-end stock over the mean day of "
        f"the four weeks that really followed). An oracle that knows all sell-out reaches {oracle:.3f}."
    )
    section.table(("policy", "in band", "÷ oracle", "15–30", "fill", "median days", "bullwhip"), rows)


def _lively(history: History) -> History:
    """Return the series that sold in nine of ten weeks from week 60 on: others have no band to be kept in."""
    recent = np.nan_to_num(history.sold_units[:, 60:]) > 0
    return history.rows(np.nonzero(recent.mean(1) >= 0.9)[0])


def _blind(history: History) -> History:
    return History(history.sold_units, history.censored, history.first_week, history.group, history.product,
                   None, history.calendar)  # fmt: skip


def _played(history: History, case: Amounts, weeks: range, policy: replay.Policy) -> Play:
    """Order at the start of each week, a week before arrival; goods arrive before the week's sales."""
    sold = _plain(history)
    demand = sold[:, weeks.start : weeks.stop]
    incoming = np.zeros(demand.shape)
    incoming[:, 0] = _first_road(sold, case, weeks)
    path = replay.play(
        demand_units=demand, opening=_opening(history, weeks.start), incoming=incoming,
        lead_weeks=np.full(history.series, LEAD), horizon_weeks=HORIZON_WEEKS, policy=policy,
    )  # fmt: skip
    judged = slice(FIRST_JUDGED - weeks.start, None)
    forward = path.stock[:, judged] / _following(sold, weeks)[:, judged]
    lost = float(path.lost[:, judged].sum())
    return Play(forward, path.ordered[:, judged], float(demand[:, judged].sum()) - lost, lost, demand[:, judged])


def _first_road(sold: Amounts, case: Amounts, weeks: range) -> Amounts:
    """Return (S,) what is on the road when the play begins: a usual week in whole cases."""
    return np.asarray(np.round(sold[:, weeks.start - 4 : weeks.start].mean(1) / case) * case, dtype=np.float64)


def _band(history: History, case: Amounts, weeks: range, expect: Callable[[History], Amounts]) -> replay.Policy:
    """Return the rule of the band on an expectation that is made anew from the weeks before each order."""
    series = history.series
    terms = replay.Terms(
        low_days=np.full(series, LOW), high_days=np.full(series, HIGH), lead_weeks=np.full(series, LEAD),
        review_weeks=REVIEW, units_per_case=case.astype(np.int64),
        min_order_cases=np.zeros(series, dtype=np.int64), shelf_life_days=np.full(series, np.nan),
        orderable=np.ones((series, len(weeks)), dtype=np.bool_),
    )  # fmt: skip
    return replay.band(terms, lambda week: expect(history.until(weeks.start + week)))


def _by_habit(history: History, case: Amounts, weeks: range) -> replay.Policy:
    """Return the orders of a distributor without a plan: the last one, a tenth less or more by the days it sees."""
    sold = _plain(history)
    last = _first_road(sold, case, weeks)

    def ordered(week: int, stock: Amounts, _: Amounts) -> Amounts:
        nonlocal last
        per_day = sold[:, weeks.start + week - 4 : weeks.start + week].mean(1) / 7
        days = np.divide(stock, per_day, out=np.full(stock.shape, MIDDLE), where=per_day > 0)
        last = last * np.where(days > HIGH, 0.9, np.where(days < LOW, 1.1, 1.0))
        return np.asarray(np.round(last / case) * case, dtype=np.float64)

    return ordered


def _opening(history: History, week: int) -> Amounts:
    return np.asarray(np.round(_plain(history)[:, week - 4 : week].mean(1) / 7 * MIDDLE), dtype=np.float64)


def _following(sold: Amounts, weeks: range) -> Amounts:
    """Return (S, weeks) the mean day of the four weeks that really followed each week; NaN where nothing sold."""
    days = np.stack([sold[:, week + 1 : week + 5].sum(1) / 28 for week in weeks], 1)
    return np.asarray(np.where(days > 0, days, np.nan), dtype=np.float64)


def _oracle(history: History, case: Amounts, weeks: range) -> float:
    """
    Return the largest share of judged product-weeks in band that whole cases allow, all sell-out known, none lost.

    Stock at a week's end is opening + cases so far - sell-out so far, and cases so far never fall: the best path
    through the weeks is found for each series by dynamic programming over the count of cases.
    """
    sold, opening = _plain(history), _opening(history, weeks.start)
    road = _first_road(sold, case, weeks)
    days = _following(sold, weeks)
    gained, known = 0.0, 0
    for row in range(history.series):
        # Nothing that is ordered now is there before next week.
        need = np.cumsum(sold[row, weeks.start : weeks.stop]) - opening[row] - road[row]
        gained += _best_path(need[1:], days[row, 1:], case[row], FIRST_JUDGED - weeks.start - 1)
        known += int(np.isfinite(days[row, FIRST_JUDGED - weeks.start :]).sum())
    return gained / known


def _best_path(need: Amounts, days: Amounts, case: float, first: int) -> float:
    """Return the most weeks in band: need (W,) units that must have come, days (W,) the mean day after each week."""
    counts = np.arange(int(max(need.max(), 0) / case + HIGH * np.nanmax(days, initial=0) / case) + 2)
    best = np.zeros(counts.size)
    for week, (least, per_day) in enumerate(zip(need, days, strict=True)):
        left = counts * case - least
        inside = (left >= LOW * per_day) & (left <= HIGH * per_day) & (week >= first)
        best = np.maximum.accumulate(best) + np.where(left >= 0, inside.astype(np.float64), -np.inf)
    return float(best.max())


# ------------------------------------------------------------------ speed


def _speed(section: results.Section, sizes: tuple[int, ...]) -> None:
    rows = []
    for series in sizes:
        for promoted in (True, False):
            history = _made(series, promoted)
            costs = [cost for _ in range(SPEED_RUNS + 1) for cost in [_timed(history)]][1:]
            parts = [results.spread([series / cost[part] for cost in costs]) for part in range(3)]
            rows.append((f"{series:,}", "10% of weeks" if promoted else "none", *parts))
    section.say(
        f"Series of {SPEED_WEEKS} weeks per CPU second, one thread, made up: {SPEED_PRODUCTS} products, season and "
        "festival learned, 2% of weeks without report and 3% out of stock; compiled before. Learning takes some "
        "series of each product, so it weighs less the more there are; orders are proposed from the forecast."
    )
    section.table(("series", "promotions", "learn and forecast", "forecast alone", "orders"), rows)


def _made(series: int, promoted: bool) -> History:
    chance = np.random.default_rng(series)
    product = np.arange(series, dtype=np.int64) % SPEED_PRODUCTS
    sold = chance.poisson(chance.lognormal(3, 1, (series, 1)), (series, SPEED_WEEKS)).astype(np.float64)
    sold[chance.random(sold.shape) < 0.02] = np.nan
    plan = (chance.random((series, SPEED_WEEKS + 8)) < 0.1).astype(np.float64) if promoted else None
    return History(sold, chance.random(sold.shape) < 0.03, date(2024, 11, 4), product // 60, product, plan)


def _timed(history: History) -> tuple[float, float, float]:
    """Return CPU seconds: learning and forecasting, forecasting alone, proposing."""
    marks = [time.process_time()]
    pools = fit_pools(history)
    marks.append(time.process_time())
    found = forecast(history, horizon_weeks=8, pools=pools)
    marks.append(time.process_time())
    for _ in _proposals(found.mean_units):
        marks.append(time.process_time())
    return marks[2] - marks[0], marks[2] - marks[1], marks[3] - marks[2]


def _proposals(mean: Amounts) -> Iterator[order.Order]:
    series = mean.shape[0]
    yield order.propose(
        mean_units=mean, on_hand=mean[:, 0] * 2, arrivals=np.zeros(mean.shape),
        lead_weeks=np.full(series, 1), review_weeks=1, low_days=np.full(series, LOW), high_days=np.full(series, HIGH),
        units_per_case=np.full(series, 12), min_order_cases=np.zeros(series, dtype=np.int64),
        shelf_life_days=np.full(series, np.nan), orderable=np.ones(series, dtype=np.bool_),
    )  # fmt: skip

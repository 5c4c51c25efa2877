"""
Part `credibility`: how many made-up reports are put on the list of whom to count, and how many of those listed are.

Networks are drawn anew: distributors of two offices sell a common range, order, receive and report honestly, with
the slips that honest people make; in the last week some reports are made up, each in one way. The product's own rules
judge them. What is planted to be missed is measured too: it is where the rules are blind.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from benchmarks import results
from benchmarks.stage import Stage
from channelkeeper.stock import credibility, doubts, packed, receipts
from channelkeeper.stock.credibility import Sign
from channelkeeper.stock.rules import Flow

Units = npt.NDArray[np.int64]

NETWORKS, QUICK_NETWORKS = 200, 50
OFFICES, IN_OFFICE, PRODUCTS, CATEGORIES, WEEKS = 2, 12, 30, 5, 14
DISTRIBUTORS = OFFICES * IN_OFFICE
PLANTED_SHARE = 0.25
SEEN = ("copied", "hidden goods", "sold beyond stock", "round figures", "jump", "receipts left out")
BLIND = ("a third copied", "one line", "small jump", "consistent lie")
SIGN_OF = {
    "copied": "copied",
    "hidden goods": "negative_sales",
    "sold beyond stock": "beyond_stock",
    "round figures": "round",
    "jump": "jump",
    "receipts left out": "receipts",
    "a third copied": "copied",
    "one line": "negative_sales",
    "small jump": "jump",
    "consistent lie": "",  # no rule can see it
}


@dataclass
class Network:
    """
    One network's reports, (D, P, W) pieces, and what was planted by distributor.

    `sure` and `either` are what was shipped, (D, P, W+1), as `receipts.receipt_gaps` takes it.
    """

    opening: Units
    received: Units
    sold: Units
    closing: Units
    sure: Units
    either: Units
    case: Units
    category: Units
    price: npt.NDArray[np.float64]
    planted: dict[int, str]


@dataclass
class Outcome:
    """What became of the reports of all networks."""

    planted: Counter[str]
    listed: Counter[str]
    signed: Counter[str]
    honest: int = 0
    honest_listed: int = 0

    @property
    def precision(self) -> float:
        """Return the share of made-up ones among the listed."""
        caught = sum(self.listed.values())
        return caught / max(caught + self.honest_listed, 1)

    def recall(self, kinds: tuple[str, ...]) -> float:
        """Return the share of the planted of some kinds that are listed."""
        return sum(self.listed[kind] for kind in kinds) / max(sum(self.planted[kind] for kind in kinds), 1)


def run(stage: Stage) -> results.Section:
    """Draw, plant, judge, and say what was found."""
    number = QUICK_NETWORKS if stage.quick else NETWORKS
    found = measure(number)
    section = results.Section("Whom to count", "python -m benchmarks credibility" + (" --quick" if stage.quick else ""))
    section.say(
        f"{number} networks drawn anew, {DISTRIBUTORS} distributors each; a report in {round(1 / PLANTED_SHARE)} is "
        f"made up in the last week, in one way. Listed is a score below {credibility.COUNT_BELOW}."
    )
    rows = [_cells(found, kind) for kind in (*SEEN, *BLIND)]
    section.table(("planted", "reports", "listed", "its own sign"), rows)
    section.say(
        f"Recall {found.recall(SEEN):.0%} over the first six; of those listed {found.precision:.0%} were made up, the "
        f"others are honest: {found.honest_listed} of {found.honest:,} honest reports were listed "
        f"({found.honest_listed / found.honest:.1%}). The last four are where "
        "the rules are blind: what is copied in part shows only where its receipts meet no shipment, a single line is "
        "signed and not listed, a jump within the usual swing passes, and so does, above all, a lie whose figures "
        "agree with each other: only a count shows it."
    )
    return section


def measure(networks: int) -> Outcome:
    """Return what becomes of the reports of so many networks."""
    outcome = Outcome(Counter(), Counter(), Counter())
    for seed in range(networks):
        network = draw(np.random.default_rng(seed))
        for place, signs in enumerate(judge(network)):
            _tell(outcome, network.planted.get(place), signs)
    return outcome


def _tell(outcome: Outcome, kind: str | None, signs: list[Sign]) -> None:
    listed = credibility.score(signs) < credibility.COUNT_BELOW
    if kind is None:
        outcome.honest += 1
        outcome.honest_listed += listed
        return
    outcome.planted[kind] += 1
    outcome.listed[kind] += listed
    outcome.signed[kind] += SIGN_OF[kind] in {sign.kind for sign in signs}


def _cells(found: Outcome, kind: str) -> tuple[str, ...]:
    planted = found.planted[kind]
    listed, signed = (f"{number[kind] / max(planted, 1):.0%}" for number in (found.listed, found.signed))
    return kind, f"{planted:,}", listed, signed if SIGN_OF[kind] else "–"


# ---------------------------------------------------------------- judging, by the product's own rules


def judge(network: Network) -> list[list[Sign]]:
    """Return the signs against each distributor's report of the last week."""
    grid = _grid(network)
    owner = np.repeat(np.arange(DISTRIBUTORS), PRODUCTS)
    category, price = np.tile(network.category, DISTRIBUTORS), np.tile(network.price, DISTRIBUTORS)
    changes = doubts.category_changes(grid, distributor=owner, group=category, price=price, distributors=DISTRIBUTORS)
    gaps = _gaps(network)
    found = []
    for place in range(DISTRIBUTORS):
        same, moving = _repeated(network, place)
        differing = int((np.abs(gaps[place]) >= network.case).sum())
        jumps = doubts.jumps(changes.get(place, {}), _neighbours(changes, place))
        seen = doubts.Seen(
            doubts.in_report(_lines(network, place)),
            same,
            moving,
            differing,
            jumps=[Sign("jump", 1.0)] if jumps else [],
        )
        found.append(doubts.signs_of(seen))
    return found


def _grid(network: Network) -> packed.Grid:
    shape = (DISTRIBUTORS * PRODUCTS, WEEKS)
    sold, closing, received = (
        getattr(network, name).reshape(shape).astype(np.int32) for name in ("sold", "closing", "received")
    )
    out = (closing <= 0) | (sold >= (network.opening + network.received).reshape(shape))
    flags = np.where(out, packed.REPORTED | packed.OUT, packed.REPORTED).astype(np.uint8)
    return packed.Grid(date(2026, 1, 5), sold, closing, received, flags)


def _gaps(network: Network) -> Units:
    last = slice(WEEKS - receipts.WINDOW_WEEKS, WEEKS)
    around = slice(WEEKS - receipts.WINDOW_WEEKS, WEEKS + 1)
    flat = (DISTRIBUTORS * PRODUCTS, -1)
    gaps = receipts.receipt_gaps(
        network.received[..., last].reshape(flat),
        network.sure[..., around].reshape(flat),
        network.either[..., around].reshape(flat),
    )
    return gaps.reshape(DISTRIBUTORS, PRODUCTS)


def _repeated(network: Network, place: int) -> tuple[int, int]:
    moving = (network.sold[place, :, -1] > 0) | (network.received[place, :, -1] > 0)
    same = moving.copy()
    for figure in (network.sold, network.received, network.closing):
        same &= figure[place, :, -1] == figure[place, :, -2]
    return int(same.sum()), int(moving.sum())


def _neighbours(changes: dict[int, dict[int, tuple[float, float]]], place: int) -> dict[int, list[float]]:
    office = place // IN_OFFICE
    others = [key for key in range(office * IN_OFFICE, (office + 1) * IN_OFFICE) if key != place]
    return {
        category: [changes[key][category][0] for key in others if category in changes.get(key, {})]
        for category in range(CATEGORIES)
    }


def _lines(network: Network, place: int) -> list[tuple[Flow, int]]:
    columns = (network.opening, network.received, network.sold, network.closing)
    rows = zip(*(column[place, :, -1].tolist() for column in columns), network.case.tolist(), strict=True)
    return [(Flow(opening, came, 0, sold, 0, 0, 0, closing), case) for opening, came, sold, closing, case in rows]


# ---------------------------------------------------------------- drawing


def draw(rng: np.random.Generator) -> Network:
    """Return a network of honest distributors in which some reports of the last week are made up."""
    case = rng.choice([6, 12, 15, 24], PRODUCTS)
    category = np.sort(rng.integers(0, CATEGORIES, PRODUCTS))
    price = rng.uniform(1, 12, PRODUCTS)
    demand = _demand(rng, category)
    network = _lived(rng, demand, case, category, price)
    _slips(rng, network)
    kinds = (*SEEN, *BLIND)
    for place in range(DISTRIBUTORS):
        if rng.random() < PLANTED_SHARE:
            network.planted[place] = kinds[rng.integers(len(kinds))]
            _plant(rng, network, place, network.planted[place])
    return network


def _demand(rng: np.random.Generator, category: Units) -> Units:
    """Return (D, P, W) pieces wanted: sizes, chance, swings of an office's category, a festival in some networks."""
    mean = rng.lognormal(4.2, 0.8, PRODUCTS) * rng.lognormal(0, 0.6, DISTRIBUTORS)[:, None]
    chance = rng.lognormal(0, 0.25, (DISTRIBUTORS, PRODUCTS, WEEKS))
    office = np.repeat(rng.lognormal(0, 0.15, (OFFICES, CATEGORIES, WEEKS)), IN_OFFICE, axis=0)[:, category]
    demand = mean[..., None] * chance * office
    if rng.random() < 0.3:
        demand[..., -1] *= rng.uniform(1.3, 2.5)
    # A key account's one-off: an honest jump, which the rules cannot tell from a made-up one.
    for place in np.nonzero(rng.random(DISTRIBUTORS) < 0.02)[0]:
        demand[place, category == rng.integers(CATEGORIES), -1] *= rng.uniform(1.6, 2.4)
    return np.maximum(np.rint(demand), 0).astype(np.int64)


def _lived(
    rng: np.random.Generator, demand: Units, case: Units, category: Units, price: npt.NDArray[np.float64]
) -> Network:
    """Return what honest reports say of weeks of selling and ordering to about three weeks of stock."""
    mean = demand.mean(2)
    in_cases = rng.random(DISTRIBUTORS) < 0.15  # wholesalers sell whole cases only
    stock = _whole(mean * rng.uniform(2, 4, mean.shape), case)
    flows: dict[str, list[Units]] = {name: [] for name in ("opening", "received", "sold", "closing")}
    sure, either = (np.zeros((DISTRIBUTORS, PRODUCTS, WEEKS + 1), dtype=np.int64) for _ in range(2))
    late = np.zeros_like(stock)
    for week in range(WEEKS):
        came = _whole(np.maximum(mean * 3.2 - stock, 0) * (rng.random(mean.shape) < 0.5), case)
        around = rng.random(DISTRIBUTORS) < 0.3
        sure[..., week + 1], either[..., week + 1] = (
            np.where(around[:, None], 0, came),
            np.where(around[:, None], came, 0),
        )
        booked_later = (rng.random(DISTRIBUTORS) < 0.5) & around
        now = np.where(booked_later[:, None], 0, came) + late
        late = np.where(booked_later[:, None], came, 0)
        wanted = np.where(in_cases[:, None], _whole(demand[..., week], case), demand[..., week])
        sold = np.minimum(wanted, stock + now)
        closing = stock + now - sold
        for name, figure in zip(flows, (stock, now, sold, closing), strict=True):
            flows[name].append(figure)
        stock = closing
    return Network(
        **{name: np.stack(figures, axis=2) for name, figures in flows.items()},
        sure=sure,
        either=either,
        case=case,
        category=category,
        price=price,
        planted={},
    )


def _whole(units: npt.NDArray[np.generic], case: Units) -> Units:
    return (np.rint(np.asarray(units) / case) * case).astype(np.int64)


def _slips(rng: np.random.Generator, network: Network) -> None:
    """Let honest people err in the last week: a closing miscounted, a transfer between shops not written down."""
    shape = network.closing.shape[:2]
    wrong = rng.random(shape) < 0.01
    network.closing[..., -1] += np.where(wrong, rng.integers(-12, 13, shape), 0)
    moved = rng.random(shape) < 0.001
    network.closing[..., -1] += np.where(moved, network.sold[..., -1] + network.case, 0)
    network.closing[..., -1] = np.maximum(network.closing[..., -1], 0)


def _plant(rng: np.random.Generator, network: Network, place: int, kind: str) -> None:
    """Make a distributor's last report up, in one way."""
    last = (place, slice(None), -1)
    some = rng.choice(PRODUCTS, rng.integers(3, 9), replace=False)
    if kind in ("copied", "a third copied"):
        repeated = slice(None) if kind == "copied" else rng.choice(PRODUCTS, PRODUCTS // 3, replace=False)
        for figure in (network.opening, network.received, network.sold, network.closing):
            figure[place, repeated, -1] = figure[place, repeated, -2]
    elif kind in ("hidden goods", "one line"):
        chosen = some if kind == "hidden goods" else some[:1]
        more = network.sold[place, chosen, -1] + network.case[chosen] * rng.integers(2, 12, len(chosen))
        network.closing[place, chosen, -1] += more
    elif kind == "sold beyond stock":
        there = network.opening[place, some, -1] + network.received[place, some, -1]
        network.sold[place, some, -1] = there + network.case[some] * rng.integers(1, 10, len(some))
        network.closing[place, some, -1] = 0
    elif kind == "round figures":
        for figure in (network.sold, network.closing):
            figure[last] = np.rint(figure[last] / 10).astype(np.int64) * 10
    elif kind in ("jump", "small jump"):
        _jump(rng, network, place, rng.uniform(2.2, 4) if kind == "jump" else rng.uniform(1.15, 1.35))
    elif kind == "receipts left out":
        _leave_out(rng, network, place)
    else:
        lie = np.rint(network.closing[last] * 0.15).astype(np.int64)
        network.closing[last] -= lie
        network.sold[last] += lie


def _jump(rng: np.random.Generator, network: Network, place: int, times: float) -> None:
    """Let a category sell as many times the usual, out of goods that it received."""
    chosen = network.category == network.category[rng.integers(PRODUCTS)]
    usual = np.median(network.sold[place, :, -9:-1], axis=1)
    sold = np.rint(usual * times).astype(np.int64)
    more = np.where(chosen, np.maximum(sold - network.sold[place, :, -1], 0), 0)
    network.sold[place, :, -1] += more
    lacking = _whole(np.maximum(more - network.closing[place, :, -1], 0) + network.case, network.case)
    came = np.where(chosen & (more > network.closing[place, :, -1]), lacking, 0)
    network.received[place, :, -1] += came
    network.sure[place, :, -1] += came
    network.closing[place, :, -1] += came - more


def _leave_out(rng: np.random.Generator, network: Network, place: int) -> None:
    """Leave a whole delivery out of the report, and its sales with it: the balance still meets."""
    came = _whole(network.sold[place, :, -4:].mean(1), network.case) + network.case
    chosen = rng.random(PRODUCTS) < 0.5
    network.sure[place, :, -1] += np.where(chosen, came, 0)

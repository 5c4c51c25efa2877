"""What a proposed line says for itself in files: short, in both languages. Pages say more, in `orders`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from channelkeeper.core.sentences import Text

# Which part of a change is worth a word: forecast error is wider than less.
WORTH_SAYING = 0.05

TEXTS: dict[str, Text] = {
    "engine.idle": Text("没有预计销量，不订货", "nothing is expected to sell"),
    "engine.stock": Text(
        "库存{on_hand:whole}件，可卖{days_now:days1}天，在途{road:whole}件",
        "Stock {on_hand:whole} lasts {days_now:days1} days, {road:whole} on the road",
    ),
    "engine.stock_unsold": Text(
        "库存{on_hand:whole}件，在途{road:whole}件", "Stock {on_hand:whole}, {road:whole} on the road"
    ),
    "engine.expected": Text(
        "到下次到货前预计卖{until:whole}件", "{until:whole} expected to sell before the delivery after this one"
    ),
    "engine.season_more": Text("旺季多{change:percent}", "the season adds {change:percent}"),
    "engine.season_less": Text("过季少{change:percent}", "the season takes {change:percent}"),
    "engine.festival_more": Text("春节多{change:percent}", "the Spring Festival adds {change:percent}"),
    "engine.festival_less": Text("春节少{change:percent}", "the Spring Festival takes {change:percent}"),
    "engine.promotion_more": Text("促销多{change:percent}", "promotions add {change:percent}"),
    "engine.promotion_less": Text("促销过后少{change:percent}", "{change:percent} less after promotions"),
    "engine.trend_more": Text("卖得快了，多{change:percent}", "selling faster, {change:percent} more"),
    "engine.trend_less": Text("卖得慢了，少{change:percent}", "selling slower, {change:percent} less"),
    "engine.level_more": Text("近四周卖得比平常少", "the last four weeks sold less than usual"),
    "engine.level_less": Text("近四周卖得比平常多", "the last four weeks sold more than usual"),
    "engine.short": Text("到货前会缺{short:whole}件", "{short:whole} will be missed before it arrives"),
    "engine.order": Text(
        "订{cases:whole}箱（{units:whole}件），之后够卖{days_after:days1}天",
        "order {cases:whole} {case_word} ({units:whole}), {days_after:days1} days after",
    ),
    "engine.order_last": Text(
        "订{cases:whole}箱（{units:whole}件）", "order {cases:whole} {case_word} ({units:whole})"
    ),
    "engine.no_order": Text("不订，之后还够卖{days_after:days1}天", "order nothing, {days_after:days1} days after"),
    "engine.no_order_last": Text("不订", "order nothing"),
    "engine.bound_case": Text("一箱就超过区间的宽度", "one case is wider than the band"),
    "engine.bound_minimum": Text("按起订量", "bound by the minimum order"),
    "engine.bound_limit": Text("受订货额度限制", "cut by the order limit"),
    "engine.bound_truck": Text("受车辆装载限制", "cut by the truck"),
    "engine.bound_shelf_life": Text("受保质期限制", "cut by the shelf life"),
    "engine.bound_launch": Text("还没上市", "not launched yet"),
    "engine.bound_retire": Text("即将退市", "being retired"),
    "engine.bound_closed": Text("停止订货", "closed for orders"),
}
STOP = Text("。", ".")
COMMA = Text("；", "; ")


@dataclass(frozen=True)
class Line:
    """The figures of one proposed line; days are None where nothing is expected."""

    on_hand: float
    road: float
    until: float
    days_now: float | None
    days_after: float | None
    units: float
    cases: float
    short: float
    bound: str
    changes: Mapping[str, float]


def reason(line: Line, language: str) -> str:
    """Return why a line orders what it orders, in one sentence: stock, expectation and its change, order, bound."""
    figures = _figures(line)
    said = [TEXTS[code].render(language, {**figures, **extra}) for code, extra in _clauses(line)]
    return COMMA.render(language, {}).join(said) + STOP.render(language, {})


def _figures(line: Line) -> dict[str, Any]:
    figures = {
        "on_hand": line.on_hand,
        "road": line.road,
        "until": line.until,
        "units": line.units,
        "cases": line.cases,
        "short": line.short,
        "case_word": "case" if line.cases == 1 else "cases",
    }
    return figures | {"days_now": line.days_now or 0.0, "days_after": line.days_after or 0.0}


def _clauses(line: Line) -> Iterable[tuple[str, dict[str, Any]]]:
    yield ("engine.stock_unsold" if line.days_now is None else "engine.stock"), {}
    if line.until <= 0 and line.days_after is None:
        yield "engine.idle", {}
    else:
        yield "engine.expected", {}
        yield from _change(line.changes)
        if line.short >= 1:
            yield "engine.short", {}
        last = "_last" if line.days_after is None else ""
        yield f"engine.{'order' if line.units else 'no_order'}{last}", {}
    if line.bound != "none":
        yield f"engine.bound_{line.bound}", {}


def _change(changes: Mapping[str, float]) -> Iterable[tuple[str, dict[str, Any]]]:
    """Name the part that moves sell-out most, where it is worth a word."""
    part = max(changes, key=lambda name: abs(changes[name]), default="")
    share = changes.get(part, 0.0)
    if abs(share) >= WORTH_SAYING:
        yield f"engine.{part}_{'more' if share > 0 else 'less'}", {"change": round(abs(share), 3)}

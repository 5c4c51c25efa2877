"""
What this room says: why a line orders what it orders, what an order amounts to, why a step is refused.

A line's sentence is put together from clauses: how long the stock lasts and why sell-out changes; the reckoning
(stock, road, expected sell-out); what is ordered, where cover lands, and which rule bound it.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from channelkeeper.core import formats
from channelkeeper.core.sentences import Figures, Text
from channelkeeper.orders import comparisons
from channelkeeper.orders.rules import NAMED_FROM, Bound, Cause, Group, State

TEXTS: dict[str, Text] = {
    # How long it lasts.
    "orders.sold_out": Text(
        "已经断货，{arrives_on:day}才到货", "Sold out, and nothing arrives before {arrives_on:day}"
    ),
    "orders.too_short": Text(
        "只够{days_now:days}天，等不到{arrives_on:day}", "Lasts {days_now:days} days, not until {arrives_on:day}"
    ),
    "orders.too_fast": Text(
        "平时够{days_now:days}天，可到货前卖得更多，等不到{arrives_on:day}",
        "Lasts {days_now:days} days as a rule, but sells faster first and not until {arrives_on:day}",
    ),
    "orders.too_late": Text(
        "在途的来得晚，等不到{arrives_on:day}就断", "What is on the road comes late: sold out before {arrives_on:day}"
    ),
    "orders.lasts": Text("现有{days_now:days}天", "{days_now:days} days now"),
    "orders.lasts_long": Text("够卖{days_now:days}天", "Lasts {days_now:days} days"),
    "orders.not_expected_now": Text("眼下没有预计出货", "No sell-out expected for now"),
    "orders.idle": Text("没有卖，也不预计卖", "Nothing sold and nothing expected"),
    # Why sell-out changes.
    "orders.more_season": Text("旺季多{change:percent}", "the season adds {change:percent}"),
    "orders.less_season": Text("过季少{change:percent}", "the season takes {change:percent}"),
    "orders.more_festival": Text("{label}多{change:percent}", "{label} adds {change:percent}"),
    "orders.less_festival": Text("{label}过后少{change:percent}", "{label} takes {change:percent}"),
    "orders.more_promotion": Text("{label}多{change:percent}", "{label} adds {change:percent}"),
    "orders.less_promotion": Text("{label}过后少{change:percent}", "after {label} {change:percent} less"),
    "orders.more_trend": Text("卖得越来越快，多{change:percent}", "selling faster, {change:percent} more"),
    "orders.less_trend": Text("卖得慢了，少{change:percent}", "selling slower, {change:percent} less"),
    "orders.more_stock_out": Text(
        "前几周断过货，有货能多卖{change:percent}", "was out of stock, {change:percent} more with stock"
    ),
    "orders.less_stock_out": Text("补货后回落{change:percent}", "{change:percent} less after the refill"),
    "orders.any_promotion": Text("促销", "the promotion"),
    "orders.any_festival": Text("节日", "the festival"),
    "orders.label_dates": Text("{label} {from:date}–{until:date}", "{label} {from:date}–{until:date}"),
    # The reckoning.
    "orders.stock": Text("库存{on_hand_units:cases}", "stock {on_hand_units:cases}"),
    "orders.stock_estimated": Text("库存估计{on_hand_units:cases}", "stock about {on_hand_units:cases}"),
    "orders.expiring": Text(
        "（其中{expiring_units:cases}轮到卖时已过期，不算）",
        " (of it {expiring_units:cases} expire before their turn and do not count)",
    ),
    "orders.uncertain": Text("周报不满8周，预计不准", "fewer than eight reports: the expectation is a guess"),
    "orders.road": Text("在途{road_units:cases}", "{road_units:cases} on the road"),
    "orders.no_road": Text("没有在途", "nothing on the road"),
    "orders.expected": Text(
        "到{reading_on:day}预计出{expected_until_reading_units:cases}",
        "{expected_until_reading_units:cases} expected to sell by {reading_on:day}",
    ),
    "orders.missed": Text("（断货少出{missed_units:cases}）", " ({missed_units:cases} of it lost to the stock-out)"),
    "orders.per_day": Text("之后每天{per_day_after:cases}", "{per_day_after:cases} a day after"),
    "orders.nothing_after": Text("之后不预计出货", "none expected after"),
    "orders.aim": Text(
        "补到{reading_on:day}盘点时{low_days:days}到{high_days:days}天的中间",
        "up to the middle of {low_days:days} to {high_days:days} days at the close of {reading_on:day}",
    ),
    # What is ordered and where it lands.
    "orders.order": Text("订{units:cases}", "order {units:cases}"),
    "orders.no_order": Text("本次不订", "no order this time"),
    "orders.edited": Text(
        "建议{proposed_units:cases}，改订{units:cases}", "proposed {proposed_units:cases}, changed to {units:cases}"
    ),
    "orders.back_to": Text("到货后回到{days_after:days}天", "back to {days_after:days} days after arrival"),
    "orders.leads_to": Text("到货后{days_after:days}天", "{days_after:days} days after arrival"),
    "orders.falls_to": Text(
        "{reading_on:day}降到{days_after:days}天", "{days_after:days} days left on {reading_on:day}"
    ),
    "orders.then": Text("到时{days_after:days}天", "{days_after:days} days then"),
    "orders.in_band": Text("仍在带内", "still in band"),
    "orders.above_value": Text(
        "超出{high_days:days}天的货值{above_value:yuan}", "{above_value:yuan} lies above {high_days:days} days"
    ),
    # Which rule bound it.
    "orders.bound_case": Text("一箱就是{case_days:days}天的量", "one case is {case_days:days} days of sell-out"),
    "orders.bound_minimum_lifted": Text("按起订量{min_units:cases}订", "lifted to the minimum of {min_units:cases}"),
    "orders.bound_minimum_waits": Text(
        "只缺{ideal_units:cases}，不到起订量{min_units:cases}，等下次",
        "short of {ideal_units:cases}, below the minimum of {min_units:cases}: waits",
    ),
    "orders.bound_shelf_life": Text("保质期内只卖得完这些", "no more sells before it expires"),
    "orders.bound_launch": Text("还没上市", "not launched yet"),
    "orders.bound_launch_fill": Text(
        "新品首铺{first_fill_units:cases}", "first fill of a launch: {first_fill_units:cases}"
    ),
    "orders.bound_retire": Text("已退市，不再订", "leaves the range, not ordered any more"),
    "orders.bound_retire_left": Text(
        "{retires_on:day}退市，只订到那天卖得完的", "leaves the range on {retires_on:day}: no more than sells by then"
    ),
    "orders.followed_by": Text("由{successor}接上", "{successor} follows it"),
    "orders.bound_closed": Text("合作到期，不再订", "the contract ends, not ordered any more"),
    "orders.bound_limit": Text(
        "本该{wanted_units:cases}，额度不够，先给缺得多的",
        "{wanted_units:cases} were due, the limit does not reach: the lowest cover comes first",
    ),
    "orders.bound_truck": Text(
        "本该{wanted_units:cases}，车装不下，先给缺得多的",
        "{wanted_units:cases} were due, the truck holds no more: the lowest cover comes first",
    ),
    "orders.risked": Text(
        "到{reading_on:day}可能少卖{risked_units:cases}", "{risked_units:cases} may go unserved by {reading_on:day}"
    ),
    "orders.bound_amount": Text("整单凑到最低金额", "lifted to the order's minimum amount"),
    "orders.bound_amount_waits": Text("整单不到最低金额，等下次", "the order is below its minimum amount: waits"),
    # The finding of ORD-4.
    "orders.order_above_band": Text(
        "{number}里{product_zh}订了{cases:whole}箱，到货后{days_after:days}天，高于{high_days:days}天；{raised_by}加的：{reason}。",
        "{number} orders {cases:whole} cases of {product_en}: {days_after:days} days after arrival, above "
        "{high_days:days}; raised by {raised_by}: {reason}.",
    ),
    "orders.order_without_sales": Text(
        "{number}里{product_zh}订了{cases:whole}箱，不预计出货；{raised_by}加的：{reason}。",
        "{number} orders {cases:whole} cases of {product_en}, of which none is expected to sell; raised by "
        "{raised_by}: {reason}.",
    ),
    "orders.because": Text("理由：{reason}", "reason: {reason}"),
    # The order as a whole.
    "orders.headline": Text("给{name}订{lines:whole}个品种", "Order {lines:whole} products for {name}"),
    "orders.headline_one": Text("给{name}订{lines:whole}个品种", "Order {lines:whole} product for {name}"),
    "orders.headline_short": Text("订{lines:whole}个品种", "Order {lines:whole} products"),
    "orders.headline_short_one": Text("订{lines:whole}个品种", "Order {lines:whole} product"),
    "orders.headline_nothing": Text("{name}这周不用订货", "{name} needs no order this week"),
    "orders.headline_all_cut": Text(
        "{name}有{cut:whole}个品种该订，这次都没订上",
        "{cut:whole} products were due for {name}, none is ordered this time",
    ),
    "orders.headline_all_cut_one": Text(
        "{name}有{cut:whole}个品种该订，这次没订上", "{cut:whole} product was due for {name}, not ordered this time"
    ),
    "orders.headline_run_out": Text("会断货的{run_out:whole}个先补", "{run_out:whole} that will run out come first"),
    "orders.headline_run_out_one": Text(
        "会断货的{run_out:whole}个先补", "{run_out:whole} that will run out comes first"
    ),
    "orders.headline_cut": Text("{cut:whole}个订不足", "{cut:whole} get less than due"),
    "orders.headline_cut_one": Text("{cut:whole}个订不足", "{cut:whole} gets less than due"),
    "orders.headline_sell_down": Text("{sell_down:whole}个先卖后进", "{sell_down:whole} sell down first"),
    "orders.headline_sell_down_one": Text("{sell_down:whole}个先卖后进", "{sell_down:whole} sells down first"),
    "orders.headline_inside": Text(
        "到货后{inside_after:whole}个在带内，现在{inside_now:whole}个",
        "{inside_after:whole} in band after arrival, {inside_now:whole} now",
    ),
    # Refusals: what, which value, what to do.
    "orders.cannot_be_edited": Text(
        "{number}已经不是草稿，数量不能直接改。先撤回，或登记对方的改动。",
        "Order {number} is {state}, no draft any more. Withdraw it first, or record the distributor's change.",
    ),
    "orders.cannot_be_undone": Text(
        "{number}已经不是草稿，改动不能撤销。", "Order {number} is {state}: edits can be undone in a draft only."
    ),
    "orders.cannot_be_offered": Text(
        "{number}已经发过或已取消，不能再发。", "Order {number} is {state}; only a draft can be offered."
    ),
    "orders.cannot_be_withdrawn": Text(
        "{number}不在等对方答复，不能撤回。", "Order {number} is {state}; only an offer that waits can be withdrawn."
    ),
    "orders.already_opened": Text(
        "对方已经打开{number}，不能撤回，只能改单。",
        "The distributor has opened order {number}: it cannot be withdrawn any more, only changed.",
    ),
    "orders.cannot_be_opened": Text("{number}没有发出。", "Order {number} is {state}; it is not on offer."),
    "orders.cannot_be_accepted": Text(
        "{number}不在等对方答复，不能确认。", "Order {number} is {state}; only an offered order can be accepted."
    ),
    "orders.cannot_be_changed": Text(
        "{number}不在等对方答复，不能改。",
        "Order {number} is {state}; only an order that is offered or changed can be changed.",
    ),
    "orders.cannot_be_declined": Text(
        "{number}不在等对方答复，不能拒绝。",
        "Order {number} is {state}; only an order that is offered or changed can be declined.",
    ),
    "orders.cannot_be_settled": Text(
        "{number}对方没有改过，不用再定。", "Order {number} is {state}; only a changed order is settled."
    ),
    "orders.cannot_be_sent": Text(
        "{number}对方还没确认，或已经下单。", "Order {number} is {state}; only an accepted order can be sent."
    ),
    "orders.cannot_be_cancelled": Text(
        "{number}已经下单或已取消，不能取消。", "Order {number} is {state}; it cannot be cancelled any more."
    ),
    "orders.estimated_stock": Text(
        "{number}用的是估计的库存，不能下单：先拿到周报或盘点，取消这单再重新建议。",
        "Order {number} rests on estimated stock: get a count or a report first, then cancel it and propose again.",
    ),
    "orders.empty_order": Text(
        "{number}一个品种也没订，没有可发的。", "Order {number} orders nothing: there is nothing to offer or send."
    ),
    "orders.reason_missing": Text(
        "写一句理由，对方看得到。", "Give the reason in a sentence; the other side reads it."
    ),
    "orders.stuffing_reason": Text(
        "订{cases:whole}箱到货后有{days_after:days}天，高于{high_days:days}天。改到{most_cases:whole}箱，或写下理由。",
        "{cases:whole} cases lead to {days_after:days} days, above {high_days:days}. "
        "Order {most_cases:whole}, or give the reason.",
    ),
    "orders.stuffing_nothing_sells": Text(
        "不预计出货，订{cases:whole}箱会压住。改到{most_cases:whole}箱，或写下理由。",
        "No sell-out is expected: {cases:whole} cases would lie still. Order {most_cases:whole}, or give the reason.",
    ),
    "orders.reason_of_another": Text(
        "“{reason}”是{author}写的。数量是你改的，写上你自己的理由。",
        '"{reason}" is what {author} said of another quantity. Give your own reason for this one.',
    ),
    "orders.wrong_cases": Text(
        "箱数要在0到{most:whole}之间，{cases:whole}不行。", "Cases run from 0 to {most:whole}; {cases:whole} do not."
    ),
    "orders.not_a_number": Text(
        "“{value}”不是整箱数。写整数，例如12。", '"{value}" is no whole number of cases. Write a whole number, as 12.'
    ),
    "orders.not_in_order": Text("{number}里没有品种{product}。", "Order {number} holds no product {product}."),
    "orders.nothing_to_undo": Text("{number}没有可撤销的改动。", "There is no edit of order {number} to undo."),
    "orders.cannot_be_linked": Text(
        "{number}不在等对方答复，没有可以发的链接。",
        "Order {number} is {state}; a link is for an order that waits for the distributor's answer.",
    ),
    "orders.wrong_link_days": Text(
        "链接有效1到{most:whole}天，{days:whole}天不行。",
        "A link lasts 1 to {most:whole} days; {days:whole} do not do.",
    ),
    "orders.no_link": Text("{number}没有还能用的链接。", "Order {number} has no link that still works."),
    "orders.link_gone": Text(
        "这个链接已经不能用了：答复过、过期了，或者被收回了。请厂家代表再发一个。",
        "This link does not work any more: it was answered, has expired or was withdrawn. "
        "Ask your factory rep for a new one.",
    ),
    "orders.no_such_order": Text(
        "没有订单{number}，或者不归你管。", "There is no order {number}, or it is not yours to change."
    ),
    "orders.line_twice": Text(
        "品种{product}在这单里写了两行，只留一行。",
        "Product {product} stands twice for this order. Leave one row.",
    ),
    "orders.line_changed_since": Text(
        "导出时{was:whole}箱，后来有人改成{now:whole}箱，文件里写{asked:whole}箱。重新导出，在新文件里改。",
        "It was {was:whole} cases when exported and was changed to {now:whole} since; the file asks for "
        "{asked:whole}. Export it again and edit the new file.",
    ),
    "orders.no_such_column": Text(
        "贴了{pasted:whole}个数，这里只有{lines:whole}行。",
        "{pasted:whole} figures were pasted into {lines:whole} lines.",
    ),
}
TEXTS |= comparisons.TEXTS

STATE_WORDS: Mapping[State, Text] = {
    State.PROPOSED: Text("草稿", "draft"),
    State.OFFERED: Text("等对方答复", "waiting for the distributor"),
    State.CHANGED: Text("对方改了", "changed by the distributor"),
    State.ACCEPTED: Text("对方已确认", "accepted"),
    State.SENT: Text("已下单", "sent"),
    State.CANCELLED: Text("已取消", "cancelled"),
}


def explain(figures: Figures, language: str, *, brief: bool = False) -> str:
    """
    Return the one sentence that explains a line.

    Args:
        figures: of the line, see `queries.LineView.figures`.
        language: the reader's.
        brief: without the reckoning, where its figures stand in the columns beside it.

    Rule: ORD-3.
    """
    parts = [_opening(figures, language, brief=brief)]
    if not brief:
        parts.append(_reckoning(figures, language))
    parts.append(_ending(figures, language, brief=brief))
    return _sentence(parts, language)


def reckoning(figures: Figures, language: str) -> str:
    """Return what a quantity is reckoned from, for a reader who asks: stock, road, sell-out, and the band aimed at."""
    return _sentence([_reckoning(figures, language), _say("aim", figures, language)], language)


def headline(figures: Figures, language: str, *, short: bool = False) -> str:
    """
    Return what an order amounts to in one sentence.

    Args:
        figures: name (in the reader's language), lines, run_out, cut, sell_down, inside_now, inside_after.
        language: the reader's.
        short: without the name, where it stands above.
    """
    if not figures["lines"] and figures.get("cut"):
        cut = _counted("headline_all_cut", figures["cut"], figures, language)
        return _sentence([cut, _inside(figures, language)], language)
    if not figures["lines"]:
        return _sentence([_say("headline_nothing", figures, language), _inside(figures, language)], language)
    first = _counted("headline_short" if short else "headline", figures["lines"], figures, language)
    said = [
        _counted(f"headline_{group}", figures[group], figures, language)
        for group in ("run_out", "cut", "sell_down")
        if figures.get(group)
    ]
    colon = "：" if _zh(language) else ": "
    opening = first + (colon + _comma(said, language) if said else "")
    return _sentence([opening, _inside(figures, language)], language)


def state_word(state: State | str, language: str) -> str:
    """Return a state in a word or two."""
    return STATE_WORDS[State(state)].render(language, {})


def cause_words(figures: Figures, language: str) -> str:
    """Return why sell-out changes, as in 特价 12/1–12/7多40%; empty where nothing moves it."""
    cause, change = Cause(figures["cause"]), Decimal(str(figures["change"]))
    if cause is Cause.NONE or abs(change) < NAMED_FROM:
        return ""
    code = f"{'more' if change > 0 else 'less'}_{cause.value}"
    return _say(code, {**figures, "change": abs(change), "label": _label(figures, cause, language)}, language)


def _opening(figures: Figures, language: str, *, brief: bool) -> str:
    parts = [_say(_opening_code(figures), figures, language), cause_words(figures, language)]
    if brief and figures["road_units"]:
        parts.append(_say("road", figures, language))
    return _comma((part for part in parts if part), language)


def _opening_code(figures: Figures) -> str:
    group, days_now = Group(figures["group"]), figures["days_now"]
    if group is Group.IDLE:
        return "idle"
    if group is Group.RUN_OUT:
        return _run_out_code(figures)
    if days_now is None:
        return "not_expected_now"
    return "lasts_long" if group is Group.SELL_DOWN else "lasts"


def _run_out_code(figures: Figures) -> str:
    if figures["on_hand_units"] <= 0:
        return "sold_out"
    if figures["days_now"] is None:
        return "not_expected_now"
    if Decimal(str(figures["days_now"])) < figures["days_to_arrival"]:
        return "too_short"
    return "too_late" if figures["road_units"] >= figures["on_hand_units"] else "too_fast"


def _reckoning(figures: Figures, language: str) -> str:
    stock = _say("stock_estimated" if figures["estimated"] else "stock", figures, language)
    if figures["expiring_units"]:
        stock += _say("expiring", figures, language)
    road = _say("road" if figures["road_units"] else "no_road", figures, language)
    if Group(figures["group"]) is Group.IDLE:
        return _comma([stock, road], language)
    expected = _say("expected", figures, language)
    if Decimal(str(figures["missed_units"])):
        expected += _say("missed", figures, language)
    after = _say("per_day" if Decimal(str(figures["per_day_after"])) else "nothing_after", figures, language)
    guess = [_say("uncertain", figures, language)] if figures["uncertain"] else []
    return _comma([stock, road, expected, *guess, after], language)


def _ending(figures: Figures, language: str, *, brief: bool) -> str:
    parts = [_say(_order_code(figures), figures, language)]
    bound = _bound(figures, language)
    if bound and figures["units"] == figures["proposed_units"]:
        parts.append(bound)
    if figures["days_after"] is not None:
        parts.append(_say(_landing_code(figures), figures, language))
        if Group(figures["group"]) is Group.GROW and figures["inside_after"]:
            parts.append(_say("in_band", figures, language))
    if Group(figures["group"]) is Group.SELL_DOWN and figures["above_value"]:
        parts.append(_say("above_value", figures, language))
    if figures["reason"]:
        parts.append(_say("because", figures, language))
    return _comma(parts, language)


def _order_code(figures: Figures) -> str:
    if figures["units"] != figures["proposed_units"]:
        return "edited"
    return "order" if figures["units"] else "no_order"


def _landing_code(figures: Figures) -> str:
    group = Group(figures["group"])
    if not figures["units"]:
        falls = figures["days_now"] is not None and figures["days_after"] < figures["days_now"]
        return "falls_to" if group is Group.SELL_DOWN and falls else "then"
    return "back_to" if group is Group.RUN_OUT and figures["inside_after"] else "leads_to"


def _bound(figures: Figures, language: str) -> str:
    bound = Bound(figures["bound_by"])
    if bound is Bound.NONE:
        return ""
    if bound is Bound.MINIMUM:
        return _say(_minimum_code(figures), figures, language)
    if bound is Bound.LAUNCH and figures["wanted_units"]:
        return _say("bound_launch_fill", figures, language)
    if bound is Bound.RETIRE:
        return _leaving(figures, language)
    if bound in (Bound.LIMIT, Bound.TRUCK) and figures["risked_units"]:
        return _comma([_say(f"bound_{bound.value}", figures, language), _say("risked", figures, language)], language)
    if bound is Bound.CASE and figures["case_days"] is None:
        return ""
    return _say(f"bound_{bound.value}", figures, language)


def _minimum_code(figures: Figures) -> str:
    """Return whether it is a line's minimum that bound it, or the order's amount."""
    if figures["proposed_units"] != figures["wanted_units"]:
        return "bound_amount" if figures["proposed_units"] else "bound_amount_waits"
    return "bound_minimum_lifted" if figures["units"] else "bound_minimum_waits"


def _leaving(figures: Figures, language: str) -> str:
    """Return that a product leaves the range, when, and what follows it."""
    there_still = figures["retires_on"] is not None and figures["retires_on"] > figures["arrives_on"]
    said = [_say("bound_retire_left" if there_still else "bound_retire", figures, language)]
    return _comma([*said, _say("followed_by", figures, language)] if figures["successor"] else said, language)


def _label(figures: Figures, cause: Cause, language: str) -> str:
    name = figures["cause_label_zh"] if _zh(language) else figures["cause_label_en"] or figures["cause_label_zh"]
    if not name:
        return _say(f"any_{cause.value}", figures, language) if cause in (Cause.PROMOTION, Cause.FESTIVAL) else ""
    if not figures["cause_starts_on"]:
        return str(name)
    dates = {"label": name, "from": figures["cause_starts_on"], "until": figures["cause_ends_on"]}
    return _say("label_dates", dates, language)


def _inside(figures: Figures, language: str) -> str:
    return _say("headline_inside", figures, language)


def _say(code: str, figures: Mapping[str, Any], language: str) -> str:
    return TEXTS[f"orders.{code}"].render(language, figures)


def _counted(code: str, count: int, figures: Figures, language: str) -> str:
    return _say(f"{code}_one" if count == 1 else code, figures, language)


def _zh(language: str) -> bool:
    return formats.is_chinese(language)


def _comma(parts: Iterable[str], language: str) -> str:
    return ("，" if _zh(language) else ", ").join(parts)


def _sentence(parts: Iterable[str], language: str) -> str:
    """Join clauses to a sentence; an English one begins with a capital."""
    text = ("；" if _zh(language) else "; ").join(part for part in parts if part)
    return f"{text}。" if _zh(language) else f"{text[:1].upper()}{text[1:]}."

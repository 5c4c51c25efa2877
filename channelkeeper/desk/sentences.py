"""The sentences that the desk's pages open with, composed of clauses that each say one thing."""

from collections.abc import Iterable, Mapping
from typing import Any

from channelkeeper.core import formats
from channelkeeper.core.sentences import Figures, Text, render

TEXTS: Mapping[str, Text] = {
    # Monday: whom to see first.
    "desk.see_first": Text("今天先见{first:whole}家", "See {first:whole} first today"),
    "desk.manage_first": Text("先管{first:whole}家", "{first:whole} need managing first"),
    "desk.will_run_out": Text("{below:whole}个品种会断货", "{below:whole} products will run out"),
    "desk.will_run_out_one": Text("1个品种会断货", "1 product will run out"),
    "desk.lies_still": Text("{above_value:money}压着", "{above_value:money} lies still"),
    "desk.others_in_band": Text("其余{rest:whole}家总天数都在带内", "the other {rest:whole} are in band in total"),
    "desk.other_in_band": Text("其余1家总天数在带内", "the other one is in band in total"),
    "desk.all_in_band": Text("{shops:whole}家总天数都在带内", "all {shops:whole} are in band in total"),
    "desk.one_in_band": Text("{name}总天数在带内", "{name} is in band in total"),
    "desk.reports_missing": Text("{missing:whole}家周报未到", "{missing:whole} reports are missing"),
    "desk.report_missing_one": Text("1家周报未到", "1 report is missing"),
    "desk.worst_is": Text("涉及最多的是{name}，{stake:money}", "most is at stake at {name}, {stake:money}"),
    "desk.listed": Text(
        "{shops:whole}家经销商，涉及{stake:money}", "{shops:whole} distributors, {stake:money} at stake"
    ),
    "desk.listed_one": Text("1家经销商，涉及{stake:money}", "1 distributor, {stake:money} at stake"),
    "desk.listed_none": Text("没有这样的经销商", "no distributor is like that"),
    # A distributor.
    "desk.not_until": Text(
        "{products:whole}个品种里{short:whole}个等不到{arrives_on:day}到货",
        "{short:whole} of {products:whole} products will run out before the delivery of {arrives_on:day}",
    ),
    "desk.below_not_until": Text(
        "{products:whole}个品种里{below:whole}个会断货，其中{short:whole}个等不到{arrives_on:day}到货",
        "{below:whole} of {products:whole} products are below the band, {short:whole} of them run out before the "
        "delivery of {arrives_on:day}",
    ),
    "desk.below": Text(
        "{products:whole}个品种里{below:whole}个低于带，都等得到{arrives_on:day}到货",
        "{below:whole} of {products:whole} products are below the band; all last until the delivery of "
        "{arrives_on:day}",
    ),
    "desk.none_below": Text(
        "{products:whole}个品种里{inside:whole}个在带内，没有会断货的",
        "{inside:whole} of {products:whole} products are in band, none will run out",
    ),
    "desk.everything_inside": Text("{products:whole}个品种都在带内", "all {products:whole} products are in band"),
    "desk.held": Text(
        "{above_value:money}压在{above:whole}个品种上",
        "{above_value:money} lies above the band in {above:whole} products",
    ),
    "desk.held_one": Text("{above_value:money}压在1个品种上", "{above_value:money} lies above the band in 1 product"),
    "desk.estimated": Text("周报未到，按上周推算", "the report is missing, figures are estimated"),
    "desk.no_close": Text("还没有周报，没有库存天数", "no report yet, so no inventory days"),
    # Why a distributor is to be seen, in its row.
    "desk.reason_missing": Text("周报未到，按上周推算", "report missing, figures estimated"),
    "desk.reason_late": Text("周报迟到", "report came late"),
    "desk.reason_short": Text(
        "{below:whole}个品种会断货，到货前可能少卖{short_value:money}",
        "{below:whole} products run out, {short_value:money} may be missed before goods arrive",
    ),
    "desk.reason_short_one": Text(
        "1个品种会断货，到货前可能少卖{short_value:money}",
        "1 product runs out, {short_value:money} may be missed before goods arrive",
    ),
    "desk.reason_held": Text(
        "{above_value:money}压在{above:whole}个品种上", "{above_value:money} lies still in {above:whole} products"
    ),
    "desk.reason_held_one": Text("{above_value:money}压在1个品种上", "{above_value:money} lies still in 1 product"),
    "desk.reason_days_above": Text("共{days:days1}天，多了", "{days:days1} days in all, too many"),
    "desk.reason_days_below": Text("共{days:days1}天，不够", "{days:days1} days in all, too few"),
    "desk.reason_promises": Text("{promises:whole}件说好的事还没了", "{promises:whole} things agreed are still open"),
    "desk.reason_promise_one": Text("1件说好的事还没了", "1 thing agreed is still open"),
    # What to ask for on a visit, each with its argument (DSK-4).
    "desk.ask_report": Text(
        "要{week:week}的周报：没有数，订货只能估，不能下单。",
        "Ask for the report of {week:week}: without it the order is an estimate and cannot be sent.",
    ),
    "desk.ask_agreed": Text(
        "问说好的{words}，期限{due_on:day}。", "Ask about what was agreed for {due_on:day}: {words}."
    ),
    "desk.ask_promise": Text("问上次说好的：{said}", "Ask about what was agreed: {said}"),
    "desk.ask_refill": Text(
        "先补{name}{more}：{count:whole}个品种等不到{arrives_on:day}到货，可能少卖{short_value:money}。",
        "Refill {name}{more} first: {count:whole} products run out before the delivery of {arrives_on:day}, "
        "{short_value:money} may be missed.",
    ),
    "desk.ask_refill_one": Text(
        "先补{name}：只够{days:days}天，等不到{arrives_on:day}到货，可能少卖{short_value:money}。",
        "Refill {name} first: it lasts {days:days} days, not until the delivery of {arrives_on:day}; "
        "{short_value:money} may be missed.",
    ),
    "desk.ask_sell_down": Text(
        "{name}先卖后进：够{days:days}天，压着{above_value:money}。",
        "Sell {name} before ordering more: it lasts {days:days} days and holds {above_value:money}.",
    ),
    "desk.ask_expiring": Text(
        "{name}先出临期的：{expiring_units:cases}卖不完会过期，值{value:money}。",
        "Move what is near expiry of {name} first: {expiring_units:cases} will not sell in time, worth {value:money}.",
    ),
    "desk.ask_finding": Text("{said}", "{said}"),
    "desk.ask_and_more": Text("等", " and others"),
    # How the last advice came out.
    "desk.advice_sent": Text(
        "上次（{week:week}）建议订{lines:whole}个品种、{amount:money}，已下单。",
        "Last time ({week:week}): {lines:whole} lines, {amount:money}, ordered.",
    ),
    "desk.advice_open": Text(
        "上次（{week:week}）建议订{lines:whole}个品种、{amount:money}，没有下单。",
        "Last time ({week:week}): {lines:whole} lines, {amount:money}, not ordered.",
    ),
    "desk.advice_moved": Text(
        "总天数从{before:days1}天到了{now:days1}天", "the total went from {before:days1} to {now:days1} days"
    ),
    "desk.advice_as_said": Text("当时说到货后{promised:days1}天", "{promised:days1} days were expected after it"),
    # A product's words, where no proposal explains it.
    "desk.stock": Text("库存{on_hand_units:cases}", "{on_hand_units:cases} in stock"),
    "desk.stock_estimated": Text("库存约{on_hand_units:cases}", "about {on_hand_units:cases} in stock"),
    "desk.no_road": Text("没有在途", "none on the road"),
    "desk.road": Text("在途{road_units:cases}", "{road_units:cases} on the road"),
    "desk.per_day": Text("每天预计出{per_day_units:cases}", "{per_day_units:cases} a day expected"),
    "desk.lasts": Text("够{days:days1}天", "enough for {days:days1} days"),
    "desk.lasts_only": Text("只够{days:days1}天", "only enough for {days:days1} days"),
    "desk.nothing_expected": Text("不预计出货", "no sell-out is expected"),
    "desk.from_sell_in": Text(
        "周报还不满8周，预计按以前的进货算",
        "fewer than eight reports, so the expectation comes from what was bought before",
    ),
    "desk.few_reports": Text("周报还不满8周，预计是粗的", "fewer than eight reports, so the expectation is rough"),
    # Why sell-out changes, in a word behind the percent.
    "desk.cause_season_more": Text("当季", "in season"),
    "desk.cause_season_less": Text("过季", "off season"),
    "desk.cause_festival_more": Text("节前", "before the festival"),
    "desk.cause_festival_less": Text("节后", "after the festival"),
    "desk.cause_promotion_more": Text("促销", "promotion"),
    "desk.cause_promotion_less": Text("促销过后", "after the promotion"),
    "desk.cause_trend_more": Text("走高", "rising"),
    "desk.cause_trend_less": Text("走低", "falling"),
    "desk.cause_stock_out_more": Text("断货补回", "back in stock"),
    "desk.cause_stock_out_less": Text("补货后回落", "after the refill"),
    "desk.steady": Text("平稳", "steady"),
    # The distributor's own start page.
    "desk.own_report_due": Text(
        "{week:week}的周报请在{due_on:day}12点前发来", "the report of {week:week} is due by noon of {due_on:day}"
    ),
    "desk.own_report_late": Text("{week:week}的周报还没到", "the report of {week:week} has not come yet"),
    "desk.own_offer": Text(
        "有一张{lines:whole}行、{amount:money}的订货建议等答复",
        "an order of {lines:whole} lines, {amount:money}, waits for an answer",
    ),
    # The overview.
    "desk.share": Text("{who}{share:percent}的品种在带内", "{who}: {share:percent} of the products are in band"),
    "desk.share_up": Text("比去年同期高{points:whole}个百分点", "{points:whole} points more than a year ago"),
    "desk.share_down": Text("比去年同期低{points:whole}个百分点", "{points:whole} points less than a year ago"),
    "desk.share_same": Text("和去年同期一样", "the same as a year ago"),
    "desk.falling": Text("{name}连降{steps:whole}周", "{name} has fallen {steps:whole} weeks running"),
    "desk.look_there": Text("先看这{places:whole}处", "look there first"),
    "desk.lowest": Text("最低的是{name}，{share:percent}", "lowest is {name} with {share:percent}"),
    "desk.everywhere": Text("全国", "Country"),
}
NAMED_FALLS = 2


def monday(figures: Figures, language: str) -> str:
    """
    Return what Monday is about.

    Args:
        figures: shops, first, rest, below, above_value, missing, of those to see first; name and stake of the worst;
            `manages` for a reader who sends others.
    """
    if figures["first"]:
        head = _say("manage_first" if figures["manages"] else "see_first", figures, language)
        said = monday_short(figures, language)
        opening = f"{head}{_colon(language)}{said}" if said else head
        return _sentences([opening, _others(figures, language)], language)
    alone = figures["shops"] == 1
    opening = _say("one_in_band" if alone else "all_in_band", figures, language)
    worst = _say("worst_is", figures, language) if figures["stake"] > 0 and not alone else ""
    return _sentences([_comma([opening, worst], language)], language)


def monday_head(figures: Figures, language: str) -> str:
    """Return the first clause of Monday, as the phone shows it large."""
    if figures["first"]:
        return _say("manage_first" if figures["manages"] else "see_first", figures, language)
    return _say("one_in_band" if figures["shops"] == 1 else "all_in_band", figures, language)


def monday_short(figures: Figures, language: str) -> str:
    """Return what is the matter at those to see first, without saying how many they are."""
    parts = []
    if figures["below"]:
        parts.append(_say("will_run_out_one" if figures["below"] == 1 else "will_run_out", figures, language))
    if figures["above_value"]:
        parts.append(_say("lies_still", figures, language))
    if figures["missing"]:
        parts.append(_say("report_missing_one" if figures["missing"] == 1 else "reports_missing", figures, language))
    return _comma(parts, language)


def reason(figures: Figures, language: str) -> str:
    """
    Return why a distributor is to be seen, in one sentence: at most the two things that weigh most, then the report.

    Args:
        figures: reported, on_time, below, above, short_value, above_value, band, days, promises.
    """
    weighed = []
    if figures["short_value"]:
        code = "reason_short_one" if figures["below"] == 1 else "reason_short"
        weighed.append((figures["short_value"], _say(code, figures, language)))
    if figures["above_value"]:
        code = "reason_held_one" if figures["above"] == 1 else "reason_held"
        weighed.append((figures["above_value"], _say(code, figures, language)))
    parts = [said for _, said in sorted(weighed, key=lambda one: -one[0])]
    if figures["promises"]:
        parts.append(_say("reason_promise_one" if figures["promises"] == 1 else "reason_promises", figures, language))
    if not figures["reported"]:
        parts.insert(0, _say("reason_missing", figures, language))
    elif not figures["on_time"]:
        parts.append(_say("reason_late", figures, language))
    if not parts and figures["band"] in ("below", "above"):
        parts.append(_say(f"reason_days_{figures['band']}", figures, language))
    return _sentences([_semicolon(parts, language)], language)


def ask(kind: str, figures: Figures, language: str) -> str:
    """Return what to ask for, and the argument for it; a finding speaks for itself."""
    said = dict(figures)
    if kind in ("promise", "finding"):
        said["said"] = render(figures["sentence"], figures["figures"], language)
    else:
        said["name"] = figures.get("name_zh") if formats.is_chinese(language) else figures.get("name_en")
    if kind == "refill":
        said["more"] = TEXTS["desk.ask_and_more"].render(language, {}) if figures["count"] > 1 else ""
        kind = "refill_one" if figures["count"] == 1 else kind
    return _say(f"ask_{kind}", said, language)


def advice(figures: Figures, language: str) -> str:
    """
    Return what was advised last, and what became of it.

    Args:
        figures: week, lines, amount, sent; before, now, promised: days of the total then, now, and as they were
            expected after the order; None where unknown.
    """
    opening = _say("advice_sent" if figures["sent"] else "advice_open", figures, language)
    if figures["before"] is None or figures["now"] is None:
        return opening
    parts = [_say("advice_moved", figures, language)]
    if figures["sent"] and figures["promised"] is not None:
        parts.append(_say("advice_as_said", figures, language))
    joined = _sentences([_comma(parts, language)], language)
    return f"{opening}{joined}" if formats.is_chinese(language) else f"{opening} {joined}"


def listed(figures: Figures, language: str) -> str:
    """
    Return what a list of distributors comes to.

    Args:
        figures: shops, below, above_value, missing, stake.
        language: the reader's.
    """
    if not figures["shops"]:
        return _sentences([_say("listed_none", figures, language)], language)
    head = _say("listed_one" if figures["shops"] == 1 else "listed", figures, language)
    said = monday_short(figures, language)
    return _sentences([f"{head}{_colon(language)}{said}" if said else head], language)


def distributor(figures: Figures, language: str, *, named: bool = True) -> str:
    """
    Return what is the matter with a distributor.

    Args:
        figures: name, products, below, inside, above, short, above_value, arrives_on, reported; products None before
            the first close.
        named: whether it begins with the name.
    """
    if figures["products"] is None:
        said = _say("no_close", figures, language)
    else:
        parts = [] if figures["reported"] else [_say("estimated", figures, language)]
        parts.append(_say(_shelf_code(figures), figures, language))
        if figures["above"]:
            parts.append(_say("held_one" if figures["above"] == 1 else "held", figures, language))
        said = _semicolon(parts, language)
    opening = f"{figures['name']}{_colon(language)}{said}" if named else said
    return _sentences([opening], language)


def product(figures: Figures, language: str) -> str:
    """
    Return where a product stands.

    Args:
        figures: on_hand_units, road_units, per_day_units, units_per_case, days, band, estimated, uncertain.
    """
    parts = [
        _say("stock_estimated" if figures["estimated"] else "stock", figures, language),
        _say("road" if figures["road_units"] else "no_road", figures, language),
    ]
    if figures["days"] is None:
        parts.append(_say("nothing_expected", figures, language))
    else:
        parts.append(_say("per_day", figures, language))
        parts.append(_say("lasts_only" if figures["band"] == "below" else "lasts", figures, language))
    doubt = "from_sell_in" if figures.get("from_sell_in") else "few_reports"
    rough = _say(doubt, figures, language) if figures["uncertain"] else ""
    return _sentences([_comma(parts, language), rough], language)


def why(cause: str, *, more: bool, language: str) -> str:
    """Return why sell-out changes, in a word; steady where nothing moves it."""
    if not cause:
        return TEXTS["desk.steady"].render(language, {})
    return TEXTS[f"desk.cause_{cause}_{'more' if more else 'less'}"].render(language, {})


def own(figures: Figures, language: str) -> str:
    """
    Return what a distributor's own start page is about.

    Args:
        figures: as for `distributor`; report as late, due or empty; week, due_on; offer with lines and amount, or not.
    """
    parts = []
    if figures["report"]:
        parts.append(_say(f"own_report_{figures['report']}", figures, language))
    if figures["offer"]:
        parts.append(_say("own_offer", figures, language))
    if not parts:
        return distributor(figures, language, named=False)
    return _sentences([_semicolon(parts, language)], language)


def overview(figures: Figures, language: str) -> str:
    """
    Return what the overview says.

    Args:
        figures: who (empty for the whole country), share, points against a year ago or None; falling, pairs of name and
            steps, worst first; lowest, a pair of name and share or None.
    """
    who = figures["who"] or TEXTS["desk.everywhere"].render(language, {})
    parts = [_say("share", {**figures, "who": who}, language)]
    if figures["points"] is not None:
        points = figures["points"]
        code = "share_up" if points > 0 else "share_down" if points < 0 else "share_same"
        parts.append(_say(code, {"points": abs(points)}, language))
    opening = _comma(parts, language)
    return _sentences([_semicolon([opening, _look_first(figures, language)], language)], language)


def _look_first(figures: Figures, language: str) -> str:
    falling = figures["falling"][:NAMED_FALLS]
    if falling:
        said = [_say("falling", {"name": name, "steps": steps}, language) for name, steps in falling]
        return _comma([*said, _say("look_there", {"places": len(falling)}, language)], language)
    if figures["lowest"] is None:
        return ""
    name, share = figures["lowest"]
    return _say("lowest", {"name": name, "share": share}, language)


def _shelf_code(figures: Figures) -> str:
    if not figures["below"]:
        return "everything_inside" if figures["inside"] == figures["products"] else "none_below"
    if not figures["short"]:
        return "below"
    return "not_until" if figures["short"] >= figures["below"] else "below_not_until"


def _others(figures: Figures, language: str) -> str:
    if not figures["rest"]:
        return ""
    return _say("other_in_band" if figures["rest"] == 1 else "others_in_band", figures, language)


def _say(code: str, figures: Mapping[str, Any], language: str) -> str:
    return TEXTS[f"desk.{code}"].render(language, figures)


def _colon(language: str) -> str:
    return "：" if formats.is_chinese(language) else ": "


def _comma(parts: Iterable[str], language: str) -> str:
    return ("，" if formats.is_chinese(language) else ", ").join(part for part in parts if part)


def _semicolon(parts: Iterable[str], language: str) -> str:
    return ("；" if formats.is_chinese(language) else "; ").join(part for part in parts if part)


def _sentences(parts: Iterable[str], language: str) -> str:
    """Close each clause as a sentence of its own; an English one begins with a capital."""
    said = [part for part in parts if part]
    if formats.is_chinese(language):
        return "".join(f"{part}。" for part in said)
    return " ".join(f"{part[:1].upper()}{part[1:]}." for part in said)

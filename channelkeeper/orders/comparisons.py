"""
What replay, what-if and record say: two ways of ordering beside each other, in one sentence of either language.

Honest either way round: where the rule does worse, or the distributor knew better, the sentence says so.
"""

from collections.abc import Iterable
from decimal import Decimal

from channelkeeper.core import formats
from channelkeeper.core.sentences import Figures, Text

TEXTS: dict[str, Text] = {
    # The replay.
    "orders.replay_opening": Text(
        "照这套规则，过去{weeks:whole}周", "Under this rule, over the past {weeks:whole} weeks: "
    ),
    "orders.replay_out_fewer": Text(
        "断货从{out_really:whole}次降到{out_rule:whole}次", "stock-outs {out_rule:whole} instead of {out_really:whole}"
    ),
    "orders.replay_out_more": Text(
        "断货从{out_really:whole}次升到{out_rule:whole}次",
        "stock-outs {out_rule:whole}, more than the {out_really:whole} there were",
    ),
    "orders.replay_out_none": Text("同样没有断货", "no stock-outs, as there really were none"),
    "orders.replay_out_same": Text("断货同样是{out_really:whole}次", "stock-outs {out_really:whole} either way"),
    "orders.replay_above_less": Text("压货平均少{above:money}", "{above:money} less above the band on average"),
    "orders.replay_above_more": Text("压货平均多{above:money}", "{above:money} more above the band on average"),
    "orders.replay_above_same": Text("压货一样多", "as much above the band"),
    "orders.replay_held_more": Text("库存平均多占{held:money}", "{held:money} more held in stock"),
    "orders.replay_held_less": Text("库存平均少占{held:money}", "{held:money} less held in stock"),
    "orders.replay_inside": Text(
        "在带内的占{inside_rule:percent}，实际{inside_really:percent}",
        "{inside_rule:percent} of product-weeks in band, really {inside_really:percent}",
    ),
    "orders.replay_loses": Text("这段时间实际订得更好", "what was really ordered did better"),
    "orders.nothing_to_replay": Text(
        "只有{weeks:whole}周周报，至少要{least:whole}周才能回放。",
        "Only {weeks:whole} weeks are reported; a replay needs {least:whole}.",
    ),
    # The what-if.
    "orders.ask_more": Text(
        "比今天的建议多订{cases:whole}箱（{amount:money}）", "{cases:whole} cases more ({amount:money})"
    ),
    "orders.ask_less": Text(
        "比今天的建议少订{cases:whole}箱（{amount:money}）", "{cases:whole} cases fewer ({amount:money})"
    ),
    "orders.ask_same": Text("订的箱数和今天的建议一样", "as many cases as proposed today"),
    "orders.ask_nothing": Text("和今天的建议没有差别", "No difference to today's proposal"),
    "orders.ask_days": Text(
        "盘点时从{days_today:days}天变成{days_then:days}天", "{days_then:days} days at the close, not {days_today:days}"
    ),
    "orders.ask_days_same": Text("盘点时同样{days_then:days}天", "{days_then:days} days at the close either way"),
    "orders.ask_inside": Text(
        "{inside_then:whole}个在带内，原来{inside_today:whole}个",
        "{inside_then:whole} in band, not {inside_today:whole}",
    ),
    "orders.ask_missed_more": Text("断货多丢{missed:money}", "{missed:money} more sales missed before it arrives"),
    "orders.ask_missed_less": Text("断货少丢{missed:money}", "{missed:money} fewer sales missed before it arrives"),
    "orders.ask_stock_more": Text("库存多占{stock:money}", "{stock:money} more in stock"),
    "orders.ask_stock_less": Text("库存少占{stock:money}", "{stock:money} less in stock"),
    "orders.nothing_promoted": Text(
        "这家没有编码为{what}的品种或品类。", "This distributor has no product and no category {what}."
    ),
    "orders.nothing_to_ask": Text(
        "{name_zh}{week:week}还没有结周，没有可以推算的。",
        "{name_en} was not closed for {week:week}: nothing to reckon with.",
    ),
}


def said(code: str, figures: Figures, language: str) -> str:
    """Return a refusal in the reader's language."""
    return TEXTS[code].render(language, figures)


def what_if(figures: Figures, language: str) -> str:
    """
    Return what a scenario changes about today's proposal.

    Args:
        figures: cases, amount, stock, missed (then less today; the last three in yuan), days_today, days_then (None
            where nothing is expected), inside_today, inside_then.
        language: the reader's.
    """
    parts = [_cases(figures, language), *_other(figures, "stock", language), *_other(figures, "missed", language)]
    landing = _landing(figures, language)
    moved = any(figures[name] for name in ("cases", "amount", "stock", "missed"))
    if not moved and figures["days_today"] == figures["days_then"]:
        return _sentence([_say("ask_nothing", figures, language)], language)
    return _sentence([_comma(parts, language), _comma(landing, language)], language)


def _cases(figures: Figures, language: str) -> str:
    more = figures["cases"]
    if not more:
        return _say("ask_same", figures, language)
    sizes = {"cases": abs(more), "amount": abs(figures["amount"])}
    return _say("ask_more" if more > 0 else "ask_less", sizes, language)


def _landing(figures: Figures, language: str) -> list[str]:
    parts = []
    if figures["days_today"] is not None and figures["days_then"] is not None:
        same = formats.days(figures["days_today"]) == formats.days(figures["days_then"])
        parts.append(_say("ask_days_same" if same else "ask_days", figures, language))
    if figures["inside_today"] != figures["inside_then"]:
        parts.append(_say("ask_inside", figures, language))
    return parts


def _other(figures: Figures, name: str, language: str) -> list[str]:
    """Return the clause on a sum that is another then, if it is by a yuan or more."""
    more = figures[name]
    if abs(more) < 1:
        return []
    return [_say(f"ask_{name}_{'more' if more > 0 else 'less'}", {name: abs(more)}, language)]


def replayed(figures: Figures, language: str) -> str:
    """
    Return what the rule would have changed.

    Args:
        figures: weeks, out_really, out_rule, above_really, above_rule, held_really, held_rule (yuan on average),
            inside_really, inside_rule (shares).
        language: the reader's.
    """
    parts = [_stock_outs(figures, language), _above(figures, language), *_held(figures, language)]
    first = _say("replay_opening", figures, language) + _comma(parts, language)
    rest = []
    if figures["inside_rule"] is not None and figures["inside_really"] is not None:
        rest.append(_say("replay_inside", figures, language))
    if loses(figures):
        rest.append(_say("replay_loses", figures, language))
    return _sentence([first, *rest], language)


def loses(figures: Figures) -> bool:
    """Return whether the rule did worse: no better in stock-outs and in money above the band, and worse in one."""
    out = figures["out_rule"] - figures["out_really"]
    above = figures["above_rule"] - figures["above_really"]
    return out >= 0 and above >= 0 and bool(out or above)


def _stock_outs(figures: Figures, language: str) -> str:
    really, rule = figures["out_really"], figures["out_rule"]
    if really == rule:
        return _say("replay_out_same" if really else "replay_out_none", figures, language)
    return _say("replay_out_fewer" if rule < really else "replay_out_more", figures, language)


def _above(figures: Figures, language: str) -> str:
    less = Decimal(figures["above_really"]) - Decimal(figures["above_rule"])
    code = "less" if less > 0 else "more" if less < 0 else "same"
    return _say(f"replay_above_{code}", {**figures, "above": abs(less)}, language)


def _held(figures: Figures, language: str) -> list[str]:
    more = Decimal(figures["held_rule"]) - Decimal(figures["held_really"])
    if not more:
        return []
    return [_say("replay_held_more" if more > 0 else "replay_held_less", {**figures, "held": abs(more)}, language)]


def _say(code: str, figures: Figures, language: str) -> str:
    return TEXTS[f"orders.{code}"].render(language, figures)


def _comma(parts: Iterable[str], language: str) -> str:
    return ("，" if formats.is_chinese(language) else ", ").join(parts)


def _sentence(parts: Iterable[str], language: str) -> str:
    """Join clauses to a sentence; an English one begins with a capital."""
    text = ("；" if formats.is_chinese(language) else "; ").join(part for part in parts if part)
    return f"{text}。" if formats.is_chinese(language) else f"{text[:1].upper()}{text[1:]}."

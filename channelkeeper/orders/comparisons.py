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
}


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

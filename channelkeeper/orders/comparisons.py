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
    # The record.
    "orders.record_none": Text("还没有可以打分的建议", "No proposal can be scored yet"),
    "orders.record_lines": Text(
        "{lines:whole}行建议有了结果：照订{followed:whole}行，另订{otherwise:whole}行",
        "{lines:whole} proposed lines have shown what they came to: {followed:whole} followed, "
        "{otherwise:whole} ordered otherwise",
    ),
    "orders.record_right": Text(
        "另订的里面，建议对{proposal:whole}行，对方对{order:whole}行",
        "of these the proposal was right in {proposal:whole}, the other side in {order:whole}",
    ),
    "orders.record_missed_more": Text(
        "没照建议多丢{missed:money}生意", "{missed:money} more sales missed than as proposed"
    ),
    "orders.record_missed_least": Text(
        "没照建议至少多丢{missed:money}生意", "at least {missed:money} more sales missed than as proposed"
    ),
    "orders.record_missed_less": Text(
        "比照建议少丢{missed:money}生意", "{missed:money} fewer sales missed than as proposed"
    ),
    "orders.record_excess_more": Text("多压{excess:money}", "{excess:money} more above the band"),
    "orders.record_excess_less": Text("少压{excess:money}", "{excess:money} less above the band"),
    # One line of it.
    "orders.score_followed": Text("照建议订{ordered_units:cases}", "Ordered as proposed, {ordered_units:cases}"),
    "orders.score_other": Text(
        "建议{proposed_units:cases}，实际{ordered_units:cases}",
        "Proposed {proposed_units:cases}, really {ordered_units:cases}",
    ),
    "orders.score_declined": Text(
        "建议{proposed_units:cases}，对方拒绝，实际{ordered_units:cases}",
        "Proposed {proposed_units:cases} and declined, really {ordered_units:cases}",
    ),
    "orders.score_days": Text(
        "照建议是{days_followed:days}天，实际{days_really:days}天",
        "{days_followed:days} days as proposed, really {days_really:days}",
    ),
    "orders.score_days_same": Text("盘点时{days_really:days}天", "{days_really:days} days at the close"),
    "orders.score_missed": Text(
        "照建议断货少卖{missed_followed:cases}，实际{missed_really:cases}",
        "{missed_followed:cases} missed as proposed, really {missed_really:cases}",
    ),
    "orders.score_missed_least": Text(
        "照建议断货少卖{missed_followed:cases}，实际至少{missed_really:cases}",
        "{missed_followed:cases} missed as proposed, really at least {missed_really:cases}",
    ),
    "orders.score_excess": Text(
        "照建议压货{excess_followed:cases}，实际{excess_really:cases}",
        "{excess_followed:cases} above the band as proposed, really {excess_really:cases}",
    ),
    "orders.right_proposal": Text("建议对", "the proposal was right"),
    "orders.right_order": Text("对方对", "the other side was right"),
    "orders.right_even": Text("不相上下", "no difference"),
    "orders.right_mixed": Text("各有得失", "each in one"),
    "orders.score_because": Text("当时的理由：{reason}", "the reason given: {reason}"),
}


def recorded(figures: Figures, language: str) -> str:
    """
    Return what the record says of some scored lines.

    Args:
        figures: lines, followed, otherwise, proposal, order, missed, excess (really less as proposed, yuan), at_least.
        language: the reader's.
    """
    if not figures["lines"]:
        return _sentence([_say("record_none", figures, language)], language)
    parts = [_say("record_lines", figures, language)]
    if figures["otherwise"]:
        parts.append(_say("record_right", figures, language))
    sums = [*_record_sum(figures, "missed", language), *_record_sum(figures, "excess", language)]
    return _sentence([*parts, _comma(sums, language)], language)


def scored(figures: Figures, language: str) -> str:
    """
    Return what one line came to, had it been followed and as it was ordered.

    Args:
        figures: see `queries.record.ScoreView.figures`.
        language: the reader's.
    """
    parts = [_say(f"score_{_score_code(figures)}", figures, language), *_courses(figures, language)]
    if figures["kind"] != "followed":
        parts.append(right_word(figures["right"], language))
    if figures["reason"]:
        parts.append(_say("score_because", figures, language))
    return _sentence(parts, language)


def right_word(right: str, language: str) -> str:
    """Return who came out better in a word or two."""
    return _say(f"right_{right}", {}, language)


def _score_code(figures: Figures) -> str:
    return figures["kind"] if figures["kind"] in ("followed", "declined") else "other"


def _courses(figures: Figures, language: str) -> list[str]:
    parts = []
    if figures["days_followed"] is not None and figures["days_really"] is not None:
        same = round(figures["days_followed"]) == round(figures["days_really"])
        parts.append(_say("score_days_same" if same else "score_days", figures, language))
    for name in ("missed", "excess"):
        if max(figures[f"{name}_followed"], figures[f"{name}_really"]) >= 1:
            least = name == "missed" and figures["at_least"] and figures["missed_really"] > 0
            parts.append(_say(f"score_{name}_least" if least else f"score_{name}", figures, language))
    return parts


def _record_sum(figures: Figures, name: str, language: str) -> list[str]:
    more = figures[name]
    if abs(more) < 1:
        return []
    least = name == "missed" and more > 0 and figures["at_least"]
    code = "least" if least else "more" if more > 0 else "less"
    return [_say(f"record_{name}_{code}", {name: abs(more)}, language)]


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

"""The words of this room: what kinds of findings are called. The rooms above bring their own sentences."""

from collections.abc import Mapping

from channelkeeper.core import formats, sentences
from channelkeeper.core.sentences import Figures, Text

TEXTS: Mapping[str, Text] = {
    "findings.kind_below_band": Text(zh="会断货", en="Will run out"),
    "findings.kind_above_band": Text(zh="压货", en="Lies above the band"),
    "findings.kind_report_late": Text(zh="周报迟", en="Report late"),
    "findings.kind_report_missing": Text(zh="周报未到", en="Report missing"),
    "findings.kind_figures_copied": Text(zh="照抄上周", en="Figures copied"),
    "findings.kind_kept_in_band": Text(zh="一直在带内", en="Kept in band"),
    "findings.kind_order_above_band": Text(zh="订过了带", en="Ordered above the band"),
    "findings.kind_does_not_balance": Text(zh="账不平", en="Does not balance"),
    "findings.kind_near_expiry": Text(zh="临期", en="Near expiry"),
    "findings.kind_slow_moving": Text(zh="滞销", en="Slow-moving"),
    "findings.to_talk": Text(
        zh="{bad:whole}件事要谈，涉及{stake:money}", en="{bad:whole} matters to talk about, {stake:money} at stake"
    ),
    "findings.to_talk_one": Text(
        zh="1件事要谈，涉及{stake:money}", en="1 matter to talk about, {stake:money} at stake"
    ),
    "findings.to_talk_free": Text(zh="{bad:whole}件事要谈", en="{bad:whole} matters to talk about"),
    "findings.to_talk_free_one": Text(zh="1件事要谈", en="1 matter to talk about"),
    "findings.goes_well": Text(zh="{good:whole}件做得好", en="{good:whole} things go well"),
    "findings.goes_well_one": Text(zh="1件做得好", en="1 thing goes well"),
    "findings.talk_ahead": Text(
        zh="{held_on:day}还没到：谈过了再记。", en="{held_on:day} lies ahead: write a talk down once it was held."
    ),
    "findings.talk_long_ago": Text(
        zh="{held_on:day}太久了，最多补记{days:whole}天内的。",
        en="{held_on:day} is too long ago: talks of the last {days:whole} days can be written down.",
    ),
    "findings.too_long": Text(zh="太长，最多{most:whole}个字。", en="Too long: at most {most:whole} characters."),
    "findings.nothing_agreed": Text(zh="写一句谈定了什么。", en="Write what was agreed, in a sentence."),
    "findings.due_before_talk": Text(
        zh="{due_on:day}早于谈的那天{held_on:day}。", en="{due_on:day} lies before the talk of {held_on:day}."
    ),
    "findings.due_too_late": Text(
        zh="{due_on:day}太远，最多两年。", en="{due_on:day} is too far ahead: two years at most."
    ),
    "findings.already_so": Text(zh="已经是这样记的。", en="That is what stands already."),
    "findings.why_missing": Text(zh="写一句为什么。", en="Write why, in a sentence."),
    "findings.not_theirs": Text(
        zh="选的事不是这家的，或已经了结。", en="A finding chosen is not this distributor's, or is closed already."
    ),
    "findings.nothing": Text(zh="没有要谈的事。", en="Nothing needs talking about."),
}


def summary(figures: Figures, language: str) -> str:
    """
    Return what the live findings come to.

    Args:
        figures: bad, good: how many; stake, yuan.
        language: the reader's.
    """
    said = []
    if figures["bad"]:
        said.append(_counted("to_talk" if figures["stake"] else "to_talk_free", figures["bad"], figures, language))
    if figures["good"]:
        said.append(_counted("goes_well", figures["good"], figures, language))
    if not said:
        return TEXTS["findings.nothing"].render(language, {})
    chinese = formats.is_chinese(language)
    return f"{'；'.join(said)}。" if chinese else f"{'; '.join(said)}."


def _counted(code: str, number: int, figures: Figures, language: str) -> str:
    return TEXTS[f"findings.{code}{'_one' if number == 1 else ''}"].render(language, figures)


def kind_name(kind: str, language: str) -> str:
    """Return what a kind of finding is called; a kind that no room has named is shown as it is written."""
    try:
        return sentences.render(f"findings.kind_{kind}", {}, language)
    except sentences.UnknownSentence:
        return kind.replace("_", " ")

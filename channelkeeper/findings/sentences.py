"""The words of this room: what kinds of findings are called. The rooms above bring their own sentences."""

from collections.abc import Mapping

from channelkeeper.core import sentences
from channelkeeper.core.sentences import Text

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
}


def kind_name(kind: str, language: str) -> str:
    """Return what a kind of finding is called; a kind that no room has named is shown as it is written."""
    try:
        return sentences.render(f"findings.kind_{kind}", {}, language)
    except sentences.UnknownSentence:
        return kind.replace("_", " ")

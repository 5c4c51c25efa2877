"""Which words a number format adds to a figure."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

_BUILT_IN_PERCENT = ("9", "10")
_SECTION = re.compile(r'(?:"[^"]*"|\\.|[^;"\\])*')
_QUOTED = re.compile(r'"([^"]*)"|\\(.)')
_BRACKETS = re.compile(r"\[[^\]]*\]")
_SPACING = re.compile(r"[_*].")
_WORDS = re.compile(r"[^\W\d_a-zA-Z]+")
_SCALED = re.compile(r"[0#?],+(?![0#?])")
_MONEY = re.compile(r"[¥￥$€£元]")


def unit_of(code: str) -> str:
    """
    Return what a number format writes behind or before a figure, "" for nothing.

    `0"箱"` gives 箱, `0%` gives %, `0!.0,"万"` gives nothing, since it scales what it
    shows and stores the number in full. Signs of money are left out.
    """
    section = _SECTION.match(code)
    code = _SPACING.sub("", _BRACKETS.sub("", section[0] if section else code))
    literals = "".join(quoted or escaped for quoted, escaped in _QUOTED.findall(code))
    bare = _QUOTED.sub("", code)
    if "%" in bare:
        return "%"
    words = literals + "".join(_WORDS.findall(bare))
    if _SCALED.search(code):
        words = words.replace("万", "")
    return re.sub(r"[\s()+\-,.!]+", "", _MONEY.sub("", words))


def units_by_style(styles: Element | None) -> dict[int, str]:
    """Return, for each style index whose format adds words, those words."""
    if styles is None:
        return {}
    codes = {node.get("numFmtId", "0"): unit_of(node.get("formatCode", "")) for node in _named(styles, "numFmt")}
    codes |= dict.fromkeys(_BUILT_IN_PERCENT, "%")
    found: dict[int, str] = {}
    for index, style in enumerate(_cell_styles(styles)):
        unit = codes.get(style.get("numFmtId", "0"), "")
        if unit:
            found[index] = unit
    return found


def _named(root: Element, name: str) -> list[Element]:
    return [node for node in root.iter() if _local(node) == name]


def _cell_styles(styles: Element) -> list[Element]:
    for block in styles:
        if _local(block) == "cellXfs":
            return [style for style in block if _local(style) == "xf"]
    return []


def _local(node: Element) -> str:
    return node.tag.rpartition("}")[2]

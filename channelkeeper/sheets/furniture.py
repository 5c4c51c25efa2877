"""Rows that are not data: totals, notes, repeated heads; in any sheet of any room."""

from __future__ import annotations

import re

_TOTAL = re.compile(
    r"(?:.{0,8}(?:合计|总计|小计|共计|累计|汇总)|(?:本页|全部|以上)?(?:合|总|小|共)计.*"
    r"|grandtotal.*|subtotal.*|total.*|sumtotal|sum)",
)
_NOTE = re.compile(
    r"(?:制表|制单|审核|复核|审批|打印|导出|备注|说明|填报|填表|填写|联系|电话|经手|主管|负责人|签字|签名|盖章|"
    r"注\d*[:：]|注意|日期|时间|单位负责|preparedby|printed|checkedby|approvedby|note|remark|exported)",
)
_BETWEEN = re.compile(r"\s+")


def is_total(text: str) -> bool:
    """Tell whether a cell's text names its row as a total or subtotal."""
    return bool(_TOTAL.fullmatch(_joined(text)))


def is_note(text: str) -> bool:
    """Tell whether a cell's text begins a note, as who made the sheet and when it was printed."""
    return bool(_NOTE.match(_joined(text)))


def _joined(text: str) -> str:
    return _BETWEEN.sub("", text).casefold()

"""Stated reasons as a file."""

from collections.abc import Mapping, Sequence

from channelkeeper.core import formats, weeks
from channelkeeper.core.sentences import Text
from channelkeeper.orders.queries.reasons import By, Stated
from channelkeeper.sheets.columns import Column, Typed
from channelkeeper.web.exports import Table

STEPS = {
    "edited": Text("改建议", "Edited the proposal"),
    "changed": Text("改订单", "Changed the offer"),
    "accepted": Text("代为确认", "Accepted on its word"),
    "declined": Text("不要", "Declined"),
    "cancelled": Text("取消", "Cancelled"),
}
_WHOSE = {
    By.REASON: (),
    By.DISTRIBUTOR: (
        Column("code", ("经销商编码",), ("Distributor code",), "code"),
        Column("name", ("经销商",), ("Distributor",)),
    ),
    By.REP: (Column("code", ("代表编码",), ("Rep code",), "code"), Column("name", ("代表",), ("Rep",))),
}
_COLUMNS = (
    Column("reason", ("理由",), ("Reason",), "text", width=50),
    Column("step", ("哪一步",), ("Step",)),
    Column("orders", ("订单数",), ("Orders",), "units"),
    Column("lines", ("行数",), ("Lines",), "units"),
    Column("last_week", ("最近一周",), ("Last week",), "code"),
)


def step_words(language: str) -> Mapping[str, str]:
    """Return what each step is called."""
    return {step: text.zh if formats.is_chinese(language) else text.en for step, text in STEPS.items()}


def table(rows: Sequence[Stated], *, by: By, title: str, language: str) -> Table:
    """Return reasons as a list to be taken along."""
    words = step_words(language)
    cells: list[Mapping[str, Typed]] = [
        {
            "reason": one.reason,
            "step": words[one.step],
            "code": one.code,
            "name": one.name(language),
            "orders": one.orders,
            "lines": one.lines,
            "last_week": weeks.label(one.last_week),
        }
        for one in rows
    ]
    return Table("reasons", title, (*_WHOSE[by], *_COLUMNS), cells)

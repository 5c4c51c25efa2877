"""A sender and its workbooks, for the tests of the reading of reports."""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import openpyxl

from channelkeeper.sheets import reader
from channelkeeper.sheets.workbook import Sheet, Value, Workbook
from channelkeeper.stock.sheet import Answers, KnownProduct, Reading, Sender, Unit, read

WEEK = date(2026, 11, 16)  # 2026-W47
TITLE = "永盛副食品批发部 进销存周报（2026年第47周）"

TEA = KnownProduct("YS1011", "6901234567892", "冰红茶500ml", "Iced tea 500ml", 15)
BIG_TEA = KnownProduct("YS1012", "6901234567908", "冰红茶1L", "Iced tea 1L", 12)
PEACH = KnownProduct("YS1046", "6920202888883", "水蜜桃汁450ml", "Peach juice 450ml", 15)
NOODLES = KnownProduct("YS1140", "", "红烧牛肉面 桶", "Beef noodles tub", 12)
CONGEE = KnownProduct("YS1203", "", "八宝粥280g", "Congee 280g", 24)
OLD_WATER = KnownProduct("00301", "", "纯净水550ml", "Water 550ml", 24)
NEW_WATER = KnownProduct("00302", "", "纯净水550ml", "Water 550ml", 12)
PRODUCTS = (TEA, BIG_TEA, PEACH, NOODLES, CONGEE, OLD_WATER, NEW_WATER)

HEADS: list[Value] = ["货号", "品名", "单位", "上周结存", "本周进货", "本周销售", "赠品损耗", "本周结存", "临期"]
SENDER = Sender(PRODUCTS)


def sheet(*rows: Sequence[Value], name: str = "库存周报", **marks: Any) -> Sheet:
    return Sheet(name, [list(row) for row in rows], **marks)


def reading(
    *sheets: Sheet,
    sender: Sender = SENDER,
    asked: date | None = WEEK,
    answers: Answers | None = None,
    mended: Mapping[tuple[str, str], str] | None = None,
    filename: str = "周报.xlsx",
) -> Reading:
    return read(Workbook(filename, "xlsx", sheets), sender=sender, week_asked=asked, answers=answers, mended=mended)


def rows(*lines: Sequence[Value], heads: Sequence[Value] = HEADS, sender: Sender = SENDER, **more: Any) -> Reading:
    """Return the reading of one sheet of these lines below a title and heads."""
    return reading(sheet([TITLE], heads, *lines), sender=sender, **more)


def figures(found: Reading) -> dict[str, tuple[int, ...]]:
    """Return product -> opening, received, other in, sold, gifts, losses, returns, closing, near-expiry."""
    return {
        line.product: (
            line.opening, line.received, line.other_in, line.sold, line.gifts, line.losses, line.returns, line.closing,
            line.near_expiry,
        )
        for line in found.lines
    }  # fmt: skip


def faults(found: Reading) -> list[tuple[str, str]]:
    return [(fault.cell, fault.code) for fault in found.faults]


def questions(found: Reading) -> list[tuple[str, str, str]]:
    return [(question.kind, question.cell, question.value) for question in found.questions]


def from_file(fill: Callable[[Any], None], **more: Any) -> Reading:
    """Return the reading of a real workbook that a function fills."""
    book = openpyxl.Workbook()
    book.active.title = "库存周报"
    fill(book)
    target = io.BytesIO()
    book.save(target)
    return read(
        reader.read(target.getvalue(), "周报.xlsx"),
        sender=more.pop("sender", SENDER),
        week_asked=more.pop("asked", WEEK),
        **more,
    )


def with_units(**units: Unit) -> Sender:
    return Sender(PRODUCTS, units=units)

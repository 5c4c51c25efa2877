"""Delimited text: which encoding, which separator, which cells. Nothing is guessed."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice

from channelkeeper.sheets import limits, sentences
from channelkeeper.sheets.scan import check_reach
from channelkeeper.sheets.workbook import Sheet, Value, Workbook

# Words that heads and titles of such files hold: they decide where bytes read both ways.
_WORDS = re.findall(
    r"\S+",
    "编码 编号 货号 代码 条码 品名 名称 商品 产品 品种 规格 单位 批号 仓库 数量 库存 结存 期初 期末 "
    "进货 入库 销售 销量 出库 赠品 损耗 退货 临期 合计 日期 周报 经销商 办事处 姓名 电话 地址 价格 金额 "
    "箱规 品牌 类别 分类 上周 本周 备注 开始 结束 保质期",
)
_SEPARATORS = (",", "\t", ";")
_LOOKED_AT = 50  # rows that decide the separator
_ENOUGH = 6  # ideographs in valid three-byte UTF-8: chance alone does not write as many
_IDEOGRAPH = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
_APOSTROPHE = re.compile(r"'[\d=+\-@\t\x00]")


def read(data: bytes, filename: str) -> Workbook:
    """
    Return a delimited file as a workbook of one sheet, all cells text.

    Raises:
        Refused: no known encoding, two possible readings, quotes that do not close, too large.
    """
    text, encoding = decode(data)
    rows = _rows(text)
    name = re.split(r"[\\/]", filename)[-1].rsplit(".", 1)[0] or "CSV"
    return Workbook(filename, "csv", (Sheet(name, rows),), encoding)


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of a file and the encoding it was in."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            text = _strict(data[len(mark) :], encoding)
            if text is None:
                raise sentences.refusal("encoding", row=1)
            return text, encoding
    if b"\x00" in data:
        raise sentences.refusal("not_a_workbook")
    return _without_mark(data)


def _without_mark(data: bytes) -> tuple[str, str]:
    utf8, gb = _strict(data, "utf-8"), _strict(data, "gb18030")
    if utf8 is None and gb is None:
        raise sentences.refusal("encoding", row=_first_odd_row(data))
    if utf8 is None or utf8 == gb or gb is None:
        return (utf8, "utf-8") if utf8 is not None else (gb or "", "gb18030")
    return _likelier(utf8, gb)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _first_odd_row(data: bytes) -> int:
    for number, line in enumerate(data.split(b"\n"), 1):
        if _strict(line, "utf-8") is None and _strict(line, "gb18030") is None:
            return number
    return 1


def _likelier(utf8: str, gb: str) -> tuple[str, str]:
    """Return the one of two readings of the same bytes that holds words known in such files."""
    in_utf8, in_gb = _known_words(utf8), _known_words(gb)
    if bool(in_utf8) != bool(in_gb):
        return (utf8, "utf-8") if in_utf8 else (gb, "gb18030")
    strange = [character for character in utf8 if not character.isascii()]
    ideographs = _IDEOGRAPH.findall(utf8)
    if not in_gb and len(ideographs) >= max(_ENOUGH, 0.8 * len(strange)):
        return utf8, "utf-8"
    first, second = _where_they_part(utf8, gb)
    raise sentences.refusal("encoding_doubt", first=first, second=second)


def _known_words(text: str) -> int:
    return sum(word in text for word in _WORDS)


def _where_they_part(utf8: str, gb: str) -> tuple[str, str]:
    for first, second in zip(utf8.splitlines(), gb.splitlines(), strict=False):
        if first != second:
            return first[:40], second[:40]
    return utf8[:40], gb[:40]


def _rows(text: str) -> list[list[Value]]:
    separator = _separator(text)
    rows: list[list[Value]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            cells = [_cell(cell) for cell in row]
            _check_width(cells, len(rows))
            rows.append(cells)
    except csv.Error as error:
        raise sentences.refusal("broken_csv", row=len(rows) + 1) from error
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    return rows


def _separator(text: str) -> str:
    """Return the separator that cuts the first rows into the most rows of one width."""
    head = "\n".join(islice(text.splitlines(), _LOOKED_AT))
    return max(_SEPARATORS, key=lambda separator: _agreement(head, separator))


def _agreement(head: str, separator: str) -> int:
    widths: dict[int, int] = {}
    try:
        for row in csv.reader(io.StringIO(head, newline=""), delimiter=separator):
            if len(row) > 1:
                widths[len(row)] = widths.get(len(row), 0) + 1
    except csv.Error:
        return 0
    return max(((width - 1) * count for width, count in widths.items()), default=0)


def _cell(text: str) -> Value:
    text = text.strip(" \r\n\u3000\xa0")
    if len(text) > limits.CELL_CHARACTERS:
        raise csv.Error("cell too long")
    formula = _AS_TEXT.fullmatch(text)  # ="00123", as exports keep the zeros
    if formula:
        text = formula[1]
    elif _APOSTROPHE.match(text):  # '00123, and what this project's own exports quote
        text = text[1:]
    return text or None


def _check_width(cells: list[Value], row: int) -> None:
    while cells and cells[-1] is None:
        cells.pop()
    if cells:
        check_reach("CSV", row, len(cells) - 1)

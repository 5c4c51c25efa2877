"""
Numbers and dates as people write them: read as written, or named as a fault.

Nothing here guesses: a text is one exact number or it has a code that says why not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from channelkeeper.sheets import text as texts
from channelkeeper.sheets.workbook import CellError, Unstored, Value


@dataclass(frozen=True, slots=True)
class Misread:
    """Why a value is not what was asked for; a code of `sentences.FAULTS`."""

    code: str


@dataclass(frozen=True, slots=True)
class Part:
    """A number with the word behind it: 3箱 of 3箱5瓶."""

    number: Decimal
    word: str


_PLAIN = re.compile(r"\d+(?:\.\d*)?|\.\d+|\d{1,3}(?:,\d{3})+(?:\.\d*)?", re.ASCII)
_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+"
_WORD = r"[^\W\d_万零和加]+"
_PARTS = re.compile(rf"({_NUMBER})\s*(万?)\s*({_WORD})\.?\s*(?:[+加零和]\s*)?")
_SIGNED = re.compile(r"(?:([+-])|(负))\s*(.*)", re.DOTALL)
_DATE_LIKE = re.compile(r"\d{2,4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}/\d{1,2}|\d{1,4}年.*|\d{1,2}月.*", re.ASCII)
_APPROXIMATE = re.compile(
    r"^[约≈~>＞<＜≥≤]|^[大近超不]\D{0,2}\d|左右|上下|多$|余$|以上|以下|[+?？]$|about|approx|circa|ca\.", re.I
)
_RANGE = re.compile(r"\d\s*\S{0,2}\s*(?:-|~|～|至|到|to)\s*\d", re.I | re.ASCII)
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d+)?e[+-]?\d+", re.I | re.ASCII)
_ERROR = re.compile(r"#[A-Z0-9/]+[!?]?", re.ASCII)
_MONEY = re.compile(r"[¥￥$]|人民币|rmb|cny", re.I)
_MOST_YUAN = 10**12
_MOST_DIGITS = 25  # more are no number that anybody counted
NOTHING = frozenset({"", "-", "--", "---", "/", "无", "空"})

_FIGURE_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?", re.ASCII)
_PACKED_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$", re.ASCII)


def is_nothing(value: Value) -> bool:
    """Tell whether a cell says nothing: blank, or a dash as accounting formats show for 0."""
    return value is None or (isinstance(value, str) and texts.narrow(value) in NOTHING)


def read_number(value: Value) -> Decimal | Misread:
    """
    Return the one exact number that a value states.

    Reads full-width digits, thousands separators, 万, and negatives as -12, −12, 12-,
    (12) and 负12. A blank is `blank`.
    """
    if isinstance(value, str):
        return _number_of_text(texts.narrow(value))
    return _number_of_value(value)


def _number_of_value(value: Value) -> Decimal | Misread:
    if isinstance(value, bool):
        return Misread("yes_no")
    if isinstance(value, int | Decimal):
        return Decimal(value)
    return Misread(_code_of(value))


def _code_of(value: Value) -> str:
    match value:
        case None:
            return "blank"
        case CellError():
            return "error"
        case Unstored():
            return "unstored"
        case time() | timedelta():
            return "time"
    return "date"


def _number_of_text(text: str) -> Decimal | Misread:
    if text in NOTHING:
        return Misread("blank")
    negative, body = _sign(text)
    wan = body.endswith("万")
    body = body.removesuffix("万").rstrip()
    if not _PLAIN.fullmatch(body):
        return Misread(why_not(text))
    if len(body) > _MOST_DIGITS:
        return Misread("too_big")
    number = Decimal(body.replace(",", "")) * (10_000 if wan else 1)
    return -number if negative else number


def _sign(text: str) -> tuple[bool, str]:
    """Return whether a text is marked negative, once, and what is left of it."""
    if text.startswith("(") and text.endswith(")"):
        return True, text[1:-1].strip()
    if text.endswith("-"):
        return True, text[:-1].rstrip()
    signed = _SIGNED.fullmatch(text)
    if signed is None:
        return False, text
    return signed[1] != "+", signed[3]


def why_not(text: str) -> str:
    """Return the code that says best why a narrow text is not one number."""
    if _ERROR.fullmatch(text):
        return "error"
    if text.endswith(("%", "‰", "%.")):
        return "percent"
    if _SCIENTIFIC.fullmatch(text):
        return "scientific"
    if _DATE_LIKE.fullmatch(text):
        return "date"
    if _RANGE.search(text):
        return "range"
    if _APPROXIMATE.search(text):
        return "approximate"
    return "not_a_number"


def read_parts(value: str) -> tuple[Part, ...] | Misread:
    """
    Return the numbers with units that a text is made of: 3箱5瓶, 12箱, (2箱).

    A minus before several parts is a misread: -3箱5瓶 may mean 67 or 77 bottles.
    """
    text = texts.narrow(value)
    if len(text) > 4 * _MOST_DIGITS:
        return Misread("not_a_number")
    negative, body = _sign(text)
    parts: list[Part] = []
    at = 0
    while at < len(body):
        part = _PARTS.match(body, at)
        if part is None:
            return Misread(why_not(text))
        number = Decimal(part[1].replace(",", "")) * (10_000 if part[2] else 1)
        parts.append(Part(-number if negative else number, part[3]))
        at = part.end()
    if not parts or (negative and len(parts) > 1 and not text.startswith("(")):
        return Misread("not_a_number")
    return tuple(parts)


def read_money(value: Value) -> Decimal | Misread:
    """Return an amount in yuan, to the fen: ¥1,200.50, 1200.5元 and 1.2万元 are read."""
    if isinstance(value, str):
        value = _MONEY.sub("", texts.narrow(value)).strip().removesuffix("元").strip()
    number = read_number(value)
    if isinstance(number, Misread):
        return number
    if abs(number) >= _MOST_YUAN:
        return Misread("too_big")
    if number != number.quantize(Decimal("0.01")):
        return Misread("below_fen")
    return number


def read_date(value: Value) -> date | Misread:
    """Return the day that a value states; a number is no day, a text needs its year."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return Misread("blank" if value is None else "not_a_date")
    return _date_of_text(texts.narrow(value))


def _date_of_text(text: str) -> date | Misread:
    if text in NOTHING:
        return Misread("blank")
    text = _CLOCK.sub("", text)
    found = _FIGURE_DATE.fullmatch(text) or _PACKED_DATE.fullmatch(text)
    if found is None:
        return Misread("not_a_date")
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return Misread("not_a_date")

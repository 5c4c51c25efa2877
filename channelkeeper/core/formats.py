"""
How figures are written for a reader: the same on pages, in sentences, files and PDFs.

Every function takes plain values and a language (`zh…` is Chinese, all else English);
None is written as an en dash.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

NOTHING = "–"
MINUS = "−"
# The steps in which Chinese counts large sums, the largest first; and to what the step below rounds,
# so that 9,999.60 is 1万 and not 10,000.
_LARGE = ((Decimal(100_000_000), "亿", Decimal(1_000)), (Decimal(10_000), "万", Decimal(1)))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def is_chinese(language: str) -> bool:
    """Return whether the language code asks for Chinese."""
    return language.lower().startswith("zh")


def number(value: Decimal, places: int) -> str:
    """Return the value half up to `places` decimals, thousands grouped, with a true minus sign."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    if not rounded:
        rounded = abs(rounded)  # what rounds to nothing has no sign
    return f"{rounded:,f}".replace("-", MINUS)


def whole(value: Decimal | None) -> str:
    """Return a count without decimals, thousands grouped."""
    return NOTHING if value is None else number(value, 0)


def days(value: Decimal | None, places: int = 0) -> str:
    """Return inventory days: none in lists, one decimal in detail."""
    return NOTHING if value is None else number(value, places)


def percent(value: Decimal | None) -> str:
    """Return a share (0.68) as whole percent (68%)."""
    return NOTHING if value is None else f"{number(value * 100, 0)}%"


def signed(value: Decimal | None, places: int = 0) -> str:
    """Return a change with its sign; no change carries none."""
    if value is None:
        return NOTHING
    text = number(value, places)
    return f"+{text}" if value > 0 and text.strip("0.") else text


def yuan(value: Decimal | None) -> str:
    """Return a sum in whole yuan without its sign, as tables show it."""
    return NOTHING if value is None else number(value, 0)


def money(value: Decimal | None, language: str, *, short: bool = False, whole_yuan: bool = False) -> str:
    """
    Return a sum of money with its unit.

    Args:
        value: yuan.
        language: the reader's.
        short: as a sentence says it, in whole yuan: from 10,000 on 8.3万元 in Chinese, ¥82,828 in English.
        whole_yuan: without fen, as a button says it: 76,042元.
    """
    if value is None:
        return NOTHING
    if short and is_chinese(language):
        return f"{_large(value)}元"
    places = 0 if short or whole_yuan or value == value.to_integral_value() else 2
    text = number(value, places)
    if is_chinese(language):
        return f"{text}元"
    return f"{MINUS}¥{text[1:]}" if text.startswith(MINUS) else f"¥{text}"


def _large(value: Decimal) -> str:
    """Return whole yuan, from 10,000 on to a tenth of 万 or 亿: 9,999, 8.3万, 2亿."""
    for step, name, grain in _LARGE:
        if (abs(value) / grain).quantize(Decimal(1), rounding=ROUND_HALF_UP) * grain >= step:
            return f"{number(value / step, 1).removesuffix('.0')}{name}"
    return number(value, 0)


def cases(units: int | Decimal, units_per_case: int, language: str, *, unit: bool = True) -> str:
    """
    Return pieces as cases: 288箱, 3.2箱; one decimal only where a small figure needs it.

    Args:
        units: pieces.
        units_per_case: pieces in a case, >= 1.
        language: the reader's.
        unit: whether 箱 / cases is written behind.
    """
    amount = Decimal(units) / Decimal(units_per_case)
    text = number(amount, 0 if amount == amount.to_integral_value() or abs(amount) >= 100 else 1)
    if not unit:
        return text
    if is_chinese(language):
        return f"{text}箱"
    return f"{text} case" if text == "1" else f"{text} cases"


def day(value: date | None, language: str) -> str:
    """Return a date without its year: 12月3日, 3 Dec."""
    if value is None:
        return NOTHING
    if is_chinese(language):
        return f"{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]}"


def short_day(value: date | None, language: str) -> str:
    """Return a date for a range: 12/1, 1 Dec."""
    if value is None:
        return NOTHING
    return f"{value.month}/{value.day}" if is_chinese(language) else day(value, language)


def full_day(value: date | None, language: str) -> str:
    """Return a date with its year: 2026年12月3日, 3 Dec 2026."""
    if value is None:
        return NOTHING
    text = day(value, language)
    return f"{value.year}年{text}" if is_chinese(language) else f"{text} {value.year}"


def week(value: date | None, language: str) -> str:
    """Return the week of a Monday by its number: 第47周, week 47."""
    if value is None:
        return NOTHING
    index = value.isocalendar().week
    return f"第{index}周" if is_chinese(language) else f"week {index}"


def week_short(value: date | None, language: str) -> str:
    """Return the week of a Monday for an axis: 47周, W47."""
    if value is None:
        return NOTHING
    index = value.isocalendar().week
    return f"{index}周" if is_chinese(language) else f"W{index}"


def weekday(value: date | None, language: str) -> str:
    """Return the day of the week: 周一, Mon."""
    if value is None:
        return NOTHING
    names = _WEEKDAYS_ZH if is_chinese(language) else _WEEKDAYS_EN
    return names[value.weekday()]


def moment(value: datetime, language: str) -> str:
    """Return day and time of a moment that is already local: 11月22日21:40, 22 Nov 21:40."""
    clock = f"{value:%H:%M}"
    text = day(value.date(), language)
    return f"{text}{clock}" if is_chinese(language) else f"{text} {clock}"

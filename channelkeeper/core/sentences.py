"""
Sentences in two languages: rules and the engine return codes and figures, this renders them.

Each room keeps its texts in its own `sentences.py` and hands them over with `register`;
what is stored (findings, order lines) is the code and the figures, so that a sentence can
be rendered in either language years later.

A text is a format string. Its fields take a kind after the colon:

    {on:day}  {on:date}  {from:days}  {days:days1}  {amount:money}  {amount:yuan}  {share:percent}
    {units:whole}  {week:week}  {stock:cases}

`cases` reads the figure `units_per_case` beside it. A figure that is missing is an error.
Figures are plain values that survive JSON: numbers, text, ISO dates.
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from channelkeeper.core import formats

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Text:
    """One sentence in both languages, with fields for its figures."""

    zh: str
    en: str

    def render(self, language: str, figures: Figures) -> str:
        """
        Return the sentence in `language` (`zh…` is Chinese, all else English).

        Raises:
            KeyError: a figure that the text names is missing.
        """
        chosen = "zh" if language.lower().startswith("zh") else "en"
        template = self.zh if chosen == "zh" else self.en
        return _Renderer(chosen, figures).vformat(template, (), figures)


class UnknownSentence(LookupError):
    """A code that no room has registered."""


_catalogue: dict[str, Text] = {}


def register(texts: Mapping[str, Text]) -> None:
    """
    Add a room's texts; the code's first part names the room, as in `stock.below_band`.

    Raises:
        ValueError: a code stands already with another text.
    """
    for code, text in texts.items():
        if _catalogue.setdefault(code, text) != text:
            raise ValueError(f"Two texts claim the code {code}.")


def render(code: str, figures: Figures, language: str) -> str:
    """
    Return the registered sentence with its figures.

    Raises:
        UnknownSentence: nobody registered the code.
    """
    if code not in _catalogue:
        raise UnknownSentence(f"No room has registered the sentence {code}.")
    return _catalogue[code].render(language, figures)


def codes() -> list[str]:
    """Return all registered codes, sorted."""
    return sorted(_catalogue)


class _Renderer(string.Formatter):
    """Formats each field by its kind and the reader's language."""

    def __init__(self, language: str, figures: Figures) -> None:
        self.language = language
        self.figures = figures

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "cases":
            return formats.cases(Decimal(str(value)), int(self.figures["units_per_case"]), self.language)
        kind = _KINDS.get(format_spec)
        return kind(value, self.language) if kind else str(super().format_field(value, format_spec))


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


_KINDS = {
    "day": lambda value, language: formats.day(_day(value), language),
    "date": lambda value, language: formats.short_day(_day(value), language),
    "week": lambda value, language: formats.week(_day(value), language),
    "days": lambda value, language: formats.days(Decimal(str(value)), places=0),
    "days1": lambda value, language: formats.days(Decimal(str(value)), places=1),
    "money": lambda value, language: formats.money(Decimal(str(value)), language, short=True),
    "yuan": lambda value, language: formats.money(Decimal(str(value)), language),
    "percent": lambda value, language: formats.percent(Decimal(str(value))),
    "whole": lambda value, language: formats.whole(Decimal(str(value))),
}

"""What the pages of the orders take in: filters, and a column of quantities with their reasons."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from django import forms

from channelkeeper.core import weeks
from channelkeeper.orders import rules
from channelkeeper.orders.queries import Filters
from channelkeeper.orders.rules import State

QUANTITY, BEFORE, REASON, REASON_BEFORE = "q.", "was.", "reason.", "reasonwas."


class FilterForm(forms.Form):
    """What the list is narrowed to; a value that is not offered narrows nothing."""

    state = forms.ChoiceField(choices=[(state.value, state.value) for state in State], required=False)
    week = forms.CharField(max_length=10, required=False)
    distributor = forms.CharField(max_length=40, required=False)

    def clean_week(self) -> object:
        """Return the Monday of the week asked for; None for none, or none that exists."""
        text = self.cleaned_data["week"]
        try:
            return weeks.parse(text) if text else None
        except weeks.WeekError:
            return None

    def filters(self) -> Filters:
        """Return the filters asked for."""
        self.is_valid()
        asked = self.cleaned_data
        state = asked.get("state")
        return Filters(
            week=asked.get("week"),
            states=(State(state),) if state else (),
            distributor=asked.get("distributor", ""),
        )


class LinkForm(forms.Form):
    """How long a one-time link lasts; the usual week where nothing fits."""

    days = forms.IntegerField(required=False)

    @property
    def asked(self) -> int:
        """Return the days asked for."""
        self.is_valid()
        return self.cleaned_data.get("days") or rules.LINK_DAYS


@dataclass(frozen=True)
class Quantities:
    """
    The quantities that a page sends back and that are others than it was given.

    Attributes:
        cases: by product's code.
        reasons: by product's code.
        refused: what is no whole number, by product's code.
        typed: what stood in the fields, by product's code.
    """

    cases: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, rules.Refusal] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)


def quantities(sent: Mapping[str, str]) -> Quantities:
    """
    Read the fields of an order's page: `q.CODE`, `reason.CODE`, and what they were given as.

    A field that was not touched is left out, so that a page that is not fresh undoes nobody's work.
    """
    cases, refused, typed = {}, {}, {}
    for name, text in sent.items():
        code = name.removeprefix(QUANTITY)
        if not name.startswith(QUANTITY) or not _touched(sent, code, text):
            continue
        typed[code] = text
        try:
            cases[code] = whole_cases(text)
        except rules.WrongQuantity as refusal:
            refused[code] = refusal
    reasons = {code: sent[REASON + code] for code in cases if sent.get(REASON + code)}
    return Quantities(cases, reasons, refused, typed)


def whole_cases(text: str) -> int:
    """
    Return a number of cases as it was typed: full-width digits and grouping are read, nothing is 0.

    Raises:
        WrongQuantity: it is no whole number.
    """
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "").strip()
    if not plain:
        return 0
    if not (plain.isascii() and plain.isdigit()) or len(plain) > 9:
        raise rules.WrongQuantity("not_a_number", value=text.strip()[:20])
    return int(plain)


def _touched(sent: Mapping[str, str], code: str, text: str) -> bool:
    before, reason_before = sent.get(BEFORE + code), sent.get(REASON_BEFORE + code, "")
    return before is None or text.strip() != before or sent.get(REASON + code, "") != reason_before

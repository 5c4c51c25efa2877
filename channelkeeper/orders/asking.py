"""What replay and what-if are asked with: read from an address, and said beside the field where it is wrong."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channelkeeper.core import weeks
from channelkeeper.orders import replay, whatif
from channelkeeper.stock.rules import USUAL_BAND

MOST_SHELF = 99_999
MOST_LIMIT = Decimal(100_000_000)


class BandForm(forms.Form):
    """The band and the lead time that both ask for."""

    low = forms.DecimalField(label=gettext_lazy("Band from, days"), min_value=1, max_value=119, required=False)
    high = forms.DecimalField(
        label=gettext_lazy("to, days"), min_value=2, max_value=whatif.MOST_BAND_DAYS, required=False
    )
    lead = forms.IntegerField(
        label=gettext_lazy("On the way, days"), min_value=0, max_value=whatif.MOST_LEAD_DAYS, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a band that nothing lies in; one end alone stands beside the usual other one."""
        asked: dict[str, Any] = super().clean() or {}
        if asked.get("low") is None and asked.get("high") is None:
            return asked
        low = asked["low"] if asked.get("low") is not None else USUAL_BAND.low_days
        high = asked["high"] if asked.get("high") is not None else USUAL_BAND.high_days
        if low >= high:
            said = _("The band ends at %(high)s days before it begins at %(low)s.")
            self.add_error("high", said % {"low": format(low, "f"), "high": format(high, "f")})
        return asked | {"low": low, "high": high}

    def said(self) -> dict[str, str]:
        """Return what is wrong by field, the first fault of each."""
        return {name: str(faults[0]) for name, faults in self.errors.items()}


class WhatIfForm(BandForm):
    """A scenario: what is left empty is as it is today."""

    shelf = forms.IntegerField(
        label=gettext_lazy("Most cases of a product"), min_value=0, max_value=MOST_SHELF, required=False
    )
    limit = forms.DecimalField(
        label=gettext_lazy("Most money, yuan"), min_value=0, max_value=MOST_LIMIT, required=False
    )
    promoted = forms.CharField(label=gettext_lazy("Promotion of"), max_length=40, required=False)
    week = forms.CharField(label=gettext_lazy("in week"), max_length=10, required=False)
    lift = forms.DecimalField(
        label=gettext_lazy("lifts by, %"), min_value=-90, max_value=100 * whatif.MOST_LIFT, required=False
    )

    def clean_week(self) -> date | None:
        """
        Return the Monday of the week asked for.

        Raises:
            ValidationError: it names no week.
        """
        text = self.cleaned_data["week"]
        try:
            return weeks.parse(text) if text else None
        except weeks.WeekError as error:
            raise forms.ValidationError(
                _("There is no week %(week)s; write it as 2026-W49.") % {"week": text}
            ) from error

    def clean(self) -> dict[str, Any]:
        """Refuse a promotion without its week, or a week without a promotion."""
        asked = super().clean()
        if asked.get("promoted") and not asked.get("week") and "week" not in self.errors:
            self.add_error("week", _("Choose the week of the promotion."))
        if asked.get("lift") is not None and not asked.get("promoted"):
            self.add_error("promoted", _("Choose what is promoted."))
        return asked

    def scenario(self) -> whatif.Scenario:
        """Return the scenario asked for; nothing otherwise where a field is wrong."""
        if not self.is_valid():
            return whatif.Scenario()
        asked = self.cleaned_data
        lift = asked["lift"]
        return whatif.Scenario(
            low_days=asked["low"],
            high_days=asked["high"],
            lead_time_days=asked["lead"],
            shelf_cases=asked["shelf"],
            limit=asked["limit"],
            promoted=asked["promoted"],
            promotion_week=asked["week"] if asked["promoted"] else None,
            lift=None if lift is None else lift / 100,
        )


class ReplayForm(BandForm):
    """What is replayed."""

    weeks = forms.IntegerField(
        label=gettext_lazy("How many weeks"), min_value=replay.LEAST_WEEKS, max_value=replay.MOST_WEEKS, required=False
    )

    def asked(self) -> replay.Asked:
        """Return what is asked for; the usual where a field is wrong."""
        if not self.is_valid():
            return replay.Asked()
        low, high = self.cleaned_data["low"], self.cleaned_data["high"]
        return replay.Asked(
            weeks=self.cleaned_data["weeks"] or replay.USUAL_WEEKS,
            low_days=None if low is None else float(low),
            high_days=None if high is None else float(high),
            lead_time_days=self.cleaned_data["lead"],
        )


def coming_weeks(after: date, count: int = 8) -> list[date]:
    """Return the weeks that a promotion may be planned for."""
    return weeks.span(weeks.shift(after, 1), weeks.shift(after, count))

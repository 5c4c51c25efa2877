"""What headquarters and managers fill in about the network."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from channelkeeper.network import rules

FIELD = {"class": "form-control"}
DAY = {"class": "form-control", "type": "date"}
CHOICE = {"class": "form-select"}
WEEKDAYS = [
    (0, pgettext_lazy("weekday", "Monday")),
    (1, pgettext_lazy("weekday", "Tuesday")),
    (2, pgettext_lazy("weekday", "Wednesday")),
    (3, pgettext_lazy("weekday", "Thursday")),
    (4, pgettext_lazy("weekday", "Friday")),
    (5, pgettext_lazy("weekday", "Saturday")),
    (6, pgettext_lazy("weekday", "Sunday")),
]
Choices = list[tuple[Any, str]]


class Terms(forms.Form):
    """A distributor's terms: grade, lead time, order days, minimum, truck and limit."""

    grade = forms.ChoiceField(
        label=_("Grade"), choices=[(grade, grade) for grade in rules.GRADES], widget=forms.Select(CHOICE)
    )
    lead_time_days = forms.IntegerField(
        label=_("Lead time, days"),
        min_value=0,
        max_value=rules.LONGEST_LEAD_TIME_DAYS,
        widget=forms.NumberInput(FIELD),
    )
    order_weekdays = forms.TypedMultipleChoiceField(
        label=_("Order days"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple()
    )
    min_order_cases = forms.IntegerField(
        label=_("Minimum order per product, cases"),
        min_value=0,
        max_value=rules.MOST_MIN_ORDER_CASES,
        widget=forms.NumberInput(FIELD),
    )
    min_order_amount = forms.DecimalField(
        label=_("Minimum order, yuan"), min_value=0, decimal_places=2, required=False, widget=forms.NumberInput(FIELD)
    )
    truck_pallets = forms.DecimalField(
        label=_("Truck, pallets"), min_value=0.1, decimal_places=1, required=False, widget=forms.NumberInput(FIELD)
    )
    order_limit = forms.DecimalField(
        label=_("One order at most, yuan"),
        min_value=0,
        decimal_places=2,
        required=False,
        widget=forms.NumberInput(FIELD),
    )


class HandOver(forms.Form):
    """Who serves a distributor from which day on."""

    rep_code = forms.ChoiceField(label=_("Rep"), widget=forms.Select(CHOICE))
    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput(DAY, "%Y-%m-%d"))

    def __init__(self, *args: Any, reps: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rep_code"].choices = reps  # type: ignore[attr-defined]


class NewSubstitute(forms.Form):
    """Who is away, who does the work, from when to when."""

    absent = forms.ChoiceField(label=_("Who is away"), widget=forms.Select(CHOICE))
    substitute = forms.TypedChoiceField(label=_("Who does the work"), coerce=int, widget=forms.Select(CHOICE))
    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput(DAY, "%Y-%m-%d"))
    last_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(DAY, "%Y-%m-%d"))

    def __init__(self, *args: Any, absent: Choices, substitutes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["absent"].choices = absent  # type: ignore[attr-defined]
        self.fields["substitute"].choices = substitutes  # type: ignore[attr-defined]

    @property
    def ends_on(self) -> date:
        """Return the first day without the substitute."""
        last: date = self.cleaned_data["last_on"]
        return last + timedelta(days=1)

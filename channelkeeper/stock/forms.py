"""What a person fills in: a report to send, a cell to mend, an answer, the day a shipment came."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from channelkeeper.core import weeks
from channelkeeper.web import uploads

TEXT = {"class": "form-control"}
DAY = {"class": "form-control", "type": "date"}
SELECT = {"class": "form-select"}


class ReportForm(uploads.Upload):
    """A report: from whom, for which week, and the file."""

    distributor = forms.ChoiceField(label=_("Distributor"), widget=forms.Select({"class": "form-select"}))
    week = forms.ChoiceField(
        label=_("Week of the report"), required=False, widget=forms.Select({"class": "form-select"})
    )
    field_order = ("distributor", "week", "file")

    def __init__(
        self, *args: Any, senders: Sequence[tuple[str, str]], offered: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        """
        Offer what there is to choose.

        Args:
            senders: (code, name) of the distributors in scope.
            offered: (2026-W47, its name) of the closed weeks.
        """
        super().__init__(*args, **kwargs)
        distributor, week = self.fields["distributor"], self.fields["week"]
        assert isinstance(distributor, forms.ChoiceField)
        assert isinstance(week, forms.ChoiceField)
        distributor.choices = [*senders]
        week.choices = [("", _("As the file says")), *offered]
        if len(senders) == 1:
            distributor.widget = forms.HiddenInput()
            self.initial["distributor"] = senders[0][0]

    @property
    def asked(self) -> date | None:
        """Return the week that was chosen, if any."""
        return weeks.parse(self.cleaned_data["week"]) if self.cleaned_data["week"] else None


class MendForm(forms.Form):
    """What to read in place of a cell; `undo` takes it back."""

    sheet = forms.CharField(max_length=60, strip=False)
    cell = forms.CharField(max_length=10)
    text = forms.CharField(max_length=200, required=False)
    undo = forms.BooleanField(required=False)


class AnswerForm(forms.Form):
    """An answer to a question; `other` is what was typed where none of those offered fits."""

    kind = forms.CharField(max_length=20)
    value = forms.CharField(max_length=200, required=False, strip=False)
    answer = forms.CharField(max_length=60, required=False)
    other = forms.CharField(max_length=100, required=False)


class ReasonForm(forms.Form):
    """Why a file is put aside."""

    reason = forms.CharField(max_length=200, required=False)


class ReceivedForm(forms.Form):
    """The day on which a shipment came; empty takes the mark back."""

    on = forms.DateField(required=False)


class BandForm(forms.Form):
    """A band to set: of what, from when, from how many days to how many."""

    distributor = forms.ChoiceField(label=_("Distributor"), required=False, widget=forms.Select(SELECT))
    category = forms.ChoiceField(label=_("Category"), required=False, widget=forms.Select(SELECT))
    product = forms.ChoiceField(label=_("Product"), required=False, widget=forms.Select(SELECT))
    low_days = forms.DecimalField(
        label=_("From, days"), min_value=0, max_digits=5, decimal_places=1, widget=forms.NumberInput(TEXT)
    )
    high_days = forms.DecimalField(
        label=_("To, days"), min_value=0, max_digits=5, decimal_places=1, widget=forms.NumberInput(TEXT)
    )
    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput(DAY, "%Y-%m-%d"))
    last_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(DAY, "%Y-%m-%d"),
        help_text=_("Empty: until the next one of the same begins."),
    )
    reason = forms.CharField(label=_("Why"), required=False, max_length=200, widget=forms.TextInput(TEXT))

    def __init__(self, *args: Any, choices: Mapping[str, Sequence[tuple[str, str]]], **kwargs: Any) -> None:
        """
        Offer what there is to choose.

        Args:
            choices: (code, name) of distributors, categories and products, by field.
        """
        super().__init__(*args, **kwargs)
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("all")), *offered]


class EndForm(forms.Form):
    """The last day of a band."""

    last_on = forms.DateField()

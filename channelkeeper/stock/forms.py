"""What a person fills in: a report to send, a cell to mend, an answer, the day a shipment came."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from channelkeeper.core import weeks
from channelkeeper.web import uploads

TEXT = {"class": "form-control"}


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

"""What a person fills in: closing days, a launch plan."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

TEXT = {"class": "form-control"}
DAY = {"class": "form-control", "type": "date"}
SELECT = {"class": "form-select"}


class ClosedDaysForm(forms.Form):
    """Closing days: whose, from when to when, and what they are called."""

    distributor = forms.ChoiceField(label=_("Distributor"), required=False, widget=forms.Select(SELECT))
    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput(DAY, "%Y-%m-%d"))
    last_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(DAY, "%Y-%m-%d"))
    label_zh = forms.CharField(
        label=_("Name in Chinese"),
        max_length=60,
        widget=forms.TextInput(TEXT),
        help_text=_("As it is called: Spring Festival, stocktaking, moving house."),
    )
    label_en = forms.CharField(label=_("Name in English"), max_length=60, required=False, widget=forms.TextInput(TEXT))

    def __init__(
        self, *args: Any, choices: Sequence[tuple[str, str]], factory: bool, whose: str | None = None, **kwargs: Any
    ) -> None:
        """
        Offer what there is to choose.

        Args:
            choices: (code, name) of distributors.
            factory: whether the factory's days may be set too.
            whose: the code, where days that are kept are put right: whose they are stays.
        """
        super().__init__(*args, **kwargs)
        if whose is not None:
            del self.fields["distributor"]
            return
        field = self.fields["distributor"]
        assert isinstance(field, forms.ChoiceField)
        field.required = not factory
        field.choices = [("", _("the factory")) if factory else ("", ""), *choices]

"""What a person fills in: closing days, a launch plan."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from channelkeeper.seasons import rules

TEXT = {"class": "form-control"}
DAY = {"class": "form-control", "type": "date"}
SELECT = {"class": "form-select"}
_BETWEEN = re.compile(r"[\s,，、;；]+")  # numbers as they are typed or pasted, in either language


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


class LaunchPlanForm(forms.Form):
    """A launch plan: of what, at whom, what to start with, and what to expect in each week."""

    product = forms.ChoiceField(label=_("Product"), widget=forms.Select(SELECT))
    distributor = forms.ChoiceField(label=_("Distributor"), required=False, widget=forms.Select(SELECT))
    first_fill_cases = forms.IntegerField(
        label=_("First fill, cases"),
        min_value=0,
        max_value=rules.MOST_FILL_CASES,
        widget=forms.NumberInput(TEXT),
        help_text=_("What the first order holds, whatever is expected. 0: as many as the weeks below need."),
    )
    weekly_units = forms.CharField(
        label=_("Expected pieces of each week from the launch on"),
        required=False,
        widget=forms.Textarea({**TEXT, "rows": 3, "placeholder": "96 120 144"}),
        help_text=_("One number a week, with a space or comma between; a column from Excel can be pasted."),
    )

    def __init__(
        self,
        *args: Any,
        products: Sequence[tuple[str, str]],
        choices: Sequence[tuple[str, str]],
        for_all: bool,
        fixed: bool = False,
        **kwargs: Any,
    ) -> None:
        """
        Offer what there is to choose.

        Args:
            products, choices: (code, name) of products and of distributors.
            for_all: whether a plan for all distributors may be set.
            fixed: whether a plan that is kept is put right: what it is of stays.
        """
        super().__init__(*args, **kwargs)
        if fixed:
            del self.fields["product"], self.fields["distributor"]
            return
        product, distributor = self.fields["product"], self.fields["distributor"]
        assert isinstance(product, forms.ChoiceField)
        assert isinstance(distributor, forms.ChoiceField)
        product.choices = [("", ""), *products]
        distributor.required = not for_all
        distributor.choices = [("", pgettext("distributors", "all") if for_all else ""), *choices]

    def clean_weekly_units(self) -> list[Decimal]:
        """Return the pieces of each week."""
        words = [word for word in _BETWEEN.split(self.cleaned_data["weekly_units"].strip()) if word]
        if len(words) > rules.PLANNED_WEEKS:
            raise forms.ValidationError(_("At most 13 weeks: from then on its own weeks say more."))
        try:
            units = [Decimal(word) for word in words]
        except InvalidOperation as error:
            raise forms.ValidationError(_("Write one number a week, like 96 120 144.")) from error
        if not all(one.is_finite() for one in units):
            raise forms.ValidationError(_("Write one number a week, like 96 120 144."))
        return units

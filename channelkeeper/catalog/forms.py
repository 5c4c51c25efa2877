"""What headquarters fills in about a product."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from channelkeeper.catalog import queries

TEXT = {"class": "form-control"}
DAY = {"class": "form-control", "type": "date"}


class ProductForm(forms.Form):
    """One product's fields; what they must be is checked by the action."""

    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=120, widget=forms.TextInput(TEXT))
    name_en = forms.CharField(label=_("Name (English)"), max_length=120, required=False, widget=forms.TextInput(TEXT))
    gtin = forms.CharField(label=_("Bar code"), max_length=14, required=False, widget=forms.TextInput(TEXT))
    brand = forms.CharField(label=_("Brand"), max_length=100, widget=forms.TextInput(TEXT))
    category = forms.CharField(label=_("Category"), max_length=100, widget=forms.TextInput(TEXT))
    units_per_case = forms.IntegerField(label=_("Units per case"), min_value=1, widget=forms.NumberInput(TEXT))
    cases_per_layer = forms.IntegerField(
        label=_("Cases per layer"), min_value=1, required=False, widget=forms.NumberInput(TEXT)
    )
    layers_per_pallet = forms.IntegerField(
        label=_("Layers per pallet"), min_value=1, required=False, widget=forms.NumberInput(TEXT)
    )
    shelf_life_days = forms.IntegerField(
        label=_("Shelf life, days"), min_value=1, required=False, widget=forms.NumberInput(TEXT)
    )
    near_expiry_days = forms.IntegerField(
        label=_("Near expiry from, days left"), min_value=1, required=False, widget=forms.NumberInput(TEXT)
    )
    launched_on = forms.DateField(label=_("Launched on"), required=False, widget=forms.DateInput(DAY, "%Y-%m-%d"))
    retires_on = forms.DateField(label=_("Retires on"), required=False, widget=forms.DateInput(DAY, "%Y-%m-%d"))
    successor = forms.CharField(
        label=_("Code of the successor"), max_length=40, required=False, widget=forms.TextInput(TEXT)
    )
    price_per_case = forms.DecimalField(
        label=_("New ex-factory price per case, yuan"),
        min_value=0,
        max_digits=12,
        decimal_places=2,
        required=False,
        widget=forms.NumberInput(TEXT),
    )
    price_from = forms.DateField(label=_("New price from"), required=False, widget=forms.DateInput(DAY, "%Y-%m-%d"))

    @classmethod
    def filled(cls, product: queries.ProductView) -> "ProductForm":
        """Return the form as a product stands; the price fields stay empty for the next one."""
        names = [name for name in cls.base_fields if not name.startswith("price")]
        kept = {name: getattr(product, name, None) for name in names}
        kept |= {"brand": product.brand_zh, "category": product.category_zh, "successor": product.successor_code}
        return cls(initial=kept)

    @property
    def values(self) -> dict[str, Any]:
        """Return what was filled in as the action takes it: a blank clears its field."""
        filled = {name: value if value != "" else None for name, value in self.cleaned_data.items()}
        without_price = {name: value for name, value in filled.items() if not name.startswith("price")}
        return filled if filled["price_per_case"] is not None else without_price

"""What people fill in on this room's pages."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from channelkeeper.access.rules import Role

TOKEN_DAYS = (30, 90, 366)


def _field(**attributes: str) -> dict[str, str]:
    return {"class": "form-control", **attributes}


class SignIn(forms.Form):
    """Sign-in name and password."""

    login = forms.CharField(
        label=_("Sign-in name"),
        max_length=150,
        widget=forms.TextInput(attrs=_field(autocomplete="username", autocapitalize="none", autofocus="autofocus")),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs=_field(autocomplete="current-password")),
    )


class NewPassword(forms.Form):
    """The present password, and a new one twice."""

    present = forms.CharField(
        label=_("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs=_field(autocomplete="current-password")),
    )
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        help_text=_("At least 8 characters, not only digits that others guess."),
        widget=forms.PasswordInput(attrs=_field(autocomplete="new-password")),
    )
    again = forms.CharField(
        label=_("New password again"),
        strip=False,
        widget=forms.PasswordInput(attrs=_field(autocomplete="new-password")),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse two new passwords that differ."""
        filled = super().clean() or {}
        if filled.get("new") and filled.get("again") and filled["new"] != filled["again"]:
            self.add_error("again", _("The two new passwords differ."))
        return filled


class NewToken(forms.Form):
    """What a token is for, and how long it lasts."""

    label = forms.CharField(
        label=_("What for"), max_length=100, widget=forms.TextInput(attrs=_field(autocomplete="off"))
    )
    days = forms.TypedChoiceField(
        label=_("Lasts, days"),
        coerce=int,
        choices=[(days, str(days)) for days in TOKEN_DAYS],
        initial=90,
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class Language(forms.Form):
    """The language of a person's pages and notices."""

    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, widget=forms.Select(attrs={"class": "form-select"})
    )


class NewUser(forms.Form):
    """A person who is to sign in."""

    login = forms.CharField(
        label=_("Sign-in name"), max_length=150, widget=forms.TextInput(attrs=_field(autocomplete="off"))
    )
    name = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput(attrs=_field(autocomplete="off")))
    role = forms.TypedChoiceField(
        label=_("Role"), coerce=Role, choices=(), widget=forms.Select(attrs={"class": "form-select"})
    )
    password = forms.CharField(
        label=_("First password"),
        strip=False,
        validators=[password_validation.validate_password],
        widget=forms.PasswordInput(attrs=_field(autocomplete="new-password")),
    )

    def __init__(self, *args: Any, roles: list[tuple[str, Promise]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles  # type: ignore[attr-defined]


class AuditFilter(forms.Form):
    """Which lines of the audit book."""

    distributor = forms.CharField(
        label=_("Distributor code"), required=False, max_length=40, widget=forms.TextInput(attrs=_field())
    )
    verb = forms.CharField(
        label=_("Action"), required=False, max_length=80, widget=forms.TextInput(attrs=_field(placeholder="orders."))
    )
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs=_field(type="date")))

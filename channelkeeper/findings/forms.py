"""What the pages of the findings take in."""

from django import forms
from django.utils.translation import gettext as _

from channelkeeper.findings.queries import Filters
from channelkeeper.findings.rules import LIVE, ReasonMissing, Severity, State

SHOWN = (("bad", "bad"), ("good", "good"))
STEPS_TO = [(state.value, state.value) for state in State if state is not State.WITHDRAWN]


class FilterForm(forms.Form):
    """What the list is narrowed to; a value that is not offered narrows nothing."""

    show = forms.ChoiceField(choices=SHOWN, required=False)
    state = forms.ChoiceField(choices=[(state.value, state.value) for state in State], required=False)
    disputed = forms.BooleanField(required=False)
    kind = forms.CharField(max_length=60, required=False)
    distributor = forms.CharField(max_length=40, required=False)
    severity = forms.TypedChoiceField(
        choices=[(str(level.value), level.name) for level in Severity], coerce=int, empty_value=None, required=False
    )

    def filters(self) -> Filters:
        """Return the filters asked for."""
        self.is_valid()
        asked = self.cleaned_data
        severity, show, state = asked.get("severity"), asked.get("show"), asked.get("state")
        return Filters(
            states=frozenset({State(state)}) if state else LIVE,
            kind=asked.get("kind", ""),
            distributor=asked.get("distributor", ""),
            severity=None if severity is None else Severity(severity),
            positive=show == "good" if show else None,
            disputed=asked.get("disputed", False),
        )

    @property
    def narrowed(self) -> bool:
        """Return whether anything is asked for at all."""
        return any(self.cleaned_data.values())


class StepForm(forms.Form):
    """One step: where to, and why."""

    to = forms.TypedChoiceField(choices=STEPS_TO, coerce=State)
    reason = forms.CharField(max_length=2000, required=False)


def refusal_words(refusal: ValueError) -> str:
    """Return a refusal in the reader's language: what is missing, or that someone was faster."""
    if isinstance(refusal, ReasonMissing):
        return _("Write a few words: whoever looks at this later reads them.")
    return _("The finding has changed in the meantime. Look at how it stands now.")

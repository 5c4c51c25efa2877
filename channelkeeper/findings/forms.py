"""What the pages of the findings take in."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from channelkeeper.findings.actions.talks import Agreed
from channelkeeper.findings.queries import Filters
from channelkeeper.findings.rules import (
    LIVE,
    LONGEST_NOTE,
    LONGEST_WORDS,
    Outcome,
    ReasonMissing,
    Severity,
    Side,
    State,
    Topic,
)

LEAST_STAKES = (1_000, 10_000, 100_000)  # yuan
SHOWN = (("bad", "bad"), ("good", "good"))
STEPS_TO = [(state.value, state.value) for state in State if state is not State.WITHDRAWN]


class FilterForm(forms.Form):
    """What the list is narrowed to; a value that is not offered narrows nothing."""

    show = forms.ChoiceField(choices=SHOWN, required=False)
    state = forms.ChoiceField(choices=[(state.value, state.value) for state in State], required=False)
    disputed = forms.BooleanField(required=False)
    kind = forms.CharField(max_length=60, required=False)
    distributor = forms.CharField(max_length=40, required=False)
    office = forms.CharField(max_length=40, required=False)
    rep = forms.CharField(max_length=40, required=False)
    stake = forms.TypedChoiceField(
        choices=[(str(least), str(least)) for least in LEAST_STAKES], coerce=Decimal, empty_value=None, required=False
    )
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
            office=asked.get("office", ""),
            rep=asked.get("rep", ""),
            stake=asked.get("stake"),
            severity=None if severity is None else Severity(severity),
            positive=show == "good" if show else None,
            disputed=asked.get("disputed", False),
        )

    @property
    def both_sides(self) -> bool:
        """Return whether what is to be managed and what goes well are both asked for, as they stand now."""
        return not any(self.cleaned_data.get(name) for name in ("show", "state", "disputed", "kind"))

    @property
    def narrowed(self) -> bool:
        """Return whether anything is asked for at all."""
        return any(self.cleaned_data.values())


class StepForm(forms.Form):
    """One step: where to, and why."""

    to = forms.TypedChoiceField(choices=STEPS_TO, coerce=State)
    reason = forms.CharField(max_length=2000, required=False)


FIELD, CHOICE = {"class": "form-control"}, {"class": "form-select"}
DAY = {"class": "form-control", "type": "date"}
TOPICS = [
    (Topic.STOCK.value, pgettext_lazy("talk", "stock")),
    (Topic.PROMOTION.value, pgettext_lazy("talk", "promotion")),
    (Topic.OUTLETS.value, pgettext_lazy("talk", "outlets")),
    (Topic.FUNDS.value, pgettext_lazy("talk", "funds")),
    (Topic.PRICE.value, pgettext_lazy("talk", "price")),
]
SIDES = [
    (Side.DISTRIBUTOR.value, pgettext_lazy("whose word", "the distributor")),
    (Side.US.value, pgettext_lazy("whose word", "us")),
]
OUTCOMES = [
    (Outcome.KEPT.value, pgettext_lazy("agreement", "kept")),
    (Outcome.NOT_KEPT.value, pgettext_lazy("agreement", "not kept")),
    (Outcome.CANCELLED.value, pgettext_lazy("agreement", "cancelled")),
    (Outcome.OPEN.value, pgettext_lazy("agreement", "open again")),
]
MOST_AGREED = 3  # at once on the form; more are added to the talk


class TalkFilterForm(forms.Form):
    """What the list of talks is narrowed to."""

    distributor = forms.CharField(max_length=40, required=False)
    topic = forms.TypedChoiceField(choices=TOPICS, coerce=Topic, empty_value=None, required=False)
    due = forms.BooleanField(required=False)


class AgreementForm(forms.Form):
    """One thing agreed: what, whose it is, by when."""

    words = forms.CharField(
        label=pgettext_lazy("field", "What was agreed"),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.TextInput(FIELD),
    )
    whose = forms.TypedChoiceField(
        label=gettext_lazy("Who does it"), choices=SIDES, coerce=Side, initial=Side.DISTRIBUTOR.value,
        widget=forms.Select(CHOICE),
    )  # fmt: skip
    due_on = forms.DateField(label=gettext_lazy("By"), required=False, widget=forms.DateInput(DAY, "%Y-%m-%d"))

    def clean(self) -> dict[str, Any]:
        """Ask for a day where there are words."""
        filled = super().clean() or {}
        if filled.get("words") and not filled.get("due_on") and not self.errors.get("due_on"):
            self.add_error("due_on", _("By when?"))
        return filled

    @property
    def agreed(self) -> Agreed | None:
        """Return what was agreed; None where nothing was filled in."""
        filled = self.cleaned_data
        return Agreed(filled["words"], filled["whose"], filled["due_on"]) if filled.get("words") else None


AgreementForms = forms.formset_factory(AgreementForm, extra=MOST_AGREED, max_num=MOST_AGREED)


class TalkForm(forms.Form):
    """A talk: when, about what, on which findings, what was said."""

    topic = forms.TypedChoiceField(
        label=gettext_lazy("About"), choices=TOPICS, coerce=Topic, widget=forms.Select(CHOICE)
    )
    held_on = forms.DateField(label=gettext_lazy("Held on"), widget=forms.DateInput(DAY, "%Y-%m-%d"))
    findings = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Findings it was about"), coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple(),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("What was said (ours alone)"), max_length=LONGEST_NOTE, required=False,
        widget=forms.Textarea({**FIELD, "rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, findings: list[tuple[int, str]], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["findings"].choices = findings  # type: ignore[attr-defined]
        self.fields["held_on"].initial = today


class OutcomeForm(forms.Form):
    """What came of something agreed."""

    outcome = forms.TypedChoiceField(choices=OUTCOMES, coerce=Outcome)
    note = forms.CharField(max_length=LONGEST_NOTE, required=False)


def refusal_words(refusal: ValueError) -> str:
    """Return a refusal in the reader's language: what is missing, or that someone was faster."""
    if isinstance(refusal, ReasonMissing):
        return _("Write a few words: whoever looks at this later reads them.")
    return _("The finding has changed in the meantime. Look at how it stands now.")

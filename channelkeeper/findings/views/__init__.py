"""The pages of the findings."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import STAFF, Role
from channelkeeper.core import formats
from channelkeeper.findings import actions, forms, queries, sentences
from channelkeeper.findings.rules import SEEN_BY, STEPS, Certainty, ReasonMissing, State, WrongState
from channelkeeper.web import links, pages

ROWS_A_PAGE = 100
SIGNS = {"below_band": "below", "above_band": "above", "order_above_band": "above"}


@dataclass(frozen=True)
class Row:
    """A finding as a line of the list, in the reader's language."""

    view: queries.FindingView
    said: str
    kind: str
    name: str
    sign: str
    certainty: str
    state: str


@dataclass(frozen=True)
class Choice:
    """A filter written as text."""

    label: str
    url: str
    active: bool
    count: int | None
    state: str = ""


@dataclass(frozen=True)
class Products:
    """The products that a finding names: heads of the figures known, and a row per product."""

    heads: list[str]
    rows: list[tuple[str, str, list[str]]]


@dataclass(frozen=True)
class Step:
    """A step in a finding's life as the page tells it."""

    change: queries.ChangeView
    words: str


@doors.page(SEEN_BY)
def findings(request: doors.ActorRequest) -> HttpResponse:
    """Show the findings in scope, narrowed as the address says."""
    at = doors.at(request)
    asked = forms.FilterForm(request.GET)
    filters = asked.filters()
    tally = queries.tally(request.actor, at=at, distributor=filters.distributor, kind=filters.kind)
    page = Paginator(queries.matching(request.actor, at=at, filters=filters), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "sentence": sentences.summary({"bad": tally.bad, "good": tally.good, "stake": tally.stake}, _language()),
        "tally": tally,
        "filters": _choices(request.GET.dict(), tally),
        "kinds": _kind_choices(request.GET.dict(), queries.kinds(request.actor, at=at)),
        "page": page,
        "rows": [_row(queries.shown(finding)) for finding in page],
        "query": _rest({**request.GET.dict(), "page": ""}),
        "narrowed": asked.narrowed,
        "own": request.actor.role is Role.DISTRIBUTOR,
    }
    return pages.render(request, "findings/list.html", "findings/_rows.html", context)


@doors.page(SEEN_BY)
def finding(request: doors.ActorRequest, pk: int) -> HttpResponse:
    """Show a finding: its sentence, what it rests on, its history and what can be done."""
    return _finding_page(request, pk)


@doors.page(STAFF, methods=("POST",))
def step(request: doors.ActorRequest, pk: int) -> HttpResponse:
    """Take a finding one step on."""
    form = forms.StepForm(request.POST)
    if not form.is_valid():
        return _finding_page(request, pk, refused=_("There is no such step."))
    try:
        actions.step(finding_id=pk, by=request.actor, at=doors.at(request), **form.cleaned_data)
    except ReasonMissing as refusal:
        form.add_error("reason", forms.refusal_words(refusal))
        return _finding_page(request, pk, form=form)
    except WrongState as refusal:
        return _finding_page(request, pk, refused=forms.refusal_words(refusal))
    pages.say(request, _said_done(form.cleaned_data["to"]))
    return redirect("findings:finding", pk=pk)


@doors.page({Role.DISTRIBUTOR}, methods=("POST",))
def dispute(request: doors.ActorRequest, pk: int) -> HttpResponse:
    """Dispute one's own finding, in words."""
    words = request.POST.get("words", "")
    try:
        actions.dispute(finding_id=pk, by=request.actor, at=doors.at(request), words=words)
    except (ReasonMissing, WrongState) as refusal:
        return _finding_page(request, pk, refused=forms.refusal_words(refusal))
    pages.say(request, _("Your words stand with the finding now."))
    return redirect("findings:finding", pk=pk)


@doors.page(STAFF, methods=("POST",))
def settle(request: doors.ActorRequest, pk: int) -> HttpResponse:
    """Say what came of a dispute."""
    words = request.POST.get("words", "")
    try:
        actions.settle_dispute(finding_id=pk, by=request.actor, at=doors.at(request), reason=words)
    except (ReasonMissing, WrongState) as refusal:
        return _finding_page(request, pk, refused=forms.refusal_words(refusal))
    pages.say(request, _("The dispute is settled."))
    return redirect("findings:finding", pk=pk)


def _finding_page(
    request: doors.ActorRequest, pk: int, *, form: forms.StepForm | None = None, refused: str = ""
) -> HttpResponse:
    at = doors.at(request)
    detail = queries.one(request.actor, pk, at=at)
    view = detail.finding
    steps = STEPS[view.state] if request.actor.role in STAFF else frozenset()
    wrong = list(form.errors.get("reason", ())) if form else []
    context = {
        "row": _row(view),
        "finding": view,
        "evidence": _evidence(request, view),
        "products": _products(view),
        "history": [Step(change, _change_words(change)) for change in detail.changes],
        "can": {state.value: state in steps for state in State},
        "to": form.data.get("to", "") if form else "",
        "reason": form.data.get("reason", "") if form else "",
        "wrong": wrong,
        "refused": refused,
        "can_dispute": request.actor.role is Role.DISTRIBUTOR and view.live and not view.disputed,
        "can_settle": request.actor.role in STAFF and view.disputed,
    }
    status = 422 if wrong or refused else 200
    return pages.render(request, "findings/finding.html", "findings/finding.html", context, status=status)


def _evidence(request: doors.ActorRequest, view: queries.FindingView) -> list[tuple[str, str]]:
    found = links.resolve(view.evidence, request.actor, at=doors.at(request))
    return [(link.label.render(_language(), {}), link.url) for link in found]


def _products(view: queries.FindingView) -> Products:
    """Return the figures of the products that the finding lists; those that all of them have."""
    listed = [one for one in view.figures.get("products", ()) if isinstance(one, dict)]
    known = {key: said for key, said in _figure_heads().items() if listed and all(key in one for one in listed)}
    name = "product_zh" if formats.is_chinese(_language()) else "product_en"
    rows = [
        (str(one.get(name, "")), str(one.get("product", "")), [_figure(one[key], key) for key in known])
        for one in listed
    ]
    return Products(list(known.values()), rows)


def _figure_heads() -> Mapping[str, str]:
    return {
        "days": _("Inventory days"),
        "on_hand_units": _("Stock, pieces"),
        "road_units": _("On the road, pieces"),
        "per_day": _("Expected a day, pieces"),
        "short_units": _("May be missed, pieces"),
        "above_units": _("Above the band, pieces"),
        "expected": _("Should be left, pieces"),
        "written": _("Reported, pieces"),
    }


def _figure(value: object, key: str) -> str:
    return formats.number(Decimal(str(value)), 1 if key in ("days", "per_day") else 0)


def _language() -> str:
    return get_language() or "zh-hans"


def _row(view: queries.FindingView) -> Row:
    language = _language()
    return Row(
        view=view,
        said=view.said(language),
        kind=sentences.kind_name(view.kind, language),
        name=view.distributor_name(language),
        sign="in" if view.positive else SIGNS.get(view.kind, ""),
        certainty=_certainty_words()[view.certainty],
        state=_state_words()[view.state],
    )


def _certainty_words() -> Mapping[Certainty, str]:
    return {
        Certainty.REPORTED: _("as reported"),
        Certainty.ESTIMATED: _("estimated"),
        Certainty.LIKELY: _("likely"),
    }


def _state_words() -> Mapping[State, str]:
    return {
        State.OPEN: pgettext("finding", "open"),
        State.IN_TALKS: pgettext("finding", "in talks"),
        State.RESOLVED: pgettext("finding", "resolved"),
        State.DISMISSED: pgettext("finding", "dismissed"),
        State.WITHDRAWN: pgettext("finding", "withdrawn"),
    }


def _change_words(change: queries.ChangeView) -> str:
    if change.after == "disputed":
        return _("Disputed by the distributor")
    if change.after == "dispute_settled":
        return _("Dispute settled")
    words = {
        State.OPEN: _("Found") if not change.before else _("Open again"),
        State.IN_TALKS: _("Taken into talks"),
        State.RESOLVED: _("Was resolved"),
        State.DISMISSED: _("Was dismissed"),
        State.WITHDRAWN: _("Withdrawn, the report was corrected"),
    }
    return words[State(change.after)]


def _said_done(state: State) -> str:
    return {
        State.OPEN: _("The finding is open again."),
        State.IN_TALKS: _("The finding is in talks now."),
        State.RESOLVED: _("The finding is resolved."),
        State.DISMISSED: _("The finding is dismissed."),
    }[state]


def _choices(asked: dict[str, str], tally: queries.Tally) -> list[Choice]:
    """Return the filters of the list: what stands, what is good, what is talked about, what is closed."""

    def choice(label: str, count: int | None, sign: str = "", **wanted: str) -> Choice:
        blank = {"show": "", "state": "", "disputed": "", "page": ""}
        active = all(asked.get(name, "") == wanted.get(name, "") for name in ("show", "state", "disputed"))
        return Choice(label, f"?{_query({**asked, **blank, **wanted})}", active, count, sign)

    return [
        choice(_("All"), tally.live),
        choice(_("To talk about"), tally.bad, show="bad"),
        choice(_("Going well"), tally.good, "in", show="good"),
        choice(pgettext("finding", "in talks"), tally.in_talks, state="in_talks"),
        choice(pgettext("finding", "disputed"), tally.disputed, disputed="1"),
        choice(pgettext("finding", "resolved"), None, state="resolved"),
        choice(pgettext("finding", "dismissed"), None, state="dismissed"),
        choice(pgettext("finding", "withdrawn"), None, state="withdrawn"),
    ]


def _kind_choices(asked: dict[str, str], kinds: list[tuple[str, int]]) -> list[Choice]:
    if len(kinds) < 2:
        return []
    language, chosen = _language(), asked.get("kind", "")
    made = [
        Choice(
            sentences.kind_name(kind, language), f"?{_query({**asked, 'kind': kind, 'page': ''})}", kind == chosen, n
        )
        for kind, n in kinds
    ]
    every = Choice(_("Every kind"), f"?{_query({**asked, 'kind': '', 'page': ''})}", not chosen, None)
    return [every, *made]


def _query(asked: dict[str, str]) -> str:
    """Return the query of an address, empty choices left out."""
    return urlencode({name: value for name, value in asked.items() if value})


def _rest(asked: dict[str, str]) -> str:
    """Return the query, ready for one more choice behind it."""
    query = _query(asked)
    return f"{query}&" if query else ""

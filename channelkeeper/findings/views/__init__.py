"""The pages of the findings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
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
from channelkeeper.findings import actions, forms, queries, sentences, sheet
from channelkeeper.findings.queries import talks as talk_queries
from channelkeeper.findings.queries.talks import AgreementView
from channelkeeper.findings.rules import SEEN_BY, STEPS, Certainty, ReasonMissing, State, WrongState
from channelkeeper.network import queries as network
from channelkeeper.web import exports, links, pages

ROWS_A_PAGE, ROWS_A_SIDE, ROWS_OF_FILE = 100, 12, 20_000
AGREED_SHOWN = 10
SIGNS = {"below_band": "below", "above_band": "above", "order_above_band": "above"}


@dataclass(frozen=True)
class Row:
    """A finding as a line of the list, in the reader's language: plain values, so that what is written can be kept."""

    id: int
    said: str
    kind: str
    name: str
    sign: str
    certainty: str
    state: str
    first_week: date
    weeks_seen: int
    stake: Decimal
    disputed: bool


@dataclass(frozen=True)
class Side:
    """What is to be talked about, or what goes well: its first lines, how many there are, and where all of them are."""

    rows: list[Row]
    count: int
    url: str


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
    """The products that a finding names: heads of the figures known, and per product name, code, figures and cell."""

    heads: list[str]
    rows: list[tuple[str, str, list[str], str]]


@dataclass(frozen=True)
class Step:
    """A step in a finding's life as the page tells it."""

    change: queries.ChangeView
    words: str


@doors.page(SEEN_BY)
def findings(request: doors.ActorRequest) -> HttpResponse:
    """
    Show the findings in scope, narrowed as the address says; or hand them out as a file.

    Where neither side is asked for, what is to be talked about and what goes well stand side by
    side, with as many lines each.
    """
    at = doors.at(request)
    asked = forms.FilterForm(request.GET)
    filters = asked.filters()
    if file := exports.wanted(request, lambda: _table(request, filters)):
        return file
    tally = queries.tally(request.actor, at=at, filters=filters)
    own = request.actor.role is Role.DISTRIBUTOR
    context = {
        "sentence": sentences.summary({"bad": tally.bad, "good": tally.good, "stake": tally.stake}, _language()),
        "tally": tally,
        "filters": _choices(request.GET.dict(), tally),
        "kinds": _kind_choices(request.GET.dict(), queries.kinds(request.actor, at=at, filters=filters)),
        "places": [] if own else _place_choices(request, filters),
        "stakes": _stake_choices(request.GET.dict()),
        "query": _rest({**request.GET.dict(), "page": ""}),
        "narrowed": asked.narrowed,
        "own": own,
        "agreed": talk_queries.agreed(request.actor, at=at, limit=AGREED_SHOWN) if own else [],
        **(_sides(request, filters, tally) if asked.both_sides else _page(request, filters)),
    }
    return pages.render(request, "findings/list.html", "findings/_rows.html", context)


def _page(request: doors.ActorRequest, filters: queries.Filters) -> dict[str, object]:
    found = queries.matching(request.actor, at=doors.at(request), filters=filters)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return {"page": page, "rows": [_row(queries.shown(finding)) for finding in page]}


def _sides(request: doors.ActorRequest, filters: queries.Filters, tally: queries.Tally) -> dict[str, object]:
    """Return the two sides, each with the same place on the page."""
    asked = {**request.GET.dict(), "page": ""}

    def side(show: str, count: int) -> Side:
        wanted = replace(filters, positive=show == "good")
        views = queries.listed(request.actor, at=doors.at(request), filters=wanted, limit=ROWS_A_SIDE) if count else []
        return Side([_row(view) for view in views], count, f"?{_query({**asked, 'show': show})}")

    bad, good = side("bad", tally.bad), side("good", tally.good)
    return {"bad": bad, "good": good, "rows": [*bad.rows, *good.rows]}


def _table(request: doors.ActorRequest, filters: queries.Filters) -> exports.Table:
    views = queries.listed(request.actor, at=doors.at(request), filters=filters, limit=ROWS_OF_FILE)
    rows = [
        sheet.row(
            view,
            certainty=_certainty_words()[view.certainty],
            state=_state_words()[view.state],
            language=_language(),
        )
        for view in views
    ]
    return exports.Table(sheet.name(views, filters.distributor), _("Findings"), sheet.COLUMNS, rows)


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


@doors.page({Role.DISTRIBUTOR}, methods=("POST",))
def reply(request: doors.ActorRequest, pk: int) -> HttpResponse:
    """Say something to one's own finding, in one's own words."""
    words = request.POST.get("words", "")
    try:
        actions.reply(finding_id=pk, by=request.actor, at=doors.at(request), words=words)
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
        "products": _products(request, view),
        "history": _history(detail),
        "replies": [change for change in detail.changes if change.after in ("replied", "disputed")],
        "agreed": _agreed(request, pk),
        "can": {state.value: state in steps for state in State},
        "to": form.data.get("to", "") if form else "",
        "reason": form.data.get("reason", "") if form else "",
        "wrong": wrong,
        "refused": refused,
        "can_reply": request.actor.role is Role.DISTRIBUTOR and view.live,
        "can_dispute": request.actor.role is Role.DISTRIBUTOR and view.live and not view.disputed,
        "can_settle": request.actor.role in STAFF and view.disputed,
    }
    status = 422 if wrong or refused else 200
    return pages.render(request, "findings/finding.html", "findings/finding.html", context, status=status)


def _evidence(request: doors.ActorRequest, view: queries.FindingView) -> list[tuple[str, str]]:
    found = links.resolve(view.evidence, request.actor, at=doors.at(request))
    return [(link.label.render(_language(), {}), link.url) for link in found]


def _agreed(request: doors.ActorRequest, pk: int) -> list[AgreementView]:
    """Return what talks about a finding agreed, the newest talk first."""
    filters = talk_queries.Filters(finding=pk)
    found = talk_queries.listed(request.actor, at=doors.at(request), filters=filters, limit=AGREED_SHOWN)
    return [one for talk in found for one in talk.agreements]


def _history(detail: queries.FindingDetail) -> list[Step]:
    """Return the steps, the newest first; the step by which it was over by itself says in which week."""
    steps = [Step(change, _change_words(change)) for change in detail.changes]
    if detail.finding.resolved_itself and steps and steps[0].change.after == State.RESOLVED.value:
        steps[0] = Step(steps[0].change, _itself_words(detail.finding))
    return steps


def _itself_words(view: queries.FindingView) -> str:
    week = formats.week(view.looked_week, _language())
    return _("Resolved itself in %(week)s, after %(clean)s clean weeks") % {"week": week, "clean": view.clean_weeks}


def _products(request: doors.ActorRequest, view: queries.FindingView) -> Products:
    """Return the figures of the products that the finding lists, those that all of them have, and each one's cell."""
    listed = [one for one in view.figures.get("products", ()) if isinstance(one, dict)]
    known = {key: said for key, said in _figure_heads().items() if listed and all(key in one for one in listed)}
    name = "product_zh" if formats.is_chinese(_language()) else "product_en"
    cells = _cells(request, view, [str(one.get("product", "")) for one in listed])
    rows = [
        (str(one.get(name, "")), str(one.get("product", "")), [_figure(one[key], key) for key in known], cell)
        for one, cell in zip(listed, cells, strict=True)
    ]
    return Products(list(known.values()), rows)


def _cells(request: doors.ActorRequest, view: queries.FindingView, codes: list[str]) -> list[str]:
    """Return where each product's row of the report stands that the finding rests on; empty where there is none."""
    report = next((key for room, kind, key in view.evidence if (room, kind) == ("stock", "report")), None)
    if report is None or not codes:
        return [""] * len(codes)
    records = [("stock", "line", f"{report}:{code}") for code in codes]
    found = links.resolve(records, request.actor, at=doors.at(request))
    return [link.url for link in found] if len(found) == len(codes) else [""] * len(codes)


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
        id=view.id,
        said=view.said(language),
        kind=sentences.kind_name(view.kind, language),
        name=view.distributor_name(language),
        sign="in" if view.positive else SIGNS.get(view.kind, ""),
        certainty=_certainty_words()[view.certainty],
        state=_("resolved itself") if view.resolved_itself else _state_words()[view.state],
        first_week=view.first_week,
        weeks_seen=view.weeks_seen,
        stake=view.stake,
        disputed=view.disputed,
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
    if change.after == "replied":
        return _("The distributor says")
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


def _place_choices(request: doors.ActorRequest, filters: queries.Filters) -> list[list[Choice]]:
    """Return the offices, and the reps of the one asked for, or of all where there is only one."""
    at, asked = doors.at(request), request.GET.dict()
    offices = {one.code: one.name(_language()) for one in network.office_names(request.actor, at=at)}
    many = len(offices) > 1
    reps = {} if many and not filters.office else dict(network.rep_names(request.actor, at=at, office=filters.office))
    made = (
        _one_of(offices, "office", filters.office, _("All offices"), {**asked, "rep": ""}),
        _one_of(reps, "rep", filters.rep, _("All reps"), asked),
    )
    return [choices for choices in made if choices]


def _one_of(
    named: Mapping[str, str], parameter: str, chosen: str, every: str, asked: Mapping[str, str]
) -> list[Choice]:
    if len(named) < 2:
        return []

    def choice(label: str, code: str) -> Choice:
        return Choice(label, f"?{_query({**asked, parameter: code, 'page': ''})}", code == chosen, None)

    return [choice(every, ""), *(choice(name, code) for code, name in sorted(named.items()))]


def _stake_choices(asked: Mapping[str, str]) -> list[Choice]:
    chosen = asked.get("stake", "")

    def choice(label: str, least: str) -> Choice:
        return Choice(label, f"?{_query({**asked, 'stake': least, 'page': ''})}", least == chosen, None)

    money = [(formats.money(Decimal(least), _language(), short=True), str(least)) for least in forms.LEAST_STAKES]
    return [choice(_("Any stake"), ""), *(choice(_("from %(money)s") % {"money": said}, key) for said, key in money)]


def _query(asked: Mapping[str, str]) -> str:
    """Return the query of an address, empty choices left out."""
    return urlencode({name: value for name, value in asked.items() if value})


def _rest(asked: Mapping[str, str]) -> str:
    """Return the query, ready for one more choice behind it."""
    query = _query(asked)
    return f"{query}&" if query else ""

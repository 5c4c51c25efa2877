"""The pages of talks: what was agreed, by when, and whether it was kept."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import STAFF, Actor, Refusal, Role
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.findings import forms, queries
from channelkeeper.findings.actions import talks as actions
from channelkeeper.findings.queries import talks as reads
from channelkeeper.findings.rules import SEEN_BY, Outcome
from channelkeeper.network import queries as network
from channelkeeper.sheets.columns import Column
from channelkeeper.web import exports, pages

MOST_FINDINGS, MOST_EXPORTED = 20, 5_000
COLUMNS = (
    Column("distributor", ("经销商编码",), ("Distributor code",), "code"),
    Column("name", ("经销商",), ("Distributor",), width=24),
    Column("held_on", ("日期",), ("Held on",), "date"),
    Column("topic", ("话题",), ("About",), width=12),
    Column("words", ("谈定",), ("Agreed",), width=40),
    Column("whose", ("谁办",), ("Who does it",), width=12),
    Column("due_on", ("期限",), ("By",), "date"),
    Column("state", ("结果",), ("What came of it",), width=12),
    Column("by", ("谁谈的",), ("By whom",), width=12),
)


@doors.page(SEEN_BY)
def talks(request: doors.ActorRequest) -> HttpResponse:
    """List the talks in scope, the newest first; as a file where one is asked for."""
    at = doors.at(request)
    asked = forms.TalkFilterForm(request.GET)
    asked.is_valid()
    filled = asked.cleaned_data
    filters = reads.Filters(
        distributor=filled.get("distributor", ""), topic=filled.get("topic"), due=filled.get("due", False)
    )
    if file := exports.wanted(request, lambda: _table(request.actor, at, filters)):
        return file
    overdue, due = reads.due_counts(request.actor, at=at)
    chosen = {name: value for name, value in request.GET.dict().items() if name in _NARROWING and value}
    context = {
        "page": reads.talk_page(request.actor, at=at, filters=filters, page=doors.page_number(request)),
        "overdue": overdue,
        "due": due,
        "narrowed": bool(chosen),
        "query": urlencode(chosen) + "&" if chosen else "",
        "filters": _choices(chosen, overdue + due),
        "topics": dict(forms.TOPICS),
        "sides": dict(forms.SIDES),
        "may_write": request.actor.role in STAFF,
        "own": request.actor.role is Role.DISTRIBUTOR,
    }
    return pages.render(request, "findings/talks.html", "findings/_talks.html", context)


@doors.page(SEEN_BY)
def talk(request: doors.ActorRequest, talk_id: int) -> HttpResponse:
    """Show a talk: what was agreed, what it was about, how it went."""
    return _talk_page(request, talk_id)


@doors.page(STAFF, methods=("GET", "POST"))
def new(request: doors.ActorRequest) -> HttpResponse:
    """Write a talk down, from a distributor or from one of its findings; without one, ask with whom it was."""
    at = doors.at(request)
    place = next(iter(network.distributors(request.actor, at=at, codes=[_asked_code(request)])), None)
    if place is None:
        return _with_whom(request)
    live = queries.listed(request.actor, at=at, filters=queries.Filters(distributor=place.code), limit=MOST_FINDINGS)
    tongue = get_language() or "zh-hans"
    choices = [(view.id, view.said(tongue)) for view in live]
    sent = request.POST if request.method == "POST" else None
    first = {"findings": [key for key in request.GET.getlist("finding") if key.isdigit()]}
    form = forms.TalkForm(sent, findings=choices, today=BUSINESS.day(at), initial=first)
    agreed = forms.AgreementForms(sent, prefix="agreed")
    if sent is not None and form.is_valid() and agreed.is_valid():
        try:
            pk = actions.hold(
                distributor_code=place.code,
                topic=form.cleaned_data["topic"],
                held_on=form.cleaned_data["held_on"],
                note=form.cleaned_data["note"],
                finding_ids=form.cleaned_data["findings"],
                agreed=[one.agreed for one in agreed if one.agreed],
                by=request.actor,
                at=at,
            )
        except Refusal as refusal:
            form.add_error(None, refusal.render(tongue))
        else:
            pages.say(request, _("The talk is kept."))
            return redirect("findings:talk", talk_id=pk)
    context = {"place": place, "name": place.name(tongue), "form": form, "agreed": agreed}
    status = 422 if sent is not None else 200
    return pages.render(request, "findings/talk_new.html", "findings/talk_new.html", context, status=status)


@doors.page(STAFF, methods=("POST",))
def agree(request: doors.ActorRequest, talk_id: int) -> HttpResponse:
    """Add something agreed to a talk."""
    form = forms.AgreementForm(request.POST)
    if not form.is_valid() or form.agreed is None:
        if not form.errors:
            form.add_error("words", _("Write what was agreed."))
        return _talk_page(request, talk_id, agreement=form)
    try:
        actions.agree(talk_id=talk_id, agreed=form.agreed, by=request.actor, at=doors.at(request))
    except Refusal as refusal:
        form.add_error(None, refusal.render(get_language() or "zh-hans"))
        return _talk_page(request, talk_id, agreement=form)
    pages.say(request, _("It stands with the talk."))
    return redirect("findings:talk", talk_id=talk_id)


@doors.page(STAFF, methods=("POST",))
def decide(request: doors.ActorRequest, agreement_id: int) -> HttpResponse:
    """Say whether something agreed was kept."""
    form, at = forms.OutcomeForm(request.POST), doors.at(request)
    talk_id = reads.talk_of(request.actor, agreement_id, at=at)
    if not form.is_valid():
        return _talk_page(request, talk_id, refused=_("There is no such step."))
    try:
        actions.decide(agreement_id=agreement_id, by=request.actor, at=at, **form.cleaned_data)
    except Refusal as refusal:
        return _talk_page(request, talk_id, refused=refusal.render(get_language() or "zh-hans"))
    pages.say(request, _("What came of it is kept."))
    return redirect("findings:talk", talk_id=talk_id)


def _asked_code(request: doors.ActorRequest) -> str:
    return (request.POST if request.method == "POST" else request.GET).get("distributor", "")


def _with_whom(request: doors.ActorRequest) -> HttpResponse:
    tongue = get_language() or "zh-hans"
    found = network.names(request.actor, at=doors.at(request))
    names = [(code, zh if tongue.startswith("zh") else en or zh) for code, zh, en in found]
    status = 422 if request.method == "POST" else 200
    template = "findings/talk_with.html"
    return pages.render(request, template, template, {"names": names}, status=status)


_NARROWING = ("distributor", "topic", "due")


def _talk_page(
    request: doors.ActorRequest, talk_id: int, *, agreement: forms.AgreementForm | None = None, refused: str = ""
) -> HttpResponse:
    tongue = get_language() or "zh-hans"
    detail = reads.one(request.actor, talk_id, at=doors.at(request))
    may_write = request.actor.role in STAFF
    context = {
        "talk": detail.talk,
        "name": detail.talk.distributor(tongue),
        "topics": dict(forms.TOPICS),
        "sides": dict(forms.SIDES),
        "outcomes": [(value, word) for value, word in forms.OUTCOMES if value != Outcome.OPEN.value],
        "states": _state_words(),
        "about": [(view, view.said(tongue)) for view in detail.findings],
        "history": [(change, _verb_words().get(change.verb, change.verb)) for change in detail.changes],
        "may_write": may_write,
        "agreement": (agreement or forms.AgreementForm()) if may_write else None,
        "refused": refused,
    }
    status = 422 if refused or (agreement is not None and agreement.errors) else 200
    return pages.render(request, "findings/talk.html", "findings/talk.html", context, status=status)


def _choices(chosen: dict[str, str], due: int) -> list[dict[str, object]]:
    """Return the filters of the list as links."""

    def choice(label: object, count: int | None, **wanted: str) -> dict[str, object]:
        rest = {name: value for name, value in chosen.items() if name == "distributor"}
        active = all(chosen.get(name, "") == wanted.get(name, "") for name in ("topic", "due"))
        return {"label": label, "url": f"?{urlencode({**rest, **wanted})}", "active": active, "count": count}

    return [
        choice(_("All talks"), None),
        choice(_("Due or overdue"), due, due="1"),
        *(choice(word, None, topic=value) for value, word in forms.TOPICS),
    ]


def _table(actor: Actor, at: datetime, filters: reads.Filters) -> exports.Table:
    """Return the talks as a file: a row for each thing agreed, and one for a talk without any."""
    tongue = get_language() or "zh-hans"
    topics, sides, states = dict(forms.TOPICS), dict(forms.SIDES), _state_words()
    rows = [
        {
            "distributor": view.distributor_code,
            "name": view.distributor(tongue),
            "held_on": view.held_on,
            "topic": str(topics[view.topic.value]),
            "words": one.words if one else None,
            "whose": str(sides[one.whose.value]) if one else None,
            "due_on": one.due_on if one else None,
            "state": states[one.state.value] if one else None,
            "by": view.by_name,
        }
        for view in reads.listed(actor, at=at, filters=filters, limit=MOST_EXPORTED)
        for one in view.agreements or (None,)
    ]
    return exports.Table("talks", _("Talks"), COLUMNS, rows)


def _state_words() -> dict[str, str]:
    return {
        Outcome.OPEN.value: _("still open"),
        Outcome.KEPT.value: _("was kept"),
        Outcome.NOT_KEPT.value: _("was not kept"),
        Outcome.CANCELLED.value: _("was cancelled"),
    }


def _verb_words() -> dict[str, str]:
    return {"held": _("Talk held"), "agreed": _("Agreed"), **_state_words(), "open": _("Open again")}

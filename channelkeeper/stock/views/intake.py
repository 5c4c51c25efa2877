"""A report on its way in: sent, looked at as the sender's own table, mended, answered, taken in."""

from collections.abc import Callable
from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS, Role
from channelkeeper.catalog import queries as catalog
from channelkeeper.core import formats, weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network import queries as network
from channelkeeper.stock import actions, forms
from channelkeeper.stock.queries import intakes
from channelkeeper.stock.rules import SENDERS
from channelkeeper.stock.views import table
from channelkeeper.web import pages

SEEN_BY = READERS | {Role.DISTRIBUTOR}
WEEKS_OFFERED = 8
FOUND_SHOWN = 6


@doors.page(SENDERS, methods=("GET", "POST"))
def upload(request: doors.ActorRequest) -> HttpResponse:
    """Take a file, and lead to where it is looked at; nothing counts before it is taken in there."""
    form = _upload_form(request)
    if not form.is_valid():
        return render(request, "stock/upload.html", _upload(request, form), status=422 if form.errors else 200)
    file = form.cleaned_data["file"]
    answer = actions.hold(
        distributor_code=form.cleaned_data["distributor"],
        data=file.read(),
        filename=file.name or "",
        week=form.asked,
        source="page",
        by=request.actor,
        at=doors.at(request),
    )
    if answer.again:
        return _again(request, form, answer)
    return redirect("stock:intake", answer.intake_id)


@doors.page(SEEN_BY)
def intake(request: doors.ActorRequest, pk: int) -> HttpResponse:
    """Show the sender's own table with what is to mend."""
    return _page(request, pk)


@doors.page(SENDERS, methods=("POST",))
def mend(request: doors.ActorRequest, pk: int) -> HttpResponse:
    """Write something else in place of a cell."""
    form = forms.MendForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, words=_("Write what the cell should say."))
    given = form.cleaned_data
    text = None if given["undo"] else given["text"]
    return _step(
        request,
        pk,
        lambda: actions.mend_cell(
            intake_id=pk,
            sheet=given["sheet"],
            cell=given["cell"],
            text=text,
            by=request.actor,
            at=doors.at(request),
        ),
    )


@doors.page(SENDERS, methods=("POST",))
def answer(request: doors.ActorRequest, pk: int) -> HttpResponse:
    """Answer a question."""
    form = forms.AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, words=_("Choose one of the answers."))
    given = form.cleaned_data
    chosen = given["answer"]
    if chosen == "other":
        found = _other(given["kind"], given["other"])
        if found is None:
            return _page(request, pk, words=_("“%(text)s” fits no product, or several.") % {"text": given["other"]})
        chosen = found
    return _step(
        request,
        pk,
        lambda: actions.answer_question(
            intake_id=pk,
            kind=given["kind"],
            value=given["value"],
            answer="" if chosen == "none" else chosen,
            by=request.actor,
            at=doors.at(request),
        ),
    )


@doors.page(SENDERS)
def search(request: doors.ActorRequest) -> HttpResponse:
    """Show products that a typed name, pinyin or code may mean, as answers to choose."""
    language = get_language() or ""
    found = catalog.search(request.GET.get("other", ""), limit=FOUND_SHOWN)
    shown = {"found": [(product.code, product.name(language)) for product in found]}
    return render(request, "stock/_found.html", shown)


@doors.page(SENDERS, methods=("POST",))
def take_in(request: doors.ActorRequest, pk: int) -> HttpResponse:
    """Take the file in."""
    view = intakes.intake(request.actor, at=doors.at(request), pk=pk)
    try:
        taken = actions.take_in(intake_id=pk, by=request.actor, at=doors.at(request))
    except actions.Refusal as refusal:
        return _page(request, pk, words=refusal.say(get_language() or ""))
    if taken.status != "accepted":
        fault = taken.body["faults"][0]
        return _page(request, pk, words=fault["message_zh" if _chinese() else "message_en"])
    language = get_language() or ""
    figures = {"name": view.name(language), "lines": len(taken.body["lines"])}
    pages.say(request, _("The report of %(name)s is in: %(lines)s products.") % figures)
    return redirect("stock:report", view.code, taken.body["week"])


@doors.page(SENDERS, methods=("POST",))
def drop(request: doors.ActorRequest, pk: int) -> HttpResponse:
    """Put the file aside."""
    form = forms.ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        actions.drop(intake_id=pk, by=request.actor, at=doors.at(request), reason=reason)
    except actions.Refusal as refusal:
        return _page(request, pk, words=refusal.say(get_language() or ""))
    pages.say(request, _("The file is put aside. Nothing of it counts."))
    return redirect("stock:reports")


def _page(request: doors.ActorRequest, pk: int, *, words: str = "") -> HttpResponse:
    """Render a file as it stands; `words` say why the last step was refused."""
    view = intakes.intake(request.actor, at=doors.at(request), pk=pk)
    if view.state == "accepted" and view.report_week:
        return redirect("stock:report", view.code, weeks.label(view.report_week))
    language, everything = get_language() or "", request.GET.get("all") == "1"
    found = table.shown(view.reading, language, everything=everything)
    week = view.reading.week
    shown = {
        "intake": view,
        "name": view.name(language),
        "table": found,
        "holding": [mark for mark in found.marks if mark.holds],
        "offered": [mark for mark in found.marks if not mark.holds],
        "good": table.good_lines(view.reading),
        "notes": [note.message_zh if formats.is_chinese(language) else note.message_en for note in view.reading.notes],
        "everything": everything,
        "week": week,
        "sunday": weeks.sunday_of(week) if week else None,
        "late_days": _late_days(view),
        "mended": [table.Mended(*key.rpartition("!")[::2], text) for key, text in sorted(view.mended.items())],
        "waiting": view.state == "waiting",
        "may_send": request.actor.role in SENDERS,
        "words": words,
    }
    return render(request, "stock/intake.html", shown, status=422 if words else 200)


def _step(request: doors.ActorRequest, pk: int, do: Callable[[], None]) -> HttpResponse:
    """Take a step and show the file again, or why it was refused."""
    try:
        do()
    except actions.Refusal as refusal:
        return _page(request, pk, words=refusal.say(get_language() or ""))
    return redirect("stock:intake", pk)


def _other(kind: str, text: str) -> str | None:
    """Return the answer that a typed text means: a week as it is, the one product that it fits."""
    if kind != "unknown_product":
        return text
    found = catalog.search(text, limit=2)
    exact = [product for product in found if product.code == text.strip()]
    chosen = exact or found
    return chosen[0].code if len(chosen) == 1 else None


def _upload_form(request: doors.ActorRequest) -> forms.ReportForm:
    at, language = doors.at(request), get_language() or ""
    senders = [
        (code, f"{name_zh if formats.is_chinese(language) else name_en or name_zh} {code}")
        for code, name_zh, name_en in network.names(request.actor, at=at)
    ]
    last = BUSINESS.last_closed_week(at)
    offered = [
        (weeks.label(week), _week_name(week, language))
        for week in reversed(weeks.span(weeks.shift(last, 1 - WEEKS_OFFERED), last))
    ]
    preset = {"distributor": request.GET.get("distributor", ""), "week": request.GET.get("week", "")}
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return forms.ReportForm(*given, senders=senders, offered=offered, initial=preset)


def _week_name(week: date, language: str) -> str:
    span = f"{formats.day(week, language)}–{formats.day(weeks.sunday_of(week), language)}"
    return f"{formats.week(week, language)} {span}"


def _upload(request: doors.ActorRequest, form: forms.ReportForm) -> dict[str, object]:
    at = doors.at(request)
    language = get_language() or ""
    waiting = intakes.waiting(request.actor, at=at, limit=20)
    return {
        "form": form,
        "waiting": [(one, one.name(language)) for one in waiting],
        "week": BUSINESS.last_closed_week(at),
        "own": request.actor.role is Role.DISTRIBUTOR,
    }


def _again(request: doors.ActorRequest, form: forms.ReportForm, answer: actions.Answer) -> HttpResponse:
    """Lead to the report that the same file became before, or say that it was corrected since."""
    if answer.status == "accepted":
        pages.say(request, _("This very file was taken in before. It counts once."))
        return redirect("stock:report", form.cleaned_data["distributor"], answer.body["week"])
    fault = answer.body["faults"][0]
    form.add_error("file", fault["message_zh" if _chinese() else "message_en"])
    return render(request, "stock/upload.html", _upload(request, form), status=422)


def _late_days(view: intakes.IntakeView) -> int:
    if view.reading.week is None or view.received_at <= BUSINESS.report_due_at(view.reading.week):
        return 0
    return max((BUSINESS.day(view.received_at) - BUSINESS.report_due_at(view.reading.week).date()).days, 1)


def _chinese() -> bool:
    return formats.is_chinese(get_language() or "")

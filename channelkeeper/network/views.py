"""Pages of this room: distributors, offices, reps, assignments, substitutes, and their files."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access import names as access_names
from channelkeeper.access import queries as access
from channelkeeper.access.rules import CAN_BE_STOOD_IN_FOR, READERS, NotFound, Refusal, Role
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network import actions, forms, queries, rules, sheet
from channelkeeper.web import downloads, pages, uploads

HEADQUARTERS = frozenset({Role.HEADQUARTERS})
IN_CHARGE = HEADQUARTERS | {Role.OFFICE_MANAGER}
SEE_SUBSTITUTES = IN_CHARGE | {Role.AUDITOR}


@doors.page(READERS)
def distributors(request: doors.ActorRequest) -> HttpResponse:
    """List the distributors in scope; the fragment where only the rows are asked for."""
    text, office = request.GET.get("q", "").strip(), request.GET.get("office", "")
    at, language = doors.at(request), _language()
    page = queries.distributor_page(request.actor, at=at, text=text, office=office, page=doors.page_number(request))
    chosen = {name: value for name, value in (("q", text), ("office", office)) if value}
    shown = _shown(request, chosen) | {
        "page": page,
        "rows": [_distributor_row(row, language) for row in page],
        "filters": _office_filters(request, office, text),
    }
    return pages.render(request, "network/distributors.html", "network/_distributors.html", shown)


@doors.page(READERS)
def distributor(request: doors.ActorRequest, code: str) -> HttpResponse:
    """Show one distributor's terms and who has served it."""
    return _distributor_page(request, code)


@doors.page(IN_CHARGE, methods=("POST",))
def change_terms(request: doors.ActorRequest, code: str) -> HttpResponse:
    """Change a distributor's terms."""
    form = forms.Terms(request.POST)
    queries.distributor(request.actor, code, at=doors.at(request))
    if not form.is_valid():
        return _distributor_page(request, code, terms=form, status=422)
    result = actions.change_terms(code=code, terms=form.cleaned_data, by=request.actor, at=doors.at(request))
    if result.problems:
        uploads.say_beside(form, result.problems)
        return _distributor_page(request, code, terms=form, status=422)
    pages.say(request, _("The terms are kept. They hold from the next proposal on."))
    return redirect("network:distributor", code)


@doors.page(IN_CHARGE, methods=("POST",))
def hand_over(request: doors.ActorRequest, code: str) -> HttpResponse:
    """Give a distributor to a rep from a day on."""
    form = _hand_over_form(request, request.POST)
    queries.distributor(request.actor, code, at=doors.at(request))
    if not form.is_valid():
        return _distributor_page(request, code, handing=form, status=422)
    try:
        actions.hand_over(distributor_code=code, **form.cleaned_data, by=request.actor, at=doors.at(request))
    except Refusal as refusal:
        form.add_error("starts_on", refusal.render(_language()))
        return _distributor_page(request, code, handing=form, status=422)
    pages.say(request, _("Handed over."))
    return redirect("network:distributor", code)


@doors.page(READERS)
def offices(request: doors.ActorRequest) -> HttpResponse:
    """List the offices in scope."""
    language = _language()
    rows = [
        {"office": row, "name": row.name(language), "region": row.region(language)}
        for row in queries.offices(request.actor, at=doors.at(request))
    ]
    return render(request, "network/offices.html", _shown(request, {}) | {"rows": rows})


@doors.page(READERS)
def reps(request: doors.ActorRequest) -> HttpResponse:
    """List the reps in scope."""
    language = _language()
    rows = [{"rep": row, "office": row.office(language)} for row in queries.reps(request.actor, at=doors.at(request))]
    return render(request, "network/reps.html", _shown(request, {}) | {"rows": rows})


@doors.page(READERS)
def assignments(request: doors.ActorRequest) -> HttpResponse:
    """List who serves whom; past periods where they are asked for."""
    text, past = request.GET.get("q", "").strip(), request.GET.get("past") == "1"
    page = queries.assignment_page(
        request.actor, at=doors.at(request), text=text, past=past, page=doors.page_number(request)
    )
    chosen = {name: value for name, value in (("q", text), ("past", "1" if past else "")) if value}
    language = _language()
    rows = [{"assignment": row, "distributor": row.distributor(language)} for row in page]
    shown = _shown(request, chosen) | {"page": page, "rows": rows, "past": past}
    return pages.render(request, "network/assignments.html", "network/_assignments.html", shown)


@doors.page(SEE_SUBSTITUTES)
def substitutes(request: doors.ActorRequest) -> HttpResponse:
    """List who stands in for whom, and arrange it."""
    return _substitutes_page(request)


@doors.page(IN_CHARGE, methods=("POST",))
def arrange_substitute(request: doors.ActorRequest) -> HttpResponse:
    """Arrange a substitute."""
    form = _substitute_form(request, request.POST)
    if not form.is_valid():
        return _substitutes_page(request, form=form, status=422)
    absent, role = form.cleaned_data["absent"].split(":")
    try:
        actions.arrange_substitute(
            absent_id=int(absent),
            substitute_id=form.cleaned_data["substitute"],
            role=Role(role),
            starts_on=form.cleaned_data["starts_on"],
            ends_on=form.ends_on,
            by=request.actor,
            at=doors.at(request),
        )
    except Refusal as refusal:
        form.add_error(None, refusal.render(_language()))
        return _substitutes_page(request, form=form, status=422)
    pages.say(request, _("Arranged. The substitute chooses it at the next sign-in."))
    return redirect("network:substitutes")


@doors.page(IN_CHARGE, methods=("POST",))
def end_substitute(request: doors.ActorRequest, substitution_id: int) -> HttpResponse:
    """End a substitution today."""
    try:
        actions.end_substitute(substitution_id=substitution_id, by=request.actor, at=doors.at(request))
    except Refusal as refusal:
        raise NotFound(str(refusal)) from refusal  # another office's: the answer is that of none
    pages.say(request, _("Ended."))
    return redirect("network:substitutes")


@doors.page(HEADQUARTERS, methods=("GET", "POST"))
def import_file(request: doors.ActorRequest) -> HttpResponse:
    """Check a file of the network, or take it in."""
    kind = request.GET.get("list", "distributors")
    return uploads.import_page(
        request,
        sheet.take_in,
        title=_("Offices, reps, distributors, assignments from a file"),
        back=(reverse("network:distributors"), _("Distributors")),
        template_url=reverse("network:template", args=[kind if kind in sheet.LISTS else "distributors"]),
    )


@doors.page(READERS)
def export(request: doors.ActorRequest, kind: str) -> HttpResponse:
    """Hand out a list of what is in scope as a workbook."""
    at, language = doors.at(request), _language()
    data = sheet.export(_known(kind), by=request.actor, at=at, language=language)
    return downloads.workbook(data, f"{sheet.LISTS[kind].title(language)}-{BUSINESS.day(at)}.xlsx")


@doors.page(HEADQUARTERS)
def template(request: doors.ActorRequest, kind: str) -> HttpResponse:
    """Hand out an empty workbook with a list's headings."""
    language = _language()
    data = sheet.template(_known(kind), language=language)
    return downloads.workbook(data, f"{sheet.LISTS[kind].title(language)}.xlsx")


def _language() -> str:
    return get_language() or ""


def _known(kind: str) -> str:
    if kind not in sheet.LISTS:
        raise NotFound(f"No list {kind}.")
    return kind


def _shown(request: doors.ActorRequest, chosen: dict[str, str]) -> dict[str, Any]:
    """Return what every list shows: the filter chosen, its address, and what the role may do."""
    return {
        "chosen": chosen,
        "text": chosen.get("q", ""),
        "query": urlencode(chosen) + "&" if chosen else "",
        "may_import": request.actor.role in HEADQUARTERS,
        "in_charge": request.actor.role in IN_CHARGE,
    }


def _distributor_row(row: queries.DistributorView, language: str) -> dict[str, Any]:
    return {
        "distributor": row,
        "name": row.name(language),
        "office": row.office(language),
        "place": row.place(language),
        "order_day": rules.weekdays_text(row.order_weekdays, language),
    }


def _office_filters(request: doors.ActorRequest, chosen: str, text: str) -> list[dict[str, Any]]:
    language = _language()
    known = [(row.code, row.name(language)) for row in queries.offices(request.actor, at=doors.at(request))]
    return [
        {
            "label": label,
            "url": f"?{urlencode({name: value for name, value in (('q', text), ('office', code)) if value})}",
            "active": code == chosen,
            "count": None,
        }
        for code, label in [("", _("All offices")), *known]
    ]


def _distributor_page(
    request: doors.ActorRequest,
    code: str,
    *,
    terms: forms.Terms | None = None,
    handing: forms.HandOver | None = None,
    status: int = 200,
) -> HttpResponse:
    at = doors.at(request)
    found = queries.distributor(request.actor, code, at=at)
    in_charge = request.actor.role in IN_CHARGE
    kept = {name: getattr(found, name) for name in forms.Terms.base_fields}
    shown = {
        "row": _distributor_row(found, _language()),
        "assignments": queries.assignments(request.actor, at=at, distributor_code=code),
        "in_charge": in_charge,
        "terms": terms or forms.Terms(initial=kept),
        "handing": (handing or _hand_over_form(request, None)) if in_charge else None,
    }
    return render(request, "network/distributor.html", shown, status=status)


def _hand_over_form(request: doors.ActorRequest, data: Any) -> forms.HandOver:
    reps = [(row.code, f"{row.name} {row.code}") for row in queries.reps(request.actor, at=doors.at(request))]
    return forms.HandOver(data, reps=reps, initial={"starts_on": BUSINESS.day(doors.at(request))})


def _substitutes_page(
    request: doors.ActorRequest, *, form: forms.NewSubstitute | None = None, status: int = 200
) -> HttpResponse:
    at, in_charge = doors.at(request), request.actor.role in IN_CHARGE
    of = queries.in_charge_of(request.actor, at=at) if in_charge else None
    shown = {
        "rows": access.substitutions(on=BUSINESS.day(at), of=of),
        "in_charge": in_charge,
        "form": (form or _substitute_form(request, None)) if in_charge else None,
    }
    return render(request, "network/substitutes.html", shown, status=status)


def _substitute_form(request: doors.ActorRequest, data: Any) -> forms.NewSubstitute:
    """Return the form with the people that the actor may arrange it for, and the actor left out."""
    at = doors.at(request)
    on = BUSINESS.day(at)
    people = access.staff(on=on, of=queries.in_charge_of(request.actor, at=at))
    others = [person for person in people if person.id not in request.actor.persons]
    roles = CAN_BE_STOOD_IN_FOR if request.actor.role in HEADQUARTERS else {Role.FACTORY_REP}
    absent = [
        (f"{person.id}:{role.value}", f"{person.name}, {access_names.role_name(role)}")
        for person in others
        for role in person.roles
        if role in roles
    ]
    substitutes = [(person.id, person.name) for person in others]
    return forms.NewSubstitute(data, absent=absent, substitutes=substitutes, initial={"starts_on": on})

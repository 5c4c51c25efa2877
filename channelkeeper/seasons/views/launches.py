"""Pages of launch plans: the list, setting, putting right, removing, and the file."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS, Role
from channelkeeper.catalog import queries as catalog
from channelkeeper.network import queries as network
from channelkeeper.seasons import actions, forms, launch_file
from channelkeeper.seasons.queries import launches
from channelkeeper.seasons.rules import PERMISSIONS, PLANNED_WEEKS
from channelkeeper.web import downloads, exports, pages, uploads

MAY_SEE = READERS | {Role.DISTRIBUTOR}
SETTERS = PERMISSIONS["seasons.launch_plan.set"]


@doors.page(MAY_SEE)
def listed(request: doors.ActorRequest) -> HttpResponse:
    """List the launch plans that are read or will be; or all of them as a file."""
    if file := exports.wanted(request, lambda: _table(request)):
        return file
    at = doors.at(request)
    text, past = request.GET.get("q", "").strip(), request.GET.get("all") == "1"
    page = launches.plan_page(request.actor, at=at, text=text, past=past, page=doors.page_number(request))
    kept = {"q": text} if text else {}
    address = reverse("seasons:launches")
    shown = {
        "page": page,
        "rows": [_row(row, request) for row in page],
        "query": f"{urlencode({'q': text, 'all': '1' if past else ''})}&",
        "coming_url": f"{address}?{urlencode(kept)}",
        "past_url": f"{address}?{urlencode(kept | {'all': '1'})}",
        "text": text,
        "past": past,
        "may_set": request.actor.role in SETTERS,
    }
    return pages.render(request, "seasons/launches.html", "seasons/_launches.html", shown)


@doors.page(SETTERS, methods=("GET", "POST"))
def new(request: doors.ActorRequest) -> HttpResponse:
    """Plan a launch at a distributor or at all."""
    form = forms.LaunchPlanForm(
        request.POST if request.method == "POST" else None,
        initial={name: request.GET.get(name, "") for name in ("product", "distributor")},
        products=_products(),
        choices=network.choices(request.actor, at=doors.at(request), language=get_language() or ""),
        for_all=request.actor.role is Role.HEADQUARTERS,
    )
    return _filled_in(request, form, None)


@doors.page(SETTERS, methods=("GET", "POST"))
def change(request: doors.ActorRequest, plan_id: int) -> HttpResponse:
    """Put a launch plan right."""
    one = launches.plan_one(request.actor, plan_id, at=doors.at(request))
    form = forms.LaunchPlanForm(
        request.POST if request.method == "POST" else None,
        initial={
            "first_fill_cases": one.first_fill_cases,
            "weekly_units": " ".join(f"{units.normalize():f}" for units in one.weekly_units),
        },
        products=(),
        choices=(),
        for_all=False,
        fixed=True,
    )
    return _filled_in(request, form, one)


@doors.page(SETTERS, methods=("POST",))
def remove(request: doors.ActorRequest, plan_id: int) -> HttpResponse:
    """Remove a launch plan."""
    actions.remove_launch_plan(plan_id=plan_id, by=request.actor, at=doors.at(request))
    pages.say(request, _("The launch plan is removed."))
    return redirect("seasons:launches")


@doors.page(SETTERS, methods=("GET", "POST"))
def import_file(request: doors.ActorRequest) -> HttpResponse:
    """Check a file of launch plans, or take it in."""
    return uploads.import_page(
        request,
        launch_file.take_in,
        title=_("Launch plans from a file"),
        back=(reverse("seasons:launches"), _("Launch plans")),
        template_url=reverse("seasons:launch_template"),
    )


@doors.page(SETTERS)
def template(request: doors.ActorRequest) -> HttpResponse:
    """Hand out an empty workbook with the right headings."""
    return downloads.workbook(launch_file.template(language=get_language() or ""), f"{_('Launch plans')}.xlsx")


def _filled_in(request: doors.ActorRequest, form: forms.LaunchPlanForm, one: launches.PlanView | None) -> HttpResponse:
    """Keep what a form says, or show it with what is wrong."""
    if form.is_valid():
        row = _values(form.cleaned_data)
        if one is not None:
            row |= {"product": one.product_code, "distributor": one.distributor_code}
        result = actions.set_launch_plans(rows=[row], by=request.actor, at=doors.at(request))
        if not result.problems:
            pages.say(request, _("The launch plan is kept."))
            return redirect("seasons:launches")
        uploads.say_beside(form, result.problems, field=_field)
    shown = {
        "form": form,
        "what": one.product(get_language() or "") if one else "",
        "whose": one.distributor(get_language() or "") if one else "",
    }
    return render(request, "seasons/launch_edit.html", shown, status=422 if form.errors else 200)


def _values(given: dict[str, Any]) -> dict[str, Any]:
    """Return a form's figures as a row of the action."""
    units = given.pop("weekly_units")
    weeks = {f"week_{number}": units[number - 1] if number <= len(units) else None for number in _NUMBERS}
    return {**given, **weeks}


_NUMBERS = range(1, PLANNED_WEEKS + 1)


def _field(column: str) -> str:
    return "weekly_units" if column.startswith("week_") else column


def _table(request: doors.ActorRequest) -> exports.Table:
    rows = launch_file.rows_of(launches.plans(request.actor, at=doors.at(request)))
    return exports.Table("launch-plans", _("Launch plans"), launch_file.COLUMNS, rows)


def _row(row: launches.PlanView, request: doors.ActorRequest) -> dict[str, Any]:
    language = get_language() or ""
    return {
        "plan": row,
        "product": row.product(language),
        "distributor": row.distributor(language),
        "weeks": [f"{units.normalize():,f}" for units in row.weekly_units],
        "may_change": bool(row.distributor_code) or request.actor.role is Role.HEADQUARTERS,
    }


def _products() -> list[tuple[str, str]]:
    """Return what has a first day on sale, the latest first."""
    language = get_language() or ""
    dated = [one for one in catalog.products_by_code().values() if one.launched_on is not None]
    dated.sort(key=lambda one: (one.launched_on or date.min, one.code), reverse=True)
    return [(one.code, f"{one.name(language)} {one.code}") for one in dated]

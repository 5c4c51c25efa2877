"""The part of this room's API that is about launch plans."""

from datetime import date
from decimal import Decimal
from typing import Any

from ninja import Field, File, Router, Schema, Status
from ninja.files import UploadedFile

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS, Role
from channelkeeper.api import masters as answers
from channelkeeper.api.masters import OutcomeOut
from channelkeeper.seasons import actions, launch_file
from channelkeeper.seasons.queries import launches
from channelkeeper.seasons.rules import PERMISSIONS, PLANNED_WEEKS
from channelkeeper.sheets.masters import Outcome

router = Router()
SETTERS = PERMISSIONS["seasons.launch_plan.set"]


class LaunchPlanIn(Schema):
    """A launch plan to set: of a product at a distributor, or at all (empty); pieces a week from the launch on."""

    product: str
    distributor: str = ""
    first_fill_cases: int
    weekly_units: list[Decimal] = Field(default=[], max_length=PLANNED_WEEKS)


class LaunchPlansIn(Schema):
    """Launch plans to set, all or none."""

    launch_plans: list[LaunchPlanIn]
    dry_run: bool = False


class LaunchPlanOut(Schema):
    """A launch plan; `state` is coming, running (its weeks are read) or over."""

    id: int
    product: str
    distributor: str
    launched_on: date | None
    first_fill_cases: int
    weekly_units: list[str]
    state: str


class LaunchPlansOut(Schema):
    """One page of launch plans."""

    launch_plans: list[LaunchPlanOut]
    page: int
    pages: int


@router.get("/launch-plans", response=LaunchPlansOut, summary="Launch plans in scope, the latest first, 50 a page")
@doors.endpoint(READERS | {Role.DISTRIBUTOR})
def launch_plans(request: doors.ActorRequest, search: str = "", past: bool = False, page: int = 1) -> dict[str, Any]:
    """List the launch plans that are read or will be, with `past` also those whose weeks are over."""
    found = launches.plan_page(request.auth, at=doors.at(request), text=search, past=past, page=page)
    return {"launch_plans": [_out(row) for row in found], "page": found.number, "pages": found.paginator.num_pages}


@router.post("/launch-plans", response={200: OutcomeOut, 422: OutcomeOut}, summary="Set launch plans")
@doors.endpoint(SETTERS)
def set_launch_plans(request: doors.ActorRequest, given: LaunchPlansIn) -> Status[dict[str, Any]]:
    """Set launch plans, all or none; the same again changes nothing."""
    rows = [_row(one) for one in given.launch_plans]
    result = actions.set_launch_plans(rows=rows, by=request.auth, at=doors.at(request), dry_run=given.dry_run)
    return answers.outcome(result, given.launch_plans, name="launch_plans", dry_run=given.dry_run)


@router.post(
    "/launch-plans/import", response={200: OutcomeOut, 422: OutcomeOut}, summary="Take in a file of launch plans"
)
@doors.endpoint(SETTERS)
def import_launch_plans(
    request: doors.ActorRequest, file: File[UploadedFile], dry_run: bool = False
) -> Status[Outcome]:
    """Take in an .xlsx or .csv file, whole or not at all; every fault is named by its cell."""
    outcome = launch_file.take_in(
        data=file.read(), filename=file.name or "", dry_run=dry_run, by=request.auth, at=doors.at(request)
    )
    return Status(422 if outcome.status == "refused" else 200, outcome)


@router.post("/launch-plans/{plan_id}/remove", response=LaunchPlansOut, summary="Remove a launch plan")
@doors.endpoint(SETTERS)
def remove_launch_plan(request: doors.ActorRequest, plan_id: int) -> dict[str, Any]:
    """Remove a launch plan by its key; returns what stands."""
    actions.remove_launch_plan(plan_id=plan_id, by=request.auth, at=doors.at(request))
    return launch_plans(request)


def _row(one: LaunchPlanIn) -> dict[str, Any]:
    weeks = {
        f"week_{number}": one.weekly_units[number - 1] if number <= len(one.weekly_units) else None
        for number in range(1, PLANNED_WEEKS + 1)
    }
    return {
        "product": one.product, "distributor": one.distributor, "first_fill_cases": one.first_fill_cases, **weeks,
    }  # fmt: skip


def _out(row: launches.PlanView) -> dict[str, Any]:
    return {
        "id": row.id,
        "product": row.product_code,
        "distributor": row.distributor_code,
        "launched_on": row.launched_on,
        "first_fill_cases": row.first_fill_cases,
        "weekly_units": [f"{units:f}" for units in row.weekly_units],
        "state": row.state,
    }

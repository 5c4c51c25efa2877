"""The part of this room's API that is about closing days."""

from datetime import date
from typing import Any

from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS, Role
from channelkeeper.api import masters as answers
from channelkeeper.api.masters import OutcomeOut
from channelkeeper.seasons import actions, closing_file
from channelkeeper.seasons.queries import closing
from channelkeeper.seasons.rules import PERMISSIONS
from channelkeeper.sheets.masters import Outcome

router = Router()
SETTERS = PERMISSIONS["seasons.closed_days.set"]


class ClosedDaysIn(Schema):
    """Closing days to set: of a distributor, or of the factory (empty); known by whose they are and the first day."""

    distributor: str = ""
    starts_on: date
    last_on: date
    label_zh: str
    label_en: str = ""


class ClosedDaysListIn(Schema):
    """Closing days to set, all or none."""

    closed_days: list[ClosedDaysIn]
    dry_run: bool = False


class ClosedDaysOut(Schema):
    """Closing days of a distributor, or of the factory (empty)."""

    id: int
    distributor: str
    starts_on: date
    last_on: date
    label_zh: str
    label_en: str


class ClosedDaysListOut(Schema):
    """One page of closing days."""

    closed_days: list[ClosedDaysOut]
    page: int
    pages: int


@router.get("/closed-days", response=ClosedDaysListOut, summary="Closing days in scope, by first day, 50 a page")
@doors.endpoint(READERS | {Role.DISTRIBUTOR})
def closed_days(request: doors.ActorRequest, search: str = "", past: bool = False, page: int = 1) -> dict[str, Any]:
    """List the closing days that hold or come, with `past` also those that are over."""
    found = closing.closed_page(request.auth, at=doors.at(request), text=search, past=past, page=page)
    return {"closed_days": [_out(row) for row in found], "page": found.number, "pages": found.paginator.num_pages}


@router.post("/closed-days", response={200: OutcomeOut, 422: OutcomeOut}, summary="Set closing days")
@doors.endpoint(SETTERS)
def set_closed_days(request: doors.ActorRequest, given: ClosedDaysListIn) -> Status[dict[str, Any]]:
    """Set closing days, all or none; the same again changes nothing."""
    rows = [one.dict() for one in given.closed_days]
    result = actions.set_closed_days(rows=rows, by=request.auth, at=doors.at(request), dry_run=given.dry_run)
    return answers.outcome(result, given.closed_days, name="closed_days", dry_run=given.dry_run)


@router.post(
    "/closed-days/import", response={200: OutcomeOut, 422: OutcomeOut}, summary="Take in a file of closing days"
)
@doors.endpoint(SETTERS)
def import_closed_days(request: doors.ActorRequest, file: File[UploadedFile], dry_run: bool = False) -> Status[Outcome]:
    """Take in an .xlsx or .csv file, whole or not at all; every fault is named by its cell."""
    outcome = closing_file.take_in(
        data=file.read(), filename=file.name or "", dry_run=dry_run, by=request.auth, at=doors.at(request)
    )
    return Status(422 if outcome.status == "refused" else 200, outcome)


@router.post("/closed-days/{closed_id}/remove", response=ClosedDaysListOut, summary="Remove closing days")
@doors.endpoint(SETTERS)
def remove_closed_days(request: doors.ActorRequest, closed_id: int) -> dict[str, Any]:
    """Remove closing days by their key; returns what stands."""
    actions.remove_closed_days(closed_id=closed_id, by=request.auth, at=doors.at(request))
    return closed_days(request)


def _out(row: closing.ClosedView) -> dict[str, Any]:
    return {
        "id": row.id,
        "distributor": row.distributor_code,
        "starts_on": row.starts_on,
        "last_on": row.last_on,
        "label_zh": row.label_zh,
        "label_en": row.label_en,
    }

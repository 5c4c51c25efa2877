"""The part of this room's API that is about bands."""

from datetime import date
from decimal import Decimal
from typing import Any

from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS
from channelkeeper.api import masters as answers
from channelkeeper.api.masters import OutcomeOut
from channelkeeper.sheets.masters import Outcome
from channelkeeper.stock import actions, band_file
from channelkeeper.stock.queries import bands as band_queries
from channelkeeper.stock.rules import PERMISSIONS

router = Router()
SETTERS = PERMISSIONS["stock.band.set"]


class BandIn(Schema):
    """A band to set: codes, empty for all; without a last day it holds until the next one of the same begins."""

    distributor: str = ""
    category: str = ""
    product: str = ""
    starts_on: date
    last_on: date | None = None
    low_days: Decimal
    high_days: Decimal
    reason: str = ""


class BandsIn(Schema):
    """Bands to set, all or none."""

    bands: list[BandIn]
    dry_run: bool = False


class BandOut(Schema):
    """A band that was set; `state` is holds, coming or ended."""

    id: int
    distributor: str
    category: str
    product: str
    starts_on: date
    last_on: date | None
    low_days: str
    high_days: str
    reason: str
    state: str


class BandsOut(Schema):
    """One page of bands."""

    bands: list[BandOut]
    page: int
    pages: int


class EndIn(Schema):
    """The last day of a band."""

    last_on: date


@router.get("/bands", response=BandsOut, summary="Bands that were set, 50 a page")
@doors.endpoint(READERS)
def bands(request: doors.ActorRequest, search: str = "", ended: bool = False, page: int = 1) -> dict[str, Any]:
    """List the bands that hold or will, with `ended` also those that hold no more."""
    found = band_queries.band_page(request.auth, at=doors.at(request), text=search, ended=ended, page=page)
    return {"bands": [_out(row) for row in found], "page": found.number, "pages": found.paginator.num_pages}


@router.post("/bands", response={200: OutcomeOut, 422: OutcomeOut}, summary="Set bands")
@doors.endpoint(SETTERS)
def set_bands(request: doors.ActorRequest, given: BandsIn) -> Status[dict[str, Any]]:
    """Set bands, all or none: each is laid over those of its subject, and the same again changes nothing."""
    rows = [band.dict() for band in given.bands]
    result = actions.set_bands(rows=rows, by=request.auth, at=doors.at(request), dry_run=given.dry_run)
    return answers.outcome(result, given.bands, name="bands", dry_run=given.dry_run)


@router.post("/bands/import", response={200: OutcomeOut, 422: OutcomeOut}, summary="Take in a file of bands")
@doors.endpoint(SETTERS)
def import_bands(request: doors.ActorRequest, file: File[UploadedFile], dry_run: bool = False) -> Status[Outcome]:
    """Take in an .xlsx or .csv file, whole or not at all; every fault is named by its cell."""
    outcome = band_file.take_in(
        data=file.read(), filename=file.name or "", dry_run=dry_run, by=request.auth, at=doors.at(request)
    )
    return Status(422 if outcome.status == "refused" else 200, outcome)


@router.post("/bands/{band_id}/end", response=BandsOut, summary="End a band")
@doors.endpoint(SETTERS)
def end_band(request: doors.ActorRequest, band_id: int, given: EndIn) -> dict[str, Any]:
    """End a band after a day; one that would end before it began is taken back. Returns what stands."""
    actions.end_band(band_id=band_id, last_on=given.last_on, by=request.auth, at=doors.at(request))
    return bands(request)


def _out(row: band_queries.BandView) -> dict[str, Any]:
    return {
        "id": row.id,
        "distributor": row.distributor_code,
        "category": row.category_code,
        "product": row.product_code,
        "starts_on": row.starts_on,
        "last_on": row.last_on,
        "low_days": f"{row.low_days:f}",
        "high_days": f"{row.high_days:f}",
        "reason": row.reason,
        "state": row.state,
    }

"""The API of this room: distributors out, files of the network in."""

from datetime import date
from decimal import Decimal

from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS, Role
from channelkeeper.api.masters import OutcomeOut
from channelkeeper.network import queries, sheet
from channelkeeper.sheets.masters import Outcome

router = Router(tags=["network"])
SEES_DISTRIBUTORS = READERS | {Role.DISTRIBUTOR}


class DistributorOut(Schema):
    """A distributor, its terms, and the rep who serves it today."""

    code: str
    name_zh: str
    name_en: str
    office: str
    grade: str
    place_zh: str
    place_en: str
    lead_time_days: int
    order_weekdays: list[int]
    min_order_cases: int
    min_order_amount: str | None
    truck_pallets: str | None
    order_limit: str | None
    currency: str = "CNY"
    starts_on: date
    ends_on: date | None
    rep: str


class DistributorsOut(Schema):
    """One page of distributors; `pages` says how many there are."""

    distributors: list[DistributorOut]
    page: int
    pages: int


@router.get("/distributors", response=DistributorsOut, summary="Distributors in scope by code, 50 a page")
@doors.endpoint(SEES_DISTRIBUTORS)
def distributors(request: doors.ActorRequest, search: str = "", office: str = "", page: int = 1) -> dict[str, object]:
    """List distributors whose code, name or pinyin initials hold `search`; weekday 0 is Monday."""
    shown = queries.distributor_page(request.auth, at=doors.at(request), text=search, office=office, page=page)
    rows = [_distributor_out(row) for row in shown]
    return {"distributors": rows, "page": shown.number, "pages": shown.paginator.num_pages}


@router.get("/distributors/{code}", response=DistributorOut, summary="One distributor")
@doors.endpoint(SEES_DISTRIBUTORS)
def distributor(request: doors.ActorRequest, code: str) -> dict[str, object]:
    """Return one distributor; one out of scope is not found."""
    return _distributor_out(queries.distributor(request.auth, code, at=doors.at(request)))


@router.post("/import", response={200: OutcomeOut, 422: OutcomeOut}, summary="Take in a file of the network")
@doors.endpoint(frozenset({Role.HEADQUARTERS}))
def import_network(request: doors.ActorRequest, file: File[UploadedFile], dry_run: bool = False) -> Status[Outcome]:
    """Take in offices, reps, distributors and assignments, one workbook or one file each, whole or not at all."""
    outcome = sheet.take_in(
        data=file.read(), filename=file.name or "", dry_run=dry_run, by=request.auth, at=doors.at(request)
    )
    return Status(422 if outcome.status == "refused" else 200, outcome)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _distributor_out(row: queries.DistributorView) -> dict[str, object]:
    return {
        "code": row.code,
        "name_zh": row.name_zh,
        "name_en": row.name_en,
        "office": row.office_code,
        "grade": row.grade,
        "place_zh": row.place_zh,
        "place_en": row.place_en,
        "lead_time_days": row.lead_time_days,
        "order_weekdays": list(row.order_weekdays),
        "min_order_cases": row.min_order_cases,
        "min_order_amount": _text(row.min_order_amount),
        "truck_pallets": _text(row.truck_pallets),
        "order_limit": _text(row.order_limit),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "rep": row.rep_code,
    }

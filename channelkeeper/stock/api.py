"""The API of this room: reports in and out, shipments, the close of a week."""

from datetime import date
from typing import Any

from ninja import Field, File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS, Role
from channelkeeper.api import masters as answers
from channelkeeper.api.masters import OutcomeOut
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.stock import actions, band_api, day_api
from channelkeeper.stock.queries import counts as count_queries
from channelkeeper.stock.queries import credibility as credibility_queries
from channelkeeper.stock.queries import reports as report_queries
from channelkeeper.stock.queries import shipments as shipment_queries
from channelkeeper.stock.rules import COUNTERS, PERMISSIONS, SENDERS

router = Router(tags=["stock"])
router.add_router("", band_api.router)
router.add_router("", day_api.router)
SEEN_BY = READERS | {Role.DISTRIBUTOR}
LARGEST_BYTES = 10 * 1024 * 1024


class LineOut(Schema):
    """One product of a report, in pieces."""

    product: str
    opening: int
    received: int
    other_in: int
    sold: int
    gifts: int
    losses: int
    returns: int
    closing: int
    near_expiry: int


class FaultOut(Schema):
    """One thing to mend, by cell, in both languages."""

    sheet: str
    cell: str
    value: str
    code: str
    message_zh: str
    message_en: str


class CandidateOut(Schema):
    """One answer that a question offers."""

    code: str
    name_zh: str
    name_en: str
    likeness: int
    why_zh: str
    why_en: str


class QuestionOut(Schema):
    """What only a person can say: unknown_product, unknown_unit or week."""

    kind: str
    sheet: str
    cell: str
    value: str
    message_zh: str
    message_en: str
    candidates: list[CandidateOut]


class AnswerOut(Schema):
    """What became of a report: accepted, refused or questions; null week where the file tells none."""

    status: str
    week: str | None
    lines: list[LineOut]
    faults: list[FaultOut]
    questions: list[QuestionOut]


class ReportIn(Schema):
    """Whose report it is, and the week asked for (2026-W47), if any."""

    distributor: str
    week: str = ""
    dry_run: bool = False


class ExpectedOut(Schema):
    """What a distributor owes for a week, and what came: on_time, late, waiting, due or missing."""

    distributor: str
    week: str
    state: str
    received_at: str | None
    version: int
    products: int
    gaps: int


class WeekOut(Schema):
    """A week's reports."""

    week: str
    expected: int
    received: int
    on_time: int
    reports: list[ExpectedOut]


class ReportOut(Schema):
    """A report as it counts, and its version."""

    distributor: str
    week: str
    version: int
    current: bool
    received_at: str
    on_time: bool
    lines: list[LineOut]


class ShipmentLineIn(Schema):
    """One product of a shipment: cases or pieces."""

    number: str
    distributor: str
    product: str
    cases: int | None = None
    units: int | None = None
    shipped_on: date
    arrives_on: date | None = None
    order_number: str = ""


class ShipmentsIn(Schema):
    """Shipments, one row per product; all are taken or none."""

    lines: list[ShipmentLineIn]
    dry_run: bool = False


class ShipmentOut(Schema):
    """A shipment and whether it is on the road."""

    number: str
    distributor: str
    order_number: str
    shipped_on: date
    arrives_on: date
    received_on: date | None
    on_the_road: bool
    units: int


class ShipmentsOut(Schema):
    """One page of shipments; `pages` says how many there are."""

    shipments: list[ShipmentOut]
    page: int
    pages: int


class CountLineIn(Schema):
    """One product counted by hand: cases and pieces are added; what moved since the Sunday it stands for, in pieces."""

    distributor: str
    product: str
    counted_on: date
    cases: int | None = Field(None, ge=0)
    units: int | None = Field(None, ge=0)
    sold_since: int | None = Field(None, ge=0)
    received_since: int | None = Field(None, ge=0)
    near_expiry: int | None = Field(None, ge=0)
    note: str = ""


class CountsIn(Schema):
    """Counts by hand, one row per product; all are taken or none."""

    lines: list[CountLineIn]
    note: str = ""
    dry_run: bool = False


class CountOut(Schema):
    """A count by hand."""

    id: int
    distributor: str
    week: str
    counted_on: date
    by: str
    note: str
    withdrawn: bool
    products: int


class CountsOut(Schema):
    """One page of counts; `pages` says how many there are."""

    counts: list[CountOut]
    page: int
    pages: int


class CountedOut(Schema):
    """A product of a count in pieces; `reported` is the report's closing, null where none names it."""

    product: str
    counted: int
    sold_since: int
    received_since: int
    closing: int
    near_expiry: int | None
    note: str
    reported: int | None
    gap: int


class CountDetailOut(CountOut):
    """A count with its lines."""

    lines: list[CountedOut]


class WithdrawIn(Schema):
    """Why a count is withdrawn."""

    reason: str


class ReasonOut(Schema):
    """Why a distributor is worth a count, in both languages."""

    sign: str
    message_zh: str
    message_en: str


class ToCountOut(Schema):
    """A distributor worth a count; money in CNY as text, `score` null without a report."""

    distributor: str
    score: int | None
    stock_value: str
    doubt_value: str
    currency: str
    counted: bool
    last_counted_on: date | None
    reasons: list[ReasonOut]


class SellInLineIn(Schema):
    """What a distributor bought of a product in a week (2026-W40) or a month (2026-10): cases or pieces."""

    distributor: str
    product: str
    week: str = ""
    month: str = ""
    cases: int | None = Field(None, ge=0)
    units: int | None = Field(None, ge=0)


class SellInIn(Schema):
    """Sell-in of the time before the reports; all rows are taken or none."""

    lines: list[SellInLineIn]
    dry_run: bool = False


class CloseIn(Schema):
    """Which week to close, and for whom; everyone by default."""

    week: str
    distributors: list[str] | None = None


class CloseOut(Schema):
    """What a close amounts to."""

    week: str
    distributors: int
    reported: int
    series: int
    continued: bool


@router.post("/reports", response={200: AnswerOut, 422: AnswerOut}, summary="Take in a weekly report")
@doors.endpoint(SENDERS)
def import_report(
    request: doors.ActorRequest, given: Form[ReportIn], file: File[UploadedFile]
) -> Status[dict[str, Any]]:
    """Take in an .xlsx or .csv file, whole or not at all; the same content again counts once."""
    if (file.size or 0) > LARGEST_BYTES:
        raise ValueError("The file has more than 10 MB.")
    answer = actions.import_report(
        distributor_code=given.distributor,
        data=file.read(),
        filename=file.name or "",
        week=weeks.parse(given.week) if given.week else None,
        dry_run=given.dry_run,
        source="api",
        by=request.auth,
        at=doors.at(request),
    )
    return Status(200 if answer.status == "accepted" else 422, answer.body)


@router.get("/reports", response=WeekOut, summary="Who reported a week")
@doors.endpoint(SEEN_BY)
def reports(request: doors.ActorRequest, week: str = "") -> dict[str, Any]:
    """List what each distributor in scope owes for a week, the last closed one by default, and what came."""
    at = doors.at(request)
    chosen = weeks.parse(week) if week else BUSINESS.last_closed_week(at)
    found = report_queries.week_of_reports(request.auth, at=at, week=chosen)
    return {
        "week": weeks.label(chosen),
        "expected": len(found.rows),
        "received": found.received,
        "on_time": found.on_time,
        "reports": [_expected(row) for row in found.rows],
    }


@router.get("/reports/{code}/{week}", response=ReportOut, summary="One report")
@doors.endpoint(SEEN_BY)
def report(request: doors.ActorRequest, code: str, week: str, version: int | None = None) -> dict[str, Any]:
    """Return a distributor's report of a week: the version that counts, or the one asked for."""
    found = report_queries.report(
        request.auth, at=doors.at(request), code=code, week=weeks.parse(week), version=version
    )
    return {
        "distributor": found.code,
        "week": weeks.label(found.week),
        "version": found.version,
        "current": found.current,
        "received_at": found.received_at.isoformat(),
        "on_time": found.on_time,
        "lines": [{"product": line.code, "near_expiry": line.near_expiry, **vars(line.flow)} for line in found.lines],
    }


@router.post("/shipments", response={200: OutcomeOut, 422: OutcomeOut}, summary="Record shipments")
@doors.endpoint(PERMISSIONS["stock.shipment.recorded"])
def record_shipments(request: doors.ActorRequest, given: ShipmentsIn) -> Status[dict[str, Any]]:
    """Record shipments by number: the same again changes nothing, other figures put it right."""
    result = actions.record_shipments(
        rows=[line.dict() for line in given.lines], by=request.auth, at=doors.at(request), dry_run=given.dry_run
    )
    return answers.outcome(result, given.lines, name="lines", dry_run=given.dry_run)


@router.get("/shipments", response=ShipmentsOut, summary="Shipments, the latest first, 50 a page")
@doors.endpoint(SEEN_BY)
def shipments(
    request: doors.ActorRequest, distributor: str = "", only_road: bool = False, page: int = 1
) -> dict[str, Any]:
    """List shipments in scope, all or only those that nobody has marked as received."""
    found = shipment_queries.shipment_page(
        request.auth, at=doors.at(request), code=distributor, only_road=only_road, page=page
    )
    rows = [
        {
            "number": one.number,
            "distributor": one.code,
            "order_number": one.order_number,
            "shipped_on": one.shipped_on,
            "arrives_on": one.arrives_on,
            "received_on": one.received_on,
            "on_the_road": one.on_the_road,
            "units": one.units,
        }
        for one in found
    ]
    return {"shipments": rows, "page": found.number, "pages": found.paginator.num_pages}


@router.get("/to-count", response=list[ToCountOut], summary="Whom to count this week")
@doors.endpoint(READERS)
def to_count(request: doors.ActorRequest, week: str = "") -> list[dict[str, Any]]:
    """List whom to count for a week's close, the last one by default, the most money in doubt first."""
    at = doors.at(request)
    chosen = weeks.parse(week) if week else BUSINESS.last_closed_week(at)
    return [
        {
            "distributor": one.code,
            "score": one.score,
            "stock_value": f"{one.stock_value:.2f}",
            "doubt_value": f"{one.doubt_value:.2f}",
            "currency": "CNY",
            "counted": one.counted,
            "last_counted_on": one.last_counted_on,
            "reasons": [
                {"sign": reason.kind, "message_zh": reason.said("zh"), "message_en": reason.said("en")}
                for reason in one.reasons
            ],
        }
        for one in credibility_queries.to_count(request.auth, at=at, week=chosen)
    ]


@router.post("/counts", response={200: OutcomeOut, 422: OutcomeOut}, summary="Record counts by hand")
@doors.endpoint(COUNTERS)
def record_counts(request: doors.ActorRequest, given: CountsIn) -> Status[dict[str, Any]]:
    """Record what was counted; the same figures again change nothing, others stand in their place."""
    result = actions.record_counts(
        rows=[line.dict() for line in given.lines],
        source="api",
        note=given.note,
        by=request.auth,
        at=doors.at(request),
        dry_run=given.dry_run,
    )
    return answers.outcome(result, given.lines, name="lines", dry_run=given.dry_run)


@router.get("/counts", response=CountsOut, summary="Counts by hand, the newest first, 50 a page")
@doors.endpoint(SEEN_BY)
def counts(request: doors.ActorRequest, distributor: str = "", page: int = 1) -> dict[str, Any]:
    """List the counts in scope, of one distributor where asked."""
    found = count_queries.count_page(request.auth, at=doors.at(request), code=distributor, page=page)
    return {"counts": [_count(one) for one in found], "page": found.number, "pages": found.paginator.num_pages}


@router.get("/counts/{count_id}", response=CountDetailOut, summary="One count beside the report of its week")
@doors.endpoint(SEEN_BY)
def count(request: doors.ActorRequest, count_id: int) -> dict[str, Any]:
    """Return a count with its lines and what the report of its week says."""
    found = count_queries.count(request.auth, at=doors.at(request), pk=count_id)
    names = ("counted", "sold_since", "received_since", "closing", "near_expiry", "note", "reported", "gap")
    lines = [{"product": line.code, **{name: getattr(line, name) for name in names}} for line in found.lines]
    return _count(found.view) | {"lines": lines}


@router.post("/counts/{count_id}/withdraw", response=CountDetailOut, summary="Withdraw a count")
@doors.endpoint(COUNTERS)
def withdraw_count(request: doors.ActorRequest, count_id: int, given: WithdrawIn) -> dict[str, Any]:
    """Withdraw a count that was a mistake; it stays readable, and the report stands again."""
    actions.withdraw_count(count_id=count_id, reason=given.reason, by=request.auth, at=doors.at(request))
    return count(request, count_id)


@router.post("/sell-in", response={200: OutcomeOut, 422: OutcomeOut}, summary="Record sell-in before the reports")
@doors.endpoint(PERMISSIONS["stock.sell_in.recorded"])
def record_sell_in(request: doors.ActorRequest, given: SellInIn) -> Status[dict[str, Any]]:
    """Record what distributors bought before they reported: expected by until eight reports are in."""
    rows = [line.dict() for line in given.lines]
    result = actions.record_sell_in(rows=rows, by=request.auth, at=doors.at(request), dry_run=given.dry_run)
    return answers.outcome(result, given.lines, name="lines", dry_run=given.dry_run)


@router.post("/close", response=CloseOut, summary="Close a week")
@doors.endpoint(PERMISSIONS["stock.week.closed"])
def close(request: doors.ActorRequest, given: CloseIn) -> dict[str, Any]:
    """Close a week; run again it comes to the same, and one that was broken off goes on."""
    closed = actions.close_week(
        week=weeks.parse(given.week),
        by=request.auth,
        at=doors.at(request),
        distributor_codes=given.distributors,
    )
    return vars(closed) | {"week": weeks.label(closed.week)}


def _count(one: count_queries.CountView) -> dict[str, Any]:
    return {
        "id": one.pk,
        "distributor": one.code,
        "week": weeks.label(one.week),
        "counted_on": one.counted_on,
        "by": one.by_name,
        "note": one.note,
        "withdrawn": one.withdrawn,
        "products": one.products,
    }


def _expected(row: report_queries.Expected) -> dict[str, Any]:
    return {
        "distributor": row.code,
        "week": weeks.label(row.week),
        "state": row.state,
        "received_at": row.received_at and row.received_at.isoformat(),
        "version": row.version,
        "products": row.products,
        "gaps": row.gaps,
    }

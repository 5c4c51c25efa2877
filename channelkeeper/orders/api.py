"""The orders for programs."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Field, File, Query, Router, Schema, Status
from ninja.files import UploadedFile

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS, STAFF, Actor, Role
from channelkeeper.api import masters
from channelkeeper.api.masters import OutcomeOut
from channelkeeper.core import sentences as core_sentences
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.orders import actions, files, order_file, queries, rules, scenario_api, sheet
from channelkeeper.orders.queries import reasons, record
from channelkeeper.orders.rules import SEEN_BY, SETTLERS, Bound, Group, State
from channelkeeper.sheets.masters import Outcome
from channelkeeper.web import downloads, pdf

router = Router(tags=["orders"])
router.add_router("", scenario_api.router)
PAGE_LIMIT = 200
MOST_LINES = 20_000  # in one call: more is a file


class MoneyOut(Schema):
    """A sum, as text."""

    amount: str
    currency: str


class LineOut(Schema):
    """A line of an order: pieces, days, and the sentence that explains it."""

    product: str
    name_zh: str
    name_en: str
    proposed_units: int
    units: int
    cases: int
    units_per_case: int
    on_hand_units: int
    road_units: int
    expected_until_reading_units: float
    missed_units: float
    per_day_after: float
    days_now: float | None
    days_after: float | None
    band: str
    group: Group
    bound_by: Bound
    reason: str
    reason_zh: str
    reason_en: str
    price_per_unit: str
    amount: str


class OrderOut(Schema):
    """An order without its lines; weeks as 2026-W47, the closed week it rests on."""

    number: str
    distributor: str
    week: str
    order_on: date
    arrives_on: date
    reading_on: date
    state: State
    estimated: bool
    lines_ordered: int
    cases: int
    days_now: float | None
    days_after: float | None
    amount: MoneyOut


class FullOrderOut(OrderOut):
    """An order with its lines."""

    lines: list[LineOut]


class ListOut(Schema):
    """One page of orders, the newest week first."""

    count: int
    orders: list[OrderOut]


class ListIn(Schema):
    """What the list is narrowed to."""

    week: str = ""
    state: State | None = None
    distributor: str = ""
    offset: int = Field(0, ge=0)
    limit: int = Field(50, ge=1, le=PAGE_LIMIT)


class ProposeIn(Schema):
    """For which distributors, on which closed week; all in scope, and the last closed one, where left out."""

    week: str = ""
    distributors: list[str] | None = None


class DifferenceOut(Schema):
    """A line whose proposal is another than in the draft before, in pieces."""

    product: str
    before_units: int
    proposed_units: int
    units: int


class OneProposedOut(Schema):
    """What came of one distributor."""

    distributor: str
    result: actions.Result
    number: str
    state: str
    differences: list[DifferenceOut]


class ProposedOut(Schema):
    """What came of proposing."""

    week: str
    outcomes: list[OneProposedOut]


class EditIn(Schema):
    """Quantities in whole cases by product's code; reasons where one lifts cover above the band."""

    cases: dict[str, int]
    reasons: dict[str, str] = {}


class LineIn(Schema):
    """A quantity in whole cases; `was` is what the sender saw: a line that was changed since is refused then."""

    order: str
    product: str
    cases: int
    was: int | None = None
    reason: str = ""


class EditsIn(Schema):
    """Quantities of any orders; only checked with `dry_run`."""

    lines: list[LineIn] = Field(max_length=MOST_LINES)
    dry_run: bool = False


class OfferIn(Schema):
    """The numbers of drafts."""

    numbers: list[str] = Field(max_length=MOST_LINES)


class RefusedOut(Schema):
    """An order that was left as it is, and why."""

    number: str
    code: str
    message_zh: str
    message_en: str


class OfferedOut(Schema):
    """Which drafts are offered now, and which could not be."""

    offered: list[str]
    refused: list[RefusedOut]


class ReasonsIn(Schema):
    """What reasons are counted by, and over how many weeks."""

    by: reasons.By = reasons.By.REASON
    weeks: int = Field(record.USUAL_WEEKS, ge=1, le=104)


class StatedOut(Schema):
    """A reason in one kind of step, at one distributor or under one rep where it is counted by them."""

    reason: str
    step: str
    code: str
    name_zh: str
    name_en: str
    orders: int
    lines: int
    last_week: str


class ReasonsOut(Schema):
    """Stated reasons, the most frequent first."""

    reasons: list[StatedOut]


class ChangeIn(Schema):
    """Other quantities in whole cases by product's code, and why."""

    cases: dict[str, int]
    reason: str


class FileIn(Schema):
    """In which form, in which language, and whether with lines of which nothing is ordered."""

    format: files.Form = files.Form.XLSX
    language: Literal["zh", "en"] = "zh"
    all: bool = False


class LinkIn(Schema):
    """For how many days a one-time link works, 1 to 30."""

    days: int = rules.LINK_DAYS


class LinkOut(Schema):
    """A one-time link. Its address is told this once; only a hash of it is kept."""

    number: str
    address: str
    expires_at: datetime


class ReasonIn(Schema):
    """Why."""

    reason: str = ""


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


def _out(request: HttpRequest, number: str) -> dict[str, Any]:
    return queries.order(_actor(request), number, at=doors.at(request)).record()


def _refused(number: str, refusal: rules.Refusal) -> dict[str, str]:
    said = {
        f"message_{tongue}": core_sentences.render(refusal.code, refusal.figures, tongue) for tongue in ("zh", "en")
    }
    return {"number": number, "code": refusal.code, **said}


def _now(request: HttpRequest, number: str) -> dict[str, Any]:
    """Return the arguments that every step shares."""
    return {"number": number, "by": _actor(request), "at": doors.at(request)}


@router.get("", response=ListOut, summary="Orders in scope")
@doors.endpoint(SEEN_BY)
def list_orders(request: HttpRequest, asked: Query[ListIn]) -> dict[str, Any]:
    """Return orders in scope, the newest week first; a distributor sees its own from their offer on."""
    filters = queries.Filters(
        week=weeks.parse(asked.week) if asked.week else None,
        states=(asked.state,) if asked.state else (),
        distributor=asked.distributor,
    )
    actor, at = _actor(request), doors.at(request)
    rows = queries.listed(actor, at=at, filters=filters, limit=asked.limit, offset=asked.offset)
    count = queries.orders(actor, at=at, filters=filters).count()
    return {"count": count, "orders": [queries.record_of(row) for row in rows]}


@router.post("/propose", response=ProposedOut, summary="Propose the next orders")
@doors.endpoint(STAFF)
def propose(request: HttpRequest, asked: ProposeIn) -> dict[str, Any]:
    """Propose on a closed week; a draft that stands is brought up to date, what was offered is left alone."""
    at = doors.at(request)
    week = weeks.parse(asked.week) if asked.week else BUSINESS.last_closed_week(at)
    found = actions.propose(week=week, by=_actor(request), at=at, distributor_codes=asked.distributors)
    return {"week": weeks.label(week), "outcomes": [one.record() for one in found.outcomes]}


@router.get("/reasons", response=ReasonsOut, summary="Stated reasons with counts")
@doors.endpoint(READERS)
def stated_reasons(request: HttpRequest, asked: Query[ReasonsIn]) -> dict[str, Any]:
    """Return what was said when orders differed from their proposals, the most frequent first."""
    at = doors.at(request)
    since = record.since(BUSINESS.last_closed_week(at), asked.weeks)
    return {"reasons": [one.record() for one in reasons.stated(_actor(request), at=at, since=since, by=asked.by)]}


@router.post("/offer", response={200: OfferedOut, 422: OfferedOut}, summary="Offer several drafts")
@doors.endpoint(STAFF)
def offer_many(request: HttpRequest, asked: OfferIn) -> Status[dict[str, Any]]:
    """Offer drafts, each for itself; what cannot be offered is told with its reason, 422 where that is all of them."""
    done = actions.offer_many(numbers=asked.numbers, by=_actor(request), at=doors.at(request))
    offered = [one.number for one in done if one.refusal is None]
    refused = [_refused(one.number, one.refusal) for one in done if one.refusal is not None]
    return Status(200 if offered else 422, {"offered": offered, "refused": refused})


@router.post("/import", response={200: OutcomeOut, 422: OutcomeOut}, summary="Take in an edited order file")
@doors.endpoint(SETTLERS)
def import_file(request: HttpRequest, file: File[UploadedFile], dry_run: bool = False) -> Status[Outcome]:
    """Take in an .xlsx or .csv file as `excel` gives it, edited, whole or not at all; faults are named by cell."""
    outcome = order_file.take_in(
        data=file.read(), filename=file.name or "", dry_run=dry_run, by=_actor(request), at=doors.at(request)
    )
    return Status(422 if outcome.status == "refused" else 200, outcome)


@router.post("/edits", response={200: OutcomeOut, 422: OutcomeOut}, summary="Set quantities of many orders")
@doors.endpoint(SETTLERS)
def edit_many(request: HttpRequest, asked: EditsIn) -> Status[dict[str, Any]]:
    """Set quantities of drafts, or answer offers, all or none; each line that cannot stand is named with its reason."""
    rows = [line.dict() for line in asked.lines]
    result = actions.set_lines(rows=rows, by=_actor(request), at=doors.at(request), dry_run=asked.dry_run)
    return masters.outcome(result, asked.lines, name="lines", dry_run=asked.dry_run)


@router.get("/{number}", response=FullOrderOut, summary="One order with its lines")
@doors.endpoint(SEEN_BY)
def get_order(request: HttpRequest, number: str) -> dict[str, Any]:
    """Return an order; for its distributor, this opens the offer."""
    if _actor(request).role is Role.DISTRIBUTOR:
        actions.open_offer(**_now(request, number))
    return _out(request, number)


@router.get("/{number}/file", summary="One order as a file")
@doors.endpoint(SEEN_BY)
def file_of(request: HttpRequest, number: str, asked: Query[FileIn]) -> HttpResponse:
    """Hand an order out as a workbook, as CSV or as a paper for both sides to sign; 503 where no paper can be made."""
    view = queries.order(_actor(request), number, at=doors.at(request))
    base = request.build_absolute_uri("/")
    try:
        content = files.content(view, asked.format, language=asked.language, all_lines=asked.all, base=base)
    except pdf.NoPaper as missing:
        return HttpResponse(str(missing), status=503, content_type="text/plain; charset=utf-8")
    return downloads.file(content, sheet.filename(view, asked.format), files.MEDIA[asked.format])


@router.post("/{number}/edit", response=FullOrderOut, summary="Set quantities of a draft")
@doors.endpoint(STAFF)
def edit(request: HttpRequest, number: str, asked: EditIn) -> dict[str, Any]:
    """Set quantities, all or none; 422 where one cannot stand, or lifts cover above the band without a reason."""
    actions.edit_lines(**_now(request, number), cases=asked.cases, reasons=asked.reasons)
    return _out(request, number)


@router.post("/{number}/undo", response=FullOrderOut, summary="Take the last edits back")
@doors.endpoint(STAFF)
def undo(request: HttpRequest, number: str) -> dict[str, Any]:
    """Take the last step of edits of a draft back."""
    actions.undo_edit(**_now(request, number))
    return _out(request, number)


@router.post("/{number}/offer", response=FullOrderOut, summary="Offer a draft")
@doors.endpoint(STAFF)
def offer(request: HttpRequest, number: str) -> dict[str, Any]:
    """Offer a draft to its distributor."""
    actions.offer(**_now(request, number))
    return _out(request, number)


@router.post("/{number}/withdraw", response=FullOrderOut, summary="Withdraw an offer")
@doors.endpoint(STAFF)
def withdraw(request: HttpRequest, number: str) -> dict[str, Any]:
    """Take an offer back that its distributor has not opened."""
    actions.withdraw_offer(**_now(request, number))
    return _out(request, number)


@router.post("/{number}/accept", response=FullOrderOut, summary="Accept an offer")
@doors.endpoint(SETTLERS)
def accept(request: HttpRequest, number: str, asked: ReasonIn) -> dict[str, Any]:
    """Accept an offer; a rep who does so on the distributor's word says how it was agreed."""
    actions.accept(**_now(request, number), reason=asked.reason)
    return _out(request, number)


@router.post("/{number}/change", response=FullOrderOut, summary="Answer an offer with other quantities")
@doors.endpoint(SETTLERS)
def change(request: HttpRequest, number: str, asked: ChangeIn) -> dict[str, Any]:
    """Change an offer, with the reason."""
    actions.change(**_now(request, number), cases=asked.cases, reason=asked.reason)
    return _out(request, number)


@router.post("/{number}/decline", response=OrderOut, summary="Decline an offer")
@doors.endpoint(SETTLERS)
def decline(request: HttpRequest, number: str, asked: ReasonIn) -> dict[str, Any]:
    """Decline an offer, with the reason: the order is cancelled."""
    actions.decline(**_now(request, number), reason=asked.reason)
    return _out(request, number)


@router.post("/{number}/link", response=LinkOut, summary="Make a one-time link for the distributor")
@doors.endpoint(STAFF)
def make_link(request: HttpRequest, number: str, asked: LinkIn) -> dict[str, Any]:
    """Make a link with which the distributor answers this one order without signing in; an earlier one ends."""
    made = actions.make_link(**_now(request, number), days=asked.days)
    address = request.build_absolute_uri(reverse("orders:by_link", args=[made.token]))
    return {"number": number, "address": address, "expires_at": made.expires_at}


@router.post("/{number}/link/withdraw", response=OrderOut, summary="Withdraw the one-time link of an order")
@doors.endpoint(STAFF)
def withdraw_link(request: HttpRequest, number: str) -> dict[str, Any]:
    """Make the order's link worthless."""
    actions.withdraw_link(**_now(request, number))
    return _out(request, number)


@router.post("/{number}/settle", response=FullOrderOut, summary="Agree to a distributor's changes")
@doors.endpoint(STAFF)
def settle(request: HttpRequest, number: str) -> dict[str, Any]:
    """Agree to the changes: the order counts as accepted."""
    actions.settle(**_now(request, number))
    return _out(request, number)


@router.post("/{number}/send", response=FullOrderOut, summary="Send an accepted order")
@doors.endpoint(STAFF)
def send(request: HttpRequest, number: str) -> dict[str, Any]:
    """Send an accepted order; 422 where it rests on estimated stock."""
    actions.send(**_now(request, number))
    return _out(request, number)


@router.post("/{number}/cancel", response=OrderOut, summary="Cancel an order")
@doors.endpoint(STAFF)
def cancel(request: HttpRequest, number: str, asked: ReasonIn) -> dict[str, Any]:
    """Cancel an order that was not sent, with the reason."""
    actions.cancel(**_now(request, number), reason=asked.reason)
    return _out(request, number)

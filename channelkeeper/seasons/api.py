"""The API of this room: promotions, closing days and launch plans, out and in."""

from datetime import date

from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS, Role
from channelkeeper.api.masters import OutcomeOut
from channelkeeper.seasons import closing_api, launch_api, queries, sheet
from channelkeeper.sheets.masters import Outcome

router = Router(tags=["seasons"])
router.add_router("", closing_api.router)
router.add_router("", launch_api.router)


class PromotionOut(Schema):
    """One product of a promotion, at one distributor or at all (empty); it ends on the day before `ends_on`."""

    code: str
    label_zh: str
    label_en: str
    product: str
    distributor: str
    starts_on: date
    ends_on: date
    known_on: date
    intensity: str


class PromotionsOut(Schema):
    """One page of promotions; `pages` says how many there are."""

    promotions: list[PromotionOut]
    page: int
    pages: int


@router.get("/promotions", response=PromotionsOut, summary="Promotions in scope, the latest first, 50 a page")
@doors.endpoint(READERS | {Role.DISTRIBUTOR})
def promotions(request: doors.ActorRequest, search: str = "", page: int = 1) -> dict[str, object]:
    """List promotions, all or those whose code, label or product hold `search`."""
    shown = queries.promotion_page(request.auth, at=doors.at(request), text=search, page=page)
    rows = [_promotion_out(row) for row in shown]
    return {"promotions": rows, "page": shown.number, "pages": shown.paginator.num_pages}


@router.post("/promotions/import", response={200: OutcomeOut, 422: OutcomeOut}, summary="Take in a file of promotions")
@doors.endpoint(frozenset({Role.HEADQUARTERS}))
def import_promotions(request: doors.ActorRequest, file: File[UploadedFile], dry_run: bool = False) -> Status[Outcome]:
    """Take in an .xlsx or .csv file, whole or not at all; every fault is named by its cell."""
    outcome = sheet.take_in(
        data=file.read(), filename=file.name or "", dry_run=dry_run, by=request.auth, at=doors.at(request)
    )
    return Status(422 if outcome.status == "refused" else 200, outcome)


def _promotion_out(row: queries.PromotionView) -> dict[str, object]:
    return {
        "code": row.code,
        "label_zh": row.label_zh,
        "label_en": row.label_en,
        "product": row.product_code,
        "distributor": row.distributor_code,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "known_on": row.known_on,
        "intensity": f"{row.intensity:f}",
    }

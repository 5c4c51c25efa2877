"""The API of this room: products out, a file of products in."""

from datetime import date
from decimal import Decimal

from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from channelkeeper.access import doors
from channelkeeper.access.rules import EVERYONE, Role
from channelkeeper.api.masters import OutcomeOut
from channelkeeper.catalog import queries, sheet
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.sheets.masters import Outcome

router = Router(tags=["catalog"])


class ProductOut(Schema):
    """A product with the ex-factory price of the day."""

    code: str
    gtin: str
    name_zh: str
    name_en: str
    brand: str
    category: str
    units_per_case: int
    cases_per_layer: int | None
    layers_per_pallet: int | None
    shelf_life_days: int | None
    near_expiry_days: int | None
    launched_on: date | None
    retires_on: date | None
    successor: str
    price_per_case: str | None
    currency: str = "CNY"


class ProductsOut(Schema):
    """One page of products; `pages` says how many there are."""

    products: list[ProductOut]
    page: int
    pages: int


@router.get("/products", response=ProductsOut, summary="Products by code, 50 a page")
@doors.endpoint(EVERYONE)
def products(request: doors.ActorRequest, search: str = "", category: str = "", page: int = 1) -> dict[str, object]:
    """List products, all or those whose code, bar code, name or pinyin initials hold `search`."""
    on = BUSINESS.day(doors.at(request))
    shown = queries.product_page(on=on, text=search, category=category, page=page)
    rows = [_product_out(product) for product in shown]
    return {"products": rows, "page": shown.number, "pages": shown.paginator.num_pages}


@router.post("/products/import", response={200: OutcomeOut, 422: OutcomeOut}, summary="Take in a file of products")
@doors.endpoint(frozenset({Role.HEADQUARTERS}))
def import_products(request: doors.ActorRequest, file: File[UploadedFile], dry_run: bool = False) -> Status[Outcome]:
    """Take in an .xlsx or .csv file, whole or not at all; every fault is named by its cell."""
    outcome = sheet.take_in(
        data=file.read(), filename=file.name or "", dry_run=dry_run, by=request.auth, at=doors.at(request)
    )
    return Status(422 if outcome.status == "refused" else 200, outcome)


def _product_out(product: queries.ProductView) -> dict[str, object]:
    price: Decimal | None = product.price_per_case
    return {
        "code": product.code,
        "gtin": product.gtin,
        "name_zh": product.name_zh,
        "name_en": product.name_en,
        "brand": product.brand_zh,
        "category": product.category_zh,
        "units_per_case": product.units_per_case,
        "cases_per_layer": product.cases_per_layer,
        "layers_per_pallet": product.layers_per_pallet,
        "shelf_life_days": product.shelf_life_days,
        "near_expiry_days": product.near_expiry_days,
        "launched_on": product.launched_on,
        "retires_on": product.retires_on,
        "successor": product.successor_code,
        "price_per_case": None if price is None else f"{price:f}",
    }

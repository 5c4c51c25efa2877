"""
Reads of this room: products and their prices.

Products are the same for everybody who signs in, so these reads take no actor: a page or
an endpoint decides who may look.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Page
from django.db.models import Q, QuerySet

from channelkeeper.access import paging
from channelkeeper.access.rules import NotFound
from channelkeeper.catalog.models import Category, Price, Product
from channelkeeper.core import formats, money


@dataclass(frozen=True, slots=True)
class ProductView:
    """
    A product with what other rooms need of it.

    Attributes:
        gtin: empty where there is none.
        cases_per_layer, layers_per_pallet: how it stacks; None where nobody has said.
        near_expiry_days: left when goods count as near their date; None for what its shelf life gives.
        launched_on, retires_on: first day on sale, and the first without it.
        price_per_unit: ex-factory, yuan with VAT, on the day asked for; None where none is known.
    """

    id: int
    code: str
    gtin: str
    name_zh: str
    name_en: str
    brand_zh: str
    brand_en: str
    category_id: int
    category_code: str
    category_zh: str
    category_en: str
    units_per_case: int
    shelf_life_days: int | None
    launched_on: date | None
    retires_on: date | None
    successor_code: str
    price_per_unit: Decimal | None = None
    cases_per_layer: int | None = None
    layers_per_pallet: int | None = None
    near_expiry_days: int | None = None

    @property
    def cases_per_pallet(self) -> int | None:
        """Return how many cases make a pallet; None where nobody has said."""
        if self.cases_per_layer is None or self.layers_per_pallet is None:
            return None
        return self.cases_per_layer * self.layers_per_pallet

    @property
    def price_per_case(self) -> Decimal | None:
        """Return the ex-factory price of a case, to the fen."""
        return None if self.price_per_unit is None else money.to_fen(self.price_per_unit * self.units_per_case)

    def name(self, language: str) -> str:
        """Return the name in the reader's language; Chinese where there is no other."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh

    def brand(self, language: str) -> str:
        """Return the brand's name."""
        return self.brand_zh if formats.is_chinese(language) else self.brand_en or self.brand_zh

    def category(self, language: str) -> str:
        """Return the category's name."""
        return self.category_zh if formats.is_chinese(language) else self.category_en or self.category_zh

    def sold_on(self, day: date) -> bool:
        """Return whether the product is on sale that day."""
        launched = self.launched_on is None or self.launched_on <= day
        return launched and (self.retires_on is None or day < self.retires_on)


def products_by_code(*, on: date | None = None, codes: Collection[str] | None = None) -> dict[str, ProductView]:
    """
    Return products by their code: two statements, however many.

    Args:
        on: the day whose prices are shown; None leaves prices out.
        codes: only these; None for all.
    """
    rows = Product.objects.order_by("code")
    found = _views(rows if codes is None else rows.filter(code__in=codes), on)
    return {product.code: product for product in found}


def products_by_id(*, on: date | None = None, ids: Collection[int] | None = None) -> dict[int, ProductView]:
    """Return products by their id; as `products_by_code`."""
    rows = Product.objects.order_by("code")
    return {product.id: product for product in _views(rows if ids is None else rows.filter(pk__in=ids), on)}


@dataclass(frozen=True, slots=True)
class Identity:
    """By what a product is known, and how many pieces its case holds."""

    id: int
    code: str
    gtin: str
    name_zh: str
    name_en: str
    units_per_case: int


def identities(*, codes: Collection[str] | None = None) -> list[Identity]:
    """Return by what products are known, by code: one plain statement, for files that name many; None for all."""
    rows = Product.objects.order_by("code")
    found = rows if codes is None else rows.filter(code__in=codes)
    columns = ("pk", "code", "gtin", "name_zh", "name_en", "units_per_case")
    return [Identity(pk, code, gtin or "", *rest) for pk, code, gtin, *rest in found.values_list(*columns)]


def prices_on(day: date, *, product_ids: Collection[int] | None = None) -> dict[int, Decimal]:
    """
    Return the ex-factory price per piece that holds on a day, by product id; products without one are left out.

    Args:
        day: the day of reading.
        product_ids: only these; None for all.
    """
    prices = Price.objects.filter(starts_on__lte=day)
    if product_ids is not None:
        prices = prices.filter(product_id__in=product_ids)
    # The last one of a product wins: prices change a few times a year, so the history is short.
    return dict(prices.order_by("product_id", "starts_on").values_list("product_id", "price_per_unit"))


def price_starts_on(day: date) -> dict[int, date]:
    """Return since when the price that holds on a day does, by product id."""
    prices = Price.objects.filter(starts_on__lte=day).order_by("product_id", "starts_on")
    return dict(prices.values_list("product_id", "starts_on"))


def matching(text: str) -> QuerySet[Product]:
    """Return the products whose code, GTIN, name or pinyin initials hold the text."""
    wanted = text.strip()
    if not wanted:
        return Product.objects.all()
    initials = Q(initials__contains=wanted.upper().replace(" ", ""))
    named = Q(name_zh__icontains=wanted) | Q(name_en__icontains=wanted)
    return Product.objects.filter(initials | named | Q(code__icontains=wanted) | Q(gtin__startswith=wanted))


def search(text: str, *, limit: int = 8) -> list[ProductView]:
    """Return the first products that match, by code; none for an empty text."""
    return _views(matching(text).order_by("code")[:limit], None) if text.strip() else []


def product_page(*, on: date, text: str = "", category: str = "", page: int = 1) -> "Page[ProductView]":
    """
    Return one page of products by code.

    Args:
        on: the day whose prices are shown.
        text: searched as in `matching`.
        category: the code of one; empty for all.
        page: from 1.
    """
    rows = matching(text).order_by("code")
    if category:
        rows = rows.filter(category__code=category)
    columns: Any = _columns(rows)

    def views(shown: Any) -> list[ProductView]:
        return _shown(shown, on)

    return paging.page_of(columns, page, views)


@dataclass(frozen=True, slots=True)
class PriceView:
    """An ex-factory price from a date on."""

    starts_on: date
    price_per_unit: Decimal
    price_per_case: Decimal


def product(code: str, *, on: date) -> tuple[ProductView, list[PriceView]]:
    """
    Return one product and all its prices, the newest first.

    Raises:
        NotFound: no such product.
    """
    found = _views(Product.objects.filter(code=code), on)
    if not found:
        raise NotFound(f"No product {code}.")
    prices = Price.objects.filter(product__code=code).order_by("-starts_on")
    cases = found[0].units_per_case
    return found[0], [
        PriceView(row.starts_on, row.price_per_unit, money.to_fen(row.price_per_unit * cases)) for row in prices
    ]


@dataclass(frozen=True, slots=True)
class CategoryView:
    """A category of products."""

    id: int
    code: str
    name_zh: str
    name_en: str

    def name(self, language: str) -> str:
        """Return the name in the reader's language; Chinese where there is no other."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh


def categories() -> list[CategoryView]:
    """Return all categories by code."""
    return [CategoryView(row.pk, row.code, row.name_zh, row.name_en) for row in Category.objects.order_by("code")]


_COLUMNS = (
    "pk", "code", "gtin", "name_zh", "name_en", "brand__name_zh", "brand__name_en", "category_id", "category__code",
    "category__name_zh", "category__name_en", "units_per_case", "shelf_life_days", "launched_on", "retires_on",
    "successor__code", "cases_per_layer", "layers_per_pallet", "near_expiry_days",
)  # fmt: skip
_FIELDS = (
    "id", "code", "gtin", "name_zh", "name_en", "brand_zh", "brand_en", "category_id", "category_code",
    "category_zh", "category_en", "units_per_case", "shelf_life_days", "launched_on", "retires_on",
    "successor_code", "cases_per_layer", "layers_per_pallet", "near_expiry_days",
)  # fmt: skip


def _views(rows: QuerySet[Product], on: date | None) -> list[ProductView]:
    return _shown(list(_columns(rows)), on)


def _columns(rows: QuerySet[Product]) -> QuerySet[Product, tuple[Any, ...]]:
    """Read products as columns: every close and every proposal reads all of them."""
    return rows.values_list(*_COLUMNS)


def _shown(rows: Sequence[tuple[Any, ...]], on: date | None) -> list[ProductView]:
    prices = {} if on is None or not rows else prices_on(on, product_ids=[row[0] for row in rows])
    return [_view(dict(zip(_FIELDS, row, strict=True)), prices.get(row[0])) for row in rows]


def _view(columns: dict[str, Any], price_per_unit: Decimal | None) -> ProductView:
    named = {name: columns[name] or "" for name in ("gtin", "successor_code")}
    return ProductView(**{**columns, **named}, price_per_unit=price_per_unit)

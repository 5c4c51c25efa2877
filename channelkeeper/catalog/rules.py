"""What a product's figures must be, checked before anything is kept."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from channelkeeper.access.rules import Permissions, Role

PERMISSIONS: Permissions = {
    "catalog.product.imported": frozenset({Role.HEADQUARTERS}),
    "catalog.product.changed": frozenset({Role.HEADQUARTERS}),
}
GTIN_LENGTHS = frozenset({8, 12, 13, 14})
UNIT_PRICE = Decimal("0.00000001")
NEEDED = ("name_zh", "brand", "category", "units_per_case")
LONGEST = {
    "code": 40,
    "name_zh": 120,
    "name_en": 120,
    "brand": 100,
    "brand_en": 100,
    "category": 100,
    "category_en": 100,
}
MOST_UNITS_PER_CASE = 100_000
MOST_ON_PALLET = 10_000  # cases in a layer, or layers: more is a slip of the hand
MOST_DAYS = 36_500  # a hundred years of shelf life

Flaw = tuple[str, str, dict[str, Any]]  # column, code of the sentence, its figures


def check_digit_fits(gtin: str) -> bool:
    """
    Return whether a bar code is one: 8, 12, 13 or 14 digits, the last of them right.

    From the right, digits weigh 3 and 1 in turn; the last one fills up to a multiple of ten
    (GS1 General Specifications, 7.9).

    Rule: CAT-1.
    """
    if not (gtin.isascii() and gtin.isdigit() and len(gtin) in GTIN_LENGTHS):
        return False
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(gtin)))
    return total % 10 == 0


def price_per_unit(*, price_per_case: Decimal, units_per_case: int) -> Decimal:
    """
    Return the price of a piece, yuan to eight decimals, from the price of a case.

    Eight decimals keep any order of whole cases exact to the fen: ¥50.00 for a case of 24 is
    2.08333333 a piece, and 2,400 pieces come to ¥5,000.00.

    Rule: CAT-2.
    """
    return (price_per_case / units_per_case).quantize(UNIT_PRICE)


def flaws(values: Mapping[str, Any], *, is_new: bool) -> Iterator[Flaw]:
    """
    Yield what is wrong with a product's own figures.

    Args:
        values: by column, those that were given; None is a blank.
        is_new: whether the product must be complete.
    """
    yield from _missing(values, is_new=is_new)
    for column, length in LONGEST.items():
        if len(values.get(column) or "") > length:
            yield column, "catalog.too_long", {"length": length}
    if values.get("gtin") and not check_digit_fits(values["gtin"]):
        yield "gtin", "catalog.check_digit", {"value": values["gtin"]}
    units = values.get("units_per_case")
    if units is not None and not 1 <= units <= MOST_UNITS_PER_CASE:
        yield "units_per_case", "catalog.units_per_case", {"most": MOST_UNITS_PER_CASE}
    for column, most in (("cases_per_layer", MOST_ON_PALLET), ("layers_per_pallet", MOST_ON_PALLET)):
        if values.get(column) is not None and not 1 <= values[column] <= most:
            yield column, "catalog.whole_number", {"most": most}
    yield from _wrong_days(values)
    yield from _wrong_dates(values)
    yield from _wrong_price(values)


def _missing(values: Mapping[str, Any], *, is_new: bool) -> Iterator[Flaw]:
    for column in NEEDED:
        blank = values.get(column) in (None, "")
        if blank and (is_new or column in values):
            yield column, "catalog.needed", {}


def _wrong_days(values: Mapping[str, Any]) -> Iterator[Flaw]:
    for column in ("shelf_life_days", "near_expiry_days"):
        if values.get(column) is not None and not 1 <= values[column] <= MOST_DAYS:
            yield column, "catalog.whole_number", {"most": MOST_DAYS}
    keeps, near = values.get("shelf_life_days"), values.get("near_expiry_days")
    if keeps is not None and near is not None and near >= keeps:
        yield "near_expiry_days", "catalog.near_before_shelf_life", {"days": keeps}


def _wrong_dates(values: Mapping[str, Any]) -> Iterator[Flaw]:
    launched: date | None = values.get("launched_on")
    retires: date | None = values.get("retires_on")
    if launched and retires and retires <= launched:
        yield "retires_on", "catalog.retires_before_launch", {}
    if values.get("successor") and values["successor"] == values.get("code"):
        yield "successor", "catalog.own_successor", {}


def _wrong_price(values: Mapping[str, Any]) -> Iterator[Flaw]:
    price = values.get("price_per_case")
    if price is not None and not isinstance(price, Decimal):
        raise TypeError(f"price_per_case is {price!r}; money is a Decimal.")
    if price is not None and price < 0:
        yield "price_per_case", "catalog.price_negative", {}
    if price is not None and values.get("price_from") is None:
        yield "price_from", "catalog.price_without_date", {}

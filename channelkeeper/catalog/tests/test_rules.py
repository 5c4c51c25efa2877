"""CAT-1 bar codes, CAT-2 the price of a piece, and what a product's figures must be."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from channelkeeper.catalog import rules

DAY = date(2026, 1, 2)
WHOLE = {"code": "T1", "name_zh": "茶", "brand": "清川", "category": "饮料", "units_per_case": 24}


@pytest.mark.parametrize(
    ("gtin", "fits"),
    [
        ("6901234500011", True),  # 13 digits: 6+0+2+4+0+0+1 once, 9+1+3+5+0+1 three times: 70
        ("6901234500010", False),
        ("6910234500011", False),  # two digits swapped
        ("96385074", True),  # the example of 8 digits in the GS1 specifications
        ("036000291452", True),  # UPC
        ("16901234500018", True),  # a case: 14 digits
        ("690123450001", False),  # a digit short
        ("69012345000111", False),
        ("69012345000１1", False),  # a full-width digit is for the reader to make plain
        ("", False),
        ("abc", False),
    ],
)
def test_a_bar_code_has_the_right_last_digit(gtin: str, fits: bool) -> None:
    assert rules.check_digit_fits(gtin) is fits


@pytest.mark.parametrize(
    ("per_case", "units", "per_unit"),
    [("48.00", 24, "2.00000000"), ("50.00", 24, "2.08333333"), ("1.00", 7, "0.14285714")],
)
def test_a_piece_costs_its_part_of_the_case(per_case: str, units: int, per_unit: str) -> None:
    found = rules.price_per_unit(price_per_case=Decimal(per_case), units_per_case=units)
    assert str(found) == per_unit


@pytest.mark.parametrize("units", [1, 7, 24, 36, 96])
def test_ten_thousand_cases_come_to_the_fen(units: int) -> None:
    price = Decimal("49.99")
    per_unit = rules.price_per_unit(price_per_case=price, units_per_case=units)
    assert round(per_unit * units * 10_000, 2) == price * 10_000


def found(is_new: bool = True, **values: Any) -> list[tuple[str, str]]:
    return [(column, code) for column, code, _ in rules.flaws(WHOLE | values, is_new=is_new)]


@pytest.mark.parametrize(
    ("values", "flaws"),
    [
        ({}, []),
        ({"name_zh": ""}, [("name_zh", "catalog.needed")]),
        ({"brand": None}, [("brand", "catalog.needed")]),
        ({"units_per_case": 0}, [("units_per_case", "catalog.units_per_case")]),
        ({"units_per_case": 100_001}, [("units_per_case", "catalog.units_per_case")]),
        ({"gtin": "6901234500010"}, [("gtin", "catalog.check_digit")]),
        ({"gtin": None}, []),
        ({"name_en": "x" * 121}, [("name_en", "catalog.too_long")]),
        ({"launched_on": DAY, "retires_on": DAY}, [("retires_on", "catalog.retires_before_launch")]),
        ({"successor": "T1"}, [("successor", "catalog.own_successor")]),
        ({"price_per_case": Decimal("1")}, [("price_from", "catalog.price_without_date")]),
        ({"price_per_case": Decimal("-1"), "price_from": DAY}, [("price_per_case", "catalog.price_negative")]),
    ],
)
def test_what_a_product_must_be(values: dict[str, Any], flaws: list[tuple[str, str]]) -> None:
    assert found(**values) == flaws


def test_a_known_product_may_be_given_in_part_but_not_emptied() -> None:
    assert list(rules.flaws({"code": "T1", "name_en": "Tea"}, is_new=False)) == []
    assert list(rules.flaws({"code": "T1", "name_zh": None}, is_new=False)) == [("name_zh", "catalog.needed", {})]
    missing = [column for column, _, _ in rules.flaws({"code": "T1"}, is_new=True)]
    assert missing == ["name_zh", "brand", "category", "units_per_case"]

"""Products from and to files: faults by cell, whole or not at all, dry runs, and the way there and back."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from channelkeeper.access.models import AuditLine
from channelkeeper.access.rules import Actor, NotAllowed, NotFound, Role, whole
from channelkeeper.access.tests.people import AT, TODAY
from channelkeeper.catalog import actions, queries, sheet
from channelkeeper.catalog.models import Brand, Category, Price, Product
from channelkeeper.catalog.tests.shelf import build_shelf
from channelkeeper.sheets import writer
from channelkeeper.sheets.masters import Outcome

pytestmark = pytest.mark.django_db
SYSTEM = whole("a test")
HEAD = "货号,条码,品名,品牌,品类,箱规,每箱出厂价,出厂价起始日"


def take(*lines: str, head: str = HEAD, dry_run: bool = False) -> Outcome:
    data = "\n".join([head, *lines]).encode()
    return sheet.take_in(data=data, filename="产品.csv", dry_run=dry_run, by=SYSTEM, at=AT)


def codes(outcome: Outcome) -> list[tuple[str, str]]:
    return [(fault.cell, fault.code) for fault in outcome.faults]


def counts(outcome: Outcome) -> tuple[str, int, int, int]:
    return outcome.status, outcome.new, outcome.changed, outcome.same


def test_a_new_product_comes_with_brand_category_price_and_initials() -> None:
    outcome = take("T1,6901234500011,冰红茶 500ml,清川,饮料,24,50.00,2026-01-01")
    product = Product.objects.select_related("brand", "category").get()
    assert counts(outcome) == ("accepted", 4, 0, 0)  # product, brand, category, price
    assert (product.initials, product.brand.name_zh, product.category.name_zh) == ("BHC500ML", "清川", "饮料")
    assert queries.prices_on(TODAY) == {product.pk: Decimal("2.08333333")}
    assert queries.products_by_code(on=TODAY)["T1"].price_per_case == Decimal("50.00")


def test_the_same_file_twice_changes_nothing() -> None:
    line = "T1,6901234500011,冰红茶 500ml,清川,饮料,24,50.00,2026-01-01"
    take(line)
    assert counts(take(line)) == ("accepted", 0, 0, 1)
    assert AuditLine.objects.count() == 1


def test_a_dry_run_says_what_would_change_and_keeps_nothing() -> None:
    outcome = take("T1,,冰红茶,清川,饮料,24,,", dry_run=True)
    assert counts(outcome) == ("checked", 3, 0, 0)
    assert (Product.objects.count(), Brand.objects.count(), AuditLine.objects.count()) == (0, 0, 0)


def test_every_fault_is_named_by_its_cell_and_nothing_is_kept() -> None:
    outcome = take(
        "T1,6901234500010,冰红茶,清川,饮料,24,,",
        "T2,6901234500028,柠檬茶,清川,饮料,0,,",
        "T2,6901234500028,柠檬茶,清川,饮料,24,48.00,",
        "T3,6901234500028,纯净水,,饮料,24,,",
    )
    assert outcome.status == "refused"
    assert sorted(codes(outcome)) == [
        ("A4", "catalog.code_twice"),
        ("B2", "catalog.check_digit"),
        ("B5", "catalog.gtin_twice"),
        ("D5", "catalog.needed"),
        ("F3", "catalog.units_per_case"),
        ("H4", "catalog.price_without_date"),
    ]
    assert Product.objects.count() == 0


def test_a_fault_speaks_both_languages_and_says_its_place() -> None:
    fault = take("T1,6901234500010,冰红茶,清川,饮料,24,,").faults[0]
    assert (fault.sheet, fault.cell, fault.value) == ("产品", "B2", "6901234500010")
    assert fault.message_zh.startswith("产品第2行：条码6901234500010不对")
    assert fault.message_en.startswith("产品, row 2: 6901234500010 is not a bar code")


def test_a_file_that_cannot_be_read_is_one_fault() -> None:
    outcome = sheet.take_in(data=b"", filename="x.xlsx", dry_run=False, by=SYSTEM, at=AT)
    assert [(fault.code, fault.value) for fault in outcome.faults] == [("empty", "x.xlsx")]


def test_a_column_that_is_not_there_leaves_its_field_and_a_blank_cell_clears_it() -> None:
    shelf = build_shelf()
    outcome = take("M250,", head="货号,保质期")
    product = Product.objects.get(code="M250")
    assert counts(outcome) == ("accepted", 0, 1, 0)
    assert (product.shelf_life_days, product.name_zh) == (None, shelf.milk.name_zh)


def test_a_new_price_is_added_and_one_of_the_same_day_corrected() -> None:
    build_shelf()
    take("T500,60.00,2026-12-01", head="货号,出厂价,出厂价起始日")
    take("T500,72.00,2026-12-01", head="货号,出厂价,出厂价起始日")
    found = Price.objects.filter(product__code="T500").order_by("starts_on")
    assert [(price.starts_on, price.price_per_unit) for price in found] == [
        (date(2024, 1, 1), Decimal("2.00")),
        (date(2026, 7, 1), Decimal("2.20")),
        (date(2026, 12, 1), Decimal("3.00")),
    ]


def test_brands_and_categories_are_found_by_code_or_name() -> None:
    build_shelf()
    take("T9,红茶,QC,饮料,24", head="货号,品名,品牌,品类,箱规")
    assert (Brand.objects.count(), Category.objects.count()) == (1, 2)


def test_the_english_name_of_a_brand_is_kept() -> None:
    build_shelf()
    outcome = take("T500,清川,Clear River", head="货号,品牌,品牌英文名")
    assert [(change.kind, change.after) for change in outcome.changes] == [("brand", {"name_en": "Clear River"})]
    assert Brand.objects.get().name_en == "Clear River"


def test_a_successor_may_stand_further_down_and_must_exist() -> None:
    head = "货号,品名,品牌,品类,箱规,替代货号"
    assert codes(take("T1,茶,清川,饮料,24,T9", head=head)) == [("F2", "catalog.unknown_successor")]
    take("T1,茶,清川,饮料,24,T2", "T2,新茶,清川,饮料,24,", head=head)
    assert queries.products_by_code()["T1"].successor_code == "T2"


def test_bar_codes_may_change_hands_within_one_file() -> None:
    build_shelf()
    outcome = take("T500,6901234500028", "T501,6901234500011", head="货号,条码")
    assert counts(outcome) == ("accepted", 0, 2, 0)
    assert queries.products_by_code()["T500"].gtin == "6901234500028"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_goes_out_comes_in_again_unchanged(language: str) -> None:
    shelf = build_shelf()
    Product.objects.filter(pk=shelf.tea.pk).update(successor=shelf.new, retires_on=date(2027, 1, 1))
    data = sheet.export(on=TODAY, language=language)
    outcome = sheet.take_in(data=data, filename="x.xlsx", dry_run=False, by=SYSTEM, at=AT)
    assert counts(outcome) == ("accepted", 0, 0, 5)
    as_text = sheet.take_in(data=sheet.export_csv(on=TODAY), filename="x.csv", dry_run=False, by=SYSTEM, at=AT)
    assert counts(as_text) == ("accepted", 0, 0, 5)


def test_nothing_that_goes_out_is_a_formula() -> None:
    shelf = build_shelf()
    for prefix in ("=", "+", "-", "@", "\t"):
        Product.objects.filter(pk=shelf.tea.pk).update(name_en=f"{prefix}1+1")
        line = next(row for row in sheet.export_csv(on=TODAY).decode("utf-8-sig").splitlines() if "T500" in row)
        assert f"'{prefix}1+1" in line


def test_the_template_is_accepted_as_empty() -> None:
    outcome = sheet.take_in(data=sheet.template(), filename="x.xlsx", dry_run=False, by=SYSTEM, at=AT)
    assert counts(outcome) == ("accepted", 0, 0, 0)


@pytest.mark.parametrize("products", [1, 3])
def test_an_import_costs_the_same_statements_whatever_its_length(
    products: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows: Sequence[dict[str, Any]] = [
        {"code": f"T{number}", "name_zh": "茶", "brand": "清川", "category": "饮料", "units_per_case": 24}
        for number in range(products)
    ]
    with django_assert_num_queries(21):
        actions.import_products(rows=rows, by=SYSTEM, at=AT)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.HEADQUARTERS, Role.SERVICE}))
def test_only_headquarters_changes_products(role: Role) -> None:
    by = Actor(role=role, user_id=1, name="x")
    with pytest.raises(NotAllowed):
        sheet.take_in(data=writer.write_csv(sheet.COLUMNS, []), filename="x.csv", dry_run=True, by=by, at=AT)
    with pytest.raises(NotAllowed):
        actions.change_product(code="T500", values={}, by=by, at=AT)


def test_a_product_that_is_not_there_is_not_changed() -> None:
    with pytest.raises(NotFound):
        actions.change_product(code="T500", values={}, by=SYSTEM, at=AT)

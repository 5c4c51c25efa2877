"""Pages, API and commands of products."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from typer.testing import CliRunner

from channelkeeper.access import actions as access
from channelkeeper.access.rules import EVERYONE, Role
from channelkeeper.access.tests.people import AT, acting, person
from channelkeeper.catalog import queries, sheet
from channelkeeper.catalog.cli import app
from channelkeeper.catalog.models import Product
from channelkeeper.catalog.tests.shelf import build_shelf

pytestmark = pytest.mark.django_db
FILE = "货号,品名,品牌,品类,箱规\nT1,冰红茶,清川,饮料,24\n".encode()
WRONG = "货号,品名,品牌,品类,箱规\nT1,冰红茶,清川,饮料,0\n".encode()


@pytest.fixture(autouse=True)
def stopped_clock(settings: Any) -> None:
    settings.CHANNELKEEPER_NOW = AT


@pytest.fixture
def client() -> Client:
    return signed_in(Role.HEADQUARTERS)


def signed_in(role: Role) -> Client:
    visitor = Client()
    visitor.force_login(person(role.value, role))
    visitor.cookies["language"] = "en"
    return visitor


def upload(data: bytes = FILE, name: str = "products.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def rows(answer: Any) -> list[str]:
    return [row["product"].code for row in answer.context["rows"]]


@pytest.mark.parametrize("products", [1, 3])
def test_the_list_asks_the_same_number_of_times(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, products: int
) -> None:
    shelf = build_shelf()
    Product.objects.filter(pk__in=[product.pk for product in shelf.products[products:]]).delete()
    with django_assert_num_queries(8):
        answer = client.get("/products/")
    assert len(rows(answer)) == products


def test_products_are_found_by_code_name_initials_and_bar_code(client: Client) -> None:
    build_shelf()
    wanted = ("t50", "冰红", "Lemon", "bhc", "690123450003", "nothing")
    found = [rows(client.get("/products/", {"q": text})) for text in wanted]
    assert found == [["T500", "T501", "T502"], ["T500"], ["T501"], ["T500"], ["W550"], []]


def test_the_list_is_narrowed_by_category(client: Client) -> None:
    build_shelf()
    assert rows(client.get("/products/?category=DAIRY")) == ["M250"]


def test_only_the_rows_come_where_htmx_asks(client: Client) -> None:
    build_shelf()
    answer = client.get("/products/?q=T500", headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith('<div class="ck-scroll">')


def test_none_yet_says_how_the_first_comes_and_none_found_offers_to_clear(client: Client) -> None:
    assert "No products yet" in client.get("/products/").content.decode()
    assert "No product fits" in client.get("/products/?q=x").content.decode()


def test_a_product_shows_its_prices_the_newest_first(client: Client) -> None:
    build_shelf()
    answer = client.get("/products/T500/")
    assert [price.starts_on for price in answer.context["prices"]] == [date(2026, 7, 1), date(2024, 1, 1)]
    assert "52.80" in answer.content.decode()  # 24 x 2.20


def test_an_unknown_product_is_not_found(client: Client) -> None:
    assert [client.get(f"/products/{page}").status_code for page in ("X/", "X/edit/")] == [404, 404]


def test_headquarters_changes_a_product(client: Client) -> None:
    build_shelf()
    form = client.get("/products/T500/edit/").context["form"]
    filled = {name: value for name, value in form.initial.items() if value is not None}
    filled |= {"name_en": "Red tea", "price_per_case": "60.00", "price_from": "2026-12-01"}
    assert client.post("/products/T500/edit/", filled).status_code == 302
    product, prices = queries.product("T500", on=date(2026, 12, 1))
    assert (product.name_en, product.name_zh, str(prices[0].price_per_case)) == ("Red tea", "冰红茶 500ml", "60.00")


def test_what_the_rules_refuse_stands_beside_the_field(client: Client) -> None:
    build_shelf()
    filled = {"name_zh": "茶", "brand": "清川", "category": "饮料", "units_per_case": "24", "gtin": "6901234500010"}
    answer = client.post("/products/T500/edit/", filled)
    assert answer.status_code == 422
    assert answer.context["form"].errors["gtin"][0].startswith("6901234500010 is not a bar code")


def test_a_file_is_checked_first_and_then_taken_in(client: Client) -> None:
    checked = client.post("/products/import/", {"file": upload(), "do": "check"})
    assert (checked.status_code, checked.context["outcome"].status, Product.objects.count()) == (200, "checked", 0)
    taken = client.post("/products/import/", {"file": upload(), "do": "take"})
    assert (taken.status_code, taken.context["outcome"].status, Product.objects.count()) == (200, "accepted", 1)


def test_a_wrong_file_is_explained_by_cell(client: Client) -> None:
    answer = client.post("/products/import/", {"file": upload(WRONG), "do": "take"})
    assert (answer.status_code, answer.context["outcome"].faults[0].cell) == (422, "E2")
    assert "Write a whole number from 1 to 100000." in answer.content.decode()
    assert client.post("/products/import/", {"do": "take"}).status_code == 422


def test_what_is_downloaded_can_be_taken_in_again(client: Client) -> None:
    build_shelf()
    data = client.get("/products/export/")
    assert data["Content-Disposition"] == "attachment; filename*=UTF-8''Products-2026-11-24.xlsx"
    answer = client.post("/products/import/", {"file": upload(data.content, "x.xlsx"), "do": "take"})
    assert answer.context["outcome"].same == 5
    assert client.get("/products/template/").content[:2] == b"PK"


@pytest.mark.parametrize("role", sorted(EVERYONE - {Role.HEADQUARTERS}))
def test_others_look_and_do_not_touch(role: Role) -> None:
    build_shelf()
    visitor = signed_in(role)
    looked = [visitor.get(f"/products/{page}").status_code for page in ("", "T500/", "export/")]
    touched = [visitor.get(f"/products/{page}").status_code for page in ("import/", "T500/edit/", "template/")]
    posted = visitor.post("/products/import/", {"file": upload(), "do": "take"}).status_code
    assert (looked, touched, posted) == ([200] * 3, [403] * 3, 403)


def bearer(role: Role) -> dict[str, Any]:
    user = person(f"program-{role.value}", role)
    return {
        "headers": {"Authorization": f"Bearer {access.create_token(label='erp', days=1, by=acting(user, role), at=AT)}"}
    }


def test_the_api_lists_products_with_money_as_text() -> None:
    build_shelf()
    answer = Client().get("/api/v1/catalog/products?search=T500", **bearer(Role.DISTRIBUTOR)).json()
    assert (answer["page"], answer["pages"], len(answer["products"])) == (1, 1, 1)
    assert answer["products"][0]["price_per_case"] == "52.80"
    assert answer["products"][0]["currency"] == "CNY"


def test_the_api_takes_a_file_in_or_names_its_faults() -> None:
    program, key = Client(), bearer(Role.HEADQUARTERS)
    address = "/api/v1/catalog/products/import"
    checked = program.post(f"{address}?dry_run=true", {"file": upload()}, **key)
    taken = program.post(address, {"file": upload()}, **key)
    refused = program.post(address, {"file": upload(WRONG)}, **key)
    answers = [(answer.status_code, answer.json()["status"]) for answer in (checked, taken, refused)]
    assert answers == [(200, "checked"), (200, "accepted"), (422, "refused")]
    assert refused.json()["faults"][0]["cell"] == "E2"


def test_the_api_refuses_strangers_and_other_roles() -> None:
    address = "/api/v1/catalog/products/import"
    stranger = Client().post(address, {"file": upload()})
    rep = Client().post(address, {"file": upload()}, **bearer(Role.FACTORY_REP))
    assert (stranger.status_code, rep.status_code, rep.json()["error"]["code"]) == (401, 403, "not_allowed")


def test_the_command_takes_files_in_and_writes_them(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.xlsx"
    source.write_bytes(FILE)
    run = CliRunner()
    checked = run.invoke(app, ["import", str(source), "--dry-run", "--json"])
    taken = run.invoke(app, ["import", str(source), "--json"])
    assert [(answer.exit_code, json.loads(answer.stdout)["status"]) for answer in (checked, taken)] == [
        (0, "checked"),
        (0, "accepted"),
    ]
    assert run.invoke(app, ["export", str(target)]).exit_code == 0
    again = run.invoke(app, ["import", str(target)])
    assert again.stdout == "accepted: 0 new, 0 changed, 1 the same\n"


def test_the_command_exits_with_1_where_a_file_is_refused_and_2_where_there_is_none(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes(WRONG)
    refused = CliRunner().invoke(app, ["import", str(source), "--json"])
    assert (refused.exit_code, json.loads(refused.stdout)["faults"][0]["cell"]) == (1, "E2")
    assert CliRunner().invoke(app, ["import", str(tmp_path / "none.csv")]).exit_code == 2


def test_the_template_and_csv_are_written(tmp_path: Path) -> None:
    build_shelf()
    template, table = tmp_path / "template.xlsx", tmp_path / "out.csv"
    assert CliRunner().invoke(app, ["template", str(template)]).exit_code == 0
    assert CliRunner().invoke(app, ["export", str(table)]).exit_code == 0
    assert template.read_bytes() == sheet.template()
    assert table.read_text(encoding="utf-8-sig").splitlines()[0].startswith("货号,条码,品名")

"""What an order's page tells beside its lines: what was cut, what holds it, what begins, ends, came out otherwise."""

import io
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from channelkeeper.network.tests.cast import AT
from channelkeeper.orders import actions, cli, queries
from channelkeeper.orders.models import Order, OrderLine
from channelkeeper.orders.rules import Group
from channelkeeper.orders.tests import seed
from channelkeeper.orders.tests.seed import NUMBER, SYSTEM, House, build_house
from channelkeeper.orders.tests.test_doors import as_, program, text

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _tuesday(settings: Any) -> None:
    """Let the clock stand on the cast's Tuesday."""
    settings.CHANNELKEEPER_NOW = AT


@pytest.fixture
def house() -> House:
    return build_house()


def held(house: House, **terms: object) -> None:
    """Set the distributor's terms, and how its products stack: 48 cases a pallet."""
    for product in house.shelf.products:
        product.cases_per_layer, product.layers_per_pallet = 8, 6
        product.save()
    for name, value in terms.items():
        setattr(house.cast.hualian, name, value)
    house.cast.hualian.save()


def page(house: House, language: str = "zh-hans") -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text(as_(house.cast.rep, language).get(f"/orders/{NUMBER}/"))).split())


def test_what_a_truck_cut_is_said_in_its_own_group(house: House) -> None:
    held(house, truck_pallets=Decimal("5.0"), order_limit=Decimal(14_000))
    seed.propose()
    view = seed.see()
    cut = next(group for group in view.groups if group.group is Group.CUT)
    # 310 − 211 of tea, 62 − 24 of lemon tea, 43 − 5 of milk
    assert ([line.cases for line in cut.lines], cut.cut_cases, cut.risked_value) == (
        [211, 24, 5],
        175,
        Decimal(0),
    )
    told = page(house)
    assert "订3个品种：3个订不足，1个先卖后进" in told
    assert "被减掉的，3个 车装不下；比该订的少175箱；3个到货后低于带、预计不会少卖" in told
    assert told.index("被减掉的") < told.index("先卖后进，1个")
    english = page(house, "en")
    assert "Cut, 3 the truck holds no more; 175 cases less than due; 3 land below the band, nothing" in english
    assert "3 get less than due, 1 sells down first" in english


def test_what_a_cut_risks_is_said_in_cases_and_yuan(house: House) -> None:
    held(house, truck_pallets=Decimal("1.0"))
    seed.propose()
    cut = next(group for group in seed.see().groups if group.group is Group.CUT)
    tea = next(line for line in cut.lines if line.product == "T500")
    assert cut.risked_value == sum(line.risked_value for line in cut.lines) > 0
    assert tea.risked_units == -(tea.basis.left_units + tea.units)
    risked, worth = f"{cut.risked_cases:.1f}", f"{cut.risked_value:,.0f}元"
    assert f"可能少卖{risked}箱、{worth}" in page(house)


def test_limit_and_truck_say_what_is_left(house: House) -> None:
    held(house, truck_pallets=Decimal("5.0"), order_limit=Decimal(14_000))
    seed.propose()
    holds = seed.see().holds
    assert (holds.limit_left, round(holds.pallets, 1), holds.unknown_pallets) == (Decimal("1499.60"), Decimal(5), 0)
    assert "单次额度 1.4万元里还剩1,500元 车 能装5.0托，装了5.0托" in page(house)
    assert "Order limit ¥1,500 left of ¥14,000 Truck 5.0 of 5.0 pallets" in page(house, "en")
    assert "额度还剩 1,500" in page(house)
    actions.edit_lines(number=NUMBER, cases={"T500": 260}, by=house.cast.rep.actor, at=AT)
    assert "超出1.4万元有1,088元" in page(house)


def test_products_whose_pallet_nobody_knows_are_counted(house: House) -> None:
    held(house, truck_pallets=Decimal(20))
    house.shelf.milk.cases_per_layer = None
    house.shelf.milk.save()
    seed.propose()
    assert "能装20.0托，装了7.8托、1个品种没填托盘箱数" in page(house)


def test_an_order_that_nothing_holds_says_nothing_of_it(house: House) -> None:
    seed.propose()
    told = page(house)
    assert [word for word in ("单次额度", "能装", "额度还剩", "新品", "要退市", "重新建议：") if word in told] == []


def test_launches_and_leavers_are_told_in_words(house: House) -> None:
    seed.propose()
    lines = OrderLine.objects.filter(order__number=NUMBER)
    lines.filter(product__code="T502").update(first_fill_cases=20)
    lines.filter(product__code="T500").update(retires_on=date(2026, 12, 20), successor="T502")
    told = page(house)
    assert "新品 乌龙茶 500ml首铺20箱" in told
    assert "要退市 冰红茶 500ml到12月20日（换乌龙茶 500ml）" in told
    assert "Launches Oolong tea 500ml, first fill 20 cases" in page(house, "en")
    assert "Leave the range Iced tea 500ml until 20 Dec (then Oolong tea 500ml)" in page(house, "en")


def test_what_came_out_otherwise_is_listed_after_proposing_again(house: House) -> None:
    seed.propose()
    actions.edit_lines(number=NUMBER, cases={"M250": 40}, by=house.cast.rep.actor, at=AT)
    seed.ship(house.cast.hualian, house.shelf.milk, 120, arrives_on=date(2026, 11, 27))
    seed.propose(at=LATER)
    told = page(house)
    assert "11月24日11:00重新建议：1个品种有变 纯牛奶 250ml 43 → 33 箱 手改的40箱保留" in told
    assert "Proposed anew 24 Nov 11:00: 1 product came out otherwise" in page(house, "en")
    actions.offer(number=NUMBER, by=house.cast.rep.actor, at=LATER)
    assert "重新建议：" not in page(house)
    assert queries.reproposed(house.cast.distributor_user.actor, seed.see(), at=LATER) is None


def paper(house: House, language: str, query: str = "") -> str:
    response = as_(house.cast.rep, language).get(f"/orders/{NUMBER}/pdf/{query}")
    assert response["Content-Type"] == "application/pdf"
    read = pypdf.PdfReader(io.BytesIO(response.content))
    return " ".join(" ".join(one.extract_text() for one in read.pages).split())


def test_the_paper_is_for_both_sides_to_sign(house: House) -> None:
    seed.propose()
    told = paper(house, "zh-hans")
    assert f"订货单 {NUMBER}" in told
    assert all(word in told for word in ("华联商贸", "M250", "43", "厂家", "经销商：华联商贸", "签字", "12月1日到货"))
    assert "W550" not in told
    assert "W550" in paper(house, "zh-hans", "?all=1")
    english = paper(house, "en")
    assert all(
        word in english for word in (f"Order {NUMBER}", "For the manufacturer", "For Hualian Trading", "Together")
    )


def test_files_are_for_whom_the_order_is_for(house: House) -> None:
    seed.propose()
    for kind in ("pdf", "csv"):
        address = f"/orders/{NUMBER}/{kind}/"
        assert as_(house.cast.other_rep).get(address).status_code == 404
        assert as_(house.cast.distributor_user).get(address).status_code == 404  # a draft still
        assert as_(house.cast.auditor).get(address).status_code == 200


def test_the_command_writes_csv_and_paper(house: House, tmp_path: Path) -> None:
    seed.propose()
    run, file = CliRunner(), tmp_path / "order"
    assert run.invoke(cli.app, ["export", NUMBER, "--format", "pdf", "--out", str(file)]).exit_code == 0
    assert file.read_bytes().startswith(b"%PDF")
    run.invoke(cli.app, ["export", NUMBER, "--format", "csv", "--language", "en", "--out", str(file)])
    assert file.read_text(encoding="utf-8-sig").startswith("Product code,Product name,Cases,")


@pytest.mark.parametrize(("form", "begins"), [("xlsx", b"PK"), ("csv", b"\xef\xbb\xbfProduct code"), ("pdf", b"%PDF")])
def test_a_program_gets_the_file(house: House, form: str, begins: bytes) -> None:
    seed.propose()
    address = f"/api/v1/orders/{NUMBER}/file?format={form}&language=en&all=true"
    found = program(house.cast.rep).get(address)
    assert (found.status_code, found.content.startswith(begins)) == (200, True)
    assert found["Content-Disposition"].endswith(f"{NUMBER}.{form}")
    assert program(house.cast.other_rep).get(address).status_code == 404
    assert program(house.cast.distributor_user).get(address).status_code == 404


@pytest.mark.parametrize("lines", [1, 3])
def test_a_page_with_all_of_it_asks_as_often_for_one_line_as_for_three(house: House, lines: int) -> None:
    seed.propose()
    seed.ship(house.cast.hualian, house.shelf.milk, 120, arrives_on=date(2026, 11, 27))
    seed.propose(at=LATER)
    for line in Order.objects.get(number=NUMBER).lines.order_by("pk")[lines:]:
        line.delete()
    with CaptureQueriesContext(connection) as asked:
        queries.reproposed(SYSTEM, queries.order(SYSTEM, NUMBER, at=LATER), at=LATER)
    assert len(asked) == 3

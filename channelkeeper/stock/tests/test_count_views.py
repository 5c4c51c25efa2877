"""The pages of counts: whom to count, counting, what was counted; who sees what, in how many queries."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from channelkeeper.catalog.tests.shelf import build_shelf
from channelkeeper.core import weeks
from channelkeeper.network.tests.cast import AT, Cast, build_cast
from channelkeeper.sheets import writer
from channelkeeper.stock import actions, count_file
from channelkeeper.stock.models import Count, CountLine
from channelkeeper.stock.queries import credibility
from channelkeeper.stock.tests.books import SYSTEM, WEEK, report, row
from channelkeeper.stock.tests.test_views import browse, text_of

pytestmark = pytest.mark.django_db
CODES = ("T500", "T501", "W550", "M250", "T502")
MONDAY = date(2026, 11, 23)


@pytest.fixture
def cast(settings: Any) -> Cast:
    settings.CHANNELKEEPER_NOW = AT
    build_shelf()
    return build_cast()


def suspicious(*codes: str) -> None:
    """Let distributors report the very figures of the week before."""
    for code in codes:
        for week in (weeks.shift(WEEK, -1), WEEK):
            rows = [row(product, 311 + place, 71, 71 + place % 2) for place, product in enumerate(CODES)]
            report(code, rows, week=week)
    actions.close_week(week=WEEK, by=SYSTEM, at=AT)


def counted(code: str = "D001", product: str = "T500", units: int = 140) -> Count:
    line: dict[str, Any] = {"distributor": code, "product": product, "units": units, "counted_on": MONDAY}
    assert not actions.record_counts(rows=[line], source="page", by=SYSTEM, at=AT).problems
    return Count.objects.latest("pk")


def queries_of(client: Client, address: str) -> tuple[int, str]:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    return len(queries), text_of(response)


@pytest.mark.parametrize("number", [1, 3])
def test_whom_to_count_takes_the_same_queries_for_one_and_three(cast: Cast, number: int) -> None:
    suspicious(*("D001", "D002", "D003")[:number])
    queries, page = queries_of(browse(cast.headquarters), reverse("stock:to_count"))
    assert f"{number} distributor{'s' if number > 1 else ''} to count this week" in page
    assert "5 of 5 moving products have last week" in page
    assert queries == 11


@pytest.mark.parametrize("number", [1, 3])
def test_counts_take_the_same_queries_for_one_and_three(cast: Cast, number: int) -> None:
    for product in CODES[:number]:
        counted(product=product)
    queries, page = queries_of(browse(cast.rep), reverse("stock:counts"))
    assert page.count("/reports/counts/") >= number
    assert queries == 7


@pytest.mark.parametrize("number", [1, 3])
def test_one_count_takes_the_same_queries_for_one_line_and_three(cast: Cast, number: int) -> None:
    lines: list[dict[str, Any]] = [
        {"distributor": "D001", "product": product, "units": 7, "counted_on": MONDAY} for product in CODES[:number]
    ]
    actions.record_counts(rows=lines, source="page", by=SYSTEM, at=AT)
    queries, page = queries_of(browse(cast.rep), reverse("stock:count", args=[Count.objects.get().pk]))
    assert f"{number} product{'s' if number > 1 else ''}, nothing differs" in page
    assert queries == 8


def test_those_counted_already_come_last_and_a_silent_one_is_on_the_list(cast: Cast) -> None:
    report("D002", [row("T500", 225, 70, 70)], week=weeks.shift(WEEK, -3))
    actions.close_week(week=weeks.shift(WEEK, -3), by=SYSTEM, at=AT)
    suspicious("D001", "D003")
    counted()
    found = credibility.to_count(cast.headquarters.actor, at=AT, week=WEEK)
    assert [(one.code, one.counted, one.reasons[0].kind) for one in found] == [
        ("D003", False, "copied"),
        ("D002", False, "missing"),
        ("D001", True, "count"),
    ]
    assert found[1].reasons[0].said("zh") == "3周没有周报，不盘点就不能发货"


def test_the_list_goes_out_as_a_workbook(cast: Cast) -> None:
    suspicious("D001")
    response = browse(cast.auditor).get(reverse("stock:to_count") + "?format=xlsx")
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert response.content.startswith(b"PK")


def test_with_nothing_to_count_the_page_says_how_it_fills(cast: Cast) -> None:
    assert "Nobody to count" in text_of(browse(cast.rep).get(reverse("stock:to_count")))
    assert "No count yet" in text_of(browse(cast.rep).get(reverse("stock:counts")))


def test_counting_on_the_phone(cast: Cast) -> None:
    suspicious("D001")
    client = browse(cast.auditor)
    page = text_of(client.get(reverse("stock:count_new") + "?distributor=D001"))
    assert 'name="cases.T500"' in page
    assert "Sold since Sunday" in page
    sent = {
        "distributor": "D001",
        "counted_on": "2026-11-24",
        "note": "with the owner",
        "cases.T500": "6",
        "units.T500": "3",
        "sold_since.T500": "10",
        "received_since.T500": "0",
        "near_expiry.T500": "5",
        "note.T500": "wet cartons",
    }
    response = client.post(reverse("stock:count_new"), sent)
    assert response.status_code == 302
    line = CountLine.objects.get()
    assert (line.counted_units, line.closing_units, line.near_expiry_units, line.note) == (147, 157, 5, "wet cartons")
    page = text_of(client.get(response["Location"]))
    assert "with the owner" in page
    detail = text_of(client.get(reverse("stock:count", args=[line.count_id])))
    assert "1 product differs from the report" in detail


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Fill in at least one product."),
        ({"units.T500": "a lot"}, "“a lot” is not a whole number."),
        ({"units.T500": "5"}, "0 where nothing was."),
        ({"units.NONE": "5", "sold_since.NONE": "0", "received_since.NONE": "0"}, "1 product to mend"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_product(cast: Cast, sent: dict[str, str], words: str) -> None:
    suspicious("D001")
    response = browse(cast.rep).post(
        reverse("stock:count_new"), {"distributor": "D001", "counted_on": "2026-11-24", **sent}
    )
    assert response.status_code == 422
    assert words in text_of(response)
    assert not Count.objects.exists()


def test_a_distributor_without_stock_is_counted_over_all_products_on_sale(cast: Cast) -> None:
    page = text_of(browse(cast.rep).get(reverse("stock:count_new") + "?distributor=D002"))
    assert page.count('name="cases.') == 5


def test_a_count_is_withdrawn_with_its_reason(cast: Cast) -> None:
    count = counted()
    client = browse(cast.rep)
    address = reverse("stock:count_withdraw", args=[count.pk])
    refused = client.post(address, {"reason": ""})
    assert refused.status_code == 422
    assert "Say in a few words" in text_of(refused)
    assert client.post(address, {"reason": "wrong warehouse"}).status_code == 302
    assert "wrong warehouse" in text_of(client.get(reverse("stock:count", args=[count.pk])))


def file_of(rows: list[dict[str, Any]]) -> SimpleUploadedFile:
    return SimpleUploadedFile("盘点.xlsx", writer.write_table(count_file.COLUMNS, rows, "盘点"))


def test_a_file_of_counts_goes_in_whole(cast: Cast) -> None:
    client = browse(cast.headquarters)
    rows = [{"distributor": "D001", "product": code, "counted_on": MONDAY, "units": 9} for code in ("T500", "NONE")]
    refused = client.post(reverse("stock:counts_import"), {"file": file_of(rows), "do": "take"})
    assert refused.status_code == 422
    assert "C3" in text_of(refused)
    assert not Count.objects.exists()
    taken = client.post(reverse("stock:counts_import"), {"file": file_of(rows[:1]), "do": "take"})
    assert "Taken in: 1 new" in text_of(taken)
    assert client.get(reverse("stock:counts_template")).content.startswith(b"PK")


@pytest.mark.parametrize("name", ["to_count", "count_new", "counts_import"])
def test_a_distributor_neither_counts_nor_is_told_whom_we_count(cast: Cast, name: str) -> None:
    assert browse(cast.distributor_user).get(reverse(f"stock:{name}")).status_code == 403


def test_foreign_counts_are_not_found(cast: Cast) -> None:
    count = counted("D003")
    for member in (cast.rep, cast.manager, cast.distributor_user):
        client = browse(member)
        assert client.get(reverse("stock:count", args=[count.pk])).status_code == 404
        assert "鑫达" not in text_of(client.get(reverse("stock:counts")))
    client = browse(cast.rep)
    assert client.post(reverse("stock:count_withdraw", args=[count.pk]), {"reason": "x"}).status_code == 404
    assert "鑫达" not in text_of(client.get(reverse("stock:count_new") + "?distributor=D003"))
    assert client.post(reverse("stock:count_new"), {"distributor": "D003"}).status_code == 404
    assert browse(cast.distributor_user).post(reverse("stock:count_withdraw", args=[count.pk])).status_code == 403

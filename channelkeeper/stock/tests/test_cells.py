"""From a figure down to the cell of the sender's workbook that it was read from."""

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from channelkeeper.access.rules import NotFound
from channelkeeper.catalog.tests.shelf import build_shelf
from channelkeeper.network.tests.cast import AT, Cast, build_cast
from channelkeeper.stock import actions, links
from channelkeeper.stock.models import Count, Report
from channelkeeper.stock.queries import cells
from channelkeeper.stock.tests.books import SYSTEM, WEEK, report, row, workbook
from channelkeeper.stock.tests.test_views import browse, text_of
from channelkeeper.web import links as web_links

pytestmark = pytest.mark.django_db
LABEL = "2026-W47"


@pytest.fixture
def cast(settings: Any) -> Cast:
    settings.CHANNELKEEPER_NOW = AT
    build_shelf()
    return build_cast()


def send(rows: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "仓库"
    for values in (
        ["进销存周报（2026年第47周）"],
        ["货号", "批次", "单位", "上周库存", "到货", "销量", "本周库存"],
        *rows,
    ):
        sheet.append(values)
    held = BytesIO()
    book.save(held)
    answer = actions.import_report(
        distributor_code="D001", data=held.getvalue(), filename="周报.xlsx", source="api", by=SYSTEM, at=AT
    )
    assert answer.status == "accepted", answer.body


def test_a_line_leads_to_sheet_row_and_cells_with_the_senders_own_text(cast: Cast) -> None:
    send([["W550", "", "瓶", 90, 0, 9, 81], ["T500", "", "箱", "2箱", 1, "0.5箱", 2.5]])
    found = cells.own_row(SYSTEM, at=AT, code="D001", week=WEEK, product="T500")
    assert (found.filename, found.sheet, found.row) == ("周报.xlsx", "仓库", 4)
    assert found.heads[3:] == ("上周库存", "到货", "销量", "本周库存")
    read = [(cell.cell, cell.text, units) for cell, units in found.read_as if cell and units is not None]
    assert read == [("D4", "2箱", 48), ("E4", "1", 24), ("F4", "0.5箱", 12), ("G4", "2.5", 60)]


def test_rows_that_were_added_up_are_all_shown(cast: Cast) -> None:
    send([["T500", "A1", "瓶", 50, 0, 9, 41], ["T500", "B2", "瓶", 40, 0, 1, 39]])
    found = cells.own_row(SYSTEM, at=AT, code="D001", week=WEEK, product="T500")
    assert [number for number, _ in found.rows] == [3, 4]
    assert found.units["closing"] == 80


def test_a_mended_cell_says_so(cast: Cast) -> None:
    held = actions.hold(
        distributor_code="D001",
        data=workbook([row("T500", 10, 0, 1)]),
        filename="a.xlsx",
        source="page",
        by=SYSTEM,
        at=AT,
    )
    assert held.intake_id is not None
    actions.mend_cell(intake_id=held.intake_id, sheet="Sheet", cell="G3", text="2", by=SYSTEM, at=AT)
    actions.mend_cell(intake_id=held.intake_id, sheet="Sheet", cell="K3", text="8", by=SYSTEM, at=AT)
    assert actions.take_in(intake_id=held.intake_id, by=SYSTEM, at=AT).status == "accepted"
    found = cells.own_row(SYSTEM, at=AT, code="D001", week=WEEK, product="T500")
    assert [(cell.cell, cell.text) for cell in found.rows[0][1] if cell.mended] == [("G3", "2"), ("K3", "8")]
    page = text_of(browse(cast.rep).get(reverse("stock:report", args=["D001", LABEL]) + "?line=T500"))
    assert "mended" in page


def test_the_page_marks_the_row_and_names_file_sheet_and_cell(cast: Cast) -> None:
    report("D001", [row("T500", 10, 0, 1), row("W550", 10, 0, 1)])
    client = browse(cast.distributor_user)
    page = text_of(client.get(reverse("stock:report", args=["D001", LABEL]) + "?line=T500"))
    assert "Iced tea 500ml stands in 2026-W47.xlsx, sheet Sheet, row 3" in page
    assert 'id="row-T500" aria-current="true"' in page
    assert "K3" in page
    plain = text_of(client.get(reverse("stock:report", args=["D001", LABEL]) + "?line=NONE"))
    assert "stands in" not in plain


def test_no_such_line_is_not_found_nor_one_out_of_scope(cast: Cast) -> None:
    report("D001", [row("T500", 10, 0, 1)])
    with pytest.raises(NotFound):
        cells.own_row(SYSTEM, at=AT, code="D001", week=WEEK, product="W550")
    with pytest.raises(NotFound):
        cells.own_row(cast.other_rep.actor, at=AT, code="D001", week=WEEK, product="T500")


def test_evidence_leads_to_line_count_and_shipment_of_those_who_may_see_them(cast: Cast) -> None:
    report("D001", [row("T500", 10, 0, 1)])
    line: dict[str, Any] = {"distributor": "D001", "product": "T500", "units": 5, "counted_on": date(2026, 11, 23)}
    actions.record_counts(rows=[line], source="page", by=SYSTEM, at=AT)
    sent: dict[str, Any] = {"number": "F1", "distributor": "D001", "product": "T500", "cases": 2, "shipped_on": WEEK}
    actions.record_shipments(rows=[sent], by=SYSTEM, at=AT)
    pk, count = Report.objects.get().pk, Count.objects.get().pk
    records: list[tuple[str, str, int | str]] = [
        ("stock", "line", f"{pk}:T500"),
        ("stock", "count", count),
        ("stock", "shipment", "F1"),
    ]
    found = web_links.resolve(records, cast.rep.actor, at=AT)
    assert [(link.label.en, link.url) for link in found] == [
        ("Report of 2026-W47, the row of T500", f"/reports/D001/{LABEL}/?version=1&line=T500#line"),
        ("Count of 2026-11-23", f"/reports/counts/{count}/"),
        ("Shipment F1", "/reports/shipments/?distributor=D001&all=1"),
    ]
    assert web_links.resolve(records, cast.other_rep.actor, at=AT) == []
    assert links.line_address("D001", WEEK, "T500") == f"/reports/D001/{LABEL}/?line=T500#line"

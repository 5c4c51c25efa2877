"""Lists as files and pages on paper: read back from the bytes."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pypdf
import pytest
from django.test import RequestFactory
from django.utils import translation

from channelkeeper.sheets.columns import Column, Typed
from channelkeeper.web import exports, pdf

BASE = "http://testserver/"
COLUMNS = (
    Column("code", ("编码",), ("Code",), "code"),
    Column("name", ("经销商",), ("Distributor",)),
    Column("units", ("件数",), ("Pieces",), "units"),
    Column("stake", ("涉及（元）",), ("At stake, yuan",), "money"),
    Column("since", ("起",), ("Since",), "date"),
    Column("reported", ("已报",), ("Report is in",), "yes_no"),
)
ROW: Mapping[str, Typed] = {
    "code": "00123",
    "name": "华联商贸",
    "units": 1506,
    "stake": Decimal("82828.50"),
    "since": date(2026, 12, 3),
    "reported": True,
}
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠A1"]


def table(rows: Sequence[Mapping[str, Typed]] | None = None) -> exports.Table:
    return exports.Table("经销商-2026-W46", "经销商 2026-W46", COLUMNS, [ROW] if rows is None else rows, "按涉及金额")


def file_of(form: str, language: str = "zh-hans", rows: Sequence[Mapping[str, Typed]] | None = None) -> bytes:
    request = RequestFactory().get("/distributors/", {"format": form})
    with translation.override(language):
        found = exports.wanted(request, lambda: table(rows))
    assert found is not None
    return found.content


def pages_of(content: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def test_a_page_is_no_file() -> None:
    for query in ({}, {"format": ""}, {"format": "exe"}):
        found = exports.wanted(RequestFactory().get("/", query), lambda: pytest.fail("the rows were loaded"))
        assert found is None


@pytest.mark.parametrize(
    ("form", "media"),
    [
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("csv", "text/csv; charset=utf-8"),
        ("json", "application/json; charset=utf-8"),
        ("pdf", "application/pdf"),
    ],
)
def test_a_file_has_its_kind_and_its_name(form: str, media: str) -> None:
    found = exports.wanted(RequestFactory().get("/", {"format": form}), table)
    assert found is not None
    assert found["Content-Type"] == media
    assert found["Content-Disposition"] == (f"attachment; filename*=UTF-8''%E7%BB%8F%E9%94%80%E5%95%86-2026-W46.{form}")


def test_a_workbook_has_typed_cells() -> None:
    rows = list(openpyxl.load_workbook(io.BytesIO(file_of("xlsx"))).active.iter_rows(values_only=True))
    assert rows[0][0] == "按涉及金额"
    assert rows[1] == ("编码", "经销商", "件数", "涉及（元）", "起", "已报")
    assert rows[2][:4] == ("00123", "华联商贸", 1506, 82828.5)
    assert rows[2][5] is True


def test_a_csv_has_its_mark_and_the_readers_heads() -> None:
    content = file_of("csv", "en")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows == [
        ["Code", "Distributor", "Pieces", "At stake, yuan", "Since", "Report is in"],
        ["00123", "华联商贸", "1506", "82828.50", "2026-12-03", "TRUE"],
    ]


def test_json_keeps_money_exact() -> None:
    told = json.loads(file_of("json", "en"))
    assert told["columns"]["stake"] == "At stake, yuan"
    assert told["currency"] == "CNY"
    assert told["rows"] == [
        {
            "code": "00123",
            "name": "华联商贸",
            "units": 1506,
            "stake": "82828.50",
            "since": "2026-12-03",
            "reported": True,
        }
    ]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula(text: str) -> None:
    rows: list[Mapping[str, Typed]] = [{**ROW, "code": text, "name": text}]
    sheet = openpyxl.load_workbook(io.BytesIO(file_of("xlsx", rows=rows))).active
    assert {cell.data_type for cell in sheet[3][:2]} == {"s"}
    told = next(iter(list(csv.reader(io.StringIO(file_of("csv", rows=rows).decode("utf-8-sig"))))[1:]))
    assert told[:2] == [f"'{text}", f"'{text}"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ["经销商 2026-W46", "编码", "华联商贸", "82,828.50", "2026年12月3日", "是", "1 / 1"]),
        ("en", ["Code", "At stake, yuan", "华联商贸", "82,828.50", "3 Dec 2026", "yes", "1 / 1"]),
    ],
)
def test_a_list_on_paper_can_be_read(language: str, words: list[str]) -> None:
    [page] = pages_of(file_of("pdf", language))
    assert [word for word in words if word not in page] == []


def test_paper_holds_a_readable_number_of_rows_and_says_so() -> None:
    rows = [{**ROW, "units": number} for number in range(exports.MOST_ON_PAPER + 1)]
    with translation.override("en"):
        shown = exports.on_paper(table(rows))
    assert (shown["shown"], shown["total"], shown["left_out"]) == (200, 201, True)


def test_what_is_written_on_paper_is_text() -> None:
    rows: list[Mapping[str, Typed]] = [{**ROW, "name": '<img src="http://elsewhere/x.svg"><b>'}]
    [page] = pages_of(file_of("pdf", rows=rows))
    assert "<b>" in page


@pytest.mark.parametrize(
    "url",
    [
        "http://elsewhere/static/channelkeeper/print.css",
        "https://testserver/static/channelkeeper/print.css",
        "file:///etc/passwd",
        "data:text/css,body{}",
        "http://testserver/orders/",
        "http://testserver/static/none.css",
        "http://testserver/static/vendor/MANIFEST.json",
    ],
)
def test_paper_fetches_nothing_but_our_own_styles(url: str) -> None:
    with pytest.raises(pdf.Refused):
        pdf.own_file(url, BASE)


@pytest.mark.parametrize("path", ["../../../settings.py", "..%2f..%2f..%2fsettings.py"])
def test_paper_leaves_no_folder(path: str) -> None:
    with pytest.raises(Exception, match=r"outside|No style"):
        pdf.own_file(f"{BASE}static/{path}", BASE)


def test_paper_finds_its_own_style() -> None:
    found = pdf.own_file(f"{BASE}static/channelkeeper/print.css", BASE)
    assert found.samefile(Path(pdf.__file__).parent / "static/channelkeeper/print.css")

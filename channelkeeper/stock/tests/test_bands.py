"""Bands set, corrected and ended: by page, file, API and command; who may, and what stands after (STK-2b)."""

import json
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from typer.testing import CliRunner

from channelkeeper.access import actions as access
from channelkeeper.access.models import AuditLine
from channelkeeper.access.rules import Actor, NotAllowed, NotFound, Refusal
from channelkeeper.catalog.tests.shelf import Shelf, build_shelf
from channelkeeper.network.tests.cast import AT, Cast, Member, build_cast
from channelkeeper.sheets.masters import Result
from channelkeeper.stock import actions, band_file, bands, cli
from channelkeeper.stock.models import Band
from channelkeeper.stock.rules import BandLimits, BandOverlaps, Span, laid_over
from channelkeeper.stock.tests.books import SYSTEM

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
SPRING = date(2027, 1, 11)


@pytest.fixture
def cast(settings: Any) -> Cast:
    settings.CHANNELKEEPER_NOW = AT
    return build_cast()


@pytest.fixture(autouse=True)
def shelf() -> Shelf:
    return build_shelf()


def band(low: str = "7", high: str = "10", **given: Any) -> dict[str, Any]:
    return {"low_days": Decimal(low), "high_days": Decimal(high), "starts_on": TODAY} | given


def put(*rows: dict[str, Any], by: Actor = SYSTEM, dry_run: bool = False) -> Result:
    return actions.set_bands(rows=rows, by=by, at=AT, dry_run=dry_run)


def standing() -> list[tuple[date, date | None, Decimal]]:
    return list(Band.objects.order_by("starts_on").values_list("starts_on", "ends_on", "low_days"))


def browse(member: Member, language: str = "en") -> Client:
    client = Client()
    client.cookies["language"] = language
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


# ---------------------------------------------------------------- periods of one subject


def span(starts_on: date, ends_on: date | None, low: int) -> Span:
    return Span(starts_on, ends_on, BandLimits(Decimal(low), Decimal(low + 5)))


JANUARY, MARCH, JUNE = date(2027, 1, 1), date(2027, 3, 1), date(2027, 6, 1)


def test_a_band_for_a_time_is_followed_by_what_held_before() -> None:
    found = laid_over([span(TODAY, None, 10)], span(JANUARY, MARCH, 30))
    assert found == [span(TODAY, JANUARY, 10), span(JANUARY, MARCH, 30), span(MARCH, None, 10)]


def test_a_band_for_good_ends_what_held_and_stops_at_what_comes() -> None:
    kept = [span(TODAY, MARCH, 10), span(JUNE, None, 12)]
    assert laid_over(kept, span(JANUARY, None, 30)) == [
        span(TODAY, JANUARY, 10),
        span(JANUARY, JUNE, 30),
        span(JUNE, None, 12),
    ]


def test_a_band_that_begins_on_the_same_day_is_put_right() -> None:
    assert laid_over([span(TODAY, None, 10)], span(TODAY, None, 12)) == [span(TODAY, None, 12)]


def test_a_band_before_all_others_stops_at_the_first() -> None:
    assert laid_over([span(MARCH, None, 10)], span(JANUARY, None, 12)) == [
        span(JANUARY, MARCH, 12),
        span(MARCH, None, 10),
    ]


def test_a_band_with_an_end_covers_no_other() -> None:
    with pytest.raises(BandOverlaps) as refused:
        laid_over([span(MARCH, None, 10)], span(JANUARY, JUNE, 12))
    assert refused.value.starts_on == MARCH


# ---------------------------------------------------------------- actions


def test_bands_are_set_and_asked(cast: Cast, shelf: Shelf) -> None:
    result = put(
        band(category="DAIRY"),
        band("12", "15", product="M250", distributor="D001"),
        band("25", "30", distributor="D002"),
    )
    assert (result.new, len(result.changes), result.problems) == (3, 3, ())
    held = bands.load()
    asked = [
        (cast.hualian, shelf.milk),
        (cast.yongsheng, shelf.milk),
        (cast.yongsheng, shelf.tea),
        (cast.xinda, shelf.tea),
    ]
    from_rows = [
        np.array([getattr(one, key) for one in side], dtype=np.int64)
        for side, key in (
            ([one[0] for one in asked], "pk"),
            ([one[1] for one in asked], "pk"),
            ([one[1] for one in asked], "category_id"),
        )
    ]
    low, high = held.of(*from_rows, on=TODAY)
    assert low.tolist() == [12, 7, 25, 20]
    assert high.tolist() == [15, 10, 30, 25]
    assert held.of(*from_rows, on=TODAY - timedelta(days=1))[0].tolist() == [20] * 4
    assert len(bands.load(distributor_ids=[cast.hualian.pk]).rows) == 2


def test_the_same_again_changes_nothing_and_leaves_no_line(cast: Cast) -> None:
    rows = [band(category="DAIRY"), band("9", "12", category="DAIRY", starts_on=SPRING)]
    put(*rows)
    lines = AuditLine.objects.count()
    again = put(*rows)
    assert (again.changes, again.same) == ((), 2)
    assert AuditLine.objects.count() == lines
    assert standing() == [(TODAY, SPRING, Decimal(7)), (SPRING, None, Decimal(9))]


def test_a_dry_run_keeps_nothing(cast: Cast) -> None:
    assert put(band(category="DAIRY"), dry_run=True).new == 1
    assert standing() == []


def test_a_season_cuts_the_band_and_gives_it_back(cast: Cast) -> None:
    put(band(category="DAIRY"))
    result = put(band("14", "20", category="DAIRY", starts_on=SPRING, last_on=SPRING + timedelta(days=20)))
    assert standing() == [
        (TODAY, SPRING, Decimal(7)),
        (SPRING, SPRING + timedelta(days=21), Decimal(14)),
        (SPRING + timedelta(days=21), None, Decimal(7)),
    ]
    assert (result.new, len(result.changes)) == (2, 3)
    line = AuditLine.objects.latest("pk")
    assert line.verb == "stock.band.set"
    assert [one["band"] for one in line.figures["bands"]] == [
        "DAIRY 2026-11-24",
        "DAIRY 2027-01-11",
        "DAIRY 2027-02-01",
    ]


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (band(), "product", "stock.band_of_nothing"),
        (band(product="M250", category="DAIRY"), "category", "stock.band_of_both"),
        (band(product="M999"), "product", "stock.no_such_product"),
        (band(category="SWEETS"), "category", "stock.no_such_category"),
        (band(distributor="D999"), "distributor", "stock.no_such_distributor"),
        (band("10", "7", product="M250"), "high_days", "stock.band_ends"),
        (band("0", "7", product="M250"), "high_days", "stock.band_ends"),
        (band("7", "181", product="M250"), "high_days", "stock.band_ends"),
        (band("7.25", "9", product="M250"), "low_days", "stock.band_too_fine"),
        (band(product="M250", last_on=date(2026, 11, 23)), "last_on", "stock.band_period"),
        (band(product="M250", reason="x" * 201), "reason", "stock.band_reason_long"),
        (band(product="M250", starts_on=None), "starts_on", "stock.band_needed"),
    ],
)
def test_what_is_no_band_is_said_by_its_column(cast: Cast, row: dict[str, Any], column: str, code: str) -> None:
    problems = put(band(category="DRINK"), row).problems
    assert [(one.row, one.column, one.code) for one in problems] == [(1, column, code)]
    assert standing() == []


def test_rows_of_one_file_may_not_overlap(cast: Cast) -> None:
    long = band(product="M250", last_on=SPRING)
    assert [one.code for one in put(long, band(product="M250", starts_on=SPRING)).problems] == ["stock.band_overlaps"]
    assert [one.code for one in put(long, band("8", product="M250")).problems] == ["stock.band_twice"]


def test_a_band_with_an_end_does_not_cover_one_that_is_kept(cast: Cast) -> None:
    put(band(product="M250", starts_on=SPRING))
    (problem,) = put(band(product="M250", last_on=SPRING)).problems
    assert (problem.column, problem.code, problem.figures["starts_on"]) == ("last_on", "stock.band_overlaps", SPRING)


def test_a_manager_sets_bands_of_own_distributors_only(cast: Cast) -> None:
    assert put(band(distributor="D001"), by=cast.manager.actor).new == 1
    assert [one.code for one in put(band(product="M250"), by=cast.manager.actor).problems] == ["stock.band_of_all"]
    foreign = put(band(distributor="D003"), by=cast.manager.actor).problems
    assert [one.code for one in foreign] == ["stock.no_such_distributor"]


@pytest.mark.parametrize("who", ["rep", "auditor", "distributor_user"])
def test_others_set_and_end_none(cast: Cast, who: str) -> None:
    put(band(distributor="D001"))
    actor = getattr(cast, who).actor
    with pytest.raises(NotAllowed):
        put(band(distributor="D001"), by=actor)
    with pytest.raises(NotAllowed):
        actions.end_band(band_id=Band.objects.get().pk, last_on=SPRING, by=actor, at=AT)


def end(last_on: date, by: Actor = SYSTEM) -> None:
    actions.end_band(band_id=Band.objects.get().pk, last_on=last_on, by=by, at=AT)


def test_a_band_is_ended_once(cast: Cast) -> None:
    put(band(distributor="D001"))
    end(SPRING, cast.manager.actor)
    assert standing() == [(TODAY, SPRING + timedelta(days=1), Decimal(7))]
    line = AuditLine.objects.latest("pk")
    assert (line.verb, line.distributor_code) == ("stock.band.ended", "D001")
    with pytest.raises(Refusal, match="11 Jan"):
        end(SPRING)


def test_a_band_that_would_end_before_it_began_is_taken_back(cast: Cast) -> None:
    put(band(distributor="D001"))
    end(TODAY - timedelta(days=1))
    assert standing() == []


def test_a_manager_ends_no_band_beyond_own_distributors(cast: Cast) -> None:
    put(band(product="M250"))
    with pytest.raises(NotAllowed):
        end(SPRING, cast.manager.actor)
    Band.objects.all().delete()
    put(band(distributor="D003"))
    with pytest.raises(NotFound):
        end(SPRING, cast.manager.actor)


# ---------------------------------------------------------------- file


def test_an_exported_file_comes_in_again_unchanged(cast: Cast) -> None:
    put(band(category="DAIRY", reason="短保"), band("8.5", "12", distributor="D001", last_on=SPRING))
    for as_csv, name in ((False, "a.xlsx"), (True, "a.csv")):
        data = band_file.export(by=SYSTEM, at=AT, as_csv=as_csv)
        outcome = band_file.take_in(data=data, filename=name, dry_run=False, by=SYSTEM, at=AT)
        assert (outcome.status, outcome.new, outcome.changed, outcome.same) == ("accepted", 0, 0, 2)


def test_a_manager_exports_what_is_in_scope(cast: Cast) -> None:
    put(band(category="DAIRY"), band(distributor="D001"), band(distributor="D003"))
    book = openpyxl.load_workbook(BytesIO(band_file.export(by=cast.manager.actor, at=AT)))
    cells = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert "D001" in cells
    assert "DAIRY" in cells
    assert "D003" not in cells


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for values in (["货号", "经销商", "开始日期", "下限（天）", "上限（天）"], *rows):
        sheet.append(values)
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def test_faults_of_a_file_are_named_by_cell(cast: Cast) -> None:
    data = workbook(["M250", "", TODAY, 7, 10], ["M999", "D001", TODAY, 10, 7])
    outcome = band_file.take_in(data=data, filename="a.xlsx", dry_run=False, by=SYSTEM, at=AT)
    assert outcome.status == "refused"
    assert [(fault.cell, fault.code) for fault in outcome.faults] == [
        ("A3", "stock.no_such_product"),
        ("E3", "stock.band_ends"),
    ]
    assert standing() == []


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_queries_for_one_band_and_three(cast: Cast, number: int) -> None:
    put(*(band(distributor=code) for code in ("D001", "D002", "D003")[:number]))
    client = browse(cast.headquarters)
    client.get(reverse("stock:bands"))
    with CaptureQueriesContext(connection) as queries:
        response = client.get(reverse("stock:bands"))
    assert text_of(response).count("7–10") == number
    assert len(queries) == 6


def test_the_list_shows_what_is_in_scope_and_may_be_changed(cast: Cast) -> None:
    put(band(category="DAIRY"), band(distributor="D001"), band(distributor="D003"))
    page = text_of(browse(cast.manager).get(reverse("stock:bands")))
    assert "Hualian Trading" in page
    assert "Dairy" in page
    assert "Xinda Store" not in page
    own = Band.objects.get(distributor=cast.hualian).pk
    assert reverse("stock:band_end", args=[own]) in page
    assert page.count("/end/") == 1
    assert "/end/" not in text_of(browse(cast.rep).get(reverse("stock:bands")))


def test_the_list_without_bands_says_so(cast: Cast) -> None:
    page = text_of(browse(cast.headquarters, "zh").get(reverse("stock:bands")))
    assert "还没有另定的带" in page
    put(band(distributor="D001"))
    found = text_of(browse(cast.headquarters).get(reverse("stock:bands") + "?q=nothing"))
    assert "No band fits" in found


def test_ended_bands_are_shown_at_wish(cast: Cast) -> None:
    put(band(distributor="D001", starts_on=date(2026, 1, 1), last_on=date(2026, 2, 1)))
    client = browse(cast.headquarters)
    assert "Hualian Trading" not in text_of(client.get(reverse("stock:bands")))
    assert "Hualian Trading" in text_of(client.get(reverse("stock:bands") + "?all=1"))


def test_a_band_is_set_by_the_form(cast: Cast) -> None:
    client = browse(cast.manager)
    assert "Xinda" not in text_of(client.get(reverse("stock:band_new")))
    given = {"distributor": "D001", "low_days": "7", "high_days": "10", "starts_on": "2026-11-24"}
    assert client.post(reverse("stock:band_new"), given).status_code == 302
    assert standing() == [(TODAY, None, Decimal(7))]
    form = text_of(client.get(f"{reverse('stock:band_new')}?from={Band.objects.get().pk}"))
    assert 'value="7.0"' in form
    refused = client.post(reverse("stock:band_new"), given | {"high_days": "5"})
    assert refused.status_code == 422
    assert "7.0 to 5.0 days is no band" in text_of(refused) or "7 to 5 days is no band" in text_of(refused)


def test_a_foreign_band_fills_in_nothing_and_is_not_ended(cast: Cast) -> None:
    put(band(distributor="D003"))
    foreign = Band.objects.get().pk
    client = browse(cast.manager)
    assert client.get(f"{reverse('stock:band_new')}?from={foreign}").status_code == 404
    assert client.post(reverse("stock:band_end", args=[foreign]), {"last_on": "2026-12-01"}).status_code == 404
    assert client.post(reverse("stock:band_end", args=[foreign]), {"last_on": "soon"}).status_code == 404


def test_a_band_is_ended_on_the_list(cast: Cast) -> None:
    put(band(distributor="D001"))
    client = browse(cast.manager)
    address = reverse("stock:band_end", args=[Band.objects.get().pk])
    assert client.post(address, {"last_on": "soon"}).status_code == 422
    assert client.post(address, {"last_on": "2026-12-01"}).status_code == 302
    assert standing() == [(TODAY, date(2026, 12, 2), Decimal(7))]
    again = client.post(address, {"last_on": "2026-12-24"})
    assert (again.status_code, "It ends on 1 Dec already." in text_of(again)) == (422, True)


@pytest.mark.parametrize("who", ["rep", "auditor", "distributor_user"])
@pytest.mark.parametrize("name", ["band_new", "bands_import", "bands_template"])
def test_others_are_refused(cast: Cast, who: str, name: str) -> None:
    assert browse(getattr(cast, who)).get(reverse(f"stock:{name}")).status_code == 403


def test_a_distributor_does_not_see_the_list(cast: Cast) -> None:
    assert browse(cast.distributor_user).get(reverse("stock:bands")).status_code == 403


def test_a_file_is_checked_and_taken_in_by_the_page(cast: Cast) -> None:
    client = browse(cast.headquarters)
    for do, kept in (("check", 0), ("take", 1)):
        file = SimpleUploadedFile("bands.xlsx", workbook(["M250", "", TODAY, 7, 10]))
        assert client.post(reverse("stock:bands_import"), {"file": file, "do": do}).status_code == 200
        assert Band.objects.count() == kept
    assert client.get(reverse("stock:bands_template")).status_code == 200


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_the_list_is_taken_along_and_comes_in_again(cast: Cast, form: str) -> None:
    put(band(category="DAIRY"), band(distributor="D003"))
    data = browse(cast.manager).get(f"{reverse('stock:bands')}?format={form}").content
    if form == "json":
        assert "D003" not in data.decode()
        return
    outcome = band_file.take_in(data=data, filename=f"a.{form}", dry_run=True, by=SYSTEM, at=AT)
    assert (outcome.status, outcome.same, outcome.new) == ("checked", 1, 0)


# ---------------------------------------------------------------- programs


def program(member: Member) -> dict[str, str]:
    secret = access.create_token(label="p", days=30, by=member.actor, at=AT)
    return {"authorization": f"Bearer {secret}"}


def test_programs_set_list_and_end_bands(cast: Cast) -> None:
    client, headers = Client(), program(cast.headquarters)

    def send(path: str, body: dict[str, Any]) -> Any:
        return client.post(f"/api/v1/stock/bands{path}", json.dumps(body), "application/json", headers=headers)

    row = {"product": "M250", "starts_on": "2026-11-24", "low_days": "7", "high_days": 10}
    assert send("", {"bands": [row]}).json()["new"] == 1
    refused = send("", {"bands": [row | {"low_days": 12}]})
    assert (refused.status_code, refused.json()["faults"][0]["cell"]) == (422, "bands[0].high_days")
    (found,) = client.get("/api/v1/stock/bands", headers=headers).json()["bands"]
    assert (found["product"], found["low_days"], found["state"]) == ("M250", "7.0", "holds")
    ended = send(f"/{found['id']}/end", {"last_on": "2026-12-01"}).json()["bands"]
    assert ended[0]["last_on"] == "2026-12-01"
    file = SimpleUploadedFile("bands.xlsx", workbook(["T500", "", TODAY, 7, 10]))
    taken = client.post("/api/v1/stock/bands/import", {"file": file}, headers=headers)
    assert (taken.status_code, taken.json()["new"]) == (200, 1)


def test_a_program_of_a_rep_reads_but_sets_none(cast: Cast) -> None:
    client, headers = Client(), program(cast.rep)
    put(band(distributor="D001"), band(distributor="D003"))
    found = client.get("/api/v1/stock/bands", headers=headers).json()["bands"]
    assert [one["distributor"] for one in found] == ["D001"]
    sent = client.post("/api/v1/stock/bands", "{}", "application/json", headers=headers)
    assert sent.status_code == 403
    assert Band.objects.count() == 2


def test_commands_take_bands_in_and_out(cast: Cast, tmp_path: Path) -> None:
    source, target = tmp_path / "in.xlsx", tmp_path / "out.csv"
    source.write_bytes(workbook(["M250", "", TODAY, 7, 10]))
    run = CliRunner()
    taken = run.invoke(cli.app, ["bands", "import", str(source), "--json"])
    assert (taken.exit_code, json.loads(taken.stdout)["new"]) == (0, 1)
    assert run.invoke(cli.app, ["bands", "export", str(target)]).exit_code == 0
    assert "M250" in target.read_text(encoding="utf-8-sig")
    source.write_bytes(workbook(["M250", "", TODAY, 10, 7]))
    assert run.invoke(cli.app, ["bands", "import", str(source)]).exit_code == 1
    assert run.invoke(cli.app, ["bands", "template", str(source)]).exit_code == 0

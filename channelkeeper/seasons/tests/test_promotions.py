"""Promotions from and to files, and what other rooms read of them: only what was known, by week."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from typer.testing import CliRunner

from channelkeeper.access import actions as access
from channelkeeper.access.models import AuditLine
from channelkeeper.access.rules import Actor, NotAllowed, Role, whole
from channelkeeper.catalog.tests.shelf import Shelf, build_shelf
from channelkeeper.network.tests.cast import AT, Cast, Member, build_cast
from channelkeeper.seasons import actions, queries, sheet
from channelkeeper.seasons.cli import app
from channelkeeper.seasons.models import Festival, Promotion
from channelkeeper.sheets.masters import Outcome

pytestmark = pytest.mark.django_db
MONDAY, NEXT = date(2026, 11, 23), date(2026, 11, 30)
TODAY = date(2026, 11, 24)
SYSTEM = whole("a test")
HEAD = "促销编号,促销,货号,经销商编码,开始日期,最后一天,力度,通知日期"
ROWS = (
    "P1,第二瓶半价,T500,,2026-11-23,2026-11-29,0.4,2026-11-01",
    "P1,第二瓶半价,T501,,2026-11-23,2026-11-29,0.4,2026-11-01",
    "P2,开业酬宾,T500,D001,2026-11-28,2026-12-01,0.7,2026-11-20",
)


@pytest.fixture
def cast(settings: Any) -> Cast:
    settings.CHANNELKEEPER_NOW = AT
    return build_cast()


@pytest.fixture
def shelf() -> Shelf:
    return build_shelf()


def text(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


def take(*rows: str, dry_run: bool = False) -> Outcome:
    return sheet.take_in(data=text(*(rows or ROWS)), filename="促销.csv", dry_run=dry_run, by=SYSTEM, at=AT)


def counts(outcome: Outcome) -> tuple[str, int, int, int]:
    return outcome.status, outcome.new, outcome.changed, outcome.same


def weeks_of(*, known_on: date = TODAY, **narrowed: Any) -> list[tuple[int | None, int, date, Decimal]]:
    asked = {"distributor_ids": None, "product_ids": None} | narrowed
    found = queries.promotion_intensity(**asked, weeks=[MONDAY, NEXT], known_on=known_on)
    return sorted(
        ((row.distributor_id, row.product_id, row.week, row.intensity) for row in found),
        key=lambda row: (row[0] or 0, row[1], row[2]),
    )


def test_a_file_of_promotions_is_taken_in_once(cast: Cast, shelf: Shelf) -> None:
    assert counts(take(dry_run=True)) == ("checked", 3, 0, 0)
    assert Promotion.objects.count() == 0
    assert counts(take()) == ("accepted", 3, 0, 0)
    assert counts(take()) == ("accepted", 0, 0, 3)
    assert (Promotion.objects.count(), AuditLine.objects.count()) == (3, 1)
    assert Promotion.objects.get(code="P2").ends_on == date(2026, 12, 2)


def test_the_weeks_promoted_hold_the_share_of_their_days(cast: Cast, shelf: Shelf) -> None:
    take()
    assert weeks_of() == [
        (None, shelf.tea.pk, MONDAY, Decimal("0.4")),
        (None, shelf.lemon_tea.pk, MONDAY, Decimal("0.4")),
        (cast.hualian.pk, shelf.tea.pk, MONDAY, Decimal("0.4")),  # 0.7 x 2 ÷ 7 is 0.2: what all have is more
        (cast.hualian.pk, shelf.tea.pk, NEXT, Decimal("0.7") * 2 / 7),
    ]


def test_what_was_not_known_is_not_read(cast: Cast, shelf: Shelf) -> None:
    take()
    assert weeks_of(known_on=date(2026, 10, 31)) == []
    assert [row[0] for row in weeks_of(known_on=date(2026, 11, 19))] == [None, None]


def test_others_promotions_and_products_are_left_out(cast: Cast, shelf: Shelf) -> None:
    take()
    assert [row[0] for row in weeks_of(distributor_ids=[cast.xinda.pk])] == [None, None]
    assert [row[1] for row in weeks_of(product_ids=[shelf.lemon_tea.pk])] == [shelf.lemon_tea.pk]
    assert queries.promotion_intensity(distributor_ids=None, product_ids=None, weeks=[], known_on=TODAY) == []


def test_the_weeks_are_one_statement(
    cast: Cast, shelf: Shelf, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    take()
    with django_assert_num_queries(1):
        weeks_of()


def test_labels_are_found_for_sentences(cast: Cast, shelf: Shelf) -> None:
    take()
    found = queries.promotion_labels(
        distributor_ids=[cast.hualian.pk],
        product_ids=[shelf.tea.pk],
        starts_on=MONDAY,
        ends_on=NEXT,
        known_on=TODAY,
    )
    assert [row.label("zh") for row in found] == ["第二瓶半价", "开业酬宾"]


def test_a_promotion_is_called_off_by_intensity_0(cast: Cast, shelf: Shelf) -> None:
    take()
    assert counts(take(ROWS[0].replace("0.4", "0"))) == ("accepted", 0, 1, 0)
    assert weeks_of(product_ids=[shelf.tea.pk], distributor_ids=[])[0][3] == 0


def test_a_blank_day_of_notice_is_today_and_later_stays(cast: Cast, shelf: Shelf) -> None:
    row = "P3,特价,T500,,2026-12-01,2026-12-07,0.2,"
    take(row)
    assert Promotion.objects.get().known_on == TODAY
    Promotion.objects.update(known_on=MONDAY)
    assert counts(take(row)) == ("accepted", 0, 0, 1)


def test_what_is_wrong_is_named_by_its_cell(cast: Cast, shelf: Shelf) -> None:
    outcome = take(
        "P1,半价,X999,D999,2026-11-23,2026-11-22,1.4,",
        "P2,,T500,,2026-11-23,2026-11-29,0.4,",
        "P2,半价,T500,,2026-11-23,2026-11-29,0.4,",
    )
    assert sorted((fault.cell, fault.code) for fault in outcome.faults) == [
        ("A4", "seasons.twice"),
        ("B3", "seasons.needed"),
        ("C2", "seasons.unknown_product"),
        ("D2", "seasons.unknown_distributor"),
        ("F2", "seasons.period"),
        ("G2", "seasons.intensity"),
    ]
    assert Promotion.objects.count() == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_goes_out_comes_in_again_unchanged(cast: Cast, shelf: Shelf, language: str) -> None:
    take()
    data = sheet.export(by=SYSTEM, at=AT, language=language)
    assert counts(sheet.take_in(data=data, filename="x.xlsx", dry_run=False, by=SYSTEM, at=AT)) == ("accepted", 0, 0, 3)
    table = sheet.export(by=SYSTEM, at=AT, as_csv=True)
    assert counts(sheet.take_in(data=table, filename="x.csv", dry_run=False, by=SYSTEM, at=AT)) == ("accepted", 0, 0, 3)


def test_festivals_are_filled_once(cast: Cast) -> None:
    assert actions.fill_festivals(years=[2026, 2027], by=SYSTEM, at=AT) == 6
    assert actions.fill_festivals(years=[2027, 2028], by=SYSTEM, at=AT) == 3
    coming = queries.festivals(starts_on=TODAY, ends_on=date(2027, 12, 31))
    assert [(day.name("en"), day.on) for day in coming] == [
        ("Spring Festival", date(2027, 2, 6)),
        ("Mid-Autumn Festival", date(2027, 9, 15)),
        ("National Day", date(2027, 10, 1)),
    ]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.HEADQUARTERS, Role.SERVICE}))
def test_only_headquarters_changes_seasons(role: Role) -> None:
    by = Actor(role=role, user_id=1, name="x")
    with pytest.raises(NotAllowed):
        actions.import_promotions(rows=[], by=by, at=AT)
    with pytest.raises(NotAllowed):
        actions.fill_festivals(years=[2026], by=by, at=AT)


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member.user)
    client.cookies["language"] = "en"
    return client


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_times(
    cast: Cast, shelf: Shelf, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    take(*ROWS[:rows])
    client = signed_in(cast.headquarters)
    with django_assert_num_queries(7):
        answer = client.get("/seasons/")
    assert len(answer.context["rows"]) == rows


def test_anothers_own_promotion_is_not_listed(cast: Cast, shelf: Shelf) -> None:
    take()
    members = (cast.headquarters, cast.rep, cast.other_rep, cast.distributor_user, cast.other_distributor_user)
    found = [len(signed_in(member).get("/seasons/").context["rows"]) for member in members]
    assert found == [3, 3, 2, 3, 2]
    assert "开业酬宾" not in signed_in(cast.other_distributor_user).get("/seasons/").content.decode()


def test_the_list_is_searched(cast: Cast, shelf: Shelf) -> None:
    take()
    client = signed_in(cast.headquarters)
    assert len(client.get("/seasons/?q=T501").context["rows"]) == 1
    assert "No promotion fits" in client.get("/seasons/?q=x").content.decode()


def test_none_yet_says_how_the_first_comes(cast: Cast) -> None:
    page = signed_in(cast.headquarters).get("/seasons/").content.decode()
    assert "No promotions yet" in page
    assert 'href="/seasons/import/"' in page


def test_headquarters_takes_files_in_and_fills_festivals(cast: Cast, shelf: Shelf) -> None:
    client = signed_in(cast.headquarters)
    taken = client.post("/seasons/import/", {"file": SimpleUploadedFile("p.csv", text(*ROWS)), "do": "take"})
    wrong = client.post("/seasons/import/", {"file": SimpleUploadedFile("p.csv", text("P9,x,X,,,,,")), "do": "take"})
    assert (taken.status_code, wrong.status_code, Promotion.objects.count()) == (200, 422, 3)
    assert client.post("/seasons/festivals/").status_code == 302
    assert Festival.objects.count() == 9
    assert client.get("/seasons/export/").content[:2] == client.get("/seasons/template/").content[:2] == b"PK"


@pytest.mark.parametrize("name", ["manager", "rep", "auditor", "distributor_user"])
def test_others_look_and_do_not_touch(cast: Cast, shelf: Shelf, name: str) -> None:
    client = signed_in(getattr(cast, name))
    looked = [client.get(f"/seasons/{page}").status_code for page in ("", "export/")]
    touched = [client.get(f"/seasons/{page}").status_code for page in ("import/", "template/")]
    assert (looked, touched, client.post("/seasons/festivals/").status_code) == ([200, 200], [403, 403], 403)


def test_the_api_lists_and_takes_in(cast: Cast, shelf: Shelf) -> None:
    def key(member: Member) -> dict[str, Any]:
        token = access.create_token(label="x", days=1, by=member.actor, at=AT)
        return {"headers": {"Authorization": f"Bearer {token}"}}

    program, address = Client(), "/api/v1/seasons/promotions"
    files = {"file": SimpleUploadedFile("p.csv", text(*ROWS))}
    assert program.post(f"{address}/import", files, **key(cast.headquarters)).json()["new"] == 3
    assert program.post(f"{address}/import", {}, **key(cast.rep)).status_code == 403
    own = program.get(address, **key(cast.other_distributor_user)).json()
    assert [(row["code"], row["intensity"], row["ends_on"]) for row in own["promotions"]] == [
        ("P1", "0.400", "2026-11-30"),
        ("P1", "0.400", "2026-11-30"),
    ]


def test_the_commands(cast: Cast, shelf: Shelf, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(text(*ROWS))
    run = CliRunner()
    taken = run.invoke(app, ["import", str(source), "--json"])
    assert (taken.exit_code, json.loads(taken.stdout)["new"]) == (0, 3)
    assert run.invoke(app, ["export", str(target)]).exit_code == 0
    assert run.invoke(app, ["import", str(target)]).stdout == "accepted: 0 new, 0 changed, 3 the same\n"
    assert run.invoke(app, ["template", str(tmp_path / "t.xlsx")]).exit_code == 0
    assert run.invoke(app, ["festivals", "2026", "2027"]).stdout == "6 new days\n"
    assert run.invoke(app, ["festivals", "1990", "2027"]).exit_code == 2

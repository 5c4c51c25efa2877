"""Closing days set, put right and removed: by page, file, API and command; who may, and what is planned by them."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from typer.testing import CliRunner

from channelkeeper.access import actions as access
from channelkeeper.access.models import AuditLine
from channelkeeper.access.rules import Actor, NotAllowed, NotFound, whole
from channelkeeper.network.models import Distributor
from channelkeeper.network.tests.cast import AT, Cast, Member, build_cast
from channelkeeper.seasons import actions, cli, closing_file, rules
from channelkeeper.seasons.models import ClosedDays
from channelkeeper.seasons.queries import closing
from channelkeeper.sheets.masters import Outcome, Result

pytestmark = pytest.mark.django_db
SYSTEM = whole("a test")
HEAD = "经销商编码,第一天,最后一天,名称,英文名"
FACTORY = ",2027-02-01,2027-02-16,春节,Spring Festival"
HUALIAN = "D001,2027-02-04,2027-02-13,春节,Spring Festival"
XINDA = "D003,2026-12-01,2026-12-01,盘点,Stocktaking"


@pytest.fixture
def cast(settings: Any) -> Cast:
    settings.CHANNELKEEPER_NOW = AT
    return build_cast()


def text(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


def take(*rows: str, by: Actor = SYSTEM, dry_run: bool = False) -> Outcome:
    return closing_file.take_in(data=text(*rows), filename="休息日.csv", dry_run=dry_run, by=by, at=AT)


def counts(outcome: Outcome) -> tuple[str, int, int, int]:
    return outcome.status, outcome.new, outcome.changed, outcome.same


def row(first: str, last: str, distributor: str = "", **given: Any) -> dict[str, Any]:
    days = {"starts_on": date.fromisoformat(first), "last_on": date.fromisoformat(last)}
    return {"distributor": distributor, **days, "label_zh": "春节", **given}


def put(*rows: dict[str, Any], by: Actor = SYSTEM, **given: Any) -> Result:
    return actions.set_closed_days(rows=rows, by=by, at=AT, **given)


def codes(result: Result) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.code) for problem in result.problems]


def kept() -> list[tuple[str, str]]:
    rows = ClosedDays.objects.order_by("starts_on").values_list("starts_on", "ends_on")
    return [(str(starts_on), str(ends_on)) for starts_on, ends_on in rows]


def browse(member: Member, language: str = "en") -> Client:
    client = Client()
    client.force_login(member.user)
    client.cookies["language"] = language
    return client


def text_of(response: Any) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


# ---------------------------------------------------------------- SEA-2b: every day is closed once


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([], []),
        ([(1, 5), (5, 8)], []),  # one ends before the day on which the next begins
        ([(1, 6), (5, 8)], [(1, 0)]),
        ([(5, 8), (1, 6)], [(0, 1)]),
        ([(1, 20), (2, 4), (10, 12)], [(1, 0), (2, 0)]),
        ([(3, 5), (3, 4)], [(1, 0)]),
    ],
)
def test_closings_of_one_side_share_no_day(periods: list[tuple[int, int]], expected: list[tuple[int, int]]) -> None:
    days = [(date(2027, 2, first), date(2027, 2, end)) for first, end in periods]
    assert rules.overlapping(days) == expected


def test_closings_that_share_a_day_are_refused_with_the_other_ones_days(cast: Cast) -> None:
    put(row("2027-02-01", "2027-02-16"))
    refused = put(row("2027-02-10", "2027-02-20"), row("2027-02-10", "2027-02-20", "D001"))
    assert codes(refused) == [(0, "starts_on", "seasons.closing_overlaps")]
    assert refused.problems[0].figures == {"starts_on": date(2027, 2, 1), "last_on": date(2027, 2, 16)}
    earlier = put(row("2027-01-30", "2027-02-01"))
    assert codes(earlier) == [(0, "starts_on", "seasons.closing_overlaps")]
    assert kept() == [("2027-02-01", "2027-02-17")]


def test_a_closing_may_grow_to_the_day_before_the_next(cast: Cast) -> None:
    put(row("2027-02-01", "2027-02-05"), row("2027-02-10", "2027-02-12"))
    assert put(row("2027-02-01", "2027-02-09")).problems == ()
    assert codes(put(row("2027-02-01", "2027-02-10"))) == [(0, "starts_on", "seasons.closing_overlaps")]


# ---------------------------------------------------------------- files


def test_a_file_is_taken_in_once(cast: Cast) -> None:
    assert counts(take(FACTORY, HUALIAN, dry_run=True)) == ("checked", 2, 0, 0)
    assert kept() == []
    assert counts(take(FACTORY, HUALIAN)) == ("accepted", 2, 0, 0)
    assert counts(take(FACTORY, HUALIAN)) == ("accepted", 0, 0, 2)
    assert counts(take(FACTORY.replace("16", "17"), HUALIAN)) == ("accepted", 0, 1, 1)
    assert kept() == [("2027-02-01", "2027-02-18"), ("2027-02-04", "2027-02-14")]
    lines = AuditLine.objects.filter(verb="seasons.closed_days.set").order_by("pk")
    assert [line.subject_id for line in lines] == ["2", "2027-02-01"]
    assert lines[1].figures["closed_days"][0]["before"] == {"last_on": "2027-02-16"}


def test_what_is_wrong_is_named_by_its_cell(cast: Cast) -> None:
    outcome = take(
        "D999,2027-02-01,2027-02-03,春节,",
        "D001,2027-02-01,2027-01-31,春节,",
        "D002,2027-02-01,2027-04-02,春节,",
        "D003,2027-02-01,2027-02-03,,",
        "D003,2027-02-01,2027-02-03,春节,",
    )
    assert sorted((fault.cell, fault.code) for fault in outcome.faults) == [
        ("A2", "seasons.unknown_distributor"),
        ("B6", "seasons.closing_twice"),
        ("C3", "seasons.closing_period"),
        ("C4", "seasons.closing_period"),
        ("D5", "seasons.closing_needed"),
    ]
    assert kept() == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_goes_out_comes_in_again_unchanged(cast: Cast, language: str) -> None:
    take(FACTORY, HUALIAN, XINDA)
    for as_csv, name in ((False, "x.xlsx"), (True, "x.csv")):
        data = closing_file.export(by=SYSTEM, at=AT, language=language, as_csv=as_csv)
        outcome = closing_file.take_in(data=data, filename=name, dry_run=False, by=SYSTEM, at=AT)
        assert counts(outcome) == ("accepted", 0, 0, 3)


# ---------------------------------------------------------------- who may


def test_a_manager_keeps_own_distributors_days_only(cast: Cast) -> None:
    by = cast.manager.actor
    refused = put(row("2027-02-01", "2027-02-03", "D001"), row("2027-02-01", "2027-02-03", "D003"), by=by)
    assert codes(refused) == [(1, "distributor", "seasons.unknown_distributor")]
    assert codes(put(row("2027-02-01", "2027-02-03"), by=by)) == [(0, "distributor", "seasons.closing_of_factory")]
    assert put(row("2027-02-01", "2027-02-03", "D001"), by=by).new == 1
    line = AuditLine.objects.get(verb="seasons.closed_days.set")
    assert (line.actor_name, line.distributor_code, line.subject_id) == ("周明", "D001", "D001 2027-02-01")


def test_a_manager_changes_neither_the_factorys_nor_anothers(cast: Cast) -> None:
    put(row("2027-02-01", "2027-02-03"), row("2027-02-01", "2027-02-03", "D003"))
    factory = ClosedDays.objects.get(distributor=None).pk
    foreign = ClosedDays.objects.get(distributor=cast.xinda).pk
    with pytest.raises(NotAllowed):
        actions.remove_closed_days(closed_id=factory, by=cast.manager.actor, at=AT)
    with pytest.raises(NotFound):
        actions.remove_closed_days(closed_id=foreign, by=cast.manager.actor, at=AT)
    with pytest.raises(NotFound):
        put(row("2027-02-01", "2027-02-02"), by=cast.manager.actor, instead_of=foreign)
    assert ClosedDays.objects.count() == 2


@pytest.mark.parametrize("who", ["rep", "auditor", "distributor_user"])
def test_others_keep_and_remove_none(cast: Cast, who: str) -> None:
    by: Actor = getattr(cast, who).actor
    with pytest.raises(NotAllowed):
        put(row("2027-02-01", "2027-02-03", "D001"), by=by)
    with pytest.raises(NotAllowed):
        actions.remove_closed_days(closed_id=1, by=by, at=AT)


def test_closing_days_are_put_right_with_their_first_day(cast: Cast) -> None:
    put(row("2027-02-01", "2027-02-03", "D001"), row("2027-02-10", "2027-02-12", "D001"))
    key = ClosedDays.objects.earliest("starts_on").pk
    assert put(row("2027-02-02", "2027-02-05"), instead_of=key).problems == ()
    assert kept() == [("2027-02-02", "2027-02-06"), ("2027-02-10", "2027-02-13")]
    for first, last in (("2027-02-10", "2027-02-10"), ("2027-02-04", "2027-02-11")):
        refused = put(row(first, last), instead_of=key)
        assert codes(refused)[0] == (0, "starts_on", "seasons.closing_overlaps")
    assert kept() == [("2027-02-02", "2027-02-06"), ("2027-02-10", "2027-02-13")]


def test_removing_leaves_its_line(cast: Cast) -> None:
    put(row("2027-02-01", "2027-02-03", "D001"))
    actions.remove_closed_days(closed_id=ClosedDays.objects.get().pk, by=cast.manager.actor, at=AT)
    line = AuditLine.objects.get(verb="seasons.closed_days.removed")
    assert (line.distributor_code, line.figures["closed_days"][0]["before"]["last_on"]) == ("D001", "2027-02-03")
    assert kept() == []


# ---------------------------------------------------------------- reading


def test_the_coming_weeks_say_who_is_closed(cast: Cast) -> None:
    take(FACTORY, HUALIAN, XINDA)
    (december,) = closing.closed_weeks(cast.headquarters.actor, at=AT, count=4)
    assert (december.week, december.factory, december.names("en")) == (date(2026, 11, 30), (), ["Xinda Store"])
    weeks = closing.closed_weeks(cast.rep.actor, at=AT)
    assert [(week.week, len(week.factory), week.names("zh")) for week in weeks] == [
        (date(2027, 2, 1), 7, ["华联商贸"]),
        (date(2027, 2, 8), 7, ["华联商贸"]),
        (date(2027, 2, 15), 2, []),
    ]


def test_more_than_three_are_counted(cast: Cast) -> None:
    for number in range(4, 7):
        office, since = cast.east, date(2024, 1, 1)
        Distributor.objects.create(code=f"D00{number}", name_zh=f"第{number}家", office=office, starts_on=since)
    take(
        *(f"D00{number},2026-12-0{1 + number % 2},2026-12-03,盘点," for number in range(1, 7)),
        "D001,2026-12-06,2026-12-06,盘点,",
    )
    (week,) = closing.closed_weeks(cast.headquarters.actor, at=AT)
    assert (week.distributors, week.names("zh")) == (6, ["华联商贸", "永盛副食", "鑫达商行"])
    page = text_of(browse(cast.headquarters).get(reverse("seasons:closing")))
    assert "and 3 more" in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_queries_for_one_closing_and_three(cast: Cast, number: int) -> None:
    take(*[HUALIAN, FACTORY, XINDA][:number])
    client = browse(cast.headquarters)
    client.get(reverse("seasons:closing"))
    with CaptureQueriesContext(connection) as queries:
        response = client.get(reverse("seasons:closing"))
    assert len(response.context["rows"]) == number
    assert len(queries) == 8


def test_anothers_closing_days_are_not_listed(cast: Cast) -> None:
    take(FACTORY, HUALIAN, XINDA)
    members = (cast.headquarters, cast.rep, cast.other_rep, cast.distributor_user, cast.other_distributor_user)
    found = [len(browse(member).get(reverse("seasons:closing")).context["rows"]) for member in members]
    assert found == [3, 2, 2, 2, 2]
    page = text_of(browse(cast.distributor_user).get(reverse("seasons:closing")))
    assert "Xinda" not in page
    assert "Remove" not in page


def test_past_days_are_shown_at_wish_and_all_are_searched(cast: Cast) -> None:
    take(FACTORY, "D001,2026-10-01,2026-10-03,国庆节,National Day")
    client, address = browse(cast.headquarters), reverse("seasons:closing")
    assert "National Day" not in text_of(client.get(address))
    assert "National Day" in text_of(client.get(f"{address}?all=1"))
    assert len(client.get(f"{address}?all=1&q=hualian").context["rows"]) == 1
    assert "No closing days fit" in text_of(client.get(f"{address}?q=nothing"))


def test_none_yet_says_how_the_first_comes(cast: Cast) -> None:
    assert reverse("seasons:closing_new") in text_of(browse(cast.manager).get(reverse("seasons:closing")))
    assert "Headquarters and office managers" in text_of(browse(cast.rep).get(reverse("seasons:closing")))


# ---------------------------------------------------------------- pages


def test_closing_days_are_added_changed_and_removed_by_the_pages(cast: Cast) -> None:
    client = browse(cast.manager)
    form = text_of(client.get(reverse("seasons:closing_new")))
    assert "Hualian" in form
    assert "Xinda" not in form
    given = {"distributor": "D001", "starts_on": "2027-02-04", "last_on": "2027-02-13", "label_zh": "春节"}
    assert client.post(reverse("seasons:closing_new"), given | {"distributor": ""}).status_code == 422
    assert client.post(reverse("seasons:closing_new"), given).status_code == 302
    key = ClosedDays.objects.get().pk
    change = reverse("seasons:closing_change", args=[key])
    assert 'value="2027-02-13"' in text_of(client.get(change))
    refused = client.post(change, given | {"last_on": "2027-02-01"})
    assert (refused.status_code, "cannot lie before the first" in text_of(refused)) == (422, True)
    assert client.post(change, given | {"starts_on": "2027-02-03"}).status_code == 302
    assert kept() == [("2027-02-03", "2027-02-14")]
    assert client.post(reverse("seasons:closing_remove", args=[key])).status_code == 302
    assert kept() == []


def test_headquarters_closes_the_factory(cast: Cast) -> None:
    given = {"distributor": "", "starts_on": "2027-02-01", "last_on": "2027-02-16", "label_zh": "春节"}
    assert browse(cast.headquarters).post(reverse("seasons:closing_new"), given).status_code == 302
    assert ClosedDays.objects.get().distributor is None
    page = text_of(browse(cast.manager, "zh").get(reverse("seasons:closing")))
    assert "工厂" in page
    assert "/remove/" not in page


def test_a_foreign_closing_is_not_found(cast: Cast) -> None:
    put(row("2027-02-01", "2027-02-03", "D003"))
    key = ClosedDays.objects.get().pk
    client = browse(cast.manager)
    assert client.get(reverse("seasons:closing_change", args=[key])).status_code == 404
    assert client.post(reverse("seasons:closing_change", args=[key]), {}).status_code == 404
    assert client.post(reverse("seasons:closing_remove", args=[key])).status_code == 404


@pytest.mark.parametrize("who", ["rep", "auditor", "distributor_user"])
@pytest.mark.parametrize("name", ["closing_new", "closing_import", "closing_template"])
def test_others_are_refused(cast: Cast, who: str, name: str) -> None:
    assert browse(getattr(cast, who)).get(reverse(f"seasons:{name}")).status_code == 403


def test_a_file_is_checked_and_taken_in_by_the_page(cast: Cast) -> None:
    client = browse(cast.headquarters)
    for do, expected in (("check", 0), ("take", 1)):
        file = SimpleUploadedFile("c.csv", text(FACTORY))
        assert client.post(reverse("seasons:closing_import"), {"file": file, "do": do}).status_code == 200
        assert ClosedDays.objects.count() == expected
    wrong = SimpleUploadedFile("c.csv", text("D9,2027-02-01,2027-02-01,x,"))
    assert client.post(reverse("seasons:closing_import"), {"file": wrong, "do": "take"}).status_code == 422
    assert client.get(reverse("seasons:closing_template")).content[:2] == b"PK"


@pytest.mark.parametrize("form", ["xlsx", "csv", "json", "pdf"])
def test_the_list_is_taken_along(cast: Cast, form: str) -> None:
    take(FACTORY, HUALIAN, XINDA)
    answer = browse(cast.manager, "zh").get(f"{reverse('seasons:closing')}?format={form}")
    assert answer.status_code == 200
    if form in ("xlsx", "csv"):
        again = closing_file.take_in(data=answer.content, filename=f"a.{form}", dry_run=True, by=SYSTEM, at=AT)
        assert counts(again) == ("checked", 0, 0, 2)
    if form == "json":
        assert "D003" not in answer.content.decode()


# ---------------------------------------------------------------- programs


def key_of(member: Member) -> dict[str, str]:
    return {"authorization": f"Bearer {access.create_token(label='p', days=30, by=member.actor, at=AT)}"}


def test_programs_set_list_and_remove(cast: Cast) -> None:
    client, headers, address = Client(), key_of(cast.headquarters), "/api/v1/seasons/closed-days"
    one = {"distributor": "D001", "starts_on": "2027-02-04", "last_on": "2027-02-13", "label_zh": "春节"}

    def send(**given: Any) -> Any:
        body = json.dumps({"closed_days": [one | given]})
        return client.post(address, body, "application/json", headers=headers)

    assert send().json()["new"] == 1
    refused = send(last_on="2027-02-01")
    assert (refused.status_code, refused.json()["faults"][0]["cell"]) == (422, "closed_days[0].last_on")
    (found,) = client.get(address, headers=headers).json()["closed_days"]
    assert (found["distributor"], found["last_on"]) == ("D001", "2027-02-13")
    file = SimpleUploadedFile("c.csv", text(FACTORY))
    assert client.post(f"{address}/import", {"file": file}, headers=headers).json()["new"] == 1
    assert client.post(f"{address}/{found['id']}/remove", headers=headers).status_code == 200
    assert client.post(f"{address}/{found['id']}/remove", headers=headers).status_code == 404
    assert kept() == [("2027-02-01", "2027-02-17")]


def test_a_program_of_a_rep_reads_and_sets_none(cast: Cast) -> None:
    put(row("2027-02-04", "2027-02-13", "D001"), row("2027-02-04", "2027-02-13", "D003"))
    client, headers, address = Client(), key_of(cast.rep), "/api/v1/seasons/closed-days"
    assert [one["distributor"] for one in client.get(address, headers=headers).json()["closed_days"]] == ["D001"]
    own = ClosedDays.objects.get(distributor=cast.hualian).pk
    assert client.post(f"{address}/{own}/remove", headers=headers).status_code == 403
    body = json.dumps({"closed_days": []})
    assert client.post(address, body, "application/json", headers=headers).status_code == 403
    assert ClosedDays.objects.count() == 2


def test_the_commands(cast: Cast, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(text(FACTORY, HUALIAN))
    run = CliRunner()
    taken = run.invoke(cli.app, ["closing", "import", str(source), "--json"])
    assert (taken.exit_code, json.loads(taken.stdout)["new"]) == (0, 2)
    assert run.invoke(cli.app, ["closing", "export", str(target)]).exit_code == 0
    assert run.invoke(cli.app, ["closing", "import", str(target)]).stdout == "accepted: 0 new, 0 changed, 2 the same\n"
    assert run.invoke(cli.app, ["closing", "template", str(tmp_path / "t.xlsx")]).exit_code == 0
    assert run.invoke(cli.app, ["closing", "remove", "2027-02-04", "--distributor", "D001"]).exit_code == 0
    assert run.invoke(cli.app, ["closing", "remove", "2027-02-04"]).exit_code == 1
    assert run.invoke(cli.app, ["closing", "remove", "2027-02-01"]).exit_code == 0
    assert kept() == []

"""Launch plans set, put right and removed: by page, file, API and command; who may, and whose plan holds (SEA-3)."""

import json
from decimal import Decimal
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
from channelkeeper.catalog.models import Product
from channelkeeper.catalog.tests.shelf import Shelf, build_shelf
from channelkeeper.network.tests.cast import AT, Cast, Member, build_cast
from channelkeeper.seasons import actions, cli, launch_file, queries
from channelkeeper.seasons.models import LaunchPlan
from channelkeeper.seasons.queries import launches
from channelkeeper.sheets.masters import Outcome, Result

pytestmark = pytest.mark.django_db
SYSTEM = whole("a test")
HEAD = "货号,经销商编码,首单箱数,第1周预计,第2周预计,第3周预计"
FOR_ALL = "T502,,20,96,120,144"
HUALIAN = "T502,D001,5,48.5,60,"
XINDA = "T502,D003,8,,,"


@pytest.fixture
def cast(settings: Any) -> Cast:
    settings.CHANNELKEEPER_NOW = AT
    return build_cast()


@pytest.fixture(autouse=True)
def shelf() -> Shelf:
    return build_shelf()


def text(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


def take(*rows: str, by: Actor = SYSTEM, dry_run: bool = False) -> Outcome:
    return launch_file.take_in(data=text(*rows), filename="新品.csv", dry_run=dry_run, by=by, at=AT)


def counts(outcome: Outcome) -> tuple[str, int, int, int]:
    return outcome.status, outcome.new, outcome.changed, outcome.same


def plan(distributor: str = "", fill: int = 5, **given: Any) -> dict[str, Any]:
    return {"product": "T502", "distributor": distributor, "first_fill_cases": fill, **given}


def put(*rows: dict[str, Any], by: Actor = SYSTEM, **given: Any) -> Result:
    return actions.set_launch_plans(rows=rows, by=by, at=AT, **given)


def codes(result: Result) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.code) for problem in result.problems]


def kept() -> list[tuple[str | None, int, list[float]]]:
    rows = LaunchPlan.objects.order_by("pk")
    return [(one.distributor.code if one.distributor else None, one.first_fill_cases, one.weekly_units) for one in rows]


def browse(member: Member, language: str = "en") -> Client:
    client = Client()
    client.force_login(member.user)
    client.cookies["language"] = language
    return client


def text_of(response: Any) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


# ---------------------------------------------------------------- files


def test_a_file_is_taken_in_once_and_read_by_proposals(cast: Cast, shelf: Shelf) -> None:
    assert counts(take(FOR_ALL, HUALIAN, dry_run=True)) == ("checked", 2, 0, 0)
    assert kept() == []
    assert counts(take(FOR_ALL, HUALIAN)) == ("accepted", 2, 0, 0)
    assert counts(take(FOR_ALL, HUALIAN)) == ("accepted", 0, 0, 2)
    assert kept() == [(None, 20, [96, 120, 144]), ("D001", 5, [48.5, 60])]
    held = queries.launch_plans(distributor_ids=[cast.hualian.pk, cast.xinda.pk])
    assert held.of(cast.hualian.pk, shelf.new.pk) == queries.LaunchPlanView(5, (Decimal("48.5"), Decimal(60)))
    assert held.of(cast.xinda.pk, shelf.new.pk) == queries.LaunchPlanView(20, tuple(map(Decimal, (96, 120, 144))))


def test_fewer_weeks_take_the_place_of_more_and_the_line_says_so(cast: Cast) -> None:
    take(FOR_ALL)
    assert counts(take("T502,,20,96,,")) == ("accepted", 0, 1, 0)
    assert kept() == [(None, 20, [96])]
    line = AuditLine.objects.filter(verb="seasons.launch_plan.set").latest("pk")
    assert line.figures["launch_plans"] == [
        {"of": "T502", "before": {"week_2": "120", "week_3": "144"}, "after": {}},
    ]


def test_a_file_without_weeks_leaves_them(cast: Cast) -> None:
    take(FOR_ALL)
    data = "货号,首单箱数\nT502,24".encode()
    outcome = launch_file.take_in(data=data, filename="a.csv", dry_run=False, by=SYSTEM, at=AT)
    assert counts(outcome) == ("accepted", 0, 1, 0)
    assert kept() == [(None, 24, [96, 120, 144])]


def test_what_is_wrong_is_named_by_its_cell(cast: Cast) -> None:
    outcome = take(
        "X999,,5,96,,", "T500,,5,96,,", "T502,D999,5,,,", "T502,D001,5,96,,144", "T502,D002,,96,,", "T502,D003,0,,,",
        "T502,,5,-1,,", "T502,,5,96,,",
    )  # fmt: skip
    assert sorted((fault.cell, fault.code) for fault in outcome.faults) == [
        ("A2", "seasons.unknown_product"),
        ("A3", "seasons.no_launch_day"),
        ("A9", "seasons.launch_twice"),
        ("B4", "seasons.unknown_distributor"),
        ("C6", "seasons.launch_needed"),
        ("C7", "seasons.launch_of_nothing"),
        ("D8", "seasons.week_units"),
        ("E5", "seasons.week_missing"),
    ]
    assert kept() == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_goes_out_comes_in_again_unchanged(cast: Cast, language: str) -> None:
    take(FOR_ALL, HUALIAN, XINDA)
    for as_csv, name in ((False, "x.xlsx"), (True, "x.csv")):
        data = launch_file.export(by=SYSTEM, at=AT, language=language, as_csv=as_csv)
        outcome = launch_file.take_in(data=data, filename=name, dry_run=False, by=SYSTEM, at=AT)
        assert counts(outcome) == ("accepted", 0, 0, 3)


# ---------------------------------------------------------------- who may


def test_a_manager_plans_for_own_distributors_only(cast: Cast) -> None:
    by = cast.manager.actor
    assert codes(put(plan("D001"), plan("D003"), by=by)) == [(1, "distributor", "seasons.unknown_distributor")]
    assert codes(put(plan(), by=by)) == [(0, "distributor", "seasons.launch_of_all")]
    assert put(plan("D001"), by=by).new == 1
    line = AuditLine.objects.get(verb="seasons.launch_plan.set")
    assert (line.actor_name, line.distributor_code, line.subject_id) == ("周明", "D001", "T502 D001")


def test_a_manager_removes_neither_the_plan_for_all_nor_anothers(cast: Cast) -> None:
    put(plan(), plan("D003"))
    with pytest.raises(NotAllowed):
        actions.remove_launch_plan(plan_id=LaunchPlan.objects.get(distributor=None).pk, by=cast.manager.actor, at=AT)
    foreign = LaunchPlan.objects.get(distributor=cast.xinda).pk
    with pytest.raises(NotFound):
        actions.remove_launch_plan(plan_id=foreign, by=cast.manager.actor, at=AT)
    assert LaunchPlan.objects.count() == 2


@pytest.mark.parametrize("who", ["rep", "auditor", "distributor_user"])
def test_others_plan_and_remove_none(cast: Cast, who: str) -> None:
    by: Actor = getattr(cast, who).actor
    with pytest.raises(NotAllowed):
        put(plan("D001"), by=by)
    with pytest.raises(NotAllowed):
        actions.remove_launch_plan(plan_id=1, by=by, at=AT)


# ---------------------------------------------------------------- reading


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_queries_for_one_plan_and_three(cast: Cast, number: int) -> None:
    take(*[FOR_ALL, HUALIAN, XINDA][:number])
    client = browse(cast.headquarters)
    client.get(reverse("seasons:launches"))
    with CaptureQueriesContext(connection) as asked:
        response = client.get(reverse("seasons:launches"))
    assert len(response.context["rows"]) == number
    assert len(asked) == 6


def test_anothers_plan_is_not_listed(cast: Cast) -> None:
    take(FOR_ALL, HUALIAN, XINDA)
    members = (cast.headquarters, cast.rep, cast.other_rep, cast.distributor_user, cast.other_distributor_user)
    found = [len(browse(member).get(reverse("seasons:launches")).context["rows"]) for member in members]
    assert found == [3, 2, 2, 2, 2]
    page = text_of(browse(cast.distributor_user).get(reverse("seasons:launches")))
    assert "Xinda" not in page
    assert "Remove" not in page


def test_plans_that_are_over_are_shown_at_wish(cast: Cast) -> None:
    take(FOR_ALL)
    Product.objects.filter(code="T502").update(launched_on="2026-09-27")  # before the Monday eight weeks ago
    client, address = browse(cast.headquarters), reverse("seasons:launches")
    assert "Oolong" not in text_of(client.get(address))
    assert "Oolong" in text_of(client.get(f"{address}?all=1"))
    assert "No launch plan fits" in text_of(client.get(f"{address}?q=nothing"))
    states = [
        (day, launches.plans(SYSTEM, at=AT)[0].state)
        for day in ("2026-09-27", "2026-09-28", "2026-11-24", "2026-11-25")
        if Product.objects.filter(code="T502").update(launched_on=day)
    ]
    assert [state for _, state in states] == ["over", "running", "running", "coming"]


def test_none_yet_says_how_the_first_comes(cast: Cast) -> None:
    assert reverse("seasons:launch_new") in text_of(browse(cast.manager).get(reverse("seasons:launches")))
    assert "Headquarters and office managers" in text_of(browse(cast.rep).get(reverse("seasons:launches")))


# ---------------------------------------------------------------- pages


def test_a_launch_is_planned_changed_and_dropped_by_the_pages(cast: Cast) -> None:
    client, address = browse(cast.manager), reverse("seasons:launch_new")
    form = text_of(client.get(address))
    assert "Oolong" in form  # it has a first day on sale, the others have none
    assert "Iced tea" not in form
    assert "Xinda" not in form
    given = {"product": "T502", "distributor": "D001", "first_fill_cases": "6", "weekly_units": "96,120\n144"}
    assert client.post(address, given | {"distributor": ""}).status_code == 422
    assert client.post(address, given).status_code == 302
    assert kept() == [("D001", 6, [96, 120, 144])]
    key = LaunchPlan.objects.get().pk
    change = reverse("seasons:launch_change", args=[key])
    assert "96 120 144" in text_of(client.get(change))
    for wrong in ("many", "-4", "1 " * 14, "NaN"):
        assert client.post(change, given | {"weekly_units": wrong}).status_code == 422
    assert client.post(change, given | {"weekly_units": ""}).status_code == 302
    assert kept() == [("D001", 6, [])]
    assert client.post(reverse("seasons:launch_remove", args=[key])).status_code == 302
    assert kept() == []


def test_headquarters_plans_for_all(cast: Cast) -> None:
    given = {"product": "T502", "distributor": "", "first_fill_cases": "20", "weekly_units": ""}
    assert browse(cast.headquarters).post(reverse("seasons:launch_new"), given).status_code == 302
    assert kept() == [(None, 20, [])]
    assert "/remove/" not in text_of(browse(cast.manager).get(reverse("seasons:launches")))


def test_a_foreign_plan_is_not_found(cast: Cast) -> None:
    put(plan("D003"))
    key = LaunchPlan.objects.get().pk
    client = browse(cast.manager)
    assert client.get(reverse("seasons:launch_change", args=[key])).status_code == 404
    assert client.post(reverse("seasons:launch_change", args=[key]), {}).status_code == 404
    assert client.post(reverse("seasons:launch_remove", args=[key])).status_code == 404


@pytest.mark.parametrize("who", ["rep", "auditor", "distributor_user"])
@pytest.mark.parametrize("name", ["launch_new", "launch_import", "launch_template"])
def test_others_are_refused(cast: Cast, who: str, name: str) -> None:
    assert browse(getattr(cast, who)).get(reverse(f"seasons:{name}")).status_code == 403


def test_a_file_is_checked_and_taken_in_by_the_page(cast: Cast) -> None:
    client = browse(cast.headquarters)
    for do, expected in (("check", 0), ("take", 1)):
        file = SimpleUploadedFile("c.csv", text(FOR_ALL))
        assert client.post(reverse("seasons:launch_import"), {"file": file, "do": do}).status_code == 200
        assert LaunchPlan.objects.count() == expected
    wrong = SimpleUploadedFile("c.csv", text("X9,,5,,,"))
    assert client.post(reverse("seasons:launch_import"), {"file": wrong, "do": "take"}).status_code == 422
    assert client.get(reverse("seasons:launch_template")).content[:2] == b"PK"


@pytest.mark.parametrize("form", ["xlsx", "csv", "json", "pdf"])
def test_the_list_is_taken_along(cast: Cast, form: str) -> None:
    take(FOR_ALL, HUALIAN, XINDA)
    answer = browse(cast.manager, "zh").get(f"{reverse('seasons:launches')}?format={form}")
    assert answer.status_code == 200
    if form in ("xlsx", "csv"):
        again = launch_file.take_in(data=answer.content, filename=f"a.{form}", dry_run=True, by=SYSTEM, at=AT)
        assert counts(again) == ("checked", 0, 0, 2)
    if form == "json":
        assert "D003" not in answer.content.decode()


# ---------------------------------------------------------------- programs


def key_of(member: Member) -> dict[str, str]:
    return {"authorization": f"Bearer {access.create_token(label='p', days=30, by=member.actor, at=AT)}"}


def test_programs_set_list_and_remove(cast: Cast) -> None:
    client, headers, address = Client(), key_of(cast.headquarters), "/api/v1/seasons/launch-plans"
    one = {"product": "T502", "distributor": "D001", "first_fill_cases": 6, "weekly_units": ["96", 120.5]}

    def send(**given: Any) -> Any:
        body = json.dumps({"launch_plans": [one | given]})
        return client.post(address, body, "application/json", headers=headers)

    assert send().json()["new"] == 1
    refused = send(product="T500")
    assert (refused.status_code, refused.json()["faults"][0]["cell"]) == (422, "launch_plans[0].product")
    (found,) = client.get(address, headers=headers).json()["launch_plans"]
    assert (found["distributor"], found["weekly_units"], found["state"]) == ("D001", ["96", "120.5"], "running")
    file = SimpleUploadedFile("c.csv", text(FOR_ALL))
    assert client.post(f"{address}/import", {"file": file}, headers=headers).json()["new"] == 1
    assert client.post(f"{address}/{found['id']}/remove", headers=headers).status_code == 200
    assert client.post(f"{address}/{found['id']}/remove", headers=headers).status_code == 404
    assert kept() == [(None, 20, [96, 120, 144])]


def test_a_program_of_a_rep_reads_and_sets_none(cast: Cast) -> None:
    put(plan("D001"), plan("D003"))
    client, headers, address = Client(), key_of(cast.rep), "/api/v1/seasons/launch-plans"
    assert [one["distributor"] for one in client.get(address, headers=headers).json()["launch_plans"]] == ["D001"]
    own = LaunchPlan.objects.get(distributor=cast.hualian).pk
    assert client.post(f"{address}/{own}/remove", headers=headers).status_code == 403
    body = json.dumps({"launch_plans": []})
    assert client.post(address, body, "application/json", headers=headers).status_code == 403
    assert LaunchPlan.objects.count() == 2


def test_the_commands(cast: Cast, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(text(FOR_ALL, HUALIAN))
    run = CliRunner()
    taken = run.invoke(cli.app, ["launches", "import", str(source), "--json"])
    assert (taken.exit_code, json.loads(taken.stdout)["new"]) == (0, 2)
    assert run.invoke(cli.app, ["launches", "export", str(target)]).exit_code == 0
    assert run.invoke(cli.app, ["launches", "import", str(target)]).stdout == "accepted: 0 new, 0 changed, 2 the same\n"
    assert run.invoke(cli.app, ["launches", "template", str(tmp_path / "t.xlsx")]).exit_code == 0
    assert run.invoke(cli.app, ["launches", "remove", "T502", "--distributor", "D001"]).exit_code == 0
    assert run.invoke(cli.app, ["launches", "remove", "T502", "--distributor", "D001"]).exit_code == 1
    assert run.invoke(cli.app, ["launches", "remove", "T502"]).exit_code == 0
    assert kept() == []

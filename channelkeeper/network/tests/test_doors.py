"""Pages, API and commands of the network."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from typer.testing import CliRunner

from channelkeeper.access import actions as access
from channelkeeper.access import queries as people
from channelkeeper.network import queries
from channelkeeper.network.cli import app
from channelkeeper.network.models import Assignment, Distributor, Office, Rep
from channelkeeper.network.tests.cast import AT, Cast, Member, build_cast

pytestmark = pytest.mark.django_db
FILE = "经销商编码,经销商,办事处编码\nD009,新来商行,E1\n".encode()
WRONG = "经销商编码,经销商,办事处编码\nD009,新来商行,E9\n".encode()


@pytest.fixture
def cast(settings: Any) -> Cast:
    settings.CHANNELKEEPER_NOW = AT
    return build_cast()


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member.user)
    client.cookies["language"] = "en"
    return client


def upload(data: bytes = FILE) -> SimpleUploadedFile:
    return SimpleUploadedFile("distributors.csv", data)


def codes(answer: Any) -> list[str]:
    return [row["distributor"].code for row in answer.context["rows"]]


def keep(distributors: int) -> None:
    """Leave only the first distributors there."""
    gone = Distributor.objects.order_by("code")[distributors:]
    Assignment.objects.filter(distributor__in=list(gone)).delete()
    for distributor in gone:
        distributor.users.all().delete()
        distributor.delete()


@pytest.mark.parametrize("distributors", [1, 3])
@pytest.mark.parametrize(
    ("address", "statements"),
    [("distributors/", 11), ("offices/", 8), ("reps/", 6), ("assignments/", 6), ("export/distributors/", 6)],
)
def test_the_lists_ask_the_same_number_of_times(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, address: str, statements: int, distributors: int
) -> None:
    keep(distributors)
    client = signed_in(cast.headquarters)
    with django_assert_num_queries(statements):
        assert client.get(f"/network/{address}").status_code == 200


def test_the_list_holds_what_is_in_scope(cast: Cast) -> None:
    members = (cast.headquarters, cast.manager, cast.rep, cast.other_rep)
    found = [codes(signed_in(member).get("/network/distributors/")) for member in members]
    assert found == [["D001", "D002", "D003"], ["D001", "D002"], ["D001", "D002"], ["D003"]]


def test_the_list_is_searched_and_narrowed_by_office(cast: Cast) -> None:
    client = signed_in(cast.headquarters)
    wanted = ("q=hlsm", "q=永盛", "office=W1", "q=zzz")
    assert [codes(client.get(f"/network/distributors/?{query}")) for query in wanted] == [
        ["D001"],
        ["D002"],
        ["D003"],
        [],
    ]
    assert "No distributor fits" in client.get("/network/distributors/?q=zzz").content.decode()


def test_only_the_rows_come_where_htmx_asks(cast: Cast) -> None:
    answer = signed_in(cast.rep).get("/network/distributors/", headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith('<div class="ck-scroll">')


@pytest.mark.parametrize("address", ["distributors/D003/", "distributors/D999/", "export/nonsense/"])
def test_what_is_not_theirs_is_not_found(cast: Cast, address: str) -> None:
    assert signed_in(cast.rep).get(f"/network/{address}").status_code == 404


@pytest.mark.parametrize("action", ["terms/", "hand-over/"])
def test_anothers_distributor_is_not_found_by_a_form_either(cast: Cast, action: str) -> None:
    assert signed_in(cast.manager).post(f"/network/distributors/D003/{action}", {}).status_code == 404


def test_no_canary_of_another_office_stands_on_any_page(cast: Cast) -> None:
    client = signed_in(cast.manager)
    addresses = ("distributors/", "distributors/D001/", "offices/", "reps/", "assignments/?past=1", "substitutes/")
    for address in addresses:
        page = client.get(f"/network/{address}").content.decode()
        assert not [canary for canary in ("鑫达", "Xinda", "D003", "陈静", "Y01", "云岭", "Yunling") if canary in page]


def test_a_distributor_has_no_way_in(cast: Cast) -> None:
    client = signed_in(cast.distributor_user)
    addresses = ("distributors/", "distributors/D001/", "offices/", "reps/", "assignments/", "substitutes/", "import/")
    assert {client.get(f"/network/{address}").status_code for address in addresses} == {403}


def test_a_manager_changes_the_terms_and_a_rep_reads_them(cast: Cast) -> None:
    terms = {"grade": "A", "lead_time_days": "9", "order_weekdays": ["3"], "min_order_cases": "5"}
    assert signed_in(cast.manager).post("/network/distributors/D001/terms/", terms).status_code == 302
    found = queries.distributor(cast.rep.actor, "D001", at=AT)
    assert (found.grade, found.lead_time_days, found.order_weekdays, found.min_order_cases) == ("A", 9, (3,), 5)
    rep = signed_in(cast.rep)
    assert '<form method="post" action="/network/' not in rep.get("/network/distributors/D001/").content.decode()
    assert rep.post("/network/distributors/D001/terms/", terms).status_code == 403


def test_terms_that_do_not_do_stand_beside_their_field(cast: Cast) -> None:
    terms = {"grade": "A", "lead_time_days": "121", "order_weekdays": ["3"], "min_order_cases": "5"}
    answer = signed_in(cast.manager).post("/network/distributors/D001/terms/", terms)
    assert (answer.status_code, list(answer.context["terms"].errors)) == (422, ["lead_time_days"])


def test_a_manager_hands_over(cast: Cast) -> None:
    Rep.objects.filter(code="Y01").update(office=cast.east)
    client = signed_in(cast.manager)
    taken = client.post("/network/distributors/D001/hand-over/", {"rep_code": "Y01", "starts_on": "2026-11-24"})
    unknown = client.post("/network/distributors/D001/hand-over/", {"rep_code": "X9", "starts_on": "2026-11-24"})
    assert (taken.status_code, unknown.status_code) == (302, 422)
    assert codes(signed_in(cast.other_rep).get("/network/distributors/")) == ["D001", "D003"]
    assert codes(signed_in(cast.rep).get("/network/distributors/")) == ["D002"]


def test_past_assignments_are_shown_where_asked_for(cast: Cast) -> None:
    Assignment.objects.filter(distributor=cast.hualian).update(ends_on=AT.date())
    client = signed_in(cast.headquarters)
    counts = [len(client.get(f"/network/assignments/{query}").context["rows"]) for query in ("", "?past=1", "?q=陈静")]
    assert counts == [2, 3, 1]


def substitute(cast: Cast, **more: str) -> dict[str, str]:
    filled = {
        "absent": f"{cast.rep.user.pk}:factory_rep",
        "substitute": str(cast.other_rep.user.pk),
        "starts_on": "2026-11-24",
        "last_on": "2026-11-30",
    }
    return filled | more


def test_a_manager_arranges_and_ends_a_substitute(cast: Cast) -> None:
    Rep.objects.filter(code="Y01").update(office=cast.east)
    client = signed_in(cast.manager)
    assert client.post("/network/substitutes/new/", substitute(cast)).status_code == 302
    row = client.get("/network/substitutes/").context["rows"][0]
    assert (row.absent, row.substitute, str(row.last_on)) == ("李伟", "陈静", "2026-11-30")
    assert client.post(f"/network/substitutes/{row.id}/end/").status_code == 302
    assert len(people.seats(cast.other_rep.user.pk, on=AT.date())) == 1


def test_what_acc_1_refuses_stands_on_the_form(cast: Cast) -> None:
    Rep.objects.filter(code="Y01").update(office=cast.east)
    client = signed_in(cast.manager)
    late = client.post("/network/substitutes/new/", substitute(cast, last_on="2027-02-28"))
    other = client.post("/network/substitutes/new/", substitute(cast, substitute=str(cast.manager.user.pk)))
    assert (late.status_code, other.status_code) == (422, 422)
    assert late.context["form"].non_field_errors()[0].startswith("Start today or later, for at most 92 days")


def test_another_offices_substitution_is_not_found(cast: Cast) -> None:
    signed_in(cast.headquarters).post("/network/substitutes/new/", substitute(cast))
    made = people.substitutions(on=AT.date())[0]
    assert signed_in(cast.other_manager).get("/network/substitutes/").context["rows"] == []
    assert signed_in(cast.other_manager).post(f"/network/substitutes/{made.id}/end/").status_code == 404


def test_an_auditor_reads_substitutes_and_arranges_none(cast: Cast) -> None:
    client = signed_in(cast.auditor)
    assert client.get("/network/substitutes/").status_code == 200
    assert client.post("/network/substitutes/new/", substitute(cast)).status_code == 403


def test_a_file_is_checked_and_taken_in_by_headquarters_only(cast: Cast) -> None:
    client = signed_in(cast.headquarters)
    checked = client.post("/network/import/", {"file": upload(), "do": "check"})
    refused = client.post("/network/import/", {"file": upload(WRONG), "do": "take"})
    taken = client.post("/network/import/", {"file": upload(), "do": "take"})
    answers = [(answer.status_code, answer.context["outcome"].status) for answer in (checked, refused, taken)]
    assert answers == [(200, "checked"), (422, "refused"), (200, "accepted")]
    assert Distributor.objects.filter(code="D009").exists()
    assert signed_in(cast.manager).get("/network/import/").status_code == 403
    assert client.get("/network/template/reps/").content[:2] == b"PK"


def test_empty_lists_say_how_the_first_comes(cast: Cast) -> None:
    keep(0)
    Rep.objects.all().delete()
    Office.objects.exclude(managers__isnull=False).delete()
    client = signed_in(cast.headquarters)
    pages = {name: client.get(f"/network/{name}/").content.decode() for name in ("distributors", "reps", "assignments")}
    assert "No distributors yet" in pages["distributors"]
    assert "No reps yet" in pages["reps"]
    assert "Nobody is assigned yet" in pages["assignments"]


def bearer(member: Member) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {access.create_token(label='x', days=1, by=member.actor, at=AT)}"}}


def test_the_api_lists_what_is_in_scope(cast: Cast) -> None:
    program = Client()
    address = "/api/v1/network/distributors"
    mine = program.get(address, **bearer(cast.rep)).json()
    own = program.get(address, **bearer(cast.distributor_user)).json()
    assert [row["code"] for row in mine["distributors"]] == ["D001", "D002"]
    assert [(row["code"], row["rep"]) for row in own["distributors"]] == [("D001", "J01")]
    statuses = [
        program.get(f"{address}/{code}", **bearer(member)).status_code
        for code, member in (("D001", cast.rep), ("D003", cast.rep), ("D002", cast.distributor_user))
    ]
    assert statuses == [200, 404, 404]


def test_the_api_takes_files_in(cast: Cast) -> None:
    program, address = Client(), "/api/v1/network/import"
    refused = program.post(address, {"file": upload(WRONG)}, **bearer(cast.headquarters))
    taken = program.post(address, {"file": upload()}, **bearer(cast.headquarters))
    closed = program.post(address, {"file": upload()}, **bearer(cast.manager))
    assert (refused.status_code, taken.status_code, closed.status_code) == (422, 200, 403)
    assert refused.json()["faults"][0]["cell"] == "C2"
    assert taken.json()["new"] == 1


def test_the_commands_take_files_in_and_write_them(cast: Cast, tmp_path: Path) -> None:
    source, target, template = tmp_path / "in.csv", tmp_path / "out.xlsx", tmp_path / "template.xlsx"
    source.write_bytes(FILE)
    run = CliRunner()
    taken = run.invoke(app, ["import", str(source), "--json"])
    assert (taken.exit_code, json.loads(taken.stdout)["new"]) == (0, 1)
    assert run.invoke(app, ["export", "distributors", str(target)]).exit_code == 0
    assert run.invoke(app, ["template", "assignments", str(template)]).exit_code == 0
    assert run.invoke(app, ["import", str(target), "--dry-run"]).stdout == "checked: 0 new, 0 changed, 4 the same\n"
    source.write_bytes(WRONG)
    assert run.invoke(app, ["import", str(source)]).exit_code == 1
    assert run.invoke(app, ["export", "nonsense", str(target)]).exit_code == 2

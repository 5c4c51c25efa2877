"""The endpoints: the fixed answer, scope, and refusals in one form."""

import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from channelkeeper.access.models import Token
from channelkeeper.catalog.tests.shelf import build_shelf
from channelkeeper.core import weeks
from channelkeeper.network.tests.cast import AT, Cast, Member, build_cast
from channelkeeper.stock import actions
from channelkeeper.stock.models import Report, Shipment
from channelkeeper.stock.tests.books import SYSTEM, WEEK, report, row, workbook

pytestmark = pytest.mark.django_db
REPORTS = "/api/v1/stock/reports"
SHIPMENTS = "/api/v1/stock/shipments"


@pytest.fixture
def cast(settings: Any) -> Cast:
    settings.CHANNELKEEPER_NOW = AT
    build_shelf()
    return build_cast()


def program(member: Member) -> Client:
    """Return a client that signs in by a token of the member."""
    token = f"token-{member.user.login}"
    digest = hashlib.sha256(token.encode()).hexdigest()
    Token.objects.get_or_create(
        digest=digest, defaults={"user": member.user, "role": member.actor.role, "label": "t", "created_at": AT}
    )
    return Client(headers={"Authorization": f"Bearer {token}"})


def send(client: Client, rows: list[list[object]], **given: Any) -> Any:
    file = SimpleUploadedFile("a.xlsx", workbook(rows))
    return client.post(REPORTS, {"distributor": "D001", "file": file} | given)


def test_a_report_comes_in_with_the_fixed_answer(cast: Cast) -> None:
    client = program(cast.distributor_user)
    response = send(client, [row("T500", 100, 0, 30)])
    assert response.status_code == 200
    body = response.json()
    assert list(body) == ["status", "week", "lines", "faults", "questions"]
    assert (body["status"], body["week"], body["lines"][0]["closing"]) == ("accepted", "2026-W47", 70)
    assert send(client, [row("T500", 100, 0, 30)]).json() == body
    assert Report.objects.count() == 1


def test_faults_and_questions_are_answered_with_422(cast: Cast) -> None:
    client = program(cast.rep)
    rows = [["BT-9", "某某冰茶", "瓶", 10, 0, 0, "约4", 0, 0, 0, 6, 0]]
    response = send(client, rows, dry_run=True)
    body = response.json()
    assert (response.status_code, body["status"]) == (422, "refused")
    assert set(body["faults"][0]) == {"sheet", "cell", "value", "code", "message_zh", "message_en"}
    assert {"kind", "cell", "value", "candidates"} <= set(body["questions"][0])


def test_another_week_than_asked_for_is_a_question(cast: Cast) -> None:
    response = send(program(cast.rep), [row("T500", 100, 0, 30)], week="2026-W46")
    assert [question["kind"] for question in response.json()["questions"]] == ["week"]


def test_a_wrong_week_and_a_foreign_distributor_are_refused(cast: Cast) -> None:
    assert send(program(cast.rep), [row("T500", 1, 0, 1)], week="soon").status_code == 422
    assert send(program(cast.other_rep), [row("T500", 1, 0, 1)]).status_code == 404
    assert send(program(cast.auditor), [row("T500", 1, 0, 1)]).status_code == 403
    assert send(Client(), [row("T500", 1, 0, 1)]).status_code == 401


def test_reports_are_listed_in_scope(cast: Cast) -> None:
    report("D001", [row("T500", 100, 0, 30)], at=AT)
    body = program(cast.rep).get(REPORTS).json()
    assert (body["week"], body["expected"], body["received"], body["on_time"]) == ("2026-W47", 2, 1, 0)
    assert [(one["distributor"], one["state"]) for one in body["reports"]] == [("D001", "late"), ("D002", "missing")]
    assert program(cast.distributor_user).get(REPORTS + "?week=2026-W46").json()["expected"] == 1


def test_one_report_is_read_with_its_version(cast: Cast) -> None:
    report("D001", [row("T500", 100, 0, 30)])
    report("D001", [row("T500", 100, 0, 31)])
    client = program(cast.rep)
    now = client.get(f"{REPORTS}/D001/2026-W47").json()
    assert (now["version"], now["current"], now["lines"][0]["sold"]) == (2, True, 31)
    before = client.get(f"{REPORTS}/D001/2026-W47?version=1").json()
    assert (before["current"], before["lines"][0]["sold"]) == (False, 30)
    assert program(cast.other_rep).get(f"{REPORTS}/D001/2026-W47").status_code == 404


def test_shipments_are_recorded_once_and_listed(cast: Cast) -> None:
    client = program(cast.headquarters)
    line = {"number": "F1", "distributor": "D001", "product": "T500", "cases": 2, "shipped_on": "2026-11-18"}
    for new, same in ((1, 0), (0, 1)):
        response = client.post(SHIPMENTS, {"lines": [line]}, content_type="application/json")
        assert (response.status_code, response.json()["new"], response.json()["same"]) == (200, new, same)
    assert Shipment.objects.count() == 1
    (listed,) = program(cast.distributor_user).get(SHIPMENTS).json()["shipments"]
    assert (listed["number"], listed["units"], listed["arrives_on"]) == ("F1", 48, "2026-11-25")
    assert program(cast.other_rep).get(SHIPMENTS).json()["shipments"] == []
    assert program(cast.rep).post(SHIPMENTS, {"lines": [line]}, content_type="application/json").status_code == 403


def test_a_shipment_with_a_fault_names_its_place(cast: Cast) -> None:
    line = {"number": "F1", "distributor": "D001", "product": "NO", "cases": 2, "shipped_on": "2026-11-18"}
    response = program(cast.headquarters).post(SHIPMENTS, {"lines": [line]}, content_type="application/json")
    assert (response.status_code, response.json()["status"]) == (422, "refused")
    assert response.json()["faults"][0]["cell"] == "lines[0].product"


def test_a_week_is_closed_by_headquarters(cast: Cast) -> None:
    report("D001", [row("T500", 100, 0, 30)])
    address = "/api/v1/stock/close"
    body = program(cast.headquarters).post(address, {"week": "2026-W47"}, content_type="application/json").json()
    assert body == {"week": "2026-W47", "distributors": 3, "reported": 1, "series": 1, "continued": False}
    early = program(cast.headquarters).post(address, {"week": "2026-W48"}, content_type="application/json")
    assert (early.status_code, early.json()["error"]["code"]) == (422, "refused")
    assert program(cast.rep).post(address, {"week": "2026-W47"}, content_type="application/json").status_code == 403


COUNTS = "/api/v1/stock/counts"


def count_line(**given: Any) -> dict[str, Any]:
    return {"distributor": "D001", "product": "T500", "counted_on": "2026-11-23", "cases": 2, "units": 3} | given


def test_counts_are_recorded_read_and_withdrawn(cast: Cast) -> None:
    report("D001", [row("T500", 100, 0, 30)])
    client = program(cast.auditor)
    taken = client.post(COUNTS, {"lines": [count_line()], "note": "with the owner"}, "application/json")
    assert (taken.status_code, taken.json()["new"]) == (200, 1)
    assert client.post(COUNTS, {"lines": [count_line()]}, "application/json").json()["same"] == 1
    listed = client.get(f"{COUNTS}?distributor=D001").json()
    assert [(one["week"], one["note"], one["products"]) for one in listed["counts"]] == [
        ("2026-W47", "with the owner", 1)
    ]
    address = f"{COUNTS}/{listed['counts'][0]['id']}"
    line = client.get(address).json()["lines"][0]
    assert (line["counted"], line["closing"], line["reported"], line["gap"]) == (51, 51, 70, 19)
    withdrawn = client.post(f"{address}/withdraw", {"reason": "wrong warehouse"}, "application/json")
    assert withdrawn.json()["withdrawn"] is True
    assert client.post(f"{address}/withdraw", {"reason": "again"}, "application/json").status_code == 422


def test_counts_are_refused_whole_with_their_places(cast: Cast) -> None:
    lines = [count_line(), count_line(product="NONE")]
    refused = program(cast.rep).post(COUNTS, {"lines": lines}, "application/json")
    assert (refused.status_code, refused.json()["faults"][0]["cell"]) == (422, "lines[1].product")
    assert program(cast.rep).post(COUNTS, {"lines": [count_line(units=-1)]}, "application/json").status_code == 422


def test_counting_is_not_the_distributors(cast: Cast) -> None:
    client = program(cast.distributor_user)
    assert client.post(COUNTS, {"lines": [count_line()]}, "application/json").status_code == 403
    assert client.get("/api/v1/stock/to-count").status_code == 403
    assert client.get(COUNTS).json()["counts"] == []


def test_whom_to_count_is_told_with_reasons(cast: Cast) -> None:
    for week in (weeks.shift(WEEK, -1), WEEK):
        codes = ("T500", "T501", "W550", "M250", "T502")
        report("D001", [row(code, 311 + place, 71, 71 + place % 2) for place, code in enumerate(codes)], week=week)
    actions.close_week(week=WEEK, by=SYSTEM, at=AT)
    found = program(cast.rep).get("/api/v1/stock/to-count").json()
    assert [(one["distributor"], one["score"], one["reasons"][0]["sign"]) for one in found] == [("D001", 40, "copied")]
    assert found[0]["currency"] == "CNY"


def test_sell_in_is_recorded_by_headquarters_alone(cast: Cast) -> None:
    line = {"distributor": "D001", "product": "T500", "month": "2026-10", "cases": 10}
    address = "/api/v1/stock/sell-in"
    taken = program(cast.headquarters).post(address, {"lines": [line]}, "application/json")
    assert (taken.status_code, taken.json()["new"]) == (200, 1)
    refused = program(cast.headquarters).post(address, {"lines": [line | {"month": "soon"}]}, "application/json")
    assert (refused.status_code, refused.json()["faults"][0]["cell"]) == (422, "lines[0].month")
    assert program(cast.rep).post(address, {"lines": [line]}, "application/json").status_code == 403

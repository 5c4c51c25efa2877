"""The pages: who sees what, in how many queries, and the way of a file from upload to report."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from channelkeeper.catalog.tests.shelf import Shelf, build_shelf
from channelkeeper.core import weeks
from channelkeeper.network.tests.cast import AT, Cast, Member, build_cast
from channelkeeper.stock import actions
from channelkeeper.stock.models import Intake, OwnCode, OwnUnit, Report, Shipment
from channelkeeper.stock.tests.books import SYSTEM, WEEK, report, row, workbook

pytestmark = pytest.mark.django_db
LABEL = "2026-W47"


@pytest.fixture
def cast(settings: Any) -> Cast:
    settings.CHANNELKEEPER_NOW = AT
    return build_cast()


@pytest.fixture(autouse=True)
def shelf() -> Shelf:
    return build_shelf()


def browse(member: Member, language: str = "en") -> Client:
    client = Client()
    client.cookies["language"] = language
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def upload(client: Client, rows: list[list[object]], **given: Any) -> Any:
    file = SimpleUploadedFile("周报.xlsx", workbook(rows))
    return client.post(reverse("stock:upload"), {"distributor": "D001", "week": "", "file": file} | given)


def held(code: str = "D001", rows: list[list[object]] | None = None) -> int:
    answer = actions.hold(
        distributor_code=code,
        data=workbook(rows or [row("T500", 10, 0, 1)]),
        filename="a.xlsx",
        source="page",
        by=SYSTEM,
        at=AT,
    )
    assert answer.intake_id is not None
    return answer.intake_id


def shipped(*numbers: str) -> None:
    rows: list[dict[str, Any]] = [
        {"number": number, "distributor": "D001", "product": "T500", "cases": 2, "shipped_on": WEEK}
        for number in numbers
    ]
    actions.record_shipments(rows=rows, by=SYSTEM, at=AT)


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize("number", [1, 3])
def test_the_week_takes_the_same_queries_for_one_report_and_three(cast: Cast, number: int) -> None:
    for code in ("D001", "D002", "D003")[:number]:
        report(code, [row("T500", 10, 0, 1)], at=AT)
    client = browse(cast.headquarters)
    client.get(reverse("stock:reports"))
    with CaptureQueriesContext(connection) as queries:
        response = client.get(reverse("stock:reports"))
    assert response.status_code == 200
    assert f"{number} of 3 reports are in." in text_of(response) or number == 3
    assert len(queries) == 7


@pytest.mark.parametrize("number", [1, 3])
def test_shipments_take_the_same_queries_for_one_and_three(cast: Cast, number: int) -> None:
    shipped(*(f"F{place}" for place in range(number)))
    client = browse(cast.rep)
    client.get(reverse("stock:shipments"))
    with CaptureQueriesContext(connection) as queries:
        response = client.get(reverse("stock:shipments"))
    assert text_of(response).count("overdue, still counted") == number
    assert len(queries) == 9


@pytest.mark.parametrize("number", [1, 3])
def test_a_report_takes_the_same_queries_for_one_line_and_three(cast: Cast, number: int) -> None:
    report("D001", [row(code, 10, 0, 1) for code in ("T500", "W550", "M250")[:number]])
    client = browse(cast.rep)
    client.get(reverse("stock:report", args=["D001", LABEL]))
    with CaptureQueriesContext(connection) as queries:
        response = client.get(reverse("stock:report", args=["D001", LABEL]))
    assert f"reports {number} products; none ran out." in text_of(response)
    assert len(queries) == 8


def test_the_week_names_who_is_missing_and_a_filter_shows_them(cast: Cast) -> None:
    report("D001", [row("T500", 10, 0, 1)], at=AT)
    page = text_of(browse(cast.manager).get(reverse("stock:reports") + "?state=missing"))
    assert "week 47: 1 of 2 reports are in." in page
    assert "Came 50%, on time 0%" in page
    assert "Yongsheng Foods" in page
    assert "Hualian Trading" not in page
    empty = text_of(browse(cast.manager).get(reverse("stock:reports") + "?state=due"))
    assert "No report is in this state" in empty


def test_a_fragment_holds_the_rows_alone(cast: Cast) -> None:
    page = text_of(browse(cast.rep).get(reverse("stock:reports"), headers={"HX-Request": "true"}))
    assert "<html" not in page
    assert "Hualian Trading" in page


@pytest.mark.parametrize("week", ["2026-W46", "2030-W01", "nonsense"])
def test_any_week_in_the_address_answers(cast: Cast, week: str) -> None:
    assert browse(cast.rep).get(reverse("stock:reports") + f"?week={week}").status_code == 200


def test_a_distributor_sees_its_own_weeks(cast: Cast) -> None:
    report("D001", [row("T500", 10, 0, 1)], at=AT)
    report("D003", [row("T500", 10, 0, 1)], at=AT)
    page = text_of(browse(cast.distributor_user).get(reverse("stock:reports")))
    assert "The report of week 47 is in." in page
    assert reverse("stock:report", args=["D001", LABEL]) in page
    assert "D003" not in page


def test_whoever_sends_for_one_distributor_is_not_asked_for_which(cast: Cast) -> None:
    page = text_of(browse(cast.distributor_user).get(reverse("stock:upload")))
    assert '<input type="hidden" name="distributor" value="D001"' in page
    assert '<select name="distributor"' in text_of(browse(cast.rep).get(reverse("stock:upload")))


def test_a_good_file_is_looked_at_and_taken_in(cast: Cast) -> None:
    client = browse(cast.distributor_user)
    response = upload(client, [row("T500", 100, 0, 30), row("W550", 50, 0, 5)])
    intake = Intake.objects.get()
    assert response.url == reverse("stock:intake", args=[intake.pk])
    assert Report.objects.count() == 0
    page = text_of(client.get(response.url))
    assert "2 lines of Hualian Trading are read, all fine." in page
    taken = client.post(reverse("stock:take_in", args=[intake.pk]))
    assert taken["Location"] == reverse("stock:report", args=["D001", LABEL])
    assert "Hualian Trading reports 2 products" in text_of(client.get(taken["Location"]))
    assert client.get(response.url)["Location"] == taken["Location"]


def test_the_same_file_again_leads_to_its_report(cast: Cast) -> None:
    client = browse(cast.rep)
    report("D001", [row("T500", 100, 0, 30)])
    assert upload(client, [row("T500", 100, 0, 30)]).url == reverse("stock:report", args=["D001", LABEL])
    report("D001", [row("T500", 100, 0, 31)])
    response = upload(client, [row("T500", 100, 0, 30)])
    assert response.status_code == 422
    assert "version 2" in text_of(response)


def test_faults_are_mended_and_questions_answered_in_place(cast: Cast) -> None:
    client = browse(cast.rep)
    rows = [
        row("W550", 50, 0, 5),
        ["BT-9", "某某冰茶", "瓶", 10, 0, 0, "约4", 0, 0, 0, 6, 0],
        row("M250", 10, 0, 1, 7),
    ]
    address = upload(client, rows).url
    pk = Intake.objects.get().pk
    page = text_of(client.get(address))
    assert "3 lines of Hualian Trading are read: 2 fine, 2 to mend." in page
    assert 'class="num fault">约4</td>' in page
    assert "disabled" in page
    refused = client.post(reverse("stock:take_in", args=[pk]))
    assert (refused.status_code, "2 places are still to mend" in text_of(refused)) == (422, True)
    for text in ("5", "4"):
        client.post(reverse("stock:mend", args=[pk]), {"sheet": "Sheet", "cell": "G4", "text": text})
    assert "Take it back" in text_of(client.get(address))
    client.post(reverse("stock:mend", args=[pk]), {"sheet": "Sheet", "cell": "G4", "undo": "1"})
    assert Intake.objects.get().mended == {}
    client.post(reverse("stock:mend", args=[pk]), {"sheet": "Sheet", "cell": "G4", "text": "4"})
    question = {"kind": "unknown_product", "value": "BT-9"}
    client.post(reverse("stock:answer", args=[pk]), question | {"answer": "other", "other": "冰红茶"})
    page = text_of(client.get(address))
    assert "can be taken in; 1 sums do not meet." in page
    taken = client.post(reverse("stock:take_in", args=[pk]))
    assert taken["Location"] == reverse("stock:report", args=["D001", LABEL])
    assert list(Report.objects.get().lines.order_by("pk").values_list("product__code", "sold_units")) == [
        ("W550", 5),
        ("T500", 4),
        ("M250", 1),
    ]
    assert Report.objects.get().gaps == 1


def test_a_product_that_is_typed_must_be_one(cast: Cast) -> None:
    pk = held(rows=[["BT-9", "某某冰茶", "瓶", 10, 0, 0, 4, 0, 0, 0, 6, 0]])
    client = browse(cast.rep)
    for other in ("", "500ml", "nothing like it"):
        response = client.post(
            reverse("stock:answer", args=[pk]),
            {"kind": "unknown_product", "value": "BT-9", "answer": "other", "other": other},
        )
        assert response.status_code == 422
    assert Intake.objects.get().answers == {}


def test_products_are_searched_while_typing(cast: Cast) -> None:
    page = text_of(browse(cast.rep).get(reverse("stock:search") + "?other=BHC"))
    assert 'value="T500"' in page
    assert "No product fits" in text_of(browse(cast.rep).get(reverse("stock:search") + "?other=zzz"))


def test_good_rows_are_folded_and_can_be_seen(cast: Cast) -> None:
    many = [row("T500", 10, 0, 1), row("W550", 10, 0, 1), row("M250", 10, 0, 1), row("T501", 10, 0, 1)]
    pk = held(rows=[*many, ["T502", "", "瓶", 10, 0, 0, "约4", 0, 0, 0, 6, 0]])
    client = browse(cast.rep)
    folded = text_of(client.get(reverse("stock:intake", args=[pk])))
    assert "Rows 4 to 6, 3 fine" in folded
    assert "M250" not in folded
    assert "M250" in text_of(client.get(reverse("stock:intake", args=[pk]) + "?all=1"))


def test_a_file_that_cannot_be_read_says_why(cast: Cast) -> None:
    client = browse(cast.rep, "zh-hans")
    file = SimpleUploadedFile("a.xlsx", b"%PDF-1.7 not a workbook")
    address = client.post(reverse("stock:upload"), {"distributor": "D001", "file": file})["Location"]
    page = text_of(client.get(address))
    assert "华联商贸的文件读不成周报。" in page
    assert "这不是Excel或CSV文件" in page


def test_an_upload_without_a_file_says_so_beside_the_field(cast: Cast) -> None:
    response = browse(cast.rep).post(reverse("stock:upload"), {"distributor": "D001"})
    assert response.status_code == 422
    assert browse(cast.rep).post(reverse("stock:upload"), {"distributor": "D003"}).status_code == 422


def test_a_file_is_put_aside(cast: Cast) -> None:
    pk = held()
    client = browse(cast.rep)
    assert client.post(reverse("stock:drop", args=[pk]), {"reason": "wrong"})["Location"] == reverse("stock:reports")
    assert "put aside" in text_of(client.get(reverse("stock:intake", args=[pk])))
    assert client.post(reverse("stock:drop", args=[pk])).status_code == 422


def test_the_file_as_it_came_is_kept_by_the_browser_and_never_opened(cast: Cast) -> None:
    report("D001", [row("T500", 100, 0, 30)])
    response = browse(cast.distributor_user).get(reverse("stock:file", args=["D001", LABEL, 1]))
    assert response.content == bytes(Intake.objects.get().content)
    assert response["Content-Disposition"].startswith("attachment; ")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/octet-stream"


def test_an_older_version_says_that_it_does_not_count(cast: Cast) -> None:
    report("D001", [row("T500", 100, 0, 30)])
    report("D001", [row("T500", 100, 0, 31)])
    page = text_of(browse(cast.rep).get(reverse("stock:report", args=["D001", LABEL]) + "?version=1"))
    assert "This is version 1 of Hualian Trading" in page
    by_day = reverse("stock:report", args=["D001", "2026-11-16"])
    assert browse(cast.rep).get(by_day).status_code == 200


def test_learned_words_are_shown_and_forgotten(cast: Cast, shelf: Shelf) -> None:
    code = OwnCode.objects.create(
        distributor=cast.hualian, text="BT-9", product=shelf.tea, learned_at=AT, by_name="李伟"
    )
    unit = OwnUnit.objects.create(distributor=cast.hualian, word="提", meaning="case", learned_at=AT, by_name="李伟")
    client = browse(cast.rep)
    address = reverse("stock:codes", args=["D001"])
    assert "Iced tea 500ml" in text_of(client.get(address))
    client.post(reverse("stock:withdraw_code", args=["D001", code.pk]))
    client.post(reverse("stock:withdraw_unit", args=["D001", unit.pk]))
    assert OwnCode.objects.count() == OwnUnit.objects.count() == 0
    assert "No codes learned yet" in text_of(client.get(address))


def test_a_shipment_is_marked_on_its_page(cast: Cast) -> None:
    shipped("F1")
    client = browse(cast.distributor_user)
    address = reverse("stock:received", args=["F1"])
    assert client.post(address, {"on": "2026-11-24"}).status_code == 302
    assert Shipment.objects.get().received_on is not None
    assert client.post(address, {"on": "2027-01-01"}).status_code == 422
    assert client.post(address, {"on": "soon"}).status_code == 422
    assert client.post(address).status_code == 302
    assert Shipment.objects.get().received_on is None


def test_shipments_come_from_a_file(cast: Cast) -> None:
    content = "发货单号,经销商编码,货号,箱数,发货日期\nF1,D001,T500,10,2026-11-18\n".encode()
    client = browse(cast.manager)
    for do, count in (("check", 0), ("take", 1)):
        client.post(reverse("stock:shipments_import"), {"file": SimpleUploadedFile("a.csv", content), "do": do})
        assert Shipment.objects.count() == count
    template = client.get(reverse("stock:shipments_template"))
    assert template.content[:2] == b"PK"
    assert client.get(reverse("stock:shipments_import")).status_code == 200


@pytest.mark.parametrize("name", ["report", "file", "codes", "intake"])
def test_an_outsider_finds_nothing(cast: Cast, name: str) -> None:
    report("D001", [row("T500", 100, 0, 30)])
    pk = held(rows=[row("T500", 100, 0, 99)])
    arguments: dict[str, list[Any]] = {
        "report": ["D001", LABEL],
        "file": ["D001", LABEL, 1],
        "codes": ["D001"],
        "intake": [pk],
    }
    address = reverse(f"stock:{name}", args=arguments[name])
    assert browse(cast.rep).get(address).status_code == 200
    for stranger in (cast.other_rep, cast.other_manager, cast.other_distributor_user):
        assert browse(stranger).get(address).status_code == 404


@pytest.mark.parametrize("name", ["mend", "answer", "take_in", "drop"])
def test_an_outsider_changes_nothing(cast: Cast, name: str) -> None:
    pk = held()
    given = {"sheet": "Sheet", "cell": "G3", "text": "1", "kind": "week", "answer": LABEL}
    address = reverse(f"stock:{name}", args=[pk])
    assert browse(cast.other_rep).post(address, given).status_code == 404
    assert browse(cast.auditor).post(address, given).status_code == 403
    assert Client().post(address, given).status_code == 302
    intake = Intake.objects.get()
    assert (intake.state, intake.mended, intake.answers) == ("waiting", {}, {})


def test_an_auditor_looks_and_does_not_touch(cast: Cast) -> None:
    pk = held(rows=[["T500", "", "瓶", 10, 0, 0, "约4", 0, 0, 0, 6, 0]])
    client = browse(cast.auditor)
    page = text_of(client.get(reverse("stock:intake", args=[pk])))
    assert reverse("stock:mend", args=[pk]) not in page
    assert client.get(reverse("stock:upload")).status_code == 403
    assert client.get(reverse("stock:shipments_import")).status_code == 403


@pytest.mark.parametrize("address", ["/reports/D001/2026-W99/", "/reports/D001/soon/", "/reports/D009/2026-W47/"])
def test_what_names_no_report_is_not_found(cast: Cast, address: str) -> None:
    assert browse(cast.headquarters).get(address).status_code == 404


def test_pages_without_anything_say_how_the_first_comes(cast: Cast) -> None:
    client = browse(cast.distributor_user)
    assert "No shipments yet" in text_of(client.get(reverse("stock:shipments") + "?all=1"))
    assert "is not in yet." in text_of(client.get(reverse("stock:reports")))


def test_weeks_before_the_start_are_not_owed(cast: Cast) -> None:
    cast.hualian.starts_on = weeks.shift(WEEK, -1)
    cast.hualian.save()
    page = text_of(browse(cast.distributor_user).get(reverse("stock:reports")))
    assert page.count("missing") == 2

"""Order files that come back edited, and lists of quantities from programs: faults by cell, all or none."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from channelkeeper.access.models import AuditLine
from channelkeeper.access.rules import Actor, NotAllowed
from channelkeeper.network.tests.cast import AT
from channelkeeper.orders import actions, cli, order_file, sheet
from channelkeeper.orders.models import OrderLine
from channelkeeper.orders.tests import seed
from channelkeeper.orders.tests.seed import LATER, NUMBER, House, build_house
from channelkeeper.orders.tests.test_doors import as_, call, program, text
from channelkeeper.sheets.masters import Outcome

pytestmark = pytest.mark.django_db
Cells = Mapping[str, object]


@pytest.fixture(autouse=True)
def _tuesday(settings: Any) -> None:
    """Let the clock stand on the cast's Tuesday."""
    settings.CHANNELKEEPER_NOW = AT


@pytest.fixture
def house() -> House:
    made = build_house()
    seed.propose()
    return made


def exported(number: str = NUMBER, *, language: str = "zh") -> bytes:
    return sheet.workbook(seed.see(number), language=language, all_lines=True)


def edited(data: bytes, changes: Mapping[str, Cells]) -> bytes:
    """Return a file with other cells: by product's code and the column's name."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    table = book.active
    assert isinstance(table, Worksheet)
    head = [cell.value for cell in table[2]]
    for row in table.iter_rows(min_row=3):
        for name, value in changes.get(str(row[0].value), {}).items():
            column = next(one for one in sheet.COLUMNS if one.name == name)
            row[next(head.index(said) for said in (*column.zh, *column.en) if said in head)].value = value
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def take(data: bytes, by: Actor, *, dry_run: bool = False, filename: str = "order.xlsx") -> Outcome:
    return order_file.take_in(data=data, filename=filename, dry_run=dry_run, by=by, at=LATER)


def cases() -> dict[str, int]:
    return {line.product: line.cases for line in seed.see().lines}


def words(outcome: Outcome) -> list[tuple[str, str, str]]:
    """Return cell, value and sentence of each fault, without the row that every sentence begins with."""
    return [(fault.cell, fault.value, fault.message_zh.partition("行：")[2]) for fault in outcome.faults]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_file_that_was_not_edited_changes_nothing(house: House, language: str) -> None:
    before = AuditLine.objects.count()
    done = take(exported(language=language), house.cast.rep.actor)
    assert (done.status, done.changed, done.same) == ("accepted", 0, 5)
    assert AuditLine.objects.count() == before


def test_edited_cases_and_reasons_come_back(house: House) -> None:
    data = edited(exported(), {"M250": {"cases": 60, "reason": "元旦团购"}, "T501": {"cases": 50}})
    done = take(data, house.cast.rep.actor)
    assert (done.status, done.changed, done.same) == ("accepted", 2, 3)
    assert {one.key: (one.before["cases"], one.after["cases"]) for one in done.changes} == {
        f"{NUMBER} M250": (43, 60),
        f"{NUMBER} T501": (62, 50),
    }
    assert (cases()["M250"], seed.line("M250").reason, cases()["T501"]) == (60, "元旦团购", 50)
    again = take(data, house.cast.rep.actor)
    assert (again.status, again.changed) == ("accepted", 0)


def test_a_dry_run_says_what_would_change_and_keeps_nothing(house: House) -> None:
    before = AuditLine.objects.count()
    done = take(edited(exported(), {"M250": {"cases": 40}}), house.cast.rep.actor, dry_run=True)
    assert (done.status, done.changed, done.same) == ("checked", 1, 4)
    assert (cases()["M250"], AuditLine.objects.count()) == (43, before)


def test_every_fault_is_named_by_its_cell_and_nothing_is_kept(house: House) -> None:
    data = edited(exported(), {"T500": {"cases": 200}, "M250": {"cases": 60}, "T501": {"cases": 123_456}})
    done = take(data, house.cast.rep.actor)
    assert done.status == "refused"
    assert words(done) == [
        ("C4", "123456", "箱数要在0到99,999之间，123,456不行。"),
        ("D5", "", "订60箱到货后有27天，高于25天。改到52箱，或写下理由。"),
    ]
    assert cases()["T500"] == 310


def test_what_cannot_be_read_and_what_cannot_stand_are_said_together(house: House) -> None:
    done = take(edited(exported(), {"T501": {"cases": "很多"}, "M250": {"cases": 60}}), house.cast.rep.actor)
    assert (done.status, [fault.cell for fault in done.faults]) == ("refused", ["C4", "D5"])
    assert cases()["M250"] == 43


@pytest.mark.parametrize("value", ["2.5", "很多", -3, None])
def test_what_is_no_count_is_a_fault_of_its_cell(house: House, value: object) -> None:
    done = take(edited(exported(), {"M250": {"cases": value}}), house.cast.rep.actor)
    assert (done.status, [fault.cell for fault in done.faults]) == ("refused", ["C5"])


def test_a_reason_that_stands_is_its_authors_and_not_the_files(house: House) -> None:
    actions.edit_lines(
        number=NUMBER, cases={"M250": 60}, reasons={"M250": "元旦团购"}, by=house.cast.manager.actor, at=AT
    )
    fresh = exported()
    assert take(fresh, house.cast.rep.actor).same == 5
    more = take(edited(fresh, {"M250": {"cases": 70}}), house.cast.rep.actor)
    assert [(cell, said.endswith("或写下理由。")) for cell, _value, said in words(more)] == [("D5", True)]
    assert take(edited(fresh, {"M250": {"cases": 70, "reason": "又谈了一家"}}), house.cast.rep.actor).changed == 1
    assert (cases()["M250"], seed.line("M250").reason) == (70, "又谈了一家")


def test_lines_that_were_changed_since_are_said_one_by_one(house: House) -> None:
    old = exported()
    actions.edit_lines(number=NUMBER, cases={"M250": 41, "T501": 60, "T500": 300}, by=house.cast.rep.actor, at=AT)
    asked = {"M250": {"cases": 40}, "T501": {"cases": 60}, "W550": {"cases": 0}}
    done = take(edited(old, asked), house.cast.rep.actor)
    assert words(done) == [
        ("C5", "40", "导出时43箱，后来有人改成41箱，文件里写40箱。重新导出，在新文件里改。"),
    ]
    assert cases()["M250"] == 41
    # A row that its writer left alone takes nothing back: tea stays at 300.
    kept = take(edited(old, {"T501": {"cases": 60}}), house.cast.rep.actor)
    assert (kept.status, kept.changed, cases()["T500"]) == ("accepted", 0, 300)


def test_two_rows_of_a_product_and_foreign_products_are_faults(house: House) -> None:
    doubled = take(edited(exported(), {"T501": {"product": "M250"}}), house.cast.rep.actor)
    assert [(cell, said) for cell, _value, said in words(doubled)] == [
        ("A4", "品种M250在这单里写了两行，只留一行。"),
        ("A5", "品种M250在这单里写了两行，只留一行。"),
    ]
    foreign = take(edited(exported(), {"T501": {"product": "X999"}}), house.cast.rep.actor)
    assert [(cell, said) for cell, _value, said in words(foreign)] == [("A4", f"{NUMBER}里没有品种X999。")]


@pytest.mark.parametrize("person", ["other_rep", "distributor_user", "other_distributor_user"])
def test_a_foreign_order_and_a_draft_of_the_rep_are_not_found(house: House, person: str) -> None:
    data = edited(exported(), {"M250": {"cases": 40}})
    done = take(data, getattr(house.cast, person).actor)
    assert [said for _cell, _value, said in words(done)] == [f"没有订单{NUMBER}，或者不归你管。"]
    assert cases()["M250"] == 43


def test_an_auditor_takes_nothing_in(house: House) -> None:
    with pytest.raises(NotAllowed):
        take(exported(), house.cast.auditor.actor)
    page = as_(house.cast.auditor)
    assert page.get("/orders/import/").status_code == 403


def test_an_offer_is_answered_by_its_file_line_by_line(house: House) -> None:
    actions.offer(number=NUMBER, by=house.cast.rep.actor, at=AT)
    owner = house.cast.distributor_user.actor
    silent = take(edited(exported(), {"M250": {"cases": 20}, "T501": {"cases": 10, "reason": "卖得慢"}}), owner)
    assert words(silent) == [("D5", "", "写一句理由，对方看得到。")]
    data = edited(
        exported(), {"M250": {"cases": 20, "reason": "仓库放不下"}, "T501": {"cases": 10, "reason": "卖得慢"}}
    )
    assert take(data, owner).changed == 2
    assert (seed.kept().state, cases()["M250"], seed.line("T501").reason) == ("changed", 20, "卖得慢")


def test_a_settled_order_is_not_changed_by_a_file(house: House) -> None:
    actions.offer(number=NUMBER, by=house.cast.rep.actor, at=AT)
    actions.accept(number=NUMBER, by=house.cast.distributor_user.actor, at=AT)
    done = take(edited(exported(), {"M250": {"cases": 40, "reason": "少点"}}), house.cast.rep.actor)
    assert [said for _cell, _value, said in words(done)] == [f"{NUMBER}不在等对方答复，不能改。"]


def test_the_csv_comes_back_too(house: House) -> None:
    told = text(as_(house.cast.rep).get(f"/orders/{NUMBER}/csv/?all=1")).lstrip("\ufeff")
    assert told.splitlines()[0].startswith("产品编码,品种,箱数,改数理由,导出时箱数,")
    changed = told.replace("M250,纯牛奶 250ml,43,,43", "M250,纯牛奶 250ml,40,,43")
    assert changed != told
    assert take(changed.encode(), house.cast.rep.actor, filename="order.csv").changed == 1
    assert cases()["M250"] == 40


def test_the_page_checks_first_and_takes_in_then(house: House) -> None:
    client, data = as_(house.cast.rep), edited(exported(), {"M250": {"cases": 40}})

    def send(do: str, content: bytes = data) -> Any:
        return client.post("/orders/import/", {"do": do, "file": SimpleUploadedFile("order.xlsx", content)})

    assert "把文件里" not in text(client.get("/orders/import/"))
    checked = text(send("check"))
    assert ("文件没问题：会改1个数量，4个不变" in checked, cases()["M250"]) == (True, 43)
    assert "收下了：改了1个数量，4个不变" in text(send("take"))
    assert cases()["M250"] == 40
    refused = send("take", edited(exported(), {"M250": {"cases": 60}}))
    assert (refused.status_code, "D5" in text(refused)) == (422, True)
    assert client.post("/orders/import/", {"do": "take"}).status_code == 422


def test_a_program_sends_the_file(house: House) -> None:
    rep, data = program(house.cast.rep), edited(exported(), {"M250": {"cases": 40}})
    checked = rep.post("/api/v1/orders/import?dry_run=true", {"file": SimpleUploadedFile("order.xlsx", data)})
    assert (checked.json()["status"], cases()["M250"]) == ("checked", 43)
    taken = rep.post("/api/v1/orders/import", {"file": SimpleUploadedFile("order.xlsx", data)})
    assert (taken.json()["status"], cases()["M250"]) == ("accepted", 40)
    outsider = program(house.cast.other_rep)
    refused = outsider.post("/api/v1/orders/import", {"file": SimpleUploadedFile("order.xlsx", data)})
    assert (refused.status_code, refused.json()["faults"][0]["code"]) == (422, "orders.no_such_order")


def test_a_program_sets_lines_of_many_orders_all_or_none(house: House) -> None:
    rep = program(house.cast.rep)
    lines = [
        {"order": NUMBER, "product": "M250", "cases": 40, "was": 43},
        {"order": "D002-2026W48", "product": "T500", "cases": 1},
    ]
    refused = call(rep, "/edits", lines=[*lines, {"order": NUMBER, "product": "T501", "cases": 500}])
    assert refused.status_code == 422
    assert [(one["cell"], one["code"]) for one in refused.json()["faults"]] == [
        ("lines[2].reason", "orders.stuffing_reason")
    ]
    assert cases()["M250"] == 43
    assert call(rep, "/edits", lines=lines, dry_run=True).json()["status"] == "checked"
    assert call(rep, "/edits", lines=lines).json()["changed"] == 2
    assert (cases()["M250"], seed.line("T500", "D002-2026W48").cases) == (40, 1)
    assert call(program(house.cast.auditor), "/edits", lines=lines).status_code == 403
    assert call(program(house.cast.other_rep), "/edits", lines=lines).status_code == 422


def test_the_command_takes_the_file_in(house: House, tmp_path: Path) -> None:
    file = tmp_path / "order.xlsx"
    file.write_bytes(edited(exported(), {"M250": {"cases": 40}}))
    run = CliRunner()
    assert run.invoke(cli.app, ["import", str(file), "--dry-run"]).stdout.startswith("checked: 0 new, 1 changed")
    assert run.invoke(cli.app, ["import", str(file)]).exit_code == 0
    assert cases()["M250"] == 40
    file.write_bytes(edited(exported(), {"M250": {"cases": 60}}))
    assert run.invoke(cli.app, ["import", str(file)]).exit_code == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_a_file_asks_as_often_for_one_line_as_for_three(house: House, rows: int) -> None:
    changed = {"M250": {"cases": 40}, "T501": {"cases": 60}, "T500": {"cases": 300}}
    data = edited(exported(), dict(list(changed.items())[:rows]))
    with CaptureQueriesContext(connection) as asked:
        take(data, house.cast.rep.actor)
    assert len([one for one in asked if "orders_" in one["sql"]]) == 8
    assert OrderLine.objects.filter(order__number=NUMBER, edited=True).count() == rows

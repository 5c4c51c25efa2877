"""The commands: exit 0 accepted, 1 refused or questions, 2 wrong usage; the fixed answer on stdout."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from channelkeeper.catalog.tests.shelf import build_shelf
from channelkeeper.network.tests.cast import AT, Cast, build_cast
from channelkeeper.sheets import writer
from channelkeeper.stock import cli, count_file, sell_in_file
from channelkeeper.stock.models import Count, Report, Shipment
from channelkeeper.stock.tests import standing
from channelkeeper.stock.tests.books import row, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cast(settings: Any) -> Cast:
    settings.CHANNELKEEPER_NOW = AT
    build_shelf()
    return build_cast()


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli.app, list(arguments))


def kept(folder: Path, rows: list[list[object]]) -> str:
    path = folder / "report.xlsx"
    path.write_bytes(workbook(rows))
    return str(path)


def test_a_report_comes_in(tmp_path: Path) -> None:
    path = kept(tmp_path, [row("T500", 100, 0, 30)])
    dry = run("import", path, "--distributor", "D001", "--dry-run", "--json")
    assert (dry.exit_code, Report.objects.count()) == (0, 0)
    done = run("import", path, "--distributor", "D001", "--week", "2026-W47", "--json")
    assert (done.exit_code, Report.objects.count()) == (0, 1)
    assert json.loads(done.stdout) == json.loads(dry.stdout)
    assert list(json.loads(done.stdout)) == ["status", "week", "lines", "faults", "questions"]


def test_a_refused_report_ends_with_1(tmp_path: Path) -> None:
    path = kept(tmp_path, [["T500", "", "瓶", 10, 0, 0, "约4", 0, 0, 0, 6, 0]])
    refused = run("import", path, "--distributor", "D001", "--json")
    assert (refused.exit_code, json.loads(refused.stdout)["status"]) == (1, "refused")
    in_words = run("import", path, "--distributor", "D001")
    assert in_words.exit_code == 1
    assert "G3" in in_words.stdout


def test_questions_end_with_1(tmp_path: Path) -> None:
    path = kept(tmp_path, [["BT-9", "某某冰茶", "瓶", 10, 0, 0, 4, 0, 0, 0, 6, 0]])
    asked = run("import", path, "--distributor", "D001")
    assert asked.exit_code == 1
    assert "T500 冰红茶 500ml" in asked.stdout


@pytest.mark.parametrize("week", ["soon", "2025-W53"])
def test_wrong_usage_ends_with_2(tmp_path: Path, week: str) -> None:
    path = kept(tmp_path, [row("T500", 100, 0, 30)])
    assert run("import", path, "--distributor", "D001", "--week", week).exit_code == 2
    assert run("import", path).exit_code == 2
    assert run("import", str(tmp_path / "none.xlsx"), "--distributor", "D001").exit_code == 2


def test_an_unknown_distributor_ends_with_1(tmp_path: Path) -> None:
    result = run("import", kept(tmp_path, [row("T500", 100, 0, 30)]), "--distributor", "D999")
    assert (result.exit_code, "No distributor D999" in result.stderr) == (1, True)


def test_the_last_week_is_closed(tmp_path: Path) -> None:
    run("import", kept(tmp_path, [row("T500", 100, 0, 30)]), "--distributor", "D001")
    done = run("close", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        "week": "2026-W47",
        "distributors": 3,
        "reported": 1,
        "series": 1,
        "continued": False,
    }
    assert len(standing.found()) == 1
    assert "1 of 1 distributors reported" in run("close", "--week", "2026-W47", "--distributor", "D001").stdout
    assert run("close", "--week", "2026-W48").exit_code == 1
    assert run("close", "--week", "soon").exit_code == 2


def test_shipments_come_in(tmp_path: Path) -> None:
    path = tmp_path / "shipments.csv"
    path.write_text("number,distributor,product,cases,shipped on\nF1,D001,T500,10,2026-11-18\n", encoding="utf-8")
    assert run("shipments", str(path), "--dry-run").exit_code == 0
    assert Shipment.objects.count() == 0
    done = run("shipments", str(path), "--json")
    assert (done.exit_code, json.loads(done.stdout)["new"]) == (0, 1)
    assert Shipment.objects.count() == 1


def test_a_file_of_counts_comes_in(tmp_path: Path) -> None:
    path = tmp_path / "counts.xlsx"
    rows: list[dict[str, Any]] = [
        {"distributor": "D001", "product": "T500", "counted_on": date(2026, 11, 23), "cases": 2, "units": 3}
    ]
    path.write_bytes(writer.write_table(count_file.COLUMNS, rows, "盘点"))
    dry = run("counts", str(path), "--dry-run", "--json")
    assert (dry.exit_code, json.loads(dry.stdout)["status"], Count.objects.count()) == (0, "checked", 0)
    done = run("counts", str(path))
    assert (done.exit_code, Count.objects.get().source) == (0, "command")
    path.write_bytes(writer.write_table(count_file.COLUMNS, [rows[0] | {"product": "NONE"}], "盘点"))
    assert run("counts", str(path)).exit_code == 1


def test_a_file_of_sell_in_comes_in(tmp_path: Path) -> None:
    path = tmp_path / "sell-in.xlsx"
    rows: list[dict[str, Any]] = [{"distributor": "D001", "product": "T500", "month": "2026-10", "cases": 10}]
    path.write_bytes(writer.write_table(sell_in_file.COLUMNS, rows, "进货"))
    assert run("sell-in", str(path), "--dry-run").exit_code == 0
    done = run("sell-in", str(path), "--json")
    assert (done.exit_code, json.loads(done.stdout)["new"]) == (0, 1)

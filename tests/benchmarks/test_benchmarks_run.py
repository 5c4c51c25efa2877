"""The parts of the benchmarks run, at tiny sizes and on the database of this run: no figure is judged here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"
TITLES = {"proposals": "Proposals, database to database", "intake": "Intake of reports", "pages": "Pages"}


@pytest.mark.slow
def test_every_part_measures_a_tiny_network_and_writes_nothing() -> None:
    before = _results()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *TITLES, "--quick", "--database", DATABASE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = [line.removeprefix("## ") for line in done.stdout.splitlines() if line.startswith("## ")]
    assert found == list(TITLES.values())
    assert _results() == before


def test_an_unknown_part_is_named_beside_those_there_are() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "prices"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "There is no part prices; there are proposals, intake, pages, accuracy." in done.stderr


def _results() -> str:
    path = ROOT / "benchmarks" / "RESULTS.md"
    return path.read_text(encoding="utf-8") if path.exists() else ""

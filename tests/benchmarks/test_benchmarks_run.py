"""The parts of the benchmarks run, at tiny sizes and on the database of this run: no figure is judged here."""

import os
from pathlib import Path

import pytest

from benchmarks import suite

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"
TITLES = {"proposals": "Proposals, database to database", "intake": "Intake of reports", "pages": "Pages"}


@pytest.mark.slow
@pytest.mark.parametrize("part", TITLES)
def test_each_part_measures_a_tiny_network_and_writes_nothing(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = _results()
    assert suite.main([part, "--quick", "--database", DATABASE]) == 0
    printed = capsys.readouterr().out
    assert [line[3:] for line in printed.splitlines() if line.startswith("## ")] == [TITLES[part]]
    assert ("every table it writes holds what an unkilled run leaves" in printed) is (part == "proposals")
    assert _results() == before


def test_an_unknown_part_is_named_beside_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        suite.main(["prices"])
    said = "There is no part prices; there are proposals, intake, pages, accuracy, credibility."
    assert said in capsys.readouterr().err


def _results() -> str:
    path = ROOT / "benchmarks" / "RESULTS.md"
    return path.read_text(encoding="utf-8") if path.exists() else ""

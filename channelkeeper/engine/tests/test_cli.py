"""The commands, through files: what goes in, what comes out, what is refused."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from channelkeeper.engine.cli import app

MONDAY = date(2025, 1, 6)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [("D1", "cola", MONDAY + timedelta(weeks=week), 70.0, float(week % 10 == 5)) for week in range(60)]
    columns = ["distributor", "product", "week", "sold_units", "promo_display"]
    pl.DataFrame(rows, columns, orient="row").write_parquet(tmp_path / "history.parquet")
    stock = {"distributor": ["D1"], "product": ["cola"], "on_hand_units": [200.0], "units_per_case": [10]}
    pl.DataFrame(stock).write_parquet(tmp_path / "positions.parquet")
    road = {"distributor": ["D1"], "product": ["cola"], "arrives_in_weeks": [0], "units": [20.0]}
    pl.DataFrame(road).write_parquet(tmp_path / "arrivals.parquet")
    plan = {"distributor": ["D1"], "product": ["cola"], "week": [MONDAY + timedelta(weeks=61)], "promo_display": [1.0]}
    pl.DataFrame(plan).write_parquet(tmp_path / "plan.parquet")
    pl.DataFrame({"distributor": ["D1"], "lead_time_days": [7]}).write_parquet(tmp_path / "distributors.parquet")
    (tmp_path / "policy.toml").write_text('kind = "band"\nlow_days = 20\nhigh_days = 25\nlead_time_weeks = 0\n')
    return tmp_path


def run(folder: Path, *words: str) -> tuple[int, str]:
    """Run a command in which `@name` is a file of the folder; return exit code and what was said."""
    words = tuple(str(folder / word.removeprefix("@")) if word.startswith("@") else word for word in words)
    done = CliRunner().invoke(app, words)
    return done.exit_code, done.output


PROPOSE = (
    "propose", "--history", "@history.parquet", "--positions", "@positions.parquet", "--policy", "@policy.toml",
    "--out", "@out.parquet",
)  # fmt: skip


def test_propose_writes_a_line_per_position(folder: Path) -> None:
    assert run(folder, *PROPOSE) == (0, "")
    found = pl.read_parquet(folder / "out.parquet")
    # There at once: one week until the reading, 70 + 225 - 200; of two counts as near the smaller.
    assert found["order_units"].to_list() == [90.0]
    assert found["reason_zh"][0].startswith("库存200件")


def test_propose_takes_road_plan_terms_and_leaves_out_sentences(folder: Path) -> None:
    more = ("--arrivals", "@arrivals.parquet", "--plan", "@plan.parquet", "--distributors", "@distributors.parquet")
    assert run(folder, *PROPOSE, *more, "--no-sentences", "--on", "local") == (0, "")
    found = pl.read_parquet(folder / "out.parquet")
    assert "reason_zh" not in found.columns
    # A week later on the road: 140 + 225 - 220 = 145; the promotion has shown no uplift.
    assert found["order_units"].to_list() == [140.0]


def test_forecast_writes_the_coming_weeks(folder: Path) -> None:
    words = ("forecast", "--history", "@history.parquet", "--plan", "@plan.parquet", "--horizon", "3")
    assert run(folder, *words, "--holidays", "none", "--out", "@out.parquet") == (0, "")
    found = pl.read_parquet(folder / "out.parquet")
    assert found["week"].to_list() == [MONDAY + timedelta(weeks=week) for week in (60, 61, 62)]


def test_as_of_looks_at_nothing_later(folder: Path) -> None:
    words = ("forecast", "--history", "@history.parquet", "--horizon", "1", "--out", "@out.parquet")
    assert run(folder, *words, "--as-of", "2025-06-29") == (0, "")
    assert pl.read_parquet(folder / "out.parquet")["week"].to_list() == [date(2025, 6, 30)]


def test_a_faulty_file_is_refused_with_its_place_and_nothing_is_written(folder: Path) -> None:
    faulty = pl.read_parquet(folder / "history.parquet").with_columns(sold_units=pl.lit(-1.0))
    faulty.write_parquet(folder / "history.parquet")
    code, said = run(folder, *PROPOSE)
    assert (code, said) == (1, 'history, row 1, column sold_units: "-1.0" is not a number >= 0.\n')
    assert not (folder / "out.parquet").exists()


def test_a_file_that_is_no_parquet_is_refused(folder: Path) -> None:
    (folder / "positions.parquet").write_text("distributor,product")
    code, said = run(folder, *PROPOSE)
    assert code == 1
    assert said.startswith("positions.parquet is not a Parquet file: ")


def test_a_policy_that_cannot_be_followed_is_refused(folder: Path) -> None:
    (folder / "policy.toml").write_text('kind = "cost"')
    assert run(folder, *PROPOSE) == (1, 'policy, kind: "cost" is not "band", the one kind that can be followed.\n')


@pytest.mark.parametrize("words", [("propose",), ("forecast", "--horizon", "0"), (*PROPOSE, "--on", "moon")])
def test_a_wrong_call_is_a_usage_error(folder: Path, words: tuple[str, ...]) -> None:
    assert run(folder, *words)[0] == 2

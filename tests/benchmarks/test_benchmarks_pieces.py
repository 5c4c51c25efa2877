"""What the figures are made with: the meter, the drawn network, the way they are written down."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from benchmarks import meter, network, results, stage

MONDAY = date(2026, 11, 16)
BUSY = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass"


def test_work_of_a_child_that_has_ended_is_counted() -> None:
    with meter.measure() as cost:
        subprocess.run([sys.executable, "-c", BUSY], check=True)
    assert cost.client >= 0.3
    assert cost.server == 0


def test_work_of_a_child_that_still_lives_is_counted() -> None:
    waiting = BUSY + "\nprint('done', flush=True)\ninput()"
    with meter.measure() as cost:
        child = subprocess.Popen(
            [sys.executable, "-c", waiting], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        child.stdout.readline()
    child.communicate("\n")
    assert cost.client >= 0.28  # /proc counts in hundredths


def test_a_server_that_is_not_on_this_machine_cannot_be_measured() -> None:
    with pytest.raises(ProcessLookupError, match="must run on this machine"):
        meter.server_seconds(2**22 + 1)  # above the largest process number


def test_every_week_of_a_drawn_network_balances() -> None:
    drawn = network.simulate(series=200, last_week=MONDAY)
    assert drawn.sold.shape == (200, network.HISTORY_WEEKS)
    flow = drawn.closing[:, :-1] + drawn.received[:, 1:] - drawn.sold[:, 1:]
    assert np.array_equal(flow, drawn.closing[:, 1:])
    assert (drawn.closing >= 0).all()
    assert 0.005 < (drawn.closing == 0).mean() < 0.2  # it knows stock-outs, and is not made of them


def test_the_same_seed_draws_the_same_network() -> None:
    one, same, other = (network.simulate(series=60, last_week=MONDAY, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.sold, same.sold)
    assert not np.array_equal(one.sold, other.sold)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.1234, "0.12"),
        (12.34, "12.3"),
        (123.4, "123"),
        (999.6, "1,000"),
        (12345.0, "12,300"),
        (1234567.0, "1,230,000"),
    ],
)
def test_three_digits_of_a_figure_count(value: float, written: str) -> None:
    assert results.figure(value) == written


def test_runs_are_written_as_median_and_span() -> None:
    assert results.spread([3.0, 1.0, 2.0]) == "2.00 (1.00–3.00)"
    assert results.spread([3.0]) == "3.00"


def test_a_part_replaces_its_own_section_and_leaves_the_others(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    for title, text in (("One", "first"), ("Two", "second"), ("One", "third")):
        section = results.Section(title, "command")
        section.say(text)
        results.write(path, section, "facts")
    written = path.read_text(encoding="utf-8")
    assert written.startswith("# Results\n")
    assert [line for line in written.splitlines() if line.startswith("## ")] == ["## One", "## Two"]
    assert "first" not in written
    assert written.index("third") < written.index("second")


def runs(work: float, *cpu: float) -> list[stage.Answer]:
    return [{"work": work, "cpu": one} for one in cpu]


@pytest.mark.parametrize(
    ("large", "stated"),
    [
        (runs(1000, 9.0, 9.5), "10.0 times the lines cost 8.4 times the CPU seconds, no worse than linear."),
        (
            runs(1000, 11.5, 11.6),
            "10.0 times the lines cost 10.5 times the CPU seconds, linear within the spread of the runs.",
        ),
        (runs(1000, 12.5, 13.0), "10.0 times the lines cost 11.6 times the CPU seconds, worse than linear."),
    ],
)
def test_growth_is_worse_than_linear_where_the_runs_do_not_overlap(large: list[stage.Answer], stated: str) -> None:
    assert stage.growth(runs(100, 1.0, 1.2), large, "lines") == stated

"""Comparing a file of master data with what is kept, and putting problems on cells."""

from collections.abc import Mapping
from typing import Any

import pytest

from channelkeeper.core import sentences as core_sentences
from channelkeeper.core.sentences import Text
from channelkeeper.sheets import masters
from channelkeeper.sheets.columns import Column
from channelkeeper.sheets.masters import Change, Problem, Result
from channelkeeper.sheets.workbook import Sheet, Workbook

COLUMNS = (
    Column("code", ("编码",), ("Code",), "code", required=True),
    Column("name", ("名称",), ("Name",)),
    Column("size", ("箱规",), ("Size",), "units"),
)
BLANK = {"name": None, "size": None}
KNOWN = {"A": {"name": "x", "size": 1}}
core_sentences.register({"masters.test": Text("“{value}”不行", '"{value}" does not do')})


def reading(*rows: list[Any], head: tuple[str, ...] = ("编码", "箱规")) -> masters.Reading:
    return masters.read_sheet(Workbook("a.xlsx", "xlsx", (Sheet("表", [list(head), *rows]),)), COLUMNS)


@pytest.mark.parametrize(
    ("known", "wanted", "changes", "same"),
    [
        ({}, {"A": {"size": 1}}, (Change("thing", "A", {}, {"name": None, "size": 1}),), 0),
        (KNOWN, {"A": {"size": 1}}, (), 1),
        (KNOWN, {"A": {"size": 2}}, (Change("thing", "A", {"size": 1}, {"size": 2}),), 0),
        (KNOWN, {"A": {"name": None}}, (Change("thing", "A", {"name": "x"}, {"name": None}),), 0),
        (KNOWN, {}, (), 0),
    ],
)
def test_a_record_is_new_changed_or_the_same(
    known: Mapping[str, masters.Values], wanted: Mapping[str, masters.Values], changes: tuple[Change, ...], same: int
) -> None:
    result = masters.compare("thing", known, wanted, BLANK)
    assert (result.changes, result.same) == (changes, same)
    assert result.new == sum(not known.get(key) for key in wanted)


def test_only_the_columns_that_the_file_has_are_given() -> None:
    assert reading(["A", 5], ["B", None]).values == [{"code": "A", "size": 5}, {"code": "B", "size": None}]


def test_a_problem_becomes_a_fault_on_its_cell_in_both_languages() -> None:
    read = reading(["A", 5], ["B", 7])
    problem = Problem(1, "size", "masters.test", {"value": "{7}"})
    outcome = masters.outcome(read, lambda rows: Result(problems=(problem,)), dry_run=False)
    fault = outcome.faults[0]
    assert (outcome.status, fault.cell, fault.value) == ("refused", "B3", "7")
    assert fault.message_zh == "表第3行：“{7}”不行"
    assert fault.message_en == '表, row 3: "{7}" does not do'


def test_a_file_with_faults_never_reaches_the_action() -> None:
    def must_not_be_asked(rows: object) -> Result:
        raise AssertionError(rows)

    outcome = masters.outcome(reading(["A", "x"]), must_not_be_asked, dry_run=False)
    assert (outcome.status, [fault.cell for fault in outcome.faults]) == ("refused", ["B2"])


@pytest.mark.parametrize(("dry_run", "status"), [(True, "checked"), (False, "accepted")])
def test_an_outcome_counts_what_is_new_and_what_changed(dry_run: bool, status: str) -> None:
    changes = (Change("thing", "A", {}, {"size": 1}), Change("thing", "B", {"size": 1}, {"size": 2}))
    outcome = masters.outcome(reading(["A", 1]), lambda rows: Result(changes, same=3), dry_run=dry_run)
    assert (outcome.status, outcome.new, outcome.changed, outcome.same) == (status, 1, 1, 3)


def test_a_key_that_stands_twice_is_a_problem_of_the_later_row() -> None:
    rows: list[masters.Values] = [{"code": "A"}, {"code": "B"}, {"code": "A"}]
    found = list(masters.doubled(rows, "code", "masters.test"))
    assert found == [Problem(2, "code", "masters.test", {"value": "A"})]

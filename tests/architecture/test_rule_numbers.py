"""Every numbered rule is stated in a README, stands in one docstring, and is tested."""

import ast
import re
import string
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.architecture import tree

# STK-4, or its parts STK-4a, b: a letter after a comma belongs to the number before it.
NUMBER = re.compile(r"\b([A-Z]{3,4}-\d{1,2})(?:([a-z])\b((?:, [a-z]\b)*)|\b)")
NO_RULES = {"UTF", "EAN", "GTIN", "ITF"}  # encodings and bar codes are written alike
IN_DOCSTRING = re.compile(r"^\s*Rules?: (.+)$", re.MULTILINE)


def numbers(text: str) -> Iterator[str]:
    """Yield each rule number in a text, its parts one by one."""
    for rule, part, more in NUMBER.findall(text):
        if rule.partition("-")[0] not in NO_RULES:
            yield from (rule + letter for letter in [part, *re.findall("[a-z]", more)])


def stated(folder: Path) -> set[str]:
    """Return the numbers in the READMEs of a folder's rooms."""
    readmes = folder.glob("*/README.md")
    return {number for readme in readmes for number in numbers(readme.read_text(encoding="utf-8"))}


def placed(folder: Path) -> dict[str, list[str]]:
    """Return for each number where docstrings carry it, as "file:name"."""
    places: dict[str, list[str]] = defaultdict(list)
    for path in tree.modules(folder):
        for node in ast.walk(tree.parse(folder / path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                for line in IN_DOCSTRING.findall(ast.get_docstring(node) or ""):
                    for number in numbers(line):
                        places[number].append(f"{path}:{node.name}")
    return dict(places)


def spoken_of(folders: Iterable[Path]) -> set[str]:
    """Return the numbers that test modules speak of."""
    files = [path for folder in folders for path in folder.rglob("test_*.py") if path != Path(__file__)]
    return {number for path in files for number in numbers(path.read_text(encoding="utf-8"))}


def breaches(*, said: set[str], places: dict[str, list[str]], tests: set[str]) -> list[str]:
    """
    Return what is wrong with the numbers.

    Args:
        said: numbers in READMEs.
        places: number -> docstrings that carry it.
        tests: numbers that tests speak of.
    """
    in_parts = {_whole(number) for number in places if number != _whole(number)}
    nowhere = sorted(said - places.keys() - in_parts)
    unsaid = sorted(number for number in places if not {number, _whole(number)} & said)
    return [
        *(f"{number} is stated in a README and stands in no docstring" for number in nowhere),
        *(f"{number} stands in {', '.join(at)}" for number, at in sorted(places.items()) if len(at) > 1),
        *(f"{number} stands in a docstring and in no README" for number in unsaid),
        *(f"{number} is not tested" for number in sorted(places.keys() - tests)),
    ]


def _whole(number: str) -> str:
    """Return the rule that a part belongs to: STK-4 for STK-4a."""
    return number.rstrip(string.ascii_lowercase)


def test_every_rule_is_stated_placed_once_and_tested() -> None:
    found = breaches(
        said=stated(tree.PRODUCT),
        places=placed(tree.PRODUCT),
        tests=spoken_of([tree.PRODUCT, tree.ROOT / "tests"]),
    )
    assert found == []


def test_numbers_are_read_with_their_parts() -> None:
    assert list(numbers("STK-1, STK-4a, b and ORD-12; UTF-8, SHA-256, ISO-8601, a band")) == [
        "STK-1",
        "STK-4a",
        "STK-4b",
        "ORD-12",
    ]


def test_numbers_are_found_in_docstrings_and_readmes(tmp_path: Path) -> None:
    room = tmp_path / "stock"
    (room / "tests").mkdir(parents=True)
    (room / "README.md").write_text("# stock\n\n- ABC-1: a rule in worked numbers.\n")
    (room / "rules.py").write_text('def days():\n    """\n    Return days.\n\n    Rule: ABC-1.\n    """\n')
    (room / "tests" / "test_rules.py").write_text('"""ABC-1."""\n')
    assert stated(tmp_path) == {"ABC-1"}
    assert placed(tmp_path) == {"ABC-1": ["stock/rules.py:days"]}
    assert spoken_of([tmp_path]) == {"ABC-1"}


def test_breaches_are_found() -> None:
    found = breaches(
        said={"ABC-1", "ABC-2", "ABC-3", "ABC-4"},
        places={
            "ABC-2": ["one", "two"],
            "ABC-3a": ["one"],
            "ABC-3b": ["one"],
            "ABC-4": ["one"],
            "ABC-5": ["one"],
        },
        tests={"ABC-2", "ABC-3a", "ABC-3b", "ABC-5"},
    )
    assert found == [
        "ABC-1 is stated in a README and stands in no docstring",
        "ABC-2 stands in one, two",
        "ABC-5 stands in a docstring and in no README",
        "ABC-4 is not tested",
    ]

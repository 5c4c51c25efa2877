"""What the imports of this room share."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from channelkeeper.access import actions as access
from channelkeeper.access import rules as access_rules
from channelkeeper.access.rules import Actor
from channelkeeper.network import rules
from channelkeeper.sheets import masters
from channelkeeper.sheets.masters import Problem, Result, Values

VERB = "network.imported"


def check(by: Actor) -> None:
    """Pass if the actor may import master data; raises NotAllowed."""
    access_rules.check(by, VERB, rules.PERMISSIONS)


def record(kind: str, result: Result, *, by: Actor, at: datetime) -> None:
    """Write the audit line of an import that changed something."""
    if result.changes:
        figures = {"new": result.new, "changed": len(result.changes) - result.new, "same": result.same}
        access.record(VERB, by=by, at=at, subject=(kind, len(result.changes) + result.same), figures=figures)


def own_problems(rows: Sequence[Values], known: Collection[str], needed: Sequence[str]) -> Iterator[Problem]:
    """Yield what is wrong with each row by itself, and codes that stand twice."""
    yield from masters.doubled(rows, "code", "network.code_twice")
    for place, row in enumerate(rows):
        for column, flaw, figures in rules.flaws(row, needed=needed, is_new=row["code"] not in known):
            yield Problem(place, column, flaw, figures)


def unknown(rows: Sequence[Values], column: str, known: Collection[str], code: str) -> Iterator[Problem]:
    """Yield each row that names something in `column` that is not there."""
    for place, row in enumerate(rows):
        if row.get(column) and row[column] not in known:
            yield Problem(place, column, code, {"value": row[column]})


def text_fields(row: Values, names: Sequence[str]) -> dict[str, object]:
    """Return the row's values of these fields; a blank text is empty, never null."""
    return {name: "" if row[name] is None else row[name] for name in names if name in row}


def given(values: Mapping[str, object], renamed: Mapping[str, str]) -> dict[str, object]:
    """Return values under the names of their columns in the table."""
    return {renamed.get(name, name): value for name, value in values.items()}

"""The file of launch plans: the same columns in and out."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from channelkeeper.access.rules import Actor
from channelkeeper.seasons import actions
from channelkeeper.seasons.queries import launches
from channelkeeper.seasons.rules import PLANNED_WEEKS
from channelkeeper.sheets import masters, writer
from channelkeeper.sheets.columns import Column

COLUMNS = (
    Column("product", ("货号", "产品编码"), ("Product code", "Product"), "code", required=True),
    Column("distributor", ("经销商编码", "经销商"), ("Distributor code", "Distributor"), "code"),
    Column("first_fill_cases", ("首单箱数", "首单"), ("First fill (cases)", "First fill"), "units"),
    *(
        Column(f"week_{number}", (f"第{number}周预计", f"第{number}周"), (f"Week {number} (pieces)",), "quantity")
        for number in range(1, PLANNED_WEEKS + 1)
    ),
)


def take_in(*, data: bytes, filename: str, dry_run: bool, by: Actor, at: datetime) -> masters.Outcome:
    """
    Take a file of launch plans in, whole or not at all.

    Raises:
        NotAllowed: the actor is neither headquarters nor an office manager.
    """
    take = partial(_take, by=by, at=at, dry_run=dry_run)
    return masters.outcome(masters.read(data, filename, COLUMNS), take, dry_run=dry_run)


def rows_of(shown: Iterable[launches.PlanView]) -> list[masters.Values]:
    """Return launch plans as rows of the file."""
    return [
        {
            "product": row.product_code,
            "distributor": row.distributor_code or None,
            "first_fill_cases": row.first_fill_cases,
            **{f"week_{number}": units for number, units in enumerate(row.weekly_units, 1)},
        }
        for row in shown
    ]


def export(*, by: Actor, at: datetime, language: str = "zh", as_csv: bool = False) -> bytes:
    """Return the launch plans that the actor may see as a file that can be taken in again unchanged."""
    rows = rows_of(launches.plans(by, at=at))
    if as_csv:
        return writer.write_csv(COLUMNS, rows, language=language)
    return writer.write_table(COLUMNS, rows, _title(language), language=language)


def template(*, language: str = "zh") -> bytes:
    """Return an empty workbook with the right headings."""
    return writer.write_table(COLUMNS, [], _title(language), language=language)


def _take(values: Sequence[masters.Values], *, by: Actor, at: datetime, dry_run: bool) -> masters.Result:
    return actions.set_launch_plans(rows=values, by=by, at=at, dry_run=dry_run)


def _title(language: str) -> str:
    return "铺货计划" if language.startswith("zh") else "Launch plans"

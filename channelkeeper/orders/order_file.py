"""The edited order file: what `sheet` hands out comes back with other cases, and the reasons for them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from channelkeeper.access.rules import Actor
from channelkeeper.orders import actions, sheet
from channelkeeper.sheets import masters
from channelkeeper.sheets.faults import Fault


def take_in(*, data: bytes, filename: str, dry_run: bool, by: Actor, at: datetime) -> masters.Outcome:
    """
    Take an edited order file in, whole or not at all: every fault is named by its cell.

    Raises:
        NotAllowed: the actor may neither edit nor answer orders.
    """
    reading = masters.read(data, filename, sheet.READ)
    if reading.faults:
        return masters.Outcome("refused", faults=(*reading.faults, *_also(reading, by=by, at=at)))
    return masters.outcome(reading, partial(_take, by=by, at=at, dry_run=dry_run), dry_run=dry_run)


def _also(reading: masters.Reading, *, by: Actor, at: datetime) -> Iterator[Fault]:
    """Yield what stands against the rows that could be read, so that all there is to mend is said at once."""
    if reading.rows:
        yield from masters.faults(reading.rows, _take(reading.values, by=by, at=at, dry_run=True).problems)


def _take(values: Sequence[masters.Values], *, by: Actor, at: datetime, dry_run: bool) -> masters.Result:
    return actions.set_lines(rows=values, by=by, at=at, dry_run=dry_run)

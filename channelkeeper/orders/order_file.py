"""The edited order file: what `sheet` hands out comes back with other cases, and the reasons for them."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from channelkeeper.access.rules import Actor
from channelkeeper.orders import actions, sheet
from channelkeeper.sheets import masters


def take_in(*, data: bytes, filename: str, dry_run: bool, by: Actor, at: datetime) -> masters.Outcome:
    """
    Take an edited order file in, whole or not at all: every fault is named by its cell.

    Raises:
        NotAllowed: the actor may neither edit nor answer orders.
    """
    take = partial(_take, by=by, at=at, dry_run=dry_run)
    return masters.outcome(masters.read(data, filename, sheet.READ), take, dry_run=dry_run)


def _take(values: Sequence[masters.Values], *, by: Actor, at: datetime, dry_run: bool) -> masters.Result:
    return actions.set_lines(rows=values, by=by, at=at, dry_run=dry_run)

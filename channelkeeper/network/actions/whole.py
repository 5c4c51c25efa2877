"""Several lists at once, as one workbook holds them: all go in, or none."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from django.db import transaction

from channelkeeper.access.rules import Actor
from channelkeeper.network.actions.assignments import import_assignments
from channelkeeper.network.actions.distributors import import_distributors
from channelkeeper.network.actions.offices import import_offices
from channelkeeper.network.actions.reps import import_reps
from channelkeeper.sheets.masters import Result, Values


class _Import(Protocol):
    def __call__(self, *, rows: Sequence[Values], by: Actor, at: datetime) -> Result: ...


# In this order: each may name what the one before brought.
KINDS: Mapping[str, _Import] = {
    "offices": import_offices,
    "reps": import_reps,
    "distributors": import_distributors,
    "assignments": import_assignments,
}


class _Undone(Exception):
    """Nothing of it is to stay."""


def import_network(
    *, lists: Mapping[str, Sequence[Values]], by: Actor, at: datetime, dry_run: bool = False
) -> dict[str, Result]:
    """
    Bring offices, reps, distributors and assignments to what the lists say, in one transaction.

    A dry run does it and takes it back: what it says is what would happen.

    Args:
        lists: rows by kind (`KINDS`); a kind left out stays as it is.

    Returns:
        The result of each kind; where one has problems nothing is kept, and the later ones were not tried.

    Raises:
        NotAllowed: the actor is not headquarters.
    """
    results: dict[str, Result] = {}
    try:
        with transaction.atomic():
            for kind, take in KINDS.items():
                if kind in lists:
                    results[kind] = take(rows=lists[kind], by=by, at=at)
                    if results[kind].problems:
                        raise _Undone
            if dry_run:
                raise _Undone
    except _Undone:
        return results
    return results

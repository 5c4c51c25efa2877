"""
The life of a run: started or continued, a step with each chunk that commits, finished or failed.

The work's own action checks who may do it; a run only says how far it is.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from channelkeeper.jobs.models import Run


@dataclass(frozen=True)
class Going:
    """
    A run that goes on.

    Attributes:
        run_id: whose steps are told.
        last_key: the last chunk that is committed; empty where it begins.
        done: how much is done already, of `total`.
        continued: whether an earlier start was broken off.
    """

    run_id: int
    last_key: str
    done: int
    total: int
    continued: bool


@transaction.atomic
def start(*, kind: str, key: str, total: int, at: datetime) -> Going:
    """
    Start a run, or continue the one of that key that was broken off; a finished one begins anew.

    Args:
        kind: what work, `stock.close`.
        key: which piece of it, `2026-W47`.
        total: how much there is to do.
        at: now.
    """
    run, fresh = Run.objects.select_for_update().get_or_create(
        kind=kind, key=key, defaults={"started_at": at, "heartbeat_at": at, "total": total}
    )
    continued = not fresh and run.state != Run.State.DONE and bool(run.last_key)
    if not fresh and not continued:
        run.started_at, run.done, run.last_key = at, 0, ""
    run.state, run.total, run.heartbeat_at, run.finished_at, run.message = Run.State.RUNNING, total, at, None, ""
    run.save()
    return Going(run.pk, run.last_key, run.done, total, continued)


def step(*, run_id: int, last_key: str, done: int, at: datetime) -> None:
    """Say that a chunk is done; inside the chunk's transaction, so that both stand or neither."""
    Run.objects.filter(pk=run_id).update(last_key=last_key, done=done, heartbeat_at=at)


def finish(*, run_id: int, at: datetime, message: str = "") -> None:
    """Say that all is done."""
    Run.objects.filter(pk=run_id).update(state=Run.State.DONE, heartbeat_at=at, finished_at=at, message=message)


def fail(*, run_id: int, at: datetime, message: str) -> None:
    """Say that the run broke off, and why; the next start continues behind the last chunk."""
    Run.objects.filter(pk=run_id).update(
        state=Run.State.FAILED, heartbeat_at=at, finished_at=at, message=message[:2000]
    )

"""Writes of this room. `record` is the audit line that every action of every room ends with."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channelkeeper.access.models import AuditLine
from channelkeeper.access.rules import Actor


def record(
    verb: str,
    *,
    by: Actor,
    at: datetime,
    subject: tuple[str, object],
    distributor_code: str = "",
    reason: str = "",
    figures: Mapping[str, Any] | None = None,
) -> None:
    """
    Write the audit line of an action, inside the action's transaction.

    Args:
        verb: namespaced, past tense: `orders.order.offered`.
        by: who acted.
        at: when.
        subject: kind and key of what was acted on: `("order", "SO-1204")`.
        distributor_code: whose it is, where it is a distributor's.
        reason: as given by the actor; the system's own reason stands in for it.
        figures: what changed, JSON-able.
    """
    AuditLine.objects.create(
        at=at,
        actor_id=by.user_id,
        actor_name=by.name,
        role=by.role.value,
        stands_in_for_id=by.stands_in_for_id,
        verb=verb,
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        distributor_code=distributor_code,
        reason=reason or by.reason,
        figures=dict(figures or {}),
    )

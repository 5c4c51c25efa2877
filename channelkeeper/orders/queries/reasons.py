"""Reads of stated reasons: what people say when they order otherwise than proposed, how often, at whom."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef

from channelkeeper.access.rules import Actor
from channelkeeper.core import formats, weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network import queries as network
from channelkeeper.orders import queries
from channelkeeper.orders.models import OrderChange

STATED = ("edited", "changed", "accepted", "declined", "cancelled")  # the steps in which somebody says why
MOST_ROWS = 500


class By(StrEnum):
    """What reasons are counted by."""

    REASON = "reason"
    DISTRIBUTOR = "distributor"
    REP = "rep"


@dataclass(frozen=True)
class Stated:
    """
    A reason as it was stated in one kind of step, and how often.

    Attributes:
        step: edited, changed, accepted, declined or cancelled.
        code, name_zh, name_en: at which distributor or under which rep; empty where all are counted together.
        orders, lines: in how many orders, and of how many lines; a reason for a whole order has no lines.
        last_week: of the newest order, the closed week it rests on.
    """

    reason: str
    step: str
    code: str
    name_zh: str
    name_en: str
    orders: int
    lines: int
    last_week: date

    def name(self, language: str) -> str:
        """Return at whom; the Chinese name where there is no other."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh

    def record(self) -> dict[str, Any]:
        """Return it as programs take it."""
        return {
            "reason": self.reason,
            "step": self.step,
            "code": self.code,
            "name_zh": self.name_zh,
            "name_en": self.name_en,
            "orders": self.orders,
            "lines": self.lines,
            "last_week": weeks.label(self.last_week),
        }


_Whose = tuple[str, str, str]


def stated(actor: Actor, *, at: datetime, since: date, by: By = By.REASON) -> list[Stated]:
    """
    Return the stated reasons in scope, the most frequent first. One query; two by rep.

    Edits that were taken back are left out. A rep answers for the weeks in which it served the distributor.

    Args:
        since: on orders of this closed week or later.
        by: all together, by distributor, or by rep.
    """
    found = _counted(actor, at, since)
    whose = _whose(actor, at, since, by)
    held: dict[tuple[str, str, _Whose], list[dict[str, Any]]] = defaultdict(list)
    for row in found:
        held[row["reason"], row["verb"], whose(row)].append(row)
    rows = [_stated(*key, parts) for key, parts in held.items()]
    rows.sort(key=lambda one: (-one.orders, -one.lines, one.reason, one.step, one.code))
    return rows[:MOST_ROWS]


def _counted(actor: Actor, at: datetime, since: date) -> list[dict[str, Any]]:
    """Return the reasons by distributor and week: what is counted by is decided of a row then."""
    orders = queries.in_scope(actor, at=at).filter(week__gte=since)
    undone = OrderChange.objects.filter(order=OuterRef("order"), undoes=OuterRef("step"))
    said = OrderChange.objects.filter(order__in=orders, verb__in=STATED).exclude(reason="").exclude(Exists(undone))
    names = [f"order__distributor__{name}" for name in ("code", "name_zh", "name_en")]
    grouped = said.values("reason", "verb", "order__week", *names)
    return list(grouped.annotate(orders=Count("order", distinct=True), lines=Count("product"), last=Max("order__week")))


def _whose(actor: Actor, at: datetime, since: date, by: By) -> Callable[[dict[str, Any]], _Whose]:
    if by is By.REASON:
        return lambda row: ("", "", "")
    if by is By.DISTRIBUTOR:
        return lambda row: (
            row["order__distributor__code"],
            row["order__distributor__name_zh"],
            row["order__distributor__name_en"],
        )
    served = defaultdict(list)
    for one in network.served(actor, at=at, since=since, until=BUSINESS.day(at)):
        served[one.distributor_code].append(one)

    def rep(row: dict[str, Any]) -> _Whose:
        placed = weeks.shift(row["order__week"], 1)
        held = [one for one in served[row["order__distributor__code"]] if one.holds(placed)]
        return (held[-1].rep_code, held[-1].rep_name, held[-1].rep_name) if held else ("", "", "")

    return rep


def _stated(reason: str, step: str, whose: _Whose, parts: list[dict[str, Any]]) -> Stated:
    return Stated(
        reason,
        step,
        *whose,
        orders=sum(one["orders"] for one in parts),
        lines=sum(one["lines"] for one in parts),
        last_week=max(one["last"] for one in parts),
    )

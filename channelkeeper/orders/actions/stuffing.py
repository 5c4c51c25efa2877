"""ORD-4's finding: an order on offer or later whose quantity a person lifted above the band, and who did so last."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from channelkeeper.access.rules import whole
from channelkeeper.core import money
from channelkeeper.findings import queries as findings
from channelkeeper.findings.actions import sync
from channelkeeper.findings.rules import Observation, Severity
from channelkeeper.orders import queries, rules
from channelkeeper.orders.models import Order, OrderChange, OrderLine

KIND = ("ORD-4", "order_above_band")
WATCHED = frozenset({"offered", "withdrawn", "changed", "declined", "cancelled"})  # what can make or end one


def watch(order: Order, *, at: datetime) -> None:
    """
    Bring the findings of an order's lines above the band up to what stands now.

    A draft is nobody's order yet: only what was offered is looked at. Withdrawn, declined or cancelled, nothing of it
    is found any more.
    """
    observed = list(_observed(order)) if order.state in rules.OPEN else []
    if not observed and not findings.is_live(order.distributor_id, *KIND):
        return
    sync(
        kinds=[KIND],
        observations=observed,
        week=order.week,
        by=whole("orders: cover above the band"),
        at=at,
        distributor_ids=[order.distributor_id],
    )


def _observed(order: Order) -> Iterator[Observation]:
    lines = [line for line in OrderLine.objects.filter(order=order).select_related("product") if _is_above(line)]
    raisers = _raisers(order, [line.product_id for line in lines])
    for line in lines:
        basis = queries.basis_of(line)
        cover = rules.cover_after(basis, line.units)
        top = max(basis.band.high_days * basis.per_day_after - basis.left_units, Decimal(0))
        yield Observation(
            kind=KIND[1],
            rule=KIND[0],
            distributor_id=order.distributor_id,
            subject=line.product.code,
            week=order.week,
            severity=Severity.WARNING,
            sentence="orders.order_above_band" if cover is not None else "orders.order_without_sales",
            figures={
                "number": order.number,
                "product_zh": line.product.name_zh,
                "product_en": line.product.name_en or line.product.name_zh,
                "cases": line.units // line.units_per_case,
                "proposed_cases": line.proposed_units // line.units_per_case,
                "days_after": None if cover is None else round(float(cover), 1),
                "high_days": line.high_days,
                "raised_by": raisers.get(line.product_id, ""),
                "reason": line.reason,
            },
            evidence=(("orders", "order", order.number),),
            stake=money.to_fen(max(line.units - top, Decimal(0)) * line.price_per_unit),
        )


def _is_above(line: OrderLine) -> bool:
    basis = queries.basis_of(line)
    return rules.is_stuffing(basis, units=line.units, proposed_units=line.proposed_units)


def _raisers(order: Order, product_ids: list[int]) -> dict[int, str]:
    """Return by product who made the last raising change that stands."""
    story = OrderChange.objects.filter(order=order, product__in=product_ids).order_by("pk")
    undone = {one.undoes for one in story if one.undoes is not None}
    raising = (
        one
        for one in story
        if one.step not in undone
        and one.verb in ("edited", "changed")
        and (one.after_units or 0) > (one.before_units or 0)
    )
    return {one.product_id: one.by_name for one in raising if one.product_id is not None}

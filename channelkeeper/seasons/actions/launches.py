"""Launch plans set and removed: what a new product is to start with."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from channelkeeper.access import actions as access
from channelkeeper.access.rules import Actor, NotAllowed, NotFound, Role, check
from channelkeeper.catalog import queries as catalog
from channelkeeper.network.queries import visible
from channelkeeper.seasons import rules
from channelkeeper.seasons.models import LaunchPlan
from channelkeeper.sheets import masters
from channelkeeper.sheets.masters import Change, Problem, Result, Values

LISTED = 100  # changes that an audit line names
Key = tuple[str, str]  # code of the product, of the distributor ("" for all)


@transaction.atomic
def set_launch_plans(*, rows: Sequence[Values], by: Actor, at: datetime, dry_run: bool = False) -> Result:
    """
    Bring launch plans to what the rows say: all of them, or none where one has a problem.

    A row is known by product and distributor; the same again changes nothing. Orders that were offered stay as they
    are; the next proposal reads the plan.

    Args:
        rows: product (code), distributor (code, blank for all), first_fill_cases, and week_1 to week_13: the pieces
            expected in each week from the launch on. Where a row gives any week, they are all of its weeks.
        dry_run: only say what would change.

    Raises:
        NotAllowed: the actor may not; an office manager plans for own distributors only.
    """
    check(by, "seasons.launch_plan.set", rules.PERMISSIONS)
    rows = [{**row, "distributor": str(row.get("distributor") or "")} for row in rows]
    codes = {str(row["distributor"]) for row in rows} - {""}
    found = visible(by, at=at).filter(code__in=codes).order_by("pk").select_for_update(of=("self",))
    distributors = dict(found.values_list("code", "pk"))
    products = catalog.products_by_code()
    kept = _locked(distributors.values())
    problems = tuple(_problems(rows, kept, products, distributors, by))
    if problems:
        return Result(problems=problems)
    named = {_name(_key(row)): row for row in rows}
    known = {_name(key): _values(one) for key, one in kept.items()}
    blank: Values = {"first_fill_cases": None, **_weeks([])}
    result = masters.compare("launch plan", known, {name: _wanted(row) for name, row in named.items()}, blank)
    if not dry_run and result.changes:
        _save(named, result.changes, kept, {code: one.id for code, one in products.items()}, distributors)
        whose = {str(row["distributor"]) for row in rows}
        _tell("set", result.changes, whose.pop() if len(whose) == 1 else "", by, at)
    return result


@transaction.atomic
def remove_launch_plan(*, plan_id: int, by: Actor, at: datetime) -> None:
    """
    Remove a launch plan.

    Raises:
        NotAllowed: the actor may not; an office manager removes those of own distributors only.
        NotFound: no such plan, or of a distributor out of scope.
    """
    check(by, "seasons.launch_plan.removed", rules.PERMISSIONS)
    found = LaunchPlan.objects.select_for_update(of=("self",)).select_related("product", "distributor")
    plan = found.filter(pk=plan_id).first()
    if plan is None or (plan.distributor_id and not visible(by, at=at).filter(pk=plan.distributor_id).exists()):
        raise NotFound("No such launch plan.")
    if by.role is Role.OFFICE_MANAGER and plan.distributor_id is None:
        raise NotAllowed("An office manager removes the launch plans of own distributors only.")
    key = _key_of(plan)
    change = Change("launch plan", _name(key), _values(plan), {})
    plan.delete()
    _tell("removed", [change], key[1], by, at)


def _key(row: Values) -> Key:
    return str(row["product"]), str(row["distributor"])


def _key_of(plan: LaunchPlan) -> Key:
    return plan.product.code, plan.distributor.code if plan.distributor else ""


def _name(key: Key) -> str:
    return " ".join(key).strip()


def _locked(distributor_ids: Any) -> dict[Key, LaunchPlan]:
    """Return the plans for all and those of these distributors, locked in one order."""
    rows = LaunchPlan.objects.select_for_update(of=("self",)).select_related("product", "distributor").order_by("pk")
    found = [*rows.filter(distributor__isnull=True), *rows.filter(distributor_id__in=list(distributor_ids))]
    return {_key_of(one): one for one in found}


def _problems(
    rows: Sequence[Values],
    kept: Mapping[Key, LaunchPlan],
    products: Mapping[str, catalog.ProductView],
    distributors: Mapping[str, int],
    by: Actor,
) -> Iterator[Problem]:
    seen: set[Key] = set()
    for place, row in enumerate(rows):
        key = product, distributor = _key(row)
        if product not in products:
            yield Problem(place, "product", "seasons.unknown_product", {"value": product})
        elif products[product].launched_on is None:
            yield Problem(place, "product", "seasons.no_launch_day", {"value": product})
        if distributor and distributor not in distributors:
            yield Problem(place, "distributor", "seasons.unknown_distributor", {"value": distributor})
        if not distributor and by.role is Role.OFFICE_MANAGER:
            yield Problem(place, "distributor", "seasons.launch_of_all")
        for column, flaw, figures in rules.launch_flaws(row, is_new=key not in kept):
            yield Problem(place, column, flaw, figures)
        if key in seen:
            yield Problem(place, "product", "seasons.launch_twice")
        seen.add(key)


def _weeks(units: Sequence[Any]) -> dict[str, Decimal | None]:
    """Return expected pieces by the columns of a row, blanks behind the last."""
    shown = [Decimal(str(one)) for one in units]
    return {
        f"week_{number}": shown[number - 1] if number <= len(shown) else None
        for number in range(1, rules.PLANNED_WEEKS + 1)
    }


def _values(plan: LaunchPlan) -> Values:
    return {"first_fill_cases": plan.first_fill_cases, **_weeks(plan.weekly_units)}


def _wanted(row: Values) -> Values:
    """Return a row's fields as they are kept: weeks to a tenth of a piece, all of them where any is given."""
    given: dict[str, Any] = {name: row[name] for name in ("first_fill_cases",) if name in row}
    if any(f"week_{number}" in row for number in range(1, rules.PLANNED_WEEKS + 1)):
        given |= _weeks([round(units, 1) for units in rules.weeks_given(row) if units is not None])
    return given


def _save(
    rows: Mapping[str, Values],
    changes: Sequence[Change],
    kept: Mapping[Key, LaunchPlan],
    products: Mapping[str, int],
    distributors: Mapping[str, int],
) -> None:
    named = {_name(key): one for key, one in kept.items()}
    fresh, changed = [], []
    for change in changes:
        plan = named.get(change.key)
        if plan is None:
            product, distributor = _key(rows[change.key])
            made = LaunchPlan(product_id=products[product], distributor_id=distributors.get(distributor))
            fresh.append(_filled(made, change.after))
        else:
            changed.append(_filled(plan, change.after))
    # The same plan sent twice at once, as by a button pressed twice, is kept once.
    LaunchPlan.objects.bulk_create(fresh, ignore_conflicts=True)
    LaunchPlan.objects.bulk_update(changed, ["first_fill_cases", "weekly_units"])


def _filled(plan: LaunchPlan, after: Values) -> LaunchPlan:
    now = {**_weeks(plan.weekly_units), **after}
    if isinstance(fill := after.get("first_fill_cases"), int):
        plan.first_fill_cases = fill
    plan.weekly_units = [_number(units) for units in rules.weeks_given(now) if units is not None]
    return plan


def _number(units: Decimal) -> int | float:
    """Return pieces as JSON keeps them."""
    return int(units) if units == units.to_integral_value() else float(units)


def _tell(what: str, changes: Sequence[Change], distributor: str, by: Actor, at: datetime) -> None:
    figures = {"launch_plans": [_line(change) for change in changes[:LISTED]]}
    access.record(
        f"seasons.launch_plan.{what}",
        by=by,
        at=at,
        subject=("launch plan", changes[0].key if len(changes) == 1 else len(changes)),
        distributor_code=distributor,
        figures=figures,
    )


def _line(change: Change) -> dict[str, Any]:
    """Return a change as an audit line keeps it: what was and what is, without blank weeks."""
    plain = {
        side: {
            name: str(value) if isinstance(value, Decimal) else value
            for name, value in getattr(change, side).items()
            if value is not None
        }
        for side in ("before", "after")
    }
    return {"of": change.key, **plain}

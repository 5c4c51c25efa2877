"""Sell-in of the time before the reports, imported from the ERP: by week or by month."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from channelkeeper.access import actions as access
from channelkeeper.access.rules import Actor, check, whole
from channelkeeper.catalog import queries as catalog
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.jobs import bulk
from channelkeeper.network.queries import visible
from channelkeeper.sheets.masters import Change, Problem, Result, Values
from channelkeeper.stock import sell_in
from channelkeeper.stock.actions import close
from channelkeeper.stock.models import SellIn
from channelkeeper.stock.rules import MOST_UNITS, PERMISSIONS

COLUMNS = ("distributor_id", "product_id", "first_week", "units")
REFRESHED = 20  # so many distributors are closed once more at once; more wait for the next close
_MONTH = re.compile(r"(\d{4})[-/年.]?(\d{1,2})月?")

ByWeek = dict[date, int]


@dataclass(frozen=True)
class _Known:
    """What rows may name: distributors in scope by code (key), products by code (key, pieces per case)."""

    distributors: Mapping[str, int]
    products: Mapping[str, tuple[int, int]]
    last_closed: date


def record_sell_in(*, rows: Sequence[Values], by: Actor, at: datetime, dry_run: bool = False) -> Result:
    """
    Bring sell-in to what the rows say, all or none; weeks that no row names stay as they are.

    A month is spread over the weeks whose Thursday lies in it. The same rows again change nothing.

    Args:
        rows: distributor, product; week (2026-W05 or a day in it) or month (2026-05); cases or units.
        dry_run: only say what would change.

    Raises:
        NotAllowed: the actor may not.
    """
    check(by, "stock.sell_in.recorded", PERMISSIONS)
    known = _load(rows, by, at)
    problems = tuple(_problems(rows, known))
    if problems:
        return Result(problems=problems)
    wanted = _wanted(rows, known)
    codes = {key: code for code, key in known.distributors.items()}
    names = {key: code for code, (key, _) in known.products.items()}
    with transaction.atomic():
        list(visible(by, at=at).filter(pk__in={owner for owner, _ in wanted}).order_by("pk").select_for_update())
        before = _before({owner for owner, _ in wanted})
        merged = {key: {**before.get(key, {}), **by_week} for key, by_week in wanted.items()}
        changed = {key: one for key, one in merged.items() if one != before.get(key)}
        changes = tuple(
            Change(
                "sell_in",
                f"{codes[owner]} {names[product]}",
                _told(before.get((owner, product), {})),
                _told(one),
            )
            for (owner, product), one in sorted(changed.items())
        )
        if dry_run or not changes:
            return Result(changes, same=len(merged) - len(changes))
        bulk.upsert(
            SellIn,
            COLUMNS,
            ((*key, *sell_in.pack(one)) for key, one in changed.items()),
            key=("distributor_id", "product_id"),
        )
        owners = sorted({owner for owner, _ in changed})
        figures = {"distributors": [codes[owner] for owner in owners][:100], "series": len(changes)}
        access.record("stock.sell_in.recorded", by=by, at=at, subject=("sell_in", len(changes)), figures=figures)
    _refresh(owners, at)
    return Result(changes, same=len(merged) - len(changes))


def _refresh(distributor_ids: Sequence[int], at: datetime) -> None:
    """Close the last week once more for a few distributors, so that their expectation follows at once."""
    week = BUSINESS.last_closed_week(at)
    if len(distributor_ids) <= REFRESHED and close.is_closed(week):
        for distributor_id in distributor_ids:
            close.refresh(distributor_id=distributor_id, week=week, by=whole("sell-in after the close"), at=at)


def _load(rows: Sequence[Values], by: Actor, at: datetime) -> _Known:
    asked = {str(row["distributor"]) for row in rows}
    products = catalog.identities(codes={str(row["product"]) for row in rows})
    return _Known(
        dict(visible(by, at=at).filter(code__in=asked).values_list("code", "pk")),
        {one.code: (one.id, one.units_per_case) for one in products},
        BUSINESS.last_closed_week(at),
    )


def _problems(rows: Sequence[Values], known: _Known) -> Iterator[Problem]:
    """Yield what is wrong with rows, each by the column to mend."""
    seen: set[tuple[str, str, date]] = set()
    for place, row in enumerate(rows):
        distributor, product = str(row["distributor"]), str(row["product"])
        if distributor not in known.distributors:
            yield Problem(place, "distributor", "stock.no_such_distributor", {"value": distributor})
        if product not in known.products:
            yield Problem(place, "product", "stock.no_such_product", {"value": product})
        yield from _quantity_problem(place, row, known.products.get(product, (0, 1))[1])
        found = list(_period_problem(place, row, known.last_closed))
        yield from found
        for week in _weeks_of(row) if not found else ():
            if (distributor, product, week) in seen:
                column = "week" if row.get("week") else "month"
                yield Problem(place, column, "stock.sell_in_twice", {"product": product, "value": weeks.label(week)})
                break
            seen.add((distributor, product, week))


def _quantity_problem(place: int, row: Values, case: int) -> Iterator[Problem]:
    if (row.get("cases") is None) == (row.get("units") is None):
        yield Problem(place, "cases", "stock.cases_or_units")
    elif _units(row, case) > MOST_UNITS:
        yield Problem(place, "units", "stock.too_many_units", {"units": _units(row, case)})


def _period_problem(place: int, row: Values, last_closed: date) -> Iterator[Problem]:
    week, month = str(row.get("week") or "").strip(), str(row.get("month") or "").strip()
    if bool(week) == bool(month):
        yield Problem(place, "week", "stock.sell_in_week_or_month")
        return
    column, value = ("week", week) if week else ("month", month)
    try:
        found = _weeks_of(row)
    except ValueError:
        yield Problem(place, column, f"stock.sell_in_no_{column}", {"value": value})
        return
    if max(found) > last_closed:
        yield Problem(place, column, "stock.sell_in_ahead", {"value": value})
    elif weeks.between(min(found), last_closed) >= sell_in.OLDEST_WEEKS:
        yield Problem(place, column, "stock.sell_in_too_old", {"value": value})


def _weeks_of(row: Values) -> list[date]:
    """Return the weeks that a row is about; raises ValueError where it names none."""
    if row.get("week"):
        return [weeks.parse(str(row["week"]))]
    named = _MONTH.match(str(row.get("month") or "").strip())
    if named is None:
        raise ValueError(f"{row.get('month')} is no month.")
    return sell_in.weeks_of_month(date(int(named[1]), int(named[2]), 1))


def _units(row: Values, case: int) -> int:
    cases, units = row.get("cases"), row.get("units")
    if isinstance(units, int):
        return units
    return cases * case if isinstance(cases, int) else 0


def _wanted(rows: Sequence[Values], known: _Known) -> dict[tuple[int, int], ByWeek]:
    wanted: dict[tuple[int, int], ByWeek] = defaultdict(dict)
    for row in rows:
        product_id, case = known.products[str(row["product"])]
        found = _weeks_of(row)
        by_week = wanted[known.distributors[str(row["distributor"])], product_id]
        by_week.update(zip(found, sell_in.spread(_units(row, case), len(found)), strict=True))
    return wanted


def _before(distributor_ids: set[int]) -> dict[tuple[int, int], ByWeek]:
    rows = SellIn.objects.filter(distributor_id__in=distributor_ids).values_list(*COLUMNS)
    return {(owner, product): sell_in.unpack(first, units) for owner, product, first, units in rows}


def _told(by_week: Mapping[date, int]) -> dict[str, int | str]:
    """Return what a change says of a series: from when to when, how many pieces."""
    if not by_week:
        return {}
    return {
        "from": weeks.label(min(by_week)),
        "until": weeks.label(max(by_week)),
        "units": sum(by_week.values()),
    }

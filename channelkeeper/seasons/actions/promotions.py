"""Promotions from a file, festivals from the calendar."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from channelkeeper.access import actions as access
from channelkeeper.access import rules as access_rules
from channelkeeper.access.rules import Actor
from channelkeeper.catalog import queries as catalog
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network import queries as network
from channelkeeper.seasons import rules
from channelkeeper.seasons.models import Festival, Promotion
from channelkeeper.sheets import masters
from channelkeeper.sheets.masters import Change, Problem, Result, Values

FIELDS = ("label_zh", "label_en", "starts_on", "last_on", "known_on", "intensity")
Key = tuple[str, str, str]  # code of the promotion, of the product, of the distributor ("" for all)


@transaction.atomic
def import_promotions(*, rows: Sequence[Values], by: Actor, at: datetime, dry_run: bool = False) -> Result:
    """
    Bring promotions to what the rows say: all of them, or none where one has a problem.

    A row is one product of a promotion, at one distributor or at all. It is known by these three.
    A promotion that is called off has the intensity 0.

    Args:
        rows: code, label_zh, label_en, product (code), distributor (code, blank for all), starts_on,
            last_on (the last day of it), intensity (0 to 1), known_on (blank for today: no forecast
            of a day before may read it).
        dry_run: only say what would change.

    Raises:
        NotAllowed: the actor is not headquarters.
    """
    access_rules.check(by, "seasons.promotion.imported", rules.PERMISSIONS)
    products = {code: product.id for code, product in catalog.products_by_code().items()}
    distributors = {row.code: row.id for row in network.distributors(by, at=at)}
    kept = _locked(rows)
    problems = tuple(_problems(rows, kept, products, distributors))
    if problems:
        return Result(problems=problems)
    blank: Values = {**dict.fromkeys(FIELDS), "label_en": "", "known_on": BUSINESS.day(at)}
    keys = {" ".join(key).strip(): key for key in map(_key, rows)}
    wanted = {" ".join(_key(row)).strip(): _wanted(row) for row in rows}
    known = {" ".join(key).strip(): _values(row) for key, row in kept.items()}
    result = masters.compare("promotion", known, wanted, blank)
    if not dry_run and result.changes:
        _save(result.changes, keys, kept, products, distributors)
        figures = {"new": result.new, "changed": len(result.changes) - result.new, "same": result.same}
        access.record("seasons.promotion.imported", by=by, at=at, subject=("promotions", len(rows)), figures=figures)
    return result


@transaction.atomic
def fill_festivals(*, years: Iterable[int], by: Actor, at: datetime) -> int:
    """
    Keep the days of the festivals of these years; those that are kept already stay.

    Returns:
        How many days were new.

    Raises:
        NotAllowed: the actor is not headquarters.
        ValueError: a year outside 2000 to 2099.
    """
    access_rules.check(by, "seasons.festival.filled", rules.PERMISSIONS)
    days = [day for year in sorted(set(years)) for day in rules.festivals_of(year)]
    known = set(Festival.objects.filter(on__in=[day.on for day in days]).values_list("code", "on"))
    fresh = [day for day in days if (day.code, day.on) not in known]
    Festival.objects.bulk_create(
        [Festival(code=day.code, name_zh=day.name_zh, name_en=day.name_en, on=day.on) for day in fresh]
    )
    if fresh:
        figures = {"days": [day.on.isoformat() for day in fresh]}
        access.record("seasons.festival.filled", by=by, at=at, subject=("festivals", len(fresh)), figures=figures)
    return len(fresh)


def _key(row: Values) -> Key:
    return str(row["code"]), str(row["product"]), str(row.get("distributor") or "")


def _locked(rows: Sequence[Values]) -> dict[Key, Promotion]:
    """Return the promotions that the rows may mean, locked in one order."""
    found = Promotion.objects.select_for_update(of=("self",)).filter(code__in={str(row["code"]) for row in rows})
    return {
        (row.code, row.product.code, row.distributor.code if row.distributor else ""): row
        for row in found.select_related("product", "distributor").order_by("pk")
    }


def _problems(
    rows: Sequence[Values],
    kept: Mapping[Key, Promotion],
    products: Mapping[str, int],
    distributors: Mapping[str, int],
) -> Iterator[Problem]:
    seen: set[Key] = set()
    for place, row in enumerate(rows):
        key = _key(row)
        for column, flaw, figures in rules.flaws(row, is_new=key not in kept):
            yield Problem(place, column, flaw, figures)
        if key[1] not in products:
            yield Problem(place, "product", "seasons.unknown_product", {"value": key[1]})
        if key[2] and key[2] not in distributors:
            yield Problem(place, "distributor", "seasons.unknown_distributor", {"value": key[2]})
        if key in seen:
            yield Problem(place, "code", "seasons.twice", {"value": key[0]})
        seen.add(key)


def _values(row: Promotion) -> Values:
    return {
        "label_zh": row.label_zh,
        "label_en": row.label_en,
        "starts_on": row.starts_on,
        "last_on": row.ends_on - timedelta(days=1),
        "known_on": row.known_on,
        "intensity": row.intensity,
    }


def _wanted(row: Values) -> Values:
    """Return a row's fields as they are kept; a blank first known day stays as it is."""
    given: dict[str, Any] = {name: row[name] for name in FIELDS if name in row}
    if given.get("label_en", "") is None:
        given["label_en"] = ""
    if given.get("known_on", 0) is None:
        del given["known_on"]
    if "intensity" in given:
        given["intensity"] = round(given["intensity"], 3)
    return given


def _save(
    changes: Sequence[Change],
    keys: Mapping[str, Key],
    kept: Mapping[Key, Promotion],
    products: Mapping[str, int],
    distributors: Mapping[str, int],
) -> None:
    touched: dict[Key, Promotion] = {}
    for change in changes:
        key = keys[change.key]
        row = kept.get(key) or Promotion(
            code=key[0], product_id=products[key[1]], distributor_id=distributors[key[2]] if key[2] else None
        )
        touched[key] = _filled(row, change.after)
    Promotion.objects.bulk_create([row for key, row in touched.items() if key not in kept])
    fields = ["label_zh", "label_en", "starts_on", "ends_on", "known_on", "intensity"]
    Promotion.objects.bulk_update([row for key, row in touched.items() if key in kept], fields)


def _filled(row: Promotion, values: Values) -> Promotion:
    for name, value in values.items():
        if name == "last_on" and isinstance(value, date):
            row.ends_on = value + timedelta(days=1)
        else:
            setattr(row, name, value)
    return row

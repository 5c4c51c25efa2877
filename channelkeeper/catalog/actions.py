"""Writes of this room: products and prices, from a file or one at a time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction

from channelkeeper.access import actions as access
from channelkeeper.access import rules as access_rules
from channelkeeper.access.rules import Actor
from channelkeeper.catalog import rules
from channelkeeper.catalog.models import Brand, Category, Price, Product
from channelkeeper.core import pinyin
from channelkeeper.sheets import masters
from channelkeeper.sheets.masters import Change, Problem, Result, Values

Group = TypeVar("Group", Brand, Category)
FIELDS = (
    "gtin",
    "name_zh",
    "name_en",
    "brand",
    "category",
    "units_per_case",
    "cases_per_layer",
    "layers_per_pallet",
    "shelf_life_days",
    "near_expiry_days",
    "launched_on",
    "retires_on",
    "successor",
)
BLANK: Values = dict.fromkeys(FIELDS) | {"name_en": ""}


@transaction.atomic
def import_products(*, rows: Sequence[Values], by: Actor, at: datetime, dry_run: bool = False) -> Result:
    """
    Bring products to what the rows say: all of them, or none where one has a problem.

    A fixed number of statements, however many rows. Brands and categories that are named and
    not there are made.

    Args:
        rows: by column (see `sheet.COLUMNS`); a column left out leaves its field as it is, None
            clears it. `price_per_case` holds from `price_from` on.
        dry_run: only say what would change.

    Raises:
        NotAllowed: the actor is not headquarters.
    """
    access_rules.check(by, "catalog.product.imported", rules.PERMISSIONS)
    return _bring(rows, verb="catalog.product.imported", by=by, at=at, dry_run=dry_run)


@transaction.atomic
def change_product(*, code: str, values: Values, by: Actor, at: datetime) -> Result:
    """
    Change one product; as `import_products`, but it must be there.

    Raises:
        NotAllowed: the actor is not headquarters.
        NotFound: no such product.
    """
    access_rules.check(by, "catalog.product.changed", rules.PERMISSIONS)
    if not Product.objects.filter(code=code).exists():
        raise access_rules.NotFound(f"No product {code}.")
    return _bring([{**values, "code": code}], verb="catalog.product.changed", by=by, at=at)


def _bring(rows: Sequence[Values], *, verb: str, by: Actor, at: datetime, dry_run: bool = False) -> Result:
    known = {row.code: row for row in _locked_products()}
    problems = tuple(_problems(rows, known))
    if problems:
        return Result(problems=problems)
    result = masters.compare("product", {code: _values(row) for code, row in known.items()}, _wanted(rows), BLANK)
    groups = _group_changes(rows)
    prices = _price_changes(rows, known)
    done = Result((*groups, *result.changes, *prices), result.same)
    if not dry_run and done.changes:
        _save(rows, known, result.changes, prices)
        figures = {"new": done.new, "changed": len(done.changes) - done.new, "same": done.same}
        subject = ("product", rows[0]["code"]) if len(rows) == 1 else ("products", len(rows))
        access.record(verb, by=by, at=at, subject=subject, figures=figures)
    return done


def _locked_products() -> list[Product]:
    # All are locked, in one order: two imports at once would otherwise each see the other's half.
    rows = Product.objects.select_for_update(of=("self",)).select_related("brand", "category", "successor")
    return list(rows.order_by("pk"))


def _problems(rows: Sequence[Values], known: Mapping[str, Product]) -> Iterator[Problem]:
    yield from masters.doubled(rows, "code", "catalog.code_twice")
    codes = known.keys() | {row["code"] for row in rows}
    owners = _gtin_owners(rows, known)
    for place, row in enumerate(rows):
        code, gtin, successor = row["code"], row.get("gtin"), row.get("successor")
        for column, flaw, figures in rules.flaws(row, is_new=code not in known):
            yield Problem(place, column, flaw, figures)
        if successor and successor not in codes:
            yield Problem(place, "successor", "catalog.unknown_successor", {"value": successor})
        if gtin and owners[str(gtin)] != code:
            yield Problem(place, "gtin", "catalog.gtin_twice", {"value": gtin, "code": owners[str(gtin)]})


def _gtin_owners(rows: Sequence[Values], known: Mapping[str, Product]) -> dict[str, str]:
    """Return whose each bar code is once the rows are in; of two that claim one, the first."""
    given = {row["code"] for row in rows if "gtin" in row}
    owners = {product.gtin: code for code, product in known.items() if product.gtin and code not in given}
    for row in rows:
        if row.get("gtin"):
            owners.setdefault(str(row["gtin"]), str(row["code"]))
    return owners


def _values(product: Product) -> Values:
    return {
        "gtin": product.gtin,
        "name_zh": product.name_zh,
        "name_en": product.name_en,
        "brand": product.brand.name_zh,
        "category": product.category.name_zh,
        "units_per_case": product.units_per_case,
        "cases_per_layer": product.cases_per_layer,
        "layers_per_pallet": product.layers_per_pallet,
        "shelf_life_days": product.shelf_life_days,
        "near_expiry_days": product.near_expiry_days,
        "launched_on": product.launched_on,
        "retires_on": product.retires_on,
        "successor": product.successor.code if product.successor else None,
    }


def _wanted(rows: Sequence[Values]) -> dict[str, Values]:
    named = {
        "brand": {**{row.code: row.name_zh for row in Brand.objects.all()}},
        "category": {row.code: row.name_zh for row in Category.objects.all()},
    }
    return {str(row["code"]): {name: _field(name, row[name], named) for name in FIELDS if name in row} for row in rows}


def _field(name: str, value: Any, named: Mapping[str, Mapping[str, str]]) -> Any:
    """Return a column's value as the field keeps it; a brand or category given by code goes by its name."""
    if name in named:
        return named[name].get(str(value), value)
    return "" if name == "name_en" and value is None else value


def _group_changes(rows: Sequence[Values]) -> list[Change]:
    return [*_groups_of(Brand, "brand", rows), *_groups_of(Category, "category", rows)]


def _groups_of(model: type[Group], column: str, rows: Sequence[Values]) -> Iterator[Change]:
    """Yield the brands or categories to make, and those whose English name is another."""
    known = _groups_by_word(model)
    english = _english(column, rows)
    for word in dict.fromkeys(str(row[column]) for row in rows if row.get(column)):
        found, name_en = known.get(word), english.get(word)
        if found is None:
            yield Change(column, word, {}, {"name_zh": word, "name_en": name_en or ""})
        elif name_en is not None and name_en != found.name_en:
            yield Change(column, word, {"name_en": found.name_en}, {"name_en": name_en})


def _groups_by_word(model: type[Group]) -> dict[str, Group]:
    """Return brands or categories by every word that means them: a code before a name."""
    rows = list(model.objects.order_by("pk"))
    return {row.name_zh: row for row in reversed(rows)} | {row.code: row for row in rows}


def _english(column: str, rows: Sequence[Values]) -> dict[str, str]:
    return {str(row[column]): str(row[f"{column}_en"]) for row in rows if row.get(column) and row.get(f"{column}_en")}


def _price_changes(rows: Sequence[Values], known: Mapping[str, Product]) -> list[Change]:
    """Return the prices to keep or correct; a price that holds that day already is none."""
    history: dict[int, list[Price]] = {}
    for price in Price.objects.filter(product__code__in=[row["code"] for row in rows]).order_by("starts_on"):
        history.setdefault(price.product_id, []).append(price)
    changes = []
    for row in rows:
        product = known.get(str(row["code"]))
        change = _price_change(row, product, history.get(product.pk, []) if product else [])
        changes += [change] if change else []
    return changes


def _price_change(row: Values, product: Product | None, history: Sequence[Price]) -> Change | None:
    price, starts_on = row.get("price_per_case"), row.get("price_from")
    if not isinstance(price, Decimal) or not isinstance(starts_on, date):
        return None
    units = row.get("units_per_case") or (product.units_per_case if product else 1)
    wanted = rules.price_per_unit(price_per_case=price, units_per_case=int(str(units)))
    same_day = {old.starts_on: old.price_per_unit for old in history}.get(starts_on)
    if same_day == wanted:
        return None
    before: Values = {} if same_day is None else {"price_per_unit": same_day}
    return Change("price", f"{row['code']} {starts_on}", before, {"price_per_unit": wanted, "price_per_case": price})


def _save(
    rows: Sequence[Values], known: Mapping[str, Product], changes: Sequence[Change], prices: Sequence[Change]
) -> None:
    brands, categories = _save_groups(Brand, "brand", rows), _save_groups(Category, "category", rows)
    touched = {change.key: known.get(change.key) or Product(code=change.key) for change in changes}
    for change in changes:
        _fill(touched[change.key], change.after, brands, categories)
    _free_bar_codes(changes)
    Product.objects.bulk_create([product for code, product in touched.items() if code not in known])
    changed = [product for code, product in touched.items() if code in known]
    Product.objects.bulk_update(changed, [*(name for name in FIELDS if name != "successor"), "initials"])
    ids = dict(Product.objects.values_list("code", "pk"))
    _save_successors(changes, ids)
    _save_prices(prices, ids)


def _free_bar_codes(changes: Sequence[Change]) -> None:
    """Take away the bar codes that change, first of all: two products may swap theirs in one file."""
    moving = [change.key for change in changes if change.before.get("gtin")]
    if moving:
        Product.objects.filter(code__in=moving).update(gtin=None)


def _fill(product: Product, values: Values, brands: Mapping[str, Brand], categories: Mapping[str, Category]) -> None:
    for name, value in values.items():
        if name == "brand":
            product.brand = brands[str(value)]
        elif name == "category":
            product.category = categories[str(value)]
        elif name != "successor":
            setattr(product, name, value)
    product.initials = pinyin.initials(product.name_zh)[:120]


def _save_groups(model: type[Group], column: str, rows: Sequence[Values]) -> dict[str, Group]:
    changes = list(_groups_of(model, column, rows))
    known = _groups_by_word(model)
    fresh = [model(code=change.key[:40], **change.after) for change in changes if not change.before]
    model.objects.bulk_create(fresh)
    renamed = [known[change.key] for change in changes if change.before]
    for row, change in zip(renamed, [change for change in changes if change.before], strict=True):
        row.name_en = str(change.after["name_en"])
    model.objects.bulk_update(renamed, ["name_en"])
    return _groups_by_word(model)


def _save_successors(changes: Sequence[Change], ids: Mapping[str, int]) -> None:
    """Set successors last: one may come further down in the same file."""
    given = {change.key: change.after["successor"] for change in changes if "successor" in change.after}
    products = list(Product.objects.filter(code__in=given))
    for product in products:
        code = given[product.code]
        product.successor_id = ids[str(code)] if code else None
    Product.objects.bulk_update(products, ["successor"])


def _save_prices(prices: Sequence[Change], ids: Mapping[str, int]) -> None:
    kept = [
        Price(
            product_id=ids[change.key.rsplit(" ", 1)[0]],
            starts_on=date.fromisoformat(change.key.rsplit(" ", 1)[1]),
            price_per_unit=Decimal(str(change.after["price_per_unit"])),
        )
        for change in prices
    ]
    Price.objects.bulk_create(
        kept, update_conflicts=True, unique_fields=["product", "starts_on"], update_fields=["price_per_unit"]
    )

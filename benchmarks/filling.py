"""
A network as rows of the product's own tables, written in bulk; runs inside a child process with Django set up.

What the intake would have left is written directly: catalogue, distributors, people, the
packed series, the reports of the last two weeks with their lines and of a quarter without,
goods on the road, and half a year of distributors' weeks in sums. Then the week before the
last is closed and proposed by the product's own actions and its orders are sent, so that
what is measured afterwards is an ordinary week, not a first one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection, models, transaction

from benchmarks import network
from channelkeeper.access.models import RoleGrant, User
from channelkeeper.access.rules import Role, whole
from channelkeeper.catalog.models import Brand, Category, Price, Product
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.engine import festival
from channelkeeper.jobs import bulk
from channelkeeper.network.models import Assignment, Distributor, Office, OfficeManager, Region, Rep
from channelkeeper.orders import actions as orders
from channelkeeper.orders.models import Order, OrderLine
from channelkeeper.orders.rules import State
from channelkeeper.seasons.models import Festival, Promotion
from channelkeeper.stock import packed
from channelkeeper.stock.actions.close import close_week
from channelkeeper.stock.models import DistributorWeek, Intake, PackedWeeks, Report, ReportLine, Shipment, ShipmentLine

PASSWORD = "benchmark-only"
HEADQUARTERS, OFFICES_SIZE, REP_SIZE = "hq", 120, 12  # distributors of an office and of a rep
LINES_WEEKS, REPORTS_WEEKS, SUMS_WEEKS = 2, 13, 26
SENT_SHARE = 10  # of eleven orders of the week before, one stays open without a shipment


def fill(*, series: int, week: str, at: str, seed: int = 1) -> dict[str, float]:
    """
    Fill an empty database with so many series; return how many rows of what.

    Args:
        week: the Monday of the week that will be measured, as text.
        at: the instant of the measured close, as text; the week before closes seven days earlier.
    """
    call_command("migrate", verbosity=0)
    drawn = network.simulate(series=series, last_week=date.fromisoformat(week), seed=seed)
    closed_at = datetime.fromisoformat(at)
    with transaction.atomic():
        _catalogue(drawn)
        _people(drawn)
        _series(drawn)
        _reports(drawn)
        _sums(drawn)
    before, by = weeks.shift(date.fromisoformat(week), -1), whole("benchmark: the week before")
    close_week(week=before, by=by, at=closed_at - weeks.WEEK)
    orders.propose(week=before, by=by, at=closed_at - weeks.WEEK)
    with transaction.atomic():
        _send_orders(before, closed_at)
    settle()
    return {"series": series, "distributors": drawn.distributors, "lines": ReportLine.objects.count()}


def fill_senders(*, distributors: int, lines: int, week: str, weeks_to_come: int, seed: int = 1) -> dict[str, float]:
    """
    Fill an empty database with distributors that have two years of packed series and are about to report.

    Args:
        lines: products that each of them carries, of as many in all.
        week: the Monday of the last week that will be reported, as text.
        weeks_to_come: how many weeks until then are not reported yet.
    """
    call_command("migrate", verbosity=0)
    drawn = senders(distributors=distributors, lines=lines, last_week=date.fromisoformat(week), seed=seed)
    drawn.reported[:, -weeks_to_come:] = False
    with transaction.atomic():
        _catalogue(drawn)
        _people(drawn)
        _series(drawn, network.HISTORY_WEEKS - weeks_to_come)
        _reports(drawn, network.HISTORY_WEEKS - weeks_to_come)
    settle()
    return {"series": distributors * lines}


def senders(*, distributors: int, lines: int, last_week: date, seed: int) -> network.Network:
    """Return a network in which each distributor carries every product."""
    return network.simulate(
        series=distributors * lines, last_week=last_week, seed=seed, products=lines, carried=(lines, lines)
    )


def settle() -> dict[str, float]:
    """Bring a freshly filled database to rest: statistics gathered, nothing left to tidy up."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return {}


def _insert(model: type[models.Model], columns: str, rows: Iterable[Sequence[Any]]) -> None:
    bulk.insert(model, columns.split(), rows)


def _keys(model: type[models.Model], order_by: str = "pk") -> list[int]:
    """Return the primary keys of all rows in an order."""
    return list(model._default_manager.order_by(order_by).values_list("pk", flat=True))


def _catalogue(drawn: network.Network) -> None:
    shelf, start = drawn.shelf, drawn.first_week
    _insert(Brand, "code name_zh name_en", ((f"B{n}", f"品牌{n}", f"Brand {n}") for n in range(network.BRANDS)))
    _insert(
        Category, "code name_zh name_en", ((f"C{n}", f"品类{n}", f"Category {n}") for n in range(network.CATEGORIES))
    )
    brands, categories = _keys(Brand, "code"), _keys(Category, "code")
    _insert(
        Product,
        "code gtin name_zh name_en brand_id category_id units_per_case initials",
        (
            (f"P{n:03}", gtin_of(n), *name_of(n), brands[brand], categories[category], case, f"pz{n:03}")
            for n, (brand, category, case) in enumerate(
                zip(shelf.brand.tolist(), shelf.category.tolist(), shelf.units_per_case.tolist(), strict=True)
            )
        ),
    )
    products = _keys(Product, "code")
    _insert(
        Price,
        "product_id starts_on price_per_unit",
        ((key, start, Decimal(str(price))) for key, price in zip(products, shelf.price.tolist(), strict=True)),
    )
    _promotions(drawn, products)


def name_of(number: int) -> tuple[str, str]:
    """Return what a product is called in both languages."""
    return f"品种{number:03} 500ml", f"Product {number:03} 500 ml"


def gtin_of(number: int) -> str:
    """Return a product's GTIN, check digit included."""
    digits = f"690000{number:06}"
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighed % 10}"


def _promotions(drawn: network.Network, products: list[int]) -> None:
    found = drawn.promotions
    columns = (found.product.tolist(), found.first_week.tolist(), found.weeks.tolist(), found.intensity.tolist())
    _insert(
        Promotion,
        "code label_zh label_en product_id starts_on ends_on known_on intensity",
        (
            (
                f"M{number}",
                "特价周",
                "Offer week",
                products[product],
                starts_on := weeks.shift(drawn.first_week, first),
                weeks.shift(starts_on, count),
                weeks.shift(starts_on, -6),
                Decimal(str(intensity)),
            )
            for number, (product, first, count, intensity) in enumerate(zip(*columns, strict=True))
        ),
    )
    years = range(drawn.first_week.year, drawn.first_week.year + 4)
    _insert(
        Festival,
        "code name_zh name_en on",
        (("spring", "春节", "Spring Festival", festival.spring_festival(year)) for year in years),
    )


def _people(drawn: network.Network) -> None:
    """Write headquarters, offices with managers, reps, and the distributors whom they serve."""
    since = drawn.first_week
    offices, reps = -(-drawn.distributors // OFFICES_SIZE), -(-drawn.distributors // REP_SIZE)
    logins = {HEADQUARTERS: Role.HEADQUARTERS}
    logins |= {f"manager{n}": Role.OFFICE_MANAGER for n in range(offices)}
    logins |= {f"rep{n}": Role.FACTORY_REP for n in range(reps)}
    hashed = make_password(PASSWORD)
    _insert(
        User,
        "password login name email phone language is_active",
        ((hashed, login, login, "", "", "zh-hans", True) for login in logins),
    )
    users = dict(User.objects.values_list("login", "pk"))
    _insert(RoleGrant, "user_id role starts_on", ((users[login], role.value, since) for login, role in logins.items()))
    _insert(Region, "code name_zh name_en", [("R", "大区", "Region")])
    (region,) = _keys(Region)
    _insert(
        Office,
        "code name_zh name_en region_id",
        ((f"O{n:02}", f"办事处{n}", f"Office {n}", region) for n in range(offices)),
    )
    office_keys = _keys(Office, "code")
    _insert(
        OfficeManager,
        "user_id office_id starts_on",
        ((users[f"manager{n}"], office_keys[n], since) for n in range(offices)),
    )
    places = [n * REP_SIZE // OFFICES_SIZE for n in range(reps)]
    _insert(
        Rep, "code user_id office_id", ((f"E{n:04}", users[f"rep{n}"], office_keys[places[n]]) for n in range(reps))
    )
    _distributors(drawn, office_keys, since)


def _distributors(drawn: network.Network, office_keys: list[int], since: date) -> None:
    _insert(
        Distributor,
        "code name_zh name_en office_id grade place_zh place_en lead_time_days order_weekdays min_order_cases "
        "starts_on initials",
        (
            (
                f"D{n:05}",
                f"第{n}商贸有限公司",
                f"Trading {n}",
                office_keys[n // OFFICES_SIZE],
                "ABC"[n % 3],
                "",
                "",
                (4, 7, 10)[n % 3],
                1 << n % 5,
                n % 2,
                since,
                f"sm{n}",
            )
            for n in range(drawn.distributors)
        ),
    )
    reps = _keys(Rep, "code")
    _insert(
        Assignment,
        "rep_id distributor_id starts_on",
        ((reps[n // REP_SIZE], key, since) for n, key in enumerate(_keys(Distributor, "code"))),
    )


def _series(drawn: network.Network, width: int = network.HISTORY_WEEKS) -> None:
    """Write the packed histories of the first `width` weeks; those without a report are unknown in them."""
    distributors, products = _keys(Distributor, "code"), np.array(_keys(Product, "code"))
    bounds = np.searchsorted(drawn.distributor, np.arange(len(distributors) + 1)).tolist()
    _insert(
        PackedWeeks,
        "distributor_id products first_week content",
        (
            (key, packed.read_records(block.content).size, *block)
            for place, key in enumerate(distributors)
            if (block := _block(drawn, slice(bounds[place], bounds[place + 1]), width, products))
        ),
    )


def _block(drawn: network.Network, part: slice, width: int, products: network.Codes) -> packed.Block | None:
    """Return the packed weeks of a distributor, whose rows are given."""
    told = drawn.reported[drawn.distributor[part], :width]
    flags = np.where(told, packed.REPORTED + packed.OUT * (drawn.closing[part, :width] == 0), 0).astype(np.uint8)
    sold, closing, received = (
        np.where(told, values[part, :width], packed.UNKNOWN).astype(np.int32)
        for values in (drawn.sold, drawn.closing, drawn.received)
    )
    grid = packed.Grid(drawn.first_week, sold, closing, received, flags)
    return packed.pack(grid, products[drawn.product[part]].tolist())


def _reports(drawn: network.Network, width: int = network.HISTORY_WEEKS) -> None:
    """Write the current reports of the quarter that ends the first `width` weeks, and the lines of its last weeks."""
    distributors = _keys(Distributor, "code")
    last = width - 1
    sizes = np.bincount(drawn.distributor, minlength=drawn.distributors).tolist()
    wanted = [
        (place, column)
        for column in range(last - REPORTS_WEEKS + 1, last + 1)
        for place in range(drawn.distributors)
        if drawn.reported[place, column]
    ]
    _insert(
        Intake,
        "distributor_id filename content sha256 source week_asked answers mended state received_at by_name",
        (
            (
                distributors[place],
                f"{place}-{column}.xlsx",
                b"",
                f"{place:032}{column:032}",
                "page",
                None,
                "{}" if connection.vendor == "postgresql" else {},
                "{}" if connection.vendor == "postgresql" else {},
                Intake.State.ACCEPTED.value,
                _received_at(drawn, column),
                "benchmark",
            )
            for place, column in wanted
        ),
    )
    _insert(
        Report,
        "distributor_id week version current intake_id received_at on_time products gaps by_name",
        (
            (
                distributors[place],
                weeks.shift(drawn.first_week, column),
                1,
                True,
                intake,
                _received_at(drawn, column),
                True,
                sizes[place],
                int(place % 20 == 0),
                "benchmark",
            )
            for (place, column), intake in zip(wanted, _keys(Intake), strict=True)
        ),
    )
    for column in range(last - LINES_WEEKS + 1, last + 1):
        _lines(drawn, column)


def _received_at(drawn: network.Network, column: int) -> datetime:
    """Return an instant before noon of the Monday after a week."""
    return BUSINESS.report_due_at(weeks.shift(drawn.first_week, column)) - timedelta(hours=3)


def _lines(drawn: network.Network, column: int) -> None:
    """Write a line per product of each report of a week; one distributor in twenty has one that does not meet."""
    week, products = weeks.shift(drawn.first_week, column), _keys(Product, "code")
    found = Report.objects.filter(week=week).values_list("distributor__code", "pk")
    reports = {int(code[1:]): key for code, key in found}
    opening = drawn.closing[:, column - 1].tolist()
    rows = zip(
        drawn.distributor.tolist(),
        drawn.product.tolist(),
        opening,
        *(values[:, column].tolist() for values in (drawn.received, drawn.sold, drawn.closing)),
        strict=True,
    )
    _insert(
        ReportLine,
        "report_id product_id opening_units received_units other_in_units sold_units gifts_units losses_units "
        "returns_units closing_units near_expiry_units sheet row",
        (
            (
                reports[owner],
                products[product],
                start + (owner % 20 == 0 and product % 40 == 0),
                received,
                0,
                sold,
                0,
                0,
                0,
                closing,
                closing // 4 if number % 50 == 0 else 0,
                "库存",
                number % 100 + 3,
            )
            for number, (owner, product, start, received, sold, closing) in enumerate(rows)
            if owner in reports
        ),
    )


def _sums(drawn: network.Network) -> None:
    """Write half a year of distributors' weeks before the measured one, judged by the mean of the four weeks before."""
    distributors = _keys(Distributor, "code")
    price = drawn.shelf.price[drawn.product]
    names = (
        "distributor_id week reported on_time products below inside above stock_value low_stock_value "
        "high_stock_value expected_value_per_day trailing_value_per_day sold_value short_value above_value"
    )
    for column in range(network.HISTORY_WEEKS - 2 - SUMS_WEEKS, network.HISTORY_WEEKS - 2):
        stock_units = drawn.closing[:, column]
        per_day = drawn.sold[:, column - 3 : column + 1].mean(1) / 7
        days = np.divide(stock_units, per_day, out=np.full(per_day.shape, np.nan), where=per_day > 0)
        told = drawn.reported[:, column].tolist()

        def total(values: network.Amounts) -> list[float]:
            sums: list[float] = np.bincount(drawn.distributor, values, minlength=len(distributors)).tolist()
            return sums

        counts = [
            total(chosen.astype(float)) for chosen in (days > -1, days < 20, (days >= 20) & (days <= 25), days > 25)
        ]
        values = [total(units * price) for units in (stock_units, per_day, drawn.sold[:, column])]
        above = total(np.maximum(stock_units - 25 * per_day, 0) * price)
        rows = zip(distributors, told, zip(*counts, strict=True), zip(*values, strict=True), above, strict=True)
        week = weeks.shift(drawn.first_week, column)
        _insert(DistributorWeek, names, (_sums_row(week, *row) for row in rows))


def _sums_row(
    week: date, key: int, told: bool, counts: Sequence[float], values: Sequence[float], above: float
) -> tuple[Any, ...]:
    stock_value, per_day, sold = (Decimal(round(value * 100)).scaleb(-2) for value in values)
    stuck = Decimal(round(above * 100)).scaleb(-2)
    whole_counts = (int(value) for value in counts)
    return (
        key, week, told, told, *whole_counts,
        stock_value, stock_value, stock_value, per_day, per_day, sold, Decimal(0), stuck,
    )  # fmt: skip


def _send_orders(week: date, at: datetime) -> None:
    """Send the orders of a week: most have a shipment that is on the road, one in eleven is open without."""
    proposed = Order.objects.filter(week=week, state=State.PROPOSED)
    found = list(proposed.order_by("pk").values_list("pk", "number", "distributor_id", "arrives_on"))
    proposed.update(state=State.SENT.value, sent_at=at, settled_at=at)
    sent = [row for place, row in enumerate(found) if place % (SENT_SHARE + 1)]
    shipped_on = weeks.sunday_of(week) + timedelta(days=2)
    _insert(
        Shipment,
        "number distributor_id order_number shipped_on arrives_on",
        (
            (f"S-{number}", distributor, number, shipped_on, max(arrives_on, shipped_on))
            for _, number, distributor, arrives_on in sent
        ),
    )
    shipments = dict(Shipment.objects.values_list("order_number", "pk"))
    lines = OrderLine.objects.filter(order__in=[row[0] for row in sent], units__gt=0)
    _insert(
        ShipmentLine,
        "shipment_id product_id units",
        [
            (shipments[number], product, units)
            for number, product, units in lines.values_list("order__number", "product_id", "units")
        ],
    )

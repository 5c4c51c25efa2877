"""Fills an empty database with the demo company by calling the same actions as a user does."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path

from channelkeeper.access import actions as access
from channelkeeper.access import queries as people_of
from channelkeeper.access.rules import Actor, Role, whole
from channelkeeper.catalog import actions as catalog
from channelkeeper.core import weeks
from channelkeeper.network import actions as network
from channelkeeper.orders import actions as orders
from channelkeeper.orders import queries as orders_of
from channelkeeper.seasons import actions as seasons
from channelkeeper.sheets.masters import Result, Values
from channelkeeper.stock import actions as stock
from demo import clerks
from demo.people import Person
from demo.simulate import Company

BRAND = ("青禾", "Qinghe")
CLOSED_WEEKS = 78  # how many of the last weeks are closed: a year, and half of the one before it to compare with
CLERKS = 2  # processes that write and hand in at the same time
PROPOSED_WEEKS = 3
SETTLED = 6  # orders that go beyond the proposal, one of each state

Tell = Callable[[str, int, int], None]


class Refused(Exception):
    """The company's own data was not taken in: a fault of the demo."""


def fill(company: Company, people: list[Person], *, folder: Path, now: datetime, tell: Tell) -> None:
    """
    Take the company in: people and masters, two years of weekly reports with their closes, the next orders.

    Args:
        people: accounts with their passwords.
        folder: where the workbooks are written, one folder per distributor.
        now: the present; nothing is received after it.
        tell: told (step, done, in all) as it goes.

    Raises:
        Refused: an own file was not taken in.
    """
    by = whole("filling the demo")
    _masters(company, people, by, now)
    _shipments(company, by, now)
    _weeks(company, by, folder, now, tell)
    _settle(company, by, now)


# ---------------------------------------------------------------- people and masters


def _masters(company: Company, people: list[Person], by: Actor, now: datetime) -> None:
    begins = weeks.shift(company.first_week, -4)
    at = clerks.instant(begins, 9)
    logins = {person.name: person.login for person in people}
    _taken(catalog.import_products(rows=_product_rows(company, begins), by=by, at=at))
    lists: dict[str, list[Values]] = {
        "offices": [_office_row(company, one.code, logins[one.manager]) for one in company.offices],
        "reps": [
            {"code": rep.code, "name": rep.name, "login": rep.code.lower(), "office": rep.office}
            for rep in company.reps
        ],
        "distributors": list(_distributor_rows(company, begins)),
        "assignments": list(_assignment_rows(company, begins)),
    }
    for result in network.import_network(lists=lists, by=by, at=at).values():
        _taken(result)
    _taken(seasons.import_promotions(rows=list(_promotion_rows(company)), by=by, at=at))
    seasons.fill_festivals(years=range(company.first_week.year, now.year + 2), by=by, at=at)
    known = people_of.user_ids([person.login for person in people])
    for person in people:
        if person.login in known:
            access.set_password(user_id=known[person.login], password=person.password, by=by, at=at)
        else:
            access.create_user_in_role(
                login=person.login, name=person.name, role=person.role, password=person.password, by=by, at=at
            )


def _taken(result: Result) -> None:
    if result.problems:
        raise Refused(f"The demo's own master data was refused: {result.problems[:3]}")


def _product_rows(company: Company, begins: date) -> list[Values]:
    real = bool(company.source)
    return [
        {
            "code": one.code,
            "gtin": one.gtin,
            "name_zh": one.name_zh,
            "name_en": one.name_en,
            "brand": one.category if real else BRAND[0],
            "brand_en": one.category if real else BRAND[1],
            "category": company.categories[one.category][0],
            "category_en": company.categories[one.category][1],
            "units_per_case": one.units_per_case,
            "shelf_life_days": one.shelf_life_days,
            "launched_on": one.launched_on,
            "price_per_case": Decimal(str(one.price_per_case)),
            "price_from": begins,
        }
        for one in company.products
    ]


def _office_row(company: Company, code: str, login: str) -> Values:
    one = next(office for office in company.offices if office.code == code)
    region = {
        "EAST": ("华东", "East China"),
        "WEST": ("西南", "South-west China"),
        "CENTRAL": ("华中", "Central China"),
    }
    zh, en = region.get(one.region, (one.name_zh, one.name_en))
    return {
        "code": one.code,
        "name_zh": one.name_zh,
        "name_en": one.name_en,
        "region": zh,
        "region_en": en,
        "manager": login,
        "manager_name": one.manager,
    }


def _distributor_rows(company: Company, begins: date) -> Iterator[Values]:
    names = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
    for one in company.distributors:
        yield {
            "code": one.code,
            "name_zh": one.name_zh,
            "name_en": one.name_en,
            "office": one.office,
            "grade": one.grade,
            "place_zh": one.place_zh or None,
            "place_en": one.place_en or None,
            "lead_time_days": one.lead_time_days,
            "order_weekdays": names[one.order_weekday],
            "min_order_cases": 0,
            "starts_on": begins,
            "login": one.code.lower(),
            "contact": one.name_zh,
        }


def _assignment_rows(company: Company, begins: date) -> Iterator[Values]:
    """Yield who serves whom; one distributor was handed over half a year ago."""
    handed = weeks.shift(company.first_week, len(company.ledgers[0].sold) - 26)
    for index, one in enumerate(company.distributors):
        colleagues = [rep.code for rep in company.reps if rep.office == one.office and rep.code != one.rep]
        if index == 5 and colleagues:
            yield {"distributor": one.code, "rep": colleagues[0], "starts_on": begins, "ends_on": handed}
            yield {"distributor": one.code, "rep": one.rep, "starts_on": handed}
        else:
            yield {"distributor": one.code, "rep": one.rep, "starts_on": begins}


def _promotion_rows(company: Company) -> Iterator[Values]:
    for one in company.promotions:
        starts_on = company.week(one.week)
        yield {
            "code": one.code,
            "label_zh": "特价",
            "label_en": "Special price",
            "product": company.products[one.product].code,
            "distributor": None,
            "starts_on": starts_on,
            "last_on": starts_on + timedelta(days=7 * one.length - 1),
            "intensity": Decimal(str(round(one.intensity, 3))),
            "known_on": weeks.shift(starts_on, -6),
        }


def _shipments(company: Company, by: Actor, now: datetime) -> None:
    """Record what was sent in the last eight weeks; what arrives after the last close is on the road."""
    total = len(company.ledgers[0].sold)
    rows: list[Values] = [
        {
            "number": f"FH-{one.code}-{weeks.label(company.week(sent.shipped + 1))}",
            "distributor": one.code,
            "product": company.products[product].code,
            "cases": cases,
            "shipped_on": company.week(sent.shipped + 1),
            "arrives_on": company.week(sent.arrives) + timedelta(days=3),
        }
        for one, ledger in zip(company.distributors, company.ledgers, strict=True)
        for sent in ledger.shipments
        if total - 8 <= sent.shipped < total - 1  # the order after the last close is the one to be proposed
        for product, cases in sent.cases.items()
    ]
    _taken(stock.record_shipments(rows=rows, by=by, at=now))


# ---------------------------------------------------------------- weeks


def _weeks(company: Company, by: Actor, folder: Path, now: datetime, tell: Tell) -> None:
    """Hand in every week's workbooks as they would have come, and close the week on Monday at one."""
    total = len(company.ledgers[0].sold)
    with ProcessPoolExecutor(
        CLERKS, mp_context=get_context("spawn"), initializer=clerks.know, initargs=(company, folder, now)
    ) as desks:
        for index in range(total):
            week = company.week(index)
            closes_at = min(clerks.instant(weeks.shift(week, 1), 13), now)
            _wait(desks.map(clerks.hand_in, [(index, desk, CLERKS, None, closes_at) for desk in range(CLERKS)]))
            if index >= total - CLOSED_WEEKS:
                stock.close_week(week=week, by=by, at=closes_at)
            _wait(desks.map(clerks.hand_in, [(index, desk, CLERKS, closes_at, now) for desk in range(CLERKS)]))
            if index >= total - PROPOSED_WEEKS:
                orders.propose(week=week, by=by, at=max(closes_at, min(clerks.instant(weeks.shift(week, 1), 14), now)))
            tell("weeks", index + 1, total)


def _wait(faults: Iterable[list[str]]) -> None:
    """Wait for the clerks, and stop at the first file that was not taken in."""
    for found in faults:
        if found:
            raise Refused(found[0])


# ---------------------------------------------------------------- orders


def _settle(company: Company, by: Actor, now: datetime) -> None:
    """Take a few of the proposals further, by the people whose step it is."""
    week = company.week(len(company.ledgers[0].sold) - 1)
    codes = [one.code for one in company.distributors if not one.manners][:SETTLED]
    reps = {one.code: one.rep.lower() for one in company.distributors}
    known = people_of.user_ids([login for code in codes for login in (code.lower(), reps[code])])
    for step, code in enumerate(codes):
        number = _number(code, week, by, now)
        if number is None:
            continue
        rep = _actor(known[reps[code]], Role.FACTORY_REP, now)
        orders.offer(number=number, by=rep, at=now)
        if step >= 2:
            orders.accept(number=number, by=_actor(known[code.lower()], Role.DISTRIBUTOR, now), at=now)
        if step >= 4:
            orders.send(number=number, by=rep, at=now)


def _number(code: str, week: date, by: Actor, now: datetime) -> str | None:
    found = orders_of.proposal_summaries(by, at=now, week=week)
    return next((row.number for row in found.values() if row.distributor_code == code and not row.estimated), None)


def _actor(user_id: int, role: Role, now: datetime) -> Actor:
    actor = people_of.actor_of_user(user_id, role=role.value, stands_in_for_id=None, at=now)
    if actor is None:
        raise Refused(f"Nobody signs in as {role.value} with id {user_id}.")
    return actor

"""Fills an empty database with the demo company by calling the same actions as a user does."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from channelkeeper.access import actions as access
from channelkeeper.access import queries as people_of
from channelkeeper.access.rules import Actor, whole
from channelkeeper.catalog import actions as catalog
from channelkeeper.core import weeks
from channelkeeper.network import actions as network
from channelkeeper.network import rules as network_rules
from channelkeeper.seasons import actions as seasons
from channelkeeper.sheets.masters import Values
from demo import clerks, plans, stories, telling
from demo.company import Distributor
from demo.mondays import Length, Mondays, Tell, taken
from demo.people import Person
from demo.simulate import Company

BRAND = ("青禾", "Qinghe")


def fill(
    company: Company, people: list[Person], *, folder: Path, now: datetime, tell: Tell, length: Length | None = None
) -> None:
    """
    Take the company in: people and masters, two years of weekly reports with their closes, orders, talks and counts.

    Args:
        people: accounts with their passwords.
        folder: where the workbooks are written, one folder per distributor.
        now: the present; nothing is received after it.
        tell: told (step, done, in all) as it goes.
        length: of how many weeks; all that the demo has by default.

    Raises:
        Refused: an own file was not taken in.
    """
    by = whole("filling the demo")
    _masters(company, people, by, now)
    plans.fill(company, now=now)
    Mondays(company, folder, now, length or Length()).go(tell)
    telling.tell(company, now)


# ---------------------------------------------------------------- people and masters


def _masters(company: Company, people: list[Person], by: Actor, now: datetime) -> None:
    begins = weeks.shift(company.first_week, -4)
    at = clerks.instant(begins, 9)
    logins = {person.name: person.login for person in people}
    taken(catalog.import_products(rows=_product_rows(company, begins), by=by, at=at))
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
        taken(result)
    taken(seasons.import_promotions(rows=list(_promotion_rows(company)), by=by, at=at))
    seasons.fill_festivals(years=range(company.first_week.year, now.year + 2), by=by, at=at)
    known = people_of.user_ids([person.login for person in people])
    for person in people:
        if person.login in known:
            access.set_password(user_id=known[person.login], password=person.password, by=by, at=at)
        else:
            access.create_user_in_role(
                login=person.login, name=person.name, role=person.role, password=person.password, by=by, at=at
            )


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
            "retires_on": one.retires_on,
            "successor": one.successor,
            "cases_per_layer": one.cases_per_layer,
            "layers_per_pallet": one.layers_per_pallet,
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
            "order_weekdays": network_rules.weekdays_text(one.order_weekdays, "zh"),
            "min_order_cases": 0,
            "min_order_amount": one.min_order_amount,
            "truck_pallets": one.truck_pallets,
            "order_limit": one.order_limit,
            "starts_on": _starts_on(company, one, begins),
            "login": one.code.lower(),
            "contact": one.name_zh,
        }


def _starts_on(company: Company, one: Distributor, begins: date) -> date:
    """Return the day on which the work with a distributor begins: two weeks before its first report where it joined."""
    return weeks.shift(company.last_week, -one.reported_weeks - 1) if one.reported_weeks else begins


def _assignment_rows(company: Company, begins: date) -> Iterator[Values]:
    """Yield who serves whom; one distributor was handed over half a year ago."""
    handed = weeks.shift(company.first_week, len(company.ledgers[0].sold) - 26)
    for index, one in enumerate(company.distributors):
        colleagues = [rep.code for rep in company.reps if rep.office == one.office and rep.code != one.rep]
        if company.place(stories.MOVES) == index and colleagues:
            yield {"distributor": one.code, "rep": colleagues[0], "starts_on": begins, "ends_on": handed}
            yield {"distributor": one.code, "rep": one.rep, "starts_on": handed}
        else:
            yield {"distributor": one.code, "rep": one.rep, "starts_on": _starts_on(company, one, begins)}


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

"""
A small company in which everything that the product keeps is there once per distributor.

It is built by calling actions, so it is what users could have made. Three distributors, two
offices; each distributor has texts of its own (its canaries) that occur nowhere else: in its
name and its people's, in the files it sent, in what it calls products and units, in a cell
that cannot be read, in the reason of an order line, a shipment's order, a promotion, and its
words about a finding.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache

import openpyxl

from channelkeeper.access import actions as access
from channelkeeper.access.models import Substitution, Token, User
from channelkeeper.access.rules import Actor, Role, whole
from channelkeeper.catalog import actions as catalog
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.findings import actions as findings
from channelkeeper.findings.actions import talks
from channelkeeper.findings.models import Agreement, Finding
from channelkeeper.findings.rules import Side, Topic
from channelkeeper.network import actions as network
from channelkeeper.orders import actions as orders
from channelkeeper.orders.models import Order, OrderLine
from channelkeeper.seasons import actions as seasons
from channelkeeper.seasons.models import ClosedDays, LaunchPlan
from channelkeeper.sheets.masters import Result, Values
from channelkeeper.stock import actions as stock
from channelkeeper.stock.models import Band, Count, OwnCode, OwnUnit

BEGAN = datetime(2026, 8, 3, 1, 0, tzinfo=UTC)  # a Monday, 9:00 in Shanghai
HANDED_OVER = date(2026, 10, 1)
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # Tuesday, 10:00 in Shanghai
WEEK = date(2026, 11, 16)  # just closed
REPORTED_WEEKS = 9  # one more than the expectation needs to count as known
PASSWORD = "correct horse battery"
SYSTEM = whole("a company for tests")
HEADS = ("货号", "品名", "单位", "期初", "进货", "其他入库", "销售", "赠品", "损耗", "退货", "期末", "临期")
# What a piece costs is told by the case: 24 pieces of tea for 48 yuan.
PRODUCTS = (
    ("T500", "6901234500011", "冰红茶 500ml", "Iced tea 500ml", 24, 48),
    ("T501", "6901234500028", "柠檬茶 500ml", "Lemon tea 500ml", 24, 50),
    ("W550", "6901234500035", "纯净水 550ml", "Pure water 550ml", 24, 20),
    ("M250", "6901234500042", "纯牛奶 250ml", "Milk 250ml", 12, 30),
)
NAMED_BY_WORD = "T501"  # the product that each distributor calls by a word of its own
# Sold a week, and days of stock at every close: too little, enough, too much, enough.
SOLD = {"T500": 1680, "T501": 840, "W550": 420, "M250": 560}
STOCK_DAYS = {"T500": 6, "T501": 22, "W550": 70, "M250": 23}
KINDS = (
    "name",
    "user",
    "file",
    "word",
    "unit",
    "cell",
    "reason",
    "talk",
    "ship",
    "promo",
    "label",
    "band",
    "count",
    "note",
    "agreed",
    "closed",
)


@dataclass(frozen=True)
class Person:
    """A user, and the actor they are in their one role."""

    user: User
    actor: Actor


@dataclass(frozen=True)
class Belongings:
    """
    A distributor and one of everything that is kept of it.

    Attributes:
        stem: what its canaries begin with; no text of the company is the stem alone.
        person: signs in for it.
        code, week: its report of the last week.
        waiting: a file with a fault.
        order, edited: number of its order, offered; the product whose quantity its rep has edited.
        finding: disputed by it.
        token: of its person.
        count: by hand, of what its report says too.
        closed: its closing days next spring.
        plan: what it starts one of its products with.
        talk, agreement: of its rep with it, and what that agreed.
    """

    stem: str
    person: Person
    code: str
    week: str
    waiting: int
    order: str
    edited: str
    shipment: str
    finding: int
    own_code: int
    own_unit: int
    token: int
    count: int
    band: int
    talk: int
    agreement: int
    closed: int
    plan: int

    def canary(self, kind: str) -> str:
        """Return its text of a kind, of which there is no other."""
        return canary(self.stem, kind)


@dataclass(frozen=True)
class World:
    """
    Who is who. East has the distributors `alpha` and `carol`, west has `bravo`.

    Attributes:
        rep: of the east, serves alpha since 2026-10-01; other_rep, of the west, serves bravo.
        former_rep: of the east, served alpha before, and serves carol.
        substitute: a rep of the east without distributors, who stands in for `rep` this week.
        former_substitute: of the west, stood in for `other_rep` until the day before.
        former_headquarters: whose role has ended.
        substitution, other_substitution: of `substitute` and, in the west, of `other_substitute`.
        tokens: secrets by login.
    """

    headquarters: Person
    auditor: Person
    manager: Person
    other_manager: Person
    rep: Person
    other_rep: Person
    former_rep: Person
    substitute: Person
    other_substitute: Person
    former_substitute: Person
    former_headquarters: Person
    team_member: Person
    alpha: Belongings
    bravo: Belongings
    carol: Belongings
    substitution: int
    other_substitution: int
    tokens: Mapping[str, str]

    @property
    def all(self) -> tuple[Belongings, Belongings, Belongings]:
        """Return all three distributors."""
        return self.alpha, self.bravo, self.carol


_REP_CODES = {
    "rep": ("J01", "E1"),
    "former_rep": ("J02", "E1"),
    "substitute": ("J03", "E1"),
    "other_rep": ("Y01", "W1"),
    "other_substitute": ("Y02", "W1"),
    "former_substitute": ("Y03", "W1"),
}
CODES = {"zqalpha": "KQA7155", "zqbravo": "KQB7266", "zqcarol": "KQC7377"}
REPS = {"zqalpha": "J01", "zqbravo": "Y01", "zqcarol": "J02"}


def canary(stem: str, kind: str) -> str:
    """Return the text of a kind of the distributor whose texts begin with the stem."""
    if kind not in KINDS:
        raise ValueError(f"{kind} is none of {', '.join(KINDS)}.")
    return f"{stem}{kind}"


def build_world() -> World:
    """Build the company, as it stands on Tuesday, 24 November 2026, at 10:00 in Shanghai."""
    people = build_company()
    tokens = {login: _token(person) for login, person in people.items()}
    send_report("zqalpha", people["zqalpha"], WEEK)
    stock.close_week(week=WEEK, by=SYSTEM, at=AT)
    orders.propose(week=WEEK, by=SYSTEM, at=AT)
    belongings = {stem: _belongings(stem, people) for stem in CODES}
    _end(people["former_headquarters"])
    substitution, other = _substitutions(people)
    named = {name: person for name, person in people.items() if name not in CODES}
    return World(
        **named,
        alpha=belongings["zqalpha"],
        bravo=belongings["zqbravo"],
        carol=belongings["zqcarol"],
        substitution=substitution,
        other_substitution=other,
        tokens=tokens,
    )


def build_company() -> dict[str, Person]:
    """
    Build the company as it stands on Monday morning: all reports are in, but alpha's of the last week.

    Returns:
        Its people by sign-in name; the distributors' are the stems.
    """
    people = _masters()
    last = weeks.shift(WEEK, 1 - REPORTED_WEEKS)
    for stem in CODES:
        for week in weeks.span(last, WEEK):
            if (stem, week) != ("zqalpha", WEEK):
                send_report(stem, people[stem], week)
    return people


def user_of(login: str) -> User:
    """Return the user of a sign-in name."""
    return User.objects.get(login=login)


# ---------------------------------------------------------------- master data


def _masters() -> dict[str, Person]:
    _done(catalog.import_products(rows=_products(), by=SYSTEM, at=BEGAN))
    _done(network.import_offices(rows=_offices(), by=SYSTEM, at=BEGAN))
    _done(network.import_reps(rows=_reps(), by=SYSTEM, at=BEGAN))
    _done(network.import_distributors(rows=_distributors(), by=SYSTEM, at=BEGAN))
    _done(network.import_assignments(rows=_assignments(), by=SYSTEM, at=BEGAN))
    network.hand_over(distributor_code="KQA7155", rep_code="J01", starts_on=HANDED_OVER, by=SYSTEM, at=BEGAN)
    seasons.fill_festivals(years=[2026, 2027], by=SYSTEM, at=BEGAN)
    _done(seasons.import_promotions(rows=_promotions(), by=SYSTEM, at=BEGAN))
    staff = {
        "headquarters": Role.HEADQUARTERS,
        "former_headquarters": Role.HEADQUARTERS,
        "auditor": Role.AUDITOR,
        "team_member": Role.TEAM_MEMBER,
    }
    for login, role in staff.items():
        access.create_user_in_role(login=login, name=f"人 {login}", role=role, password=PASSWORD, by=SYSTEM, at=BEGAN)
    roles = staff | {
        "manager": Role.OFFICE_MANAGER,
        "other_manager": Role.OFFICE_MANAGER,
        **dict.fromkeys(_REP_CODES, Role.FACTORY_REP),
        **dict.fromkeys(CODES, Role.DISTRIBUTOR),
    }
    for login in roles.keys() - staff.keys():
        access.set_password(user_id=user_of(login).pk, password=PASSWORD, by=SYSTEM, at=BEGAN)
    return {login: _person(login, role) for login, role in roles.items()}


def _products() -> list[Values]:
    return [
        {
            "code": code,
            "gtin": gtin,
            "name_zh": name_zh,
            "name_en": name_en,
            "brand": "清川",
            "category": "饮料",
            "units_per_case": case,
            "price_per_case": Decimal(price),
            "price_from": date(2024, 1, 1),
            "launched_on": date(2024, 1, 1),
        }
        for code, gtin, name_zh, name_en, case, price in PRODUCTS
    ]


def _offices() -> list[Values]:
    return [
        {"code": code, "name_zh": zh, "name_en": en, "region": "华东", "manager": manager, "manager_name": name}
        for code, zh, en, manager, name in (
            ("E1", "江州办事处", "Jiangzhou office", "manager", "周明"),
            ("W1", "云岭办事处", "Yunling office", "other_manager", "吴芳"),
        )
    ]


def _reps() -> list[Values]:
    return [
        {"code": code, "name": f"代表 {code}", "login": login, "office": office}
        for login, (code, office) in _REP_CODES.items()
    ]


def _distributors() -> list[Values]:
    return [
        {
            "code": code,
            "name_zh": f"{canary(stem, 'name')}商贸",
            "name_en": f"{canary(stem, 'name')} Trading",
            "office": "W1" if stem == "zqbravo" else "E1",
            "lead_time_days": 7,
            "order_weekdays": "周二",
            "min_order_cases": 0,
            "starts_on": date(2024, 1, 1),
            "login": stem,
            "contact": f"{canary(stem, 'user')} 老板",
        }
        for stem, code in CODES.items()
    ]


def _assignments() -> list[Values]:
    first = {**REPS, "zqalpha": REPS["zqcarol"]}  # alpha is handed over later
    return [
        {"distributor": CODES[stem], "rep": rep, "starts_on": date(2024, 1, 1), "ends_on": None}
        for stem, rep in first.items()
    ]


def _promotions() -> list[Values]:
    return [
        {
            "code": f"P{code}",
            "label_zh": f"{canary(stem, 'promo')} 促销",
            "label_en": f"{canary(stem, 'promo')} promotion",
            "product": "M250",
            "distributor": code,
            "starts_on": date(2026, 12, 1),
            "last_on": date(2026, 12, 7),
            "intensity": 1,
            "known_on": None,
        }
        for stem, code in CODES.items()
    ]


def _person(login: str, role: Role) -> Person:
    user = user_of(login)
    return Person(user, Actor(role=role, user_id=user.pk, name=user.name))


def _token(person: Person) -> str:
    label = canary(person.user.login, "label") if person.user.login in CODES else "a program"
    return access.create_token(label=label, days=366, by=SYSTEM, at=BEGAN, owner=person.actor)


def _end(person: Person) -> None:
    access.end_role(
        user_id=person.user.pk, role=Role.HEADQUARTERS, ends_on=AT.date() - timedelta(days=1), by=SYSTEM, at=AT
    )


def _substitutions(people: Mapping[str, Person]) -> tuple[int, int]:
    made = []
    for absent, substitute, starts_on, days in (
        ("rep", "substitute", WEEK, 14),
        ("other_rep", "other_substitute", WEEK, 14),
        ("other_rep", "former_substitute", WEEK, 7),
    ):
        network.arrange_substitute(
            absent_id=people[absent].user.pk,
            substitute_id=people[substitute].user.pk,
            role=Role.FACTORY_REP,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=days),
            by=people["headquarters"].actor,
            at=datetime(WEEK.year, WEEK.month, WEEK.day, 1, tzinfo=UTC),
        )
        made.append(Substitution.objects.get(substitute=people[substitute].user).pk)
    return made[0], made[1]


def _done(result: Result) -> None:
    if result.problems:
        raise ValueError(f"The company does not fit its own rules: {result.problems}")


# ---------------------------------------------------------------- reports


def report_rows(stem: str, *, by_word: bool = True) -> list[list[object]]:
    """Return the rows of a distributor's week: the same every week, each product at its days of stock."""
    rows = []
    for code, sold in SOLD.items():
        left = sold * STOCK_DAYS[code] // 7
        named = [code, "", "瓶"]
        if by_word and code == NAMED_BY_WORD:
            named = ["", canary(stem, "word"), canary(stem, "unit")]
        rows.append([*named, left, sold, 0, sold, 0, 0, 0, left, 0])
    return rows


def workbook(rows: Sequence[Sequence[object]], *, week: date = WEEK) -> bytes:
    """Return a report as a distributor writes it; the same rows are the same file."""
    return _workbook(tuple(map(tuple, rows)), week)


@cache
def _workbook(rows: tuple[tuple[object, ...], ...], week: date) -> bytes:
    # Kept, for a workbook holds the second in which it was written.
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "库存周报"
    year, number, _ = week.isocalendar()
    for row in ([f"进销存周报（{year}年第{number}周）"], HEADS, *rows):
        sheet.append(list(row))
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def send_report(stem: str, person: Person, week: date) -> None:
    """Send a week as the distributor does: the first asks what its words mean, the others know."""
    monday = weeks.shift(week, 1)
    at = datetime(monday.year, monday.month, monday.day, 1, tzinfo=UTC)
    place = weeks.between(week, WEEK)
    sent = stock.import_report(
        distributor_code=CODES[stem],
        data=workbook(_varied(report_rows(stem), place), week=week),
        filename=f"{canary(stem, 'file')}-{weeks.label(week)}.xlsx",
        source="api",
        by=person.actor,
        at=at,
    )
    if sent.status == "questions":
        sent = _answered(stem, sent, person, at)
    if sent.status != "accepted":
        raise ValueError(f"The report of {stem} was not taken in: {sent.body}")


def _varied(rows: list[list[object]], place: int) -> list[list[object]]:
    """Return rows of which some pieces more are sold from week to week, so that no week copies another."""
    return [[*row[:4], int(str(row[4])) + place, *row[5:6], int(str(row[6])) + place, *row[7:]] for row in rows]


def _answered(stem: str, sent: stock.Answer, person: Person, at: datetime) -> stock.Answer:
    if sent.intake_id is None:
        raise ValueError("A file with questions is kept.")
    for kind, value, answer in (
        ("unknown_product", canary(stem, "word"), NAMED_BY_WORD),
        ("unknown_unit", canary(stem, "unit"), "piece"),
    ):
        stock.answer_question(intake_id=sent.intake_id, kind=kind, value=value, answer=answer, by=person.actor, at=at)
    return stock.take_in(intake_id=sent.intake_id, by=person.actor, at=at)


def faulty_rows(stem: str) -> list[list[object]]:
    """Return the rows of a report in which one figure cannot be read."""
    rows = report_rows(stem)
    rows[0][6] = canary(stem, "cell")
    return rows


# ---------------------------------------------------------------- what is kept of each


def _belongings(stem: str, people: Mapping[str, Person]) -> Belongings:
    person, code = people[stem], CODES[stem]
    rep = next(people[login] for login, (rep_code, _) in _REP_CODES.items() if rep_code == REPS[stem])
    held = stock.hold(
        distributor_code=code,
        data=workbook(faulty_rows(stem)),
        filename=f"{canary(stem, 'file')}-again.xlsx",
        source="page",
        by=person.actor,
        at=AT,
    )
    shipment = f"F{code}"
    _done(stock.record_shipments(rows=[_shipped(stem, shipment)], by=SYSTEM, at=AT))
    count = _counted(stem, rep)
    number, edited = _offered(stem, rep)
    finding = Finding.objects.filter(distributor__code=code, kind="below_band").earliest("pk").pk
    findings.dispute(finding_id=finding, by=person.actor, at=AT, words=canary(stem, "talk"))
    talk = talks.hold(
        distributor_code=code,
        topic=Topic.STOCK,
        held_on=BUSINESS.day(AT),
        note=canary(stem, "note"),
        agreed=[talks.Agreed(canary(stem, "agreed"), Side.DISTRIBUTOR, BUSINESS.day(AT))],
        by=rep.actor,
        at=AT,
    )
    return Belongings(
        stem=stem,
        person=person,
        code=code,
        week=weeks.label(WEEK),
        waiting=held.intake_id or 0,
        order=number,
        edited=edited,
        shipment=shipment,
        finding=finding,
        talk=talk,
        agreement=Agreement.objects.get(talk=talk).pk,
        own_code=OwnCode.objects.get(distributor__code=code).pk,
        own_unit=OwnUnit.objects.get(distributor__code=code).pk,
        token=Token.objects.get(user=person.user).pk,
        count=count,
        band=_band(stem),
        closed=_closed(stem),
        plan=_plan(stem),
    )


def _plan(stem: str) -> int:
    """Plan what the distributor starts one of its products with; return the plan's key."""
    row: Values = {"product": "M250", "distributor": CODES[stem], "first_fill_cases": 5, "week_1": Decimal(96)}
    _done(seasons.set_launch_plans(rows=[row], by=SYSTEM, at=AT))
    return LaunchPlan.objects.get(distributor__code=CODES[stem]).pk


def _closed(stem: str) -> int:
    """Close the distributor for ten days in spring; return the key of the days."""
    days: Values = {"starts_on": date(2027, 2, 4), "last_on": date(2027, 2, 13)}
    row = {**days, "distributor": CODES[stem], "label_zh": canary(stem, "closed"), "label_en": canary(stem, "closed")}
    _done(seasons.set_closed_days(rows=[row], by=SYSTEM, at=AT))
    return ClosedDays.objects.get(distributor__code=CODES[stem]).pk


def _band(stem: str) -> int:
    """Set a band of the distributor that holds from next summer on; return its key."""
    row: Values = {
        "distributor": CODES[stem],
        "starts_on": date(2027, 6, 1),
        "low_days": 10,
        "high_days": 15,
        "reason": canary(stem, "band"),
    }
    _done(stock.set_bands(rows=[row], by=SYSTEM, at=AT))
    return Band.objects.get(distributor__code=CODES[stem]).pk


def _counted(stem: str, rep: Person) -> int:
    """Let the rep count a product and find what the report says; return the count's key."""
    row: Values = {
        "distributor": CODES[stem],
        "product": "M250",
        "counted_on": weeks.shift(WEEK, 1),
        "units": SOLD["M250"] * STOCK_DAYS["M250"] // 7,
    }
    _done(stock.record_counts(rows=[row], source="page", note=canary(stem, "count"), by=rep.actor, at=AT))
    return Count.objects.get(distributor__code=CODES[stem]).pk


def _shipped(stem: str, number: str) -> Values:
    return {
        "number": number,
        "distributor": CODES[stem],
        "product": "M250",
        "cases": 3,
        "shipped_on": AT.date(),
        "arrives_on": None,
        "order_number": canary(stem, "ship"),
    }


def _offered(stem: str, rep: Person) -> tuple[str, str]:
    """Let the rep raise one line with a reason, and offer the order; return its number and the product."""
    order = Order.objects.get(distributor__code=CODES[stem], week=WEEK)
    line = OrderLine.objects.select_related("product").filter(order=order, units__gt=0).earliest("pk")
    cases = line.units // line.units_per_case + 100
    code = line.product.code
    orders.edit_lines(
        number=order.number, cases={code: cases}, reasons={code: canary(stem, "reason")}, by=rep.actor, at=AT
    )
    orders.offer(number=order.number, by=rep.actor, at=AT)
    return order.number, code

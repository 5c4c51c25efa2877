"""
The table of probes: every route x every visitor x own and foreign records x variations of the request.

The routes come from the URL configuration. What a new route needs here: a parameter that is new
in its room goes into `PARAMETERS`, a POST into `FORMS` (pages) or `BODIES` (API) where an empty
one would be refused before anything is looked up.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from channelkeeper.access.rules import Role
from tests import world as worlds
from tests.security.routes import Route
from tests.world import Belongings, World

ALPHA, BRAVO, CAROL = "zqalpha", "zqbravo", "zqcarol"
EVERYONE_S = frozenset({ALPHA, BRAVO, CAROL})
SESSION, TOKEN = "session", "token"
METHODS = frozenset({"GET", "POST", "DELETE"})


@dataclass(frozen=True)
class Visitor:
    """
    Somebody who comes to the door.

    Attributes:
        name: of the test.
        login: signed in as; empty for a stranger.
        role: acted in; None where nobody is let in.
        scope: stems of the distributors that are theirs to see.
        absent: sign-in name of the person stood in for.
        by: session of a browser, or token of a program.
    """

    name: str
    login: str
    role: Role | None
    scope: frozenset[str] = frozenset()
    absent: str = ""
    by: str = SESSION

    @property
    def is_curious(self) -> bool:
        """Return whether they also try what can be written behind an address: one of each role that is narrowed."""
        return bool(self.scope) and self.scope != EVERYONE_S and not self.absent


def _session(name: str, role: Role | None, *scope: str, login: str = "", absent: str = "") -> Visitor:
    return Visitor(name, login or name, role, frozenset(scope), absent)


SESSIONS = (
    Visitor("stranger", "", None),
    _session("headquarters", Role.HEADQUARTERS, *EVERYONE_S),
    _session("auditor", Role.AUDITOR, *EVERYONE_S),
    _session("manager", Role.OFFICE_MANAGER, ALPHA, CAROL),
    _session("rep", Role.FACTORY_REP, ALPHA),
    _session("rep whose assignment has ended", Role.FACTORY_REP, CAROL, login="former_rep"),
    _session("substitute", Role.FACTORY_REP, ALPHA, absent="rep"),
    _session("substitute in their own role", Role.FACTORY_REP, login="substitute"),
    _session("substitute whose time has ended", None, login="former_substitute", absent="other_rep"),
    _session("headquarters whose role has ended", None, login="former_headquarters"),
    _session("team_member", Role.TEAM_MEMBER),
    _session("distributor alpha", Role.DISTRIBUTOR, ALPHA, login=ALPHA),
    _session("distributor bravo", Role.DISTRIBUTOR, BRAVO, login=BRAVO),
)
# A token never stands in for anybody.
TOKENS = tuple(
    Visitor(f"program of {one.name}", one.login, one.role, one.scope, by=TOKEN) for one in SESSIONS if not one.absent
)
VISITORS = SESSIONS + TOKENS

Value = Callable[[World, Belongings], object]


@dataclass(frozen=True)
class Parameter:
    """
    What stands for a parameter in an address.

    Attributes:
        of: the distributor's own value; None where it has none.
        personal: whether it is its person's alone, whatever others may see.
    """

    of: Value
    personal: bool = False


@dataclass(frozen=True)
class Fixed:
    """Values for a parameter that is nobody's: all are probed."""

    values: tuple[object, ...]


def _kept(attribute: str) -> Parameter:
    return Parameter(lambda world, theirs: getattr(theirs, attribute))


def _substitution(world: World, theirs: Belongings) -> object:
    return {ALPHA: world.substitution, BRAVO: world.other_substitution}.get(theirs.stem)


# By room and parameter, or by the route's whole name and parameter where a room has several of one name.
PARAMETERS: Mapping[str, Parameter | Fixed] = {
    "access:token_id": Parameter(lambda world, theirs: theirs.token, personal=True),
    "catalog:code": Fixed(("T500", "M250")),
    "desk:code": _kept("code"),
    "desk:product": Fixed(("T500",)),
    "findings:finding_id": _kept("finding"),
    "findings:pk": _kept("finding"),
    "findings:talk_id": _kept("talk"),
    "findings:agreement_id": _kept("agreement"),
    "network:code": _kept("code"),
    "network:kind": Fixed(("offices", "reps", "distributors", "assignments")),
    "network:substitution_id": Parameter(_substitution),
    "orders:code": _kept("code"),
    "orders:number": _kept("order"),
    # A link that somebody holds is asked in test_links.py: here all are strangers to it.
    "orders:token": Fixed(("nobody-was-given-this-link",)),
    "seasons:closed_id": _kept("closed"),
    "seasons:plan_id": _kept("plan"),
    "stock:band_id": _kept("band"),
    "stock:code": _kept("code"),
    "stock:count:pk": _kept("count"),
    "stock:count_id": _kept("count"),
    "stock:count_withdraw:pk": _kept("count"),
    "stock:number": _kept("shipment"),
    "stock:product": Fixed(("T500",)),
    "stock:pk": _kept("waiting"),
    "stock:version": Fixed((1,)),
    "stock:week": Fixed(("2026-W47",)),
    "stock:withdraw_code:pk": _kept("own_code"),
    "stock:withdraw_unit:pk": _kept("own_unit"),
}


def parameter(route: Route, name: str) -> Parameter | Fixed:
    """
    Return what stands for a route's parameter.

    Raises:
        LookupError: the table does not know it.
    """
    found = PARAMETERS.get(f"{route.name}:{name}") or PARAMETERS.get(f"{route.room}:{name}")
    if found is None:
        raise LookupError(
            f"{route.pattern} ({route.name}) has the parameter {name}, and nobody has said whose it is: add "
            f'"{route.room}:{name}" to PARAMETERS in tests/security/table.py, and what it names to tests/world.py.'
        )
    return found


# ---------------------------------------------------------------- what is sent

Sent = Callable[[World, Belongings], dict[str, Any]]


def _file(theirs: Belongings) -> SimpleUploadedFile:
    return SimpleUploadedFile("week.xlsx", worlds.workbook(worlds.report_rows(theirs.stem, by_word=False)))


def _order_file(theirs: Belongings) -> dict[str, Any]:
    """Return an edited order file, and what it says: a number that comes back from it is no news."""
    rows = (
        ("Order", "Product code", "Cases", "Reason for the change", "Cases when exported"),
        (theirs.order, "T500", "7", "agreed", "8"),
    )
    told = "\n".join(",".join(row) for row in rows)
    return {"file": SimpleUploadedFile("order.csv", told.encode()), "said": told}


def _band(theirs: Belongings) -> dict[str, Any]:
    return {"distributor": theirs.code, "starts_on": "2027-08-01", "low_days": "12", "high_days": "15"}


def _closed(theirs: Belongings) -> dict[str, Any]:
    return {"distributor": theirs.code, "starts_on": "2027-05-01", "last_on": "2027-05-03", "label_zh": "五一"}


def _plan(theirs: Belongings) -> dict[str, Any]:
    return {"product": "T500", "distributor": theirs.code, "first_fill_cases": 5, "weekly_units": "96"}


def _rep_of(world: World, theirs: Belongings) -> worlds.Person:
    return {ALPHA: world.rep, BRAVO: world.other_rep, CAROL: world.former_rep}[theirs.stem]


def _substitute_for(world: World, theirs: Belongings) -> worlds.Person:
    return world.other_substitute if theirs.stem == BRAVO else world.substitute


QUANTITY = {"q.T500": "7", "reason.T500": "agreed", "reason": "agreed"}
WHY = {"reason": "agreed", "words": "agreed"}
AGREED = {"words": "two pallets less", "whose": "distributor", "due_on": "2026-12-14"}
# Pages: what is sent for, or about, a distributor. A form without an entry is sent empty.
FORMS: Mapping[str, Sent] = {
    "findings:dispute": lambda world, theirs: WHY,
    "findings:reply": lambda world, theirs: WHY,
    "findings:settle": lambda world, theirs: WHY,
    "findings:step": lambda world, theirs: {"to": "in_talks"},
    "findings:agree": lambda world, theirs: AGREED,
    "findings:decide": lambda world, theirs: {"outcome": "kept"},
    "findings:new_talk": lambda world, theirs: {
        "distributor": theirs.code,
        "topic": "stock",
        "held_on": "2026-11-23",
        "agreed-TOTAL_FORMS": "0",
        "agreed-INITIAL_FORMS": "0",
    },
    "network:arrange_substitute": lambda world, theirs: {
        "absent": f"{_rep_of(world, theirs).user.pk}:factory_rep",
        "substitute": _substitute_for(world, theirs).user.pk,
        "starts_on": "2026-12-14",
        "last_on": "2026-12-15",
    },
    "network:change_terms": lambda world, theirs: {
        "grade": "A",
        "lead_time_days": 5,
        "order_weekdays": [2],
        "min_order_cases": 0,
    },
    "network:hand_over": lambda world, theirs: {"rep_code": worlds.REPS[theirs.stem], "starts_on": "2026-12-14"},
    "orders:accept": lambda world, theirs: WHY,
    "orders:cancel": lambda world, theirs: WHY,
    "orders:change": lambda world, theirs: QUANTITY,
    "orders:decline": lambda world, theirs: WHY,
    "orders:edit": lambda world, theirs: QUANTITY,
    "orders:import": lambda world, theirs: {**_order_file(theirs), "do": "take"},
    "orders:offer": lambda world, theirs: QUANTITY,
    "orders:offer_many": lambda world, theirs: {"number": theirs.order},
    "orders:propose": lambda world, theirs: {"distributor": theirs.code},
    "seasons:closing_change": lambda world, theirs: _closed(theirs),
    "seasons:closing_new": lambda world, theirs: _closed(theirs),
    "seasons:launch_change": lambda world, theirs: _plan(theirs),
    "seasons:launch_new": lambda world, theirs: _plan(theirs),
    "stock:band_end": lambda world, theirs: {"last_on": "2027-07-01"},
    "stock:band_new": lambda world, theirs: _band(theirs),
    "stock:answer": lambda world, theirs: {"kind": "unknown_unit", "value": "瓶", "answer": "piece"},
    "stock:count_new": lambda world, theirs: {
        "distributor": theirs.code,
        "counted_on": "2026-11-23",
        "units.T500": "7",
    },
    "stock:count_withdraw": lambda world, theirs: WHY,
    "stock:mend": lambda world, theirs: {"sheet": "库存周报", "cell": "G3", "text": "5"},
    "stock:received": lambda world, theirs: {"on": "2026-11-24"},
    "stock:upload": lambda world, theirs: {"distributor": theirs.code, "week": "", "file": _file(theirs)},
}
# The API: JSON, or a form where a file is sent.
BODIES: Mapping[str, Sent] = {
    "api:catalog POST products/import": lambda world, theirs: {"file": _file(theirs)},
    "api:findings POST {finding_id}/dispute": lambda world, theirs: WHY,
    "api:findings POST {finding_id}/reply": lambda world, theirs: WHY,
    "api:findings POST {finding_id}/dispute/settle": lambda world, theirs: WHY,
    "api:findings POST {finding_id}/state": lambda world, theirs: {"state": "in_talks"},
    "api:findings POST talks": lambda world, theirs: {
        "distributor": theirs.code,
        "topic": "stock",
        "held_on": "2026-11-23",
    },
    "api:findings POST talks/{talk_id}/agreements": lambda world, theirs: AGREED,
    "api:findings POST agreements/{agreement_id}": lambda world, theirs: {"outcome": "kept"},
    "api:network POST import": lambda world, theirs: {"file": _file(theirs)},
    "api:orders POST edits": lambda world, theirs: {
        "lines": [{"order": theirs.order, "product": "T500", "cases": 7, "reason": "agreed"}]
    },
    "api:orders POST import": lambda world, theirs: _order_file(theirs),
    "api:orders POST offer": lambda world, theirs: {"numbers": [theirs.order]},
    "api:orders POST propose": lambda world, theirs: {"week": theirs.week, "distributors": [theirs.code]},
    "api:orders POST {number}/accept": lambda world, theirs: WHY,
    "api:orders POST {number}/cancel": lambda world, theirs: WHY,
    "api:orders POST {number}/change": lambda world, theirs: {"cases": {"T500": 7}, "reason": "agreed"},
    "api:orders POST {number}/decline": lambda world, theirs: WHY,
    "api:orders POST {number}/edit": lambda world, theirs: {"cases": {"T500": 7}, "reasons": {"T500": "agreed"}},
    "api:seasons POST closed-days": lambda world, theirs: {"closed_days": [_closed(theirs)]},
    "api:seasons POST closed-days/import": lambda world, theirs: {"file": _file(theirs)},
    "api:seasons POST launch-plans": lambda world, theirs: {"launch_plans": [_plan(theirs) | {"weekly_units": [96]}]},
    "api:seasons POST launch-plans/import": lambda world, theirs: {"file": _file(theirs)},
    "api:seasons POST promotions/import": lambda world, theirs: {"file": _file(theirs)},
    "api:stock POST bands": lambda world, theirs: {"bands": [_band(theirs)]},
    "api:stock POST bands/import": lambda world, theirs: {"file": _file(theirs)},
    "api:stock POST bands/{band_id}/end": lambda world, theirs: {"last_on": "2027-07-01"},
    "api:stock POST close": lambda world, theirs: {"week": theirs.week, "distributors": [theirs.code]},
    "api:stock POST counts": lambda world, theirs: {
        "lines": [{"distributor": theirs.code, "product": "T500", "counted_on": "2026-11-23", "units": 7}]
    },
    "api:stock POST counts/{count_id}/withdraw": lambda world, theirs: WHY,
    "api:stock POST sell-in": lambda world, theirs: {
        "lines": [{"distributor": theirs.code, "product": "T500", "week": "2026-W40", "units": 7}]
    },
    "api:stock POST reports": lambda world, theirs: {"distributor": theirs.code, "file": _file(theirs)},
    "api:stock POST shipments": lambda world, theirs: {
        "lines": [
            {
                "number": "F-NEW",
                "distributor": theirs.code,
                "product": "T500",
                "cases": 2,
                "shipped_on": "2026-11-24",
            }
        ]
    },
}


def sent_to(route: Route) -> Sent | None:
    """Return what is sent to a route for a distributor; None where nothing names one."""
    return (BODIES if route.is_api else FORMS).get(route.name)


# ---------------------------------------------------------------- probes


@dataclass(frozen=True)
class Probe:
    """
    One request.

    Attributes:
        whose: stem of the distributor whose record is asked for or acted on; empty for none.
        owners: stems of those whose records the address names: several where they are crossed.
        body: what is sent.
        htmx: asked for by the page's own script: a fragment.
        personal: whether only the distributor's own person may.
    """

    route: Route
    method: str
    address: str
    whose: str = ""
    owners: frozenset[str] = frozenset()
    body: Mapping[str, Any] = field(default_factory=dict)
    htmx: bool = False
    personal: bool = False

    def is_foreign(self, visitor: Visitor) -> bool:
        """Return whether it asks for, or acts on, what is not the visitor's."""
        if not self.whose:
            return False
        scope = visitor.scope if not self.personal else visitor.scope & {visitor.login}
        # Records of two in one address name nothing at all, whoever asks.
        return len(self.owners) > 1 or not {self.whose} | self.owners <= scope

    @property
    def words(self) -> str:
        """Return all that the visitor says: what of it comes back is no news to them."""
        return f"{self.address} {self.body}"


def probes(world: World, visitor: Visitor, found: list[Route]) -> Iterator[Probe]:
    """
    Yield the requests of a visitor: a person's to the pages, a program's to the API.

    Headquarters, who may do most, also try methods that a route does not answer, and the API by a session.
    """
    for route in found:
        if route.is_api == (visitor.by == TOKEN) or visitor.role is Role.HEADQUARTERS:
            yield from _of_route(world, visitor, route)


def own_reads(world: World, visitor: Visitor, found: list[Route]) -> Iterator[Probe]:
    """Yield a plain read of every address that a visitor may open."""
    for route in found:
        if route.is_api == (visitor.by == TOKEN) and visitor.role in (route.policy or ()) and "GET" in route.methods:
            yield from (base for base in _bases(world, route) if not base.is_foreign(visitor))


def _of_route(world: World, visitor: Visitor, route: Route) -> Iterator[Probe]:
    at_home = route.is_api == (visitor.by == TOKEN)
    let_in = at_home and (bool(route.public) or visitor.role in (route.policy or ()))
    for base in _bases(world, route):
        if "GET" in route.methods:
            yield from _reads(world, visitor, base, let_in=let_in)
        if "POST" in route.methods:
            yield from _writes(world, base, let_in=let_in)
    if visitor.role is Role.HEADQUARTERS:
        yield from (_with(base, method=method) for method in sorted(METHODS - route.answered))


def _bases(world: World, route: Route) -> list[Probe]:
    """Return the addresses of a route: one per distributor where it names one's records, crossed ones too."""
    known = {name: parameter(route, name) for name in route.parameters}
    kept = {name: one for name, one in known.items() if isinstance(one, Parameter)}
    fixed = {name: one.values for name, one in known.items() if isinstance(one, Fixed)}
    if not kept:
        return [
            Probe(route, "GET", route.address(dict(zip(fixed, values, strict=True))))
            for values in product(*fixed.values())
        ]
    made = []
    for owners in product(world.all, repeat=len(kept)):
        values = {name: one.of(world, theirs) for (name, one), theirs in zip(kept.items(), owners, strict=True)}
        if None not in values.values():
            address = route.address(values | {name: choice[0] for name, choice in fixed.items()})
            personal = any(one.personal for one in kept.values())
            stems = frozenset(theirs.stem for theirs in owners)
            made.append(Probe(route, "GET", address, owners[0].stem, stems, personal=personal))
    return made


def _with(base: Probe, *, query: str = "", **more: Any) -> Probe:
    kept = {name: getattr(base, name) for name in ("route", "method", "whose", "owners", "body", "htmx", "personal")}
    return Probe(address=base.address + query, **kept | more)


def _reads(world: World, visitor: Visitor, base: Probe, *, let_in: bool) -> Iterator[Probe]:
    yield base
    if base.is_foreign(visitor):
        yield _with(base, query="?all=1&version=1&tab=order&open=T500", htmx=True)
    elif let_in and visitor.is_curious:
        yield from (_with(base, query=query, htmx="q=" in query) for query in _queries(world, visitor, base))


RECORDS = ("?tab=order&all=1&open=T500",)
LISTS = ("?all=1&past=1&sort=held", "?week=2026-W46&page=2")


def _queries(world: World, visitor: Visitor, base: Probe) -> Iterator[str]:
    """Yield what a curious reader writes behind an address: words, codes and choices of others."""
    yield from RECORDS if base.whose else LISTS
    for theirs in world.all:
        if not base.whose and theirs.stem not in visitor.scope:
            office = "W1" if theirs.stem == BRAVO else "E1"
            yield f"?q={theirs.stem}&search={theirs.stem}&other={theirs.stem}"
            yield f"?distributor={theirs.code}&office={office}&rep={worlds.REPS[theirs.stem]}"


def _writes(world: World, base: Probe, *, let_in: bool) -> Iterator[Probe]:
    """Yield what is sent: with a distributor's records in the address, or its code in what is sent."""
    sent = sent_to(base.route)
    if sent is None:
        yield _with(base, method="POST")
        return
    named = [theirs for theirs in world.all if base.whose in ("", theirs.stem)]
    for theirs in named if let_in else named[:1]:
        about: dict[str, Any] = {"whose": theirs.stem, "owners": base.owners | {theirs.stem}}
        yield _with(base, method="POST", body=sent(world, theirs), **about)
        if let_in and base.whose:
            yield _with(base, method="POST", body=sent(world, theirs), htmx=True, **about)

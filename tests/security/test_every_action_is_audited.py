"""
Whatever somebody may do leaves a line in the audit book: who, in which role, when.

Every verb of every room's permissions is done once, by somebody who may. A new verb needs a
performer here, which is how a new action without a line is noticed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from channelkeeper.access import actions as access
from channelkeeper.access.models import AuditLine, Substitution
from channelkeeper.access.rules import Actor, Role
from channelkeeper.catalog import actions as catalog
from channelkeeper.findings import actions as findings
from channelkeeper.findings.actions import talks
from channelkeeper.findings.models import Finding
from channelkeeper.findings.rules import Certainty, Observation, Outcome, Severity, Side, Topic
from channelkeeper.network import actions as network
from channelkeeper.network.models import Distributor
from channelkeeper.orders import actions as orders
from channelkeeper.orders.models import Order
from channelkeeper.seasons import actions as seasons
from channelkeeper.site import rooms
from channelkeeper.stock import actions as stock
from channelkeeper.stock.models import Band
from tests import world as worlds
from tests.world import Person, World

pytestmark = pytest.mark.django_db
AT = worlds.AT + timedelta(minutes=7)
READING = {"access.audit.read", "access.user.listed"}  # who looks changes nothing
BY_LINK = {"orders.link.opened", "orders.link.used"}  # nobody is signed in: test_links.py looks for their lines
# Two rooms share these: the one that knows who is in charge asks the one that keeps them.
KEPT_BY_ANOTHER = {
    "network.substitute.arranged": "access.substitute.arranged",
    "network.substitute.ended": "access.substitute.ended",
}


@dataclass(frozen=True)
class Now:
    """What a performer acts with: the company, who and when."""

    world: World
    by: Actor

    @property
    def who(self) -> dict[str, Any]:
        """Return actor and time as every action takes them."""
        return {"by": self.by, "at": AT}

    @property
    def order(self) -> dict[str, Any]:
        """Return what every step of alpha's order takes."""
        return {"number": self.world.alpha.order, **self.who}

    @property
    def finding(self) -> dict[str, Any]:
        """Return what every step of alpha's finding takes."""
        return {"finding_id": self.world.alpha.finding, **self.who}


Perform = Callable[[Now], object]


def _draft(now: Now) -> dict[str, Any]:
    """Let alpha's order be a draft again."""
    orders.withdraw_offer(number=now.world.alpha.order, by=now.world.rep.actor, at=AT)
    return now.order


def _accepted(now: Now) -> dict[str, Any]:
    orders.accept(number=now.world.alpha.order, by=now.world.alpha.person.actor, at=AT)
    return now.order


def _changed(now: Now) -> dict[str, Any]:
    theirs = now.world.alpha
    orders.change(number=theirs.order, cases={theirs.edited: 1}, reason="less", by=theirs.person.actor, at=AT)
    return now.order


def _linked(now: Now) -> dict[str, Any]:
    orders.make_link(number=now.world.alpha.order, by=now.world.rep.actor, at=AT)
    return now.order


def _edited(now: Now) -> dict[str, Any]:
    orders.edit_lines(**_draft(now), cases={now.world.alpha.edited: 1})
    return now.order


def _proposed(now: Now) -> None:
    Order.objects.filter(number=now.world.alpha.order).update(state="cancelled")
    orders.propose(week=worlds.WEEK, distributor_codes=[now.world.alpha.code], **now.who)


def _dismissed(now: Now) -> dict[str, Any]:
    findings.dismiss(finding_id=now.world.alpha.finding, by=now.world.rep.actor, at=AT, reason="known")
    return now.finding


def _observed(now: Now) -> None:
    observation = Observation(
        kind="report_late",
        rule="STK-6",
        distributor_id=Distributor.objects.get(code=now.world.alpha.code).pk,
        week=worlds.WEEK,
        severity=Severity.NOTE,
        sentence="stock.report_missing",
        figures={"week": worlds.WEEK.isoformat()},
        certainty=Certainty.REPORTED,
    )
    findings.sync(kinds=[("STK-6", "report_late")], observations=[observation], week=worlds.WEEK, **now.who)


def _sent(now: Now) -> dict[str, Any]:
    rows = worlds.report_rows("zqalpha", by_word=False)
    return {
        "distributor_code": now.world.alpha.code,
        "data": worlds.workbook(rows),
        "filename": "week.xlsx",
        "source": "page",
        **now.who,
    }


def _substitute(now: Now) -> dict[str, Any]:
    return {
        "absent_id": now.world.rep.user.pk,
        "substitute_id": now.world.substitute.user.pk,
        "role": Role.FACTORY_REP,
        "starts_on": date(2026, 12, 14),
        "ends_on": date(2026, 12, 15),
        **now.who,
    }


def _promotion(now: Now) -> list[dict[str, Any]]:
    first = date(2026, 12, 8)
    named = {"code": "PX", "label_zh": "促销", "label_en": "", "product": "T500", "distributor": None}
    return [{**named, "starts_on": first, "last_on": first, "intensity": Decimal(1), "known_on": None}]


def _closed(now: Now) -> dict[str, Any]:
    days = {"starts_on": date(2027, 5, 1), "last_on": date(2027, 5, 3)}
    return {**days, "distributor": now.world.alpha.code, "label_zh": "五一"}


def _band(now: Now) -> int:
    """Set a band of alpha's and return its key."""
    band: dict[str, Any] = {"starts_on": date(2026, 12, 1), "low_days": 7, "high_days": 10}
    stock.set_bands(rows=[band | {"distributor": now.world.alpha.code}], **now.who)
    return Band.objects.get(distributor__code=now.world.alpha.code, starts_on=date(2026, 12, 1)).pk


def _renamed(now: Now) -> None:
    named = access.NewPerson(now.world.rep.user.login, "another name")
    access.ensure_users([named], role=Role.FACTORY_REP, **now.who)


def _user(person: str) -> Callable[[Now], dict[str, Any]]:
    return lambda now: {"user_id": getattr(now.world, person).user.pk, **now.who}


_REP = _user("rep")
_AGREED = talks.Agreed("two pallets less", Side.DISTRIBUTOR, date(2026, 12, 14))
_TERMS = {"grade": "A", "lead_time_days": 6, "order_weekdays": (3,), "min_order_cases": 2}
PERFORM: Mapping[str, Perform] = {
    "access.language.chosen": lambda now: access.choose_language(language="en", **now.who),
    "access.password.changed": lambda now: access.change_password(
        present=worlds.PASSWORD, new="another long sentence", **now.who
    ),
    "access.password.set": lambda now: access.set_password(password="another long sentence", **_REP(now)),
    "access.role.ended": lambda now: access.end_role(role=Role.FACTORY_REP, ends_on=date(2026, 12, 1), **_REP(now)),
    "access.role.granted": lambda now: access.grant_role(role=Role.AUDITOR, starts_on=date(2026, 12, 1), **_REP(now)),
    "access.substitute.arranged": lambda now: access.arrange_substitute(**_substitute(now)),
    "access.substitute.ended": lambda now: access.end_substitute(substitution_id=now.world.substitution, **now.who),
    "access.token.created": lambda now: access.create_token(label="till", days=30, **now.who),
    "access.token.revoked": lambda now: access.revoke_token(token_id=now.world.alpha.token, **now.who),
    "access.user.created": lambda now: access.create_user(login="new", name="新人", **now.who),
    "access.user.ended": lambda now: access.end_user(**_REP(now)),
    "access.user.renamed": _renamed,
    "catalog.product.changed": lambda now: catalog.change_product(
        code="T500", values={"shelf_life_days": 300}, **now.who
    ),
    "catalog.product.imported": lambda now: catalog.import_products(
        rows=[{"code": "T500", "shelf_life_days": 300}], **now.who
    ),
    "findings.finding.dismissed": lambda now: findings.dismiss(**now.finding, reason="known"),
    "findings.finding.dispute_settled": lambda now: findings.settle_dispute(**now.finding, reason="agreed"),
    "findings.finding.disputed": lambda now: findings.dispute(**now.finding, words="once more"),
    "findings.finding.reopened": lambda now: findings.reopen(**_dismissed(now)),
    "findings.finding.replied": lambda now: findings.reply(**now.finding, words="a lorry broke down"),
    "findings.finding.resolved": lambda now: findings.resolve(**now.finding, reason="agreed"),
    "findings.finding.taken_into_talks": lambda now: findings.take_into_talks(**now.finding),
    "findings.finding.withdrawn": lambda now: findings.withdraw_for(
        distributor_id=Finding.objects.get(pk=now.world.alpha.finding).distributor_id,
        week=worlds.WEEK,
        reason="corrected",
        **now.who,
    ),
    "findings.synchronised": _observed,
    "findings.talk.held": lambda now: talks.hold(
        distributor_code=now.world.alpha.code, topic=Topic.STOCK, held_on=date(2026, 11, 23), **now.who
    ),
    "findings.talk.agreed": lambda now: talks.agree(talk_id=now.world.alpha.talk, agreed=_AGREED, **now.who),
    "findings.agreement.decided": lambda now: talks.decide(
        agreement_id=now.world.alpha.agreement, outcome=Outcome.KEPT, **now.who
    ),
    "network.assignment.handed_over": lambda now: network.hand_over(
        distributor_code=now.world.alpha.code, rep_code="J03", starts_on=date(2026, 12, 1), **now.who
    ),
    "network.distributor.changed": lambda now: network.change_terms(code=now.world.alpha.code, terms=_TERMS, **now.who),
    "network.imported": lambda now: network.import_offices(rows=[{"code": "E1", "name_en": "East office"}], **now.who),
    "network.substitute.arranged": lambda now: network.arrange_substitute(**_substitute(now)),
    "network.substitute.ended": lambda now: network.end_substitute(
        substitution_id=Substitution.objects.earliest("pk").pk, **now.who
    ),
    "orders.line.edited": lambda now: orders.edit_lines(**_draft(now), cases={now.world.alpha.edited: 1}),
    "orders.line.undone": lambda now: orders.undo_edit(**_edited(now)),
    "orders.link.made": lambda now: orders.make_link(**now.order),
    "orders.link.withdrawn": lambda now: orders.withdraw_link(**_linked(now)),
    "orders.order.accepted": lambda now: orders.accept(**now.order, reason="by telephone"),
    "orders.order.cancelled": lambda now: orders.cancel(**now.order, reason="not wanted"),
    "orders.order.changed": lambda now: orders.change(
        **now.order, cases={now.world.alpha.edited: 1}, reason="by telephone"
    ),
    "orders.order.declined": lambda now: orders.decline(**now.order, reason="by telephone"),
    "orders.order.offered": lambda now: orders.offer(**_draft(now)),
    "orders.order.opened": lambda now: orders.open_offer(**now.order),
    "orders.order.proposed": _proposed,
    "orders.order.sent": lambda now: orders.send(**_accepted(now)),
    "orders.order.settled": lambda now: orders.settle(**_changed(now)),
    "orders.order.withdrawn": lambda now: orders.withdraw_offer(**now.order),
    "orders.record.scored": lambda now: orders.score(week=worlds.WEEK, **now.who),
    "seasons.closed_days.removed": lambda now: seasons.remove_closed_days(closed_id=now.world.alpha.closed, **now.who),
    "seasons.closed_days.set": lambda now: seasons.set_closed_days(rows=[_closed(now)], **now.who),
    "seasons.festival.filled": lambda now: seasons.fill_festivals(years=[2028], **now.who),
    "seasons.launch_plan.removed": lambda now: seasons.remove_launch_plan(plan_id=now.world.alpha.plan, **now.who),
    "seasons.launch_plan.set": lambda now: seasons.set_launch_plans(
        rows=[{"product": "T500", "distributor": now.world.alpha.code, "first_fill_cases": 5}], **now.who
    ),
    "seasons.promotion.imported": lambda now: seasons.import_promotions(rows=_promotion(now), **now.who),
    "stock.band.ended": lambda now: stock.end_band(band_id=_band(now), last_on=date(2026, 12, 1), **now.who),
    "stock.band.set": _band,
    "stock.code.withdrawn": lambda now: stock.withdraw_code(
        distributor_code=now.world.alpha.code, code_id=now.world.alpha.own_code, **now.who
    ),
    "stock.count.recorded": lambda now: stock.record_counts(rows=[_counted(now)], source="page", **now.who),
    "stock.count.withdrawn": lambda now: stock.withdraw_count(
        count_id=now.world.alpha.count, reason="wrong warehouse", **now.who
    ),
    "stock.sell_in.recorded": lambda now: stock.record_sell_in(rows=[_bought(now)], **now.who),
    "stock.intake.answered": lambda now: stock.answer_question(
        intake_id=now.world.alpha.waiting, kind="unknown_unit", value="瓶", answer="piece", **now.who
    ),
    "stock.intake.dropped": lambda now: stock.drop(intake_id=now.world.alpha.waiting, reason="twice", **now.who),
    "stock.intake.mended": lambda now: stock.mend_cell(
        intake_id=now.world.alpha.waiting, sheet="库存周报", cell="G3", text="5", **now.who
    ),
    "stock.report.accepted": lambda now: stock.import_report(**_sent(now)),
    "stock.report.held": lambda now: stock.hold(**_sent(now)),
    "stock.shipment.received": lambda now: stock.mark_received(
        number=now.world.alpha.shipment, on=date(2026, 11, 24), **now.who
    ),
    "stock.shipment.recorded": lambda now: stock.record_shipments(rows=[_shipped(now)], **now.who),
    "stock.week.closed": lambda now: stock.close_week(week=worlds.WEEK, **now.who),
}
# Whose own things are meant; otherwise the first of these roles that may.
OWN = {"access.token.revoked", "orders.order.opened", "findings.finding.disputed", "findings.finding.replied"}


def _shipped(now: Now) -> dict[str, Any]:
    theirs = {"number": "F-NEW", "distributor": now.world.alpha.code, "product": "T500", "cases": 2}
    return {**theirs, "shipped_on": date(2026, 11, 24)}


def _counted(now: Now) -> dict[str, Any]:
    return {"distributor": now.world.alpha.code, "product": "T500", "counted_on": date(2026, 11, 23), "units": 7}


def _bought(now: Now) -> dict[str, Any]:
    return {"distributor": now.world.alpha.code, "product": "T500", "week": "2026-W40", "units": 7}


def permissions() -> dict[str, frozenset[Role]]:
    """Return all verbs of all rooms, and who may."""
    found: dict[str, frozenset[Role]] = {}
    for _room, module in rooms.modules("rules"):
        found |= getattr(module, "PERMISSIONS", {})
    return found


def doer(world: World, verb: str, roles: frozenset[Role]) -> Person:
    """Return somebody who may: the most ordinary one."""
    people = {
        Role.DISTRIBUTOR: world.alpha.person,
        Role.FACTORY_REP: world.rep,
        Role.OFFICE_MANAGER: world.manager,
        Role.HEADQUARTERS: world.headquarters,
    }
    if verb in OWN:
        return world.alpha.person
    if verb.startswith("access.substitute."):
        return world.headquarters  # managers go by the room that knows their offices
    return next(person for role, person in people.items() if role in roles and role is not Role.DISTRIBUTOR)


def test_every_verb_is_performed_here() -> None:
    assert permissions().keys() - READING - BY_LINK - PERFORM.keys() == set(), "Add a performer for each to PERFORM."
    assert PERFORM.keys() - permissions().keys() == set()


@pytest.mark.parametrize("verb", sorted(PERFORM))
def test_an_action_leaves_its_line(world: World, verb: str) -> None:
    person = doer(world, verb, permissions()[verb])
    before = set(AuditLine.objects.values_list("pk", flat=True))
    PERFORM[verb](Now(world, person.actor))
    lines = AuditLine.objects.exclude(pk__in=before).filter(verb=KEPT_BY_ANOTHER.get(verb, verb))
    line = lines.get(actor=person.user)
    assert (line.at, line.role, line.actor_name) == (AT, person.actor.role.value, person.user.name)
    assert (line.subject_kind == "", line.subject_id == "") == (False, False)


def test_the_line_of_a_substitute_names_both(world: World) -> None:
    absent = world.rep.user
    actor = Actor(Role.FACTORY_REP, world.substitute.user.pk, world.substitute.user.name, absent.pk)
    orders.withdraw_offer(number=world.alpha.order, by=actor, at=AT)
    line = AuditLine.objects.latest("pk")
    assert (line.verb, line.actor, line.stands_in_for) == ("orders.order.withdrawn", world.substitute.user, absent)


def test_lines_are_never_before_their_time(world: World) -> None:
    """The company's own story is told in order: who sent, closed, proposed, offered, disputed."""
    told = list(AuditLine.objects.order_by("pk").values_list("verb", "at"))
    first: dict[str, datetime] = {}
    for verb, at in told:
        first.setdefault(verb, at)
    journey = [
        "catalog.product.imported",
        "network.imported",
        "stock.report.held",
        "stock.report.accepted",
        "stock.week.closed",
        "orders.order.proposed",
        "orders.order.offered",
        "findings.finding.disputed",
    ]
    assert [first[verb] for verb in journey] == sorted(first[verb] for verb in journey)

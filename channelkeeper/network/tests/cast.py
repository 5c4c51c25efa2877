"""The named cast that tests of all rooms share: one company on Tuesday, 24 November 2026."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from channelkeeper.access.models import RoleGrant, User
from channelkeeper.access.rules import Actor, Role
from channelkeeper.network.models import (
    Assignment,
    Distributor,
    DistributorUser,
    Office,
    OfficeManager,
    Region,
    Rep,
)

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
FIRST_DAY = date(2024, 1, 1)
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Member:
    """A person of the cast: the user, and the actor they are."""

    user: User
    actor: Actor


@dataclass(frozen=True)
class Cast:
    """
    Who is who.

    Attributes:
        headquarters, auditor: see all three distributors.
        manager: manages the east office; other_manager the west office.
        rep: of the east office, serves hualian and yongsheng since 2024-01-01.
        other_rep: of the west office, serves xinda since 2024-01-01.
        distributor_user: signs in for hualian; other_distributor_user for xinda.
        east, west: the two offices, E1 and W1.
        hualian, yongsheng, xinda: the distributors D001, D002 (east) and D003 (west).
    """

    headquarters: Member
    auditor: Member
    manager: Member
    other_manager: Member
    rep: Member
    other_rep: Member
    distributor_user: Member
    other_distributor_user: Member
    east: Office
    west: Office
    rep_record: Rep
    other_rep_record: Rep
    hualian: Distributor
    yongsheng: Distributor
    xinda: Distributor


def member(login: str, name: str, role: Role) -> Member:
    """Make a user with one role since the first day, who signs in with `PASSWORD`."""
    user = User(login=login, name=name)
    user.set_password(PASSWORD)
    user.save()
    RoleGrant.objects.create(user=user, role=role.value, starts_on=FIRST_DAY)
    return Member(user, Actor(role=role, user_id=user.pk, name=name))


def build_cast() -> Cast:
    """Make the company."""
    region = Region.objects.create(code="R1", name_zh="华东", name_en="East China")
    east = Office.objects.create(code="E1", name_zh="江州办事处", name_en="Jiangzhou office", region=region)
    west = Office.objects.create(code="W1", name_zh="云岭办事处", name_en="Yunling office", region=region)
    manager = member("manager", "周明", Role.OFFICE_MANAGER)
    other_manager = member("manager2", "吴芳", Role.OFFICE_MANAGER)
    rep = member("rep", "李伟", Role.FACTORY_REP)
    other_rep = member("rep2", "陈静", Role.FACTORY_REP)
    distributor_user = member("hualian", "王老板", Role.DISTRIBUTOR)
    other_distributor_user = member("xinda", "赵老板", Role.DISTRIBUTOR)
    for person, office in ((manager, east), (other_manager, west)):
        OfficeManager.objects.create(user=person.user, office=office, starts_on=FIRST_DAY)
    rep_record = Rep.objects.create(code="J01", user=rep.user, office=east)
    other_rep_record = Rep.objects.create(code="Y01", user=other_rep.user, office=west)
    hualian = _distributor("D001", "华联商贸", "Hualian Trading", east, "HLSM")
    yongsheng = _distributor("D002", "永盛副食", "Yongsheng Foods", east, "YSFS")
    xinda = _distributor("D003", "鑫达商行", "Xinda Store", west, "XDSH")
    for record, distributor in ((rep_record, hualian), (rep_record, yongsheng), (other_rep_record, xinda)):
        Assignment.objects.create(rep=record, distributor=distributor, starts_on=FIRST_DAY)
    DistributorUser.objects.create(user=distributor_user.user, distributor=hualian)
    DistributorUser.objects.create(user=other_distributor_user.user, distributor=xinda)
    return Cast(
        headquarters=member("hq", "总部", Role.HEADQUARTERS),
        auditor=member("auditor", "稽查", Role.AUDITOR),
        manager=manager,
        other_manager=other_manager,
        rep=rep,
        other_rep=other_rep,
        distributor_user=distributor_user,
        other_distributor_user=other_distributor_user,
        east=east,
        west=west,
        rep_record=rep_record,
        other_rep_record=other_rep_record,
        hualian=hualian,
        yongsheng=yongsheng,
        xinda=xinda,
    )


def _distributor(code: str, name_zh: str, name_en: str, office: Office, initials: str) -> Distributor:
    return Distributor.objects.create(
        code=code, name_zh=name_zh, name_en=name_en, office=office, initials=initials, starts_on=FIRST_DAY
    )

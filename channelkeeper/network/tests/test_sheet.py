"""The network from and to files: one workbook or one each, whole or not at all, and the way there and back."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import pytest
import xlsxwriter
from pytest_django import DjangoAssertNumQueries

from channelkeeper.access.models import AuditLine, RoleGrant, User
from channelkeeper.access.rules import Actor, NotAllowed, Role, whole
from channelkeeper.network import actions, queries, sheet
from channelkeeper.network.models import Assignment, Distributor, DistributorUser, Office, OfficeManager, Region, Rep
from channelkeeper.network.tests.cast import AT, build_cast
from channelkeeper.sheets.masters import Outcome

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
SYSTEM = whole("a test")
Table = Sequence[Sequence[object]]
OFFICES: Table = [
    ["办事处编码", "办事处", "大区", "经理登录名", "经理"],
    ["E1", "江州办事处", "华东", "zhou", "周明"],
    ["W1", "云岭办事处", "西南", "", ""],
]
REPS: Table = [
    ["业务员编码", "姓名", "登录名", "办事处编码"],
    ["J01", "李伟", "li", "E1"],
    ["Y01", "陈静", "chen", "W1"],
]
DISTRIBUTORS: Table = [
    ["经销商编码", "经销商", "办事处编码", "等级", "到货天数", "订货日", "起订量", "合作开始", "登录名", "联系人"],
    ["D001", "华联商贸", "E1", "A", 9, "周三", 2, "2024-01-01", "hualian", "王老板"],
    ["D002", "永盛副食", "W1", "", "", "", "", "2024-01-01", "", ""],
]
ASSIGNMENTS: Table = [
    ["经销商编码", "业务员编码", "开始日期", "结束日期"],
    ["D001", "J01", "2024-01-01", ""],
    ["D002", "Y01", "2024-01-01", "2026-01-01"],
]
WHOLE: dict[str, Table] = {"办事处": OFFICES, "业务员": REPS, "经销商": DISTRIBUTORS, "分配": ASSIGNMENTS}


def workbook(sheets: Mapping[str, Table]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return target.getvalue()


def take(sheets: Mapping[str, Table] = WHOLE, *, dry_run: bool = False, at: datetime = AT) -> Outcome:
    return sheet.take_in(data=workbook(sheets), filename="网络.xlsx", dry_run=dry_run, by=SYSTEM, at=at)


def codes(outcome: Outcome) -> list[tuple[str, str, str]]:
    return sorted((fault.sheet, fault.cell, fault.code) for fault in outcome.faults)


def counts(outcome: Outcome) -> tuple[str, int, int, int]:
    return outcome.status, outcome.new, outcome.changed, outcome.same


def one(code: str) -> Distributor:
    return Distributor.objects.get(code=code)


def test_one_workbook_makes_the_whole_network() -> None:
    outcome = take()
    # 2 regions, 2 offices, 2 reps, 2 distributors, a person of one of them, 2 assignments
    assert counts(outcome) == ("accepted", 11, 0, 0)
    found = queries.distributors(SYSTEM, at=AT)
    assert [(row.code, row.rep_code, row.grade, row.lead_time_days, row.order_weekdays) for row in found] == [
        ("D001", "J01", "A", 9, (2,)),
        ("D002", "", "B", 7, (1,)),
    ]
    assert (one("D001").initials, one("D001").min_order_cases) == ("HLSM", 2)


def test_people_who_are_named_become_users_in_their_role_without_a_password() -> None:
    take()
    roles = dict(RoleGrant.objects.values_list("user__login", "role"))
    assert roles == {
        "zhou": "office_manager",
        "li": "factory_rep",
        "chen": "factory_rep",
        "hualian": "distributor",
    }
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert OfficeManager.objects.get().office.code == "E1"
    assert DistributorUser.objects.get().distributor.code == "D001"


def test_the_same_workbook_twice_changes_nothing() -> None:
    take()
    lines = AuditLine.objects.count()
    assert counts(take()) == ("accepted", 0, 0, 8)
    assert AuditLine.objects.count() == lines


def test_a_dry_run_says_what_would_happen_and_keeps_nothing() -> None:
    assert counts(take(dry_run=True)) == ("checked", 11, 0, 0)
    left = [model.objects.count() for model in (Region, Office, Rep, Distributor, Assignment, User, AuditLine)]
    assert left == [0] * 7


def test_a_fault_in_one_list_keeps_all_of_them_out() -> None:
    outcome = take(WHOLE | {"分配": [*ASSIGNMENTS, ["D009", "X01", "2026-01-01", ""]]})
    assert codes(outcome) == [
        ("分配", "A4", "network.unknown_distributor"),
        ("分配", "B4", "network.unknown_rep"),
    ]
    assert (Office.objects.count(), User.objects.count()) == (0, 0)


def test_each_list_may_come_by_itself_and_is_told_by_its_heads() -> None:
    for rows in (OFFICES, REPS, DISTRIBUTORS, ASSIGNMENTS):
        assert take({"Sheet1": rows}).status == "accepted"
    assert (Office.objects.count(), Rep.objects.count(), Assignment.objects.count()) == (2, 2, 2)


def test_a_file_without_any_list_is_refused() -> None:
    outcome = take({"Sheet1": [["日期", "天气"], ["2026-01-01", "晴"]]})
    assert [fault.code for fault in outcome.faults] == ["network.no_sheet"]
    broken = sheet.take_in(data=b"PK", filename="x.xlsx", dry_run=False, by=SYSTEM, at=AT)
    assert broken.status == "refused"


def test_what_is_wrong_is_named_by_its_cell() -> None:
    take()
    outcome = take(
        {
            "经销商": [
                DISTRIBUTORS[0],
                ["D001", "", "E1", "D", 121, "周八", 10_001, "2024-01-01", "a b", ""],
                ["D001", "x", "E9", "", "", "", "", "", "", ""],
            ]
        }
    )
    assert codes(outcome) == [
        ("经销商", "A3", "network.code_twice"),
        ("经销商", "B2", "network.needed"),
        ("经销商", "C3", "network.unknown_office"),
        ("经销商", "D2", "network.grade"),
        ("经销商", "E2", "network.lead_time"),
        ("经销商", "F2", "network.weekday"),
        ("经销商", "G2", "network.min_order"),
        ("经销商", "I2", "network.login_with_blank"),
    ]


def test_a_person_has_one_code_and_a_code_one_person() -> None:
    take()
    outcome = take({"业务员": [REPS[0], ["J01", "别人", "other", "E1"], ["J02", "李伟", "chen", "E1"]]})
    assert codes(outcome) == [
        ("业务员", "C2", "network.rep_changed_person"),
        ("业务员", "C3", "network.rep_is_another"),
    ]


def test_a_rep_may_move_and_be_renamed() -> None:
    take()
    outcome = take({"业务员": [REPS[0], ["J01", "李卫", "li", "W1"]]})
    rep = Rep.objects.get(code="J01")
    assert (counts(outcome), rep.office.code, rep.user.name) == (("accepted", 0, 1, 0), "W1", "李卫")


def test_a_new_manager_takes_over_today() -> None:
    take(at=AT - timedelta(days=30))
    take({"办事处": [OFFICES[0], ["E1", "江州办事处", "华东", "wu", "吴芳"]]})
    held = OfficeManager.objects.order_by("starts_on").values_list("user__login", "starts_on", "ends_on")
    assert list(held) == [("zhou", date(2026, 10, 25), TODAY), ("wu", TODAY, None)]
    take({"办事处": [OFFICES[0], ["E1", "江州办事处", "华东", "zheng", "郑强"]]})
    assert OfficeManager.objects.filter(ends_on=None).get().user.login == "zheng"
    assert not OfficeManager.objects.filter(user__login="wu").exists()  # held it for no day


def test_a_column_that_is_not_there_leaves_its_field_and_a_blank_term_is_the_usual_one() -> None:
    take()
    take({"经销商": [["经销商编码", "等级"], ["D001", ""]]})
    assert (one("D001").grade, one("D001").lead_time_days, one("D001").name_zh) == ("B", 9, "华联商贸")


def test_a_blank_end_reopens_a_distributor_and_a_blank_start_stays() -> None:
    take()
    take({"经销商": [["经销商编码", "合作开始", "合作结束"], ["D001", "", "2026-12-31"]]})
    assert (one("D001").starts_on, one("D001").ends_on) == (date(2024, 1, 1), date(2026, 12, 31))
    take({"经销商": [["经销商编码", "合作结束"], ["D001", ""]]})
    assert one("D001").ends_on is None


def periods(code: str) -> list[tuple[str, date, date | None]]:
    rows = Assignment.objects.filter(distributor__code=code).order_by("starts_on")
    return list(rows.values_list("rep__code", "starts_on", "ends_on"))


def test_a_later_assignment_closes_the_one_before() -> None:
    take()
    outcome = take({"分配": [ASSIGNMENTS[0], ["D001", "Y01", "2026-12-01", ""]]})
    assert counts(outcome) == ("accepted", 1, 1, 0)
    assert periods("D001") == [("J01", date(2024, 1, 1), date(2026, 12, 1)), ("Y01", date(2026, 12, 1), None)]


def test_an_assignment_that_reaches_into_the_next_is_refused() -> None:
    take()
    outcome = take({"分配": [ASSIGNMENTS[0], ["D002", "J01", "2025-06-01", ""]]})
    assert codes(outcome) == [("分配", "C2", "network.assignment_overlaps")]
    outcome = take({"分配": [ASSIGNMENTS[0], ["D001", "J01", "2024-01-01", "2024-01-01"]]})
    assert codes(outcome) == [("分配", "C2", "network.assignment_ends_before")]
    outcome = take({"分配": [ASSIGNMENTS[0], ["D001", "J01", "2025-01-01", ""], ["D001", "Y01", "2025-01-01", ""]]})
    assert codes(outcome) == [("分配", "C3", "network.assignment_twice")]


def test_a_wrong_rep_is_corrected_under_the_same_first_day() -> None:
    take()
    outcome = take({"分配": [ASSIGNMENTS[0], ["D001", "Y01", "2024-01-01", ""]]})
    assert counts(outcome) == ("accepted", 0, 1, 0)
    assert periods("D001") == [("Y01", date(2024, 1, 1), None)]


@pytest.mark.parametrize("kind", sheet.LISTS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_goes_out_comes_in_again_unchanged(kind: str, language: str) -> None:
    build_cast()
    data = sheet.export(kind, by=SYSTEM, at=AT, language=language)
    outcome = sheet.take_in(data=data, filename="x.xlsx", dry_run=False, by=SYSTEM, at=AT)
    assert counts(outcome) == ("accepted", 0, 0, 3 if kind in ("distributors", "assignments") else 2)
    text = sheet.export(kind, by=SYSTEM, at=AT, language=language, as_csv=True)
    again = sheet.take_in(data=text, filename="x.csv", dry_run=False, by=SYSTEM, at=AT)
    assert (again.status, again.changes) == ("accepted", ())


@pytest.mark.parametrize("kind", sheet.LISTS)
def test_a_template_is_accepted_as_empty(kind: str) -> None:
    outcome = sheet.take_in(data=sheet.template(kind), filename="x.xlsx", dry_run=False, by=SYSTEM, at=AT)
    assert counts(outcome) == ("accepted", 0, 0, 0)


def test_an_export_holds_what_is_in_scope_only() -> None:
    cast = build_cast()
    text = sheet.export("distributors", by=cast.rep.actor, at=AT, as_csv=True).decode("utf-8-sig")
    assert [line.split(",")[0] for line in text.splitlines()[1:]] == ["D001", "D002"]


@pytest.mark.parametrize("distributors", [1, 3])
def test_an_import_costs_the_same_statements_whatever_its_length(
    distributors: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    take({"办事处": OFFICES})
    rows = [
        {"code": f"D{number}", "name_zh": "商贸", "office": "E1", "login": f"d{number}"}
        for number in range(distributors)
    ]
    with django_assert_num_queries(17):
        actions.import_distributors(rows=rows, by=SYSTEM, at=AT)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.HEADQUARTERS, Role.SERVICE}))
def test_only_headquarters_takes_files_in(role: Role) -> None:
    by = Actor(role=role, user_id=1, name="x")
    for kind, take_in in actions.KINDS.items():
        with pytest.raises(NotAllowed):
            take_in(rows=[], by=by, at=AT)
        with pytest.raises(NotAllowed):
            actions.import_network(lists={kind: []}, by=by, at=AT)

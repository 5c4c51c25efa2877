"""The files of the network: offices, reps, distributors and assignments, in one workbook or one each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from channelkeeper.access.rules import Actor
from channelkeeper.network import actions, queries, rules
from channelkeeper.network.sentences import TEXTS
from channelkeeper.sheets import columns, guard, masters, sentences, writer
from channelkeeper.sheets.columns import Column
from channelkeeper.sheets.faults import Fault, Refused
from channelkeeper.sheets.masters import Outcome, Reading, Values
from channelkeeper.sheets.text import fold
from channelkeeper.sheets.workbook import Sheet, Workbook

_HEAD_ROWS = 60


@dataclass(frozen=True)
class List:
    """One list of the network as a sheet: its names, its columns."""

    zh: str
    en: str
    names: tuple[str, ...]
    columns: tuple[Column, ...]

    def title(self, language: str) -> str:
        """Return what its sheet is called."""
        return self.zh if language.startswith("zh") else self.en


_OFFICE = Column("office", ("办事处编码", "办事处"), ("Office", "Office code"), "code")
_NAME_EN = Column("name_en", ("英文名", "英文名称"), ("Name (English)", "English name"))

LISTS: Mapping[str, List] = {
    "offices": List(
        "办事处",
        "Offices",
        ("办事处", "分公司", "offices"),
        (
            Column("code", ("办事处编码", "编码"), ("Office code", "Code"), "code", required=True),
            Column("name_zh", ("办事处", "办事处名称", "名称"), ("Name (Chinese)", "Chinese name", "Office", "Name")),
            _NAME_EN,
            Column("region", ("大区", "区域"), ("Region",), width=12),
            Column("region_en", ("大区英文名",), ("Region (English)",), width=12),
            Column("manager", ("经理登录名",), ("Manager sign-in name",), "code", width=16),
            Column("manager_name", ("经理", "经理姓名"), ("Manager", "Manager name"), width=12),
        ),
    ),
    "reps": List(
        "业务员",
        "Reps",
        ("业务员", "厂家代表", "代表", "reps"),
        (
            Column("code", ("业务员编码", "工号", "编码"), ("Rep code", "Code"), "code", required=True),
            Column("name", ("姓名", "业务员", "厂家代表"), ("Name", "Rep"), width=12),
            Column("login", ("登录名",), ("Sign-in name", "Login"), "code", width=16),
            _OFFICE,
        ),
    ),
    "distributors": List(
        "经销商",
        "Distributors",
        ("经销商", "客户", "distributors"),
        (
            Column("code", ("经销商编码", "客户编码", "编码"), ("Distributor code", "Code"), "code", required=True),
            Column("name_zh", ("经销商", "经销商名称", "客户名称", "名称"), ("Name (Chinese)", "Distributor", "Name")),
            _NAME_EN,
            _OFFICE,
            Column("grade", ("等级", "级别"), ("Grade",), "code", width=8),
            Column("place_zh", ("地点", "所在地", "城市"), ("Place (Chinese)", "Place"), width=16),
            Column("place_en", ("地点英文名",), ("Place (English)",), width=16),
            Column("lead_time_days", ("到货天数", "交货天数"), ("Lead time days", "Lead time"), "units"),
            Column("order_weekdays", ("订货日", "下单日"), ("Order days", "Order day", "Order weekday"), width=12),
            Column("min_order_cases", ("每品起订箱数", "起订量"), ("Minimum cases per line", "Minimum order"), "units"),
            Column("min_order_amount", ("起订金额", "最低订货额"), ("Minimum order, yuan", "Minimum amount"), "money"),
            Column("truck_pallets", ("每车托数", "装车托数"), ("Truck, pallets", "Truck size"), "quantity"),
            Column("order_limit", ("单次订货上限", "订货上限"), ("Order limit, yuan", "Order limit"), "money"),
            Column("starts_on", ("合作开始", "开始日期"), ("Starts on", "Since"), "date"),
            Column("ends_on", ("合作结束", "结束日期"), ("Ends on", "Until"), "date"),
            Column("login", ("登录名",), ("Sign-in name", "Login"), "code", width=16),
            Column("contact", ("联系人",), ("Contact",), width=12),
        ),
    ),
    "assignments": List(
        "分配",
        "Assignments",
        ("分配", "分工", "负责关系", "assignments"),
        (
            Column(
                "distributor", ("经销商编码", "客户编码"), ("Distributor code", "Distributor"), "code", required=True
            ),
            Column("rep", ("业务员编码", "工号"), ("Rep code", "Rep"), "code", required=True),
            Column("starts_on", ("开始日期", "负责开始"), ("Starts on", "From"), "date", required=True),
            Column("ends_on", ("结束日期", "负责结束"), ("Ends on", "Until"), "date"),
        ),
    ),
}


def take_in(*, data: bytes, filename: str, dry_run: bool, by: Actor, at: datetime) -> Outcome:
    """
    Take a file of one or more lists in, whole or not at all.

    Which list a sheet holds is told by its name (办事处, 业务员, 经销商, 分配), else by its heads.

    Raises:
        NotAllowed: the actor is not headquarters.
    """
    try:
        workbook = guard.read_workbook(data, filename)
    except Refused as refused:
        return Outcome(
            "refused", faults=(Fault("", "", filename, refused.code, refused.message_zh, refused.message_en),)
        )
    readings = {
        kind: masters.read_sheet(Workbook(filename, workbook.kind, (sheet,)), LISTS[kind].columns)
        for kind, sheet in _sheets(workbook).items()
    }
    if not readings:
        return Outcome("refused", faults=(_no_list(workbook),))
    faults = [fault for reading in readings.values() for fault in reading.faults]
    if faults:
        return Outcome("refused", faults=tuple(faults))
    return _take(readings, dry_run=dry_run, by=by, at=at)


def _take(readings: Mapping[str, Reading], *, dry_run: bool, by: Actor, at: datetime) -> Outcome:
    lists = {kind: reading.values for kind, reading in readings.items()}
    results = actions.import_network(lists=lists, by=by, at=at, dry_run=dry_run)
    faults = [
        fault for kind, result in results.items() for fault in masters.faults(readings[kind].rows, result.problems)
    ]
    if faults:
        return Outcome("refused", faults=tuple(faults))
    new = sum(result.new for result in results.values())
    changes = tuple(change for result in results.values() for change in result.changes)
    same = sum(result.same for result in results.values())
    return Outcome("checked" if dry_run else "accepted", new, len(changes) - new, same, changes)


def _sheets(workbook: Workbook) -> dict[str, Sheet]:
    """Return which sheet holds which list; of two for one list, the one that stands first."""
    found: dict[str, Sheet] = {}
    for sheet in workbook.visible():
        kind = _by_name(sheet) or _by_heads(sheet)
        if kind is not None:
            found.setdefault(kind, sheet)
    return found


def _by_name(sheet: Sheet) -> str | None:
    name = fold(sheet.name)
    for kind, one in LISTS.items():
        if any(name == fold(known) for known in one.names):
            return kind
    return None


def _by_heads(sheet: Sheet) -> str | None:
    """Return the list whose heads the sheet has most of, all the needed ones among them."""
    return max(LISTS, key=lambda kind: _likeness(sheet, LISTS[kind]), default=None) if _fits_any(sheet) else None


def _fits_any(sheet: Sheet) -> bool:
    return any(_likeness(sheet, one) > (0, 0.0) for one in LISTS.values())


def _likeness(sheet: Sheet, one: List) -> tuple[int, float]:
    """Return how many of a list's heads a row of the sheet has, and which part of them; 0 where a needed one lacks."""
    needed = {column.name for column in one.columns if column.required}
    rows = range(min(len(sheet.rows), _HEAD_ROWS))
    heads = [columns.find_header(sheet, row, one.columns).columns.keys() for row in rows]
    most = max((len(found) for found in heads if needed <= found and len(found) > 1), default=0)
    return most, most / len(one.columns)


def _no_list(workbook: Workbook) -> Fault:
    text = TEXTS["network.no_sheet"]
    templates = {"network.no_sheet": (text.zh, text.en)}
    return sentences.fault("network.no_sheet", sheet=workbook.filename, cell="", value="", templates=templates)


def export(kind: str, *, by: Actor, at: datetime, language: str = "zh", as_csv: bool = False) -> bytes:
    """
    Return a list of what the actor may see as a file that can be taken in again unchanged.

    Raises:
        KeyError: no such list.
    """
    one = LISTS[kind]
    rows = _ROWS[kind](by, at, language)
    if as_csv:
        return writer.write_csv(one.columns, rows, language=language)
    return writer.write_table(one.columns, rows, one.title(language), language=language)


def template(kind: str, *, language: str = "zh") -> bytes:
    """
    Return an empty workbook with a list's headings.

    Raises:
        KeyError: no such list.
    """
    one = LISTS[kind]
    return writer.write_table(one.columns, [], one.title(language), language=language)


def _offices(by: Actor, at: datetime, language: str) -> Iterable[Values]:
    return [
        {
            "code": row.code,
            "name_zh": row.name_zh,
            "name_en": row.name_en or None,
            "region": row.region_zh,
            "region_en": row.region_en or None,
            "manager": next(iter(row.manager_logins), None),
            "manager_name": next(iter(row.managers), None),
        }
        for row in queries.offices(by, at=at)
    ]


def _reps(by: Actor, at: datetime, language: str) -> Iterable[Values]:
    rows = queries.reps(by, at=at)
    return [{"code": row.code, "name": row.name, "login": row.login, "office": row.office_code} for row in rows]


def _distributors(by: Actor, at: datetime, language: str) -> Iterable[Values]:
    users = queries.first_users(by, at=at)
    return [
        {
            "code": row.code,
            "name_zh": row.name_zh,
            "name_en": row.name_en or None,
            "office": row.office_code,
            "grade": row.grade,
            "place_zh": row.place_zh or None,
            "place_en": row.place_en or None,
            "lead_time_days": row.lead_time_days,
            "order_weekdays": rules.weekdays_text(row.order_weekdays, language),
            "min_order_cases": row.min_order_cases,
            "min_order_amount": row.min_order_amount,
            "truck_pallets": row.truck_pallets,
            "order_limit": row.order_limit,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "login": users.get(row.code, (None, None))[0],
            "contact": users.get(row.code, (None, None))[1],
        }
        for row in queries.distributors(by, at=at)
    ]


def _assignments(by: Actor, at: datetime, language: str) -> Iterable[Values]:
    return [
        {
            "distributor": row.distributor_code,
            "rep": row.rep_code,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
        }
        for row in queries.assignments(by, at=at)
    ]


_ROWS: Mapping[str, Callable[[Actor, datetime, str], Iterable[Values]]] = {
    "offices": _offices,
    "reps": _reps,
    "distributors": _distributors,
    "assignments": _assignments,
}

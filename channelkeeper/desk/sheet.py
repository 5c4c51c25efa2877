"""The desk's tables as workbooks."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from channelkeeper.core import formats, money, weeks
from channelkeeper.core.quantities import cases_of
from channelkeeper.desk.queries.boards import Shop
from channelkeeper.desk.queries.distributors import ProductRow, Summary
from channelkeeper.sheets.columns import Column, Typed
from channelkeeper.web.exports import Table

TENTH = Decimal("0.1")
_IN_TENTHS = ("days", "low", "high", "turnover")
_IN_YUAN = ("short_value", "above_value", "stock_value")
BANDS = {"below": ("会断货", "will run out"), "inside": ("带内", "in band"), "above": ("压货", "lies still")}

SHOPS = (
    Column("code", ("经销商编码",), ("Distributor code",), "code"),
    Column("name", ("经销商",), ("Distributor",)),
    Column("office", ("办事处",), ("Office",)),
    Column("rep", ("厂家代表",), ("Factory rep",)),
    Column("days", ("库存天数",), ("Inventory days",), "quantity"),
    Column("days_after", ("建议后天数",), ("Days after the order",), "quantity"),
    Column("below", ("会断货品种",), ("Products that run out",), "units"),
    Column("inside", ("带内品种",), ("Products in band",), "units"),
    Column("above", ("压货品种",), ("Products that lie still",), "units"),
    Column("above_value", ("压住资金（元）",), ("Money held, yuan",), "money"),
    Column("short_value", ("可能少卖（元）",), ("May be missed, yuan",), "money"),
    Column("stake", ("涉及（元）",), ("At stake, yuan",), "money"),
    Column("reported", ("周报已到",), ("Report is in",), "yes_no"),
    Column("findings", ("发现",), ("Findings",), "units"),
)

PRODUCTS = (
    Column("code", ("产品编码",), ("Product code",), "code"),
    Column("name", ("品种",), ("Product",)),
    Column("band", ("状态",), ("State",)),
    Column("days", ("库存天数",), ("Inventory days",), "quantity"),
    Column("days_after", ("建议后天数",), ("Days after the order",), "quantity"),
    Column("trailing_days", ("按前28天",), ("Days, trailing 28",), "quantity"),
    Column("stock", ("库存（箱）",), ("Stock, cases",), "quantity"),
    Column("road", ("在途（箱）",), ("On the road, cases",), "quantity"),
    Column("per_day", ("预计每天（箱）",), ("Expected a day, cases",), "quantity"),
    Column("order", ("建议（箱）",), ("Proposal, cases",), "quantity"),
    Column("near_expiry", ("临期（箱）",), ("Near expiry, cases",), "quantity"),
    Column("above_value", ("压住资金（元）",), ("Money held, yuan",), "money"),
    Column("short_value", ("可能少卖（元）",), ("May be missed, yuan",), "money"),
    Column("units_per_case", ("箱规",), ("Units per case",), "units"),
)


LEVELS = (
    Column("code", ("编码",), ("Code",), "code"),
    Column("name", ("名称",), ("Name",), width=24),
    Column("week", ("周",), ("Week",)),
    Column("days", ("库存天数",), ("Inventory days",), "quantity"),
    Column("low", ("带下限",), ("Band from",), "quantity"),
    Column("high", ("带上限",), ("Band to",), "quantity"),
    Column("share", ("带内（%）",), ("In band, %",), "quantity"),
    Column("on_time", ("12周按时（%）",), ("On time in 12 weeks, %",), "quantity"),
    Column("missing", ("缺周报（家）",), ("Reports missing",), "units"),
    Column("short_value", ("可能少卖（元）",), ("May be missed, yuan",), "money"),
    Column("above_value", ("压住资金（元）",), ("Money held, yuan",), "money"),
    Column("stock_value", ("库存（元）",), ("Stock, yuan",), "money"),
    Column("turnover", ("今年周转天数",), ("Turnover days this year",), "quantity"),
)


def levels(title: str, week: str, rows: Sequence[Mapping[str, Typed]]) -> Table:
    """Return the lines of the overview, values by column, as a table to be taken along; the week by its name."""
    name = "-".join(part for part in ("overview", week) if part)
    told = [{**row, "week": week, **_in_tenths(row), **_to_fen(row)} for row in rows]
    return Table(name, " ".join(part for part in (title, week) if part), LEVELS, told)


def _in_tenths(row: Mapping[str, Typed]) -> dict[str, Typed]:
    return {name: tenth(row.get(name)) for name in _IN_TENTHS}


def _to_fen(row: Mapping[str, Typed]) -> dict[str, Typed]:
    """Return sums to the fen: databases answer them with more places, or with fewer."""
    return {name: money.to_fen(value) for name in _IN_YUAN if isinstance(value := row.get(name), Decimal)}


def shops(week: date, rows: Sequence[Shop], language: str) -> Table:
    """Return distributors' weeks as a table to be taken along."""
    name = "经销商" if formats.is_chinese(language) else "distributors"
    label = weeks.label(week)
    return Table(f"{name}-{label}", f"{name} {label}", SHOPS, [_shop(row, language) for row in rows])


def products(summary: Summary, rows: Sequence[ProductRow], language: str) -> Table:
    """Return a distributor's products as a table to be taken along."""
    week = weeks.label(summary.sums.week) if summary.sums else ""
    name = "-".join(part for part in (summary.place.code, week) if part)
    return Table(name, summary.place.name(language), PRODUCTS, [_product(row, language) for row in rows])


def _shop(shop: Shop, language: str) -> dict[str, Typed]:
    sums = shop.sums
    return {
        "code": shop.place.code,
        "name": shop.place.name(language),
        "office": shop.place.office(language),
        "rep": shop.place.rep_name,
        "days": tenth(sums.days),
        "days_after": tenth(shop.days_after),
        "below": sums.below,
        "inside": sums.inside,
        "above": sums.above,
        "above_value": sums.above_value,
        "short_value": sums.short_value,
        "stake": sums.stake,
        "reported": sums.reported,
        "findings": shop.findings.bad,
    }


def _product(row: ProductRow, language: str) -> dict[str, Typed]:
    standing = row.standing
    case = standing.units_per_case
    band = BANDS.get(standing.band, ("", ""))
    return {
        "code": standing.code,
        "name": standing.name(language),
        "band": band[0] if formats.is_chinese(language) else band[1],
        "days": tenth(standing.days),
        "days_after": tenth(row.days_after),
        "trailing_days": tenth(standing.trailing_days),
        "stock": cases_of(standing.on_hand_units, case),
        "road": cases_of(standing.road_units, case),
        "per_day": tenth(standing.per_day / case),
        "order": cases_of(row.line.units, case) if row.line else None,
        "near_expiry": cases_of(standing.near_expiry_units, case),
        "above_value": money.to_fen(standing.above_value),
        "short_value": money.to_fen(standing.short_value),
        "units_per_case": case,
    }


def tenth(value: Typed | float) -> Decimal | None:
    """Return a figure to a tenth; None where it is none."""
    if not isinstance(value, Decimal | float | int):
        return None
    return Decimal(str(value)).quantize(TENTH, rounding=ROUND_HALF_UP)

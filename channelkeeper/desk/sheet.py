"""The desk's tables as workbooks."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from channelkeeper.core import formats, money, weeks
from channelkeeper.core.quantities import cases_of
from channelkeeper.desk.queries.boards import Shop
from channelkeeper.desk.queries.distributors import ProductRow, Summary
from channelkeeper.sheets.columns import Column, Typed
from channelkeeper.web.exports import Table

TENTH = Decimal("0.1")
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
        "days": _tenth(sums.days),
        "days_after": _tenth(shop.days_after),
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
        "days": _tenth(standing.days),
        "days_after": _tenth(row.days_after),
        "trailing_days": _tenth(standing.trailing_days),
        "stock": cases_of(standing.on_hand_units, case),
        "road": cases_of(standing.road_units, case),
        "per_day": _tenth(standing.per_day / case),
        "order": cases_of(row.line.units, case) if row.line else None,
        "near_expiry": cases_of(standing.near_expiry_units, case),
        "above_value": money.to_fen(standing.above_value),
        "short_value": money.to_fen(standing.short_value),
        "units_per_case": case,
    }


def _tenth(value: Decimal | float | None) -> Decimal | None:
    if value is None:
        return None
    return Decimal(str(value)).quantize(TENTH, rounding=ROUND_HALF_UP)

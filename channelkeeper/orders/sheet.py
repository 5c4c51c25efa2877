"""An order as a file: the columns of its workbook, in either language."""

from channelkeeper.core import formats
from channelkeeper.orders.queries import LineView, OrderView
from channelkeeper.orders.sentences import state_word
from channelkeeper.sheets.columns import Column, Typed
from channelkeeper.sheets.writer import write_table

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    Column("product", ("产品编码",), ("Product code",), "code"),
    Column("name", ("品种",), ("Product",), "text"),
    Column("cases", ("箱数",), ("Cases",), "units"),
    Column("units_per_case", ("箱规",), ("Pieces per case",), "units"),
    Column("units", ("件数（个）",), ("Pieces",), "units"),
    Column("price_per_case", ("单价（元/箱）",), ("Price, yuan per case",), "money"),
    Column("amount", ("金额（元）",), ("Amount, yuan",), "money"),
    Column("stock", ("库存（个）",), ("Stock, pieces",), "units"),
    Column("road", ("在途（个）",), ("On the road, pieces",), "units"),
    Column("days_now", ("现有天数",), ("Days now",), "quantity"),
    Column("days_after", ("到货后天数",), ("Days after",), "quantity"),
    Column("why", ("理由",), ("Why",), "text", width=90),
)


def workbook(order: OrderView, *, language: str, all_lines: bool = False) -> bytes:
    """
    Return the order as a workbook.

    Args:
        language: of its heads, names and sentences.
        all_lines: also those of which nothing is ordered, with their sentences.
    """
    rows = (_cells(line, language) for line in order.lines if all_lines or line.units)
    return write_table(COLUMNS, rows, order.row.number, language=language, note=_note(order, language))


def filename(order: OrderView) -> str:
    """Return the name of the file."""
    return f"{order.row.number}.xlsx"


def _cells(line: LineView, language: str) -> dict[str, Typed]:
    return {
        "product": line.product,
        "name": line.name(language),
        "cases": line.cases,
        "units_per_case": line.basis.units_per_case,
        "units": line.units,
        "price_per_case": line.price_per_case,
        "amount": line.amount,
        "stock": line.basis.on_hand_units,
        "road": line.basis.road_units,
        "days_now": None if line.days_now is None else round(line.days_now, 1),
        "days_after": None if line.days_after is None else round(line.days_after, 1),
        "why": line.sentence(language),
    }


def _note(order: OrderView, language: str) -> str:
    row = order.row
    parts = (
        row.number,
        row.distributor(language),
        state_word(row.state, language),
        formats.full_day(row.arrives_on, language),
        formats.money(row.amount, language),
    )
    return " · ".join(parts)

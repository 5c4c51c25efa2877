"""An order as a file: the columns of its workbook, in either language; edited, it comes back by `order_file`."""

from collections.abc import Iterator

from channelkeeper.core import formats
from channelkeeper.orders.queries import LineView, OrderView
from channelkeeper.orders.sentences import state_word
from channelkeeper.sheets.columns import Column, Typed
from channelkeeper.sheets.writer import write_csv, write_table

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What is read of it again. The reason is left blank: whoever changes a quantity says why, and nobody for another.
PRODUCT = Column("product", ("产品编码",), ("Product code",), "code", required=True)
CASES = Column("cases", ("箱数",), ("Cases",), "units", required=True)
REASON = Column("reason", ("改数理由",), ("Reason for the change",), "text")
WAS = Column("was", ("导出时箱数",), ("Cases when exported",), "units", required=True)
ORDER = Column("order", ("订单号",), ("Order",), "code", required=True)
READ = (ORDER, PRODUCT, CASES, REASON, WAS)
COLUMNS = (
    PRODUCT,
    Column("name", ("品种",), ("Product name",), "text"),
    CASES,
    REASON,
    WAS,
    Column("units_per_case", ("箱规",), ("Pieces per case",), "units"),
    Column("units", ("件数（个）",), ("Pieces",), "units"),
    Column("price_per_case", ("单价（元/箱）",), ("Price, yuan per case",), "money"),
    Column("amount", ("金额（元）",), ("Amount, yuan",), "money"),
    Column("stock", ("库存（个）",), ("Stock, pieces",), "units"),
    Column("road", ("在途（个）",), ("On the road, pieces",), "units"),
    Column("days_now", ("现有天数",), ("Days now",), "quantity"),
    Column("days_after", ("到货后天数",), ("Days after",), "quantity"),
    Column("why", ("理由",), ("Why",), "text", width=90),
    ORDER,
)


def workbook(order: OrderView, *, language: str, all_lines: bool = False) -> bytes:
    """
    Return the order as a workbook.

    Args:
        language: of its heads, names and sentences.
        all_lines: also those of which nothing is ordered, with their sentences.
    """
    rows = _rows(order, language, all_lines)
    return write_table(COLUMNS, rows, order.row.number, language=language, note=_note(order, language))


def csv(order: OrderView, *, language: str, all_lines: bool = False) -> bytes:
    """Return the order as a CSV with the workbook's columns."""
    return write_csv(COLUMNS, _rows(order, language, all_lines), language=language)


def filename(order: OrderView, ending: str = "xlsx") -> str:
    """Return the name of the file."""
    return f"{order.row.number}.{ending}"


def _rows(order: OrderView, language: str, all_lines: bool) -> Iterator[dict[str, Typed]]:
    for line in order.lines:
        if all_lines or line.units:
            yield {**_cells(line, language), "order": order.row.number}


def _cells(line: LineView, language: str) -> dict[str, Typed]:
    return {
        "product": line.product,
        "was": line.cases,
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

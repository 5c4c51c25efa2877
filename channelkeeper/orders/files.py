"""One order as a file of any form but JSON: workbook, CSV, or a paper to sign."""

from enum import StrEnum

from channelkeeper.core import formats
from channelkeeper.orders import paper, sheet
from channelkeeper.orders.queries import OrderView
from channelkeeper.web import downloads, pdf


class Form(StrEnum):
    """In which form an order leaves; the ending of its name."""

    XLSX = "xlsx"
    CSV = "csv"
    PDF = "pdf"


MEDIA = {
    Form.XLSX: downloads.WORKBOOK,
    Form.CSV: "text/csv; charset=utf-8",
    Form.PDF: "application/pdf",
}


def content(order: OrderView, form: Form, *, language: str, all_lines: bool, base: str = "http://localhost/") -> bytes:
    """
    Return an order as a file.

    Args:
        order: as its reader may see it.
        language: zh or en, of heads, names and sentences.
        all_lines: also those of which nothing is ordered.
        base: the site's address, for the paper.

    Raises:
        channelkeeper.web.pdf.NoPaper: this machine prints nothing.
    """
    if form is Form.CSV:
        return sheet.csv(order, language=language, all_lines=all_lines)
    if form is Form.XLSX:
        return sheet.workbook(order, language=language, all_lines=all_lines)
    tongue = "zh-hans" if formats.is_chinese(language) else "en"
    shown = paper.context(order, language=tongue, all_lines=all_lines)
    return pdf.render(paper.TEMPLATE, shown, language=tongue, base=base)

"""
The distributor's weekly stock report: what its rows mean.

Pure: a workbook as `sheets.guard` read it goes in, lines in pieces or every fault and
question come out. Nothing here knows a database, a clock or a request.
"""

from channelkeeper.sheets.faults import Fault, Refused
from channelkeeper.stock.sheet.answer import answer, refused
from channelkeeper.stock.sheet.products import NO_PRODUCT
from channelkeeper.stock.sheet.reading import read
from channelkeeper.stock.sheet.records import (
    FIGURES,
    Answers,
    Candidate,
    CellView,
    KnownProduct,
    Line,
    Note,
    Offer,
    Question,
    Reading,
    Remark,
    RowView,
    Sender,
    SheetView,
    Unit,
)

__all__ = [
    "FIGURES",
    "NO_PRODUCT",
    "Answers",
    "Candidate",
    "CellView",
    "Fault",
    "KnownProduct",
    "Line",
    "Note",
    "Offer",
    "Question",
    "Reading",
    "Refused",
    "Remark",
    "RowView",
    "Sender",
    "SheetView",
    "Unit",
    "answer",
    "read",
    "refused",
]

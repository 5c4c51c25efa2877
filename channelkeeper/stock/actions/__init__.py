"""Writes of this room: reports in, shipments, the weekly close."""

from channelkeeper.stock.actions.bands import end_band, set_bands
from channelkeeper.stock.actions.close import ClosedWeek, close_week
from channelkeeper.stock.actions.codes import withdraw_code, withdraw_unit
from channelkeeper.stock.actions.counts import record_counts, withdraw_count
from channelkeeper.stock.actions.intake import (
    Answer,
    NotAnAnswer,
    Refusal,
    WrongState,
    answer_question,
    drop,
    hold,
    import_report,
    mend_cell,
    take_in,
)
from channelkeeper.stock.actions.sell_in import record_sell_in
from channelkeeper.stock.actions.shipments import mark_received, record_shipments

__all__ = [
    "Answer",
    "ClosedWeek",
    "NotAnAnswer",
    "Refusal",
    "WrongState",
    "answer_question",
    "close_week",
    "drop",
    "end_band",
    "hold",
    "import_report",
    "mark_received",
    "mend_cell",
    "record_counts",
    "record_sell_in",
    "record_shipments",
    "set_bands",
    "take_in",
    "withdraw_code",
    "withdraw_count",
    "withdraw_unit",
]

"""Writes of this room: proposing, a rep's edits, and the steps in an order's life."""

from channelkeeper.orders.actions.edits import Edited, RefusedLines, change, edit_lines, undo_edit
from channelkeeper.orders.actions.proposing import Difference, Outcome, ProposedWeek, Result, propose
from channelkeeper.orders.actions.steps import (
    accept,
    cancel,
    decline,
    offer,
    open_offer,
    send,
    settle,
    withdraw_offer,
)

__all__ = [
    "Difference",
    "Edited",
    "Outcome",
    "ProposedWeek",
    "RefusedLines",
    "Result",
    "accept",
    "cancel",
    "change",
    "decline",
    "edit_lines",
    "offer",
    "open_offer",
    "propose",
    "send",
    "settle",
    "undo_edit",
    "withdraw_offer",
]

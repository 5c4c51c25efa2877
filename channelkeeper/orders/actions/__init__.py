"""Writes of this room: proposing, a rep's edits, and the steps in an order's life."""

from channelkeeper.orders.actions.edits import Edited, RefusedLines, change, edit_lines, undo_edit
from channelkeeper.orders.actions.proposing import Difference, Outcome, ProposedWeek, Result, propose
from channelkeeper.orders.actions.record import ScoredWeek, due_weeks, score
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
    "ScoredWeek",
    "accept",
    "cancel",
    "change",
    "decline",
    "due_weeks",
    "edit_lines",
    "offer",
    "open_offer",
    "propose",
    "score",
    "send",
    "settle",
    "undo_edit",
    "withdraw_offer",
]

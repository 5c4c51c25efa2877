"""Writes of this room: proposing, a rep's edits, and the steps in an order's life."""

from channelkeeper.orders.actions.edits import Edited, RefusedLines, change, edit_lines, undo_edit
from channelkeeper.orders.actions.importing import set_lines
from channelkeeper.orders.actions.links import (
    MadeLink,
    accept_by_link,
    change_by_link,
    decline_by_link,
    make_link,
    open_link,
    withdraw_link,
)
from channelkeeper.orders.actions.proposing import Difference, Outcome, ProposedWeek, Result, propose
from channelkeeper.orders.actions.record import ScoredWeek, due_weeks, score
from channelkeeper.orders.actions.steps import (
    Offered,
    accept,
    cancel,
    decline,
    offer,
    offer_many,
    open_offer,
    send,
    settle,
    withdraw_offer,
)

__all__ = [
    "Difference",
    "Edited",
    "MadeLink",
    "Offered",
    "Outcome",
    "ProposedWeek",
    "RefusedLines",
    "Result",
    "ScoredWeek",
    "accept",
    "accept_by_link",
    "cancel",
    "change",
    "change_by_link",
    "decline",
    "decline_by_link",
    "due_weeks",
    "edit_lines",
    "make_link",
    "offer",
    "offer_many",
    "open_link",
    "open_offer",
    "propose",
    "score",
    "send",
    "set_lines",
    "settle",
    "undo_edit",
    "withdraw_link",
    "withdraw_offer",
]

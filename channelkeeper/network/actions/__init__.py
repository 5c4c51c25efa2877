"""Writes of this room."""

from channelkeeper.network.actions.assignments import hand_over, import_assignments
from channelkeeper.network.actions.distributors import change_terms, import_distributors
from channelkeeper.network.actions.offices import import_offices
from channelkeeper.network.actions.reps import import_reps
from channelkeeper.network.actions.substitutes import arrange_substitute, end_substitute
from channelkeeper.network.actions.whole import KINDS, import_network

__all__ = [
    "KINDS",
    "arrange_substitute",
    "change_terms",
    "end_substitute",
    "hand_over",
    "import_assignments",
    "import_distributors",
    "import_network",
    "import_offices",
    "import_reps",
]

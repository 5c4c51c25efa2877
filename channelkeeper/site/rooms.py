"""
The one list of rooms. A room is added in one line here.

From it follow the installed apps, the addresses, the API, the commands, the sentences and
the menu. The order is the order of imports: a room may import only what stands before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType


@dataclass(frozen=True)
class Room:
    """A package below `channelkeeper`, and what of it is mounted where."""

    name: str
    address: str | None = None  # its pages' address below /; None where it has no pages


ROOMS = (
    Room("access", address="me/"),
    Room("jobs", address="runs/"),
    Room("web", address="look/"),
    Room("catalog", address="products/"),
    Room("network", address="network/"),
    Room("seasons", address="seasons/"),
    Room("findings", address="findings/"),
    Room("stock", address="reports/"),
    Room("orders", address="orders/"),
    Room("desk", address=""),
)
APPS = [f"channelkeeper.{room.name}" for room in ROOMS]


def modules(name: str) -> Iterator[tuple[Room, ModuleType]]:
    """Yield each room's module of that name, for the rooms that have one."""
    for room in ROOMS:
        full_name = f"channelkeeper.{room.name}.{name}"
        if find_spec(full_name):
            yield room, import_module(full_name)

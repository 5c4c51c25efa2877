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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from channelkeeper.access.rules import Actor


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


def menu(actor: "Actor") -> list[tuple[str, str]]:
    """
    Return the pages that the actor's role works with: label in the reader's language, and address.

    A role without pages has none.
    """
    from django.urls import reverse
    from django.utils.translation import pgettext

    from channelkeeper.access.rules import READERS, Role

    work = [
        (pgettext("menu", "Monday"), "desk:monday"),
        (pgettext("menu", "Distributors"), "desk:distributors"),
        (pgettext("menu", "Proposals"), "orders:list"),
        (pgettext("menu", "Findings"), "findings:list"),
        (pgettext("menu", "Reports"), "stock:reports"),
        (pgettext("menu", "Overview"), "desk:overview"),
        (pgettext("menu", "Master data"), "network:distributors"),
    ]
    own = [
        (pgettext("menu", "My stock"), "desk:monday"),
        (pgettext("menu", "Reports"), "stock:reports"),
        (pgettext("menu", "Orders"), "orders:list"),
        (pgettext("menu", "Findings"), "findings:list"),
    ]
    entries = work if actor.role in READERS else own if actor.role is Role.DISTRIBUTOR else []
    return [(label, reverse(name)) for label, name in entries]


def place(actor: "Actor") -> str:
    """Return where the actor belongs, in the reader's language: headquarters, an office, a firm; may be empty."""
    from django.utils.translation import get_language

    from channelkeeper.access import clock
    from channelkeeper.access.names import role_name
    from channelkeeper.access.rules import Role
    from channelkeeper.network import queries

    if actor.role in (Role.HEADQUARTERS, Role.AUDITOR):
        return role_name(actor.role)
    language = get_language() or ""
    first = queries.visible(actor, at=clock.now()).select_related("office").order_by("code").first()
    if first is None:
        return ""
    shown = first if actor.role is Role.DISTRIBUTOR else first.office
    return shown.name_zh if language.startswith("zh") else shown.name_en or shown.name_zh


def master_data(actor: "Actor") -> list[tuple[str, str]]:
    """Return the lists of master data that the actor's role may open: label in the reader's language, and address."""
    from django.urls import reverse
    from django.utils.translation import gettext as _

    from channelkeeper.access.rules import READERS, Role

    in_charge, everyone = {Role.HEADQUARTERS, Role.OFFICE_MANAGER, Role.AUDITOR}, READERS | {Role.DISTRIBUTOR}
    entries = [
        (_("Distributors"), "network:distributors", READERS),
        (_("Products"), "catalog:list", everyone),
        (_("Promotions and festivals"), "seasons:list", everyone),
        (_("Closing days"), "seasons:closing", everyone),
        (_("Launch plans"), "seasons:launches", everyone),
        (_("Bands"), "stock:bands", READERS),
        (_("Offices"), "network:offices", READERS),
        (_("Reps"), "network:reps", READERS),
        (_("Assignments"), "network:assignments", READERS),
        (_("Substitutes"), "network:substitutes", in_charge),
        (_("Runs"), "jobs:runs", {Role.HEADQUARTERS, Role.AUDITOR}),
    ]
    return [(label, reverse(name)) for label, name, roles in entries if actor.role in roles]

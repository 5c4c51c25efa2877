"""A room is entered only through its open modules."""

from pathlib import Path

from tests.architecture import tree

OPEN = {"queries", "actions", "rules", "sentences"}
# The ground floor lies open, but for its tables.
GROUND_FLOOR = {"core", "engine", "access", "jobs", "web", "api", "cli", "sheets"}
TOP = "site"  # puts the rooms together


def closed_doors(folder: Path, *, own_room: bool = True) -> list[str]:
    """
    Return each import of another room's inside, as "file:line imports room.module".

    A table may name the table that its foreign key points to.

    Args:
        folder: holds the rooms; or, with `own_room` false, code that belongs to no room.
        own_room: whether the first part of a file's path names the room it belongs to.
    """
    found = []
    for path in tree.modules(folder):
        own = path.parts[0] if own_room else None
        if own == TOP:
            continue
        for line, (room, *inside) in tree.imported(tree.parse(folder / path), "channelkeeper"):
            table_to_table = "models" in (path.stem, *path.parts) and inside[:1] == ["models"]
            if room != own and not table_to_table and not _is_open(room, inside):
                found.append(f"{path}:{line} imports {'.'.join([room, *inside])}")
    return found


def _is_open(room: str, inside: list[str]) -> bool:
    if room in GROUND_FLOOR:
        return not inside or not (inside[0].startswith("_") or inside[0] in {"models", "migrations", "tests"})
    return bool(inside) and inside[0] in OPEN


def test_rooms_enter_each_other_through_open_modules() -> None:
    assert closed_doors(tree.PRODUCT) == []


def test_the_demo_enters_rooms_through_open_modules() -> None:
    assert closed_doors(tree.ROOT / "demo", own_room=False) == []


def test_a_closed_door_is_found(tmp_path: Path) -> None:
    orders = tmp_path / "orders"
    orders.mkdir()
    (orders / "actions.py").write_text(
        "from channelkeeper.stock import models, queries\n"
        "from channelkeeper.stock.models import Report\n"
        "from channelkeeper.orders import models as own\n"
        "from channelkeeper.access import actions, models as users\n"
        "import channelkeeper.network.sheet\n"
        "from channelkeeper import catalog\n"
        "def late() -> None:\n"
        "    from channelkeeper.core import _private, weeks\n"
    )
    (orders / "models.py").write_text("from channelkeeper.stock import models, sheet\n")
    assert closed_doors(tmp_path) == [
        "orders/actions.py:1 imports stock.models",
        "orders/actions.py:2 imports stock.models.Report",
        "orders/actions.py:4 imports access.models",
        "orders/actions.py:5 imports network.sheet",
        "orders/actions.py:6 imports catalog",
        "orders/actions.py:8 imports core._private",
        "orders/models.py:1 imports stock.sheet",
    ]

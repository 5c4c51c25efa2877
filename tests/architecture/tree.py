"""The project as files: its rooms from the ground up, its modules, what git keeps."""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "channelkeeper"


def room_ranks() -> dict[str, int]:
    """Return each room's place in the list, counted from the ground; strangers share one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "rooms")
    return {name.strip(" ()"): rank for rank, layer in enumerate(reversed(layers)) for name in layer.split("|")}


def is_test(path: Path) -> bool:
    """Return whether a module belongs to tests rather than to the product."""
    return "tests" in path.parts or path.name == "conftest.py"


def modules(folder: Path) -> Iterator[Path]:
    """Yield the Python files below a folder, relative to it, without tests and migrations."""
    for path in sorted(folder.rglob("*.py")):
        relative = path.relative_to(folder)
        if not is_test(relative) and "migrations" not in relative.parts:
            yield relative


def parse(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(tree: ast.Module, package: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield line and dotted parts below `package` of everything that a module imports from it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            first, *rest = name.split(".")
            if first == package and rest:
                yield node.lineno, tuple(rest)


def tracked() -> list[Path]:
    """Return the files that git keeps, relative to the project."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [Path(name.decode()) for name in listed.split(b"\0") if name]

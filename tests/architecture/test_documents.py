"""Every command and every endpoint is documented, and nothing else."""

import re

import typer.core
import typer.main

from channelkeeper.site import api, command
from tests.architecture import tree

DOCS = tree.ROOT / "docs"
ENDPOINT = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE) (/api/[^\s`|)]+)")


def leaves(found: object, name: str) -> list[str]:
    """Return a command's full name, or those of the commands below it."""
    if isinstance(found, typer.core.TyperGroup):
        return [leaf for part, below in found.commands.items() for leaf in leaves(below, f"{name} {part}")]
    return [name]


def commands() -> list[str]:
    """Return the full name of every command, as it is typed."""
    return leaves(typer.main.get_command(command.mount()), "channelkeeper")


def endpoints() -> set[str]:
    """Return every endpoint of the API as "METHOD /path"."""
    paths = api.api.get_openapi_schema()["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


def test_every_command_is_documented() -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    missing = [name for name in commands() if not re.search(rf"\b{re.escape(name)}\b", text)]
    assert missing == []


def test_the_endpoints_and_their_document_are_the_same() -> None:
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    assert {" ".join(found) for found in ENDPOINT.findall(text)} == endpoints()

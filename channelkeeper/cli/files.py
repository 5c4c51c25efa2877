"""Files of commands: read, written, and what became of those taken in."""

from pathlib import Path
from typing import Annotated, Any

import typer

from channelkeeper.access import commands

SourceFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="An .xlsx or .csv file.")]
TargetFile = Annotated[Path, typer.Argument(dir_okay=False, writable=True, help="The .xlsx or .csv file to write.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]
Json = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


def answer(outcome: Any, *, as_json: bool) -> None:
    """Print what became of a file of master data, a `sheets.masters.Outcome`; exit 1 where it was refused."""
    lines = [f"{outcome.status}: {outcome.new} new, {outcome.changed} changed, {outcome.same} the same"]
    lines += [f"{fault.message_zh}\n{fault.message_en}" for fault in outcome.faults]
    commands.give(outcome, as_json=as_json, text="\n".join(lines))
    if outcome.status == "refused":
        raise typer.Exit(commands.REFUSED)


def write(path: Path, data: bytes) -> None:
    """Write a file and say where."""
    path.write_bytes(data)
    commands.tell(str(path))

"""Commands of this room: offices, reps, distributors and assignments in and out."""

from enum import StrEnum
from typing import Annotated

import typer

from channelkeeper.access import clock, commands
from channelkeeper.cli import files
from channelkeeper.network import sheet

app = typer.Typer(help="Offices, reps, distributors, assignments / 办事处、业务员、经销商", no_args_is_help=True)


class Kind(StrEnum):
    """The lists that go in and out."""

    OFFICES = "offices"
    REPS = "reps"
    DISTRIBUTORS = "distributors"
    ASSIGNMENTS = "assignments"


WhichList = Annotated[Kind, typer.Argument(help="Which list.")]


@app.command("import")
def import_file(path: files.SourceFile, dry_run: files.DryRun = False, as_json: files.Json = False) -> None:
    """Take in a file of one or more lists, whole or not at all."""
    with commands.refusals():
        outcome = sheet.take_in(
            data=path.read_bytes(),
            filename=path.name,
            dry_run=dry_run,
            by=commands.operator("network import"),
            at=clock.now(),
        )
    files.answer(outcome, as_json=as_json)


@app.command("export")
def export(kind: WhichList, path: files.TargetFile) -> None:
    """Write a list to a file that can be taken in again, .xlsx or .csv."""
    as_csv = path.suffix.lower() == ".csv"
    files.write(path, sheet.export(kind, by=commands.operator("network export"), at=clock.now(), as_csv=as_csv))


@app.command("template")
def template(kind: WhichList, path: files.TargetFile) -> None:
    """Write an empty workbook with a list's headings."""
    files.write(path, sheet.template(kind))

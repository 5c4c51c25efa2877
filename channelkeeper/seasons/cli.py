"""Commands of this room: promotions in and out, festivals filled."""

from typing import Annotated

import typer

from channelkeeper.access import clock, commands
from channelkeeper.cli import files
from channelkeeper.seasons import actions, closing_cli, launch_cli, sheet

app = typer.Typer(help="Promotions, festivals, closing days, launches / 促销、节日、休息日、新品", no_args_is_help=True)
app.add_typer(closing_cli.app, name="closing")
app.add_typer(launch_cli.app, name="launches")


@app.command("import")
def import_file(path: files.SourceFile, dry_run: files.DryRun = False, as_json: files.Json = False) -> None:
    """Take in a file of promotions, whole or not at all."""
    with commands.refusals():
        outcome = sheet.take_in(
            data=path.read_bytes(),
            filename=path.name,
            dry_run=dry_run,
            by=commands.operator("seasons import"),
            at=clock.now(),
        )
    files.answer(outcome, as_json=as_json)


@app.command("export")
def export(path: files.TargetFile) -> None:
    """Write all promotions to a file that can be taken in again, .xlsx or .csv."""
    as_csv = path.suffix.lower() == ".csv"
    files.write(path, sheet.export(by=commands.operator("seasons export"), at=clock.now(), as_csv=as_csv))


@app.command("template")
def template(path: files.TargetFile) -> None:
    """Write an empty workbook with the right headings."""
    files.write(path, sheet.template())


@app.command("festivals")
def festivals(
    first_year: Annotated[int, typer.Argument(min=2000, max=2099)],
    last_year: Annotated[int, typer.Argument(min=2000, max=2099)],
    as_json: files.Json = False,
) -> None:
    """Keep the days of Spring Festival, Mid-Autumn and National Day of these years."""
    with commands.refusals():
        years = range(first_year, last_year + 1)
        new = actions.fill_festivals(years=years, by=commands.operator("seasons festivals"), at=clock.now())
    commands.give({"new": new}, as_json=as_json, text=f"{new} new days")

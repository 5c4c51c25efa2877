"""Commands about closing days: `channelkeeper seasons closing …`."""

from datetime import datetime
from typing import Annotated

import typer

from channelkeeper.access import clock, commands
from channelkeeper.cli import files
from channelkeeper.seasons import actions, closing_file
from channelkeeper.seasons.queries import closing

app = typer.Typer(help="Closing days of factory and distributors / 工厂和经销商的休息日", no_args_is_help=True)


@app.command("import")
def import_file(path: files.SourceFile, dry_run: files.DryRun = False, as_json: files.Json = False) -> None:
    """Take in a file of closing days, whole or not at all."""
    with commands.refusals():
        outcome = closing_file.take_in(
            data=path.read_bytes(),
            filename=path.name,
            dry_run=dry_run,
            by=commands.operator("seasons closing import"),
            at=clock.now(),
        )
    files.answer(outcome, as_json=as_json)


@app.command("export")
def export(path: files.TargetFile) -> None:
    """Write all closing days to a file that can be taken in again, .xlsx or .csv."""
    as_csv = path.suffix.lower() == ".csv"
    by = commands.operator("seasons closing export")
    files.write(path, closing_file.export(by=by, at=clock.now(), as_csv=as_csv))


@app.command("template")
def template(path: files.TargetFile) -> None:
    """Write an empty workbook with the right headings."""
    files.write(path, closing_file.template())


@app.command("remove")
def remove(
    starts_on: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="The first day.")],
    distributor: Annotated[str, typer.Option(help="Code of the distributor; without it the factory's.")] = "",
) -> None:
    """Remove the closing days that begin on a day."""
    by, at = commands.operator("seasons closing remove"), clock.now()
    with commands.refusals():
        key = closing.closed_id_of(by, distributor=distributor, starts_on=starts_on.date(), at=at)
        actions.remove_closed_days(closed_id=key, by=by, at=at)
    commands.tell(f"removed: {distributor or 'factory'} {starts_on.date()}")

"""Commands of this room: products in and out."""

import typer

from channelkeeper.access import clock, commands
from channelkeeper.catalog import sheet
from channelkeeper.cli import files

app = typer.Typer(help="Products and prices / 产品和价格", no_args_is_help=True)


@app.command("import")
def import_file(path: files.SourceFile, dry_run: files.DryRun = False, as_json: files.Json = False) -> None:
    """Take in a file of products, whole or not at all."""
    with commands.refusals():
        outcome = sheet.take_in(
            data=path.read_bytes(),
            filename=path.name,
            dry_run=dry_run,
            by=commands.operator("catalog import"),
            at=clock.now(),
        )
    files.answer(outcome, as_json=as_json)


@app.command("export")
def export(path: files.TargetFile) -> None:
    """Write all products to a file that can be taken in again, .xlsx or .csv."""
    write = sheet.export_csv if path.suffix.lower() == ".csv" else sheet.export
    files.write(path, write(on=clock.today()))


@app.command("template")
def template(path: files.TargetFile) -> None:
    """Write an empty workbook with the right headings."""
    files.write(path, sheet.template())

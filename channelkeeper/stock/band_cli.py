"""Commands about bands: `channelkeeper stock bands …`."""

import typer

from channelkeeper.access import clock, commands
from channelkeeper.cli import files
from channelkeeper.stock import band_file

app = typer.Typer(help="Bands of inventory days / 库存天数的带", no_args_is_help=True)


@app.command("import")
def import_file(path: files.SourceFile, dry_run: files.DryRun = False, as_json: files.Json = False) -> None:
    """Take in a file of bands, whole or not at all."""
    with commands.refusals():
        outcome = band_file.take_in(
            data=path.read_bytes(),
            filename=path.name,
            dry_run=dry_run,
            by=commands.operator("stock bands import"),
            at=clock.now(),
        )
    files.answer(outcome, as_json=as_json)


@app.command("export")
def export(path: files.TargetFile) -> None:
    """Write all bands to a file that can be taken in again, .xlsx or .csv."""
    as_csv = path.suffix.lower() == ".csv"
    files.write(path, band_file.export(by=commands.operator("stock bands export"), at=clock.now(), as_csv=as_csv))


@app.command("template")
def template(path: files.TargetFile) -> None:
    """Write an empty workbook with the right headings."""
    files.write(path, band_file.template())

"""Commands about launch plans: `channelkeeper seasons launches …`."""

from typing import Annotated

import typer

from channelkeeper.access import clock, commands
from channelkeeper.cli import files
from channelkeeper.seasons import actions, launch_file
from channelkeeper.seasons.queries import launches

app = typer.Typer(help="Launch plans of new products / 新品铺货计划", no_args_is_help=True)


@app.command("import")
def import_file(path: files.SourceFile, dry_run: files.DryRun = False, as_json: files.Json = False) -> None:
    """Take in a file of launch plans, whole or not at all."""
    with commands.refusals():
        outcome = launch_file.take_in(
            data=path.read_bytes(),
            filename=path.name,
            dry_run=dry_run,
            by=commands.operator("seasons launches import"),
            at=clock.now(),
        )
    files.answer(outcome, as_json=as_json)


@app.command("export")
def export(path: files.TargetFile) -> None:
    """Write all launch plans to a file that can be taken in again, .xlsx or .csv."""
    as_csv = path.suffix.lower() == ".csv"
    by = commands.operator("seasons launches export")
    files.write(path, launch_file.export(by=by, at=clock.now(), as_csv=as_csv))


@app.command("template")
def template(path: files.TargetFile) -> None:
    """Write an empty workbook with the right headings."""
    files.write(path, launch_file.template())


@app.command("remove")
def remove(
    product: Annotated[str, typer.Argument(help="Code of the product.")],
    distributor: Annotated[str, typer.Option(help="Code of the distributor; without it the plan for all.")] = "",
) -> None:
    """Remove a product's launch plan."""
    by, at = commands.operator("seasons launches remove"), clock.now()
    with commands.refusals():
        key = launches.plan_id_of(by, product=product, distributor=distributor, at=at)
        actions.remove_launch_plan(plan_id=key, by=by, at=at)
    commands.tell(f"removed: {product} {distributor or 'all'}")

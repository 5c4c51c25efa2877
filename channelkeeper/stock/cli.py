"""Commands of this room: a report in, shipments in, a week closed."""

import sys
from datetime import date
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from channelkeeper.access import clock, commands
from channelkeeper.cli import files
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.stock import actions, band_cli, count_file, day_cli, sell_in_file, shipment_file

app = typer.Typer(help="Weekly reports, shipments, the weekly close / 周报、发货、周结", no_args_is_help=True)
app.add_typer(band_cli.app, name="bands")
app.command("days")(day_cli.days)
app.command("turnover")(day_cli.turnover_days)

Week = Annotated[str, typer.Option("--week", help="As 2026-W47, or a day in it as 2026-11-18.")]
Codes = Annotated[list[str] | None, typer.Option("--distributor", help="Only these; everyone by default.")]


@app.command("import")
def import_report(
    file: files.SourceFile,
    distributor: Annotated[str, typer.Option("--distributor", help="Code of the distributor whose report it is.")],
    week: Week = "",
    dry_run: files.DryRun = False,
    as_json: files.Json = False,
) -> None:
    """Take in a weekly report, whole or not at all; the same file twice counts once."""
    with commands.refusals():
        answer = actions.import_report(
            distributor_code=distributor,
            data=file.read_bytes(),
            filename=file.name,
            week=_week(week) if week else None,
            dry_run=dry_run,
            source="command",
            by=commands.operator("stock import"),
            at=clock.now(),
        )
    commands.give(answer.body, as_json=as_json, text=_words(answer.body))
    if answer.status != "accepted":
        raise typer.Exit(commands.REFUSED)


@app.command()
def shipments(file: files.SourceFile, dry_run: files.DryRun = False, as_json: files.Json = False) -> None:
    """Take in a file of shipments: number, distributor, product, cases or pieces, days."""
    with commands.refusals():
        outcome = shipment_file.take_in(
            data=file.read_bytes(),
            filename=file.name,
            dry_run=dry_run,
            by=commands.operator("stock shipments"),
            at=clock.now(),
        )
    files.answer(outcome, as_json=as_json)


@app.command()
def counts(file: files.SourceFile, dry_run: files.DryRun = False, as_json: files.Json = False) -> None:
    """Take in a file of counts by hand: distributor, day, product, cases and pieces."""
    with commands.refusals():
        outcome = count_file.take_in(
            data=file.read_bytes(),
            filename=file.name,
            dry_run=dry_run,
            source="command",
            by=commands.operator("stock counts"),
            at=clock.now(),
        )
    files.answer(outcome, as_json=as_json)


@app.command("sell-in")
def record_sell_in(file: files.SourceFile, dry_run: files.DryRun = False, as_json: files.Json = False) -> None:
    """Take in sell-in of the time before the reports: distributor, product, week or month, cases or pieces."""
    with commands.refusals():
        outcome = sell_in_file.take_in(
            data=file.read_bytes(),
            filename=file.name,
            dry_run=dry_run,
            by=commands.operator("stock sell-in"),
            at=clock.now(),
        )
    files.answer(outcome, as_json=as_json)


@app.command()
def close(week: Week = "", distributor: Codes = None, as_json: files.Json = False) -> None:
    """Close a week, the last one by default: positions, sums and findings; broken off, it goes on."""
    at = clock.now()
    chosen = _week(week) if week else BUSINESS.last_closed_week(at)
    with commands.refusals(), _bar() as progress:
        task = progress.add_task(weeks.label(chosen), total=None)
        closed = actions.close_week(
            week=chosen,
            by=commands.operator("stock close"),
            at=at,
            distributor_codes=distributor or None,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
    body = vars(closed) | {"week": weeks.label(closed.week)}
    words = (
        f"{body['week']}: {closed.reported} of {closed.distributors} distributors reported, "
        f"{closed.series} series closed"
    )
    commands.give(body, as_json=as_json, text=words)


def _week(text: str) -> date:
    """Return the week that an option names; another text is wrong usage, exit 2."""
    try:
        return weeks.parse(text)
    except weeks.WeekError as error:
        raise typer.BadParameter(str(error)) from error


def _bar() -> Progress:
    """Return a progress bar on stderr: stdout stays free for the answer."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )


def _words(body: dict[str, Any]) -> str:
    """Return an answer as lines for a person."""
    lines = [f"{body['status']}: {body['week'] or '–'}, {len(body['lines'])} lines"]
    lines += [
        f"{fault['cell'] or fault['sheet']} {fault['message_zh']}\n{fault['message_en']}" for fault in body["faults"]
    ]
    for question in body["questions"]:
        offered = ", ".join(f"{one['code']} {one['name_zh']} {one['likeness']}%" for one in question["candidates"])
        lines.append(f"{question['cell']} {question['message_zh']}\n{question['message_en']} {offered}")
    return "\n".join(lines)

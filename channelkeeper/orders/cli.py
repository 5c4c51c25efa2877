"""The orders on the command line."""

import json
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.urls import reverse
from rich.console import Console
from rich.progress import Progress

from channelkeeper.access import clock
from channelkeeper.access.rules import NotFound, whole
from channelkeeper.cli import files
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.orders import actions, order_file, queries, rules, scenario_cli, sheet
from channelkeeper.orders import files as files_of
from channelkeeper.orders.actions import Result
from channelkeeper.orders.queries import reasons, record
from channelkeeper.orders.rules import State
from channelkeeper.web import pdf

app = typer.Typer(help="Orders: propose, list, export.", no_args_is_help=True)
SYSTEM = whole("command line: orders")
ALL = 1_000_000
Json = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]


class Format(StrEnum):
    """In which form an order leaves."""

    EXCEL = "excel"
    CSV = "csv"
    PDF = "pdf"
    JSON = "json"


_FORMS = {Format.EXCEL: files_of.Form.XLSX, Format.CSV: files_of.Form.CSV, Format.PDF: files_of.Form.PDF}


def week_of(text: str) -> date:
    """
    Return the Monday of a week as it was typed.

    Raises:
        typer.BadParameter: it names no week.
    """
    try:
        return weeks.parse(text)
    except weeks.WeekError as error:
        raise typer.BadParameter(str(error)) from error


Week = Annotated[date, typer.Option(parser=week_of, metavar="WEEK", help="The closed week, 2026-W47.")]


@app.command()
def propose(
    week: Week,
    distributor: Annotated[list[str] | None, typer.Option(help="Only this one, by its code; repeatable.")] = None,
    as_json: Json = False,
) -> None:
    """
    Propose the order that follows the close of a week, for every distributor.

    Proposing twice never orders twice. Exit 1 where there is no such distributor, or no order came of any.
    """
    try:
        found = _propose(week, distributor or None, quiet=as_json)
    except NotFound as error:
        raise _refused(str(error)) from error
    if as_json:
        typer.echo(json.dumps(_answer(found), ensure_ascii=False))
    else:
        _tell(found)
    if found.outcomes and found.count(Result.NO_POSITIONS) == len(found.outcomes):
        raise _refused(f"No distributor was closed for {weeks.label(week)}; run the weekly close first.")


@app.command("list")
def list_orders(
    week: Annotated[
        date | None, typer.Option(parser=week_of, metavar="WEEK", help="Only on this closed week, 2026-W47.")
    ] = None,
    state: Annotated[State | None, typer.Option(help="Only in this state.")] = None,
    distributor: Annotated[str, typer.Option(help="Only this distributor's, by its code.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    as_json: Json = False,
) -> None:
    """List orders, the newest week first."""
    filters = queries.Filters(week=week, states=(state,) if state else (), distributor=distributor)
    rows = queries.listed(SYSTEM, at=clock.now(), filters=filters, limit=limit)
    if as_json:
        typer.echo(json.dumps([queries.record_of(row) for row in rows], ensure_ascii=False))
        return
    for row in rows:
        typer.echo(f"{row.number}\t{row.state.value}\t{row.lines_ordered}\t{row.cases}\t{row.amount}\t{row.arrives_on}")


@app.command()
def export(
    number: Annotated[str, typer.Argument(help="The order's number, D001-2026W48.")],
    form: Annotated[Format, typer.Option("--format", help="Workbook, CSV, paper to sign, or JSON.")] = Format.EXCEL,
    out: Annotated[
        Path | None, typer.Option(help="The file to write; JSON goes to standard output without it.")
    ] = None,
    language: Annotated[str, typer.Option(help="zh or en, of the file.")] = "zh",
    all_lines: Annotated[bool, typer.Option("--all", help="Also lines of which nothing is ordered.")] = False,
) -> None:
    """Write an order to a file."""
    try:
        view = queries.order(SYSTEM, number, at=clock.now())
    except NotFound as error:
        raise _refused(str(error)) from error
    if form is not Format.JSON:
        target = out or Path(sheet.filename(view, _FORMS[form]))
        try:
            target.write_bytes(files_of.content(view, _FORMS[form], language=language, all_lines=all_lines))
        except pdf.NoPaper as error:
            raise _refused(str(error)) from error
        typer.echo(str(target))
        return
    text = json.dumps(view.record(), ensure_ascii=False, indent=2)
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")
        typer.echo(str(out))


@app.command()
def offer(
    numbers: Annotated[list[str] | None, typer.Argument(help="Drafts, by their numbers.")] = None,
    week: Annotated[
        date | None, typer.Option(parser=week_of, metavar="WEEK", help="All drafts on this closed week, 2026-W47.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Offer drafts to their distributors, each for itself. Exit 1 where one could not be offered."""
    at = clock.now()
    drafts = queries.Filters(week=week, states=(State.PROPOSED,))
    named = [one.number for one in queries.listed(SYSTEM, at=at, filters=drafts, limit=ALL)] if week else []
    done = actions.offer_many(numbers=[*(numbers or []), *named], by=SYSTEM, at=at)
    left = [one for one in done if one.refusal is not None]
    if as_json:
        offered = [one.number for one in done if one.refusal is None]
        refused = [{"number": one.number, "why": str(one.refusal)} for one in left]
        typer.echo(json.dumps({"offered": offered, "refused": refused}, ensure_ascii=False))
    else:
        for one in done:
            typer.echo(f"{one.number}\t{one.refusal or State.OFFERED.value}")
    if left or not done:
        raise typer.Exit(1)


@app.command("reasons")
def stated_reasons(
    by: Annotated[reasons.By, typer.Option(help="Count all together, by distributor or by rep.")] = reasons.By.REASON,
    span: Annotated[int, typer.Option("--weeks", min=1, max=104, help="Over so many weeks.")] = record.USUAL_WEEKS,
    as_json: Json = False,
) -> None:
    """List what was said when orders differed from their proposals, the most frequent first."""
    at = clock.now()
    rows = reasons.stated(SYSTEM, at=at, since=record.since(BUSINESS.last_closed_week(at), span), by=by)
    if as_json:
        typer.echo(json.dumps([one.record() for one in rows], ensure_ascii=False))
        return
    for one in rows:
        typer.echo(f"{one.orders}\t{one.lines}\t{one.step}\t{one.code}\t{one.reason}")


@app.command("import")
def import_file(path: files.SourceFile, dry_run: files.DryRun = False, as_json: files.Json = False) -> None:
    """Take in an order file that was edited, whole or not at all; every fault is named by its cell."""
    outcome = order_file.take_in(data=path.read_bytes(), filename=path.name, dry_run=dry_run, by=SYSTEM, at=clock.now())
    files.answer(outcome, as_json=as_json)


@app.command()
def link(
    number: Annotated[str, typer.Argument(help="The order's number, D001-2026W48.")],
    days: Annotated[int, typer.Option(min=1, max=rules.MOST_LINK_DAYS, help="How long it works.")] = rules.LINK_DAYS,
    site: Annotated[str, typer.Option(help="Where the pages are served, https://channel.example.com.")] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Make the order's link worthless instead.")] = False,
    as_json: Json = False,
) -> None:
    """
    Make a one-time link with which the distributor answers one order on its phone.

    It is told this once. Exit 1 where the order does not wait for an answer, or has no link to withdraw.
    """
    at = clock.now()
    try:
        if withdraw:
            actions.withdraw_link(number=number, by=SYSTEM, at=at)
            return
        made = actions.make_link(number=number, by=SYSTEM, at=at, days=days)
    except (NotFound, rules.Refusal) as error:
        raise _refused(str(error)) from error
    origin = site or next(iter(settings.CSRF_TRUSTED_ORIGINS), "")
    address = f"{origin.rstrip('/')}{reverse('orders:by_link', args=[made.token])}"
    told = {"number": number, "address": address, "expires_at": made.expires_at.isoformat()}
    typer.echo(json.dumps(told, ensure_ascii=False) if as_json else address)


def _propose(week: date, codes: list[str] | None, *, quiet: bool) -> actions.ProposedWeek:
    """Propose with a bar on standard error, so that standard output stays the answer."""
    with Progress(console=Console(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task(weeks.label(week), total=None)
        return actions.propose(
            week=week,
            by=SYSTEM,
            at=clock.now(),
            distributor_codes=codes,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )


def _answer(found: actions.ProposedWeek) -> dict[str, object]:
    """Return what came of proposing, with the orders as they stand now."""
    codes = {one.distributor for one in found.outcomes}
    stand = queries.records(SYSTEM, at=clock.now(), filters=queries.Filters(week=found.week), limit=ALL)
    live = [one for one in stand if one["distributor"] in codes and one["state"] != State.CANCELLED.value]
    return {
        "week": weeks.label(found.week),
        "outcomes": [one.record() for one in found.outcomes],
        "orders": sorted(live, key=lambda one: str(one["number"])),
    }


def _tell(found: actions.ProposedWeek) -> None:
    for one in found.outcomes:
        typer.echo(f"{one.distributor}\t{one.result.value}\t{one.number}\t{one.state}")
        for line in one.differences:
            typer.echo(f"\t{line.product}\t{line.before_units} → {line.proposed_units}\t({line.units})")


def _refused(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(1)


scenario_cli.add_to(app)

"""The findings on the command line."""

import json
from decimal import Decimal
from typing import Annotated

import typer

from channelkeeper.access import clock
from channelkeeper.access.rules import NotFound, whole
from channelkeeper.findings import queries
from channelkeeper.findings.queries import talks as talk_queries
from channelkeeper.findings.rules import LIVE, State

app = typer.Typer(help="Findings: what was observed and needs managing.", no_args_is_help=True)
SYSTEM = whole("command line: findings")


@app.callback()
def findings() -> None:
    """Findings: what was observed and needs managing."""


@app.command("list")
def list_findings(
    state: Annotated[State | None, typer.Option(help="Only this state; live ones without it.")] = None,
    kind: Annotated[str, typer.Option(help="Only this kind: below_band, report_late …")] = "",
    distributor: Annotated[str, typer.Option(help="Only this distributor's, by its code.")] = "",
    office: Annotated[str, typer.Option(help="Only this office's, by its code.")] = "",
    rep: Annotated[str, typer.Option(help="Only of those that this rep serves today, by its code.")] = "",
    stake: Annotated[int, typer.Option(min=0, help="At least so many yuan at stake.")] = 0,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array on standard output.")] = False,
) -> None:
    """List findings, what is most at stake first."""
    filters = queries.Filters(
        states=LIVE if state is None else frozenset({state}),
        kind=kind,
        distributor=distributor,
        office=office,
        rep=rep,
        stake=Decimal(stake) if stake else None,
    )
    found = queries.listed(SYSTEM, at=clock.now(), filters=filters, limit=limit)
    if as_json:
        typer.echo(json.dumps([view.record() for view in found], ensure_ascii=False))
        return
    for view in found:
        typer.echo(f"{view.id}\t{view.distributor_code}\t{view.stake}\t{view.state.value}\t{view.said('zh')}")


@app.command("talks")
def list_talks(
    due: Annotated[bool, typer.Option("--due", help="Only what is due this week or overdue.")] = False,
    distributor: Annotated[str, typer.Option(help="Only this distributor's, by its code.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array on standard output.")] = False,
) -> None:
    """List talks with what they agreed, the newest first."""
    filters = talk_queries.Filters(distributor=distributor, due=due)
    found = talk_queries.listed(SYSTEM, at=clock.now(), filters=filters, limit=limit)
    if as_json:
        typer.echo(json.dumps([view.record() for view in found], ensure_ascii=False))
        return
    for view in found:
        typer.echo(f"{view.id}\t{view.distributor_code}\t{view.held_on}\t{view.topic.value}\t{view.by_name}")
        for one in view.agreements:
            typer.echo(f"\t{one.due_on}\t{one.state.value}\t{one.whose.value}\t{one.words}")


@app.command("show")
def show_finding(
    finding: Annotated[int, typer.Argument(help="The finding's number, as in `findings list`.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Show a finding with its history."""
    try:
        detail = queries.one(SYSTEM, finding, at=clock.now())
    except NotFound as error:
        typer.echo(f"There is no finding {finding}.", err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(detail.record(), ensure_ascii=False))
        return
    typer.echo(detail.finding.said("zh"))
    typer.echo(detail.finding.said("en"))
    for line in detail.changes:
        typer.echo(f"{line.at:%Y-%m-%d %H:%M}\t{line.by_name}\t{line.before} → {line.after}\t{line.reason}")

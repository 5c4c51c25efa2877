"""Commands about days above the product: `channelkeeper stock days`, `channelkeeper stock turnover`."""

from typing import Annotated

import typer

from channelkeeper.access import clock, commands
from channelkeeper.cli import files
from channelkeeper.core import weeks
from channelkeeper.stock import periods
from channelkeeper.stock.queries import levels, sums, turnover
from channelkeeper.stock.queries.levels import Level, Within

LevelOption = Annotated[Level, typer.Option("--level", help="Over what stock is added up.")]
Office = Annotated[str, typer.Option("--office", help="Only this office, by its code.")]
Rep = Annotated[str, typer.Option("--rep", help="Only weeks held by this rep, by its code.")]
Distributor = Annotated[str, typer.Option("--distributor", help="Only this distributor, by its code.")]


def days(
    level: LevelOption = Level.DISTRIBUTOR,
    count: Annotated[int, typer.Option("--weeks", min=1, max=104, help="How many weeks back.")] = 1,
    office: Office = "",
    rep: Rep = "",
    distributor: Distributor = "",
    as_json: files.Json = False,
) -> None:
    """Show inventory days after the last closes: forward, trailing and realised."""
    by, at = commands.operator("stock days"), clock.now()
    last = sums.last_week(by, at=at)
    within = Within(office=office, rep=rep, distributor=distributor)
    found = (
        levels.days_by_level(by, at=at, level=level, since=weeks.shift(last, 1 - count), until=last, within=within)
        if last
        else []
    )
    rows = [
        {
            "code": line.code,
            "week": weeks.label(week.week),
            "forward": week.forward and round(week.forward, 2),
            "trailing": week.trailing and round(week.trailing, 2),
            "realised": week.realised and round(week.realised, 2),
            "band": week.band.value,
        }
        for line in found
        for week in line.weeks
        if week
    ]
    text = "\n".join(" ".join("-" if value is None else str(value) for value in row.values()) for row in rows)
    commands.give(rows, as_json=as_json, text=text)


def turnover_days(
    period: Annotated[str, typer.Argument(help="2026, 2026-Q4 or 2026-11.")],
    level: LevelOption = Level.DISTRIBUTOR,
    office: Office = "",
    rep: Rep = "",
    distributor: Distributor = "",
    as_json: files.Json = False,
) -> None:
    """Show turnover days of a month, quarter or year, the slowest first; each rep for the weeks held."""
    by, at = commands.operator("stock turnover"), clock.now()
    try:
        chosen = periods.parse(period)
    except periods.PeriodError as error:
        raise typer.BadParameter(str(error)) from error
    last = sums.last_week(by, at=at)
    within = Within(office=office, rep=rep, distributor=distributor)
    found = turnover.turnover_by_level(by, at=at, level=level, period=chosen, until=last, within=within) if last else []
    rows = [
        {
            "code": one.code,
            "days": one.days and round(one.days, 2),
            "weeks": one.weeks,
            "distributors": one.distributors,
        }
        for one in found
    ]
    text = "\n".join(" ".join("-" if value is None else str(value) for value in row.values()) for row in rows)
    commands.give(rows, as_json=as_json, text=text)

"""
The engine on the command line: Parquet files in, Parquet files out; no database.

What reckons is imported where it is used: other commands need not wait for the compiler.
"""

import tomllib
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(help="The numbers: forecasts and proposals from Parquet files.", no_args_is_help=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


class Machine(StrEnum):
    """Where it runs."""

    LOCAL = "local"


class Holidays(StrEnum):
    """Which festivals sell-out follows."""

    CN = "CN"
    NONE = "none"


HistoryFile = Annotated[Path, typer.Option("--history", help="Sell-out per week, long or wide.", exists=True)]
PlanFile = Annotated[Path | None, typer.Option("--plan", help="Promotions of the coming weeks.", exists=True)]
AsOf = Annotated[
    datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Only what was known at the end of that day.")
]
On = Annotated[Machine, typer.Option("--on", help="Where it runs.")]


@app.callback()
def engine() -> None:
    """The numbers: forecasts and proposals from Parquet files."""


@app.command("forecast")
def forecast(
    history: HistoryFile,
    out: Annotated[Path, typer.Option("--out", help="Where the forecast goes.")],
    plan: PlanFile = None,
    horizon: Annotated[int, typer.Option("--horizon", min=1, max=104, help="How many coming weeks.")] = 8,
    as_of: AsOf = None,
    holidays: Annotated[Holidays, typer.Option(help="Which festivals sell-out follows.")] = Holidays.CN,
    on: On = Machine.LOCAL,
) -> None:
    """Forecast each series: mean and p10, p50, p90 per coming week."""
    from channelkeeper.engine import frames, planning

    try:
        panel = frames.history(
            frames.read(history),
            as_of=_day(as_of),
            plan=frames.read_if(plan),
            horizon_weeks=horizon,
            calendar="CN" if holidays is Holidays.CN else None,
        )
        planning.forecast_frame(panel, horizon).write_parquet(out)
    except (ValueError, OSError) as error:
        _refuse(error)


@app.command("propose")
def propose(
    history: HistoryFile,
    positions: Annotated[Path, typer.Option("--positions", help="Stock on hand and order terms.", exists=True)],
    policy: Annotated[Path, typer.Option("--policy", help="What orders aim at, a TOML file.", exists=True)],
    out: Annotated[Path, typer.Option("--out", help="Where the proposals go.")],
    plan: PlanFile = None,
    arrivals: Annotated[Path | None, typer.Option("--arrivals", help="Goods on the road.", exists=True)] = None,
    distributors: Annotated[Path | None, typer.Option("--distributors", help="Terms of each.", exists=True)] = None,
    as_of: AsOf = None,
    sentences: Annotated[bool, typer.Option("--sentences/--no-sentences", help="With the reasons.")] = True,
    on: On = Machine.LOCAL,
) -> None:
    """Propose the next order of each position, with its reason."""
    from channelkeeper.engine import frames, planning
    from channelkeeper.engine import policy as policies

    try:
        aim = policies.read(tomllib.loads(policy.read_text(encoding="utf-8")))
        stock = frames.positions(frames.read(positions), low_days=aim.low_days, high_days=aim.high_days)
        terms = planning.terms(frames.read_if(distributors), stock.keys, aim)
        weeks = planning.horizon_weeks(terms)
        panel = frames.history(
            frames.read(history),
            as_of=_day(as_of),
            plan=frames.read_if(plan),
            horizon_weeks=weeks,
            calendar=aim.calendar,
        )
        road = frames.arrivals(frames.read_if(arrivals), stock.keys, weeks)
        planning.proposals_frame(
            panel=panel, positions=stock, arrivals=road, terms_=terms, say=sentences
        ).write_parquet(out)
    except (ValueError, OSError) as error:
        _refuse(error)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _refuse(error: Exception) -> None:
    errors.print(str(error), markup=False)
    raise typer.Exit(1) from error

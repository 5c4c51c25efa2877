"""`python -m demo`: fill a company once, run its weeks, then serve it."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import django
import numpy as np
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from channelkeeper.engine import gamma
from demo import serve

NOTICE = {
    "CHANNELKEEPER_NOTICE_ZH": "演示：销量是真实门店数据（Breakfast at the Frat），库存和订货按普通经销商的习惯推出",
    "CHANNELKEEPER_NOTICE_EN": "Demo: sell-out is real shop data (Breakfast at the Frat); stock and orders follow an "
    "ordinary distributor's habit",
}
FILLED = "filled"  # a file that says that the company is complete; without it the filling begins anew
DATABASE = "channelkeeper.sqlite3"

Data = Annotated[Path | None, typer.Option("--data", help="Folder with real sell-out, to fill from it.")]
Port = Annotated[int, typer.Option(help="Port on loopback.")]
Serving = Annotated[bool, typer.Option("--serve/--no-serve", help="Serve when filled.")]


def main(data: Data = None, port: Port = 8000, serving: Serving = True) -> None:
    """Fill the demo company (with --data: over real sell-out), run the weekly cycle and serve it."""
    home = Path(__file__).resolve().parents[1] / "var" / ("demo" if data is None else "demo-real")
    os.environ |= {"CHANNELKEEPER_HOME": str(home), "DJANGO_SETTINGS_MODULE": "channelkeeper.site.settings"}
    os.environ |= NOTICE if data else {}
    os.environ.pop("DATABASE_URL", None)
    try:
        if serving:
            serve.check_port(port)
        shown = prepare(home, data)
    except serve.PortTaken as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(shown(port))
    if serving:
        serve.serve(port)


def prepare(home: Path, data: Path | None) -> "serve.Guide":
    """Fill the home folder unless it is filled, and return what to say before serving."""
    django.setup()
    from django.core.management import call_command

    from channelkeeper.core.calendar import BUSINESS
    from demo import fill, frat, people, simulate

    (home / "static").mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    last_week = BUSINESS.last_closed_week(now)
    kept = home / "passwords.json"
    if not (home / FILLED).exists():
        _clear(home)
        try:
            company = frat.build(data, last_week) if data else simulate.simulate(last_week)
        except frat.NoData as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from None
        known = people.with_passwords(people.people(company.offices, company.reps, company.distributors), kept)
        call_command("migrate", verbosity=0)
        with _progress() as progress:
            bar = progress.add_task("周报 weekly reports", total=None)
            fill.fill(
                company,
                known,
                folder=home / "workbooks",
                now=now,
                tell=lambda step, done, total: progress.update(bar, completed=done, total=total),
            )
        _warm()
        (home / FILLED).write_text(last_week.isoformat(), encoding="ascii")
    else:
        call_command("migrate", verbosity=0)
    return serve.Guide(people.shown(kept), kept)


def _warm() -> None:
    """Compile what a chart asks of the engine now, so that the first reader does not wait for it."""
    gamma.quantiles(np.ones((1, 1)), np.ones(1), 0.5)


def _clear(home: Path) -> None:
    """Remove what an ended filling left; passwords stay."""
    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"):
        (home / name).unlink(missing_ok=True)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )


if __name__ == "__main__":
    typer.run(main)

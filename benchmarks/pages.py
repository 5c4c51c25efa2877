"""
Part `pages`: how long the main pages take, as served.

Granian serves them on loopback as `make demo` does, over a network that was closed and
proposed, with half a year and with two years of closed weeks behind it; visitors ask in a
closed loop, one alone and four at once. Client, server and database share the machine's cores.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction
from django.urls import reverse

from benchmarks import child, filling, results
from benchmarks.databases import Postgres, Sqlite
from benchmarks.stage import Stage
from benchmarks.visitor import HOST, Timing, Visitor, loop
from channelkeeper.access.rules import whole
from channelkeeper.core import weeks
from channelkeeper.orders.actions import propose
from channelkeeper.orders.models import Order
from channelkeeper.stock.actions.close import close_week
from channelkeeper.stock.actions.office_weeks import sum_up
from channelkeeper.stock.models import DistributorWeek

SIZES, QUICK_SIZES = (3_000, 300_000), (200,)
WEEKS, QUICK_WEEKS = (26, 104), (26,)
MOST_MILLISECONDS = 150.0
CLIENTS = 4
SECONDS, LEAST, WARM_UP = 3.0, 40, 16
QUICK_CLIENTS, QUICK_LEAST = 2, 2
START_SECONDS = 60
REP = "rep0"


@dataclass(frozen=True)
class Measured:
    """One page of one network on one database: asked for by one visitor alone, and by several at once."""

    database: str
    series: int
    weeks: int
    page: str
    bytes: int
    alone: Timing
    together: Timing


def run(stage: Stage) -> results.Section:
    """Measure all pages on all databases and sizes."""
    section = results.Section("Pages", "python -m benchmarks pages" + " --quick" * stage.quick)
    found = [
        one
        for kind in stage.kinds
        for size in (QUICK_SIZES if stage.quick else SIZES)
        for behind in (QUICK_WEEKS if stage.quick else WEEKS)
        for one in _pages(stage, kind, size, behind)
    ]
    section.say(
        "Milliseconds from request to last byte, granian with two workers on loopback; one visitor alone, and "
        f"{CLIENTS} at once, who share the cores with server and database. A rep has {filling.REP_SIZE} distributors, "
        "headquarters has all. Pages with their numbers, without pictures, styles and scripts."
    )
    section.table(
        (
            "page",
            "database",
            "series",
            "weeks",
            "kB",
            "p50 alone",
            "p95 alone",
            f"p95 of {CLIENTS}",
            f"per s of {CLIENTS}",
        ),
        [
            (
                one.page,
                one.database,
                f"{one.series:,}",
                str(one.weeks),
                results.figure(one.bytes / 1000),
                results.figure(one.alone.p50),
                results.figure(one.alone.p95),
                results.figure(one.together.p95),
                results.figure(one.together.per_second),
            )
            for one in sorted(found, key=lambda one: [page.page for page in found].index(one.page))
        ],
    )
    _tell_growth(section, found)
    return section


def _tell_growth(section: results.Section, found: list[Measured]) -> None:
    """State the slowest page, and how pages grow with the network and with the weeks behind it."""
    slowest = max(found, key=lambda one: one.alone.p95)
    within = "within" if slowest.alone.p95 <= MOST_MILLISECONDS else "beyond"
    section.say(
        f"The slowest page ({slowest.page}, {slowest.database}, {slowest.series:,} series, {slowest.weeks} weeks) has "
        f"its p95 at {slowest.alone.p95:.0f} ms: {within} the {MOST_MILLISECONDS:.0f} ms that are promised."
    )
    for what, of in (("series", lambda one: one.series), ("weeks", lambda one: one.weeks)):
        _tell_growth_with(section, found, what, of)


def _tell_growth_with(
    section: results.Section, found: list[Measured], what: str, of: Callable[[Measured], int]
) -> None:
    """State which page grows most from the least to the most of something, all else alike."""
    small, large = min(map(of, found)), max(map(of, found))
    if small == large:
        return

    def alike(one: Measured) -> tuple[str, str, int]:
        return one.database, one.page, one.series * one.weeks // of(one)

    before = {alike(one): one.alone.p95 for one in found if of(one) == small}
    growth = {alike(one): one.alone.p95 / before[alike(one)] for one in found if of(one) == large}
    database, page, _rest = max(growth, key=lambda key: growth[key])
    most = growth[database, page, _rest]
    section.say(
        f"With {large:,} {what} in place of {small:,}, the page that grows most ({page}, {database}) takes {most:.1f} "
        "times as long at p95."
    )


def _pages(stage: Stage, kind: Sqlite | Postgres, size: int, behind: int) -> list[Measured]:
    address = stage.kept_copy(kind, stage.filled(kind, size), f"pages_{size}_{behind}")
    week, at = stage.week.isoformat(), stage.at.isoformat()
    wanted = stage.call("benchmarks.pages:prepare", address, week=week, at=at, behind=behind)
    print(f"  asking for pages on {kind.label}, {size:,} series, {behind} weeks ...", flush=True)
    with serving(address, stage.folder) as port:
        cookies = {login: _signed_in(port, wanted["sign_in"], login, wanted["password"]) for login in wanted["logins"]}
        return [
            _page(stage, kind.label, size, behind, port, name, path, cookies[login])
            for name, (login, path) in wanted["pages"].items()
        ]


def _signed_in(port: int, path: str, login: str, password: str) -> dict[str, str]:
    visitor = Visitor(port)
    visitor.sign_in(path, login, password)
    visitor.close()
    return visitor.cookies


def _page(
    stage: Stage, database: str, size: int, behind: int, port: int, name: str, path: str, cookies: dict[str, str]
) -> Measured:
    visitor = Visitor(port, dict(cookies))
    length = len(visitor.get(path).encode())
    visitor.close()
    clients, seconds, least = (QUICK_CLIENTS, 0.0, QUICK_LEAST) if stage.quick else (CLIENTS, SECONDS, LEAST)
    if not stage.quick:
        # Each worker has to have seen the page once: templates are compiled on first use.
        loop(port, path, cookies, clients=clients, seconds=0, least=WARM_UP)
    alone = loop(port, path, cookies, clients=1, seconds=seconds, least=least)
    together = loop(port, path, cookies, clients=clients, seconds=seconds, least=least)
    return Measured(database, size, behind, name, length, alone, together)


def lengthen(behind: int, last: date) -> None:
    """Repeat the closed weeks that there are backwards, until so many lie behind the last, and sum up the offices."""
    known = sorted(DistributorWeek.objects.values_list("week", flat=True).distinct(), reverse=True)
    fields = DistributorWeek._meta.concrete_fields
    names = [field.column for field in fields if field.column and field.name not in ("id", "week")]
    columns, table = ", ".join(names), DistributorWeek._meta.db_table
    everyone = list(DistributorWeek.objects.values_list("distributor_id", flat=True).distinct())
    with transaction.atomic(), connection.cursor() as cursor:
        for place in range(behind):
            week = weeks.shift(last, -place)
            if week not in known:
                cursor.execute(
                    f"INSERT INTO {table} (week, {columns}) SELECT %s, {columns} FROM {table} WHERE week = %s",
                    [week, known[place % len(known)]],
                )
            sum_up(week, distributor_ids=everyone)


def prepare(*, week: str, at: str, behind: int) -> dict[str, object]:
    """Close the week and propose; return the pages' addresses, and who signs in for which."""
    by, monday, instant = whole("benchmark"), date.fromisoformat(week), datetime.fromisoformat(at)
    close_week(week=monday, by=by, at=instant)
    lengthen(behind, monday)
    propose(week=monday, by=by, at=instant)
    filling.settle()
    orders = Order.objects.filter(distributor__assignments__rep__user__login=REP, week=monday)
    order = orders.select_related("distributor__office").order_by("pk")[0]
    code, office, hq = order.distributor.code, order.distributor.office.code, filling.HEADQUARTERS
    return {
        "sign_in": reverse("access:sign_in"),
        "logins": [REP, hq],
        "password": filling.PASSWORD,
        "pages": {
            "Monday, rep": (REP, reverse("desk:monday")),
            "Monday, headquarters": (hq, reverse("desk:monday")),
            "Brief, rep": (REP, reverse("desk:brief", args=[code])),
            "Distributors, headquarters": (hq, reverse("desk:distributors")),
            "Distributor, rep": (REP, reverse("desk:distributor", args=[code])),
            "Proposal, rep": (REP, reverse("orders:order", args=[order.number])),
            "Findings, headquarters": (hq, reverse("findings:list")),
            "Overview, headquarters": (hq, reverse("desk:overview")),
            "Overview of an office": (hq, f"{reverse('desk:overview')}?office={office}"),
            "Days, headquarters": (hq, reverse("stock:days")),
            "Reports, headquarters": (hq, reverse("stock:reports")),
        },
    }


@contextlib.contextmanager
def serving(address: str, home: Path) -> Iterator[int]:
    """Serve a database's pages on a free loopback port for a `with` block; yield the port."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    command = [
        str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--host", HOST, "--port", str(port),
        "--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "error",
        "channelkeeper.site.wsgi:application",
    ]  # fmt: skip
    environment = {**os.environ, "DATABASE_URL": address, "CHANNELKEEPER_HOME": str(home)}
    server = subprocess.Popen(command, cwd=child.ROOT, env=environment)
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """
    Return once the port takes connections.

    Raises:
        TimeoutError: it does not, or the server has ended.
    """
    give_up_at = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < give_up_at:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.1)
    raise TimeoutError("The page server did not start.")

"""
A PostgreSQL that is thrown away afterwards: `python -m tools.postgres -- COMMAND ...`.

The command runs with DATABASE_URL naming a fresh server on a free loopback port. The
server belongs to a keeper, a process of its own that ends it and clears its folder as
soon as its starter is gone, however that happened: finished, stopped or killed. Should
the keeper itself be killed, the kernel tells the server to stop.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pwd
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

OWNER = "postgres"  # the user whom Debian's package makes; the server refuses to run as root
ROLE = "channelkeeper"
START_SECONDS = 60
START_TRIES = 3  # another process may take the free port first
STOP_SECONDS = 20
LOOK_SECONDS = 1.0

SHARED_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "lc_messages": "C",
}
# Nothing of a test outlives it, so nothing has to reach the disk.
HASTY_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
# What a careful operator of a small server would set: every commit reaches the disk.
DURABLE_SETTINGS = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "shared_buffers": "1GB",
    "work_mem": "64MB",
    "max_wal_size": "4GB",
}


class Unavailable(Exception):
    """This machine has no PostgreSQL, or it does not start; the words say which."""


def programs() -> Path | None:
    """Return the folder that holds initdb and postgres, the newest version, or None where there is none."""
    # Debian keeps them off the path, a folder per version.
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def owner_prefix() -> list[str]:
    """
    Return what a command of the server's starts with: another user for root, and an end with its parent.

    Raises:
        Unavailable: this runs as root and the server's user does not exist.
    """
    ends_with_parent = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() != 0:
        return ends_with_parent
    try:
        pwd.getpwnam(OWNER)
    except KeyError:
        raise Unavailable(f"PostgreSQL cannot run as root, and there is no user {OWNER}.") from None
    return [*ends_with_parent, f"--reuid={OWNER}", f"--regid={OWNER}", "--init-groups"]


def make_folder() -> Path:
    """Return a new folder that the server's user, and nobody else, may enter."""
    for parent in (tempfile.gettempdir(), "/var/tmp", "/dev/shm"):
        folder = Path(tempfile.mkdtemp(prefix="channelkeeper-postgres-", dir=parent))
        if os.geteuid() == 0:
            shutil.chown(folder, OWNER, OWNER)
        if subprocess.run([*owner_prefix(), "test", "-w", folder], check=False).returncode == 0:
            return folder
        folder.rmdir()
    raise Unavailable(f"There is no folder for temporary files that the user {OWNER} may enter.")


def free_port() -> int:
    """Return a loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(program: str, *arguments: str) -> None:
    """
    Run one of PostgreSQL's programs to its end, as the server's user.

    Raises:
        Unavailable: it failed; with its last words.
    """
    folder = programs()
    if folder is None:
        raise Unavailable("PostgreSQL is not installed.")
    done = subprocess.run(
        [*owner_prefix(), str(folder / program), *arguments],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unavailable(f"PostgreSQL's {program} failed: {done.stderr.strip()}")


def initialise(folder: Path, *, durable: bool) -> None:
    """Make an empty cluster in the folder and write its settings."""
    data = folder / "data"
    run(
        "initdb",
        "--no-sync",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        f"--username={ROLE}",
        f"--pgdata={data}",
    )
    settings = SHARED_SETTINGS | (DURABLE_SETTINGS if durable else HASTY_SETTINGS)
    settings["unix_socket_directories"] = str(folder)
    with (data / "postgresql.auto.conf").open("a") as conf:
        conf.writelines(f"{name} = '{value}'\n" for name, value in settings.items())


def answers(port: int) -> bool:
    """Return whether a server at the port takes connections."""
    try:
        run("pg_isready", "--quiet", "--host=127.0.0.1", f"--port={port}")
    except Unavailable:
        return False
    return True


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """
    Start the server and return it once it answers.

    Raises:
        Unavailable: it ended at once, or does not answer in time; with its last words.
    """
    where = programs()
    if where is None:
        raise Unavailable("PostgreSQL is not installed.")
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [*owner_prefix(), where / "postgres", "-D", folder / "data", "-p", str(port)],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    give_up_at = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < give_up_at:
        if answers(port):
            return server
        time.sleep(0.05)
    stop(server)
    raise Unavailable(f"PostgreSQL did not start: {(folder / 'log').read_text(errors='replace').strip()}")


def start_somewhere(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server on a free port; try another where that one was taken meanwhile."""
    for tries_left in reversed(range(START_TRIES)):
        port = free_port()
        try:
            return start(folder, port), port
        except Unavailable:
            if not tries_left:
                raise
    raise AssertionError("unreachable")


def stop(server: subprocess.Popen[bytes]) -> None:
    """End the server by its own process id: first politely, then at once."""
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is None:
            server.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(STOP_SECONDS)
            return


def wait_for_the_starter(starter: int) -> None:
    """Return when the standard input is closed or the process that started this one is gone."""
    # A forked child of the starter may keep the pipe open beyond its end, hence both signs.
    while os.getppid() == starter:
        readable, _, _ = select.select([sys.stdin], [], [], LOOK_SECONDS)
        if readable and not os.read(sys.stdin.fileno(), 1):
            return


def keep(*, durable: bool) -> None:
    """Run a server until the starter is gone; write one line of JSON to the standard output: url or error."""
    starter = os.getppid()
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    folder: Path | None = None
    server: subprocess.Popen[bytes] | None = None
    try:
        folder = make_folder()
        initialise(folder, durable=durable)
        server, port = start_somewhere(folder)
        run("createdb", "--host=127.0.0.1", f"--port={port}", f"--username={ROLE}", ROLE)
        print(json.dumps({"url": f"postgres://{ROLE}@127.0.0.1:{port}/{ROLE}"}), flush=True)
        wait_for_the_starter(starter)
    except Unavailable as why:
        print(json.dumps({"error": str(why)}), flush=True)
    finally:
        if server:
            stop(server)
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def throwaway(*, durable: bool = False) -> Iterator[str]:
    """
    Run a fresh PostgreSQL for the length of a `with` block.

    Args:
        durable: every commit reaches the disk, as in production; otherwise the server
            is as fast as a test may have it.

    Yields:
        The address of an empty database, postgres://user@127.0.0.1:port/name; the user
        may create others.

    Raises:
        Unavailable: PostgreSQL is missing or does not start.
    """
    keeper = subprocess.Popen(
        [sys.executable, Path(__file__).resolve(), "--keep", *(["--durable"] if durable else [])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a Ctrl-C meant for the command must not reach the keeper
    )
    with keeper:
        if keeper.stdout is None:
            raise AssertionError("the keeper's output is a pipe")
        answer = json.loads(keeper.stdout.readline() or '{"error": "PostgreSQL ended before it started."}')
        if "error" in answer:
            raise Unavailable(answer["error"])
        yield answer["url"]


def run_command(command: Sequence[str], url: str) -> int:
    """Run the command with DATABASE_URL set, hand signals on to it, and return its exit code."""
    child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})

    def hand_on(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, hand_on)
    while True:
        # Ctrl-C reaches the command as well, which decides what to make of it.
        with contextlib.suppress(KeyboardInterrupt):
            return child.wait()


def main() -> int:
    """Run what the command line names; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.postgres", description=__doc__)
    parser.add_argument("--durable", action="store_true", help="commits reach the disk, for benchmarks")
    parser.add_argument(
        "--or-skip", action="store_true", help="where PostgreSQL is missing, say so and succeed (not in CI)"
    )
    parser.add_argument("--keep", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("command", nargs="*", metavar="COMMAND")
    arguments = parser.parse_args()
    if arguments.keep:
        keep(durable=arguments.durable)
        return 0
    if arguments.or_skip and programs() is None:
        print("PostgreSQL is not installed, so its tests are skipped: apt-get install postgresql.")
        return 1 if os.environ.get("CI") else 0
    try:
        with throwaway(durable=arguments.durable) as url:
            return run_command(arguments.command, url)
    except Unavailable as why:
        print(why, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

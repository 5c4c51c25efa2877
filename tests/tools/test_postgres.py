"""The PostgreSQL that is thrown away: fresh while it is needed, gone however its starter ended."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.architecture import tree
from tools import postgres

PATIENCE_SECONDS = 30

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _installed() -> None:
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")


def starter(*command: str) -> subprocess.Popen[str]:
    """Start a command inside a throw-away PostgreSQL."""
    return subprocess.Popen(
        [sys.executable, "-m", "tools.postgres", "--", *command], cwd=tree.ROOT, stdout=subprocess.PIPE, text=True
    )


@pytest.fixture
def running() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A starter whose command has said where its database is, and waits."""
    process = starter("sh", "-c", "echo $DATABASE_URL; exec sleep 30")
    with process:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
        process.kill()


def answers(url: str) -> bool:
    """Return whether a server takes connections at the address."""
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def ends(url: str) -> bool:
    """Return whether the server at the address goes within some seconds."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while answers(url):
        if time.monotonic() > give_up_at:
            return False
        time.sleep(0.1)
    return True


def data_folder(url: str) -> Path:
    """Return where the server at the address keeps its data."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    return Path(row[0])


def test_the_database_is_empty_and_ends_with_the_block() -> None:
    with postgres.throwaway() as url:
        folder = data_folder(url)
        with psycopg.connect(url) as connection:
            tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        assert tables == (0,)
    assert not answers(url)
    assert not folder.exists()


@pytest.mark.parametrize(("durable", "setting"), [(False, "off"), (True, "on")])
def test_commits_reach_the_disk_where_that_is_asked_for(*, durable: bool, setting: str) -> None:
    with postgres.throwaway(durable=durable) as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == (setting,)
        assert connection.execute("SHOW synchronous_commit").fetchone() == (setting,)


def test_the_exit_code_is_that_of_the_command() -> None:
    with starter("sh", "-c", "exit 7") as process:
        assert process.wait(PATIENCE_SECONDS) == 7


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_server_is_gone_after_its_starter_was_ended(
    running: tuple[subprocess.Popen[str], str], how: signal.Signals
) -> None:
    process, url = running
    folder = data_folder(url)
    process.send_signal(how)
    assert ends(url)
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while folder.exists() and time.monotonic() < give_up_at:
        time.sleep(0.1)
    assert not folder.exists()


def test_where_it_is_missing_its_tests_are_left_out_except_in_ci(tmp_path: Path) -> None:
    # A copy that looks where nothing is stands for a machine without PostgreSQL.
    source = (tree.ROOT / "tools" / "postgres.py").read_text(encoding="utf-8")
    script = tmp_path / "postgres.py"
    script.write_text(source.replace("/usr/lib/postgresql", str(tmp_path / "nowhere")))

    def outcome(**more: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, script, "--or-skip", "--", "false"],
            env={"PATH": str(tmp_path), **more},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    sentence = "PostgreSQL is not installed, so its tests are skipped: apt-get install postgresql.\n"
    assert outcome() == (0, sentence)
    assert outcome(CI="true") == (1, sentence)

"""
Set up an environment from its lock file: `python3 -m tools.setup {core,dev,bench}`.

Needs nothing but Python's own library, for it runs before anything is installed. An
environment that is already current costs one comparison of hashes. `core` is what the
product needs, `dev` adds the checks (and is good enough for `core`), `bench` stands in
a folder of its own, beside what the benchmarks measure against.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.system_packages import provide

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Kind:
    """One kind of environment: its folder, its lock file, the kinds it can stand in for."""

    folder: Path
    lock: Path
    stands_in_for: tuple[str, ...]


KINDS: Mapping[str, Kind] = {
    "core": Kind(ROOT / ".venv", ROOT / "requirements/core.lock", ("core",)),
    "dev": Kind(ROOT / ".venv", ROOT / "requirements/dev.lock", ("core", "dev")),
    "bench": Kind(ROOT / ".venv-bench", ROOT / "requirements/bench.lock", ("bench",)),
}


def stamp_of(name: str) -> str:
    """Return what an environment of this kind is made of: its name, and the hash of its sources and its place."""
    digest = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for source in (KINDS[name].lock, ROOT / "pyproject.toml"):
        digest.update(source.read_bytes())
    return f"{name} {digest.hexdigest()}\n"


def is_current(name: str) -> bool:
    """Return whether the environment holds what this kind needs, or more."""
    folder = KINDS[name].folder
    stamp = folder / "setup.stamp"
    if not stamp.is_file() or not (folder / "bin/python").exists():
        return False
    found = stamp.read_text()
    return any(found == stamp_of(other) for other, kind in KINDS.items() if name in kind.stands_in_for)


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Keep a second set-up from the same lock file waiting until this one is done."""
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def run(*command: str | Path, env: Mapping[str, str] | None = None) -> bool:
    """Run a command in the project's folder; return whether it succeeded."""
    return subprocess.run([str(part) for part in command], cwd=ROOT, env=env, check=False).returncode == 0


def run_or_stop(*command: str | Path, env: Mapping[str, str] | None = None) -> None:
    """
    Run a command in the project's folder.

    Raises:
        SystemExit: the command failed; it has said why itself.
    """
    if not run(*command, env=env):
        sys.exit(f"Setting up stopped at: {' '.join(str(part) for part in command)}")


def uv_environment(python: Path) -> dict[str, str]:
    """Return the environment for uv, with the package index that this machine's pip is set to."""
    # uv does not read pip's settings, and a mirror is often the only index that is quick to reach.
    environment = {**os.environ, "VIRTUAL_ENV": str(python.parent.parent)}
    asked = subprocess.run(
        [python, "-m", "pip", "config", "get", "global.index-url"],
        capture_output=True,
        text=True,
        check=False,
    )
    index = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    if index:
        environment.setdefault("UV_DEFAULT_INDEX", index)
    return environment


def is_usable(folder: Path) -> bool:
    """Return whether the folder holds an environment that was made where it lies now and still runs."""
    # A copied or moved environment installs into the place that it came from.
    activate, python = folder / "bin/activate", folder / "bin/python"
    return (
        python.exists()
        and activate.exists()
        and str(folder) in activate.read_text()
        and run(python, "-c", "import pip")
    )


def install(folder: Path, lock: Path) -> None:
    """Make the folder hold exactly what the lock file names, and the project itself in place."""
    python = folder / "bin/python"
    if not is_usable(folder):
        run_or_stop(sys.executable, "-m", "venv", "--clear", folder)
    uv = folder / "bin/uv"
    # "compat" puts the whole folder on the path, so a package added later is found as well.
    in_place = ("--no-deps", "--no-build-isolation", "--config-settings", "editable_mode=compat", "-e", ROOT)
    if uv.exists() or run(python, "-m", "pip", "install", "--quiet", "uv"):
        environment = uv_environment(python)
        if run(uv, "pip", "sync", "--quiet", lock, env=environment):
            run_or_stop(uv, "pip", "install", "--quiet", *in_place, env=environment)
            return
    print("uv cannot be had or did not succeed, so pip installs instead.", flush=True)
    run_or_stop(python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock)
    run_or_stop(python, "-m", "pip", "install", "--quiet", *in_place)


def set_up(name: str) -> None:
    """Bring the environment of this kind up to date, unless it is."""
    kind = KINDS[name]
    if is_current(name):
        return
    with alone(kind.lock):
        if is_current(name):
            return
        print(f"Setting up {kind.folder.name} from {kind.lock.relative_to(ROOT)} ...", flush=True)
        install(kind.folder, kind.lock)
        (kind.folder / "setup.stamp").write_text(stamp_of(name))


def main() -> None:
    """Set up what the command line names."""
    if sys.version_info < OLDEST_PYTHON:
        wanted, found = (".".join(map(str, version[:2])) for version in (OLDEST_PYTHON, sys.version_info))
        sys.exit(f"Python {found} is too old: Channelkeeper needs Python {wanted}. Try: make PYTHON=python{wanted}")
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0] if __doc__ else None)
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("--system", nargs="*", default=[], metavar="PACKAGE", help="Debian packages needed")
    arguments = parser.parse_args()
    set_up(arguments.kind)
    provide(arguments.system)


if __name__ == "__main__":
    main()

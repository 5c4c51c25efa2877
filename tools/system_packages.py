"""
The Debian packages that pages on paper and some tests need: found, installed, or named in one sentence.

Each is looked for by what it brings, not by its name in Debian's book-keeping, so that a
browser or a server from elsewhere counts as well.
"""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from tools import postgres

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LOCK_TRIES = 40
LOCK_PAUSE_SECONDS = 5


def browser() -> Path | None:
    """Return the Chromium of this machine, or None where there is none."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    return Path(found) if found else None


def chinese_font() -> Path | None:
    """Return a font file with Chinese signs, or None where there is none."""
    folders = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
    found = (path for folder in folders for path in folder.rglob("*CJK*"))
    return next(found, None)


def gettext_programs() -> Path | None:
    """Return the program that collects texts to translate, or None where there is none."""
    found = shutil.which("xgettext")
    return Path(found) if found else None


def library(name: str) -> Path | None:
    """Return a library that the system's loader finds, or None where there is none."""
    found = ctypes.util.find_library(name)
    return Path(found) if found else None


LOOK_FOR: Mapping[str, Callable[[], Path | None]] = {
    "chromium": browser,
    "fonts-noto-cjk": chinese_font,
    "gettext": gettext_programs,
    "libharfbuzz-subset0": lambda: library("harfbuzz-subset"),
    "libpango-1.0-0": lambda: library("pango-1.0"),
    "libpangoft2-1.0-0": lambda: library("pangoft2-1.0"),
    "postgresql": postgres.programs,
}


def missing(packages: Iterable[str]) -> list[str]:
    """Return those of the packages whose content this machine lacks."""
    return [package for package in packages if LOOK_FOR[package]() is None]


def apt_get(*arguments: str) -> bool:
    """Run apt-get without questions, waiting while another holds its lock; return whether it succeeded."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    for _ in range(LOCK_TRIES):
        done = subprocess.run(
            ["apt-get", "-qq", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            return True
        if "lock" not in done.stderr:
            print(done.stderr.strip(), flush=True)
            return False
        time.sleep(LOCK_PAUSE_SECONDS)
    return False


def provide(packages: Iterable[str]) -> None:
    """Install what is missing where this runs as root on Debian; otherwise say what is missing."""
    wanted = missing(packages)
    if wanted and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {', '.join(wanted)} ...", flush=True)
        if apt_get("update"):
            apt_get("install", "--yes", "--no-install-recommends", *wanted)
        wanted = missing(wanted)
    if wanted:
        print(
            f"What needs {', '.join(wanted)} (tests, or pages as PDF) will not work: "
            f"as root, `apt-get install {' '.join(wanted)}` brings them.",
            flush=True,
        )

"""
Runs one function of the benchmarks in a process of its own, on one database.

Every measurement starts from a fresh interpreter, so that no run profits from the one before.
`python -m benchmarks.child module:function '{"argument": 1}'` prints the answer as JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def call(
    function: str, *, environment: Mapping[str, str], home: Path, **arguments: float | str | bool
) -> dict[str, Any]:
    """
    Return what a function answers in a child process.

    Args:
        function: `benchmarks.proposals:measure`.
        environment: what the child's environment has besides this one's, DATABASE_URL for example.
        home: the product's folder for keys and files.
        arguments: plain values.

    Raises:
        subprocess.CalledProcessError: it failed; it has said why itself.
    """
    command = [sys.executable, "-m", "benchmarks.child", function, json.dumps(arguments)]
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    settings = {"CHANNELKEEPER_HOME": str(home), "DJANGO_SETTINGS_MODULE": "channelkeeper.site.settings"}
    done = subprocess.run(
        command, cwd=ROOT, env={**inherited, **settings, **environment}, stdout=subprocess.PIPE, text=True, check=True
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def main() -> None:
    """Call what the command line names."""
    module, _, name = sys.argv[1].partition(":")
    if "DATABASE_URL" in os.environ:
        import django  # only where it is wanted: the peers know nothing of it

        django.setup()
    with contextlib.redirect_stdout(sys.stderr):
        answer = getattr(import_module(module), name)(**json.loads(sys.argv[2]))
    print(json.dumps(answer))


if __name__ == "__main__":
    main()

"""
The frame of every command: as whom it acts, how it answers, what a refusal looks like.

Machine answers go to stdout, words to stderr; exit 0 is done, 1 refused, 2 wrong usage.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import typer
from django.core.exceptions import ValidationError

from channelkeeper.access.rules import Actor, NotAllowed, NotFound, whole

REFUSED = 1


def operator(command: str) -> Actor:
    """Return the actor of a command: whoever may start it on this machine may see all."""
    return whole(f"command line: {command}")


def tell(text: str) -> None:
    """Say something to the person at the terminal; stdout stays free for answers."""
    typer.echo(text, err=True)


def give(answer: object, *, as_json: bool, text: str = "") -> None:
    """
    Print an answer.

    Args:
        answer: plain values or dataclasses of them.
        as_json: as one JSON document on stdout.
        text: otherwise these words on stdout.
    """
    typer.echo(json.dumps(plain(answer), ensure_ascii=False) if as_json else text)


def plain(value: Any) -> Any:
    """Return a value as JSON takes it: dates as ISO text, Decimals as text, dataclasses as objects."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what an action refuses into a sentence on stderr and exit code 1."""
    try:
        yield
    except ValidationError as error:
        raise _refused(" ".join(error.messages)) from error
    except (NotAllowed, NotFound, ValueError) as error:
        raise _refused(str(error)) from error


def _refused(words: str) -> typer.Exit:
    sys.stdout.flush()
    tell(words)
    return typer.Exit(REFUSED)

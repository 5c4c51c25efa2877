"""The doors' clock: below them, time is an argument."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_stopped_at: datetime | None = None


def now() -> datetime:
    """Return the present instant, with its zone."""
    return _stopped_at or datetime.now(UTC)


@contextmanager
def stopped(at: datetime) -> Iterator[None]:
    """
    Let the clock of this whole process stand still, for tests and for filling a company with its past.

    Raises:
        ValueError: `at` carries no zone.
    """
    global _stopped_at
    if at.tzinfo is None:
        raise ValueError(f"{at} carries no zone: it names no instant.")
    before, _stopped_at = _stopped_at, at
    try:
        yield
    finally:
        _stopped_at = before

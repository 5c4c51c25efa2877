"""The doors' clock: below them, time is an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, with its zone."""
    return datetime.now(UTC)

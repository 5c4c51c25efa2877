"""The one clock that doors read; below the doors, time is an argument."""

from datetime import UTC, date, datetime

from django.conf import settings

from channelkeeper.core.calendar import BUSINESS


def now() -> datetime:
    """Return the present instant, with its zone; the setting CHANNELKEEPER_NOW makes it stand still."""
    frozen: datetime | None = getattr(settings, "CHANNELKEEPER_NOW", None)
    return frozen or datetime.now(UTC)


def today() -> date:
    """Return the business day of the present instant."""
    return BUSINESS.day(now())

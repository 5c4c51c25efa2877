"""The one clock that pages read; below the doors, time is an argument."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """Return the time now, aware; the setting CHANNELKEEPER_NOW makes it stand still."""
    frozen: datetime | None = getattr(settings, "CHANNELKEEPER_NOW", None)
    return frozen or timezone.now()


def today() -> date:
    """Return the date where the business is (the setting TIME_ZONE)."""
    return timezone.localtime(now()).date()

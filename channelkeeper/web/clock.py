"""The doors' clock by the name under which pages know it; it stands in `access`, where API and commands read it too."""

from channelkeeper.access.clock import now, today

__all__ = ["now", "today"]

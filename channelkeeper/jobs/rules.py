"""Who sees the runs."""

from channelkeeper.access.rules import Role

SEEN_BY = frozenset({Role.HEADQUARTERS, Role.AUDITOR})

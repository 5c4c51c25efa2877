"""Where this room's records are shown, for rooms that stand below."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse

from channelkeeper.access.rules import Actor
from channelkeeper.core import weeks
from channelkeeper.core.sentences import Text
from channelkeeper.stock.queries import reports
from channelkeeper.web.links import Key, Link


def _reports(actor: Actor, keys: Sequence[Key], at: datetime) -> Mapping[Key, Link]:
    return {
        key: Link(
            Text(zh=f"{weeks.label(week)}的周报", en=f"Report of {weeks.label(week)}"),
            reverse("stock:report", args=[code, weeks.label(week)]) + f"?version={version}",
        )
        for key, (code, week, version) in reports.places(actor, at=at, keys=[int(key) for key in keys]).items()
    }


LINKS = {"report": _reports}

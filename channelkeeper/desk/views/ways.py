"""Where a distributor's page leads: to all that is kept of it, as far as the reader's role goes."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from channelkeeper.access.rules import STAFF, Role


@dataclass(frozen=True)
class Way:
    """A link to another page about the same distributor."""

    label: str
    url: str


def of_distributor(code: str, role: Role) -> list[Way]:
    """Return the ways from a distributor's page; a distributor has none to what is only for those who manage it."""
    own = role is Role.DISTRIBUTOR
    of_products = {"level": "product", "distributor": code}
    everyones = [
        _way(_("Days week by week"), "stock:days", **of_products),
        _way(_("Turnover"), "stock:turnover", **of_products),
        Way(_("Replay"), reverse("orders:replay", args=[code])),
        Way(_("Expert record"), reverse("orders:record_of", args=[code])),
        _way(_("Counts"), "stock:counts", distributor=code),
        _way(_("Talks"), "findings:talks", distributor=code),
    ]
    if own:
        return [*everyones, Way(_("Products and calendar"), reverse("catalog:list"))]
    ours = [
        Way(_("Brief"), reverse("desk:brief", args=[code])),
        Way(_("What if"), reverse("orders:what_if", args=[code])),
        _way(_("Bands"), "stock:bands", q=code),
    ]
    return [*ours, *everyones, *_writing(code, role)]


def of_brief(code: str, role: Role) -> list[Way]:
    """Return the ways from a brief: what a visit needs next."""
    return [_way(_("Talks"), "findings:talks", distributor=code), *_writing(code, role)]


def _writing(code: str, role: Role) -> list[Way]:
    if role not in STAFF:
        return []
    return [_way(pgettext("verb", "Write a talk down"), "findings:new_talk", distributor=code)]


def _way(label: str, name: str, **asked: str) -> Way:
    return Way(label, f"{reverse(name)}?{urlencode(asked)}")

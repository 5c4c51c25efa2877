"""Where this room's records are shown, for rooms that stand below."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils.http import urlencode

from channelkeeper.access.rules import Actor
from channelkeeper.core import weeks
from channelkeeper.core.sentences import Text
from channelkeeper.stock.queries import counts, reports, shipments
from channelkeeper.web.links import Key, Link


def _reports(actor: Actor, keys: Sequence[Key], at: datetime) -> Mapping[Key, Link]:
    return {
        key: Link(
            Text(zh=f"{weeks.label(week)}的周报", en=f"Report of {weeks.label(week)}"),
            reverse("stock:report", args=[code, weeks.label(week)]) + f"?version={version}",
        )
        for key, (code, week, version) in reports.places(actor, at=at, keys=[int(key) for key in keys]).items()
    }


def _lines(actor: Actor, keys: Sequence[Key], at: datetime) -> Mapping[Key, Link]:
    """Return links to lines of reports, each key as `12:T500`: the report's key and the product's code."""
    named = {key: str(key).partition(":") for key in keys}
    reported = reports.places(actor, at=at, keys=[int(pk) for pk, _, _ in named.values()])
    found = {}
    for key, (pk, _, product) in named.items():
        if int(pk) in reported:
            code, week, version = reported[int(pk)]
            label = weeks.label(week)
            text = Text(zh=f"{label}的周报，{product}那一行", en=f"Report of {label}, the row of {product}")
            found[key] = Link(text, line_address(code, week, product, version=version))
    return found


def _counts(actor: Actor, keys: Sequence[Key], at: datetime) -> Mapping[Key, Link]:
    places = counts.places(actor, at=at, keys=[int(key) for key in keys])
    return {
        pk: Link(Text(zh=f"{day}的盘点", en=f"Count of {day}"), reverse("stock:count", args=[pk]))
        for pk, (_, day) in places.items()
    }


def _shipments(actor: Actor, keys: Sequence[Key], at: datetime) -> Mapping[Key, Link]:
    places = shipments.places(actor, at=at, numbers=[str(key) for key in keys])
    return {
        number: Link(
            Text(zh=f"发货单{number}", en=f"Shipment {number}"),
            f"{reverse('stock:shipments')}?{urlencode({'distributor': code, 'all': '1'})}",
        )
        for number, code in places.items()
    }


def line_address(code: str, week: date, product: str, *, version: int | None = None) -> str:
    """Return the address that shows a product's row of a report, with file, sheet and cell: for drilling down to it."""
    asked = {"version": str(version)} if version else {}
    query = urlencode({**asked, "line": product})
    return f"{reverse('stock:report', args=[code, weeks.label(week)])}?{query}#line"


LINKS = {"report": _reports, "line": _lines, "count": _counts, "shipment": _shipments}

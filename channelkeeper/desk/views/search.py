"""Search by name, pinyin or code: suggestions while one types, a page for Enter."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from channelkeeper.access import doors
from channelkeeper.access.rules import Role
from channelkeeper.desk.queries import search as searches
from channelkeeper.desk.queries.search import FOUND, SUGGESTED, Found
from channelkeeper.desk.rules import SEEN_BY
from channelkeeper.desk.views import lines
from channelkeeper.network import queries as network
from channelkeeper.web import pages


@dataclass(frozen=True)
class Hit:
    """Something found: its name, its code, where it is, and where it leads."""

    name: str
    code: str
    note: str
    url: str


@doors.page(SEEN_BY)
def search(request: doors.ActorRequest) -> HttpResponse:
    """Show what fits; one distributor alone, asked for by its code, opens at once."""
    words = request.GET.get("q", "").strip()
    fragment = pages.wants_fragment(request)
    found = searches.find(request.actor, words, at=doors.at(request), limit=SUGGESTED if fragment else FOUND)
    distributors, products = _distributors(found), _products(request, found)
    if not fragment and len(distributors) == 1 and not products and distributors[0].code == words.upper():
        return redirect(distributors[0].url)
    context = {"words": words, "distributors": distributors, "products": products, "nothing": found.nothing}
    return pages.render(request, "desk/search.html", "desk/_found.html", context)


def _distributors(found: Found) -> list[Hit]:
    tongue = lines.language()
    return [
        Hit(one.name(tongue), one.code, one.office(tongue), reverse("desk:distributor", args=[one.code]))
        for one in found.distributors
    ]


def _products(request: doors.ActorRequest, found: Found) -> list[Hit]:
    """Return products; they lead to the reader's own stock, or to the catalogue."""
    tongue = lines.language()
    own = _own_address(request) if request.actor.role is Role.DISTRIBUTOR else ""
    listed = reverse("catalog:list") if not own else ""
    return [
        Hit(
            one.name(tongue),
            one.code,
            one.category(tongue),
            f"{own}?open={one.code}" if own else f"{listed}?q={one.code}",
        )
        for one in found.products
    ]


def _own_address(request: doors.ActorRequest) -> str:
    mine = network.distributors(request.actor, at=doors.at(request))
    return reverse("desk:distributor", args=[mine[0].code]) if mine else ""

"""The list of distributors, for any closed week: filtered, sorted, paged, or as a workbook."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS
from channelkeeper.core import weeks
from channelkeeper.desk import sentences, sheet
from channelkeeper.desk.queries import boards, search
from channelkeeper.desk.queries.boards import Board, Shop, Totals
from channelkeeper.desk.views import lines
from channelkeeper.desk.views.distributor import workbook
from channelkeeper.desk.views.lines import Choice
from channelkeeper.network.queries import DistributorView
from channelkeeper.stock.rules import Band
from channelkeeper.web import pages

ROWS_A_PAGE = 100
ROWS_OF_WORKBOOK = 20_000
STATES: Mapping[str, Callable[[Shop], bool]] = {
    "below": lambda shop: shop.sums.band is Band.BELOW,
    "in": lambda shop: shop.sums.band is Band.INSIDE,
    "above": lambda shop: shop.sums.band is Band.ABOVE,
    "missing": lambda shop: not shop.sums.reported,
    "out": lambda shop: shop.first,
}
SORTS: Mapping[str, Callable[[Shop], Any]] = {
    "name": lambda shop: shop.place.code,
    "days": lambda shop: -(shop.sums.days or Decimal(0)),
    "below": lambda shop: -shop.sums.below,
    "above": lambda shop: -shop.sums.above,
    "held": lambda shop: -shop.sums.above_value,
    "missed": lambda shop: -shop.sums.short_value,
    "stake": lambda shop: -shop.sums.stake,
    "findings": lambda shop: -shop.findings.bad,
}
SORTED_BY = "stake"


@dataclass(frozen=True)
class Heading:
    """A column's head that sorts by it."""

    url: str
    active: bool


@dataclass(frozen=True)
class _Asked:
    """What the address asks for; what it does not offer narrows nothing."""

    words: str
    codes: frozenset[str] | None
    office: str
    rep: str
    state: str
    sort: str
    week: date | None

    @property
    def narrowed(self) -> bool:
        return bool(self.words or self.office or self.rep or self.state)


@doors.page(READERS)
def distributors(request: doors.ActorRequest) -> HttpResponse:
    """Show the distributors in scope as the address asks."""
    asked = _asked(request)
    board = boards.board(request.actor, at=doors.at(request), week=asked.week)
    if board is None or not (board.shops or board.unweighed):
        return pages.render(
            request, "desk/monday_empty.html", "desk/monday_empty.html", {"has_places": board is not None}
        )
    chosen = _chosen(board, asked)
    page = Paginator(chosen, ROWS_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.dict()
    context = {
        "board": board,
        "asked": asked,
        "rows": lines.shop_lines(list(page.object_list)),
        "unweighed": _named(_unweighed(board, asked)),
        "sentence": sentences.listed(_figures(boards.totals(chosen)), lines.language()),
        "page": page,
        "query": lines.rest_of(query),
        "states": _states(board, asked, query),
        "offices": _offices(board, asked, query),
        "reps": _reps(board, asked, query),
        "heads": {
            name: Heading(lines.query({**query, "sort": name, "page": ""}), asked.sort == name) for name in SORTS
        },
        "excel": f"excel/{lines.query(query)}",
        "old_week": asked.week is not None,
        "many_offices": len({shop.place.office_code for shop in board.shops}) > 1,
    }
    return pages.render(request, "desk/distributors.html", "desk/_distributor_rows.html", context)


@doors.page(READERS)
def excel(request: doors.ActorRequest) -> HttpResponse:
    """Hand out the list, as it is narrowed, as a workbook."""
    asked = _asked(request)
    board = boards.board(request.actor, at=doors.at(request), week=asked.week)
    week = board.week if board else weeks.monday_of(doors.at(request).date())
    chosen = _chosen(board, asked)[:ROWS_OF_WORKBOOK] if board else []
    tongue = lines.language()
    return workbook(sheet.shops(week, chosen, tongue), sheet.shops_name(week, tongue))


def _figures(total: Totals) -> dict[str, object]:
    return {
        "shops": total.shops,
        "below": total.below,
        "above_value": total.above_value,
        "missing": total.shops - total.reported,
        "stake": total.stake,
    }


def _heads(asked: _Asked, query: Mapping[str, str]) -> dict[str, Heading]:
    return {name: Heading(lines.query({**query, "sort": name, "page": ""}), asked.sort == name) for name in SORTS}


def _asked(request: doors.ActorRequest) -> _Asked:
    get = request.GET.get
    try:
        week = weeks.parse(get("week", "")) if get("week") else None
    except weeks.WeekError:
        week = None
    words = get("q", "").strip()
    state, sort = get("state", ""), get("sort", SORTED_BY)
    return _Asked(
        words=words,
        codes=search.codes(request.actor, words, at=doors.at(request)) if words else None,
        office=get("office", ""),
        rep=get("rep", ""),
        state=state if state in STATES or state == "none" else "",
        sort=sort if sort in SORTS else SORTED_BY,
        week=week,
    )


def _fits(place: DistributorView, asked: _Asked) -> bool:
    named = asked.codes is None or place.code in asked.codes
    return named and asked.office in ("", place.office_code) and asked.rep in ("", place.rep_code)


def _chosen(board: Board, asked: _Asked) -> list[Shop]:
    if asked.state == "none":
        return []
    fits = STATES.get(asked.state)
    chosen = [shop for shop in board.shops if _fits(shop.place, asked) and (fits is None or fits(shop))]
    return sorted(chosen, key=SORTS[asked.sort])


def _unweighed(board: Board, asked: _Asked) -> list[DistributorView]:
    if asked.state not in ("", "none"):
        return []
    return [place for place in board.unweighed if _fits(place, asked)]


def _named(places: Sequence[DistributorView]) -> list[tuple[DistributorView, str, str]]:
    tongue = lines.language()
    return [(place, place.name(tongue), place.office(tongue)) for place in places]


def _states(board: Board, asked: _Asked, query: Mapping[str, str]) -> list[Choice]:
    scope = [shop for shop in board.shops if _fits(shop.place, asked)]

    def choice(label: str, state: str, sign: str = "") -> Choice:
        count = sum(map(STATES[state], scope)) if state else len(scope)
        address = lines.query({**query, "state": state, "page": ""})
        return Choice(label, address, state == asked.state, count, sign)

    made = [
        choice(_("All"), ""),
        choice(_("Below the band"), "below", "below"),
        choice(_("In band"), "in", "in"),
        choice(_("Above the band"), "above", "above"),
        choice(_("Report missing"), "missing"),
    ]
    if board.unweighed:
        address = lines.query({**query, "state": "none", "page": ""})
        made.append(Choice(_("No figures yet"), address, asked.state == "none", len(board.unweighed)))
    return made


def _offices(board: Board, asked: _Asked, query: Mapping[str, str]) -> list[Choice]:
    tongue = lines.language()
    named = {shop.place.office_code: shop.place.office(tongue) for shop in board.shops}
    return _one_of(named, "office", asked.office, _("All offices"), query)


def _reps(board: Board, asked: _Asked, query: Mapping[str, str]) -> list[Choice]:
    """Return the reps of the office asked for, or of all where there is only one office."""
    offices = {shop.place.office_code for shop in board.shops}
    if len(offices) > 1 and not asked.office:
        return []
    named = {
        shop.place.rep_code: shop.place.rep_name
        for shop in board.shops
        if shop.place.rep_code and asked.office in ("", shop.place.office_code)
    }
    return _one_of(named, "rep", asked.rep, _("All reps"), query)


def _one_of(
    named: Mapping[str, str], parameter: str, chosen: str, every: str, query: Mapping[str, str]
) -> list[Choice]:
    if len(named) < 2:
        return []

    def address(code: str) -> str:
        cleared = {"rep": ""} if parameter == "office" else {}
        return lines.query({**query, **cleared, parameter: code, "page": ""})

    made = [Choice(name, address(code), code == chosen) for code, name in sorted(named.items())]
    return [Choice(every, address(""), not chosen), *made]

"""The list of distributors, for any closed week: filtered, sorted, paged, or as a file."""

from collections.abc import Mapping, Sequence

from django.http import HttpResponse
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS
from channelkeeper.core import weeks
from channelkeeper.desk import sentences, sheet
from channelkeeper.desk.queries import boards
from channelkeeper.desk.queries.boards import Asked, Board
from channelkeeper.desk.views import lines
from channelkeeper.desk.views.lines import Choice
from channelkeeper.network import queries as network
from channelkeeper.network.queries import DistributorView
from channelkeeper.stock.queries import ranks
from channelkeeper.stock.queries.ranks import Counted
from channelkeeper.web import exports, pages

ROWS_A_PAGE = 50
ROWS_OF_FILE = 20_000
NOT_WEIGHED_SHOWN = 100
SORTS = (*ranks.SORTS, boards.BY_FINDINGS)
SORTED_BY = "stake"


@doors.page(READERS)
def distributors(request: doors.ActorRequest) -> HttpResponse:
    """Show the distributors in scope as the address asks, or hand them out as a file."""
    asked = _asked(request)
    if file := exports.wanted(request, lambda: _table(request, asked)):
        return file
    at, number = doors.at(request), lines.page_number(request.GET.get("page"))
    board = boards.board(request.actor, at=at, asked=asked, page=number, size=ROWS_A_PAGE)
    if board is None or not (board.every.shops or board.unweighed or asked.narrowed):
        return lines.nothing_yet(request, has_places=board is not None)
    return pages.render(
        request, "desk/distributors.html", "desk/_distributor_rows.html", _context(request, board, asked)
    )


def _table(request: doors.ActorRequest, asked: Asked) -> exports.Table:
    at = doors.at(request)
    board = boards.board(request.actor, at=at, asked=asked, size=ROWS_OF_FILE)
    week = board.week if board else weeks.monday_of(at.date())
    return sheet.shops(week, board.shops if board else [], lines.language())


def _context(request: doors.ActorRequest, board: Board, asked: Asked) -> dict[str, object]:
    query = request.GET.dict()
    listed = board.asked if asked.state != "none" else Counted.nothing()
    offices = _offices(request, asked, query)
    return {
        "board": board,
        "asked": asked,
        "rows": lines.shop_lines(board.shops),
        "unweighed": _named(_unweighed(request, board, asked)),
        "sentence": sentences.listed(_figures(listed), lines.language()),
        "page": lines.page_of(board.page, listed.shops, ROWS_A_PAGE),
        "query": lines.rest_of(query),
        "states": _states(board, asked, query),
        "offices": offices,
        "reps": _reps(request, asked, query, many=bool(offices)),
        "heads": {
            name: lines.Heading(lines.query({**query, "sort": name, "page": ""}), asked.sort == name) for name in SORTS
        },
        "old_week": asked.week is not None,
        "many_offices": bool(offices),
    }


def _figures(total: Counted) -> dict[str, object]:
    return {
        "shops": total.shops,
        "below": total.below,
        "above_value": total.above_value,
        "missing": total.shops - total.reported,
        "stake": total.stake,
    }


def _asked(request: doors.ActorRequest) -> Asked:
    get = request.GET.get
    state, sort = get("state", ""), get("sort", SORTED_BY)
    return Asked(
        text=get("q", "").strip(),
        office=get("office", ""),
        rep=get("rep", ""),
        state=state if state in ranks.STATES or state == "none" else "",
        sort=sort if sort in SORTS else SORTED_BY,
        week=lines.week_of(get("week", "")),
    )


def _unweighed(request: doors.ActorRequest, board: Board, asked: Asked) -> list[DistributorView]:
    """Return those without figures; a list narrowed to a state of figures has none."""
    if asked.state not in ("", "none") or not board.unweighed:
        return []
    return boards.unweighed(request.actor, board, at=doors.at(request), limit=NOT_WEIGHED_SHOWN)


def _named(places: Sequence[DistributorView]) -> list[tuple[DistributorView, str, str]]:
    tongue = lines.language()
    return [(place, place.name(tongue), place.office(tongue)) for place in places]


def _states(board: Board, asked: Asked, query: Mapping[str, str]) -> list[Choice]:
    every = board.every

    def choice(label: str, state: str, count: int, sign: str = "") -> Choice:
        return Choice(label, lines.query({**query, "state": state, "page": ""}), state == asked.state, count, sign)

    made = [
        choice(_("All"), "", every.shops),
        choice(_("Below the band"), "below", every.shops_below, "below"),
        choice(_("In band"), "in", every.shops_inside, "in"),
        choice(_("Above the band"), "above", every.shops_above, "above"),
        choice(_("Report missing"), "missing", every.shops - every.reported),
    ]
    return made + [choice(_("No figures yet"), "none", board.unweighed)] * bool(board.unweighed)


def _offices(request: doors.ActorRequest, asked: Asked, query: Mapping[str, str]) -> list[Choice]:
    tongue = lines.language()
    offices = network.office_names(request.actor, at=doors.at(request))
    return _one_of({one.code: one.name(tongue) for one in offices}, "office", asked.office, _("All offices"), query)


def _reps(request: doors.ActorRequest, asked: Asked, query: Mapping[str, str], *, many: bool) -> list[Choice]:
    """Return the reps of the office asked for, or of all where there is only one office."""
    if many and not asked.office:
        return []
    named = dict(network.rep_names(request.actor, at=doors.at(request), office=asked.office))
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

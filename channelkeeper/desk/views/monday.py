"""Monday: whom to see, why, and in which order; a distributor's own start page."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS, Role
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.desk import sentences
from channelkeeper.desk.queries import boards, briefs
from channelkeeper.desk.queries.boards import Board
from channelkeeper.desk.rules import SEEN_BY
from channelkeeper.desk.views import lines, own
from channelkeeper.network import queries as network
from channelkeeper.web import pages

ROWS_A_PAGE = 100
OPEN = "open"


@doors.page(SEEN_BY)
def monday(request: doors.ActorRequest) -> HttpResponse:
    """Show where the day starts: the reader's distributors, worst first; a distributor's own page to itself."""
    at = doors.at(request)
    if request.actor.role is Role.DISTRIBUTOR:
        mine = network.distributors(request.actor, at=at)
        if len(mine) == 1:
            return own.start(request, mine[0].code)
    board = boards.board(request.actor, at=at)
    if board is None or not board.shops:
        return render(
            request, "desk/monday_empty.html", {"has_places": bool(network.distributors(request.actor, at=at))}
        )
    return pages.render(request, "desk/monday.html", "desk/_monday_rows.html", _context(request, board))


@doors.page(READERS)
def brief(request: doors.ActorRequest, code: str) -> HttpResponse:
    """Show a distributor's brief: what to say there, with which figures."""
    return render(request, "desk/_brief.html", _brief(request, code))


def _context(request: doors.ActorRequest, board: Board) -> dict[str, object]:
    at = doors.at(request)
    tongue = lines.language()
    page = Paginator(board.shops, ROWS_A_PAGE).get_page(request.GET.get("page"))
    first = boards.totals(board.first)
    worst = board.shops[0]
    figures = lines.monday_figures(
        first, len(board.shops), worst, manages=request.actor.role in (Role.HEADQUARTERS, Role.OFFICE_MANAGER)
    )
    opened = request.GET.get(OPEN) or worst.place.code
    context: dict[str, object] = {
        "board": board,
        "today": BUSINESS.day(at),
        "this_week": BUSINESS.week(at),
        "stale": board.week < BUSINESS.last_closed_week(at),
        "sentence": sentences.monday(figures, tongue),
        "head": sentences.monday_head(figures, tongue),
        "short": sentences.monday_short(figures, tongue),
        "first": lines.shop_lines([shop for shop in page if shop.first]),
        "rest": lines.shop_lines([shop for shop in page if not shop.first]),
        "rest_count": len(board.rest),
        "total": boards.totals(board.shops),
        "page": page,
        "query": lines.rest_of(request.GET.dict()),
        "opened": opened,
        "worst": lines.shop_lines([worst])[0],
        "manages": request.actor.role is not Role.FACTORY_REP,
        "unweighed": board.unweighed,
        "closes_on": weeks.sunday_of(board.week),
    }
    if not pages.wants_fragment(request):
        known = opened if any(shop.place.code == opened for shop in board.shops) else worst.place.code
        context |= {"opened": known, **_brief(request, known)}
    return context


def _brief(request: doors.ActorRequest, code: str) -> dict[str, object]:
    found = briefs.brief(request.actor, code, at=doors.at(request))
    tongue, sums = lines.language(), found.summary.sums
    found_missing = any(view.kind == "report_missing" for view in found.talks)
    return {
        "brief": found,
        "brief_name": found.summary.place.name(tongue),
        "brief_place": found.summary.place.place(tongue),
        "brief_sentence": sentences.distributor(briefs.figures(found, tongue), tongue, named=False),
        "brief_short": own.product_lines(found.short),
        "brief_held": own.product_lines(found.held),
        "brief_talks": [(view, view.said(tongue)) for view in found.talks],
        "brief_state": lines.state_word(sums.band) if sums else "",
        "brief_now": lines.days_now(sums) if sums else "",
        "brief_asks": sums is not None and not sums.reported and not found_missing,
        "brief_url": reverse("desk:distributor", args=[code]),
    }

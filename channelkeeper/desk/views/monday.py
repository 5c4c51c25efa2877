"""Monday: whom to see, why, and in which order; a distributor's own start page."""

from django.http import HttpResponse
from django.urls import reverse

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS, Role
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.desk import sentences
from channelkeeper.desk.queries import boards, briefs
from channelkeeper.desk.queries.boards import Board, Shop
from channelkeeper.desk.rules import SEEN_BY
from channelkeeper.desk.views import lines, own, ways
from channelkeeper.findings import queries as findings
from channelkeeper.findings.queries import FindingView, talks
from channelkeeper.findings.queries.talks import AgreementView
from channelkeeper.network import queries as network
from channelkeeper.web import exports, pages

ROWS_A_PAGE = 50
OPEN = "open"
DUE_SHOWN, GOOD_SHOWN = 8, 3


@doors.page(SEEN_BY)
def monday(request: doors.ActorRequest) -> HttpResponse:
    """Show where the day starts: the reader's distributors, worst first; a distributor's own page to itself."""
    at = doors.at(request)
    if request.actor.role is Role.DISTRIBUTOR:
        mine = network.distributors(request.actor, at=at)
        if len(mine) == 1:
            return own.start(request, mine[0].code)
    board = boards.board(request.actor, at=at, page=lines.page_number(request.GET.get("page")), size=ROWS_A_PAGE)
    if board is None or not board.shops:
        return lines.nothing_yet(request, has_places=network.narrowed(request.actor, at=at).exists())
    return pages.render(request, "desk/monday.html", "desk/_monday_rows.html", _context(request, board))


@doors.page(READERS)
def brief(request: doors.ActorRequest, code: str) -> HttpResponse:
    """Show a distributor's brief: beside the list, as a page on the phone, or on paper."""
    context = _brief(request, code)
    if request.GET.get("format") == "pdf":
        return exports.printed(request, "desk/brief_print.html", context, f"{code}-{context['brief_label']}")
    return pages.render(request, "desk/brief.html", "desk/_brief.html", context)


def _context(request: doors.ActorRequest, board: Board) -> dict[str, object]:
    at = doors.at(request)
    tongue = lines.language()
    count = board.every.shops
    first = boards.first_of(board)
    worst = _worst(request, board)
    figures = lines.monday_figures(
        first, count, worst, manages=request.actor.role in (Role.HEADQUARTERS, Role.OFFICE_MANAGER)
    )
    context: dict[str, object] = {
        "board": board,
        "today": BUSINESS.day(at),
        "this_week": BUSINESS.week(at),
        "stale": board.week < BUSINESS.last_closed_week(at),
        "sentence": sentences.monday(figures, tongue),
        "head": sentences.monday_head(figures, tongue),
        "short": sentences.monday_short(figures, tongue),
        "first": lines.shop_lines([shop for shop in board.shops if shop.first]),
        "rest": lines.shop_lines([shop for shop in board.shops if not shop.first]),
        "rest_count": count - first.shops,
        "total": boards.totals(board),
        "page": lines.page_of(board.page, count, ROWS_A_PAGE),
        "query": lines.rest_of(request.GET.dict()),
        "opened": request.GET.get(OPEN) or worst.place.code,
        "worst": lines.shop_lines([worst])[0],
        "manages": request.actor.role is not Role.FACTORY_REP,
        "unweighed": board.unweighed,
        "closes_on": weeks.sunday_of(board.week),
        "due": _due(request),
        "good": _good(request),
    }
    if not pages.wants_fragment(request):
        context |= _opened(request, board)
    return context


def _due(request: doors.ActorRequest) -> list[tuple[AgreementView, str]]:
    """Return what was agreed and is due this week or overdue, with whom."""
    found = talks.due_talks(request.actor, at=doors.at(request), limit=DUE_SHOWN)
    return [(one, one.distributor(lines.language())) for one in found]


def _good(request: doors.ActorRequest) -> list[tuple[FindingView, str, str]]:
    """Return what goes well, with whom: it is said as the rest is."""
    filters = findings.Filters(positive=True)
    found = findings.listed(request.actor, at=doors.at(request), filters=filters, limit=GOOD_SHOWN)
    return [(one, one.distributor_name(lines.language()), one.said(lines.language())) for one in found]


def _opened(request: doors.ActorRequest, board: Board) -> dict[str, object]:
    """Return the brief beside the list: of the distributor in the address, or of the first."""
    asked, first = request.GET.get(OPEN, ""), board.shops[0].place.code
    known = asked if asked and boards.holds(board, asked) else first
    return {"opened": known, **_brief(request, known)}


def _worst(request: doors.ActorRequest, board: Board) -> Shop:
    """Return the distributor to see before all others, on whatever page the reader is."""
    whole = board if board.page == 1 else boards.board(request.actor, at=doors.at(request), size=1)
    assert whole is not None  # there is a page, so there is a week
    return whole.shops[0]


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
        "brief_expiring": [(line, briefs.expiring_value(line.row)) for line in own.product_lines(found.expiring)],
        "brief_asks_for": [(ask, sentences.ask(ask.kind, ask.figures, tongue)) for ask in found.asks],
        "brief_advice": sentences.advice(found.advice.figures, tongue) if found.advice else "",
        "brief_promises": [(view, view.said(tongue)) for view in found.promises],
        "brief_agreed": found.agreed,
        "brief_talks": [(view, view.said(tongue)) for view in found.talks],
        "brief_good": [(view, view.said(tongue)) for view in found.good],
        "brief_code": code,
        "brief_label": weeks.label(sums.week) if sums else "",
        "brief_state": lines.state_word(sums.band) if sums else "",
        "brief_now": lines.days_now(sums) if sums else "",
        "brief_asks": sums is not None and not sums.reported and not found_missing,
        "brief_url": reverse("desk:distributor", args=[code]),
        "brief_ways": ways.of_brief(code, request.actor.role),
    }

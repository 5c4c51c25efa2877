"""The expert record: what proposals were worth weeks later, for those in charge and for the distributor itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from channelkeeper.access import doors
from channelkeeper.access.rules import READERS
from channelkeeper.core import formats
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.network import queries as network
from channelkeeper.orders import comparisons, scenario_sheet
from channelkeeper.orders.queries import record
from channelkeeper.orders.queries.record import By, Filters, ScoreView, Tally
from channelkeeper.orders.rules import SEEN_BY
from channelkeeper.orders.scoring import Kind, Right
from channelkeeper.orders.views import marks
from channelkeeper.orders.views.marks import Figure
from channelkeeper.web import exports, pages

SPANS = (13, 26, 52)
MOST_EXPORTED = 5_000


@dataclass(frozen=True)
class Choice:
    """A filter written as text."""

    label: str
    url: str
    active: bool
    count: int | None = None
    state: str = ""


@dataclass(frozen=True)
class Row:
    """A group of the record, in the reader's language."""

    tally: Tally
    name: str
    url: str


@dataclass(frozen=True)
class ScoreRow:
    """A scored line, in the reader's language."""

    score: ScoreView
    name: str
    sentence: str
    word: str
    url: str


@doors.page(READERS)
def groups(request: doors.ActorRequest) -> HttpResponse:
    """Show the record of all in scope, added up by distributor, rep, product or category."""
    at, language, asked = doors.at(request), get_language() or "", request.GET.dict()
    by = By(asked["by"]) if asked.get("by") in set(By) else By.DISTRIBUTOR
    filters = Filters(since=_since(request))
    total = record.total(request.actor, at=at, filters=filters)
    rows = record.tallies(request.actor, at=at, filters=filters, by=by)
    title = _("Expert record")
    if file := exports.wanted(
        request, lambda: scenario_sheet.record_table(rows, total, title=title, language=language)
    ):
        return file
    context = {
        "sentence": total.sentence(language),
        "figures": _figures(total, language),
        "rows": [_row(row, by, language) for row in rows],
        "filters": [Choice(label, _query({**asked, "by": key}), key == by) for key, label in _groups().items()],
        "spans": _spans(asked),
    }
    return pages.render(request, "orders/record.html", "orders/_record.html", context)


@doors.page(SEEN_BY)
def of_distributor(request: doors.ActorRequest, code: str) -> HttpResponse:
    """Show the record of one distributor, line by line; itself sees what was offered to it."""
    at, language, asked = doors.at(request), get_language() or "", request.GET.dict()
    place = network.distributor(request.actor, code, at=at)
    whole = Filters(since=_since(request), distributor=place.code)
    right = Right(asked["right"]) if asked.get("right") in set(Right) else None
    filters = Filters(whole.since, whole.distributor, right)
    total = record.total(request.actor, at=at, filters=whole)

    def file() -> exports.Table:
        rows = record.listed(request.actor, at=at, filters=filters, limit=MOST_EXPORTED)
        name, title = f"{place.code}-record", place.name(language)
        return scenario_sheet.scores_table(rows, total, name=name, title=title, language=language)

    if answer := exports.wanted(request, file):
        return answer
    page = record.score_page(request.actor, at=at, filters=filters, page=doors.page_number(request))
    context = {
        "place": place,
        "name": place.name(language),
        "in_charge": request.actor.role in READERS,
        "sentence": total.sentence(language),
        "figures": _figures(total, language),
        "page": page,
        "rows": [_score_row(row, language) for row in page],
        "filters": _rights(asked, total, language),
        "spans": _spans(asked),
        "query": _query({**asked, "page": ""}).removeprefix("?"),
        "narrowed": right is not None,
    }
    return pages.render(request, "orders/record_of.html", "orders/_scores.html", context)


def _since(request: doors.ActorRequest) -> date:
    asked = request.GET.get("weeks", "")
    count = int(asked) if asked in {str(one) for one in SPANS} else record.USUAL_WEEKS
    return record.since(BUSINESS.last_closed_week(doors.at(request)), count)


def _groups() -> Mapping[By, str]:
    return {
        By.DISTRIBUTOR: _("by distributor"),
        By.REP: _("by rep"),
        By.PRODUCT: _("by product"),
        By.CATEGORY: _("by category"),
    }


def _spans(asked: Mapping[str, str]) -> list[Choice]:
    chosen = asked.get("weeks", "")
    active = chosen if chosen in {str(one) for one in SPANS} else str(record.USUAL_WEEKS)

    def choice(count: int) -> Choice:
        address = _query({**asked, "weeks": str(count), "page": ""})
        return Choice(_("%(count)s weeks") % {"count": count}, address, str(count) == active)

    return [choice(count) for count in SPANS]


def _rights(asked: Mapping[str, str], total: Tally, language: str) -> list[Choice]:
    chosen = asked.get("right", "")
    counts = {right: getattr(total, right.value) for right in Right}
    everything = Choice(_("All"), _query({**asked, "right": "", "page": ""}), not chosen, total.lines)
    return [
        everything,
        *(
            Choice(
                comparisons.right_word(right.value, language),
                _query({**asked, "right": right.value, "page": ""}),
                right.value == chosen,
                count,
            )
            for right, count in counts.items()
            if count and right is not Right.EVEN
        ),
    ]


def _figures(total: Tally, language: str) -> list[Figure]:
    base = _("%(value)s as proposed")
    otherwise = _("of lines ordered otherwise")
    return [
        _share(_("Followed"), total.followed, total.lines, _("of lines that could be scored")),
        _share(_("Proposal right"), total.proposal, total.otherwise, otherwise),
        _share(_("Other side right"), total.order, total.otherwise, otherwise),
        marks.money(_("Missed sales"), total.missed_really, total.missed_followed, base, language),
        marks.money(_("Above the band"), total.excess_really, total.excess_followed, base, language),
        marks.money(_("Stock at the close"), total.stock_really, total.stock_followed, base, language),
    ]


def _share(label: str, part: int, whole: int, base: str) -> Figure:
    return Figure(label, formats.whole(Decimal(part)), f"/ {formats.whole(Decimal(whole))}", base)


def _row(tally: Tally, by: By, language: str) -> Row:
    url = reverse("orders:record_of", args=[tally.code]) if by is By.DISTRIBUTOR else ""
    return Row(tally, tally.name(language) or _("nobody"), url)


def _score_row(score: ScoreView, language: str) -> ScoreRow:
    word = _("followed") if score.kind is Kind.FOLLOWED else comparisons.right_word(score.right.value, language)
    return ScoreRow(
        score, score.name(language), score.sentence(language), word, reverse("orders:order", args=[score.number])
    )


def _query(asked: Mapping[str, str]) -> str:
    return "?" + urlencode({name: value for name, value in asked.items() if value})

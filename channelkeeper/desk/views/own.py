"""Products as lines in the reader's language, and the start page of a distributor's own people."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render

from channelkeeper.access import doors
from channelkeeper.core import formats, weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.desk import sentences
from channelkeeper.desk.queries import briefs
from channelkeeper.desk.queries.briefs import Brief
from channelkeeper.desk.queries.distributors import ProductRow
from channelkeeper.desk.views import lines, strips
from channelkeeper.stock.queries import reports

STEADY_BELOW = 0.03  # a change under three percent is noise to the reader


@dataclass(frozen=True)
class ProductLine:
    """
    A product of a distributor in the reader's language.

    Attributes:
        state: the gauge's word for its band; empty where it has no cover.
        change: of the coming four weeks against the last four, as a share; None where it is steady.
        cause: why, in a word; with the name of a promotion where one is known.
        expected: pieces in the coming week, for the spark.
    """

    row: ProductRow
    name: str
    state: str
    after: Decimal | None
    change: float | None
    cause: str
    expected: float | None
    order_units: int | None

    @property
    def units_per_case(self) -> int:
        """Return the pieces of a case."""
        return self.row.standing.units_per_case

    @property
    def per_day_cases(self) -> float:
        """Return the expected sell-out in cases a day."""
        return self.row.standing.per_day / self.units_per_case


def product_lines(rows: Sequence[ProductRow]) -> list[ProductLine]:
    """Return products as lines."""
    return [product_line(row) for row in rows]


def product_line(row: ProductRow) -> ProductLine:
    """Return a product as a line."""
    standing = row.standing
    total, cause = cause_of(standing.causes)
    steady = abs(total) < STEADY_BELOW
    tongue = lines.language()
    return ProductLine(
        row=row,
        name=standing.name(tongue),
        state=lines.state_word(standing.band),
        after=row.days_after,
        change=None if steady else total,
        cause=_why(row, "" if steady else cause, total, tongue),
        expected=standing.expected_units[0] if standing.expected_units else None,
        order_units=row.line.units if row.line else None,
    )


def start(request: doors.ActorRequest, code: str) -> HttpResponse:
    """Show a distributor its own day: the report that is due, the offer that waits, what will run out."""
    at = doors.at(request)
    found = briefs.brief(request.actor, code, at=at)
    tongue = lines.language()
    closed = BUSINESS.last_closed_week(at)
    asked = _asked(found, closed, is_in=reports.is_in(request.actor, at=at, code=code, week=closed))
    figures = {**briefs.figures(found, tongue), **asked}
    context = {
        "code": code,
        "name": found.summary.place.name(tongue),
        "sentence": sentences.own(figures, tongue),
        "standing": sentences.distributor(figures, tongue, named=False),
        "says_more": bool(asked["report"] or asked["offer"]),
        "report": asked["report"],
        "week": asked["week"],
        "proposal": found.summary.proposal,
        "offer": asked["offer"],
        "figures": strips.strip(found.summary),
        "summary": found.summary,
        "state": lines.state_word(found.summary.sums.band) if found.summary.sums else "",
        "short": product_lines(found.short),
        "held": product_lines(found.held),
        "talks": [(view, view.said(tongue)) for view in found.talks],
    }
    return render(request, "desk/own.html", context)


def _asked(found: Brief, closed: date, *, is_in: bool) -> dict[str, object]:
    """Return what is asked of the distributor: a report that is due or late, an offer that waits for an answer."""
    proposal, sums = found.summary.proposal, found.summary.sums
    return {
        "report": "" if is_in else "late" if sums is not None and sums.week == closed else "due",
        "week": closed,
        "due_on": weeks.sunday_of(closed) + timedelta(days=1),
        "offer": found.summary.waits,
        "lines": proposal.lines_ordered if proposal else 0,
        "amount": proposal.amount if proposal else Decimal(0),
    }


def cause_of(parts: Mapping[str, float]) -> tuple[float, str]:
    """Return the whole change as a share, and the cause that moves it most in its direction."""
    total = sum(value for name, value in parts.items() if name != "stock_out")
    if not parts or not total:
        return 0.0, ""
    name = max(parts, key=lambda part: math.copysign(1, total) * parts[part])
    return math.expm1(total), name


def _why(row: ProductRow, cause: str, change: float, tongue: str) -> str:
    """Return why sell-out changes: by the name of the promotion or festival where the order's line has one."""
    line = row.line
    if line is not None and cause and line.cause == cause:
        named = line.cause_label_zh if formats.is_chinese(tongue) else line.cause_label_en or line.cause_label_zh
        if named:
            return _dated(named, line.cause_starts_on, line.cause_ends_on)
    return sentences.why(cause, more=change > 0, language=tongue)


def _dated(label: str, starts_on: date | None, ends_on: date | None) -> str:
    if starts_on is None or ends_on is None:
        return label
    return f"{label} {starts_on.month}/{starts_on.day}–{ends_on.month}/{ends_on.day}"

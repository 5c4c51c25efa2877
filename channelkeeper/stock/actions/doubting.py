"""
Which reports to doubt, after a close: in each chunk what a report's own lines, shipments and counts say,
then over all what no neighbour shows. Chooses whom to count; nothing here punishes.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from django.db.models import Count as Number
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from channelkeeper.access.rules import Actor
from channelkeeper.catalog import queries as catalog
from channelkeeper.core import money, weeks
from channelkeeper.findings.actions import Look
from channelkeeper.findings.rules import Observation
from channelkeeper.jobs import bulk
from channelkeeper.network.queries import visible
from channelkeeper.stock import counting, credibility, doubts, receipts
from channelkeeper.stock.actions._loading import Loaded
from channelkeeper.stock.credibility import Sign
from channelkeeper.stock.doubts import Difference, InReport, LastCount, Seen, Shipped
from channelkeeper.stock.findings import copied_lines
from channelkeeper.stock.models import Count, CountLine, Credibility, Report, ReportLine, Shipment, ShipmentLine
from channelkeeper.stock.shelf import Shelf

COLUMNS = ("distributor_id", "week", "score", "signs", "changes")
COUNTS_LOOKED_AT = 8  # a count of two months ago still says something of how a distributor reports
SHIPPING_WEEKS = 8  # without a shipment recorded for as long, shipments are not recorded at all


def assess(loaded: Loaded, shelf: Shelf) -> list[Look]:
    """
    Write how far each report of a chunk can be believed; return receipts and counts that differ, as findings.

    Part of the chunk's transaction; eight queries. What only neighbours can tell is added by `compare`.
    """
    chunk = loaded.chunk
    counts = _Counts(loaded, shelf)
    differences = _receipts(loaded, shelf)
    seen = _seen(loaded, differences, counts)
    changes = doubts.category_changes(
        chunk.grid,
        distributor=chunk.distributor,
        group=chunk.group,
        price=chunk.price,
        distributors=chunk.distributors,
    )
    keys = [member.pk for member in loaded.members]
    Credibility.objects.filter(distributor_id__in=keys, week=chunk.week).delete()
    rows = []
    for place, one in seen.items():
        signs = doubts.signs_of(one)
        kept = {str(shelf.category_of_group[group]): change for group, change in changes.get(place, {}).items()}
        told = (json.dumps(_plain(signs), ensure_ascii=False), json.dumps(kept))
        rows.append((keys[place], chunk.week, credibility.score(signs), *told))
    if rows:
        bulk.insert_frame(Credibility, pl.DataFrame(rows, schema=COLUMNS, orient="row"))
    return _looks(loaded, differences, counts)


def compare(*, week: date, by: Actor, at: datetime, distributor_ids: Sequence[int] | None = None) -> None:
    """
    Add to a week's reports what no neighbour of theirs shows (STK-4e); run again it comes to the same.

    Neighbours are the others of the office; where fewer than four of them tell of a category, all others.
    Two queries, and one write of those that change.

    Args:
        distributor_ids: only these are written, as after a late report; all by default.
    """
    rows = _with_neighbours(week, by, at, distributor_ids)
    told = _Neighbours(rows)
    names = {one.id: (one.name_zh, one.name_en or one.name_zh) for one in catalog.categories()}
    changed = []
    for row in rows:
        if distributor_ids is not None and row.distributor_id not in distributor_ids:
            continue
        others = [sign for sign in row.signs if sign["kind"] != "jump"]
        signs = sorted([*others, *_plain(_jumps(row, told, names))], key=_weight)
        if signs != row.signs:
            row.signs = signs
            row.score = credibility.score([Sign(sign["kind"], sign["strength"]) for sign in signs])
            changed.append(row)
    bulk.update(Credibility, ("signs", "score"), ((row.signs, row.score, row.pk) for row in changed))


def _with_neighbours(week: date, by: Actor, at: datetime, distributor_ids: Sequence[int] | None) -> list[Credibility]:
    """Return the reports of a week; of some distributors only their offices', where these have neighbours enough."""
    found = (
        Credibility.objects.filter(week=week, distributor__in=visible(by, at=at))
        .select_related("distributor")
        .only("score", "signs", "changes", "distributor_id", "distributor__office_id")
        .order_by("distributor_id")
    )
    if distributor_ids is not None:
        offices = visible(by, at=at).filter(pk__in=distributor_ids).values("office_id")
        near = list(found.filter(distributor__office_id__in=offices))
        if len(near) > credibility.LEAST_NEIGHBOURS + 1:
            return near
    return list(found)


class _Neighbours:
    """The changes of a week by category: of each office, and of all."""

    def __init__(self, rows: Sequence[Credibility]) -> None:
        self.office: dict[tuple[int, str], dict[int, float]] = defaultdict(dict)
        self.everyone: dict[str, dict[int, float]] = defaultdict(dict)
        for row in rows:
            for category, (change, _) in row.changes.items():
                self.office[row.distributor.office_id, category][row.distributor_id] = change
                self.everyone[category][row.distributor_id] = change

        self._middle: dict[tuple[int | None, str], tuple[float, float]] = {}

    def of(self, row: Credibility, category: str) -> list[float]:
        """Return the changes of a distributor's neighbours."""
        chosen = self._chosen(row, category)[1]
        return [change for key, change in chosen.items() if key != row.distributor_id]

    def apart(self, row: Credibility) -> dict[str, tuple[float, float]]:
        """
        Return the changes of a row that may be jumps, by category: the few that are worth their neighbours.

        Whoever is left out, the median of the others lies between the two beside the middle; a
        change nearer to these than any jump can be is none.
        """
        return {
            category: (own, spread)
            for category, (own, spread) in row.changes.items()
            if self._far(row, category, own, credibility.least_jump(spread))
        }

    def _far(self, row: Credibility, category: str, own: float, least: float) -> bool:
        office, chosen = self._chosen(row, category)
        if (office, category) not in self._middle:
            told, half = sorted(chosen.values()), len(chosen) // 2
            self._middle[office, category] = told[max(half - 1, 0)], told[min(half + 1, len(told) - 1)]
        low, high = self._middle[office, category]
        return own >= low + least or own <= high - least

    def _chosen(self, row: Credibility, category: str) -> tuple[int | None, dict[int, float]]:
        office = row.distributor.office_id
        near = self.office[office, category]
        return (office, near) if len(near) > credibility.LEAST_NEIGHBOURS else (None, self.everyone[category])


def _jumps(row: Credibility, told: _Neighbours, names: Mapping[int, tuple[str, str]]) -> list[Sign]:
    changes = {int(category): (own, spread) for category, (own, spread) in told.apart(row).items()}
    neighbours = {category: told.of(row, str(category)) for category in changes}
    found = doubts.jumps(changes, neighbours)
    if not found:
        return []
    category, left = max(found.items(), key=lambda one: abs(one[1]))
    zh, en = names.get(category, ("", ""))
    figures = {"category_zh": zh, "category_en": en, "times": round(float(np.exp(left)), 1), "lines": len(found)}
    return [Sign("jump", 1.0, figures)]


def _weight(sign: Mapping[str, Any]) -> float:
    return -credibility.WEIGHTS[sign["kind"]] * float(sign["strength"])


def _plain(signs: Sequence[Sign]) -> list[dict[str, Any]]:
    return [{"kind": sign.kind, "strength": round(sign.strength, 3), "figures": dict(sign.figures)} for sign in signs]


def _seen(loaded: Loaded, differences: Mapping[int, Sequence[Difference]], counts: "_Counts") -> dict[int, Seen]:
    """Return by place what is known of each report of the week."""
    same, moving = copied_lines(loaded.chunk)
    in_reports = _in_reports([told.report_id for told in loaded.told.values()])
    return {
        place: Seen(
            in_reports[told.report_id],
            int(same[place]),
            int(moving[place]),
            len(differences.get(place, ())),
            counts.last.get(place),
        )
        for place, told in loaded.told.items()
        if told.report_id in in_reports
    }


def _in_reports(report_ids: Sequence[int]) -> dict[int, InReport]:
    """Return what each report's lines amount to, added up by the database. One query."""
    there = F("opening_units") + F("received_units") + F("other_in_units")
    left = there - F("gifts_units") - F("losses_units") - F("returns_units") - F("closing_units")
    case = F("product__units_per_case")
    lines = ReportLine.objects.filter(report_id__in=report_ids).alias(
        there=there,
        by_balance=left,
        over_case=F("closing_units") % case,
        closing_ten=F("closing_units") % 10,
        sold_ten=F("sold_units") % 10,
        closing_cases=F("closing_units") % (case * 10),
        sold_cases=F("sold_units") % (case * 10),
        least_cases=case * credibility.ROUND_LEAST_FIGURE,
    )
    least = credibility.ROUND_LEAST_FIGURE
    in_pieces = {name: Q(**{f"{name}_units__gte": least}) for name in ("closing", "sold")}
    in_cases = {name: Q(**{f"{name}_units__gte": F("least_cases")}) for name in ("closing", "sold")}
    rows = lines.values("report_id").annotate(
        lines=Number("pk"),
        unbalanced=Number("pk", filter=~Q(by_balance=F("sold_units"))),
        negative=Number("pk", filter=Q(sold_units__lt=0) | Q(by_balance__lt=0)),
        beyond=Number("pk", filter=Q(sold_units__gt=F("there"))),
        lying=Number("pk", filter=Q(closing_units__gt=0)),
        whole_cases=Number("pk", filter=Q(closing_units__gt=0, over_case=0)),
        pieces=Number("pk", filter=in_pieces["closing"]) + Number("pk", filter=in_pieces["sold"]),
        round_pieces=Number("pk", filter=in_pieces["closing"] & Q(closing_ten=0))
        + Number("pk", filter=in_pieces["sold"] & Q(sold_ten=0)),
        cases=Number("pk", filter=in_cases["closing"]) + Number("pk", filter=in_cases["sold"]),
        round_cases=Number("pk", filter=in_cases["closing"] & Q(closing_cases=0))
        + Number("pk", filter=in_cases["sold"] & Q(sold_cases=0)),
    )
    return {row["report_id"]: _in_report(row) for row in rows}


def _in_report(row: Mapping[str, Any]) -> InReport:
    # A sender that counts in cases has hardly a closing that is none: its figures are round in cases, not in pieces.
    in_cases = row["lying"] > 0 and row["whole_cases"] * 10 >= row["lying"] * 9
    figures, heaped = ("cases", "round_cases") if in_cases else ("pieces", "round_pieces")
    return InReport(row["lines"], row["unbalanced"], row["negative"], row["beyond"], row[figures], row[heaped])


def _receipts(loaded: Loaded, shelf: Shelf) -> dict[int, list[Difference]]:
    """Return by place what was received otherwise than shipped. Two queries."""
    chunk, place = loaded.chunk, loaded.rows.place
    sunday = weeks.sunday_of(chunk.week)
    lines = (
        ShipmentLine.objects.filter(shipment__distributor_id__in=list(place))
        .annotate(arrived=Coalesce("shipment__received_on", "shipment__arrives_on"))
        .filter(
            arrived__gte=weeks.shift(chunk.week, -receipts.WINDOW_WEEKS),
            arrived__lte=sunday + timedelta(days=receipts.AROUND_DAYS),
        )
        .order_by("arrived", "pk")
    )
    columns = ("shipment__distributor_id", "product_id", "units", "arrived", "shipment__number")
    found = bulk.read(lines.values_list(*columns))
    owner, product, units, arrived, numbers = zip(*found, strict=True) if found else ((),) * 5
    row = loaded.rows.of(np.array(owner, dtype=np.int64), np.array(product, dtype=np.int64))
    ours = row >= 0
    shipped = Shipped(
        row[ours],
        np.array(units, dtype=np.int64)[ours],
        np.array(arrived, dtype="datetime64[D]")[ours],
        [number for number, mine in zip(numbers, ours.tolist(), strict=True) if mine],
    )
    known = np.zeros(chunk.distributors, dtype=bool)
    recorded = Shipment.objects.filter(
        distributor_id__in=list(place), arrives_on__gte=weeks.shift(chunk.week, -SHIPPING_WEEKS), arrives_on__lte=sunday
    )
    known[[place[key] for key in recorded.values_list("distributor_id", flat=True).distinct()]] = True
    return doubts.receipt_differences(chunk, shelf.products, shipped, known)


class _Counts:
    """
    The counts of a chunk's distributors in the last weeks, beside what their reports said. Three queries.

    Attributes:
        last: by place, the newest count beside its report.
        differences: by place, what of this week's count differs from the report.
        counted: places that were counted for this week, withdrawn counts included.
        newest: by place, the key of this week's newest count.
    """

    def __init__(self, loaded: Loaded, shelf: Shelf) -> None:
        self.week = loaded.chunk.week
        self.place = {member.pk: index for index, member in enumerate(loaded.members)}
        since = weeks.shift(self.week, -COUNTS_LOOKED_AT)
        found = Count.objects.filter(distributor_id__in=list(self.place), week__gt=since, week__lte=self.week).order_by(
            "pk"
        )
        self.counts = {one.pk: one for one in found}
        self.counted = {self.place[one.distributor_id] for one in self.counts.values() if one.week == self.week}
        self.newest = {
            self.place[one.distributor_id]: one
            for one in self.counts.values()
            if one.week == self.week and one.withdrawn_at is None
        }
        self.last: dict[int, LastCount] = {}
        self.differences: dict[int, list[Difference]] = {}
        if self.counts:
            self._compare(shelf)

    def _compare(self, shelf: Shelf) -> None:
        standing: dict[tuple[int, date, int], tuple[int, int]] = {}
        lines = CountLine.objects.filter(count_id__in=list(self.counts), count__withdrawn_at=None).order_by("pk")
        for count_id, product_id, units in lines.values_list("count_id", "product_id", "closing_units"):
            count = self.counts[count_id]
            standing[count.distributor_id, count.week, product_id] = (count_id, units)
        reported = _reported({(owner, week) for owner, week, _ in standing})
        both: dict[tuple[int, date], list[tuple[int, int, int, int]]] = defaultdict(list)
        for (owner, week, product_id), (count_id, units) in standing.items():
            written = reported.get((owner, week, product_id))
            if written is not None:
                gap = counting.count_gap(counted=units, reported=written)
                both[owner, week].append((count_id, product_id, units, gap))
        for (owner, week), rows in sorted(both.items(), key=lambda one: one[0][1]):
            count = self.counts[max(row[0] for row in rows)]
            differing = sum(gap != 0 for *_, gap in rows)
            freshness = 1 - weeks.between(week, self.week) / COUNTS_LOOKED_AT
            last = LastCount(count.pk, count.counted_on, week, len(rows), differing, freshness)
            self.last[self.place[owner]] = last
            if week == self.week and differing:
                self.differences[self.place[owner]] = _differences(rows, shelf)


def _differences(rows: Sequence[tuple[int, int, int, int]], shelf: Shelf) -> list[Difference]:
    found = []
    for _, product_id, units, gap in rows:
        if gap:
            place = shelf.index[product_id]
            value = abs(gap) * shelf.exact_prices[place]
            found.append(Difference(shelf.products[place], units, units + gap, money.to_fen(value)))
    return sorted(found, key=lambda one: (-one.value, one.product.code))


def _reported(asked: set[tuple[int, date]]) -> dict[tuple[int, date, int], int]:
    """Return the closings that the current reports of some distributors' weeks say, by product. Two queries."""
    reports = Report.objects.filter(
        distributor_id__in={owner for owner, _ in asked}, week__in={week for _, week in asked}, current=True
    ).values_list("pk", "distributor_id", "week")
    keys = {pk: (owner, week) for pk, owner, week in reports if (owner, week) in asked}
    lines = ReportLine.objects.filter(report_id__in=list(keys)).values_list("report_id", "product_id", "closing_units")
    return {(*keys[report_id], product_id): units for report_id, product_id, units in lines}


def _looks(loaded: Loaded, differences: Mapping[int, Sequence[Difference]], counts: _Counts) -> list[Look]:
    """Return what is seen of receipts at those that reported, and of counts at those that counted."""
    keys = [member.pk for member in loaded.members]
    received = [
        _receipts_found(loaded, place, differences[place]) for place in sorted(differences) if place in loaded.told
    ]
    counted = [_count_found(loaded, place, counts) for place in sorted(counts.differences)]
    return [
        Look((doubts.RECEIPTS_DIFFER,), received, [keys[place] for place in loaded.told]),
        Look((doubts.COUNT_DIFFERS,), counted, [keys[place] for place in sorted(counts.counted)]),
    ]


def _receipts_found(loaded: Loaded, place: int, differences: Sequence[Difference]) -> Observation:
    report_id = loaded.told[place].report_id
    lines = tuple(("stock", "line", f"{report_id}:{one.product.code}") for one in differences[:3])
    numbers = tuple(dict.fromkeys(number for one in differences for number in one.numbers))[:3]
    return doubts.differences_found(
        differences,
        kind=doubts.RECEIPTS_DIFFER,
        distributor_id=loaded.members[place].pk,
        week=loaded.chunk.week,
        evidence=(*lines, *(("stock", "shipment", number) for number in numbers)),
        more={},
    )


def _count_found(loaded: Loaded, place: int, counts: _Counts) -> Observation:
    count, report_id = counts.newest[place], loaded.told[place].report_id
    differences = counts.differences[place]
    lines = tuple(("stock", "line", f"{report_id}:{one.product.code}") for one in differences[:3])
    return doubts.differences_found(
        differences,
        kind=doubts.COUNT_DIFFERS,
        distributor_id=loaded.members[place].pk,
        week=loaded.chunk.week,
        evidence=(("stock", "count", count.pk), *lines),
        more={"counted_on": count.counted_on.isoformat()},
    )

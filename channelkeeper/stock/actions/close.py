"""
The weekly close: from packed weeks to positions, sums and findings, in chunks that each commit.

A chunk is one transaction: its rows, its findings and the step of the run stand together or
not at all, so a close that is killed goes on behind the last chunk when it is started again.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import numpy as np
from django.db import transaction

from channelkeeper.access import actions as access
from channelkeeper.access.rules import Actor, NotFound, check
from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.engine.history import History
from channelkeeper.engine.pools import Pools, fit_pools
from channelkeeper.findings.actions import Look, sync_all
from channelkeeper.jobs import actions as jobs
from channelkeeper.jobs import bulk
from channelkeeper.network.queries import visible
from channelkeeper.stock import findings, judging, shelf
from channelkeeper.stock.actions import _loading, _saving, doubting
from channelkeeper.stock.actions._realising import realise
from channelkeeper.stock.actions.office_weeks import sum_up
from channelkeeper.stock.models import DistributorWeek, Learned
from channelkeeper.stock.queries.sums import limits_of
from channelkeeper.stock.rules import PERMISSIONS, Band, check_closable, inventory_days, judge

KIND = "stock.close"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ClosedWeek:
    """What a close amounts to: distributors, how many of them reported, series, and whether it continued a run."""

    week: date
    distributors: int
    reported: int
    series: int
    continued: bool


@dataclass(frozen=True)
class _Work:
    """What all chunks of a close share."""

    week: date
    by: Actor
    at: datetime
    shelf: shelf.Shelf
    pools: Pools | None  # None where the one chunk that there is teaches them itself


def close_week(
    *,
    week: date,
    by: Actor,
    at: datetime,
    distributor_codes: Collection[str] | None = None,
    progress: Progress | None = None,
) -> ClosedWeek:
    """
    Close a week: write every distributor's positions, its week in sums, and what there is to find.

    Run again it comes to the same. What other closes have kept is left alone.

    Args:
        week: a Monday; its Sunday must have passed.
        distributor_codes: only these, as after a late report; all by default.
        progress: told (series done, series in all) after every chunk.

    Raises:
        NotAllowed: the actor may not.
        NotFound: a code names no distributor of that week.
        NotClosed: the week has not ended.
    """
    check(by, "stock.week.closed", PERMISSIONS)
    check_closable(week, last_closed=BUSINESS.last_closed_week(at))
    everyone = _loading.members(visible(by, at=at), week)
    chosen = _only(everyone, distributor_codes)
    run = jobs.start(kind=KIND, key=_key(week, distributor_codes), total=len(chosen), at=at)
    try:
        anew = distributor_codes is None and not run.continued
        work = _prepare(everyone, week, by, at, anew=anew, alone=chosen == everyone and _loading.fit(everyone))
        _go(work, chosen, run, progress)
        _compare(work, None if distributor_codes is None else [member.pk for member in chosen])
    except BaseException as error:
        jobs.fail(run_id=run.run_id, at=at, message=f"{type(error).__name__}: {error}")
        raise
    return _finish(work, chosen, run)


def refresh(*, distributor_id: int, week: date, by: Actor, at: datetime) -> None:
    """
    Close a week once more for one distributor whose report came after the others were closed.

    With the indices that the week's close kept, so the distributor is judged as all others were.
    """
    everyone = _loading.members(visible(by, at=at), week)
    work = _prepare(everyone, week, by, at, anew=False)
    with transaction.atomic():
        _close_chunk(work, tuple(member for member in everyone if member.pk == distributor_id))
        doubting.compare(week=week, by=by, at=at, distributor_ids=[distributor_id])


def is_closed(week: date) -> bool:
    """Return whether a close of the week has begun: then late reports refresh it."""
    return Learned.objects.filter(week=week).exists()


def _only(everyone: Sequence[_loading.Member], codes: Collection[str] | None) -> list[_loading.Member]:
    if codes is None:
        return list(everyone)
    asked = set(codes)
    unknown = asked - {member.code for member in everyone}
    if unknown:
        raise NotFound(f"No distributor {', '.join(sorted(unknown))} in that week.")
    return [member for member in everyone if member.code in asked]


def _key(week: date, codes: Collection[str] | None) -> str:
    """Return the key of a run: the week, and a short hash of the codes where not all are meant."""
    if codes is None:
        return weeks.label(week)
    return f"{weeks.label(week)} {sha256(','.join(sorted(set(codes))).encode()).hexdigest()[:12]}"


def _prepare(
    everyone: Sequence[_loading.Member], week: date, by: Actor, at: datetime, *, anew: bool, alone: bool = False
) -> _Work:
    """
    Load the shelf, and the indices that all series share: learned anew, or as kept.

    Args:
        alone: whether one chunk holds all: it is then read once, to learn from and to close.
    """
    articles = shelf.load(weeks.sunday_of(week))
    pools = None if anew else _saving.kept_pools(week, articles.ids)
    work = _Work(week, by, at, articles, pools)
    if pools is not None or alone:
        return work
    loaded = _loading.load(_loading.sample(everyone), week=week, on=BUSINESS.day(at), shelf=articles)
    with transaction.atomic():
        return replace(work, pools=_learn(work, loaded))


def _learn(work: _Work, loaded: _loading.Loaded) -> Pools:
    """Learn what all series have in common from some distributors, and keep it."""
    articles = work.shelf
    pools = Pools.none(products=len(articles.products), kinds=1)
    if loaded.product_ids.size:
        pools = fit_pools(_with_all_products(loaded.chunk.history, articles))
    _saving.keep_pools(pools, articles.ids, week=work.week, at=work.at)
    return pools


def _with_all_products(history: History, articles: shelf.Shelf) -> History:
    """Return the history with an unknown series for each product it lacks, so that it gets its group's season."""
    lacking = np.setdiff1d(np.arange(len(articles.products)), history.product)
    promotion = history.promotions()[0]
    blank = (lacking.size, history.weeks)
    return History(
        np.concatenate([history.sold_units, np.full(blank, np.nan)]),
        np.concatenate([history.censored, np.zeros(blank, dtype=bool)]),
        history.first_week,
        np.concatenate([history.group, articles.groups[lacking]]),
        np.concatenate([history.product, lacking]),
        np.concatenate([promotion, np.zeros((lacking.size, promotion.shape[1]))]),
        history.calendar,
    )


def _go(work: _Work, chosen: Sequence[_loading.Member], run: jobs.Going, progress: Progress | None) -> None:
    """Close chunk after chunk, behind the last one that an earlier start committed."""
    left = [member for member in chosen if member.code > run.last_key]
    total = sum(member.series for member in chosen)
    done = total - sum(member.series for member in left)
    for members in _loading.chunks(left):
        with bulk.uncollected(), transaction.atomic():
            _close_chunk(work, members)
            closed = len(chosen) - len(left) + left.index(members[-1]) + 1
            jobs.step(run_id=run.run_id, last_key=members[-1].code, done=closed, at=work.at)
        done += sum(member.series for member in members)
        if progress:
            progress(done, total)


@transaction.atomic
def _compare(work: _Work, distributor_ids: Sequence[int] | None) -> None:
    """Hold the reports of the week against their neighbours', once all are closed."""
    doubting.compare(week=work.week, by=work.by, at=work.at, distributor_ids=distributor_ids)


def _close_chunk(work: _Work, members: tuple[_loading.Member, ...]) -> None:
    """Close some distributors, locked: a report that is being taken in waits, or is waited for."""
    keys = [member.pk for member in members]
    list(visible(work.by, at=work.at).filter(pk__in=keys).order_by("pk").select_for_update(of=("self",)))
    loaded = _loading.load(members, week=work.week, on=BUSINESS.day(work.at), shelf=work.shelf)
    judged = judging.judge(loaded.chunk, work.pools or _learn(work, loaded))
    kept = _kept(loaded.chunk, judged, work.shelf)
    totals = judging.totals(loaded.chunk, judged, kept)
    _saving.positions(loaded, judged, kept, work.shelf)
    _saving.distributor_weeks(loaded, totals)
    sum_up(work.week, distributor_ids=keys)
    groups = judging.totals_by_group(loaded.chunk, judged, kept)
    _saving.category_weeks(loaded, groups, work.shelf.category_of_group)
    realise(keys, work.week)
    seen = _evidence(work, loaded, judged, totals, kept)
    looks = [*_looks(seen), *doubting.assess(loaded, work.shelf)]
    sync_all(looks, week=work.week, by=work.by, at=work.at)


def _kept(chunk: judging.Chunk, judged: judging.Judged, articles: shelf.Shelf) -> judging.Flags:
    """Return (S,) which series have a position: stock, goods coming, or sell-out expected of what is not retired."""
    retired = articles.retired(weeks.sunday_of(chunk.week))[chunk.product]
    alive = (judged.stock.units > 0) | (judged.road_units > 0) | ((judged.per_day > 0) & ~retired)
    return alive & ~judged.stock.unknown


def _looks(seen: findings.Evidence) -> list[Look]:
    """Return what the close sees at a chunk's distributors, and in the reports of those that reported."""
    reporting = [place.pk for place in seen.places if place.report_id is not None]
    return [
        Look(findings.OF_EVERYONE, findings.of_everyone(seen), [place.pk for place in seen.places]),
        Look(findings.OF_REPORTS, findings.of_reports(seen), reporting),
    ]


def _evidence(
    work: _Work, loaded: _loading.Loaded, judged: judging.Judged, totals: judging.Totals, kept: judging.Flags
) -> findings.Evidence:
    products = work.shelf.products
    gapped = {place: told.report_id for place, told in loaded.told.items() if told.gaps}
    lines = _loading.gapped_lines(list(gapped.values())) if gapped else {}
    index = work.shelf.index
    return findings.Evidence(
        chunk=loaded.chunk,
        judged=judged,
        totals=totals,
        kept=kept,
        places=_places(loaded),
        products=[products[code] for code in loaded.chunk.product.tolist()],
        gaps={
            place: [(products[index[key]], expected, written) for key, expected, written in lines.get(report, ())]
            for place, report in gapped.items()
        },
        quarters=_quarters(loaded),
    )


def _places(loaded: _loading.Loaded) -> list[findings.Place]:
    missing = loaded.chunk.weeks_missing.tolist()
    width = loaded.chunk.grid.width
    return [
        findings.Place(
            pk=member.pk,
            report_id=told.report_id if (told := loaded.told.get(place)) else None,
            on_time=bool(told and told.on_time),
            received_at=told.received_at if told else None,
            missing_weeks=missing[place],
            never=missing[place] >= width,
            arrives_on=loaded.plans[member.pk].arrives_on,
        )
        for place, member in enumerate(loaded.members)
    ]


def _quarters(loaded: _loading.Loaded) -> dict[int, findings.Quarter]:
    """Return the last quarter of the distributors that kept their band through it, this close included."""
    week = loaded.chunk.week
    place = {member.pk: index for index, member in enumerate(loaded.members)}
    rows = DistributorWeek.objects.filter(
        distributor_id__in=list(place),
        week__gt=weeks.shift(week, -findings.KEPT_CLOSES),
        week__lte=week,
        reported=True,
    ).values_list(
        "distributor_id", "inside", "below", "above", "stock_value", "expiring_value", "expected_value_per_day",
        "band_low_value", "band_high_value",
    )  # fmt: skip
    closes: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for key, *close in rows:
        closes[place[key]].append(tuple(close))
    found = ((index, _quarter(held)) for index, held in closes.items() if len(held) >= findings.KEPT_CLOSES)
    return {index: quarter for index, quarter in found if quarter is not None}


def _quarter(closes: Sequence[tuple[Any, ...]]) -> findings.Quarter | None:
    """Return what a quarter's closes come to; None as soon as too many were out of band to speak of it."""
    slips = 0
    for _, _, _, *total in closes:
        slips += _judged(*total) is not Band.INSIDE
        if slips > len(closes) - findings.KEPT_LEAST:
            return None
    inside, judged = sum(close[0] for close in closes), sum(sum(close[:3]) for close in closes)
    return findings.Quarter(len(closes) - slips, len(closes), Decimal(inside) / Decimal(max(judged, 1)))


def _judged(stock: Decimal, expiring: Decimal, per_day: Decimal, low: Decimal, high: Decimal) -> Band:
    """Return where a total stood against the band of its products together."""
    days = inventory_days(stock_units=max(stock - expiring, Decimal(0)), sell_out_per_day=per_day)
    return judge(days, limits_of(low, high, per_day))


@transaction.atomic
def _finish(work: _Work, chosen: Sequence[_loading.Member], run: jobs.Going) -> ClosedWeek:
    reported = DistributorWeek.objects.filter(
        week=work.week, reported=True, distributor_id__in=[member.pk for member in chosen]
    ).count()
    closed = ClosedWeek(work.week, len(chosen), reported, sum(member.series for member in chosen), run.continued)
    jobs.finish(run_id=run.run_id, at=work.at)
    access.record(
        "stock.week.closed",
        by=work.by,
        at=work.at,
        subject=("week", weeks.label(work.week)),
        figures={"distributors": closed.distributors, "reported": closed.reported, "series": closed.series},
    )
    return closed

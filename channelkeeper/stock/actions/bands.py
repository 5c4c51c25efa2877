"""Bands set from a day on, corrected and ended: by hand, by a file, by a program."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db import transaction

from channelkeeper.access import actions as access
from channelkeeper.access.rules import Actor, NotAllowed, NotFound, Refusal, Role, check
from channelkeeper.catalog import queries as catalog
from channelkeeper.network.queries import visible
from channelkeeper.sheets.masters import Change, Problem, Result, Values
from channelkeeper.stock.bands import subject_of
from channelkeeper.stock.models import Band
from channelkeeper.stock.rules import MOST_BAND_DAYS, PERMISSIONS, BandLimits, BandOverlaps, Span, laid_over

NAMED = {
    "product": "stock.no_such_product",
    "category": "stock.no_such_category",
    "distributor": "stock.no_such_distributor",
}
LONGEST_REASON = 200
LISTED = 100


@dataclass(frozen=True)
class _Subject:
    """What a band is of: keys, and the codes it is named by."""

    product_id: int | None
    category_id: int | None
    distributor_id: int | None
    name: str

    @property
    def text(self) -> str:
        """Return it as the table keeps it."""
        return subject_of(distributor_id=self.distributor_id, product_id=self.product_id, category_id=self.category_id)


@transaction.atomic
def set_bands(*, rows: Sequence[Values], by: Actor, at: datetime, dry_run: bool = False) -> Result:
    """
    Set bands, all or none: each is laid over those of its subject (`rules.laid_over`).

    The same again changes nothing. Closes that were made stay as they were judged.

    Args:
        rows: product, category, distributor (codes; blank for all), starts_on, low_days, high_days; last_on
            (blank: until the next one begins) and reason, which may be missing.
        dry_run: only say what would change.

    Raises:
        NotAllowed: the actor may not; an office manager sets bands of own distributors only.
    """
    check(by, "stock.band.set", PERMISSIONS)
    known = _known(rows, by, at)
    problems = tuple(_problems(rows, known, by))
    if problems:
        return Result(problems=problems)
    subjects = [_subject(row, known) for row in rows]
    before = _locked(subjects, by, at)
    after, overlaps = _laid(rows, subjects, before)
    if overlaps:
        return Result(problems=tuple(overlaps))
    named = {subject.text: subject for subject in subjects}
    changes = [change for text, one in named.items() for change in _changes(one, before[text], after[text])]
    if not dry_run and changes:
        _save(named, before, after, by, at)
        figures = {"bands": [_line(change) for change in changes[:LISTED]]}
        access.record(
            "stock.band.set",
            by=by,
            at=at,
            subject=("bands", len(changes)),
            distributor_code=_only_distributor(rows),
            figures=figures,
        )
    return Result(tuple(changes), same=_same(rows, subjects, before, after))


@transaction.atomic
def end_band(*, band_id: int, last_on: date, by: Actor, at: datetime) -> None:
    """
    End a band: it holds on `last_on` for the last time; one that would end before it began is taken back.

    Raises:
        NotAllowed: the actor may not.
        NotFound: no such band, or of a distributor out of scope.
        Refusal: it ends by then already.
    """
    check(by, "stock.band.ended", PERMISSIONS)
    band = Band.objects.select_for_update(of=("self",)).filter(pk=band_id).select_related("distributor").first()
    theirs = visible(by, at=at)
    if band is None or (band.distributor_id and not theirs.filter(pk=band.distributor_id).exists()):
        raise NotFound("No such band.")
    _check_scope(by, of_distributor=band.distributor_id is not None)
    ends_on = last_on + timedelta(days=1)
    if band.ends_on is not None and band.ends_on <= ends_on:
        raise Refusal("stock.band_ends_already", last_on=band.ends_on - timedelta(days=1))
    figures = {"starts_on": band.starts_on.isoformat(), "last_on": last_on.isoformat(), "subject": band.subject}
    if ends_on <= band.starts_on:
        band.delete()
    else:
        band.ends_on = ends_on
        band.save(update_fields=["ends_on"])
    access.record(
        "stock.band.ended",
        by=by,
        at=at,
        subject=("band", band_id),
        distributor_code=band.distributor.code if band.distributor else "",
        figures=figures,
    )


@dataclass(frozen=True)
class _Known:
    """The keys of what rows may name, by code."""

    product: Mapping[str, int]
    category: Mapping[str, int]
    distributor: Mapping[str, int]


def _known(rows: Sequence[Values], by: Actor, at: datetime) -> _Known:
    asked = {str(row.get("distributor") or "") for row in rows}
    codes = {str(row.get("product") or "") for row in rows}
    return _Known(
        product={one.code: one.id for one in catalog.identities(codes=codes)},
        category={one.code: one.id for one in catalog.categories()},
        distributor=dict(visible(by, at=at).filter(code__in=asked).values_list("code", "pk")),
    )


def _problems(rows: Sequence[Values], known: _Known, by: Actor) -> Iterator[Problem]:
    for place, row in enumerate(rows):
        yield from _subject_problems(place, row, known, by)
        yield from _figure_problems(place, row)
    yield from _period_problems(rows)


def _period_problems(rows: Sequence[Values]) -> Iterator[Problem]:
    """Yield what the periods of one file have against each other."""
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        if isinstance(row.get("starts_on"), date):
            places[tuple(str(row.get(name) or "") for name in NAMED)].append(place)
    for same in places.values():
        same.sort(key=lambda place: str(rows[place]["starts_on"]))
        for place, after in pairwise(same):
            last_on, starts_on = rows[place].get("last_on"), rows[after]["starts_on"]
            if rows[place]["starts_on"] == starts_on:
                yield Problem(after, "starts_on", "stock.band_twice", {"value": starts_on})
            elif isinstance(last_on, date) and isinstance(starts_on, date) and last_on >= starts_on:
                yield Problem(place, "last_on", "stock.band_overlaps", {"starts_on": starts_on})


def _subject_problems(place: int, row: Values, known: _Known, by: Actor) -> Iterator[Problem]:
    for column, code in NAMED.items():
        value = row.get(column)
        if value and str(value) not in getattr(known, column):
            yield Problem(place, column, code, {"value": str(value)})
    given = [column for column in NAMED if row.get(column)]
    if not given:
        yield Problem(place, "product", "stock.band_of_nothing")
    if {"product", "category"} <= set(given):
        yield Problem(place, "category", "stock.band_of_both")
    if by.role is Role.OFFICE_MANAGER and "distributor" not in given:
        yield Problem(place, "distributor", "stock.band_of_all")


def _figure_problems(place: int, row: Values) -> Iterator[Problem]:
    for column in ("starts_on", "low_days", "high_days"):
        if row.get(column) is None:
            yield Problem(place, column, "stock.band_needed")
            return
    low, high, starts_on, last_on = (
        _decimal(row["low_days"]),
        _decimal(row["high_days"]),
        row["starts_on"],
        row.get("last_on"),
    )
    if not 0 < low < high <= MOST_BAND_DAYS:
        yield Problem(place, "high_days", "stock.band_ends", {"low": low, "high": high, "most": MOST_BAND_DAYS})
    for column, value in (("low_days", low), ("high_days", high)):
        if value != round(value, 1):
            yield Problem(place, column, "stock.band_too_fine", {"value": value})
    if isinstance(last_on, date) and isinstance(starts_on, date) and last_on < starts_on:
        yield Problem(place, "last_on", "stock.band_period")
    if len(str(row.get("reason") or "")) > LONGEST_REASON:
        yield Problem(place, "reason", "stock.band_reason_long", {"most": LONGEST_REASON})


def _check_scope(by: Actor, *, of_distributor: bool) -> None:
    """
    Pass if the actor may set a band of this reach.

    Raises:
        NotAllowed: an office manager, and it holds beyond own distributors.
    """
    if by.role is Role.OFFICE_MANAGER and not of_distributor:
        raise NotAllowed("An office manager sets bands of own distributors only.")


def _subject(row: Values, known: _Known) -> _Subject:
    keys = {column: getattr(known, column)[str(row[column])] if row.get(column) else None for column in NAMED}
    name = " ".join(str(row[column]) for column in ("distributor", "category", "product") if row.get(column))
    return _Subject(keys["product"], keys["category"], keys["distributor"], name)


def _locked(subjects: Sequence[_Subject], by: Actor, at: datetime) -> dict[str, list[Span]]:
    """Return the periods of each subject; whoever else sets bands of the same waits."""
    distributors = {one.distributor_id for one in subjects if one.distributor_id}
    products = {one.product_id for one in subjects if one.product_id and not one.distributor_id}
    categories = {one.category_id for one in subjects if one.category_id and not one.distributor_id}
    list(visible(by, at=at).filter(pk__in=distributors).order_by("pk").select_for_update(of=("self",)))
    every = catalog.matching("").order_by("pk").select_for_update(of=("self",))
    list((every.filter(pk__in=products) | every.filter(category_id__in=categories)).values_list("pk"))
    found: dict[str, list[Span]] = {one.text: [] for one in subjects}
    for band in Band.objects.filter(subject__in=list(found)).order_by("starts_on"):
        limits = BandLimits(band.low_days, band.high_days)
        found[band.subject].append(Span(band.starts_on, band.ends_on, limits, band.reason))
    return found


def _laid(
    rows: Sequence[Values], subjects: Sequence[_Subject], before: Mapping[str, list[Span]]
) -> tuple[dict[str, list[Span]], list[Problem]]:
    """Return the periods with all rows laid over them in order of their days, and what overlaps."""
    after, overlaps = {text: list(spans) for text, spans in before.items()}, []
    order = sorted(range(len(rows)), key=lambda place: (subjects[place].text, _span(rows[place]).starts_on))
    for place in order:
        text, new = subjects[place].text, _span(rows[place])
        try:
            # What is there already must not cut what follows it in the same file.
            after[text] = after[text] if new in after[text] else laid_over(after[text], new)
        except BandOverlaps as error:
            overlaps.append(Problem(place, "last_on", "stock.band_overlaps", {"starts_on": error.starts_on}))
    return after, overlaps


def _same(
    rows: Sequence[Values],
    subjects: Sequence[_Subject],
    before: Mapping[str, list[Span]],
    after: Mapping[str, list[Span]],
) -> int:
    """Return how many rows say what is kept already; what changes may also be a period that a row cuts."""
    kept = {(text, span.starts_on) for text, spans in before.items() for span in spans if span in after[text]}
    return sum((one.text, row["starts_on"]) in kept for row, one in zip(rows, subjects, strict=True))


def _span(row: Values) -> Span:
    starts_on, last_on = row["starts_on"], row.get("last_on")
    assert isinstance(starts_on, date)
    ends_on = last_on + timedelta(days=1) if isinstance(last_on, date) else None
    limits = BandLimits(_decimal(row["low_days"]), _decimal(row["high_days"]))
    return Span(starts_on, ends_on, limits, str(row.get("reason") or ""))


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value))


def _changes(subject: _Subject, before: Sequence[Span], after: Sequence[Span]) -> Iterator[Change]:
    old = {span.starts_on: span for span in before}
    new = {span.starts_on: span for span in after}
    for starts_on, span in new.items():
        was = old.get(starts_on)
        if was != span:
            yield Change("band", f"{subject.name} {starts_on}", _values(was) if was else {}, _values(span))


def _values(span: Span) -> Values:
    return {
        "low_days": span.limits.low_days,
        "high_days": span.limits.high_days,
        "last_on": span.ends_on - timedelta(days=1) if span.ends_on else None,
        "reason": span.reason,
    }


def _line(change: Change) -> dict[str, Any]:
    return {
        "band": change.key,
        "before": {name: str(value) for name, value in change.before.items()},
        "after": {name: str(value) for name, value in change.after.items()},
    }


def _only_distributor(rows: Sequence[Values]) -> str:
    """Return the one distributor that all rows are of; empty where they are of several, or of all."""
    named = {str(row.get("distributor") or "") for row in rows}
    return named.pop() if len(named) == 1 else ""


def _save(
    named: Mapping[str, _Subject],
    before: Mapping[str, list[Span]],
    after: Mapping[str, list[Span]],
    by: Actor,
    at: datetime,
) -> None:
    """Write what differs; what is cut is written before what takes its place, for only one may be open."""
    kept = {(band.subject, band.starts_on): band for band in Band.objects.filter(subject__in=list(named))}
    fresh: list[Band] = []
    changed: list[Band] = []
    for text, spans in after.items():
        for span in spans:
            if span in before[text]:
                continue
            band = kept.get((text, span.starts_on)) or _new(named[text], span)
            band.ends_on, band.reason, band.set_at, band.by_name = span.ends_on, span.reason, at, by.name
            band.low_days, band.high_days = span.limits.low_days, span.limits.high_days
            (changed if band.pk else fresh).append(band)
    changed.sort(key=lambda band: band.ends_on is None)
    fields = ["ends_on", "low_days", "high_days", "reason", "set_at", "by_name"]
    Band.objects.bulk_update(changed, fields)
    Band.objects.bulk_create(fresh)


def _new(subject: _Subject, span: Span) -> Band:
    return Band(
        subject=subject.text,
        product_id=subject.product_id,
        category_id=subject.category_id,
        distributor_id=subject.distributor_id,
        starts_on=span.starts_on,
    )

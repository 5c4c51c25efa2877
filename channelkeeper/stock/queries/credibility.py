"""Whom to count this week: the reports that signs speak against, and the stocks that no report tells of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max

from channelkeeper.access.rules import Actor
from channelkeeper.core import formats, sentences, weeks
from channelkeeper.network.queries import visible
from channelkeeper.stock.credibility import COUNT_BELOW, doubt_value
from channelkeeper.stock.models import Count, Credibility, DistributorWeek
from channelkeeper.stock.queries.counts import last_counted

_NAMES = ("code", "name_zh", "name_en")
MISSING_WEEKS = 2  # a report that is one week late will come; of a longer gap only a count can tell


@dataclass(frozen=True)
class Reason:
    """Why a distributor is on the list: the code and figures of a sentence."""

    kind: str
    figures: Mapping[str, Any]

    def said(self, language: str) -> str:
        """Return the reason in words."""
        return sentences.render(f"stock.sign_{self.kind}", self.figures, language)


@dataclass(frozen=True)
class ToCount:
    """
    A distributor worth a count.

    Attributes:
        score: how far its report can be believed (STK-4f); None without a report.
        doubt_value: yuan of its stock that are in doubt (STK-4g).
        counted: whether it was counted for this week already.
        last_counted_on: None if it never was.
    """

    code: str
    name_zh: str
    name_en: str
    week: date
    score: int | None
    stock_value: Decimal
    doubt_value: Decimal
    reasons: tuple[Reason, ...]
    counted: bool
    last_counted_on: date | None

    def name(self, language: str) -> str:
        """Return the distributor's name in the reader's language."""
        return self.name_zh if formats.is_chinese(language) else self.name_en or self.name_zh


def to_count(actor: Actor, *, at: datetime, week: date) -> list[ToCount]:
    """
    Return whom to count for a week's close, the most money in doubt first; those counted already come last.

    Reports with a score below 75, and stocks without a report for two weeks and more, which are in
    doubt as a whole and let no order be sent (STK-6). Six queries.
    """
    ours = visible(actor, at=at)
    scores = {
        key: (score, signs)
        for key, score, signs in Credibility.objects.filter(
            week=week, score__lt=COUNT_BELOW, distributor__in=ours
        ).values_list("distributor_id", "score", "signs")
    }
    missing = _missing(actor, at, week)
    keys = [*scores, *missing]
    values = DistributorWeek.objects.filter(week=week, distributor_id__in=keys)
    stock = dict(values.values_list("distributor_id", "stock_value"))
    names = {pk: (code, zh, en) for pk, code, zh, en in ours.filter(pk__in=keys).values_list("pk", *_NAMES)}
    counted = set(
        Count.objects.filter(week=week, distributor_id__in=keys, withdrawn_at=None).values_list(
            "distributor_id", flat=True
        )
    )
    last = last_counted(keys)
    found = []
    for key in keys:
        score, signs = scores.get(key, (None, ()))
        value, (code, name_zh, name_en) = stock.get(key, Decimal(0)), names[key]
        found.append(
            ToCount(
                code=code,
                name_zh=name_zh,
                name_en=name_en,
                week=week,
                score=score,
                stock_value=value,
                doubt_value=doubt_value(stock_value=value, believed=score or 0),
                reasons=_reasons(signs) if score is not None else (Reason("missing", {"missing_weeks": missing[key]}),),
                counted=key in counted,
                last_counted_on=last.get(key),
            )
        )
    return sorted(found, key=lambda one: (one.counted, -one.doubt_value, one.code))


def score_of(actor: Actor, *, at: datetime, code: str, week: date) -> tuple[int, tuple[Reason, ...]] | None:
    """Return how far a report can be believed and why not further; None where its week is not closed. One query."""
    found = Credibility.objects.filter(distributor__in=visible(actor, at=at), distributor__code=code, week=week)
    row = found.values_list("score", "signs").first()
    return None if row is None else (row[0], _reasons(row[1]))


def _reasons(signs: Sequence[Mapping[str, Any]]) -> tuple[Reason, ...]:
    return tuple(Reason(sign["kind"], sign["figures"]) for sign in signs)


def _missing(actor: Actor, at: datetime, week: date) -> dict[int, int]:
    """Return for how many weeks the distributors without a report have sent none, two and more; one query."""
    reported = (
        DistributorWeek.objects.filter(distributor__in=visible(actor, at=at), week__lte=week, reported=True)
        .values_list("distributor_id")
        .annotate(newest=Max("week"))
    )
    newest = dict(reported)
    silent = DistributorWeek.objects.filter(
        week=week, reported=False, distributor__in=visible(actor, at=at)
    ).values_list("distributor_id", flat=True)
    gaps = {key: weeks.between(newest[key], week) for key in silent if key in newest}
    return {key: gap for key, gap in gaps.items() if gap >= MISSING_WEEKS}

"""
What the four weeks after a close really sold, written once all four are reported: realised days are read from it.

A few statements for a whole chunk: the sums stand in the tables, so the database adds them up.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum

from channelkeeper.core import weeks
from channelkeeper.stock.models import CategoryWeek, DistributorWeek
from channelkeeper.stock.rules import COVER_DAYS, DAYS_PER_WEEK

AHEAD = COVER_DAYS // DAYS_PER_WEEK


def realise(distributor_ids: Sequence[int], week: date) -> None:
    """
    Bring what was really sold after closes up to the close of a week: its own, and the four before it.

    One query, and two statements for each close whose four weeks have all been closed: the one
    four weeks back, unless an older week is closed anew.
    """
    own = DistributorWeek.objects.filter(distributor_id__in=distributor_ids)
    spans = {weeks.shift(week, back): weeks.shift(week, back + AHEAD) for back in range(-AHEAD, 1)}
    closed = set(own.filter(week__in=spans.values()).values_list("week", flat=True).distinct())
    for close, end in spans.items():
        if end in closed:
            _write(own, distributor_ids, close)


def _write(own: QuerySet[DistributorWeek], distributor_ids: Sequence[int], close: date) -> None:
    after: dict[str, Any] = {
        "distributor": OuterRef("distributor"),
        "week__gt": close,
        "week__lte": weeks.shift(close, AHEAD),
    }
    told = DistributorWeek.objects.filter(**after, reported=True).order_by().values("distributor")
    sold = told.annotate(told=Count("pk"), total=Sum("sold_value")).filter(told=AHEAD).values("total")
    own.filter(week=close, reported=True).update(sold_after_value=Subquery(sold))
    known = own.filter(week=close, sold_after_value__isnull=False).values("distributor")
    parts = CategoryWeek.objects.filter(**after, category=OuterRef("category")).order_by().values("category")
    of_category = CategoryWeek.objects.filter(week=close, distributor_id__in=distributor_ids)
    of_category.update(sold_after_value=None)
    of_category.filter(distributor__in=known).update(
        sold_after_value=Subquery(parts.annotate(total=Sum("sold_value")).values("total"))
    )

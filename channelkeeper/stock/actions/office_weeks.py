"""The sums of offices beside those of distributors, so that an overview of two years reads a few thousand rows."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import Count, Q, Sum

from channelkeeper.network.queries import offices_of
from channelkeeper.stock.models import DistributorWeek, OfficeWeek

_COUNTS = ("distributors", "reported", "on_time", "below", "inside", "above")


@transaction.atomic
def sum_up(week: date, *, distributor_ids: Collection[int]) -> None:
    """
    Put the sums of some distributors' offices for a week in place.

    The offices are locked, so that two reports that come late at once are both counted.
    """
    keys = [office.pk for office in offices_of(distributor_ids).select_for_update(no_key=True)]
    rows = (
        DistributorWeek.objects.filter(week=week, distributor__office_id__in=keys)
        .order_by()
        .values_list("distributor__office_id")
        .annotate(
            closed=Count("pk"),
            told=Count("pk", filter=Q(reported=True)),
            kept=Count("pk", filter=Q(on_time=True)),
            low=Sum("below"),
            good=Sum("inside"),
            high=Sum("above"),
        )
    )
    sums = [OfficeWeek(office_id=key, week=week, **dict(zip(_COUNTS, counts, strict=True))) for key, *counts in rows]
    OfficeWeek.objects.bulk_create(
        sums, update_conflicts=True, unique_fields=["office", "week"], update_fields=list(_COUNTS)
    )

"""What happens in the weeks of a chart: promotions and festivals, as flags."""

from collections.abc import Sequence
from datetime import date, datetime

from channelkeeper.core import weeks
from channelkeeper.core.calendar import BUSINESS
from channelkeeper.seasons import queries as seasons


def flags(
    *, at: datetime, distributor_id: int, product_id: int, weeks_shown: Sequence[date], language: str
) -> dict[int, str]:
    """
    Return the labels of events by the place of their first week among those shown. Two queries.

    A promotion stands before a festival of the same week; what began before the weeks shown has no flag.

    Args:
        at: promotions that are not known by then are left out.
        weeks_shown: consecutive Mondays.
    """
    starts_on, ends_on = weeks_shown[0], weeks.shift(weeks_shown[-1], 1)
    found: dict[int, str] = {}
    promotions = seasons.promotion_labels(
        distributor_ids=[distributor_id],
        product_ids=[product_id],
        starts_on=starts_on,
        ends_on=ends_on,
        known_on=BUSINESS.day(at),
    )
    named = [(one.starts_on, one.label(language)) for one in promotions]
    named += [(one.on, one.name(language)) for one in seasons.festivals(starts_on=starts_on, ends_on=ends_on)]
    for day, label in named:
        if day >= starts_on:
            found.setdefault(weeks.between(starts_on, weeks.monday_of(day)), label)
    return found

"""What is known ahead: bands, closing days, and how a new product begins."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from channelkeeper.access.rules import Role
from channelkeeper.core import weeks
from channelkeeper.engine import festival
from channelkeeper.seasons import actions as seasons
from channelkeeper.sheets.masters import Values
from channelkeeper.stock import actions as stock
from demo import clerks, stories
from demo.actors import Actors
from demo.mondays import taken
from demo.simulate import Company

FACTORY_CLOSES = (-3, 6)  # days from the first day of the Spring Festival, the last one included
GIFTS_FROM = -7  # weeks from the Spring Festival: gift boxes are stocked up
FAR_DAYS = 14  # lead time from which on a distributor is far away


def fill(company: Company, *, now: datetime) -> None:
    """Let headquarters set what the stories hold of bands, closing days and launches; nothing over real sell-out."""
    if not company.numbers:
        return
    by = Actors(company).named("hq", Role.HEADQUARTERS, now)
    at = clerks.instant(weeks.shift(company.first_week, -4), 10)
    taken(stock.set_bands(rows=list(_bands(company)), by=by, at=at))
    taken(seasons.set_closed_days(rows=list(_closed(company)), by=by, at=at))
    taken(seasons.set_launch_plans(rows=list(_launches(company)), by=by, at=at))


def _bands(company: Company) -> Iterator[Values]:
    """Yield bands by category, by category and period, by distributor, and by category at one distributor."""
    begins = weeks.shift(company.first_week, -4)
    yield _band("15", "20", "面饼只有半年保质期", starts_on=begins, category=_category(company, "NOO"))
    for year in sorted({company.first_week.year + 1, company.last_week.year, company.last_week.year + 1}):
        spring = festival.spring_festival(year)
        starts_on = weeks.shift(weeks.monday_of(spring), GIFTS_FROM)
        yield _band("30", "40", "节前备货", starts_on=starts_on, last_on=spring, category=_category(company, "GIF"))
    far = next((one for one in company.distributors if one.lead_time_days >= FAR_DAYS), None)
    if far:
        yield _band("22", "28", "路远，两周才到", starts_on=begins, distributor=far.code)
        yield _band("18", "24", "路远，但面不能久放", starts_on=begins, distributor=far.code,
                    category=_category(company, "NOO"))  # fmt: skip


def _band(low: str, high: str, reason: str, **of: object) -> Values:
    return {"low_days": Decimal(low), "high_days": Decimal(high), "reason": reason, **of}  # type: ignore[dict-item]


def _category(company: Company, code: str) -> str:
    return company.categories[code][0]


def _closed(company: Company) -> Iterator[Values]:
    """Yield when the factory is closed, and when one distributor takes nothing in."""
    for year in range(company.first_week.year, company.last_week.year + 2):
        spring = festival.spring_festival(year)
        first, last = (spring + timedelta(days=days) for days in FACTORY_CLOSES)
        yield _days(None, first, last, "春节放假", "Spring Festival")
    place = company.place(stories.MOVES)
    if place is not None:
        one = company.distributors[place]
        first = weeks.shift(company.last_week, 2)
        yield _days(one.code, first, first + timedelta(days=stories.MOVES_DAYS - 1), "搬仓库", "Moving the warehouse")


def _launches(company: Company) -> Iterator[Values]:
    """Yield how the new product begins: the same everywhere, but for one distributor that starts with more."""
    code = company.products[stories.NEW].code
    for number, cases in {None: stories.FIRST_FILL_CASES, stories.STARTS_WITH_MORE: stories.MORE_CASES}.items():
        place = None if number is None else company.place(number)
        if number is None or place is not None:
            expected = {f"week_{week}": units for week, units in enumerate(stories.FIRST_WEEKS, start=1)}
            distributor = None if place is None else company.distributors[place].code
            yield {"product": code, "distributor": distributor, "first_fill_cases": cases, **expected}


def _days(distributor: str | None, first: date, last: date, zh: str, en: str) -> Values:
    return {"distributor": distributor, "starts_on": first, "last_on": last, "label_zh": zh, "label_en": en}

"""
A rep is through the morning's list of twelve distributors within twenty minutes: clicks counted, waits told.

The budget is one of clicks and pages, at the pace of a person, with what each page may keep one
waiting: twenty minutes are 1,200 seconds.

    12 briefs read and lines of 12 orders looked over, 60 s each       720 s
    1 + 4 x 12 + 3 clicks, 3 s each: find the button, press it         156 s
    4 x 12 + 3 waits after the sign-in, 1 s each at most                51 s
                                                                       927 s, 15.5 minutes

What is asserted are the clicks and the pages, not this machine's speed; the waits are printed.
"""

import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect
from pytest_django.live_server_helper import LiveServer

from channelkeeper.access.models import User
from channelkeeper.access.rules import whole
from channelkeeper.desk.tests.seed import WEEK, Company, build_company, close, stand, sum_up_offices
from channelkeeper.findings.models import Finding
from channelkeeper.findings.rules import Severity
from channelkeeper.network.models import Assignment, Distributor
from channelkeeper.network.tests.cast import AT
from channelkeeper.orders import actions as orders
from channelkeeper.orders.models import Order
from channelkeeper.stock.models import OfficeWeek
from tests import world as worlds
from tests.journeys.hand import Hand, at_screen

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
DISTRIBUTORS = 12
# The pace of a person: to find a button and press it, and to read one brief and the lines of one order.
SECONDS_A_CLICK, SECONDS_A_BRIEF = 3, 60
SECONDS_A_WAIT = 1  # more than any page takes where one works; what it took here is printed
MINUTES = 20
CLICKS_A_DISTRIBUTOR = 4  # brief, order, offer, back
CLICKS_A_TALK = 3


@dataclass
class Morning:
    """
    A rep at the list.

    Attributes:
        waits: seconds from each click to what it brought, by what was waited for.
        read: briefs that were opened.
    """

    hand: Hand
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    read: list[str] = field(default_factory=list)

    def go(self, place: Locator, then: Locator, *, to: str) -> None:
        """Click a place, and wait for what it brings."""
        began = time.perf_counter()
        self.hand.click(place)
        expect(then).to_be_visible()
        self.waits[to].append(time.perf_counter() - began)

    @property
    def pages(self) -> dict[str, int]:
        """Return how often each page was waited for."""
        return {to: len(waits) for to, waits in self.waits.items()}

    @property
    def minutes(self) -> float:
        """Return how long the morning takes by the budget: clicks, reading, and a second for every page."""
        by_hand = self.hand.clicks * SECONDS_A_CLICK + len(self.read) * SECONDS_A_BRIEF
        return (by_hand + sum(self.pages.values()) * SECONDS_A_WAIT) / 60

    def told(self) -> str:
        """Return the waits of this run, by page."""
        lines = [
            f"  {to:8} {len(waits):3} x, {sum(waits) / len(waits):5.2f} s on average, {max(waits):5.2f} s at most"
            for to, waits in self.waits.items()
        ]
        waited = sum(map(sum, self.waits.values()))
        head = f"{self.hand.clicks} clicks, {waited:.1f} s waited here, {self.minutes:.1f} minutes by the budget"
        return "\n".join([head, *lines])


@pytest.fixture
def company(settings: Any) -> Company:
    """Twelve distributors of one rep, closed and proposed, each with something to refill; one copies its figures."""
    settings.CHANNELKEEPER_NOW = AT
    company = build_company()
    rep = company.cast.rep_record
    company.cast.rep.user.set_password(worlds.PASSWORD)
    company.cast.rep.user.save()
    for number in range(DISTRIBUTORS - rep.assignments.count()):
        place = Distributor.objects.create(
            code=f"D1{number:02d}",
            name_zh=f"商行{number + 1}号",
            initials=f"SH{number + 1}H",
            office=company.cast.hualian.office,
            lead_time_days=7,
            starts_on=company.cast.hualian.starts_on,
        )
        Assignment.objects.create(distributor=place, rep=rep, starts_on=place.starts_on)
        close(place, days=Decimal("18"), below=2, inside=1, above=0, short="1452.00", held="0", count=4)
        stand(place, company.shelf.tea, days=5.8, band="below", short_units=660.0)
        stand(place, company.shelf.milk, days=12, band="below")
    stand(company.cast.yongsheng, company.shelf.tea, days=8, band="below")
    OfficeWeek.objects.all().delete()
    sum_up_offices()
    copied(company.cast.hualian)
    orders.propose(week=WEEK, by=whole("Monday's runs"), at=AT)
    return company


def copied(distributor: Distributor) -> None:
    """Keep a finding to talk about."""
    Finding.objects.create(
        distributor=distributor,
        kind="figures_copied",
        rule="STK-4",
        severity=Severity.WARNING.value,
        sentence="stock.report_never",
        week=WEEK,
        first_week=WEEK,
        looked_week=WEEK,
        created_at=AT,
        changed_at=AT,
    )


@pytest.fixture
def morning(chromium: Browser, live_server: LiveServer, company: Company) -> Iterator[Morning]:
    with at_screen(chromium, live_server.url, language="zh-hans", width=1440, height=900) as hand:
        yield Morning(hand)


def test_the_morning_is_done_in_twenty_minutes(
    company: Company, morning: Morning, capsys: pytest.CaptureFixture[str]
) -> None:
    morning.hand.sign_in(User.objects.get(pk=company.cast.rep.user.pk).login)
    page = morning.hand.page
    codes = [row.get_attribute("data-open") for row in page.locator("tr[data-open]").all()]
    assert len(codes) == DISTRIBUTORS
    talk(morning)
    for code in codes:
        open_brief(morning, str(code))
        settle(morning)
    assert morning.hand.faults == []
    assert Order.objects.filter(week=WEEK, state="offered").count() == DISTRIBUTORS
    assert Finding.objects.get(kind="figures_copied").state == "in_talks"
    with capsys.disabled():
        sys.stdout.write(f"\n{morning.told()}\n")
    assert morning.hand.clicks == 1 + CLICKS_A_DISTRIBUTOR * DISTRIBUTORS + CLICKS_A_TALK
    assert morning.pages == {"finding": 1, "talk": 1, "Monday": 1 + DISTRIBUTORS} | dict.fromkeys(
        ("brief", "order", "offer"), DISTRIBUTORS
    )
    assert len(set(morning.read)) == DISTRIBUTORS
    assert morning.minutes <= MINUTES


def open_brief(morning: Morning, code: str) -> None:
    """Open a distributor's brief beside the list, and read it."""
    page = morning.hand.page
    row = page.locator(f'tr[data-open="{code}"]')
    morning.go(
        row.locator("td").last, page.locator(f'#panel a[href="/distributors/{code}/brief/?format=pdf"]'), to="brief"
    )
    morning.read.append(code)


def settle(morning: Morning) -> None:
    """Offer the order that the brief leads to, and come back to the list."""
    page = morning.hand.page
    morning.go(page.locator("#panel").get_by_role("link", name="看订货建议"), page.locator("#order"), to="order")
    morning.go(page.locator(".ck-action button"), page.locator(".ck-toast"), to="offer")
    morning.go(page.locator(".ck-menu a").first, page.locator("#monday"), to="Monday")


def talk(morning: Morning) -> None:
    """Start a talk about the finding in the first distributor's brief, and come back."""
    page = morning.hand.page
    evidence = page.locator("#panel li", has_text="还没交过周报").get_by_role("link")
    morning.go(evidence, page.get_by_role("heading", name=re.compile("还没交过周报")), to="finding")
    morning.go(page.locator(".ck-action button"), page.locator(".ck-toast"), to="talk")
    morning.go(page.locator(".ck-menu a").first, page.locator("#monday"), to="Monday")

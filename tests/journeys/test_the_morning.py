"""A rep is through the morning's list of twelve distributors within twenty minutes: clicks counted, waits measured."""

import re
import time
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
MINUTES = 20


@dataclass
class Morning:
    """
    A rep at the list.

    Attributes:
        waited: seconds from each click to what it brought, together.
        read: briefs that were opened.
    """

    hand: Hand
    waited: float = 0.0
    read: list[str] = field(default_factory=list)

    def go(self, place: Locator, then: Locator) -> None:
        """Click a place, and wait for what it brings."""
        began = time.perf_counter()
        self.hand.click(place)
        expect(then).to_be_visible()
        self.waited += time.perf_counter() - began

    @property
    def minutes(self) -> float:
        """Return how long the morning took at the stated pace."""
        by_hand = self.hand.clicks * SECONDS_A_CLICK + len(self.read) * SECONDS_A_BRIEF
        return (by_hand + self.waited) / 60


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


def test_the_morning_is_done_in_twenty_minutes(company: Company, morning: Morning) -> None:
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
    # To sign in; four for each distributor: brief, order, offer, back; three for the talk.
    assert morning.hand.clicks == 1 + 4 * DISTRIBUTORS + 3
    assert len(set(morning.read)) == DISTRIBUTORS
    assert morning.minutes <= MINUTES, f"{morning.minutes:.1f} minutes, {morning.waited:.1f} s of them waiting"


def open_brief(morning: Morning, code: str) -> None:
    """Open a distributor's brief beside the list, and read it."""
    page = morning.hand.page
    row = page.locator(f'tr[data-open="{code}"]')
    morning.go(row.locator("td").last, page.locator(f'#panel a[href="/distributors/{code}/brief/?format=pdf"]'))
    morning.read.append(code)


def settle(morning: Morning) -> None:
    """Offer the order that the brief leads to, and come back to the list."""
    page = morning.hand.page
    morning.go(page.locator("#panel").get_by_role("link", name="看订货建议"), page.locator("#order"))
    morning.go(page.locator(".ck-action button"), page.locator(".ck-toast"))
    morning.go(page.locator(".ck-menu a").first, page.locator("#monday"))


def talk(morning: Morning) -> None:
    """Start a talk about the finding in the first distributor's brief, and come back."""
    page = morning.hand.page
    evidence = page.locator("#panel li", has_text="还没交过周报").get_by_role("link")
    morning.go(evidence, page.get_by_role("heading", name=re.compile("还没交过周报")))
    morning.go(page.locator(".ck-action button"), page.locator(".ck-toast"))
    morning.go(page.locator(".ck-menu a").first, page.locator("#monday"))

"""Whatever page there is for somebody, they come to it by links alone, from the page where their day starts."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import Resolver404, resolve
from pytest_django import DjangoDbBlocker

from channelkeeper.access.rules import Role
from tests import world as worlds
from tests.security.routes import all_routes
from tests.world import World

pytestmark = [pytest.mark.slow, pytest.mark.once, pytest.mark.django_db]
A_ROUTE_IS_LOOKED_AT = 3  # addresses of each: more of the same show no other links
LINK = re.compile(r'(?:href|(?<!form)action|hx-get|data-url)="([^"#]+)')
# Pages that no link leads to, and why.
BY_OTHER_WAYS = {
    "access:sign_in": "where strangers are led, and those who sign out",
    "access:second": "follows the first half of signing in",
    "desk:chart": "drawn once a product's row is opened",
    "stock:search": "asked for while a code is typed into a report's question",
    "stock:intake": "shown for a file that was just sent, or waits",
    "web:health": "for machines",
}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The company on its Tuesday."""
    with django_db_blocker.unblock(), override_settings(CHANNELKEEPER_NOW=worlds.AT), transaction.atomic():
        yield worlds.build_world()
        transaction.set_rollback(True)


def name_of(address: str) -> str:
    """Return the name of an address's route; empty where none answers it."""
    try:
        found = resolve(urlsplit(address).path)
    except Resolver404:
        return ""
    return f"{found.namespace}:{found.url_name}"


def reached(client: Client) -> set[str]:
    """Return the names of all routes that links lead to, from the first page on."""
    seen: dict[str, set[str]] = {}
    waiting = [("/", "")]
    while waiting:
        address, origin = waiting.pop(0)
        known = seen.setdefault(name_of(address), set())
        if address in known or len(known) >= A_ROUTE_IS_LOOKED_AT:
            continue
        known.add(address)
        answer = client.get(address)
        assert answer.status_code in (200, 302), f"{origin} leads to {address}: {answer.status_code}"
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            waiting += [(link, address) for link in links_of(address, answer.content.decode()) if name_of(link)]
    return set(seen)


def links_of(address: str, page: str) -> list[str]:
    """Return where a page's links lead, of this site alone; forms that are sent are none."""
    page = re.sub(r'<form[^>]*method="post"[^>]*>', "", page)
    found = (urljoin(address, unescape(link)) for link in LINK.findall(page))
    return [link for link in found if link.startswith("/") and not link.startswith(("/static/", "/api/"))]


@pytest.mark.parametrize(
    ("who", "role"),
    [
        ("headquarters", Role.HEADQUARTERS),
        ("manager", Role.OFFICE_MANAGER),
        ("rep", Role.FACTORY_REP),
        ("auditor", Role.AUDITOR),
        ("alpha", Role.DISTRIBUTOR),
    ],
)
def test_every_page_is_reached_by_links(world: World, who: str, role: Role) -> None:
    person = world.alpha.person if who == "alpha" else getattr(world, who)
    client = Client()
    client.cookies["language"] = "en"
    client.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    pages = {
        route.name
        for route in all_routes()
        if not route.is_api and "GET" in route.methods and role in (route.policy or ())
    }
    assert pages - reached(client) - BY_OTHER_WAYS.keys() == set()

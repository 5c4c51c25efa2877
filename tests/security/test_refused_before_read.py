"""Who may not use an endpoint is refused before what was sent is read: files and JSON alike, good or bad."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from channelkeeper.access.rules import Role
from tests.security.asking import Browser, arrive
from tests.security.routes import Route, all_routes
from tests.security.table import TOKENS, Fixed, Visitor, parameter
from tests.world import World

pytestmark = pytest.mark.django_db
NOBODY_S = {"code": "NONE", "number": "NONE"}
WRITING = [route for route in all_routes() if route.is_api and "POST" in route.methods and route.policy]


def outsider(route: Route) -> Visitor:
    """Return a program whose role the endpoint is not for."""
    assert route.policy is not None
    return next(one for one in TOKENS if one.role is not None and one.role not in route.policy)


def address(route: Route) -> str:
    """Return an address of the route that names nothing there is."""
    kept = {name: parameter(route, name) for name in route.parameters}
    return route.address(
        {name: one.values[0] if isinstance(one, Fixed) else NOBODY_S.get(name, 0) for name, one in kept.items()}
    )


def answers(client: Browser, route: Route) -> list[int]:
    """Return what nothing, nonsense, a file and a form without one are answered with."""
    at = address(route)
    return [
        client.post(at).status_code,
        client.post(at, "{", content_type="application/json").status_code,
        client.post(at, {"wrong": 1}, content_type="application/json").status_code,
        client.post(at, {"file": SimpleUploadedFile("week.xlsx", b"no workbook")}).status_code,
        client.post(at, {"wrong": "1"}).status_code,
    ]


@pytest.mark.parametrize("route", WRITING, ids=lambda route: route.name)
def test_a_role_that_may_not_is_refused_whatever_it_sends(world: World, route: Route) -> None:
    assert route.policy is not None
    assert Role.TEAM_MEMBER not in route.policy  # there is always somebody who may not
    assert answers(arrive(world, outsider(route)), route) == [403] * 5


def test_there_are_endpoints_that_take_files() -> None:
    assert {route.name for route in WRITING if route.pattern.endswith("/import")} >= {
        "api:catalog POST products/import",
        "api:network POST import",
        "api:seasons POST closed-days/import",
        "api:seasons POST launch-plans/import",
        "api:seasons POST promotions/import",
        "api:stock POST bands/import",
    }

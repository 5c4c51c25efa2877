"""What every answer says of itself to the browser: what may run, who may frame it, what its cookies are for."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests import world as worlds
from tests.security import routes, table
from tests.security.asking import Browser, arrive, request, text_of
from tests.security.markup import inline
from tests.world import World

pytestmark = pytest.mark.django_db
ROUTES = routes.all_routes()
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
REFUSALS = {"/nowhere/": 404, "/orders/NONE/": 404, "/orders/propose/": 405, "/runs/": 403, "/api/v1/orders": 401}


def faults(address: str, response: Any) -> Iterator[str]:
    """Yield what an answer lacks, and what it could run."""
    policy = {part.strip() for part in response.headers.get("Content-Security-Policy", "").split(";")}
    if policy != POLICY:
        yield f"{address} has the policy {policy}"
    for name, value in HEADERS.items():
        if response.headers.get(name) != value:
            yield f"{address} has {name} {response.headers.get(name)}"
    if response.headers.get("Content-Type", "").startswith("text/html"):
        yield from (f"{address} holds {found}" for found in inline(text_of(response)))


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.parametrize("name", ["headquarters", "manager", "distributor alpha", "program of headquarters"])
def test_every_page_allows_its_own_files_only_and_holds_no_code(world: World, name: str) -> None:
    visitor = next(one for one in table.VISITORS if one.name == name)
    client = arrive(world, visitor)
    answers = {probe.address: request(client, probe) for probe in table.own_reads(world, visitor, ROUTES)}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert [fault for address, answer in answers.items() for fault in faults(address, answer)] == []


@pytest.mark.parametrize("address", ["/me/sign-in/", *REFUSALS])
def test_refusals_and_the_way_in_do_so_too(world: World, address: str) -> None:
    visitor = next(one for one in table.VISITORS if one.name == "distributor alpha")
    client = Browser() if "sign-in" in address else arrive(world, visitor)
    response = client.get(address)
    assert response.status_code == REFUSALS.get(address, 200)
    assert list(faults(address, response)) == []


def test_a_form_without_its_key_is_refused_in_our_own_words(world: World) -> None:
    client = Browser(enforce_csrf_checks=True)
    response = client.post("/me/sign-in/", {"login": "rep", "password": worlds.PASSWORD})
    assert response.status_code == 403
    assert list(faults("/me/sign-in/", response)) == []
    assert "ck-sentence" in text_of(response)


@pytest.mark.parametrize(
    "markup",
    [
        "<script>run()</script>",
        "<style>a { color: red }</style>",
        '<p style="color: red">',
        '<a onclick="run()">',
        '<a href=" JavaScript:run()">',
        '<script src="https://elsewhere.example/a.js"></script>',
        '<iframe src="/">',
    ],
)
def test_code_in_a_page_is_found(markup: str) -> None:
    assert len(inline(f"<!doctype html><body>{markup}")) == 1


def test_files_of_senders_are_kept_and_never_opened(world: World) -> None:
    client = arrive(world, next(one for one in table.VISITORS if one.name == "rep"))
    response = client.get(f"/reports/{world.alpha.code}/{world.alpha.week}/1/file/")
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''zqalphafile")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_signing_in_gives_a_cookie_that_scripts_and_other_sites_cannot_use(world: World) -> None:
    client = Browser()
    client.get("/me/sign-in/")
    client.cookies["sessionid"] = "known-to-a-stranger"
    client.post("/me/sign-in/", {"login": "rep", "password": worlds.PASSWORD})
    session, forgery = client.cookies["sessionid"], client.cookies["csrftoken"]
    assert session.value not in {"", "known-to-a-stranger"}
    assert (session["httponly"], session["samesite"], session["path"]) == (True, "Lax", "/")
    assert (forgery["httponly"], forgery["samesite"]) == (True, "Lax")


def test_behind_https_cookies_and_browsers_stay_there(tmp_path: Any) -> None:
    names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "DEBUG"]
    script = "import json, sys; from channelkeeper.site import settings as kept; "
    script += "print(json.dumps([getattr(kept, name) for name in sys.argv[1:]]))"
    environment = {**os.environ, "CHANNELKEEPER_SECURE": "1", "CHANNELKEEPER_HOME": str(tmp_path)}
    answer = subprocess.run([sys.executable, "-c", script, *names], env=environment, capture_output=True, check=True)
    assert json.loads(answer.stdout) == [True, True, 31_536_000, False]

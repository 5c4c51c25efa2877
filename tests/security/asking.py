"""Visitors at the door: signed in, asking, and what they are told."""

import io
import zipfile
from typing import Any

from django.test import Client

from tests import world as worlds
from tests.security.table import TOKEN, Probe, Visitor
from tests.world import World

BACKEND = "django.contrib.auth.backends.ModelBackend"


class Browser(Client):
    """Asks as Django's client does, without keeping every template and context: that takes as long as the answer."""

    def request(self, **request: Any) -> Any:
        """Return the answer, and keep its cookies."""
        response = self.handler(self._base_environ(**request))  # type: ignore[attr-defined]
        self.cookies.update(response.cookies)
        return response


def arrive(world: World, visitor: Visitor) -> Browser:
    """Return the visitor's browser, signed in and seated, or a program with its token."""
    client = Browser()
    if visitor.by == TOKEN:
        secret = world.tokens.get(visitor.login, "ck_nobody")
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    elif visitor.login:
        client.force_login(worlds.user_of(visitor.login), backend=BACKEND)
        sit_down(client, visitor)
    return client


def sit_down(client: Browser, visitor: Visitor) -> None:
    """Choose the role, as its page does; what has ended is no choice any more, and written there by force."""
    absent = worlds.user_of(visitor.absent).pk if visitor.absent else None
    if visitor.role is not None:
        client.post("/me/role/", {"seat": f"{visitor.role.value}:{absent}" if absent else visitor.role.value})
    else:
        session = client.session
        session["role"], session["stands_in_for"] = "factory_rep" if absent else "headquarters", absent
        session.save()


def request(client: Browser, probe: Probe) -> Any:
    """Make a request."""
    headers = {"HX-Request": "true"} if probe.htmx else {}
    if probe.method != "POST":
        return client.generic(probe.method, probe.address, headers=headers)
    as_json = probe.route.is_api and "file" not in probe.body
    more: dict[str, Any] = {"content_type": "application/json"} if as_json else {}
    return client.post(probe.address, dict(probe.body), headers=headers, **more)


def everything_said(response: Any) -> str:
    """Return all that an answer tells: its head, its cookies and its body."""
    return f"{response.headers} {response.cookies.output()} {text_of(response)}"


def text_of(response: Any) -> str:
    """Return the body of an answer as text, a workbook unpacked."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    text: str = body.decode("utf-8", "replace")
    return text

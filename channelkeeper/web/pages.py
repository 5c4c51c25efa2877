"""A list page and its fragment are one view: `render` chooses which the browser asked for."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as render_template
from django.utils.cache import patch_vary_headers


def wants_fragment(request: HttpRequest) -> bool:
    """Return whether htmx asks for a part; a boosted link or a restored history wants the page."""
    asked = request.headers.get("HX-Request") == "true"
    whole = {request.headers.get("HX-Boosted"), request.headers.get("HX-History-Restore-Request")}
    return asked and "true" not in whole


def render(
    request: HttpRequest, page: str, fragment: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """
    Return the page, or only its fragment where htmx asks for it.

    The page includes the fragment, so both show the same rows. What was said with `say`
    travels along with a fragment as an event and stands in the page otherwise.
    """
    bare = wants_fragment(request)
    response = render_template(request, fragment if bare else page, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request", "Cookie"])
    if bare:
        carry_toasts(request, response)
    return response


def say(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """
    Say once, on the next page or with this fragment, that something was done.

    Args:
        text: what was done, whom for, how much, in the reader's language.
        undo: address that takes it back by POST; empty where the books do not allow it.
    """
    messages.info(request, text, extra_tags=undo)


def carry_toasts(request: HttpRequest, response: HttpResponse) -> None:
    """Hand over in HX-Trigger what was said: the browser makes toasts of it."""
    said = [{"text": str(message), "undo": message.extra_tags or ""} for message in messages.get_messages(request)]
    if said:
        response["HX-Trigger"] = json.dumps({"ck:toast": {"said": said}})

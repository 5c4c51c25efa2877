"""Refusals as pages: what happened, which way out. Each is one template with its words."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Words:
    """What an error page says."""

    title: str
    text: str


def page(request: HttpRequest, status: int, words: Words) -> HttpResponse:
    """Return the error page, or only its words where a fragment was asked for."""
    bare = request.headers.get("HX-Request") == "true"
    template = "web/_error_words.html" if bare else "web/error.html"
    return render(request, template, {"words": words, "status": status}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    words = Words(_("This request cannot be read"), _("Go back, reload the page and try again."))
    return page(request, 400, words)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, with the refusal's own sentence where it has one."""
    reason = str(exception) if exception else ""
    words = Words(_("Your role may not do this"), reason or _("Ask your office manager or headquarters."))
    return page(request, 403, words)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or nothing that the reader may see; the answer is the same."""
    words = Words(
        _("There is nothing here"),
        _("The address is mistyped, the record is gone, or it belongs to someone else."),
    )
    return page(request, 404, words)


def server_error(request: HttpRequest) -> HttpResponse:
    """
    500: said in words, with nothing of what went wrong inside.

    Rendered without the request, so that the frame asks nothing of what may be broken.
    """
    words = Words(_("Something broke on our side"), _("Nothing was half saved. Try again in a minute."))
    return HttpResponse(render_to_string("web/error.html", {"words": words, "status": 500}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 where the form's key is missing or old; for the setting CSRF_FAILURE_VIEW."""
    words = Words(
        _("This form is too old to send"),
        _("Go back, reload the page and send it again. What you typed is kept on this device."),
    )
    return page(request, 403, words)

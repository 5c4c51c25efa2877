"""The language of a request: chosen here, else the user's own, else Chinese."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


def language_of(request: HttpRequest) -> str:
    """
    Return the language to answer in.

    The browser's own list is not asked: a Chinese office with English Windows wants
    Chinese, and whoever wants English says so once.
    """
    offered = dict(settings.LANGUAGES)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in offered:
        return chosen
    kept = getattr(getattr(request, "user", None), "language", "")
    return kept if kept in offered else settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Activates the request's language and names it in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language."""
        with translation.override(language_of(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            return response

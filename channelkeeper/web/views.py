"""How the reader likes to see: language, theme and density, kept in cookies for a year."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from channelkeeper.access import doors
from channelkeeper.web.context import DENSITIES, THEMES

A_YEAR_SECONDS = 365 * 24 * 3600


def way_back(request: HttpRequest) -> str:
    """Return the page that the choice was made on, if it is one of ours."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"


@doors.public("Strangers choose their language on the sign-in page.", methods=("POST",))
def look(request: HttpRequest) -> HttpResponse:
    """Keep the choices that were sent and are offered; go back to the page."""
    offered = {
        settings.LANGUAGE_COOKIE_NAME: tuple(dict(settings.LANGUAGES)),
        "theme": THEMES,
        "density": DENSITIES,
    }
    response = HttpResponseRedirect(way_back(request))
    for cookie, values in offered.items():
        chosen = request.POST.get(cookie, "")
        if chosen in values:
            response.set_cookie(cookie, chosen, max_age=A_YEAR_SECONDS, samesite="Lax", secure=request.is_secure())
    return response

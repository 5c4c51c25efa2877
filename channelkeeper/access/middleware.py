"""Every request carries its actor."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from channelkeeper.access import sessions


class ActorMiddleware:
    """Sets `request.actor` from the signed-in user's chosen role; None for a stranger."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the actor, then answer."""
        request.actor = sessions.actor_of(request)  # type: ignore[attr-defined]
        return self.get_response(request)

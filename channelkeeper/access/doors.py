"""
The frame of every door: who may come in, at what time, and what a refusal looks like.

Each page is declared by exactly one decorator, each API operation by one too; what it
declares (`view.policy`, or `view.public` with the reason) is what the test over all
addresses reads. A route without either fails the build.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails
from ninja.decorators import decorate_view

from channelkeeper.access import clock
from channelkeeper.access.rules import Actor, NotAllowed, NotFound, Role

P = ParamSpec("P")
T = TypeVar("T")

NOT_FOR_THIS_ROLE = "This role may not use this endpoint."


class ActorRequest(HttpRequest):
    """The request of a page behind a door: it has an actor."""

    actor: Actor
    auth: Actor  # the same, of a program
    htmx: HtmxDetails


Page = Callable[Concatenate[ActorRequest, P], HttpResponseBase]
Door = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def at(request: HttpRequest) -> datetime:
    """Return the instant of the request: the same, however often it is asked for."""
    known: datetime | None = getattr(request, "_at", None)
    if known is None:
        known = clock.now()
        request._at = known  # type: ignore[attr-defined]
    return known


def page_number(request: HttpRequest) -> int:
    """Return the page of a long list that is asked for; 1 where none is, or none that is a number."""
    asked = request.GET.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1


def page(roles: Collection[Role], *, methods: Iterable[str] = ("GET",)) -> Callable[[Page[P]], Door[P]]:
    """
    Declare a page that is open to actors in these roles.

    A stranger is led to the sign-in page and back; another role, and `NotAllowed`, is
    answered with 403; `NotFound` with 404.

    Args:
        roles: the policy of the route.
        methods: the HTTP methods answered; GET answers HEAD too.
    """

    def decorate(view: Page[P]) -> Door[P]:
        @wraps(view)
        def door(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor: Actor | None = getattr(request, "actor", None)
            if actor is None:
                return to_sign_in(request)
            if actor.role not in policy:
                raise PermissionDenied(f"{actor.role.value} may not open this page.")
            return _answer(view, request, *args, **kwargs)

        policy = door.policy = frozenset(roles)  # type: ignore[attr-defined]
        return _only(door, methods)

    return decorate


def public(
    reason: str, *, methods: Iterable[str] = ("GET",)
) -> Callable[[Callable[Concatenate[HttpRequest, P], HttpResponseBase]], Door[P]]:
    """
    Declare a page that strangers may open.

    Args:
        reason: why; a route may not be public by oversight.
        methods: the HTTP methods answered; GET answers HEAD too.

    Raises:
        ValueError: no reason given.
    """
    if not reason.strip():
        raise ValueError("A public page needs a reason.")

    def decorate(view: Callable[Concatenate[HttpRequest, P], HttpResponseBase]) -> Door[P]:
        @wraps(view)
        def door(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            return _answer(view, request, *args, **kwargs)

        door.public = reason  # type: ignore[attr-defined]
        return _only(door, methods)

    return decorate


def endpoint(roles: Collection[Role]) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """
    Declare an API operation that is open to actors in these roles; stands below the router's decorator.

    Another role is answered with 403, as `NotAllowed` is by the API's own handlers, and before what it sent is read:
    the policy is told to the request, so that the sign-in can hold to it (`admit`).
    """

    def decorate(operation: Callable[P, T]) -> Callable[P, T]:
        @wraps(operation)
        def door(*args: P.args, **kwargs: P.kwargs) -> T:
            request = kwargs.get("request", args[0] if args else None)
            actor: Actor | None = getattr(request, "auth", None)
            if actor is None or actor.role not in policy:
                raise NotAllowed(NOT_FOR_THIS_ROLE)
            return operation(*args, **kwargs)

        policy = door.policy = frozenset(roles)  # type: ignore[attr-defined]
        decorate_view(_telling(policy))(door)
        return door

    return decorate


def admit(request: HttpRequest, actor: Actor) -> None:
    """
    Keep a program out whose role the endpoint is not for.

    Raises:
        NotAllowed: the endpoint that answers the request is for other roles.
    """
    policy: Collection[Role] | None = getattr(request, "_policy", None)
    if policy is not None and actor.role not in policy:
        raise NotAllowed(NOT_FOR_THIS_ROLE)


def _telling(policy: Collection[Role]) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    def around(run: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(run)
        def telling(request: HttpRequest, **values: object) -> HttpResponseBase:
            request._policy = policy  # type: ignore[attr-defined]
            return run(request, **values)

        return telling

    return around


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead a stranger to the sign-in page, and from there back to where they wanted to go."""
    wanted = request.get_full_path() if request.method == "GET" else "/"
    address = f"{reverse('access:sign_in')}?{urlencode({'next': wanted})}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponseClientRedirect(address)  # a fragment must not hold the sign-in page
    return redirect(address)


def _answer(
    view: Callable[..., HttpResponseBase], request: HttpRequest, *args: object, **kwargs: object
) -> HttpResponseBase:
    try:
        return view(request, *args, **kwargs)
    except NotFound as error:
        raise Http404(str(error)) from error
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error


def _only(door: Door[P], methods: Iterable[str]) -> Door[P]:
    """Return the door, answering these methods only; keeps what the door declares."""
    allowed = frozenset(methods) | ({"HEAD"} if "GET" in methods else frozenset())

    @wraps(door)
    def only(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method not in allowed:
            return HttpResponseNotAllowed(sorted(allowed))
        return door(request, *args, **kwargs)

    only.methods = allowed  # type: ignore[attr-defined]
    return only

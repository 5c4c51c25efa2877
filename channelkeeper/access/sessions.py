"""The actor of a browser session: the signed-in user, in the role chosen, standing in or not."""

from django.conf import settings
from django.http import HttpRequest

from channelkeeper.access import clock, queries
from channelkeeper.access.rules import Actor

ROLE, ABSENT = "role", "stands_in_for"


def actor_of(request: HttpRequest) -> Actor | None:
    """Return who acts in this request; None for a stranger, a role that has ended, or one still to be chosen."""
    user = request.user
    if not user.is_authenticated:
        return None
    if ROLE not in request.session:
        return queries.actor_of_only_seat(user, at=clock.now())
    return queries.actor_of_person(
        user,
        role=request.session[ROLE],
        stands_in_for_id=request.session.get(ABSENT),
        at=clock.now(),
    )


def take_seat(request: HttpRequest, seat: queries.Seat) -> None:
    """Keep the choice in the session, under a new session id: whoever knew the old one does not come along."""
    request.session[ROLE] = seat.role.value
    request.session[ABSENT] = seat.absent_id
    request.session.cycle_key()


def address_of(request: HttpRequest) -> str:
    """
    Return the address that a request came from, for slowing down guesses.

    Behind proxies, the one that the outermost of our own proxies wrote down; what stands
    left of it was sent by the stranger and could be anything.
    """
    proxies: int = settings.PROXIES
    hops: list[str] = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    if proxies and len(hops) >= proxies:
        return hops[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))

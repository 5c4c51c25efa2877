"""The actor of a browser session: the signed-in user, in the role chosen, standing in or not."""

from django.http import HttpRequest

from channelkeeper.access import clock, queries
from channelkeeper.access.rules import Actor

ROLE, ABSENT = "role", "stands_in_for"


def actor_of(request: HttpRequest) -> Actor | None:
    """Return who acts in this request; None for a stranger or a role that has ended."""
    user = request.user
    if not user.is_authenticated:
        return None
    return queries.actor_of_user(
        user.pk,
        role=request.session.get(ROLE),
        stands_in_for_id=request.session.get(ABSENT),
        at=clock.now(),
    )

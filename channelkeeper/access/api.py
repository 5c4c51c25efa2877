"""The API of this room: who a token stands for."""

from ninja import Router, Schema

from channelkeeper.access import doors
from channelkeeper.access.rules import EVERYONE

router = Router(tags=["access"])


class Me(Schema):
    """Who a token stands for."""

    name: str
    role: str


@router.get("/me", response=Me, summary="Who this token stands for")
@doors.endpoint(EVERYONE)
def me(request: doors.ActorRequest) -> dict[str, str]:
    """Return the name and the role that this token acts in."""
    return {"name": request.auth.name, "role": request.auth.role.value}

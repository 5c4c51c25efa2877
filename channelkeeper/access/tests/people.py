"""People for this room's own tests; the room of offices builds a whole company on the same day."""

from datetime import UTC, date, datetime

from channelkeeper.access.models import RoleGrant, User
from channelkeeper.access.rules import Actor, Role

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
TODAY = date(2026, 11, 24)
FIRST_DAY = date(2024, 1, 1)
PASSWORD = "correct horse battery"


def person(login: str, *roles: Role, name: str = "") -> User:
    """Return a user who has held these roles since the first day."""
    user = User(login=login, name=name or login)
    user.set_password(PASSWORD)
    user.save()
    for role in roles:
        RoleGrant.objects.create(user=user, role=role.value, starts_on=FIRST_DAY)
    return user


def acting(user: User, role: Role) -> Actor:
    """Return the user as an actor."""
    return Actor(role=role, user_id=user.pk, name=user.name)

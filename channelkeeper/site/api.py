"""The API: every room's router under one address, one way to sign in, one shape of error."""

from channelkeeper.api import build
from channelkeeper.site import rooms

api = build.new_api()
for room, module in rooms.modules("api"):
    api.add_router(f"v1/{room.name}", module.router)

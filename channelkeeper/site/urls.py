"""All addresses: each room's pages below its own, and the API below /api/."""

from django.urls import include, path

from channelkeeper.site import api, rooms

urlpatterns = [path("api/", api.api.urls)]
urlpatterns += [
    path(room.address, include((module.urlpatterns, room.name)))
    for room, module in rooms.modules("urls")
    if room.address is not None
]

handler400 = "channelkeeper.web.errors.bad_request"
handler403 = "channelkeeper.web.errors.forbidden"
handler404 = "channelkeeper.web.errors.not_found"
handler500 = "channelkeeper.web.errors.server_error"

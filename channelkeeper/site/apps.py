"""What happens once when the process starts: the rooms hand over their sentences and their links."""

from django.apps import AppConfig

from channelkeeper.core import sentences
from channelkeeper.site import rooms
from channelkeeper.web import links


class SiteConfig(AppConfig):
    """The top room: it knows all others."""

    name = "channelkeeper.site"

    def ready(self) -> None:
        """Register every room's sentences, and where its records can be looked at."""
        for _, module in rooms.modules("sentences"):
            sentences.register(module.TEXTS)
        for room, module in rooms.modules("links"):
            if room.name != "web":  # it keeps them
                links.register(room.name, module.LINKS)

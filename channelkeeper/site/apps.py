"""What happens once when the process starts: the rooms hand over their sentences."""

from django.apps import AppConfig

from channelkeeper.core import sentences
from channelkeeper.site import rooms


class SiteConfig(AppConfig):
    """The top room: it knows all others."""

    name = "channelkeeper.site"

    def ready(self) -> None:
        """Register every room's sentences."""
        for _, module in rooms.modules("sentences"):
            sentences.register(module.TEXTS)

"""Runs and bulk writes, and how many keys are looked up at once."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Registers the lookups when Django starts."""

    name = "channelkeeper.jobs"

    def ready(self) -> None:
        """Take `__in` with many keys as one array."""
        from channelkeeper.jobs import lookups

        lookups.register()

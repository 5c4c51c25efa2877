"""The shared chrome as a Django app: static files, templates and tags."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """No models; what all pages share."""

    name = "channelkeeper.web"

"""The gallery as a site of its own."""

from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
OURS = "channelkeeper.web.tests.gallery"
LEFT_OUT = ("access", "axes", "session", "auth", "Message")


@pytest.fixture
def gallery(settings: Any) -> Any:
    """Serve the gallery's pages: no database, an actor who is always there."""
    kept = [name for name in settings.MIDDLEWARE if not any(word in name for word in LEFT_OUT)]
    before = kept.index("channelkeeper.web.middleware.LanguageMiddleware")
    kept[before:before] = [f"{OURS}.SignedIn", "django.contrib.messages.middleware.MessageMiddleware"]
    settings.MIDDLEWARE = kept
    settings.ROOT_URLCONF = OURS
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [HERE / "gallery_pages"]}]
    settings.MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
    settings.CHANNELKEEPER_MENU = f"{OURS}.menu"
    settings.CHANNELKEEPER_PLACE = f"{OURS}.place"
    return settings

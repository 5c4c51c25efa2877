"""What every page's frame needs: the menu, who is signed in, and how the reader likes to see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

THEMES = ("auto", "light", "dark")
DENSITIES = ("compact", "comfortable")


@dataclass(frozen=True)
class Entry:
    """One entry of the menu."""

    label: str
    url: str
    active: bool


@dataclass(frozen=True)
class Chrome:
    """The frame of a page."""

    menu: list[Entry]
    person: str
    place: str
    theme: str
    density: str
    signed_in: bool

    @property
    def home(self) -> str:
        """Return where the brand leads: the menu's first entry."""
        return self.menu[0].url if self.menu else "/"


def active_url(path: str, urls: Iterable[str]) -> str | None:
    """Return which of the urls holds the path: the longest that it starts with; / only itself."""
    holding = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(holding, key=len, default=None)


def told(actor: object, *, by: str) -> Any:
    """Return what the callable says that a setting names; None where the setting is empty."""
    path = getattr(settings, by, "")
    return import_string(path)(actor) if path else None


def menu_of(request: HttpRequest, actor: object) -> list[Entry]:
    """
    Return the actor's menu with the entry of this page marked.

    The entries, pairs of label and url, come from the callable that the setting
    CHANNELKEEPER_MENU names, for this room stands below the rooms that have pages.
    """
    entries = told(actor, by="CHANNELKEEPER_MENU") or []
    here = active_url(request.path, [url for _, url in entries])
    return [Entry(str(label), url, url == here) for label, url in entries]


def choice(request: HttpRequest, cookie: str, offered: tuple[str, ...]) -> str:
    """Return what the reader chose, the first offered where nothing valid was."""
    chosen = request.COOKIES.get(cookie, "")
    return chosen if chosen in offered else offered[0]


def chrome(request: HttpRequest) -> dict[str, object]:
    """Give templates `chrome`, and `menu` beside it."""
    actor = getattr(request, "actor", None)
    menu = menu_of(request, actor) if actor is not None else []
    frame = Chrome(
        menu=menu,
        person=getattr(actor, "name", ""),
        place=str(told(actor, by="CHANNELKEEPER_PLACE") or "") if actor is not None else "",
        theme=choice(request, "theme", THEMES),
        density=choice(request, "density", DENSITIES),
        signed_in=actor is not None,
    )
    return {"chrome": frame, "menu": menu}

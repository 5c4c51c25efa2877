"""What every page's frame needs: the menu, who is signed in, and how the reader likes to see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from channelkeeper.core.formats import is_chinese

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
    notice: str

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
    here = active_url(request.path, [url for _label, url in entries])
    return [Entry(str(label), url, url == here) for label, url in entries]


def choice(request: HttpRequest, cookie: str, offered: tuple[str, ...]) -> str:
    """Return what the reader chose, the first offered where nothing valid was."""
    chosen = request.COOKIES.get(cookie, "")
    return chosen if chosen in offered else offered[0]


def person_of(actor: Any) -> str:
    """Return who acts, and for whom: 李伟 代 陈静."""
    name, absent = getattr(actor, "name", ""), getattr(actor, "stands_in_for_name", "")
    return _("%(name)s for %(absent)s") % {"name": name, "absent": absent} if absent else name


def master_tabs(request: HttpRequest, actor: object) -> list[Entry]:
    """Return the lists of master data, with the one of this page marked; from CHANNELKEEPER_MASTER_DATA."""
    entries = told(actor, by="CHANNELKEEPER_MASTER_DATA") or []
    here = active_url(request.path, [url for _label, url in entries])
    return [Entry(str(label), url, url == here) for label, url in entries]


def notice() -> str:
    """Return the installation's line on top of every page, in the reader's language; empty where there is none."""
    told_in: dict[str, str] = getattr(settings, "CHANNELKEEPER_NOTICE", {})
    return told_in.get("zh" if is_chinese(get_language() or "") else "en", "")


def chrome(request: HttpRequest) -> dict[str, object]:
    """Give templates `chrome`, `menu` beside it, and `master_tabs` for the pages of master data."""
    actor = getattr(request, "actor", None)
    menu = menu_of(request, actor) if actor is not None else []
    frame = Chrome(
        menu=menu,
        person=person_of(actor),
        place=str(told(actor, by="CHANNELKEEPER_PLACE") or "") if actor is not None else "",
        theme=choice(request, "theme", THEMES),
        density=choice(request, "density", DENSITIES),
        signed_in=actor is not None,
        notice=notice(),
    )
    tabs = SimpleLazyObject(lambda: master_tabs(request, actor))
    return {"chrome": frame, "menu": menu, "master_tabs": tabs}

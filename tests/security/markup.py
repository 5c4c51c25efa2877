"""What a page could run: everything in its markup that is code rather than text."""

from html.parser import HTMLParser

DATA_TYPES = frozenset({"application/json", "text/plain"})  # of scripts that no browser runs
ADDRESSES = frozenset({"href", "src", "action", "formaction", "data"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what runs."""
        given = {name: value or "" for name, value in attrs}
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") not in DATA_TYPES):
            self.found.append(f"<{tag}>")
        if tag in {"iframe", "object", "embed", "base"}:
            self.found.append(f"<{tag}>")
        for name, value in given.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                self.found.append(f"<{tag} {name}>")
            if name in ADDRESSES and value.strip().lower().startswith(("javascript:", "data:")):
                self.found.append(f"<{tag} {name}={value}>")
            if name in {"src", "href"} and tag in {"script", "link", "img"} and not value.startswith("/"):
                self.found.append(f"<{tag} {name}={value}>")


def inline(page: str) -> list[str]:
    """Return what of a page is code of its own: scripts, styles, handlers, and what comes from elsewhere."""
    reader = _Reader()
    reader.feed(page)
    return reader.found

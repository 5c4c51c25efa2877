"""
Pages on paper: a template becomes a PDF, with nothing fetched but the product's own static files.

WeasyPrint needs Pango of the system (Debian: libpango-1.0-0, libpangoft2-1.0-0,
libharfbuzz-subset0) and a font with Chinese signs (fonts-noto-cjk).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation

_TYPES = {".css": "text/css", ".svg": "image/svg+xml"}


class Refused(ValueError):
    """An address that a page on paper may not fetch."""


class NoPaper(Exception):
    """The machine lacks the libraries that make PDFs."""


def render(template: str, context: Mapping[str, Any], *, language: str, base: str) -> bytes:
    """
    Return a template as a PDF.

    Args:
        template: extends `web/print.html`.
        language: of its texts.
        base: the site's address, `https://channel.example.com/`: links lead there.

    Raises:
        NoPaper: Pango is missing.
    """
    # Loading it takes as long as a page, and fails without Pango: only who prints is concerned.
    try:
        import weasyprint
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except OSError as missing:
        raise NoPaper("Pango is missing: libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0.") from missing

    class OwnFiles(URLFetcher):  # type: ignore[misc, unused-ignore]
        """Hands out static files of the product; the network and the disk are closed to it."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            file = own_file(url, base)
            return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": _TYPES[file.suffix]})

    with translation.override(language):
        text = render_to_string(template, dict(context))
    page = weasyprint.HTML(string=text, base_url=base, url_fetcher=OwnFiles())
    return bytes(page.write_pdf())


def own_file(url: str, base: str) -> Path:
    """
    Return the static file that an address of this site names.

    Raises:
        Refused: it names anything else.
    """
    asked, site = urlsplit(url), urlsplit(base)
    root = f"/{settings.STATIC_URL.lstrip('/')}"
    if (asked.scheme, asked.netloc) != (site.scheme, site.netloc) or not asked.path.startswith(root):
        raise Refused(f"A page on paper fetches nothing from {url}.")
    found = finders.find(unquote(asked.path.removeprefix(root)))
    if not isinstance(found, str) or Path(found).suffix not in _TYPES:
        raise Refused(f"No style or picture of ours: {url}.")
    return Path(found)

"""Text as people type it, brought to one form for comparing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Zero-width marks, soft hyphens, direction marks and the BOM: seen by nobody, typed by programs.
_UNSEEN = dict.fromkeys([0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F)])
_UNSEEN |= dict.fromkeys([*range(0x2060, 0x2070), 0xFEFF])

# Full-width forms to their narrow twins. Not NFKC: that would make 10² into 102.
_NARROW: dict[int, int | str] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_NARROW |= {0x3000: " ", 0xFFE5: "¥", 0xFE63: "-", 0x2212: "-", 0x2010: "-", 0x2011: "-"}
_NARROW |= {0x2013: "-", 0x2014: "-", 0x2012: "-", 0xFE50: ",", 0xFE52: "."}

_BETWEEN_WORDS = re.compile(r"[\s_\-/\\.:;,，。、：；·•*#'\"“”‘’()\[\]{}<>|+&~!?]+")


def narrow(text: str) -> str:
    """Return text with full-width forms and odd dashes made plain, unseen marks taken out."""
    return text.translate(_UNSEEN).translate(_NARROW).strip()


@lru_cache(maxsize=65536)
def clean(text: str) -> str:
    """Return text in one form (NFKC), unseen marks out, blanks joined to one."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(_UNSEEN)).split())


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Return what two spellings of one word share: case, width, blanks and marks gone."""
    return _BETWEEN_WORDS.sub("", clean(text).casefold())

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

_KEPT_LENGTH = 80  # longer texts are not kept: a hostile file would fill the memory with them
_BETWEEN = r"[\s_\-/\\.:;,，。、：；·•*#'\"“”‘’()\[\]{}<>【】「」《》|+&~!?]+"
# Between digits a mark stays: 1.5L is not 15L.
_BETWEEN_WORDS = re.compile(rf"(?<![0-9]){_BETWEEN}|{_BETWEEN}(?![0-9])")


def narrow(text: str) -> str:
    """Return text with full-width forms and odd dashes made plain, unseen marks taken out."""
    return text.translate(_UNSEEN).translate(_NARROW).strip()


def clean(text: str) -> str:
    """Return text in one form (NFKC), unseen marks out, blanks joined to one."""
    return _clean_kept(text) if len(text) <= _KEPT_LENGTH else _clean(text)


def fold(text: str) -> str:
    """Return what two spellings of one name share: case, width, blanks and marks between words gone."""
    return _fold_kept(text) if len(text) <= _KEPT_LENGTH else _fold(text)


def fold_code(text: str) -> str:
    """Return what two spellings of one code share; marks count: A-1-11 is not A-11-1."""
    return _fold_code_kept(text) if len(text) <= _KEPT_LENGTH else _fold_code(text)


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text.translate(_UNSEEN)).split())


def _fold(text: str) -> str:
    return _BETWEEN_WORDS.sub("", clean(text).casefold())


def _fold_code(text: str) -> str:
    return "".join(clean(text).casefold().split())


# The names and heads of a network come again every week.
_clean_kept = lru_cache(maxsize=16384)(_clean)
_fold_kept = lru_cache(maxsize=16384)(_fold)
_fold_code_kept = lru_cache(maxsize=16384)(_fold_code)

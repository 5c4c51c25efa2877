"""From the bytes of a file to a workbook; runs in the guarded child of `guard`."""

from __future__ import annotations

import re

from channelkeeper.sheets import delimited, limits, package, sentences, xlsx
from channelkeeper.sheets.workbook import Workbook

_ZIP_SIGNATURE = b"PK"
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf")
_WEB_PAGE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|\?xml|html|table|meta|head)", re.I)


def read(data: bytes, filename: str) -> Workbook:
    """
    Return what a file holds; its content decides what it is, not its name.

    Raises:
        Refused: see `sentences.REFUSALS`.
    """
    check_size(data)
    package.check_ole(data)
    if data.startswith(_ZIP_SIGNATURE):
        return xlsx.read(data, filename)
    if data.startswith(_OTHERS):
        raise sentences.refusal("not_a_workbook")
    if _WEB_PAGE.match(data):
        raise sentences.refusal("web_page")
    return delimited.read(data, filename)


def check_size(data: bytes) -> None:
    """Refuse a file that is empty or larger than what is taken."""
    if not data.strip():
        raise sentences.refusal("empty")
    if len(data) > limits.UPLOAD_BYTES:
        raise sentences.refusal("too_large", megabytes=f"{len(data) / 1024 / 1024:.1f}")

"""
The zip around a workbook, looked at before any parser sees it.

The parts that are read are inflated under a cap and packed anew, so that the parser
gets a plain archive: no doubled or oddly named part, no lying sizes, nothing else.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from channelkeeper.sheets import limits, sentences
from channelkeeper.sheets.faults import Refused

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_ENCRYPTED_FLAG = 0x1
_READ = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|xl/(?:_rels/)?workbook\.xml(?:\.rels)?"
    r"|xl/(?:sharedstrings|styles)\.xml|xl/worksheets/[^/]+\.xml"
)
_MACROS = re.compile(r".*vbaproject[^/]*\.bin|xl/macrosheets/.*|xl/vba.*")
_DECLARATION = re.compile(rb"""<\?xml[^>]*encoding=["']([^"']+)["']""")


def check_ole(data: bytes) -> None:
    """Refuse the containers of old Excel and of Excel's passwords, each by its name."""
    if data.startswith(OLE_SIGNATURE):
        locked = _ENCRYPTED_STREAM in data
        raise sentences.refusal("password" if locked else "old_excel")


def launder(data: bytes) -> io.BytesIO:
    """
    Return the parts of a workbook that are read, as a fresh uncompressed archive.

    Raises:
        Refused: macros, password, doubled parts, DOCTYPE, too large, damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            _check_parts(source)
            return _packed_anew(source)
    except Refused:
        raise
    # zipfile says by a RuntimeError that a part is packed in a way it cannot read.
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError) as error:
        raise sentences.refusal("broken") from error


def _check_parts(source: zipfile.ZipFile) -> None:
    infos = source.infolist()
    if len(infos) > limits.ZIP_PARTS:
        raise sentences.refusal("unpacked_too_large")
    seen: set[str] = set()
    for info in infos:
        name = _plain(info.filename)
        if name in seen:
            raise sentences.refusal("doubled_parts", part=name)
        seen.add(name)
    _check_kind(seen, source)
    if any(info.flag_bits & _ENCRYPTED_FLAG for info in infos):
        raise sentences.refusal("password")
    if sum(info.file_size for info in infos) > limits.UNPACKED_BYTES:
        raise sentences.refusal("unpacked_too_large")


def _check_kind(names: set[str], source: zipfile.ZipFile) -> None:
    if any(_MACROS.fullmatch(name) for name in names):
        raise sentences.refusal("macros")
    if "xl/workbook.bin" in names:
        raise sentences.refusal("binary_excel")
    if "mimetype" in names and "content.xml" in names:
        raise sentences.refusal("open_document")
    if "xl/workbook.xml" not in names:
        raise sentences.refusal("not_a_workbook")


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _packed_anew(source: zipfile.ZipFile) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as target:
        for name, content in _parts(source):
            check_part(content)
            target.writestr(zipfile.ZipInfo(name), content)
    return stream


def _parts(source: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    left = limits.UNPACKED_BYTES
    for info in source.infolist():
        if not _READ.fullmatch(_plain(info.filename)):
            continue
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise sentences.refusal("broken")
        with source.open(info) as part:
            content = part.read(left + 1)
        left -= len(content)
        if left < 0:
            raise sentences.refusal("unpacked_too_large")
        yield info.filename.replace("\\", "/").lstrip("/"), content


def check_part(content: bytes) -> None:
    """
    Refuse what no workbook's XML needs: another encoding than UTF-8, a DOCTYPE, macros.

    A raw `<` cannot stand in text, so the bytes of a DOCTYPE are one, or stand in a comment.
    """
    declared = _DECLARATION.match(content.removeprefix(b"\xef\xbb\xbf")[:200])
    if declared is not None and declared[1].lower() not in (b"utf-8", b"us-ascii"):
        raise sentences.refusal("broken")
    if b"\x00" in content[:64]:
        raise sentences.refusal("broken")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise sentences.refusal("doctype")
    if b"ms-excel.sheet.macroEnabled" in content[:100_000]:
        raise sentences.refusal("macros")

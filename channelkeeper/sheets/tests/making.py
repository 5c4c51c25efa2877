"""Workbooks for tests, made part by part: as usual programs write them, and as an attacker would."""

import io
import warnings
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl
import xlsxwriter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

_TYPES = (
    f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_ROOT = (
    f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_BOOK = (
    f'<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">'
    '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_BOOK_RELATIONS = (
    f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)


def sheet_xml(body: str, *, before: str = "", after: str = "") -> str:
    """Return a worksheet around its rows."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}">{before}'
        f"<sheetData>{body}</sheetData>{after}</worksheet>"
    )


def parts(body: str = "", **changed: str) -> dict[str, str]:
    """Return the parts of a workbook of one sheet; `changed` replaces whole parts by a short name."""
    return {
        "[Content_Types].xml": changed.get("types", _TYPES),
        "_rels/.rels": changed.get("root", _ROOT),
        "xl/workbook.xml": changed.get("book", _BOOK),
        "xl/_rels/workbook.xml.rels": changed.get("relations", _BOOK_RELATIONS),
        "xl/worksheets/sheet1.xml": changed.get("sheet", sheet_xml(body)),
    }


def zipped(named: Mapping[str, str | bytes] | Sequence[tuple[str, str | bytes]]) -> bytes:
    """Return parts as a zip; a list of pairs may name one part twice."""
    pairs = named.items() if isinstance(named, Mapping) else named
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore", UserWarning)  # a doubled name is meant
        for name, content in pairs:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def raw_workbook(body: str, **changed: str) -> bytes:
    """Return a workbook whose sheet holds this XML."""
    return zipped(parts(body, **changed))


def by_openpyxl(fill: Callable[[Any], None]) -> bytes:
    """Return a workbook that a function fills."""
    book = openpyxl.Workbook()
    fill(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def by_xlsxwriter(rows: Sequence[Sequence[Any]], *, sheet: str = "库存周报") -> bytes:
    """Return a workbook of plain rows."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    page.write(number, column, value)
    return target.getvalue()

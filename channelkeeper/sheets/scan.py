"""
What a workbook's parser is silent about, read from the XML of a sheet itself.

Errors, formulas without a stored value, the style of each figure, hidden rows and
columns, merged ranges, and how far the sheet reaches. There are two ways to it: a
parse of every tag, right for any XML, and a search over the bytes for sheets written
the way Excel, WPS and the usual libraries write them. A test holds them together.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from xml.parsers import expat

from channelkeeper.sheets import limits, sentences
from channelkeeper.sheets.workbook import Area, cell_name, place_of

_MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_TRUE = ("1", "true")
_NUMBER_LENGTH = 20  # of an attribute that counts; far more than any sheet has


@dataclass(slots=True)
class Scan:
    """What was found on one sheet; places count from 0."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    unstored: set[tuple[int, int]] = field(default_factory=set)
    styles: dict[tuple[int, int], int] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)


def scan(xml: bytes, *, sheet: str, styles: Collection[int]) -> Scan:
    """
    Return what stands on a sheet beside its values.

    Args:
        styles: the style indices whose cells are wanted.

    Raises:
        Refused: content beyond the rows or columns that are read, or damaged XML.
    """
    if _is_usual(xml):
        _check_whole(xml)
        return search(xml, sheet=sheet, styles=styles)
    return parse(xml, sheet=sheet, styles=styles)


# The way by parsing.


def parse(xml: bytes, *, sheet: str, styles: Collection[int]) -> Scan:
    """Return what `scan` returns, from every tag of any well-formed sheet."""
    reader = _Parser(sheet, frozenset(styles))
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype
    _feed(parser, xml)
    return reader.found


def _check_whole(xml: bytes) -> None:
    """Refuse XML that does not close what it opens; without handlers this is fast."""
    _feed(expat.ParserCreate(), xml)


def _feed(parser: expat.XMLParserType, xml: bytes) -> None:
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise sentences.refusal("broken") from error


def _refuse_doctype(*_: object) -> None:
    raise sentences.refusal("doctype")


class _Parser:
    """The handlers of one parse and what they have seen of the cell they are in."""

    def __init__(self, sheet: str, styles: frozenset[int]) -> None:
        self.found = Scan()
        self._sheet = sheet
        self._styles = styles
        self._row = -1
        self._column = -1
        self._kind = ""
        self._style = 0
        self._formula = False
        self._content = False
        self._collect: list[str] | None = None
        self._starts = {
            "c": self._start_cell,
            "row": self._start_row,
            "col": self._start_columns,
            "mergeCell": self._merge,
            "f": self._start_formula,
            "v": self._start_value,
            "is": self._start_inline,
        }

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        begin = self._starts.get(local)
        if begin is not None and namespace in _MAIN:
            begin(attributes)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = _whole(attributes["r"]) - 1 if "r" in attributes else self._row + 1
        self._column = -1
        if attributes.get("hidden") in _TRUE:
            self.found.hidden_rows.add(self._row)

    def _start_columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in _TRUE:
            self.found.hidden_columns |= _columns(attributes.get("min"), attributes.get("max"))

    def _merge(self, attributes: dict[str, str]) -> None:
        self.found.merged.append(area_of(attributes.get("ref", "")))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if "r" in attributes:
            self._row, self._column = _place(attributes["r"])
        else:
            self._column += 1
        self._kind = attributes.get("t", "")
        self._style = _whole(attributes.get("s", "0"))
        self._formula = self._content = False

    def _start_formula(self, _: dict[str, str]) -> None:
        self._formula = True

    def _start_value(self, _: dict[str, str]) -> None:
        self._collect = []

    def _start_inline(self, _: dict[str, str]) -> None:
        self._content = True

    def text(self, text: str) -> None:
        if self._collect is not None:
            self._collect.append(text)

    def end(self, name: str) -> None:
        namespace, _, local = name.rpartition(" ")
        if namespace not in _MAIN:
            return
        if local == "v" and self._collect is not None:
            self._end_value("".join(self._collect).strip())
        elif local == "c":
            self._end_cell()

    def _end_value(self, text: str) -> None:
        self._collect = None
        self._content = self._content or bool(text)
        if self._kind == "e" and text:
            self.found.errors[self._row, self._column] = text

    def _end_cell(self) -> None:
        place = (self._row, self._column)
        if self._content or self._formula:
            check_reach(self._sheet, *place)
        if self._formula and not self._content and self._kind != "str":
            self.found.unstored.add(place)
        if self._style in self._styles and place[1] < limits.COLUMNS and place[0] < limits.ROWS:
            self.found.styles[place] = self._style


def check_reach(sheet: str, row: int, column: int) -> None:
    """Refuse content beyond the rows and columns that are read, naming its cell."""
    if column >= limits.COLUMNS:
        raise sentences.refusal("too_many_columns", sheet=sheet, cell=cell_name(row, column))
    if row >= limits.ROWS:
        raise sentences.refusal("too_many_rows", sheet=sheet, cell=cell_name(row, column))


def _place(reference: str) -> tuple[int, int]:
    try:
        return place_of(reference)
    except ValueError as error:
        raise sentences.refusal("broken") from error


def _columns(first: str | None, last: str | None) -> set[int]:
    return set(range(_whole(first or "1") - 1, min(_whole(last or "1"), limits.COLUMNS)))


def _whole(text: str) -> int:
    """Return the whole number of an attribute; any other text is damage."""
    if not (text.isascii() and text.isdigit() and len(text) < _NUMBER_LENGTH):
        raise sentences.refusal("broken")
    return int(text)


def area_of(reference: str) -> Area:
    """Return the range that a reference names: A3:A5."""
    first, _, last = reference.partition(":")
    top, left = _place(first)
    bottom, right = _place(last or first)
    return Area(top, left, bottom, right)


# The way by searching. Every pattern needs a literal `<`, which text cannot hold.

# Attributes that are not written as ` name="value"`.
_ODD_ATTRIBUTE = re.compile(rb"=(?<=\s=)|=[\s']")
_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?xml[^>]*\?>)?\s*<worksheet[ >]")
_PREFIXED = re.compile(rb'xmlns:\w+="(?:%s|%s)"' % tuple(name.encode() for name in _MAIN))
_TAG_ENDS = rb"(?=[ />\t\r\n])"
# A cell within 100 columns, and a row, that do not begin with their own name.
_ODD_CELL = re.compile(rb'<c%s(?! r="(?:[A-Z]|[AB][A-Z]|C[A-V])[0-9]{1,6}")' % _TAG_ENDS)
_ODD_ROW = re.compile(rb'<row%s(?! r="[0-9]+")' % _TAG_ENDS)
_ROW = re.compile(rb'<row r="([0-9]+)"([^>]*)>')
_HIDDEN = re.compile(rb' hidden="(?:1|true)"')
_COLUMN = re.compile(rb"<col ([^>]*)>")
_MERGE = re.compile(rb'<mergeCell ref="([^"]*)"')
_ERROR_CELL = re.compile(
    rb'<c r="([A-Z]+[0-9]+)"[^<>]* t="e"[^<>]*>\s*(?:<f(?: [^<>]*)?(?:/>|>[^<]*</f>)\s*)?<v(?: [^<>]*)?>([^<]*)</v>'
)
# A style behind another attribute than the cell's name.
_LATE_STYLE = re.compile(rb'<c r="[A-Z]+[0-9]+" [a-rt-z][^<>]* s="')
_FORMULA_CELL = re.compile(
    rb'<c r="([A-Z]+[0-9]+)"([^<>]*)>\s*<f(?: [^<>]*)?(?:/>|>[^<]*</f>)\s*(?:<v(?: [^<>]*)?>([^<]*)</v>)?'
)


def _is_usual(xml: bytes) -> bool:
    """Tell whether plain searches over the bytes see every tag that a parse would."""
    if not _ROOT.match(xml) or _PREFIXED.search(xml) or b"<!" in xml:
        return False
    return not any(odd.search(xml) for odd in (_ODD_ATTRIBUTE, _ODD_CELL, _ODD_ROW))


def search(xml: bytes, *, sheet: str, styles: Collection[int]) -> Scan:
    """Return what `scan` returns, of a sheet that `_is_usual`."""
    found = Scan()
    _search_rows(xml, sheet, found)
    begins, ends = max(xml.find(b"<sheetData"), 0), max(xml.rfind(b"</sheetData"), 0)
    for columns in _COLUMN.findall(xml, 0, begins):
        if _HIDDEN.search(b" " + columns):
            found.hidden_columns |= _columns(_number(columns, b"min"), _number(columns, b"max"))
    found.merged = [area_of(reference.decode()) for reference in _MERGE.findall(xml, ends)]
    if b' t="e"' in xml:
        _search_errors(xml, found)
    if b"<f" in xml:
        _search_formulas(xml, found)
    _search_styles(xml, styles, found)
    return found


def _search_rows(xml: bytes, sheet: str, found: Scan) -> None:
    last = 0
    for number, rest in _ROW.findall(xml):
        last = max(last, int(number))
        if rest and _HIDDEN.search(rest):
            found.hidden_rows.add(int(number) - 1)
    if last > limits.ROWS:
        # Rows that only carry a height or a style hold nothing; a parse tells them apart.
        parse(xml, sheet=sheet, styles=())


def _number(attributes: bytes, name: bytes) -> str | None:
    found = re.search(rb"\b" + name + rb'="([0-9]+)"', attributes)
    return found[1].decode() if found else None


def _search_errors(xml: bytes, found: Scan) -> None:
    for reference, text in _ERROR_CELL.findall(xml):
        if text.strip():
            found.errors[_place(reference.decode())] = text.decode().strip()


def _search_formulas(xml: bytes, found: Scan) -> None:
    for reference, attributes, value in _FORMULA_CELL.findall(xml):
        if not value.strip() and b' t="str"' not in attributes:
            found.unstored.add(_place(reference.decode()))


def _search_styles(xml: bytes, styles: Collection[int], found: Scan) -> None:
    if not styles:
        return
    wanted = b"|".join(str(style).encode() for style in sorted(styles, reverse=True))
    between = b"[^<>]*" if _LATE_STYLE.search(xml) else b""
    cells = re.compile(rb'<c r="([A-Z]+)([0-9]+)"%s s="(%s)"' % (between, wanted))
    columns: dict[bytes, int] = {}
    for letters, number, style in cells.findall(xml):
        column = columns.get(letters)
        if column is None:
            column = columns[letters] = place_of(letters.decode() + "1")[1]
        found.styles[int(number) - 1, column] = int(style)

"""
Lists as files: `?format=xlsx`, `csv`, `json` or `pdf` of what the page shows, in the reader's language.

    if file := exports.wanted(request, lambda: exports.Table("distributors", title, COLUMNS, rows)):
        return file

The rows come from the page's own query, so that nobody takes along what they may not see.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from channelkeeper.core import formats
from channelkeeper.sheets import writer
from channelkeeper.sheets.columns import Column, Typed
from channelkeeper.web import downloads, pdf

FORMATS = ("xlsx", "csv", "json", "pdf")
MOST_ON_PAPER = 200  # rows: more is no reading, and keeps a worker busy
_MEDIA = {
    "xlsx": downloads.WORKBOOK,
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "pdf": "application/pdf",
}
_PLACES = {"units": 0, "quantity": 1, "money": 2}


@dataclass(frozen=True)
class Table:
    """
    A list to be taken along.

    Attributes:
        name: of the file, without its ending.
        title: above the table, in the reader's language.
        columns: in their order.
        rows: values by column name.
        note: a sentence under the title; empty for none.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Typed]]
    note: str = ""


def wanted(request: HttpRequest, table: Callable[[], Table]) -> HttpResponse | None:
    """Return the file that the address asks for; None where it asks for the page. `table` is called for a file only."""
    form = request.GET.get("format", "")
    return respond(request, form, table()) if form in FORMATS else None


def printed(request: HttpRequest, template: str, context: Mapping[str, Any], name: str) -> HttpResponse:
    """Return a page on paper, in the reader's language, under a name without its ending."""
    tongue = get_language() or "zh-hans"
    try:
        content = pdf.render(template, context, language=tongue, base=request.build_absolute_uri("/"))
    except pdf.NoPaper as missing:
        return HttpResponse(str(missing), status=503, content_type="text/plain; charset=utf-8")
    return downloads.file(content, f"{name}.pdf", _MEDIA["pdf"])


def respond(request: HttpRequest, form: str, table: Table) -> HttpResponse:
    """Return a list as a file of one of the FORMATS, under its name."""
    if form == "pdf":
        return printed(request, "web/export.html", on_paper(table), table.name)
    tongue = get_language() or "zh-hans"
    if form == "csv":
        content = writer.write_csv(table.columns, table.rows, language=tongue)
    elif form == "json":
        content = writer.write_json(table.columns, table.rows, table.title, language=tongue, note=table.note)
    else:
        content = writer.write_table(table.columns, table.rows, table.title, language=tongue, note=table.note)
    return downloads.file(content, f"{table.name}.{form}", _MEDIA[form])


def on_paper(table: Table) -> dict[str, object]:
    """Return what `web/export.html` shows: heads and cells as texts, each with whether it is a figure."""
    tongue, shown = get_language() or "zh-hans", table.rows[:MOST_ON_PAPER]
    return {
        "title": table.title,
        "note": table.note,
        "heads": [(column.head(tongue), column.kind in _PLACES) for column in table.columns],
        "rows": [
            [(_text(row.get(column.name), column, tongue), column.kind in _PLACES) for column in table.columns]
            for row in shown
        ],
        "shown": len(shown),
        "total": len(table.rows),
        "left_out": len(shown) < len(table.rows),
    }


def _text(value: Typed, column: Column, language: str) -> str:
    if value is None:
        return formats.NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | Decimal):
        return formats.number(Decimal(value), _PLACES.get(column.kind, 0))
    return formats.full_day(value, language) if isinstance(value, date) else value

"""Pages of plain values, for queries of all rooms that have long lists."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
View = TypeVar("View")
ROWS_A_PAGE = 50


def page_of(
    rows: QuerySet[Row], number: int, views: Callable[[Sequence[Row]], list[View]], *, size: int = ROWS_A_PAGE
) -> "Page[View]":
    """
    Return one page of a list as plain values: two statements, however long the list.

    Args:
        rows: in their order.
        number: from 1; beyond the last is the last.
        views: turns the page's rows into what is shown.
        size: rows a page.
    """
    shown = Paginator(rows, size).get_page(number)
    paginator: Any = shown.paginator  # it counts rows; the page holds their views
    return Page(views(list(shown.object_list)), shown.number, paginator)

"""Files that go out by a page or an endpoint."""

from urllib.parse import quote

from django.http import HttpResponse

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file(data: bytes, filename: str, media: str) -> HttpResponse:
    """Return a file to be kept, under a name that may be Chinese."""
    response = HttpResponse(data, content_type=media)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
    return response


def workbook(data: bytes, filename: str) -> HttpResponse:
    """Return a workbook to be kept."""
    return file(data, filename, WORKBOOK)

"""Master data that comes in by a page: a file, checked or taken in; or a form, with what is wrong in it."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from channelkeeper.access import doors
from channelkeeper.core import sentences
from channelkeeper.sheets.masters import Outcome, Problem

LARGEST_BYTES = 10 * 1024 * 1024


class Upload(forms.Form):
    """One workbook; the button pressed says whether it is only to be checked."""

    file = forms.FileField(
        label=_("Excel or CSV file"),
        widget=forms.ClearableFileInput(attrs={"class": "form-control", "accept": ".xlsx,.csv"}),
    )

    def clean_file(self) -> "UploadedFile[Any]":
        """Refuse a file that is larger than the reader takes, before it is read into memory."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_BYTES:
            raise forms.ValidationError(_("The file has more than 10 MB. Take out pictures and unused sheets."))
        return file

    @property
    def sent(self) -> dict[str, Any]:
        """Return content, name and whether it is only to be checked, as sheets take them."""
        file = self.cleaned_data["file"]
        return {"data": file.read(), "filename": file.name or "", "dry_run": self.data.get("do") != "take"}


def import_page(
    request: doors.ActorRequest,
    take_in: Callable[..., Outcome],
    *,
    title: str,
    back: tuple[str, str],
    template_url: str,
) -> HttpResponse:
    """
    Return the page on which a file of master data is checked or taken in, with what came of it.

    Args:
        take_in: called with `data`, `filename`, `dry_run`, `by` and `at`.
        title: of the page.
        back: address and label of the list it belongs to.
        template_url: of an empty workbook with the right headings.
    """
    form = Upload(request.POST or None, request.FILES or None)
    outcome = take_in(**form.sent, by=request.actor, at=doors.at(request)) if form.is_valid() else None
    shown = {
        "title": title,
        "back": dict(zip(("url", "label"), back, strict=True)),
        "template_url": template_url,
        "form": form,
        "outcome": outcome,
    }
    refused = bool(form.errors) or (outcome is not None and outcome.status == "refused")
    return render(request, "web/import.html", shown, status=422 if refused else 200)


def say_beside(
    form: forms.Form, problems: Iterable[Problem], *, field: Callable[[str], str] = lambda column: column
) -> None:
    """
    Say what an action has against a form's row beside the fields meant; above all where there is no such field.

    Args:
        field: the name of a column's field, where it differs.
    """
    for problem in problems:
        words = sentences.render(problem.code, problem.figures, get_language() or "")
        name = field(problem.column)
        form.add_error(name if name in form.fields else None, words)

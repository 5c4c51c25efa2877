"""A file that comes in by a page: chosen, then checked or taken in."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

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

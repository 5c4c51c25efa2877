"""Every text of the pages can be read in both languages, and pages carry no inline code."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

from tests.architecture import tree
from tools import system_packages

LANGUAGE = "zh_Hans"  # the texts in the code are English
CATALOGUE = Path("locale", LANGUAGE, "LC_MESSAGES", "django.po")

TRANSLATED = re.compile(
    r"{%-?\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}"
    r"|{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}|{%.*?%}|{{.*?}}",
    re.DOTALL,
)
MARKUP = re.compile(r"<!--.*?-->|<!doctype[^>]*>|<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>|&\w+;", re.DOTALL | re.IGNORECASE)
SPOKEN_ATTRIBUTE = re.compile(r"\b(?:alt|title|placeholder|aria-label)=\"([^\"]*)\"")
CLASS = re.compile(r"\bck-[\w-]+")  # a block may fill a class attribute of its base
WORD = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]+")
INLINE = re.compile(r"<style\b|<script\b(?![^>]*\bsrc=)|\bstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
# Written the same in both languages.
SAME_IN_BOTH = {"CSV", "Channelkeeper", "English", "Excel", "JSON", "PDF", "xlsx", "csv", "中文", "渠道管家"}


def templates(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield the path and the text of every page and fragment below a folder."""
    for path in sorted(folder.rglob("templates/**/*.html")):
        yield path.relative_to(folder), path.read_text(encoding="utf-8")


def bare_words(folder: Path) -> list[str]:
    """Return the words that a reader would see in one language only, as "file: word"."""
    found = []
    for path, text in templates(folder):
        without_code = CLASS.sub(" ", TRANSLATED.sub(" ", text))
        spoken = [MARKUP.sub(" ", without_code), *SPOKEN_ATTRIBUTE.findall(without_code)]
        words = [word for part in spoken for word in WORD.findall(part) if word not in SAME_IN_BOTH]
        found += [f"{path}: {word}" for word in words]
    return found


def inline_code(folder: Path) -> list[str]:
    """Return inline scripts, styles and handlers, which the content security policy refuses."""
    return [f"{path}: {hit}" for path, text in templates(folder) for hit in INLINE.findall(text)]


def read(product: Path) -> polib.POFile:
    """Return a folder's catalogue."""
    return polib.pofile((product / CATALOGUE).read_text(encoding="utf-8"))


def collect(product: Path) -> polib.POFile:
    """Collect a folder's texts into its catalogue, as `make texts` does, and return it."""
    subprocess.run(
        [
            Path(sys.executable).with_name("django-admin"),
            "makemessages",
            f"--locale={LANGUAGE}",
            "--no-location",
            "--no-obsolete",
        ],
        cwd=product,
        env={key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"},
        check=True,
        capture_output=True,
    )
    return read(product)


def unfinished(catalogue: polib.POFile) -> list[str]:
    """Return the texts without a translation, or with one that is only a guess."""
    return [entry.msgid for entry in catalogue if not entry.translated() or entry.fuzzy]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the product's texts, to collect in."""
    if system_packages.gettext_programs() is None:
        pytest.skip("gettext is not installed: apt-get install gettext")
    return Path(
        shutil.copytree(
            tree.PRODUCT,
            tmp_path / "channelkeeper",
            ignore=shutil.ignore_patterns("__pycache__", "static", "tests", "*.mo"),
        )
    )


def test_every_text_is_translated(copy: Path) -> None:
    (copy / "locale").mkdir(exist_ok=True)
    assert unfinished(collect(copy)) == []


def test_a_text_without_translation_is_found(copy: Path) -> None:
    (copy / "locale").mkdir(exist_ok=True)
    (copy / "extra.py").write_text('from django.utils.translation import gettext\n\ngettext("Brand-new words")\n')
    assert "Brand-new words" in unfinished(collect(copy))


def test_the_compiled_translations_are_those_of_the_catalogue() -> None:
    catalogue = read(tree.PRODUCT)
    compiled = polib.mofile(str((tree.PRODUCT / CATALOGUE).with_suffix(".mo")))
    written = {(entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural for entry in catalogue}
    assert {(entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural for entry in compiled} == written


def test_no_page_speaks_one_language_only() -> None:
    assert bare_words(tree.PRODUCT) == []


def test_no_page_carries_inline_code() -> None:
    assert inline_code(tree.PRODUCT) == []


def test_bare_words_and_inline_code_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "web" / "templates" / "web"
    folder.mkdir(parents=True)
    (folder / "page.html").write_text(
        "<p class='plain' title=\"Bare\">Loose {{ name|default:'no one' }} &nbsp; {# a note #}"
        '{% translate "Bound" %}{% blocktranslate %}Also bound{% endblocktranslate %} 散 CSV</p>'
        "{% block body_class %}ck-has-bar{% endblock %}"
        '<p style="color: red" onclick="go()"></p><script src="a.js"></script><script>go()</script>'
    )
    assert bare_words(tmp_path) == [
        "web/templates/web/page.html: Loose",
        "web/templates/web/page.html: 散",
        "web/templates/web/page.html: go",
        "web/templates/web/page.html: Bare",
    ]
    assert inline_code(tmp_path) == [
        "web/templates/web/page.html: style=",
        "web/templates/web/page.html:  onclick=",
        "web/templates/web/page.html: <script",
    ]

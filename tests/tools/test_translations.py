"""The catalogue's tool says what lacks, guesses nothing into use, and drops what is gone."""

from pathlib import Path

import polib
import pytest

from tools import system_packages, translations


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """A product with two texts, of which one is translated."""
    if system_packages.gettext_programs() is None:
        pytest.skip("gettext is not installed: apt-get install gettext")
    say(tmp_path, "Order", "Days in stock")
    translations.collect(tmp_path)
    translate(tmp_path, "Order", "订货")
    return tmp_path


def say(product: Path, *texts: str) -> None:
    """Let the product's code say these texts and no others."""
    calls = "".join(f"gettext({text!r})\n" for text in texts)
    (product / "page.py").write_text(f"from django.utils.translation import gettext\n\n{calls}")


def translate(product: Path, text: str, chinese: str) -> None:
    catalogue = translations.read(product)
    entry = catalogue.find(text)
    assert entry is not None
    entry.msgstr = chinese
    catalogue.save(str(product / translations.CATALOGUE))


def test_a_text_without_translation_is_missing(product: Path) -> None:
    report = translations.collect(product)
    assert (report.total, report.missing, report.complete) == (2, ["Days in stock"], False)


def test_a_changed_text_is_a_guess_until_someone_confirms_it(product: Path) -> None:
    translate(product, "Days in stock", "库存天数")
    say(product, "Order", "Days in stocks")
    report = translations.collect(product)
    assert (report.missing, report.guessed, report.complete) == ([], ["Days in stocks"], False)


def test_a_text_that_is_gone_is_named_and_dropped(product: Path) -> None:
    say(product, "Order")
    report = translations.collect(product)
    assert (report.unused, report.complete) == (["Days in stock"], True)
    assert [entry.msgid for entry in translations.read(product)] == ["Order"]


def test_a_translation_survives_collecting_and_is_compiled(product: Path) -> None:
    translations.collect(product)
    translations.compile_catalogue(product)
    compiled = polib.mofile(str((product / translations.CATALOGUE).with_suffix(".mo")))
    assert {entry.msgid: entry.msgstr for entry in compiled} == {"Order": "订货"}


def test_collecting_twice_changes_nothing(product: Path) -> None:
    translations.collect(product)
    first = (product / translations.CATALOGUE).read_text()
    translations.collect(product)
    assert (product / translations.CATALOGUE).read_text() == first


def test_the_report_names_each_text(product: Path) -> None:
    assert translations.collect(product).lines() == ["missing: Days in stock", "2 texts, 1 missing, 0 guessed"]

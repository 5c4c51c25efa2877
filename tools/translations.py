"""
Collect the texts of the pages, say which lack a translation, and compile the catalogue.

    python -m tools.translations           collect, report, compile; exit 1 where one is missing
    python -m tools.translations --check   the same on a copy: nothing is written

The texts in the code are English; the catalogue is Chinese, `channelkeeper/locale/zh_Hans`.
Both the .po and the compiled .mo are kept in git, so that a checkout runs without gettext.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import polib

PRODUCT = Path(__file__).resolve().parents[1] / "channelkeeper"
LANGUAGE = "zh_Hans"
CATALOGUE = Path("locale", LANGUAGE, "LC_MESSAGES", "django.po")
# What the header says beside the texts: no dates, which would change with every run.
HEADER = {
    "Project-Id-Version": "channelkeeper",
    "Language": LANGUAGE,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}


@dataclass(frozen=True)
class Report:
    """What collecting found, by the texts in the code."""

    total: int
    missing: list[str]
    guessed: list[str]  # translations that only resemble: to be read and confirmed
    unused: list[str]  # no longer in the code, and now gone from the catalogue

    @property
    def complete(self) -> bool:
        """Return whether every text has a translation that someone wrote for it."""
        return not self.missing and not self.guessed

    def lines(self) -> list[str]:
        """Return the report for a reader."""
        kinds = {"missing": self.missing, "guessed": self.guessed, "unused, dropped": self.unused}
        said = [f"{kind}: {text}" for kind, texts in kinds.items() for text in texts]
        return [*said, f"{self.total} texts, {len(self.missing)} missing, {len(self.guessed)} guessed"]


def texts_of(catalogue: polib.POFile) -> set[tuple[str | None, str]]:
    """Return the catalogue's texts with their contexts."""
    return {(entry.msgctxt, entry.msgid) for entry in catalogue}


def read(product: Path) -> polib.POFile:
    """Return the catalogue; an empty one where there is none yet."""
    path = product / CATALOGUE
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def collect(product: Path) -> Report:
    """
    Bring the catalogue up to date with the texts in the code and report.

    Raises:
        subprocess.CalledProcessError: gettext's programs are missing or refuse a file.
    """
    before = texts_of(read(product))
    (product / "locale").mkdir(exist_ok=True)
    program = Path(sys.executable).with_name("django-admin")
    options = [f"--locale={LANGUAGE}", "--no-wrap", "--no-location", "--no-obsolete"]
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    subprocess.run([program, "makemessages", *options], cwd=product, env=environment, check=True, capture_output=True)
    catalogue = read(product)
    settle(catalogue)
    catalogue.save(str(product / CATALOGUE))
    return Report(
        total=len(catalogue),
        missing=[entry.msgid for entry in catalogue if not entry.translated() and not entry.fuzzy],
        guessed=[entry.msgid for entry in catalogue if entry.fuzzy],
        unused=sorted(text for _, text in before - texts_of(catalogue)),
    )


def settle(catalogue: polib.POFile) -> None:
    """Give the catalogue its header and an order that keeps changes apart."""
    catalogue.wrapwidth = 0
    catalogue.header = ""
    catalogue.metadata = HEADER
    catalogue.metadata_is_fuzzy = False
    catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))


def compile_catalogue(product: Path) -> None:
    """Write the .mo beside the .po."""
    read(product).save_as_mofile(str((product / CATALOGUE).with_suffix(".mo")))


def check() -> Report:
    """Collect on a copy of the product and report; nothing of the checkout changes."""
    with tempfile.TemporaryDirectory() as folder:
        ignored = shutil.ignore_patterns("__pycache__", "static", "tests", "*.mo")
        copy = shutil.copytree(PRODUCT, Path(folder) / PRODUCT.name, ignore=ignored)
        return collect(Path(copy))


def main() -> int:
    """Run as a command."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true", help="report only, write nothing")
    only_check = options.parse_args().check
    report = check() if only_check else collect(PRODUCT)
    if not only_check:
        compile_catalogue(PRODUCT)
    print("\n".join(report.lines()))
    return 0 if report.complete else 1


if __name__ == "__main__":
    sys.exit(main())

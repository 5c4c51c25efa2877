"""No file that git keeps says on which machine or from where it was made."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.architecture import tree

MACHINE_PATH = re.compile(rb"(?<![\w.:/-])/(?:work|root|home|tmp|opt|Users|mnt)/[\w.]")
REGISTRY = re.compile(
    rb"pypi[.]org|pythonhosted[.]org|npmjs[.]org|npmmirror[.]com|deb[.]debian[.]org|mirrors[.][a-z.]+[.]c(?:n|om)"
)


def addresses(root: Path, files: Iterable[Path]) -> list[str]:
    """Return each absolute path of a machine and each registry's host, as "file: what"."""
    found = []
    for path in files:
        content = (root / path).read_bytes()
        hits = [*MACHINE_PATH.findall(content), *REGISTRY.findall(content)]
        found += [f"{path}: {hit.decode()}" for hit in hits]
    return found


def test_no_file_names_a_machine_path_or_a_registry() -> None:
    assert addresses(tree.ROOT, [path for path in tree.tracked() if (tree.ROOT / path).is_file()]) == []


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("at /" + "home/someone/file", "/" + "home/s"),
        ('open("/' + 'tmp/x")', "/" + "tmp/x"),
        ("https://pypi." + "org/simple", "pypi." + "org"),
        ("https://mirrors." + "example.cn/simple", "mirrors." + "example.cn"),
    ],
)
def test_an_address_is_found(tmp_path: Path, text: str, hit: str) -> None:
    (tmp_path / "file").write_text(text)
    assert addresses(tmp_path, [Path("file")]) == [f"file: {hit}"]

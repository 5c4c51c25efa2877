"""
Fetch the browser libraries that the pages use, at pinned versions, into `web/static/vendor`.

Run `python tools/vendor_assets.py` after changing a version below. Packages come from npm by
name (`npm pack`), only the named files are kept, each package's licence beside them, and
MANIFEST.json lists every file with its SHA-256; a test holds files and manifest together.
"""

import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[1] / "channelkeeper" / "web" / "static" / "vendor"


@dataclass(frozen=True)
class Package:
    """One npm package: which of its files are served, and under which folder."""

    name: str
    version: str
    folder: str
    licence: str
    files: tuple[str, ...]


PACKAGES = (
    Package("@tabler/core", "1.6.1", "tabler", "MIT", ("dist/css/tabler.min.css",)),
    Package("htmx.org", "2.0.11", "htmx", "0BSD", ("dist/htmx.min.js",)),
    Package("echarts", "6.1.0", "echarts", "Apache-2.0", ("dist/echarts.common.min.js",)),
    Package(
        "tom-select",
        "2.6.2",
        "tom-select",
        "Apache-2.0",
        ("dist/js/tom-select.base.min.js", "dist/css/tom-select.bootstrap5.min.css"),
    ),
)

# The npm package of Tabler carries no licence file, only this name in its banner and package.json.
_MIT = """The MIT License (MIT)

Copyright (c) {holder}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in
all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
THE SOFTWARE.
"""
_WITHOUT_LICENCE_FILE = {"@tabler/core": _MIT.format(holder="2018-2026 The Tabler Authors")}


def unpack(package: Package, folder: Path) -> Path:
    """Fetch the package from npm into `folder` and return where its files lie."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    with tarfile.open(folder / packed.stdout.strip()) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def served(source: Path) -> bytes:
    """Return the file without its pointer to a source map, which is not served."""
    lines = source.read_bytes().split(b"\n")
    return b"\n".join(line for line in lines if b"# sourceMappingURL=" not in line)


def copy(package: Package, source: Path) -> list[Path]:
    """Copy the package's served files and its licence; return the copies."""
    target = VENDOR / package.folder
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    copies = []
    for name in package.files:
        copies.append(target / Path(name).name)
        copies[-1].write_bytes(served(source / name))
    for name in ("LICENSE", "NOTICE"):
        text = (source / name).read_text() if (source / name).exists() else None
        if name == "LICENSE" and text is None:
            text = _WITHOUT_LICENCE_FILE[package.name]
        if text is not None:
            copies.append(target / name)
            copies[-1].write_text(text)
    return copies


def manifest_lines(package: Package, copies: list[Path]) -> list[dict[str, str]]:
    """Return one manifest line per copied file."""
    return [
        {
            "name": package.name,
            "version": package.version,
            "licence": package.licence,
            "file": path.relative_to(VENDOR).as_posix(),
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in copies
    ]


def main() -> None:
    """Fetch all packages and write the manifest."""
    lines: list[dict[str, str]] = []
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as folder:
            lines += manifest_lines(package, copy(package, unpack(package, Path(folder))))
    (VENDOR / "MANIFEST.json").write_text(json.dumps(lines, indent=2) + "\n")
    print(f"{len(lines)} files of {len(PACKAGES)} packages in {VENDOR.name}/")


if __name__ == "__main__":
    main()

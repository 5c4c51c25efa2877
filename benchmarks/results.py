"""Figures as they are written down: least, median and most over runs, in Markdown tables."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

HEAD = """\
# Results

Written by `make bench`; [README.md](README.md) says what each figure means and how it is measured. Each part
states the machine and the day it was run on. Figures are `median (least–most)` over the runs.
"""


@dataclass
class Section:
    """One part's results: a title, what was run, paragraphs and tables in order."""

    title: str
    command: str
    blocks: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Add a paragraph."""
        self.blocks.append(text)

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Add a table; all columns but the first are figures and stand right."""
        marks = ["---", *("---:" for _ in header[1:])]
        self.blocks.append("\n".join("| " + " | ".join(cells) + " |" for cells in (header, marks, *rows)))

    def markdown(self, facts: str) -> str:
        """Return the section with the facts of the machine it was run on."""
        return "\n\n".join([f"## {self.title}", f"`{self.command}`; {facts}", *self.blocks])


def figure(value: float) -> str:
    """Return a figure with three digits that count: 12,300; 123; 12.3; 0.12."""
    if value >= 1000:
        digits = len(str(int(value))) - 3
        return f"{round(value, -digits):,.0f}"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(values: Sequence[float]) -> str:
    """Return `median (least–most)`; one run stands alone."""
    middle = figure(statistics.median(values))
    return middle if len(values) == 1 else f"{middle} ({figure(min(values))}–{figure(max(values))})"


def write(path: Path, section: Section, facts: str) -> None:
    """Put a section in place of that of the same title in a file, or behind the others, which stay."""
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    parts = {part.partition("\n")[0]: part.strip() for part in re.split(r"^## ", old, flags=re.MULTILINE)[1:]}
    parts[section.title] = section.markdown(facts).removeprefix("## ")
    path.write_text("\n\n".join([HEAD.strip(), *(f"## {part}" for part in parts.values())]) + "\n", encoding="utf-8")

"""What a unit word makes of a figure: cases or pieces, or a question."""

from __future__ import annotations

import re
from collections.abc import Mapping

from channelkeeper.sheets.text import clean, fold
from channelkeeper.stock.sheet import vocabulary
from channelkeeper.stock.sheet.records import Answers, Sender, Unit

_LONGEST = 20  # characters of a unit word that is remembered
_BRACKETS = re.compile(r"[(\[（【].*?[)\]）】]")


class Units:
    """The unit words of one sender: what it answered before, then what everybody means."""

    def __init__(self, sender: Sender, answers: Answers) -> None:
        told: Mapping[str, Unit] = {**sender.units, **answers.units}
        self._told: dict[str, Unit] = {fold(word): unit for word, unit in told.items()}
        self.words = frozenset(self._told)

    def meaning(self, word: str) -> Unit | None:
        """Return what a word means, None where it must be asked."""
        folded = fold(key(word))
        if folded in self._told:
            return self._told[folded]
        if folded in vocabulary.CASE_WORDS:
            return "case"
        return "piece" if folded in vocabulary.PIECE_WORDS else None

    def told(self, word: str) -> Unit | None:
        """Return what this sender has said of a word, None where it has not."""
        return self._told.get(fold(key(word)))


def key(word: str) -> str:
    """Return a unit word as it is asked about and remembered: 箱(24瓶) is 箱."""
    bare = _BRACKETS.sub("", clean(word)).strip()
    return (bare or clean(word))[:_LONGEST]

"""The process that reads files for others, limited in memory, time and reach."""

from __future__ import annotations

import resource
import signal
import sys

from channelkeeper.sheets import limits, reader, wire
from channelkeeper.sheets.faults import Refused
from channelkeeper.sheets.sentences import refusal


def main() -> None:
    """Answer frames from standard input until it closes."""
    _confine()
    while (request := wire.receive(sys.stdin.buffer)) is not None:
        # The parent watches the clock; this ends a child whose parent is gone.
        signal.alarm(limits.READER_SECONDS + 5)
        kind, answer = _answer(*request)
        wire.send(sys.stdout.buffer, kind, answer)
        signal.alarm(0)


def _confine() -> None:
    for limit, most in (
        (resource.RLIMIT_AS, limits.READER_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def _answer(filename: bytes, data: bytes) -> tuple[bytes, bytes]:
    try:
        book = reader.read(data, filename.decode(errors="replace"))
        return b"read", wire.packed(book)
    except Refused as refused:
        return b"refused", wire.packed((refused.code, refused.message_zh, refused.message_en))
    except MemoryError:
        heavy = refusal("too_heavy")
        return b"refused", wire.packed((heavy.code, heavy.message_zh, heavy.message_en))


if __name__ == "__main__":
    main()

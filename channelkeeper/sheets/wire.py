"""How parent and child speak: frames of bytes, and answers of a few known types."""

from __future__ import annotations

import io
import pickle
import struct
from typing import IO

from channelkeeper.sheets import limits, workbook

_HEADER = struct.Struct("!QQ")
_KNOWN = {("datetime", name) for name in ("date", "datetime", "time", "timedelta")} | {("decimal", "Decimal")}
_OWN = {"Area", "CellError", "Sheet", "Unstored", "Workbook"}


class Lost(Exception):
    """The other side ended in the middle of a frame."""


def send(stream: IO[bytes], name: bytes, body: bytes) -> None:
    """Write one frame."""
    stream.write(_HEADER.pack(len(name), len(body)))
    stream.write(name)
    stream.write(body)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[bytes, bytes] | None:
    """
    Read one frame, None where the other side has closed.

    Raises:
        Lost: it closed in the middle, or speaks nonsense.
    """
    header = stream.read(_HEADER.size)
    if not header:
        return None
    if len(header) < _HEADER.size:
        raise Lost
    name_length, body_length = _HEADER.unpack(header)
    if max(name_length, body_length) > limits.READER_BYTES:  # more than a child can hold: it lies
        raise Lost
    return _exactly(stream, name_length), _exactly(stream, body_length)


def _exactly(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise Lost
    return data


def packed(answer: object) -> bytes:
    """Return an answer as bytes."""
    return pickle.dumps(answer, protocol=5)


class _Known(pickle.Unpickler):
    """Loads the types of a workbook and nothing else, whatever the child sends."""

    def find_class(self, module: str, name: str) -> object:
        if (module, name) in _KNOWN:
            return super().find_class(module, name)
        if module == workbook.__name__ and name in _OWN:
            return getattr(workbook, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a workbook.")


def unpacked(data: bytes) -> object:
    """
    Return the answer that bytes hold.

    Raises:
        pickle.UnpicklingError: they hold something else than a workbook.
    """
    return _Known(io.BytesIO(data)).load()

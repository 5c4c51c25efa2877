"""
Reading files that strangers send, without risk to the process that asks.

A file is read by a child process with 1 GiB of memory and 60 seconds, kept warm for
the next one. A child that dies, hangs or answers nonsense is ended and replaced; its
file is refused. Threads may call at once; each server process keeps its own children.
"""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

from channelkeeper.sheets import limits, reader, sentences, wire
from channelkeeper.sheets.faults import Refused
from channelkeeper.sheets.workbook import Workbook

_CHILDREN = 2  # one per core of the smallest machine that this runs on
_READS_PER_CHILD = 200  # then a fresh one, so that memory in pieces does not add up
_ROOT = Path(__file__).resolve().parents[2]


def read_workbook(data: bytes, filename: str) -> Workbook:
    """
    Return what a file holds, read in a guarded child.

    Raises:
        Refused: the file is broken, hostile, too large, or of another kind.
    """
    reader.check_size(data)
    return _READERS.read(data, filename)


class _Lost(Exception):
    """A child ended or spoke nonsense before it had answered."""


class _Child:
    """One reading process and its two pipes."""

    def __init__(self) -> None:
        path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH", "")]))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "channelkeeper.sheets.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": path, "PATH": os.defpath, "LANG": "C.UTF-8"},
            start_new_session=True,  # Ctrl-C is for the server; a child ends with its pipe
        )
        self.reads = 0
        self._late = False

    def read(self, data: bytes, filename: str, seconds: float) -> Workbook:
        """Return the workbook; raises Refused, or _Lost where the child did not live."""
        self.reads += 1
        watch = threading.Timer(seconds, self._expire)
        watch.daemon = True
        watch.start()
        try:
            return self._ask(data, filename)
        except (OSError, wire.Lost) as error:
            if self._late:
                raise sentences.refusal("timeout") from error
            raise _Lost from error
        finally:
            watch.cancel()

    def _ask(self, data: bytes, filename: str) -> Workbook:
        stdin, stdout = self._pipes()
        wire.send(stdin, filename.encode(errors="replace"), data)
        answer = wire.receive(stdout)
        if answer is None:
            raise wire.Lost
        return _understood(*answer)

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process.stdin is None or self._process.stdout is None:
            raise wire.Lost
        return self._process.stdin, self._process.stdout

    def _expire(self) -> None:
        self._late = True
        self._process.kill()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None and not self._late

    def end(self) -> None:
        """Kill the process and take back what it held."""
        self._process.kill()
        self.forget()
        self._process.wait()

    def forget(self) -> None:
        """Close this side of the pipes; an idle child ends by itself."""
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:
                continue  # a half-written frame to a dead child


def _understood(kind: bytes, body: bytes) -> Workbook:
    try:
        answer = wire.unpacked(body)
    except (pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError) as error:
        raise wire.Lost from error
    if kind == b"read" and isinstance(answer, Workbook):
        return answer
    if kind == b"refused" and isinstance(answer, tuple) and len(answer) == 3:
        raise Refused(*(str(part) for part in answer))
    raise wire.Lost


class Readers:
    """A few children, lent to one thread at a time each."""

    def __init__(self, children: int = _CHILDREN, seconds: float = limits.READER_SECONDS) -> None:
        self._slots = threading.BoundedSemaphore(children)
        self._lock = threading.Lock()
        self._idle: list[_Child] = []
        self._seconds = seconds

    def read(self, data: bytes, filename: str) -> Workbook:
        """As `read_workbook`."""
        if not self._slots.acquire(timeout=self._seconds):
            raise sentences.refusal("busy")
        try:
            return self._read(data, filename)
        finally:
            self._slots.release()

    def _read(self, data: bytes, filename: str) -> Workbook:
        child = self._warm()
        if child is not None:
            # A warm child may have died while idle, or be short of memory by now.
            try:
                return self._lend(child, data, filename)
            except _Lost:
                child = None
        try:
            return self._lend(_Child(), data, filename)
        except _Lost as error:
            raise sentences.refusal("too_heavy") from error

    def _warm(self) -> _Child | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _lend(self, child: _Child, data: bytes, filename: str) -> Workbook:
        try:
            return child.read(data, filename, self._seconds)
        except _Lost:
            child.end()
            raise
        finally:
            self._take_back(child)

    def _take_back(self, child: _Child) -> None:
        if child.alive and child.reads < _READS_PER_CHILD:
            with self._lock:
                self._idle.append(child)
        else:
            child.end()

    def close(self) -> None:
        """End the idle children."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    def forget(self) -> None:
        """After a fork: leave the children to the process that started them."""
        for child in self._idle:
            child.forget()
        self.__init__()  # type: ignore[misc]  # fresh locks: another thread may have held them


_READERS = Readers()
os.register_at_fork(after_in_child=_READERS.forget)
atexit.register(_READERS.close)

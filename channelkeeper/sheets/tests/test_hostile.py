"""Hazards 9, 10: bombs and traps are refused by name, within seconds, and cost nobody else anything."""

import io
import os
import struct
import subprocess
import sys
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from channelkeeper.sheets import guard, limits, sentences, wire
from channelkeeper.sheets.faults import Refused
from channelkeeper.sheets.tests import making
from channelkeeper.sheets.tests.making import MAIN, parts, raw_workbook, sheet_xml, zipped
from channelkeeper.sheets.workbook import Workbook

GOOD = "品名,结存\n茶,1\n".encode()
ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'
CONTENT = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


def doctype(part: str, text: str = '<!DOCTYPE x [<!ENTITY a "b">]>') -> bytes:
    named = parts(ONE) | {
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"/>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"/>',
    }
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    named[part] = head + text + named[part].removeprefix(head)
    return zipped(named)


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return doctype("xl/sharedStrings.xml", f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]>')


def bomb(part: str) -> bytes:
    return zipped(parts(ONE) | {part: b"<x>" + b" " * (limits.UNPACKED_BYTES + 1024) + b"</x>"})


def lying_bomb() -> bytes:
    """A part that says it is small and is not."""
    data = bytearray(bomb("xl/styles.xml"))
    size = struct.pack("<I", limits.UNPACKED_BYTES + 1024 + 7)
    at = data.find(size)
    while at >= 0:
        data[at : at + 4] = struct.pack("<I", 100)
        at = data.find(size, at)
    return bytes(data)


def many_parts() -> bytes:
    return zipped([*parts(ONE).items(), *((f"xl/media/{n}", "") for n in range(3_000))])


def flagged_encrypted() -> bytes:
    data = bytearray(raw_workbook(ONE))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    return bytes(data)


def packed_in_an_unknown_way() -> bytes:
    data = bytearray(raw_workbook(ONE))
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset : at + offset + 2] = struct.pack("<H", 99)
            at = data.find(signature, at + 4)
    return bytes(data)


def before_the_file() -> bytes:
    """A directory that says the parts begin later than they do, so that the first begins below zero."""
    data = bytearray(raw_workbook(ONE))
    at = data.rfind(b"PK\x05\x06") + 16
    data[at : at + 4] = struct.pack("<I", struct.unpack("<I", data[at : at + 4])[0] + 600)
    return bytes(data)


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + stream.encode("utf-16-le") + b"\0" * 512


def sheets_named(names: tuple[str, ...], targets: tuple[str, ...], sheet: str) -> dict[str, str | bytes]:
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{making.RELATIONS}"><sheets>' + "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(names, 1)
    )
    relations = f'<Relationships xmlns="{making.PACKAGE}/relationships">' + "".join(
        f'<Relationship Id="r{n}" Type="{making.RELATIONS}/worksheet" Target="{target}"/>'
        for n, target in enumerate(targets, 1)
    )
    named: dict[str, str | bytes] = {}
    named |= parts(ONE, book=book + "</sheets></workbook>", relations=relations + "</Relationships>")
    return named | {f"xl/worksheets/sheet{n}.xml": sheet for n in range(1, len(names) + 1)}


def numbered(count: int) -> bytes:
    targets = tuple(f"worksheets/sheet{n}.xml" for n in range(1, count + 1))
    return zipped(sheets_named(tuple(f"s{n}" for n in range(count)), targets, sheet_xml(ONE)))


def two_sheets(names: tuple[str, str], targets: tuple[str, str]) -> bytes:
    return zipped(sheets_named(names, targets, sheet_xml(ONE)))


HOSTILE: dict[str, tuple[bytes, str]] = {
    "a cell at XFD1048576": (
        raw_workbook(ONE + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "too_many_columns",
    ),
    "a cell at A1048576": (raw_workbook(ONE + '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "too_many_rows"),
    "a formula at XFD1": (raw_workbook('<row r="1"><c r="XFD1"><f>1</f></c></row>'), "too_many_columns"),
    "a text at CW1": (
        raw_workbook('<row r="1"><c r="CW1" t="inlineStr"><is><t>x</t></is></c></row>'),
        "too_many_columns",
    ),
    "a cell in row 200,001": (raw_workbook('<row r="200001"><c r="A200001"><v>1</v></c></row>'), "too_many_rows"),
    "a row number beyond all": (
        raw_workbook('<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'),
        "too_many_rows",
    ),
    "a bomb in the styles": (bomb("xl/styles.xml"), "unpacked_too_large"),
    "a bomb in a part that is not read": (bomb("xl/media/image1.png"), "unpacked_too_large"),
    "a bomb that lies about its size": (lying_bomb(), "broken"),
    "3,000 parts": (many_parts(), "unpacked_too_large"),
    "149 sheets": (numbered(149), "too_many_sheets"),
    "a DOCTYPE in the sheet": (doctype("xl/worksheets/sheet1.xml"), "doctype"),
    "a DOCTYPE in the workbook": (doctype("xl/workbook.xml"), "doctype"),
    "a DOCTYPE in the styles": (doctype("xl/styles.xml"), "doctype"),
    "a DOCTYPE in the texts": (doctype("xl/sharedStrings.xml"), "doctype"),
    "a DOCTYPE in the relations": (doctype("xl/_rels/workbook.xml.rels"), "doctype"),
    "a DOCTYPE in the types": (doctype("[Content_Types].xml"), "doctype"),
    "an entity from a file": (
        doctype("xl/sharedStrings.xml", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
        "doctype",
    ),
    "an entity from the network": (
        doctype("xl/workbook.xml", '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'),
        "doctype",
    ),
    "a parameter entity": (
        doctype("xl/styles.xml", '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/">%a;]>'),
        "doctype",
    ),
    "a billion laughs": (laughs(), "doctype"),
    "a DOCTYPE in UTF-16": (
        zipped(parts(ONE) | {"xl/workbook.xml": "<!DOCTYPE x><workbook/>".encode("utf-16")}),
        "broken",
    ),
    "XML in another encoding": (raw_workbook("", sheet='<?xml version="1.0" encoding="utf-7"?><worksheet/>'), "broken"),
    "macros": (zipped(parts(ONE) | {"xl/vbaProject.bin": b"\0"}), "macros"),
    "macros under another name": (zipped(parts(ONE) | {"xl/My_vbaProject1.bin": b"\0"}), "macros"),
    "old macro sheets": (zipped(parts(ONE) | {"xl/macrosheets/sheet1.xml": "<x/>"}), "macros"),
    "a macro workbook's type": (
        zipped(parts(ONE, types=f'<Types><Override ContentType="{CONTENT}"/></Types>')),
        "macros",
    ),
    "a password": (ole("EncryptedPackage"), "password"),
    "an encrypted zip": (flagged_encrypted(), "password"),
    "parts packed in an unknown way": (packed_in_an_unknown_way(), "broken"),
    "an old workbook": (ole("Workbook"), "old_excel"),
    "a binary workbook": (zipped({"xl/workbook.bin": b"\0", "[Content_Types].xml": "<Types/>"}), "binary_excel"),
    "an OpenDocument sheet": (
        zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}),
        "open_document",
    ),
    "another zip": (zipped({"a.txt": "hello"}), "not_a_workbook"),
    "a doubled sheet": (zipped([*parts(ONE).items(), ("xl/worksheets/sheet1.xml", sheet_xml(""))]), "doubled_parts"),
    "a sheet doubled in capitals": (zipped(parts(ONE) | {"XL/Worksheets/Sheet1.XML": sheet_xml("")}), "doubled_parts"),
    "a sheet doubled by a backslash": (
        zipped(parts(ONE) | {"xl\\worksheets\\sheet1.xml": sheet_xml("")}),
        "doubled_parts",
    ),
    "two sheets of one name": (
        two_sheets(("a", "a"), ("worksheets/sheet1.xml", "worksheets/sheet2.xml")),
        "doubled_parts",
    ),
    "two sheets from one part": (
        two_sheets(("a", "b"), ("worksheets/sheet1.xml", "worksheets/sheet1.xml")),
        "doubled_parts",
    ),
    "half a zip": (raw_workbook(ONE)[:300], "broken"),
    "a zip of noise": (b"PK\x03\x04" + os.urandom(2_000), "broken"),
    "a flipped byte": (raw_workbook(ONE).replace(b"PK\x03\x04", b"PK\x03\x05", 1), "broken"),
    "half a sheet": (raw_workbook("", sheet=sheet_xml(ONE)[:-40]), "broken"),
    "no sheet at all": (raw_workbook("", book=f'<workbook xmlns="{MAIN}"/>'), "empty"),
    "a row named nonsense": (raw_workbook('<row r="x"><c r="A1"><v>1</v></c></row>'), "broken"),
    "a style named nonsense": (raw_workbook("<row r='1'><c r='A1' s='x'><v>1</v></c></row>"), "broken"),
    "a part that begins before the file": (before_the_file(), "broken"),
    "a cell named nonsense": (raw_workbook('<row r="1"><c r="!!"><v>1</v></c></row>'), "broken"),
    "11 MB": (b"a,b\n" * 3_000_000, "too_large"),
    "nothing": (b"", "empty"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_by_name(name: str) -> None:
    data, code = HOSTILE[name]
    with pytest.raises(Refused) as refused:
        guard.read_workbook(data, "周报.xlsx")
    assert refused.value.code == code
    assert refused.value.message_zh
    assert refused.value.message_en


def test_a_good_file_is_read_after_every_hostile_one() -> None:
    for data, _ in HOSTILE.values():
        with pytest.raises(Refused):
            guard.read_workbook(data, "x")
    assert guard.read_workbook(GOOD, "周报.csv").sheets[0].rows == [["品名", "结存"], ["茶", "1"]]


def test_deep_xml_ends_no_reader() -> None:
    deep = raw_workbook("<a>" * 200_000)
    with pytest.raises(Refused):
        guard.read_workbook(deep, "x.xlsx")
    assert guard.read_workbook(GOOD, "x.csv").kind == "csv"


def test_a_file_that_needs_more_memory_than_allowed_is_refused_and_the_next_one_read() -> None:
    """Two cells in the corners of what is read: 20 million places between them, on each of three sheets."""
    corner = sheet_xml(ONE + '<row r="200000"><c r="CV200000"><v>1</v></c></row>')
    data = zipped(sheets_named(("a", "b", "c"), tuple(f"worksheets/sheet{n}.xml" for n in (1, 2, 3)), corner))
    with pytest.raises(Refused) as refused:
        guard.read_workbook(data, "x.xlsx")
    assert refused.value.code == "too_heavy"
    assert guard.read_workbook(GOOD, "x.csv").kind == "csv"


# The children.


class Slow(guard._Child):
    """A child that sleeps, dies or lies instead of reading."""

    PROGRAM = "import time; time.sleep(60)"

    def __init__(self) -> None:
        super().__init__()
        self.end()
        self._process = subprocess.Popen(
            [sys.executable, "-c", self.PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._late = False


def test_a_child_that_hangs_is_ended_and_its_file_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_Child", Slow)
    readers = guard.Readers(children=1, seconds=0.3)
    with pytest.raises(Refused) as refused:
        readers.read(GOOD, "x.csv")
    assert refused.value.code == "timeout"
    monkeypatch.undo()
    readers._seconds = 60
    assert readers.read(GOOD, "x.csv").kind == "csv"
    readers.close()


LIARS = {
    "dies at once": "raise SystemExit",
    "answers nonsense": "import sys; sys.stdin.buffer.read(20); sys.stdout.buffer.write(b'x' * 99)",
    "answers with a call": (
        "import sys, os, pickle; from channelkeeper.sheets import wire\n"
        "class Trap:\n    def __reduce__(self): return (os.system, ('exit 3',))\n"
        "wire.receive(sys.stdin.buffer); wire.send(sys.stdout.buffer, b'read', pickle.dumps(Trap()))"
    ),
    "answers half": (
        "import sys; from channelkeeper.sheets import wire\n"
        "wire.receive(sys.stdin.buffer)\n"
        "sys.stdout.buffer.write(b'\\0' * 7 + b'\\4' + b'\\0' * 7 + b'\\x63' + b'read12')"
    ),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIARS)
def test_a_child_that_dies_or_lies_is_replaced_and_its_file_refused(lie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_Child", type("Liar", (Slow,), {"PROGRAM": LIARS[lie]}))
    readers = guard.Readers(children=1, seconds=20)
    with pytest.raises(Refused) as refused:
        readers.read(GOOD, "x.csv")
    assert refused.value.code == "too_heavy"
    monkeypatch.undo()
    assert readers.read(GOOD, "x.csv").kind == "csv"
    readers.close()


def test_a_warm_child_that_was_killed_while_idle_costs_no_reading() -> None:
    readers = guard.Readers(children=1)
    readers.read(GOOD, "x.csv")
    (idle,) = readers._idle
    idle._process.kill()
    idle._process.wait()
    assert readers.read(GOOD, "x.csv").kind == "csv"
    readers.close()


def test_a_child_is_kept_warm_and_replaced_after_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_READS_PER_CHILD", 3)
    readers = guard.Readers(children=1)
    ids = []
    for _ in range(4):
        readers.read(GOOD, "x.csv")
        ids.append(readers._idle[0]._process.pid if readers._idle else 0)
    assert ids[0] == ids[1] != 0
    assert ids[2] == 0
    assert ids[3] not in (0, ids[0])
    readers.close()


def test_threads_read_at_once_and_each_gets_its_own_file() -> None:
    def read(number: int) -> list[Any]:
        return guard.read_workbook(f"品名,结存\n茶,{number}\n".encode(), f"{number}.csv").sheets[0].rows[1]

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(read, range(200))) == [["茶", str(number)] for number in range(200)]


def test_more_readers_than_places_wait_and_are_told_when_it_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_Child", Slow)
    readers = guard.Readers(children=1, seconds=0.4)
    codes: list[str] = []

    def read() -> None:
        with pytest.raises(Refused) as refused:
            readers.read(GOOD, "x.csv")
        codes.append(refused.value.code)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(codes) <= {"timeout", "busy"}
    assert "timeout" in codes
    readers.close()


def test_a_forked_server_process_reads_by_children_of_its_own() -> None:
    guard.read_workbook(GOOD, "x.csv")
    program = (
        "import os, sys\n"
        "from channelkeeper.sheets import guard\n"
        "guard.read_workbook(b'a,b\\n1,2\\n', 'x.csv')\n"
        "first = guard._READERS._idle[0]._process.pid\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    guard.read_workbook(b'a,b\\n1,2\\n', 'x.csv')\n"
        "    os._exit(0 if guard._READERS._idle[0]._process.pid != first else 1)\n"
        "_, status = os.waitpid(child, 0)\n"
        "guard.read_workbook(b'a,b\\n1,2\\n', 'x.csv')\n"
        "sys.exit(os.waitstatus_to_exitcode(status) or guard._READERS._idle[0]._process.pid != first)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0


def test_the_child_starts_without_django() -> None:
    program = (
        "import channelkeeper.sheets.child, sys\n"
        "sys.exit(any(name.split('.')[0] in ('django', 'numpy', 'openpyxl') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0


def test_the_child_ends_when_its_parent_is_gone() -> None:
    child = guard._Child()
    child.forget()
    child._process.wait(timeout=10)
    assert child._process.returncode == 0


def test_the_child_is_confined() -> None:
    child = guard._Child()
    child.read(GOOD, "x.csv", 20)
    lines = Path(f"/proc/{child._process.pid}/limits").read_text(encoding="utf-8").splitlines()
    told = {line[:25].strip(): line[25:].split()[:2] for line in lines}
    assert told["Max address space"] == [str(limits.READER_BYTES)] * 2
    assert told["Max file size"] == ["0", "0"]
    assert told["Max core file size"] == ["0", "0"]
    child.end()


def test_only_the_types_of_a_workbook_are_unpacked() -> None:
    book = Workbook("x", "csv", ())
    assert wire.unpacked(wire.packed(book)) == book
    with pytest.raises(Exception, match="no part of a workbook"):
        wire.unpacked(wire.packed(io.StringIO))


def test_every_refusal_says_in_both_languages_what_to_do() -> None:
    figures = {
        "megabytes": "11.2",
        "part": "x",
        "count": 3,
        "sheet": "表",
        "cell": "A1",
        "row": 3,
        "first": "a",
        "second": "b",
    }
    for code in sentences.REFUSALS:
        refused = sentences.refusal(code, **figures)
        assert refused.message_zh.endswith("。")
        assert refused.message_en.endswith(".")
        assert "{" not in refused.message_zh + refused.message_en


def test_a_zip_is_laundered_to_the_parts_that_are_read() -> None:
    from channelkeeper.sheets import package

    stream = package.launder(zipped(parts(ONE) | {"xl/media/a.png": b"\x89", "docProps/app.xml": "<x/>"}))
    assert sorted(zipfile.ZipFile(stream).namelist()) == sorted(parts(ONE))

"""Hazard 13: GBK or UTF-8, decided by what the bytes can only be, or refused as two readings."""

import random

import pytest

from channelkeeper.sheets import delimited, reader
from channelkeeper.sheets.faults import Refused
from channelkeeper.sheets.workbook import Value

HEADS = ["货号", "品名", "单位", "上周结存", "本周进货", "本周销售", "本周结存"]
NAMES = [
    "冰红茶500ml",
    "水蜜桃汁450ml",
    "红烧牛肉面 桶",
    "八宝粥280g",
    "茉莉清茶1L",
    "橙汁·果粒",
    "路易波士茶",
    "脳黄金口服液",
]
ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"]


def rows_of(data: bytes) -> list[list[Value]]:
    return reader.read(data, "周报.csv").sheets[0].rows


def report(chance: random.Random) -> list[list[str]]:
    heads = chance.sample(HEADS, len(HEADS))
    rows = [[str(chance.randrange(1000)) for _ in heads] for _ in range(chance.randrange(1, 6))]
    for row in rows:
        row[heads.index("品名")] = chance.choice(NAMES)
    return [heads, *rows]


def test_a_thousand_files_in_five_encodings_and_three_separators_read_as_written() -> None:
    chance = random.Random(13)
    for index in range(1_000):
        separator = ",\t;"[index % 3]
        written = report(chance)
        text = chance.choice(["\n", "\r\n"]).join(separator.join(row) for row in written)
        encoding = ENCODINGS[index % len(ENCODINGS)]
        assert rows_of(text.encode(encoding)) == written, (index, encoding, separator)


def ambiguous() -> list[str]:
    """All characters of GB2312 whose two bytes are also one character of UTF-8."""
    found = []
    for lead in range(0xB0, 0xF8):
        for trail in range(0xA1, 0xFF):
            pair = bytes([lead, trail])
            try:
                pair.decode("utf-8")
                found.append(pair.decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found


def test_tiny_files_of_ambiguous_bytes_are_refused_and_never_misread() -> None:
    characters = ambiguous()
    assert len(characters) > 900
    for character in characters:
        for text in (f"a,b\n{character},1\n", f"{character}\n"):
            with pytest.raises(Refused) as refused:
                rows_of(text.encode("gb2312"))
            assert refused.value.code == "encoding_doubt"
            assert character in refused.value.message_zh


def test_a_known_head_settles_ambiguous_bytes() -> None:
    chance = random.Random(7)
    characters = ambiguous()
    for _ in range(200):
        name = "".join(chance.sample(characters, 2))
        for encoding in ("utf-8", "gb18030"):
            written = [["品名", "结存"], [name, "1"]]
            assert rows_of("\n".join(",".join(row) for row in written).encode(encoding)) == written


def test_latin_marks_beside_chinese_names_stay_what_they_are() -> None:
    written = [["品名", "销售", "结存"], ["Café·500ml×15", "1", "2"]]
    assert rows_of("\n".join(",".join(row) for row in written).encode()) == written


def test_bytes_of_no_encoding_name_their_row() -> None:
    with pytest.raises(Refused) as refused:
        rows_of(b"a,b\n1,2\n\xff\xff\x00"[:-1] + b"\n")
    assert refused.value.code == "encoding"
    assert "第3行" in refused.value.message_zh


def test_a_quote_that_does_not_close_is_refused_instead_of_swallowing_the_rest() -> None:
    with pytest.raises(Refused) as refused:
        rows_of('品名,结存\n"冰红茶,12\n八宝粥,5\n'.encode())
    assert refused.value.code == "broken_csv"


def test_quoted_separators_quotes_and_line_breaks_are_text() -> None:
    assert rows_of('品名,结存\n"冰红茶, ""大""\n瓶",12\n'.encode())[1] == ['冰红茶, "大"\n瓶', "12"]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ('="00123"', "00123"),
        ("'00123", "00123"),
        ("'=1+1", "=1+1"),
        ("'-5", "-5"),
        ("'@x", "@x"),
        ("'tis", "'tis"),
        ("=1+1", "=1+1"),
        (" 12 ", "12"),
    ],
)
def test_marks_that_keep_text_text_are_taken_off(cell: str, read: str) -> None:
    assert rows_of(f"品名,结存\n{cell},1\n".encode())[1][0] == read


def test_blank_lines_keep_the_numbers_of_rows() -> None:
    assert rows_of("标题\n\n品名,结存\n,\n茶,1\n".encode()) == [["标题"], [], ["品名", "结存"], [], ["茶", "1"]]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"a,b\n1,\x00\n", "not_a_workbook"),
        (b"%PDF-1.7 ...", "not_a_workbook"),
        (b"\x89PNG\r\n\x1a\n....", "not_a_workbook"),
        (b"\xff\xd8\xff\xe0....", "not_a_workbook"),
        (b"<html><table><tr><td>1", "web_page"),
        ("\ufeff<?xml version='1.0'?><Workbook/>".encode(), "web_page"),
        (b"\xff\xfea", "encoding"),
        ((",".join("x" * 101) + "\n").encode(), "too_many_columns"),
    ],
)
def test_what_is_no_delimited_text_is_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        rows_of(data)
    assert refused.value.code == code


def test_more_rows_than_are_read_are_refused_and_blank_ones_are_not() -> None:
    assert len(rows_of(b"a,b\n" + b"1,2\n" * 10 + b"\n" * 250_000)) == 11
    with pytest.raises(Refused) as refused:
        rows_of(b"a,b\n" + b"1,2\n" * 200_000)
    assert refused.value.code == "too_many_rows"


def test_a_comma_inside_numbers_does_not_choose_the_separator() -> None:
    assert rows_of("品名;结存\n茶;1,200\n粥;3,400\n".encode()) == [["品名", "结存"], ["茶", "1,200"], ["粥", "3,400"]]


def test_the_name_of_the_sheet_is_the_name_of_the_file() -> None:
    assert delimited.read(b"a,b\n", "C:\\x\\永盛 47周.csv").sheets[0].name == "永盛 47周"
    assert delimited.read(b"a,b\n", "").sheets[0].name == "CSV"

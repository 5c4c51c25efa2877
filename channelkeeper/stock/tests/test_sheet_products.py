"""A line's product is the one it names; what is merely like it is asked, another size is never near."""

from dataclasses import replace
from decimal import Decimal

import pytest

from channelkeeper.sheets.workbook import CellError, Value
from channelkeeper.stock.sheet import NO_PRODUCT, Answers, KnownProduct, Reading, Sender
from channelkeeper.stock.sheet.products import is_gtin, pack_of, sizes
from channelkeeper.stock.tests.sheet_making import PRODUCTS, SENDER, TEA, faults, figures, questions, rows

HEADS: list[Value] = ["货号", "条码", "品名", "规格", "销售", "期末"]


def line(
    code: Value = None, gtin: Value = None, name: Value = None, spec: Value = None, *, sender: Sender = SENDER,
    answers: Answers | None = None,
) -> Reading:  # fmt: skip
    return rows([code, gtin, name, spec, 1, 2], heads=HEADS, sender=sender, answers=answers)


FOUND: list[tuple[dict[str, Value], str]] = [
    ({"code": "YS1011"}, "YS1011"),
    ({"code": " ys1011 "}, "YS1011"),
    ({"code": "ＹＳ１０１１"}, "YS1011"),
    ({"code": "YS\u200b1011\u00a0"}, "YS1011"),
    ({"code": 302}, "00302"),
    ({"code": "00302"}, "00302"),
    ({"code": "6901234567892"}, "YS1011"),
    ({"code": 6901234567892}, "YS1011"),
    ({"gtin": "6901234567892"}, "YS1011"),
    ({"gtin": 6901234567892}, "YS1011"),
    ({"gtin": "06901234567892"}, "YS1011"),
    ({"gtin": "690-1234-567892"}, "YS1011"),
    ({"name": "冰红茶500ml"}, "YS1011"),
    ({"name": "冰红茶 500ML"}, "YS1011"),
    ({"name": "冰红茶（500ml）"}, "YS1011"),
    ({"name": "iced TEA 500 ml"}, "YS1011"),
    ({"name": "冰红茶", "spec": "500ml"}, "YS1011"),
    ({"name": "冰红茶", "spec": "500ml*15"}, "YS1011"),
    ({"name": "冰红茶500ml*15"}, "YS1011"),
    ({"name": "冰红茶500ml×15瓶/箱"}, "YS1011"),
    ({"name": "纯净水550ml*24"}, "00301"),
    ({"name": "纯净水550ml*12"}, "00302"),
    ({"name": "YS1011"}, "YS1011"),
    ({"name": "6901234567892"}, "YS1011"),
    ({"code": "自编9", "name": "冰红茶500ml"}, "YS1011"),
    ({"code": "YS1011", "name": "康师傅冰红茶"}, "YS1011"),
    ({"code": "YS1011", "gtin": "6901234567892", "name": "冰红茶500ml"}, "YS1011"),
    ({"code": "YS1011", "gtin": "6.90123E+12"}, "YS1011"),
    ({"code": "00302", "name": "纯净水550ml"}, "00302"),
    ({"code": "YS1140", "gtin": "6901234567915"}, "YS1140"),
]


@pytest.mark.parametrize(("named", "product"), FOUND)
def test_a_product_is_found_by_code_gtin_or_name(named: dict[str, Value], product: str) -> None:
    found = line(**named)  # type: ignore[arg-type]
    assert found.status == "accepted"
    assert list(figures(found)) == [product]


ASKED: list[tuple[dict[str, Value], str, str, set[str]]] = [
    # what the row says, the cell asked about, the value, products that must be offered
    ({"code": "YS0873", "name": "冰红茶(新)500*15"}, "A3", "YS0873", {"YS1011"}),
    ({"code": "YS0873"}, "A3", "YS0873", set()),
    ({"name": "冰红茶"}, "C3", "冰红茶", {"YS1011", "YS1012"}),
    ({"name": "冰红茶330ml"}, "C3", "冰红茶330ml", {"YS1011"}),
    ({"name": "冰红茶500ml*12"}, "C3", "冰红茶500ml*12", {"YS1011"}),
    ({"name": "纯净水550ml"}, "C3", "纯净水550ml", {"00301", "00302"}),
    ({"code": "YS1011", "name": "水蜜桃汁450ml"}, "A3", "YS1011 水蜜桃汁450ml", {"YS1011", "YS1046"}),
    ({"code": "YS1011", "name": "冰红茶1L装"}, "A3", "YS1011 冰红茶1L装", {"YS1011", "YS1012"}),
    ({"code": "YS1011", "name": "方便面"}, "A3", "YS1011 方便面", {"YS1011"}),
    ({"code": "YS1011", "gtin": "6920202888883"}, "A3", "YS1011", {"YS1011", "YS1046"}),
    ({"code": "YS1011", "gtin": "6901234567915"}, "B3", "6901234567915", {"YS1011"}),
    ({"code": "YS1011", "gtin": "6901234567893"}, "B3", "6901234567893", {"YS1011"}),
    ({"gtin": "6901234567893"}, "B3", "6901234567893", set()),
    ({"gtin": "6901234567915"}, "B3", "6901234567915", set()),
    ({"code": "6901234567893"}, "A3", "6901234567893", set()),
    ({"code": "YS1011", "gtin": "6.93E+12"}, "A3", "YS1011", {"YS1011"}),
    ({"code": "A-11-1", "name": "别的"}, "A3", "A-11-1", set()),
]


@pytest.mark.parametrize(("named", "cell", "value", "offered"), ASKED)
def test_a_doubt_is_a_question_with_the_likely_products(
    named: dict[str, Value], cell: str, value: str, offered: set[str]
) -> None:
    found = line(**named)  # type: ignore[arg-type]
    assert found.status == "questions"
    assert questions(found) == [("unknown_product", cell, value)]
    assert found.lines == ()
    candidates = found.questions[0].candidates
    assert offered <= {candidate.code for candidate in candidates}
    assert [candidate.likeness for candidate in candidates] == sorted(
        (candidate.likeness for candidate in candidates), reverse=True
    )


@pytest.mark.parametrize(("named", "cell", "value", "offered"), ASKED)
def test_an_answer_is_remembered_and_asked_no_more(
    named: dict[str, Value], cell: str, value: str, offered: set[str]
) -> None:
    answered = line(answers=Answers(products={value: "YS1203"}), **named)  # type: ignore[arg-type]
    learned = line(sender=replace(SENDER, own_codes={value: "YS1203"}), **named)  # type: ignore[arg-type]
    placed = line(answers=Answers(products={f"库存周报!{cell}": "YS1203"}), **named)  # type: ignore[arg-type]
    for found in (answered, learned, placed):
        assert found.status == "accepted"
        assert list(figures(found)) == ["YS1203"]


def test_another_size_is_never_near() -> None:
    (question,) = line(name="冰红茶330ml").questions
    assert all(candidate.likeness <= 20 for candidate in question.candidates if "冰红茶" in candidate.name_zh)
    assert "规格500ml，不像" in question.candidates[0].why_zh + question.candidates[1].why_zh


def test_the_reasons_of_a_candidate_say_what_fits() -> None:
    (question,) = line("YS0873", None, "冰红茶(新)500*15").questions
    first = question.candidates[0]
    assert (first.code, first.name_zh, first.why_zh) == ("YS1011", "冰红茶500ml", "品名像，规格对得上，箱规15对得上")
    assert first.why_en == "the name is like it, the size fits, 15 per case fits"
    assert question.message_zh == "没见过货号YS0873。它是哪个品种？只问这一次，以后自动对上。"


def test_a_value_is_asked_once_and_all_its_places_are_told() -> None:
    found = rows(*(["YS0873", None, None, None, number, 2] for number in range(3)), heads=HEADS)
    (question,) = found.questions
    assert question.cells == ("库存周报!A3", "库存周报!A4", "库存周报!A5")


def test_a_row_may_be_no_product_at_all() -> None:
    found = rows([None, None, "茶饮料", None, 1, 2], ["YS1011", None, None, None, 1, 2], heads=HEADS,
                 answers=Answers(products={"茶饮料": NO_PRODUCT}))  # fmt: skip
    assert list(figures(found)) == ["YS1011"]
    assert found.rows[0].kinds[2] == "category"


def test_an_answer_that_names_no_known_product_is_no_answer() -> None:
    assert line("YS0873", answers=Answers(products={"YS0873": "GONE"})).status == "questions"


def test_a_learned_code_beside_the_name_of_another_product_is_asked() -> None:
    sender = replace(SENDER, own_codes={"X1": "YS1011"})
    assert line("X1", None, "冰红茶自家叫法", sender=sender).status == "accepted"
    assert questions(line("X1", None, "八宝粥280g", sender=sender)) == [("unknown_product", "A3", "X1 八宝粥280g")]


@pytest.mark.parametrize(
    ("named", "fault"),
    [
        ({"gtin": "6.90123E+12"}, ("B3", "gtin_lost_digits")),
        ({"code": "6.90123E+12"}, ("A3", "gtin_lost_digits")),
        ({"code": CellError("#N/A"), "name": "冰红茶500ml"}, ("A3", "identity_error")),
        ({"name": CellError("#REF!")}, ("C3", "identity_error")),
    ],
)
def test_what_cannot_name_a_product_is_a_fault(named: dict[str, Value], fault: tuple[str, str]) -> None:
    assert faults(line(**named)) == [fault]  # type: ignore[arg-type]


def test_two_products_of_one_code_apart_from_case_are_not_confused() -> None:
    twins = (KnownProduct("a1", "", "甲", "", 1), KnownProduct("A1", "", "乙", "", 1))
    assert line("a1", sender=Sender(twins)).status == "questions"


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("6901234567892", True),
        ("06901234567892", True),
        ("96385074", True),
        ("036000291452", True),
        ("6901234567893", False),
        ("690123456789", False),
        ("69012345678920", False),
        ("", False),
        ("6901234567892 ", False),
        ("６９０１２３４５６７８９２", False),
    ],
)
def test_a_gtin_has_its_check_digit(text: str, right: bool) -> None:
    assert is_gtin(text) is right


@pytest.mark.parametrize(
    ("name", "size", "pack"),
    [
        ("冰红茶500ml*15", {("ml", 500)}, 15),
        ("冰红茶 1.5L×12瓶", {("ml", 1500)}, 12),
        ("八宝粥280克x24", {("g", 280)}, 24),
        ("大米5kg", {("g", 5000)}, None),
        ("可乐330毫升(1*24)", {("ml", 330)}, 24),
        ("无规格", set(), None),
        ("Max5", set(), None),
        ("果汁1.5L 1x12", {("ml", 1500)}, 12),
    ],
)
def test_size_and_pack_are_read_from_a_name(name: str, size: set[tuple[str, int]], pack: int | None) -> None:
    assert sizes(name) == {(unit, Decimal(amount)) for unit, amount in size}
    assert pack_of(name) == pack


def test_one_and_a_half_litres_are_not_fifteen() -> None:
    big = KnownProduct("B", "", "果汁15L", "", 1)
    assert line(name="果汁1.5L", sender=Sender((big,))).status == "questions"


def test_a_sender_without_products_is_asked_without_an_offer() -> None:
    (question,) = line("X", sender=Sender(())).questions
    assert question.candidates == ()
    assert TEA in PRODUCTS

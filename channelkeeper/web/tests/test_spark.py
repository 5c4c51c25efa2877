"""Weeks of sell-out as bars."""

from channelkeeper.web import spark
from channelkeeper.web.spark import Bar


def test_bars_share_one_scale_with_the_expected_week() -> None:
    found = spark.layout([10, 20], [False, False], expected=40)
    assert found.bars == [Bar(0, 5.5, False), Bar(5, 11, False)]
    assert (found.expected, found.width) == (22, 21)


def test_a_week_without_a_report_has_no_bar_but_keeps_its_place() -> None:
    found = spark.layout([10, None, 10], [False, False, False], expected=None)
    assert [bar.x for bar in found.bars] == [0, 10]


def test_a_stock_out_without_a_report_is_still_hatched() -> None:
    assert spark.layout([None], [True], expected=None).bars == [Bar(0, 0, True)]


def test_nothing_sold_is_a_bare_line() -> None:
    assert "nan" not in spark.svg(spark.layout([0, 0], [False, False], None), "")


def test_hatching_stands_above_the_bar() -> None:
    written = spark.svg(spark.layout([10, 20], [True, False], None), "")
    hatch = written.split('class="ck-s-hatch" d="')[1].split('"')[0]
    assert hatch.startswith("M0 11l4 -4")


def test_the_base_line_ends_before_the_tick() -> None:
    written = spark.svg(spark.layout([1] * 26, [False] * 26, 1), "")
    assert 'class="ck-s-base" d="M0 23.5H130"' in written
    assert 'width="141"' in written


def test_the_label_is_escaped() -> None:
    assert "<b>" not in spark.svg(spark.layout([1], [False], None), "<b>")

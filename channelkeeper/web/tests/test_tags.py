"""Tags and filters speak the reader's language."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation

from channelkeeper.web.templatetags import channelkeeper as tags


def written(source: str, language: str = "zh-hans", **figures: Any) -> str:
    """Return what a template writes for a reader."""
    with translation.override(language):
        return Template("{% load channelkeeper %}" + source).render(Context(figures))


@pytest.mark.parametrize(
    ("source", "value", "chinese", "english"),
    [
        ("{{ x|days }}", Decimal("28.94"), "29", "29"),
        ("{{ x|days1 }}", Decimal("28.94"), "28.9", "28.9"),
        ("{{ x|yuan }}", Decimal("82828.4"), "82,828", "82,828"),
        ("{{ x|money }}", 82828, "82,828元", "¥82,828"),
        ("{{ x|money_short }}", Decimal("82828"), "8.3万元", "¥82,828"),
        ("{{ x|price }}", Decimal("36"), "36.00", "36.00"),
        ("{{ x|cases:24 }}", 6912, "288", "288"),
        ("{{ x|whole }}", 1506, "1,506", "1,506"),
        ("{{ x|decimal1 }}", 10.8, "10.8", "10.8"),
        ("{{ x|percent }}", Decimal("0.74"), "74%", "74%"),
        ("{{ x|signed:1 }}", Decimal("-1.3"), "−1.3", "−1.3"),
        ("{{ x|signed_percent }}", 0.4, "+40%", "+40%"),
        ("{{ x|quantity }}", Decimal("1200.0"), "1200", "1200"),
        ("{{ x|day }}", date(2026, 12, 3), "12月3日", "3 Dec"),
        ("{{ x|full_day }}", date(2026, 12, 3), "2026年12月3日", "3 Dec 2026"),
        ("{{ x|weekday }}", date(2026, 12, 3), "周四", "Thu"),
        ("{{ x|week }}", date(2026, 11, 16), "第47周", "week 47"),
        ("{{ x|week_short }}", date(2026, 11, 16), "47周", "W47"),
        ("{{ x|moment }}", datetime(2026, 11, 22, 13, 40, tzinfo=UTC), "11月22日21:40", "22 Nov 21:40"),
    ],
)
def test_a_figure_in_both_languages(source: str, value: Any, chinese: str, english: str) -> None:
    assert [written(source, language, x=value) for language in ("zh-hans", "en")] == [chinese, english]


FILTERS = [
    *("days", "days1", "yuan", "money", "money_short", "price", "cases:24", "whole", "decimal1", "percent", "signed"),
    *("signed_percent", "day", "full_day", "weekday", "week", "week_short", "moment"),
]


@pytest.mark.parametrize("name", FILTERS)
def test_nothing_is_an_en_dash(name: str) -> None:
    assert written(f"{{{{ x|{name} }}}}", x=None) == "–"


@pytest.mark.parametrize("value", ["", "twelve", "NaN", float("inf")])
def test_what_is_no_number_is_an_en_dash_too(value: Any) -> None:
    assert written("{{ x|days }}", x=value) == "–"


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "–"), (None, "–"), (Decimal(0), "–"), (Decimal("0.00"), "–"), (3, "3"), ("0", "–")]
)
def test_a_table_dashes_what_is_not_there(value: Any, shown: str) -> None:
    assert written("{{ x|dash }}", x=value) == shown


@pytest.mark.parametrize(
    ("days", "shown"), [("19.9", "ck-below"), ("20", ""), ("25", ""), ("25.04", "ck-above"), (None, "")]
)
def test_only_days_outside_the_band_take_colour(days: str | None, shown: str) -> None:
    assert written("{{ x|state_class }}", x=days) == shown


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-hans", "6天，订货后23天；带20至25天：会断货"),
        ("en", "6 days, 23 after the order; band 20 to 25: will run out"),
    ],
)
def test_the_gauge_says_what_it_shows(language: str, said: str) -> None:
    found = written("{% gauge now=5.8 after=22.5 %}", language)
    assert f'role="img" aria-label="{said}"><title>{said}</title>' in found


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{% gauge now=None %}", "没有销量，算不出天数"),
        ("{% gauge now=14 estimated_low=9 estimated_high=19 %}", "约14天，没有周报，按推算；带20至25天：会断货"),
        ("{% gauge now=1 %}", "1天；带20至25天：会断货"),
        ("{% gauge now=1 label='自己的话' %}", "自己的话"),
    ],
)
def test_the_gauge_in_other_cases(source: str, said: str) -> None:
    assert f"<title>{said}</title>" in written(source)


def test_one_day_is_singular_in_english() -> None:
    assert "1 day;" in written("{% gauge now=1 %}", "en")


def test_a_label_cannot_leave_its_place() -> None:
    assert "<script>" not in written("{% gauge now=6 label=x name=x %}", x='"><script>alert(1)</script>')


def test_three_cells_hold_number_gauge_and_number() -> None:
    found = written("{% gauge_cells now=5.8 after=22.5 %}")
    assert found.startswith('<td class="now ck-below">6</td><td class="gauge"><svg')
    assert found.strip().endswith('<td class="after">23</td>')


def test_days_inside_the_band_are_ink() -> None:
    assert '<td class="now">22</td>' in written("{% gauge_cells now=22 %}")


def test_an_estimate_says_so_before_the_number() -> None:
    source = "{% gauge_cells now=14 estimated_low=9 estimated_high=19 %}"
    assert [">约14<" in written(source), ">about 14<" in written(source, "en")] == [True, True]


def test_cells_take_nothing_from_the_page_around_them() -> None:
    assert written("{% gauge_cells now=22 %}", low=9, after=3, state="below") == written("{% gauge_cells now=22 %}")


@pytest.mark.parametrize(
    ("source", "chinese", "english"),
    [
        ("{% days_to now=6 after=23 %}", "6天 → 23天", "6 days → 23 days"),
        ("{% days_to now=1 after=23 name='a' %}", "1天 → 23天", "1 day → 23 days"),
        ("{% days_to now=14 estimated=True %}", "约14天", "about 14 days"),
        ("{% days_to now=None %}", "–", "–"),
    ],
)
def test_days_to_days(source: str, chinese: str, english: str) -> None:
    plain = "{% filter striptags %}" + source + "{% endfilter %}"
    assert [written(plain, language).strip() for language in ("zh-hans", "en")] == [chinese, english]


def test_a_state_has_sign_and_word() -> None:
    plain = "{% filter striptags %}{% state 'above' %}{% endfilter %}"
    assert [written(plain), written(plain, "en")] == ["压货", "lies still"]


@pytest.mark.parametrize(
    ("share", "step"), [("0.399", 1), ("0.4", 2), ("0.55", 3), ("0.65", 4), ("0.749", 4), ("0.75", 5), (None, 1)]
)
def test_heat_has_five_steps(share: str | None, step: int) -> None:
    assert written("{% heat_step x %}", x=share) == f"ck-heat-{step}"


@pytest.mark.parametrize(
    ("share", "kind", "place"),
    [(79, "ck-d-hollow", "30.8%"), (90, "ck-d-dot", "66.0%"), (100, "ck-d-dot", "98.0%"), (12, "ck-d-hollow", "2.0%")],
)
def test_on_time_below_ninety_is_hollow(share: int, kind: str, place: str) -> None:
    assert f'class="{kind}" cx="{place}"' in written("{% dot_line x %}", x=share)


def test_an_office_without_reports_has_no_dot() -> None:
    assert "<circle" not in written("{% dot_line None %}")


def test_a_row_is_written_in_the_readers_language_and_kept_as_it_was_written() -> None:
    source = '{% row "web/_days_to.html" now="6天" after_said="23" after=23 state="below" outside=True %}'
    first = written(source)
    assert "6天" in first
    assert written(source) == first
    assert tags._row.cache_info().hits > 0


def test_a_row_knows_nothing_but_its_figures() -> None:
    assert "other" not in written('{% row "web/_days_to.html" now="6" %}', after_said="other", after=5)


def test_a_distributor_is_led_to_where_it_is_shown(settings: Any) -> None:
    settings.CHANNELKEEPER_DISTRIBUTOR = ""
    assert written('{% distributor_url "D001" %}') == ""
    settings.CHANNELKEEPER_DISTRIBUTOR = "desk:distributor"
    assert written('{% distributor_url "" %}') == ""

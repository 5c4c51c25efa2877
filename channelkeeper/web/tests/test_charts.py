"""Charts take only series that fit each other."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from channelkeeper.web import charts

WEEKS = [date(2026, 11, 9) + timedelta(days=7 * index) for index in range(4)]


def product(**changes: Any) -> dict[str, Any]:
    """Return a chart of two past and two coming weeks."""
    given: dict[str, Any] = {
        "weeks": WEEKS, "stock": [Decimal("63"), None], "sold": [10, 12], "received": {1, 0}, "out": [0],
        "band_low": [200] * 4, "band_high": [250] * 4, "median": [11, 12], "half": [(10, 12), (10, 13)],
        "most": [(8, 14), (8, 15)], "with_order": [70, 60], "without_order": [50, 40], "flags": {3: "元旦", 2: "特价"},
        "order_label": "订288箱", "unit": "箱",
    }  # fmt: skip
    return charts.product(**{**given, **changes})


def test_a_product_s_chart_is_plain_data_in_the_reader_s_language() -> None:
    with translation.override("zh-hans"):
        chart = product()
    assert chart["axis"] == ["46周", "47周", "48周", "49周"]
    assert (chart["past"], chart["stock"], chart["received"]) == (2, [63.0, None], [0, 1])
    assert chart["flags"] == [[2, "特价"], [3, "元旦"]]
    assert (chart["words"]["today"], chart["words"]["stockAxis"]) == ("今天", "库存 箱")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"stock": [1]}, "stock has 1 weeks, 2 are needed."),
        ({"band_low": [1]}, "band_low has 1 weeks, 4 are needed."),
        ({"median": [1]}, "median has 1 weeks, 2 are needed."),
        ({"most": []}, "most has 0 weeks, 2 are needed."),
        ({"with_order": [1, 2, 3]}, "A projection is longer than the 2 coming weeks."),
    ],
)
def test_series_that_do_not_fit_are_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(charts.Misshapen) as refused:
        product(**changes)
    assert str(refused.value) == said


def test_shares_are_checked_too() -> None:
    with pytest.raises(charts.Misshapen, match="last_year has 1 weeks, 4 are needed"):
        charts.shares(weeks=WEEKS, inside=[50] * 4, above=[30] * 4, last_year=[40])


def test_shares_without_last_year_or_best() -> None:
    chart = charts.shares(weeks=WEEKS, inside=[50] * 4, above=[30] * 4)
    assert (chart["lastYear"], chart["best"]) == ([], None)

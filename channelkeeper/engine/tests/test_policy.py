"""The policy file: what is followed, and what is refused with entry and value."""

from typing import Any

import pytest

from channelkeeper.engine.policy import Policy, WrongPolicy, read

BAND: dict[str, Any] = {"kind": "band", "low_days": 20, "high_days": 25, "lead_time_weeks": 1}


@pytest.mark.parametrize(
    ("entries", "wanted"),
    [
        ({}, Policy(20.0, 25.0, 1, 1, "CN")),
        ({"review_weeks": 2, "holidays": "CN"}, Policy(20.0, 25.0, 2, 1, "CN")),
        ({"low_days": 7.5, "holidays": "none"}, Policy(7.5, 25.0, 1, 1, None)),
    ],
)
def test_a_band_is_followed(entries: dict[str, Any], wanted: Policy) -> None:
    assert read(BAND | entries) == wanted


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"kind": "cost"}, 'policy, kind: "cost" is not "band"'),
        ({"kind": None}, 'policy, kind: "None" is not "band"'),
        ({"low_days": 25}, "policy, high_days: 25 is not above low_days, 25."),
        ({"low_days": "20"}, 'policy, low_days: "20" is not a number >= 0.'),
        ({"low_days": True}, 'policy, low_days: "True" is not a number'),
        ({"lead_time_weeks": 0.5}, 'policy, lead_time_weeks: "0.5" is not a whole number >= 0.'),
        ({"lead_time_weeks": -1}, 'policy, lead_time_weeks: "-1" is not a whole number >= 0.'),
        ({"review_weeks": 0}, 'policy, review_weeks: "0" is not a whole number >= 1.'),
        ({"holidays": "US"}, 'policy, holidays: "US" is neither "CN" nor "none".'),
        ({"lead_weeks": 1}, "policy: there is no entry lead_weeks; known are high_days"),
    ],
)
def test_an_impossible_policy_is_refused(entries: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongPolicy) as wrong:
        read(BAND | entries)
    assert said in str(wrong.value)


def test_a_lead_time_must_be_told() -> None:
    with pytest.raises(WrongPolicy, match="lead_time_weeks"):
        read({name: value for name, value in BAND.items() if name != "lead_time_weeks"})

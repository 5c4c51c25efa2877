"""What the list of whom to count finds, on fifty networks drawn anew with reports made up in them (STK-4)."""

import pytest

from benchmarks import credibility


@pytest.fixture(scope="module")
def found() -> credibility.Outcome:
    return credibility.measure(credibility.QUICK_NETWORKS)


def test_most_of_what_is_made_up_is_listed_and_most_of_what_is_listed_is_made_up(found: credibility.Outcome) -> None:
    assert found.recall(credibility.SEEN) >= 0.9
    assert found.precision >= 0.85
    assert found.honest_listed <= 0.05 * found.honest


@pytest.mark.parametrize("kind", ["copied", "hidden goods", "sold beyond stock", "round figures", "receipts left out"])
def test_what_a_report_shows_by_itself_is_always_signed(found: credibility.Outcome, kind: str) -> None:
    assert found.planted[kind] >= 20
    assert found.signed[kind] == found.planted[kind]


@pytest.mark.parametrize("kind", ["small jump", "consistent lie"])
def test_the_rules_are_blind_where_they_say_they_are(found: credibility.Outcome, kind: str) -> None:
    assert found.recall((kind,)) <= 0.2


def test_networks_are_drawn_anew_and_again_the_same() -> None:
    assert credibility.measure(2) == credibility.measure(2)

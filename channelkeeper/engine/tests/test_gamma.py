"""Gamma quantiles, against published tables of the chi-square distribution: a gamma of shape ν/2 and scale 2."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from channelkeeper.engine import gamma


@pytest.mark.parametrize(
    ("freedom", "probability", "quantile"),
    [  # NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4
        (1, 0.95, 3.841),
        (1, 0.10, 0.016),
        (2, 0.90, 4.605),
        (5, 0.99, 15.086),
        (5, 0.01, 0.554),
        (10, 0.95, 18.307),
        (20, 0.05, 10.851),
        (100, 0.975, 129.561),
        (100, 0.01, 70.065),
    ],
)
def test_quantiles_agree_with_the_chi_square_table(freedom: int, probability: float, quantile: float) -> None:
    mean, spread = float(freedom), math.sqrt(2 / freedom)
    found = gamma.quantiles(np.array([[mean]]), np.array([spread]), probability)[0, 0]
    assert found == pytest.approx(quantile, abs=6e-4)


def below(value: float, mean: float, spread: float) -> float:
    """Return the chance of less than `value` by adding up the density in small steps of log x: a slow twin."""
    shape, scale = 1 / spread**2, mean * spread**2
    logs = np.linspace(math.log(value / scale) - 60 / shape - 10, math.log(value / scale), 200_001)
    density = np.exp(shape * logs - np.exp(logs) - math.lgamma(shape))
    return float(np.trapezoid(density, logs))


@settings(deadline=None, max_examples=60)
@given(some.floats(0.1, 1e5), some.floats(0.03, 2.5), some.floats(0.02, 0.98))
def test_as_much_lies_below_a_quantile_as_it_says(mean: float, spread: float, probability: float) -> None:
    found = gamma.quantiles(np.array([[mean]]), np.array([spread]), probability)[0, 0]
    assert below(found, mean, spread) == pytest.approx(probability, abs=1e-5)


@settings(deadline=None)
@given(some.floats(0.02, 5.0))
def test_quantiles_rise_with_the_probability(spread: float) -> None:
    found = [gamma.quantiles(np.array([[10.0]]), np.array([spread]), p)[0, 0] for p in (0.05, 0.1, 0.5, 0.9, 0.99)]
    assert found == sorted(found)


def test_nothing_expected_has_quantiles_of_zero() -> None:
    assert gamma.quantiles(np.zeros((1, 2)), np.array([0.5]), 0.9).tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize("probability", [0.0, 1.0, -0.1, math.nan])
def test_a_probability_outside_0_and_1_is_refused(probability: float) -> None:
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        gamma.quantiles(np.ones((1, 1)), np.ones(1), probability)

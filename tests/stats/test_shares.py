"""The arithmetic of shares."""

from __future__ import annotations

import numpy as np
import pytest

from ilr.stats._shares import anova_icc


def test_single_observations_cost_nothing() -> None:
    """Where no cluster holds two observations, the correlation is 0 whatever they are."""
    ones = np.ones(3)
    assert anova_icc(ones, np.array([1.0, 0.0, 1.0]), np.array([1.0, 0.0, 1.0])) == 0


def test_rounding_is_no_variation() -> None:
    """Values that differ by rounding alone leave no correlation to estimate, however many they are."""
    sizes = np.full(2, 1e6)
    sums = 0.3 * sizes
    assert anova_icc(sizes, sums, sums**2 / sizes + 1e-11) is None


@pytest.mark.parametrize(("value", "size"), [(0.1, 3), (0.4, 3), (0.6, 5), (0.8, 3)])
def test_full_correlation_is_never_above_one(value: float, size: int) -> None:
    """Where rounding leaves less than nothing within clusters, the correlation is 1."""
    values = np.array([value, 0.3])
    sizes = np.full(2, float(size))
    assert anova_icc(sizes, size * values, size * values * values) == 1

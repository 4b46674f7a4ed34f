"""Published figures of resampling and of planning."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ilr.stats import agreement
from ilr.stats._inference import Options, Statistic, _resampled, _without_one
from ilr.stats._patterns import Distinct
from ilr.stats.agreement.planning import anticipate, icc_units, precision

# Efron & Tibshirani (1993), An Introduction to the Bootstrap, table 14.1, spatial test A.
SPATIAL = [
    48,
    36,
    20,
    29,
    42,
    42,
    20,
    42,
    22,
    41,
    45,
    14,
    6,
    0,
    33,
    28,
    34,
    4,
    32,
    24,
    47,
    41,
    24,
    26,
    30,
    41,
]


def test_bca_of_the_spatial_test() -> None:
    """Efron & Tibshirani (1993), ch. 14: variance 171.5, acceleration 0.061, BCa 115.8 to 259.6 at 90 %."""
    x = np.array(SPATIAL, dtype=float)
    statistic = Statistic(
        patterns=Distinct(times=np.ones(len(x))),
        rows=np.column_stack([np.ones(len(x)), x, x**2]),
        value=lambda totals: totals[:, 2] / totals[:, 0] - (totals[:, 1] / totals[:, 0]) ** 2,
        influence=(x - x.mean()) ** 2 - x.var(),
        agreement=x,
        mean=float(x.var()),
        chance=0.0,
    )
    assert x.var() == pytest.approx(171.5, abs=0.05)
    found = _without_one(statistic)
    assert isinstance(found, tuple)
    gaps = found[1]
    assert -(gaps**3).sum() / (6 * (gaps**2).sum() ** 1.5) == pytest.approx(0.061, abs=0.0005)
    doubt = _resampled(statistic, float(x.var()), Options(method="bca", seed=1, draws=50_000, level=0.9))
    assert (doubt.low, doubt.high) == pytest.approx((115.8, 259.6), abs=3)


def test_units_for_an_intraclass_correlation() -> None:
    """Bonett (2002), Statistics in Medicine 21, 1331: 0.85 by 4 raters to a width of 0.2 needs 19.2, so 20."""
    assert icc_units(0.85, raters=4, half_width=0.1).units == 20


@pytest.mark.parametrize("kappa", [0.0, 0.3, 0.6, 0.9])
@pytest.mark.parametrize("prevalence", [0.5, 0.3, 0.1])
def test_width_of_a_binary_kappa(kappa: float, prevalence: float) -> None:
    """The large-sample variance of two raters' kappa (Bloch & Kraemer 1989, Biometrics 45, 269)."""
    planned = anticipate(agreement.fleiss_kappa, kappa, prevalence={"no": 1 - prevalence, "yes": prevalence})
    spread = 2 * prevalence * (1 - prevalence)
    variance = (1 - kappa) * ((1 - kappa) * (1 - 2 * kappa) + kappa * (2 - kappa) / spread)
    found = precision(agreement.fleiss_kappa, planned, units=1_000_000)
    assert found.half_width == pytest.approx(1.959966 * math.sqrt(variance / 1_000_000), rel=1e-5)

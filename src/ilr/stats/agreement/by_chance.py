"""Whether raters agree more than raters would who rate by chance.

Here belong tests with the variance that kappa has when ratings are independent of the unit, which most
programs print beside kappa. Not here: tests of another null value, which `Estimate.significance` makes.
"""

from __future__ import annotations

import math

import numpy as np

from ilr.base.errors import Checker
from ilr.base.mapping import FrozenMap
from ilr.base.reasons import Reason
from ilr.stats import _apart
from ilr.stats._weights import Weights, named, weight_matrix
from ilr.stats.agreement._checks import require_two
from ilr.stats.agreement.pooled import fleiss_kappa
from ilr.stats.agreement.two_raters import cohen_kappa
from ilr.stats.ratings import Ratings
from ilr.stats.significance import Significance

__all__ = ["cohen_kappa_test", "fleiss_kappa_test"]


def cohen_kappa_test(r: Ratings, weights: Weights = "identity") -> Significance:
    """Test whether two raters agree more, or less, than chance (Fleiss, Cohen & Everitt 1969).

    The statistic is kappa over the standard error that it has when the raters are independent and keep their
    margins. It says nothing of how good the agreement is: kappas far too low for any use are significant in
    large samples.

    Args:
        r: the ratings of two raters; units that one of the two did not rate are left out.
        weights: as in `percent_agreement`.

    Returns:
        The two-sided test against a normal distribution; undefined where `cohen_kappa` is, or one rater used
        one category only.

    Raises:
        InvalidInput: for more than two raters, weights that need an order the categories do not have, or
            clustered ratings, which the standard error takes for independent.

    Example:
        >>> r = Ratings.from_table([[20, 5], [10, 15]], categories=["yes", "no"])
        >>> found = cohen_kappa_test(r)
        >>> round(found.statistic, 4), round(found.p, 4)
        (2.8868, 0.0039)
    """
    name = named("cohen_kappa_test", weights)
    _require_independent(name, r)
    require_two(name, r)
    matrix = weight_matrix(r, weights)
    kappa = cohen_kappa(r, weights, method=None)
    both = _apart.both_rated(r)
    if isinstance(both, Reason) or kappa.undefined is not None:
        return Significance(name=name, undefined=kappa.undefined, n=kappa.n)
    first, second = (both.times @ np.eye(r.q)[codes] / both.n_units for codes in both.codes.T)
    expected = float(first @ matrix @ second)
    lost = matrix - (matrix @ second)[:, None] - (first @ matrix)[None, :]
    variance = float(first @ lost**2 @ second) - expected**2
    if variance < 1e-12:
        return Significance(name=name, undefined=Reason.of("NO_VARIATION"), n=kappa.n)
    error = math.sqrt(variance / both.n_units) / (1 - expected)
    return _normal(name, kappa.value, error, kappa.n)


def fleiss_kappa_test(r: Ratings) -> Significance:
    """Test whether raters agree more, or less, than chance (Fleiss, Nee & Landis 1979).

    The statistic is Fleiss' kappa over the standard error that it has when every rating is drawn from the same
    distribution of categories.

    Args:
        r: the ratings; every rated unit needs the same number of them, at least two.

    Returns:
        The two-sided test against a normal distribution; undefined where `fleiss_kappa` is, or where units
        have different numbers of ratings.

    Raises:
        InvalidInput: for clustered ratings, which the standard error takes for independent.

    Example:
        >>> r = Ratings.from_matrix([[1, 1, 1], [1, 2, 1], [2, 2, 2], [2, 2, 1]], categories=[1, 2])
        >>> found = fleiss_kappa_test(r)
        >>> round(found.statistic, 4), round(found.p, 4)
        (1.1547, 0.2482)
    """
    name = "fleiss_kappa_test"
    _require_independent(name, r)
    kappa = fleiss_kappa(r, method=None)
    if kappa.undefined is not None:
        return Significance(name=name, undefined=kappa.undefined, n=kappa.n)
    ratings = r.patterns.counts.sum(axis=1)
    if ratings.min() < ratings.max():
        return Significance(name=name, undefined=Reason.of("UNEQUAL_RATINGS"), n=kappa.n)
    share = r.patterns.times @ r.patterns.counts / (r.patterns.times @ ratings)
    odd = share * (1 - share)
    pairs = r.n_rated_units * ratings[0] * (ratings[0] - 1)
    error = math.sqrt(2 / pairs * (odd.sum() ** 2 - (odd * (1 - 2 * share)).sum())) / odd.sum()
    return _normal(name, kappa.value, float(error), kappa.n)


def _normal(name: str, value: float, error: float, n: FrozenMap[str, float]) -> Significance:
    from scipy.special import ndtr

    z = value / error
    return Significance(name=name, statistic=z, distribution="normal", p=float(2 * ndtr(-abs(z))), n=n)


def _require_independent(name: str, r: Ratings) -> None:
    check = Checker(name)
    check(
        r.cluster is None,
        "agreement.clusters",
        "r",
        "has clusters, and this test takes units for independent",
        hint="take the significance of the clustered estimate",
    )
    check.done()

"""Whether two raters use the categories equally often.

Here belongs the test of marginal homogeneity with its margins. Not here: how far the raters agree.
"""

from __future__ import annotations

from collections.abc import Hashable
from html import escape
from typing import Literal, TypeAlias

import attrs
import numpy as np

from ilr.base.errors import Checker, listed
from ilr.base.mapping import FrozenMap
from ilr.base.reasons import Reason
from ilr.base.records import read_only
from ilr.stats import _apart
from ilr.stats._arrays import Floats
from ilr.stats._patterns import Profiles
from ilr.stats.agreement._checks import require_two
from ilr.stats.ratings import Ratings
from ilr.stats.significance import Significance

__all__ = ["MarginalHomogeneity", "MarginalTest", "marginal_homogeneity"]

MarginalTest: TypeAlias = Literal["stuart-maxwell", "bhapkar"]

_TESTS = ("stuart-maxwell", "bhapkar")


@attrs.frozen(kw_only=True, field_transformer=read_only)
class MarginalHomogeneity:
    """A test of equal margins of two raters, and the margins.

    Equal when all fields are equal.

    Attributes:
        significance: the test: chi-squared, degrees of freedom, p; or why there is none.
        margins: by category the share of units that the first and the second rater put into it, 0 to 1; empty
            where they share no unit.
    """

    significance: Significance
    margins: FrozenMap[Hashable, tuple[float, float]]

    def __str__(self) -> str:
        return str(self.significance)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(str(category))}</td><td>{first:.3f}</td><td>{second:.3f}</td></tr>"
            for category, (first, second) in self.margins.items()
        )
        head = "<tr><th>category</th><th>first rater</th><th>second rater</th></tr>"
        return f"{self.significance._repr_html_()}<table>{head}{rows}</table>"


def marginal_homogeneity(r: Ratings, test: MarginalTest = "stuart-maxwell") -> MarginalHomogeneity:
    """Test whether two raters use the categories equally often (Stuart 1955; Maxwell 1970; Bhapkar 1966).

    The statistic is d' V^-1 d with d the differences of the two margins. Stuart and Maxwell take V as it is
    when margins are equal, Bhapkar as it is in the data; the second is W = Q / (1 - Q / n) of the first
    (Keefe 1982). With two categories the first is McNemar's test. With clusters V sums over clusters, as
    Durkalski et al. (2003) do for two categories, and n is the number of clusters.

    Categories that nobody used, or on which the raters never disagree, tell nothing and are left out; where
    disagreements keep to separate groups of categories, each group loses one degree of freedom. Units that
    one of the two did not rate are left out.

    Args:
        r: the ratings of two raters, in categories.
        test: stuart-maxwell or bhapkar.

    Returns:
        The test and the margins; undefined where the raters share no unit, never disagree, or (Bhapkar) where
        all disagreement goes the same way in every unit or cluster. The test notes categories that were left
        out (`ALWAYS_AGREED`).

    Raises:
        InvalidInput: for an unknown test, or more than two raters.

    Example:
        >>> r = Ratings.from_table([[20, 10, 5], [3, 30, 15], [0, 5, 40]], categories=["low", "middle", "high"])
        >>> found = marginal_homogeneity(r)
        >>> print(found)
        chi-squared(2) = 13.765, p = 0.00103 (two-sided)
        >>> [round(share, 3) for share in found.margins["low"]]
        [0.273, 0.18]
    """
    check = Checker("marginal_homogeneity")
    check(test in _TESTS, "agreement.test", "test", "is unknown", expected=listed(_TESTS))
    check.done()
    require_two("marginal_homogeneity", r)
    both = _apart.both_rated(r)
    if isinstance(both, Reason):
        counts = {"units": float(r.n_rated_units)}
        undefined = Significance(name=test, undefined=both, n=FrozenMap(counts))
        return MarginalHomogeneity(significance=undefined, margins=FrozenMap())
    margins = (both.times @ _chosen(both, r.q)).reshape(2, r.q) / both.n_units
    return MarginalHomogeneity(
        significance=_tested(both, r.q, test),
        margins=FrozenMap(
            {label: (float(margins[0, k]), float(margins[1, k])) for k, label in enumerate(r.categories)}
        ),
    )


def _chosen(both: Profiles, q: int) -> Floats:
    """What both raters chose as indicators, shape (P, 2 q)."""
    return np.eye(q)[both.codes].reshape(len(both.codes), 2 * q)


def _tested(both: Profiles, q: int, test: MarginalTest) -> Significance:
    from scipy.special import chdtrc

    chosen = _chosen(both, q)
    moved = chosen[:, :q] - chosen[:, q:]
    shift = both.times @ moved
    counts = {"units": float(both.n_units)}
    groups = float(both.n_units)
    spread = moved.T @ (moved * both.times[:, None])
    if both.cells is not None:
        groups = counts["clusters"] = float(both.n_clusters)
        by_cluster = both.by_cluster(moved)
        spread = by_cluster.T @ by_cluster
    told = (np.abs(moved) * both.times[:, None]).any(axis=0)
    agreed = q - int(np.count_nonzero(told))
    notes = (Reason.of("ALWAYS_AGREED", agreed=agreed, categories=q),) if agreed else ()
    found, freedom = _quadratic(spread, shift)
    undefined = None if freedom else Reason.of("NO_DISAGREEMENT")
    if test == "bhapkar" and freedom:
        if found >= groups * (1 - 1e-12):
            undefined = Reason.of("NO_VARIATION")
        else:
            found /= 1 - found / groups
    if undefined is not None:
        return Significance(name=test, undefined=undefined, n=FrozenMap(counts), notes=notes)
    return Significance(
        name=test,
        statistic=found,
        distribution="chi-squared",
        freedom=(float(freedom),),
        p=float(chdtrc(freedom, found)),
        n=FrozenMap(counts),
        notes=notes,
    )


def _quadratic(spread: Floats, shift: Floats) -> tuple[float, int]:
    """Shift in units of spread, squared, within the directions in which anything varies; and their number."""
    sizes, directions = np.linalg.eigh(spread)
    varying = sizes > 1e-10 * max(float(sizes[-1]), 1.0)
    along = directions.T[varying] @ shift
    return float((along**2 / sizes[varying]).sum()), int(np.count_nonzero(varying))

"""Agreement between raters: coefficients for two or more, with gaps, weights and honest intervals.

Here belong the coefficients as a reader of the field would call them. Each is one function from `Ratings`
to `Estimate` with the same options:

* ``sampled``: what the interval treats as a sample. ``units`` (default), ``raters`` (leaving each rater out
  in turn, at least three), or ``both``, the sum of the two variances.
* ``method``: ``linearised`` (default) from influence values with Student's t; ``jackknife`` leaving out each
  unit or cluster; ``bootstrap`` percentiles of resampled units or clusters, which needs ``seed``; ``score``
  for few units; None for the value alone.
* ``level``: coverage of the interval, 0 to 1. ``draws``: number of bootstrap samples.

With clusters the standard errors count clusters, not units, as independent. The score interval puts
Wilson's limits around the mean agreement per unit, taken as successes out of as many units (the effective
number, where there are clusters), and holds the chance term at its estimate. It is conservative, because a
score between 0 and 1 varies by at most p (1 - p); and it keeps its width when all units agree, where the
others collapse. Its `standard_error` is the linearised one.

Missing ratings are left out, never imputed: a unit counts with the ratings it has. Where many units have no
pair of ratings the linearised standard errors, which are the published ones (Gwet 2014), are on the large
side, for they hold the number of units with a pair fixed; the jackknife does not. Without a unit, without
a pair of ratings, or where chance agreement is 1, the value is undefined and says why. With one unit (or
cluster) the value stands and `undefined_interval` says why there is no interval. The estimate notes
inferred categories (``INFERRED_CATEGORIES``) and an interval of no width (``NO_VARIATION``).
"""

from __future__ import annotations

from ilr.stats.agreement.pooled import (
    adjacent_agreement,
    brennan_prediger,
    fleiss_kappa,
    gwet_ac,
    krippendorff_alpha,
    percent_agreement,
    rater_agreement,
)

__all__ = [
    "adjacent_agreement",
    "brennan_prediger",
    "fleiss_kappa",
    "gwet_ac",
    "krippendorff_alpha",
    "percent_agreement",
    "rater_agreement",
]

"""Agreement between raters: coefficients for two or more, with gaps, weights and honest intervals.

Here belong the coefficients as a reader of the field would call them, and what is made of them: by category,
by pairs of raters, without each rater, as a difference, as a test. A coefficient is one function from
`Ratings` to `Estimate` with the same options:

* ``sampled``: what the interval treats as a sample. ``units`` (default), ``raters`` (leaving each rater out
  in turn, at least three), or ``both``, the sum of the two variances (Gwet 2014, ch. 5), with as many degrees of
  freedom as raters less one. A coefficient of a few raters lies mostly too high and looks too sure; so the limits
  over raters are those of the jackknifed log(1 - value), less its bias (Miller 1968; Arvesen 1969), and are not
  `value` plus or minus a multiple of `standard_error`.
* ``method``: ``linearised`` (default) from influence values with Student's t; ``jackknife`` leaving out each
  unit or cluster; ``bootstrap`` percentiles of resampled units or clusters, which needs ``seed``; ``bca``
  the same corrected for bias and acceleration (Efron & Tibshirani 1993, ch. 14); ``score`` for few units;
  None for the value alone.
* ``level``: coverage of the interval, 0 to 1. ``draws``: number of bootstrap samples.
* ``population``: number of units that the sample was drawn from. The variance over units is then multiplied
  by 1 - n / population (Gwet 2014, ch. 5), and is zero where all were rated (``WHOLE_POPULATION``).

With clusters the standard errors count clusters, not units, as independent. The score interval puts
Wilson's limits around the mean agreement per unit and carries them through the correction for chance at its
estimate. They are the limits of as many successes and failures as the variance is worth (the larger of the
linearised one and that with the chance term held) once a further unit, or cluster, without any agreement was
added; so the interval keeps a width when all units agree, where the others collapse. The estimate tells that
number as ``effective``; `standard_error` is the linearised one.

Missing ratings are left out, never imputed: a unit counts with the ratings it has. Where many units have no
pair of ratings the linearised standard errors, which are the published ones (Gwet 2014), are on the large
side, for they hold the number of units with a pair fixed; the jackknife does not. Without a unit, without
a pair of ratings, or where chance agreement is 1, the value is undefined and says why. With one unit (or
cluster) the value stands and `undefined_interval` says why there is no interval. The estimate notes
inferred categories (``INFERRED_CATEGORIES``) and an interval of no width (``NO_VARIATION``).

Statistics of scores (`icc`, `lin_concordance`, `bland_altman`, `kendall_w`, and those within each unit from
`r_wg` to `finn`) have options of their own, told with each; they count units as independent and note
clusters that they do not use (``CLUSTERS_IGNORED``).
"""

from __future__ import annotations

from ilr.stats.agreement import planning
from ilr.stats.agreement.by_category import category_agreement, category_kappa
from ilr.stats.agreement.by_chance import cohen_kappa_test, fleiss_kappa_test
from ilr.stats.agreement.comparing import Pairwise, pairwise, without_each_rater
from ilr.stats.agreement.concordance import kendall_w, kendall_w_test
from ilr.stats.agreement.difference import compare
from ilr.stats.agreement.intraclass import icc, icc_test
from ilr.stats.agreement.many_raters import conger_kappa, light_kappa
from ilr.stats.agreement.marginals import MarginalHomogeneity, marginal_homogeneity
from ilr.stats.agreement.paired_scores import (
    LimitsOfAgreement,
    LinParts,
    bland_altman,
    lin_concordance,
    lin_parts,
)
from ilr.stats.agreement.pooled import (
    adjacent_agreement,
    brennan_prediger,
    fleiss_kappa,
    gwet_ac,
    krippendorff_alpha,
    percent_agreement,
    rater_agreement,
    weighted_alpha,
)
from ilr.stats.agreement.two_raters import (
    bangdiwala_b,
    bias_index,
    cohen_kappa,
    maximum_kappa,
    pabak,
    prevalence_index,
    scott_pi,
)
from ilr.stats.agreement.within_group import WithinGroup, a_wg, average_deviation, finn, r_wg, r_wg_j

__all__ = [
    "LimitsOfAgreement",
    "LinParts",
    "MarginalHomogeneity",
    "Pairwise",
    "WithinGroup",
    "a_wg",
    "adjacent_agreement",
    "average_deviation",
    "bangdiwala_b",
    "bias_index",
    "bland_altman",
    "brennan_prediger",
    "category_agreement",
    "category_kappa",
    "cohen_kappa",
    "cohen_kappa_test",
    "compare",
    "conger_kappa",
    "finn",
    "fleiss_kappa",
    "fleiss_kappa_test",
    "gwet_ac",
    "icc",
    "icc_test",
    "kendall_w",
    "kendall_w_test",
    "krippendorff_alpha",
    "light_kappa",
    "lin_concordance",
    "lin_parts",
    "marginal_homogeneity",
    "maximum_kappa",
    "pabak",
    "pairwise",
    "percent_agreement",
    "planning",
    "prevalence_index",
    "r_wg",
    "r_wg_j",
    "rater_agreement",
    "scott_pi",
    "weighted_alpha",
    "without_each_rater",
]

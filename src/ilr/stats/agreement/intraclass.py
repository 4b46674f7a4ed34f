"""Intraclass correlation: how much of the spread of scores is that of the units.

Here belong the ten coefficients of McGraw and Wong with their tests, for full layouts and such with gaps.
The sums they stand on are in `ilr.stats._variance_components`.

=======  =====================  ======================  ====================  ==========================
here     McGraw & Wong (1996)   Shrout & Fleiss (1979)  a score is            it answers
=======  =====================  ======================  ====================  ==========================
``1``    ICC(1)                 ICC(1,1)                unit + error          do raters agree who change
``k``    ICC(k)                 ICC(1,k)                mean of k such        the same of their mean
``C,1``  ICC(C,1), case 2 or 3  ICC(3,1), mixed         unit + rater + error  are units spaced alike
``C,k``  ICC(C,k), case 2 or 3  ICC(3,k), mixed         mean of k such        the same of their mean
``A,1``  ICC(A,1), case 2 or 3  ICC(2,1), random        unit + rater + error  are scores the same
``A,k``  ICC(A,k), case 2 or 3  ICC(2,k), random        mean of k such        the same of their mean
=======  =====================  ======================  ====================  ==========================

Ten names, six values: random raters (case 2) and mixed, that is fixed ones (case 3), share their estimate
and differ in what it speaks of, all such raters or just these. For ``C,k`` and ``A,k`` with mixed raters it
is taken for granted that raters and units do not interact.
"""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

from ilr.base.errors import Checker, listed
from ilr.base.mapping import FrozenMap
from ilr.base.reasons import Reason
from ilr.stats._scores import notes_on, read_scores, require_level
from ilr.stats.agreement._intraclass import (
    Averaged,
    Form,
    Interval,
    by_moments,
    by_reml,
    f_against,
    fit_layout,
)
from ilr.stats.estimate import Estimate
from ilr.stats.ratings import Ratings
from ilr.stats.significance import Sided, Significance

__all__ = ["icc", "icc_test"]

Model: TypeAlias = Literal["random", "mixed"] | None
Estimation: TypeAlias = Literal["moments", "reml"]

_KINDS = {"1": "1", "K": "1", "C,1": "C", "C,K": "C", "A,1": "A", "A,K": "A"}
_SHROUT_FLEISS = {
    "1,1": ("1", "random"),
    "1,K": ("K", "random"),
    "2,1": ("A,1", "random"),
    "2,K": ("A,K", "random"),
    "3,1": ("C,1", "mixed"),
    "3,K": ("C,K", "mixed"),
}
_NAMES = ("1", "k", "C,1", "A,1", "C,k", "A,k")
_MODELS = ("random", "mixed")


def icc(
    r: Ratings,
    form: str = "A,1",
    *,
    model: Model = None,
    method: Estimation = "moments",
    interval: Interval = "transformed",
    averaged: Averaged = "harmonic",
    level: float = 0.95,
) -> Estimate:
    """Intraclass correlation of units, raters and scores (McGraw & Wong 1996; Shrout & Fleiss 1979).

    With gaps every score counts. Moments then are those of fitting constants (Henderson 1953, method 3), in
    the one-way case of the analysis of variance; REML takes units and raters as normal and crossed. In a full
    layout both give the same value unless a variance would come out negative: moments keep it, so the value
    may be below zero, and REML stops at zero.

    The interval, named in `Estimate.method`, rests on normal scores:

    * ``moments exact-f`` for ``1`` and ``C``: from the F of units, exact, with gaps too (Wald 1940; Harville
      & Fenech 1985); in a full layout that of McGraw & Wong, table 7.
    * ``moments satterthwaite`` for ``A``: McGraw & Wong, table 7, in a full layout; with gaps the same with
      the factors that the mean squares then expect, an approximation. For ``A,k`` the limits of ``A,1`` are
      carried over, as psych and pingouin do; ``interval="untransformed"`` takes the degrees of freedom at the
      coefficient of the mean instead, as irr and irrNA do.
    * ``reml profile``: the profile of the restricted likelihood.

    With gaps, and for ``A`` near its least value, the value by moments may fall outside; the limits then reach
    out to it. They are not symmetric, and there is no standard error; where the lower one is too low for a
    mean, there is none (`undefined_interval`). Clusters are not used, and the estimate notes it.

    Args:
        r: the ratings; coded ones count with `Ratings.values`.
        form: ``1``, ``k``, ``C,1``, ``A,1``, ``C,k`` or ``A,k``, or a name of Shrout and Fleiss as
            ``ICC(2,1)``; see the table of the module.
        model: ``random`` raters (the default) or ``mixed``, that is fixed ones; a name of Shrout and Fleiss
            implies it.
        method: ``moments`` or ``reml``.
        interval: ``transformed``, ``untransformed`` (for ``A,k`` by moments), or None for the value alone.
        averaged: how many scores the mean is taken of: a number, ``harmonic`` for the harmonic mean of the
            scores per unit, or ``moments`` for the factor that the mean square of units expects (Ebel 1951).
            All are the number of raters in a full layout.
        level: coverage of the interval, 0 to 1.

    Returns:
        The estimate, at most 1. Undefined without units, with one unit, one rater or no unit with two
        ratings, where no score varies, where nothing is left to be error, where the variances by moments do
        not add up to more than zero, or where the coefficient is too low for that of a mean.

    Raises:
        InvalidInput: for an unknown form or option, a model that the form excludes, REML for ``A`` with fixed
            raters, or categories without an order.

    Example:
        >>> r = Ratings.from_matrix([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9],
        ...                          [6, 2, 4, 7]], categories=range(1, 11))
        >>> print(icc(r, "A,1"))
        0.290 [0.019, 0.761]
    """
    check = Checker("icc")
    found = _form(form, model, check)
    check(method in ("moments", "reml"), "icc.method", "method", "is unknown", expected="moments or reml")
    check(
        interval in ("transformed", "untransformed", None),
        "icc.interval",
        "interval",
        "is unknown",
        expected="transformed, untransformed or None",
    )
    check(
        interval != "untransformed" or (found.kind == "A" and found.mean and method == "moments"),
        "icc.interval",
        "interval",
        "is for A,k by moments only",
        expected="transformed",
    )
    check(
        method != "reml" or found.kind != "A" or found.model == "random",
        "icc.method",
        "method",
        "needs random raters for A",
        expected="moments, or model random",
    )
    _check_averaged(averaged, check)
    require_level(check, level)
    check.done()
    scores = read_scores(r, "icc")
    counts, notes = scores.n, notes_on(r)
    fit = fit_layout(scores, found, averaged)
    if isinstance(fit, Reason):
        return Estimate.missing(fit, level=level, n=counts, name=found.name, notes=notes)
    if found.mean:
        counts = FrozenMap({**counts, "averaged": fit.k})
    estimation = by_moments if method == "moments" else by_reml
    result = estimation(fit, interval, level)
    if not isinstance(result, Reason) and math.isinf(result[0]):
        result = Reason.of("AVERAGE_UNDEFINED")
    if isinstance(result, Reason):
        return Estimate.missing(result, level=level, n=counts, name=found.name, notes=notes)
    value, low, high, name = result
    lost = None
    if math.isinf(low):
        low = high = math.nan
        lost = Reason.of("AVERAGE_UNDEFINED")
    if low == high:
        notes = (*notes, Reason.of("NO_VARIATION"))
    return Estimate(
        value,
        low=low,
        high=high,
        level=level,
        method=name,
        n=counts,
        undefined_interval=lost,
        notes=notes,
        name=found.name,
    )


def icc_test(
    r: Ratings,
    form: str = "A,1",
    *,
    null: float = 0.0,
    model: Model = None,
    sided: Sided = "two",
    averaged: Averaged = "harmonic",
) -> Significance:
    """F test of an intraclass correlation against a null value (McGraw & Wong 1996, table 8).

    Exact for ``1`` and ``C``, with gaps too; for ``A`` with Satterthwaite's degrees of freedom.

    Args:
        r: the ratings; coded ones count with `Ratings.values`.
        form: as in `icc`.
        null: the value under the null hypothesis, from 0 to below 1; for a coefficient of a mean it is that
            of the mean.
        model: as in `icc`.
        sided: ``two`` (default, twice the smaller tail), ``greater`` or ``less``.
        averaged: as in `icc`.

    Returns:
        The test; undefined as in `icc`, and where no residual variance is left.

    Raises:
        InvalidInput: for an unknown form or option, a null value out of range, or categories without an order.

    Example:
        >>> r = Ratings.from_matrix([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9],
        ...                          [6, 2, 4, 7]], categories=range(1, 11))
        >>> print(icc_test(r, "C,1", sided="greater"))
        F(5, 15) = 11.027, p = 0.000135 (greater)
    """
    check = Checker("icc_test")
    found = _form(form, model, check)
    check(0 <= null < 1, "icc.null", "null", "is out of range", expected="0 <= null < 1")
    check(
        sided in ("two", "greater", "less"),
        "icc.sided",
        "sided",
        "is unknown",
        expected="two, greater or less",
    )
    _check_averaged(averaged, check)
    check.done()
    scores = read_scores(r, "icc_test")
    counts, notes = scores.n, notes_on(r)
    fit = fit_layout(scores, found, averaged)
    if not isinstance(fit, Reason) and fit.squares.residual == 0:
        fit = Reason.of("NO_RESIDUAL")
    if isinstance(fit, Reason):
        return Significance(name=found.name, null=null, sided=sided, n=counts, undefined=fit, notes=notes)
    single = null / (fit.k - (fit.k - 1) * null) if found.mean else null
    statistic, freedom = f_against(fit, single)
    from scipy.special import fdtr, fdtrc

    below, above = float(fdtr(*freedom, statistic)), float(fdtrc(*freedom, statistic))
    tails = {"two": min(1.0, 2 * min(below, above)), "greater": above, "less": below}
    return Significance(
        name=found.name,
        null=null,
        statistic=statistic,
        distribution="F",
        freedom=freedom,
        p=tails[sided],
        sided=sided,
        n=counts,
        notes=notes,
    )


def _form(form: str, model: Model, check: Checker) -> Form:
    key = form.replace(" ", "").upper().removeprefix("ICC").removeprefix("(").removesuffix(")")
    key, implied = _SHROUT_FLEISS.get(key, (key, None))
    check(key in _KINDS, "icc.form", "form", "is unknown", expected=listed(_NAMES))
    check(model is None or model in _MODELS, "icc.model", "model", "is unknown", expected=listed(_MODELS))
    kind = _KINDS.get(key, "")
    if kind == "1":
        implied = "random"
    check(
        implied is None or model in (None, implied),
        "icc.model",
        "model",
        "is excluded by the form",
        expected=implied or "",
    )
    return Form(kind=kind, mean=key.endswith("K"), model=model or implied or "random")


def _check_averaged(averaged: Averaged, check: Checker) -> None:
    check(
        averaged in ("harmonic", "moments") if isinstance(averaged, str) else averaged >= 1,
        "icc.averaged",
        "averaged",
        "is no number of scores",
        expected="harmonic, moments, or a number from 1",
    )

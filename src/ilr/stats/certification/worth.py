"""What a rule is worth: how often it passes an observer of known quality, and what chance alone would reach."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from ilr.base.errors import Checker
from ilr.base.mapping import FrozenMap
from ilr.stats import proportions
from ilr.stats._arrays import Floats
from ilr.stats.certification._exam import (
    SLACK,
    Exam,
    codes_of,
    columns_of,
    numbers_of,
    passes,
    scale_of,
)
from ilr.stats.certification.rules import Rule
from ilr.stats.estimate import Estimate

__all__ = ["chance_agreement", "pass_probability", "share_pass_probability"]


def pass_probability(
    rule: Rule,
    confusion: ArrayLike,
    master: ArrayLike,
    *,
    levels: Sequence[float],
    seed: int,
    draws: int = 4000,
    attempts: int = 1,
    items: Sequence[str] | None = None,
    parts: Mapping[str, Iterable[str]] = FrozenMap(),
) -> Estimate:
    """How often a rule passes an observer whose codes are known to scatter in a given way.

    This is the operating characteristic of the rule at one quality of observer, by simulation: each code is
    drawn by itself from the row of the confusion table that belongs to the master's level.

    Args:
        rule: the rule for one attempt.
        confusion: probability of each of the observer's levels (columns) by the master's (rows), shape (q, q).
        master: the master's levels of one exam, shape (sets, items); NaN where the exam has no code.
        levels: the q levels of the scale in ascending order, in points.
        seed: seed of the simulation.
        draws: number of simulated observers.
        attempts: how many exams an observer may sit, each as if it were new.
        items: names of the items, needed where a rule speaks of parts.
        parts: the items of each part by its name.

    Returns:
        The probability of passing in any attempt, with the exact interval of the simulation
        (Clopper & Pearson 1934).

    Raises:
        InvalidInput: listing rows that are no distribution, and all that `certify` refuses.

    Example:
        >>> import numpy as np
        >>> from ilr.stats.certification import FIELD_RULES
        >>> careful = 0.9 * np.eye(4) + 0.1 / 4
        >>> exam = np.tile([1, 2, 3, 4, 2], (10, 1))
        >>> found = pass_probability(FIELD_RULES["kansas"].rule, careful, exam, levels=[1, 2, 3, 4], seed=1)
        >>> 0 < found.value < 1
        True
    """
    check = Checker("pass_probability")
    scale = scale_of(levels, check)
    true = codes_of(master, scale, "master", check)
    chances = _confusion(confusion, len(scale), check)
    names = tuple(items) if items is not None else tuple(str(place) for place in range(true.shape[1]))
    columns = columns_of(rule, names, parts, check)
    check(bool((true >= 0).any()), "certification.empty", "master", "holds no code", expected="master codes")
    check(draws >= 1, "certification.draws", "draws", "are too few", expected="at least 1")
    check(attempts >= 1, "certification.attempts", "attempts", "are too few", expected="at least 1")
    check.done()
    rng = np.random.default_rng(seed)
    steps = np.cumsum(chances, axis=1)[true]
    passed = np.zeros(draws, dtype=bool)
    for _ in range(attempts):
        luck = rng.random((draws, *true.shape))
        seen = np.minimum((luck[..., None] >= steps).sum(axis=-1), len(scale) - 1)
        passed |= passes(rule, Exam(seen, true, scale), columns)
    return proportions.clopper_pearson(int(passed.sum()), draws)


def share_pass_probability(codes: int, least: float, p: float) -> float:
    """Chance that at least a share of so many independent codes agree, each with probability p.

    The operating characteristic of `Share`, exact by the binomial distribution: with 50 codes the rule of 80 %
    within one point passes an observer whose true share is 75 % once in four times.

    Args:
        codes: number of codes of the exam, at least 1.
        least: share that has to agree, 0 to 1.
        p: probability that one code agrees, 0 to 1.

    Raises:
        InvalidInput: for no codes, or what is no probability.

    Example:
        >>> [round(share_pass_probability(50, 0.80, p), 2) for p in (0.75, 0.80, 0.85, 0.90)]
        [0.26, 0.58, 0.88, 0.99]
    """
    from scipy.special import bdtrc

    check = Checker("share_pass_probability")
    check(codes >= 1, "certification.codes", "codes", "are too few", expected="at least 1")
    for name, value in (("least", least), ("p", p)):
        check(0 <= value <= 1, "certification.share", name, "is no share", expected="0 to 1")
    check.done()
    return float(bdtrc(math.ceil(least * codes - SLACK) - 1, codes, p))


def chance_agreement(
    observed: ArrayLike, master: ArrayLike, *, levels: Sequence[float], within: float = 0.0
) -> float:
    """Share of codes within so many points of the master's that chance alone would give.

    Chance keeps how often observer and master use each level and breaks the tie between them: the sum over
    pairs of levels within the distance of the product of both shares.

    Args:
        observed: how often the observer used each level, shape (q,).
        master: how often the master used each level, shape (q,).
        levels: the q levels in ascending order, in points.
        within: points that still count as agreement.

    Returns:
        The share, 0 to 1; NaN where either used no level.

    Raises:
        InvalidInput: for levels that do not ascend, or numbers that are no counts of the levels.

    Example:
        >>> chance_agreement([25, 25, 25, 25], [0, 50, 50, 0], levels=[1, 2, 3, 4], within=1)
        0.75
    """
    check = Checker("chance_agreement")
    scale = scale_of(levels, check)
    counts = []
    for name, given in (("observed", observed), ("master", master)):
        one = numbers_of(given)
        fits = one.shape == scale.shape and bool((np.isfinite(one) & (one >= 0)).all())
        check(
            not scale.size or fits,
            "certification.counts",
            name,
            "does not count every level",
            expected="a count a level",
        )
        counts.append(one)
    check.done()
    whole = float(counts[0].sum() * counts[1].sum())
    near = np.abs(scale[:, None] - scale[None, :]) <= within + SLACK
    return float(counts[0] @ near @ counts[1]) / whole if whole else math.nan


def _confusion(given: ArrayLike, q: int, check: Checker) -> Floats:
    table = numbers_of(given)
    fits = table.shape == (q, q) and bool((table >= 0).all()) and np.allclose(table.sum(axis=1), 1)
    check(
        not q or fits,
        "certification.confusion",
        "confusion",
        "is no distribution of levels a row",
        expected=f"{q} rows of {q} probabilities",
    )
    return table

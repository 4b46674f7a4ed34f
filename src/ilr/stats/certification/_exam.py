"""An exam in codes: reading it, and holding it against a rule, for one observer or a batch of them.

Here belongs what `certify` and the worth of a rule share. Not here: what they tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilr.base.errors import Checker, listed
from ilr.stats._arrays import Floats
from ilr.stats.certification.rules import All, Bias, EachItem, EachSet, Kappa, LargestGap, OfPart, Rule, Share

__all__ = [
    "SLACK",
    "Columns",
    "Exam",
    "Finding",
    "codes_of",
    "columns_of",
    "findings",
    "numbers_of",
    "passes",
    "scale_of",
]

SLACK = 1e-9
"""How far rounding may carry a share or a distance."""

Columns: TypeAlias = Mapping[str, list[int]]
"""Places of the items of each part."""


@attrs.frozen(kw_only=True)
class Finding:
    """What one rule found. Equal when all fields are equal.

    Attributes:
        rule: the rule, in words.
        value: the share, gap, kappa, mean difference, or number of parts in which it held; NaN when undefined.
        needed: what the value had to reach, or to stay within.
        passed: whether it held.
    """

    rule: str
    value: float
    needed: float
    passed: bool


@attrs.frozen(eq=False)
class Exam:
    """Codes of one or many observers: shapes (..., sets, items) and (sets, items), places into the levels."""

    observed: NDArray[np.int64]
    master: NDArray[np.int64]
    levels: Floats

    @property
    def gaps(self) -> Floats:
        """Distance of each code from the master's; infinite where the observer left it out, NaN off the exam."""
        found: Floats = self.levels[self.observed] - self.levels[self.master]
        found = np.where(self.observed < 0, np.inf, found)
        return np.where(self.master < 0, np.nan, found)

    def of(self, sets: slice | Sequence[int], items: slice | Sequence[int]) -> Exam:
        """Some sets and items of the exam."""
        observed = self.observed[..., sets, :][..., items]
        return Exam(observed, self.master[sets, :][:, items], self.levels)


def numbers_of(given: ArrayLike) -> Floats:
    """The numbers of a table, none where it holds something else or is none."""
    try:
        return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        return np.empty(0)


def scale_of(levels: Sequence[float], check: Checker) -> Floats:
    """The levels of a scale; notes what is no scale and then gives no level, for which nothing is refused."""
    scale = numbers_of(levels)
    known = check(
        scale.ndim == 1 and scale.size > 1 and bool((np.diff(scale) > 0).all()),
        "certification.levels",
        "levels",
        "do not ascend",
        expected="two or more levels in ascending order",
    )
    return scale if known else np.empty(0)


def codes_of(given: ArrayLike, levels: Floats, path: str, check: Checker) -> NDArray[np.int64]:
    """Places of codes in the levels, -1 where there is none."""
    table = numbers_of(given)
    if not check(
        table.ndim == 2,
        "certification.shape",
        path,
        "is no table",
        expected="one row a set, one column an item",
    ):
        return np.full((0, 0), -1)
    check(
        not levels.size or bool((np.isnan(table) | np.isin(table, levels)).all()),
        "certification.level",
        path,
        "holds what is no level",
        expected=listed(levels.tolist()),
    )
    out: NDArray[np.int64] = np.where(np.isnan(table), -1, np.searchsorted(levels, table))
    return out


def columns_of(
    rule: Rule, names: Sequence[str], parts: Mapping[str, Iterable[str]], check: Checker
) -> Columns:
    """Places of the items of each part that a rule speaks of."""
    found: dict[str, list[int]] = {}
    for part in _parts_of(rule):
        wanted = tuple(parts.get(part, ()))
        known = bool(wanted) and set(wanted) <= set(names)
        check(known, "certification.part", f"parts.{part}", "does not tell its items", expected=listed(names))
        found[part] = [names.index(item) for item in wanted if item in names]
    return found


def _parts_of(rule: Rule) -> tuple[str, ...]:
    match rule:
        case All(rules):
            return tuple(dict.fromkeys(part for one in rules for part in _parts_of(one)))
        case OfPart(part, inner):
            return tuple(dict.fromkeys((part, *_parts_of(inner))))
        case EachItem(inner) | EachSet(inner):
            return _parts_of(inner)
        case _:
            return ()


def passes(rule: Rule, exam: Exam, columns: Columns) -> NDArray[np.bool_]:
    """Whether a rule holds, for each observer of a batch."""
    match rule:
        case All(rules):
            out: NDArray[np.bool_] = np.logical_and.reduce([passes(one, exam, columns) for one in rules])
            return out
        case OfPart(part, inner):
            return passes(inner, *_part(part, exam, columns))
        case single:
            return _measured(single, exam, columns).passed


def findings(rule: Rule, exam: Exam, columns: Columns) -> Iterator[Finding]:
    """What each rule found of one observer, in the order in which they are told."""
    match rule:
        case All(rules):
            for one in rules:
                yield from findings(one, exam, columns)
        case OfPart(part, inner):
            for found in findings(inner, *_part(part, exam, columns)):
                yield attrs.evolve(found, rule=f"{part}: {found.rule}")
        case single:
            told = _measured(single, exam, columns)
            yield Finding(
                rule=told.words, value=float(told.values), needed=told.needed, passed=bool(told.passed)
            )


@attrs.frozen(eq=False)
class _Measured:
    """What a single rule finds: in words, its value and whether it holds for each observer, what it needs."""

    words: str
    values: Floats
    needed: float
    passed: NDArray[np.bool_]


def _measured(
    rule: Share | LargestGap | Kappa | Bias | EachItem | EachSet, exam: Exam, columns: Columns
) -> _Measured:
    match rule:
        case Share(least, within):
            found = _share(rule, exam)
            words = f"share within {within:g}" if within else "share exact"
            return _Measured(words, found, least, found >= least - SLACK)
        case LargestGap(most, times):
            found = _beyond(rule, exam)
            return _Measured(f"codes further than {most:g} apart", found, times, found <= times)
        case Kappa(least):
            found = _kappa(exam)
            held = np.nan_to_num(found, nan=-np.inf) >= least - SLACK
            return _Measured("kappa, quadratic weights", found, least, held)
        case Bias(most):
            found = _mean_gap(exam)
            words = "mean difference from the master codes"
            return _Measured(words, found, most, np.abs(found) <= most + SLACK)
        case each:
            found, needed = _held(each, exam, columns)
            words = f"{'items' if isinstance(each, EachItem) else 'sets'} in which the rule holds"
            return _Measured(words, found, needed, found >= needed)


def _part(part: str, exam: Exam, columns: Columns) -> tuple[Exam, Columns]:
    """The exam of one part, and where the items of every part stand in it."""
    places = columns[part]
    moved = {name: [places.index(one) for one in own if one in places] for name, own in columns.items()}
    return exam.of(slice(None), places), moved


def _held(rule: EachItem | EachSet, exam: Exam, columns: Columns) -> tuple[Floats, int]:
    """In how many items or sets a rule holds, and in how many it has to."""
    axis = 1 if isinstance(rule, EachItem) else 0
    used = np.flatnonzero((exam.master >= 0).any(axis=1 - axis))
    everything = slice(None)
    counts: Floats = np.zeros(exam.observed.shape[:-2])
    for place in used.tolist():
        one = exam.of(everything, [place]) if axis else exam.of([place], everything)
        inner = columns if not axis else {name: [0] if place in own else [] for name, own in columns.items()}
        counts = counts + passes(rule.rule, one, inner)
    return counts, len(used) if rule.least is None else rule.least


def _share(rule: Share, exam: Exam) -> Floats:
    on = exam.master >= 0
    near = (np.abs(exam.gaps) <= rule.within + SLACK) & on
    count = int(on.sum())
    out: Floats = near.sum(axis=(-2, -1)) / count if count else np.ones(exam.observed.shape[:-2])
    return out


def _beyond(rule: LargestGap, exam: Exam) -> Floats:
    out: Floats = (np.abs(exam.gaps) > rule.most + SLACK).sum(axis=(-2, -1)).astype(np.float64)
    return out


def _mean_gap(exam: Exam) -> Floats:
    on = exam.master >= 0
    out: Floats = np.where(on, exam.gaps, 0.0).sum(axis=(-2, -1)) / max(int(on.sum()), 1)
    return out


def _kappa(exam: Exam) -> Floats:
    """Cohen's kappa with quadratic weights for each observer; NaN where chance agreement is complete."""
    on = (exam.master >= 0) & (exam.observed >= 0)
    n = on.sum(axis=(-2, -1))
    first = exam.levels[exam.observed]
    second = np.broadcast_to(exam.levels[exam.master], first.shape)

    def mean(values: Floats) -> Floats:
        out: Floats = np.where(on, values, 0.0).sum(axis=(-2, -1)) / np.maximum(n, 1)
        return out

    # With quadratic weights the disagreement by chance is the sum of both variances and the squared bias.
    lost = mean((first - second) ** 2)
    means = mean(first), mean(second)
    spread = mean(first**2) - means[0] ** 2 + mean(second**2) - means[1] ** 2
    whole = spread + (means[0] - means[1]) ** 2
    defined = whole > SLACK
    return np.where(defined, 1 - lost / np.where(defined, whole, 1.0), np.nan)

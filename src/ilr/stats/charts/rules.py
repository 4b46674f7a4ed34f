"""Rules of signals as data, the sets that have a name, and the one engine that applies them.

Here belongs how findings are made from a series, its centre and its sigma. Not here: where centre and sigma
come from.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base.errors import Checker, listed
from ilr.base.mapping import FrozenMap
from ilr.stats._arrays import Floats, Ints
from ilr.stats.charts.series import Series, differences, is_finite, read_series, runs_about

__all__ = [
    "LEAST_BASELINE",
    "LEAST_POINTS",
    "RULE_SETS",
    "Rule",
    "RunRule",
    "Signal",
    "StepRule",
    "ZoneRule",
    "crossings_min",
    "find_signals",
    "found",
    "longest_run_max",
    "resolve",
]

LEAST_POINTS = 10
"""Fewest useful points about which rules that read several points say anything."""

LEAST_BASELINE = 12
"""Fewest points whose centre and limits are more than a trial."""

_NOISE = 1e-12
Flags: TypeAlias = NDArray[np.bool_]


@attrs.frozen
class Signal:
    """One finding of one rule. Equal when all fields are equal.

    Attributes:
        rule: which rule, for example ``anhoej.run``, ``3sigma``, ``nelson.5``.
        index: place of the point that completed the finding, from 0.
        members: places of all points that belong to it.
    """

    rule: str
    index: int
    members: tuple[int, ...]


def _name(rule: object, attribute: attrs.Attribute[str], value: str) -> None:
    check = Checker(type(rule).__name__)
    check(bool(value.strip()), "charts.rule_name", attribute.name, "is empty", expected="a name")
    check.done()


@attrs.frozen
class ZoneRule:
    """So many of so many points in a zone, for example two of three beyond two sigma on one side.

    Equal when all fields are equal.

    Attributes:
        name: what its signals are called.
        least: how many points must lie in the zone.
        window: of how many points in a row.
        beyond: the zone begins beyond so many sigma from the centre; 0 for one side of the centre, None where
            it holds the centre itself.
        up_to: the zone ends at so many sigma, that distance included; None where it does not end.
        side: ``one``: the points in the zone lie on one side of the centre; ``either``: it does not matter;
            ``window``: all points of a full window lie on that side.

    Raises:
        InvalidInput: for counts or zones that cannot be.

    Example:
        >>> ZoneRule("six of eight", 6, 8, beyond=0).needs_sigma
        False
    """

    name: str = attrs.field(validator=_name)
    least: int
    window: int
    beyond: float | None = attrs.field(default=0.0, kw_only=True)
    up_to: float | None = attrs.field(default=None, kw_only=True)
    side: Literal["one", "either", "window"] = attrs.field(default="one", kw_only=True)

    def __attrs_post_init__(self) -> None:
        check = Checker("ZoneRule")
        check(
            1 <= self.least <= self.window,
            "charts.rule_least",
            "least",
            "does not fit the window",
            expected="1 to window",
        )
        begin = self.beyond or 0
        check(
            begin >= 0 and (self.up_to is None or self.up_to > begin),
            "charts.rule_zone",
            "beyond",
            "is no zone",
            expected="0 <= beyond < up_to",
        )
        check(
            self.side in ("one", "either", "window"),
            "charts.rule_side",
            "side",
            "is unknown",
            expected="one, either or window",
        )
        check.done()

    @property
    def needs_sigma(self) -> bool:
        """Whether the rule asks for a sigma."""
        return bool(self.beyond) or self.up_to is not None


@attrs.frozen
class StepRule:
    """So many points in a row that rise, fall or alternate; a tie ends the row. Equal when all fields are equal.

    Attributes:
        name: what its signals are called.
        window: how many points in a row.
        pattern: ``trend``: each higher than the one before, or each lower; ``alternation``: up and down in turn.

    Raises:
        InvalidInput: for a window that has no such pattern.
    """

    name: str = attrs.field(validator=_name)
    window: int
    pattern: Literal["trend", "alternation"] = "trend"

    def __attrs_post_init__(self) -> None:
        check = Checker("StepRule")
        check(self.window >= 3, "charts.rule_window", "window", "is too short", expected="3 or more")
        check(
            self.pattern in ("trend", "alternation"),
            "charts.rule_pattern",
            "pattern",
            "is unknown",
            expected="trend or alternation",
        )
        check.done()

    @property
    def needs_sigma(self) -> bool:
        """Whether the rule asks for a sigma."""
        return False


@attrs.frozen
class RunRule:
    """One of Anhøj's two rules, whose limit depends on the number of useful points (Anhøj & Olesen 2014).

    Equal when all fields are equal. Points on the centre do not count.

    Attributes:
        name: what its signals are called.
        statistic: ``run``: a run longer than round(log2 n) + 3; ``crossings``: fewer crossings of the centre
            than the 5 % quantile of a binomial with n - 1 trials of one half.
        window: the fewest useful points that it reads.

    Raises:
        InvalidInput: for an unknown statistic.
    """

    name: str = attrs.field(validator=_name)
    statistic: Literal["run", "crossings"] = "run"
    window: int = attrs.field(default=LEAST_POINTS, init=False)

    def __attrs_post_init__(self) -> None:
        check = Checker("RunRule")
        check(
            self.statistic in ("run", "crossings"),
            "charts.rule_statistic",
            "statistic",
            "is unknown",
            expected="run or crossings",
        )
        check.done()

    @property
    def needs_sigma(self) -> bool:
        """Whether the rule asks for a sigma."""
        return False


Rule: TypeAlias = ZoneRule | StepRule | RunRule


def _nhs(version: str, up_to: float | None) -> tuple[Rule, ...]:
    name = f"nhs-mdc-{version}"
    return (
        ZoneRule(f"{name}.3sigma", 1, 1, beyond=3),
        ZoneRule(f"{name}.shift", 7, 7),
        StepRule(f"{name}.trend", 7),
        ZoneRule(f"{name}.2in3", 2, 3, beyond=2, up_to=up_to, side="window"),
    )


RULE_SETS: Mapping[str, tuple[Rule, ...]] = FrozenMap(
    {
        "anhoej": (RunRule("anhoej.run", "run"), RunRule("anhoej.crossings", "crossings")),
        "3sigma": (ZoneRule("3sigma", 1, 1, beyond=3),),
        "western-electric": (
            ZoneRule("western-electric.1", 1, 1, beyond=3),
            ZoneRule("western-electric.2", 2, 3, beyond=2),
            ZoneRule("western-electric.3", 4, 5, beyond=1),
            ZoneRule("western-electric.4", 8, 8),
        ),
        "nelson": (
            ZoneRule("nelson.1", 1, 1, beyond=3),
            ZoneRule("nelson.2", 9, 9),
            StepRule("nelson.3", 6),
            StepRule("nelson.4", 14, "alternation"),
            ZoneRule("nelson.5", 2, 3, beyond=2),
            ZoneRule("nelson.6", 4, 5, beyond=1),
            ZoneRule("nelson.7", 15, 15, beyond=None, up_to=1, side="either"),
            ZoneRule("nelson.8", 8, 8, beyond=1, side="either"),
        ),
        "nhs-mdc-2019": _nhs("2019", up_to=3),
        "nhs-mdc-2023": _nhs("2023", up_to=None),
        "nhs-mdc": _nhs("2023", up_to=None),
    }
)
"""Sets of rules by name: Anhøj & Olesen 2014; Shewhart 1931; Western Electric 1956; Nelson 1984; NHS England,
Making Data Count, where from 2023 on points beyond three sigma count to two of three; ``nhs-mdc`` is the newest."""


def resolve(check: Checker, rules: str | Sequence[Rule], *, limits: bool) -> tuple[Rule, ...]:
    """The rules of some names, or those handed in, each once; notes those a chart without limits cannot follow."""
    known = [name for name, held in RULE_SETS.items() if limits or not any(one.needs_sigma for one in held)]
    asked: Any = rules
    names = asked.split("+") if isinstance(asked, str) else []
    given = [] if isinstance(asked, str) else list(asked) if isinstance(asked, Sequence) else [asked]
    fits = all(name in known for name in names) and all(
        isinstance(rule, ZoneRule | StepRule | RunRule) and (limits or not rule.needs_sigma) for rule in given
    )
    if not check(
        fits and bool(names or given),
        "charts.rules",
        "rules",
        "are unknown for this chart",
        expected=f"{listed(known)}{', joined by +' if limits else ''}",
    ):
        return ()
    return tuple(dict.fromkeys([*(rule for name in names for rule in RULE_SETS[name]), *given]))


def longest_run_max(useful: int) -> int:
    """The longest run of so many useful points that is still chance (Anhøj & Olesen 2014)."""
    return round(math.log2(useful)) + 3


def crossings_min(useful: int) -> int:
    """The fewest crossings of so many useful points that are still chance (Anhøj & Olesen 2014)."""
    from scipy.special import bdtr

    return int(np.searchsorted(bdtr(np.arange(useful), useful - 1, 0.5), 0.05))


def find_signals(
    values: Series,
    centre: float,
    sigma: float | None = None,
    *,
    rules: str | Sequence[Rule] = "anhoej+3sigma",
) -> tuple[Signal, ...]:
    """What some rules find in a series whose centre and sigma are known.

    Because nothing is estimated, the rules of windows speak from the first points on; Anhøj's still need ten
    useful points. A rule over a window signals at each point that completes it, with the points of the window
    that lie in its zone as members; a run of Anhøj's signals once, too few crossings at the last useful point.

    Args:
        values: the series, shape (n,); None and NaN are gaps.
        centre: the centre line.
        sigma: standard deviation of a point, 0 or more; None where rules need none.
        rules: names of sets joined by ``+``, or rules.

    Returns:
        The findings, in the order of the points that completed them; none for no points.

    Raises:
        InvalidInput: for a series, centre or sigma that is none, or rules that are unknown or need a sigma.

    Example:
        >>> find_signals([0.2, -0.3, 2.2, 0.4, 2.6, 0.1], 0, 1, rules="western-electric")
        (Signal(rule='western-electric.2', index=4, members=(2, 4)),)
    """
    check = Checker("signals")
    series = read_series(check, values)
    check(is_finite(centre), "charts.centre", "centre", "is no number", expected="a finite number")
    known = sigma is None or (is_finite(sigma) and sigma >= 0)
    check(known, "charts.sigma", "sigma", "is no standard deviation", expected="0 or more")
    asked = resolve(check, rules, limits=sigma is not None)
    check.done()
    spread = np.full(len(series), np.nan if sigma is None else sigma)
    return found(series, float(centre), spread, asked)


def found(
    values: Floats, centre: float, sigma: Floats, rules: Sequence[Rule], *, offset: int = 0
) -> tuple[Signal, ...]:
    """The engine of `find_signals`: sigma by point, NaN where there is none; places counted from the offset."""
    places = np.flatnonzero(~np.isnan(values))
    seen = _Seen(
        places=places + offset,
        values=values[places],
        apart=differences(values[places], centre),
        sigma=sigma[places],
    )
    signals = [
        Signal(rule.name, int(seen.places[end]), tuple(seen.places[members].tolist()))
        for rule in rules
        for end, members in _findings(rule, seen)
    ]
    return tuple(sorted(signals, key=lambda signal: (signal.index, signal.rule)))


@attrs.frozen(kw_only=True, eq=False)
class _Seen:
    """The points that are there: place, value, difference from the centre and sigma of each."""

    places: Ints
    values: Floats
    apart: Floats
    sigma: Floats


Findings: TypeAlias = Iterator[tuple[int, Ints]]


def _findings(rule: Rule, seen: _Seen) -> Findings:
    match rule:
        case ZoneRule():
            return _zones(rule, seen)
        case StepRule():
            return _steps(rule, seen)
        case _:
            return _runs(rule, seen)


def _zones(rule: ZoneRule, seen: _Seen) -> Findings:
    distance = np.abs(seen.apart)
    inside = np.ones(len(distance), dtype=bool)
    if rule.beyond is not None:
        # On the line is not beyond it; the width of a line is rounding error.
        inside = distance > (rule.beyond * seen.sigma * (1 + _NOISE) if rule.beyond else 0)
    if rule.up_to is not None:
        inside &= distance <= rule.up_to * seen.sigma * (1 + _NOISE)
    if rule.side == "either":
        yield from _complete(rule, inside, inside)
        return
    for side in (seen.apart > 0, seen.apart < 0):
        yield from _complete(rule, inside & side, side)


def _complete(rule: ZoneRule, inside: Flags, side: Flags) -> Findings:
    if np.count_nonzero(inside) < rule.least:
        return
    reached = _counts(inside, rule.window) >= rule.least
    if rule.side == "window":
        reached &= _counts(side, rule.window) == rule.window
    # A window that only repeats the points of the one before is no new finding.
    before = np.concatenate(([False], reached[:-1]))
    for end in np.flatnonzero(reached & (inside | ~before)).tolist():
        start = max(end + 1 - rule.window, 0)
        yield end, start + np.flatnonzero(inside[start : end + 1])


def _counts(flags: Flags, window: int) -> Ints:
    """How many of the last so many flags are set, at every place."""
    total = np.concatenate(([0], np.cumsum(flags)))
    ends = np.arange(1, len(flags) + 1)
    return total[ends] - total[np.maximum(ends - window, 0)]


def _steps(rule: StepRule, seen: _Seen) -> Findings:
    steps = np.sign(np.diff(seen.values))
    if rule.pattern == "trend":
        rows, needed = [steps > 0, steps < 0], rule.window - 1
    else:
        rows, needed = [steps[1:] * steps[:-1] < 0], rule.window - 2
    for row in rows:
        for place in np.flatnonzero(_counts(row, needed) == needed).tolist():
            start = place + 1 - needed
            yield start + rule.window - 1, np.arange(start, start + rule.window)


def _runs(rule: RunRule, seen: _Seen) -> Findings:
    runs = runs_about(seen.apart)
    if runs.useful < LEAST_POINTS:
        return
    if rule.statistic == "crossings":
        if runs.crossings < crossings_min(runs.useful):
            yield int(runs.places[-1]), runs.places
        return
    most = longest_run_max(runs.useful)
    for start, stop in zip(runs.starts, runs.stops, strict=True):
        if stop - start > most:
            yield int(runs.places[start + most]), runs.places[start:stop]

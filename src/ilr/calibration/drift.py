"""Drift of observers: has somebody become more severe or more lenient since they were calibrated?

Here belongs the way from master-coded exhibits and from paired visits to deviations in points, what an alarm means
for standing (CG-4), and which observers should visit together next so that all can be compared. The numbers are
`ilr.stats.drift`'s; models with observers, teachers and months as facets would stand beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations

from ilr.base import Checker, listed
from ilr.calibration.meeting import MASTER, CalibrationMeeting
from ilr.calibration.standing import Lapse
from ilr.continuum.lookfors import LevelScale
from ilr.forms import Walkthrough
from ilr.stats.drift import Drift, drift

__all__ = ["drift_in_exhibits", "drift_in_visits", "lapses_of", "pair_next"]


def drift_in_exhibits(meetings: Iterable[CalibrationMeeting], look_for: str) -> Drift:
    """Compare observers with the master codes from month to month.

    Args:
        meetings: closed meetings; exhibits without a master code for the look-for are passed over.
        look_for: id of the look-for.

    Returns:
        The drift of each observer, in points of the scale; windows are months, written ``2026-09``.

    Raises:
        InvalidInput: when no meeting has a master code for the look-for.
    """
    rows: list[tuple[str, str, float, str, float]] = []
    for meeting in meetings:
        if look_for not in meeting.plan.scales:
            continue
        points = meeting.plan.scales[look_for].points
        rated = meeting.rated(look_for)
        master = {exhibit: points[level] for exhibit, rater, level in rated if rater == MASTER}
        month = f"{meeting.discussed_at:%Y-%m}"
        rows += [
            (f"{meeting.id}/{exhibit}", rater, points[level], month, master[exhibit])
            for exhibit, rater, level in rated
            if rater != MASTER and exhibit in master
        ]
    _require(rows, "no meeting has a master code for it")
    units, observers, scores, months, reference = zip(*rows, strict=True)
    return drift(units, observers, scores, months, reference=reference)


def drift_in_visits(walks: Iterable[Walkthrough], look_for: str, scale: LevelScale) -> Drift:
    """Compare observers with each other in paired visits, from month to month.

    Args:
        walks: records; those of visits that one observer recorded alone are left out and counted.
        look_for: id of the look-for.
        scale: its scale, which gives levels their points.

    Returns:
        The drift of each observer, in points of the scale; windows are months, written ``2026-09``.

    Raises:
        InvalidInput: when no record rates the look-for on the scale.
    """
    points = scale.points
    rows = [
        (walk.visit, walk.observer, points[answer.code], f"{walk.at:%Y-%m}")
        for walk in walks
        for answer in walk
        if answer.look_for == look_for and answer.code is not None and answer.code in points
    ]
    _require(rows, "no record rates it")
    units, observers, scores, months = zip(*rows, strict=True)
    return drift(units, observers, scores, months)


def _require(rows: Sequence[object], message: str) -> None:
    check = Checker("drift")
    check(bool(rows), "drift.look_for", "look_for", message, expected="a look-for that was rated together")
    check.done()


def lapses_of(found: Drift, look_for: str, *, on: date, alpha: float = 0.05) -> tuple[Lapse, ...]:
    """What an alarm of drift ends: the standing of each observer who shifted (CG-4).

    Args:
        found: the drift on the look-for.
        look_for: id of the look-for.
        on: the day of the alarm.
        alpha: chance that anybody at all is named though nobody drifted, at most.

    Returns:
        A lapse for each observer with a shift; a later meeting calibrates them again.
    """
    return tuple(
        Lapse(on=on, cause="drift", look_for=look_for, observer=str(rater)) for rater in found.drifted(alpha)
    )


def pair_next(
    observers: Iterable[str], paired: Mapping[tuple[str, str], int], *, visits: int = 1
) -> tuple[tuple[str, str], ...]:
    """Which observers should visit together next, so that all can be compared with each other.

    First come pairs that join groups which no shared visit connects, then pairs that have met least, observers
    with the fewest shared visits before others. Who is calibrated with whom is no question of quality.

    Args:
        observers: ids of everyone who observes.
        paired: number of shared visits so far by pair, in either order.
        visits: how many pairs to name, from 0.

    Returns:
        The pairs in the order of their need; a pair is named again when its turn comes again.

    Raises:
        InvalidInput: listing pairs of unknown observers or of one with themself, counts below 0, fewer than
            two observers.

    Example:
        >>> pair_next(["p1", "p2", "p3"], {("p1", "p2"): 4}, visits=2)
        (('p1', 'p3'), ('p2', 'p3'))
    """
    everyone = tuple(dict.fromkeys(observers))
    check = Checker("pair_next")
    check(len(everyone) > 1, "pairing.observers", "observers", "are too few", expected="two or more")
    check(visits >= 0, "pairing.visits", "visits", "are negative", expected="0 or more")
    for place, (pair, count) in enumerate(paired.items()):
        path = f"paired[{place}]"
        known = pair[0] != pair[1] and set(pair) <= set(everyone)
        check(known, "pairing.pair", path, "is no pair of these observers", expected=listed(everyone))
        check(count >= 0, "pairing.count", path, "is negative", expected="0 or more")
    check.done()
    met = dict.fromkeys(combinations(everyone, 2), 0)
    for (one, other), count in paired.items():
        met[(one, other) if (one, other) in met else (other, one)] += count
    chosen = []
    for _ in range(visits):
        group = _groups(everyone, met)
        shared = {id: sum(count for pair, count in met.items() if id in pair) for id in everyone}
        best = min(
            met,
            key=lambda pair: (group[pair[0]] == group[pair[1]], met[pair], shared[pair[0]] + shared[pair[1]]),
        )
        chosen.append(best)
        met[best] += 1
    return tuple(chosen)


def _groups(observers: tuple[str, ...], met: Mapping[tuple[str, str], int]) -> dict[str, str]:
    """One observer of each connected group, by observer."""
    group = {id: id for id in observers}

    def root(id: str) -> str:
        while group[id] != id:
            id = group[id]
        return id

    for (one, other), count in met.items():
        if count:
            group[root(one)] = root(other)
    return {id: root(id) for id in observers}

"""How observations are related to outcomes: who is compared with whom, and what is told of it.

Here belongs `associate`. Not here: what it gives back (`ilr.cycles.associations`), nor the statistics
(`ilr.stats.association`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from statistics import fmean
from typing import Any

import attrs

from ilr.base import Checker, FrozenMap, Policy, Reason, Roster, Window
from ilr.calibration import Standings
from ilr.cycles.associations import (
    EFFECT,
    Association,
    Associations,
    OutcomeData,
    OutcomeUnit,
    check_reliability,
)
from ilr.disclosure import calibrated_only
from ilr.observation import ObservationTable, valid_records
from ilr.stats import Estimate, Significance, association

__all__ = ["associate"]


def associate(
    table: ObservationTable,
    outcomes: Sequence[OutcomeData],
    *,
    items: Sequence[str],
    window: Window,
    lag: int,
    roster: Roster,
    policy: Policy,
    seed: int,
    standings: Standings | None = None,
    reliability: Mapping[str, float] | None = None,
    effect: float = EFFECT,
    permutations: int = association.PERMUTATIONS,
    level: float = 0.95,
) -> Associations:
    """Relate what was observed to later outcomes of students, with the doubt that few teachers leave (ILR-5.KI.2).

    An item's level is averaged over the observers of a visit, over the visits of each teacher, and for teams and
    buildings over their teachers. Teachers and teams are compared within buildings (`stats.association.within_groups`),
    buildings with each other. The family of the adjusted p is every test that was made here, so that the questions
    are declared before looking: items, datasets, window and lag are arguments, and nothing is picked out.

    Args:
        table: the observations.
        outcomes: the datasets, each of a name of its own.
        items: ids of the items to relate, each with each dataset.
        window: first and last day of the observations that count.
        lag: least number of days from the last day of the window to the first of each dataset, 1 or more.
        roster: who teaches where, and who is in which team.
        policy: what a valid observation is, the least number of teachers (P-ASSOC), the share of false discoveries
            (P-FDR).
        seed: seed of the permutations, the same for each pair, so that a pair's p depends on no other.
        standings: where given, ratings count whose observer was calibrated for the item on the day.
        reliability: reliability of a unit's mean within buildings, by item; items without one are not corrected.
        effect: the true correlation that the power is told for.
        permutations: most permutations.
        level: coverage of the intervals, 0 to 1.

    Returns:
        One association an item and dataset. It is undefined, without coefficient and p, over fewer than P-ASSOC
        teachers, where no building has two units, and where nothing varies. Teachers whom the roster puts in no
        or in several buildings are left out and counted, like units without observation or outcome.

    Raises:
        InvalidInput: for datasets of one name, outcomes of a period too early for the lag, two values of one person,
            a reliability or an option out of range.
        UnknownCode: for an item that the table does not hold.
    """
    _require_declared(outcomes, window, lag, reliability or {})
    part = table.select(valid_records(table, policy)).between(window.start, window.end).only(*items)
    if standings is not None:
        part = calibrated_only(part, standings)
    practice = _practice(part, items, roster)
    rows = []
    for place, data in enumerate(outcomes):
        values = _by_unit(data, roster, f"outcomes[{place}]")
        units = _units(data.unit, roster, window)
        for item in items:
            points, left_out = _points(practice[item], values, units)
            found = _correlation(
                points,
                policy.association_teachers,
                name="between_buildings" if data.unit == "building" else "within_buildings",
                seed=seed,
                permutations=permutations,
                level=level,
            )
            rows.append(
                Association(
                    item=item,
                    dataset=data.dataset,
                    kind=data.kind,
                    unit=data.unit,
                    correlation=found.estimate,
                    permutation=found.permutation,
                    effect=effect,
                    power=_power(found.estimate, effect),
                    false_discoveries=policy.false_discoveries,
                    window=window,
                    period=data.period,
                    lag=lag,
                    left_out=FrozenMap({why: n for why, n in left_out.items() if n}),
                    notes=() if standings is not None else (Reason.of("CALIBRATION_UNCHECKED"),),
                    **_corrected(found.estimate, (reliability or {}).get(item), data.reliability),
                )
            )
    return Associations(rows=_adjusted(rows))


@attrs.frozen
class _Unit:
    """The teachers of a unit, and the group within which it is compared."""

    teachers: frozenset[str]
    group: str


@attrs.frozen
class _Point:
    """One unit of a correlation."""

    practice: float
    outcome: float
    unit: _Unit
    observed: frozenset[str]


def _require_declared(
    outcomes: Sequence[OutcomeData], window: Window, lag: int, reliability: Mapping[str, float]
) -> None:
    check = Checker("associate")
    names = [data.dataset for data in outcomes]
    check(
        len(set(names)) == len(names),
        "association.repeated",
        "outcomes",
        "repeat a name",
        expected="one name a dataset",
    )
    check(lag >= 1, "association.lag", "lag", "is not positive", expected="days, 1 or more")
    for place, data in enumerate(outcomes):
        check(
            data.period.start - window.end >= timedelta(days=lag),
            "association.lag",
            f"outcomes[{place}].period",
            "starts too early for the lag",
            expected="the declared number of days after the window, or later",
        )
    for place, one in enumerate(reliability.values()):
        check_reliability(check, one, f"reliability[{place}]")
    check.done()


def _practice(table: ObservationTable, items: Iterable[str], roster: Roster) -> dict[str, dict[str, float]]:
    """For each item the mean level of each person: over observers, then over visits."""
    means = table.means("visit", within=("observer",))
    teachers = {visit.visit: roster.persons(visit.teachers) for visit in table.visits()}
    levels: dict[str, dict[str, list[float]]] = {item: {} for item in items}
    for visit, row in zip(means.groups, means.array.tolist(), strict=True):
        for item, mean in zip(means.item_ids, row, strict=True):
            if item in levels and not math.isnan(mean):
                for person in teachers[str(visit)]:
                    levels[item].setdefault(person, []).append(mean)
    return {
        item: {person: fmean(found) for person, found in by_person.items()}
        for item, by_person in levels.items()
    }


def _by_unit(data: OutcomeData, roster: Roster, path: str) -> dict[str, float]:
    """The outcome of each unit; a teacher by the one id of the person."""
    if data.unit != "teacher":
        return dict(data.values)
    found = {roster.resolve(id): value for id, value in data.values.items()}
    check = Checker("associate")
    check(
        len(found) == len(data.values),
        "association.person",
        f"{path}.values",
        "hold two values of one person",
        expected="one value a person",
    )
    check.done()
    return found


def _units(kind: OutcomeUnit, roster: Roster, window: Window) -> dict[str, _Unit]:
    """The units of a kind that the roster knows; one group where buildings are compared with each other."""
    if kind == "team":
        return {team.id: _Unit(roster.persons(team.members), team.building) for team in roster.teams}
    schools = [one.id for one in roster.organisations if one.kind == "school"]
    staff = {school: roster.teachers(school, window) for school in schools}
    places = Counter(person for people in staff.values() for person in people)
    own = {school: [one for one in people if places[one] == 1] for school, people in staff.items()}
    if kind == "building":
        return {school: _Unit(frozenset(people), "") for school, people in own.items()}
    return {one: _Unit(frozenset((one,)), school) for school, people in own.items() for one in people}


def _points(
    practice: Mapping[str, float], values: Mapping[str, float], units: Mapping[str, _Unit]
) -> tuple[list[_Point], dict[str, int]]:
    """The units with both measures, and what has none, counted."""
    seen = {id: one.teachers & practice.keys() for id, one in units.items()}
    seen = {id: teachers for id, teachers in seen.items() if teachers}
    placed = frozenset().union(*(one.teachers for one in units.values()))
    points = [
        _Point(fmean(practice[one] for one in sorted(teachers)), values[id], units[id], teachers)
        for id, teachers in seen.items()
        if id in values
    ]
    left_out = {
        "units without an outcome": len(seen.keys() - values.keys()),
        "units without an observation": len((values.keys() & units.keys()) - seen.keys()),
        "outcomes without a place in the roster": len(values.keys() - units.keys()),
        "observed teachers without a place in the roster": len(practice.keys() - placed),
    }
    sizes = Counter(point.unit.group for point in points)
    left_out["units with none to compare with"] = sum(sizes[point.unit.group] == 1 for point in points)
    return points, left_out


def _correlation(
    points: Collection[_Point], least: int, *, name: str, seed: int, permutations: int, level: float
) -> association.GroupedCorrelation:
    """The correlation within groups, or the reason why none is told."""
    sizes = Counter(point.unit.group for point in points)
    kept = [point for point in points if sizes[point.unit.group] > 1]
    teachers = len(frozenset().union(*(point.observed for point in kept)))
    counts = {"teachers": teachers}
    if teachers < least:
        reason = Reason.of("ALL_ALONE") if points and not kept else Reason.of("BELOW_TEACHERS", least=least)
        return association.GroupedCorrelation(
            estimate=Estimate.missing(reason, level=level, n=counts, name=name),
            permutation=Significance(name=name, undefined=reason),
        )
    found = association.within_groups(
        [point.practice for point in kept],
        [point.outcome for point in kept],
        [point.unit.group for point in kept],
        seed=seed,
        permutations=permutations,
        level=level,
    )
    return attrs.evolve(
        found,
        estimate=attrs.evolve(found.estimate, name=name, n={**found.estimate.n, **counts}),
        permutation=attrs.evolve(found.permutation, name=name),
    )


def _power(estimate: Estimate, effect: float) -> float | None:
    if math.isnan(estimate.low):
        return None
    return association.power_of_correlation(
        effect, int(estimate.n["units"]), groups=int(estimate.n["groups"])
    )


def _corrected(estimate: Estimate, practice: float | None, outcome: float | None) -> dict[str, Any]:
    if practice is None or outcome is None or estimate.undefined is not None:
        return {}
    return {
        "corrected": association.disattenuated(estimate, practice, outcome),
        "reliability": (practice, outcome),
    }


def _adjusted(rows: Sequence[Association]) -> tuple[Association, ...]:
    """The rows with p adjusted over all tests that were made."""
    tested = [row.permutation.p for row in rows if row.permutation and row.permutation.undefined is None]
    adjusted = iter(association.benjamini_hochberg(tested))
    return tuple(
        attrs.evolve(
            row,
            family=len(tested),
            adjusted=None if row.correlation.undefined is not None else next(adjusted),
        )
        for row in rows
    )

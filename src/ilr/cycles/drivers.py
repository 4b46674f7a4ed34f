"""Drivers: what a school aims at, what moves it there, and what could be changed.

Here belong the aim with its baseline, measures of four kinds, primary and secondary drivers, change ideas, and the
diagram that joins them (Langley et al., Model for Improvement; Carnegie networked improvement communities). Not here:
how a change was tried; `ilr.cycles.improvement` holds that.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Literal

import attrs

from ilr.base import Checker, Window, read_only
from ilr.cycles.fidelity import ShareCount
from ilr.stats import Estimate
from ilr.stats.proportions import wilson

__all__ = [
    "Aim",
    "Baseline",
    "ChangeIdea",
    "Direction",
    "Driver",
    "DriverDiagram",
    "Measure",
    "MeasureKind",
    "measures_of",
]

Direction = Literal["higher", "lower"]
"""Which way a measure is better."""

MeasureKind = Literal["outcome", "driver", "process", "balancing"]
"""Whether a measure tells of the aim, of a driver, of a change being done, or of harm elsewhere."""


@attrs.frozen(kw_only=True)
class Baseline:
    """Where a measure stood before anything was changed. Equal when all fields are equal.

    Attributes:
        count: how many observations showed it, of how many.
        period: the days they are of.

    Raises:
        InvalidInput: for no observations.
    """

    count: ShareCount
    period: Window

    def __attrs_post_init__(self) -> None:
        check = Checker("Baseline")
        check(self.count.of > 0, "baseline.count", "count", "holds no observation", expected="1 or more")
        check.done()

    @property
    def share(self) -> Estimate:
        """The share with Wilson's 95 % interval."""
        return wilson(self.count.reached, self.count.of)


@attrs.frozen(kw_only=True)
class Aim:
    """How much of what, for whom, by when. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        measure: id of the outcome measure that shows it.
        population: whom it is for, for example ``mathematics, grades 6 to 8``; a group, never a person.
        target: the value to reach, in the unit of the measure; a share of 0 to 1 where the baseline is one.
        by: the day on which it is to be reached.
        direction: which way is better.
        baseline: where the measure stood before, None where nobody looked.

    Raises:
        InvalidInput: for an aim for nobody, a target that is no number or not better than the baseline, or a day that
            is not after it.

    Example:
        >>> before = Baseline(count=ShareCount(24, 50), period=Window(date(2026, 9, 1), date(2026, 9, 30)))
        >>> aim = Aim(
        ...     id="a", measure="wait-time", population="grades 6 to 8", target=0.65, by=date(2026, 12, 18),
        ...     direction="higher", baseline=before,
        ... )
        >>> print(aim.baseline.share)
        0.480 [0.348, 0.615]
    """

    id: str
    measure: str
    population: str
    target: float
    by: date
    direction: Direction
    baseline: Baseline | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Aim")
        check(bool(self.population.strip()), "aim.population", "population", "is missing", expected="a group")
        check(math.isfinite(self.target), "aim.target", "target", "is no finite number")
        if self.baseline is not None:
            self._check_baseline(check, self.baseline)
        check.done()

    def _check_baseline(self, check: Checker, baseline: Baseline) -> None:
        check(
            not math.isfinite(self.target) or 0 <= self.target <= 1,
            "aim.share",
            "target",
            "is no share, although the baseline is one",
            expected="0 to 1",
        )
        better = (self.target - baseline.share.value) * (1 if self.direction == "higher" else -1)
        check(not better <= 0, "aim.direction", "target", "is not better than the baseline")
        check(
            self.by > baseline.period.end,
            "aim.day",
            "by",
            "is not after the baseline",
            expected="a day after its period",
        )


@attrs.frozen(kw_only=True)
class Measure:
    """Something that is counted the same way each time. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        kind: what it tells of.
        direction: which way is better; for a balancing measure, which way is not harm.
        look_for: id of the look-for whose share at fidelity it is, or None.
        external: id under which the host keeps it, or None.

    Raises:
        InvalidInput: unless it is of a look-for or of the host, and not both.
    """

    id: str
    kind: MeasureKind
    direction: Direction = "higher"
    look_for: str | None = None
    external: str | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Measure")
        check(
            bool(self.look_for) != bool(self.external),
            "measure.origin",
            "look_for",
            "and external do not tell where it comes from",
            expected="one of the two",
        )
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Driver:
    """Something that has to move for the aim to be reached. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        kind: ``primary`` for what moves the aim itself, ``secondary`` for what moves other drivers.
        what: what it is, in words.
        leads_to: of a primary driver the id of the aim, of a secondary one ids of drivers.
        measures: ids of the driver measures that show it.
    """

    id: str
    kind: Literal["primary", "secondary"]
    what: str
    leads_to: tuple[str, ...]
    measures: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class ChangeIdea:
    """Something that could be done otherwise. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        what: what would be done, in words.
        leads_to: ids of the drivers that it is to move.
        measures: ids of the process measures that show whether it is done.
    """

    id: str
    what: str
    leads_to: tuple[str, ...]
    measures: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class DriverDiagram:
    """The theory of a school about its aim: which change moves which driver. Equal when all fields are equal.

    It says nothing about whether the theory is true, and it may lack balancing measures; the check of quality
    (`ilr.cycles.quality`) tells so.

    Attributes:
        aim: what is to be reached.
        measures: everything that is measured.
        drivers: primary and secondary drivers.
        changes: change ideas.

    Raises:
        InvalidInput: listing repeated and unknown ids, arrows to the wrong kind, measures of the wrong kind or of
            nothing, drivers that lead to each other in a loop, and what leads nowhere.

    Example:
        >>> diagram = DriverDiagram(
        ...     aim=Aim(id="a", measure="m", population="all", target=0.6, by=date(2027, 5, 1), direction="higher"),
        ...     measures=[Measure(id="m", kind="outcome", look_for="questioning")],
        ...     drivers=[Driver(id="d", kind="primary", what="planned questions", leads_to=["a"])],
        ...     changes=[ChangeIdea(id="c", what="write two questions before class", leads_to=["d"])],
        ... )
        >>> measures_of(diagram, "balancing")
        ()
    """

    aim: Aim
    measures: tuple[Measure, ...]
    drivers: tuple[Driver, ...]
    changes: tuple[ChangeIdea, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("DriverDiagram")
        for id, count in Counter(id for _, id in self._places()).items():
            check(count == 1, "diagram.repeated", id, "is an id of several", expected="unlike ids")
        self._check_arrows(check)
        self._check_measures(check)
        if not check.problems:  # with broken arrows everything behind them would be reported again
            self._check_ways(check)
        check.done()

    def _places(self) -> Iterator[tuple[str, str]]:
        """Every id of the diagram, with what bears it."""
        yield "aim", self.aim.id
        for name in ("measures", "drivers", "changes"):
            yield from ((name, record.id) for record in getattr(self, name))

    def _check_arrows(self, check: Checker) -> None:
        drivers = {driver.id for driver in self.drivers}
        for place, record in self._sources():
            primary = isinstance(record, Driver) and record.kind == "primary"
            allowed = {self.aim.id} if primary else drivers
            check(
                bool(record.leads_to) and set(record.leads_to) <= allowed,
                "diagram.leads_to",
                f"{place}.leads_to",
                "does not lead where it should",
                expected="the aim" if primary else "drivers of the diagram",
            )

    def _check_measures(self, check: Checker) -> None:
        kinds = {measure.id: measure for measure in self.measures}
        shown = kinds.get(self.aim.measure)
        check(
            shown is not None and shown.kind == "outcome",
            "diagram.aim_measure",
            "aim.measure",
            "is no outcome measure of the diagram",
            expected="the id of one",
        )
        check(
            shown is None or shown.direction == self.aim.direction,
            "diagram.direction",
            "aim.direction",
            "is not that of its measure",
        )
        used: set[str] = set()
        for place, record in self._sources():
            kind = "driver" if isinstance(record, Driver) else "process"
            fitting = {measure.id for measure in self.measures if measure.kind == kind}
            used |= set(record.measures)
            check(
                set(record.measures) <= fitting,
                "diagram.measure",
                f"{place}.measures",
                "are not of its kind",
                expected=f"ids of {kind} measures",
            )
        for measure in self.measures:
            check(
                measure.kind in ("outcome", "balancing") or measure.id in used,
                "diagram.unused",
                f"measures.{measure.id}",
                "measures nothing of the diagram",
                expected="a driver or change that names it",
            )

    def _check_ways(self, check: Checker) -> None:
        """Every driver and change has to reach the aim; drivers in a loop reach each other alone."""
        above = {record.id: set(record.leads_to) for _, record in self._sources()}
        reached = {self.aim.id}
        while more := {id for id, next_ids in above.items() if id not in reached and next_ids <= reached}:
            reached |= more
        for place, record in self._sources():
            check(
                record.id in reached,
                "diagram.loop",
                place,
                "leads into a loop",
                expected="a way to the aim",
            )

    def _sources(self) -> Iterator[tuple[str, Driver | ChangeIdea]]:
        """Drivers and changes with their paths."""
        yield from ((f"drivers.{driver.id}", driver) for driver in self.drivers)
        yield from ((f"changes.{change.id}", change) for change in self.changes)


def measures_of(diagram: DriverDiagram, kind: MeasureKind) -> tuple[Measure, ...]:
    """The measures of one kind, in the order of the diagram; none is an answer too."""
    return tuple(measure for measure in diagram.measures if measure.kind == kind)

"""Associations: how observations and outcomes of students go together, never what causes what.

Here belong the outcomes that a host hands in, what is found, and the analysis that a review cites. Not here: how it is
found (`ilr.cycles.relating`), nor any pair of one teacher's practice and outcome; no result holds one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from html import escape
from typing import Any, Literal, TypeAlias

import attrs

from ilr.base import Checker, FrozenMap, Reason, UnknownCode, Window, listed, read_only
from ilr.stats import Estimate, Significance
from ilr.stats._frames import Backend, to_frame

__all__ = [
    "EFFECT",
    "Association",
    "AssociationAnalysis",
    "Associations",
    "OutcomeData",
    "OutcomeUnit",
    "check_reliability",
]

OutcomeUnit: TypeAlias = Literal["teacher", "team", "building"]
"""What one value of an outcome belongs to. A visit is none: outcomes of a teacher repeat over the visits."""

OutcomeKind: TypeAlias = Literal["outcome", "non-academic"]

_UNITS = ("teacher", "team", "building")
_KINDS = ("outcome", "non-academic")
EFFECT = 0.2
"""The true correlation that the power is told for, unless told otherwise."""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class OutcomeData:
    """Outcomes of students in one period, one value a unit. Equal when all fields are equal.

    Values of teachers are taken for analysis alone, and no result gives one back.

    Attributes:
        dataset: the host's name of the data; a name of data, not of a person.
        kind: whether they are academic outcomes or further measures of students.
        unit: what one value belongs to.
        period: first and last day of what they measure.
        values: for each unit its value, by the host's id.
        reliability: reliability of a value, above 0 to 1, as its publisher tells; None where unknown.

    Raises:
        InvalidInput: for an unknown kind or unit, a value that is no finite number, a reliability out of range.

    Example:
        >>> spring = Window(date(2027, 5, 3), date(2027, 5, 14))
        >>> data = OutcomeData(
        ...     dataset="mathematics", kind="outcome", unit="building", period=spring, values={"s1": 0.1, "s2": 0.3}
        ... )
        >>> len(data.values)
        2
    """

    dataset: str
    kind: OutcomeKind
    unit: OutcomeUnit
    period: Window
    values: FrozenMap[str, float] = attrs.field(repr=False)
    reliability: float | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("OutcomeData")
        check(self.kind in _KINDS, "outcomes.kind", "kind", "is unknown", expected=listed(_KINDS))
        check(
            self.unit in _UNITS,
            "outcomes.unit",
            "unit",
            "is unknown",
            expected=listed(_UNITS),
            hint="average what belongs to one unit; a visit or a student is none",
        )
        check(
            all(map(_is_number, self.values.values())),
            "outcomes.values",
            "values",
            "hold what is no number",
            expected="one finite number a unit; leave out who has none",
        )
        check_reliability(check, self.reliability, "reliability")
        check.done()
        floats: FrozenMap[str, float] = FrozenMap({id: float(value) for id, value in self.values.items()})
        object.__setattr__(self, "values", floats)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Association:
    """How one item of the observations goes together with one dataset of outcomes. Equal when all fields are equal.

    Attributes:
        item: id of the item.
        dataset: name of the outcome data.
        kind: whether they are academic outcomes or further measures of students.
        unit: what one point of the correlation is. The statement is about all of them, never about one.
        correlation: the correlation with its interval, or why there is none; ``n`` counts ``units``, ``groups``
            (buildings within which units were compared) and ``teachers``. Units are teachers or teams, compared
            within buildings, or buildings, compared with each other as one group.
        permutation: the test by exchanging outcomes within buildings; None where it was computed elsewhere.
        adjusted: its p among the family (Benjamini & Hochberg 1995); None where there is none.
        family: number of tests that were made at once.
        false_discoveries: the share of false ones allowed among what is told as associated (P-FDR).
        corrected: the correlation corrected for the unreliability of both; None where it or one of these is
            not known.
        reliability: the reliabilities used for it, of the observations and of the outcomes.
        effect: the true correlation that `power` is about.
        power: the chance that a true correlation of that size would be seen; None without an interval.
        window: first and last day of the observations; None where it was computed elsewhere.
        period: first and last day of the outcomes; None where it was computed elsewhere.
        lag: least number of days from the last observation to the outcomes, as declared.
        left_out: units and teachers that are not in it, counted by reason.
        notes: what else the reader must know.
    """

    item: str
    dataset: str
    kind: OutcomeKind
    unit: OutcomeUnit
    correlation: Estimate
    permutation: Significance | None = None
    adjusted: float | None = None
    family: int = 1
    false_discoveries: float = 0.05
    corrected: Estimate | None = None
    reliability: tuple[float, float] | None = None
    effect: float = EFFECT
    power: float | None = None
    window: Window | None = None
    period: Window | None = None
    lag: int | None = None
    left_out: FrozenMap[str, int] = attrs.field(factory=FrozenMap)
    notes: tuple[Reason, ...] = ()

    @property
    def n(self) -> int:
        """Number of points: units that were compared."""
        return int(self.correlation.n.get("units", 0))

    @property
    def is_shown(self) -> bool:
        """Whether the adjusted p lets it be told as associated."""
        return self.adjusted is not None and self.adjusted <= self.false_discoveries

    def __str__(self) -> str:
        compared = "between buildings" if self.unit == "building" else f"{self.unit}s within buildings"
        about = f"{self.item} and {self.dataset} ({compared})"
        if self.correlation.undefined is not None:
            return f"{about}: {self.correlation}"
        words = "are associated" if self.is_shown else "are not shown to be associated"
        parts = [f"{about} {words}: r = {self.correlation}", self._counted()]
        if self.adjusted is not None:
            parts.append(f"p = {self.adjusted:.2g}, adjusted in a family of {self.family}")
        if self.power is not None:
            parts.append(f"a true {self.effect:.2f} would be seen with {self.power:.0%}")
        if self.reliability is None or self.corrected is None:
            parts.append("not corrected for unreliability")
        else:
            used = " and ".join(f"{one:.2f}" for one in self.reliability)
            parts.append(f"{self.corrected} corrected with reliabilities {used}")
        return "; ".join(parts)

    def _counted(self) -> str:
        """The units with the teachers and buildings they stand for, as far as these were counted."""
        n = self.correlation.n
        parts = [_plural(self.n, self.unit)]
        if self.unit != "teacher" and "teachers" in n:
            parts.append(f"of {_plural(int(n['teachers']), 'teacher')}")
        if self.unit != "building" and "groups" in n:
            parts.append(f"in {_plural(int(n['groups']), 'building')}")
        return " ".join(parts)

    def row(self) -> dict[str, Any]:
        """The association as one plain row; what is undefined is None beside its reason."""
        found, corrected = self.correlation, self.corrected
        has_limits = not math.isnan(found.low)
        return {
            "item": self.item,
            "dataset": self.dataset,
            "kind": self.kind,
            "unit": self.unit,
            "compared": "between buildings" if self.unit == "building" else "within buildings",
            "r": None if found.undefined else found.value,
            "r_low": found.low if has_limits else None,
            "r_high": found.high if has_limits else None,
            "r_undefined": None if found.undefined is None else str(found.undefined),
            "n": self.n,
            "n_teachers": int(found.n.get("teachers", 0)),
            "n_buildings": self.n if self.unit == "building" else int(found.n.get("groups", 0)),
            "p": None if self.permutation is None or self.permutation.undefined else self.permutation.p,
            "p_adjusted": self.adjusted,
            "family": self.family,
            "power": self.power,
            "r_corrected": None if corrected is None else corrected.value,
            "told": "associated" if self.is_shown else "not shown",
        }


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Associations:
    """The associations of a declared family, one an item and dataset. Equal when all rows are equal.

    Attributes:
        rows: the associations, datasets in the order given and items within them; never in order of size.
    """

    rows: tuple[Association, ...]

    def __iter__(self) -> Iterator[Association]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, item: str, dataset: str) -> Association:
        """The association of an item with a dataset.

        Raises:
            UnknownCode: when there is no such row.
        """
        for row in self.rows:
            if (row.item, row.dataset) == (item, dataset):
                return row
        known = listed({f"{row.item} and {row.dataset}": None for row in self.rows})
        raise UnknownCode(f"no such association; there are {known}", code="association.row")

    def to_frame(self, backend: Backend = "pandas") -> Any:
        """The rows as a data frame of the named package."""
        return to_frame([row.row() for row in self.rows], backend)

    def __str__(self) -> str:
        return "\n".join(map(str, self.rows))

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(str(row))}</li>" for row in self.rows)
        return f"<ul>{items}</ul>"


@attrs.frozen(kw_only=True, field_transformer=read_only)
class AssociationAnalysis:
    """A relation between observations and outcomes as a review cites it (ILR-5.KI.2). Equal when all fields are.

    Attributes:
        id: opaque id.
        on: the day it was made.
        building: id of the school, or of the district.
        association: what was found; one that was computed elsewhere is told by its correlation alone.

    Raises:
        InvalidInput: for a correlation without value, interval or points, limits that do not hold the value, or a
            day before the outcomes were there.
    """

    id: str
    on: date
    building: str
    association: Association

    def __attrs_post_init__(self) -> None:
        check = Checker("AssociationAnalysis")
        found, period = self.association.correlation, self.association.period
        if check(
            found.undefined is None and not (math.isnan(found.low) or math.isnan(found.high)),
            "association.undefined",
            "association.correlation",
            "has no value with an interval, so there is nothing to cite",
        ):
            check(
                found.low <= found.value <= found.high,
                "association.interval",
                "association.correlation",
                "lies outside its interval",
                expected="low <= value <= high",
            )
        check(
            self.association.n > 0,
            "association.n",
            "association.correlation.n",
            "counts no units",
            expected="units: 1 or more",
        )
        check(
            period is None or period.end <= self.on,
            "association.day",
            "on",
            "lies before the end of the outcomes' period",
        )
        check.done()

    @property
    def unit(self) -> Literal["team", "building"]:
        """Whom the statement is about, over the period: teams, or a building with all its teachers, never one."""
        return "team" if self.association.unit == "team" else "building"


def _plural(n: int, word: str) -> str:
    return f"{n} {word}" if n == 1 else f"{n} {word}s"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def check_reliability(check: Checker, reliability: float | None, path: str) -> None:
    """Note what is no reliability."""
    check(
        reliability is None or 0 < reliability <= 1,
        "association.reliability",
        path,
        "is no reliability",
        expected="above 0, at most 1",
    )

"""Improvement cycles: plan, do, study, act, in this order and written down in this order.

Here belong the cycle and its four parts (Langley et al., Model for Improvement; Taylor et al. 2014). A cycle is a
value: its state follows from what it holds, and a part that contradicts an earlier one is refused. Not here: the steps
from one state to the next (`ilr.cycles.steps`), how cycles follow each other (`ilr.cycles.chains`), and whether
they were any good (`ilr.cycles.quality`).
"""

from __future__ import annotations

import math
from datetime import date, datetime
from enum import Enum
from typing import Literal

import attrs

from ilr.base import Checker, check_aware, content_hash, read_only
from ilr.cycles.fidelity import ShareCount
from ilr.cycles.predictions import Comparison, Prediction, compare_with_prediction, made_before
from ilr.stats import Estimate
from ilr.stats.charts import Signal

__all__ = [
    "Abandonment",
    "Act",
    "CycleState",
    "CycleTarget",
    "Do",
    "ExternalPlan",
    "ImprovementCycle",
    "Plan",
    "Scope",
    "Study",
]

CycleTarget = Literal["instructional practice", "observation process", "documentation tools"]
"""What a cycle is to improve."""

_NEEDED = ("aim", "measures", "change", "prediction")
_PLANNED = ("id", "building", "target", "opened", "parent", "scope", "cadence", "plan")


class CycleState(Enum):
    """How far a cycle has come; nothing leads out of the last two."""

    DRAFT = "draft"
    PLANNED = "planned"
    DOING = "doing"
    STUDYING = "studying"
    CLOSED = "closed"
    ABANDONED = "abandoned"


@attrs.frozen(kw_only=True)
class Scope:
    """How much of a unit takes part in a cycle. Equal when both fields are equal.

    Where few take part, the result of the cycle is theirs, and the rules for small groups hold for it.

    Attributes:
        teachers: number of teachers who take part, 1 to `of`.
        of: number of teachers in the whole unit.

    Raises:
        InvalidInput: when nobody takes part, or more than there are.

    Example:
        >>> Scope(teachers=3, of=24).fraction
        0.125
    """

    teachers: int
    of: int

    def __attrs_post_init__(self) -> None:
        check = Checker("Scope")
        check(
            1 <= self.teachers <= self.of,
            "scope.teachers",
            "teachers",
            "are no part of the unit",
            expected="1 to of",
        )
        check.done()

    @property
    def fraction(self) -> float:
        """The part of the unit, above 0 and up to 1."""
        return self.teachers / self.of


@attrs.frozen(kw_only=True)
class ExternalPlan:
    """Where a cycle belongs in a plan kept elsewhere, such as that of the state. Equal when both are equal."""

    goal: str
    strategy: str | None = None


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Plan:
    """What is to be tried and what is expected of it. Equal when all fields are equal.

    Attributes:
        aim: id of the aim.
        measures: ids of the measures that are followed.
        change: id of the change that is tried.
        prediction: what is expected, made before anybody looks.
        question: what the cycle is to answer.
        who: who does it, in words for a group.
        where: in which classes.
        when: in which lessons or weeks.
        data: how data are collected.
        stops_on: the day on which it stops whatever it shows, or None.

    Raises:
        InvalidInput: for a prediction of a measure that is not followed.

    Example:
        >>> Plan(aim="a", measures=["m"], change="count to three").missing
        ('prediction',)
    """

    aim: str = ""
    measures: tuple[str, ...] = ()
    change: str = ""
    prediction: Prediction | None = None
    question: str = ""
    who: str = ""
    where: str = ""
    when: str = ""
    data: str = ""
    stops_on: date | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Plan")
        check(
            self.prediction is None or not self.measures or self.prediction.measure in self.measures,
            "plan.measure",
            "prediction.measure",
            "is not followed",
            expected="one of the measures",
        )
        check.done()

    @property
    def missing(self) -> tuple[str, ...]:
        """What has to be told before the cycle can start: aim, measures, change and prediction, in this order."""
        return self.left_open(*_NEEDED)

    def left_open(self, *names: str) -> tuple[str, ...]:
        """Those of some fields that hold nothing, in the order given."""
        held = ((name, getattr(self, name)) for name in names)
        return tuple(name for name, value in held if not (value.strip() if isinstance(value, str) else value))


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Do:
    """What was done, and which records show it. Equal when all fields are equal.

    Attributes:
        started: the day on which the change began.
        observations: ids of the records of the cycle: walkthroughs, or rows of a measure of the host.
        first_on: day of the first of them, None while there is none.
        first_at: its instant with its offset, where it is known.
        deviations: what was done otherwise than planned, in words.
        fidelity: how often, of how often somebody looked, the change was done as intended; None where nobody did.

    Raises:
        InvalidInput: for records without a first day or the other way round, an instant of another day or without
            an offset, a first record from before the start, or repeated ids.
    """

    started: date
    observations: tuple[str, ...] = ()
    first_on: date | None = None
    first_at: datetime | None = None
    deviations: tuple[str, ...] = ()
    fidelity: ShareCount | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Do")
        check(
            bool(self.observations) == (self.first_on is not None),
            "do.first",
            "first_on",
            "does not fit the records",
            expected="the day of the first record, where there is one",
        )
        ids = self.observations
        check(len(set(ids)) == len(ids), "do.repeated", "observations", "repeat an id", expected="unlike ids")
        check(
            self.first_on is None or self.first_on >= self.started,
            "do.before_start",
            "first_on",
            "lies before the start",
            expected="a day of the cycle; what is older belongs to the baseline",
        )
        if self.first_at is not None:
            check_aware(self.first_at, check, "first_at")
            check(self.first_at.date() == self.first_on, "do.instant", "first_at", "is of another day")
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Study:
    """What came out, beside what was expected. Equal when all fields are equal.

    Attributes:
        on: the day on which it was looked at.
        result: the predicted measure with its interval; of counts for example `ilr.stats.proportions.wilson`.
        comparison: what `compare_with_prediction` gives for it.
        series: the measure at each step of the cadence, None where nothing was measured.
        signals: what the rules of a chart found in the series.
        surprise: what nobody expected, in words; empty for nothing.

    Raises:
        InvalidInput: for a point of the series that is no number, or a signal outside it.
    """

    on: date
    result: Estimate
    comparison: Comparison
    series: tuple[float | None, ...] = ()
    signals: tuple[Signal, ...] = ()
    surprise: str = ""

    def __attrs_post_init__(self) -> None:
        check = Checker("Study")
        for place, point in enumerate(self.series):
            check(
                point is None or math.isfinite(point),
                "study.series",
                f"series[{place}]",
                "is no finite number",
            )
        for place, signal in enumerate(self.signals):
            check(
                all(0 <= member < len(self.series) for member in (signal.index, *signal.members)),
                "study.signal",
                f"signals[{place}]",
                "lies outside the series",
                expected="places of its points",
            )
        check.done()


@attrs.frozen(kw_only=True)
class Act:
    """What follows from the study. Equal when all fields are equal.

    Attributes:
        kind: ``adopt`` the change as it is, ``adapt`` it, ``expand`` it to more teachers, or ``abandon`` it.
        on: the day of the decision.
        reason: why.
        next_cycle: id of the cycle in which it is adapted or expanded; None otherwise.

    Raises:
        InvalidInput: without a reason, without the next cycle where one has to follow, or with one where none can.

    Example:
        >>> Act(kind="expand", on=date(2026, 10, 30), reason="it holds", next_cycle="c-2").next_cycle
        'c-2'
    """

    kind: Literal["adopt", "adapt", "expand", "abandon"]
    on: date
    reason: str
    next_cycle: str | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Act")
        check(bool(self.reason.strip()), "act.reason", "reason", "is missing", expected="why")
        goes_on = self.kind in ("adapt", "expand")
        check(
            goes_on == bool(self.next_cycle),
            "act.next",
            "next_cycle",
            "is missing" if goes_on else "cannot follow",
            expected="the id of a cycle" if goes_on else "none",
        )
        check.done()


@attrs.frozen(kw_only=True)
class Abandonment:
    """A cycle that was given up before it could answer its question. Equal when both fields are equal.

    Raises:
        InvalidInput: without a reason.
    """

    on: date
    reason: str

    def __attrs_post_init__(self) -> None:
        check = Checker("Abandonment")
        check(bool(self.reason.strip()), "abandonment.reason", "reason", "is missing", expected="why")
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class ImprovementCycle:
    """A plan-do-study-act cycle that reviews belong to. Equal when all fields are equal.

    From its start on what was planned is sealed, and from its end on everything: a copy with another prediction,
    another scope or without its end is refused. The seal shows a slip of the hand and a record that was edited in
    storage; it is no signature, so a host keeps the first record of an id.

    Attributes:
        id: opaque id.
        building: id of the school, or of the district.
        target: what it is to improve.
        opened: first day.
        parent: id of the cycle that led to this one, None for a first one.
        scope: how many take part, None where it was not told.
        cadence: weeks between the points at which data are looked at, 1 or more.
        external: where it belongs in a plan kept elsewhere, or None.
        reviews: ids of the reviews in which it was spoken of.
        plan: what is to be tried; it may be incomplete before the start.
        do: what was done, None before the start.
        study: what came out, None before it was looked at.
        act: what follows, None before that was decided.
        abandonment: why it was given up, None where it was not.
        no_strength_reason: why a closed cycle built on no strength, empty where it did (ILR-5.GB.2).
        seal: hash over what can no longer be changed, made by the cycle itself; empty before the start.

    Raises:
        InvalidInput: listing all of: a start without a complete plan, a prediction later than the first datum, a study
            without a start or with another comparison than its numbers give, an act without a study, days out of
            order, an abandonment of a draft or beside an act, links to itself, a cadence below one week, and a copy
            that changes what is sealed.

    Example:
        >>> ImprovementCycle(
        ...     id="c-1", building="s1", target="instructional practice", opened=date(2026, 9, 1)
        ... ).state.value
        'draft'
    """

    id: str
    building: str
    target: CycleTarget
    opened: date
    parent: str | None = None
    scope: Scope | None = None
    cadence: int = 4
    external: ExternalPlan | None = None
    reviews: tuple[str, ...] = ()
    plan: Plan | None = None
    do: Do | None = None
    study: Study | None = None
    act: Act | None = None
    abandonment: Abandonment | None = None
    no_strength_reason: str = ""
    seal: str = attrs.field(default="", repr=False)

    def __attrs_post_init__(self) -> None:
        check = Checker("ImprovementCycle")
        check(self.cadence >= 1, "cycle.cadence", "cadence", "is no number of weeks", expected="1 or more")
        following = self.act.next_cycle if self.act is not None else None
        check(
            self.id not in (self.parent, following) and (self.parent is None or self.parent != following),
            "cycle.link",
            "parent",
            "or the next cycle leads back",
            expected="three cycles in a row",
        )
        self._check_parts(check)
        self._check_prediction(check)
        self._check_days(check)
        seal = self._sealed()
        check(
            self.seal in ("", seal),
            "cycle.sealed",
            "seal",
            "is of another content",
            expected="what was planned as it was at the start, and an ended cycle as it ended",
        )
        check.done()
        object.__setattr__(self, "seal", seal)

    @property
    def state(self) -> CycleState:
        """How far it has come, as what it holds tells."""
        if self.abandonment is not None:
            return CycleState.ABANDONED
        if self.act is not None:
            return CycleState.CLOSED
        if self.study is not None:
            return CycleState.STUDYING
        if self.do is not None:
            return CycleState.DOING
        return CycleState.DRAFT if self.missing else CycleState.PLANNED

    @property
    def missing(self) -> tuple[str, ...]:
        """What the plan lacks before the cycle can start."""
        return (self.plan or Plan()).missing

    @property
    def closed(self) -> date | None:
        """The day on which it ended with an act; None while it runs, and where it was abandoned."""
        return None if self.act is None else self.act.on

    @property
    def ended(self) -> bool:
        """Whether it is closed or abandoned, so that nothing more can be written into it."""
        return self.state in (CycleState.CLOSED, CycleState.ABANDONED)

    def _check_parts(self, check: Checker) -> None:
        """Each part needs the one before it."""
        begun = self.do is not None
        for name in self.missing if begun or self.abandonment is not None else ():
            code = "cycle.plan_incomplete" if begun else "cycle.abandoned_draft"
            check(False, code, f"plan.{name}", "is missing", expected="told before the start")
        check(
            self.study is None or begun,
            "cycle.study_without_do",
            "study",
            "has nothing to study",
            expected="a start",
        )
        check(
            self.act is None or self.study is not None,
            "cycle.act_without_study",
            "act",
            "rests on nothing",
            expected="a study",
        )
        check(
            self.abandonment is None or self.act is None,
            "cycle.abandoned_closed",
            "abandonment",
            "stands beside an act",
            expected="one end",
        )

    def _check_prediction(self, check: Checker) -> None:
        prediction = self.plan.prediction if self.plan is not None else None
        if prediction is None:
            return
        if self.do is not None:
            check(
                made_before(prediction, first_on=self.do.first_on, first_at=self.do.first_at) != "no",
                "cycle.prediction_post_hoc",
                "plan.prediction.recorded_at",
                "is not before the first datum",
                expected="a prediction made before anybody looked",
            )
        if self.study is not None:
            check(
                self.study.comparison == compare_with_prediction(prediction, self.study.result),
                "cycle.comparison",
                "study.comparison",
                "does not follow from prediction and result",
                expected="what compare_with_prediction gives",
            )

    def _check_days(self, check: Checker) -> None:
        """Each part has its day, none before that of a part it rests on."""
        days = [
            ("opened", self.opened),
            ("do.started", None if self.do is None else self.do.started),
            ("do.first_on", None if self.do is None else self.do.first_on),
            ("study.on", None if self.study is None else self.study.on),
            ("act.on", self.closed),
            ("abandonment.on", None if self.abandonment is None else self.abandonment.on),
        ]
        told = [(name, day) for name, day in days if day is not None]
        for place, (name, day) in enumerate(told):
            check(
                all(earlier <= day for _, earlier in told[:place]),
                "cycle.days",
                name,
                "lies before an earlier part",
                expected="days in the order of the parts",
            )

    def _sealed(self) -> str:
        """The hash over what can no longer be changed."""
        if self.ended:
            names = tuple(field.name for field in attrs.fields(type(self)) if field.name != "seal")
        else:
            names = _PLANNED if self.do is not None else ()
        return content_hash({name: getattr(self, name) for name in names}) if names else ""

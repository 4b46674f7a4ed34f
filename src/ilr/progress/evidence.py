"""The evidence about a building, and the answers a rule gives about it.

Here belong what `assess` reads and what it says: verdicts, stages, what is missing next. Any part of the
evidence may be absent; then the criteria that need it are not assessable, which is never a failure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TypeVar

import attrs

from ilr.base import (
    Attestation,
    Event,
    FrozenMap,
    Policy,
    Reason,
    Roster,
    SchoolCalendar,
    Verdict,
    Window,
    read_only,
)
from ilr.calibration import CalibrationMeeting, Standings
from ilr.coaching import CoachingPlan
from ilr.continuum import Criterion, LookForSet, Stage
from ilr.cycles import AssociationAnalysis, CohortCurves, ImprovementCycle, Involvement, Pilot, Review
from ilr.disclosure import Published, Release
from ilr.forms import Form
from ilr.observation import ObservationTable, Schedule
from ilr.progress.parts import CapacityParts, CoachingParts, LeadershipParts

__all__ = ["CriterionVerdict", "Evidence", "IndicatorReport", "NextStep", "Question", "StageReport"]

_Fact = TypeVar("_Fact", bound=Event)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Evidence:
    """What the host has recorded; None where it records no such thing. Equal when all parts are equal.

    Attributes:
        roster: people, teams, classes and appointments.
        look_fors: look-for sets in all their versions, the oldest first.
        forms: published forms in all their versions.
        schedule: planned visits.
        table: observations.
        calibration: closed calibration meetings.
        reviews: reviews of the data.
        cycles: improvement cycles.
        analyses: relations between observations and outcomes.
        pilots: what few teachers try before others.
        involvement: how pilot teachers took part in observing.
        comparisons: comparisons of the cohorts of pilots.
        published: tables that were published.
        releases: disclosures that took place.
        engagements: coaching plans.
        coaching: what else tells of coaching.
        capacity: who can support others, and what is planned.
        leadership: partnerships and coaching of leaders.
        events: small dated facts, attestations among them; of a kind that does not occur none are kept.
    """

    roster: Roster | None = None
    look_fors: tuple[LookForSet, ...] | None = None
    forms: tuple[Form, ...] | None = None
    schedule: Schedule | None = None
    table: ObservationTable | None = None
    calibration: tuple[CalibrationMeeting, ...] | None = None
    reviews: tuple[Review, ...] | None = None
    cycles: tuple[ImprovementCycle, ...] | None = None
    analyses: tuple[AssociationAnalysis, ...] | None = None
    pilots: tuple[Pilot, ...] | None = None
    involvement: tuple[Involvement, ...] | None = None
    comparisons: tuple[CohortCurves, ...] | None = None
    published: tuple[Published, ...] | None = None
    releases: tuple[Release, ...] | None = None
    engagements: tuple[CoachingPlan, ...] | None = None
    coaching: CoachingParts | None = None
    capacity: CapacityParts | None = None
    leadership: LeadershipParts | None = None
    events: tuple[Event, ...] = ()

    def standings(self, policy: Policy) -> Standings | None:
        """What the calibration meetings show, None where none are recorded."""
        return None if self.calibration is None else Standings.from_meetings(self.calibration, policy)


@attrs.frozen(kw_only=True)
class Question:
    """What a rule is asked: the evidence, the building, the days and the numbers.

    Equal when all parts are equal.
    """

    evidence: Evidence
    building: str
    window: Window
    as_of: date
    calendar: SchoolCalendar
    policy: Policy

    @property
    def coaching(self) -> CoachingParts:
        """What else tells of coaching; where it is not kept, none of its parts is."""
        return self.evidence.coaching or CoachingParts()

    @property
    def capacity(self) -> CapacityParts:
        """Who can support others; where it is not kept, none of its parts is."""
        return self.evidence.capacity or CapacityParts()

    @property
    def leadership(self) -> LeadershipParts:
        """Partnerships and coaching of leaders; where it is not kept, none of its parts is."""
        return self.evidence.leadership or LeadershipParts()

    @property
    def terms(self) -> tuple[Window, ...]:
        """The terms that lie wholly in the window; the window itself where there are none."""
        windows = (term.window for term in self.calendar.terms)
        return tuple(one for one in windows if one.overlap(self.window) == one) or (self.window,)

    @property
    def reviews(self) -> tuple[Review, ...] | None:
        """The closed reviews of the building up to the day, in order; None where no reviews are kept.

        Reviews of the cycles of a pilot are its own (ILR-7) and not among them.
        """
        if self.evidence.reviews is None:
            return None
        piloted = {cycle for pilot in self.evidence.pilots or () for cycle in pilot.cycles}
        own = (
            one
            for one in self.evidence.reviews
            if one.building == self.building and one.closed and one.cycle not in piloted
        )
        return tuple(sorted((one for one in own if one.on <= self.as_of), key=lambda one: one.on))

    @property
    def reviewed(self) -> tuple[Review, ...]:
        """Those of `reviews` in the window; none where no reviews are kept."""
        return tuple(one for one in self.reviews or () if one.on in self.window)

    def events(self, kind: type[_Fact]) -> tuple[_Fact, ...]:
        """The dated facts of a kind up to the day, in the order given."""
        return tuple(one for one in self.evidence.events if isinstance(one, kind) and one.on <= self.as_of)

    def attestation(self, criterion: str) -> Attestation | None:
        """The latest word on a criterion that has not expired; None without one (ST-3)."""
        lasting = timedelta(days=self.policy.attestation_days)
        valid = (
            one
            for one in self.events(Attestation)
            if one.criterion == criterion and one.building == self.building and self.as_of <= one.on + lasting
        )
        return max(valid, key=lambda one: one.on, default=None)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CriterionVerdict:
    """What the records say about one criterion. Equal when all fields are equal.

    Attributes:
        criterion: the criterion.
        verdict: met, not met, not applicable or not assessable.
        reasons: why, with the numbers.
        needs: record fields that would have to be kept, where it is not assessable.
        attested: whether it rests on somebody's word.
        superseded_by: the higher criterion that holds in its place, or None.
    """

    criterion: Criterion
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    needs: tuple[str, ...] = ()
    attested: bool = False
    superseded_by: str | None = None

    @property
    def holds(self) -> bool:
        """Whether it does not stand in the way of its stage (ST-1, ST-2)."""
        return self.verdict in (Verdict.MET, Verdict.NOT_APPLICABLE) or self.superseded_by is not None


@attrs.frozen(kw_only=True, field_transformer=read_only)
class NextStep:
    """What keeps an indicator from its next stage. Equal when all fields are equal.

    Attributes:
        criterion: id of the criterion.
        condition: what must be so.
        verdict: not met, or not assessable.
        reasons: why.
        needs: record fields to keep, where it is not assessable.
    """

    criterion: str
    condition: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    needs: tuple[str, ...]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class IndicatorReport:
    """Where a building stands on one indicator. Equal when all fields are equal.

    Attributes:
        code: code of the indicator.
        stage: highest stage all of whose required criteria hold, and those of the stages below; None
            before the first defined one.
        attested: whether that stage rests on anybody's word (ST-3).
        verdicts: one a criterion, breaches of guards first, then in order.
        next_steps: what is missing for the next stage, in order.
    """

    code: str
    stage: Stage | None
    attested: bool
    verdicts: tuple[CriterionVerdict, ...]
    next_steps: tuple[NextStep, ...]

    def verdict(self, criterion: str) -> CriterionVerdict:
        """The verdict on one criterion.

        Raises:
            KeyError: when the indicator has no such criterion.
        """
        return {one.criterion.id: one for one in self.verdicts}[criterion]


@attrs.frozen(kw_only=True)
class StageReport(Mapping[str, IndicatorReport]):
    """Where a building stands on every indicator, by code. Equal when all fields are equal.

    There is no overall stage: indicators do not average.

    Attributes:
        building: id of the school.
        as_of: the day.
        window: the days that were judged.
        framework: id and version of the framework.
        policy: version of the policy.
        calendar: version of the calendar.
        indicators: the reports.
    """

    building: str
    as_of: date
    window: Window
    framework: str
    policy: str
    calendar: str
    indicators: FrozenMap[str, IndicatorReport]

    def __getitem__(self, code: str) -> IndicatorReport:
        return self.indicators[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.indicators)

    def __len__(self) -> int:
        return len(self.indicators)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{code}</td><td>{one.stage.title if one.stage else 'not yet'}</td>"
            f"<td>{'attested' if one.attested else 'on records'}</td><td>{len(one.next_steps)}</td></tr>"
            for code, one in self.indicators.items()
        )
        head = "<tr><th>indicator</th><th>stage</th><th>rests</th><th>next steps</th></tr>"
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"

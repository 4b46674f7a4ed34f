"""The evidence about a building, and the answers a rule gives about it.

Here belong what `assess` reads and what it says: verdicts, stages, what is missing next. Any part of the
evidence may be absent; then the criteria that need it are not assessable, which is never a failure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import attrs

from ilr.base import Event, FrozenMap, Policy, Reason, Roster, SchoolCalendar, Verdict, Window, read_only
from ilr.calibration import CalibrationMeeting, Standings
from ilr.coaching import CoachingPlan
from ilr.continuum import Criterion, Stage
from ilr.cycles import AssociationAnalysis, ImprovementCycle, Review
from ilr.disclosure import Release
from ilr.observation import ObservationTable, Schedule

__all__ = ["CriterionVerdict", "Evidence", "IndicatorReport", "NextStep", "Question", "StageReport"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Evidence:
    """What the host has recorded; None where it records no such thing. Equal when all parts are equal.

    Attributes:
        roster: people, teams, classes and appointments.
        schedule: planned visits.
        table: observations.
        calibration: closed calibration meetings.
        reviews: reviews of the data.
        cycles: improvement cycles.
        analyses: relations between observations and outcomes.
        releases: disclosures that took place.
        engagements: coaching plans.
        events: small dated facts, attestations among them.
    """

    roster: Roster | None = None
    schedule: Schedule | None = None
    table: ObservationTable | None = None
    calibration: tuple[CalibrationMeeting, ...] | None = None
    reviews: tuple[Review, ...] | None = None
    cycles: tuple[ImprovementCycle, ...] | None = None
    analyses: tuple[AssociationAnalysis, ...] | None = None
    releases: tuple[Release, ...] | None = None
    engagements: tuple[CoachingPlan, ...] | None = None
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
    def terms(self) -> tuple[Window, ...]:
        """The terms that lie wholly in the window; the window itself where there are none."""
        windows = (term.window for term in self.calendar.terms)
        return tuple(one for one in windows if one.overlap(self.window) == one) or (self.window,)


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

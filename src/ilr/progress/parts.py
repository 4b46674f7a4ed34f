"""The parts of the evidence that tell of coaching, of the people for it, and of leaders.

Here belong the records that ILR-9 to ILR-12 and LS-12 read beside the rest of the evidence, in three groups. Each part
may be absent by itself: None is not kept, an empty part is kept and holds nothing. Not here: what the records mean.
"""

from __future__ import annotations

from datetime import date

import attrs

from ilr.base import read_only
from ilr.coaching import (
    CandidateSearch,
    CapacityInventory,
    CoachingProtocol,
    CompetencyProfile,
    Convening,
    Educator,
    LeaderSession,
    LearningPlan,
    LogTemplate,
    MentorAssignment,
    NeedsProfile,
    Nomination,
    Partnership,
    PartnershipMeeting,
    PlannedSupport,
    PracticeSession,
    PriorityList,
    RequirementPack,
    RoleDescription,
    SamplingFrame,
    TimeSpent,
    UpwardIssue,
)
from ilr.continuum import Crosswalk
from ilr.disclosure import EvaluationRelease, Withdrawal
from ilr.forms import Walkthrough

__all__ = ["CapacityParts", "CoachTime", "CoachingParts", "LeadershipParts"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CoachingParts:
    """What ILR-9, ILR-10 and ILR-11 read beside the coaching plans. Equal when all parts are equal.

    Attributes:
        walkthroughs: records of visits, one by one.
        protocols: coaching protocols, those for leaders among them.
        crosswalk: links from look-fors and codes of need to the framework of evaluation.
        vocabulary: the codes of need and support that are agreed on.
        profiles: what buildings and district need, as coaching shows it.
        requests: what teachers asked to go to an evaluator.
        withdrawals: what they took back of it.
    """

    walkthroughs: tuple[Walkthrough, ...] | None = None
    protocols: tuple[CoachingProtocol, ...] | None = None
    crosswalk: Crosswalk | None = None
    vocabulary: tuple[str, ...] | None = None
    profiles: tuple[NeedsProfile, ...] | None = None
    requests: tuple[EvaluationRelease, ...] | None = None
    withdrawals: tuple[Withdrawal, ...] = ()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CoachTime:
    """What the minutes of a coach went into on a day, or in the week that ends on it. Equal when all are equal.

    Attributes:
        coach: id of the coach.
        on: the day.
        spent: minutes by category.
    """

    coach: str
    on: date
    spent: tuple[TimeSpent, ...]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CapacityParts:
    """What ILR-12 reads. Equal when all parts are equal.

    Attributes:
        inventory: who can give support.
        educators: everybody for whom the state may ask support.
        planned: the support that is planned.
        requirements: the rules of the state.
        priorities: lists of what comes first, also what leaders asked of coaching.
        roles: role descriptions.
        competencies: competency profiles.
        search: the search of every school and subject for practice that others could visit.
        nominations: candidates on the way to model teacher.
        mentors: mentor assignments of teachers, coaches and leaders.
        time: where coaches' minutes went, the log of all their work.
        convenings: meetings of coaches.
    """

    inventory: CapacityInventory | None = None
    educators: tuple[Educator, ...] | None = None
    planned: tuple[PlannedSupport, ...] | None = None
    requirements: RequirementPack | None = None
    priorities: tuple[PriorityList, ...] | None = None
    roles: tuple[RoleDescription, ...] | None = None
    competencies: tuple[CompetencyProfile, ...] | None = None
    search: CandidateSearch | None = None
    nominations: tuple[Nomination, ...] | None = None
    mentors: tuple[MentorAssignment, ...] | None = None
    time: tuple[CoachTime, ...] | None = None
    convenings: tuple[Convening, ...] | None = None


@attrs.frozen(kw_only=True, field_transformer=read_only)
class LeadershipParts:
    """What LS-12a and LS-12b read. Equal when all parts are equal.

    Attributes:
        partnerships: leaders who meet regularly.
        meetings: their meetings, whatever became of them.
        issues: what buildings raised with the district.
        frame: the weeks that a time study looked at.
        sessions: coaching sessions of leaders, beside those in coaching plans of leaders.
        plans: learning plans of leaders.
        practice: rehearsals of protocols.
        templates: templates for the documentation of conversations.
    """

    partnerships: tuple[Partnership, ...] | None = None
    meetings: tuple[PartnershipMeeting, ...] | None = None
    issues: tuple[UpwardIssue, ...] | None = None
    frame: SamplingFrame | None = None
    sessions: tuple[LeaderSession, ...] | None = None
    plans: tuple[LearningPlan, ...] | None = None
    practice: tuple[PracticeSession, ...] | None = None
    templates: tuple[LogTemplate, ...] | None = None

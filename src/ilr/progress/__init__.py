"""Progress: where a building stands on the continuum, what is missing next, and what is due."""

from ilr.progress.agenda import Due, due
from ilr.progress.assessment import assess
from ilr.progress.evidence import CriterionVerdict, Evidence, IndicatorReport, NextStep, StageReport
from ilr.progress.parts import CapacityParts, CoachingParts, CoachTime, LeadershipParts

__all__ = [
    "CapacityParts",
    "CoachTime",
    "CoachingParts",
    "CriterionVerdict",
    "Due",
    "Evidence",
    "IndicatorReport",
    "LeadershipParts",
    "NextStep",
    "StageReport",
    "assess",
    "due",
]

"""Progress: where a building stands on the continuum, what is missing next, and what is due."""

from ilr.progress.agenda import Due, due
from ilr.progress.assessment import assess
from ilr.progress.evidence import CriterionVerdict, Evidence, IndicatorReport, NextStep, StageReport

__all__ = [
    "CriterionVerdict",
    "Due",
    "Evidence",
    "IndicatorReport",
    "NextStep",
    "StageReport",
    "assess",
    "due",
]

"""Observation: visits, walkthroughs, coverage, schedules, and the table that statistics read."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ilr.forms import LessonPart, Medium, Outcome, Purpose, VisitMode, Walkthrough
    from ilr.observation._columns import Column
    from ilr.observation._results import AgreementRow, AgreementTable, GroupMeans, Share, Shares, VisitFacts
    from ilr.observation.coverage import Coverage, valid_records
    from ilr.observation.table import MISSING_KINDS, ObservationTable
    from ilr.observation.visits import Schedule, Slot

__all__ = [
    "MISSING_KINDS",
    "AgreementRow",
    "AgreementTable",
    "Column",
    "Coverage",
    "GroupMeans",
    "LessonPart",
    "Medium",
    "ObservationTable",
    "Outcome",
    "Purpose",
    "Schedule",
    "Share",
    "Shares",
    "Slot",
    "VisitFacts",
    "VisitMode",
    "Walkthrough",
    "valid_records",
]

_HOMES = {
    "MISSING_KINDS": "ilr.observation.table",
    "AgreementRow": "ilr.observation._results",
    "AgreementTable": "ilr.observation._results",
    "Column": "ilr.observation._columns",
    "Coverage": "ilr.observation.coverage",
    "GroupMeans": "ilr.observation._results",
    "ObservationTable": "ilr.observation.table",
    "Schedule": "ilr.observation.visits",
    "Share": "ilr.observation._results",
    "Shares": "ilr.observation._results",
    "Slot": "ilr.observation.visits",
    "VisitFacts": "ilr.observation._results",
    "valid_records": "ilr.observation.coverage",
}


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module(_HOMES.get(name, "ilr.forms")), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__

"""Observation: visits, walkthroughs, coverage, schedules, and the table that statistics read."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ilr.forms import LessonPart, Medium, Outcome, Purpose, VisitMode, Walkthrough
    from ilr.observation._columns import Column
    from ilr.observation._results import AgreementRow, AgreementTable, GroupMeans, Share, Shares, VisitFacts
    from ilr.observation._streams import read_lines, write_lines
    from ilr.observation.coverage import (
        USES,
        Conversion,
        Coverage,
        RollingCoverage,
        conversion,
        rolling_coverage,
        valid_records,
    )
    from ilr.observation.scheduling import (
        Busy,
        CapacityAnswer,
        ObserverTime,
        PlanQuality,
        PlanTerms,
        Predictability,
        VisitPlan,
        check_capacity,
        commitment,
        keyed_order,
        plan_quality,
        plan_visits,
        repair_plan,
    )
    from ilr.observation.table import MISSING_KINDS, ObservationTable, concat
    from ilr.observation.visits import Schedule, Slot

__all__ = [
    "MISSING_KINDS",
    "USES",
    "AgreementRow",
    "AgreementTable",
    "Busy",
    "CapacityAnswer",
    "Column",
    "Conversion",
    "Coverage",
    "GroupMeans",
    "LessonPart",
    "Medium",
    "ObservationTable",
    "ObserverTime",
    "Outcome",
    "PlanQuality",
    "PlanTerms",
    "Predictability",
    "Purpose",
    "RollingCoverage",
    "Schedule",
    "Share",
    "Shares",
    "Slot",
    "VisitFacts",
    "VisitMode",
    "VisitPlan",
    "Walkthrough",
    "check_capacity",
    "commitment",
    "concat",
    "conversion",
    "keyed_order",
    "plan_quality",
    "plan_visits",
    "read_lines",
    "repair_plan",
    "rolling_coverage",
    "valid_records",
    "write_lines",
]

_HOMES = {
    "MISSING_KINDS": "ilr.observation.table",
    "USES": "ilr.observation.coverage",
    "AgreementRow": "ilr.observation._results",
    "AgreementTable": "ilr.observation._results",
    "Busy": "ilr.observation.scheduling",
    "CapacityAnswer": "ilr.observation.scheduling",
    "Column": "ilr.observation._columns",
    "Conversion": "ilr.observation.coverage",
    "Coverage": "ilr.observation.coverage",
    "GroupMeans": "ilr.observation._results",
    "ObservationTable": "ilr.observation.table",
    "ObserverTime": "ilr.observation.scheduling",
    "PlanQuality": "ilr.observation.scheduling",
    "PlanTerms": "ilr.observation.scheduling",
    "Predictability": "ilr.observation.scheduling",
    "RollingCoverage": "ilr.observation.coverage",
    "Schedule": "ilr.observation.visits",
    "Share": "ilr.observation._results",
    "Shares": "ilr.observation._results",
    "Slot": "ilr.observation.visits",
    "VisitFacts": "ilr.observation._results",
    "VisitPlan": "ilr.observation.scheduling",
    "check_capacity": "ilr.observation.scheduling",
    "commitment": "ilr.observation.scheduling",
    "concat": "ilr.observation.table",
    "conversion": "ilr.observation.coverage",
    "keyed_order": "ilr.observation.scheduling",
    "plan_quality": "ilr.observation.scheduling",
    "plan_visits": "ilr.observation.scheduling",
    "read_lines": "ilr.observation._streams",
    "repair_plan": "ilr.observation.scheduling",
    "rolling_coverage": "ilr.observation.coverage",
    "valid_records": "ilr.observation.coverage",
    "write_lines": "ilr.observation._streams",
}


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module(_HOMES.get(name, "ilr.forms")), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__

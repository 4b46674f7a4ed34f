"""Observation: visits, walkthroughs, coverage, schedules, and the table that statistics read."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ilr.forms import LessonPart, Medium, Outcome, Purpose, VisitMode, Walkthrough
    from ilr.observation._columns import Column
    from ilr.observation._conversion import USES, Conversion, conversion
    from ilr.observation._digests import record_digests
    from ilr.observation._labelling import with_column
    from ilr.observation._results import (
        AgreementRow,
        AgreementTable,
        GroupMeans,
        LevelShare,
        LevelShares,
        Rate,
        Rates,
        VisitFacts,
    )
    from ilr.observation._spread import Spread, spread_of_lesson_parts, spread_of_modes, spread_of_periods
    from ilr.observation._streams import read_lines, write_lines
    from ilr.observation.coverage import Coverage, RollingCoverage, rolling_coverage, valid_records
    from ilr.observation.scheduling import (
        Busy,
        CapacityAnswer,
        ObserverTime,
        PlanQuality,
        PlanTerms,
        Predictability,
        Shortfall,
        VisitChances,
        VisitPlan,
        check_capacity,
        commitment,
        keyed_order,
        plan_buildings,
        plan_quality,
        plan_visits,
        repair_plan,
        visit_chances,
    )
    from ilr.observation.table import MISSING_KINDS, ItemVersion, ObservationTable, concat
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
    "ItemVersion",
    "LessonPart",
    "LevelShare",
    "LevelShares",
    "Medium",
    "ObservationTable",
    "ObserverTime",
    "Outcome",
    "PlanQuality",
    "PlanTerms",
    "Predictability",
    "Purpose",
    "Rate",
    "Rates",
    "RollingCoverage",
    "Schedule",
    "Shortfall",
    "Slot",
    "Spread",
    "VisitChances",
    "VisitFacts",
    "VisitMode",
    "VisitPlan",
    "Walkthrough",
    "check_capacity",
    "commitment",
    "concat",
    "conversion",
    "keyed_order",
    "plan_buildings",
    "plan_quality",
    "plan_visits",
    "read_lines",
    "record_digests",
    "repair_plan",
    "rolling_coverage",
    "spread_of_lesson_parts",
    "spread_of_modes",
    "spread_of_periods",
    "valid_records",
    "visit_chances",
    "with_column",
    "write_lines",
]

_HOMES = {
    "MISSING_KINDS": "ilr.observation.table",
    "USES": "ilr.observation._conversion",
    "AgreementRow": "ilr.observation._results",
    "AgreementTable": "ilr.observation._results",
    "Busy": "ilr.observation.scheduling",
    "CapacityAnswer": "ilr.observation.scheduling",
    "Column": "ilr.observation._columns",
    "Conversion": "ilr.observation._conversion",
    "Coverage": "ilr.observation.coverage",
    "GroupMeans": "ilr.observation._results",
    "ItemVersion": "ilr.observation.table",
    "ObservationTable": "ilr.observation.table",
    "ObserverTime": "ilr.observation.scheduling",
    "PlanQuality": "ilr.observation.scheduling",
    "PlanTerms": "ilr.observation.scheduling",
    "Predictability": "ilr.observation.scheduling",
    "LevelShare": "ilr.observation._results",
    "LevelShares": "ilr.observation._results",
    "Rate": "ilr.observation._results",
    "Rates": "ilr.observation._results",
    "RollingCoverage": "ilr.observation.coverage",
    "Schedule": "ilr.observation.visits",
    "Shortfall": "ilr.observation.scheduling",
    "Slot": "ilr.observation.visits",
    "Spread": "ilr.observation._spread",
    "VisitChances": "ilr.observation.scheduling",
    "VisitFacts": "ilr.observation._results",
    "VisitPlan": "ilr.observation.scheduling",
    "check_capacity": "ilr.observation.scheduling",
    "commitment": "ilr.observation.scheduling",
    "concat": "ilr.observation.table",
    "conversion": "ilr.observation._conversion",
    "keyed_order": "ilr.observation.scheduling",
    "plan_buildings": "ilr.observation.scheduling",
    "plan_quality": "ilr.observation.scheduling",
    "plan_visits": "ilr.observation.scheduling",
    "read_lines": "ilr.observation._streams",
    "record_digests": "ilr.observation._digests",
    "repair_plan": "ilr.observation.scheduling",
    "rolling_coverage": "ilr.observation.coverage",
    "spread_of_lesson_parts": "ilr.observation._spread",
    "spread_of_modes": "ilr.observation._spread",
    "spread_of_periods": "ilr.observation._spread",
    "valid_records": "ilr.observation.coverage",
    "visit_chances": "ilr.observation.scheduling",
    "with_column": "ilr.observation._labelling",
    "write_lines": "ilr.observation._streams",
}


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module(_HOMES.get(name, "ilr.forms")), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__

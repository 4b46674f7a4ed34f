"""What leaders do and what they look for: frameworks in stages, and look-fors on levels.

Nothing here knows a form or an observation.
"""

from ilr.continuum import packs
from ilr.continuum.framework import (
    Area,
    Criterion,
    Framework,
    Indicator,
    Practice,
    Stage,
    StageDescriptor,
    check_framework,
)
from ilr.continuum.lookfors import Level, LevelScale, LookFor, LookForSet

__all__ = [
    "Area",
    "Criterion",
    "Framework",
    "Indicator",
    "Level",
    "LevelScale",
    "LookFor",
    "LookForSet",
    "Practice",
    "Stage",
    "StageDescriptor",
    "check_framework",
    "packs",
]

"""What leaders do and what they look for: frameworks in stages, and look-fors on levels.

Nothing here knows a form or an observation.
"""

from ilr.continuum import packs
from ilr.continuum.crosswalk import Component, Crosswalk, CrosswalkEntry, check_crosswalk
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
from ilr.continuum.lookfors import (
    Exemplar,
    Level,
    LevelScale,
    LookFor,
    LookForSet,
    TermRevision,
    check_look_fors,
)
from ilr.continuum.reading import Page, PageCell, PageLine, Passage, check_pages, read_page

__all__ = [
    "Area",
    "Component",
    "Criterion",
    "Crosswalk",
    "CrosswalkEntry",
    "Exemplar",
    "Framework",
    "Indicator",
    "Level",
    "LevelScale",
    "LookFor",
    "LookForSet",
    "Page",
    "PageCell",
    "PageLine",
    "Passage",
    "Practice",
    "Stage",
    "StageDescriptor",
    "TermRevision",
    "check_crosswalk",
    "check_framework",
    "check_look_fors",
    "check_pages",
    "packs",
    "read_page",
]

"""What leaders do and what they look for: frameworks in stages, and look-fors on levels.

Nothing here knows a form or an observation.
"""

from ilr.continuum import overlays, packs
from ilr.continuum.catalogue import Catalogue, Entry, Group, Part, check_catalogue
from ilr.continuum.citations import Citation, Erratum
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
from ilr.continuum.overlays import Overlay
from ilr.continuum.reading import Page, PageCell, PageLine, Passage, check_pages, read_page

__all__ = [
    "Area",
    "Catalogue",
    "Citation",
    "Component",
    "Criterion",
    "Crosswalk",
    "CrosswalkEntry",
    "Entry",
    "Erratum",
    "Exemplar",
    "Framework",
    "Group",
    "Indicator",
    "Level",
    "LevelScale",
    "LookFor",
    "LookForSet",
    "Overlay",
    "Page",
    "PageCell",
    "PageLine",
    "Part",
    "Passage",
    "Practice",
    "Stage",
    "StageDescriptor",
    "TermRevision",
    "check_catalogue",
    "check_crosswalk",
    "check_framework",
    "check_look_fors",
    "check_pages",
    "overlays",
    "packs",
    "read_page",
]

"""Instructional leadership routines: calibrated, privacy-safe evidence from classroom walkthroughs.

The rooms, in the order in which data walk through them: `continuum` (what is published and looked for),
`forms`, `observation`, `calibration`, `disclosure`, `cycles`, `coaching`, `progress`; below them `stats`
(numbers in, numbers out) and `base` (days, people, policy, errors); beside them the annexes `interop`,
`plots` and `testing`. Importing `ilr` loads none of them; each comes with its first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ilr import (
        base,
        calibration,
        coaching,
        continuum,
        cycles,
        disclosure,
        forms,
        interop,
        observation,
        plots,
        progress,
        stats,
        testing,
    )

__all__ = [
    "base",
    "calibration",
    "coaching",
    "continuum",
    "cycles",
    "disclosure",
    "forms",
    "interop",
    "observation",
    "plots",
    "progress",
    "stats",
    "testing",
]

__version__ = "0.1.0.dev0"


def __getattr__(name: str) -> Any:
    if name in __all__:
        return import_module(f"ilr.{name}")
    raise AttributeError(f"module 'ilr' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]

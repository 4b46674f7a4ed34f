"""Numbers in, numbers out: agreement, association, certification, drift, proportions, charts, small groups.

Here belongs every statistic that needs no word of a school: it knows units, raters, cells and
clusters. What is counted, and who may see it, is for the rooms below.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ilr.stats import (
        agreement,
        association,
        certification,
        charts,
        drift,
        matching,
        proportions,
        ratios,
        staggered,
        suppression,
    )
    from ilr.stats.estimate import Benchmark, Estimate
    from ilr.stats.ratings import Ratings
    from ilr.stats.significance import Significance
    from ilr.stats.tabulation import tabulate

__all__ = [
    "Benchmark",
    "Estimate",
    "Ratings",
    "Significance",
    "agreement",
    "association",
    "certification",
    "charts",
    "drift",
    "matching",
    "proportions",
    "ratios",
    "staggered",
    "suppression",
    "tabulate",
]

_HOMES = {
    "Benchmark": "estimate",
    "Estimate": "estimate",
    "Ratings": "ratings",
    "Significance": "significance",
    "tabulate": "tabulation",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{_HOMES.get(name, name)}")
    return getattr(module, name) if name in _HOMES else module


def __dir__() -> list[str]:
    return __all__

"""How long it takes to load the shipped routines, and to read a framework of 500 indicators.

Prints the median of several runs in processor time; ``python benchmarks/continuum.py``. The target is
30 ms for the routines and 300 ms for the large framework, which has as many criteria an indicator as they have.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from ilr.base import FrozenMap, apply, diff, structure_hash
from ilr.continuum import Stage, overlays, packs

RUNS = 15
INDICATORS = 500
CRITERIA = (2, 3, 3)


def milliseconds(run: Callable[[], Any]) -> tuple[float, float]:
    """Processor time of a call in milliseconds: the median and the longest of several runs."""
    run()
    taken = []
    for _ in range(RUNS):
        start = time.process_time()
        run()
        taken.append(1000 * (time.process_time() - start))
    return statistics.median(taken), max(taken)


def large(indicators: int) -> dict[str, Any]:
    """The document of a framework with links between its stages, two indicators a practice."""

    def criterion(owner: str, stage: Stage, number: int) -> dict[str, Any]:
        made: dict[str, Any] = {
            "id": f"{owner}.{stage.abbreviation}.{number}",
            "modality": "required",
            "basis": "records",
            "condition": "Something is so in every building of the district.",
            "needs": ["slot.day", "slot.mode", "walkthrough.at"],
            "parameters": ["P-GAP"],
        }
        if stage is Stage.GETTING_BETTER and number == 1:
            lower = f"{owner}.GS.1"
            made |= {"supersedes": [lower], "why": {lower: "The higher asks for more than the lower."}}
        return made

    def cells(owner: str) -> list[dict[str, Any]]:
        stages = [stage for stage in Stage if stage.phase == "progress"]
        return [
            {
                "stage": stage.value,
                "text": "What it looks like.",
                "criteria": [criterion(owner, stage, number) for number in range(1, count + 1)],
            }
            for stage, count in zip(stages, CRITERIA, strict=True)
        ]

    practices = [
        {
            "code": f"AB-{number}",
            "title": "A practice",
            "indicators": [
                {
                    "code": f"AB-{number}{letter}",
                    "title": "An indicator",
                    "practice": f"AB-{number}",
                    "stages": cells(f"AB-{number}{letter}"),
                }
                for letter in "ab"
            ],
        }
        for number in range(1, indicators // 2 + 1)
    ]
    return {
        "id": "large",
        "namespace": "AB",
        "title": "Large",
        "version": "1.0.0",
        "stages": [stage.value for stage in Stage],
        "areas": [{"id": "all", "title": "All", "order": 1, "practices": practices}],
    }


def main() -> None:
    """Measure and print."""
    start = time.process_time()
    routines = packs.load("ilr")
    print(f"{'first load of the routines in a process':48} {1000 * (time.process_time() - start):8.1f} ms")
    document = large(INDICATORS)
    one, other = packs.read(document), packs.read(document)
    changed = overlays.lay(
        routines,
        overlays.Overlay(
            framework="ilr",
            label="Longer",
            source="benchmark",
            licence="CC0-1.0",
            texts=FrozenMap({place: f"{text}!" for place, text in overlays.texts(routines).items()}),
        ),
    )
    measured: list[tuple[str, Callable[[], Any], float | None]] = [
        ("load the routines", lambda: packs.load("ilr"), 30.0),
        ("load the leadership system", lambda: packs.load("leadership-system"), None),
        (f"read {INDICATORS} indicators, {len(one.criteria)} criteria", lambda: packs.read(document), 300.0),
        ("structure hash of the large framework", lambda: structure_hash(one), None),
        ("difference of two large equal frameworks", lambda: diff(one, other), None),
        ("difference of all texts of the routines", lambda: diff(routines, changed), None),
        ("apply it", lambda: apply(diff(routines, changed), routines), None),
    ]
    for name, run, target in measured:
        median, longest = milliseconds(run)
        aim = "" if target is None else f"  target {target:.0f}: {'met' if median < target else 'missed'}"
        print(f"{name:48} {median:8.1f} ms, longest {longest:8.1f}{aim}")


if __name__ == "__main__":
    main()

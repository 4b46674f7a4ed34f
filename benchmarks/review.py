"""How long a large review takes: a hundred thousand walkthroughs of twelve items, from cut to published tables.

The walkthroughs of a district of 2,500 teachers are cut, summarised, compared with the half year before, and broken
down by grade, subject and experience, all three at once, for the district; small cells are hidden and audited. Run
``python -m benchmarks.review``. Times are of the processor, the best of three; the target is 10 s for all but the
reading of the frame.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import numpy as np

from ilr import cycles, disclosure
from ilr.base import Policy
from ilr.continuum.lookfors import LevelScale
from ilr.observation import ObservationTable

SEED = 20260901
WALKTHROUGHS, ITEMS, TEACHERS, OBSERVERS, DAYS = 100_000, 12, 2_500, 200, 180
GROUPS = {"grade": [1.0] * 8, "subject": [6.0, 6.0, 4.0, 3.0, 1.0], "experience": [1.0, 5.0, 9.0]}
"""How many teachers each group has, as weights; the small ones make cells that have to be hidden."""
FIRST, MIDDLE, LAST = date(2026, 9, 1), date(2026, 12, 1), date(2027, 6, 30)
TRIES = 3
T = TypeVar("T")


def year() -> dict[str, Any]:
    """Columns of a year of walkthroughs: each teacher has a grade, a subject and an experience."""
    rng = np.random.default_rng(SEED)
    teacher = rng.integers(0, TEACHERS, WALKTHROUGHS)
    practice = rng.normal(0, 0.8, TEACHERS)[teacher]
    latent = practice[:, None] + rng.normal(0, 0.5, ITEMS) + rng.logistic(size=(WALKTHROUGHS, ITEMS))
    levels = np.digitize(latent, [-1.0, 0.0, 1.2]) + 1
    return {
        "visit": np.arange(WALKTHROUGHS),
        "teacher": teacher,
        "observer": rng.integers(0, OBSERVERS, WALKTHROUGHS),
        "day": (np.datetime64(FIRST) + rng.integers(0, DAYS, WALKTHROUGHS)).tolist(),
        **{
            name: rng.choice(len(sizes), TEACHERS, p=np.array(sizes) / sum(sizes))[teacher]
            for name, sizes in GROUPS.items()
        },
        **{f"item-{place:02}": levels[:, place] for place in range(ITEMS)},
    }


def timed(name: str, call: Callable[[], T]) -> tuple[T, float]:
    """What a call gives, and the processor seconds of its best try."""
    seconds = []
    for _ in range(TRIES):
        start = time.process_time()
        found = call()
        seconds.append(time.process_time() - start)
    print(f"{name:44}{min(seconds):8.2f} s")
    return found, min(seconds)


def main() -> None:
    """Print the time of every step."""
    columns, policy = year(), Policy()
    table, _ = timed(
        "read the frame",
        lambda: ObservationTable.from_frame(
            columns,
            visit="visit",
            teacher="teacher",
            observer="observer",
            date="day",
            items=[name for name in columns if name.startswith("item-")],
            scales=LevelScale.numbered(4, fidelity=3),
            dimensions=("grade", "subject", "experience"),
        ),
    )
    (_, part), cutting = timed("cut", lambda: cycles.cut(table, building="district", on=LAST, policy=policy))
    summary, summarising = timed(
        "summarise and compare with the half year before",
        lambda: cycles.summarise(part, policy=policy, earlier=part.between(FIRST, MIDDLE)),
    )
    published, publishing = timed(
        "break down by three columns and publish",
        lambda: disclosure.publish(
            part, by=["grade", "subject", "experience"], audience="district", policy=policy
        ),
    )
    print(f"{'all but reading':44}{cutting + summarising + publishing:8.2f} s")
    print(
        f"{summary.observations} walkthroughs, {part.n_ratings} ratings, {summary.teachers} teachers; "
        f"{len(published.told)} cells told, {published.hidden} hidden"
    )


if __name__ == "__main__":
    main()

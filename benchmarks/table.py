"""How long ten million ratings take to become a table, how much memory that needs, and coverage of a year.

Every frame is read in a process of its own; ``python benchmarks/table.py``, or with names of cases for a
few of them. Times are of the processor; the peak is what a call takes beyond the frame that it reads. The
targets: under 4 s and within three times the columns of the table where ids are categories, and under 50 ms
for the coverage of 600 teachers in 36 weeks.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilr.base import Appointment, Organisation, Person, Policy, Role, Roster, SchoolCalendar, Window
from ilr.observation import ObservationTable

SEED = 20260901
VISITS, PAIRED, ITEMS, OBSERVERS, LEVELS = 400_000, 100_000, 20, 3_000, 4
TEACHERS, WEEKS = 600, 36
MEBIBYTE = 1024**2

Columns = dict[str, tuple[NDArray[Any], list[str]]]


def columns(*, shuffled: bool) -> tuple[Columns, NDArray[np.int8]]:
    """Codes and names of the four id columns, and the levels, a row a rating."""
    rng = np.random.default_rng(SEED)
    visit = np.sort(np.concatenate([np.arange(VISITS), rng.choice(VISITS, PAIRED, replace=False)]))
    second = np.concatenate([[False], visit[1:] == visit[:-1]])
    observer = (rng.integers(0, OBSERVERS // 2, VISITS)[visit] * 2 + second).astype(np.int32)
    teacher = rng.integers(0, 60_000, VISITS)[visit].astype(np.int32)
    rows = len(visit) * ITEMS
    names = rng.permutation(VISITS)  # ids do not follow the order of the rows
    order = rng.permutation(rows) if shuffled else slice(None)

    def spread(codes: NDArray[Any]) -> NDArray[Any]:
        return np.repeat(codes.astype(np.int32), ITEMS)[order]

    level = rng.integers(1, LEVELS + 1, rows).astype(np.int8)
    return {
        "visit": (spread(visit), [f"v{name:06d}" for name in names]),
        "teacher": (spread(teacher), [f"t{name:05d}" for name in range(60_000)]),
        "observer": (spread(observer), [f"o{name:04d}" for name in range(OBSERVERS)]),
        "item": (
            np.tile(np.arange(ITEMS, dtype=np.int32), rows // ITEMS)[order],
            [f"i{at}" for at in range(ITEMS)],
        ),
    }, level


def polars_frame(coded: Columns, level: NDArray[np.int8], *, categories: bool) -> Any:
    """A polars frame with categorical or text columns."""
    import polars as pl

    def column(codes: NDArray[Any], names: list[str]) -> Any:
        texts = pl.Series(names).cast(pl.Categorical) if categories else pl.Series(names)
        return texts.gather(codes)

    return pl.DataFrame({name: column(*one) for name, one in coded.items()} | {"level": level})


def pandas_frame(coded: Columns, level: NDArray[np.int8], *, categories: bool) -> Any:
    """A pandas frame with categorical or text columns."""
    import pandas as pd

    def column(codes: NDArray[Any], names: list[str]) -> Any:
        made = pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype="str"))
        return made if categories else pd.Series(names, dtype="str").take(codes).reset_index(drop=True)

    return pd.DataFrame({name: column(*one) for name, one in coded.items()} | {"level": level})


def pyarrow_frame(coded: Columns, level: NDArray[np.int8], *, categories: bool) -> Any:
    """A pyarrow table with dictionary or text columns."""
    import pyarrow as pa

    def column(codes: NDArray[Any], names: list[str]) -> Any:
        made = pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(names))
        return made if categories else made.cast(pa.string())

    return pa.table({name: column(*one) for name, one in coded.items()} | {"level": pa.array(level)})


MAKERS: dict[str, Callable[..., Any]] = {
    "polars": polars_frame,
    "pandas": pandas_frame,
    "pyarrow": pyarrow_frame,
}
CASES = (
    *(f"{maker} categories" for maker in MAKERS),
    "polars categories shuffled",
    *(f"{maker} strings" for maker in MAKERS),
    "coverage",
)


def memory(field: str) -> int:
    """A figure of this process's memory in bytes, on Linux."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(field)


def size(table: ObservationTable) -> int:
    """Bytes of the columns of a table, category names not counted."""
    arrays = (table.days, table.minutes, table.walk, table.item, table.level)
    return sum(one.nbytes for one in arrays) + sum(one.codes.nbytes for one in table.walks.values())


def read(case: str) -> str:
    """Build one frame, read it, and tell time and memory."""
    maker, kind, *rest = case.split()
    frame = MAKERS[maker](*columns(shuffled=bool(rest)), categories=kind == "categories")
    keys = {name: name for name in ("visit", "teacher", "observer", "item", "level")}
    ObservationTable.from_frame(frame[:100], **keys, levels=[1, 2, 3, 4])  # type: ignore[arg-type]  # names of columns  # imports are not counted
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak of making the frame
    before, start = memory("VmRSS"), time.process_time()
    table = ObservationTable.from_frame(frame, **keys, levels=[1, 2, 3, 4])  # type: ignore[arg-type]  # names of columns
    taken, peak = time.process_time() - start, memory("VmHWM") - before
    assert table.n_ratings == (VISITS + PAIRED) * ITEMS
    own = size(table)
    return (
        f"{case:28} {taken:6.2f} s   peak {peak / MEBIBYTE:6.0f} MiB   "
        f"columns {own / MEBIBYTE:5.0f} MiB   ratio {peak / own:4.1f}"
    )


def coverage() -> str:
    """Coverage of one large building in a school year, a visit every other week."""
    rng = np.random.default_rng(SEED)
    start = date(2026, 8, 31)
    window = Window(start, start + timedelta(weeks=WEEKS, days=-1))
    calendar = SchoolCalendar.weekdays(window.start, window.end)
    ids = [f"t{number}" for number in range(TEACHERS)]
    roster = Roster(
        people=tuple(Person(id=id) for id in ids),
        organisations=(Organisation(id="b"),),
        appointments=tuple(Appointment(person=id, organisation="b", role=Role.TEACHER) for id in ids),
    )
    n = TEACHERS * WEEKS // 2
    days = rng.choice(len(calendar.instructional_days), n)
    table = ObservationTable.from_frame(
        {
            "visit": np.arange(n),
            "teacher": [ids[at % TEACHERS] for at in range(n)],
            "observer": ["o"] * n,
            "date": [calendar.instructional_days[day] for day in days],
            "a": np.ones(n, dtype=int),
        },
        visit="visit",
        teacher="teacher",
        observer="observer",
        items=["a"],
        date="date",
        levels=[1, 2],
    )
    taken = []
    for _ in range(7):
        begun = time.process_time()
        found = table.coverage(roster=roster, building="b", window=window, calendar=calendar, policy=Policy())
        taken.append(time.process_time() - begun)
    assert len(found.visits) == TEACHERS
    return f"{'coverage':28} {1000 * sorted(taken)[len(taken) // 2]:6.1f} ms median of {len(taken)}"


def main(names: list[str]) -> None:
    """Run one case here, or each case in a process of its own."""
    if len(names) == 1:
        print(coverage() if names[0] == "coverage" else read(names[0]))
        return
    for name in names or CASES:
        subprocess.run([sys.executable, __file__, name], check=True)  # noqa: S603  # this file itself


if __name__ == "__main__":
    main(sys.argv[1:])

"""Which teacher is seen in which week: one integer programme, and the bounds that are read before it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["cover", "crowded_weeks"]

MOST = 2
MISSED, EXTRA = 5.0, 5.0


def crowded_weeks(
    open_weeks: NDArray[np.bool_], most: NDArray[np.int64], *, every: int
) -> tuple[list[int], int]:
    """The weeks in which more visits are needed than can be made, and the largest need of a run.

    In every stretch of at most ``every`` weeks the teachers who must be seen inside it are counted: those
    with a run of ``every`` weeks that is open to visits inside the stretch only.

    Returns:
        The numbers of the weeks of crowded stretches; the most visits needed in a run of full length.
    """
    weeks = open_weeks.shape[1]
    crowded: set[int] = set()
    need = 0
    for start in range(weeks - every + 1):
        run = open_weeks[:, start : start + every]
        rows = run[run.any(axis=1)]
        need = max(need, len(rows))
        first = rows.argmax(axis=1)
        last = every - 1 - rows[:, ::-1].argmax(axis=1)
        for a in range(every):
            for b in range(a, every):
                inside = int(((first >= a) & (last <= b)).sum())
                stretch = range(start + a, start + b + 1)
                if inside > int(most[list(stretch)].sum()):
                    crowded.update(stretch)
    return sorted(crowded), need


def cover(
    asked: NDArray[np.bool_],
    upper: NDArray[np.bool_],
    fixed: NDArray[np.bool_],
    most: NDArray[np.int64],
    costs: NDArray[np.float64],
    *,
    every: int,
    total: int | None,
    adjacent: float,
) -> NDArray[np.bool_] | None:
    """Choose the weeks of every teacher.

    Args:
        asked: whether a teacher can be seen in a week by the terms, or was; a run of weeks without any asks
            for nothing.
        upper: the same without the weeks in which no place was found.
        fixed: whether a teacher was seen in a week already.
        most: visits that a week can hold, those that took place among them.
        costs: price of a visit, by teacher and week.
        every: each run of so many weeks holds one or two visits.
        total: visits that are aimed at, None for as many as come.
        adjacent: price of a visit in two weeks that follow each other.

    Returns:
        Whether a teacher is seen in a week, or None when no choice holds all rules.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    teachers, weeks = upper.shape
    size = teachers * weeks
    pairs = teachers * (weeks - 1)
    places = np.arange(size).reshape(teachers, weeks)
    rows: list[NDArray[np.int64]] = []
    columns: list[NDArray[np.int64]] = []
    values: list[NDArray[np.float64]] = []
    lows: list[float] = []
    highs: list[float] = []

    def row(where: NDArray[np.int64], what: NDArray[np.float64], low: float, high: float) -> None:
        rows.append(np.full(len(where), len(lows)))
        columns.append(where)
        values.append(what)
        lows.append(low)
        highs.append(high)

    for teacher in range(teachers):
        for start in range(weeks - every + 1):
            run = slice(start, start + every)
            if asked[teacher, run].any():
                high = max(MOST, int(fixed[teacher, run].sum()))
                row(places[teacher, run], np.ones(every), 1.0, float(high))
        for week in range(weeks - 1):
            slack = size + teacher * (weeks - 1) + week
            row(
                np.array([*places[teacher, week : week + 2], slack]), np.array([1.0, 1.0, -1.0]), -np.inf, 1.0
            )
    for week in range(weeks):
        row(places[:, week], np.ones(teachers), 0.0, float(most[week]))
    if total is not None:
        ends = np.array([size + pairs, size + pairs + 1])
        row(
            np.concatenate([places.ravel(), ends]),
            np.concatenate([np.ones(size), [1.0, -1.0]]),
            float(total),
            float(total),
        )
    width = size + pairs + 2
    matrix = csr_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(len(lows), width)
    )
    tail = np.full(2, np.inf)
    answer = milp(
        np.concatenate([costs.ravel(), np.full(pairs, adjacent), [MISSED, EXTRA]]),
        integrality=np.concatenate([np.ones(size), np.zeros(pairs + 2)]),
        bounds=Bounds(
            np.concatenate([fixed.ravel().astype(float), np.zeros(pairs + 2)]),
            np.concatenate([upper.ravel().astype(float), np.ones(pairs), tail]),
        ),
        constraints=LinearConstraint(matrix, np.array(lows), np.array(highs)),
        options={"mip_rel_gap": 0.0},
    )
    if answer.x is None:
        return None
    return np.asarray(answer.x[:size] > 0.5).reshape(teachers, weeks)

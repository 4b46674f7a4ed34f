"""Which teacher is seen in which week: one integer programme, and the bounds that are read before it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["cover", "crowded_weeks", "runs_due"]

MOST = 2
MISSED, EXTRA = 5.0, 5.0


def runs_due(open_weeks: NDArray[np.bool_], seen: NDArray[np.int64], *, every: int) -> NDArray[np.bool_]:
    """Which runs of weeks have to hold a visit of a teacher.

    Those inside the plan in which the teacher can be seen, and of those that begin before it the one that
    follows the teacher's last visit.

    Args:
        open_weeks: whether a teacher can be seen, or was, by teacher and week of the plan.
        seen: visits of a teacher by week, those before the plan first.
        every: length of a run.

    Returns:
        By teacher and first week of the run, from ``every`` weeks before the plan on.
    """
    before = seen.shape[1] - open_weeks.shape[1]
    wide = np.hstack([np.zeros((len(seen), every), dtype=bool), open_weeks])
    past = seen[:, before - every : before] > 0
    due: NDArray[np.bool_] = np.zeros((len(seen), open_weeks.shape[1] + 1), dtype=bool)
    np.any(np.lib.stride_tricks.sliding_window_view(wide, every, axis=1), axis=2, out=due)
    due[:, 0] = False
    for start in range(1, every):
        due[:, start] &= past[:, start - 1] & ~past[:, start:].any(axis=1)
    return due


def crowded_weeks(
    open_weeks: NDArray[np.bool_],
    most: NDArray[np.int64],
    seen: NDArray[np.int64],
    company: NDArray[np.int64],
    *,
    every: int,
) -> tuple[list[int], float]:
    """The weeks in which more visits are needed than can be made, and the largest need of a run.

    In every stretch of at most ``every`` weeks the teachers who must still be seen inside it are counted:
    those with a run that has to hold a visit, holds none yet and is open to visits inside the stretch only.

    Args:
        open_weeks: whether a teacher can be seen, by teacher and week.
        most: visits that a week can hold beside those that took place.
        seen: visits that took place by teacher and week, those before the plan first.
        company: the most teachers who are seen in one visit with a teacher; a visit then counts for as much
            less.
        every: length of a run.

    Returns:
        The numbers of the weeks of crowded stretches; the most visits needed in a run of full length.
    """
    due = runs_due(open_weeks, seen, every=every) & (_held(seen, open_weeks.shape[1], every) == 0)
    wide = np.hstack([np.zeros((len(open_weeks), every), dtype=bool), open_weeks])
    crowded: set[int] = set()
    need = 0.0
    for start in range(due.shape[1]):
        rows = due[:, start]
        run, weight = wide[rows, start : start + every], 1 / company[rows]
        need = max(need, float(weight.sum()))
        first = run.argmax(axis=1)
        last = every - 1 - run[:, ::-1].argmax(axis=1)
        for a in sorted(set(first.tolist())):  # a crowded stretch has a crowded part with such ends
            for b in sorted({one for one in last.tolist() if one >= a}):
                inside = float(weight[(first >= a) & (last <= b)].sum())
                stretch = range(start + a - every, start + b + 1 - every)
                if inside > int(most[list(stretch)].sum()) + 1e-9:
                    crowded.update(stretch)
    return sorted(crowded), need


def _held(seen: NDArray[np.int64], weeks: int, every: int) -> NDArray[np.int64]:
    """Visits that took place in each run of weeks, in the order of `runs_due`."""
    near = seen[:, seen.shape[1] - weeks - every :]
    held: NDArray[np.int64] = np.lib.stride_tricks.sliding_window_view(near, every, axis=1).sum(axis=2)
    return held


def cover(
    members: NDArray[np.bool_],
    due: NDArray[np.bool_],
    upper: NDArray[np.bool_],
    seen: NDArray[np.int64],
    most: NDArray[np.int64],
    costs: NDArray[np.float64],
    *,
    every: int,
    total: int | None,
    adjacent: float,
) -> NDArray[np.bool_] | None:
    """Choose the weeks of every teacher.

    Args:
        members: whether a teacher is among those who are seen together, by teacher and unit; a unit is a
            teacher alone or the teachers of one class.
        due: whether a run has to hold a visit, as `runs_due` tells.
        upper: whether a unit can be seen, by unit and week.
        seen: visits that took place by teacher and week, those before the plan first.
        most: visits that a week can hold beside those that took place.
        costs: price of a visit, by unit and week.
        every: each run of so many weeks holds one or two visits.
        total: visits that are aimed at, None for as many as come.
        adjacent: price of a visit in two weeks that follow each other.

    Returns:
        Whether a unit is seen in a week, or None when no choice holds all rules.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import block_array, csr_array, eye_array, kron

    units, weeks = upper.shape
    teachers = len(members)
    start = seen.shape[1] - weeks
    size, gaps = units * weeks, teachers * weeks
    whose = csr_array(members.astype(float))
    held = _held(seen, weeks, every)
    week = np.arange(weeks)
    first = np.arange(-every, weeks - every + 1)[:, None]
    runs = csr_array(((week >= first) & (week < first + every)).astype(float))
    steps = csr_array(((week == week[:, None]) | (week == week[:, None] - 1)).astype(float))
    near = seen[:, start - 1 : -1] + seen[:, start:]
    totals = csr_array(np.ones((1, size))) if total is not None else csr_array((1, size))
    ends = csr_array(np.array([[1.0, -1.0]]) * (total is not None))
    matrix: csr_array[np.float64, tuple[int, int]] = block_array(
        [
            [kron(whose, runs), None, None],
            [kron(whose, steps), -eye_array(gaps), None],
            [kron(whose, eye_array(weeks)), None, None],
            [kron(csr_array(np.ones((1, units))), eye_array(weeks)), None, None],
            [totals, None, ends],
        ],
        format="csr",
    )
    aim = np.array([total or 0])
    low = (due.astype(np.int64) - held, np.full(2 * gaps + weeks, -np.inf), aim)
    high = (np.maximum(MOST - held, 0), 1 - near, np.ones(gaps), most, aim)
    answer = milp(
        np.concatenate([costs.ravel(), np.full(gaps, adjacent), [MISSED, EXTRA]]),
        integrality=np.concatenate([np.ones(size), np.zeros(gaps + 2)]),
        bounds=Bounds(
            np.zeros(size + gaps + 2),
            np.concatenate([upper.ravel().astype(float), np.full(gaps + 2, np.inf)]),
        ),
        constraints=LinearConstraint(
            matrix,
            np.concatenate([one.ravel() for one in low]),
            np.concatenate([one.ravel() for one in high]),
        ),
        options={"mip_rel_gap": 0.0},
    )
    if answer.x is None:
        return None
    return np.asarray(answer.x[:size] > 0.5).reshape(units, weeks)

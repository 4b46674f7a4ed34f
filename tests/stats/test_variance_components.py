"""Sums of squares and likelihoods of layouts with gaps, against the same by matrices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ilr.stats import Ratings
from ilr.stats import _variance_components as components
from ilr.stats._scores import Scores, read_scores

Table = NDArray[np.float64]


def table(units: int, raters: int, *, gaps: float = 0.3, seed: int = 1) -> Table:
    """Scores of units by raters with some missing at random."""
    rng = np.random.default_rng(seed)
    out: Table = rng.normal(size=(units, 1)) + rng.normal(size=raters) + rng.normal(size=(units, raters))
    out[rng.random(out.shape) < gaps] = np.nan
    return out


def scores(rows: Table) -> Scores:
    """The scores of a table."""
    return read_scores(Ratings.from_matrix(rows, continuous=True), "test")


def incidence(rows: Table) -> tuple[Table, Table, Table]:
    """Scores with the indicators of units and of raters, for those that have a score."""
    unit, rater = np.nonzero(~np.isnan(rows))
    of_units = np.eye(rows.shape[0])[unit]
    of_raters = np.eye(rows.shape[1])[rater]
    return rows[unit, rater], of_units[:, of_units.any(axis=0)], of_raters[:, of_raters.any(axis=0)]


def left(y: Table, *columns: Table) -> float:
    """Residual sum of squares of least squares on all columns."""
    x = np.column_stack(columns)
    return float(np.sum((y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) ** 2))


def rank(*columns: Table) -> int:
    """Rank of all columns."""
    return int(np.linalg.matrix_rank(np.column_stack(columns)))


def restricted(y: Table, x: Table, spread: Table) -> float:
    """Minus twice the restricted log-likelihood, the residual variance profiled out, but for a constant."""
    inverse = np.linalg.inv(spread)
    information = x.T @ inverse @ x
    rest = y - x @ np.linalg.solve(information, x.T @ inverse @ y)
    freedom = len(y) - x.shape[1]
    out = freedom * math.log(rest @ inverse @ rest)
    return float(out + np.linalg.slogdet(spread)[1] + np.linalg.slogdet(information)[1])


SHAPES = [(12, 4), (4, 12), (9, 9)]


@pytest.mark.parametrize(
    ("shape", "gaps"), [*((shape, gaps) for shape in SHAPES for gaps in (0.0, 0.4, 0.7)), ((56, 54), 0.9)]
)
def test_mean_squares_are_those_of_least_squares(shape: tuple[int, int], gaps: float) -> None:
    """Fitting constants gives the reductions, ranks and expectations that matrices give."""
    rows = table(*shape, gaps=gaps)
    y, units, raters = incidence(rows)
    found = components.crossed(scores(rows)).mean_squares()
    both = rank(units, raters)
    assert found.units_freedom == both - raters.shape[1]
    assert found.raters_freedom == both - units.shape[1]
    assert found.residual_freedom == len(y) - both
    error = left(y, units, raters)
    assert found.units * found.units_freedom == pytest.approx(left(y, raters) - error)
    assert found.raters * found.raters_freedom == pytest.approx(left(y, units) - error)
    assert found.residual * found.residual_freedom == pytest.approx(error)
    for one, other, per, freedom in (
        (units, raters, found.per_unit, found.units_freedom),
        (raters, units, found.per_rater, found.raters_freedom),
    ):
        rest = one - other @ np.linalg.lstsq(other, one, rcond=None)[0]
        assert per * freedom == pytest.approx(float(np.sum(rest**2)))


@pytest.mark.parametrize("gaps", [0.0, 0.4])
def test_one_way_mean_squares(gaps: float) -> None:
    """Without raters there are mean squares between and within units, and nothing is said of raters."""
    rows = table(8, 5, gaps=gaps)
    y, units, _ = incidence(rows)
    found = components.layout(scores(rows)).mean_squares()
    sizes = units.sum(axis=0)
    assert (found.units_freedom, found.residual_freedom) == (len(sizes) - 1, len(y) - len(sizes))
    assert found.units * found.units_freedom == pytest.approx(left(y, np.ones(len(y))) - left(y, units))
    assert found.residual * found.residual_freedom == pytest.approx(left(y, units))
    assert found.per_unit * found.units_freedom == pytest.approx(len(y) - (sizes @ sizes) / len(y))
    assert np.isnan([found.raters, found.raters_freedom, found.per_rater]).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_larger_factor_is_absorbed(shape: tuple[int, int]) -> None:
    """Units are summed over unless raters are more of them."""
    assert components.crossed(scores(table(*shape))).units_absorbed == (shape[0] >= shape[1])


@pytest.mark.parametrize(
    ("gaps", "full"),
    [([], True), ([(0, 0)], False), ([(0, 0), (1, 1), (2, 2), (3, 0), (4, 1), (5, 2)], False)],
)
@pytest.mark.parametrize("turned", [False, True])
def test_full_layouts(
    gaps: list[tuple[int, int]], full: bool, turned: bool
) -> None:  # which factor is larger
    """A layout is full where every rater scored every unit, not where units have equally many scores."""
    rows = table(6, 3, gaps=0.0)
    for place in gaps:
        rows[place] = np.nan
    assert components.crossed(scores(rows.T if turned else rows)).full == full


@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e8])
def test_a_rest_of_rounding_is_none(scale: float) -> None:
    """Sums of squares that are rounding only count as zero, whatever the unit of the scores."""
    for seed in range(4):
        rng = np.random.default_rng(seed)
        units, raters = scale * rng.normal(size=7), scale * rng.normal(size=5)
        found = components.crossed(scores(units[:, None] + raters)).mean_squares()
        assert found.residual == 0.0
        assert found.units == pytest.approx(5 * np.var(units, ddof=1))


def test_groups_that_nothing_connects() -> None:
    """Raters of two separate groups of units are not compared across the groups."""
    rows = np.full((6, 5), np.nan)
    rows[:3, :2] = [[1.0, 2.0], [3.0, 5.0], [4.0, 4.0]]
    rows[3:, 2:] = [[1.0, 2.0, 1.0], [3.0, 5.0, 2.0], [4.0, 4.0, 1.0]]
    y, units, raters = incidence(rows)
    found = components.crossed(scores(rows)).mean_squares()
    assert (found.units_freedom, found.raters_freedom, found.residual_freedom) == (4, 3, 6)
    assert found.residual * 6 == pytest.approx(left(y, units, raters))
    often = Ratings.from_matrix(rows, continuous=True, times=[10**6] * 6)
    many = components.crossed(read_scores(often, "test")).mean_squares()
    assert (many.units_freedom, many.raters_freedom) == (6 * 10**6 - 2, 3)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("gaps", [0.0, 0.4])
def test_likelihoods_are_those_of_matrices(shape: tuple[int, int], gaps: float) -> None:
    """Differences of the restricted likelihood between two points are those of the full covariance."""
    rows = table(*shape, gaps=gaps)
    y, units, raters = incidence(rows)
    one, identity = np.ones((len(y), 1)), np.eye(len(y))
    crossed, layout = components.crossed(scores(rows)), components.layout(scores(rows))
    points = [(0.0, 0.0), (0.7, 0.3), (2.0, 0.0), (0.0, 1.5)]
    ours: dict[str, list[float]] = {"random": [], "fixed": [], "one-way": []}
    theirs: dict[str, list[float]] = {"random": [], "fixed": [], "one-way": []}
    for of_units, of_raters in points:
        plain = identity + of_units * units @ units.T
        ours["random"].append(crossed.deviance(of_units, of_raters))
        theirs["random"].append(restricted(y, one, plain + of_raters * raters @ raters.T))
        ours["fixed"].append(crossed.deviance_with_fixed_raters(of_units))
        theirs["fixed"].append(restricted(y, raters, plain))
        ours["one-way"].append(layout.deviance(of_units))
        theirs["one-way"].append(restricted(y, one, plain))
    for kind, values in ours.items():
        assert np.diff(values) == pytest.approx(np.diff(theirs[kind]), abs=1e-7)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("ratio", [-0.01, 0.0, 0.5, 20.0])
def test_weighted_residuals_are_those_of_matrices(shape: tuple[int, int], ratio: float) -> None:
    """Residuals of weighted least squares agree, with a common mean and with fixed raters."""
    rows = table(*shape)
    y, units, raters = incidence(rows)
    inverse = np.linalg.inv(np.eye(len(y)) + ratio * units @ units.T)
    for design, x in (
        (components.layout(scores(rows)), np.ones((len(y), 1))),
        (components.crossed(scores(rows)), raters),
    ):
        rest = y - x @ np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ y)
        assert design.residual(ratio) == pytest.approx(float(rest @ inverse @ rest))
        assert design.least_ratio < -0.01


@pytest.mark.parametrize("shape", SHAPES)
def test_least_ratio(shape: tuple[int, int]) -> None:
    """Residuals are defined above the ratio at which a weight of units becomes infinite."""
    rows = table(*shape)
    _, units, raters = incidence(rows)
    sizes = units.sum(axis=0)
    rest = units - raters @ np.linalg.lstsq(raters, units, rcond=None)[0]
    most = max(sizes) if shape[0] >= shape[1] else np.linalg.eigvalsh(rest.T @ rest).max()
    assert components.crossed(scores(rows)).least_ratio == pytest.approx(-1 / most)
    assert components.layout(scores(rows)).least_ratio == pytest.approx(-1 / max(sizes))


@pytest.mark.parametrize("shape", [(30, 20), (70, 54)])
@pytest.mark.parametrize("dense", [True, False])
@pytest.mark.parametrize("room", [0, -1])
def test_large_layouts_are_sparse(
    shape: tuple[int, int], dense: bool, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sums are the same where they, or what they are made of, are held sparse."""
    rows = table(*shape, gaps=0.5)
    rows[[0, -1]] = np.nan
    plain = components.crossed(scores(rows))
    if not dense:
        monkeypatch.setattr(components, "_DENSE", 0)
    monkeypatch.setattr(components, "_STACK", plain.together.size + room)
    other = components.crossed(scores(rows))
    assert isinstance(other.together, np.ndarray) == (room == 0)
    assert other.deviance(0.5, 0.2) == pytest.approx(plain.deviance(0.5, 0.2))


@pytest.mark.parametrize("shape", [(3, 8), (8, 3)])
def test_rows_that_stand_for_several_units(shape: tuple[int, int]) -> None:
    """A row with a frequency is as many rows, whichever factor is the larger."""
    rows = table(*shape)
    times = np.arange(1, shape[0] + 1)
    whole = Ratings.from_matrix(np.repeat(rows, times, axis=0), continuous=True)
    short = Ratings.from_matrix(rows, continuous=True, times=times)
    found: Any = [components.crossed(read_scores(one, "test")).deviance(0.4, 0.9) for one in (whole, short)]
    assert found[0] == pytest.approx(found[1])


def test_raters_without_a_score_do_not_count() -> None:
    """A rater who scored nothing changes no sum."""
    rows = table(8, 3)
    wide = np.insert(rows, 1, np.nan, axis=1)
    one, two = (components.crossed(scores(part)).mean_squares() for part in (rows, wide))
    assert one.raters == pytest.approx(two.raters)
    assert one.raters_freedom == two.raters_freedom

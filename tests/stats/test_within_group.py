"""Agreement within each unit: r_wg and its kin, and Finn's coefficient."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from ilr.base.errors import InvalidInput
from ilr.base.reasons import Reason
from ilr.stats import Ratings, agreement

AGREEMENT: Any = agreement
LEVELS = [1, 2, 3, 4, 5]
NAN = math.nan
ROWS: list[list[int | None]] = [
    [4, 4, 5, 4],
    [2, 3, 2, None],
    [1, 5, 1, 5],
    [3, None, None, None],
    [5, 5, 5, 5],
    [None] * 4,
]
R = Ratings.from_matrix(ROWS, LEVELS)
SCORES = Ratings.from_matrix([[NAN if x is None else x for x in row] for row in ROWS], continuous=True)


def test_r_wg_by_hand() -> None:
    """One less the variance over that of even draws, cut at zero, and nothing for a single score."""
    expected = [1 - 0.25 / 2, 1 - (1 / 3) / 2, 1 - (16 / 3) / 2, NAN, 1.0, NAN]
    kept = agreement.r_wg(R, out_of_range="kept")
    assert kept.values == pytest.approx(expected, nan_ok=True)
    found = agreement.r_wg(R)
    assert found.values == pytest.approx([max(one, 0) for one in expected], nan_ok=True)
    for one in (found, kept):
        assert one.n == {
            "units": 5,
            "raters": 4,
            "ratings": 16,
            "value": 4,
            "single": 1,
            "out_of_range": 1,
        }
    assert not found.values.flags.writeable
    numeric = agreement.r_wg(SCORES, null=2.0)
    assert numeric.values == pytest.approx(found.values, nan_ok=True)


def test_middle_over_units() -> None:
    """Mean with Student's interval and median are over the units that have a value."""
    found = agreement.r_wg(R, level=0.9)
    known = found.values[~np.isnan(found.values)]
    interval = stats.ttest_1samp(known, 0).confidence_interval(0.9)
    assert (found.mean.value, found.mean.low, found.mean.high) == pytest.approx(
        (known.mean(), interval.low, interval.high)
    )
    assert found.mean.degrees_of_freedom == 3
    assert found.median.value == pytest.approx(np.median(known))


def test_rows_that_stand_for_several_units() -> None:
    """Frequencies weigh mean, median and counts."""
    times = [3, 2, 1, 4, 2, 1]
    short = agreement.r_wg(Ratings.from_matrix(ROWS, LEVELS, times=times))
    rows = [row for row, often in zip(ROWS, times, strict=True) for _ in range(often)]
    whole = agreement.r_wg(Ratings.from_matrix(rows, LEVELS))
    assert short.n == whole.n
    for part in ("mean", "median"):
        assert getattr(short, part).value == pytest.approx(getattr(whole, part).value)
    assert short.mean.low == pytest.approx(whole.mean.low)


def test_r_wg_j_by_hand() -> None:
    """The formula of James et al. on the mean variance of the items that a unit has."""
    other = Ratings.from_matrix(
        [[3, 4, 4, 3], [1, 1, 1, 1], [1, 5, 5, 1], [2, 2, 2, None], [4] * 4, [None] * 4], LEVELS
    )
    found = agreement.r_wg_j([R, other])
    mean = [(0.25 + 1 / 3) / 4, (1 / 3) / 4, (32 / 3) / 4, 0.0, 0.0]
    expected = [2 * (1 - s) / (2 * (1 - s) + s) for s in mean]
    kept = agreement.r_wg_j([R, other], out_of_range="kept")
    assert kept.values[:5] == pytest.approx(expected)
    assert found.values[2] == 0.0
    assert found.n["out_of_range"] == 1
    assert found.n["single"] == 0
    assert math.isnan(found.values[5])
    one = agreement.r_wg_j([R], out_of_range="kept").values
    assert one == pytest.approx(agreement.r_wg(R, out_of_range="kept").values, nan_ok=True)


def test_a_wg_by_hand() -> None:
    """One less twice the variance over the largest that the mean allows."""
    kept = agreement.a_wg(R, out_of_range="kept")
    assert kept.values[0] == pytest.approx(1 - 2 * 0.25 / ((6 * 4.25 - 4.25**2 - 5) * 4 / 3))
    assert kept.values[2] == pytest.approx(-1.0)
    assert kept.values[4] == 1.0
    found = agreement.a_wg(R)
    assert math.isnan(found.values[0])
    assert found.values[1:3] == pytest.approx(kept.values[1:3])
    assert found.values[4] == 1.0
    assert found.n["out_of_range"] == kept.n["out_of_range"] == 1
    assert agreement.a_wg(SCORES, scale=(1, 5)).values == pytest.approx(found.values, nan_ok=True)


def test_average_deviation_by_hand() -> None:
    """Mean distance from the mean or the median of the unit."""
    about_mean = agreement.average_deviation(R).values
    assert about_mean == pytest.approx([0.375, 4 / 9, 2.0, NAN, 0.0, NAN], nan_ok=True)
    about_median = agreement.average_deviation(R, about="median").values
    assert about_median == pytest.approx([0.25, 1 / 3, 2.0, NAN, 0.0, NAN], nan_ok=True)


def test_finn_one_way() -> None:
    """One less the mean square within units over that of even draws, with its chi-squared interval."""
    found = agreement.finn(R)
    within = [np.array([x for x in row if x is not None]) for row in ROWS]
    freedom = sum(len(row) - 1 for row in within if len(row))
    square = sum(((row - row.mean()) ** 2).sum() for row in within if len(row)) / freedom
    assert found.value == pytest.approx(1 - square / 2)
    limits = 1 - square * freedom / stats.chi2.ppf([0.025, 0.975], freedom) / 2
    assert (found.low, found.high) == pytest.approx(tuple(limits))
    assert agreement.finn(SCORES, null=2.0).value == pytest.approx(found.value)


def test_finn_two_way() -> None:
    """The two-way form takes rater differences out of the error."""
    rows = np.array([[1, 2, 3], [2, 3, 4], [3, 3, 5], [1, 2, 2]])
    rest = rows - rows.mean(axis=1, keepdims=True) - rows.mean(axis=0) + rows.mean()
    found = agreement.finn(Ratings.from_matrix(rows, LEVELS), model="two-way")
    assert found.value == pytest.approx(1 - (rest**2).sum() / 6 / 2)
    assert found.value > agreement.finn(Ratings.from_matrix(rows, LEVELS)).value


@pytest.mark.parametrize(
    ("rows", "options", "code"),
    [
        (np.full((2, 2), NAN), {}, "NO_UNITS"),
        ([[1.0, NAN], [NAN, 2.0]], {}, "NO_PAIRS"),
        ([[1.0, 2.0], [3.0, NAN]], {"model": "two-way"}, "NO_RESIDUAL"),
    ],
)
def test_no_finn(rows: Any, options: Any, code: str) -> None:
    """Without two scores of a unit, or two-way without a rest, there is no coefficient."""
    found = AGREEMENT.finn(Ratings.from_matrix(rows, continuous=True), null=1.0, **options)
    assert found.undefined == Reason.of(code)


def test_no_index() -> None:
    """Without a unit that has a value the middle says why."""
    empty = Ratings.from_matrix(np.full((2, 2), NAN), continuous=True)
    single = Ratings.from_matrix([[1.0, NAN]], continuous=True)
    assert agreement.r_wg(empty, null=1.0).mean.undefined == Reason.of("NO_UNITS")
    assert agreement.average_deviation(single).median.undefined == Reason.of("NO_PAIRS")
    edge = Ratings.from_matrix([[5, 5, 5, 4]], LEVELS)
    assert agreement.a_wg(edge).mean.undefined == Reason.of("NO_INDEX")
    lone = Ratings.from_matrix([["a", "a"]], ["a"])
    assert agreement.r_wg(lone).mean.undefined == Reason.of("NO_INDEX")
    assert agreement.finn(lone).undefined == Reason.of("ONE_CATEGORY")


def test_one_unit_and_equal_units() -> None:
    """One unit has no interval of the mean; units that are alike have one of no width and a note."""
    one = agreement.r_wg(Ratings.from_matrix([[1, 2]], LEVELS)).mean
    assert one.undefined_interval == Reason.of("ONE_UNIT")
    same = agreement.r_wg(Ratings.from_matrix([[1, 1], [2, 2]], LEVELS)).mean
    assert (same.low, same.high) == (1, 1)
    assert same.notes == (Reason.of("NO_VARIATION"),)
    assert agreement.finn(Ratings.from_matrix([[1, 1], [2, 2]], LEVELS)).notes == (Reason.of("NO_VARIATION"),)


def test_results_are_shown() -> None:
    """Text, table and plain values hold middle and counts; a unit without a value has none."""
    found = agreement.r_wg(R)
    assert str(found) == f"mean {found.mean}, median {found.median}"
    assert "<caption>r_wg</caption>" in found._repr_html_()
    assert "out_of_range 1" in found._repr_html_()
    plain = json.loads(json.dumps(found.to_dict()))
    assert plain["values"][3] is None
    assert plain["mean"] == found.mean.to_dict()


REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("r_wg", {"null": "skewed"}, "[within_group.null] null: is unknown (expected uniform or a number)."),
    (
        "r_wg",
        {"null": 0.0},
        "[within_group.null] null: is no variance (expected uniform, or a number above 0).",
    ),
    (
        "r_wg",
        {"out_of_range": "reset"},
        "[within_group.out_of_range] out_of_range: is unknown (expected published or kept).",
    ),
    ("a_wg", {"level": 1.0}, "[options.level] level: is not a probability (expected 0 < level < 1)."),
    (
        "a_wg",
        {"scale": (5, 1)},
        "[within_group.scale] scale: does not rise (expected lowest before highest).",
    ),
    ("a_wg", {"scale": (1, 4)}, "[within_group.scale] scale: does not hold every score."),
    (
        "average_deviation",
        {"about": "mode"},
        "[within_group.about] about: is unknown (expected mean or median).",
    ),
    ("finn", {"model": "three-way"}, "[within_group.model] model: is unknown (expected one-way or two-way)."),
]


@pytest.mark.parametrize(("name", "options", "expected"), REFUSALS)
def test_refusals(name: str, options: dict[str, Any], expected: str) -> None:
    """Options that are unknown or out of range are refused with what was expected."""
    with pytest.raises(InvalidInput) as caught:
        getattr(AGREEMENT, name)(R, **options)
    assert [str(problem) for problem in caught.value.problems] == [expected]


def test_refusals_of_ratings() -> None:
    """Continuous scores need a null variance or a scale, and items the same units."""
    with pytest.raises(InvalidInput, match="needs categories to be uniform"):
        agreement.r_wg(SCORES)
    with pytest.raises(InvalidInput, match="is needed for continuous scores"):
        agreement.a_wg(SCORES)
    with pytest.raises(InvalidInput, match="is empty"):
        agreement.r_wg_j([])
    with pytest.raises(InvalidInput, match="do not rate the same units"):
        agreement.r_wg_j([R, Ratings.from_matrix([[1, 2]], LEVELS)])
    with pytest.raises(InvalidInput, match="carry no order"):
        agreement.average_deviation(Ratings.from_matrix([["a", "b"]]))

"""Agreement within each unit: r_wg and its kin, and Finn's coefficient."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from itertools import combinations_with_replacement
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
        assert (one.name, one.mean.name, one.median.name) == ("r_wg", "mean r_wg", "median r_wg")
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
    assert found.mean.standard_error == pytest.approx(stats.sem(known))
    assert (found.mean.method, found.mean.sampled, found.mean.notes) == ("student", "units", ())
    assert found.median.value == pytest.approx(np.median(known))


def test_estimates_keep_their_surroundings() -> None:
    """Mean, median and Finn's coefficient bear level, counts and notes, with or without a value."""
    for rows in ([[1.0, 2.0], [2.0, 5.0]], [[1.0, 2.0], [3.0, NAN]], [[1.0, NAN], [3.0, NAN]]):
        r = Ratings.from_matrix(rows, continuous=True, cluster=["a", "b"])
        notes = (Reason.of("CLUSTERS_IGNORED", clusters=2),)
        found = agreement.r_wg(r, null=8.0, level=0.9)
        coefficient = agreement.finn(r, null=8.0, level=0.9)
        for one in (found.mean, found.median, coefficient):
            assert (one.level, one.notes) == (0.9, notes)
        assert (found.name, found.mean.name, found.median.name) == ("r_wg", "mean r_wg", "median r_wg")
        assert found.mean.n == found.median.n == found.n
        assert coefficient.n == {"units": 2, "raters": 2, "ratings": np.isfinite(rows).sum()}
        assert coefficient.name == "finn[one-way]"
        assert agreement.finn(r, null=8.0, model="two-way").name == "finn[two-way]"


@pytest.mark.parametrize("seed", range(9))
def test_medians(seed: int) -> None:
    """Medians of scores, and of indices with frequencies, are those of numpy for even and odd numbers."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(20, 9))
    rows[np.arange(9) >= rng.integers(2, 10, size=(20, 1))] = NAN
    times = rng.integers(1, 4, size=20)
    found = agreement.average_deviation(
        Ratings.from_matrix(rows, continuous=True, times=times), about="median"
    )
    expected = np.nanmean(np.abs(rows - np.nanmedian(rows, axis=1)[:, None]), axis=1)
    assert found.values == pytest.approx(expected)
    assert found.median.value == pytest.approx(np.median(np.repeat(expected, times)))
    assert found.n["out_of_range"] == 0
    assert found.name == "average_deviation[median]"


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
    assert found.name == "r_wg_j"
    one = agreement.r_wg_j([R], out_of_range="kept").values
    assert one == pytest.approx(agreement.r_wg(R, out_of_range="kept").values, nan_ok=True)


def test_variance_of_no_agreement_is_not_out_of_range() -> None:
    """Units that vary as under no agreement have the index zero in their own right, those above by the cut."""
    rows = [[1.0, 3.0, NAN], [1.0, 1.0, 4.0]]
    r = Ratings.from_matrix(rows, continuous=True)
    for found in (agreement.r_wg(r, null=2.0), agreement.r_wg_j([r], null=2.0)):
        assert found.values.tolist() == [0.0, 0.0]
        assert found.n["out_of_range"] == 1


@pytest.mark.parametrize("scale", [1e-6, 0.1, 1.0])
@pytest.mark.parametrize("k", [2, 3, 4])
def test_a_wg_of_all_scores_of_a_scale(k: int, scale: float) -> None:
    """The index and its range are those of Brown and Hauenstein for every choice of scores from a scale."""
    low, high = -7, -2
    units = list(combinations_with_replacement(range(low, high + 1), k))
    values, outside = [], 0
    for unit in units:
        mean = Fraction(sum(unit), k)
        variance = sum((one - mean) ** 2 for one in unit) / (k - 1)
        most = ((high + low) * mean - mean**2 - high * low) * Fraction(k, k - 1)
        inside = Fraction((k - 1) * low + high, k) <= mean <= Fraction((k - 1) * high + low, k)
        outside += not inside and variance > 0
        values.append(1.0 if variance == 0 else float(1 - 2 * variance / most) if inside else NAN)
    r = Ratings.from_matrix(np.array(units) * scale, continuous=True)
    found = agreement.a_wg(r, scale=(low * scale, high * scale))
    assert found.values == pytest.approx(values, abs=1e-9, nan_ok=True)
    assert found.n["out_of_range"] == outside
    assert found.name == "a_wg"
    assert np.isfinite(agreement.a_wg(r, scale=(low * scale, high * scale), out_of_range="kept").values).all()


@pytest.mark.parametrize("scale", [1e-13, 1.0, 1e8])
def test_rounding_is_no_disagreement(scale: float) -> None:
    """Scores that are all alike agree fully though their mean is rounded, whatever the unit of the scale."""
    rows = [[0.1, 0.1, 0.1], [-0.1, -0.1, -0.1], [0.7, 0.1, 0.1], [-0.1, -0.1, -0.2]]
    r = Ratings.from_matrix(scale * np.array(rows), continuous=True)
    found = agreement.a_wg(r, scale=(-0.2 * scale, scale))
    assert found.values[:2].tolist() == [1.0, 1.0]
    assert found.values[2] == pytest.approx(1 - 2 * 0.12 / ((0.8 * 0.3 - 0.09 + 0.2) * 1.5))
    assert found.n["out_of_range"] == 1


def test_two_categories_have_a_variance_of_even_draws() -> None:
    """Even draws from two categories vary by a quarter of their squared distance."""
    found = agreement.r_wg(Ratings.from_matrix([[1, 1, 1, 3]], [1, 3]), out_of_range="kept")
    assert found.values.tolist() == [0.0]


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
    assert (found.method, found.notes) == ("chi-squared", ())


def test_finn_of_one_unit() -> None:
    """Two scores of one unit have a coefficient, with one degree of freedom."""
    found = agreement.finn(Ratings.from_matrix([[1, 2]], LEVELS))
    assert found.value == pytest.approx(0.75)
    assert found.high == pytest.approx(1 - 0.5 / stats.chi2.ppf(0.975, 1) / 2)


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
        (np.full((0, 2), NAN), {}, "NO_UNITS"),
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
    none = agreement.r_wg(empty, null=1.0).mean
    assert none.undefined == none.undefined_interval == Reason.of("NO_UNITS")
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
    cells = {
        "mean": f"{found.mean}",
        "median": f"{found.median}",
        "n": "units 5, raters 4, ratings 16, value 4, single 1, out_of_range 1",
    }
    shown = "".join(f"<tr><th>{name}</th><td>{text}</td></tr>" for name, text in cells.items())
    assert found._repr_html_() == f"<table><caption>r_wg</caption>{shown}</table>"
    plain = json.loads(json.dumps(found.to_dict()))
    assert plain == {
        "name": "r_wg",
        "values": [None if math.isnan(one) else one for one in found.values.tolist()],
        "mean": found.mean.to_dict(),
        "median": found.median.to_dict(),
        "n": dict(found.n),
    }
    assert plain["values"][3] is None
    assert plain["values"][4] == 1.0


REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("r_wg", {"null": "skewed"}, "[within_group.null] null: is unknown (expected uniform or a number)."),
    (
        "r_wg",
        {"null": 0.0},
        "[within_group.null] null: is no variance (expected uniform, or a number above 0).",
    ),
    (
        "r_wg",
        {"null": math.inf},
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
    assert caught.value.subject == name


def test_refusals_of_ratings() -> None:
    """Continuous scores need a null variance or a scale, and items the same units."""
    cases: list[tuple[str, Any, dict[str, Any], str]] = [
        (
            "r_wg",
            SCORES,
            {},
            "[within_group.null] null: needs categories to be uniform (expected the variance under no agreement).",
        ),
        (
            "a_wg",
            SCORES,
            {},
            "[within_group.scale] scale: is needed for continuous scores (expected lowest and highest score).",
        ),
        (
            "a_wg",
            Ratings.from_matrix([[3.0, 3.0]], continuous=True),
            {"scale": (3.0, 3.0)},
            "[within_group.scale] scale: does not rise (expected lowest before highest).",
        ),
        ("r_wg_j", [], {}, "[within_group.items] items: is empty (expected at least one item)."),
        (
            "r_wg_j",
            [R, Ratings.from_matrix([[1, 2]], LEVELS)],
            {},
            "[within_group.items] items: do not rate the same units (expected the same units in the same order).",
        ),
    ]
    for name, r, options, expected in cases:
        with pytest.raises(InvalidInput) as caught:
            getattr(AGREEMENT, name)(r, **options)
        assert [str(problem) for problem in caught.value.problems] == [expected]
        assert caught.value.subject == name
    unordered = Ratings.from_matrix([["a", "b"]])
    for name in ("r_wg", "a_wg", "average_deviation", "finn"):
        with pytest.raises(InvalidInput, match="carry no order") as refused:
            getattr(AGREEMENT, name)(unordered)
        assert refused.value.subject == name
    with pytest.raises(InvalidInput, match="carry no order") as refused:
        agreement.r_wg_j([unordered])
    assert refused.value.subject == "r_wg_j"

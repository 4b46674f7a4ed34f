"""What other programs were seen to get wrong, done right here."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ilr.base.reasons import Reason
from ilr.stats import Estimate, Ratings, agreement

LEVELS = [1, 2, 3, 4, 5]
# Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., Table 2.15: 12 units, 4 raters, 7 gaps.
FOUR_RATERS: list[list[int | None]] = [
    [1, 1, None, 1],
    [2, 2, 3, 2],
    [3, 3, 3, 3],
    [3, 3, 3, 3],
    [2, 2, 2, 2],
    [1, 2, 3, 4],
    [4, 4, 4, 4],
    [1, 1, 2, 1],
    [2, 2, 2, 2],
    [None, 5, 5, 5],
    [None, None, 1, 1],
    [None, None, 3, None],
]
# Krippendorff (2011), data C: the same, but the last unit has its one rating by the second rater.
DATA_C = [*FOUR_RATERS[:-1], [None, 3, None, None]]


@pytest.mark.parametrize("gap", [None, math.nan])
@pytest.mark.parametrize("text", [False, True])
def test_gaps_are_no_category(gap: Any, text: bool) -> None:
    """Gaps of either kind, among numbers or texts, do not count as a further category."""
    rows: Any = [[gap if x is None else str(x) if text else x for x in row] for row in FOUR_RATERS]
    r = Ratings.from_matrix(rows, [str(level) for level in LEVELS] if text else LEVELS)
    assert agreement.gwet_ac(r).value == pytest.approx(0.77544, abs=5e-6)
    assert agreement.brennan_prediger(r).value == pytest.approx(0.77273, abs=5e-6)


@pytest.mark.parametrize("metric", ["nominal", "interval"])
def test_alpha_of_complete_ratings(metric: Any) -> None:
    """With more than two raters and no gap a unit's pairs weigh 1 / (ratings - 1)."""
    rows = [[1, 1, 1, 2], [2, 2, 3, 2], [3, 3, 3, 3], [1, 2, 1, 1], [3, 1, 3, 2]]

    def differ(a: int, b: int) -> float:
        return float(a != b) if metric == "nominal" else float((a - b) ** 2)

    values = [x for row in rows for x in row]
    observed = sum(differ(a, b) / 3 for row in rows for a in row for b in row)
    expected = sum(differ(a, b) for a in values for b in values) / (len(values) - 1)
    found = agreement.krippendorff_alpha(Ratings.from_matrix(rows, [1, 2, 3]), metric)
    assert found.value == pytest.approx(1 - observed / expected)


@pytest.mark.parametrize("factor", [0.1, 1, 9])
def test_kappa_does_not_know_the_unit_of_its_weights(factor: float) -> None:
    """Weighted kappa is the same for values in any unit, and never below -1 here."""
    rows = [row[:2] for row in FOUR_RATERS]
    r = Ratings.from_matrix(rows, LEVELS, values=[factor * level for level in LEVELS])
    plain = Ratings.from_matrix(rows, LEVELS)
    for scheme in ("linear", "quadratic"):
        found = agreement.cohen_kappa(r, scheme).value
        assert found == pytest.approx(agreement.cohen_kappa(plain, scheme).value)
        assert found > 0.8


def test_weighted_ac_is_no_weighted_kappa() -> None:
    """AC2 and weighted kappa are two coefficients, and so are alpha by ranks and by intervals."""
    r = Ratings.from_matrix(FOUR_RATERS, LEVELS)
    two = r.of_raters([0, 1])
    ac2, kappa = agreement.gwet_ac(two, "quadratic"), agreement.cohen_kappa(two, "quadratic")
    assert abs(ac2.value - kappa.value) > 0.001
    assert agreement.krippendorff_alpha(r, "ordinal").value == pytest.approx(0.815, abs=5e-4)
    assert agreement.krippendorff_alpha(r, "interval").value == pytest.approx(0.849, abs=5e-4)


def test_a_unit_with_one_rating_is_no_part_of_alpha() -> None:
    """Ratings that meet no other do not change alpha: .743, as published."""
    for rows in (DATA_C, DATA_C[:-1], FOUR_RATERS):
        found = agreement.krippendorff_alpha(Ratings.from_matrix(rows, LEVELS))
        assert found.value == pytest.approx(0.743, abs=5e-4)


@pytest.mark.parametrize("rows", [FOUR_RATERS, DATA_C], ids=["Gwet", "Krippendorff"])
def test_conventions_with_gaps_have_names(rows: Any) -> None:
    """What two programs print as the kappa and the AC1 of one table are two conventions, both on offer."""
    # irrCAC takes shares in all rated units, interrater in those with a pair.
    r = Ratings.from_matrix(rows, LEVELS)
    for prevalence, fleiss, gwet in (("units", 0.76117, 0.77544), ("pairable", 0.7625, 0.7752)):
        chosen: Any = prevalence
        decimals = 5e-6 if prevalence == "units" else 5.1e-5
        assert agreement.fleiss_kappa(r, prevalence=chosen).value == pytest.approx(fleiss, abs=decimals)
        assert agreement.gwet_ac(r, prevalence=chosen).value == pytest.approx(gwet, abs=decimals)
    assert agreement.conger_kappa(Ratings.from_matrix(DATA_C, LEVELS)).value == pytest.approx(
        0.7621, abs=5e-5
    )


def test_two_things_called_ordinal_alpha() -> None:
    """Krippendorff's ordinal metric gives .815, Gwet's ordinal weights .83364, under two names."""
    r = Ratings.from_matrix(DATA_C, LEVELS)
    metric, weights = agreement.krippendorff_alpha(r, "ordinal"), agreement.weighted_alpha(r, "ordinal")
    assert metric.value == pytest.approx(0.815, abs=5e-4)
    assert weights.value == pytest.approx(0.83364, abs=5e-6)
    assert (metric.name, weights.name) == ("krippendorff_alpha[ordinal]", "weighted_alpha[ordinal]")


def test_the_error_of_alpha_is_the_later_one() -> None:
    """The standard error of alpha counts the chance term twice: .14548, not .14557."""
    found = agreement.krippendorff_alpha(Ratings.from_matrix(FOUR_RATERS, LEVELS))
    assert found.standard_error == pytest.approx(0.14548, abs=5e-6)


def test_p_is_two_sided() -> None:
    """A p without a word is two-sided, for every coefficient."""
    r = Ratings.from_matrix(FOUR_RATERS, LEVELS)
    for coefficient in (agreement.gwet_ac, agreement.brennan_prediger, agreement.conger_kappa):
        found = coefficient(r)
        both, one = found.significance(), found.significance(sided="greater")
        assert both.sided == "two"
        assert both.p == pytest.approx(2 * one.p)


def test_rows_of_a_table_are_the_first_rater() -> None:
    """A table and its transpose have the same kappa, and tell the raters apart where it matters."""
    table = np.array([[22, 10, 2], [6, 27, 11], [2, 5, 17]])
    one, two = (Ratings.from_table(counts, [1, 2, 3]) for counts in (table, table.T))
    assert agreement.cohen_kappa(one).value == pytest.approx(agreement.cohen_kappa(two).value)
    margins = [agreement.marginal_homogeneity(r).margins[1] for r in (one, two)]
    assert margins[0] == pytest.approx((34 / 102, 30 / 102))
    assert margins[1] == margins[0][::-1]


def test_levels_that_nobody_used_keep_their_place() -> None:
    """Weights are those of the declared domain, whether or not every level was used."""
    rows = [[1, 2], [1, 4], [2, 2], [4, 4], [4, 2], [1, 1]]
    full = Ratings.from_matrix(rows, [1, 2, 3, 4])
    dropped = Ratings.from_matrix(rows, [1, 2, 4], values=[1, 2, 3])
    found = agreement.cohen_kappa(full, "linear").value
    lost = np.abs(np.subtract.outer([1, 2, 3, 4], [1, 2, 3, 4])) / 3
    cells = np.zeros((4, 4))
    for a, b in rows:
        cells[a - 1, b - 1] += 1 / 6
    chance = cells.sum(axis=1) @ lost @ cells.sum(axis=0)
    assert found == pytest.approx(1 - (cells * lost).sum() / chance)
    assert found != pytest.approx(agreement.cohen_kappa(dropped, "linear").value)


ONE_CATEGORY = Reason.of("ONE_CATEGORY", categories=2)


@pytest.mark.parametrize(
    ("coefficient", "expected"),
    [
        (agreement.cohen_kappa, ONE_CATEGORY),
        (agreement.scott_pi, ONE_CATEGORY),
        (agreement.fleiss_kappa, ONE_CATEGORY),
        (agreement.conger_kappa, ONE_CATEGORY),
        (agreement.light_kappa, ONE_CATEGORY),
        (agreement.krippendorff_alpha, ONE_CATEGORY),
        (agreement.maximum_kappa, ONE_CATEGORY),
        (agreement.gwet_ac, 1.0),
        (agreement.brennan_prediger, 1.0),
        (agreement.pabak, 1.0),
        (agreement.bangdiwala_b, 1.0),
        (agreement.percent_agreement, 1.0),
    ],
)
def test_one_category_everywhere(coefficient: Callable[..., Estimate], expected: Reason | float) -> None:
    """Where all ratings are the same a coefficient is 1 without width or undefined with its reason."""
    found = coefficient(Ratings.from_matrix([[1, 1], [1, 1], [1, 1]], [1, 2]))
    if isinstance(expected, Reason):
        assert found.undefined == expected
        assert math.isnan(found.value)
    else:
        assert (found.value, found.low, found.high, found.standard_error) == (expected, 1, 1, 0)
        assert found.notes == (Reason.of("NO_VARIATION"),)
        assert found.significance().undefined is not None

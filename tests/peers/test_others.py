"""Where smaller packages give another number, and why ours is what it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from tests.peers.tables import CLOSE, Codes, compared, counts, peer, rows, tables

from ilr.stats import Ratings, agreement

nltk = peer("nltk.metrics.agreement")
iaa_kit = peer("iaa_kit.krippendorff")
gwet = peer("iaa_kit.gwet")
ragged = peer("agreement.metrics")
kernels = peer("agreement.utils.kernels")
pooled = peer("interrater.analyzers.agreement_functions.group_agreement")
parts = peer("interrater.intermediates.estimator_parts")

GAP = {0: "unanswered"}
PAIRS = np.array([[0, 0], [0, 1], [1, 1], [2, 0], [2, 2], [3, 3], [3, 2]])
GAPS = np.array([[0, 0, 0], [0, 1, -1], [1, 1, -1], [2, 0, 2], [2, -1, -1], [3, 3, -1], [3, 2, 3]])


def task(codes: Codes, distance: Callable[[int, int], float]) -> object:
    """Annotations as nltk reads them."""
    unit, rater = np.nonzero(codes >= 0)
    data = zip(rater.tolist(), unit.tolist(), codes[unit, rater].tolist(), strict=True)
    return nltk.AnnotationTask(data=list(data), distance=distance)


def steps(one: int, two: int) -> float:
    """Levels between two codes."""
    return float(abs(one - two))


def test_nltk_scales_only_one_of_two_disagreements() -> None:
    """Their weighted kappa with a largest distance rescales the expected, not the observed, disagreement."""
    ours = agreement.cohen_kappa(Ratings.from_matrix(rows(PAIRS), [1, 2, 3, 4]), "linear").value
    theirs = [task(PAIRS, steps).weighted_kappa(max_distance=largest) for largest in (1.0, 3.0)]  # type: ignore[attr-defined]  # untyped
    assert theirs[0] == pytest.approx(ours, abs=CLOSE)
    assert theirs[1] == pytest.approx(1 - 3 * (1 - ours), abs=CLOSE)


def test_nltk_stops_at_a_gap() -> None:
    """Their kappas end in an error of Python's own where a rating is missing; here the pairs that are there count."""
    with pytest.raises(RuntimeError, match="StopIteration"):
        task(GAPS, steps).multi_kappa()  # type: ignore[attr-defined]  # untyped
    assert agreement.fleiss_kappa(Ratings.from_matrix(rows(GAPS), [1, 2, 3, 4])).undefined is None


def test_iaa_kit_leaves_out_the_weight_of_a_unit() -> None:
    """Their alpha counts every pair alike, and ratings of nobody's pair; Krippendorff divides by m - 1."""
    ours = agreement.krippendorff_alpha(Ratings.from_matrix(rows(GAPS), [1, 2, 3, 4]), "interval").value
    values = [[code for code in row if code is not None] for row in rows(GAPS)]
    theirs = iaa_kit.alpha_value(values, "interval")
    gaps = [(a - b) ** 2 for row in values for at, a in enumerate(row) for b in row[at + 1 :]]
    everything = [value for row in values for value in row]
    by_chance = [(a - b) ** 2 for at, a in enumerate(everything) for b in everything[at + 1 :]]
    assert theirs == pytest.approx(1 - np.mean(gaps) / np.mean(by_chance))
    assert abs(ours - theirs) > 0.01
    assert iaa_kit.alpha_value(values, "ordinal") == theirs  # their ordinal is their interval


def test_iaa_kit_calls_weighted_kappa_ac2() -> None:
    """What they name AC2 is Cohen's weighted kappa."""
    r = Ratings.from_matrix(rows(PAIRS), [1, 2, 3, 4])
    theirs = gwet.ac2(*(PAIRS + 1).T.tolist(), weight="quadratic")
    assert theirs == pytest.approx(agreement.cohen_kappa(r, "quadratic").value, abs=CLOSE)
    assert abs(theirs - agreement.gwet_ac(r, "quadratic").value) > 0.001


@compared
@given(tables())
def test_two_kappas_bear_the_name_of_fleiss(table: tuple[Codes, int]) -> None:
    """Two packages leave units with one rating out of the chance term too; over the others we have theirs."""
    codes, q = table
    paired = codes[(codes >= 0).sum(axis=1) > 1]
    ours = agreement.fleiss_kappa(Ratings.from_matrix(paired + 1, range(1, q + 1), missing=GAP), method=None)
    if ours.undefined is None:
        table_of = counts(codes, q)
        assert pooled.fleiss_kappa(parts.NijMatrix(table_of)) == pytest.approx(ours.value, abs=CLOSE)
        assert ragged.scotts_pi(table_of) == pytest.approx(ours.value, abs=CLOSE)


def test_single_ratings_tell_how_often_a_level_is_used() -> None:
    """A unit with one rating moves chance here, as in Gwet's and irrCAC's formulas, and not in those packages."""
    ours, theirs = (
        agreement.fleiss_kappa(Ratings.from_matrix(rows(codes), [1, 2, 3, 4])).value
        for codes in (GAPS, GAPS[(GAPS >= 0).sum(axis=1) > 1])
    )
    assert pooled.fleiss_kappa(parts.NijMatrix(counts(GAPS, 4))) == pytest.approx(theirs, abs=CLOSE)
    assert abs(ours - theirs) > 0.001


@compared
@given(tables())
def test_gwets_ac2_is_that_of_agreement(table: tuple[Codes, int]) -> None:
    """The package agreement, which takes gaps as we do, has our AC2 from the same counts."""
    codes, q = table
    ours = agreement.gwet_ac(Ratings.from_matrix(rows(codes), range(1, q + 1)), "quadratic", method=None)
    given_to = counts(codes, q)
    rated = given_to[given_to.sum(axis=1) > 0]
    if ours.undefined is None:
        theirs = ragged.gwets_gamma(rated, kernels.quadratic_kernel)
        assert ours.value == pytest.approx(theirs, abs=CLOSE)

"""Fidelity of one share: three outcomes, and what it would take to tell."""

from __future__ import annotations

import math
from datetime import date

import pytest
from tests.progress.small_school import DAYS, table_of, walk

from ilr.base import InvalidInput, Policy
from ilr.cycles import Fidelity, ShareCount, fidelity, one_sided, pooled
from ilr.stats import proportions

POLICY = Policy()
MONDAY = date(2026, 8, 31)


def answer(x: float, n: float, **options: float) -> Fidelity:
    """What a count of effective observations shows."""
    return fidelity(ShareCount(x, n), policy=POLICY, **options)


@pytest.mark.parametrize(
    ("x", "n", "outcome"),
    [
        (9, 9, "met"),
        (8, 8, "cannot tell"),
        (26, 30, "met"),
        (25, 30, "cannot tell"),
        (6, 15, "not met"),
        (6, 12, "cannot tell"),
        (0, 3, "not met"),
        (0, 0, "cannot tell"),
    ],
)
def test_the_exact_bounds_decide(x: int, n: int, outcome: str) -> None:
    """The lower bound at the threshold is met, the upper below it is not met, and between nobody can tell."""
    found = answer(x, n)
    assert found.outcome == outcome
    assert (found.lower >= 0.7, found.upper < 0.7) == (outcome == "met", outcome == "not met")
    assert found.policy == POLICY.version


def test_a_gap_shows_with_few() -> None:
    """Six of twelve are shown to lie below .8, as of Etchells and others."""
    assert answer(6, 12, threshold=0.8).outcome == "not met"
    assert answer(6, 12, threshold=0.8).reasons[0].code == "FIDELITY_MISSED"


def test_the_interval_for_display_decides_nothing() -> None:
    """Wilson's two-sided interval is shown beside the bounds that decide."""
    found = answer(18, 20)
    assert found.shown == proportions.wilson(18, 20)
    assert found.outcome == "met"
    assert found.shown.low < 0.7 <= found.lower


def test_nothing_observed_cannot_tell() -> None:
    """Without an observation there is no share, no bound and nothing that could be asked for."""
    found = answer(0, 0)
    assert (found.lower, found.upper, found.further) == (0.0, 1.0, None)
    assert str(found) == "cannot tell: nothing was observed"
    assert math.isnan(found.shown.value)


@pytest.mark.parametrize(("x", "n"), [(25, 30), (6, 12), (20, 30), (3, 5)])
def test_how_many_more_would_settle_it(x: int, n: int) -> None:
    """With so many more of the same share it is settled, and with one less it is not."""
    more = answer(x, n).further
    assert more is not None
    grown = [1 + step / n for step in (more - 1, more)]
    assert [answer(x * by, n * by).outcome == "cannot tell" for by in grown] == [True, False]


def test_what_is_settled_asks_for_nothing_more() -> None:
    """Only where it cannot tell does an answer say how many more it wants, and not at the threshold itself."""
    assert answer(26, 30).further is None
    assert answer(0, 30).further is None
    at_threshold = answer(21, 30)
    assert (at_threshold.outcome, at_threshold.further) == ("cannot tell", None)
    assert len(at_threshold.reasons) == 1


def test_a_rate_counts_by_its_effective_number() -> None:
    """Many ratings of few teachers who differ show less than as many of as many teachers."""
    walks = [
        walk(DAYS[day], f"t{teacher}", level=3 if teacher % 6 else 1)
        for day in range(8)
        for teacher in range(12)
    ]
    rate = table_of(walks).rates().of("questioning")
    count = ShareCount.of_rate(rate)
    assert [rate.estimate.n["ratings"], count.of] == pytest.approx([96, 12])
    assert count.share == pytest.approx(rate.estimate.value)
    found = fidelity(rate, policy=POLICY)
    assert found.outcome == "cannot tell"
    assert answer(80, 96).outcome == "met"
    plain = fidelity(count, policy=POLICY).further
    assert found.further is not None
    assert plain is not None
    assert found.further == pytest.approx(8 * plain)


def test_a_rate_of_nothing_cannot_tell() -> None:
    """A rate of a look-for that nobody rated is nothing of nothing."""
    walks = [walk(DAYS[0], look_fors=["questioning"]), walk(DAYS[7], look_fors=["wait-time"])]
    rate = table_of(walks).rates(by="week").of("wait-time", str(MONDAY))
    assert ShareCount.of_rate(rate) == ShareCount(0, 0)
    assert ShareCount.of_rate(rate).share is None
    assert fidelity(rate, policy=POLICY).outcome == "cannot tell"


def test_counts_pool_and_bounds_have_two_kinds() -> None:
    """Counts add up; the bounds of Wilson lie within the exact ones."""
    both = pooled([ShareCount(20, 30), ShareCount(25, 30)])
    assert both == ShareCount(45, 60)
    assert pooled([]) == ShareCount(0, 0)
    exact, score = one_sided(both), one_sided(both, "score")
    assert exact[0] < score[0] < 0.75 < score[1] < exact[1]


@pytest.mark.parametrize(("x", "n"), [(-1, 3), (4, 3), (1, math.inf), (math.nan, 3)])
def test_counts_that_cannot_be(x: float, n: float) -> None:
    """More than all, less than nothing and what is no number are refused."""
    with pytest.raises(InvalidInput, match=r"share_count.reached"):
        ShareCount(x, n)


def test_a_threshold_is_a_share() -> None:
    """A threshold outside 0 to 1 is refused."""
    with pytest.raises(InvalidInput, match=r"fidelity.threshold"):
        answer(1, 2, threshold=70)

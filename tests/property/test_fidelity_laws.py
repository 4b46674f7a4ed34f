"""Laws of fidelity, stability and cadence: what more data, order and higher shares must and must not change."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ilr.base import Policy
from ilr.cycles import (
    LadderReview,
    Rung,
    ShareCount,
    climb,
    fidelity,
    fidelity_evidence,
    ladder,
    may_lengthen,
    next_check,
    one_sided,
    pooled,
    sentinel_slipped,
    slow_drift,
    stabilised,
)

POLICY = Policy()
law = settings(deadline=None, max_examples=60)
ORDER = {"not met": 0, "cannot tell": 1, "met": 2}
thresholds = st.floats(0.05, 0.95)


@st.composite
def counts(draw: st.DrawFn, *, least: int = 0, most: int = 80) -> ShareCount:
    """Whole or fractional counts."""
    of = draw(st.integers(least, most) | st.floats(max(least, 0.5), most))
    part = draw(st.floats(0, 1))
    reached = round(part * of) if isinstance(of, int) else part * of
    return ShareCount(min(reached, of), of)


series = st.lists(st.none() | counts(least=1, most=40), max_size=24)
reviews = st.lists(
    st.builds(LadderReview, counts(most=40), concern=st.sampled_from([False, False, False, True])),
    max_size=20,
)


@given(counts(), thresholds)
@law
def test_bounds_and_outcome_agree(count: ShareCount, threshold: float) -> None:
    """Met is a lower bound at or above the threshold, not met an upper one below, and never both."""
    found = fidelity(count, policy=POLICY, threshold=threshold)
    assert 0 <= found.lower <= found.upper <= 1
    met, missed = found.lower >= threshold, found.upper < threshold
    if count.of:
        assert found.outcome == ("met" if met else "not met" if missed else "cannot tell")
        assert found.lower <= count.reached / count.of <= found.upper
    else:
        assert found.outcome == "cannot tell"
    assert not (met and missed)
    assert found.reasons


@given(counts(least=1), thresholds, thresholds)
@law
def test_a_lower_threshold_is_no_harder(count: ShareCount, one: float, two: float) -> None:
    """What meets a threshold meets every lower one, and what misses one misses every higher one."""
    low, high = sorted((one, two))
    outcomes = [fidelity(count, policy=POLICY, threshold=least).outcome for least in (low, high)]
    assert ORDER[outcomes[0]] >= ORDER[outcomes[1]]


@given(st.integers(1, 80), st.data(), thresholds)
@law
def test_one_more_success_is_no_worse(n: int, data: st.DataObject, threshold: float) -> None:
    """Of two counts of equal size the higher one never fares worse."""
    x = data.draw(st.integers(0, n - 1))
    outcomes = [
        fidelity(ShareCount(one, n), policy=POLICY, threshold=threshold).outcome for one in (x, x + 1)
    ]
    assert ORDER[outcomes[0]] <= ORDER[outcomes[1]]


@given(counts(least=1), thresholds)
@law
def test_what_is_wanted_settles_it(count: ShareCount, threshold: float) -> None:
    """So many further observations of the same share settle the question the way the share lies."""
    found = fidelity(count, policy=POLICY, threshold=threshold)
    assume(found.further is not None)
    assert found.further is not None
    by = 1 + found.further / count.of
    grown = ShareCount(min(count.reached * by, count.of * by), count.of * by)
    share = count.reached / count.of
    assert fidelity(grown, policy=POLICY, threshold=threshold).outcome == (
        "met" if share > threshold else "not met"
    )


@given(st.lists(counts(), max_size=6))
@law
def test_pooling_knows_no_order(found: list[ShareCount]) -> None:
    """Counts pool to the same whatever their order."""
    whole, turned = pooled(found), pooled(found[::-1])
    assert [whole.reached, whole.of] == pytest.approx([turned.reached, turned.of])


@given(counts())
@law
def test_the_exact_bounds_go_into_what_follows(count: ShareCount) -> None:
    """Evidence holds the exact lower bound, and a sentinel slips by the exact upper one."""
    exact = one_sided(count)
    assert 0 <= exact[0] <= exact[1] <= 1
    evidence = fidelity_evidence("aim", [count]).reviews[0]
    assert (evidence.lower, evidence.count) == (exact[0], count.of)
    assert sentinel_slipped(count, policy=POLICY) == (exact[1] < POLICY.retirement)


@given(series)
@law
def test_a_settled_series_has_everything(found: list[ShareCount | None]) -> None:
    """Settled is never said with too few points, with a signal, or with halves that may differ."""
    answer = stabilised(found, policy=POLICY)
    assert answer.points == sum(one is not None for one in found)
    if answer.points < 10:
        assert answer.outcome == "cannot tell"
    if answer.outcome == "yes":
        assert not answer.signals
        assert max(abs(answer.difference.low), abs(answer.difference.high)) <= POLICY.equivalence
    permit = may_lengthen([answer], policy=POLICY)
    assert permit.granted or permit.reasons[0].code == "PREMATURE"
    assert not (permit.granted and (answer.outcome == "no" or answer.points < POLICY.pilot_points))


@given(series)
@law
def test_gaps_at_the_end_change_nothing(found: list[ShareCount | None]) -> None:
    """Weeks in which nothing was observed yet neither settle nor unsettle."""
    one, two = (stabilised(held, policy=POLICY) for held in (found, [*found, None, ShareCount(0, 0)]))
    assert (one.outcome, one.points, one.difference) == (two.outcome, two.points, two.difference)


@given(series)
@law
def test_drift_needs_a_baseline(found: list[ShareCount | None]) -> None:
    """A drift is told only of points after twelve points of baseline."""
    answer = slow_drift(found)
    if sum(one is not None for one in found[:12]) < 12 or len(found) <= 12:
        assert answer.outcome == "cannot tell"
    assert len(answer.chart.values) == max(len(found) - 12, 0)


@given(reviews)
@law
def test_the_ladder_climbs_one_step_at_a_time(found: list[LadderReview]) -> None:
    """From check to check it climbs one step, falls to the first, or stays; and it never leaves the ladder."""
    rung = Rung(weeks=POLICY.ladder[0])
    for review in found:
        after = climb(rung, review, policy=POLICY)
        assert after.weeks == POLICY.ladder[after.step]
        assert {"up": after.step == rung.step + 1, "down": after.step == 0, "stay": after.step == rung.step}[
            after.move
        ]
        assert not review.concern or after.move == "down"
        rung = after
    assert ladder(found, policy=POLICY) == rung


@given(st.floats(-10, 10), st.floats(-10, 10))
@law
def test_farther_is_never_later(one: float, two: float) -> None:
    """The farther a point lies from the centre, the sooner one looks again, on either side."""
    near, far = sorted((one, two), key=abs)
    weeks = [next_check(z, policy=POLICY).weeks or 0 for z in (near, far)]
    assert weeks[0] >= weeks[1]
    assert next_check(-one, policy=POLICY).weeks == next_check(one, policy=POLICY).weeks


@given(st.integers(1, 60), thresholds)
@law
def test_all_successes_need_the_textbook_number(n: int, threshold: float) -> None:
    """Without a failure a threshold is met from the number on at which threshold to its power is .05."""
    least = math.log(0.05) / math.log(threshold)
    assume(abs(n - least) > 1e-6)
    assert (fidelity(ShareCount(n, n), policy=POLICY, threshold=threshold).outcome == "met") == (n > least)

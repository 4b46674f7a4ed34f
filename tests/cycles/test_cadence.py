"""When to look again: the ladder, the variable interval, the fixed review, and sentinels."""

from __future__ import annotations

from datetime import date

import pytest
from tests.cycles.test_stability import STEADY
from tests.progress.small_school import DAYS, table_of, walk

from ilr.base import InvalidInput, Policy
from ilr.continuum.lookfors import LevelScale
from ilr.cycles import (
    LadderReview,
    Rung,
    ShareCount,
    climb,
    fidelity_evidence,
    ladder,
    next_check,
    next_days,
    sentinel_slipped,
    stabilised,
)
from ilr.forms import form, propose_changes

POLICY = Policy()
GOOD, BAD, UNSURE = (LadderReview(ShareCount(x, 30)) for x in (28, 14, 23))
NOTHING = LadderReview(ShareCount(0, 0))


def steps(*reviews: LadderReview) -> list[tuple[str, int]]:
    """Moves and intervals, check by check."""
    rung: Rung | None = None
    found: list[tuple[str, int]] = []
    for review in reviews:
        rung = climb(rung, review, policy=POLICY)
        found.append((rung.move, rung.weeks))
    return found


def test_two_checks_in_a_row_lead_up() -> None:
    """Two checks whose pooled bound reaches the threshold lead one step up, to the top and not beyond."""
    assert steps(*[GOOD] * 8) == [
        ("stay", 1),
        ("up", 2),
        ("stay", 2),
        ("up", 4),
        ("stay", 4),
        ("up", 8),
        ("stay", 8),
        ("stay", 8),
    ]
    top = ladder([GOOD] * 8, policy=POLICY)
    assert (top.step, top.reasons[0].code) == (3, "LADDER_TOP")


def test_a_gap_leads_back_to_the_start() -> None:
    """An upper bound below the threshold leads to the first step, and what came before counts no more."""
    assert steps(GOOD, GOOD, BAD, GOOD, GOOD) == [
        ("stay", 1),
        ("up", 2),
        ("down", 1),
        ("stay", 1),
        ("up", 2),
    ]
    fallen = ladder([GOOD, GOOD, BAD], policy=POLICY)
    assert (fallen.last, fallen.in_a_row, fallen.reasons[0].code) == (None, 0, "LADDER_DOWN")


def test_two_poor_checks_add_up() -> None:
    """Two checks each in doubt lead back when their pool is below the threshold."""
    low = LadderReview(ShareCount(17, 30))
    assert steps(low, low) == [("stay", 1), ("down", 1)]


def test_a_concern_leads_back_whatever_the_share() -> None:
    """A concern leads to the first step, even with nothing observed."""
    for count in (ShareCount(30, 30), ShareCount(0, 0)):
        fallen = ladder([GOOD, GOOD, LadderReview(count, concern=True)], policy=POLICY)
        assert (fallen.step, fallen.move, fallen.reasons[0].code) == (0, "down", "LADDER_CONCERN")


def test_doubt_breaks_the_row() -> None:
    """A check whose pooled bound falls short stays on the step and begins the row anew."""
    assert steps(GOOD, UNSURE, UNSURE, GOOD, GOOD) == [
        ("stay", 1),
        ("up", 2),
        ("stay", 2),
        ("stay", 2),
        ("up", 4),
    ]
    doubtful = ladder([UNSURE, UNSURE], policy=POLICY)
    assert (doubtful.in_a_row, doubtful.reasons[0].code) == (0, "LADDER_STAY")


def test_a_check_of_nothing_changes_nothing() -> None:
    """Where nothing was observed the step, the row and the last count stay."""
    before = ladder([GOOD], policy=POLICY)
    after = climb(before, NOTHING, policy=POLICY)
    assert (after.step, after.in_a_row, after.last) == (before.step, before.in_a_row, before.last)
    assert after.reasons[0].code == "NO_OBSERVATIONS"
    assert climb(None, NOTHING, policy=POLICY).weeks == 1


def test_before_any_check_it_stands_at_the_start() -> None:
    """Nothing checked yet is the first step."""
    assert ladder([], policy=POLICY) == Rung(weeks=1)


def test_wilson_climbs_where_the_exact_bounds_do_not() -> None:
    """The kind of bounds matters at the margin: 48 of 60 reach .70 by Wilson's and not by the exact ones."""
    reviews = [LadderReview(ShareCount(26, 30)), LadderReview(ShareCount(22, 30))]
    assert ladder(reviews, policy=POLICY, bounds="score").move == "up"
    assert ladder(reviews, policy=POLICY).move == "stay"


def test_another_threshold_and_another_ladder() -> None:
    """Threshold and steps are the policy's or the caller's."""
    policy = Policy(ladder=(2, 6), fidelity=0.95)
    assert ladder([GOOD, GOOD], policy=policy).weeks == 2
    assert ladder([GOOD, GOOD], policy=policy, threshold=0.7).weeks == 6


@pytest.mark.parametrize(
    ("rung", "threshold", "code"),
    [(None, 1.5, "ladder.threshold"), (Rung(step=7, weeks=1), 0.7, "ladder.step")],
)
def test_what_no_ladder_can_be_asked(rung: Rung | None, threshold: float, code: str) -> None:
    """A threshold that is no share, and a step that the ladder does not have, are refused."""
    with pytest.raises(InvalidInput, match=code):
        climb(rung, GOOD, policy=POLICY, threshold=threshold)


# Variable intervals and the fixed review


@pytest.mark.parametrize(
    ("z", "weeks", "code"),
    [
        (0.0, 4, "NEAR_CENTRE"),
        (-0.67, 4, "NEAR_CENTRE"),
        (0.68, 1, "NEAR_LIMIT"),
        (-3.0, 1, "NEAR_LIMIT"),
        (3.01, None, "BEYOND_LIMIT"),
        (-3.01, None, "BEYOND_LIMIT"),
    ],
)
def test_where_the_point_lies_says_when_to_look(z: float, weeks: int | None, code: str) -> None:
    """Either side alike: near waits a month, beyond the warning a week, and beyond the limit one acts."""
    found = next_check(z, policy=POLICY)
    assert (found.weeks, found.reasons[0].code) == (weeks, code)
    assert found.action == ("act now" if weeks is None else "wait")


def test_a_new_practice_is_looked_at_soon() -> None:
    """While a practice is new, the short interval holds at the centre too."""
    found = next_check(0.1, policy=POLICY, practice="new")
    assert (found.weeks, [reason.code for reason in found.reasons]) == (1, ["NEAR_CENTRE", "NEW_PRACTICE"])
    assert next_check(0.1, policy=POLICY, long=8).weeks == 8


@pytest.mark.parametrize(
    ("z", "long", "code"), [(float("nan"), 4, "next_check.z"), (0, 0, "next_check.long")]
)
def test_intervals_that_cannot_be(z: float, long: int, code: str) -> None:
    """A distance that is no number and an interval of nothing are refused."""
    with pytest.raises(InvalidInput, match=code):
        next_check(z, policy=POLICY, long=long)


def test_the_monthly_review_stays() -> None:
    """No interval moves the review; a check that would not come before it gives way."""
    soon, late = (
        next_days(date(2026, 10, 5), weeks=weeks, reviewed_on=date(2026, 9, 28), policy=POLICY)
        for weeks in (1, 8)
    )
    assert (soon.check, late.check) == (date(2026, 10, 12), None)
    assert soon.review == late.review == date(2026, 10, 29)
    with pytest.raises(InvalidInput, match=r"next_days.weeks"):
        next_days(date(2026, 10, 5), weeks=0, reviewed_on=date(2026, 9, 28), policy=POLICY)


# To a sentinel and back

FORM = form("core", look_fors=["questioning"], scale=LevelScale.numbered(4, fidelity=3))


def proposed(*reviews: ShareCount, settled: bool = True) -> str | None:
    """What a form makes of reviews of its item."""
    stability = stabilised(STEADY if settled else STEADY[:5], policy=POLICY)
    evidence = fidelity_evidence("questioning", reviews, stability=stability)
    found = propose_changes(FORM, [evidence], POLICY).proposals
    return found[0].kind if found else None


def test_settled_and_high_twice_makes_a_sentinel() -> None:
    """A settled item whose lower bound reached .9 in two reviews is asked in one visit of four."""
    assert proposed(ShareCount(60, 60), ShareCount(59, 60)) == "sentinel"
    assert proposed(ShareCount(60, 60), ShareCount(59, 60), settled=False) == "replace"
    assert proposed(ShareCount(50, 60), ShareCount(60, 60)) == "replace"
    assert proposed(ShareCount(60, 60)) is None
    assert proposed(ShareCount(40, 60), ShareCount(60, 60)) is None


def test_evidence_without_a_series() -> None:
    """Nobody asked whether it has settled, so nobody says so; a review of nothing shows nothing."""
    evidence = fidelity_evidence("questioning", [ShareCount(0, 0)])
    assert evidence.stabilised is None
    assert (evidence.reviews[0].lower, evidence.reviews[0].count) == (0.0, 0.0)


def test_a_sentinel_that_slips_comes_back() -> None:
    """An interval whose upper bound lies below .9 restores the item; doubt does not."""
    assert sentinel_slipped(ShareCount(6, 10), policy=POLICY)
    assert not sentinel_slipped(ShareCount(9, 10), policy=POLICY)
    assert not sentinel_slipped(ShareCount(0, 0), policy=POLICY)


def test_rates_are_taken_as_they_are() -> None:
    """A rate of a table enters by its effective number."""
    rate = table_of([walk(DAYS[day], f"t{day}", level=1) for day in range(10)]).rates().of("questioning")
    assert sentinel_slipped(rate, policy=POLICY)
    assert fidelity_evidence("questioning", [rate]).reviews[0].count == 10

"""Standing: what meetings mean for an observer, look-for by look-for and day by day."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import attrs
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.progress.small_school import ALIKE, LOOK_FORS, POLICY, meeting

from ilr import interop
from ilr.base import FrozenMap, Policy
from ilr.calibration import CalibrationMeeting, Standing, Standings, Status, standings_of
from ilr.stats import Ratings, agreement

ON = date(2026, 9, 1)
APART = tuple(1 if level == 3 else 4 for level in ALIKE)
UNSURE = tuple(4 if place in (0, 5, 9) else level for place, level in enumerate(ALIKE))
"""Three of sixteen exhibits a level off."""
MIXED = (3, 3, 3, 3, 3, 3, 3, 3, 3, 1, 1, 2, 2, 4)
"""Fourteen levels so spread that full agreement on them does not settle the threshold."""


def status(held: CalibrationMeeting, observer: str = "p1", look_for: str = "questioning") -> Status:
    """The standing that one meeting gives."""
    return next(
        one.status
        for one in standings_of(held, POLICY)
        if (one.observer, one.look_for) == (observer, look_for)
    )


def standings(*held: CalibrationMeeting) -> Standings:
    """The standings of some meetings under the default policy."""
    return Standings.from_meetings(held, POLICY)


# Against master codes and against the others


def test_agreement_with_the_master_codes_calibrates() -> None:
    """CG-3: sixteen exhibits rated as the master codes say, lower bound above P-KAPPA."""
    found = standings_of(meeting({"p1": ALIKE, "p2": APART}, master=ALIKE), POLICY)
    assert [(one.observer, one.status) for one in found] == [
        ("p1", Status.CALIBRATED),
        ("p1", Status.CALIBRATED),
        ("p2", Status.NOT_YET),
        ("p2", Status.NOT_YET),
    ]


def test_with_master_codes_the_others_do_not_matter() -> None:
    """An observer who agrees with the codes passes beside any number who do not."""
    alone = standings_of(meeting({"p1": ALIKE}, master=ALIKE), POLICY)
    crowd = standings_of(meeting({"p1": ALIKE, "p2": APART, "p3": APART}, master=ALIKE), POLICY)
    assert crowd[:2] == alone


def test_the_only_principal_of_a_school_is_calibrated_by_master_codes() -> None:
    """One person with master-coded exhibits passes; one person without codes shows nothing."""
    assert status(meeting({"p1": ALIKE}, master=ALIKE)) is Status.CALIBRATED
    (found, _) = standings_of(meeting({"p1": ALIKE}), POLICY)
    assert (found.status, found.agreement) == (Status.CANNOT_TELL, None)
    assert found.reasons[0].code == "NO_COMMON_EXHIBITS"


def test_without_master_codes_the_others_are_pooled() -> None:
    """Each observer is held against all others, so the one who stands apart is the one who fails."""
    held = meeting({"p1": ALIKE, "p2": ALIKE, "p3": ALIKE, "p4": ALIKE, "p5": APART})
    assert status(held, "p5") is Status.NOT_YET
    assert status(held, "p1") is not Status.NOT_YET
    agreed = standings_of(held, POLICY)
    expected = agreement.rater_agreement(
        Ratings.from_matrix(
            [[ALIKE[place]] * 4 + [APART[place]] for place in range(16)], categories=[1, 2, 3, 4]
        ),
        4,
    )
    found = next(one.agreement for one in agreed if one.observer == "p5")
    assert found is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_two_observers_who_see_alike_calibrate_each_other() -> None:
    """Two participants in full agreement pass without master codes."""
    held = meeting({"p1": ALIKE, "p2": ALIKE})
    assert {one.status for one in standings_of(held, POLICY)} == {Status.CALIBRATED}


def test_between_the_bounds_the_meeting_cannot_tell() -> None:
    """A few differences leave the threshold inside the interval."""
    (found, _) = standings_of(meeting({"p1": UNSURE}, master=(*MIXED, 3, 3)), POLICY)
    assert found.status is Status.CANNOT_TELL
    assert found.agreement is not None
    assert found.agreement.low < POLICY.agreement <= found.agreement.high
    assert [reason.code for reason in found.reasons] == ["AGREEMENT_UNSURE", "EXHIBITS_WANTED"]


def test_a_meeting_that_cannot_tell_says_how_much_is_wanting() -> None:
    """That many further exhibits with the same ratings settle the question, and one round fewer does not."""
    seen, true = list(UNSURE), [*MIXED, 3, 3]
    (found, _) = standings_of(meeting({"p1": seen}, master=true), POLICY)
    assert found.further is not None
    rounds = 1 + found.further // len(seen)
    (settled, _) = standings_of(meeting({"p1": seen * rounds}, master=true * rounds), POLICY)
    assert settled.status is Status.CALIBRATED
    assert settled.further is None
    (short, _) = standings_of(meeting({"p1": seen * (rounds - 1)}, master=true * (rounds - 1)), POLICY)
    assert short.status is Status.CANNOT_TELL


def test_a_question_at_the_threshold_is_not_promised_an_end() -> None:
    """Where agreement lies at the threshold itself no number of exhibits is named."""
    (unsure, _) = standings_of(meeting({"p1": UNSURE}, master=(*MIXED, 3, 3)), POLICY)
    assert unsure.agreement is not None
    at_it = attrs.evolve(POLICY, agreement=round(unsure.agreement.value, 6))
    (found, _) = standings_of(meeting({"p1": UNSURE}, master=(*MIXED, 3, 3)), at_it)
    assert found.further is None
    assert [reason.code for reason in found.reasons] == ["AGREEMENT_UNSURE"]


@pytest.mark.parametrize("look_for", LOOK_FORS)
def test_standing_is_told_look_for_by_look_for(look_for: str) -> None:
    """What passed is calibrated though the other look-for is refused."""
    good = meeting({"p1": ALIKE}, master=ALIKE)
    ratings = tuple(
        one if one.look_for == look_for else attrs.evolve(one, level=5 - one.level)  # type: ignore[operator]  # numbers
        for one in good.ratings
    )
    held = attrs.evolve(good, ratings=ratings)
    assert {one.look_for: one.calibrated for one in standings_of(held, POLICY)} == {
        other: other == look_for for other in LOOK_FORS
    }


def test_only_required_look_fors_get_a_standing() -> None:
    """A plan that requires one of two look-fors says nothing of the other."""
    held = meeting({"p1": ALIKE}, master=ALIKE)
    one = attrs.evolve(held, plan=attrs.evolve(held.plan, required=("wait-time",)))
    assert [found.look_for for found in standings_of(one, POLICY)] == ["wait-time"]


def test_the_plan_s_own_numbers_come_before_the_policy_s() -> None:
    """A threshold or least number that the plan fixed is used instead of P-KAPPA and P-CALMIN."""
    held = meeting({"p1": ALIKE[:8]}, master=ALIKE[:8])
    assert status(held) is Status.CANNOT_TELL
    few = attrs.evolve(held, plan=attrs.evolve(held.plan, least_exhibits=8))
    assert status(few) is Status.CALIBRATED
    high = attrs.evolve(few, plan=attrs.evolve(few.plan, least_exhibits=8, threshold=0.95))
    assert status(high) is Status.CANNOT_TELL


# The number of exhibits


@pytest.mark.parametrize(("count", "expected"), [(11, Status.CANNOT_TELL), (12, Status.CALIBRATED)])
def test_eleven_exhibits_are_too_few_and_twelve_are_enough(count: int, expected: Status) -> None:
    """P-CALMIN: full agreement on one exhibit fewer tells nothing, and the reason says so."""
    found = standings_of(meeting({"p1": ALIKE[:count]}, master=ALIKE[:count]), POLICY)[0]
    assert found.status is expected
    assert (found.reasons[0].code == "TOO_FEW_EXHIBITS") is (expected is Status.CANNOT_TELL)


def test_few_exhibits_are_enough_to_refuse() -> None:
    """An observer who is far off on six exhibits is refused, though six could not calibrate."""
    held = meeting({"p1": (1, 4, 1, 4, 1, 4)}, master=(4, 1, 4, 1, 4, 1))
    assert status(held) is Status.NOT_YET


def test_leaving_out_what_was_shown_does_not_pay() -> None:
    """An observer who skips the two exhibits that spread the levels gains nothing from a better interval."""
    whole = meeting({"p1": MIXED}, master=MIXED)
    assert status(whole) is Status.CANNOT_TELL
    skipped = [place for place, level in enumerate(MIXED) if level in (2, 4)][-2:]
    kept = tuple(one for one in whole.ratings if int(one.exhibit[1:]) not in skipped)
    part = attrs.evolve(whole, ratings=kept)
    found = standings_of(part, POLICY)[0]
    assert found.agreement is not None
    assert found.agreement.low >= POLICY.agreement
    assert found.status is Status.CANNOT_TELL
    assert str(found.reasons[0]) == "12 exhibits of at least 14"


def test_exhibits_that_nobody_else_rated_are_not_missed() -> None:
    """Only exhibits with a code, or with another's rating, are wanted of an observer."""
    held = meeting({"p1": ALIKE}, master=ALIKE)
    more = attrs.evolve(
        held, exhibits=(*held.exhibits, attrs.evolve(held.exhibits[0], id="extra", master=FrozenMap()))
    )
    assert status(more) is Status.CALIBRATED


# Day by day


def test_a_standing_begins_with_its_meeting_and_lapses_after_a_year() -> None:
    """CG-4: nothing before the day, calibrated from it for P-CALVALID days, expired after."""
    known = standings(meeting({"p1": ALIKE}, master=ALIKE))
    last = ON + timedelta(days=POLICY.calibration_days)
    days = {
        ON - timedelta(days=1): Status.NEVER,
        ON: Status.CALIBRATED,
        last: Status.CALIBRATED,
        last + timedelta(days=1): Status.EXPIRED,
    }
    for day, expected in days.items():
        assert known.of("p1", "questioning", on=day).status is expected
        assert known.calibrated("p1", "questioning", on=day) is (expected is Status.CALIBRATED)
    (reason,) = known.of("p1", "questioning", on=last + timedelta(days=1)).reasons
    assert str(reason) == f"questioning: the calibration ended on {last}"


def test_somebody_without_a_meeting_was_never_calibrated() -> None:
    """A stranger, or another look-for, has no day, no interval and a reason."""
    for observer, look_for in (("p9", "questioning"), ("p1", "pacing")):
        found = standings(meeting({"p1": ALIKE}, master=ALIKE)).of(observer, look_for, on=ON)
        assert (found.status, found.since, found.until, found.agreement) == (Status.NEVER, None, None, None)
        assert [reason.code for reason in found.reasons] == ["CALIBRATION_PENDING"]


@pytest.mark.parametrize(
    ("levels", "expected"),
    [(APART, Status.NOT_YET), (UNSURE[:6], Status.CALIBRATED), (ALIKE, Status.CALIBRATED)],
)
def test_a_later_meeting_undoes_only_when_it_refuses(levels: tuple[int, ...], expected: Status) -> None:
    """A later refusal ends a standing; one that cannot tell leaves it; and either order of rows is the same."""
    first = meeting({"p1": ALIKE}, master=ALIKE)
    later = meeting({"p1": levels}, master=ALIKE[: len(levels)], on=date(2026, 11, 2))
    for known in (standings(first, later), standings(later, first)):
        assert known.of("p1", "questioning", on=date(2026, 11, 2)).status is expected
        assert known.of("p1", "questioning", on=date(2026, 11, 1)).status is Status.CALIBRATED


def test_a_later_success_makes_good_a_refusal() -> None:
    """An observer refused in September may pass in November, from that day on."""
    first = meeting({"p1": APART}, master=ALIKE)
    later = meeting({"p1": ALIKE}, master=ALIKE, on=date(2026, 11, 2))
    known = standings(first, later)
    assert known.of("p1", "questioning", on=ON).status is Status.NOT_YET
    assert known.of("p1", "questioning", on=date(2026, 11, 2)).status is Status.CALIBRATED


def test_meetings_that_cannot_tell_show_the_latest() -> None:
    """Where no meeting tells, the last one is what is shown, and it never expires into anything."""
    first = meeting({"p1": ALIKE[:6]}, master=ALIKE[:6])
    later = meeting({"p1": ALIKE[:7]}, master=ALIKE[:7], on=date(2026, 11, 2))
    found = standings(first, later).of("p1", "questioning", on=date(2028, 1, 1))
    assert (found.status, found.since) == (Status.CANNOT_TELL, date(2026, 11, 2))


def test_standings_come_back_from_json_equal() -> None:
    """Standings, with their intervals, survive the way through text."""
    known = standings(meeting({"p1": ALIKE, "p2": APART}, master=ALIKE), meeting({"p3": ALIKE}))
    assert interop.loads(interop.dumps(known), Standings) == known
    assert interop.loads(interop.dumps(known.rows[0]), Standing) == known.rows[0]


def test_a_district_may_ask_for_less_or_more() -> None:
    """P-KAPPA moves the answer of the same meeting."""
    held = meeting({"p1": ALIKE}, master=ALIKE)
    for threshold, expected in ((0.6, Status.CALIBRATED), (0.9, Status.CANNOT_TELL)):
        assert standings_of(held, Policy(agreement=threshold))[0].status is expected


# How often the lower bound holds

LEVELS = 4
CREDIT = 1 - (np.subtract.outer(range(LEVELS), range(LEVELS)) / (LEVELS - 1)) ** 2
SPREAD = {
    "even": (0.25, 0.25, 0.25, 0.25),
    "middling": (0.1, 0.2, 0.5, 0.2),
    "high": (0.02, 0.08, 0.3, 0.6),
}


def joint(spread: str, kind: str, right: float) -> NDArray[np.float64]:
    """Chances of each pair of master code and rating: right, or a neighbouring level, or any level."""
    told = np.eye(LEVELS) * right
    for level in range(LEVELS):
        near = [other for other in (level - 1, level + 1) if 0 <= other < LEVELS]
        for other in near if kind == "neighbour" else range(LEVELS):
            told[level, other] += (1 - right) / (len(near) if kind == "neighbour" else LEVELS)
    return np.array(SPREAD[spread])[:, None] * told


def true_agreement(chances: NDArray[np.float64]) -> float:
    """Gwet's AC2 with quadratic weights in an endless number of exhibits (Gwet 2014, chapter 4)."""
    mean = (chances.sum(axis=0) + chances.sum(axis=1)) / 2
    chance = CREDIT.sum() / (LEVELS * (LEVELS - 1)) * (mean * (1 - mean)).sum()
    return float(((chances * CREDIT).sum() - chance) / (1 - chance))


@cache
def lower_bound(pairs: tuple[int, ...]) -> float:
    """The lower bound that decides on a standing, for the pairs of one meeting."""
    rows = [list(divmod(pair, LEVELS)) for pair in pairs]
    return agreement.rater_agreement(Ratings.from_matrix(rows, categories=range(LEVELS)), 1).low


def lower_bounds(chances: NDArray[np.float64], exhibits: int, repeats: int = 500) -> NDArray[np.float64]:
    """The lower bounds of many meetings."""
    rng = np.random.default_rng(20261121)
    drawn = np.sort(rng.choice(LEVELS**2, size=(repeats, exhibits), p=chances.ravel()), axis=1)
    return np.array([lower_bound(tuple(pairs)) for pairs in drawn.tolist()])


@pytest.mark.parametrize("exhibits", [6, 12, 30])
@pytest.mark.parametrize("kind", ["neighbour", "any"])
@pytest.mark.parametrize("spread", SPREAD)
def test_the_lower_bound_holds_at_few_exhibits(spread: str, kind: str, exhibits: int) -> None:
    """In at least 95 of 100 meetings the true agreement lies above the bound, for poor and good observers."""
    for right in (0.3, 0.6, 0.9):
        chances = joint(spread, kind, right)
        assert np.mean(lower_bounds(chances, exhibits) <= true_agreement(chances)) >= 0.95


@pytest.mark.parametrize("spread", SPREAD)
def test_an_observer_at_the_threshold_seldom_passes_by_luck(spread: str) -> None:
    """With a true agreement of just P-KAPPA fewer than one meeting in twenty calibrates, at any number."""
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if true_agreement(joint(spread, "any", middle)) >= 0.6 else (middle, high)
    chances = joint(spread, "any", high)
    assert true_agreement(chances) == pytest.approx(POLICY.agreement)
    for exhibits in (6, 12, 30):
        assert np.mean(lower_bounds(chances, exhibits) >= POLICY.agreement) < 0.05

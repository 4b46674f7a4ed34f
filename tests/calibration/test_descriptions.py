"""Feedback on descriptions, its review, and what a revision asks of observers."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import pytest

from ilr import interop
from ilr.base import InvalidInput
from ilr.calibration import DescriptionReview, Lapse, ObserverFeedback, recalibration, unanswered
from ilr.continuum import LevelScale, LookFor, LookForSet

DAY = date(2026, 11, 2)
SET = LookForSet(
    id="core",
    look_fors=tuple(
        LookFor(id=id, title=id, scale=LevelScale.numbered(4))
        for id in ("questioning", "wait-time", "closure")
    ),
)


def review(**facts: Any) -> DescriptionReview:
    """A review that revised the set."""
    known: dict[str, Any] = {
        "id": "r1",
        "on": DAY,
        "look_for_set": "core@1.0.0",
        "participants": ("p1",),
        "outcome": "revision",
        "revised_to": "core@1.1.0",
    }
    return DescriptionReview(**{**known, **facts})


def revised(**changes: Any) -> LookForSet:
    """The set with one look-for changed."""
    first, *rest = SET.look_fors
    return attrs.evolve(SET, look_fors=(attrs.evolve(first, **changes), *rest), version="1.1.0")


def test_other_words_ask_nobody() -> None:
    """CG-4: a patch of wording leaves every standing as it is."""
    assert recalibration(SET, revised(title="Questions", description="asks"), on=DAY) == ()


def test_other_levels_ask_every_observer_on_that_look_for() -> None:
    """CG-4: a level more, or a level of another value, ends the standing on the look-for alone."""
    for scale in (LevelScale.numbered(5), LevelScale.numbered(4, half_levels=True)):
        assert recalibration(SET, revised(scale=scale), on=DAY) == (
            Lapse(on=DAY, cause="revision", look_for="questioning"),
        )


def test_a_new_meaning_is_told_by_the_review() -> None:
    """CG-4: codes that stay while their meaning changes are named by who revised them; each look-for once."""
    told = review(new_meaning=("closure", "questioning"))
    lapses = recalibration(SET, revised(scale=LevelScale.numbered(5)), on=DAY, review=told)
    assert [lapse.look_for for lapse in lapses] == ["questioning", "closure"]


def test_new_and_retired_look_fors_have_no_standing_to_lose() -> None:
    """A look-for that is only in one of the versions asks nobody."""
    shorter = attrs.evolve(SET, look_fors=SET.look_fors[1:])
    assert recalibration(SET, shorter, on=DAY) == recalibration(shorter, SET, on=DAY) == ()


def test_sets_that_do_not_belong_together_are_refused() -> None:
    """Two sets are no versions of each other, and a review speaks of look-fors that both have."""
    with pytest.raises(InvalidInput) as refused:
        recalibration(SET, attrs.evolve(SET, id="arts"), on=DAY, review=review(new_meaning=("pace",)))
    assert [problem.code for problem in refused.value.problems] == [
        "recalibration.set",
        "recalibration.look_for",
    ]


def test_no_change_is_an_outcome() -> None:
    """ILR-2.GB.3: a review that changes nothing is whole; one that contradicts itself is refused."""
    assert review(outcome="no change", revised_to=None).outcome == "no change"
    with pytest.raises(InvalidInput) as refused:
        review(outcome="no change", participants=(), new_meaning=("closure",))
    assert [problem.code for problem in refused.value.problems] == [
        "review.participants",
        "review.revised_to",
        "review.new_meaning",
    ]


def test_feedback_waits_until_a_review_looks_at_it() -> None:
    """ILR-2.GB.3: what no review has looked at is listed in its order."""
    given = [
        ObserverFeedback(
            id=f"f{place}", on=DAY, by="p1", look_for="closure", look_for_set="core@1.0.0", about="levels"
        )
        for place in range(3)
    ]
    assert unanswered(given, [review(feedback=("f1",))]) == (given[0], given[2])
    assert interop.loads(interop.dumps(given[0]), ObserverFeedback) == given[0]

"""Calibration meetings: what a plan fixes, and which ratings a meeting takes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from tests.progress.small_school import ALIKE, LOOK_FORS, POLICY, SCALE, meeting

from ilr import interop
from ilr.base import FrozenMap, InvalidInput
from ilr.calibration import CalibrationMeeting, CalibrationPlan, Exhibit, SealedRating, standings_of
from ilr.continuum.lookfors import LevelCode, LevelScale

SCALES: FrozenMap[str, LevelScale] = FrozenMap(dict.fromkeys(LOOK_FORS, SCALE))
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def plan(**changes: Any) -> CalibrationPlan:
    """A plan for both look-fors."""
    facts: dict[str, Any] = {
        "id": "p",
        "look_for_set": "core@1.0.0",
        "scales": SCALES,
        "fixed_at": NOON,
        **changes,
    }
    return CalibrationPlan(**facts)


def rating(minutes: int = 5, **changes: Any) -> SealedRating:
    """A rating some minutes after the plan was fixed."""
    facts: dict[str, Any] = {
        "observer": "p1",
        "exhibit": "e1",
        "look_for": "questioning",
        "level": 3,
        "at": NOON + timedelta(minutes=minutes),
        **changes,
    }
    return SealedRating(**facts)


def gathering(*ratings: SealedRating, **changes: Any) -> CalibrationMeeting:
    """A meeting over one exhibit whose discussion opened an hour after the plan."""
    facts: dict[str, Any] = {
        "id": "m",
        "kind": "visit",
        "plan": plan(),
        "exhibits": (Exhibit(id="e1"),),
        "ratings": ratings,
        "discussed_at": NOON + timedelta(hours=1),
        **changes,
    }
    return CalibrationMeeting(**facts)


def refusals(*ratings: SealedRating, **changes: Any) -> list[tuple[str, str]]:
    """Code and path of everything that is wrong."""
    with pytest.raises(InvalidInput) as refused:
        gathering(*ratings, **changes)
    return [(problem.code, problem.path) for problem in refused.value.problems]


def test_a_plan_lists_all_that_is_wrong_with_it() -> None:
    """CG-3: no scales, a required look-for without one, a wild threshold and a naive instant come together."""
    with pytest.raises(InvalidInput) as refused:
        plan(scales=FrozenMap(), required=("pacing",), threshold=1.5, fixed_at=NOON.replace(tzinfo=None))
    assert [problem.code for problem in refused.value.problems] == [
        "plan.scales",
        "plan.required",
        "plan.threshold",
        "instant.naive",
    ]


def test_the_required_look_fors_are_those_that_are_rated_unless_named() -> None:
    """CG-3: without a list every scale is required, with one only what it names."""
    assert plan().look_fors == LOOK_FORS
    assert plan(required=("wait-time",)).look_fors == ("wait-time",)


@pytest.mark.parametrize("minutes", [0, 59])
def test_ratings_between_plan_and_discussion_are_sealed(minutes: int) -> None:
    """CG-3: a rating counts from the moment of the plan up to the opening of the discussion."""
    assert len(list(gathering(rating(minutes)))) == 1


@pytest.mark.parametrize("minutes", [-1, 60, 90])
def test_ratings_before_the_plan_or_after_the_discussion_are_not_independent(minutes: int) -> None:
    """CG-3: who has seen the plan change or heard the others has not rated alone."""
    assert refusals(rating(minutes)) == [("meeting.sealed", "ratings[0]")]


def test_all_that_is_wrong_with_ratings_comes_at_once() -> None:
    """One refusal names each rating that is late, repeated, off the scale, of something unknown, by the facilitator."""
    found = refusals(
        rating(),
        rating(70),
        rating(observer="p9"),
        rating(level=7, observer="p2"),
        rating(exhibit="e2", observer="p2"),
        rating(look_for="pacing", observer="p2"),
        facilitator="p9",
        exhibits=(Exhibit(id="e1", master=FrozenMap({"questioning": 9, "pacing": 1})),),
    )
    assert found == [
        ("meeting.level", "exhibits[0].master.questioning"),
        ("meeting.look_for", "exhibits[0].master.pacing"),
        ("meeting.twice", "ratings[1]"),
        ("meeting.sealed", "ratings[1]"),
        ("meeting.facilitator", "ratings[2]"),
        ("meeting.level", "ratings[3]"),
        ("meeting.exhibit", "ratings[4]"),
        ("meeting.look_for", "ratings[5]"),
    ]


def test_a_refusal_shows_no_level_and_no_person() -> None:
    """What is wrong is told by place and vocabulary, never by what somebody rated."""
    with pytest.raises(InvalidInput) as refused:
        gathering(rating(level="secret", observer="jane"))
    assert "secret" not in str(refused.value)
    assert "jane" not in str(refused.value)


def test_the_facilitator_may_lead_without_rating() -> None:
    """A facilitator who gave no rating is no observer of the meeting."""
    held = gathering(rating(), rating(observer="p2"), facilitator="p9")
    assert held.observers == ("p1", "p2")


def test_observers_stand_in_the_order_of_their_first_rating() -> None:
    """The order is that of the ratings, each observer once."""
    held = gathering(rating(observer="p2"), rating(), rating(look_for="wait-time"))
    assert held.observers == ("p2", "p1")
    assert [one.observer for one in held] == ["p2", "p1", "p1"]


def test_master_codes_come_before_what_was_rated() -> None:
    """Ratings of a look-for hold the master code of each exhibit that has one, under its own name."""
    coded = Exhibit(id="e1", master=FrozenMap({"questioning": 4}))
    held = gathering(rating(), exhibits=(coded, Exhibit(id="e2")))
    assert held.rated("questioning") == (("e1", "(master)", 4), ("e1", "p1", 3))
    assert held.rated("wait-time") == ()


def test_a_consensus_is_kept_and_never_counted() -> None:
    """CG-3: agreed levels after the talk change nothing about anybody's standing."""
    apart = {"p1": ALIKE, "p2": tuple(5 - level for level in ALIKE)}
    bare = meeting(apart)
    agreed: FrozenMap[str, LevelCode] = FrozenMap(
        {f"e{place}/{look_for}": 3 for place in range(16) for look_for in LOOK_FORS}
    )
    talked = meeting(apart, consensus=agreed)
    assert talked.consensus
    assert standings_of(talked, POLICY) == standings_of(bare, POLICY)


@pytest.mark.parametrize("master", [None, ALIKE])
def test_plans_and_meetings_come_back_from_json_equal(master: tuple[int, ...] | None) -> None:
    """A plan and a whole meeting survive the way through text."""
    held = meeting({"p1": ALIKE, "p2": ALIKE}, master=master, on=date(2026, 9, 2), buildings=("s1",))
    assert interop.loads(interop.dumps(held), CalibrationMeeting) == held
    required = attrs.evolve(held.plan, required=("wait-time",), threshold=0.5, least_exhibits=3)
    assert interop.loads(interop.dumps(required), CalibrationPlan) == required


def test_the_plan_may_fix_the_exhibits() -> None:
    """CG-3: where the plan names its exhibits none is dropped and none is added afterwards."""
    held = meeting({"p1": ALIKE}, master=ALIKE)
    ids = tuple(exhibit.id for exhibit in held.exhibits)
    fixed = attrs.evolve(held.plan, exhibits=ids)
    assert attrs.evolve(held, plan=fixed).plan.exhibits == ids
    for others in (ids[1:], (*ids, "e99")):
        with pytest.raises(InvalidInput) as refused:
            attrs.evolve(held, plan=attrs.evolve(held.plan, exhibits=others))
        assert refused.value.code == "meeting.planned"


def test_a_master_code_may_be_justified() -> None:
    """Why the master coded so is kept beside the code, and goes with no other look-for."""
    told = Exhibit(
        id="e1",
        master=FrozenMap({"questioning": 3}),
        justification=FrozenMap({"questioning": "two open questions"}),
    )
    assert told.justification["questioning"] == "two open questions"
    with pytest.raises(InvalidInput) as refused:
        attrs.evolve(told, master=FrozenMap({"wait-time": 3}))
    assert refused.value.code == "exhibit.justification"

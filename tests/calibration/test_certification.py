"""From a calibration meeting to an exam: an observer's sealed ratings against the master codes."""

from __future__ import annotations

import attrs
import pytest
from tests.progress.small_school import ALIKE, LOOK_FORS, meeting

from ilr.base import FrozenMap, InvalidInput
from ilr.calibration import certify
from ilr.continuum import LevelScale
from ilr.stats.certification import FIELD_RULES, EachItem, OfPart, Share

HALF = [*ALIKE[:6], *(5 - level for level in ALIKE[6:])]
MEETING = meeting({"p1": ALIKE, "p2": HALF, "p3": ALIKE[:-1]}, master=ALIKE)


def test_exhibits_are_sets_and_look_fors_items() -> None:
    """An observer who codes as the master does passes; one who turns half of the scale round does not."""
    passed = certify(MEETING, "p1", FIELD_RULES["kansas"].rule)
    assert passed
    assert passed.codes == len(ALIKE) * len(LOOK_FORS)
    other = certify(MEETING, "p2", EachItem(Share(0.75)))
    assert (other.passed, other.missing) == (False, 0)


def test_an_exhibit_left_out_keeps_the_observer_waiting() -> None:
    """Fewer exhibits never pay: what the master coded and the observer did not counts as missing."""
    found = certify(MEETING, "p3", Share(0.5))
    assert (found.passed, found.missing) == (False, len(LOOK_FORS))


def test_part_of_the_look_fors_may_be_the_exam() -> None:
    """The look-fors may be named, and parts of them by name."""
    found = certify(
        MEETING, "p1", OfPart("talk", Share(1)), look_fors=["questioning"], parts={"talk": ["questioning"]}
    )
    assert found.codes == len(ALIKE)
    assert found


def test_look_fors_of_unlike_scales_are_no_exam() -> None:
    """Points of unlike scales do not add up; a look-for that the meeting does not rate has none."""
    wider: FrozenMap[str, LevelScale] = FrozenMap(
        {**MEETING.plan.scales, "wait-time": LevelScale.numbered(5)}
    )
    mixed = attrs.evolve(MEETING, plan=attrs.evolve(MEETING.plan, scales=wider))
    with pytest.raises(InvalidInput) as unlike:
        certify(mixed, "p1", Share(0.5))
    assert unlike.value.code == "certification.scales"
    with pytest.raises(InvalidInput) as unknown:
        certify(MEETING, "p1", Share(0.5), look_fors=["closure"])
    assert unknown.value.code == "certification.look_for"


def test_a_meeting_without_master_codes_certifies_nobody() -> None:
    """Certification needs master codes; agreement among observers is another question."""
    with pytest.raises(InvalidInput) as refused:
        certify(meeting({"p1": ALIKE}), "p1", Share(0.5))
    assert refused.value.code == "certification.empty"

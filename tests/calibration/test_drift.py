"""From meetings and paired visits to the drift of observers, to lapses and to the next pairs."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.progress.small_school import ALIKE, FORM, LOOK_FORS, POLICY, meeting, walk

from ilr.base import InvalidInput
from ilr.calibration import (
    Lapse,
    Standings,
    Status,
    drift_in_exhibits,
    drift_in_visits,
    lapses_of,
    pair_next,
)

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 6)
LENIENT = [min(level + 2, 4) for level in ALIKE]
STEADY = [level if place % 3 else 5 - level for place, level in enumerate(ALIKE)]
MEETINGS = [
    meeting({"p1": ALIKE, "p2": STEADY}, master=ALIKE, on=SEPTEMBER, id="m1"),
    meeting({"p1": LENIENT, "p2": STEADY}, master=ALIKE, on=OCTOBER, id="m2"),
]


def test_exhibits_tell_deviations_from_the_master_by_month() -> None:
    """An observer who codes as the master in September and higher in October has shifted by so many points."""
    found = drift_in_exhibits(MEETINGS, "questioning")
    first = found.raters[0]
    assert (first.rater, found.windows) == ("p1", ("2026-09", "2026-10"))
    assert first.means["2026-09"].value == 0
    assert first.largest == pytest.approx(float(np.mean(LENIENT) - np.mean(ALIKE)))
    assert found.drifted() == ("p1",)


def test_only_master_codes_of_the_look_for_count() -> None:
    """A meeting without the look-for or without master codes is passed over; none at all is an error."""
    others = [meeting({"p1": ALIKE}), meeting({"p1": ALIKE}, master=ALIKE, look_fors=("wait-time",))]
    assert drift_in_exhibits([*MEETINGS, *others], "questioning") == drift_in_exhibits(
        MEETINGS, "questioning"
    )
    with pytest.raises(InvalidInput) as refused:
        drift_in_exhibits(others, "questioning")
    assert refused.value.code == "drift.look_for"


def test_paired_visits_tell_deviations_from_each_other() -> None:
    """Records of one visit by two observers are compared; a visit recorded by one alone is left out."""
    scale = FORM["questioning"].scale
    assert scale is not None
    pairs = [
        walk(day, observer=observer, level=level)
        for day in (date(2026, 9, 2), date(2026, 10, 2))
        for observer, level in (("p1", 3 if day.month == 9 else 1), ("p2", 2))
    ]
    alone = walk(date(2026, 9, 9), observer="p1", level=4)
    found = drift_in_visits([*pairs, alone], "questioning", scale)
    assert {one.rater: one.largest for one in found} == {"p1": -2, "p2": 2}
    assert found.left_out == 1
    with pytest.raises(InvalidInput) as refused:
        drift_in_visits(pairs, "closure", scale)
    assert refused.value.code == "drift.look_for"


def test_an_alarm_ends_the_standing_until_the_next_meeting() -> None:
    """CG-4: from the day of the alarm nothing is shared on that look-for; a later meeting calibrates again."""
    alarm = date(2026, 10, 10)
    found = drift_in_exhibits(MEETINGS, "questioning")
    lapses = lapses_of(found, "questioning", on=alarm)
    assert lapses == (Lapse(on=alarm, cause="drift", look_for="questioning", observer="p1"),)
    again = meeting({"p1": ALIKE}, master=ALIKE, on=alarm + timedelta(days=7), id="m3")
    standings = Standings.from_meetings([MEETINGS[0], again], POLICY, lapses=lapses)
    states = [
        standings.of("p1", "questioning", on=alarm + timedelta(days=days)).status for days in (-1, 0, 6, 7)
    ]
    assert states == [Status.CALIBRATED, Status.EXPIRED, Status.EXPIRED, Status.CALIBRATED]
    assert standings.calibrated("p1", "wait-time", on=alarm)
    reason = standings.of("p1", "questioning", on=alarm).reasons[0]
    assert str(reason) == "questioning: the calibration lapsed on 2026-10-10 (drift)"


def test_a_revision_ends_the_standing_of_everybody() -> None:
    """CG-4: a change of levels or meaning asks all observers to be calibrated anew, on that look-for or on all."""
    day = date(2026, 10, 1)
    for lapse, ended in (
        (Lapse(on=day, cause="revision"), LOOK_FORS),
        (Lapse(on=day, cause="revision", look_for="wait-time"), ("wait-time",)),
        (Lapse(on=day, cause="revision", observer="p9"), ()),
        (Lapse(on=SEPTEMBER, cause="revision"), ()),
    ):
        standings = Standings.from_meetings([MEETINGS[0]], POLICY, lapses=[lapse])
        waiting = tuple(one for one in LOOK_FORS if not standings.calibrated("p1", one, on=day))
        assert waiting == ended


def test_the_first_of_two_lapses_is_told() -> None:
    """The reason names the day since which nothing may be shared."""
    lapses = [Lapse(on=date(2026, 9, day), cause="drift") for day in (20, 10)]
    standings = Standings.from_meetings([MEETINGS[0]], POLICY, lapses=lapses)
    reason = standings.of("p1", "questioning", on=date(2026, 9, 30)).reasons[0]
    assert reason.parameters["on"] == "2026-09-10"


def test_pairs_join_groups_first() -> None:
    """Groups that no visit connects come first; then who has met least, and who has least been paired."""
    met = {("p1", "p2"): 3, ("p4", "p3"): 1}
    assert pair_next(["p1", "p2", "p3", "p4", "p5"], met, visits=3) == (
        ("p3", "p5"),
        ("p1", "p4"),
        ("p4", "p5"),
    )
    assert pair_next(["p1", "p2"], {}, visits=2) == (("p1", "p2"), ("p1", "p2"))
    assert pair_next(["p1", "p2"], {}, visits=0) == ()


def test_pairs_of_strangers_are_refused() -> None:
    """Everything that is wrong with the counts is told at once."""
    with pytest.raises(InvalidInput) as refused:
        pair_next(["p1"], {("p1", "p1"): -1, ("p1", "p9"): 1}, visits=-1)
    assert [problem.code for problem in refused.value.problems] == [
        "pairing.observers",
        "pairing.visits",
        "pairing.pair",
        "pairing.count",
        "pairing.pair",
    ]


@given(st.integers(2, 7), st.data())
def test_enough_pairs_connect_everybody(n: int, data: st.DataObject) -> None:
    """As many pairs as groups less one leave a single group, whoever met before."""
    everyone = [f"p{place}" for place in range(n)]
    pairs = [(one, other) for one in everyone for other in everyone if one < other]
    met = {
        pair: data.draw(st.integers(0, 3))
        for pair in data.draw(st.lists(st.sampled_from(pairs), unique=True))
    }

    def groups(counts: dict[tuple[str, str], int]) -> int:
        left = {id: {id} for id in everyone}
        for (one, other), count in counts.items():
            if count:
                both = left[one] | left[other]
                for id in both:
                    left[id] = both
        return len({frozenset(group) for group in left.values()})

    before = groups(met)
    for pair in pair_next(everyone, met, visits=before - 1):
        met[pair] = met.get(pair, 0) + 1
    assert groups(met) == 1

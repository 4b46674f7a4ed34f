"""The time study of partnerships: rules TS-1 to TS-5."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from tests.coaching.test_partnerships import DAYS, ITEMS, PAIR, PEERS, TIME, agenda, meeting, records
from tests.progress.small_school import FALL, POLICY

from ilr.base import InvalidInput, Policy, Window
from ilr.coaching import (
    PairTime,
    PartnershipMeeting,
    PlanDrift,
    SamplingFrame,
    TimeEntry,
    TimeStudy,
    coaching_share,
    plan_drift,
    time_study,
)
from ilr.interop import dumps, loads

WHOLE = SamplingFrame(whole=FALL.window, weeks=(FALL.window,), chosen="all")
MINUTES = ((30, 10, 15), (20, 10, 30), (0, 5, 55), (25, 20, 15), (40, 10, 10), (15, 15, 30))


def logged(*minutes: tuple[float, float, float], first: date = DAYS[0]) -> list[PartnershipMeeting]:
    """Meetings a week apart with minutes of coaching, planning and situational problems."""
    kinds = ("coaching", "planning", "situational")
    return [
        meeting(
            first + timedelta(weeks=place),
            time=tuple(TimeEntry(kind, spent) for kind, spent in zip(kinds, row, strict=True)),  # type: ignore[arg-type]  # zip widens the literals
        )
        for place, row in enumerate(minutes)
    ]


def test_other_minutes_are_in_no_share() -> None:
    """TS-1: the share is of coaching, planning and situational minutes; other ones stand beside it."""
    meetings = [meeting(day) for day in DAYS]
    found = coaching_share(meetings, seed=1, policy=POLICY)
    assert found.value == pytest.approx(40 / 55)
    assert dict(found.n) == {"meetings": 4.0, "minutes": 220.0}
    study = time_study(records(), frame=WHOLE, seed=1)
    assert study.pairs[0].other == 20
    assert study.share.value == found.value


def test_without_minutes_the_share_is_undefined() -> None:
    """TS-1: where no such minutes were logged there is no share, and a reason for it."""
    only_other = meeting(DAYS[0], time=(TimeEntry("other", 30),))
    for meetings in ([], [only_other], [meeting(DAYS[0], time=())]):
        found = coaching_share(meetings, seed=1, policy=POLICY)
        assert found.undefined is not None
        assert found.undefined.code == "ZERO_TOTAL"
        assert found.n["meetings"] == 0


def test_meetings_that_fell_out_are_counted_with_the_others() -> None:
    """TS-2: frequency counts held meetings a month, and tells cancelled and moved ones."""
    meetings = (
        *(meeting(day) for day in DAYS),
        meeting(date(2026, 9, 29), status="cancelled", reason="illness", time=()),
        meeting(date(2026, 10, 27), status="moved", reason="storm", time=()),
        meeting(date(2026, 12, 15), status="planned", time=()),
    )
    pair = time_study(records(meetings=meetings), frame=WHOLE, seed=1).pairs[0]
    assert (pair.held, pair.cancelled, pair.moved) == (4, 1, 1)
    assert pair.months == pytest.approx(3 + 18 / 31)
    assert pair.a_month == pytest.approx(4 / (3 + 18 / 31))


def test_few_meetings_have_counts_and_no_interval() -> None:
    """TS-3: below P-TSMIN meetings there is a share without an interval; from there on meetings are resampled."""
    few = coaching_share(logged(*MINUTES[:4]), seed=1, policy=POLICY)
    assert math.isnan(few.low)
    assert few.undefined_interval is not None
    assert few.undefined_interval.parameters == {"n": 4, "least": 5}
    enough = coaching_share(logged(*MINUTES[:5]), seed=1, policy=POLICY)
    assert 0 <= enough.low <= enough.value <= enough.high <= 1
    assert (enough.method, enough.n["meetings"]) == ("bootstrap", 5)
    wanted = coaching_share(logged(*MINUTES[:5]), seed=1, policy=Policy(interval_meetings=6))
    assert wanted.undefined_interval is not None


def test_a_meeting_of_other_minutes_alone_is_no_unit() -> None:
    """TS-3: a meeting that logged only other minutes does not help to reach P-TSMIN."""
    idle = meeting(date(2027, 1, 5), time=(TimeEntry("other", 30),))
    found = coaching_share([*logged(*MINUTES[:4]), idle], seed=1, policy=POLICY)
    assert found.n["meetings"] == 4
    assert math.isnan(found.low)


def test_drift_is_what_the_day_took_beyond_its_plan() -> None:
    """TS-4: drift is the situational share less the planned share of urgent points."""
    bare = meeting(date(2026, 9, 22), agenda=None)
    unplanned = tuple(attrs.evolve(item, minutes=None) for item in ITEMS)
    open_ended = meeting(date(2026, 9, 29), agenda=agenda(date(2026, 9, 29), items=unplanned))
    unlogged = meeting(date(2026, 10, 6), time=())
    cancelled = meeting(date(2026, 10, 20), status="cancelled", reason="illness", time=())
    found = plan_drift([meeting(DAYS[0]), bare, open_ended, unlogged, cancelled])
    assert found == PlanDrift(meetings=1, left_out=3, long_term=45, ad_hoc=15, purposeful=40, situational=15)
    assert found.planned == 0.25
    assert found.actual == pytest.approx(15 / 55)
    assert found.drift == pytest.approx(15 / 55 - 0.25)


def test_drift_of_nothing_is_none() -> None:
    """TS-4: without planned or logged minutes there is no drift."""
    nothing = plan_drift([])
    assert (nothing.planned, nothing.actual, nothing.drift) == (None, None, None)
    idle = tuple(attrs.evolve(item, minutes=0) for item in ITEMS)
    unplanned = plan_drift([meeting(DAYS[0], agenda=agenda(DAYS[0], items=idle))])
    assert (unplanned.planned, unplanned.drift) == (None, None)
    assert unplanned.actual is not None


def test_a_sample_of_weeks_is_kept_with_the_study() -> None:
    """TS-5: a study of some weeks counts meetings of those weeks alone and stores which they were."""
    weeks = (Window(date(2026, 9, 14), date(2026, 9, 20)), Window(date(2026, 11, 9), date(2026, 11, 15)))
    frame = SamplingFrame(whole=FALL.window, weeks=weeks, chosen="at random")
    study = time_study(records(), frame=frame, seed=1)
    assert study.frame == frame
    assert study.pairs[0].held == 2
    assert study.pairs[0].months == pytest.approx(14 / 30)
    assert study.share.n["meetings"] == 2


def test_partnerships_outside_the_weeks_are_left_out() -> None:
    """TS-2: a partnership counts for the months in which it lasted, and one that did not is not in the study."""
    late = attrs.evolve(PAIR, id="late", starts=date(2026, 12, 1))
    future = attrs.evolve(PAIR, id="future", starts=date(2027, 3, 1))
    study = time_study(records(partnerships=(PAIR, late, future, PEERS)), frame=WHOLE, seed=1)
    assert [one.partnership for one in study.pairs] == ["pair", "late", "peers"]
    assert study.pairs[1].months == pytest.approx(18 / 31)
    assert study.pairs[1].held == 0
    assert study.pairs[1].share.undefined is not None


def test_no_days_are_no_frequency() -> None:
    """TS-2: meetings a month are not told of no month."""
    share = coaching_share([], seed=1, policy=POLICY)
    none = PairTime(partnership="a", held=0, cancelled=0, moved=0, months=0.0, share=share, other=0.0)
    assert none.a_month is None


def refused(**changes: Any) -> list[str]:
    """Why a frame cannot be built."""
    facts: dict[str, Any] = {"whole": FALL.window, "weeks": (FALL.window,), "chosen": "all", **changes}
    with pytest.raises(InvalidInput) as error:
        SamplingFrame(**facts)
    return [problem.code for problem in error.value.problems]


def test_impossible_frames_are_refused() -> None:
    """TS-5: weeks lie inside the whole, in order and apart, and all of them where all were chosen."""
    week = Window(date(2026, 9, 14), date(2026, 9, 20))
    assert refused(weeks=(), chosen="by hand") == ["frame.weeks"]
    assert refused(weeks=(Window(date(2026, 8, 1), date(2026, 9, 2)),), chosen="by hand") == ["frame.outside"]
    assert refused(weeks=(week, week), chosen="by hand") == ["frame.order"]
    assert refused(weeks=(week,)) == ["frame.all"]


def test_a_study_comes_back_equal() -> None:
    """A study goes out as JSON and comes back equal."""
    study = time_study(records(meetings=tuple(logged(*MINUTES))), frame=WHOLE, seed=1)
    assert loads(dumps(study), TimeStudy) == study
    assert study.policy == POLICY.version
    assert TIME[0].kind == "coaching"

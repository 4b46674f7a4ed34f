"""Whether a building is far enough to share and to coach."""

from __future__ import annotations

from datetime import date, timedelta

from tests.progress.small_school import ALIKE, FORM, LOOK_FORS, POLICY, SCHOOL, meeting

from ilr.calibration import Standings
from ilr.disclosure import readiness
from ilr.forms import VisitMode
from ilr.observation import Schedule, Slot

DAY = date(2026, 9, 15)
PLAN = Schedule((Slot(id="s1", building=SCHOOL, observer="p1", day=DAY, mode=VisitMode.RANDOM),))
PASSED = Standings.from_meetings([meeting({"p1": ALIKE}, master=ALIKE)], POLICY)


def test_a_building_with_all_three_is_ready() -> None:
    """CG-6: a visit is planned, the form asks about look-fors, every observer is calibrated for each."""
    found = readiness(SCHOOL, as_of=DAY, schedule=PLAN, form=FORM, standings=PASSED)
    assert found
    assert (found.missing, found.reasons) == ((), ())


def test_what_is_missing_is_named_in_order() -> None:
    """CG-6: each of the three by itself, with its reason."""
    nothing = readiness(SCHOOL, as_of=DAY)
    assert not nothing
    assert [str(reason) for reason in nothing.reasons] == [
        "no visit is planned",
        "no form asks about a look-for",
        "observers and look-fors without calibration: 0 of 0",
    ]
    assert readiness(SCHOOL, as_of=DAY, schedule=PLAN, standings=PASSED).missing == ("form", "calibration")
    assert readiness(SCHOOL, as_of=DAY, form=FORM, standings=PASSED, observers=["p1"]).missing == (
        "schedule",
    )


def test_a_schedule_of_the_past_or_of_another_school_is_none() -> None:
    """The day itself counts, the day after the last visit does not; nor does a visit elsewhere."""
    ready = {"schedule": PLAN, "form": FORM, "standings": PASSED, "observers": ["p1"]}
    assert readiness(SCHOOL, as_of=DAY, **ready)  # type: ignore[arg-type]  # a mapping of unlike values
    assert readiness(SCHOOL, as_of=DAY + timedelta(days=1), **ready).missing == ("schedule",)  # type: ignore[arg-type]  # as above
    assert readiness("elsewhere", as_of=DAY, **ready).missing == ("schedule",)  # type: ignore[arg-type]  # as above


def test_one_observer_who_is_not_calibrated_keeps_the_building_waiting() -> None:
    """CG-2: all who observe have to be calibrated, on every look-for of the form."""
    found = readiness(
        SCHOOL, as_of=DAY, schedule=PLAN, form=FORM, standings=PASSED, observers=["p1", "p2", "p1"]
    )
    assert found.missing == ("calibration",)
    assert dict(found.reasons[0].parameters) == {"n": len(LOOK_FORS), "of": 2 * len(LOOK_FORS)}

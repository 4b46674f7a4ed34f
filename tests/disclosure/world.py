"""One small district for the tests of who may see what."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tests.progress.small_school import ALIKE, LOOK_FORS, POLICY, meeting

from ilr.base import Appointment, Organisation, Person, Role, Roster, Team
from ilr.calibration import Standings
from ilr.disclosure import Agreement, Context, Kind, Subject

DAY = date(2026, 9, 15)
SEEN = datetime(2026, 9, 2, 9, tzinfo=UTC)
NOON = datetime(2026, 9, 15, 12, tzinfo=UTC)

ROSTER = Roster(
    people=tuple(Person(id=id) for id in ("t1", "t2", "t3", "p1", "p2", "c1", "d1")),
    organisations=(
        Organisation(id="district", kind="district"),
        Organisation(id="school", parent="district"),
        Organisation(id="other", parent="district"),
    ),
    teams=(Team(id="grade 6", building="school", members=("t1", "t2")),),
    appointments=(
        Appointment(person="p1", organisation="school", role=Role.BUILDING_LEADER),
        Appointment(person="p2", organisation="other", role=Role.BUILDING_LEADER),
        Appointment(person="d1", organisation="district", role=Role.DISTRICT_LEADER),
    ),
)
CALIBRATED = Standings.from_meetings([meeting({"p1": ALIKE}, master=ALIKE)], POLICY)
VIEWERS = {
    "teacher": "t1",
    "author": "p1",
    "coach": "c1",
    "team": "t2",
    "building": "p1",
    "district": "d1",
    "evaluator": "p1",
    "researcher": "r1",
}
"""Who asks in which capacity."""


def subject(kind: Kind = "walkthrough", **facts: Any) -> Subject:
    """A record about one teacher, or a table of enough."""
    known: dict[str, Any] = {
        "id": f"{kind} 1",
        "kind": kind,
        "teachers": () if kind in ("disaggregated data", "building data") else ("t1",),
        "authors": ("p1",),
        "coach": "c1",
        "building": "school",
        "team": "grade 6",
        "look_fors": LOOK_FORS if kind == "walkthrough" else (),
        "made_at": SEEN,
    }
    if kind in ("disaggregated data", "building data"):
        known |= {"teachers": ("t1", "t2", "t3"), "contributors": 9, "calibrated": True}
    if kind in ("needs", "calibration"):
        known["contributors"] = 9
    return Subject(**{**known, **facts})


def context(**parts: Any) -> Context:
    """What the gate reads at noon two weeks after the visit."""
    facts: dict[str, Any] = {
        "as_of": DAY,
        "at": NOON,
        "standings": CALIBRATED,
        "roster": ROSTER,
        "policy": POLICY,
        "agreements": (Agreement(teacher="t1", coach="c1"),),
        **parts,
    }
    return Context(**facts)

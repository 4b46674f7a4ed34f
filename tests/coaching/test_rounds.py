"""Instructional rounds: a school's own problem, an ordered debrief, and nobody in the record."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import pytest
from tests.coaching.one_plan import refused

from ilr import interop
from ilr.base import Person, Roster, SourceId
from ilr.coaching import DebriefStep, RoundsVisit, Statement, debrief, lint_visit

STEPS = ("description", "analysis", "prediction", "next level of work")
SEEN = (Statement("s1", "eight of ten answers went to the adult"), Statement("s2"))


def visit(**changed: Any) -> RoundsVisit:
    """A visit of a network to a school."""
    known: dict[str, Any] = {
        "id": "r1",
        "building": "school-1",
        "on": date(2026, 10, 6),
        "problem": "students answer us, not each other",
        "set_by": "school-1",
        "network": ("school-2", "school-3"),
        "visitors": 5,
        "statements": SEEN,
    }
    return RoundsVisit(**{**known, **changed})


def test_the_debrief_goes_in_its_order() -> None:
    """TH-I6: description, analysis, prediction, next level of work; after them there is no step."""
    held = visit()
    for place, kind in enumerate(STEPS):
        assert held.next_step == kind
        for other in STEPS:
            if other != kind:
                assert refused(lambda held=held, other=other: debrief(held, other, ["so"])) == [  # type: ignore[misc]  # default binds
                    ("rounds.order", "debrief")
                ]
        held = debrief(held, kind, ["so"], statements=["s1"])
        assert len(held.debrief) == place + 1
    assert held.next_step is None
    assert refused(lambda: debrief(held, "description", ["again"])) == [("rounds.order", "debrief")]


def test_a_step_has_a_point_and_rests_on_statements_of_the_visit() -> None:
    """A step without a point, of another kind or on a statement that is not there, is refused."""
    assert refused(lambda: debrief(visit(), "description", [" "])) == [("debrief.points", "points")]
    assert refused(lambda: DebriefStep(kind="verdict", points=("x",))) == [  # type: ignore[arg-type]  # refused
        ("debrief.kind", "kind")
    ]
    assert refused(lambda: debrief(visit(), "description", ["so"], statements=["s9"])) == [
        ("rounds.statement", "debrief[0].statements")
    ]


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"problem": " "}, [("rounds.problem", "problem")]),
        ({"set_by": "district"}, [("rounds.host", "set_by")]),
        ({"network": ()}, [("rounds.network", "network")]),
        ({"visitors": 0}, [("rounds.visitors", "visitors")]),
        ({"statements": (SEEN[0], SEEN[0])}, [("rounds.repeated", "statements")]),
    ],
)
def test_the_host_school_sets_the_problem_for_a_network(changed: Any, found: Any) -> None:
    """TH-I6: the problem is the school's own, and a network of at least one visitor looks at it."""
    assert refused(lambda: visit(**changed)) == found


def test_no_record_of_rounds_has_a_place_for_a_teacher_or_a_class() -> None:
    """TH-I6: the grain is the building by construction; a gate is told of nobody."""
    fields = {field.name for kind in (RoundsVisit, Statement, DebriefStep) for field in attrs.fields(kind)}
    assert fields == {
        "id",
        "building",
        "on",
        "problem",
        "set_by",
        "network",
        "visitors",
        "statements",
        "debrief",
        "text",
        "kind",
        "points",
    }
    told = visit().subject()
    assert (told.kind, told.teachers, told.authors, told.coach) == ("building data", (), (), None)
    assert told.building == "school-1"


def test_descriptions_that_judge_are_pointed_at() -> None:
    """Words that judge, or say what nobody can see, are found in statements and in the description alone."""
    held = visit(statements=(Statement("s1", "The questions were poor"), Statement("s2", 'a "turn" of talk')))
    held = debrief(held, "description", ["students understand the task"])
    held = debrief(held, "analysis", ["poor questions end talk"])
    assert [(one.code, one.path) for one in lint_visit(held)] == [
        ("lint.judgement", "statements[0].text[19:23]"),
        ("lint.unobservable", "debrief[0].points[0][9:19]"),
    ]


def test_people_are_not_named() -> None:
    """With a roster, every id of a person is found in every text, and never repeated."""
    people = Roster(people=(Person(id="t9", also=(SourceId("sis", "4711"),)),))
    held = visit(statements=(Statement("s1", "t9 asks; room t91 is silent"),))
    held = debrief(debrief(held, "description", ["so"]), "analysis", ["see 4711"])
    found = lint_visit(held, roster=people)
    assert [(one.code, one.path) for one in found] == [
        ("rounds.person", "statements[0].text[0:2]"),
        ("rounds.person", "debrief[1].points[0][4:8]"),
    ]
    assert all("t9" not in str(one) for one in found)
    assert lint_visit(held, roster=Roster()) == lint_visit(held) == ()


def test_visits_come_back_from_json_equal() -> None:
    """A visit with its debrief survives the way through text."""
    held = debrief(visit(), "description", ["so"], statements=["s1"])
    assert interop.loads(interop.dumps(held), RoundsVisit) == held

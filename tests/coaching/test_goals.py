"""Goals, whose word they have, and the five answers of the teacher."""

from __future__ import annotations

import attrs
from tests.coaching.one_plan import COACH, GOAL, TEACHER

from ilr.coaching import GoalState, GoalStatus, PeersAnswer, PeersCheck


def test_missing_answers_are_incomplete_and_no_failure() -> None:
    """CH-7: five answers; one that is missing is named, and a no completes as a yes does."""
    names = [field.name for field in attrs.fields(PeersCheck) if field.name != "goal"]
    assert names == ["powerful", "easy", "compelling", "reachable", "student_focused"]
    empty = PeersCheck(goal=GOAL.id)
    assert (empty.status, empty.missing) == ("incomplete", tuple(names))
    answers = {name: PeersAnswer(holds=False) for name in names}
    assert PeersCheck(goal=GOAL.id, **answers).status == "complete"
    almost = attrs.evolve(PeersCheck(goal=GOAL.id, **answers), easy=None)
    assert (almost.status, almost.missing) == ("incomplete", ("easy",))


def test_a_word_is_the_author_s_or_of_who_accepted() -> None:
    """CH-1: who last wrote a goal stands behind it, and who accepted it; nobody else."""
    state = GoalState(goal=GOAL, status=GoalStatus.ACTIVE, by=COACH, accepted_by=TEACHER)
    assert [state.has_word_of(person) for person in (COACH, TEACHER, "p1")] == [True, True, False]
    assert not attrs.evolve(state, accepted_by=None).has_word_of(TEACHER)

"""From walkthrough records to a table."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest

from ilr.base import FrozenMap, InvalidInput, SchoolCalendar
from ilr.continuum import LevelScale
from ilr.forms import (
    Answer,
    AnswerState,
    Form,
    Item,
    LessonPart,
    Medium,
    Outcome,
    Purpose,
    VisitMode,
    Walkthrough,
    form,
)
from ilr.observation import MISSING_KINDS, ObservationTable

FORM = form("talk", look_fors=["asking", "waiting"], scale=4)
AT = datetime(2026, 9, 14, 9, 5, tzinfo=UTC)


def walk(visit: str = "v1", observer: str = "o1", teachers: Any = ("t1",), **facts: Any) -> Walkthrough:
    """A record on the form."""
    plain: dict[str, Any] = {"at": AT, "answers": {"asking": 3, "waiting": 1}}
    given = {**plain, **facts}
    used = given.pop("used", FORM)
    return used.record(teachers=teachers, observer=observer, visit=visit, **given)  # type: ignore[no-any-return]  # a form makes a walkthrough


def problems(*records: Walkthrough, **options: Any) -> list[tuple[str, str]]:
    """Code and path of every problem of refused records."""
    with pytest.raises(InvalidInput) as raised:
        ObservationTable.from_walkthroughs(records, **options)
    return [(problem.code, problem.path) for problem in raised.value.problems]


def test_records_become_rows_in_one_order() -> None:
    """However the records come, rows are in order of visit and observer."""
    records = [walk("v2"), walk(observer="o2", answers={"asking": 4}), walk()]
    table = ObservationTable.from_walkthroughs(records, forms=[FORM])
    assert table == ObservationTable.from_walkthroughs(reversed(records), forms=[FORM])
    assert table.column("visit").decoded() == ["v1", "v1", "v2"]
    assert table.column("observer").decoded() == ["o1", "o2", "o1"]
    assert table.ids == (records[2].id, records[1].id, records[0].id)
    assert table.items == ("asking", "waiting")
    assert table.level.tolist() == [2, 0, 3, 2, 0]
    assert not table.inferred


def test_all_circumstances_become_columns() -> None:
    """What a record tells of its visit stands in columns, and what no record tells in none."""
    table = ObservationTable.from_walkthroughs(
        [
            walk(
                building="b1",
                mode=VisitMode.RANDOM,
                period="p1",
                lesson_part=LessonPart.MIDDLE,
                medium=Medium.PAPER,
                minutes=12,
                focus="discussion",
                purpose=Purpose.PILOT,
                outcome=Outcome.SUBSTITUTE,
                dimensions={"grade": "4"},
            ),
            walk("v2"),
        ],
        forms=[FORM],
    )
    assert {name: column.decoded() for name, column in table.walks.items()} == {
        "visit": ["v1", "v2"],
        "teacher": ["t1", "t1"],
        "observer": ["o1", "o1"],
        "building": ["b1", None],
        "mode": ["random", None],
        "period": ["p1", None],
        "lesson_part": ["middle", "unknown"],
        "medium": ["paper", "electronic"],
        "form": ["talk@1.0.0"] * 2,
        "focus": ["discussion", None],
        "purpose": ["pilot", "walkthrough"],
        "outcome": ["substitute", "held"],
        "grade": ["4", None],
    }
    assert table.dimensions == ("grade",)
    assert table.minutes.tolist()[0] == 12.0


def test_dimensions_may_be_chosen() -> None:
    """Only the named dimensions are taken, also where no record has one."""
    record = walk(dimensions={"grade": "4", "subject": "art"})
    table = ObservationTable.from_walkthroughs([record], forms=[FORM], dimensions=["grade", "wing"])
    assert table.dimensions == ("grade", "wing")
    assert table.column("wing").decoded() == [None]
    assert "subject" not in table.walks


def test_a_dimension_may_not_take_the_place_of_another_column() -> None:
    """A dimension called teacher would hide who was observed."""
    record = walk(dimensions={"teacher": "x", "period": "p"})
    assert problems(record, forms=[FORM]) == [("table.dimension", "period"), ("table.dimension", "teacher")]


def test_co_teachers_are_one_group_in_any_order() -> None:
    """Two records of a shared class agree on its teachers, whoever is named first."""
    table = ObservationTable.from_walkthroughs(
        [walk(teachers=["t10", "t9"]), walk(observer="o2", teachers=["t9", "t10"])], forms=[FORM]
    )
    assert table.column("teacher").decoded() == [("t10", "t9")] * 2
    assert table.count("teacher") == 2
    assert table.n_ratings == 4


def test_states_are_kept_as_kinds_of_missing() -> None:
    """Not observed, not applicable and unanswered stay apart."""
    answers = {"asking": AnswerState.NOT_OBSERVED, "waiting": AnswerState.NOT_APPLICABLE}
    records = [walk(answers=answers), walk("v2", answers={"asking": AnswerState.UNANSWERED, "waiting": 2})]
    table = ObservationTable.from_walkthroughs(records, forms=[FORM])
    assert table.level.tolist() == [
        MISSING_KINDS["not observed"],
        MISSING_KINDS["not applicable"],
        MISSING_KINDS["unanswered"],
        1,
    ]


def test_corrected_records_and_notes_are_counted_as_left_out() -> None:
    """A superseded record and every note leave the table, and the table says how many."""
    first = walk(answers={"asking": 1, "notes": "calm"})
    second = walk(answers={"asking": 2, "notes": "calm"}, id="w2", supersedes=first.id)
    third = walk("v3", answers={"asking": 3, "notes": AnswerState.UNANSWERED})
    for forms in ([FORM], []):
        table = ObservationTable.from_walkthroughs([first, second, third], forms=forms)
        assert table.left_out == FrozenMap(superseded=1, notes=2)
        assert table.ids == ("w2", third.id)
        assert table.items == ("asking",)


def test_without_forms_the_scale_is_inferred() -> None:
    """The highest number of any item ends a scale from 1, and the table says so."""
    table = ObservationTable.from_walkthroughs([walk()])
    assert table.inferred
    assert table.scale("asking").codes == (1, 2, 3)
    records = [walk(), walk("v2", answers={"waiting": 2})]
    both = ObservationTable.from_walkthroughs(records, forms=[form("other", look_fors=["asking"])])
    assert both.inferred
    assert both.scale("waiting").codes == (1, 2)
    assert both.scale("asking") == LevelScale.numbered(4)


def test_levels_named_by_text_need_their_form() -> None:
    """Without the form nobody can tell the order of texts, so they are refused and not dropped."""
    words = form("words", look_fors=["asking"], scale=LevelScale.of(["low", "high"]))
    record = walk(used=words, answers={"asking": "high"})
    assert ObservationTable.from_walkthroughs([record], forms=[words]).level.tolist() == [1]
    assert problems(record) == [("table.levels", "levels")]


def test_text_under_no_look_for_is_a_note_unless_a_form_declares_it() -> None:
    """An item without look-for is read on the scale of its form; of an unknown form it is a note."""
    own = Form(id="own", items=(Item(id="mood", scale=LevelScale.of(["low", "high"])),))
    record = walk(used=own, answers={"mood": "low"})
    assert ObservationTable.from_walkthroughs([record], forms=[own]).left_out == FrozenMap()
    table = ObservationTable.from_walkthroughs([record])
    assert table.left_out == FrozenMap(notes=1)
    assert table.items == ()


def test_two_forms_share_an_item_on_one_scale() -> None:
    """An item that two forms put on different scales is refused."""
    other = form("other", look_fors=["asking"], scale=3)
    assert problems(walk(), forms=[FORM, other]) == [("item.rescaled", "forms[1].asking")]


def test_everything_wrong_with_records_is_told_at_once() -> None:
    """Repeated ids, second records, other teachers, undeclared levels and odd days come in one error."""
    strange = attrs.evolve(walk("v9", id="x9"), answers=(Answer("asking", 9, look_for="asking"),))
    first = walk(id="w0", at=datetime(2027, 7, 1, tzinfo=UTC))
    found = problems(
        walk("v0", id="old"),
        first,
        walk("v3", id="w0"),
        walk(id="w2"),
        walk(observer="o2", teachers=["t2"]),
        strange,
        walk("v0", id="new", supersedes="old"),
        forms=[FORM],
        calendar=SchoolCalendar.weekdays(date(2026, 9, 1), date(2027, 6, 30)),
    )
    assert found == [
        ("record.repeated", "records[2].id"),
        ("rating.duplicate", "records[3]"),
        ("rating.calendar", "records[1].at"),
        ("visit.teachers", "records[4].teachers"),
        ("rating.level", "records[5].answers.asking"),
    ]


def test_the_calendar_tells_the_school_day() -> None:
    """Late in the evening UTC it is still the same day in Detroit; without a calendar the clock decides."""
    late = walk(at=datetime(2026, 9, 15, 1, 30, tzinfo=UTC))
    calendar = SchoolCalendar.weekdays(date(2026, 9, 1), date(2027, 6, 30), timezone="America/Detroit")
    there = ObservationTable.from_walkthroughs([late], forms=[FORM], calendar=calendar)
    assert there.days.tolist() == [date(2026, 9, 14)]
    assert ObservationTable.from_walkthroughs([late], forms=[FORM]).days.tolist() == [date(2026, 9, 15)]


def test_the_first_visit_makes_a_table() -> None:
    """A single record with a single level is read on the levels up to it, at least two."""
    for level, codes in ((3, (1, 2, 3)), (1, (1, 2))):
        table = ObservationTable.from_walkthroughs([walk(answers={"asking": level})])
        assert table.scale("asking").codes == codes


def test_no_records_make_an_empty_table() -> None:
    """An empty year is an empty table."""
    table = ObservationTable.from_walkthroughs([])
    assert len(table) == 0
    assert table.teachers() == frozenset()
    assert table.items == ()
    assert table.values().tolist() == []


def test_a_record_without_ratings_is_a_record() -> None:
    """A visit in which nothing was rated counts as a visit."""
    table = ObservationTable.from_walkthroughs([walk(answers={})], forms=[FORM])
    assert len(table) == 1
    assert table.n_ratings == 0
    assert len(table.rated()) == 0

"""Days, times, tallies and logs as answers, and answers that are needed for some purposes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from ilr import interop
from ilr.base import InvalidInput
from ilr.forms import (
    All,
    Answer,
    Answered,
    AnswerState,
    AtLeast,
    AtMost,
    Choice,
    Equals,
    Evidence,
    Form,
    Item,
    Not,
    OneOf,
    Purpose,
    Walkthrough,
)

AT = datetime(2026, 9, 14, 9, 5, tzinfo=UTC)
LATER = AT + timedelta(minutes=4)
CODES = (Choice(code="tells", label="Teacher tells"), Choice(code="pairs", label="Pairs"))


def flag(id: str, visible_when: Any) -> Item:
    """An item asked on a condition."""
    return Item(id=id, kind="flag", visible_when=visible_when)


WALK = Form(
    id="walk",
    items=(
        Item(id="due", label="Due", kind="date"),
        Item(id="start", label="Start", kind="time"),
        Item(id="doing", label="Doing", kind="tally", interval=120, choices=CODES, least=2, most=3),
        Item(id="script", label="Script", kind="log", choices=CODES),
        Item(id="free", kind="log"),
        flag("late", All((AtLeast("due", date(2026, 9, 2)), AtMost("start", time(9, 30))))),
        flag("paired", Equals("doing", "pairs")),
        flag("told", OneOf("script", ("tells",))),
        flag("quiet", All((Answered("script"), Not(Equals("script", "tells"))))),
    ),
)


def said(at: datetime = AT, **facts: Any) -> Evidence:
    """A moment of a lesson."""
    return Evidence(at=at, who="teacher", text="Turn to your neighbour.", **facts)


def answer(id: str, value: Any) -> Answer:
    """The one answer of a record."""
    (found,) = WALK.record(teachers=["t"], observer="o", at=AT, answers={id: value}).answers
    return found


def shown(**answers: Any) -> set[str]:
    """What is asked further with some answers."""
    return {item.id for item in WALK.shown(answers)} - {"due", "start", "doing", "script", "free"}


@pytest.mark.parametrize(
    ("id", "value", "code"),
    [
        ("due", date(2026, 9, 1), "2026-09-01"),
        ("due", "20260901", "2026-09-01"),
        ("start", time(9, 5), "09:05:00"),
        ("start", "09:05", "09:05:00"),
    ],
)
def test_days_and_times_are_recorded_as_iso_texts(id: str, value: Any, code: str) -> None:
    """A value of Python and any ISO text of it make one record."""
    assert answer(id, value) == Answer(id, code)


def test_days_and_times_compare_as_such() -> None:
    """The order is that of the calendar and the clock, whichever way an answer is written."""
    assert shown(due="2026-09-10", start="09:30") == {"late"}
    assert shown(due=date(2026, 9, 2), start=time(9, 29, 59)) == {"late"}
    assert shown(due=date(2026, 9, 1), start=time(9)) == set()
    assert shown(due=date(2026, 9, 2), start=time(9, 30, 0, 1)) == set()
    assert str(WALK.explain("late", {"due": "2026-09-01"})).splitlines()[1:] == [
        "  no: Due: 2026-09-02 or higher",
        "  unknown: Start: has no answer",
    ]
    assert AtLeast("due", date(2026, 9, 2)) == AtLeast("due", "2026-09-02")


@pytest.mark.parametrize(
    "condition",
    [
        AtLeast("due", 3),
        AtLeast("due", "soon"),
        Equals("due", time(9)),
        AtMost("start", date(2026, 9, 1)),
        OneOf("start", ("09:00+02:00",)),
        AtLeast("due", datetime(2026, 9, 1, 9, tzinfo=UTC)),
    ],
)
def test_a_comparison_of_another_type_is_refused(condition: Any) -> None:
    """Days compare with days and times with times; the form tells it when it is made."""
    with pytest.raises(InvalidInput) as raised:
        Form(id="f", items=(*WALK.items[:2], flag("x", condition)))
    assert [(one.code, one.path) for one in raised.value.problems] == [
        ("condition.level", "items[2].visible_when")
    ]


def test_a_tally_keeps_every_interval() -> None:
    """Several codes may be marked at once, and an interval in which nothing was seen counts as watched."""
    made = answer("doing", [["pairs", "tells"], []])
    assert made.intervals == (("tells", "pairs"), ())
    assert (made.code, made.codes) == (None, ())
    assert shown(doing=[["tells"], ["pairs"]]) == {"paired"}
    assert shown(doing=[["tells"], []]) == set()


def test_a_log_keeps_every_moment_in_order() -> None:
    """Entries of a log are evidence with a code, the earliest first."""
    first, second = said(code="tells"), said(LATER, items=("doing",))
    assert answer("script", [second, first]).log == (first, second)
    assert shown(script=[first]) == {"told"}
    assert shown(script=[second]) == {"quiet"}
    assert answer("free", (second,)).log == (second,)


@pytest.mark.parametrize(
    ("id", "value", "found"),
    [
        ("due", "soon", [("answer.date", "due")]),
        ("due", 20260901, [("answer.date", "due")]),
        ("due", datetime(2026, 9, 1, tzinfo=UTC), [("answer.date", "due")]),
        ("start", "9", [("answer.time", "start")]),
        ("start", time(9, tzinfo=UTC), [("answer.time", "start")]),
        ("start", date(2026, 9, 1), [("answer.time", "start")]),
        ("doing", [["pairs"]], [("answer.tally", "doing")]),
        ("doing", [[]] * 4, [("answer.tally", "doing")]),
        ("doing", "pairs", [("answer.tally", "doing")]),
        (
            "doing",
            [["pairs", "pairs"], "pairs"],
            [("answer.tally", "doing[0]"), ("answer.tally", "doing[1]")],
        ),
        ("doing", [["naps"], []], [("answer.tally", "doing[0]")]),
        ("script", [], [("answer.log", "script")]),
        ("script", ["said"], [("answer.log", "script")]),
        ("script", [said(code="naps"), said()], [("answer.log", "script[0].code")]),
        ("free", [said(code="tells")], [("answer.log", "free[0].code")]),
        ("free", [said(items=("due",)), said(items=("x",))], [("evidence.item", "free[1].items")]),
    ],
)
def test_an_answer_of_another_kind_is_refused(id: str, value: Any, found: list[tuple[str, str]]) -> None:
    """Marks out of range, repeated or unknown, and values of another type, are told with their place."""
    told = WALK.check({id: value})
    assert [(one.code, one.path.removeprefix("answers.")) for one in told] == found


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ({"kind": "tally", "choices": CODES}, "item.interval"),
        ({"kind": "tally", "choices": CODES, "interval": 0}, "item.interval"),
        ({"kind": "tally", "interval": 120}, "item.choices"),
        ({"kind": "date", "interval": 120}, "item.interval"),
        ({"kind": "log", "choices": CODES[:1]}, "item.choices"),
        ({"kind": "date", "choices": CODES}, "item.choices"),
        ({"kind": "time", "most": 3}, "item.bounds"),
    ],
)
def test_what_does_not_go_with_a_kind_is_refused(item: dict[str, Any], code: str) -> None:
    """A tally has an interval and codes, a log may have codes, days and times have neither."""
    with pytest.raises(InvalidInput) as raised:
        Item(id="a", **item)
    assert [one.code for one in raised.value.problems] == [code]


def test_every_kind_comes_back_from_a_document() -> None:
    """Forms and records with days, times, tallies and logs are equal after a document."""
    answers: dict[str, Any] = {
        "due": date(2026, 9, 2),
        "start": time(9, 5, 30),
        "doing": [["pairs"], []],
        "script": [said(code="pairs")],
        "free": AnswerState.NOT_OBSERVED,
    }
    record = WALK.record(teachers=["t"], observer="o", at=AT, answers=answers)
    assert interop.loads(interop.dumps(record), Walkthrough) == record
    assert interop.loads(interop.dumps(WALK), Form) == WALK
    assert record.answer("script") == record.answers[3]
    assert record.answer("nothing") is None


@pytest.mark.parametrize(
    "facts", [{"code": 1, "codes": ("a",)}, {"codes": ("a",), "state": AnswerState.NOT_OBSERVED}, {}]
)
def test_an_answer_has_one_content(facts: dict[str, Any]) -> None:
    """Answered is one of a code, codes, intervals and a log, and nothing else has any."""
    with pytest.raises(InvalidInput, match=r"answer\.state"):
        Answer("a", **facts)


@pytest.mark.parametrize(
    ("conditions", "reached"),
    [
        ((AtLeast("due", date(2026, 9, 2)), AtMost("due", date(2026, 9, 2))), True),
        ((AtLeast("due", date(2026, 9, 3)), AtMost("due", date(2026, 9, 2))), False),
        ((Not(AtLeast("start", time.min)),), False),
        ((AtLeast("start", time(9, 0, 0, 1)), Not(AtLeast("start", time(9, 0, 0, 2)))), True),
        ((Not(AtMost("start", time.max)),), False),
        ((Not(AtLeast("due", date.min)),), False),
        ((Answered("doing"), Not(OneOf("doing", ("tells", "pairs")))), True),
        ((Equals("script", "tells"), Equals("script", "pairs")), True),
        ((Answered("due"), Answered("start"), Answered("free")), True),
    ],
)
def test_days_times_tallies_and_logs_are_tried(conditions: Any, reached: bool) -> None:  # a fact of the case
    """What some day, moment, tally or log leads to can be built, and what none does cannot."""
    items = (*WALK.items[:5], flag("x", All(conditions)))
    if reached:
        assert Form(id="f", items=items).warnings == ()
    else:
        with pytest.raises(InvalidInput, match=r"form\.unreachable"):
            Form(id="f", items=items)


def test_a_level_may_be_needed_for_some_purposes_only() -> None:
    """What calibration requires may be left open in coaching; without purposes it is always required."""
    some = Item(id="some", kind="flag", required_when=All(()), required_for=(Purpose.CALIBRATION,))
    always = Item(id="always", kind="flag", required_when=All(()))
    form = Form(id="f", items=(some, always))
    assert [one.id for one in form.missing({})] == ["always"]
    assert [one.id for one in form.missing({}, purpose=Purpose.CALIBRATION)] == ["some", "always"]
    facts: dict[str, Any] = {"teachers": ["t"], "observer": "o", "at": AT, "answers": {"always": True}}
    assert form.record(**facts, purpose=Purpose.COACHING).code("some") is None
    with pytest.raises(InvalidInput) as raised:
        form.record(**facts, purpose=Purpose.CALIBRATION)
    assert [(one.code, one.path) for one in raised.value.problems] == [("answer.required", "answers.some")]

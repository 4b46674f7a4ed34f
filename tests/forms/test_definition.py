"""The form: its construction, what it asks next and the record that it makes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from ilr.base import FrozenMap, InvalidInput, UnknownCode, apply, diff, propose_version
from ilr.continuum import LevelScale, LookFor, LookForSet
from ilr.forms import (
    All,
    Answer,
    AnswerState,
    AnyOf,
    AtLeast,
    AtMost,
    Condition,
    Form,
    Item,
    LessonPart,
    Not,
    OneOf,
    Purpose,
    VisitMode,
    form,
)

AT = datetime(2026, 9, 14, 9, 5, tzinfo=UTC)
YES_NO = LevelScale.of(["no", "yes"])


def scale_item(id: str, visible_when: Condition | None = None, scale: LevelScale = YES_NO) -> Item:
    """A scale item."""
    return Item(id=id, scale=scale, look_for=id, visible_when=visible_when)


# The second item is asked when the first is yes, the third when the second is.
CHAIN = Form(
    id="chain",
    items=(
        scale_item("q1"),
        scale_item("q2", OneOf("q1", ("yes",))),
        Item(id="q3", label="What was said", kind="note", visible_when=AtLeast("q2", "yes")),
    ),
)


def problems(raised: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, str]]:
    """Code and path of every problem of an error."""
    return [(problem.code, problem.path) for problem in raised.value.problems]


def test_a_form_is_made_in_one_line() -> None:
    """Each look-for becomes an item on the scale, and open notes end the form."""
    made = form("discussion", look_fors=["questioning", "wait-time"], scale=4)
    assert [item.id for item in made] == ["questioning", "wait-time", "notes"]
    assert made["questioning"].scale == LevelScale.numbered(4)
    assert made["questioning"].look_for == "questioning"
    assert made["notes"].kind == "note"


def test_what_a_screen_asks_next_shrinks_with_each_tap() -> None:
    """Items that have an answer are not asked again."""
    made = form("discussion", look_fors=["questioning", "wait-time"], scale=4)
    assert [item.id for item in made.next_items({"questioning": 3})] == ["wait-time", "notes"]
    told: dict[str, Any] = {"questioning": 3, "wait-time": AnswerState.NOT_OBSERVED, "notes": "quiet"}
    assert made.next_items(told) == ()


def test_a_form_of_look_fors_takes_their_scales_and_titles() -> None:
    """Look-fors bring their own scale; a set of them is named with its version."""
    scale = LevelScale.of(["seen", "used"])
    look_for = LookFor(id="talk", title="Students talk", scale=scale)
    look_fors = LookForSet(id="core", version="2.0.0", look_fors=(look_for,))
    made = form("core", look_fors=look_fors, version="1.1.0", focus=["discussion"], notes=False)
    assert made.items == (Item(id="talk", label="Students talk", scale=scale, look_for="talk"),)
    assert made.look_fors == "core@2.0.0"
    assert made.focus == ("discussion",)
    assert made["talk"].name == "Students talk"
    assert form("core", look_fors=[look_for], notes=False).look_fors is None


def test_a_scale_may_be_handed_in_whole() -> None:
    """Look-fors given by id take the scale they are given."""
    assert form("f", look_fors=["talk"], scale=YES_NO)["talk"].scale == YES_NO


def test_an_item_without_label_is_called_by_its_id() -> None:
    """Messages have a word for every item."""
    assert scale_item("q1").name == "q1"


def test_an_unknown_item_is_refused_with_the_known_ones() -> None:
    """Asking a form for an item that it lacks lists what it has."""
    with pytest.raises(UnknownCode, match="q1, q2, q3") as raised:
        CHAIN["q9"]
    assert raised.value.code == "form.unknown"


@pytest.mark.parametrize("item", [{"kind": "scale"}, {"kind": "note", "scale": YES_NO}])
def test_a_scale_goes_with_scale_items_alone(item: dict[str, Any]) -> None:
    """A scale item without scale and a note with one are refused."""
    with pytest.raises(InvalidInput) as raised:
        Item(id="a", **item)
    assert problems(raised) == [("item.scale", "scale")]


def test_every_defect_of_a_form_is_told_at_once() -> None:
    """Repeats, unknown items, undeclared codes, compared notes and circles come in one error."""
    with pytest.raises(InvalidInput) as raised:
        Form(
            id="broken",
            items=(
                scale_item("talk"),
                scale_item("talk"),
                scale_item("wait", Not(AtLeast("tlak", "yes"))),
                scale_item("group", All((OneOf("talk", ("yes", "maybe")), AtMost("notes", 1)))),
                scale_item("x", AtLeast("y", "yes")),
                scale_item("y", AnyOf((AtLeast("x", "yes"), AtLeast("zzzzzz", "yes")))),
                Item(id="notes", kind="note"),
            ),
        )
    assert problems(raised) == [
        ("form.repeated", "items"),
        ("condition.item", "items[2].visible_when"),
        ("condition.level", "items[3].visible_when"),
        ("condition.kind", "items[3].visible_when"),
        ("condition.item", "items[5].visible_when"),
        ("form.cycle", "items"),
    ]
    found = raised.value.problems
    assert found[1].hint == "did you mean talk?"
    assert found[2].expected == "no, yes"
    assert found[4].hint == ""
    assert found[5].message == "wait for each other: x > y > x"


def test_an_item_cannot_wait_for_itself() -> None:
    """The shortest circle has one item."""
    with pytest.raises(InvalidInput) as raised:
        Form(id="f", items=(scale_item("a", AtLeast("a", "yes")),))
    assert [problem.message for problem in raised.value.problems] == ["wait for each other: a > a"]


def test_the_circle_is_told_without_the_way_to_it() -> None:
    """An item that leads into a circle is not named as part of it."""
    with pytest.raises(InvalidInput, match="wait for each other: b > c > b"):
        Form(
            id="f",
            items=(
                scale_item("a", AtLeast("b", "yes")),
                scale_item("b", AtLeast("c", "yes")),
                scale_item("c", AtLeast("b", "yes")),
            ),
        )


def test_a_form_asks_something() -> None:
    """A form without items is refused."""
    with pytest.raises(InvalidInput) as raised:
        Form(id="f")
    assert problems(raised) == [("form.empty", "items")]


def test_a_level_is_not_compared_across_types() -> None:
    """A condition on the text 3 is undeclared where the level is the number 3."""
    items = (
        scale_item("a", scale=LevelScale.numbered(4)),
        scale_item("b", OneOf("a", ("3",))),
        scale_item("c", OneOf("a", (True,))),
        scale_item("d", OneOf("a", (3.0,))),
    )
    with pytest.raises(InvalidInput) as raised:
        Form(id="f", items=items)
    assert problems(raised) == [
        ("condition.level", "items[1].visible_when"),
        ("condition.level", "items[2].visible_when"),
    ]


def test_items_appear_as_their_conditions_hold() -> None:
    """Each yes opens the next question of the chain."""
    assert [item.id for item in CHAIN.shown({})] == ["q1"]
    assert [item.id for item in CHAIN.shown({"q1": "yes"})] == ["q1", "q2"]
    assert [item.id for item in CHAIN.shown({"q1": "yes", "q2": "yes"})] == ["q1", "q2", "q3"]
    assert [item.id for item in CHAIN.next_items({"q1": "yes", "q2": "no"})] == []


def test_a_changed_first_answer_hides_the_chain_behind_it() -> None:
    """Answers given before the change stay in the draft and count for nothing."""
    draft = {"q1": "no", "q2": "yes", "q3": "it was said"}
    assert [item.id for item in CHAIN.shown(draft)] == ["q1"]
    record = CHAIN.record(teachers=["t1"], observer="o1", at=AT, answers=draft)
    assert [(answer.item, answer.code) for answer in record] == [("q1", "no")]
    assert record.hidden == ("q2", "q3")


def test_an_answer_that_has_no_code_shows_nothing_more() -> None:
    """A condition on an item that was marked not observed is unknown, so its items stay hidden."""
    assert [item.id for item in CHAIN.shown({"q1": AnswerState.NOT_OBSERVED})] == ["q1"]


def test_conditions_may_look_ahead() -> None:
    """An item may stand before the one that it waits for."""
    made = Form(id="f", items=(scale_item("late", AtLeast("early", "yes")), scale_item("early")))
    assert [item.id for item in made.shown({"early": "yes"})] == ["late", "early"]
    assert [item.id for item in made.shown({"early": "no"})] == ["early"]


def test_every_problem_of_the_answers_is_told_at_once() -> None:
    """Unknown items, undeclared levels, notes without text and a lone state come in one error."""
    answers: dict[str, Any] = {
        "q1": "Yes",
        "q2": AnswerState.ANSWERED,
        "q3": 3,
        "q3x": "yes",
        "something": AnswerState.NOT_OBSERVED,
    }
    found = [(problem.code, problem.path) for problem in CHAIN.check(answers)]
    assert found == [
        ("answer.level", "answers.q1"),
        ("answer.state", "answers.q2"),
        ("answer.text", "answers.q3"),
        ("answer.item", "answers.q3x"),
        ("answer.item", "answers.something"),
    ]
    assert CHAIN.check(answers)[2].message == "What was said: is no text"
    assert CHAIN.check(answers)[3].hint == "did you mean q3?"
    assert CHAIN.check(answers)[4].hint == ""
    for ask in (CHAIN.shown, CHAIN.next_items):
        with pytest.raises(InvalidInput) as raised:
            ask(answers)
        assert problems(raised) == found


@pytest.mark.parametrize("value", [True, "3", 5, 2.5, None])
def test_a_level_is_taken_as_it_is_declared(value: Any) -> None:
    """Neither a flag nor a text nor a number off the scale is a level."""
    made = form("f", look_fors=["talk"], scale=4)
    assert [problem.code for problem in made.check({"talk": value})] == ["answer.level"]


def test_a_number_is_the_level_that_it_equals() -> None:
    """A level that a frame holds as 3.0 is recorded as the declared 3."""
    record = form("f", look_fors=["talk"]).record(
        teachers=["t1"], observer="o1", at=AT, answers={"talk": 3.0}
    )
    assert str(record.code("talk")) == "3"


def test_a_record_pins_its_form_and_answers() -> None:
    """Codes, states and notes are kept with the look-for they are about."""
    made = form("discussion", look_fors=["talk", "wait"], scale=4)
    record = made.record(
        teachers="t9",
        observer="p1",
        at=AT,
        answers={"wait": AnswerState.NOT_APPLICABLE, "notes": "calm", "talk": 3},
        mode=VisitMode.RANDOM,
        lesson_part=LessonPart.OPENING,
        purpose=Purpose.PILOT,
        minutes=7,
        dimensions={"grade": "4"},
    )
    assert record.form == made.ref
    assert record.teachers == ("t9",)
    assert record.answers == (
        Answer("talk", 3, AnswerState.ANSWERED, "talk"),
        Answer("wait", None, AnswerState.NOT_APPLICABLE, "wait"),
        Answer("notes", "calm", AnswerState.ANSWERED, None),
    )
    assert record.dimensions == FrozenMap(grade="4")
    assert record.hidden == ()
    assert (record.mode, record.purpose, record.minutes) == (VisitMode.RANDOM, Purpose.PILOT, 7)


def test_every_problem_of_a_record_is_told_at_once() -> None:
    """Answers, unknown circumstances and broken rules of the record come in one error."""
    with pytest.raises(InvalidInput) as raised:
        form("f", look_fors=["talk"]).record(
            teachers=[],
            observer="o1",
            at=datetime(2026, 9, 14),  # noqa: DTZ001  # it is one of the problems
            answers={"talk": 9, "tolk": 1},
            minuets=5,
            hidden=("talk",),
            mode="random",
        )
    assert problems(raised) == [
        ("answer.level", "answers.talk"),
        ("answer.item", "answers.tolk"),
        ("walkthrough.field", "minuets"),
        ("walkthrough.field", "hidden"),
        ("walkthrough.teachers", "teachers"),
        ("instant.naive", "at"),
        ("walkthrough.code", "mode"),
    ]
    assert str(raised.value).startswith("record: 7 problems")


def test_wording_does_not_change_the_structure() -> None:
    """Labels and the version leave the structure hash as it is."""
    renamed = Form(id="chain", version="1.0.1", items=(*CHAIN.items[:2], renamed_note("Words")))
    assert renamed.structure == CHAIN.structure
    assert renamed.ref != CHAIN.ref


def renamed_note(label: str) -> Item:
    """The last item of the chain under another label."""
    return Item(id="q3", label=label, kind="note", visible_when=AtLeast("q2", "yes"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (AtLeast("a", "yes"), AtMost("a", "yes")),
        (All((AtLeast("a", "yes"),)), AnyOf((AtLeast("a", "yes"),))),
        (AtLeast("a", "yes"), Not(AtLeast("a", "yes"))),
        (AtLeast("a", "yes"), AtLeast("a", "no")),
        (AtLeast("a", "yes"), None),
    ],
)
def test_another_condition_is_another_structure(one: Condition, other: Condition | None) -> None:
    """The structure hash tells kinds of conditions apart, also those of the same fields."""

    def structure(condition: Condition | None) -> str:
        return Form(id="f", items=(scale_item("a"), scale_item("b", condition))).structure

    assert structure(one) != structure(other)


def test_equal_forms_have_one_structure() -> None:
    """Levels given as 1 or as 1.0 make equal forms with equal hashes."""
    whole = Form(id="f", items=(scale_item("a", scale=LevelScale.of([1, 2])),))
    decimal = Form(id="f", items=(scale_item("a", scale=LevelScale.of([1.0, 2.0])),))
    assert whole == decimal
    assert whole.structure == decimal.structure


def test_versions_of_a_form_are_told_by_the_one_mechanism() -> None:
    """A further item is a minor version, a relabelled one a patch, another scale a major one."""
    old = form("talk", look_fors=["asking", "waiting"])
    longer = form("talk", look_fors=["asking", "waiting", "answering"])
    relabelled = attrs.evolve(old, items=(attrs.evolve(old.items[0], label="Asking"), *old.items[1:]))
    rescaled = form("talk", look_fors=["asking", "waiting"], scale=3)
    proposed = [propose_version("1.2.0", diff(old, new)) for new in (old, longer, relabelled, rescaled)]
    assert proposed == ["1.2.0", "1.3.0", "1.2.1", "2.0.0"]
    assert apply(diff(old, longer), old) == longer

"""Groups under one condition, repeats with entries, and constraints on a finished record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from ilr import interop
from ilr.base import InvalidInput, Lineage, LineageKind, UnknownCode
from ilr.continuum import LevelScale
from ilr.forms import (
    All,
    Answered,
    AnswerState,
    AnyOf,
    AtLeast,
    AtMost,
    Choice,
    Constraint,
    EntriesAtLeast,
    Entry,
    Equals,
    Evidence,
    Form,
    Group,
    Item,
    Not,
    Repeat,
    Walkthrough,
    comparable,
    evaluate,
    explain,
    migrate,
)

AT = datetime(2026, 9, 14, 9, 5, tzinfo=UTC)
ALWAYS = All(())
FOUR = LevelScale.numbered(4)


def flag(id: str, visible_when: Any = None, **facts: Any) -> Item:
    """An item that is answered with yes or no."""
    return Item(id=id, kind="flag", visible_when=visible_when, **facts)


TALK = Item(id="talk", label="Talk", scale=FOUR, look_for="talk")
SEGMENTS = Repeat(
    id="segments",
    label="Segments",
    least=1,
    most=3,
    visible_when=Equals("long", "yes"),
    items=(
        TALK,
        Item(id="why", label="Why", kind="text", visible_when=AtLeast("talk", 3), required_when=ALWAYS),
        Group(
            id="pairs",
            visible_when=Equals("grouped", "yes"),
            items=(
                Item(
                    id="roles",
                    kind="choice",
                    choices=(
                        Choice(code="asks"),
                        Choice(code="sums", offered_when=AtLeast("talk", 2)),
                    ),
                ),
            ),
        ),
    ),
)
WALK = Form(
    id="walk",
    items=(
        flag("long"),
        flag("grouped"),
        SEGMENTS,
        Group(
            id="depth",
            label="Depth",
            visible_when=EntriesAtLeast("segments", 2, AtLeast("talk", 3)),
            items=(
                flag("deep"),
                Group(id="deeper", visible_when=Equals("deep", "yes"), items=(Item(id="how", kind="text"),)),
            ),
        ),
        Item(id="notes", kind="note"),
    ),
    constraints=(
        Constraint(
            id="grouped-talk",
            condition=AnyOf((Equals("grouped", "no"), EntriesAtLeast("segments", 1, Answered("roles")))),
            message="A grouped class has roles in one segment at least.",
            items=("grouped",),
        ),
        Constraint(id="any", condition=Answered("long"), message="Say whether it was long."),
    ),
)


def ids(items: Any) -> list[str]:
    """Ids of elements."""
    return [one.id for one in items]


def record(answers: dict[str, Any], form: Form = WALK, **facts: Any) -> Walkthrough:
    """A record of a visit."""
    return form.record(teachers=["t"], observer="o", at=AT, answers=answers, **facts)


def problems(answers: dict[str, Any]) -> list[tuple[str, str]]:
    """Code and path of every problem of a record."""
    return [(one.code, one.path) for one in WALK.check_record(answers)]


def test_a_form_finds_its_items_anywhere() -> None:
    """Items of groups and repeats are items of the form; groups are none."""
    assert ids(WALK) == ["long", "grouped", "talk", "why", "roles", "deep", "how", "notes"]
    assert WALK["how"].kind == "text"
    for id in ("depth", "nothing"):
        with pytest.raises(UnknownCode):
            WALK[id]


def test_the_condition_of_a_group_holds_for_all_inside() -> None:
    """Items of a group are asked when every group around them is, and are hidden with it."""
    two: dict[str, Any] = {"long": True, "segments": [{"talk": 3}, {"talk": 4}], "deep": True, "how": "x"}
    assert ids(WALK.shown(two)) == ["long", "grouped", "deep", "how", "notes"]
    one: dict[str, Any] = {**two, "segments": [{"talk": 3}, {"talk": 1}]}
    assert ids(WALK.shown(one)) == ["long", "grouped", "notes"]
    assert ids(WALK.next_items(one)) == ["grouped", "notes"]
    assert ids(WALK.shown({**two, "deep": False})) == ["long", "grouped", "deep", "notes"]


def test_entries_are_asked_each_on_its_own() -> None:
    """A condition inside reads the items of its entry and those outside of the repeat."""
    answers: dict[str, Any] = {"long": True, "grouped": True, "segments": [{"talk": 3}, {"talk": 1}]}
    assert ids(WALK.repeats(answers)) == ["segments"]
    assert ids(WALK.shown(answers, entry=("segments", 0))) == ["talk", "why", "roles"]
    assert ids(WALK.next_items(answers, entry=("segments", 1))) == ["roles"]
    assert ids(WALK.next_items(answers, entry=("segments", 2))) == ["talk", "roles"]
    assert ids(WALK.missing(answers, entry=("segments", 0))) == ["why"]
    assert [one.code for one in WALK.offered("roles", answers, entry=("segments", 1))] == ["asks"]
    assert str(WALK.explain("why", answers, entry=("segments", 1))).splitlines() == [
        "no: all 2 parts hold",
        "  yes: long: yes",
        "  no: Talk: 3 or higher",
    ]
    assert WALK.repeats({"long": False}) == ()
    assert WALK.shown({"long": False}, entry=("segments", 0)) == ()
    with pytest.raises(UnknownCode, match="segments"):
        WALK.shown(answers, entry=("pairs", 0))


def test_a_count_of_entries_is_explained_entry_by_entry() -> None:
    """The reason names the repeat, and each entry says whether the part holds for it."""
    answers: dict[str, Any] = {"long": True, "segments": [{"talk": 3}, {}]}
    assert str(WALK.explain("deep", answers)).splitlines() == [
        "unknown: it holds for 2 or more entries of Segments",
        "  yes: Talk: 3 or higher",
        "  unknown: Talk: has no answer",
    ]
    assert str(WALK.explain("deep", {"long": True})) == "unknown: Segments: has no entries"
    assert str(WALK.explain("deep", {"long": False})) == "unknown: Segments: is not asked"
    assert WALK.explain("how", {**answers, "long": False}).holds is None
    closed: dict[str, Any] = {"long": True, "segments": [{"talk": 1}]}
    assert WALK.explain("how", closed).holds is False
    both: dict[str, Any] = {"long": True, "segments": [{"talk": 3}, {"talk": 3}], "deep": True}
    assert WALK.explain("how", both).holds is True


def test_a_count_of_entries_knows_three_answers() -> None:
    """Unknown while nobody told, false of none, and settled as soon as it can be."""
    count = EntriesAtLeast("r", 2, AtLeast("n", 1))
    known: list[tuple[Any, bool | None]] = [
        ({}, None),
        ({"r": ()}, False),
        ({"r": ({"n": 1}, {})}, None),
        ({"r": ({"n": 1}, {"n": 0})}, False),
        ({"r": ({"n": 1}, {}, {"n": 2})}, True),
    ]
    for answers, expected in known:
        assert evaluate(count, answers, {}) is expected
    assert str(explain(count, {}, {})) == "unknown: r: has no entries"


def test_a_record_holds_an_entry_each() -> None:
    """Answers of entries stand in entries, hidden ones are named with their place, and documents keep all."""
    answers: dict[str, Any] = {
        "long": True,
        "grouped": False,
        "segments": [{"talk": 3, "why": "They ask."}, {"talk": AnswerState.NOT_OBSERVED, "why": "no"}],
        "deep": True,
    }
    made = record(answers)
    assert [one.item for one in made] == ["long", "grouped"]
    assert [(one.repeat, [answer.item for answer in one]) for one in made.entries] == [
        ("segments", ["talk", "why"]),
        ("segments", ["talk"]),
    ]
    assert made.hidden == ("segments[1].why", "deep")
    assert made.look_fors == ("talk",)
    assert interop.loads(interop.dumps(made), Walkthrough) == made
    assert interop.loads(interop.dumps(WALK), Form) == WALK
    shut = record({**answers, "long": False})
    assert shut.entries == ()
    assert shut.hidden == (
        "segments[0].talk",
        "segments[0].why",
        "segments[1].talk",
        "segments[1].why",
        "deep",
    )


def test_every_problem_of_entries_is_told_at_once() -> None:
    """Items of another place, foreign codes and too many entries come with their places."""
    found = WALK.check({"talk": 3, "segments": [{"talk": 9, "long": True}, {"tolk": 1}, {}, {}], "depth": 1})
    assert [(one.code, one.path) for one in found] == [
        ("answer.item", "answers.talk"),
        ("answer.entries", "answers.segments"),
        ("answer.level", "answers.segments[0].talk"),
        ("answer.item", "answers.segments[0].long"),
        ("answer.item", "answers.segments[1].tolk"),
        ("answer.item", "answers.depth"),
    ]
    assert (found[0].message, found[0].expected) == ("is asked in entries", "segments: a list of entries")
    assert found[4].hint == "did you mean talk?"
    for odd in ("x", [3], AnswerState.NOT_OBSERVED):
        assert [one.code for one in WALK.check({"segments": odd})] == ["answer.entries"]


def test_a_finished_record_is_checked_as_a_whole() -> None:
    """Required items, offers, numbers of entries and constraints are told together, in the author's words."""
    assert problems({"long": True}) == [("answer.entries", "answers.segments")]
    answers: dict[str, Any] = {
        "long": True,
        "grouped": True,
        "segments": [{"talk": 3}, {"talk": 1, "roles": "sums"}],
    }
    assert problems(answers) == [
        ("answer.required", "answers.segments[0].why"),
        ("answer.offered", "answers.segments[1].roles"),
    ]
    answers["segments"] = [{"talk": 1}]
    assert problems({**answers, "long": AnswerState.NOT_OBSERVED}) == [("answer.constraint", "answers")]
    with pytest.raises(InvalidInput) as raised:
        record({**answers}, minutes=-1)
    assert [(one.code, one.path) for one in raised.value.problems] == [
        ("answer.constraint", "answers.grouped"),
        ("walkthrough.minutes", "minutes"),
    ]
    assert raised.value.problems[0].message == "A grouped class has roles in one segment at least."
    assert ids(WALK.violated(answers)) == ["grouped-talk"]
    assert WALK.violated({**answers, "segments": [{"roles": "asks"}]}) == ()
    assert problems({"talk": 1}) == [("answer.item", "answers.talk")]


@pytest.mark.parametrize(
    ("elements", "code", "path"),
    [
        ((Repeat(id="r", items=(Repeat(id="s", items=(flag("a"),)),)),), "form.nested", "items[0].items[0]"),
        (
            (flag("a"), flag("b", EntriesAtLeast("a", 1, ALWAYS))),
            "condition.item",
            "items[1].visible_when",
        ),
        (
            (Repeat(id="r", items=(flag("a"), flag("b", EntriesAtLeast("r", 1, Equals("a", "yes"))))),),
            "condition.entries",
            "items[0].items[1].visible_when",
        ),
        (
            (
                Repeat(id="r", items=(flag("a"),)),
                Repeat(id="s", items=(flag("c"),)),
                flag("b", EntriesAtLeast("r", 1, EntriesAtLeast("s", 1, Equals("c", "yes")))),
            ),
            "condition.entries",
            "items[2].visible_when",
        ),
        (
            (
                Repeat(id="r", items=(flag("a"),), most=2),
                flag("b", EntriesAtLeast("r", 3, Equals("a", "yes"))),
            ),
            "condition.count",
            "items[1].visible_when",
        ),
    ],
)
def test_what_does_not_fit_entries_is_refused(elements: Any, code: str, path: str) -> None:
    """No repeat in a repeat, no count of what is no repeat or of one's own entries, none beyond the most."""
    with pytest.raises(InvalidInput) as raised:
        Form(id="f", items=elements)
    assert [(one.code, one.path) for one in raised.value.problems] == [(code, path)]


def test_groups_stand_in_one_another_to_some_depth() -> None:
    """Four groups around an item are taken, and a fifth is refused."""
    nested: Any = flag("a")
    for number in range(4):
        nested = Group(id=f"g{number}", items=(nested,))
    assert ids(Form(id="f", items=(nested,)).shown({})) == ["a"]
    with pytest.raises(InvalidInput, match=r"form\.nested"):
        Form(id="f", items=(Group(id="g4", items=(nested,)),))


@pytest.mark.parametrize("facts", [{"most": 0}, {"least": 2, "most": 1}, {"least": -1}])
def test_a_repeat_takes_a_number_of_entries(facts: dict[str, int]) -> None:
    """Bounds of entries are in order and leave room for one."""
    with pytest.raises(InvalidInput, match=r"repeat\.bounds"):
        Repeat(id="r", items=(flag("a"),), **facts)  # type: ignore[arg-type]  # bounds alone


def test_groups_hold_something() -> None:
    """A group or repeat without items is refused; without a label both go by their id."""
    for kind in (Group, Repeat):
        with pytest.raises(InvalidInput, match=r"group\.empty"):
            kind(id="g", items=())
        assert kind(id="g", items=(flag("a"),)).name == "g"


def test_a_constraint_fits_the_form() -> None:
    """Its condition reads what it may and its items are items."""
    rules = (
        Constraint(id="one", condition=Equals("talk", 3), message="m", items=("segments",)),
        Constraint(id="long", condition=ALWAYS, message="m", items=("nothing",)),
    )
    with pytest.raises(InvalidInput) as raised:
        attrs.evolve(WALK, constraints=rules)
    assert [(one.code, one.path) for one in raised.value.problems] == [
        ("form.repeated", "items"),
        ("condition.repeat", "constraints[0].condition"),
        ("constraint.item", "constraints[0].items"),
        ("constraint.item", "constraints[1].items"),
    ]


def unreachable(*elements: Any) -> list[tuple[str, str]]:
    """Path and hint of what no answers lead to."""
    try:
        Form(id="f", items=elements)
    except InvalidInput as error:
        return [(one.path, one.hint) for one in error.problems]
    return []


def test_what_a_group_hides_for_ever_is_told_once() -> None:
    """A group that is never asked is told, and not each of its items again."""
    group = Group(id="g", items=(flag("b"), flag("c")), visible_when=AnyOf(()))
    assert unreachable(flag("a"), group) == [
        ("items[1].visible_when", "never true together: one or more of 0 parts hold")
    ]
    inside = Group(id="g", items=(flag("b", Equals("a", "no")),), visible_when=Equals("a", "yes"))
    assert unreachable(flag("a"), inside) == [
        ("items[1].items[0].visible_when", "never true together: a: yes; a: no")
    ]


def test_entries_are_tried_together() -> None:
    """Two entries may each meet a part of their own, and none meets what excludes itself."""
    repeat = Repeat(id="r", label="Parts", items=(TALK, flag("x", AtLeast("talk", 3))))
    low = EntriesAtLeast("r", 1, AtMost("talk", 1))
    high = EntriesAtLeast("r", 1, AtLeast("talk", 4))
    assert unreachable(repeat, flag("b", All((low, high)))) == []
    assert (
        unreachable(repeat, flag("b", EntriesAtLeast("r", 2, All((Answered("x"), AtLeast("talk", 3)))))) == []
    )
    never = EntriesAtLeast("r", 1, All((Answered("x"), AtMost("talk", 2))))
    assert unreachable(repeat, flag("b", never)) == [
        ("items[1].visible_when", "never true together: it holds for 1 or more entries of Parts")
    ]
    single = attrs.evolve(repeat, most=1)
    assert unreachable(single, flag("b", All((low, high)))) == [
        (
            "items[1].visible_when",
            f"never true together: {'; '.join(['it holds for 1 or more entries of Parts'] * 2)}",
        )
    ]
    assert unreachable(repeat, flag("b", Not(low))) == []
    outer = EntriesAtLeast("r", 1, All((Equals("a", "yes"), Answered("talk"))))
    assert unreachable(flag("a"), repeat, flag("b", All((outer, Equals("a", "no"))))) != []


NEXT = attrs.evolve(
    WALK,
    version="2.0.0",
    follows="1.0.0",
    constraints=(),
    items=(
        flag("long"),
        flag("grouped"),
        attrs.evolve(
            SEGMENTS,
            most=2,
            items=(
                attrs.evolve(TALK, id="speech"),
                Item(id="why", label="Why", kind="text", visible_when=AtLeast("speech", 3)),
                flag("deep"),
            ),
        ),
        Item(id="notes", kind="note"),
    ),
    lineage=(
        Lineage(kind=LineageKind.SAME, old=("talk",), new=("speech",)),
        Lineage(kind=LineageKind.RETIRED, old=("roles",)),
        Lineage(kind=LineageKind.RETIRED, old=("how",)),
    ),
)


def test_entries_go_over_to_the_next_version() -> None:
    """Answers keep their entry; what is asked elsewhere, has no room or is hidden is named as lost."""
    entries = [{"talk": 3, "why": "a"}, {"talk": 4, "why": "b"}, {"talk": 2, "why": "c"}]
    seen = Evidence(at=AT, who="student", text="Asks.", items=("talk", "roles"))
    first = record({"long": True, "grouped": False, "segments": entries, "deep": True}, evidence=(seen,))
    moved = migrate(first, of=WALK, to=NEXT)
    assert [[(a.item, a.code) for a in one] for one in moved.walkthrough.entries] == [
        [("speech", 3), ("why", "a")],
        [("speech", 4), ("why", "b")],
    ]
    assert str(moved).splitlines() == [
        "lost deep: one version asks it once and the other in entries",
        "lost segments[2].talk: the later version takes at most 2 entries",
        "changed segments[0].talk > segments[0].speech: it is the same question",
        "changed segments[1].talk > segments[1].speech: it is the same question",
    ]
    assert moved.walkthrough.hidden == ("segments[2].why",)
    assert moved.walkthrough.evidence[0].items == ("speech",)
    assert comparable(WALK, NEXT, "speech")
    assert comparable(WALK, NEXT, "deep").reason.code == "ASKED_OTHERWISE"


def test_an_item_that_moves_into_entries_does_not_join() -> None:
    """A question of the visit and one of an entry are answered of unlike things."""
    old = Form(id="f", items=(flag("a"), Repeat(id="r", items=(flag("b"),))))
    new = Form(
        id="f",
        version="2.0.0",
        follows="1.0.0",
        items=(flag("b"), Group(id="g", items=(Repeat(id="s", items=(flag("a"),)),))),
    )
    assert comparable(old, new, "a").reason.code == "ASKED_ELSEWHERE"
    first = record({"a": True, "r": [{"b": True}]}, form=old)
    moved = migrate(first, of=old, to=new)
    assert [one.item for one in moved.lost] == ["a", "r[0].b"]
    assert (moved.walkthrough.answers, moved.walkthrough.entries) == ((), ())


def test_an_entry_holds_each_item_once() -> None:
    """An entry with two answers to one item cannot be built."""
    answers = record({"long": False, "grouped": False}).answers
    with pytest.raises(InvalidInput, match=r"answer\.repeated"):
        Entry(repeat="r", answers=(*answers, *answers))

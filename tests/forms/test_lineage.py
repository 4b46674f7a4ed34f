"""Lineage between versions of a form: what may be joined, and what a record keeps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from ilr.base import InvalidInput, Lineage, LineageKind, UnknownCode
from ilr.continuum import LevelScale
from ilr.forms import (
    AnswerState,
    AtLeast,
    Choice,
    Evidence,
    Form,
    Item,
    Walkthrough,
    check_lineage,
    comparable,
    migrate,
)

AT = datetime(2026, 9, 14, 9, 5, tzinfo=UTC)
THREE, FOUR = LevelScale.numbered(3), LevelScale.numbered(4)
KIND = LineageKind


def asked(id: str, scale: LevelScale = FOUR, **facts: Any) -> Item:
    """A scale item."""
    return Item(id=id, scale=scale, **facts)


def came(kind: LineageKind, old: str = "", new: str = "", levels: Any = None) -> Lineage:
    """A lineage from ids with blanks between them."""
    return Lineage(kind=kind, old=tuple(old.split()), new=tuple(new.split()), levels=levels)


OLD = Form(
    id="walk",
    items=(
        asked("aim", label="Aim"),
        asked("talk"),
        asked("pace"),
        asked("tools"),
        asked("wall"),
        asked("one"),
        asked("two"),
        asked("gone"),
        Item(id="parts", kind="multi", choices=(Choice(code="a"), Choice(code="b"))),
        Item(id="notes", kind="note"),
    ),
)
NEW = Form(
    id="walk",
    version="2.0.0",
    follows="1.0.0",
    items=(
        asked("aim", label="The aim is told"),
        asked("partner-talk"),
        asked("pace", THREE),
        asked("tools", THREE),
        asked("wall-charts"),
        asked("both"),
        asked("asking", visible_when=AtLeast("aim", 3)),
        asked("answering"),
        Item(id="parts", kind="multi", choices=(Choice(code="a"), Choice(code="b"))),
        Item(id="notes", kind="note"),
        asked("fresh"),
    ),
    lineage=(
        came(KIND.REWORDED, "aim", "aim"),
        came(KIND.SAME, "talk", "partner-talk"),
        came(KIND.RESCALED, "pace", "pace", {"1": "1", "2": "2", "3": "2", "4": "3"}),
        came(KIND.RESCALED, "tools", "tools"),
        came(KIND.REPLACED, "wall", "wall-charts"),
        came(KIND.MERGED, "one two", "both"),
        came(KIND.RETIRED, "gone"),
        came(KIND.NEW, "", "fresh"),
    ),
)


def record(form: Form, answers: dict[str, Any], **facts: Any) -> Walkthrough:
    """A record on a form."""
    return form.record(teachers=["t1"], observer="o1", at=AT, answers=answers, **facts)


def problems(raised: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, str]]:
    """Code and path of every problem of an error."""
    return [(problem.code, problem.path) for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("item", "joins", "reason"),
    [
        ("aim", True, "REWORDED"),
        ("partner-talk", True, "SAME"),
        ("pace", True, "RESCALED"),
        ("tools", False, "NO_LEVEL_MAP"),
        ("wall-charts", False, "REPLACED"),
        ("both", False, "MERGED"),
        ("one", False, "MERGED"),
        ("gone", False, "RETIRED"),
        ("fresh", False, "NEW"),
        ("parts", True, "SAME"),
        ("asking", False, "UNDECLARED"),
    ],
)
def test_the_declared_lineage_decides_what_a_trend_may_join(item: str, joins: bool, reason: str) -> None:
    """The same, the reworded and the wholly mapped join; all else does not, with the reason."""
    told = comparable(OLD, NEW, item)
    assert (told.joins, told.reason.code) == (joins, reason)
    assert bool(told) == joins
    assert (told.lineage is None) == (item in ("parts", "asking"))


def test_a_comparison_says_itself_in_words() -> None:
    """The sentence names the item and the reason."""
    assert str(comparable(OLD, NEW, "gone")) == "gone: it is no longer asked"
    assert comparable(OLD, NEW, "both").earlier == ("one", "two")


def test_versions_without_lineage_join_what_is_built_alike() -> None:
    """An item that was only relabelled joins, and one that came, went or was rebuilt does not."""
    next_one = attrs.evolve(
        OLD,
        version="1.1.0",
        follows="1.0.0",
        items=(
            attrs.evolve(OLD.items[0], label="Told"),
            asked("talk", THREE),
            attrs.evolve(OLD.items[2], visible_when=AtLeast("aim", 2)),
            asked("more"),
        ),
    )
    told = {id: comparable(OLD, next_one, id) for id in ("aim", "talk", "pace", "more", "gone")}
    assert {id: one.reason.code for id, one in told.items()} == {
        "aim": "REWORDED",
        "talk": "UNDECLARED",
        "pace": "ASKED_OTHERWISE",
        "more": "UNDECLARED",
        "gone": "UNDECLARED",
    }
    assert [id for id, one in told.items() if one] == ["aim"]
    assert told["more"].earlier == ()
    assert comparable(OLD, OLD, "aim").reason.code == "SAME"


def test_versions_that_do_not_follow_join_only_as_one_structure() -> None:
    """A skipped version joins nothing, and another form neither."""
    later = attrs.evolve(NEW, version="3.0.0", follows="2.0.0", lineage=())
    assert comparable(OLD, later, "parts").reason.code == "NOT_FOLLOWING"
    assert comparable(OLD, attrs.evolve(OLD, version="1.0.1"), "talk").joins
    assert comparable(OLD, attrs.evolve(OLD, id="other"), "talk").reason.code == "NOT_FOLLOWING"
    with pytest.raises(UnknownCode):
        comparable(OLD, NEW, "nothing")


def test_the_same_question_on_another_condition_does_not_join() -> None:
    """Who is asked decides what an answer means, even where the lineage says the same."""
    narrowed = attrs.evolve(
        OLD,
        version="2.0.0",
        follows="1.0.0",
        items=(OLD.items[0], asked("talk", visible_when=AtLeast("aim", 2))),
        lineage=(came(KIND.SAME, "talk", "talk"),),
    )
    assert comparable(OLD, narrowed, "talk").reason.code == "ASKED_OTHERWISE"


def test_a_record_keeps_what_has_a_place_and_tells_the_rest() -> None:
    """Answers go over under their new id and level, and every other one is named as lost."""
    answers = dict.fromkeys(("aim", "talk", "pace", "tools", "wall", "one", "gone"), 3)
    note = Evidence(at=AT, who="teacher", text="Asks.", items=("talk", "gone", "parts", "one", "two"))
    first = record(OLD, {**answers, "two": AnswerState.NOT_OBSERVED, "parts": ["a", "b"]}, evidence=(note,))
    moved = migrate(first, of=OLD, to=NEW)
    assert moved.walkthrough.form == NEW.ref
    assert (moved.walkthrough.id, moved.walkthrough.visit) == (first.id, first.visit)
    assert [(one.item, one.code) for one in moved.walkthrough] == [
        ("aim", 3),
        ("partner-talk", 3),
        ("pace", 2),
        ("parts", None),
    ]
    assert moved.walkthrough.answers[-1].codes == ("a", "b")
    assert moved.walkthrough.evidence[0].items == ("partner-talk", "parts", "both")
    assert str(moved).splitlines() == [
        "lost tools: nobody can say which level each former level became",
        "lost wall: it replaced another question",
        "lost one: several were merged into it",
        "lost two: several were merged into it",
        "lost gone: it is no longer asked",
        "changed talk > partner-talk: it is the same question",
        "changed pace > pace: every former level has one in the new scale",
    ]


def test_marks_go_over_whatever_the_scale() -> None:
    """Not observed needs no level, so it is kept across a change of scale."""
    first = record(OLD, {"tools": AnswerState.NOT_OBSERVED, "pace": AnswerState.NOT_APPLICABLE})
    moved = migrate(first, of=OLD, to=NEW)
    assert [(one.item, one.state) for one in moved.walkthrough] == [
        ("pace", AnswerState.NOT_APPLICABLE),
        ("tools", AnswerState.NOT_OBSERVED),
    ]
    assert str(moved) == "nothing lost or changed"


def test_an_answer_that_the_later_version_does_not_ask_is_lost() -> None:
    """Conditions of the later version hide carried answers, which are then named."""
    narrowed = attrs.evolve(
        OLD,
        version="2.0.0",
        follows="1.0.0",
        items=(asked("aim"), asked("speak", visible_when=AtLeast("aim", 4)), asked("pace", THREE)),
        lineage=(came(KIND.SAME, "talk", "speak"),),
    )
    moved = migrate(record(OLD, {"aim": 3, "talk": 2, "pace": 1, "gone": 1}), of=OLD, to=narrowed)
    assert [one.item for one in moved.walkthrough] == ["aim"]
    assert [str(one) for one in moved.lost] == [
        "pace: no lineage tells where it comes from",
        "gone: no lineage tells where it comes from",
        "speak: the later version does not ask it with these answers",
    ]
    assert moved.changed == ()
    assert moved.walkthrough.hidden == ("speak",)


def test_a_record_is_not_moved_to_a_form_that_does_not_follow() -> None:
    """The record's own form and a version that follows, or a lineage, are needed."""
    first = record(OLD, {"aim": 3})
    later = attrs.evolve(NEW, version="3.0.0", follows="2.0.0", lineage=())
    with pytest.raises(InvalidInput) as raised:
        migrate(first, of=NEW, to=OLD)
    assert problems(raised) == [("migrate.form", "of"), ("migrate.version", "to")]
    moved = migrate(first, of=OLD, to=later, lineage=NEW.lineage)
    assert moved.walkthrough.code("aim") == 3
    assert migrate(first, of=OLD, to=OLD).walkthrough is first


def test_every_problem_of_a_lineage_is_told_at_once() -> None:
    """Unknown ids, reused ids, rebuilt questions and foreign levels come together."""
    new = Form(
        id="walk",
        version="2.0.0",
        follows="1.0.0",
        items=(
            asked("aim", THREE),
            asked("pace", THREE),
            Item(id="notes", kind="text"),
            asked("talk"),
            asked("x"),
        ),
    )
    lineage = (
        came(KIND.SAME, "aim", "aim"),
        came(KIND.RESCALED, "pace", "pace", {"5": "1", "1": "4"}),
        came(KIND.RETIRED, "talk"),
        came(KIND.SAME, "nothing", "x"),
        came(KIND.SAME, "parts", "notes"),
    )
    found = check_lineage(OLD, new, lineage)
    assert [(one.code, one.path) for one in found if one.severity == "error"] == [
        ("lineage.rebuilt", "lineage[0]"),
        ("lineage.levels", "lineage[1].levels"),
        ("lineage.reused", "lineage[2]"),
        ("lineage.item", "lineage[3].old"),
        ("lineage.kind", "lineage[4]"),
        ("lineage.rebuilt", "lineage[4]"),
        ("lineage.reused", "items.notes"),
    ]
    assert [one.path for one in found if one.severity == "warning"] == [
        f"items.{id}" for id in ("tools", "wall", "one", "two", "gone", "notes")
    ]
    with pytest.raises(InvalidInput, match=r"lineage\.reused"):
        comparable(OLD, new, "notes")
    with pytest.raises(InvalidInput, match=r"lineage\.levels"):
        migrate(record(OLD, {}), of=OLD, to=new, lineage=lineage)


def test_levels_keep_their_order_across_a_change_of_scale() -> None:
    """A map by which a higher level became a lower one is refused."""
    upside = came(KIND.RESCALED, "pace", "pace", {"1": "3", "4": "1"})
    found = check_lineage(OLD, NEW, (upside,))
    assert [one.code for one in found if one.severity == "error"] == ["lineage.order"]


def test_a_form_holds_a_lineage_of_its_own_items() -> None:
    """Items it lacks, items named twice and items under a retired id are refused together."""
    with pytest.raises(InvalidInput) as raised:
        Form(
            id="f",
            items=(asked("a"), asked("b")),
            retired=("b",),
            lineage=(came(KIND.SAME, "a", "a"), came(KIND.SAME, "a", "z")),
        )
    assert problems(raised) == [
        ("form.reused", "items[1].id"),
        ("lineage.item", "lineage[1].new"),
        ("lineage.twice", "lineage.old"),
    ]

"""Versions of a form in one table: joined by declared lineage and by nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from ilr.base import FrozenMap, InvalidInput, Lineage, LineageKind, Reason
from ilr.continuum import Level, LevelScale
from ilr.forms import Answer, AnswerState, AtLeast, Choice, Form, Item, Repeat, Walkthrough, form
from ilr.observation import ItemVersion, ObservationTable, concat

FOUR, FIVE = LevelScale.numbered(4), LevelScale.numbered(5)
UP = {"1": "1", "2": "2", "3": "4", "4": "5"}
IDS = ("same", "worded", "scaled", "mapped", "old", "wide", "m1", "m2", "gone")
FIRST = Form(id="talk", items=tuple(Item(id=id, scale=FOUR, look_for=id) for id in IDS))
SECOND = Form(
    id="talk",
    version="2.0.0",
    follows="1.0.0",
    items=(
        Item(id="same", scale=FOUR, look_for="same"),
        Item(id="asked", label="How it is asked", scale=FOUR, look_for="worded"),
        Item(id="scaled", scale=FIVE, look_for="scaled"),
        Item(id="mapped", scale=FIVE, look_for="mapped"),
        *(Item(id=id, scale=FOUR, look_for=id) for id in ("next", "w1", "w2", "m", "fresh")),
    ),
    lineage=(
        Lineage(kind=LineageKind.REWORDED, old=("worded",), new=("asked",)),
        Lineage(kind=LineageKind.RESCALED, old=("scaled",), new=("scaled",)),
        Lineage(kind=LineageKind.RESCALED, old=("mapped",), new=("mapped",), levels=FrozenMap(UP)),
        Lineage(kind=LineageKind.REPLACED, old=("old",), new=("next",)),
        Lineage(kind=LineageKind.SPLIT, old=("wide",), new=("w1", "w2")),
        Lineage(kind=LineageKind.MERGED, old=("m1", "m2"), new=("m",)),
        Lineage(kind=LineageKind.RETIRED, old=("gone",)),
        Lineage(kind=LineageKind.NEW, new=("fresh",)),
    ),
)


def walk(used: Form, day: int, level: Any = 3, **facts: Any) -> Walkthrough:
    """A record with one level on every item of a form."""
    given: dict[str, Any] = {"answers": {item.id: level for item in used if item.scale is not None}, **facts}
    return used.record(
        teachers=["t1"],
        observer="o1",
        at=datetime(2026, 9, 1, 9, tzinfo=UTC) + timedelta(days=day),
        visit=f"v{day}",
        id=f"w{day}",
        **given,
    )


def levels(table: ObservationTable, item: str) -> list[Any]:
    """The codes of an item in order of record."""
    codes = table.scale(item).codes
    return [codes[level] for level in table.level[table.item == table.place(item)].tolist()]


def problems(make: Any) -> list[tuple[str, str]]:
    """Code and path of every problem of tables that cannot be made."""
    with pytest.raises(InvalidInput) as raised:
        make()
    return [(one.code, one.path) for one in raised.value.problems]


def apart(item: str, why: str) -> Reason:
    """The note on an item of the first version that no item of the second is joined with."""
    return Reason.of("ITEM_APART", item=item, why=why, form="talk", version="1.0.0", later="2.0.0")


BOTH = [walk(FIRST, 0), walk(SECOND, 1)]


def test_versions_are_joined_by_lineage_alone() -> None:
    """The same, the reworded and the rescaled with a map are one item; everything else stands apart."""
    table = ObservationTable.from_walkthroughs(BOTH, forms=[SECOND, FIRST])
    assert levels(table, "same") == [3, 3]
    assert levels(table, "asked") == [3, 3]
    assert levels(table, "mapped") == [4, 3]
    assert levels(table, "scaled@1.0.0") == [3]
    assert levels(table, "scaled") == [3]
    alone = {"old", "wide", "m1", "m2", "gone", "next", "w1", "w2", "m", "fresh", "scaled", "scaled@1.0.0"}
    assert set(table.items) == {"same", "asked", "mapped", *alone}
    assert all(len(levels(table, item)) == 1 for item in alone)
    assert table.scale("mapped") == FIVE
    assert table.scale("scaled@1.0.0") == FOUR
    assert not table.inferred


def test_what_stands_apart_is_told() -> None:
    """Each item that a later version does not go on with has its reason, and each changed scale is named."""
    table = ObservationTable.from_walkthroughs(BOTH, forms=[FIRST, SECOND])
    rescaled = Reason.of("ITEM_RESCALED", item="mapped", form="talk", version="1.0.0", later="2.0.0")
    assert set(table.notes) == {
        rescaled,
        apart("scaled@1.0.0", "NO_LEVEL_MAP"),
        apart("old", "REPLACED"),
        apart("wide", "SPLIT"),
        apart("m1", "MERGED"),
        apart("m2", "MERGED"),
    }
    assert str(rescaled) == "mapped: ratings of talk 1.0.0 are read on the scale of 2.0.0"
    later = ObservationTable.from_walkthroughs(BOTH[1:], forms=[FIRST, SECOND])
    assert later.notes == ()


def test_items_say_which_versions_they_come_from() -> None:
    """A joined item is that of the newest version; one that ended is that of its last."""
    table = ObservationTable.from_walkthroughs(BOTH, forms=[FIRST, SECOND])
    origins = dict(zip(table.items, table.origins, strict=True))
    assert origins["asked"] == (ItemVersion(SECOND.ref, "asked"),)
    assert origins["scaled@1.0.0"] == (ItemVersion(FIRST.ref, "scaled"),)
    frame = {"v": ["1"], "t": ["1"], "o": ["1"], "a": [1]}
    plain = ObservationTable.from_frame(
        frame, visit="v", teacher="t", observer="o", items=["a"], levels=[1, 2]
    )
    assert plain.origins == ((),)


def test_three_versions_are_followed_to_the_newest() -> None:
    """Maps follow each other, and a name that ended twice is told by its versions."""
    third = Form(
        id="talk",
        version="10.0.0",
        follows="2.0.0",
        items=(Item(id="mapped", scale=FOUR), Item(id="scaled", scale=LevelScale.numbered(6))),
        lineage=(
            Lineage(
                kind=LineageKind.RESCALED,
                old=("mapped",),
                new=("mapped",),
                levels=FrozenMap({"1": "1", "2": "1", "3": "2", "4": "3", "5": "4"}),
            ),
            Lineage(kind=LineageKind.RESCALED, old=("scaled",), new=("scaled",)),
        ),
    )
    records = [*BOTH, walk(third, 2, level=1)]
    table = ObservationTable.from_walkthroughs(records, forms=[third, FIRST, SECOND])
    assert levels(table, "mapped") == [3, 2, 1]
    assert {"scaled", "scaled@1.0.0", "scaled@2.0.0"} < set(table.items)


def test_an_item_that_is_asked_on_another_condition_stands_apart() -> None:
    """Ratings of other visits are no more of the same, although the question is."""
    one = form("f", look_fors=["a", "b"], notes=False)
    other = attrs.evolve(
        one,
        version="1.1.0",
        follows="1.0.0",
        items=(one["a"], attrs.evolve(one["b"], visible_when=AtLeast("a", 2))),
    )
    table = ObservationTable.from_walkthroughs([walk(one, 0), walk(other, 1)], forms=[one, other])
    assert levels(table, "a") == [3, 3]
    assert levels(table, "b@1.0.0") == [3]
    assert levels(table, "b") == [3]
    assert [note.parameters["why"] for note in table.notes] == ["ASKED_OTHERWISE"]


def test_versions_that_do_not_follow_each_other_stand_apart() -> None:
    """Without a word on where it comes from, a version of other structure continues nothing."""
    stranger = attrs.evolve(SECOND, version="3.0.0", follows="2.5.0", lineage=())
    table = ObservationTable.from_walkthroughs([walk(FIRST, 0), walk(stranger, 1)], forms=[FIRST, stranger])
    assert levels(table, "same@1.0.0") == [3]
    assert {note.parameters["why"] for note in table.notes} >= {"NOT_FOLLOWING"}


def test_a_version_that_differs_in_words_is_the_same() -> None:
    """Where the structure is one, records are joined without forms and without lineage."""
    worded = attrs.evolve(
        FIRST, version="1.0.1", items=tuple(attrs.evolve(item, label=item.id.upper()) for item in FIRST)
    )
    records = [walk(FIRST, 0), walk(worded, 1)]
    for forms in ([], [FIRST, worded]):
        table = ObservationTable.from_walkthroughs(records, forms=forms)
        assert levels(table, "same") == [3, 3]
        assert table.notes == ()
        parts = [ObservationTable.from_walkthroughs([record], forms=forms) for record in records]
        assert concat(parts) == table


def test_without_forms_unlike_versions_are_not_joined() -> None:
    """Nothing says which items ask the same, so records of both versions are refused together."""
    assert problems(lambda: ObservationTable.from_walkthroughs(BOTH)) == [
        ("form.versions", "records[0].form"),
        ("form.versions", "records[1].form"),
    ]
    assert problems(lambda: ObservationTable.from_walkthroughs(BOTH, forms=[SECOND])) == [
        ("form.versions", "records[0].form")
    ]
    assert ObservationTable.from_walkthroughs(BOTH[:1]).n_ratings == len(IDS)


def test_two_forms_under_one_version_are_refused() -> None:
    """An id with a version names one form."""
    other = attrs.evolve(SECOND, version="1.0.0", follows=None, lineage=())
    assert problems(lambda: ObservationTable.from_walkthroughs([], forms=[FIRST, FIRST, other])) == [
        ("form.versions", "forms[2]")
    ]


def test_a_lineage_that_is_wrong_is_refused() -> None:
    """An id that was kept for another question joins nothing; the error says in which version."""
    wrong = attrs.evolve(SECOND, lineage=(Lineage(kind=LineageKind.REPLACED, old=("same",), new=("same",)),))
    found = problems(lambda: ObservationTable.from_walkthroughs([], forms=[FIRST, wrong]))
    assert ("lineage.reused", "forms.talk@2.0.0.lineage[0]") in found


def test_joined_tables_of_versions_need_their_forms() -> None:
    """Tables of unlike versions are refused item by item, and joined by lineage when the forms are given."""
    parts = [
        ObservationTable.from_walkthroughs([record], forms=[used])
        for record, used in zip(BOTH, (FIRST, SECOND), strict=True)
    ]
    refused = problems(lambda: concat(parts))
    assert {path for code, path in refused if code == "form.versions"} == {
        f"tables[1].{item}" for item in ("same", "scaled", "mapped")
    }
    whole = ObservationTable.from_walkthroughs(BOTH, forms=[FIRST, SECOND])
    assert concat(parts, forms=[FIRST, SECOND]) == whole
    assert concat(reversed(parts), forms=[FIRST, SECOND]) == whole
    again = [ObservationTable.from_walkthroughs([record], forms=[FIRST, SECOND]) for record in BOTH]
    assert concat(again) == whole
    assert concat([whole.where(visit="v0"), parts[1].where(visit=[])]).items == whole.items


def test_tables_of_records_and_of_frames_are_joined_by_name() -> None:
    """A frame tells no version, so its items go by their names and its levels stay as they are."""
    frame = {"v": ["x"], "t": ["t2"], "o": ["o2"], "same": [1], "mapped": [4]}
    plain = ObservationTable.from_frame(
        frame,
        visit="v",
        teacher="t",
        observer="o",
        items=["same", "mapped"],
        scales={"same": FOUR, "mapped": FIVE},
    )
    first = ObservationTable.from_walkthroughs(BOTH[:1], forms=[FIRST])
    joined = concat([plain, first], forms=[FIRST, SECOND])
    assert levels(joined, "same") == [3, 1]
    assert levels(joined, "mapped") == [4, 4]


def test_levels_that_were_inferred_are_read_on_the_scale_of_the_form() -> None:
    """A table made without its form finds the levels in the form that is given later."""
    loose = ObservationTable.from_walkthroughs(BOTH[:1])
    joined = concat([loose], forms=[FIRST])
    assert joined.scale("same") == FOUR
    assert levels(joined, "same") == [3]
    high = attrs.evolve(BOTH[0], answers=(Answer("same", 7, look_for="same"),))
    strange = ObservationTable.from_walkthroughs([high])
    assert problems(lambda: concat([strange], forms=[FIRST])) == [("item.rescaled", "tables[0].same")]


def test_what_is_missing_stays_missing_on_another_scale() -> None:
    """Marks are no levels and are not mapped."""
    first = walk(FIRST, 0, answers={"mapped": AnswerState.NOT_OBSERVED, "same": 2})
    parts = [
        ObservationTable.from_walkthroughs([first], forms=[FIRST]),
        ObservationTable.from_walkthroughs([walk(SECOND, 1)], forms=[SECOND]),
    ]
    table = concat(parts, forms=[FIRST, SECOND])
    assert table == ObservationTable.from_walkthroughs([first, walk(SECOND, 1)], forms=[FIRST, SECOND])
    assert table.level[table.item == table.place("mapped")].tolist() == [-1, 2]


def test_an_item_of_two_forms_is_told_by_both() -> None:
    """Forms of other ids share an item by its name, and the table knows both of them."""
    other = Form(id="other", items=(Item(id="same", scale=FOUR, look_for="same"),))
    table = ObservationTable.from_walkthroughs([walk(FIRST, 0), walk(other, 1)], forms=[FIRST, other])
    assert levels(table, "same") == [3, 3]
    assert table.origins[table.place("same")] == (
        ItemVersion(other.ref, "same"),
        ItemVersion(FIRST.ref, "same"),
    )
    rescaled = Form(
        id="other",
        version="2.0.0",
        follows="1.0.0",
        items=(Item(id="same", scale=FIVE, look_for="same"),),
        lineage=(Lineage(kind=LineageKind.RESCALED, old=("same",), new=("same",), levels=FrozenMap(UP)),),
    )
    assert problems(lambda: concat([table], forms=[other, rescaled])) == [("item.rescaled", "tables[0].same")]


KINDS = Form(
    id="kinds",
    items=(
        Item(id="asking", scale=LevelScale((Level(1, 1), Level(2, 2))), look_for="asking"),
        Item(id="hands", kind="count"),
        Item(id="share", kind="number"),
        Item(id="why", kind="text"),
        Item(id="seen", kind="flag"),
        Item(id="notes", kind="note"),
    ),
)


@pytest.mark.parametrize("forms", [[], [KINDS]], ids=["alone", "with its form"])
def test_only_levels_become_ratings(forms: list[Form]) -> None:
    """Counts, numbers, texts and flags are no ratings, with and without the form, and are counted."""
    answers = {"asking": 2, "hands": 7, "share": 0.5, "why": "calm", "seen": True, "notes": "calm"}
    record = walk(KINDS, 0, answers=answers)
    table = ObservationTable.from_walkthroughs([record], forms=forms)
    assert table.items == ("asking",)
    assert table.scale("asking").codes == (1, 2)
    assert sum(table.left_out.values()) == 5
    assert set(table.left_out) == {"notes", "not rated"}


@pytest.mark.parametrize("known", [False, True], ids=["alone", "with its form"])
def test_several_choices_and_entries_become_no_ratings(known: bool) -> None:
    """What has several codes, or is asked once an entry, is left out and counted, also under a look-for."""
    choices = (Choice(code="pairs"), Choice(code="whole"))
    used = Form(
        id="several",
        items=(
            Item(id="asking", scale=FOUR, look_for="asking"),
            Item(id="ways", kind="multi", choices=choices, look_for="ways"),
            Repeat(id="parts", items=(Item(id="pace", scale=FOUR, look_for="pace"),)),
        ),
    )
    answers = {"asking": 2, "ways": ["pairs", "whole"], "parts": [{"pace": 1}, {"pace": 2}]}
    table = ObservationTable.from_walkthroughs(
        [walk(used, 0, answers=answers)], forms=[used] if known else []
    )
    assert table.items == ("asking",)
    assert table.left_out == FrozenMap({"in repeats": 2, "not rated": 1})


def test_marks_under_a_look_for_need_no_form() -> None:
    """Where one record rates an item and another marks it not observed, both are kept."""
    records = [
        walk(FIRST, 0, answers={"same": AnswerState.NOT_OBSERVED}),
        walk(FIRST, 1, answers={"same": 2}),
    ]
    table = ObservationTable.from_walkthroughs(records)
    assert table.level.tolist() == [-1, 1]
    assert table.scale("same").codes == (1, 2)


def test_one_item_moves_and_another_stays() -> None:
    """Joined with forms of some items alone, the others keep their levels."""
    other = Form(id="other", items=(Item(id="alone", scale=FIVE, look_for="alone"),))
    table = ObservationTable.from_walkthroughs(
        [walk(FIRST, 0), walk(other, 1, level=5)], forms=[FIRST, other]
    )
    joined = concat([table], forms=[FIRST, SECOND])
    assert levels(joined, "mapped") == [4]
    assert levels(joined, "alone") == [5]


def test_versions_travel_with_the_table() -> None:
    """Origins and notes go out with the document and come back."""
    table = ObservationTable.from_walkthroughs(BOTH, forms=[FIRST, SECOND])
    again = ObservationTable.from_document(table.to_document())
    assert again == table
    assert (again.origins, again.notes) == (table.origins, table.notes)
    short = {**table.to_document(), "origins": []}
    assert problems(lambda: ObservationTable.from_document(short)) == [("table.length", "origins")]

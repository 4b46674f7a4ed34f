"""Breakdowns that leave a building: what is hidden, and that it cannot be found again."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from tests.progress.small_school import ALIKE, POLICY, meeting, table_of, walk

from ilr import interop
from ilr.base import FrozenMap, InvalidInput, Person, Policy, Roster, SourceId
from ilr.calibration import Standings
from ilr.disclosure import ALL, Published, PublishedCell, SuppressedCell, calibrated_only, publish
from ilr.forms import Walkthrough
from ilr.observation import ObservationTable

DAY = date(2026, 9, 7)


def walks_in(
    cells: Mapping[Sequence[str], Sequence[int]], names: Sequence[str] = ("grade",)
) -> list[Walkthrough]:
    """Records by cell: for each teacher of the cell the number of visits."""
    made = []
    for key, visits in cells.items():
        for who, count in enumerate(visits):
            made += [
                walk(
                    DAY + timedelta(days=step),
                    f"{'-'.join(key)}-{who}",
                    dimensions=FrozenMap(dict(zip(names, key, strict=True))),
                )
                for step in range(count)
            ]
    return made


def grades(**teachers: Sequence[int]) -> ObservationTable:
    """A table broken down by grade."""
    return table_of(walks_in({(name,): visits for name, visits in teachers.items()}))


def cells(found: Published) -> dict[tuple[str, ...], int | None]:
    """The number of teachers of each cell, None where hidden."""
    return {cell.key: cell.teachers if isinstance(cell, PublishedCell) else None for cell in found}


def test_large_cells_are_told_with_their_margin() -> None:
    """VS-5: cells of five teachers or more, and their total, are shown with their numbers."""
    found = publish(grades(one=[1] * 5, two=[2] * 6), by=["grade"], audience="district")
    assert cells(found) == {("one",): 5, ("two",): 6, (ALL,): 11}
    assert [cell.observations for cell in found if isinstance(cell, PublishedCell)] == [5, 12, 17]
    assert (found.hidden, len(found.audit), found.teachers_per_cell) == (0, 0, 5)


@pytest.mark.parametrize(("teachers", "hidden"), [(4, 2), (5, 0)])
def test_a_cell_below_the_count_is_hidden_and_takes_a_second_with_it(teachers: int, hidden: int) -> None:
    """VS-5: four teachers are hidden, and another cell too, or the total would give them away."""
    found = publish(grades(one=[1] * teachers, two=[1] * 9, three=[1] * 8), by=["grade"], audience="building")
    assert found.hidden == hidden
    assert (cells(found)[("one",)] is None) is bool(hidden)


def test_inside_a_team_three_teachers_are_enough() -> None:
    """VS-4: the team's own view shows cells of three, hides those of two."""
    table = grades(one=[1] * 3, two=[1] * 4)
    assert publish(table, by=["grade"], audience="team").hidden == 0
    assert publish(table, by=["grade"], audience="public").hidden > 0
    assert publish(grades(one=[1] * 2, two=[1] * 4), by=["grade"], audience="team").hidden > 0


@pytest.mark.parametrize(
    ("visits", "audience", "hidden"),
    [
        ([5, 2, 1, 1, 1], "district", False),
        ([6, 2, 1, 1, 1], "district", True),
        ([5, 5, 1, 1, 1], "district", False),
        ([30, 30, 1, 1, 1], "district", True),
        ([3, 1, 1], "team", False),
        ([4, 1, 1], "team", True),
    ],
)
def test_a_cell_that_one_or_two_teachers_dominate_is_hidden(
    visits: list[int], audience: Any, hidden: bool
) -> None:
    """P-DOM1, P-DOM2, P-DOM-TEAM: more than half, nine tenths of two, or three fifths in a team."""
    found = publish(grades(one=visits, two=[4] * 9, three=[4] * 9), by=["grade"], audience=audience)
    assert (cells(found)[("one",)] is None) is hidden


def test_ids_of_one_person_count_once() -> None:
    """Five ids of three people are three teachers, in the count and in what dominates."""
    table = grades(one=[1] * 5, two=[1] * 9, three=[1] * 9)
    same = Roster(people=(Person(id="one-0", also=(SourceId("sis", "one-1"), SourceId("sis", "one-2"))),))
    assert cells(publish(table, by=["grade"], audience="district"))["one",] == 5
    found = publish(table, by=["grade"], audience="district", roster=same)
    assert cells(found)["one",] is None


def test_hidden_cells_leave_no_number_anywhere() -> None:
    """VS-5: what is hidden is not in the cells, the text, the picture, the document or the pickle."""
    table = grades(one=[7, 7, 7], two=[1] * 9, three=[1] * 8)
    found = publish(table, by=["grade"], audience="district")
    hidden = {cell.key: cell for cell in found if isinstance(cell, SuppressedCell)}
    assert ("one",) in hidden
    assert all(
        set(interop.dumps(cell)) <= set(interop.dumps(SuppressedCell(key=cell.key)))
        for cell in hidden.values()
    )
    names = [name for name in dir(hidden["one",]) if not name.startswith("_")]
    assert names == ["key", "observations", "suppressed", "teachers"]
    frame = found.to_frame("pandas")
    row = frame[frame["grade"] == "one"].iloc[0].to_dict()
    assert row.pop("suppressed") is True
    assert row.pop("grade") == "one"
    assert all(value is None or value != value for value in row.values())  # noqa: PLR0124  # NaN alone differs from itself
    for text in (repr(found), interop.dumps(found), found._repr_html_()):
        assert "21" not in text
    assert found._repr_html_().count("<td>hidden</td>") == 2 * found.hidden
    assert pickle.loads(pickle.dumps(found)) == found  # our own bytes
    assert interop.loads(interop.dumps(found), Published) == found


TWO_WAY: dict[Sequence[str], Sequence[int]] = {
    ("one", "art"): [1] * 2,
    ("one", "maths"): [1] * 7,
    ("one", "music"): [1] * 6,
    ("two", "art"): [1] * 8,
    ("two", "maths"): [2] * 6,
    ("two", "music"): [1] * 3,
    ("three", "art"): [1] * 6,
    ("three", "maths"): [1] * 9,
}


def test_a_reader_can_rule_out_no_small_cell() -> None:
    """The audit allows each small cell at least five teachers, and every hidden cell two values."""
    table = table_of(walks_in(TWO_WAY, ("grade", "subject")))
    found = publish(table, by=["grade", "subject"], audience="public")
    assert found.method == "exact"
    assert set(found.audit) == {"|".join(cell.key) for cell in found if isinstance(cell, SuppressedCell)}
    for key, visits in TWO_WAY.items():
        if len(visits) < 5:
            low, high = found.audit["|".join(key)]
            assert low <= len(visits)
            assert high >= 5
    assert all(high > low for low, high in found.audit.values())


def test_margins_are_told_and_empty_cells_are_left_out() -> None:
    """Rows, columns and the whole have their cell; a combination that nobody is in has none."""
    table = table_of(walks_in(TWO_WAY, ("grade", "subject")))
    found = cells(publish(table, by=["grade", "subject"], audience="district"))
    assert ("three", "music") not in found
    assert found[ALL, ALL] == sum(len(visits) for visits in TWO_WAY.values())
    assert {("one", ALL), (ALL, "art"), (ALL, ALL)} <= set(found)


def test_shares_stand_in_told_cells_only() -> None:
    """A told cell has one share an item, at the fidelity level or the one that is asked for."""
    table = grades(one=[1] * 5, two=[1] * 6)
    (cell, *_) = publish(table, by=["grade"], audience="district")
    assert isinstance(cell, PublishedCell)
    assert [share.item for share in cell.shares] == ["questioning", "wait-time"]
    assert [str(share) for share in cell.shares] == ["at least 80%"] * 2
    (strict, *_) = publish(table, by=["grade"], audience="district", at_least=4)
    assert isinstance(strict, PublishedCell)
    assert [str(share) for share in strict.shares] == ["at most 20%"] * 2


def test_ratings_before_calibration_are_dropped_and_counted() -> None:
    """CG-2: the rows of an observer without standing leave the breakdown, and the result says how many."""
    calibrated = walks_in({("one",): [1] * 6})
    others = [
        walk(DAY, f"one-{who}", "p9", hour=14, level=1, dimensions=FrozenMap(grade="one")) for who in range(6)
    ]
    table = table_of([*calibrated, *others])
    known = Standings.from_meetings([meeting({"p1": ALIKE}, master=ALIKE)], POLICY)
    found = publish(table, by=["grade"], audience="district", standings=known)
    assert found.left_out["observer not calibrated"] == 12
    assert [str(reason) for reason in found.reasons] == ["records without a rating, which are not counted: 6"]
    (cell, *_) = found
    assert isinstance(cell, PublishedCell)
    assert [str(share) for share in cell.shares] == ["at least 80%"] * 2
    assert (found.calibrated, found.subject.calibrated) == (True, True)
    unchecked = publish(table, by=["grade"], audience="district")
    assert [reason.code for reason in unchecked.reasons] == ["CALIBRATION_UNCHECKED"]


def test_a_teacher_seen_by_uncalibrated_observers_alone_does_not_fill_a_cell() -> None:
    """CG-2: a dropped row counts neither as a record nor as a teacher of its cell."""
    seen = walks_in({("one",): [1] * 4, ("two",): [1] * 9, ("three",): [1] * 9})
    fifth = walk(DAY, "one-9", "p9", dimensions=FrozenMap(grade="one"))
    known = Standings.from_meetings([meeting({"p1": ALIKE}, master=ALIKE)], POLICY)
    found = publish(table_of([*seen, fifth]), by=["grade"], audience="district", standings=known)
    assert cells(found)["one",] is None


def test_nothing_left_publishes_nothing() -> None:
    """CG-2: when no observer was calibrated the result has no cells, and says what was left out."""
    found = publish(grades(one=[1] * 6), by=["grade"], audience="district", standings=Standings())
    assert (len(found.cells), found.hidden, len(found.audit)) == (0, 0, 0)
    assert found.left_out == {"observer not calibrated": 12}


def test_an_item_that_few_were_rated_on_is_left_out_of_its_cell() -> None:
    """VS-5: a cell of six in which one teacher was rated on an item tells nothing of that item."""
    bare = walks_in({("one",): [1] * 6, ("two",): [1] * 9, ("three",): [1] * 9})
    records = [
        attrs.evolve(one, answers=one.answers[:1])
        if one.teachers[0].startswith("one-") and one.teachers[0] != "one-0"
        else one
        for one in bare
    ]
    found = publish(table_of(records), by=["grade"], audience="district")
    told = {
        cell.key: [share.item for share in cell.shares] for cell in found if isinstance(cell, PublishedCell)
    }
    assert told["one",] == ["questioning"]
    assert [key for key, items in told.items() if "wait-time" not in items] != [("one",)]
    assert found.hidden == 0


def test_undated_ratings_are_never_calibrated() -> None:
    """CG-5: without its day nobody can say whether the observer was calibrated then."""
    table = ObservationTable.from_frame(
        {"visit": ["v"], "teacher": ["t"], "observer": ["p1"], "item": ["questioning"], "level": [1]},
        visit="visit",
        teacher="teacher",
        observer="observer",
        item="item",
        level="level",
        levels=[1, 2],
    )
    known = Standings.from_meetings([meeting({"p1": ALIKE}, master=ALIKE)], POLICY)
    assert calibrated_only(table, known).n_ratings == 0
    assert calibrated_only(table, known).left_out == {"observer not calibrated": 1}


@pytest.mark.parametrize(
    ("by", "codes"),
    [
        ([], ["publish.columns"]),
        (["grade", "building", "mode", "form"], ["publish.columns"]),
        (["teacher"], ["publish.individual"]),
        (["observer", "grade"], ["publish.individual"]),
        (["visit", "pacing"], ["publish.individual", "table.column"]),
    ],
)
def test_a_breakdown_that_tells_persons_apart_is_refused(by: list[str], codes: list[str]) -> None:
    """VS-1: no columns, too many, unknown ones, or teacher, visit or observer as a column."""
    table = table_of(
        [walk(DAY, mode=None, dimensions=FrozenMap(grade="one")), *walks_in({("one",): [1] * 5})]
    )
    with pytest.raises(InvalidInput) as refused:
        publish(table, by=by, audience="district")
    assert [problem.code for problem in refused.value.problems if problem.path != "mode"] == codes


def test_the_result_names_its_policy_and_audience() -> None:
    """What was used stands in the result, with the count of the policy."""
    found = publish(
        grades(one=[1] * 6),
        by=["grade"],
        audience="researcher",
        policy=Policy(version="x", outside_teachers=6),
    )
    assert (found.audience, found.policy, found.teachers_per_cell, found.by) == (
        "researcher",
        "x",
        6,
        ("grade",),
    )


def test_a_teacher_in_several_cells_counts_once_in_margins() -> None:
    """VS-5: three teachers who each teach two grades are too few for the margin, though their places are six."""
    rows: dict[str, list[str | int]] = {
        name: [] for name in ("visit", "teacher", "observer", "grade", "talk")
    }
    for number in range(3):
        for grade in ("6", "7"):
            row: tuple[str | int, ...] = (f"{number}-{grade}", f"t{number}", "p", grade, 1 + number)
            for column, value in zip(rows.values(), row, strict=True):
                column.append(value)
    table = ObservationTable.from_frame(
        rows,
        visit="visit",
        teacher="teacher",
        observer="observer",
        dimensions=["grade"],
        items=["talk"],
        levels=[1, 2, 3],
    )
    found = publish(table, by=["grade"], audience="district", at_least=2)
    assert all(isinstance(cell, SuppressedCell) for cell in found)


def test_a_teacher_who_fills_several_cells_dominates_their_margin() -> None:
    """VS-5: a teacher who has most records of two grades hides their margin too, where places count apart."""
    rows: dict[str, list[str | int]] = {
        name: [] for name in ("visit", "teacher", "observer", "grade", "talk")
    }
    for grade in ("6", "7"):
        for teacher, visits in (("busy", 4), *((f"{grade}-{number}", 1) for number in range(5))):
            for visit in range(visits):
                row: tuple[str | int, ...] = (f"{grade}-{teacher}-{visit}", teacher, "p", grade, 2)
                for column, value in zip(rows.values(), row, strict=True):
                    column.append(value)
    table = ObservationTable.from_frame(
        rows,
        visit="visit",
        teacher="teacher",
        observer="observer",
        dimensions=["grade"],
        items=["talk"],
        levels=[1, 2, 3],
    )
    policy = Policy(dominance_one=0.43)
    found = publish(table, by=["grade"], audience="district", at_least=2, policy=policy)
    assert all(isinstance(cell, SuppressedCell) for cell in found)

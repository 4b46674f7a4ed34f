"""Levels of a breakdown, teams, shares as bands, and what a table says of itself."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.disclosure.world import ROSTER

from ilr.base import InvalidInput, Policy
from ilr.disclosure import (
    BandedShare,
    Context,
    Published,
    PublishedCell,
    SuppressedCell,
    decide,
    publish,
)
from ilr.observation import ObservationTable, Rate

MIDDLE = {"grade": {"6": "middle", "7": "middle", "8": "middle", "9": "high", "10": "high"}}


def table_of(
    teachers: dict[str, int], *, talk: Any = lambda _, who, turn: 1 + (who + turn) % 3, **facts: Any
) -> ObservationTable:
    """So many teachers a grade with two visits each; `facts` are further columns, one value for all."""
    rows: dict[str, list[Any]] = {
        name: [] for name in ("visit", "teacher", "observer", "grade", "day", "talk")
    }
    rows |= {name: [] for name in facts}
    for grade, count in teachers.items():
        for who in range(count):
            for turn in range(2):
                row = (
                    f"{grade}-{who}-{turn}", f"{grade}-{who}", "p1", grade, date(2026, 9, 1) + timedelta(turn),
                    talk(grade, who, turn), *facts.values(),
                )  # fmt: skip
                for column, value in zip(rows.values(), row, strict=True):
                    column.append(value)
    return ObservationTable.from_frame(
        rows, visit="visit", teacher="teacher", observer="observer", date="day",
        dimensions=["grade", *(name for name in facts if name not in ("period", "building"))], items=["talk"],
        levels=[1, 2, 3], period="period" if "period" in facts else None,
        building="building" if "building" in facts else None,
    )  # fmt: skip


def counts(found: Published) -> dict[tuple[str, ...], int | None]:
    """The number of teachers of each cell, None where hidden."""
    return {cell.key: cell.teachers if isinstance(cell, PublishedCell) else None for cell in found}


def published(table: ObservationTable, **options: Any) -> Published:
    """The table by grade for the district, shares from level 2."""
    given: dict[str, Any] = {"by": ["grade"], "audience": "district", "at_least": 2} | options
    return publish(table, **given)


def test_small_grades_are_rolled_up() -> None:
    """P-COARSEN: where most teachers would be hidden, grades become bands, and the result says so."""
    table = table_of({"6": 3, "7": 3, "8": 4, "9": 4, "10": 4})
    found = published(table, hierarchies=MIDDLE)
    assert counts(found) == {("high",): 8, ("middle",): 10, ("(all)",): 18}
    assert [reason.code for reason in found.reasons] == ["CALIBRATION_UNCHECKED", "ROLLED_UP"]
    assert [found.releasable, published(table).releasable] == [True, True]
    assert counts(published(table))["6",] is None


def test_large_grades_stay_with_their_subtotals() -> None:
    """P-COARSEN: where enough teachers are told the finest level stays, with the bands as subtotals."""
    found = published(table_of({"6": 6, "7": 7, "9": 8}), hierarchies=MIDDLE)
    assert counts(found) == {("6",): 6, ("7",): 7, ("9",): 8, ("high",): 8, ("middle",): 13, ("(all)",): 21}
    assert "ROLLED_UP" not in {reason.code for reason in found.reasons}


def test_subtotals_are_protected_too() -> None:
    """A small grade takes another of its own band with it, or the subtotal would give it away."""
    found = counts(published(table_of({"6": 3, "7": 9, "8": 20, "9": 9, "10": 30}), hierarchies=MIDDLE))
    assert found["6",] is None
    hidden_in_band = [grade for grade in ("7", "8") if found[grade,] is None]
    assert hidden_in_band or found["middle",] is None


def test_a_value_without_a_group_stands_once() -> None:
    """A grade that is rolled up to nothing is told once, not again as its own band."""
    found = published(table_of({"6": 2, "7": 3, "12": 9}), hierarchies=MIDDLE)
    assert [cell.key for cell in found] == [("12",), ("middle",), ("(all)",)]
    finest = published(table_of({"6": 6, "7": 7, "12": 9}), hierarchies=MIDDLE)
    assert [cell.key for cell in finest] == [("12",), ("6",), ("7",), ("middle",), ("(all)",)]


def test_levels_of_a_hierarchy_are_climbed_one_by_one() -> None:
    """Groups may have groups; the finest level that tells enough teachers is taken."""
    chain = {"grade": {"6": "6-7", "7": "6-7", "8": "8-9", "9": "8-9", "6-7": "lower", "8-9": "lower"}}
    found = published(table_of({"6": 3, "7": 4, "8": 3, "9": 5}), hierarchies=chain)
    assert counts(found) == {("6-7",): 7, ("8-9",): 8, ("lower",): 15, ("(all)",): 15}


def test_the_level_with_most_told_is_taken_where_none_tells_enough() -> None:
    """Where no level reaches the share, the best one is published, and the reason tells the share."""
    table = table_of({"6": 2, "7": 2, "9": 9, "10": 3})
    found = published(table, hierarchies=MIDDLE, policy=Policy(coarsen=1.0))
    reason = next(one for one in found.reasons if one.code == "FEW_IN_TOLD_CELLS")
    assert reason.parameters["share"] == 9 / 16
    assert counts(found)["9",] == 9


@pytest.mark.parametrize(
    ("hierarchies", "path"),
    [
        ({"subject": {"art": "arts"}}, "hierarchies[subject]"),
        ({"grade": {"6": "7"}}, "hierarchies[grade]"),
        ({"grade": {"6": "(all)"}}, "hierarchies[grade]"),
        ({"grade": {"a": "b", "b": "a"}}, "hierarchies[grade]"),
    ],
)
def test_a_hierarchy_that_cannot_be_is_refused(hierarchies: Any, path: str) -> None:
    """A hierarchy of another column, groups named like values or the total, and circles are refused."""
    with pytest.raises(InvalidInput) as refused:
        published(table_of({"6": 6, "7": 6}), hierarchies=hierarchies)
    assert {(one.code, one.path) for one in refused.value.problems} == {("publish.hierarchy", path)}


def test_one_table_has_each_column_once() -> None:
    """A column twice is refused."""
    with pytest.raises(InvalidInput, match=r"publish\.columns"):
        published(table_of({"6": 6}), by=["grade", "grade"])


def test_a_team_sees_no_exact_time() -> None:
    """VS-4: period and day are refused as columns of a team's table, a month is not, and others may see them."""
    table = table_of({"6": 6}, period="third", week="2026-09-07", month="2026-09")
    for name in ("period", "week"):
        with pytest.raises(InvalidInput, match=r"publish\.exact_time"):
            published(table, by=[name], audience="team")
        assert published(table, by=[name]).releasable
    assert published(table, by=["month"], audience="team", team="g6").subject.team == "g6"


def test_without_any_one_member_two_are_left_in_a_team() -> None:
    """VS-4: three teachers of whom two are seen only with the third are hidden even from their team."""
    rows: dict[str, list[Any]] = {name: [] for name in ("visit", "teacher", "observer", "grade", "talk")}
    for visit, teachers in (
        ("1", "ab"),
        ("2", "ac"),
        ("3", "ab"),
        ("4", "ac"),
        ("5", "xyz"),
        ("6", "xy"),
        ("7", "yz"),
        ("8", "xz"),
    ):
        for who in teachers:
            for column, value in zip(
                rows.values(), (visit, who, "p", "6" if visit < "5" else "7", 2), strict=True
            ):
                column.append(value)
    table = ObservationTable.from_frame(
        rows, visit="visit", teacher="teacher", observer="observer", dimensions=["grade"], items=["talk"],
        levels=[1, 2, 3], co_teaching=True,
    )  # fmt: skip
    loose = Policy(team_dominance=1.0)
    assert counts(published(table, audience="team", policy=loose))["6",] is None
    only = table.where(grade="7")
    assert counts(published(only, audience="team", policy=loose))["7",] == 3


def test_a_share_of_all_or_none_is_told_as_a_band() -> None:
    """Where all teachers of a cell have one answer the share is a band with room for another answer."""
    table = table_of(
        {"6": 8, "7": 9}, talk=lambda grade, who, turn: 1 if grade == "6" else 1 + (who + turn) % 3
    )
    found = {cell.key: cell for cell in published(table, at_least=2).told}
    (none,) = found["6",].shares
    assert isinstance(none, BandedShare)
    assert (none.low, none.high, none.ratings, none.teachers, str(none)) == (0.0, 0.2, 16, 8, "at most 20%")
    assert found["7",].shares == ()
    (whole,) = found["(all)",].shares
    assert isinstance(whole, Rate)
    assert 0.2 < whole.estimate.value < 0.8


def test_bands_are_narrower_in_large_cells() -> None:
    """P-BAND: two teachers fit into a band, between its width and a quarter of it."""

    def widths(count: int, **policy: Any) -> float:
        table = table_of({"6": count}, talk=lambda *_: 1)
        (share,) = published(table, policy=Policy(**policy)).told[0].shares
        assert isinstance(share, BandedShare)
        return share.high

    assert [widths(count) for count in (6, 20, 60)] == [0.2, 0.1, 0.05]
    assert widths(60, band=0.4) == 0.1


def test_every_share_near_the_end_is_a_band() -> None:
    """A share that is not 0 but near it is told as the same band, so that the band does not mean 0."""
    table = table_of({"6": 10}, talk=lambda _, who, turn: 3 if (who, turn) == (0, 0) else 1)
    (share,) = published(table).told[0].shares
    assert isinstance(share, BandedShare)
    assert share.high == 0.2


def test_a_table_for_the_gate() -> None:
    """The description for a gate has the smallest told group, the school and whether observers were calibrated."""
    found = published(table_of({"6": 6, "7": 8}, building="s1"))
    subject = found.subject
    assert (subject.kind, subject.contributors, subject.building) == ("disaggregated data", 6, "s1")
    assert (subject.id, subject.calibrated, subject.look_fors) == (found.id, None, ("talk",))
    context = Context(as_of=date(2026, 10, 1), roster=ROSTER)

    def asked(who: str, found: Published) -> bool:
        return bool(
            decide(
                who,
                found.subject,
                audience="district",
                grain="district",
                purpose="improvement",
                context=context,
            )
        )

    assert asked("d1", published(table_of({"6": 6, "7": 8}, building="school")))
    assert not asked("p1", published(table_of({"6": 6, "7": 8}, building="school")))
    assert not asked("d1", found)
    few = published(table_of({"6": 3}, building="school"), audience="team")
    assert (few.subject.contributors, asked("d1", few)) == (3, False)


def test_a_table_that_tells_nothing_says_so() -> None:
    """Two teachers are told to nobody: the table is not releasable, and its description has no contributors."""
    found = published(table_of({"6": 2}))
    assert not found.releasable
    assert "NOTHING_TOLD" in {reason.code for reason in found.reasons}
    assert (found.subject.contributors, found.told) == (0, ())
    assert all(isinstance(cell, SuppressedCell) for cell in found)


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
def test_a_frame_has_nulls_for_what_is_hidden(backend: Any) -> None:
    """Hidden cells are null beside a column that says so; a band has two bounds, a share the same one twice."""
    found = published(table_of({"6": 3, "7": 9, "8": 9, "9": 12}, talk=lambda _, who, __: 1 + who % 3))
    frame = found.to_frame(backend)
    import narwhals as nw

    columns = nw.from_native(frame).to_dict(as_series=False)
    assert list(columns) == ["grade", "suppressed", "teachers", "observations", "talk low", "talk high"]
    assert columns["suppressed"] == [isinstance(cell, SuppressedCell) for cell in found]
    for hidden, number in zip(columns["suppressed"], columns["teachers"], strict=True):
        assert hidden == (number is None or number != number)  # noqa: PLR0124  # NaN alone differs from itself
    assert found.rows()[-1]["talk low"] == found.rows()[-1]["talk high"]


def test_ids_tell_tables_apart() -> None:
    """The same table has the same id, another one another."""
    table = table_of({"6": 6, "7": 8})
    assert published(table) == published(table)
    assert published(table).id != published(table, at_least=3).id


def test_no_teacher_stands_in_a_published_table() -> None:
    """No id of a teacher is in the table, its text or its document."""
    found = published(table_of({"6": 6, "7": 8}))
    assert "6-0" not in repr(found)
    assert "6-0" not in found._repr_html_()


def test_an_item_that_nobody_was_rated_on_has_no_share() -> None:
    """An item without a rating is in no cell, and its bounds are null."""
    rows: dict[str, list[Any]] = {
        "visit": [f"v{number}" for number in range(8)],
        "teacher": [f"t{number}" for number in range(8)],
        "observer": ["p"] * 8,
        "grade": ["6"] * 8,
        "talk": [1 + number % 3 for number in range(8)],
        "wait": [None] * 8,
    }
    table = ObservationTable.from_frame(
        rows, visit="visit", teacher="teacher", observer="observer", dimensions=["grade"], items=["talk", "wait"],
        levels=[1, 2, 3],
    )  # fmt: skip
    found = published(table)
    assert [share.item for share in found.told[0].shares] == ["talk"]
    assert found.rows()[0]["wait low"] is None

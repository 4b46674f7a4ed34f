"""A table after others: the common set, or a refusal."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from tests.disclosure.test_publishing_levels import table_of

from ilr import interop
from ilr.base import Person, Roster, SourceId
from ilr.calibration import Standings
from ilr.disclosure import (
    Edition,
    MemoryLedger,
    Publication,
    Release,
    Tombstone,
    differencing,
    publish,
    publish_next,
)
from ilr.observation import ObservationTable

ON = date(2026, 10, 1)
TALK = {"6": 7, "7": 8}


def table(
    visits: dict[str, list[int]], *, grade: Any = lambda who: who[0], level: Any = lambda _, day: 1 + day % 3,
    dated: bool = True,
) -> ObservationTable:  # fmt: skip
    """For each teacher the days of September on which somebody came; the grade is the first sign of the id."""
    rows: dict[str, list[Any]] = {
        name: [] for name in ("visit", "teacher", "observer", "grade", "day", "talk")
    }
    for who, days in visits.items():
        for day in days:
            at = date(2026, 9, 1) + timedelta(day)
            for column, value in zip(
                rows.values(), (f"{who}-{day}", who, "p", grade(who), at, level(who, day)), strict=True
            ):
                column.append(value)
    return ObservationTable.from_frame(
        rows, visit="visit", teacher="teacher", observer="observer", date="day" if dated else None,
        dimensions=["grade"], items=["talk"], levels=[1, 2, 3],
    )  # fmt: skip


def edition(given: ObservationTable, ledger: MemoryLedger | None = None, **options: Any) -> Edition:
    """The table by grade for the district, after what is in the ledger."""
    terms: dict[str, Any] = {"by": ["grade"], "audience": "district", "scope": "d", "on": ON, "at_least": 2}
    return publish_next(given, ledger=ledger or MemoryLedger(), **terms | options)


def kept(*editions: Edition) -> MemoryLedger:
    """A ledger of what was published."""
    return MemoryLedger(tuple(one.entry for one in editions if one.entry is not None))


def _id(found: Edition) -> str:
    """The id of the table."""
    assert found.published is not None
    return found.published.id


def teachers(found: Edition) -> dict[tuple[str, ...], int]:
    """The number of teachers of each told cell."""
    assert found.published is not None
    return {cell.key: cell.teachers for cell in found.published.told}


SEVEN = {f"6{letter}": [0, 1] for letter in "abcdefg"}
EIGHT = {f"7{letter}": [0, 1] for letter in "abcdefgh"}
FIRST = edition(table(SEVEN | EIGHT))


def test_the_first_table_is_the_plain_one() -> None:
    """After nothing a table is what publish gives, with an entry that names who stood behind each cell."""
    assert FIRST
    assert FIRST.reasons == ()
    assert FIRST.published == publish(table(SEVEN | EIGHT), by=["grade"], audience="district", at_least=2)
    entry = FIRST.entry
    assert entry is not None
    assert (entry.keys, entry.table, entry.start, entry.end) == (
        ("d",), _id(FIRST), date(2026, 9, 1), date(2026, 9, 2),
    )  # fmt: skip
    assert [(group.cell, len(group.members)) for group in entry.groups] == [
        (("6",), 7),
        (("7",), 8),
        (("(all)",), 15),
    ]


def test_no_teacher_stands_in_the_table_itself() -> None:
    """The ids of teachers are in the entry alone."""
    assert FIRST.published is not None
    assert "6a" not in interop.dumps(FIRST.published)
    assert FIRST.entry is not None
    assert "6a" in FIRST.entry.groups[0].members


def test_the_same_table_again_is_no_news() -> None:
    """Publishing the same table twice gives the same table."""
    again = edition(table(SEVEN | EIGHT), kept(FIRST))
    assert again.published == FIRST.published


def test_one_teacher_more_is_left_out() -> None:
    """VS-6: a table with one teacher more is computed on the common set, and says so."""
    more = edition(table(SEVEN | EIGHT | {"6x": [0]}), kept(FIRST))
    assert teachers(more) == {("6",): 7, ("7",): 8, ("(all)",): 15}
    assert [reason.code for reason in more.reasons] == ["COMMON_SET"]
    assert more.reasons[0].parameters["teachers"] == 1
    assert more.published is not None
    assert "COMMON_SET" in {reason.code for reason in more.published.reasons}
    assert more.entry is not None
    assert more.entry.table == more.published.id


def test_k_teachers_more_are_told() -> None:
    """VS-6: five teachers more may be told, because the difference is a group of its own."""
    more = edition(table(SEVEN | EIGHT | {f"6{letter}": [0] for letter in "vwxyz"}), kept(FIRST))
    assert teachers(more)["6",] == 12
    assert more.reasons == ()


def test_a_teacher_less_is_refused() -> None:
    """VS-6: a table with one teacher less would give that teacher away, and nothing can be left out for it."""
    fewer = edition(table({who: days for who, days in (SEVEN | EIGHT).items() if who != "6a"}), kept(FIRST))
    assert not fewer
    assert (fewer.published, fewer.entry) == (None, None)
    assert [reason.code for reason in fewer.reasons] == ["DIFFERENCE_TOO_SMALL"]


def test_new_records_of_a_few_are_left_out() -> None:
    """Cumulative windows: where one teacher alone was seen again, the new record waits."""
    again = edition(table(SEVEN | EIGHT | {"6a": [0, 1, 20]}), kept(FIRST))
    assert again.published is not None
    assert sum(cell.observations for cell in again.published.told[:2]) == 30
    all_ = edition(table({who: [0, 1, 20] for who in SEVEN | EIGHT}), kept(FIRST))
    assert all_.reasons == ()


def test_records_without_days_cannot_be_taken_apart() -> None:
    """Where no day tells new records from old ones, a few changed teachers are a refusal."""
    first = edition(table(SEVEN | EIGHT, dated=False))
    assert first.entry is not None
    assert first.entry.end is None
    again = edition(table(SEVEN | EIGHT | {"6a": [0, 1, 20]}, dated=False), kept(first))
    assert not again


def test_a_corrected_rating_is_refused() -> None:
    """Where one teacher's rating was corrected, both tables together would tell it."""
    corrected = table(SEVEN | EIGHT, level=lambda who, day: 3 if (who, day) == ("6a", 0) else 1 + day % 3)
    assert not edition(corrected, kept(FIRST))


def test_another_month_is_computed_on_the_common_set() -> None:
    """VS-6: in a later month a few new teachers of a cell are left out; a few who are missing are no difference."""
    later = {who: [30] for who in SEVEN | EIGHT if who != "7a"}
    assert teachers(edition(table(later), kept(FIRST)))["7",] == 7
    newer = edition(table(later | {"7y": [30], "7z": [31]}), kept(FIRST))
    assert teachers(newer)["7",] == 7
    assert newer.reasons[0].parameters["teachers"] == 2


def test_a_union_of_earlier_groups_counts() -> None:
    """A group that holds two earlier ones and one teacher more is computed without that teacher."""
    by_half = edition(table(SEVEN | EIGHT | {"6x": [0, 1]}, grade=lambda _: "all"), kept(FIRST), by=["grade"])
    assert teachers(by_half) == {("all",): 15, ("(all)",): 15}


def test_a_group_that_the_new_table_splits_is_refused() -> None:
    """An earlier group that new ones fill up to a few teachers is a refusal."""
    parts = {f"8{number:02}": [0] for number in range(16)}
    whole = edition(table(parts, grade=lambda _: "8"))
    halves = edition(
        table(
            {who: days for who, days in parts.items() if who != "800"}, grade=lambda who: str(int(who) % 3)
        ),
        kept(whole),
    )
    assert not halves


def test_other_scopes_and_entries_do_not_matter() -> None:
    """Only publications under the scope are compared."""
    assert FIRST.entry is not None
    elsewhere = attrs.evolve(FIRST.entry, scope="other")
    release = Release(on=ON, to="x", audience="district", grain="district", subject="d")
    more = table(SEVEN | EIGHT | {"6x": [0]})
    assert edition(more, MemoryLedger((elsewhere, release))).reasons == ()


def test_an_erased_publication_leaves_a_tombstone() -> None:
    """Erasure takes the names out of the ledger, which still verifies; the table is compared no longer."""
    ledger = kept(FIRST)
    assert FIRST.entry is not None
    erased = ledger.redact(FIRST.entry.id, on=ON, reason="request")
    assert isinstance(erased.entries[0], Tombstone)
    assert erased.digest == ledger.digest
    assert "6a" not in interop.dumps(erased)
    assert edition(table(SEVEN | EIGHT | {"6x": [0]}), erased).reasons == ()
    assert interop.loads(interop.dumps(ledger), MemoryLedger) == ledger
    assert isinstance(ledger.of("d")[0], Publication)


def partly_rated(teachers: int, waited: int) -> ObservationTable:
    """A grade of so many teachers, the first of whom were rated on waiting too."""
    return ObservationTable.from_frame(
        {
            "visit": [f"v{number}" for number in range(teachers)],
            "teacher": [f"t{number:02}" for number in range(teachers)],
            "observer": ["p"] * teachers,
            "grade": ["6"] * teachers,
            "talk": [1 + number % 3 for number in range(teachers)],
            "wait": [1 + number % 3 if number < waited else None for number in range(teachers)],
        },
        visit="visit",
        teacher="teacher",
        observer="observer",
        dimensions=["grade"],
        items=["talk", "wait"],
        levels=[1, 2, 3],
    )


def test_shares_of_fewer_teachers_are_groups_of_their_own() -> None:
    """An item that some teachers were not rated on is told of the others, and compared by itself."""
    first = edition(partly_rated(20, 14))
    assert first.entry is not None
    assert [(group.cell[0], group.item, len(group.members)) for group in first.entry.groups] == [
        ("6", "", 20),
        ("6", "wait", 14),
        ("(all)", "", 20),
        ("(all)", "wait", 14),
    ]
    assert edition(partly_rated(26, 14), kept(first)).reasons == ()
    assert not edition(partly_rated(20, 15), kept(first))


def test_ids_of_one_person_are_one_member() -> None:
    """Groups hold resolved teachers, and a teacher under a new id is nobody new."""
    same = Roster(people=(Person(id="6a", also=(SourceId("sis", "6q"),)),))
    first = edition(table(SEVEN | EIGHT), roster=same)
    renamed = {("6q" if who == "6a" else who): days for who, days in (SEVEN | EIGHT).items()}
    again = edition(table(renamed), kept(first), roster=same)
    assert not again  # the records have other ids, so they count as changed
    left = edition(table(SEVEN | EIGHT | {"6q": [20]}), kept(first), roster=same)
    assert teachers(left)["6",] == 7


def test_uncalibrated_ratings_are_dropped_before_the_comparison() -> None:
    """CG-2: without a calibrated observer nothing is told, and the entry holds no group."""
    found = edition(table(SEVEN), standings=Standings())
    assert found.published is not None
    assert not found.published.releasable
    assert found.entry is not None
    assert found.entry.groups == ()


@pytest.mark.parametrize("audience", ["team", "district"])
def test_the_least_group_is_that_of_the_audience(audience: Any) -> None:
    """Inside a team three teachers are a group, outside five."""
    first = edition(table(SEVEN | EIGHT), audience=audience)
    more = edition(
        table(SEVEN | EIGHT | {f"6{letter}": [0] for letter in "xyz"}), kept(first), audience=audience
    )
    assert teachers(more)["6",] == (10 if audience == "team" else 7)


def test_tables_of_other_shape_are_compared() -> None:
    """A table by grade after one of all teachers is compared with it as well."""
    assert edition(table_of(TALK), kept(FIRST))


def test_a_search_that_does_not_end_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where leaving out teachers has not led to a table within the rounds, there is none."""
    monkeypatch.setattr(differencing, "_ROUNDS", 1)
    assert not edition(table(SEVEN | EIGHT | {"6x": [0]}), kept(FIRST))

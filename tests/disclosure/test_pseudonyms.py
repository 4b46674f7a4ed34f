"""Rows for research: pseudonyms that hold under one key and tell nothing under another."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import numpy as np
import pytest
from tests.disclosure.world import DAY

from ilr.base import FrozenMap, InvalidInput, Person, Roster, SourceId
from ilr.disclosure import Approval, Context, MemoryLedger, decide, pseudonymise, subject_of_rows
from ilr.observation import ObservationTable
from ilr.testing import synthetic

KEY, OTHER = b"a key of the district", b"another key of theirs"
DISTRICT = synthetic.district(seed=3, teachers=12, weeks=8)
TABLE = ObservationTable.from_walkthroughs(DISTRICT.walkthroughs, forms=[DISTRICT.form])
ROWS = pseudonymise(TABLE, key=KEY)


def test_no_id_is_left() -> None:
    """No id of a teacher, observer, visit, building or record stands in the rows."""
    for name in ("teacher", "observer", "visit", "building"):
        before = {one for group in TABLE.column(name).used() for one in np.atleast_1d(group)}
        after = {one for group in ROWS.column(name).used() for one in np.atleast_1d(group)}
        assert before.isdisjoint(after)
        assert len(before) == len(after)
    assert not set(TABLE.ids) & set(ROWS.ids)
    assert (len(ROWS), ROWS.n_ratings) == (len(TABLE), TABLE.n_ratings)


def test_pseudonyms_hold_under_one_key_alone() -> None:
    """The same key gives the same table, another key not one pseudonym of it."""
    assert pseudonymise(TABLE, key=KEY) == ROWS
    assert pseudonymise(TABLE, key=OTHER).teachers().isdisjoint(ROWS.teachers())
    part = TABLE.where(teacher=sorted(TABLE.teachers())[:4])
    assert pseudonymise(part, key=KEY).teachers() < ROWS.teachers()


def test_columns_do_not_share_pseudonyms() -> None:
    """Who teaches and observes has two pseudonyms, which cannot be linked."""
    table = ObservationTable.from_frame(
        {"visit": ["a"], "teacher": ["a"], "observer": ["a"], "talk": [1]},
        visit="visit", teacher="teacher", observer="observer", items=["talk"], levels=[1, 2],
    )  # fmt: skip
    rows = pseudonymise(table, key=KEY)
    tails = {rows.column(name).used()[0].rpartition("-")[2] for name in ("visit", "teacher", "observer")}
    assert len(tails) == 3
    assert np.isnat(rows.days).all()


@pytest.mark.parametrize(
    ("unit", "expected"),
    [("month", [date(2026, 9, 1), date(2026, 10, 1)]), ("week", [date(2026, 9, 28), date(2026, 9, 28)])],
)
def test_days_become_coarser(unit: Any, expected: list[date]) -> None:
    """A day becomes the first of its month, or the Monday of its week."""
    table = ObservationTable.from_frame(
        {
            "visit": ["a", "b", "c"], "teacher": ["t", "t", "t"], "observer": ["p", "p", "p"], "talk": [1, 1, 1],
            "day": [date(2026, 9, 30), date(2026, 10, 4), None],
        },
        visit="visit", teacher="teacher", observer="observer", date="day", items=["talk"], levels=[1, 2],
    )  # fmt: skip
    days = pseudonymise(table, key=KEY, days=unit).days
    assert sorted(days[~np.isnat(days)].tolist()) == expected
    assert np.isnat(days).sum() == 1


def test_columns_of_free_words_do_not_leave() -> None:
    """The focus of a class is left out, declared dimensions stay."""
    table = ObservationTable.from_frame(
        {"visit": ["a"], "teacher": ["t"], "observer": ["p"], "talk": [1], "note": ["a word"], "grade": ["6"]},
        visit="visit", teacher="teacher", observer="observer", focus="note", dimensions=["grade"],
        items=["talk"], levels=[1, 2],
    )  # fmt: skip
    rows = pseudonymise(table, key=KEY)
    assert "focus" in table.walks
    assert set(rows.walks) == {"visit", "teacher", "observer", "grade"}
    assert rows.dimensions == ("grade",)


def test_ids_of_one_person_get_one_pseudonym() -> None:
    """With a roster the ids of one teacher become one, also where they teach together."""
    table = ObservationTable.from_frame(
        {"visit": ["a", "a", "b"], "teacher": ["t1", "x1", "t1"], "observer": ["p"] * 3, "talk": [1] * 3},
        visit="visit", teacher="teacher", observer="observer", items=["talk"], levels=[1, 2], co_teaching=True,
    )  # fmt: skip
    same = Roster(people=(Person(id="t1", also=(SourceId("sis", "x1"),)),))
    assert len(pseudonymise(table, key=KEY).teachers()) == 2
    assert len(pseudonymise(table, key=KEY, roster=same).teachers()) == 1


def test_statistics_stay_as_they_are() -> None:
    """Shares, agreement, means and connection of observers are those of the original."""
    for before, after in zip(TABLE.rates(at_least=3), ROWS.rates(at_least=3), strict=True):
        assert after.estimate.value == pytest.approx(before.estimate.value)
        assert [after.estimate.low, after.estimate.high] == pytest.approx(
            [before.estimate.low, before.estimate.high]
        )
    for one, other in zip(TABLE.agreement().rows, ROWS.agreement().rows, strict=True):
        assert other.ac2.value == pytest.approx(one.ac2.value)
        assert other.alpha.low == pytest.approx(one.alpha.low, nan_ok=True)
    means = [
        sorted(tuple(row.values()) for row in table.means("teacher").values()) for table in (TABLE, ROWS)
    ]
    for mine, theirs in zip(*means, strict=True):
        assert mine == pytest.approx(theirs)
    sizes = [sorted(map(len, table.disconnected())) for table in (TABLE, ROWS)]
    assert sizes[0] == sizes[1]
    assert len(ROWS.visits()) == len(TABLE.visits())


def test_rows_are_in_canonical_order() -> None:
    """The rows make the document of a table, and are read back to an equal one."""
    assert ObservationTable.from_document(ROWS.to_document()) == ROWS
    keys = list(zip(*(ROWS.column(name).codes.tolist() for name in ("visit", "observer")), strict=True))
    assert keys == sorted(keys)
    assert (np.diff(ROWS.walk) >= 0).all()


@pytest.mark.parametrize(("key", "days", "code"), [(b"short", "month", "key"), (KEY, "day", "days")])
def test_short_keys_and_exact_days_are_refused(key: bytes, days: Any, code: str) -> None:
    """A key below 16 bytes, and a unit of days other than month and week, are refused."""
    with pytest.raises(InvalidInput, match=rf"pseudonym\.{code}"):
        pseudonymise(TABLE, key=key, days=days)


def test_rows_leave_with_the_approval_of_the_host() -> None:
    """VS: the gate opens pseudonymous rows to a researcher whose study the host approved, and to no other."""
    subject = subject_of_rows(ROWS)
    assert (subject.kind, subject.teachers) == ("walkthrough", tuple(sorted(ROWS.teachers())))
    approval = Approval(on=DAY, researcher="r1", kinds=("walkthrough",), by="host")
    context = Context(as_of=DAY, ledger=MemoryLedger((approval,)))

    def asked(viewer: str, within: Context) -> bool:
        return bool(
            decide(
                viewer, subject, audience="researcher", grain="individual fact", purpose="research",
                context=within,
            )
        )  # fmt: skip

    assert asked("r1", context)
    assert not asked("r2", context)
    assert not asked("r1", attrs.evolve(context, ledger=MemoryLedger()))
    assert isinstance(ROWS.left_out, FrozenMap)

"""Cuts: what a review rests on, what changed since, and what is left of an erased record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from tests.cycles.few_visits import FIRST, SCHOOL, busy, refused
from tests.progress.small_school import POLICY, table_of, walk

from ilr import interop
from ilr.base import Policy, UnknownCode
from ilr.cycles import CutCheck, CutRecord, DataCut, check_cut, cut, redact
from ilr.observation import ObservationTable, concat

ERASED = date(2027, 7, 1)


def cut_of(table: ObservationTable, **options: Any) -> DataCut:
    """The cut of the first day."""
    return cut(table, building=SCHOOL, on=FIRST, policy=options.pop("policy", POLICY), **options)[0]


def less(made: DataCut, *records: str) -> DataCut:
    """The cut with records erased."""
    for record in records:
        made = redact(made, record, on=ERASED, reason="retention")
    return made


def test_a_cut_names_its_records_and_what_it_left_out() -> None:
    """RT-2: ids in order, those outside the days and the invalid ones counted."""
    records = [walk(FIRST + timedelta(days=step), f"t{step}") for step in range(4)]
    short = walk(FIRST, "t9", minutes=1.0)
    made, table = cut(
        table_of([*records, short]),
        building=SCHOOL,
        on=FIRST + timedelta(days=2),
        policy=POLICY,
        after=FIRST,
    )
    assert made.records == tuple(sorted(one.id for one in records[1:3]))
    assert len(made) == len(table) == 2
    assert made.left_out == {"not valid": 1, "outside the days or without a day": 2}
    assert (made.building, made.on, made.rule) == (SCHOOL, FIRST + timedelta(days=2), "RT-2/1")


@pytest.mark.parametrize(("count", "below"), [(29, True), (30, False)])
def test_a_cut_knows_whether_it_is_small(count: int, below: bool) -> None:
    """RT-3: below P-REVN records it is marked, and erasing one does not mark it afterwards."""
    made = cut_of(busy(count))
    assert (made.least, made.below_count) == (30, below)
    assert less(made, made.records[0]).below_count is below


def test_an_edited_rating_gives_another_hash() -> None:
    """RT-2: the same records with one changed level are another cut; the same ones again are the same."""
    first, same = (cut_of(busy(5)) for _ in range(2))
    edited = table_of([walk(FIRST, f"t{place}", level=3 - (place == 4)) for place in range(5)])
    other = cut_of(edited)
    assert first == same
    assert first.records == other.records
    assert first.hash != other.hash


@pytest.mark.parametrize(
    "change",
    [
        {"building": "s2"},
        {"on": FIRST - timedelta(days=1)},
        {"least": 20},
        {"left_out": {}},
        {"rule": "RT-2/2"},
        {"entries": ()},
        {"hash": "0" * 64},
    ],
)
def test_a_cut_that_does_not_fit_its_hash_cannot_be_built(change: dict[str, Any]) -> None:
    """RT-2: neither a copy nor a stored document with another content passes for the cut."""
    made = cut_of(busy(2))
    assert refused(attrs.evolve, made, **change) == [("cut.hash", "hash")]
    text = interop.dumps(made)
    assert interop.loads(text, DataCut) == made
    assert refused(interop.loads, text.replace(made.entries[0].digest, "0" * 64), DataCut)


def test_a_cut_holds_each_record_once() -> None:
    """A repeated id and a repeated digest are refused."""
    for second in (CutRecord("w1", "b"), CutRecord("w2", "a")):
        entries = (CutRecord("w1", "a"), second)
        assert refused(DataCut, building=SCHOOL, on=FIRST, least=30, entries=entries) == [
            ("cut.repeated", "entries")
        ]


def test_a_cut_cannot_be_changed() -> None:
    """RT-2: neither its fields nor what it counts can be written to."""
    made = cut_of(busy(2))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        made.hash = "x"  # type: ignore[misc]  # that it cannot be set is the point
    with pytest.raises(TypeError):
        made.left_out["x"] = 1  # type: ignore[index]  # likewise


def test_a_table_without_buildings_is_cut_whole() -> None:
    """Where no record names a building all records are the school's."""
    assert len(cut_of(table_of([walk(FIRST, building=None)]))) == 1


def test_a_cut_of_nothing_is_empty() -> None:
    """A school without records has a cut without records, which nothing can change."""
    made = cut_of(busy(2), after=FIRST)
    assert (len(made), made.records, made.below_count) == (0, (), True)
    assert check_cut(made, busy(2)).unchanged


def test_missing_and_changed_records_are_named_and_no_value_with_them() -> None:
    """RT-2: a lost record, a changed rating and a changed fact are told by id; later records are passed over."""
    records = [walk(FIRST, f"t{place}") for place in range(4)]
    made = cut_of(table_of(records))
    kept, lost, rated, moved = records
    now = [
        kept,
        walk(FIRST, "t2", level=1),
        walk(FIRST, "t3", minutes=12.0),
        walk(FIRST + timedelta(days=1), "t8"),
    ]
    found = check_cut(made, table_of(now))
    assert found == CutCheck(
        missing=(lost.id,), changed=tuple(sorted((rated.id, moved.id))), erased=0, still_held=()
    )
    assert not found.unchanged
    assert interop.loads(interop.dumps(found), CutCheck) == found
    assert check_cut(made, table_of(records)).unchanged
    assert not check_cut(made, table_of(now[:1])).unchanged


def test_a_cut_is_checked_against_a_larger_table() -> None:
    """RT-2: records, items and columns that came later leave the digests of the earlier ones as they are."""
    early = busy(3)
    late = table_of([walk(FIRST + timedelta(days=9), "t9", period="first", look_fors=["wait-time"])])
    assert check_cut(cut_of(early), concat([late, early])).unchanged


def test_an_erased_record_leaves_a_hash_that_verifies() -> None:
    """Erasure: the id is gone from every part, the number and the hash stay, in whatever order it happened."""
    made = cut_of(busy(4))
    first, second, *_ = made.records
    once = less(made, first)
    assert (len(once), once.hash) == (4, made.hash)
    assert first not in repr(once)
    assert first not in interop.dumps(once)
    stone = once.tombstones[0]
    assert (stone.on, stone.reason) == (ERASED, "retention")
    assert interop.loads(interop.dumps(once), DataCut) == once
    assert less(once, second) == less(made, second, first)


def test_an_erased_record_that_is_still_in_the_table_is_told() -> None:
    """Erasure: what the host forgot to erase from its table is named, what it erased is no missing record."""
    records = [walk(FIRST, f"t{place}") for place in range(3)]
    gone = records[1]
    less_one = less(cut_of(table_of(records)), gone.id)
    assert check_cut(less_one, table_of(records)) == CutCheck(
        missing=(), changed=(), erased=1, still_held=(gone.id,)
    )
    rest = check_cut(less_one, table_of([records[0], records[2]]))
    assert (rest.unchanged, rest.still_held) == (True, ())


def test_only_what_a_cut_holds_can_be_erased() -> None:
    """Erasure: an unknown record, or one that was erased before, is refused."""
    made = cut_of(busy(2))
    once = less(made, made.records[0])
    for record in ("w9", made.records[0]):
        with pytest.raises(UnknownCode):
            less(once, record)


def test_the_policy_of_the_day_stays_with_the_cut() -> None:
    """RT-3: what counted as few is told by the policy the cut was made with."""
    assert not cut_of(busy(5), policy=Policy(review_count=5)).below_count

"""Laws of the observation table: one table for one set of ratings, and summaries that nothing hides."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import fmean
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilr.base import FrozenMap, Lineage, LineageKind, Policy, Roster, SchoolCalendar, Window
from ilr.continuum import LevelScale
from ilr.forms import (
    AnswerState,
    Form,
    Item,
    LessonPart,
    Outcome,
    Purpose,
    VisitMode,
    Walkthrough,
    form,
    migrate,
)
from ilr.observation import (
    MISSING_KINDS,
    USES,
    ObservationTable,
    Slot,
    concat,
    conversion,
    read_lines,
    rolling_coverage,
    spread_of_lesson_parts,
    spread_of_modes,
    spread_of_periods,
    write_lines,
)
from ilr.observation._summaries import cell_rates
from ilr.testing import strategies as made

law = settings(deadline=None, max_examples=40)

ITEMS = ("a", "b")
FACTS = ("visit", "teacher", "observer", "segment", "date", "minutes", "district")
KEYS: dict[str, Any] = {
    "visit": "visit",
    "teacher": "teacher",
    "observer": "observer",
    "segment": "segment",
    "date": "date",
    "minutes": "minutes",
    "dimensions": ["district"],
}
SCALE = LevelScale.numbered(4, half_levels=True, fidelity=3)
ROWS = made.rating_rows(items=ITEMS, levels=SCALE.codes)
Rows = list[dict[str, Any]]


def columns(rows: Rows) -> dict[str, list[Any]]:
    """Rows as columns."""
    return {name: [row[name] for row in rows] for name in rows[0]}


def long(rows: Rows, make: Callable[[dict[str, list[Any]]], Any] = dict, **options: Any) -> ObservationTable:
    """The table of long rows in some frame."""
    given: dict[str, Any] = {"scales": SCALE, **KEYS, **options}
    return ObservationTable.from_frame(make(columns(rows)), item="item", level="level", **given)


def widened(rows: Rows) -> Rows:
    """A row a record, with a column an item."""
    records: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        record = records.setdefault(tuple(row[name] for name in FACTS), {name: row[name] for name in FACTS})
        record[row["item"]] = row["level"]
    return list(records.values())


FRAMES: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "mapping": dict,
    "pandas": pd.DataFrame,
    "polars": lambda data: pl.DataFrame(data, strict=False),
    "pyarrow": pa.table,
    "category": lambda data: pd.DataFrame(data).astype({"visit": "category", "observer": "category"}),
    "categorical": lambda data: pl.DataFrame(data, strict=False).with_columns(
        pl.col("visit", "teacher").cast(pl.Categorical)
    ),
    "dictionary": lambda data: pa.table(
        {name: pa.array(column).dictionary_encode() for name, column in data.items()}
    ),
}
LEVELS: dict[str, Callable[[Any], Any]] = {
    "number": lambda level: level,
    "text": lambda level: None if level is None else f"{level}",
    "decimal": lambda level: None if level is None else float(level),
}


@pytest.mark.parametrize("written", LEVELS)
@pytest.mark.parametrize("frame", FRAMES)
@settings(deadline=None, max_examples=15)
@given(rows=ROWS, random=st.randoms())
def test_long_and_wide_frames_are_one_table(frame: str, written: str, rows: Rows, random: Any) -> None:
    """Whatever package, order of rows and way of writing levels: the same ratings, the same table."""
    expected = long(rows)
    rows = [{**row, "level": LEVELS[written](row["level"])} for row in rows]
    random.shuffle(rows)
    assert long(rows, FRAMES[frame]) == expected
    wide = FRAMES[frame](columns(widened(rows)))
    assert ObservationTable.from_frame(wide, **KEYS, items=ITEMS, scales=SCALE) == expected
    assert ObservationTable.from_frame(wide, **KEYS, items=tuple(reversed(ITEMS)), scales=SCALE) == expected


@law
@given(made.rating_rows(items=ITEMS, marks=(None, "no", "na")))
def test_nothing_is_dropped(rows: Rows) -> None:
    """Every cell is a level or is counted as a kind of missing."""
    kinds = {"no": "not observed", "na": "not applicable"}
    table = long(rows, scales=LevelScale.numbered(4), missing=kinds)
    counts: dict[int, int] = defaultdict(int)
    for row in rows:
        counts[
            MISSING_KINDS[kinds.get(row["level"], "unanswered")] if type(row["level"]) is not int else 0
        ] += 1
    for kind, mark in MISSING_KINDS.items():
        assert np.count_nonzero(table.level == mark) == counts[mark], kind
    assert table.n_ratings == counts[0]
    assert len(table.level) == len(rows)
    assert len(table) == len({(row["visit"], row["segment"], row["observer"]) for row in rows})


@law
@given(ROWS, st.data())
def test_every_planted_defect_is_told_without_a_cell(rows: Rows, data: st.DataObject) -> None:
    """Undeclared levels, unreadable days and missing ids are told row by row, all in one error."""
    kinds = {
        "level": ("SECRET", "rating.level", ".level"),
        "date": ("SECRET", "rating.date", ".date"),
        "teacher": (" ", "rating.teacher", ""),
        "observer": (None, "rating.observer", ""),
        "visit": (None, "rating.visit", ""),
        "item": (None, "rating.item", ".item"),
    }
    places = st.sampled_from(range(len(rows)))
    planted = data.draw(st.dictionaries(places, st.sampled_from(list(kinds)), min_size=1))
    broken = [dict(row) for row in rows]
    for place, name in planted.items():
        broken[place][name] = kinds[name][0]
    with pytest.raises(ValueError, match="ObservationTable") as raised:
        long(broken)
    problems = {(one.code, one.path) for one in raised.value.problems}  # type: ignore[attr-defined]  # of InvalidInput
    expected = {(kinds[name][1], f"rows[{place}]{kinds[name][2]}") for place, name in planted.items()}
    assert expected <= problems
    assert {code for code, _ in problems - expected} <= {"record.varies"}
    assert "SECRET" not in str(raised.value)


def naive_means(rows: Rows, by: str, within: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """Means of means in nested dictionaries."""

    def mean(chosen: Rows, names: tuple[str, ...]) -> float:
        if not names:
            return fmean(float(row["level"]) for row in chosen)
        parts: dict[Any, Rows] = defaultdict(list)
        for row in chosen:
            parts[row[names[0]]].append(row)
        return fmean(mean(part, names[1:]) for part in parts.values())

    cells: dict[tuple[str, str], Rows] = defaultdict(list)
    for row in rows:
        if row["level"] is not None:
            cells[row[by], row["item"]].append(row)
    found: dict[str, dict[str, float]] = {row[by]: {} for row in rows}
    for (group, item), chosen in cells.items():
        found[group][item] = mean(chosen, within)
    return found


@law
@given(
    ROWS,
    st.sampled_from(["teacher", "district", "visit"]),
    st.lists(st.sampled_from(["visit", "segment", "observer"]), unique=True).map(tuple),
)
def test_means_are_means_of_means(rows: Rows, by: str, within: tuple[str, ...]) -> None:
    """The table gives what averaging level by level gives, and nothing for who has no level."""
    within = tuple(name for name in within if name != by)
    found = long(rows).means(by, within=within)
    expected = naive_means(rows, by, within)
    assert set(found) == set(expected)
    for group, means in expected.items():
        assert dict(found[group]) == pytest.approx(means)


@law
@given(ROWS, st.sampled_from(SCALE.codes))
def test_rates_are_plain_counts(rows: Rows, mark: float) -> None:
    """The share of an item is the number at or above the level over the number that has one."""
    rates = long(rows).rates(at_least=mark, by="district")
    for share in rates:
        levels = [
            row["level"]
            for row in rows
            if row["item"] == share.item and row["district"] == share.group and row["level"] is not None
        ]
        estimate = share.estimate
        assert estimate.n["ratings"] == len(levels)
        if levels:
            assert estimate.value == pytest.approx(sum(level >= mark for level in levels) / len(levels))
            assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
        else:
            assert estimate.undefined is not None


def pairs_of(rows: Rows, item: str) -> list[tuple[float, float]]:
    """Every pair of levels that two observers gave one segment of a visit, weighed as agreement does."""
    units: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in rows:
        if row["item"] == item and row["level"] is not None:
            units[row["visit"], row["segment"]].append(float(row["level"]))
    return [
        (sum(left == right for left in levels for right in levels) - len(levels), len(levels))
        for levels in units.values()
        if len(levels) > 1
    ]


@law
@given(ROWS)
def test_exact_agreement_is_the_share_of_agreeing_pairs(rows: Rows) -> None:
    """Each segment that two or more observers rated counts alike, with the share of its agreeing pairs."""
    table = long(rows).agreement()
    for row in table:
        units = pairs_of(rows, row.item)
        if units:
            expected = fmean(same / (n * (n - 1)) for same, n in units)
            assert row.exact.value == pytest.approx(expected)
            assert row.adjacent.value >= row.exact.value - 1e-12
        else:
            assert row.exact.undefined is not None


@law
@given(ROWS)
def test_observers_are_connected_by_shared_visits_alone(rows: Rows) -> None:
    """Groups of observers are the parts of the graph of shared visits."""
    groups: list[set[str]] = []
    together: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        together[row["visit"]].add(row["observer"])
    for observers in together.values():
        touching = [group for group in groups if group & observers]
        groups = [group for group in groups if not group & observers] + [observers.union(*touching)]
    found = long(rows).disconnected()
    assert set(found) == {frozenset(group) for group in groups}
    assert list(found) == sorted(found, key=min)


def rebuilt(rows: Rows, keep: Callable[[dict[str, Any]], bool]) -> ObservationTable | None:
    """The table of the rows that are kept, or None where there are none."""
    kept = [row for row in rows if keep(row)]
    return long(kept) if kept else None


@law
@given(ROWS, st.data())
def test_selecting_then_summing_up_is_summing_up_the_selected(rows: Rows, data: st.DataObject) -> None:
    """A selection of the table and the table of the selected rows say the same."""
    table = long(rows)
    observers = data.draw(st.sets(made.ids("o", most=4), min_size=1))
    start = data.draw(made.days(date(2026, 9, 1), date(2026, 10, 1)))
    window = Window(start, start + timedelta(days=20))
    district = data.draw(st.sampled_from(["north", "south"]))
    for chosen, kept in (
        (table.where(district=district), rebuilt(rows, lambda row: row["district"] == district)),
        (table.where(observer=observers), rebuilt(rows, lambda row: row["observer"] in observers)),
        (table.between(window.start, window.end), rebuilt(rows, lambda row: row["date"] in window)),
    ):
        assert len(chosen) == (len(kept) if kept else 0)
        if kept is None:
            continue
        assert chosen.ids == kept.ids
        assert chosen.means("teacher", within=("visit",)) == kept.means("teacher", within=("visit",))
        assert chosen.rates(by="district").rows == kept.rates(by="district").rows
        assert chosen.agreement().rows == kept.agreement().rows
        assert chosen.visits() == kept.visits()
        assert chosen.disconnected() == kept.disconnected()
        assert chosen.contributions(["district"]) == kept.contributions(["district"])
        assert chosen.teachers() == kept.teachers()


@law
@given(ROWS)
def test_contributions_add_up_to_the_records(rows: Rows) -> None:
    """Over all cells each record of a single teacher is counted once."""
    table = long(rows)
    cells = table.contributions(["district", "segment"])
    assert sum(count for cell in cells.values() for count in cell.values()) == len(table)


@law
@given(ROWS, st.sets(made.ids("o", most=4)), st.sets(st.sampled_from(ITEMS)))
def test_ratings_fall_away_by_observer_and_item(rows: Rows, observers: set[str], items: set[str]) -> None:
    """What is not allowed is counted, and kept with what remains makes the whole."""
    table = long(rows)
    kept = table.rated_where(lambda who, item, _: who in observers and item in items, reason="x")
    assert kept.n_ratings + kept.left_out.get("x", 0) == table.n_ratings
    assert kept.ids == table.ids
    expected = [row for row in rows if row["observer"] in observers and row["item"] in items]
    assert kept.n_ratings == sum(row["level"] is not None for row in expected)


FORM = form("talk", look_fors=["a"], scale=4)
CALENDAR = SchoolCalendar.weekdays(date(2026, 8, 24), date(2026, 11, 6))


@st.composite
def visits(draw: st.DrawFn) -> list[Walkthrough]:
    """Records of visits with one or more teachers and observers, short or with substitutes too."""
    records: list[Walkthrough] = []
    for number in range(draw(st.integers(0, 8))):
        day = draw(st.sampled_from(CALENDAR.instructional_days))
        facts: dict[str, Any] = {
            "teachers": draw(st.lists(made.ids("t", most=7), min_size=1, max_size=2, unique=True)),
            "visit": f"v{number}",
            "building": draw(st.sampled_from(["b1", "b2", None])),
            "outcome": draw(st.sampled_from([Outcome.HELD, Outcome.HELD, Outcome.SUBSTITUTE])),
            "purpose": draw(st.sampled_from([Purpose.WALKTHROUGH, Purpose.PILOT, Purpose.CALIBRATION])),
            "mode": draw(st.sampled_from([None, *VisitMode])),
            "period": draw(st.sampled_from([None, "1", "2", "3"])),
            "lesson_part": draw(st.sampled_from(LessonPart)),
        }
        at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        for observer in draw(st.lists(made.ids("o", most=3), min_size=1, unique=True)):
            minutes = draw(st.sampled_from([None, 1, 3, 20]))
            records.append(FORM.record(observer=observer, at=at, answers={"a": 1}, minutes=minutes, **facts))
    return records


@settings(deadline=None, max_examples=100)
@given(visits(), made.rosters(), st.randoms())
def test_coverage_is_what_a_plain_count_says(records: list[Walkthrough], roster: Roster, random: Any) -> None:
    """Visits, gaps and counts of each teacher follow from the records one by one, in any order."""
    window, policy = Window(date(2026, 9, 1), date(2026, 10, 31)), Policy()
    random.shuffle(records)
    found = ObservationTable.from_walkthroughs(records, forms=[FORM]).coverage(
        roster=roster, building="b1", window=window, calendar=CALENDAR, policy=policy
    )
    valid = [
        record
        for record in records
        if record.outcome is Outcome.HELD
        and record.purpose is not Purpose.CALIBRATION
        and record.building != "b2"
        and (record.minutes is None or record.minutes >= policy.visit_minutes)
        and record.at.date() in window
    ]
    teachers = roster.teachers("b1", window)
    days = CALENDAR.between(window.start, window.end)
    assert set(found.visits) == set(teachers)
    assert found.unknown == roster.unknown(id for record in valid for id in record.teachers)
    for teacher in teachers:
        own = roster.observable_days(teacher, "b1", days)
        seen = {
            (record.visit, record.at.date()) for record in valid if teacher in roster.persons(record.teachers)
        }
        expected = sorted(day for _, day in seen if day in own)
        assert list(found.visits[teacher]) == expected
        assert found.countable[teacher] == len(own)
        assert (teacher in found.gaps) == bool(own)
        marks = [-1, *(own.index(day) for day in expected), len(own)]
        if own:
            assert found.gaps[teacher] == max(later - earlier for earlier, later in pairwise(marks))
        for month, counts in zip(found.months, found.month_counts, strict=True):
            whole = sum(day in month for day in days)
            assert (teacher in counts) == (sum(day in month for day in own) >= min(10, whole))
            assert counts.get(teacher, 0) == (teacher in counts) * sum(day in month for day in expected)
    counted = sum(len(counts) for counts in found.month_counts)
    assert counted + found.skipped_months == len(teachers) * len(found.months)


@settings(deadline=None, max_examples=100)
@given(visits(), made.rosters(), st.integers(1, 30), st.integers(0, 2))
def test_rolling_coverage_is_what_looking_at_every_window_says(
    records: list[Walkthrough], roster: Roster, days: int, least: int
) -> None:
    """Each full window of each teacher is looked at, and those with a day of absence are counted apart."""
    window = Window(date(2026, 9, 1), date(2026, 10, 31))
    coverage = ObservationTable.from_walkthroughs(records, forms=[FORM]).coverage(
        roster=roster, building="b1", window=window, calendar=CALENDAR, policy=Policy()
    )
    found = rolling_coverage(coverage, roster=roster, calendar=CALENDAR, days=days, least=least)
    school = CALENDAR.between(window.start, window.end)
    runs = [school[start : start + days] for start in range(len(school) - days + 1)]
    answers: list[list[bool]] = []
    for teacher, seen in coverage.visits.items():
        own = set(roster.observable_days(teacher, "b1", school))
        answers.append([sum(day in run for day in seen) >= least for run in runs if own.issuperset(run)])
    asked = [answer for answer in answers if answer]
    assert (found.met, found.teachers) == (sum(map(all, asked)), len(asked))
    assert found.unassessed == len(answers) - len(asked)
    assert found.windows == sum(map(len, answers))
    assert found.skipped == len(runs) * len(answers) - found.windows
    if least == 1:
        within = [gap <= days for teacher, gap in coverage.gaps.items() if coverage.countable[teacher]]
        assert found.skipped or found.met == sum(within)


@settings(deadline=None, max_examples=100)
@given(visits(), made.rosters(), st.randoms())
def test_no_measure_of_coverage_knows_the_order_of_records(
    records: list[Walkthrough], roster: Roster, random: Any
) -> None:
    """Gaps, months, rolling windows and bins are the same however the records come."""
    window, policy = Window(date(2026, 9, 1), date(2026, 10, 31)), Policy()

    def measures(given_records: list[Walkthrough]) -> tuple[Any, ...]:
        table = ObservationTable.from_walkthroughs(given_records, forms=[FORM])
        coverage = table.coverage(
            roster=roster, building="b1", window=window, calendar=CALENDAR, policy=policy
        )
        return (
            coverage,
            rolling_coverage(coverage, roster=roster, calendar=CALENDAR, days=10),
            spread_of_modes(table, [], window=window, policy=policy),
            spread_of_periods(table, periods=["1", "2"], policy=policy),
            spread_of_lesson_parts(table, policy=policy),
        )

    shuffled = list(records)
    random.shuffle(shuffled)
    assert measures(shuffled) == measures(records)


@settings(deadline=None, max_examples=100)
@given(visits(), st.data())
def test_bins_are_what_a_plain_count_says(records: list[Walkthrough], data: st.DataObject) -> None:
    """Each valid visit falls into one bin, that of its slot or else of its record."""
    policy = Policy()
    held = data.draw(st.sets(st.sampled_from([f"v{number}" for number in range(8)])))
    mode = data.draw(st.sampled_from(VisitMode))
    slots = [
        Slot(
            id=visit,
            building="b1",
            observer="o",
            day=CALENDAR.window.start,
            mode=mode,
            outcome=Outcome.HELD,
            visit=visit,
        )
        for visit in sorted(held)
    ]
    table = ObservationTable.from_walkthroughs(records, forms=[FORM])
    valid: dict[str, Walkthrough] = {}
    for record in sorted(records, key=lambda one: (one.visit, one.observer)):
        long_enough = record.minutes is None or record.minutes >= policy.visit_minutes
        sound = record.outcome is Outcome.HELD and record.purpose is not Purpose.CALIBRATION
        if long_enough and sound:
            valid.setdefault(record.visit, record)
    modes = Counter(record.mode for visit, record in valid.items() if visit not in held)
    modes[mode] += len(held)
    modes[VisitMode.RANDOM] += modes.pop(None, 0)
    found = spread_of_modes(table, slots, policy=policy)
    assert found.counts == {one.value: modes[one] for one in VisitMode}
    periods = spread_of_periods(table, periods=["1"], policy=policy)
    told = Counter(record.period for record in valid.values())
    assert periods.unknown == told.pop(None, 0)
    assert {**periods.counts} == {"1": told["1"], **told}
    parts = spread_of_lesson_parts(table, policy=policy)
    assert parts.visits == periods.visits == len(valid)
    assert all(
        parts.counts[part.value] == sum(record.lesson_part is part for record in valid.values())
        for part in LessonPart
        if part is not LessonPart.UNKNOWN
    )


@law
@given(ROWS, st.data())
def test_joined_tables_are_the_table_of_their_rows(rows: Rows, data: st.DataObject) -> None:
    """However records are dealt out to tables, joined they are the table of all rows."""
    records = sorted({tuple(row[name] for name in FACTS) for row in rows})
    dealt = dict(zip(records, data.draw(made_places(len(records))), strict=True))
    parts: dict[int, Rows] = defaultdict(list)
    for row in rows:
        parts[dealt[tuple(row[name] for name in FACTS)]].append(row)
    assert concat(long(part) for part in parts.values()) == long(rows)


def made_places(n: int) -> st.SearchStrategy[list[int]]:
    """A number of a table for each of so many records."""
    return st.lists(st.integers(0, 3), min_size=n, max_size=n)


@law
@given(visits(), st.data())
def test_joined_tables_of_records_are_the_table_of_the_records(
    records: list[Walkthrough], data: st.DataObject
) -> None:
    """Shared classes and pairs whose records come in several tables are joined alike."""
    parts: dict[int, list[Walkthrough]] = defaultdict(list)
    for record, place in zip(records, data.draw(made_places(len(records))), strict=True):
        parts[place].append(record)
    tables = [ObservationTable.from_walkthroughs(part, forms=[FORM]) for part in parts.values()]
    whole = ObservationTable.from_walkthroughs(records, forms=[FORM])
    assert concat([*tables, whole.where(visit=[])]) == whole


EARLIER = Form(
    id="f",
    items=tuple(Item(id=id, scale=LevelScale.numbered(4), look_for=id) for id in ("kept", "old", "mapped")),
)
LATER = Form(
    id="f",
    version="2.0.0",
    follows="1.0.0",
    items=(
        Item(id="kept", scale=LevelScale.numbered(4), look_for="kept"),
        Item(id="new", scale=LevelScale.numbered(4), look_for="old"),
        Item(id="mapped", scale=LevelScale.numbered(3), look_for="mapped"),
    ),
    lineage=(
        Lineage(kind=LineageKind.REWORDED, old=("old",), new=("new",)),
        Lineage(
            kind=LineageKind.RESCALED,
            old=("mapped",),
            new=("mapped",),
            levels=FrozenMap({"1": "1", "2": "2", "3": "2", "4": "3"}),
        ),
    ),
)


@law
@given(st.data())
def test_versions_in_a_table_are_records_migrated_to_the_newest(data: st.DataObject) -> None:
    """Joined by lineage in a table, in joined tables or by migration before: the same ratings."""
    records = []
    for number in range(data.draw(st.integers(1, 6))):
        used = data.draw(st.sampled_from([EARLIER, LATER]))
        answers = {
            item.id: data.draw(
                st.sampled_from([*item.codes, AnswerState.NOT_OBSERVED, AnswerState.UNANSWERED])
            )
            for item in used
        }
        at = datetime(2026, 9, 1 + number, 9, tzinfo=UTC)
        records.append(used.record(teachers=["t"], observer="o", at=at, visit=f"v{number}", answers=answers))
    forms = data.draw(st.permutations([EARLIER, LATER]))
    joined = ObservationTable.from_walkthroughs(records, forms=forms)
    moved = [
        migrate(record, of=EARLIER, to=LATER).walkthrough if record.form == EARLIER.ref else record
        for record in records
    ]
    migrated = ObservationTable.from_walkthroughs(moved, forms=[LATER])
    assert set(joined.items) == {"kept", "new", "mapped"}
    assert (joined.items, joined.scales, joined.ids) == (migrated.items, migrated.scales, migrated.ids)
    assert joined.values().tolist() == pytest.approx(migrated.values().tolist(), nan_ok=True)
    assert joined.level.tolist() == migrated.level.tolist()
    alone = [
        ObservationTable.from_walkthroughs([record], forms=[EARLIER if record.form == EARLIER.ref else LATER])
        for record in records
    ]
    whole = concat(alone, forms=forms)
    assert whole == joined


@law
@given(visits())
def test_records_and_their_lines_are_one_table(records: list[Walkthrough]) -> None:
    """Records come back from lines as they were, and make the same table."""
    lines = list(write_lines(records))
    assert list(read_lines(lines)) == records
    assert ObservationTable.from_walkthroughs(
        read_lines(lines), forms=[FORM]
    ) == ObservationTable.from_walkthroughs(records, forms=[FORM])


@law
@given(visits(), st.data())
def test_conversion_is_what_a_plain_count_says(records: list[Walkthrough], data: st.DataObject) -> None:
    """A visit counts when some use of it comes on its day or within so many days of school."""
    policy = Policy(conversion_days=data.draw(st.integers(1, 12)))
    names = st.sampled_from([f"v{number}" for number in range(9)])
    uses = data.draw(
        st.lists(st.tuples(names, made.days(date(2026, 8, 20), date(2026, 11, 9)), st.sampled_from(USES)))
    )
    table = ObservationTable.from_walkthroughs(records, forms=[FORM])
    as_of = data.draw(made.days(date(2026, 8, 20), date(2026, 11, 9)))
    random = data.draw(st.randoms())
    found = conversion(table, uses, as_of=as_of, calendar=CALENDAR, policy=policy)
    random.shuffle(records)
    random.shuffle(uses)
    again = ObservationTable.from_walkthroughs(records, forms=[FORM])
    assert conversion(again, uses, as_of=as_of, calendar=CALENDAR, policy=policy) == found
    valid = {
        record.visit: record.at.date()
        for record in records
        if record.outcome is Outcome.HELD
        and record.purpose is not Purpose.CALIBRATION
        and (record.minutes is None or record.minutes >= policy.visit_minutes)
    }
    over = {
        visit
        for visit, day in valid.items()
        if day <= as_of and CALENDAR.days_after(day, as_of) >= policy.conversion_days
    }
    told = [(visit, day, use) for visit, day, use in uses if visit in valid and day <= as_of]
    in_time = [
        (visit, use)
        for visit, day, use in told
        if day >= valid[visit] and CALENDAR.days_after(valid[visit], day) <= policy.conversion_days
    ]
    assert (found.visits, found.pending) == (len(over), len(valid) - len(over))
    assert found.used == len({visit for visit, _ in in_time if visit in over})
    counts = [len({one for one, kind in in_time if kind == use and one in over}) for use in USES]
    assert [found.released, found.coached, found.decided] == counts
    assert found.strange == sum(visit not in valid for visit, _, _ in uses)
    assert found.out_of_time == len(told) - len(in_time)
    assert found.later == len(uses) - found.strange - len(told)


def label_of(row: dict[str, Any], by: str | None) -> str | None:
    """The group of a row as a summary calls it."""
    day: date | None = row["date"]
    if by is None:
        return None
    if by in ("week", "month"):
        if day is None:
            return "(unknown)"
        return str(day.replace(day=1) if by == "month" else day - timedelta(days=day.weekday()))
    return "(unknown)" if row[by] is None else str(row[by])


@law
@given(ROWS, st.sampled_from([None, "district", "observer", "segment", "week", "month"]))
def test_shares_count_what_a_loop_over_the_rows_counts(rows: Rows, by: str | None) -> None:
    """In every group and item the counts of levels, visits, observations and teachers are the plain ones."""
    table = long(rows)
    spread, rates = table.level_shares(by=by), table.rates(by=by)
    assert {share.group for share in spread} == {label_of(row, by) for row in rows}
    for rate in rates:
        own = [row for row in rows if label_of(row, by) == rate.group and row["item"] == rate.item]
        given_levels = [row for row in own if row["level"] is not None]
        assert rate.estimate.n["ratings"] == len(given_levels)
        assert rate.estimate.n["visits"] == len({row["visit"] for row in given_levels})
        assert rate.estimate.n["observations"] == len(
            {(row["visit"], row["observer"]) for row in given_levels}
        )
        assert rate.estimate.n["teachers"] == len({row["teacher"] for row in given_levels})
        shares = spread.of(rate.item, rate.group)
        assert [share.level for share in shares] == list(SCALE.codes)
        for share in shares:
            hits = sum(row["level"] == share.level for row in given_levels)
            assert {**share.estimate.n, "effective": 0} == {**rate.estimate.n, "effective": 0}
            if given_levels:
                assert share.estimate.value == pytest.approx(hits / len(given_levels))
        above = [share.estimate.value for share in shares[SCALE.codes.index(3) :]]
        if given_levels:
            assert rate.estimate.value == pytest.approx(sum(above))


@law
@given(ROWS)
def test_cells_of_a_breakdown_are_those_of_the_records_chosen_one_by_one(rows: Rows) -> None:
    """What one pass finds in each cell and sum is what its records say when they are picked out."""
    table = long(rows)
    places = {
        "district": {str(row["district"] or "(unknown)"): 0 for row in rows},
        "segment": {
            label: at for at, label in enumerate(sorted({str(label_of(row, "segment")) for row in rows}))
        },
    }
    found = cell_rates(table, places, at_least=None)
    for label, at in places["segment"].items():
        part = table.where(segment=label)
        expected = tuple(rate for rate in part.rates() if rate.estimate.undefined is None)
        assert found.get((0, at), ()) == expected

"""Summaries: shares with their doubt, what changed, in groups that may be told, and the chart."""

from __future__ import annotations

import itertools
import math
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from ilr import interop
from ilr.base import InvalidInput, Policy, UnknownCode
from ilr.continuum.lookfors import LevelScale
from ilr.cycles import ReviewSummary, changes, group_changes, summarise, trend
from ilr.disclosure import Published, publish
from ilr.observation import ObservationTable, Rate
from ilr.stats import proportions
from ilr.testing import synthetic

SCALE = LevelScale.numbered(4, fidelity=3)
MONDAY = date(2026, 9, 7)


def table_of(rows: list[tuple[str, date | None, int | None]], **more: Any) -> ObservationTable:
    """Ratings of one look-for: teacher, day and level."""
    return ObservationTable.from_frame(
        {
            "visit": [f"v{place}" for place in range(len(rows))],
            "teacher": [row[0] for row in rows],
            "observer": ["o"] * len(rows),
            "day": [row[1] for row in rows],
            "wait-time": [row[2] for row in rows],
            **more,
        },
        visit="visit",
        teacher="teacher",
        observer="observer",
        date="day",
        items=["wait-time"],
        scales=SCALE,
        dimensions=tuple(more),
    )


def period(first: date, levels: list[int], teachers: int = 10) -> list[tuple[str, date | None, int | None]]:
    """One rating a day, of one teacher after the other."""
    return [
        (f"t{place % teachers}", first + timedelta(days=place), level) for place, level in enumerate(levels)
    ]


LOW, HIGH = [1, 2, 3, 2] * 10, [3, 4, 3, 2] * 10


def test_a_change_is_the_difference_of_the_shares_on_effective_numbers() -> None:
    """Newcombe's interval of the later less the earlier share, on what clustering leaves of n."""
    before, after = table_of(period(MONDAY, LOW)), table_of(period(MONDAY, HIGH))
    (change,) = changes(before, after)
    old, new = before.rates().of("wait-time").estimate, after.rates().of("wait-time").estimate
    n1, n2 = new.n["effective"], old.n["effective"]
    expected = proportions.newcombe_difference(new.value * n1, n1, old.value * n2, n2)
    assert (change.before, change.after) == (old, new)
    assert change.difference.value == pytest.approx(0.5)
    assert (change.difference.low, change.difference.high) == (expected.low, expected.high)
    assert change.difference.n == {"effective_before": n2, "effective_after": n1}
    assert (change.item, change.at_least, change.direction) == ("wait-time", 3, "more")
    assert str(change).startswith("wait-time: more, 0.500 [")


def test_a_change_may_go_down_or_stay_open() -> None:
    """Fewer where the whole interval lies below 0; cannot tell where it holds 0."""
    low, high = table_of(period(MONDAY, LOW)), table_of(period(MONDAY, HIGH))
    assert changes(high, low)[0].direction == "fewer"
    assert changes(low, low)[0].direction == "cannot tell"
    assert changes(low, high, at_least=1)[0].difference.value == 0
    assert changes(low, high, level=0.8)[0].difference.level == 0.8


def test_periods_that_asked_something_else_have_no_difference() -> None:
    """Another scale, or other versions behind an item, is told and not subtracted."""
    after = table_of(period(MONDAY, HIGH))
    rows = period(MONDAY, LOW)
    frame = {
        "visit": [f"v{place}" for place in range(len(rows))],
        "teacher": [row[0] for row in rows],
        "observer": ["o"] * len(rows),
        "wait-time": [row[2] for row in rows],
    }
    names: dict[str, Any] = {"visit": "visit", "teacher": "teacher", "observer": "observer"}
    five = ObservationTable.from_frame(
        frame, items=["wait-time"], scales=LevelScale.numbered(5, fidelity=3), **names
    )
    (change,) = changes(five, after)
    assert change.difference.undefined is not None
    assert change.difference.undefined.code == "PERIODS_NOT_COMPARABLE"
    assert change.direction == "cannot tell"
    other = ObservationTable.from_frame(
        {**{k: v for k, v in frame.items() if k != "wait-time"}, "pace": frame["wait-time"]},
        items=["pace"],
        scales=SCALE,
        **names,
    )
    (fresh,) = changes(other, after)
    assert fresh.difference.undefined is not None
    assert fresh.difference.undefined.code == "NO_OBSERVATIONS"
    assert fresh.before.undefined is not None


def test_a_period_without_ratings_has_no_difference() -> None:
    """Nothing is subtracted from nothing."""
    empty, full = table_of([("t1", MONDAY, None)]), table_of(period(MONDAY, HIGH))
    for pair in ((empty, full), (full, empty)):
        reason = changes(*pair)[0].difference.undefined
        assert reason is not None
        assert reason.code == "NO_OBSERVATIONS"


@cache
def halves() -> tuple[ObservationTable, ObservationTable]:
    """The two halves of the synthetic year."""
    district = synthetic.district(seed=7)
    table = ObservationTable.from_walkthroughs(
        district.walkthroughs, forms=[district.form], calendar=district.calendar
    )
    return table.between(date.min, date(2026, 12, 31)), table.between(date(2027, 1, 1), date.max)


def published(table: ObservationTable, by: str = "subject") -> Published:
    """The table as a district may see it."""
    return publish(table, by=[by], audience="district")


def test_groups_are_compared_from_what_both_tables_tell() -> None:
    """Each change is the difference of two told shares; a group or share that one hides has none."""
    before, after = (published(table) for table in halves())
    found = group_changes(before, after)
    assert found
    told = [
        {
            (cell.key, share.item): share
            for cell in table.told
            for share in cell.shares
            if isinstance(share, Rate)
        }
        for table in (before, after)
    ]
    assert [(one.key, one.change.item) for one in found] == [key for key in told[1] if key in told[0]]
    for one in found:
        key = (one.key, one.change.item)
        assert one.change.difference.value == pytest.approx(
            told[1][key].estimate.value - told[0][key].estimate.value
        )


def test_small_groups_have_no_change() -> None:
    """A team of two teachers that is hidden in one table is in no change."""
    rows = period(MONDAY, [2, 3] * 30, teachers=12)
    team = ["small" if place % 12 < 2 else "large" if place % 12 < 7 else "big" for place in range(len(rows))]
    table = table_of(rows, team=team)
    tables = publish(table, by=["team"], audience="district")
    assert tables.hidden
    keys = {one.key for one in group_changes(tables, tables)}
    assert ("small",) not in keys
    assert keys <= {cell.key for cell in tables.told}


def test_tables_of_other_columns_are_not_compared() -> None:
    """Groups of another kind have nothing in common."""
    before, after = halves()
    with pytest.raises(InvalidInput) as raised:
        group_changes(published(before), published(after, "grade"))
    assert raised.value.problems[0].code == "changes.columns"


def test_a_trend_has_a_point_a_week_and_gaps_where_nobody_was_seen() -> None:
    """Weeks between the first and the last without ratings are gaps, and days that nobody knows are left out."""
    weeks = [0, 1, 3]
    rows = [
        (f"t{place}", MONDAY + timedelta(days=7 * week + place), level)
        for week in weeks
        for place, level in enumerate([3, 3, 2, 1])
    ]
    table = table_of([*rows, ("t9", None, 4)])
    chart = trend(table, "wait-time")
    assert chart.values.tolist() == pytest.approx([0.5, 0.5, math.nan, 0.5], nan_ok=True)
    assert trend(table, "wait-time", at_least=2).values.tolist()[0] == 0.75
    assert trend(table, "wait-time", freeze=2).parts[0].baseline == 2
    assert trend(table, "wait-time", rules="3sigma").rules == "3sigma"


def test_a_trend_may_go_by_the_month() -> None:
    """A month has one point, from the first with ratings to the last, over the end of a year."""
    days = [date(2026, 11, 30), date(2026, 12, 1), date(2027, 2, 28)]
    table = table_of([("t1", day, level) for day, level in zip(days, [3, 2, 4], strict=True)])
    values = trend(table, "wait-time", every="month").values.tolist()
    assert values == pytest.approx([1.0, 0.0, math.nan, 1.0], nan_ok=True)


def test_a_trend_needs_a_rating_with_a_day() -> None:
    """Without one there is nothing to draw, and an unknown look-for is told as such."""
    with pytest.raises(InvalidInput) as raised:
        trend(table_of([("t1", None, 3)]), "wait-time")
    assert raised.value.problems[0].code == "trend.empty"
    with pytest.raises(UnknownCode):
        trend(table_of([("t1", MONDAY, 3)]), "pace")


def test_a_summary_holds_everything_a_review_reads() -> None:
    """Levels, shares, changes and groups stand beside the counts, and the whole goes out as JSON and comes back."""
    before, after = halves()
    summary = summarise(
        after,
        policy=Policy(),
        earlier=before,
        breakdowns=[published(after), published(after, "grade")],
        earlier_breakdowns=[published(before)],
    )
    assert summary.shares == after.rates()
    assert summary.levels == after.level_shares()
    assert summary.changes == changes(before, after)
    assert summary.group_changes == group_changes(published(before), published(after))
    assert (summary.observations, summary.teachers) == (len(after), after.count("teacher"))
    assert interop.loads(interop.dumps(summary), ReviewSummary) == summary


def test_a_summary_of_few_records_says_so() -> None:
    """RT-3: below P-REVN it is marked; without an earlier period nothing changed."""
    few, enough = table_of(period(MONDAY, HIGH[:29])), table_of(period(MONDAY, HIGH[:30]))
    assert [summarise(table, policy=Policy()).below_count for table in (few, enough)] == [True, False]
    assert summarise(few, policy=Policy()).changes == ()
    shares = itertools.groupby(summarise(few, policy=Policy()).levels, key=lambda share: share.item)
    assert all(sum(share.estimate.value for share in group) == pytest.approx(1) for _, group in shares)

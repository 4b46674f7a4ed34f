"""Shares of every teacher in every period: who counts where."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilr.base import InvalidInput, Person, Roster, SourceId, UnknownCode
from ilr.continuum.lookfors import LevelScale, LookFor, LookForSet
from ilr.forms import AnswerState, Form, Item
from ilr.observation import ObservationTable
from ilr.observation._panels import Panel, panel

SCALE = LevelScale.numbered(4, fidelity=3)
FORM = Form(
    id="talk",
    items=tuple(Item(id=id, label=id, scale=SCALE, look_for=id) for id in ("asking", "waiting")),
)
MONDAY = date(2026, 9, 7)
Seen = tuple[tuple[str, ...], date, int]


def table(*seen: Seen, item: str = "asking") -> ObservationTable:
    """Visits with the teachers, the day and the level of one item."""
    return ObservationTable.from_walkthroughs(
        [
            FORM.record(
                teachers=teachers,
                observer="o1",
                at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
                visit=f"v{place}",
                answers={item: level},
            )
            for place, (teachers, day, level) in enumerate(seen)
        ],
        forms=[FORM],
    )


def shares(found: Panel) -> list[list[float | None]]:
    """The shares with None where nobody was seen."""
    return [[None if math.isnan(one) else one for one in row] for row in found.shares.tolist()]


def of(found: ObservationTable, every: Literal["week", "month"] = "month", **options: Any) -> Panel:
    """The panel of the item."""
    return panel(found, "asking", **{"every": every, "at_least": None, "resolve": str, **options})


def test_periods_run_from_the_first_rating_to_the_last() -> None:
    """A month in which nobody was seen has its column, without a share."""
    found = of(
        table(
            (("t2",), date(2026, 9, 30), 3), (("t1",), date(2026, 9, 1), 2), (("t2",), date(2026, 11, 2), 4)
        )
    )
    assert found.teachers == ("t1", "t2")
    assert found.starts == (date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1))
    assert shares(found) == [[0.0, None, None], [1.0, None, 1.0]]


def test_weeks_begin_on_monday() -> None:
    """Sunday belongs to the week before it, Monday to the next."""
    days = [MONDAY + timedelta(days=step) for step in (0, 6, 7)]
    found = of(table(*((("t1",), day, 1 + 3 * (place == 1)) for place, day in enumerate(days))), "week")
    assert found.starts == (MONDAY, MONDAY + timedelta(days=7))
    assert shares(found) == [[0.5, 0.0]]


def test_a_co_taught_visit_counts_for_everyone_of_it() -> None:
    """Both teachers of a visit have its rating; a teacher who is named twice by two ids has it once."""
    roster = Roster(people=(Person(id="t1", also=(SourceId("sis", "t9"),)), Person(id="t2")))
    found = of(
        table(
            (("t1", "t2"), MONDAY, 4),
            (("t1", "t9"), MONDAY, 1),
            (("t9",), MONDAY, 1),
        ),
        resolve=roster.resolve,
    )
    assert found.teachers == ("t1", "t2")
    assert shares(found) == [[1 / 3], [1.0]]


def test_the_level_is_that_of_fidelity_or_as_asked() -> None:
    """By default a rating at the fidelity level counts; a level that the scale lacks is refused, and so is no item."""
    held = table((("t1",), MONDAY, 2), (("t1",), MONDAY, 3))
    assert shares(of(held)) == [[0.5]]
    assert shares(of(held, at_least=2)) == [[1.0]]
    assert shares(of(held, at_least=4)) == [[0.0]]
    with pytest.raises(InvalidInput) as refusal:
        of(held, at_least=5)
    assert [(one.code, one.path) for one in refusal.value.problems] == [("rate.level", "asking")]
    with pytest.raises(UnknownCode):
        panel(held, "listening", every="month", at_least=None, resolve=str)


def test_another_item_need_not_have_the_level() -> None:
    """The level is asked of the item alone, whatever scales stand beside it."""
    look_fors = LookForSet(
        id="two",
        version="1.0.0",
        look_fors=(
            LookFor(id="asking", title="Asks", scale=SCALE),
            LookFor(id="waiting", title="Waits", scale=LevelScale.numbered(3)),
        ),
        effective_from=MONDAY,
    )
    mixed = Form(
        id="mixed",
        items=tuple(Item(id=one.id, label=one.title, scale=one.scale, look_for=one.id) for one in look_fors),
        look_fors="two@1.0.0",
    )
    record = mixed.record(
        teachers=("t1",), observer="o1", at=datetime(2026, 9, 7, 9, tzinfo=UTC), answers={"asking": 4}
    )
    held = ObservationTable.from_walkthroughs([record], forms=[mixed])
    assert shares(of(held)) == shares(of(held, at_least=4)) == [[1.0]]


def test_other_items_and_states_are_no_ratings() -> None:
    """A teacher with ratings of other items alone, or not observed, is not in it."""
    at = datetime(2026, 9, 7, 9, tzinfo=UTC)
    told: list[dict[str, Any]] = [
        {"asking": 3},
        {"waiting": 3},
        {"asking": AnswerState.NOT_OBSERVED, "waiting": 3},
    ]
    walks = [
        FORM.record(teachers=(f"t{place}",), observer="o1", at=at, answers=answers)
        for place, answers in enumerate(told)
    ]
    assert of(ObservationTable.from_walkthroughs(walks, forms=[FORM])).teachers == ("t0",)
    nothing = of(table((("t1",), MONDAY, 3)).select(np.array([False])))
    assert (nothing.teachers, nothing.starts, nothing.shares.shape) == ((), (), (0, 0))
    assert nothing.place(MONDAY) == 0


def test_ratings_without_a_day_are_left_out() -> None:
    """Nobody can tell in which period they are."""
    rows = {
        "visit": ["v1", "v2"],
        "teacher": ["t1", "t2"],
        "observer": ["o", "o"],
        "item": ["asking"] * 2,
        "level": [3, 3],
        "on": [MONDAY, None],
    }
    held = ObservationTable.from_frame(
        rows,
        visit="visit",
        teacher="teacher",
        observer="observer",
        item="item",
        level="level",
        date="on",
        scales=SCALE,
    )
    assert len(held) == 2
    assert of(held).teachers == ("t1",)


def test_a_day_falls_to_the_first_period_that_begins_then_or_later() -> None:
    """The first of a month is in place, the second waits for the next month, and after the last there is none."""
    found = of(table((("t1",), date(2026, 9, 1), 3), (("t1",), date(2026, 11, 2), 3)))
    days = [date(2026, 8, 1), date(2026, 9, 1), date(2026, 9, 2), date(2026, 11, 1), date(2026, 11, 2)]
    assert [found.place(day) for day in days] == [0, 0, 1, 2, 3]


def test_shares_cannot_be_written_to() -> None:
    """The array is locked."""
    found = of(table((("t1",), MONDAY, 3)))
    with pytest.raises(ValueError, match="read-only"):
        found.shares[0, 0] = 0.5


SEEN = st.lists(
    st.tuples(
        st.lists(st.sampled_from(("t1", "t2", "t3")), min_size=1, max_size=3, unique=True).map(tuple),
        st.dates(date(2026, 12, 1), date(2027, 2, 20)),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=12,
)


@given(SEEN, st.sampled_from(("week", "month")))
def test_shares_are_what_loops_over_visits_find(seen: list[Seen], every: Literal["week", "month"]) -> None:
    """Each cell is the share of the teacher's ratings of the period, as counted one by one."""

    def period(day: date) -> date:
        return day.replace(day=1) if every == "month" else day - timedelta(days=day.weekday())

    plain: dict[tuple[str, date], list[bool]] = {}
    for teachers, day, level in seen:
        for teacher in teachers:
            plain.setdefault((teacher, period(day)), []).append(level >= 3)
    found = of(table(*seen), every)
    cells = {
        (teacher, start): share
        for teacher, row in zip(found.teachers, found.shares.tolist(), strict=True)
        for start, share in zip(found.starts, row, strict=True)
        if not math.isnan(share)
    }
    assert cells == {key: pytest.approx(float(Fraction(sum(hits), len(hits)))) for key, hits in plain.items()}
    assert found.starts[0] == min(period(day) for _, day, _ in seen)
    assert found.starts[-1] == max(period(day) for _, day, _ in seen)
    assert np.isnan(found.shares).sum() == found.shares.size - len(plain)

"""The synthetic district."""

from __future__ import annotations

import pytest

from ilr.base import InvalidInput
from ilr.forms import Outcome
from ilr.observation import ObservationTable
from ilr.testing import synthetic


def test_equal_seeds_give_equal_districts() -> None:
    """A seed tells the whole district, and another seed tells another."""
    first, same, other = (synthetic.district(seed, teachers=8, weeks=8) for seed in (5, 5, 6))
    assert first == same
    assert first != other


def test_it_draws_from_a_stream_that_does_not_change() -> None:
    """The first truths of seed 7 are the same on every platform and version."""
    truth = synthetic.district(7, teachers=4, weeks=8).truth
    assert list(truth.severity.values()) == [-0.114, -0.258, 0.097]


def test_too_small_districts_are_refused_at_once() -> None:
    """Too few teachers and too few weeks are told in one error."""
    with pytest.raises(InvalidInput) as caught:
        synthetic.district(1, teachers=2, weeks=3)
    assert [problem.path for problem in caught.value.problems] == ["teachers", "weeks"]


def test_records_belong_to_held_slots() -> None:
    """Every record names a visit of a held slot, and every held slot has a record."""
    district = synthetic.district(2, teachers=10, weeks=10)
    held = {slot.visit for slot in district.schedule if slot.held}
    assert {walk.visit for walk in district.walkthroughs} == held
    assert None not in held


def test_every_outcome_occurs_in_a_year() -> None:
    """A year has visits that were cancelled, met a substitute or an empty room."""
    district = synthetic.district(7)
    assert {slot.outcome for slot in district.schedule} == set(Outcome)


def test_severe_observers_rate_lower() -> None:
    """Over a year the most severe observer of a school gives lower levels than the most lenient."""
    district = synthetic.district(7)
    table = ObservationTable.from_walkthroughs(district.walkthroughs, forms=[district.form])
    severity = district.truth.severity
    means = table.means("observer", within=("visit",))
    mild, severe = min(severity, key=severity.__getitem__), max(severity, key=severity.__getitem__)
    of = {id: sum(means[id].values()) / len(means[id]) for id in (mild, severe)}
    assert of[mild] > of[severe]


def test_wait_time_grows_most() -> None:
    """The look-for with the largest true growth gains most between the terms."""
    district = synthetic.district(7)
    table = ObservationTable.from_walkthroughs(district.walkthroughs, forms=[district.form])
    autumn, spring = (
        table.between(term.window.start, term.window.end).rates() for term in district.calendar.terms
    )
    gains = {
        item: spring.of(item).estimate.value - autumn.of(item).estimate.value
        for item in district.truth.growth
    }
    assert max(gains, key=gains.__getitem__) == "wait-time"

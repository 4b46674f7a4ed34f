"""Cohorts by weeks since training: what is told, what is hidden, and how two of them differ."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from tests.cycles.number_talks import (
    EVENTS,
    FIRST,
    PILOT,
    SECOND,
    changed,
    records,
    trained,
    visits,
    with_visits,
)
from tests.progress.small_school import walk

from ilr.base import InvalidInput, UnknownCode
from ilr.cycles import Cohort, CohortCurves, PilotRecords, cohort_curves, cohort_difference
from ilr.disclosure import SUPPRESSED, BandedShare, Suppressed
from ilr.forms import Purpose, Walkthrough
from ilr.observation import Rate
from ilr.stats import Estimate, proportions


def mixed(cohort: Cohort, weeks: Sequence[int], *, every: int) -> list[Walkthrough]:
    """Visits of which all but every so many-th are at the level."""
    made: list[Walkthrough] = []
    for week in weeks:
        for place, teacher in enumerate(cohort.teachers):
            level = 1 if (week + place) % every == 0 else 3
            alone = attrs.evolve(cohort, teachers=(teacher,))
            made += visits(alone, [week], level=level)
    return made


def school(*, size: int = 6) -> PilotRecords:
    """Two cohorts whose shares lie well inside 0 and 1; the second of a size."""
    later = attrs.evolve(SECOND, teachers=SECOND.teachers[:size])
    return with_visits(
        [*mixed(FIRST, range(15), every=5), *mixed(later, range(7), every=3)],
        pilot=attrs.evolve(PILOT, cohorts=(FIRST, later)),
    )


def curves(held: PilotRecords, **options: Any) -> CohortCurves:
    """The curves of a pilot."""
    found = cohort_curves(held, **options)
    assert found is not None
    return found


def test_exposure_counts_from_the_training() -> None:
    """Two cohorts trained eight weeks apart stand beside each other in the same weeks since training."""
    found = curves(school())
    assert found.cohorts == ("first", "second")
    assert found.spans == ("01-04", "05-08", "09-12", "13-16")
    told = {(one.cohort, one.span) for one in found.told}
    assert {("first", "01-04"), ("second", "01-04"), ("second", "05-08")} <= told
    assert ("second", "09-12") not in {(one.cohort, one.span) for one in found}


def test_another_training_moves_a_teacher() -> None:
    """Exposure is each teacher's own: who was trained four weeks earlier stands in a later span."""
    early = changed(
        table=school().table,
        events=(*trained(FIRST, date(2026, 8, 6)), *EVENTS[6:]),
    )
    assert curves(early).spans[0] == "01-04"
    first = [one.span for one in curves(early) if one.cohort == "first" and one.look_for == "questioning"]
    assert first[0] == "05-08"


def test_a_point_has_its_interval_and_its_counts() -> None:
    """A told point shows share, interval, ratings and teachers."""
    point = curves(school()).at("questioning", "first", "01-04")
    assert isinstance(point.share, Rate)
    assert point.share.estimate.n["teachers"] == 6
    assert point.share.estimate.low < point.share.estimate.value < point.share.estimate.high
    assert str(point).endswith("24 ratings of 6 teachers")


def test_thin_arms_and_total_are_never_all_told() -> None:
    """With an arm of three teachers arms or total are told in each span, and never three numbers of three."""
    found = curves(school(size=3))
    for span in ("01-04", "05-08"):
        first, second, total = (
            found.at("questioning", cohort, span).share for cohort in ("first", "second", "(all)")
        )
        assert second is SUPPRESSED
        assert isinstance(first, Suppressed) or isinstance(total, Suppressed)
    assert "ARMS_HIDDEN" in [reason.code for reason in found.reasons]
    assert "hidden" in str(found.at("questioning", "second", "01-04"))
    assert "t9" not in repr(found)


def test_shares_near_one_are_bands() -> None:
    """Where all were at the level, nobody learns so."""
    found = curves(records())
    share = found.at("questioning", "first", "01-04").share
    assert isinstance(share, BandedShare)
    assert str(found.at("questioning", "first", "01-04")).endswith("at least 80%")
    assert all(
        isinstance(one.difference, Suppressed)
        for one in cohort_difference(found, "questioning", first="first", second="second")
    )


def test_the_difference_rests_on_effective_numbers() -> None:
    """It is Newcombe's interval of the two shares that are told, and hidden where one of them is."""
    found = curves(school())
    early, _, alone, _ = cohort_difference(found, "questioning", first="first", second="second")
    shares = [found.at("questioning", cohort, "01-04").share for cohort in ("first", "second")]
    pairs = []
    for share in shares:
        assert isinstance(share, Rate)
        n = share.estimate.n["effective"]
        pairs += [share.estimate.value * n, n]
    assert early.difference == proportions.newcombe_difference(*pairs)
    assert isinstance(early.difference, Estimate)
    assert early.difference.value > 0
    assert alone.difference is SUPPRESSED
    assert str(alone) == "questioning, weeks 09-12, first less second: hidden"


def test_what_cannot_be_placed_is_counted() -> None:
    """A visit of two cohorts, of somebody untrained, or before the training is left out and told."""
    day = SECOND.starts
    held = school()
    extra = [
        walk(day, ["t1", "t7"], hour=11, purpose=Purpose.PILOT),
        walk(day, ["t2", "outsider"], hour=11, purpose=Purpose.PILOT),
    ]
    walks = [*mixed(FIRST, range(15), every=5), *mixed(SECOND, range(7), every=3), *extra]
    found = curves(with_visits(walks, events=held.events))
    assert [dict(one.parameters) for one in found.reasons if one.code == "RECORDS_OUTSIDE_COHORTS"] == [
        {"n": 2}
    ]
    late = curves(
        changed(table=held.table, events=(*trained(FIRST, FIRST.starts + timedelta(days=7)), *EVENTS[6:]))
    )
    assert [dict(one.parameters) for one in late.reasons if one.code == "RECORDS_OUTSIDE_COHORTS"] == [
        {"n": 6}
    ]


def test_wider_spans_tell_more() -> None:
    """The width of a span and the audience are the caller's."""
    found = curves(school(), weeks=8, audience="district")
    assert found.spans == ("01-08", "09-16")
    assert found.published.audience == "district"
    assert found.id == found.published.id


@pytest.mark.parametrize("parts", [{"table": None}, {"events": None}, {"events": ()}])
def test_nothing_to_place_gives_nothing(parts: dict[str, Any]) -> None:
    """Without observations, events or training there are no curves."""
    assert cohort_curves(changed(**parts)) is None


def test_what_is_not_there_is_refused() -> None:
    """Unknown parts of the curves, and a span of nothing, are refused."""
    found = curves(school())
    for parts in (
        ("other", "first", "01-04"),
        ("questioning", "third", "01-04"),
        ("questioning", "first", "99"),
    ):
        with pytest.raises(UnknownCode):
            found.at(*parts)
    with pytest.raises(InvalidInput, match=r"cohorts\.weeks"):
        cohort_curves(records(), weeks=0)

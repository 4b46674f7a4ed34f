"""Every value of fidelity, stability, cadence and pilots goes out as JSON and comes back equal."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest
from tests.cycles.number_talks import FIRST, PILOT, changed, records
from tests.cycles.test_cohorts import school
from tests.cycles.test_stability import STEADY

from ilr import cycles, interop
from ilr.base import Policy
from ilr.cycles import LadderReview, ShareCount

POLICY = Policy()


@cache
def values() -> dict[str, Any]:
    """One value of each kind, hidden and undefined ones among them."""
    curves, thin = (cycles.cohort_curves(held) for held in (school(), school(size=3)))
    assert curves is not None
    assert thin is not None
    told, _, hidden, _ = cycles.cohort_difference(curves, "questioning", first="first", second="second")
    review = LadderReview(ShareCount(28, 30), concern=True)
    return {
        "count": ShareCount(20.5, 30.25),
        "fidelity": cycles.fidelity(ShareCount(25, 30), policy=POLICY),
        "fidelity of nothing": cycles.fidelity(ShareCount(0, 0), policy=POLICY),
        "stability": cycles.stabilised([*STEADY, None], policy=POLICY),
        "stability of nothing": cycles.stabilised([], policy=POLICY),
        "slow drift": cycles.slow_drift([*STEADY, *STEADY]),
        "check": review,
        "rung": cycles.climb(None, LadderReview(ShareCount(28, 30)), policy=POLICY),
        "fallen": cycles.climb(None, review, policy=POLICY),
        "next check": cycles.next_check(3.5, policy=POLICY),
        "next days": cycles.next_days(
            date(2026, 10, 5), weeks=8, reviewed_on=date(2026, 9, 28), policy=POLICY
        ),
        "pilot": PILOT,
        "cohort": FIRST,
        "records": records(),
        "permit": cycles.may_lengthen(records().stability(), policy=POLICY),
        "answer": cycles.teachers_take_part(changed(involvement=None)),
        "curves": curves,
        "thin curves": thin,
        "point": curves.at("questioning", "first", "01-04"),
        "hidden point": thin.at("questioning", "second", "01-04"),
        "band": next(iter(cycles.cohort_curves(records()) or [])),
        "difference": told,
        "hidden difference": hidden,
    }


@pytest.mark.parametrize("name", values())
def test_it_comes_back_equal(name: str) -> None:
    """A value equals the one read from its document, and writes the same document again."""
    value = values()[name]
    text = interop.dumps(value)
    again = interop.loads(text, type(value))
    assert again == value
    assert interop.dumps(again) == text


def test_what_is_hidden_is_not_in_the_document() -> None:
    """The document of curves with a thin arm holds no number of that arm and no id of a teacher."""
    text = interop.dumps(values()["thin curves"])
    assert '"suppressed": true' in text
    assert not any(f'"{teacher}"' in text for one in PILOT.cohorts for teacher in one.teachers)

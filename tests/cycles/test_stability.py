"""Series of shares: what has settled, what has not, what nobody can tell, and what slips slowly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from tests.progress.small_school import DAYS, table_of, walk

from ilr.base import InvalidInput, Policy
from ilr.cycles import ShareCount, Stability, series_of, slow_drift, stabilised
from ilr.forms import FidelityEvidence

POLICY = Policy()


def counts(*reached: float | None, of: float = 30) -> list[ShareCount | None]:
    """A series of so many observations a week."""
    return [None if one is None else ShareCount(one, of) for one in reached]


def settled(series: Sequence[ShareCount | None]) -> Stability:
    """Whether a series has settled."""
    return stabilised(series, policy=POLICY)


STEADY = counts(24, 23, 25, 24, 25, 23, 24, 25, 23, 24, 23, 25)


def codes(found: Stability) -> list[str]:
    """The codes of the reasons."""
    return [reason.code for reason in found.reasons]


def test_three_things_make_a_settled_series() -> None:
    """Twelve points, no signal and halves alike settle it."""
    found = settled(STEADY)
    assert (found.outcome, found.settled) == ("yes", True)
    assert codes(found) == ["SERIES_POINTS", "NO_SIGNAL", "HALVES_ALIKE"]
    assert found.points == 12


def test_too_few_points_cannot_tell() -> None:
    """Eleven weeks tell nothing, however alike, unless ten of them lie off the centre."""
    found = settled(counts(*[24] * 11))
    assert (found.outcome, found.settled, found.useful) == ("cannot tell", None, 0)
    assert codes(found)[0] == "SERIES_SHORT"
    assert settled(STEADY[:11]).outcome == "cannot tell"
    ten = counts(*[24, 25] * 5, of=60)
    assert settled(ten).useful == 10
    assert settled(ten).outcome == "yes"


def test_the_absence_of_a_signal_is_not_stability() -> None:
    """Twelve quiet points of few observations each leave the halves in doubt."""
    found = settled(counts(*[4, 5] * 6, of=6))
    assert not found.signals
    assert (found.outcome, codes(found)[-1]) == ("cannot tell", "HALVES_UNSURE")


@pytest.mark.parametrize(
    ("series", "rule"),
    [
        (counts(*[24, 23, 25] * 4, 10), "3sigma"),
        (counts(*[20, 21] * 6, *[23, 24] * 6), "anhoej.run"),
    ],
)
def test_a_signal_is_no_stability(series: list[ShareCount | None], rule: str) -> None:
    """A point outside the frozen limits, or a run beside the frozen centre, says no."""
    found = settled(series)
    assert (found.outcome, found.settled) == ("no", False)
    assert rule in {signal.rule for signal in found.signals}
    assert "SERIES_SIGNAL" in codes(found)
    assert "signal of" in str(found)


def test_halves_that_differ_are_no_stability() -> None:
    """A rise that the limits of all points would swallow shows in the halves."""
    found = settled(counts(12, 12, 12, 12, 12, 12, 24, 24, 24, 24, 24, 24))
    assert codes(found)[-1] == "HALVES_APART"
    assert found.outcome == "no"
    assert found.difference.value == pytest.approx(0.4)


def test_a_fall_is_apart_as_well() -> None:
    """The later half may lie below the earlier."""
    found = settled(counts(24, 24, 24, 24, 24, 24, 12, 12, 12, 12, 12, 12))
    assert (found.outcome, codes(found)[-1]) == ("no", "HALVES_APART")


def test_gaps_are_no_points() -> None:
    """Weeks in which nothing was observed count for nothing."""
    found = settled([*STEADY[:6], None, ShareCount(0, 0), *STEADY[6:]])
    assert (found.points, found.outcome) == (12, "yes")
    assert found.chart.parts[0].baseline == 12


@pytest.mark.parametrize("series", [[], [None], [ShareCount(1, 2)]])
def test_nothing_to_compare_cannot_tell(series: list[ShareCount | None]) -> None:
    """Without two points there are no halves."""
    found = settled(series)
    assert (found.outcome, codes(found)[-1]) == ("cannot tell", "NO_OBSERVATIONS")


def test_it_goes_into_the_evidence_of_an_item() -> None:
    """A settled series is what the proposal of a sentinel asks for."""
    assert FidelityEvidence(item="aim", stabilised=settled(STEADY).settled).stabilised is True


# Slow drift


def test_a_small_lasting_fall_is_seen() -> None:
    """A fall that no single point shows adds up against the frozen baseline."""
    later = counts(*[21] * 6)
    assert not settled([*STEADY, *later[:3]]).signals
    found = slow_drift([*STEADY, *later])
    assert (found.outcome, found.reasons[0].code) == ("drift", "SERIES_SIGNAL")
    assert len(found.chart.values) == 6


def test_a_steady_series_does_not_drift() -> None:
    """More of the same is no drift, and a gap is passed over."""
    found = slow_drift([*STEADY, *STEADY[:4], None])
    assert (found.outcome, found.reasons[0].code) == ("none", "NO_SIGNAL")


@pytest.mark.parametrize(
    ("series", "options", "code"),
    [
        (STEADY, {}, "NOTHING_TO_WATCH"),
        (counts(*[30] * 14), {}, "NOTHING_TO_WATCH"),
        ([*STEADY, *STEADY], {"baseline": 6}, "BASELINE_SHORT"),
        ([None, *STEADY], {}, "BASELINE_SHORT"),
        (STEADY[:1], {}, "BASELINE_SHORT"),
        ([], {}, "BASELINE_SHORT"),
    ],
)
def test_what_cannot_be_watched(series: list[ShareCount | None], options: dict[str, int], code: str) -> None:
    """Without a whole baseline that varies, or without a later point, nobody can tell."""
    found = slow_drift(series, **options)
    assert (found.outcome, found.reasons[0].code) == ("cannot tell", code)


def test_shares_count_by_their_own_number() -> None:
    """The same share far from the centre weighs more with more observations behind it."""
    few, many = (slow_drift([*STEADY, ShareCount(0.6 * n, n)]).chart.values[0] for n in (15, 60))
    assert many == pytest.approx(2 * few)
    assert few < 0


def test_a_baseline_has_a_place() -> None:
    """A baseline of nothing is refused."""
    with pytest.raises(InvalidInput, match=r"slow_drift.baseline"):
        slow_drift(STEADY, baseline=0)


# Series out of rates


def test_weeks_without_a_rating_are_gaps() -> None:
    """A series has one place a week; a week without a rating of the item is a gap."""
    table = table_of(
        [
            walk(DAYS[0], "t1", level=4),
            walk(DAYS[0], "t2", level=1),
            walk(DAYS[5], "t1", look_fors=["wait-time"]),
            walk(DAYS[16], "t1", level=3),
        ]
    )
    rates = table.rates(by="week")
    assert series_of(rates, "questioning") == (ShareCount(1, 2), None, None, ShareCount(1, 1))
    assert series_of(rates, "nothing") == ()


def test_only_weeks_make_a_weekly_series() -> None:
    """Rates by another column are refused."""
    rates = table_of([walk(DAYS[0])]).rates(by="observer")
    with pytest.raises(InvalidInput, match=r"series.by"):
        series_of(rates, "questioning")


def test_power_of_a_quiet_series_is_small() -> None:
    """A rise by .15 in the middle of twelve points of thirty passes the rules of signals more often than not."""
    rng = np.random.default_rng(20261122)
    quiet = 0
    for _ in range(200):
        drawn = rng.binomial(30, [0.6] * 6 + [0.75] * 6).tolist()
        found = settled(counts(*drawn))
        quiet += not found.signals
        assert found.outcome != "yes" or found.difference.high <= POLICY.equivalence
    assert quiet > 100

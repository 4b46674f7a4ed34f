"""Laws of partnerships, time studies and nominations: order, more meetings, and what must leave no trace."""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import permutations

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.coaching.test_candidates import CONSENT, DAYS, LEDGER, PEER, answers, roster, search, visits
from tests.coaching.test_partnerships import meeting

from ilr.base import InvalidInput, Policy, Window, longest_gap
from ilr.coaching import (
    Nomination,
    NominationState,
    PartnershipMeeting,
    TimeEntry,
    coaching_share,
    model_teachers,
    plan_drift,
)
from ilr.coaching._tallies import longest_gap_in_months
from ilr.disclosure import MemoryLedger

POLICY = Policy()
FIRST = date(2026, 9, 1)
law = settings(deadline=None, max_examples=60)

days = st.lists(st.integers(0, 364).map(lambda n: FIRST + timedelta(days=n)), max_size=20)
windows = st.tuples(st.integers(0, 100), st.integers(0, 260)).map(
    lambda ends: Window(FIRST + timedelta(days=ends[0]), FIRST + timedelta(days=ends[0] + ends[1]))
)
whole = st.integers(0, 90).map(float)


@st.composite
def logs(draw: st.DrawFn) -> list[PartnershipMeeting]:
    """Held meetings with minutes of each kind, some of none."""
    rows = draw(st.lists(st.tuples(whole, whole, whole, whole), max_size=9))
    return [
        meeting(
            FIRST + timedelta(days=place),
            agenda=None,
            time=(
                TimeEntry("coaching", row[0]),
                TimeEntry("planning", row[1]),
                TimeEntry("situational", row[2]),
                TimeEntry("other", row[3]),
            ),
        )
        for place, row in enumerate(rows)
    ]


@given(days, windows, st.randoms(use_true_random=False))
@law
def test_gaps_do_not_depend_on_order(held: list[date], window: Window, chance: object) -> None:
    """The longest gap is that of the set of days: order, repeats and days outside change nothing."""
    gap = longest_gap_in_months(held, window)
    mixed = [*held, *held]
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # the strategy gives a random.Random
    outside = [window.start - timedelta(days=40), window.end + timedelta(days=1)]
    assert longest_gap_in_months([*mixed, *outside], window) == gap
    assert gap >= 1


@given(days, windows, st.integers(0, 364))
@law
def test_one_more_meeting_never_lengthens_a_gap(held: list[date], window: Window, more: int) -> None:
    """A further meeting leaves the longest gap as it is or shortens it; no meeting has the longest of all."""
    gap = longest_gap_in_months(held, window)
    assert longest_gap_in_months([*held, FIRST + timedelta(days=more)], window) <= gap
    assert gap <= longest_gap_in_months([], window)


@given(days, windows)
@law
def test_months_and_days_tell_of_the_same_gap(held: list[date], window: Window) -> None:
    """A gap of m months begun is longer than m - 1 months and no longer than m, counted in days."""
    countable = tuple(window)
    gap, months = longest_gap(held, countable), longest_gap_in_months(held, window)
    assert gap <= 31 * months
    assert months == 1 or gap > 28 * (months - 1)


@given(logs(), st.integers(0, 5))
@law
def test_the_share_lies_between_none_and_all(held: list[PartnershipMeeting], seed: int) -> None:
    """TS-1: the share lies in 0 to 1 with its limits, and is undefined exactly where nothing is to be shared."""
    found = coaching_share(held, seed=seed, policy=POLICY)
    purposeful = sum(one.minutes("coaching", "planning") for one in held)
    situational = sum(one.minutes("situational") for one in held)
    assert (found.undefined is not None) == (purposeful + situational == 0)
    if found.undefined is None:
        assert found.value == pytest.approx(purposeful / (purposeful + situational))
        assert 0 <= found.value <= 1
        few = found.n["meetings"] < POLICY.interval_meetings
        assert math.isnan(found.low) == (few or found.undefined_interval is not None)
        if not math.isnan(found.low):
            assert 0 <= found.low <= found.value <= found.high <= 1


@given(logs(), st.randoms(use_true_random=False))
@law
def test_the_share_does_not_depend_on_the_order_of_meetings(
    held: list[PartnershipMeeting], chance: object
) -> None:
    """TS-3: the same meetings in another order give the same share and the same interval."""
    mixed = list(held)
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # the strategy gives a random.Random
    assert coaching_share(mixed, seed=1, policy=POLICY) == coaching_share(held, seed=1, policy=POLICY)
    assert plan_drift(mixed) == plan_drift(held)


@given(logs(), whole)
@law
def test_other_minutes_change_nothing(held: list[PartnershipMeeting], other: float) -> None:
    """TS-1: minutes of another kind are in no share."""
    changed = [
        attrs.evolve(one, time=(*(t for t in one.time if t.kind != "other"), TimeEntry("other", other)))
        for one in held
    ]
    assert coaching_share(changed, seed=1, policy=POLICY) == coaching_share(held, seed=1, policy=POLICY)


@given(st.dictionaries(st.sampled_from(["t2", "t3"]), st.lists(st.sampled_from([1, 2]), max_size=6)))
@settings(deadline=None, max_examples=15)
def test_the_others_of_a_cell_leave_no_mark(others: dict[str, list[int]]) -> None:
    """MT-6: however often, and at whatever lower level, the others were seen, the result says the same."""
    walks = [
        one
        for teacher, levels in others.items()
        for day, level in zip(DAYS, levels, strict=False)
        for one in visits(teacher, days=[day], level=level)
    ]
    assert search([*visits(), *walks]) == search(visits())


STEPS = {
    "nominate": lambda one: one.nominate(PEER),
    "invite": lambda one: one.invite(by="p1"),
    "accept": lambda one: one.accept(CONSENT),
    "decline": lambda one: one.decline(by="t1"),
    "activate": lambda one: one.activate(),
}
ORDER = ("candidate", "nominated", "invited", "consented", "active")
START = Nomination(
    id="n1", teacher="t1", building="s1", subject_area="maths", look_for="questioning", review=("p1",)
)


def walked(names: list[str]) -> tuple[Nomination, list[str]]:
    """Take the steps that are allowed, and name them."""
    one, taken = START, []
    for name in names:
        try:
            one = STEPS[name](one)
        except InvalidInput:
            continue
        taken.append(name)
    return one, taken


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=12))
@law
def test_a_name_is_public_by_consent_alone(names: list[str]) -> None:
    """MT-4: whatever is tried, only a nomination that the teacher accepted, and did not decline, is told outside."""
    one, taken = walked(names)
    consented = "accept" in taken and "decline" not in taken
    assert (one.subject().building is not None) == consented == bool(one.consent)
    assert answers(one, LEDGER)["building"] is consented
    if not consented:
        assert model_teachers([one], ledger=LEDGER, roster=roster()) == ()


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=12))
@law
def test_declined_is_the_end_and_looks_like_never_asked(names: list[str]) -> None:
    """MT-4: no step leads on from declined, and every gate answers as for a candidate nobody asked."""
    one, taken = walked([*names, "nominate", "invite", "decline"])
    assert one.state is NominationState.DECLINED
    assert taken[-1] == "decline"
    assert walked([*names, "nominate", "invite", "decline", *STEPS])[0] == one
    assert one.subject() == START.subject()
    for ledger in (LEDGER, MemoryLedger()):
        assert answers(one, ledger) == answers(START, ledger)
        with_it = model_teachers([one], ledger=ledger, roster=roster())
        assert with_it == model_teachers([], ledger=ledger, roster=roster())


def test_steps_follow_one_order() -> None:
    """MT-4: of all orders of the four steps only one leads to active."""
    reached = {
        names: walked(list(names))[0].state.value
        for names in permutations(("nominate", "invite", "accept", "activate"))
    }
    assert [names for names, state in reached.items() if state == "active"] == [
        ("nominate", "invite", "accept", "activate")
    ]
    assert set(reached.values()) <= set(ORDER)

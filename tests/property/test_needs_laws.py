"""Laws of counts over coached teachers: what is published lets nobody work out a small number.

The attackers here share no code with the library: they try every whole number that goes with what is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.coaching.small_logs import FALL, coached, log, staff

from ilr.base import Policy
from ilr.coaching import CoachingPlan, needs_profiles, reach

CODES = ("climate", "pacing")
MOST = 8
"""More teachers in a building than any test has; an attacker who sees no number tries all up to it."""


@st.composite
def districts(draw: st.DrawFn) -> dict[str, list[frozenset[str]]]:
    """One to four buildings with the coded needs of each teacher."""
    need = st.frozensets(st.sampled_from(CODES))
    return {f"s{place}": draw(st.lists(need, max_size=MOST - 1)) for place in range(draw(st.integers(1, 4)))}


def plans_of(said: dict[str, list[frozenset[str]]]) -> dict[str, list[CoachingPlan]]:
    """A plan a teacher."""
    return {
        building: [
            coached(f"{building}-t{place}", log(*(sorted(codes) or ["none"])))
            for place, codes in enumerate(own)
        ]
        for building, own in said.items()
    }


def consistent(told: list[int | None], total: int | None, rest: bool) -> Iterator[tuple[int, ...]]:
    """Every way to fill what is hidden, where buildings of whom nothing is told may add to the total.

    Args:
        told: the number of each building with a profile; a hidden one is 1 or more.
        total: the number of the district, None where it is hidden.
        rest: whether there are buildings without a profile.
    """
    ranges = [range(1, 2 * MOST) if one is None else range(one, one + 1) for one in told]
    for filled in product(*ranges):
        missing = None if total is None else total - sum(filled)
        if missing is None or missing == 0 or (rest and missing > 0):
            yield filled


@settings(deadline=None, max_examples=150)
@given(districts(), st.integers(2, 4))
def test_no_small_number_of_a_building_can_be_worked_out(
    said: dict[str, list[frozenset[str]]], k: int
) -> None:
    """P-K-OUT: whatever is told of buildings and district, 1 to k - 1 teachers could be others, and k or more."""
    found = needs_profiles(plans_of(said), district="d", window=FALL, policy=Policy(outside_teachers=k))
    *buildings, district = found
    shown = [one for one in buildings if one.reason is None]
    assert [one.organisation for one in shown] == [name for name, own in said.items() if len(own) >= k]
    for code in (one.code for one in district.counts):
        told = [{one.code: one.teachers for one in profile.counts}[code] for profile in (*shown, district)]
        true = [sum(code in codes for codes in said[one.organisation]) for one in shown]
        assert all(number is None or number == 0 or number >= k for number in told)
        assert all(number in (None, is_) for number, is_ in zip(told[:-1], true, strict=True))
        ways = list(consistent(told[:-1], told[-1], len(shown) < len(buildings)))
        assert tuple(true) in ways
        for place, number in enumerate(true):
            if 0 < number < k:
                possible = {way[place] for way in ways}
                assert len(possible) > 1
                assert max(possible) >= k


@settings(deadline=None, max_examples=150)
@given(districts(), st.integers(2, 4))
def test_the_district_tells_of_enough_teachers_or_nothing(
    said: dict[str, list[frozenset[str]]], k: int
) -> None:
    """P-K-OUT: the number of the district is of k or more; buildings that are too few together add nothing to it."""
    *_, district = needs_profiles(
        plans_of(said), district="d", window=FALL, policy=Policy(outside_teachers=k)
    )
    small = [codes for own in said.values() if len(own) < k for codes in own]
    counted = [codes for own in said.values() if len(own) >= k for codes in own]
    counted += small if len(small) >= k else []
    assert (district.reason is None) == bool(counted)
    for one in district.counts:
        true = sum(one.code in codes for codes in counted)
        assert one.teachers in (None, true)
        assert one.teachers is None or one.teachers == 0 or one.teachers >= k
    assert [one.code for one in district.counts] == sorted(frozenset().union(*counted))


@settings(deadline=None, max_examples=60)
@given(districts(), st.data())
def test_order_and_repetition_of_conversations_do_not_matter(
    said: dict[str, list[frozenset[str]]], data: st.DataObject
) -> None:
    """VS-5: persons are counted; plans in another order, or with conversations repeated, give the same profiles."""
    plans = plans_of(said)
    other = {
        building: [one.note(one.log[0]) for one in data.draw(st.permutations(own))]
        for building, own in plans.items()
    }
    assert needs_profiles(plans, district="d", window=FALL) == needs_profiles(
        other, district="d", window=FALL
    )


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=4),
    st.integers(2, 4),
)
def test_no_small_number_of_coached_teachers_can_be_worked_out(groups: list[tuple[int, int]], k: int) -> None:
    """CL-5, P-K-OUT: whoever knows how many teach where cannot work out few who are coached, nor few who are not."""
    homes = {f"s{place}": [f"s{place}-t{n}" for n in range(sum(both))] for place, both in enumerate(groups)}
    plans = [
        coached(f"s{place}-t{n}", log("none")) for place, (_, yes) in enumerate(groups) for n in range(yes)
    ]
    *rows, everybody = reach(plans, staff(homes), window=FALL, policy=Policy(outside_teachers=k))
    true = {f"s{place}": both[1] for place, both in enumerate(groups)}
    joined = sum(true.values()) - sum(true[one.group] for one in rows if one.group in true)
    counts = [true.get(one.group, joined) for one in rows]
    assert sum(one.teachers for one in rows) == everybody.teachers == sum(map(sum, groups))
    ways = [
        way
        for way in product(
            *(
                range(1, one.teachers) if one.coached is None else range(one.coached, one.coached + 1)
                for one in rows
            )
        )
        if everybody.coached in (None, sum(way))
    ]
    if everybody.teachers <= k:
        assert all(one.coached is None for one in (*rows, everybody))
        return
    assert tuple(counts) in ways
    for place, row in enumerate(rows):
        assert row.teachers > k
        assert row.coached in (None, counts[place])
        for number, of in ((counts[place], 1), (row.teachers - counts[place], -1)):
            if 0 < number < k:
                possible = {way[place] if of == 1 else row.teachers - way[place] for way in ways}
                assert len(possible) > 1
                assert max(possible) >= k

"""Reviews: when one is due, what it rests on, and what keeps it open."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from tests.progress.small_school import (
    ALIKE,
    POLICY,
    SCHOOL,
    analysis,
    meeting,
    review,
    table_of,
    walk,
    walks_of,
)

from ilr import interop
from ilr.base import InvalidInput, Policy
from ilr.calibration import Standings
from ilr.continuum.lookfors import LevelScale
from ilr.cycles import (
    AssociationAnalysis,
    CodeCount,
    DataCut,
    Decision,
    DecisionKind,
    DecisionStatus,
    Finding,
    ImprovementCycle,
    ProtocolStep,
    Review,
    ReviewSummary,
    StatusEntry,
    Trigger,
    close,
    cut,
    open_decisions,
    summarise,
    trigger,
)
from ilr.disclosure import publish
from ilr.forms import Outcome, Purpose
from ilr.observation import ObservationTable

FIRST = date(2026, 9, 1)


def busy(count: int, on: date = FIRST) -> ObservationTable:
    """A number of visits on one day."""
    return table_of([walk(on, f"t{place}") for place in range(count)])


def ask(table: ObservationTable, after: int, **options: Any) -> Trigger:
    """Whether a review is due some days after the first visit."""
    policy = Policy(**options.pop("policy", {}))
    return trigger(table, building=SCHOOL, as_of=FIRST + timedelta(days=after), policy=policy, **options)


# The trigger


@pytest.mark.parametrize(
    ("mode", "count", "after", "by"),
    [
        ("first", 29, 30, None),
        ("first", 30, 30, "count"),
        ("first", 29, 31, "calendar"),
        ("first", 30, 31, "count"),
        ("first", 1, 31, "calendar"),
        ("first", 30, 0, "count"),
        ("both", 30, 30, None),
        ("both", 29, 31, None),
        ("both", 30, 31, "count"),
    ],
)
def test_thirty_records_or_thirty_one_days_call_for_a_review(
    mode: str, count: int, after: int, by: str | None
) -> None:
    """RT-1: to the exact record and day, in the mode where one trigger is enough and in that which asks for both."""
    found = ask(busy(count), after, policy={"review_mode": mode})
    assert (found.due, found.by) == (by is not None, by)
    assert (found.new, found.days) == (count, after)
    assert [reason.code for reason in found.reasons] == ["NEW_OBSERVATIONS", "DAYS_SINCE_FIRST"]


def test_nothing_new_is_never_due() -> None:
    """RT-1: months without a record since the last cut call for nothing, and a school without records has no clock."""
    found = ask(busy(5), 90, last=FIRST)
    assert (found.due, found.new, found.days) == (False, 0, 90)
    nothing = trigger(busy(5), building="s2", as_of=FIRST, policy=POLICY)
    assert (nothing.due, nothing.days) == (False, None)
    assert [reason.code for reason in nothing.reasons] == ["NEW_OBSERVATIONS"]


def test_only_records_after_the_last_cut_are_new() -> None:
    """RT-1: what the last cut held does not call for the next review; its day starts the clock."""
    table = table_of([walk(FIRST), walk(FIRST + timedelta(days=1), "t2")])
    assert ask(table, 31, last=FIRST).new == 1
    assert ask(table, 30, last=FIRST).due is False
    assert ask(table, 31, last=FIRST).by == "calendar"


def test_two_observers_in_one_visit_are_two_records() -> None:
    """RT-1: the count is of observations, so a paired visit adds two."""
    pair = [walk(FIRST, "t1", observer, visit="v") for observer in ("p1", "p2")]
    assert ask(table_of(pair), 0).new == 2


@pytest.mark.parametrize(
    "change",
    [
        {"minutes": 2.0},
        {"purpose": Purpose.CALIBRATION},
        {"outcome": Outcome.SUBSTITUTE},
        {"building": "s2"},
    ],
)
def test_records_that_are_not_valid_here_do_not_count(change: dict[str, Any]) -> None:
    """RT-1: short visits, calibration, a day's substitute and other schools call for no review."""
    assert ask(table_of([walk(FIRST), walk(FIRST, "t2", **change)]), 0).new == 1


def test_records_before_calibration_neither_count_nor_start_the_clock() -> None:
    """RT-1: with standings only what a calibrated observer rated is new, and the clock starts with it."""
    known = Standings.from_meetings([meeting({"p1": ALIKE}, master=ALIKE)], POLICY)
    late = FIRST + timedelta(days=20)
    table = table_of([walk(FIRST, "t1", "p9"), walk(late, "t2", "p1")])
    assert ask(table, 31).new == 2
    found = ask(table, 31, standings=known)
    assert (found.due, found.new, found.days) == (False, 1, 11)


# The cut


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


def test_an_edited_rating_gives_another_hash() -> None:
    """RT-2: the same records with one changed level are another cut; the same ones again are the same."""
    first, same = (cut(busy(5), building=SCHOOL, on=FIRST, policy=POLICY)[0] for _ in range(2))
    edited = table_of([walk(FIRST, f"t{place}", level=3 - (place == 4)) for place in range(5)])
    other, _ = cut(edited, building=SCHOOL, on=FIRST, policy=POLICY)
    assert first == same
    assert first.records == other.records
    assert first.hash != other.hash


def test_a_cut_cannot_be_changed() -> None:
    """RT-2: neither its fields nor what it counts can be written to."""
    made, _ = cut(busy(2), building=SCHOOL, on=FIRST, policy=POLICY)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        made.hash = "x"  # type: ignore[misc]  # that it cannot be set is the point
    with pytest.raises(TypeError):
        made.left_out["x"] = 1  # type: ignore[index]  # likewise


def test_a_table_without_buildings_is_cut_whole() -> None:
    """Where no record names a building all records are the school's."""
    made, _ = cut(table_of([walk(FIRST, building=None)]), building=SCHOOL, on=FIRST, policy=POLICY)
    assert len(made) == 1


# The summary


@pytest.mark.parametrize(("count", "below"), [(29, True), (30, False)])
def test_a_summary_tells_numbers_and_whether_they_are_few(count: int, below: bool) -> None:
    """RT-3: below thirty records the summary is marked; every share carries its interval."""
    found = summarise(busy(count), policy=POLICY)
    assert (found.observations, found.teachers, found.below_count) == (count, count, below)
    for share in found.shares:
        assert share.estimate.low <= share.estimate.value <= share.estimate.high


# Closing


def earlier(**changes: Any) -> Review:
    """A closed review with two decisions."""
    return review(busy(3), FIRST, **changes)


def later(**changes: Any) -> Review:
    """An open review a month on."""
    return review(busy(3), FIRST + timedelta(days=30), **{"closed": False, **changes})


def entry(decision: str, status: DecisionStatus = DecisionStatus.CONTINUE) -> StatusEntry:
    """A decision looked at again."""
    return StatusEntry(decision=decision, status=status, on=FIRST + timedelta(days=30))


def problems(held: Review, *before: Review) -> list[tuple[str, str]]:
    """What keeps a review open."""
    with pytest.raises(InvalidInput) as refused:
        close(held, earlier=before)
    return [(problem.code, problem.path) for problem in refused.value.problems]


def test_a_review_closes_when_every_open_decision_was_looked_at() -> None:
    """RT-4: with a status for both earlier decisions the review closes and is otherwise the same."""
    open_one = later(revisits=(entry("build-2026-09-01"), entry("coach-2026-09-01", DecisionStatus.DONE)))
    done = close(open_one, earlier=[earlier()])
    assert done.closed
    assert attrs.evolve(done, closed=False) == open_one


def test_each_open_decision_that_was_passed_over_is_named() -> None:
    """RT-4: a review that looked at one of two decisions is kept open by the other."""
    held = later(revisits=(entry("build-2026-09-01"),))
    assert problems(held, earlier()) == [("review.unrevisited", "revisits.coach-2026-09-01")]


def test_all_that_keeps_a_review_open_comes_at_once() -> None:
    """RT-4: closed already, no finding, no decision and open decisions come in one refusal."""
    assert problems(later(closed=True, findings=(), decisions=()), earlier()) == [
        ("review.closed", "closed"),
        ("review.findings", "findings"),
        ("review.decisions", "decisions"),
        ("review.unrevisited", "revisits.build-2026-09-01"),
        ("review.unrevisited", "revisits.coach-2026-09-01"),
    ]
    made = close(later())
    assert problems(made) == [("review.closed", "closed")]


def test_a_finding_that_needs_a_response_needs_a_decision_that_cites_it() -> None:
    """A gap that asks for a response keeps the review open until a decision names it."""
    gap = Finding(id="gap", kind="gap", needs_response=True)
    silent = later(findings=(gap,))
    assert problems(silent) == [("review.unanswered", "findings.gap")]
    answer = Decision(id="d", kind=DecisionKind.COACHING, on=FIRST, owner="p1", evidence=("gap",))
    assert close(attrs.evolve(silent, decisions=(answer,))).closed


def test_decisions_stay_open_over_several_reviews_until_one_ends_them() -> None:
    """RT-4: continue and adjust leave a decision open, stop, done and superseded end it; later words win."""
    first = earlier()
    decisions = list(first.decisions)
    build, coach = (one.id for one in decisions)

    def month(number: int, *revisits: StatusEntry) -> Review:
        on = FIRST + timedelta(days=30 * number)
        return review(busy(3), on, decisions=(), revisits=revisits)

    second = month(1, entry(build), entry(coach, DecisionStatus.ADJUST))
    third = month(2, entry(build, DecisionStatus.STOP), entry(coach))
    fourth = month(3, entry(coach, DecisionStatus.SUPERSEDED))
    reviews = [fourth, second, first, third]
    expected = {0: [], 1: [build, coach], 31: [build, coach], 61: [coach], 91: []}
    for after, ids in expected.items():
        found = open_decisions(reviews, before=FIRST + timedelta(days=after))
        assert [one.id for one in found] == ids


def test_no_action_is_never_open() -> None:
    """RT-4: there is nothing to come back to where nothing was decided."""
    idle = Decision(
        id="idle", kind=DecisionKind.NO_ACTION, on=FIRST, owner="p1", evidence=("f",), reason="enough for now"
    )
    assert open_decisions([earlier(decisions=(idle,))], before=FIRST + timedelta(days=1)) == ()


# Records


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({"kind": DecisionKind.COACHING, "evidence": ()}, ["decision.evidence"]),
        ({"kind": DecisionKind.NO_ACTION, "evidence": ("f",)}, ["decision.reason"]),
        ({"kind": DecisionKind.NO_ACTION, "evidence": ()}, ["decision.evidence", "decision.reason"]),
    ],
)
def test_a_decision_needs_evidence_and_doing_nothing_a_reason(
    facts: dict[str, Any], codes: list[str]
) -> None:
    """Both are refused together where both are missing."""
    with pytest.raises(InvalidInput) as refused:
        Decision(id="d", on=FIRST, owner="p1", **facts)
    assert [problem.code for problem in refused.value.problems] == codes


def test_a_review_rests_on_a_cut_of_its_own_school_up_to_its_day() -> None:
    """RT-2: a cut of another building or a later day, and repeated ids, are refused together."""
    good = earlier()
    finding = Finding(id="f", kind="none")
    with pytest.raises(InvalidInput) as refused:
        attrs.evolve(
            good,
            building="s2",
            on=FIRST - timedelta(days=1),
            findings=(finding, finding),
            decisions=(good.decisions[0], good.decisions[0]),
        )
    assert [(problem.code, problem.path) for problem in refused.value.problems] == [
        ("review.building", "cut"),
        ("review.day", "cut"),
        ("review.repeated", "findings"),
        ("review.repeated", "decisions"),
    ]


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"n": 0}, ["association.n"]),
        ({"estimate": 0.9}, ["association.interval"]),
        ({"n": -1, "low": 0.3}, ["association.n", "association.interval"]),
    ],
)
def test_an_analysis_has_points_and_an_interval_around_its_estimate(
    change: dict[str, Any], codes: list[str]
) -> None:
    """ILR-5.KI.2: an association of nothing, or outside its own limits, is refused."""
    with pytest.raises(InvalidInput) as refused:
        attrs.evolve(analysis("outcome"), **change)
    assert [problem.code for problem in refused.value.problems] == codes


def test_records_of_the_room_come_back_from_json_equal() -> None:
    """A review with everything in it, a cycle, an analysis and a trigger survive the way through text."""
    table = table_of(walks_of())
    made, chosen = cut(table, building=SCHOOL, on=date(2026, 10, 31), policy=POLICY)
    whole = attrs.evolve(
        review(table, date(2026, 10, 31)),
        cut=made,
        summary=summarise(
            chosen, policy=POLICY, breakdowns=[publish(chosen, by=["period"], audience="building")]
        ),
        steps=(ProtocolStep("look"), ProtocolStep("decide", done=False)),
        revisits=(entry("d", DecisionStatus.STOP),),
        analyses=("a",),
        sources=(CodeCount(source="coaching", code="pacing", teachers=None),),
        participants=("p1", "p2"),
    )
    cycle = ImprovementCycle(id="c", target="documentation tools", opened=FIRST, closed=FIRST)
    for value in (
        whole,
        made,
        whole.summary,
        cycle,
        analysis("outcome"),
        ask(table, 31),
    ):
        assert interop.loads(interop.dumps(value), type(value)) == value
    kinds = (Review, DataCut, ReviewSummary, ImprovementCycle, AssociationAnalysis, Trigger)
    assert {type(whole), type(made)} <= set(kinds)


def test_a_scale_without_fidelity_needs_a_level_for_its_shares() -> None:
    """A summary of such items is refused until it is told which level counts."""
    table = ObservationTable.from_frame(
        {
            "visit": ["v", "w"],
            "teacher": ["t", "u"],
            "observer": ["p", "p"],
            "item": ["i", "i"],
            "level": [1, 3],
        },
        visit="visit",
        teacher="teacher",
        observer="observer",
        item="item",
        level="level",
        scales=LevelScale.numbered(3),
    )
    with pytest.raises(InvalidInput):
        summarise(table, policy=POLICY)
    assert summarise(table, policy=POLICY, at_least=2).shares.of("i").estimate.value == 0.5

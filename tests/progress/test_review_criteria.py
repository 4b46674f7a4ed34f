"""The rules of practice 5, each with evidence that meets it, fails it and cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from tests.progress.small_school import (
    ALIKE,
    CALENDAR,
    FALL,
    REVIEW_DAYS,
    SCALE,
    SCHOOL,
    analysis,
    changed,
    drafts,
    evidence,
    improvement_cycle,
    meeting,
    reclosed,
    report,
    review,
    reviews_with,
    table_of,
    verdict,
    walk,
)

from ilr.base import Attestation, Policy, Verdict, Window
from ilr.continuum import Stage
from ilr.cycles import Decision, DecisionKind, Finding, ImprovementCycle, ProtocolStep, Review
from ilr.observation import ObservationTable
from ilr.progress import Evidence

PRACTICE = tuple(one.criterion.id for one in report()["ILR-5"].verdicts)
RHYTHM = pytest.mark.parametrize("criterion", ["ILR-5.GS.1", "ILR-5.KI.1"])


def reviews(**changes: Any) -> tuple[Review, ...]:
    """The reviews of the small school, closed after all were changed alike."""
    return reclosed(evidence().reviews or (), **changes)


@pytest.mark.parametrize("criterion", PRACTICE)
def test_the_small_school_meets_every_criterion(criterion: str) -> None:
    """With all parts in place each criterion of practice 5 is met."""
    answer = verdict(criterion)
    assert answer.verdict is Verdict.MET
    assert answer.needs == ()


@pytest.mark.parametrize("criterion", PRACTICE)
def test_without_reviews_nothing_of_practice_5_can_be_assessed(criterion: str) -> None:
    """ST-4: where the host records nothing each criterion names the fields to keep."""
    answer = verdict(criterion, Evidence())
    assert answer.verdict is Verdict.NOT_ASSESSABLE
    assert answer.needs


@pytest.mark.parametrize(
    ("criterion", "part"),
    [
        ("ILR-5.GS.1", "reviews"),
        ("ILR-5.GS.1", "table"),
        ("ILR-5.GS.2", "reviews"),
        ("ILR-5.GB.1", "reviews"),
        ("ILR-5.GB.2", "reviews"),
        ("ILR-5.GB.2", "cycles"),
        ("ILR-5.KI.1", "reviews"),
        ("ILR-5.KI.1", "table"),
        ("ILR-5.KI.2", "analyses"),
        ("ILR-5.KI.3", "reviews"),
        ("ILR-5.KI.3", "analyses"),
        ("ILR-5.KI.4", "reviews"),
    ],
)
def test_an_absent_part_leaves_its_criteria_open(criterion: str, part: str) -> None:
    """ST-4: without the part it reads a criterion is neither met nor failed."""
    assert verdict(criterion, changed(**{part: None})).verdict is Verdict.NOT_ASSESSABLE


@pytest.mark.parametrize("criterion", ["ILR-5.GS.2", "ILR-5.GB.1", "ILR-5.KI.3", "ILR-5.KI.4"])
def test_reviews_outside_the_window_or_still_open_are_not_judged(criterion: str) -> None:
    """Only closed reviews of the window speak; without one there is nothing to judge."""
    assert verdict(criterion, window=Window(date(2026, 9, 1), date(2026, 9, 30))).verdict is (
        Verdict.NOT_ASSESSABLE
    )
    assert verdict(criterion, changed(reviews=drafts())).verdict is Verdict.NOT_ASSESSABLE


# GS.1 and KI.1


def rhythm(
    days: Sequence[date],
    on: Sequence[date] = (),
    *,
    as_of: date,
    criterion: str = "ILR-5.GS.1",
    cuts: Sequence[date] = (),
    window: Window | None = None,
    **policy: Any,
) -> Verdict:
    """The verdict on records of the given days and reviews on others."""
    table = table_of([walk(day, f"t{place}") for place, day in enumerate(days)])
    held = tuple(review(table, day, cut_on=cut) for day, cut in zip(on, cuts or on, strict=True))
    school = Evidence(table=table, reviews=held)
    return verdict(criterion, school, as_of=as_of, window=window, policy=Policy(**policy)).verdict


FIRST = date(2026, 9, 1)


@RHYTHM
@pytest.mark.parametrize(("after", "expected"), [(31, Verdict.NOT_ASSESSABLE), (32, Verdict.NOT_MET)])
def test_the_month_runs_out_on_the_thirty_second_day(criterion: str, after: int, expected: Verdict) -> None:
    """ILR-5.GS.1 and KI.1: thirty-one days after the first observation nothing is late yet, a day on it is."""
    assert rhythm([FIRST], as_of=FIRST + timedelta(days=after), criterion=criterion) is expected


@RHYTHM
@pytest.mark.parametrize(("after", "expected"), [(31, Verdict.MET), (32, Verdict.MET), (33, Verdict.NOT_MET)])
def test_a_review_on_the_day_that_would_be_late_is_in_time(
    criterion: str, after: int, expected: Verdict
) -> None:
    """ILR-5.GS.1 and KI.1: the review must come before a day without one is too late."""
    day = FIRST + timedelta(days=after)
    assert rhythm([FIRST], [day], as_of=day, criterion=criterion) is expected


def test_the_month_counts_from_the_review_not_from_its_cut() -> None:
    """ILR-5.GS.1: a cut three days before the meeting does not shorten the month after it."""
    held = date(2026, 9, 18)
    records = [FIRST, date(2026, 9, 21)]
    cuts = [date(2026, 9, 15)]
    assert rhythm(records, [held], as_of=held + timedelta(days=31), cuts=cuts) is Verdict.MET
    assert rhythm(records, [held], as_of=held + timedelta(days=32), cuts=cuts) is Verdict.NOT_MET


def test_what_came_in_between_cut_and_meeting_is_new() -> None:
    """ILR-5.GS.1: a record after the cut is owed to the next review, one on the day of the cut is not."""
    held, made = date(2026, 9, 18), date(2026, 9, 15)
    later = held + timedelta(days=60)
    assert rhythm([FIRST, made], [held], as_of=later, cuts=[made]) is Verdict.MET
    assert rhythm([FIRST, date(2026, 9, 16)], [held], as_of=later, cuts=[made]) is Verdict.NOT_MET


def test_nothing_new_is_never_late() -> None:
    """ILR-5.GS.1: months without observations after a review owe none."""
    assert rhythm([FIRST], [date(2026, 9, 2)], as_of=date(2027, 3, 1)) is Verdict.MET


def test_a_late_first_observation_starts_the_wait() -> None:
    """ILR-5.GS.1: an observation long after the last review makes one due at once, not before."""
    records = [FIRST, date(2026, 11, 20)]
    assert rhythm(records, [date(2026, 9, 2)], as_of=date(2026, 11, 19)) is Verdict.MET
    assert rhythm(records, [date(2026, 9, 2)], as_of=date(2026, 11, 20)) is Verdict.NOT_MET


@pytest.mark.parametrize(
    ("count", "as_of", "expected"),
    [
        (29, date(2026, 9, 25), Verdict.NOT_ASSESSABLE),
        (30, date(2026, 9, 8), Verdict.NOT_ASSESSABLE),
        (30, date(2026, 9, 9), Verdict.NOT_MET),
    ],
)
def test_thirty_records_leave_the_grace_of_five_school_days(
    count: int, as_of: date, expected: Verdict
) -> None:
    """ILR-5.GS.1: five instructional days after the thirtieth record a review is late, never after 29."""
    assert rhythm([FIRST] * count, as_of=as_of) is expected


def test_the_second_mode_waits_for_both_triggers() -> None:
    """ILR-5.GS.1: with P-REVMODE both, thirty records alone are not late before the month is over."""
    many, few = [FIRST] * 30, [FIRST] * 29
    assert rhythm(many, as_of=date(2026, 9, 20), review_mode="both") is Verdict.NOT_ASSESSABLE
    assert rhythm(many, as_of=date(2026, 10, 3), review_mode="both") is Verdict.NOT_MET
    assert rhythm(few, as_of=date(2026, 12, 3), review_mode="both") is Verdict.NOT_ASSESSABLE


def test_a_review_before_the_window_starts_its_first_stretch() -> None:
    """ILR-5.GS.1: what was late before the window opened and was made good is not held against it."""
    records = [FIRST, date(2026, 10, 20)]
    window = Window(date(2026, 10, 12), date(2026, 10, 31))
    held = [date(2026, 10, 9), date(2026, 10, 26)]
    assert rhythm(records, held, as_of=AS_OF_WINDOW, window=window) is Verdict.MET
    assert rhythm(records, held[1:], as_of=AS_OF_WINDOW, window=window) is Verdict.NOT_MET


AS_OF_WINDOW = date(2026, 10, 31)


def test_a_school_without_observations_is_not_met() -> None:
    """ILR-5.GS.1: a table in which the school has no record is no practice."""
    assert verdict("ILR-5.GS.1", changed(table=table_of([walk(FIRST, building="s2")]))).verdict is (
        Verdict.NOT_MET
    )


def test_a_table_without_a_building_column_is_the_school_s() -> None:
    """ILR-5.GS.1: where no record names a building all belong to the one that is asked about."""
    table = table_of([walk(FIRST, building=None)])
    assert verdict("ILR-5.GS.1", changed(table=table)).verdict is Verdict.MET


def test_records_without_days_leave_the_rhythm_open() -> None:
    """ILR-5.GS.1: a table that keeps no dates fails nobody."""
    table = ObservationTable.from_frame(
        {"visit": ["v"], "teacher": ["t1"], "observer": ["p1"], "item": ["questioning"], "level": [3]},
        visit="visit",
        teacher="teacher",
        observer="observer",
        item="item",
        level="level",
        scales=SCALE,
    )
    answer = verdict("ILR-5.GS.1", changed(table=table))
    assert answer.verdict is Verdict.NOT_ASSESSABLE
    assert "walkthrough.at" in answer.needs


def test_records_made_before_calibration_do_not_start_the_clock() -> None:
    """ILR-5.GS.1 under RT-1: records whose observer was calibrated later never call for a review."""
    table = table_of([walk(FIRST)])
    late = Evidence(table=table, reviews=())
    assert verdict("ILR-5.GS.1", late, as_of=date(2026, 11, 1)).verdict is Verdict.NOT_MET
    both = {"p1": ALIKE, "p2": ALIKE}
    for on, expected in ((FIRST, ["REVIEWS", "STRETCHES_TOO_LONG"]), (date(2026, 9, 2), ["NO_OBSERVERS"])):
        school = attrs.evolve(late, calibration=(meeting(both, on=on),))
        answer = verdict("ILR-5.GS.1", school, as_of=date(2026, 11, 1))
        assert [reason.code for reason in answer.reasons] == expected


# GS.2


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        (Finding(id="f", kind="strength", look_for="questioning"), Verdict.MET),
        (Finding(id="f", kind="none"), Verdict.MET),
        (Finding(id="f", kind="strength"), Verdict.NOT_MET),
        (Finding(id="f", kind="gap", look_for="questioning"), Verdict.NOT_MET),
    ],
)
def test_each_review_names_a_strength_with_its_look_for_or_none(finding: Finding, expected: Verdict) -> None:
    """ILR-5.GS.2: a strength without look-for or a gap is silence, an outright none is not."""
    answer = verdict("ILR-5.GS.2", changed(reviews=reviews(findings=(finding,))))
    assert answer.verdict is expected
    assert answer.reasons[0].parameters == {"n": 0 if expected is Verdict.MET else 2, "of": 2}


def test_one_silent_review_of_two_is_enough_to_fail() -> None:
    """ILR-5.GS.2: every review has to speak."""
    first, second = drafts()
    gap = Finding(id="gap", kind="gap", look_for="questioning")
    held = reclosed([attrs.evolve(first, findings=(gap,)), second])
    answer = verdict("ILR-5.GS.2", changed(reviews=held))
    assert answer.verdict is Verdict.NOT_MET
    assert answer.reasons[0].parameters == {"n": 1, "of": 2}


# GB.1


@pytest.mark.parametrize(
    "change",
    [
        {"protocol": None},
        {"cycle": None},
        {"steps": ()},
        {"steps": (ProtocolStep("look"), ProtocolStep("decide", done=False))},
    ],
)
def test_protocol_cycle_and_every_step_are_needed(change: dict[str, Any]) -> None:
    """ILR-5.GB.1: a review without protocol, without cycle or with a step left out fails."""
    assert verdict("ILR-5.GB.1", changed(reviews=reviews(**change))).verdict is Verdict.NOT_MET


# GB.2


def cycle(**changes: Any) -> tuple[ImprovementCycle, ...]:
    """The cycle of the small school, changed."""
    return (improvement_cycle(**changes),)


def without_building(**changes: Any) -> tuple[Review, ...]:
    """The reviews with decisions on coaching alone, none of which cites a strength."""
    return reviews_with(
        lambda one: attrs.evolve(
            one,
            decisions=tuple(
                attrs.evolve(decision, evidence=("gap",))
                for decision in one.decisions
                if decision.kind is DecisionKind.COACHING
            ),
            **changes,
        )
    )


def test_a_closed_cycle_without_a_strength_fails_unless_it_says_why() -> None:
    """ILR-5.GB.2: a closed cycle decides to build on a strength or records a reason for none."""
    silent = changed(reviews=without_building())
    assert verdict("ILR-5.GB.2", silent).verdict is Verdict.NOT_MET
    told = attrs.evolve(silent, cycles=cycle(no_strength_reason="nothing stood out yet"))
    assert verdict("ILR-5.GB.2", told).verdict is Verdict.MET


def test_the_decision_has_to_cite_a_strength() -> None:
    """ILR-5.GB.2: building on a gap is not building on a strength."""
    found = reviews_with(
        lambda one: attrs.evolve(one, findings=tuple(attrs.evolve(f, kind="gap") for f in one.findings))
    )
    assert verdict("ILR-5.GB.2", changed(reviews=found)).verdict is Verdict.NOT_MET


def test_support_that_cites_a_strength_counts_where_every_review_decides_on_support() -> None:
    """ILR-5.GB.2, in part lifted by ILR-5.KI.4: then a coaching decision that cites a strength counts."""
    citing = reviews_with(
        lambda one: attrs.evolve(
            one,
            decisions=tuple(
                attrs.evolve(decision, evidence=(one.findings[0].id,))
                for decision in one.decisions
                if decision.kind is DecisionKind.COACHING
            ),
        )
    )
    assert verdict("ILR-5.KI.4", changed(reviews=citing)).verdict is Verdict.MET
    assert verdict("ILR-5.GB.2", changed(reviews=citing)).verdict is Verdict.MET
    tool = attrs.evolve(citing[0].decisions[0], kind=DecisionKind.DOCUMENTATION_TOOL)
    loose = reclosed([attrs.evolve(citing[0], seal="", decisions=(tool,)), *citing[1:]])
    assert verdict("ILR-5.KI.4", changed(reviews=loose)).verdict is Verdict.NOT_MET
    assert verdict("ILR-5.GB.2", changed(reviews=loose)).verdict is Verdict.NOT_MET


@pytest.mark.parametrize("closed", [None, date(2026, 8, 20), date(2026, 11, 20)])
def test_a_cycle_that_is_not_closed_in_the_window_is_not_judged(closed: date | None) -> None:
    """ILR-5.GB.2: open cycles and those of other times have nothing to show."""
    answer = verdict("ILR-5.GB.2", changed(reviews=without_building(), cycles=cycle(closed=closed)))
    assert answer.verdict is Verdict.NOT_APPLICABLE


def test_a_decision_may_name_its_cycle_itself() -> None:
    """ILR-5.GB.2: a decision of a later review can belong to the cycle of an earlier one."""
    first, second = without_building()
    decision = Decision(
        id="late",
        kind=DecisionKind.BUILD_ON_STRENGTH,
        on=second.on,
        owner="p1",
        evidence=(first.findings[0].id,),
        cycle="cycle-1",
    )
    later = attrs.evolve(second, seal="", cycle="cycle-2", decisions=(*second.decisions, decision))
    assert verdict("ILR-5.GB.2", changed(reviews=reclosed([first, later]))).verdict is Verdict.MET
    unnamed = attrs.evolve(later, decisions=(*second.decisions, attrs.evolve(decision, cycle=None)))
    assert verdict("ILR-5.GB.2", changed(reviews=reclosed([first, unnamed]))).verdict is Verdict.NOT_MET


def test_a_cycle_of_another_school_is_passed_over() -> None:
    """ILR-5.GB.2: a cycle that builds on no strength fails its own school alone."""
    (other,) = cycle(id="cycle-x", building="s2")
    assert verdict("ILR-5.GB.2", changed(cycles=(*cycle(), other))).verdict is Verdict.MET
    (own,) = cycle(id="cycle-x")
    assert verdict("ILR-5.GB.2", changed(cycles=(*cycle(), own))).verdict is Verdict.NOT_MET


# KI.2


def test_each_whole_term_needs_both_kinds_of_data() -> None:
    """ILR-5.KI.2: an outcome alone is not enough, nor is a fall that serves the spring."""
    assert verdict("ILR-5.KI.2", changed(analyses=(analysis("outcome"),))).verdict is Verdict.NOT_MET
    assert verdict("ILR-5.KI.2", changed(analyses=())).verdict is Verdict.NOT_MET
    assert verdict("ILR-5.KI.2", as_of=FALL.window.end).verdict is Verdict.MET
    year = verdict("ILR-5.KI.2", as_of=CALENDAR.window.end)
    assert year.verdict is Verdict.NOT_MET
    assert year.reasons[0].parameters == {"n": 1, "of": 2}


@pytest.mark.parametrize("change", [{"on": date(2026, 8, 1)}, {"building": "s2"}])
def test_analyses_of_other_times_and_schools_do_not_count(change: dict[str, Any]) -> None:
    """ILR-5.KI.2: both analyses lie in the term and are about the school."""
    two = (analysis("outcome", **change), analysis("non-academic"))
    assert verdict("ILR-5.KI.2", changed(analyses=two)).verdict is Verdict.NOT_MET


def test_an_attestation_stands_in_for_outcome_data_that_nobody_records() -> None:
    """ILR-5.KI.2 under ST-3: an event criterion without its event rests on somebody's word."""
    word = Attestation(
        id="a", on=REVIEW_DAYS[0], by="p1", building=SCHOOL, criterion="ILR-5.KI.2", evidence="minutes"
    )
    answer = verdict("ILR-5.KI.2", changed(analyses=None, events=(word,)))
    assert (answer.verdict, answer.attested) == (Verdict.MET, True)


# KI.3


def test_a_finding_has_to_cite_an_analysis_of_the_school() -> None:
    """ILR-5.KI.3: findings that cite other things, or an analysis of another school, do not count."""
    bare = reviews_with(
        lambda one: attrs.evolve(
            one, findings=tuple(attrs.evolve(f, evidence=("hash",)) for f in one.findings)
        )
    )
    assert verdict("ILR-5.KI.3", changed(reviews=bare)).verdict is Verdict.NOT_MET
    elsewhere = (analysis("outcome", building="s2"), analysis("non-academic"))
    assert verdict("ILR-5.KI.3", changed(analyses=elsewhere)).verdict is Verdict.NOT_MET


# KI.4


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (DecisionKind.INSTRUCTIONAL_SUPPORT, Verdict.MET),
        (DecisionKind.COACHING, Verdict.MET),
        (DecisionKind.NO_ACTION, Verdict.MET),
        (DecisionKind.DOCUMENTATION_TOOL, Verdict.NOT_MET),
    ],
)
def test_every_review_decides_on_support_or_says_why_not(kind: DecisionKind, expected: Verdict) -> None:
    """ILR-5.KI.4: support, coaching or a reasoned no action count, another decision does not."""
    decision = Decision(id="d", kind=kind, on=FIRST, owner="p1", evidence=("f",), reason="why")
    held = reviews_with(lambda one: attrs.evolve(one, decisions=(attrs.evolve(decision, id=f"d-{one.id}"),)))
    assert verdict("ILR-5.KI.4", changed(reviews=held)).verdict is expected


def test_every_review_belongs_to_a_cycle() -> None:
    """ILR-5.KI.4: a decision outside any cycle does not count."""
    assert verdict("ILR-5.KI.4", changed(reviews=reviews(cycle=None))).verdict is Verdict.NOT_MET


def test_a_link_that_holds_in_part_lifts_nothing() -> None:
    """ST-2: ILR-5.KI.4 lifts a part of ILR-5.GB.2 only, so a cycle that cites no strength holds the stage."""
    silent = changed(reviews=without_building())
    answer = verdict("ILR-5.GB.2", silent)
    assert (answer.verdict, answer.superseded_by) == (Verdict.NOT_MET, None)
    assert report(silent)["ILR-5"].stage is Stage.GETTING_STARTED


def test_reviews_of_another_school_say_nothing_here() -> None:
    """Reviews are read for the one school of the question."""
    held = reviews_with(
        lambda one: attrs.evolve(one, building="s2", cut=attrs.evolve(one.cut, building="s2", hash=""))
    )
    assert verdict("ILR-5.KI.4", changed(reviews=held)).verdict is Verdict.NOT_ASSESSABLE

"""What practice 7 asks, criterion by criterion: met, not met, and what cannot be assessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from tests.cycles.number_talks import (
    AS_OF,
    DAYS,
    EVENTS,
    EXPANDED,
    FIRST,
    PILOT,
    SECOND,
    WEEK,
    changed,
    decided,
    held,
    records,
    reviews,
    trained,
    visits,
    walks,
    with_visits,
)
from tests.progress.small_school import SCHOOL, improvement_cycle, roster, walk

from ilr import cycles
from ilr.base import Appointment, Leave, Policy, Role, Verdict, Window
from ilr.cycles import DecisionKind, PilotAnswer, PilotRecords, Review
from ilr.forms import Purpose

MET, NOT_MET = Verdict.MET, Verdict.NOT_MET
NOT_APPLICABLE, NOT_ASSESSABLE = Verdict.NOT_APPLICABLE, Verdict.NOT_ASSESSABLE
Rule = Callable[[PilotRecords], PilotAnswer]


def numbers(answer: PilotAnswer, code: str) -> dict[str, Any]:
    """The parameters of a reason."""
    return dict(next(reason.parameters for reason in answer.reasons if reason.code == code))


RULES: dict[str, Rule] = {
    "ILR-7.GS.1": cycles.teachers_are_trained_first,
    "ILR-7.GS.2": cycles.teachers_take_part,
    "ILR-7.GS.3": cycles.observation_is_intensive,
    "ILR-7.GS.4": cycles.reviewed_with_the_observed,
    "ILR-7.GB.1": cycles.first_cycles_adapt,
    "ILR-7.GB.2": cycles.observation_stays_intensive,
    "ILR-7.GB.3": cycles.lengthening_is_earned,
    "ILR-7.KI.1": cycles.expansion_is_decided,
    "ILR-7.KI.2": cycles.new_users_start_alike,
    "ILR-7.KI.3": cycles.data_separate_experience,
    "ILR-7.KI.4": cycles.progression_is_visible,
    "ILR-7.KI.5": cycles.results_inform_expectations,
}


@pytest.mark.parametrize("criterion", RULES)
def test_a_pilot_at_its_best_meets_each(criterion: str) -> None:
    """Every criterion is met by the whole records, cites its id, and cannot be assessed without any."""
    rule = RULES[criterion]
    assert (rule.__doc__ or "").startswith(criterion)
    found = rule(records())
    assert found.verdict is (NOT_APPLICABLE if criterion == "ILR-7.GB.3" else MET)
    assert not found.needs
    bare = rule(PilotRecords(pilot=PILOT, as_of=AS_OF, calendar=records().calendar))
    assert bare.verdict is NOT_ASSESSABLE
    assert bare.needs


# Getting Started


def test_training_may_be_on_the_day() -> None:
    """Training on the day of the first observation is in time, a day later it is not."""
    on_the_day, later = (
        cycles.teachers_are_trained_first(
            changed(events=tuple(trained(FIRST, FIRST.starts + timedelta(days=days))))
        )
        for days in (0, 1)
    )
    assert on_the_day.verdict is MET
    assert later.verdict is NOT_MET
    assert numbers(later, "OBSERVED_BEFORE_TRAINING") == {"n": 2, "of": 6}


def test_who_was_never_trained_is_late() -> None:
    """A pilot teacher without a training record was observed before training."""
    found = cycles.teachers_are_trained_first(changed(events=EVENTS[1:]))
    assert numbers(found, "OBSERVED_BEFORE_TRAINING") == {"n": 1, "of": 6}


def test_nobody_observed_cannot_be_assessed() -> None:
    """Before the first observation nobody can be late."""
    found = cycles.teachers_are_trained_first(with_visits([walk(FIRST.starts)]))
    assert (found.verdict, found.reasons[0].code) == (NOT_ASSESSABLE, "NOT_OBSERVED_YET")


def test_everybody_takes_part() -> None:
    """Involvement in another pilot, or later, is none."""
    own = records().involvement
    assert own is not None
    other = (attrs.evolve(own[0], pilot="other"), attrs.evolve(own[1], on=date(2027, 1, 8)), *own[2:])
    found = cycles.teachers_take_part(changed(involvement=other))
    assert (found.verdict, numbers(found, "TEACHERS_NOT_INVOLVED")) == (NOT_MET, {"n": 2, "of": 6})


def test_one_missed_week_is_not_intensive() -> None:
    """A teacher who was not visited in one of the first weeks is told as a teacher-week."""
    missed = [one for one in walks() if not (one.teachers == ("t2",) and one.at.date() < date(2026, 9, 14))]
    found = cycles.observation_is_intensive(with_visits(missed))
    assert found.verdict is NOT_MET
    assert numbers(found, "TEACHER_WEEKS_BELOW") == {"n": 1, "of": 36, "least": 1}


def test_later_weeks_are_another_question() -> None:
    """After the first weeks, intensity is asked by the criterion of Getting Better."""
    thin = [*visits(FIRST, range(6)), *visits(FIRST, range(8, 15))]
    assert cycles.observation_is_intensive(with_visits(thin)).verdict is MET
    found = cycles.observation_stays_intensive(with_visits(thin))
    assert (found.verdict, numbers(found, "TEACHER_WEEKS_BELOW")["n"]) == (NOT_MET, 12)


def test_twice_a_week_may_be_asked() -> None:
    """P-PILOT says how many visits a week."""
    found = cycles.observation_is_intensive(changed(policy=Policy(pilot_visits=2)))
    assert numbers(found, "TEACHER_WEEKS_BELOW") == {"n": 36, "of": 36, "least": 2}


def test_a_week_on_leave_asks_for_nothing() -> None:
    """Weeks in which a teacher of the roster could not be observed, and weeks of a break, do not count."""
    away = Leave(person="t2", window=Window(date(2026, 9, 14), date(2026, 9, 20)))
    posts = [Appointment(person=id, organisation=SCHOOL, role=Role.TEACHER) for id in FIRST.teachers]
    people = roster(appointments=posts, leaves=(away,))
    present = [one for one in walks() if not (one.teachers == ("t2",) and one.at.date() in away.window)]
    found = cycles.observation_is_intensive(with_visits(present, roster=people))
    assert (found.verdict, numbers(found, "TEACHER_WEEKS_BELOW")["of"]) == (MET, 35)
    calendar = attrs.evolve(
        records().calendar,
        instructional_days=[day for day in records().calendar.instructional_days if day not in away.window],
    )
    found = cycles.observation_is_intensive(changed(calendar=calendar))
    assert numbers(found, "TEACHER_WEEKS_BELOW")["of"] == 30


def test_one_form_version() -> None:
    """A visit on another form or version is not standard."""
    found = cycles.observation_is_intensive(changed(pilot=attrs.evolve(PILOT, version="2.0.0")))
    assert (found.verdict, numbers(found, "VISITS_ON_OTHER_FORMS")["n"]) == (NOT_MET, 36)


def test_calibrated_observers() -> None:
    """A rating by somebody who is not calibrated is counted."""
    stranger = walk(FIRST.starts, "t1", "p9", hour=12, purpose=Purpose.PILOT)
    found = cycles.observation_is_intensive(with_visits([*walks(), stranger]))
    assert (found.verdict, numbers(found, "RATINGS_UNCALIBRATED")) == (NOT_MET, {"n": 2, "of": 74})


def test_no_week_is_over_yet() -> None:
    """In the first week nothing can be said about weeks, nor before the start."""
    for day in (FIRST.starts + timedelta(days=5), FIRST.starts - WEEK):
        for rule in (cycles.observation_is_intensive, cycles.observation_stays_intensive):
            found = rule(changed(as_of=day))
            assert (found.verdict, found.reasons[0].code) == (NOT_ASSESSABLE, "NO_FULL_WEEK")


def without(*days: date) -> tuple[Review, ...]:
    """The reviews but those of some days."""
    return tuple(one for one in reviews() if one.on not in days)


def test_reviews_come_every_other_week() -> None:
    """A review left out leaves a stretch that is too long."""
    found = cycles.reviewed_with_the_observed(changed(reviews=without(DAYS[1])))
    assert found.verdict is NOT_MET
    assert numbers(found, "GAPS_TOO_LONG") == {"n": 1, "of": 3, "most": 10}


def test_who_was_observed_takes_part_in_the_review() -> None:
    """A review without somebody who was observed since the one before is not with the observed."""
    absent = attrs.evolve(reviews()[1], participants=("p1", *FIRST.teachers[1:]))
    found = cycles.reviewed_with_the_observed(changed(reviews=(reviews()[0], absent, *reviews()[2:])))
    assert (found.verdict, numbers(found, "REVIEWS_WITHOUT_OBSERVED")) == (NOT_MET, {"n": 1, "of": 3})
    unseen = [one for one in walks() if one.teachers != ("t1",)]
    assert (
        cycles.reviewed_with_the_observed(
            with_visits(unseen, reviews=(reviews()[0], absent, *reviews()[2:]))
        ).verdict
        is MET
    )


def test_no_review_is_due_in_the_first_days() -> None:
    """Before a stretch is too long and without a review there is nothing to judge."""
    found = cycles.reviewed_with_the_observed(changed(as_of=FIRST.starts + WEEK, reviews=()))
    assert (found.verdict, found.reasons[0].code) == (NOT_ASSESSABLE, "NO_REVIEW_DUE")


# Getting Better


@pytest.mark.parametrize(
    ("kind", "reason", "on", "verdict"),
    [
        (DecisionKind.ADAPT, "the classes are large", DAYS[0], MET),
        (DecisionKind.NO_ACTION, "it fits as it is", DAYS[2], MET),
        (DecisionKind.ADAPT, " ", DAYS[0], NOT_MET),
        (DecisionKind.COACHING, "the classes are large", DAYS[0], NOT_MET),
        (DecisionKind.ADAPT, "the classes are large", DAYS[5], NOT_MET),
    ],
)
def test_first_cycles_adapt(kind: DecisionKind, reason: str, on: date, verdict: Verdict) -> None:
    """In the first weeks one adapts, or says why not; each with a reason."""
    found = cycles.first_cycles_adapt(changed(reviews=(held(on, decided(kind, on, reason=reason)),)))
    assert found.verdict is verdict


def test_intensity_may_end_once_use_has_settled() -> None:
    """After twelve alike weeks fewer visits are enough; before, each missed week counts."""
    settled = [*visits(FIRST, range(12)), *visits(FIRST, [14])]
    assert cycles.observation_stays_intensive(with_visits(settled)).verdict is MET
    unsettled = [*visits(FIRST, range(6)), *visits(FIRST, range(6, 12), level=1)]
    assert cycles.observation_stays_intensive(with_visits(unsettled)).verdict is NOT_MET


def test_intensity_is_asked_until_the_phase_has_settled() -> None:
    """Where leaders say that a new phase began, use settles in that phase and not before."""
    grown = [*visits(FIRST, range(4), level=1), *visits(FIRST, range(4, 16))]
    held_back = with_visits(grown, as_of=date(2027, 1, 24), phase_start=FIRST.starts + 4 * WEEK)
    assert cycles.observation_stays_intensive(held_back).verdict is MET
    early = with_visits(grown, as_of=date(2027, 1, 24))
    assert cycles.observation_stays_intensive(early).verdict is NOT_MET


def test_longer_cycles_after_settled_use_are_earned() -> None:
    """A stretch of three weeks after twelve alike ones is no fault, and seven weeks are none either."""
    for held_back in (changed(reviews=without(*DAYS[6:])), changed(as_of=AS_OF + 6 * WEEK)):
        found = cycles.lengthening_is_earned(held_back)
        assert (found.verdict, numbers(found, "LENGTHENED")) == (MET, {"n": 1, "premature": 0})


def test_longer_cycles_before_are_premature() -> None:
    """A stretch of four weeks in the first month is premature, whatever the shares."""
    found = cycles.lengthening_is_earned(changed(reviews=without(DAYS[1])))
    assert (found.verdict, numbers(found, "LENGTHENED")) == (NOT_MET, {"n": 1, "premature": 1})


def test_one_step_and_no_more_while_nobody_can_tell() -> None:
    """After six quiet weeks four weeks are allowed, and five are not."""
    start = date(2026, 10, 19)
    early = tuple(one for one in reviews() if one.on < start)
    anchor = held(start)
    for weeks, verdict in ((4, MET), (5, NOT_MET)):
        found = cycles.lengthening_is_earned(
            changed(reviews=(*early, anchor, held(start + weeks * WEEK)), as_of=start + (weeks + 1) * WEEK)
        )
        assert found.verdict is verdict


def test_a_ladder_without_a_longer_step_allows_none() -> None:
    """Where P-LADDER has no step beyond P-PILOTGAP, one step is none."""
    start = date(2026, 10, 19)
    early = tuple(one for one in reviews() if one.on < start)
    found = cycles.lengthening_is_earned(
        changed(reviews=(*early, held(start)), as_of=start + 4 * WEEK, policy=Policy(ladder=(1, 2)))
    )
    assert found.verdict is NOT_MET


# Keep Improving


def test_expansion_follows_a_closed_cycle() -> None:
    """A decision to expand before a cycle of the pilot closed is none."""
    for cycle in (
        improvement_cycle(id="c1", closed=date(2026, 11, 2)),
        improvement_cycle(id="c1", closed=None),
        improvement_cycle(id="other"),
    ):
        found = cycles.expansion_is_decided(changed(cycles=(cycle,)))
        assert (found.verdict, numbers(found, "EXPANSIONS_DECIDED")) == (NOT_MET, {"n": 0})


def test_new_users_wait_for_the_decision() -> None:
    """A cohort that started before the decision is told."""
    moved = attrs.evolve(SECOND, starts=EXPANDED - WEEK)
    found = cycles.expansion_is_decided(changed(pilot=attrs.evolve(PILOT, cohorts=(FIRST, moved))))
    assert (found.verdict, numbers(found, "COHORTS_BEFORE_DECISION")) == (NOT_MET, {"n": 1, "of": 1})
    alone = changed(pilot=attrs.evolve(PILOT, cohorts=(FIRST,)))
    assert cycles.expansion_is_decided(alone).verdict is MET


def test_new_users_are_trained_observed_and_reviewed() -> None:
    """What one of the three lacks is told; a cohort that has just begun cannot be assessed."""
    untrained = cycles.new_users_start_alike(changed(events=EVENTS[:6]))
    assert untrained.verdict is NOT_MET
    assert numbers(untrained, "COHORT") == {"cohort": "second", "verdict": "not met"}
    assert numbers(untrained, "OBSERVED_BEFORE_TRAINING") == {"n": 6, "of": 6}
    unreviewed = cycles.new_users_start_alike(changed(reviews=reviews()[:4]))
    assert [reason.code for reason in unreviewed.reasons][1:] == ["GAPS_TOO_LONG", "REVIEWS_WITHOUT_OBSERVED"]
    begun = cycles.new_users_start_alike(changed(as_of=SECOND.starts + timedelta(days=2)))
    assert begun.verdict is NOT_ASSESSABLE


def test_without_new_users_there_is_nothing_to_ask() -> None:
    """Before anybody new has started, nothing is asked about them."""
    assert cycles.new_users_start_alike(changed(as_of=EXPANDED)).verdict is NOT_APPLICABLE
    alone = changed(pilot=attrs.evolve(PILOT, cohorts=(FIRST,)))
    assert cycles.data_separate_experience(alone).verdict is NOT_APPLICABLE


def test_thin_cohorts_cannot_be_compared() -> None:
    """Where one cohort has fewer than five teachers, only the total is told, and that separates nobody."""
    thin = attrs.evolve(SECOND, teachers=SECOND.teachers[:3])
    few = with_visits(
        [*visits(FIRST, range(15)), *visits(thin, range(7))],
        pilot=attrs.evolve(PILOT, cohorts=(FIRST, thin)),
    )
    for rule in (cycles.data_separate_experience, cycles.progression_is_visible):
        found = rule(few)
        assert found.verdict is NOT_ASSESSABLE
        assert "ARMS_HIDDEN" in [reason.code for reason in found.reasons]


def test_no_placed_record_gives_no_curve() -> None:
    """Without any training there is no exposure, hence no curve."""
    for rule in (cycles.data_separate_experience, cycles.progression_is_visible):
        assert rule(changed(events=())).needs


def test_a_decision_cites_the_cohorts() -> None:
    """A decision that cites no comparison of cohorts is not informed by it."""
    found = cycles.results_inform_expectations(changed(analyses=("another",)))
    assert (found.verdict, numbers(found, "DECISIONS_FROM_COHORTS")) == (NOT_MET, {"n": 0})


def test_no_answer_names_a_teacher() -> None:
    """Answers hold counts, codes and ids of cohorts, and no id of a teacher."""
    text = repr([rule(records()) for rule in RULES.values()])
    assert not any(f"'{teacher}'" in text for one in PILOT.cohorts for teacher in one.teachers)

"""The rules of practice 3, each with evidence that meets it, fails it and cannot tell."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from tests.progress.small_school import (
    CALENDAR,
    DAYS,
    FALL,
    SCALE,
    SCHOOL,
    TEACHERS,
    changed,
    evidence,
    report,
    roster,
    slots_of,
    table_of,
    verdict,
    walk,
    walks_of,
    with_walks,
)

from ilr.base import Appointment, Leave, Policy, Role, Verdict, Window
from ilr.forms import LessonPart, Medium, Outcome, Purpose, VisitMode, Walkthrough
from ilr.observation import ObservationTable, Schedule
from ilr.progress import CriterionVerdict, Evidence

PRACTICE = tuple(one.criterion.id for one in report()["ILR-3"].verdicts)
OCTOBER = Window(date(2026, 10, 1), date(2026, 10, 31))


def codes(answer: CriterionVerdict) -> list[str]:
    """The codes of the reasons."""
    return [reason.code for reason in answer.reasons]


def number(answer: CriterionVerdict, code: str, parameter: str = "n") -> Any:
    """A number out of a reason."""
    return next(reason.parameters[parameter] for reason in answer.reasons if reason.code == code)


def edited(change: Any) -> Evidence:
    """The evidence with every record changed by a function, which drops those it gives None for."""
    made = [change(one) for one in walks_of()]
    return with_walks(one for one in made if one is not None)


@pytest.mark.parametrize("criterion", [one for one in PRACTICE if one != "ILR-3.KI.5"])
def test_the_small_school_meets_every_required_criterion(criterion: str) -> None:
    """With all parts in place each required criterion of practice 3 is met."""
    answer = verdict(criterion)
    assert answer.verdict is Verdict.MET
    assert answer.needs == ()


@pytest.mark.parametrize("criterion", PRACTICE)
def test_without_any_records_nothing_of_practice_3_can_be_assessed(criterion: str) -> None:
    """ST-4: where the host records nothing each criterion names the fields to keep."""
    answer = verdict(criterion, Evidence())
    assert answer.verdict is Verdict.NOT_ASSESSABLE
    assert answer.needs


@pytest.mark.parametrize(
    ("criterion", "part"),
    [
        ("ILR-3.GS.1", "schedule"),
        ("ILR-3.GS.2", "schedule"),
        ("ILR-3.GS.2", "table"),
        ("ILR-3.GS.3", "table"),
        ("ILR-3.GS.3", "roster"),
        ("ILR-3.GS.4", "schedule"),
        ("ILR-3.GS.4", "table"),
        ("ILR-3.GB.1", "table"),
        ("ILR-3.GB.2", "table"),
        ("ILR-3.KI.1", "table"),
        ("ILR-3.KI.1", "roster"),
        ("ILR-3.KI.2", "schedule"),
        ("ILR-3.KI.2", "roster"),
        ("ILR-3.KI.3", "table"),
        ("ILR-3.KI.3", "roster"),
        ("ILR-3.KI.4", "table"),
        ("ILR-3.KI.5", "table"),
    ],
)
def test_an_absent_part_leaves_its_criteria_open(criterion: str, part: str) -> None:
    """ST-4: without the part it reads a criterion is neither met nor failed."""
    assert verdict(criterion, changed(**{part: None})).verdict is Verdict.NOT_ASSESSABLE


@pytest.mark.parametrize("criterion", ["ILR-3.GS.1", "ILR-3.GS.2", "ILR-3.GS.3", "ILR-3.GB.1"])
def test_before_the_first_full_month_the_monthly_criteria_stay_open(criterion: str) -> None:
    """Three weeks into the year nobody is told to have met a count that is taken by the month."""
    answer = verdict(criterion, as_of=date(2026, 9, 21))
    assert (answer.verdict, codes(answer)) == (Verdict.NOT_ASSESSABLE, ["NO_FULL_MONTH"])


@pytest.mark.parametrize(
    "criterion",
    ["ILR-3.GS.2", "ILR-3.GS.3", "ILR-3.GS.4", "ILR-3.GB.1", "ILR-3.GB.2", "ILR-3.KI.1", "ILR-3.KI.3"],
)
def test_records_without_days_leave_the_criteria_about_days_open(criterion: str) -> None:
    """ST-4: a table that keeps no dates fails nobody, it asks for the dates."""
    undated = ObservationTable.from_frame(
        {
            "visit": ["v1", "v2"],
            "teacher": ["t1", "t2"],
            "observer": ["p1", "p2"],
            "item": ["questioning", "questioning"],
            "level": [2, 3],
            "period": ["first", "second"],
            "part": ["opening", "middle"],
            "medium": ["electronic", "electronic"],
            "form": ["core@1.0.0", "core@1.0.0"],
        },
        visit="visit",
        teacher="teacher",
        observer="observer",
        item="item",
        level="level",
        scales=SCALE,
        period="period",
        lesson_part="part",
        medium="medium",
        form="form",
    )
    answer = verdict(criterion, changed(table=undated))
    assert answer.verdict is Verdict.NOT_ASSESSABLE
    assert "walkthrough.at" in answer.needs


# GS.1


def test_an_observer_without_a_slot_in_a_month_fails_the_schedule() -> None:
    """ILR-3.GS.1: one observer-month of four without a slot is named by its count."""
    slots = [slot for slot in slots_of(walks_of()) if slot.observer == "p1" or slot.day not in OCTOBER]
    answer = verdict("ILR-3.GS.1", changed(schedule=Schedule(tuple(slots))))
    assert answer.verdict is Verdict.NOT_MET
    assert (number(answer, codes(answer)[0]), number(answer, codes(answer)[0], "of")) == (1, 4)


def test_an_observer_who_only_records_needs_slots_too() -> None:
    """ILR-3.GS.1: whoever observed is active, with or without a slot."""
    records = [*walks_of(), walk(DAYS[3], "t1", "p3", hour=13)]
    assert verdict("ILR-3.GS.1", with_walks(records)).verdict is Verdict.NOT_MET


def test_an_observer_needs_no_slot_in_a_month_out_of_service() -> None:
    """ILR-3.GS.1: an appointment that begins in October asks for no slot in September."""
    slots = [slot for slot in slots_of(walks_of()) if slot.observer == "p1" or slot.day in OCTOBER]
    posts = (
        *evidence().roster.appointments,  # type: ignore[union-attr]  # the evidence has a roster
        Appointment(person="p2", organisation="d1", role=Role.INSTRUCTIONAL_LEADER, start=OCTOBER.start),
    )
    schedule = Schedule(tuple(slots))
    records = [one for one in walks_of() if one.observer == "p1" or one.at.date() in OCTOBER]
    late = changed(schedule=schedule, roster=roster(appointments=posts), table=table_of(records))
    assert verdict("ILR-3.GS.1", late).verdict is Verdict.MET
    assert verdict("ILR-3.GS.1", attrs.evolve(late, roster=None)).verdict is Verdict.NOT_MET


def test_a_schedule_without_anybody_fails() -> None:
    """ILR-3.GS.1: no slot and no observer is a schedule that is not there."""
    answer = verdict("ILR-3.GS.1", changed(schedule=Schedule(), table=None))
    assert (answer.verdict, codes(answer)) == (Verdict.NOT_MET, ["NO_OBSERVERS"])


# GS.2


def test_visits_of_one_mode_only_are_no_mix() -> None:
    """ILR-3.GS.2: a school that announces every visit fails in both months."""
    slots = [attrs.evolve(slot, mode=VisitMode.SCHEDULED) for slot in slots_of(walks_of())]
    answer = verdict("ILR-3.GS.2", changed(schedule=Schedule(tuple(slots))))
    assert answer.verdict is Verdict.NOT_MET
    assert number(answer, "MONTHS_WITHOUT_MIX") == 2


@pytest.mark.parametrize(("random", "expected"), [(4, Verdict.NOT_MET), (5, Verdict.MET)])
def test_the_rarer_mode_must_reach_its_share(random: int, expected: Verdict) -> None:
    """ILR-3.GS.2: of twenty-two visits a month four random ones are too few and five are enough."""
    left = {9: random, 10: random}
    slots = []
    for slot in slots_of(walks_of()):
        mode = VisitMode.RANDOM if left[slot.day.month] > 0 else VisitMode.REQUESTED
        left[slot.day.month] -= 1
        slots.append(attrs.evolve(slot, mode=mode))
    assert verdict("ILR-3.GS.2", changed(schedule=Schedule(tuple(slots)))).verdict is expected


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (None, Verdict.MET),
        (VisitMode.RANDOM, Verdict.MET),
        (VisitMode.REQUESTED, Verdict.NOT_MET),
        (VisitMode.SCHEDULED, Verdict.NOT_MET),
    ],
)
def test_visits_without_a_slot_count_as_random_unless_announced(
    mode: VisitMode | None, expected: Verdict
) -> None:
    """ILR-3.GS.2: beside announced slots ad hoc visits make the mix, visits the teacher asked for do not."""
    planned = [one for place, one in enumerate(walks_of()) if place % 2]
    slots = [attrs.evolve(slot, mode=VisitMode.SCHEDULED) for slot in slots_of(planned)]
    loose = [walk(day, mode=mode, hour=14) for day in DAYS[::2]]
    school = changed(schedule=Schedule(tuple(slots)), table=table_of([*planned, *loose]))
    assert verdict("ILR-3.GS.2", school).verdict is expected


def test_a_month_without_visits_is_no_mix() -> None:
    """ILR-3.GS.2: a month in which nothing was held lacks both modes."""
    records = walks_of([day for day in DAYS if day.month == 9])
    school = changed(schedule=Schedule(tuple(slots_of(records))), table=table_of(records))
    assert number(verdict("ILR-3.GS.2", school), "MONTHS_WITHOUT_MIX") == 1


# GS.3


def test_a_teacher_unseen_in_a_month_fails_and_the_share_is_told() -> None:
    """ILR-3.GS.3: eleven of twelve teacher-months are not all, and the share shows how close it was."""
    answer = verdict(
        "ILR-3.GS.3", edited(lambda one: None if one.teachers == ("t4",) and one.at.month == 10 else one)
    )
    assert answer.verdict is Verdict.NOT_MET
    assert number(answer, "TEACHER_MONTHS_AT_FLOOR", "share") == pytest.approx(11 / 12)


def test_a_co_taught_visit_covers_each_teacher() -> None:
    """ILR-3.GS.3: the visit to two teachers counts for both."""
    records = [
        one if one.teachers != ("t1",) else attrs.evolve(one, teachers=("t1", "t2"), id="")
        for one in walks_of()
        if one.teachers != ("t2",)
    ]
    assert verdict("ILR-3.GS.3", with_walks(records)).verdict is Verdict.MET


def test_a_substitute_of_the_day_covers_nobody() -> None:
    """ILR-3.GS.3: visits held with a day's substitute leave the teacher unseen."""
    substituted = edited(
        lambda one: attrs.evolve(one, outcome=Outcome.SUBSTITUTE) if one.teachers == ("t2",) else one
    )
    answer = verdict("ILR-3.GS.3", substituted)
    assert answer.verdict is Verdict.NOT_MET
    assert number(answer, "TEACHER_MONTHS_AT_FLOOR", "share") == pytest.approx(10 / 12)


@pytest.mark.parametrize(
    "change",
    [
        {"minutes": 2.0},
        {"purpose": Purpose.CALIBRATION},
        {"purpose": Purpose.COACHING},
        {"building": "s2"},
    ],
)
def test_records_that_are_no_valid_visit_of_the_school_cover_nobody(change: dict[str, Any]) -> None:
    """ILR-3.GS.3: short visits, calibration, coaching and other schools do not count."""
    other = edited(lambda one: attrs.evolve(one, **change) if one.teachers == ("t2",) else one)
    assert verdict("ILR-3.GS.3", other).verdict is Verdict.NOT_MET


def test_hire_and_leave_in_a_month_cut_what_is_asked() -> None:
    """ILR-3.GS.3: who starts late in September, leaves early in October or is away owes no visit then."""
    posts = [
        Appointment(person="t1", organisation=SCHOOL, role=Role.TEACHER, start=date(2026, 9, 21)),
        Appointment(person="t2", organisation=SCHOOL, role=Role.TEACHER, end=date(2026, 10, 8)),
        *(Appointment(person=id, organisation=SCHOOL, role=Role.TEACHER) for id in TEACHERS[2:]),
    ]
    leaves = (Leave(person="t3", window=Window(date(2026, 9, 1), date(2026, 9, 30))),)

    def unseen(one: Walkthrough) -> Walkthrough | None:
        gone = {("t1", 9), ("t2", 10), ("t3", 9)}
        return None if (one.teachers[0], one.at.month) in gone else one

    school = attrs.evolve(edited(unseen), roster=roster(appointments=posts, leaves=leaves))
    assert verdict("ILR-3.GS.3", school).verdict is Verdict.MET
    assert verdict("ILR-3.GS.3", edited(unseen)).verdict is Verdict.NOT_MET


def test_a_long_term_substitute_is_observed_like_a_teacher() -> None:
    """ILR-3.GS.3: an appointed substitute who is never seen fails the criterion."""
    posts = (
        *roster().appointments,
        Appointment(person="t7", organisation=SCHOOL, role=Role.LONG_TERM_SUBSTITUTE),
    )
    assert verdict("ILR-3.GS.3", changed(roster=roster(appointments=posts))).verdict is Verdict.NOT_MET


def test_a_second_id_covers_its_person() -> None:
    """ILR-3.GS.3: visits under the id of another system count for the one person behind both."""
    aliased = edited(lambda one: attrs.evolve(one, teachers=("t1-sis",)) if one.teachers == ("t1",) else one)
    assert verdict("ILR-3.GS.3", aliased).verdict is Verdict.MET


@pytest.mark.parametrize("criterion", ["ILR-3.GS.3", "ILR-3.KI.1", "ILR-3.KI.3"])
def test_an_unknown_teacher_leaves_all_teachers_open(criterion: str) -> None:
    """While somebody who was seen is not in the roster nothing is said of all teachers."""
    answer = verdict(criterion, with_walks([*walks_of(), walk(DAYS[2], "stranger", hour=13, period="first")]))
    assert answer.verdict is Verdict.NOT_ASSESSABLE
    assert answer.needs == ("roster.appointments",)
    assert number(answer, "UNKNOWN_TEACHERS") == 1


def test_a_short_month_is_judged_with_its_neighbour() -> None:
    """ILR-3.GS.3: a first month of three instructional days asks for no visit of its own."""
    late = attrs.evolve(
        CALENDAR, instructional_days=[day for day in CALENDAR.instructional_days if day >= date(2026, 9, 28)]
    )
    records = walks_of([day for day in DAYS if day >= date(2026, 10, 1)])
    answer = verdict("ILR-3.GS.3", with_walks(records), calendar=late)
    assert answer.verdict is Verdict.MET
    alone = verdict("ILR-3.GS.3", with_walks(records), calendar=late, policy=Policy(short_month=2))
    assert alone.verdict is Verdict.NOT_MET


# GS.4


def test_a_held_slot_without_a_record_fails() -> None:
    """ILR-3.GS.4: one held visit that left nothing is counted."""
    slots = slots_of(walks_of())
    slots[4] = attrs.evolve(slots[4], visit=None)
    answer = verdict("ILR-3.GS.4", changed(schedule=Schedule(tuple(slots))))
    assert answer.verdict is Verdict.NOT_MET
    assert number(answer, "HELD_SLOTS_WITHOUT_RECORD") == 1


@pytest.mark.parametrize("outcome", [Outcome.CANCELLED, Outcome.CLASS_AWAY, None])
def test_a_slot_that_was_not_held_needs_no_record(outcome: Outcome | None) -> None:
    """ILR-3.GS.4: what did not take place leaves no form."""
    slots = slots_of(walks_of())
    slots[4] = attrs.evolve(slots[4], visit=None, outcome=outcome)
    assert verdict("ILR-3.GS.4", changed(schedule=Schedule(tuple(slots)))).verdict is Verdict.MET


def test_a_record_of_another_day_still_belongs_to_its_slot() -> None:
    """ILR-3.GS.4: a visit that was put off beyond the window has left its form."""
    records = walks_of()
    moved = [
        attrs.evolve(one, at=one.at + timedelta(days=90)) if one.visit == f"visit-{DAYS[4]}" else one
        for one in records
    ]
    school = changed(schedule=Schedule(tuple(slots_of(records))), table=table_of(moved))
    assert verdict("ILR-3.GS.4", school).verdict is Verdict.MET


def frame_of(**columns: list[Any]) -> ObservationTable:
    """A table of two visits with the given facts."""
    facts = {
        "visit": ["a", "b"],
        "teacher": ["t1", "t2"],
        "observer": ["p1", "p2"],
        "item": ["questioning", "questioning"],
        "level": [2, 3],
        "day": [DAYS[0], DAYS[1]],
        **columns,
    }
    named: dict[str, Any] = {name: name for name in columns}
    return ObservationTable.from_frame(
        facts,
        visit="visit",
        teacher="teacher",
        observer="observer",
        item="item",
        level="level",
        date="day",
        scales=SCALE,
        **named,
    )


def test_a_record_without_medium_or_form_fails() -> None:
    """ILR-3.GS.4: where media and forms are kept a visit without one of them is bare."""
    table = frame_of(medium=["paper", None], form=["core@1.0.0", "core@1.0.0"])
    answer = verdict("ILR-3.GS.4", changed(table=table, schedule=Schedule()))
    assert number(answer, "RECORDS_WITHOUT_FORM") == 1
    table = frame_of(medium=["paper", "paper"], form=["core@1.0.0", None])
    answer = verdict("ILR-3.GS.4", changed(table=table, schedule=Schedule()))
    assert number(answer, "RECORDS_WITHOUT_FORM") == 1


def test_a_table_without_media_leaves_the_forms_open() -> None:
    """ILR-3.GS.4: a host that keeps no medium is asked for it."""
    answer = verdict("ILR-3.GS.4", changed(table=frame_of()))
    assert answer.verdict is Verdict.NOT_ASSESSABLE
    assert "walkthrough.medium" in answer.needs


def test_no_visit_and_no_slot_meets_nothing() -> None:
    """ILR-3.GS.4: all of nothing is not enough."""
    answer = verdict("ILR-3.GS.4", changed(schedule=Schedule(), table=evidence().table), window=NO_VISITS)
    assert (answer.verdict, codes(answer)) == (Verdict.NOT_MET, ["NO_OBSERVERS"])


NO_VISITS = Window(date(2026, 9, 5), date(2026, 9, 6))
"""A weekend."""


# GB.1


@pytest.mark.parametrize(
    "change",
    [
        {"period": "first"},
        {"lesson_part": LessonPart.MIDDLE},
    ],
)
def test_visits_that_crowd_one_bin_are_not_spread(change: dict[str, Any]) -> None:
    """ILR-3.GB.1: a period or lesson part that holds every visit of October fails that month."""
    answer = verdict(
        "ILR-3.GB.1", edited(lambda one: attrs.evolve(one, **change) if one.at.month == 10 else one)
    )
    assert answer.verdict is Verdict.NOT_MET
    assert number(answer, "MONTHS_NOT_SPREAD") == 1


def test_a_period_that_nobody_visits_is_not_spread() -> None:
    """ILR-3.GB.1: a period of the classes in the roster has to be seen."""
    sections = roster().sections
    wider = roster(sections=(attrs.evolve(sections[0], periods=(*sections[0].periods, "fourth")),))
    assert verdict("ILR-3.GB.1", changed(roster=wider)).verdict is Verdict.NOT_MET


def test_without_classes_the_visited_periods_are_the_periods() -> None:
    """ILR-3.GB.1: a roster without classes, or none at all, asks for the periods that occur."""
    assert verdict("ILR-3.GB.1", changed(roster=roster(sections=()))).verdict is Verdict.MET
    assert verdict("ILR-3.GB.1", changed(roster=None)).verdict is Verdict.MET


@pytest.mark.parametrize(("every", "expected"), [(5, Verdict.MET), (4, Verdict.NOT_ASSESSABLE)])
@pytest.mark.parametrize(
    ("field", "nothing", "need"),
    [
        ("lesson_part", LessonPart.UNKNOWN, "walkthrough.lesson_part"),
        ("period", None, "walkthrough.period"),
    ],
)
@pytest.mark.parametrize("criterion", ["ILR-3.GB.1", "ILR-3.KI.3"])
def test_too_many_untold_bins_leave_the_spread_open(
    criterion: str, field: str, nothing: Any, need: str, every: int, expected: Verdict
) -> None:
    """A fifth of visits without lesson part or period is borne, a quarter is not."""
    hidden = set(DAYS[1 : every * 8 + 1 : every]) if every == 5 else set(DAYS[1::every])
    answer = verdict(
        criterion,
        edited(lambda one: attrs.evolve(one, **{field: nothing}) if one.at.date() in hidden else one),
    )
    assert answer.verdict is expected
    assert answer.needs == (() if expected is Verdict.MET else (need,))


def test_no_visits_are_not_spread() -> None:
    """ILR-3.GB.1: where observations are kept and a month has none its bins are empty."""
    answer = verdict("ILR-3.GB.1", with_walks(walks_of(DAYS[:22])))
    assert number(answer, "MONTHS_NOT_SPREAD") == 1


# GB.2


def test_an_observer_who_is_never_paired_fails() -> None:
    """ILR-3.GB.2: one of three observers without a shared visit is counted."""
    answer = verdict("ILR-3.GB.2", with_walks([*walks_of(), walk(DAYS[2], "t1", "p3", hour=13)]))
    assert answer.verdict is Verdict.NOT_MET
    assert (
        number(answer, "OBSERVERS_WITHOUT_PAIR"),
        number(answer, "OBSERVERS_WITHOUT_PAIR", "of"),
    ) == (1, 3)


def test_paired_visits_must_not_be_rare() -> None:
    """ILR-3.GB.2: one shared visit in forty-four is under the share, though both observers have theirs."""
    paired = f"visit-{DAYS[0]}"
    answer = verdict(
        "ILR-3.GB.2",
        edited(
            lambda one: (
                None
                if one.observer == "p2" and one.visit != paired and DAYS.index(one.at.date()) % 5 == 0
                else one
            )
        ),
    )
    assert number(answer, "OBSERVERS_WITHOUT_PAIR") == 0
    assert answer.verdict is Verdict.NOT_MET


def test_each_whole_term_asks_for_its_pair() -> None:
    """ILR-3.GB.2: pairs of the fall do not serve the spring; a term that is not over is not judged."""
    winter = CALENDAR.between(date(2027, 1, 4), date(2027, 6, 11))
    loners = [walk(day, "t1", f"p{1 + place % 2}") for place, day in enumerate(winter[:6])]
    school = with_walks([*walks_of(CALENDAR.between(DAYS[0], FALL.window.end)), *loners])
    assert verdict("ILR-3.GB.2", school, as_of=date(2027, 1, 31)).verdict is Verdict.MET
    year = verdict("ILR-3.GB.2", school, as_of=date(2027, 6, 11))
    assert number(year, "OBSERVERS_WITHOUT_PAIR") == 2


def test_a_second_record_made_for_calibration_makes_a_pair() -> None:
    """ILR-3.GB.2: the second observer may have recorded for calibration only."""
    second = edited(
        lambda one: (
            attrs.evolve(one, purpose=Purpose.CALIBRATION)
            if one.observer == "p2" and DAYS.index(one.at.date()) % 5 == 0
            else one
        )
    )
    assert verdict("ILR-3.GB.2", second).verdict is Verdict.MET


def test_nobody_observing_is_not_met() -> None:
    """ILR-3.GB.2 and KI.4: a window without visits has neither pairs nor electronic records."""
    for criterion in ("ILR-3.GB.2", "ILR-3.KI.4"):
        answer = verdict(criterion, window=NO_VISITS)
        assert (answer.verdict, codes(answer)) == (Verdict.NOT_MET, ["NO_OBSERVERS"])


# KI.1


def seen_on(places: list[int]) -> Evidence:
    """One teacher who was seen on the given instructional days, and nobody else on the roster."""
    posts = [Appointment(person="t1", organisation=SCHOOL, role=Role.TEACHER)]
    return changed(
        roster=roster(appointments=posts),
        table=table_of([walk(DAYS[place], hour=9 + place % 3) for place in places]),
    )


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([9, 19], Verdict.MET),
        ([10, 19], Verdict.NOT_MET),
        ([9], Verdict.NOT_MET),
        ([0, 10], Verdict.MET),
        ([0, 11], Verdict.NOT_MET),
        ([], Verdict.NOT_MET),
    ],
)
def test_every_run_of_ten_days_needs_a_visit(places: list[int], expected: Verdict) -> None:
    """ILR-3.KI.1: in twenty days the gap counts from the first day to the last, to the exact limit."""
    base = seen_on(places) if places else attrs.evolve(seen_on([0]), table=table_of([walk(DAYS[0], "t2")]))
    answer = verdict("ILR-3.KI.1", base, as_of=DAYS[19])
    assert answer.verdict is expected


def test_one_teacher_out_of_six_is_enough_to_fail() -> None:
    """ILR-3.KI.1: all teachers means the minimum, and the share says five of six."""
    answer = verdict(
        "ILR-3.KI.1", edited(lambda one: None if one.teachers == ("t4",) and one.at.month == 10 else one)
    )
    assert answer.verdict is Verdict.NOT_MET
    assert number(answer, "TEACHERS_WITHIN_GAP", "share") == pytest.approx(5 / 6)


def test_hire_and_leave_cut_the_gap() -> None:
    """ILR-3.KI.1: days before hire, after leaving and on leave do not lengthen a gap."""
    posts = [
        Appointment(person="t1", organisation=SCHOOL, role=Role.TEACHER, start=DAYS[30]),
        Appointment(person="t2", organisation=SCHOOL, role=Role.TEACHER, end=DAYS[8]),
        *(Appointment(person=id, organisation=SCHOOL, role=Role.TEACHER) for id in TEACHERS[2:]),
    ]
    leaves = (Leave(person="t3", window=Window(DAYS[10], DAYS[30])),)

    def visible(one: Walkthrough) -> Walkthrough | None:
        place = DAYS.index(one.at.date())
        hidden = {"t1": place < 30, "t2": place > 8, "t3": 10 <= place <= 30}
        return None if hidden.get(one.teachers[0], False) else one

    school = edited(visible)
    assert verdict("ILR-3.KI.1", school).verdict is Verdict.NOT_MET
    cut = attrs.evolve(school, roster=roster(appointments=posts, leaves=leaves))
    assert verdict("ILR-3.KI.1", cut).verdict is Verdict.MET


def test_nobody_can_be_overdue_in_a_window_shorter_than_the_gap() -> None:
    """ILR-3.KI.1: nine days cannot show that ten never pass, ten can."""
    records = with_walks(walks_of(DAYS[:6]))
    early = verdict("ILR-3.KI.1", records, as_of=DAYS[8])
    assert (early.verdict, codes(early)) == (Verdict.NOT_ASSESSABLE, ["WINDOW_TOO_SHORT"])
    assert verdict("ILR-3.KI.1", records, as_of=DAYS[9]).verdict is Verdict.MET


def test_a_school_without_teachers_in_the_roster_is_open() -> None:
    """ILR-3.KI.1, KI.2 and KI.3: a roster that appoints nobody to teach says nothing about all teachers."""
    nobody = changed(roster=roster(appointments=()))
    for criterion in ("ILR-3.KI.1", "ILR-3.KI.2", "ILR-3.KI.3"):
        answer = verdict(criterion, nobody)
        assert (answer.verdict, answer.needs) == (Verdict.NOT_ASSESSABLE, ("roster.appointments",))


def test_some_undated_records_excuse_a_gap_but_do_not_make_one() -> None:
    """ILR-3.KI.1: a record without a day may fill the gap, so its day is asked for; a met rule stays met."""
    rows = [(f"v{place}", "t1", day) for place, day in enumerate(DAYS[:20:5])]

    def school(*days: Any) -> Evidence:
        table = ObservationTable.from_frame(
            {
                "visit": [f"v{place}" for place in range(len(days))],
                "teacher": ["t1"] * len(days),
                "observer": ["p1"] * len(days),
                "item": ["questioning"] * len(days),
                "level": [3] * len(days),
                "day": list(days),
            },
            visit="visit",
            teacher="teacher",
            observer="observer",
            item="item",
            level="level",
            date="day",
            scales=SCALE,
        )
        return attrs.evolve(seen_on([0]), table=table)

    often = [day for _, _, day in rows]
    assert verdict("ILR-3.KI.1", school(*often, DAYS[19], None), as_of=DAYS[19]).verdict is Verdict.MET
    rarely = verdict("ILR-3.KI.1", school(DAYS[0], None), as_of=DAYS[19])
    assert (rarely.verdict, rarely.needs) == (Verdict.NOT_ASSESSABLE, ("walkthrough.at",))


# KI.2


def test_slots_that_fall_out_lower_the_capacity() -> None:
    """ILR-3.KI.2: twenty-two slots of which a third are held do not reach eighteen visits."""
    slots = slots_of(walks_of())
    lost = [
        slot if place % 3 == 0 else attrs.evolve(slot, outcome=Outcome.CANCELLED, visit=None)
        for place, slot in enumerate(slots)
    ]
    answer = verdict("ILR-3.KI.2", changed(schedule=Schedule(tuple(lost))))
    assert answer.verdict is Verdict.NOT_MET
    assert number(answer, "CAPACITY", "needed") == 18
    assert number(answer, "CAPACITY", "planned") == 22


def test_a_slot_whose_outcome_was_never_noted_counts_as_lost() -> None:
    """ILR-3.KI.2: the held share is taken of all slots that were planned."""
    slots = [
        slot if place % 3 == 0 else attrs.evolve(slot, outcome=None)
        for place, slot in enumerate(slots_of(walks_of()))
    ]
    answer = verdict("ILR-3.KI.2", changed(schedule=Schedule(tuple(slots))))
    assert number(answer, "CAPACITY", "held_rate") == pytest.approx(8 / 22, abs=0.001)


def test_the_window_before_tells_how_many_slots_fall_out() -> None:
    """ILR-3.KI.2: with slots of an equally long earlier window the whole window is judged."""
    slots = slots_of(walks_of())
    september = [attrs.evolve(slot, outcome=None) if slot.day in OCTOBER else slot for slot in slots]
    window = Window(date(2026, 10, 1), date(2026, 10, 30))
    answer = verdict("ILR-3.KI.2", changed(schedule=Schedule(tuple(september))), window=window)
    assert answer.verdict is Verdict.MET
    assert (number(answer, "CAPACITY", "planned"), number(answer, "CAPACITY", "held_rate")) == (22, 1.0)


def test_without_outcomes_the_capacity_is_open() -> None:
    """ILR-3.KI.2: slots whose outcomes nobody notes tell no share that is held."""
    slots = slots_of(walks_of(), outcome=None)
    answer = verdict("ILR-3.KI.2", changed(schedule=Schedule(tuple(slots))))
    assert (answer.verdict, codes(answer)) == (Verdict.NOT_ASSESSABLE, ["NO_EARLIER_SLOTS"])


def test_a_window_of_one_day_has_no_half_before() -> None:
    """ILR-3.KI.2: on the first day there is no past to learn from."""
    answer = verdict("ILR-3.KI.2", as_of=DAYS[0])
    assert (answer.verdict, answer.needs) == (Verdict.NOT_ASSESSABLE, ("slot.outcome",))


# KI.3


@pytest.mark.parametrize("change", [{"period": "first"}, {"lesson_part": LessonPart.CLOSING}])
def test_a_teacher_always_seen_at_one_time_fails(change: dict[str, Any]) -> None:
    """ILR-3.KI.3: the last four visits to one teacher in one bin are counted once."""
    last = [one for one in walks_of() if one.teachers == ("t2",)][-5:]
    answer = verdict("ILR-3.KI.3", edited(lambda one: attrs.evolve(one, **change) if one in last else one))
    assert answer.verdict is Verdict.NOT_MET
    assert number(answer, "TEACHERS_SEEN_AT_ONE_TIME") == 1


def test_earlier_visits_do_not_count_for_variety() -> None:
    """ILR-3.KI.3: only the last four visits are looked at."""
    visits = dict.fromkeys(one.visit for one in walks_of() if one.teachers == ("t2",))
    kept = set([*visits][:-4])
    answer = verdict(
        "ILR-3.KI.3",
        edited(
            lambda one: (
                one if one.teachers != ("t2",) or one.visit in kept else attrs.evolve(one, period="second")
            )
        ),
    )
    assert answer.verdict is Verdict.NOT_MET


def test_a_teacher_who_was_never_seen_was_not_seen_at_unlike_times() -> None:
    """ILR-3.KI.3: no visits are no variety."""
    assert verdict("ILR-3.KI.3", edited(lambda one: None if one.teachers == ("t2",) else one)).verdict is (
        Verdict.NOT_MET
    )


def test_a_teacher_on_leave_all_the_time_is_passed_over() -> None:
    """ILR-3.KI.3: whom nobody could visit owes no variety."""
    away = roster(leaves=(Leave(person="t2", window=Window(DAYS[0], DAYS[-1])),))
    school = attrs.evolve(edited(lambda one: None if one.teachers == ("t2",) else one), roster=away)
    assert verdict("ILR-3.KI.3", school).verdict is Verdict.MET


# KI.4 and KI.5


def test_one_paper_form_is_not_all_electronic() -> None:
    """ILR-3.KI.4: a single paper record fails and the share shows how close it was."""
    records = walks_of()
    paper = [attrs.evolve(records[0], medium=Medium.PAPER), *records[1:]]
    answer = verdict("ILR-3.KI.4", with_walks(paper))
    assert answer.verdict is Verdict.NOT_MET
    assert number(answer, "ELECTRONIC_SHARE", "share") == pytest.approx(1 - 1 / len(records))


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        (["electronic", "electronic"], Verdict.MET),
        (["electronic", None], Verdict.NOT_ASSESSABLE),
        (["paper", None], Verdict.NOT_MET),
    ],
)
def test_an_untold_medium_is_not_taken_for_paper(media: list[Any], expected: Verdict) -> None:
    """ILR-3.KI.4: a record that does not say its medium leaves the answer open, unless another is on paper."""
    assert verdict("ILR-3.KI.4", changed(table=frame_of(medium=media))).verdict is expected


def test_several_form_versions_are_told_and_one_is_no_failure() -> None:
    """ILR-3.KI.5: two versions show change; with one there is nothing to judge."""
    two = frame_of(form=["core@1.0.0", "core@1.1.0"])
    answer = verdict("ILR-3.KI.5", changed(table=two))
    assert (answer.verdict, number(answer, "FORM_VERSIONS")) == (Verdict.MET, 2)
    assert verdict("ILR-3.KI.5").verdict is Verdict.NOT_APPLICABLE
    assert verdict("ILR-3.KI.5", changed(table=frame_of())).verdict is Verdict.NOT_ASSESSABLE


def test_records_of_other_schools_are_passed_over() -> None:
    """A district's table is read for the one school: paper in another building fails nothing here."""
    elsewhere = walk(DAYS[0], "x1", "q1", building="s2", medium=Medium.PAPER)
    assert verdict("ILR-3.KI.4", with_walks([*walks_of(), elsewhere])).verdict is Verdict.MET

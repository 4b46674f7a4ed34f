"""The rules of practices 9, 10 and 11, each with evidence that meets it, fails it and cannot tell."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest
from tests.progress.coached_school import (
    CROSSWALK,
    GROWTH,
    PROFILES,
    PROTOCOL,
    REQUEST,
    changed,
    coaching_parts,
    evidence,
    notes,
    plans,
    plans_with,
    roster,
    verdict,
    visits,
)
from tests.progress.small_school import AS_OF, meeting, reclosed, report, walk

from ilr import coaching, interop
from ilr.base import Appointment, Policy, Role, Verdict, Window
from ilr.continuum import Stage
from ilr.cycles import CodeCount
from ilr.disclosure import Release, Withdrawal
from ilr.forms import Purpose
from ilr.progress import CriterionVerdict, Evidence
from ilr.progress.rules import registered

MET, NOT_MET, OPEN = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_ASSESSABLE
NONE = Verdict.NOT_APPLICABLE
CODES = ("ILR-9", "ILR-10", "ILR-11")
PRACTICE = tuple(id for id in registered() if id.split(".")[0] in CODES)
PLANS = tuple(
    id
    for id in PRACTICE
    if id
    not in (
        *("ILR-9.GS.1", "ILR-9.GS.2", "ILR-10.GS.1", "ILR-10.GS.2", "ILR-10.GB.3"),
        *("ILR-11.GS.2", "ILR-11.KI.1", "ILR-11.KI.2"),
    )
)


def kept(**parts: Any) -> Evidence:
    """The evidence with other walkthroughs, protocols, codes or requests."""
    return changed(coaching=coaching_parts(**parts))


def numbers(found: CriterionVerdict) -> dict[str, Any]:
    """The parameters of the first reason."""
    return dict(found.reasons[0].parameters)


@pytest.mark.parametrize("criterion", PRACTICE)
def test_the_coached_school_meets_every_criterion(criterion: str) -> None:
    """With all parts in place each criterion of practices 9 to 11 is met."""
    found = verdict(criterion)
    assert (found.verdict, found.needs, found.attested) == (MET, (), False)


def test_the_coached_school_stands_at_the_top() -> None:
    """ST-2: every stage of practices 9, 10 and 11 is reached on records alone."""
    found = report(evidence())
    assert {(found[code].stage, found[code].attested) for code in CODES} == {(Stage.KEEP_IMPROVING, False)}


@pytest.mark.parametrize("criterion", PRACTICE)
def test_without_records_nothing_of_coaching_can_be_assessed(criterion: str) -> None:
    """ST-4: where the host records nothing each criterion names the fields to keep."""
    found = verdict(criterion, Evidence())
    assert found.verdict is OPEN
    assert found.needs


def test_the_evidence_comes_back_from_json_equal() -> None:
    """Coaching, capacity and leadership survive the way through text as parts of the evidence."""
    assert interop.loads(interop.dumps(evidence()), Evidence) == evidence()


@pytest.mark.parametrize(
    ("criterion", "school"),
    [
        ("ILR-9.GS.1", changed(releases=None)),
        ("ILR-9.GS.1", changed(calibration=None)),
        ("ILR-9.GS.1", kept(walkthroughs=None)),
        ("ILR-9.GS.1", changed(releases=())),
        ("ILR-9.GS.2", changed(releases=None)),
        ("ILR-9.GS.2", kept(walkthroughs=None)),
        *((criterion, changed(engagements=None)) for criterion in PLANS),
        *((criterion, changed(roster=None)) for criterion in PLANS),
        ("ILR-9.GB.2", changed(releases=None)),
        ("ILR-9.KI.1", kept(walkthroughs=None)),
        ("ILR-9.KI.2", kept(walkthroughs=None)),
        ("ILR-10.GS.1", kept(protocols=None)),
        ("ILR-10.GS.2", kept(protocols=None)),
        ("ILR-10.GS.2", kept(crosswalk=None)),
        ("ILR-10.GS.2", kept(protocols=(attrs.evolve(PROTOCOL, focus=()),))),
        ("ILR-10.GB.2", kept(crosswalk=None)),
        ("ILR-10.GB.3", kept(requests=None)),
        ("ILR-10.GB.3", changed(releases=None)),
        ("ILR-10.KI.2", kept(requests=None)),
        ("ILR-11.GS.2", changed(reviews=None, coaching=coaching_parts(profiles=None))),
        ("ILR-11.GB.2", kept(vocabulary=None)),
        ("ILR-11.KI.1", kept(profiles=None)),
        ("ILR-11.KI.1", changed(reviews=())),
        ("ILR-11.KI.2", kept(profiles=None)),
        ("ILR-11.KI.2", changed(reviews=None)),
    ],
)
def test_an_absent_part_leaves_its_criteria_open(criterion: str, school: Evidence) -> None:
    """ST-4: without the part it reads a criterion is neither met nor failed, and the fields are named."""
    found = verdict(criterion, school)
    assert found.verdict is OPEN
    assert found.needs


@pytest.mark.parametrize("criterion", PLANS)
def test_where_nobody_is_coached_coaching_is_not_met(criterion: str) -> None:
    """ILR-9 to ILR-11: plans are kept and there is none of the building; those of leaders or others are no matter."""
    other = coaching.plan("t99", "c1", opened=date(2026, 9, 1))
    leader = coaching.plan("p1", "d1", model=coaching.LEADER_COACHING)
    over = coaching.CoachingPlan(teacher="t1", coach="c1", ended=date(2026, 8, 1))
    people = roster(*(roster().appointments), Appointment(person="t99", organisation="s2", role=Role.TEACHER))
    found = verdict(criterion, changed(engagements=(other, leader, over), roster=people))
    assert (found.verdict, found.reasons[0].code) == (NOT_MET, "NO_COACHING")


@pytest.mark.parametrize("criterion", PLANS)
def test_a_coached_teacher_whom_the_roster_does_not_know_leaves_it_open(criterion: str) -> None:
    """ST-4: nothing can be said of all who are coached while one of them may belong to the building or not."""
    stranger = coaching.plan("t99", "c1", opened=date(2026, 9, 1))
    for engagements in ((*plans(), stranger), (stranger,)):
        found = verdict(criterion, changed(engagements=engagements))
        assert (found.verdict, found.needs) == (OPEN, ("roster.appointments",))
        assert "UNKNOWN_COACHED" in {reason.code for reason in found.reasons}


# 9


def test_only_calibrated_ratings_are_shared() -> None:
    """ILR-9.GS.1: a shared rating of an observer who was not calibrated is a breach, unless it was read by right."""
    late = changed(calibration=(meeting({"p1": (3,) * 16}, master=(3,) * 16, on=date(2026, 10, 20)),))
    assert verdict("ILR-9.GS.1", late).verdict is NOT_MET
    read = tuple(attrs.evolve(one, use="access", id="") for one in notes(visits()))
    first = attrs.evolve(late, releases=(*read, *notes(visits())[-1:]))
    assert numbers(verdict("ILR-9.GS.1", first)) == {"n": 0, "of": 1}
    unscoped = tuple(attrs.evolve(one, scope=(), id="") for one in notes(visits()))
    assert verdict("ILR-9.GS.1", attrs.evolve(late, releases=unscoped)).verdict is NOT_MET


def test_a_breach_of_calibration_stands_first_and_caps_the_stage() -> None:
    """ST-5: what was shared before calibration keeps practice 9 from its first stage."""
    late = changed(calibration=(meeting({"p1": (3,) * 16}, master=(3,) * 16, on=date(2026, 10, 20)),))
    found = report(late)["ILR-9"]
    assert (found.stage, found.verdicts[0].criterion.id) == (None, "ILR-9.GS.1")


def test_every_visit_reaches_its_teacher_in_time() -> None:
    """ILR-9.GS.2: a visit that was not shared, or too late, fails; one still in time is not asked for."""
    given = notes(visits())
    assert numbers(verdict("ILR-9.GS.2", changed(releases=given[1:]))) == {"n": 1, "of": 55, "most": 2}
    late = attrs.evolve(given[0], on=date(2026, 9, 9), id="")
    assert verdict("ILR-9.GS.2", changed(releases=(late, *given[1:]))).verdict is NOT_MET
    new = (*visits(), walk(AS_OF, "t1", "p1", hour=11))
    assert verdict("ILR-9.GS.2", kept(walkthroughs=new)).verdict is MET
    alone = verdict("ILR-9.GS.2", kept(walkthroughs=new[-1:]))
    assert (alone.verdict, alone.reasons[0].code) == (OPEN, "NO_SHARE_OWED")
    assert verdict("ILR-9.GS.2", kept(walkthroughs=())).verdict is NOT_MET


def test_records_of_others_days_and_calibration_are_passed_over() -> None:
    """ILR-9.GS.2: what was corrected, made for calibration, elsewhere or outside the window asks for no notes."""
    day = date(2026, 9, 3)
    first = walk(day, "t1", "p1", hour=13)
    corrected = walk(day, "t1", "p1", hour=14, supersedes=first.id)
    others = (
        first,
        corrected,
        walk(day, "t2", "p1", hour=12, purpose=Purpose.CALIBRATION),
        walk(day, "t2", "p1", hour=15, building="s2"),
        walk(date(2026, 11, 2), "t2", "p1"),
    )
    school = changed(
        coaching=coaching_parts(walkthroughs=(*visits(), *others)),
        releases=(*notes(visits()), *notes([first])),
    )
    assert numbers(verdict("ILR-9.GS.2", school)) == {"n": 0, "of": 56, "most": 2}


@pytest.mark.parametrize("criterion", ["ILR-9.GB.1", "ILR-10.GB.1"])
def test_a_gap_between_conversations_is_told(criterion: str) -> None:
    """ILR-9.GB.1 and ILR-10.GB.1: a coached teacher without conversation for more than P-COACH days fails."""
    first = plans()[0]
    found = verdict(criterion, plans_with(sessions=first.sessions[:1], log=first.log[:1]))
    assert (found.verdict, numbers(found)) == (NOT_MET, {"n": 1, "of": 6, "most": 10})
    assert verdict(criterion, plans_with(sessions=(), log=())).verdict is NOT_MET
    assert verdict(criterion, evidence(), policy=Policy(coaching_gap=7)).verdict is NOT_MET


def test_days_without_a_plan_ask_for_no_conversation() -> None:
    """ILR-9.GB.1: a plan that began late, or ended, is asked on its own days; a second coach's talks count."""
    first = plans()[0]
    late = plans_with(opened=date(2026, 10, 26), sessions=(), log=())
    assert verdict("ILR-9.GB.1", late).verdict is MET
    talks, rest = first.sessions[::2], first.sessions[1::2]
    half = attrs.evolve(first, sessions=talks, log=(), requests=())
    other = coaching.CoachingPlan(teacher="t1-sis", coach="c2", opened=date(2026, 9, 1), sessions=rest)
    both = changed(engagements=(half, other, *plans()[1:]))
    assert numbers(verdict("ILR-9.GB.1", both)) == {"n": 0, "of": 6, "most": 10}


def test_notes_come_before_conversations() -> None:
    """ILR-9.GB.2: notes on the day of the conversation, or none, are late; without any scope it cannot be told."""
    first = plans()[0]
    talk = next(one for one in first.sessions if one.scope)
    given = notes(visits())
    late = tuple(attrs.evolve(one, on=talk.on, id="") if one.subject in talk.scope else one for one in given)
    assert numbers(verdict("ILR-9.GB.2", changed(releases=late)))["n"] == 1
    assert verdict("ILR-9.GB.2", changed(releases=())).verdict is NOT_MET
    bare = tuple(
        attrs.evolve(one, sessions=tuple(attrs.evolve(talk, scope=()) for talk in one.sessions))
        for one in plans()
    )
    found = verdict("ILR-9.GB.2", changed(engagements=bare))
    assert (found.verdict, found.needs) == (OPEN, ("coaching_session.scope",))


def test_conversations_draw_on_visits() -> None:
    """ILR-9.KI.1: a conversation after a visit that names none of them fails; without visits none is due."""
    bare = tuple(attrs.evolve(talk, evidence=()) for talk in plans()[0].sessions)
    assert verdict("ILR-9.KI.1", plans_with(sessions=bare)).verdict is NOT_MET
    assert verdict("ILR-9.KI.1", kept(walkthroughs=())).verdict is NONE
    early = tuple(attrs.evolve(talk, evidence=()) for talk in plans()[0].sessions[:1])
    window = Window(date(2026, 10, 1), AS_OF)
    later = plans_with(sessions=(*early, *plans()[0].sessions[1:]))
    assert verdict("ILR-9.KI.1", later, window=window).verdict is MET


def test_requests_never_fail() -> None:
    """ILR-9.KI.2: what teachers asked for is counted; without a request, or a visit after it, nothing is due."""
    assert numbers(verdict("ILR-9.KI.2")) == {"n": 1, "of": 1}
    assert verdict("ILR-9.KI.2", plans_with(requests=())).verdict is NONE
    unanswered = attrs.evolve(plans()[0].requests[0], look_fors=("grouping",))
    found = verdict("ILR-9.KI.2", plans_with(requests=(unanswered,)))
    assert (found.verdict, numbers(found)) == (MET, {"n": 0, "of": 1})


# 10


@pytest.mark.parametrize(
    "change", [{"inputs": ()}, {"published_on": None}, {"published_on": date(2026, 11, 1)}]
)
def test_a_published_protocol_uses_walkthroughs(change: dict[str, Any]) -> None:
    """ILR-10.GS.1: a draft, or a protocol without walkthroughs, is not enough; nor is one for leaders."""
    assert verdict("ILR-10.GS.1", kept(protocols=(attrs.evolve(PROTOCOL, **change),))).verdict is NOT_MET
    assert verdict("ILR-10.GS.1", kept(protocols=())).verdict is NOT_MET


def test_every_focus_is_mapped() -> None:
    """ILR-10.GS.2: a look-for of coaching without component fails, and so does a protocol that is not published."""
    more = attrs.evolve(PROTOCOL, focus=("questioning", "wait-time"))
    assert numbers(verdict("ILR-10.GS.2", kept(protocols=(more,)))) == {"n": 1, "of": 2}
    assert verdict("ILR-10.GS.2", kept(protocols=())).verdict is NOT_MET


def test_goals_go_with_components() -> None:
    """ILR-10.GB.2: a goal on a look-for that evaluation does not know fails; without goals it cannot be told."""
    other = attrs.evolve(CROSSWALK, entries=())
    assert numbers(verdict("ILR-10.GB.2", kept(crosswalk=other))) == {"n": 6, "of": 6}
    idle = tuple(attrs.evolve(one, goals=()) for one in plans())
    assert verdict("ILR-10.GB.2", changed(engagements=idle)).verdict is OPEN


def export(subject: str, **changes: Any) -> Release:
    """A disclosure to evaluation."""
    facts: dict[str, Any] = {
        "on": date(2026, 10, 6),
        "to": "p1",
        "audience": "evaluator",
        "grain": "individual content",
        "use": "evaluation",
        **changes,
    }
    return Release(subject=subject, **facts)


def exported(one: Release, **parts: Any) -> CriterionVerdict:
    """What is said of evaluation after a disclosure."""
    school = changed(coaching=coaching_parts(**parts), releases=(*(evidence().releases or ()), one))
    return verdict("ILR-10.GB.3", school)


def test_nothing_goes_to_evaluation_unasked() -> None:
    """ILR-10.GB.3: a disclosure that the teacher asked for, by name and to that person, is no breach; any other is."""
    assert exported(export("video-1")).verdict is MET
    assert exported(export("video-1", to="p2")).verdict is NOT_MET
    assert exported(export("video-1", on=date(2026, 10, 2))).verdict is NOT_MET
    assert exported(export("video-2")).verdict is NOT_MET
    visit = next(one for one in visits() if "t2" in one.teachers)
    assert exported(export(visit.id)).verdict is NOT_MET
    named = attrs.evolve(REQUEST, teacher="t2", requested_by="t2", records=(visit.id,), id="")
    assert exported(export(visit.id), requests=(REQUEST, named, named)).verdict is MET
    other = attrs.evolve(REQUEST, records=(visit.id,), id="")
    assert exported(export(visit.id), requests=(REQUEST, other)).verdict is NOT_MET
    back = Withdrawal(entry=REQUEST.id, by="t1", at=datetime(2026, 10, 6, 8, tzinfo=UTC))
    assert exported(export("video-1"), withdrawals=(back,)).verdict is NOT_MET


def test_a_release_by_somebody_else_is_a_breach_that_caps_the_stage() -> None:
    """ILR-10.GB.3 and ST-5: a request in the name of a teacher keeps practice 10 from getting better."""
    taken = attrs.evolve(REQUEST, requested_by="p1", id="")
    school = kept(requests=(taken,))
    assert numbers(verdict("ILR-10.GB.3", school)) == {"n": 1, "of": 1}
    found = report(school)["ILR-10"]
    assert (found.stage, found.verdicts[0].criterion.id) == (Stage.GETTING_STARTED, "ILR-10.GB.3")
    window = Window(date(2026, 10, 10), AS_OF)
    assert verdict("ILR-10.GB.3", school, window=window).verdict is MET


def test_a_plan_answers_a_need_of_evaluation() -> None:
    """ILR-10.KI.1: an accepted need meets it; a proposed and a declined one are told alike."""
    held = plans()[0].evaluation_needs[0]
    answers = [
        verdict("ILR-10.KI.1", plans_with(evaluation_needs=(attrs.evolve(held, status=status),)))
        for status in ("proposed", "declined")
    ]
    assert {one.verdict for one in answers} == {NOT_MET}
    assert answers[0].reasons == answers[1].reasons
    late = plans_with(evaluation_needs=(attrs.evolve(held, on=date(2026, 11, 5)),))
    assert verdict("ILR-10.KI.1", late).verdict is NOT_MET


def test_growth_is_shown_by_the_teacher_alone() -> None:
    """ILR-10.KI.2: artefacts are counted; a release of one that somebody else asked for fails."""
    taken = attrs.evolve(REQUEST, requested_by="p1", id="")
    assert verdict("ILR-10.KI.2", kept(requests=(taken,))).verdict is NOT_MET
    unrelated = attrs.evolve(taken, records=("w-1",), id="")
    assert verdict("ILR-10.KI.2", kept(requests=(unrelated,))).verdict is MET
    assert numbers(verdict("ILR-10.KI.2", plans_with(growth=(GROWTH, attrs.evolve(GROWTH, id="x"))))) == {
        "n": 2
    }


# 11


def test_coaching_goes_on() -> None:
    """ILR-11.GS.1: plans that all have ended are none; of few coached teachers no share is told."""
    over = tuple(attrs.evolve(one, goals=(), ended=date(2026, 10, 28)) for one in plans())
    found = verdict("ILR-11.GS.1", changed(engagements=over))
    assert (found.verdict, numbers(found)) == (NOT_MET, {"n": 0})
    few = verdict("ILR-11.GS.1", changed(engagements=plans()[:2]))
    assert [reason.code for reason in few.reasons] == ["ACTIVE_PLANS"]
    assert [reason.code for reason in verdict("ILR-11.GS.1").reasons] == ["ACTIVE_PLANS", "TEACHERS_COACHED"]


def profiles(teachers: int | None) -> tuple[coaching.NeedsProfile, ...]:
    """The profiles with another number."""
    counts = (CodeCount(source="coaching", code="pausing", teachers=teachers),)
    return tuple(attrs.evolve(one, counts=counts) for one in PROFILES)


def test_needs_are_counted_for_groups_that_hide_everyone() -> None:
    """ILR-11.GS.2: a number below P-K-OUT is a failure, a hidden one and zero are not."""
    assert verdict("ILR-11.GS.2", kept(profiles=profiles(4))).verdict is NOT_MET
    assert verdict("ILR-11.GS.2", kept(profiles=profiles(None))).verdict is MET
    assert verdict("ILR-11.GS.2", kept(profiles=profiles(0))).verdict is MET
    alone = changed(reviews=())
    assert (
        verdict("ILR-11.GS.2", attrs.evolve(alone, coaching=coaching_parts(profiles=()))).verdict is NOT_MET
    )
    silent = tuple(attrs.evolve(one, counts=()) for one in PROFILES)
    hidden = verdict("ILR-11.GS.2", attrs.evolve(alone, coaching=coaching_parts(profiles=silent)))
    assert (hidden.verdict, hidden.reasons[0].code) == (OPEN, "BELOW_TEACHERS")


@pytest.mark.parametrize("change", [{"protocol": None}, {"supports": ()}])
def test_support_is_documented(change: dict[str, Any]) -> None:
    """ILR-11.GB.1: one entry without protocol or support fails; without any conversation it cannot be told."""
    first, *others = plans()[0].log
    found = verdict("ILR-11.GB.1", plans_with(log=(attrs.evolve(first, **change), *others)))
    assert found.verdict is NOT_MET
    for criterion in ("ILR-11.GB.1", "ILR-11.GB.2"):
        quiet = tuple(attrs.evolve(one, sessions=(), log=()) for one in plans())
        assert verdict(criterion, changed(engagements=quiet)).verdict is OPEN


def test_entries_are_coded_and_made_soon() -> None:
    """ILR-11.GB.2: codes outside the vocabulary, late entries, or none at all fail."""
    assert verdict("ILR-11.GB.2", kept(vocabulary=("pausing",))).verdict is NOT_MET
    late = tuple(
        attrs.evolve(one, log=tuple(attrs.evolve(entry, logged_on=AS_OF) for entry in one.log))
        for one in plans()
    )
    assert verdict("ILR-11.GB.2", changed(engagements=late)).verdict is NOT_MET
    bare = tuple(attrs.evolve(one, log=()) for one in plans())
    found = verdict("ILR-11.GB.2", changed(engagements=bare))
    assert (found.verdict, len(found.reasons)) == (NOT_MET, 1)


def test_every_period_has_its_profiles() -> None:
    """ILR-11.KI.1: a period without the profile of the building, or of its own district, fails."""
    for place in range(4):
        fewer = PROFILES[:place] + PROFILES[place + 1 :]
        found = verdict("ILR-11.KI.1", kept(profiles=fewer))
        assert (found.verdict, numbers(found)) == (NOT_MET, {"n": 1, "of": 2})
    elsewhere = tuple(
        attrs.evolve(one, organisation="d2") if one.kind == "district" else one for one in PROFILES
    )
    assert verdict("ILR-11.KI.1", kept(profiles=elsewhere)).verdict is NOT_MET
    unknown = changed(roster=None, coaching=coaching_parts(profiles=elsewhere))
    assert verdict("ILR-11.KI.1", unknown).verdict is MET


def test_reviews_read_needs_and_decide_on_them() -> None:
    """ILR-11.KI.2: a review without coded needs fails, and so do decisions that cite no profile."""
    drafts = [attrs.evolve(one, seal="") for one in evidence().reviews or ()]
    unread = reclosed([attrs.evolve(drafts[0], sources=()), drafts[1]])
    assert numbers(verdict("ILR-11.KI.2", changed(reviews=unread))) == {"n": 1, "of": 2}
    assert verdict("ILR-11.KI.2", kept(profiles=())).verdict is NOT_MET


def test_a_needs_profile_is_evidence() -> None:
    """ILR-8a.GB.2: a decision that cites a needs profile alone rests on evidence, as long as the profile is on record."""
    assert verdict("ILR-8a.GB.2").verdict is MET
    assert verdict("ILR-8a.GB.2", kept(profiles=())).verdict is NOT_MET

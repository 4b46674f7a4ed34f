"""A district of two observers and six teachers from its form to its stage, through every room."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
from tests.progress.small_school import (
    ALIKE,
    AS_OF,
    CALENDAR,
    DAYS,
    FORM,
    FRAMEWORK,
    LOOK_FORS,
    OBSERVERS,
    POLICY,
    SCHOOL,
    TEACHERS,
    analysis,
    improvement_cycle,
    meeting,
    roster,
    walks_of,
)

from ilr import calibration, coaching, cycles, disclosure, interop, progress
from ilr.base import FrozenMap, Verdict
from ilr.calibration import Standings
from ilr.continuum import Stage
from ilr.disclosure import Context, MemoryLedger, Release
from ilr.forms import Outcome, VisitMode
from ilr.observation import ObservationTable, Schedule, Slot
from ilr.progress.rules import registered


def test_a_small_district_goes_the_whole_way() -> None:
    """Form, schedule, visits, calibration, release, review, decision, coaching and needs lead to both stages."""
    people = roster()

    # the form asks, the schedule plans, observers record
    assert [item.id for item in FORM.next_items({"questioning": 3})] == ["wait-time"]
    planned = [
        Slot(
            id=f"slot-{day}",
            building=SCHOOL,
            observer=OBSERVERS[place // 6 % 2],
            day=day,
            mode=VisitMode.RANDOM if place % 2 else VisitMode.SCHEDULED,
        )
        for place, day in enumerate(DAYS)
    ]
    walks = walks_of(dimensions=FrozenMap(subject="maths"))
    kept = Schedule(
        tuple(attrs.evolve(slot, outcome=Outcome.HELD, visit=f"visit-{slot.day}") for slot in planned)
    )
    table = ObservationTable.from_walkthroughs(walks, forms=[FORM], calendar=CALENDAR)
    assert (table.count("visit"), table.count("teacher"), table.count("observer")) == (44, 6, 2)

    # both observers see alike, so what they note may be shared
    videos = meeting(dict.fromkeys(OBSERVERS, ALIKE), master=ALIKE, on=date(2026, 8, 28))
    standings = Standings.from_meetings([videos], POLICY)
    assert all(standings.calibrated(one, look_for, on=DAYS[0]) for one in OBSERVERS for look_for in LOOK_FORS)
    assert {one.status for one in calibration.standings_of(videos, POLICY)} == {calibration.Status.CALIBRATED}

    # every teacher gets every record, and the ledger knows
    ledger = MemoryLedger()
    for walk in walks:
        context = Context(
            as_of=walk.at.date(), standings=standings, roster=people, calendar=CALENDAR, ledger=ledger
        )
        (teacher,) = walk.teachers
        permit = disclosure.share(walk, to=teacher, context=context)
        ledger = ledger.append(disclosure.release(walk, permit=permit, context=context), at=ledger.version)
    assert len(ledger.entries) == len(walks)

    # coaching is the teacher's own, and only codes leave it
    plans = []
    for teacher in TEACHERS:
        goal = coaching.Goal(students="eight of ten explain their method", look_for="questioning")
        agreed = coaching.plan(teacher, "c1").propose(goal, by="c1").accept(by=teacher)
        plans.append(agreed.note(coaching.LogEntry(on=DAYS[9], needs=("discussion",))))
    sources = coaching.needs(plans, roster=people)
    assert [(one.code, one.teachers) for one in sources] == [("discussion", 6)]

    # two reviews, each on its cut, the second looking back at the first
    reviews: list[cycles.Review] = []
    for on, upto in ((date(2026, 10, 1), date(2026, 9, 30)), (date(2026, 10, 29), date(2026, 10, 28))):
        last = reviews[-1].cut.on if reviews else None
        called = cycles.trigger(
            table,
            building=SCHOOL,
            as_of=upto + timedelta(days=3),
            policy=POLICY,
            last=last,
            standings=standings,
        )
        made, chosen = cycles.cut(table, building=SCHOOL, on=upto, policy=POLICY, after=last)
        told = disclosure.publish(
            chosen, by=["subject"], audience="building", roster=people, standings=standings
        )
        strength = cycles.Finding(
            id=f"strength-{on}", kind="strength", look_for="questioning", evidence=("analysis-outcome",)
        )
        decisions = [
            cycles.Decision(id=f"{kind.value}-{on}", kind=kind, on=on, owner="p1", evidence=(strength.id,))
            for kind in (cycles.DecisionKind.BUILD_ON_STRENGTH, cycles.DecisionKind.COACHING)
        ]
        waiting = cycles.open_decisions(reviews, before=on)
        review = cycles.Review(
            id=f"review-{on}",
            building=SCHOOL,
            on=on,
            cut=made,
            trigger=called.by or "calendar",
            summary=cycles.summarise(chosen, policy=POLICY, breakdowns=[told]),
            protocol="data-protocol",
            steps=(cycles.ProtocolStep("look"), cycles.ProtocolStep("decide")),
            cycle="autumn",
            findings=(strength,),
            decisions=tuple(decisions),
            revisits=tuple(
                cycles.StatusEntry(decision=one.id, status=cycles.DecisionStatus.DONE, on=on)
                for one in waiting
            ),
            sources=sources,
            participants=OBSERVERS,
        )
        reviews.append(cycles.close(review, earlier=reviews))
    assert [len(review.revisits) for review in reviews] == [0, 2]
    assert sum(len(review.cut) for review in reviews) == sum(
        walk.at.date() <= date(2026, 10, 28) for walk in walks
    )
    cycle = improvement_cycle(id="autumn")

    # where the building stands, what is due, and all of it through text
    evidence = progress.Evidence(
        roster=people,
        schedule=kept,
        table=table,
        calibration=(videos,),
        reviews=tuple(reviews),
        cycles=(cycle,),
        analyses=(analysis("outcome"), analysis("non-academic")),
        releases=tuple(entry for entry in ledger.entries if isinstance(entry, Release)),
        engagements=tuple(plans),
    )
    report = progress.assess(
        FRAMEWORK, evidence, building=SCHOOL, as_of=AS_OF, calendar=CALENDAR, policy=POLICY
    )
    ruled = {id.split(".")[0] for id in registered()} & {*report}
    assert {code: report[code].stage for code in ruled if report[code].stage} == {
        "ILR-3": Stage.KEEP_IMPROVING,
        "ILR-5": Stage.KEEP_IMPROVING,
        "ILR-6a": Stage.GETTING_STARTED,
        "ILR-6b": Stage.GETTING_STARTED,
        "ILR-11": Stage.GETTING_STARTED,
    }
    others = [one for code in report if code not in ruled for one in report[code].verdicts]
    assert {one.verdict for one in others} == {Verdict.NOT_ASSESSABLE}
    assert progress.due(evidence, as_of=AS_OF, calendar=CALENDAR) == ()
    assert interop.loads(interop.dumps(evidence), progress.Evidence) == evidence

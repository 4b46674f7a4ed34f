"""Every value that a room hands to the next goes out as JSON and comes back equal."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest
from tests.cycles import small_cycle

from ilr import calibration, coaching, continuum, cycles, disclosure, forms, interop, progress
from ilr.base import FrozenMap, Orientation, Policy, Roster, SchoolCalendar, Window
from ilr.observation import AgreementTable, Coverage, GroupMeans, ObservationTable, Rates, Schedule
from ilr.stats import Estimate, Ratings, agreement, charts, proportions
from ilr.stats.charts import Chart
from ilr.testing import synthetic


def phase() -> charts.Phase:
    """A decided phase of a chart."""
    return charts.Phase(
        12, "new form", decided_by="p1", decided_on=date(2026, 11, 2), changed_on=date(2026, 10, 1)
    )


def control_chart() -> Chart:
    """A chart whose lines differ from point to point."""
    return charts.p_prime([9, 11] * 6 + [18, 20] * 6, [30, 31] * 12, phases=[phase()])


@cache
def values() -> dict[str, tuple[Any, Any]]:
    """One value of each kind from a small district, with the type to read it as."""
    district = synthetic.district(seed=3, teachers=12, weeks=10)
    policy, building, last = Policy(), district.buildings[0], district.calendar.window.end
    table = ObservationTable.from_walkthroughs(
        district.walkthroughs, forms=[district.form], calendar=district.calendar
    )
    standings = calibration.Standings.from_meetings(district.calibration, policy)
    context = disclosure.Context(
        as_of=last, standings=standings, roster=district.roster, calendar=district.calendar
    )
    walk = district.walkthroughs[-1]
    permit = disclosure.share(walk, to=walk.teachers[0], context=context)
    release = disclosure.release(walk, permit=permit, context=context)
    published = disclosure.publish(table, by=["subject"], audience="district", roster=district.roster)
    cut, part = cycles.cut(table, building=building, on=last, policy=policy)
    summary = cycles.summarise(part, policy=policy, breakdowns=[published])
    finding = cycles.Finding(id="f", kind="strength", look_for="questioning", evidence=(cut.hash,))
    decision = cycles.Decision(
        id="d", kind=cycles.DecisionKind.BUILD_ON_STRENGTH, on=last, owner="p", evidence=("f",)
    )
    outcomes = cycles.OutcomeData(
        dataset="mathematics",
        kind="outcome",
        unit="teacher",
        period=Window(date(2027, 5, 3), date(2027, 5, 14)),
        values=FrozenMap({id: place / 7 for place, id in enumerate(district.truth.practice)}),
        reliability=0.8,
    )
    associations = cycles.associate(
        table,
        [outcomes],
        items=["questioning"],
        window=district.calendar.window,
        lag=1,
        roster=district.roster,
        policy=Policy(association_teachers=8),
        seed=1,
        reliability={"questioning": 0.7},
    )
    analysis = cycles.AssociationAnalysis(
        id="a", on=date(2027, 6, 1), building="district", association=associations.rows[0]
    )
    review = cycles.close(
        cycles.Review(
            id="r",
            building=building,
            on=last,
            cut=cut,
            trigger="count",
            summary=summary,
            findings=(finding,),
            decisions=(decision,),
        )
    )
    goal = coaching.Goal(students="eight of ten explain their method")
    entry = coaching.LogEntry(on=last, needs=("questions",))
    plan = coaching.plan("t001", "coach-1").propose(goal, by="coach-1").accept(by="t001").note(entry)
    evidence = progress.Evidence(
        roster=district.roster,
        schedule=district.schedule,
        table=table,
        calibration=district.calibration,
        reviews=(review,),
        releases=(release,),
        engagements=(plan,),
        events=(Orientation(id="o", on=date(2026, 9, 1), building=building),),
    )
    framework = continuum.packs.load("ilr")
    report = progress.assess(framework, evidence, building=building, as_of=last, calendar=district.calendar)
    ratings = table.ratings("questioning")
    trigger = cycles.trigger(table, building=building, as_of=last, policy=policy)
    coverage = table.coverage(
        roster=district.roster,
        building=building,
        window=district.calendar.window,
        calendar=district.calendar,
        policy=policy,
    )
    return {
        "framework": (framework, continuum.Framework),
        "look-fors": (district.look_fors, continuum.LookForSet),
        "form": (district.form, forms.Form),
        "walkthrough": (walk, forms.Walkthrough),
        "walkthroughs": (district.walkthroughs, tuple[forms.Walkthrough, ...]),
        "roster": (district.roster, Roster),
        "calendar": (district.calendar, SchoolCalendar),
        "policy": (policy, Policy),
        "schedule": (district.schedule, Schedule),
        "table": (table, ObservationTable),
        "ratings": (ratings, Ratings),
        "coefficient": (agreement.gwet_ac(ratings, weights="quadratic"), Estimate),
        "undefined": (proportions.wilson(0, 0), Estimate),
        "run chart": (charts.run_chart([1, 2, None, 3]), Chart),
        "control chart": (control_chart(), Chart),
        "phase": (phase(), charts.Phase),
        "rates": (table.rates(by="grade"), Rates),
        "agreement": (table.agreement(), AgreementTable),
        "means": (table.means("observer"), GroupMeans),
        "coverage": (coverage, Coverage),
        "meeting": (district.calibration[0], calibration.CalibrationMeeting),
        "standings": (standings, calibration.Standings),
        "ledger": (context.ledger, disclosure.MemoryLedger),
        "subject": (disclosure.subject_of(walk), disclosure.Subject),
        "permit": (permit, type(permit)),
        "release": (release, disclosure.Release),
        "published": (published, disclosure.Published),
        "trigger": (trigger, cycles.Trigger),
        "review": (review, cycles.Review),
        "outcomes": (outcomes, cycles.OutcomeData),
        "associations": (associations, cycles.Associations),
        "analysis": (analysis, cycles.AssociationAnalysis),
        "cycle": (small_cycle.closed("expand", "c2"), cycles.ImprovementCycle),
        "chain": (cycles.chain([small_cycle.closed("expand", "c2")]), cycles.CycleChain),
        "drivers": (small_cycle.diagram(), cycles.DriverDiagram),
        "quality": (cycles.check_quality([small_cycle.draft()]), tuple[cycles.QualityFinding, ...]),
        "result": (cycles.read_result("met", "poor"), cycles.ResultReading),
        "plan": (plan, coaching.CoachingPlan),
        "evidence": (evidence, progress.Evidence),
        "report": (report, progress.StageReport),
        "due": (progress.due(evidence, as_of=last, calendar=district.calendar), tuple[progress.Due, ...]),
        "district": (district, synthetic.SyntheticDistrict),
    }


@pytest.mark.parametrize("name", values())
def test_it_comes_back_equal(name: str) -> None:
    """A value equals the one read from its document, and writes the same document again."""
    value, kind = values()[name]
    text = interop.dumps(value)
    again = interop.loads(text, kind)
    assert again == value
    assert interop.dumps(again) == text

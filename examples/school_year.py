"""A school year of a district that never was, from the first visit to the stage report.

Run ``python examples/school_year.py [FOLDER]``: it prints an account that a principal can read aloud and
writes two pictures to the folder (``pictures`` by default). Everything comes from the seeded synthetic
district of `ilr.testing`, so the account is the same on every machine.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import attrs

from ilr import calibration, coaching, continuum, cycles, disclosure, forms, interop, plots, progress
from ilr.base import Policy, Verdict
from ilr.observation import ObservationTable
from ilr.stats import charts
from ilr.testing import synthetic

SUPPORTED = "wait-time"
NEEDS = ("pausing after questions", "planning questions", "pausing after questions", "group routines")


def main(folder: str = "pictures") -> None:
    """Tell the year and draw it."""
    district = synthetic.district(seed=7, teachers=60, weeks=36)
    policy = Policy()
    building = district.buildings[0]
    everything = ObservationTable.from_walkthroughs(
        district.walkthroughs, forms=[district.form], calendar=district.calendar
    )
    print("THE YEAR OF A DISTRICT")
    print(
        f"{everything.count('observer')} observers made {everything.count('visit')} visits to "
        f"{everything.count('teacher')} teachers in {len(district.buildings)} schools and left "
        f"{len(everything)} records with {everything.n_ratings} ratings."
    )

    tell_form(district.form)
    standings = tell_calibration(district, policy)
    releases = tell_sharing(district, standings, policy)
    tell_agreement(everything)
    reviews, cycle = tell_reviews(district, everything, standings, policy, building)
    plans = tell_coaching(district, building, policy)
    tell_progress(district, everything, reviews, cycle, releases, plans, policy, building)
    tell_documents(everything, reviews, plans)
    draw(district, everything, policy, Path(folder))


def tell_form(form: forms.Form) -> None:
    """The form and how it grows deeper."""
    print("\nTHE FORM")
    first = ", ".join(item.name.lower() for item in form.next_items({}) if item.kind == "scale")
    print(f"The form asks: {first}.")
    before = set(form.next_items({}))
    deeper = [item.name.lower() for item in form.next_items({"discussion": 3}) if item not in before]
    print(f"Where students build on each other at level 3 or higher, it also asks: {', '.join(deeper)}.")


def tell_calibration(district: synthetic.SyntheticDistrict, policy: Policy) -> calibration.Standings:
    """What the calibration meetings showed."""
    standings = calibration.Standings.from_meetings(district.calibration, policy)
    print("\nCALIBRATION COMES FIRST")
    for meeting in district.calibration:
        rows = [row for row in standings.rows if row.observer in meeting.observers]
        passed = [row for row in rows if row.calibrated]
        print(
            f"On {meeting.discussed_at.date():%d %B %Y} {len(meeting.observers)} observers of "
            f"{meeting.buildings[0]} rated {len(meeting.exhibits)} clips alone, before they spoke. "
            f"{len(passed)} of {len(rows)} standings, look-for by look-for, are calibrated."
        )
        for row in rows:
            if not row.calibrated:
                print(
                    f"  {row.observer}, {row.look_for}: {row.status.value}; {'; '.join(map(str, row.reasons))}."
                )
    return standings


def tell_sharing(
    district: synthetic.SyntheticDistrict, standings: calibration.Standings, policy: Policy
) -> tuple[disclosure.Release, ...]:
    """What may go to the teacher, and what has to wait."""
    releases: list[disclosure.Release] = []
    refused = 0
    for walk in district.walkthroughs:
        context = disclosure.Context(
            as_of=district.calendar.school_day(walk.at) + timedelta(days=1),
            standings=standings,
            policy=policy,
            roster=district.roster,
            calendar=district.calendar,
        )
        teacher = walk.teachers[0]
        permit = disclosure.share(walk, to=teacher, context=context)
        if permit:
            releases.append(disclosure.release(walk, permit=permit, context=context))
        else:
            refused += 1
    print("\nSHARING")
    print(
        f"{len(releases)} records went to the teacher who was observed. {refused} were refused, because "
        "the observer was not calibrated yet on the day of the visit."
    )
    return tuple(releases)


def tell_agreement(table: ObservationTable) -> None:
    """Whether observers who were in the same room saw the same."""
    print("\nDO OBSERVERS SEE ALIKE?")
    for row in table.agreement():
        print(
            f"  {row.item}: the same level {row.exact.value:.0%} of the time "
            f"({row.exact.low:.0%} to {row.exact.high:.0%}), AC2 {row.ac2}, alpha {row.alpha}."
        )
    groups = table.disconnected()
    print(
        f"No visit joins the observers of {len(groups)} groups, so their levels cannot be compared: "
        f"{'; '.join(', '.join(sorted(group)) for group in groups)}."
    )


def tell_reviews(
    district: synthetic.SyntheticDistrict,
    table: ObservationTable,
    standings: calibration.Standings,
    policy: Policy,
    building: str,
) -> tuple[tuple[cycles.Review, ...], cycles.ImprovementCycle]:
    """The reviews of one school, each called for by the trigger and closed by the rules."""
    print(f"\nREVIEWS OF {building.upper()}")
    cycle = start_cycle(district, building)
    reviews: list[cycles.Review] = []
    for day, trigger in due_days(district, table, standings, policy, building, reviews):
        review = hold_review(district, table, standings, policy, building, day, trigger, cycle, reviews)
        reviews.append(review)
        if len(reviews) <= 2:
            tell_review(review)
    done = [one for one in cycles.decision_histories(reviews) if one.status is cycles.DecisionStatus.DONE]
    forgotten = cycles.missing_revisits(reviews)
    print(
        f"In the year there were {len(reviews)} reviews; {len(done)} decisions were done, and open ones were passed "
        f"over {len(forgotten)} times."
    )
    print(
        "Records that were changed since the reviews: "
        f"{sum(len(cycles.check_cut(review.cut, table).changed) for review in reviews)}."
    )
    return tuple(reviews), end_cycle(cycle, reviews, table.where(building=building).first_day())


def start_cycle(district: synthetic.SyntheticDistrict, building: str) -> cycles.ImprovementCycle:
    """A cycle about time to think, planned with a prediction before anybody looks."""
    opened = district.calendar.window.start
    prediction = cycles.Prediction(
        measure=SUPPORTED,
        low=0.35,
        high=0.60,
        why="coaching names the pause in every conversation",
        recorded_at=datetime.combine(opened - timedelta(days=3), time(15), tzinfo=UTC),
    )
    plan = cycles.Plan(
        aim="time-to-think",
        measures=(SUPPORTED,),
        change="count to three before the first answer",
        prediction=prediction,
        question="do students get time to think when teachers count to three?",
        data="the walkthrough form",
        stops_on=district.calendar.window.end,
    )
    cycle = cycles.ImprovementCycle(
        id="cycle-1", building=building, target="instructional practice", opened=opened
    )
    return cycles.start_cycle(cycles.plan_cycle(cycle, plan), on=opened)


def end_cycle(
    cycle: cycles.ImprovementCycle, reviews: list[cycles.Review], first_on: date | None
) -> cycles.ImprovementCycle:
    """What came out beside what was predicted, what follows, and how far it can be trusted."""
    last = reviews[-1]
    shares = [review.summary.shares.of(SUPPORTED).estimate for review in reviews if review.summary]
    records = [record for review in reviews for record in review.cut.records]
    running = cycles.record_data(cycle, observations=records, first_on=first_on)
    series = [None if share.undefined else share.value for share in shares]
    studied = cycles.study_cycle(running, on=last.on, result=shares[-1], series=series)
    comparison = studied.study.comparison if studied.study else None
    good = comparison is not None and cycles.judge_result(comparison, direction="higher") == "good"
    act = cycles.Act(
        kind="adopt" if good else "adapt",
        on=last.on,
        reason="as predicted or better" if good else "the result does not carry the change yet",
        next_cycle=None if good else "cycle-2",
    )
    done = cycles.act_on_cycle(studied, act)
    print(f"The cycle predicted 35% to 60% for {SUPPORTED}; at the last review it was {shares[-1]}.")
    if comparison is not None:
        print(f"  That is {comparison.outcome} what was predicted, so the change is to {act.kind}.")
    for finding in cycles.check_quality([done], reviews=reviews):
        print(f"  What weakens it, {finding.code}: {finding.reason} ({finding.source}).")
    return done


def due_days(
    district: synthetic.SyntheticDistrict,
    table: ObservationTable,
    standings: calibration.Standings,
    policy: Policy,
    building: str,
    reviews: list[cycles.Review],
) -> Iterator[tuple[date, cycles.Trigger]]:
    """The days on which a review falls due, one after the other."""
    for day in district.calendar.instructional_days:
        last = reviews[-1].cut.on if reviews else None
        if last is not None and (day - last).days < 5:
            continue
        trigger = cycles.trigger(
            table, building=building, as_of=day, policy=policy, last=last, standings=standings
        )
        if trigger.due:
            yield day, trigger


def hold_review(
    district: synthetic.SyntheticDistrict,
    table: ObservationTable,
    standings: calibration.Standings,
    policy: Policy,
    building: str,
    day: date,
    trigger: cycles.Trigger,
    cycle: cycles.ImprovementCycle,
    earlier: list[cycles.Review],
) -> cycles.Review:
    """One review: cut, summary, breakdown, finding, decision, and the look back."""
    last = earlier[-1].cut.on if earlier else None
    cut, part = cycles.cut(table, building=building, on=day, policy=policy, after=last)
    part = disclosure.calibrated_only(part, standings)
    published = disclosure.publish(
        part,
        by=["grade", "subject"],
        audience="district",
        policy=policy,
        roster=district.roster,
        standings=standings,
    )
    summary = cycles.summarise(part, policy=policy, breakdowns=[published])
    known = [share for share in summary.shares if share.estimate.undefined is None]
    strongest = max(known, key=lambda share: share.estimate.low)
    weakest = min(known, key=lambda share: share.estimate.high)
    name = f"review-{len(earlier) + 1}"
    findings = (
        cycles.Finding(id=f"{name}-strength", kind="strength", look_for=strongest.item, evidence=(cut.hash,)),
        cycles.Finding(
            id=f"{name}-gap", kind="gap", look_for=weakest.item, evidence=(cut.hash,), needs_response=True
        ),
    )
    decisions = (
        cycles.Decision(
            id=f"{name}-support",
            kind=cycles.DecisionKind.INSTRUCTIONAL_SUPPORT,
            on=day,
            owner=f"principal-{building[-1]}",
            evidence=(f"{name}-gap",),
            due=day + timedelta(days=28),
            cycle=cycle.id,
        ),
        cycles.Decision(
            id=f"{name}-build",
            kind=cycles.DecisionKind.BUILD_ON_STRENGTH,
            on=day,
            owner=f"coach-{building[-1]}",
            evidence=(f"{name}-strength",),
            cycle=cycle.id,
        ),
    )
    revisits = tuple(
        cycles.StatusEntry(
            decision=decision.id,
            on=day,
            status=cycles.DecisionStatus.DONE
            if decision.on < day - timedelta(days=20)
            else cycles.DecisionStatus.CONTINUE,
        )
        for decision in cycles.open_decisions(earlier, before=day)
    )
    review = cycles.Review(
        id=name,
        building=building,
        on=day,
        cut=cut,
        trigger=trigger.by or "calendar",
        summary=summary,
        protocol="data-protocol",
        steps=tuple(map(cycles.ProtocolStep, ("look", "ask", "find", "decide"))),
        cycle=cycle.id,
        findings=findings,
        decisions=decisions,
        revisits=revisits,
    )
    return cycles.close(review, earlier=earlier)


def tell_review(review: cycles.Review) -> None:
    """A review in words."""
    summary = review.summary
    if summary is None:
        return
    print(
        f"{review.on:%d %B %Y}, called for by the {review.trigger}: {len(review.cut)} records of "
        f"{summary.teachers} teachers."
    )
    left_out = "; ".join(f"{count} {reason}" for reason, count in summary.left_out.items())
    if left_out:
        print(f"  Left out: {left_out}.")
    for share in summary.shares:
        counts = share.estimate.n
        print(
            f"  {share.item}: {share.estimate.value:.0%} of ratings at level {share.at_least} or above, between "
            f"{share.estimate.low:.0%} and {share.estimate.high:.0%}; {counts['ratings']:.0f} ratings of "
            f"{counts['teachers']:.0f} teachers count like {counts['effective']:.0f} independent ones."
        )
    published = summary.breakdowns[0]
    print(
        f"  By {' and '.join(published.by)}: {len(published.cells) - published.hidden} cells told, "
        f"{published.hidden} hidden, because fewer than {published.teachers_per_cell} teachers or one of them "
        "would show."
    )
    for finding in review.findings:
        print(f"  Finding: {finding.kind}, {finding.look_for}.")
    for decision in review.decisions:
        print(f"  Decision: {decision.kind.value}, owner {decision.owner}.")
    for entry in review.revisits:
        print(f"  Looked at again: {entry.decision}, {entry.status.value}.")


def tell_coaching(
    district: synthetic.SyntheticDistrict, building: str, policy: Policy
) -> tuple[coaching.CoachingPlan, ...]:
    """Coaching of the teachers who asked for it, every third one here."""
    coach = f"coach-{building[-1]}"
    window = district.calendar.window
    asked = district.roster.teachers(building, window)[::3]
    plans: list[coaching.CoachingPlan] = []
    for number, teacher in enumerate(asked):
        goal = coaching.Goal(
            students="eight of ten students answer after thinking time",
            look_for=SUPPORTED,
            measure="share of questions with three seconds of silence",
            baseline=0.3,
            target=0.8,
        )
        entry = coaching.LogEntry(
            on=window.start + timedelta(days=60 + number),
            needs=(NEEDS[number % len(NEEDS)],),
            supports=("modelling",),
            minutes=30,
            protocol="grow",
        )
        plans.append(coaching.plan(teacher, coach).propose(goal, by=coach).accept(by=teacher).note(entry))
    print("\nCOACHING")
    print(
        f"{len(plans)} teachers of {building} asked for coaching. Each accepted a goal that {coach} had "
        "proposed; before that it was only a proposal."
    )
    for need in coaching.needs(plans, policy=policy, roster=district.roster):
        told = "too few teachers to be told" if need.teachers is None else f"{need.teachers} teachers"
        print(f"  Coded need, {need.code}: {told}.")
    return tuple(plans)


def tell_progress(
    district: synthetic.SyntheticDistrict,
    table: ObservationTable,
    reviews: tuple[cycles.Review, ...],
    cycle: cycles.ImprovementCycle,
    releases: tuple[disclosure.Release, ...],
    plans: tuple[coaching.CoachingPlan, ...],
    policy: Policy,
    building: str,
) -> None:
    """Where the school stands on two indicators, and what is missing next."""
    evidence = progress.Evidence(
        roster=district.roster,
        schedule=district.schedule,
        table=table,
        calibration=district.calibration,
        reviews=reviews,
        cycles=(cycle,),
        releases=releases,
        engagements=plans,
    )
    framework = continuum.packs.load("ilr")
    report = progress.assess(
        framework,
        evidence,
        building=building,
        as_of=district.calendar.window.end,
        calendar=district.calendar,
        policy=policy,
    )
    print(f"\nWHERE {building.upper()} STANDS")
    for code in ("ILR-3", "ILR-5"):
        one = report[code]
        stage = one.stage.title if one.stage else "not yet Getting Started"
        print(f"{code}, {framework.indicator(code).title.lower()}: {stage}.")
        for verdict in one.verdicts:
            reasons = "; ".join(map(str, verdict.reasons))
            print(
                f"  {verdict.criterion.id}, {verdict.verdict.value}: {reasons or ', '.join(verdict.needs)}."
            )
        for step in one.next_steps:
            word = "record" if step.verdict is Verdict.NOT_ASSESSABLE else "reach"
            print(f"  Next, {word}: {step.condition}")
    middle = district.calendar.terms[0].window.end
    until_then = attrs.evolve(
        evidence,
        reviews=tuple(one for one in reviews if one.on <= middle),
        releases=tuple(one for one in releases if one.on <= middle),
        table=table.between(district.calendar.window.start, middle),
    )
    owed = progress.due(until_then, as_of=middle, calendar=district.calendar, policy=policy)
    counts = {
        kind: sum(one.kind == kind for one in owed) for kind in ("visit", "share", "review", "decision")
    }
    print(
        f"On {middle:%d %B %Y} these were due: {counts['visit']} visits, {counts['share']} shares, "
        f"{counts['review']} reviews and {counts['decision']} decisions."
    )


def tell_documents(
    table: ObservationTable, reviews: tuple[cycles.Review, ...], plans: tuple[coaching.CoachingPlan, ...]
) -> None:
    """Everything goes out as JSON and comes back the same."""
    table_back = interop.loads(interop.dumps(table), ObservationTable)
    reviews_back = interop.loads(interop.dumps(reviews), tuple[cycles.Review, ...])
    plans_back = interop.loads(interop.dumps(plans), tuple[coaching.CoachingPlan, ...])
    same = (table_back, reviews_back, plans_back) == (table, reviews, plans)
    print(
        f"\nOut as JSON and in again, observations, reviews and plans are {'the same' if same else 'NOT the same'}."
    )


def draw(
    district: synthetic.SyntheticDistrict, table: ObservationTable, policy: Policy, folder: Path
) -> None:
    """Two pictures: practice over the weeks, and agreement of the observers."""
    labels, values = [], []
    monday = district.calendar.window.start
    while monday <= district.calendar.window.end:
        week = table.between(monday, monday + timedelta(days=6))
        if len(week):
            labels.append(f"{monday:%d %b}")
            values.append(week.rates().of(SUPPORTED).estimate.value)
        monday += timedelta(days=7)
    chart = charts.run_chart(values)
    pictures = {
        "practice.png": plots.run_chart(
            chart, labels=labels, title="Time to think before answers, by week", measure="at level 3 or above"
        ),
        "agreement.png": plots.agreement(
            table.agreement(), title="Do observers in the same room agree?", threshold=policy.agreement
        ),
    }
    folder.mkdir(parents=True, exist_ok=True)
    print("\nPICTURES")
    for name, picture in pictures.items():
        (folder / name).write_bytes(picture.to_bytes())
        print(f"{folder / name}: {picture.alt_text}")


if __name__ == "__main__":
    main(*sys.argv[1:2])

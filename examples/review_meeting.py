"""Two review meetings, told step by step with what the library answers at each.

Run ``python examples/review_meeting.py`` for a school of the synthetic district, or
``python examples/review_meeting.py DIR``, where DIR holds real ratings in the shape of the OECD's Global Teaching
InSights files; the lessons of England are then read as those of one school.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import attrs

from ilr import calibration, cycles, disclosure
from ilr.base import InvalidInput, Policy, Roster
from ilr.continuum import LevelScale
from ilr.observation import ObservationTable, Rate
from ilr.testing import synthetic

STEPS = ("look at the data alone", "say what stands out", "ask why", "decide", "predict")
FACTS = ("economy", "school_id", "teacher_id", "visit", "visit_date", "rater_id", "rated_on", "segment")


@attrs.frozen(kw_only=True)
class School:
    """What a meeting needs to know of a school."""

    id: str
    table: ObservationTable
    group: str
    roster: Roster
    standings: calibration.Standings | None
    days: tuple[date, date]
    policy: Policy = attrs.field(factory=Policy)


def main(folder: str | None = None) -> None:
    """Hold two meetings and tell them."""
    school = synthetic_school() if folder is None else real_school(Path(folder))
    print(f"TWO REVIEWS OF {school.id.upper()}")
    first = first_meeting(school)
    second_meeting(school, first)


def synthetic_school() -> School:
    """A school of the synthetic district, on the two days on which its first reviews fall due."""
    district = synthetic.district(seed=7)
    table = ObservationTable.from_walkthroughs(
        district.walkthroughs, forms=[district.form], calendar=district.calendar
    )
    days = district.calendar.instructional_days
    return School(
        id=district.buildings[0],
        table=table,
        group="subject",
        roster=district.roster,
        standings=calibration.Standings.from_meetings(district.calibration, Policy()),
        days=(days[17], days[40]),
    )


def real_school(folder: Path) -> School:
    """The lessons of England, in which the folder has ratings of every term of a school year."""
    with (folder / "schools.csv").open(newline="", encoding="utf-8") as lines:
        private = {row["school_id"]: row["private"] for row in csv.DictReader(lines)}
    with (folder / "components.csv").open(newline="", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["economy"] == "ENG"]
    items = [name for name in rows[0] if name not in FACTS]
    columns: dict[str, list[str | None]] = {name: [row[name] for row in rows] for name in rows[0]}
    columns["kind"] = [{"0": "state", "1": "private"}.get(private.get(row["school_id"], "")) for row in rows]
    table = ObservationTable.from_frame(
        columns,
        visit=["teacher_id", "visit"],
        teacher="teacher_id",
        observer="rater_id",
        segment="segment",
        date="visit_date",
        items=items,
        scales=LevelScale.numbered(4, half_levels=True, fidelity=3),
        dimensions=["kind"],
    )
    return School(
        id="ENG",
        table=table,
        group="kind",
        roster=Roster(),
        standings=None,
        days=(date(2017, 12, 22), date(2018, 5, 4)),
    )


def first_meeting(school: School) -> cycles.Review:
    """The first review: what the data show, what is decided, and what has to be said before it can close."""
    day = school.days[0]
    tell_call(school, day, None)
    cut, part = data_of(school, day, None)
    summary = summarised(school, part)
    tell_summary(school, cut, summary)
    findings = findings_of(summary, cut, "first")
    review = opened(school, "first", cut, summary, findings)
    print("\nThe facilitator closes the meeting without a decision. The library answers:")
    tell_problems(review, ())
    weak = summary.shares.of(str(findings[1].look_for)).estimate
    prediction = cycles.Prediction(
        measure=str(findings[1].look_for),
        low=round(weak.high, 2),
        high=1.0,
        why="teams plan one lesson a week around it",
        recorded_at=datetime.combine(day, time(16), tzinfo=UTC),
    )
    support = cycles.Decision(
        id="support",
        kind=cycles.DecisionKind.INSTRUCTIONAL_SUPPORT,
        on=day,
        owner="coach",
        evidence=(findings[1].id,),
        due=school.days[1],
        effect=prediction,
        effect_by=school.days[1],
    )
    build = cycles.Decision(
        id="build",
        kind=cycles.DecisionKind.BUILD_ON_STRENGTH,
        on=day,
        owner="principal",
        evidence=(findings[0].id,),
    )
    print(
        f"So they decide: support for {findings[1].look_for}, and to build on {findings[0].look_for}.\n"
        f"They expect {prediction.low:.0%} or more by {school.days[1]:%d %B %Y}, since {prediction.why}."
    )
    closed = cycles.close(cycles.extend(review, decisions=(support, build)))
    print(f"Closed: {closed.closed}. A copy with a finding taken away: {tampered(closed)}.")
    return closed


def second_meeting(school: School, first: cycles.Review) -> None:
    """The second review: it comes back to what was decided before it decides anything new."""
    day = school.days[1]
    print()
    tell_call(school, day, first.cut.on)
    cut, part = data_of(school, day, first.cut.on)
    _, before = data_of(school, first.on, None)
    summary = summarised(school, part, before)
    tell_summary(school, cut, summary)
    tell_changes(school, summary)
    findings = findings_of(summary, cut, "second")
    review = cycles.extend(
        opened(school, "second", cut, summary, findings),
        inputs=(cycles.Input(id="wish", on=day, by="team-1", source="team", about="form"),),
        decisions=(
            cycles.Decision(
                id="coaching",
                kind=cycles.DecisionKind.COACHING,
                on=day,
                owner="coach",
                evidence=(findings[1].id,),
            ),
        ),
    )
    print("\nThe facilitator closes. The library answers:")
    tell_problems(review, (first,))
    looked_at = tuple(
        revisit(decision, summary, day) for decision in cycles.open_decisions([first], before=day)
    )
    answer = cycles.Disposition(input="wish", outcome="declined", on=day, reason="the item is on the form")
    closed = cycles.close(cycles.extend(review, revisits=looked_at, dispositions=(answer,)), earlier=(first,))
    print(
        f"Closed: {closed.closed}. Decisions that were passed over: {len(cycles.missing_revisits([first, closed]))}."
    )
    changed = cycles.check_cut(first.cut, school.table)
    print(f"The records of the first review are as they were: {changed.unchanged}.")


def opened(
    school: School,
    name: str,
    cut: cycles.DataCut,
    summary: cycles.ReviewSummary,
    findings: tuple[cycles.Finding, ...],
) -> cycles.Review:
    """A review under way: the data are read, and what stands out is written down."""
    return cycles.Review(
        id=name,
        building=school.id,
        on=cut.on,
        cut=cut,
        trigger="count",
        summary=summary,
        protocol="data-meeting",
        steps=tuple(map(cycles.ProtocolStep, STEPS)),
        findings=findings,
        participants=("principal", "coach", "team-lead"),
    )


def tell_call(school: School, day: date, last: date | None) -> None:
    """Whether a review is due."""
    found = cycles.trigger(
        school.table,
        building=school.id,
        as_of=day,
        policy=school.policy,
        last=last,
        standings=school.standings,
    )
    print(f"{day:%d %B %Y}: a review is {f'due by {found.by}' if found.due else 'not due'}.")
    for reason in found.reasons:
        print(f"  {reason}.")


def data_of(school: School, day: date, after: date | None) -> tuple[cycles.DataCut, ObservationTable]:
    """The cut of a review and its ratings by calibrated observers, or by all where nobody checked."""
    cut, part = cycles.cut(school.table, building=school.id, on=day, policy=school.policy, after=after)
    return cut, part if school.standings is None else disclosure.calibrated_only(part, school.standings)


def published(school: School, table: ObservationTable) -> disclosure.Published:
    """The table by group, as the district may see it."""
    return disclosure.publish(
        table,
        by=[school.group],
        audience="district",
        policy=school.policy,
        roster=school.roster,
        standings=school.standings,
    )


def summarised(
    school: School, part: ObservationTable, before: ObservationTable | None = None
) -> cycles.ReviewSummary:
    """What the cut shows, beside the period before it."""
    return cycles.summarise(
        part,
        policy=school.policy,
        earlier=before,
        breakdowns=[published(school, part)],
        earlier_breakdowns=[] if before is None else [published(school, before)],
    )


def tell_summary(school: School, cut: cycles.DataCut, summary: cycles.ReviewSummary) -> None:
    """The look-fors at either end, and the groups."""
    few = "fewer records than call for a review" if cut.below_count else "enough records for a review"
    print(f"The cut holds {len(cut)} records ({few}), the summary {summary.teachers} teachers.")
    for why, count in summary.left_out.items():
        print(f"  Left out, {why}: {count}.")
    for rate in ends(summary):
        estimate = rate.estimate
        print(
            f"  {rate.item}: {estimate.value:.0%} at level {rate.at_least} or above, between {estimate.low:.0%} and "
            f"{estimate.high:.0%}; {estimate.n['ratings']:.0f} ratings count like {estimate.n['effective']:.0f}."
        )
    (table,) = summary.breakdowns
    print(f"  By {school.group}: {len(table.told)} cells told, {table.hidden} hidden.")
    for reason in table.reasons:
        print(f"  To know: {reason}.")


def ends(summary: cycles.ReviewSummary) -> Sequence[Rate]:
    """The two look-fors with the lowest and the two with the highest limits."""
    known = [rate for rate in summary.shares if rate.estimate.undefined is None]
    ordered = sorted(known, key=lambda rate: rate.estimate.low + rate.estimate.high)
    return [*ordered[:2], *ordered[-2:]]


def tell_changes(school: School, summary: cycles.ReviewSummary) -> None:
    """What moved since the review before, in the whole school and in its groups."""
    moved = [one for one in summary.changes if one.direction != "cannot tell"]
    print(
        f"  Since the period before: {len(moved)} of {len(summary.changes)} look-fors moved beyond their doubt."
    )
    for change in moved:
        print(f"    {change}")
    groups = [one for one in summary.group_changes if one.change.direction != "cannot tell"]
    for one in groups:
        print(f"    {school.group} {', '.join(one.key)}: {one.change}")


def findings_of(summary: cycles.ReviewSummary, cut: cycles.DataCut, name: str) -> tuple[cycles.Finding, ...]:
    """A strength and a gap, each with the cut as evidence."""
    weakest, *_, strongest = ends(summary)
    return (
        cycles.Finding(id=f"{name}-strength", kind="strength", look_for=strongest.item, evidence=(cut.hash,)),
        cycles.Finding(
            id=f"{name}-gap", kind="gap", look_for=weakest.item, evidence=(cut.hash,), needs_response=True
        ),
    )


def tell_problems(review: cycles.Review, earlier: Sequence[cycles.Review]) -> None:
    """What keeps a review open."""
    for problem in cycles.check_close(review, earlier=earlier):
        print(f"  [{problem.code}] {problem.path}: {problem.message} (expected {problem.expected}).")


def tampered(review: cycles.Review) -> str:
    """What becomes of a closed review that somebody edits."""
    try:
        attrs.evolve(review, findings=review.findings[:1])
    except InvalidInput as error:
        return f"refused, {error.problems[0].code}"
    return "accepted"


def revisit(decision: cycles.Decision, summary: cycles.ReviewSummary, day: date) -> cycles.StatusEntry:
    """An earlier decision looked at again: beside its prediction, where it has one."""
    if decision.effect is None:
        print(f"  Looked at again, {decision.id}: continue.")
        return cycles.StatusEntry(decision=decision.id, status=cycles.DecisionStatus.CONTINUE, on=day)
    result = summary.shares.of(decision.effect.measure).estimate
    found = cycles.compare_with_prediction(decision.effect, result)
    reached = found.outcome in ("within", "above")
    status = cycles.DecisionStatus.DONE if reached else cycles.DecisionStatus.ADJUST
    because = f" because {found.reason}" if found.reason else ""
    print(
        f"  Looked at again, {decision.id}: {decision.effect.measure} is at {result}, {found.outcome} what was "
        f"predicted{because}; so {status.value}."
    )
    due = None if reached else day + timedelta(days=28)
    return cycles.StatusEntry(decision=decision.id, status=status, on=day, due=due)


if __name__ == "__main__":
    main(*sys.argv[1:2])

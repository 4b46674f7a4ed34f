"""What practice 7 asks of a pilot, criterion by criterion (ILR-7).

Here belongs for each criterion one function from the records of a pilot to an answer. It tells occurrence, timing and
order; whether a training was any good is for people to say. Lack of data is never a failure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise

import attrs

from ilr.base import Reason, Verdict, read_only
from ilr.cycles.cohorts import cohort_curves
from ilr.cycles.decisions import DecisionKind
from ilr.cycles.pilots import Cohort, PilotRecords, may_lengthen
from ilr.cycles.reviews import Review
from ilr.disclosure import calibrated_only
from ilr.observation import ObservationTable, with_column

__all__ = [
    "PilotAnswer",
    "data_separate_experience",
    "expansion_is_decided",
    "first_cycles_adapt",
    "lengthening_is_earned",
    "new_users_start_alike",
    "observation_is_intensive",
    "observation_stays_intensive",
    "progression_is_visible",
    "results_inform_expectations",
    "reviewed_with_the_observed",
    "teachers_are_trained_first",
    "teachers_take_part",
]

_WEEK = timedelta(weeks=1)
_DAY = timedelta(days=1)
_SCHOOL_WEEK = 5


@attrs.frozen(kw_only=True, field_transformer=read_only)
class PilotAnswer:
    """What a criterion of a pilot comes to. Equal when all fields are equal.

    Attributes:
        verdict: met, not met, not applicable, or not assessable.
        reasons: the numbers behind it.
        needs: for what is not assessable, the record fields that are not kept.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    needs: tuple[str, ...] = ()


def _judged(holds: bool, *reasons: Reason) -> PilotAnswer:
    return PilotAnswer(verdict=Verdict.MET if holds else Verdict.NOT_MET, reasons=reasons)


def _missing(*needs: str, reasons: Iterable[Reason] = ()) -> PilotAnswer:
    return PilotAnswer(verdict=Verdict.NOT_ASSESSABLE, reasons=tuple(reasons), needs=needs)


def _not_applicable(reason: Reason) -> PilotAnswer:
    return PilotAnswer(verdict=Verdict.NOT_APPLICABLE, reasons=(reason,))


def teachers_are_trained_first(records: PilotRecords) -> PilotAnswer:
    """ILR-7.GS.1: each pilot teacher who was observed had completed the training by the first observation.

    The day of the training may be that of the observation. Not assessable before anybody was observed.
    """
    return _trained_first(records, records.pilot.first)


def _trained_first(records: PilotRecords, cohorts: Sequence[Cohort]) -> PilotAnswer:
    table = records.observations(cohorts)
    if table is None or records.events is None:
        return _missing("walkthrough.at", "walkthrough.purpose", "training.on", "training.topic")
    first: dict[str, date] = {}
    for person, day in _seen(records, cohorts, table):
        first[person] = min(day, first.get(person, day))
    if not first:
        return _missing("walkthrough.at", reasons=[Reason.of("NOT_OBSERVED_YET")])
    late = 0
    for person, day in first.items():
        trained = records.trained_on(person)
        late += trained is None or trained > day
    return _judged(late == 0, Reason.of("OBSERVED_BEFORE_TRAINING", n=late, of=len(first)))


def _seen(
    records: PilotRecords, cohorts: Sequence[Cohort], table: ObservationTable
) -> list[tuple[str, date]]:
    """Person and day of every visit to a teacher of the cohorts."""
    members = records.roster.persons(teacher for one in cohorts for teacher in one.teachers)
    return [
        (person, visit.day)
        for visit in table.visits()
        if visit.day is not None
        for person in sorted(members & records.roster.persons(visit.teachers))
    ]


def teachers_take_part(records: PilotRecords) -> PilotAnswer:
    """ILR-7.GS.2: each pilot teacher took part in observing, by co-design, self-observation, peer visit or debrief."""
    if records.involvement is None:
        return _missing("involvement.teacher", "involvement.kind")
    own = (
        one.teacher
        for one in records.involvement
        if one.pilot == records.pilot.id and one.on <= records.as_of
    )
    members = records.roster.persons(teacher for one in records.pilot.first for teacher in one.teachers)
    idle = len(members - records.roster.persons(own))
    return _judged(idle == 0, Reason.of("TEACHERS_NOT_INVOLVED", n=idle, of=len(members)))


def observation_is_intensive(records: PilotRecords) -> PilotAnswer:
    """ILR-7.GS.3: in the first weeks each pilot teacher is visited every week, on one form, by calibrated observers.

    The first weeks are P-PILOTPOINTS weeks counted from the start of the cohort; each that is over asks for P-PILOT
    visits of each teacher who could be observed in it. Every visit is on the form and version of the pilot, and every
    rating of its look-fors by an observer calibrated for it on the day.
    """
    return _intensive(records, records.pilot.first)


def _intensive(records: PilotRecords, cohorts: Sequence[Cohort]) -> PilotAnswer:
    table = records.observations(cohorts)
    if table is None or records.standings is None:
        return _missing("walkthrough.at", "walkthrough.purpose", "calibration.ratings")
    few, of = _thin_weeks(records, cohorts, table, most=records.policy.pilot_points)
    if not of:
        return _missing("walkthrough.at", reasons=[Reason.of("NO_FULL_WEEK")])
    early = _first_weeks(records, cohorts, table)
    form = f"{records.pilot.form}@{records.pilot.version}"
    visits = early.visits()
    others = sum(set(one.forms) != {form} for one in visits)
    rated = early.only(*records.pilot.look_fors)
    dropped = rated.n_ratings - calibrated_only(rated, records.standings).n_ratings
    return _judged(
        few == others == dropped == 0,
        Reason.of("TEACHER_WEEKS_BELOW", n=few, of=of, least=records.policy.pilot_visits),
        Reason.of("VISITS_ON_OTHER_FORMS", n=others, of=len(visits), form=form),
        Reason.of("RATINGS_UNCALIBRATED", n=dropped, of=rated.n_ratings),
    )


def _first_weeks(
    records: PilotRecords, cohorts: Sequence[Cohort], table: ObservationTable
) -> ObservationTable:
    """The records of the first P-PILOTPOINTS weeks of a cohort of their teachers."""

    def early(teachers: tuple[str, ...], day: date | None) -> str | None:
        persons = records.roster.persons(teachers)
        return next(
            (
                one.id
                for one in cohorts
                if day is not None
                and one.starts <= day < one.starts + records.policy.pilot_points * _WEEK
                and persons & records.roster.persons(one.teachers)
            ),
            None,
        )

    marked = with_column(table, "first weeks", early)
    return marked.where(**{"first weeks": marked.column("first weeks").used()})


def _thin_weeks(
    records: PilotRecords,
    cohorts: Sequence[Cohort],
    table: ObservationTable,
    *,
    most: int | None = None,
    until: date | None = None,
) -> tuple[int, int]:
    """How many teacher-weeks have too few visits, and how many there are.

    Weeks are counted from the start of each cohort, up to a number or a day; a week that is not over, and one in
    which a teacher could not be observed, asks for nothing.
    """
    end = min(records.as_of, until or records.as_of)
    visits = Counter(_seen(records, cohorts, table))
    few = of = 0
    for cohort in cohorts:
        weeks = max(((end - cohort.starts).days + 1) // 7, 0)
        for week in range(weeks if most is None else min(weeks, most)):
            first = cohort.starts + week * _WEEK
            days = records.calendar.between(first, first + _WEEK - _DAY)
            for teacher in cohort.teachers:
                if not _could_be_seen(records, teacher, days):
                    continue
                of += 1
                person = records.roster.resolve(teacher)
                held = sum(visits[person, first + step * _DAY] for step in range(7))
                few += held < records.policy.pilot_visits
    return few, of


def _could_be_seen(records: PilotRecords, teacher: str, days: tuple[date, ...]) -> bool:
    """Whether one of the days was possible; who is not in the roster is taken to be there."""
    if not records.roster.knows(teacher):
        return bool(days)
    return bool(records.roster.observable_days(teacher, records.pilot.building, days))


def reviewed_with_the_observed(records: PilotRecords) -> PilotAnswer:
    """ILR-7.GS.4: in the first weeks a review comes every P-PILOTGAP instructional days, with those observed.

    The first stretch begins with the start of the cohort, and the last ends with the first P-PILOTPOINTS weeks or
    with the day of the question. Each review in between has among its participants every teacher of the cohort who
    was observed since the one before.
    """
    return _reviewed(records, records.pilot.first)


def _reviewed(records: PilotRecords, cohorts: Sequence[Cohort]) -> PilotAnswer:
    reviews, table = records.pilot_reviews, records.observations(cohorts)
    if reviews is None or table is None:
        return _missing("review.on", "review.cycle", "review.participants", "walkthrough.at")
    most = records.policy.pilot_gap
    long = stretches = absent = held = 0
    for cohort in cohorts:
        end = min(records.as_of, cohort.starts + records.policy.pilot_points * _WEEK - _DAY)
        inside = [one for one in reviews if cohort.starts <= one.on <= end]
        marks = [cohort.starts, *(one.on for one in inside), end]
        gaps = [records.calendar.days_after(one, two) for one, two in pairwise(marks)]
        long += sum(gap > most for gap in gaps)
        stretches += len(gaps)
        held += len(inside)
        seen_after = [cohort.starts - _DAY, *(one.on for one in inside)]
        absent += sum(
            not _with_observed(records, cohort, table, review, day)
            for day, review in zip(seen_after, inside, strict=False)
        )
    if not held and not long:
        return _missing("review.on", reasons=[Reason.of("NO_REVIEW_DUE")])
    return _judged(
        long == absent == 0,
        Reason.of("GAPS_TOO_LONG", n=long, of=stretches, most=most),
        Reason.of("REVIEWS_WITHOUT_OBSERVED", n=absent, of=held),
    )


def _with_observed(
    records: PilotRecords, cohort: Cohort, table: ObservationTable, review: Review, after: date
) -> bool:
    """Whether everybody of a cohort who was observed after a day took part in a review."""
    part = table.between(after + _DAY, review.on)
    observed = {person for person, _ in _seen(records, (cohort,), part)}
    return observed <= records.roster.persons(review.participants)


def first_cycles_adapt(records: PilotRecords) -> PilotAnswer:
    """ILR-7.GB.1: in the first weeks a review decides to adapt the practice to its classes, or why not to.

    The decision to adapt gives its reason too. The first weeks are P-PILOTPOINTS weeks from the start.
    """
    reviews = records.pilot_reviews
    if not reviews:
        return _missing("review.cycle", "decision.kind", "decision.reason")
    end = max(one.starts for one in records.pilot.first) + records.policy.pilot_points * _WEEK
    found = sum(
        decision.kind in (DecisionKind.ADAPT, DecisionKind.NO_ACTION) and bool(decision.reason.strip())
        for review in reviews
        if review.on < end
        for decision in review.decisions
    )
    return _judged(found > 0, Reason.of("FIRST_DECISIONS", n=found))


def observation_stays_intensive(records: PilotRecords) -> PilotAnswer:
    """ILR-7.GB.2: each pilot teacher is visited P-PILOT times a week until the use of every look-for has settled."""
    table = records.observations(records.pilot.first)
    if table is None:
        return _missing("walkthrough.at", "walkthrough.purpose")
    few, of = _thin_weeks(records, records.pilot.first, table, until=_settled_on(records))
    if not of:
        return _missing("walkthrough.at", reasons=[Reason.of("NO_FULL_WEEK")])
    return _judged(
        few == 0, Reason.of("TEACHER_WEEKS_BELOW", n=few, of=of, least=records.policy.pilot_visits)
    )


def _settled_on(records: PilotRecords) -> date | None:
    """The first Sunday on which the use of every look-for had settled; None where it has not yet."""
    day = records.phase_start or min(one.starts for one in records.pilot.first)
    day += (6 - day.weekday()) * _DAY
    while day <= records.as_of:
        found = records.stability(until=day)
        if found and all(one.outcome == "yes" for one in found):
            return day
        day += _WEEK
    return None


def lengthening_is_earned(records: PilotRecords) -> PilotAnswer:
    """ILR-7.GB.3: where stretches between reviews grew beyond P-PILOTGAP, use had settled when they began.

    Where nobody could tell yet, `may_lengthen` allows the next step of P-LADDER and no more. Stretches are counted
    from the start of the pilot to the day of the question.
    """
    reviews = records.pilot_reviews
    if reviews is None or records.table is None:
        return _missing("review.on", "review.cycle", "walkthrough.at")
    most = records.policy.pilot_gap
    marks = [min(one.starts for one in records.pilot.first), *(one.on for one in reviews), records.as_of]
    grown = [
        (start, gap)
        for start, end in pairwise(marks)
        if (gap := records.calendar.days_after(start, end)) > most
    ]
    if not grown:
        return _not_applicable(Reason.of("NOT_LENGTHENED"))
    premature = sum(gap > _longest_allowed(records, start) for start, gap in grown)
    return _judged(premature == 0, Reason.of("LENGTHENED", n=len(grown), premature=premature))


def _longest_allowed(records: PilotRecords, on: date) -> float:
    """The longest stretch that may begin on a day, in instructional days."""
    most = records.policy.pilot_gap
    permit = may_lengthen(records.stability(until=on), policy=records.policy)
    if not permit:
        return most
    if all(reason.code != "LENGTHEN_ONE_STEP" for reason in permit.reasons):
        return float("inf")
    longer = (weeks * _SCHOOL_WEEK for weeks in records.policy.ladder)
    return next((days for days in longer if days > most), most)


def expansion_is_decided(records: PilotRecords) -> PilotAnswer:
    """ILR-7.KI.1: to expand is decided after a cycle of the pilot has closed, and before anybody new starts."""
    if records.pilot_reviews is None or records.cycles is None:
        return _missing("decision.kind", "decision.on", "cycle.closed")
    closed = [
        one.closed
        for one in records.cycles
        if one.id in records.pilot.cycles and one.closed is not None and one.closed <= records.as_of
    ]
    decided = [
        one.on
        for one in records.decisions
        if one.kind is DecisionKind.EXPAND and closed and one.on >= min(closed)
    ]
    begun = [one for one in records.pilot.expansions if one.starts <= records.as_of]
    early = sum(not any(day <= one.starts for day in decided) for one in begun)
    return _judged(
        bool(decided) and not early,
        Reason.of("EXPANSIONS_DECIDED", n=len(decided)),
        Reason.of("COHORTS_BEFORE_DECISION", n=early, of=len(begun)),
    )


_START_UP: tuple[Callable[[PilotRecords, Sequence[Cohort]], PilotAnswer], ...] = (
    _trained_first,
    _intensive,
    _reviewed,
)


def new_users_start_alike(records: PilotRecords) -> PilotAnswer:
    """ILR-7.KI.2: each new cohort is trained first, observed and reviewed as the pilot was in its first weeks."""
    begun = [one for one in records.pilot.expansions if one.starts <= records.as_of]
    if not begun:
        return _not_applicable(Reason.of("NO_EXPANSION"))
    found = [_together([rule(records, (cohort,)) for rule in _START_UP]) for cohort in begun]
    reasons = [
        Reason.of("COHORT", cohort=cohort.id, verdict=one.verdict.value)
        for cohort, one in zip(begun, found, strict=True)
    ]
    whole = _together(found)
    return attrs.evolve(whole, reasons=(*reasons, *whole.reasons))


def _together(answers: Sequence[PilotAnswer]) -> PilotAnswer:
    """One answer for several that must all be met."""
    verdicts = {one.verdict for one in answers}
    order = (Verdict.NOT_MET, Verdict.NOT_ASSESSABLE, Verdict.MET)
    verdict = next(one for one in order if one in verdicts)
    return PilotAnswer(
        verdict=verdict,
        reasons=tuple(reason for one in answers if one.verdict is verdict for reason in one.reasons),
        needs=tuple(dict.fromkeys(need for one in answers for need in one.needs)),
    )


def data_separate_experience(records: PilotRecords) -> PilotAnswer:
    """ILR-7.KI.3: experienced users stand beside new ones at the same exposure, not on the same day.

    Not assessable where a group is too small for its share to be told, or nobody new has come so far yet.
    """
    if not records.pilot.expansions:
        return _not_applicable(Reason.of("NO_EXPANSION"))
    curves = cohort_curves(records)
    if curves is None:
        return _missing("walkthrough.at", "walkthrough.purpose", "training.on")
    compared = sum(len({one.cohort for one in curves.told if one.span == span}) > 1 for span in curves.spans)
    reason = Reason.of("COHORTS_COMPARED", n=compared)
    return _judged(True, reason) if compared else _missing(reasons=(reason, *curves.reasons))


def progression_is_visible(records: PilotRecords) -> PilotAnswer:
    """ILR-7.KI.4: how use grows with exposure is told, with its doubt, for each cohort seen in two spans or more.

    Not assessable while there is no such cohort, and where one of them is too small to be told.
    """
    curves = cohort_curves(records)
    if curves is None:
        return _missing("walkthrough.at", "walkthrough.purpose", "training.on")
    seen, told = (
        Counter(one.cohort for one in points if one.look_for == records.pilot.look_fors[0])
        for points in (curves, curves.told)
    )
    wanted = [cohort for cohort in curves.cohorts if seen[cohort] > 1]
    drawn = sum(told[cohort] > 1 for cohort in wanted)
    reason = Reason.of("COHORTS_WITH_CURVE", n=drawn, of=len(wanted))
    whole = bool(wanted) and drawn == len(wanted)
    return _judged(True, reason) if whole else _missing(reasons=(reason, *curves.reasons))


def results_inform_expectations(records: PilotRecords) -> PilotAnswer:
    """ILR-7.KI.5: a decision of the pilot cites a comparison of its cohorts; whether it does so well, people attest."""
    if records.pilot_reviews is None or records.analyses is None:
        return _missing("decision.evidence", "analysis.id")
    known = set(records.analyses)
    citing = sum(bool(known & set(one.evidence)) for one in records.decisions)
    return _judged(citing > 0, Reason.of("DECISIONS_FROM_COHORTS", n=citing))

"""The rules of ILR-3: are all teachers seen, often enough, at all times, and recorded?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import timedelta
from math import ceil

from ilr.base import FrozenMap, Policy, Reason, Roster, Window, months_in
from ilr.forms import LessonPart, Medium, Purpose, VisitMode
from ilr.observation import (
    Coverage,
    ObservationTable,
    Schedule,
    VisitFacts,
    spread_of_lesson_parts,
    spread_of_modes,
    spread_of_periods,
    valid_records,
)
from ilr.progress.evidence import Question
from ilr.progress.rules import Answer, Rule, judged, missing, not_applicable

__all__ = ["RULES"]

_ANNOUNCED = frozenset({VisitMode.SCHEDULED.value, VisitMode.REQUESTED.value})
_PARTS = frozenset({LessonPart.OPENING.value, LessonPart.MIDDLE.value, LessonPart.CLOSING.value})


def _table(question: Question) -> ObservationTable | None:
    """The building's valid observations of the window, None where no dated observations are kept."""
    table = _records(question)
    return None if table is None else table.select(valid_records(table, question.policy))


def _records(question: Question) -> ObservationTable | None:
    """The building's records of the window, valid or not; None where no dated ones are kept."""
    table = _own(question)
    if table is None or (len(table) and table.first_day() is None):
        return None
    return table.between(question.window.start, question.window.end)


def _own(question: Question) -> ObservationTable | None:
    """The building's records of all times."""
    table = question.evidence.table
    if table is None or "building" not in table.walks:
        return table
    return table.where(building=question.building)


def _coverage(question: Question) -> Coverage | None:
    evidence = question.evidence
    if evidence.table is None or evidence.roster is None:
        return None
    return evidence.table.coverage(
        roster=evidence.roster,
        building=question.building,
        window=question.window,
        calendar=question.calendar,
        policy=question.policy,
    )


def _months(question: Question) -> tuple[Window, ...]:
    return months_in(question.window, question.calendar, least=question.policy.short_month)


def observers_have_slots(question: Question) -> Answer:
    """ILR-3.GS.1: every active observer has a slot in each month of the window."""
    schedule = question.evidence.schedule
    if schedule is None:
        return missing(["slot.observer", "slot.day"])
    months = _months(question)
    if not months:
        return missing((), Reason.of("NO_FULL_MONTH"))
    slots = schedule.within(question.building, question.window)
    planned = {(slot.observer, month) for slot in slots for month in months if slot.day in month}
    active = {slot.observer for slot in slots} | _observers(question)
    if not active:
        return judged(False, Reason.of("NO_OBSERVERS"))
    wanted = {
        (observer, month) for observer in active for month in months if _in_service(observer, month, question)
    }
    empty = len(wanted - planned)
    return judged(empty == 0, Reason.of("OBSERVER_MONTHS_WITHOUT_SLOT", n=empty, of=len(wanted)))


def _observers(question: Question) -> frozenset[str]:
    table = _table(question)
    return frozenset() if table is None else frozenset(table.column("observer").used())


def _in_service(observer: str, month: Window, question: Question) -> bool:
    """Whether the roster says nothing against the observer's service in a month."""
    roster = question.evidence.roster
    if roster is None or not roster.knows(observer):
        return True
    person = roster.resolve(observer)
    posts = [post for post in roster.appointments if roster.resolve(post.person) == person]
    return not posts or any(post.overlaps(month) for post in posts)


def modes_are_mixed(question: Question) -> Answer:
    """ILR-3.GS.2: random and announced visits both make up their share in each month.

    A visit without a slot counts as random unless its record says that it was announced.
    """
    schedule, table = question.evidence.schedule, _table(question)
    if schedule is None or table is None:
        return missing(["slot.mode", "slot.outcome", "walkthrough.visit", "walkthrough.at"])
    months = _months(question)
    if not months:
        return missing((), Reason.of("NO_FULL_MONTH"))
    slots, least = schedule.within(question.building, question.window), question.policy.mix
    one_sided = 0
    for month in months:
        found = spread_of_modes(table, slots, window=month, policy=question.policy)
        shares = [found.share(VisitMode.RANDOM.value), found.share(*_ANNOUNCED)]
        one_sided += any(share is None or not share or share < least for share in shares)
    return judged(one_sided == 0, Reason.of("MONTHS_WITHOUT_MIX", n=one_sided, of=len(months)))


def everyone_monthly(question: Question) -> Answer:
    """ILR-3.GS.3: every observable teacher is seen in every full month; the share at the aim is told."""
    coverage = _coverage(question)
    if coverage is None:
        return missing(["walkthrough.teachers", "walkthrough.at", "roster.appointments"])
    floor, aim = question.policy.floor, question.policy.aim
    share = coverage.share_monthly(floor)
    if share is None:
        return missing((), Reason.of("NO_FULL_MONTH"))
    reasons = (
        Reason.of("TEACHER_MONTHS_AT_FLOOR", share=share, least=floor),
        Reason.of("TEACHER_MONTHS_AT_AIM", share=coverage.share_monthly(aim) or 0.0, least=aim),
    )
    return _for_all(coverage, share == 1, *reasons)


def _for_all(coverage: Coverage, holds: bool, *reasons: Reason) -> Answer:
    """Nothing can be said of all teachers while visits to them may lie on unknown days or unknown ids."""
    if coverage.undated and not holds:
        return missing(["walkthrough.at"], *reasons, Reason.of("UNDATED_RECORDS", n=coverage.undated))
    if holds and coverage.unknown:
        return missing(
            ["roster.appointments"], *reasons, Reason.of("UNKNOWN_TEACHERS", n=len(coverage.unknown))
        )
    return judged(holds, *reasons)


def every_visit_recorded(question: Question) -> Answer:
    """ILR-3.GS.4: every held visit left a record on paper or screen, on a known form."""
    schedule, table, every = question.evidence.schedule, _records(question), _own(question)
    needs = ["slot.outcome", "slot.visit", "walkthrough.medium", "walkthrough.form", "walkthrough.at"]
    if schedule is None or table is None or every is None:
        return missing(needs)
    if "medium" not in table.walks or "form" not in table.walks:
        return missing(needs)
    recorded, visits = every.column("visit").used(), table.visits()
    held = [slot for slot in schedule.within(question.building, question.window) if slot.held]
    if not held and not visits:
        return judged(False, Reason.of("NO_OBSERVERS"))
    unrecorded = sum(slot.visit not in recorded for slot in held)
    media = {medium.value for medium in Medium}
    bare = sum(not all(medium in media for medium in visit.media) or None in visit.forms for visit in visits)
    return judged(
        unrecorded == 0 and bare == 0,
        Reason.of("HELD_SLOTS_WITHOUT_RECORD", n=unrecorded, of=len(held)),
        Reason.of("RECORDS_WITHOUT_FORM", n=bare, of=len(visits)),
    )


def times_are_spread(question: Question) -> Answer:
    """ILR-3.GB.1: in each month every period and lesson part is seen and none holds too many visits."""
    table = _table(question)
    if table is None or "period" not in table.walks or "lesson_part" not in table.walks:
        return missing(["walkthrough.period", "walkthrough.lesson_part", "walkthrough.at"])
    months, visits = _months(question), table.visits()
    if not months:
        return missing((), Reason.of("NO_FULL_MONTH"))
    if untold := _untold(visits, question.policy):
        return untold
    periods = _periods(question, visits)
    uneven = sum(
        not _is_spread(table.between(month.start, month.end), periods, question.policy) for month in months
    )
    return judged(uneven == 0, Reason.of("MONTHS_NOT_SPREAD", n=uneven, of=len(months)))


def _untold(visits: Collection[VisitFacts], policy: Policy) -> Answer | None:
    """The answer when too many visits do not say in which lesson part or period they were."""
    parts = sum(visit.lesson_part not in _PARTS for visit in visits)
    periods = sum(visit.period is None for visit in visits)
    most = policy.unknown_part_most * len(visits)
    if parts > most:
        reason = Reason.of("UNKNOWN_LESSON_PARTS", share=parts / len(visits))
        return missing(["walkthrough.lesson_part"], reason)
    if periods > most:
        return missing(["walkthrough.period"], Reason.of("UNKNOWN_PERIODS", share=periods / len(visits)))
    return None


def _periods(question: Question, visits: Collection[VisitFacts]) -> frozenset[str]:
    """The teaching periods of the building: those of its classes, else those that were ever visited."""
    roster = question.evidence.roster or Roster()
    taught = {
        period for one in roster.sections if one.building == question.building for period in one.periods
    }
    return frozenset(taught or {visit.period for visit in visits if visit.period is not None})


def _is_spread(table: ObservationTable, periods: frozenset[str], policy: Policy) -> bool:
    """Whether every period and lesson part was seen, and none of them holds too many visits."""
    bins = (
        (spread_of_periods(table, periods=periods, policy=policy), periods),
        (spread_of_lesson_parts(table, policy=policy), _PARTS),
    )
    return all(
        bool(wanted) and all(0 < (found.share(one) or 0) <= policy.bin_most for one in wanted)
        for found, wanted in bins
    )


def visits_are_paired(question: Question) -> Answer:
    """ILR-3.GB.2: each active observer shares a visit in each term, and shared visits make up their share.

    Records made for calibration count here, for that is what visits are shared for.
    """
    table = _records(question)
    if table is None:
        return missing(["walkthrough.visit", "walkthrough.observer", "walkthrough.at"])
    visits = table.for_purpose(Purpose.WALKTHROUGH, Purpose.PILOT, Purpose.CALIBRATION).visits()
    if not visits:
        return judged(False, Reason.of("NO_OBSERVERS"))
    lonely, wanted = 0, 0
    for term in question.terms:
        inside = [visit for visit in visits if visit.day is not None and visit.day in term]
        active = {observer for visit in inside for observer in visit.observers}
        paired = {observer for visit in inside if len(visit.observers) > 1 for observer in visit.observers}
        lonely += len(active - paired)
        wanted += len(active)
    share = sum(len(visit.observers) > 1 for visit in visits) / len(visits)
    return judged(
        lonely == 0 and share >= question.policy.paired,
        Reason.of("OBSERVERS_WITHOUT_PAIR", n=lonely, of=wanted),
        Reason.of("PAIRED_SHARE", share=share, least=question.policy.paired),
    )


def gaps_are_short(question: Question) -> Answer:
    """ILR-3.KI.1: no observable teacher goes unseen for longer than P-GAP; the share at P-GAPAIM is told."""
    coverage = _coverage(question)
    if coverage is None:
        return missing(["walkthrough.teachers", "walkthrough.at", "roster.appointments"])
    gap, aim = question.policy.gap, question.policy.gap_aim
    share = coverage.share_within(gap)
    if share is None:
        return missing(["roster.appointments"])
    if max(coverage.countable.values()) < gap:
        return missing((), Reason.of("WINDOW_TOO_SHORT", least=gap))
    reasons = (
        Reason.of("TEACHERS_WITHIN_GAP", share=share, most=gap),
        Reason.of("TEACHERS_WITHIN_GAP_AIM", share=coverage.share_within(aim) or 0.0, most=aim),
    )
    return _for_all(coverage, share == 1, *reasons)


def capacity_suffices(question: Question) -> Answer:
    """ILR-3.KI.2: planned slots, less those that fall out, are enough to see everybody within P-GAP.

    How many fall out is told by the window before; where no slots of it are kept, by the first half of
    the window, and the second half is judged.
    """
    schedule, roster = question.evidence.schedule, question.evidence.roster
    if schedule is None or roster is None:
        return missing(["slot.day", "slot.outcome", "roster.appointments"])
    window = question.window
    length = timedelta(days=window.days)
    before = Window(window.start - length, window.start - timedelta(days=1))
    if not _decided(schedule, question.building, before):
        middle = window.start + timedelta(days=window.days // 2)
        if middle == window.start:
            return missing(["slot.outcome"])
        before, window = Window(window.start, middle - timedelta(days=1)), Window(middle, window.end)
    if not _decided(schedule, question.building, before):
        return missing(["slot.outcome"], Reason.of("NO_EARLIER_SLOTS"))
    past = schedule.within(question.building, before)
    rate = sum(slot.held for slot in past) / len(past)
    planned = len(schedule.within(question.building, window))
    days = len(question.calendar.between(window.start, window.end))
    teachers = len(roster.teachers(question.building, window))
    if not teachers:
        return missing(["roster.appointments"])
    needed = teachers * ceil(days / question.policy.gap)
    return judged(
        planned * rate >= needed,
        Reason.of("CAPACITY", planned=planned, held_rate=round(rate, 3), needed=needed),
    )


def _decided(schedule: Schedule, building: str, window: Window) -> bool:
    """Whether it is kept what became of the slots of a window."""
    return any(slot.outcome is not None for slot in schedule.within(building, window))


def times_vary_by_teacher(question: Question) -> Answer:
    """ILR-3.KI.3: the last four visits of each teacher span two periods and two lesson parts."""
    table, roster = _table(question), question.evidence.roster
    if table is None or roster is None or "period" not in table.walks or "lesson_part" not in table.walks:
        return missing(
            ["walkthrough.period", "walkthrough.lesson_part", "walkthrough.at", "roster.appointments"]
        )
    visits = table.visits()
    if untold := _untold(visits, question.policy):
        return untold
    seen: dict[str, list[VisitFacts]] = {}
    for visit in visits:
        for teacher in visit.teachers:
            seen.setdefault(roster.resolve(teacher), []).append(visit)
    days = question.calendar.between(question.window.start, question.window.end)
    teachers = [
        teacher
        for teacher in roster.teachers(question.building, question.window)
        if roster.observable_days(teacher, question.building, days)
    ]
    if not teachers:
        return missing(["roster.appointments"])
    uniform = sum(not _varied(seen.get(teacher, [])[-4:]) for teacher in teachers)
    reason = Reason.of("TEACHERS_SEEN_AT_ONE_TIME", n=uniform, of=len(teachers))
    unknown = roster.unknown(seen)
    if unknown and not uniform:
        return missing(["roster.appointments"], reason, Reason.of("UNKNOWN_TEACHERS", n=len(unknown)))
    return judged(uniform == 0, reason)


def _varied(visits: list[VisitFacts]) -> bool:
    periods = {visit.period for visit in visits if visit.period is not None}
    parts = {visit.lesson_part for visit in visits if visit.lesson_part in _PARTS}
    return len(periods) >= 2 and len(parts) >= 2


def forms_are_electronic(question: Question) -> Answer:
    """ILR-3.KI.4: every record of the window is electronic."""
    table = _table(question)
    if table is None or "medium" not in table.walks:
        return missing(["walkthrough.medium"])
    media = Counter(medium for visit in table.visits() for medium in visit.media)
    if not media:
        return judged(False, Reason.of("NO_OBSERVERS"))
    share = media[Medium.ELECTRONIC.value] / sum(media.values())
    reason = Reason.of("ELECTRONIC_SHARE", share=share)
    if media[None] and not media[Medium.PAPER.value]:
        return missing(["walkthrough.medium"], reason)
    return judged(share == 1, reason)


def forms_vary(question: Question) -> Answer:
    """ILR-3.KI.5: the number of form versions in use is told; it never fails."""
    table = _table(question)
    if table is None or "form" not in table.walks:
        return missing(["walkthrough.form"])
    n = len(table.column("form").used())
    reason = Reason.of("FORM_VERSIONS", n=n)
    return judged(True, reason) if n > 1 else not_applicable(reason)


RULES: Mapping[str, Rule] = FrozenMap(
    {
        "ILR-3.GS.1": observers_have_slots,
        "ILR-3.GS.2": modes_are_mixed,
        "ILR-3.GS.3": everyone_monthly,
        "ILR-3.GS.4": every_visit_recorded,
        "ILR-3.GB.1": times_are_spread,
        "ILR-3.GB.2": visits_are_paired,
        "ILR-3.KI.1": gaps_are_short,
        "ILR-3.KI.2": capacity_suffices,
        "ILR-3.KI.3": times_vary_by_teacher,
        "ILR-3.KI.4": forms_are_electronic,
        "ILR-3.KI.5": forms_vary,
    }
)

"""Coded needs that add up: counted by teacher, shown under the small-group rules.

Here belong what a group needs, from the codes of coaching logs, and how well those logs are kept. Free text is never
read (VS-8), and coaching of leaders is passed over. Not here: the entry itself (`ilr.coaching.log`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from statistics import median
from typing import Literal

import attrs

from ilr.base import Checker, Policy, Reason, Roster, SchoolCalendar, Window, content_hash, read_only
from ilr.coaching.log import NONE, LogEntry
from ilr.coaching.plan import CoachingPlan
from ilr.cycles import CodeCount
from ilr.stats import suppression

__all__ = ["LogQuality", "NeedsProfile", "log_quality", "needs", "needs_profiles"]


def needs(
    plans: Iterable[CoachingPlan],
    *,
    window: Window | None = None,
    policy: Policy | None = None,
    roster: Roster | None = None,
    audience: Literal["team", "building", "district"] = "building",
) -> tuple[CodeCount, ...]:
    """The coded needs of one group, as a review reads them (ILR-11.GS.2, VS-5, VS-8).

    Teachers are counted, not conversations. A code with fewer teachers than the policy asks is listed with its number
    hidden. Of a group in which fewer teachers have an entry at all nothing is told: who is coached is often known,
    and then a code alone says whose need it is.

    The numbers of groups that make up another one can give each other away; `needs_profiles` prevents it.

    Args:
        plans: the plans of the group.
        window: first and last day of the conversations that count; by default all do.
        policy: P-K-TEAM for a team, P-K-OUT outside.
        roster: tells which ids are one person.
        audience: who is to read them.

    Returns:
        One count a code, in alphabetical order; none where no need came up, or nothing is told.

    Example:
        >>> from datetime import date
        >>> from ilr.coaching import LogEntry, plan
        >>> said = [["pacing"]] * 5 + [["pausing"], ["none"]]
        >>> plans = [
        ...     plan(f"t{n}", "c1").note(LogEntry(on=date(2026, 10, 5), needs=codes))
        ...     for n, codes in enumerate(said)
        ... ]
        >>> [(one.code, one.teachers) for one in needs(plans)]
        [('pacing', 5), ('pausing', None)]
        >>> needs(plans[:4])
        ()
    """
    numbers = policy or Policy()
    least = numbers.team_teachers if audience == "team" else numbers.outside_teachers
    coded = _coded(plans, window, roster or Roster())
    if len(coded) < least:
        return ()
    found = Counter(code for codes in coded.values() for code in codes)
    return tuple(
        CodeCount(source="coaching", code=code, teachers=count if count >= least else None)
        for code, count in sorted(found.items())
    )


@attrs.frozen(kw_only=True, field_transformer=read_only)
class NeedsProfile:
    """What a building or district needs, as coaching shows it (ILR-11.KI.1). Equal when all fields are equal.

    Attributes:
        organisation: id of the building, or of the district.
        kind: which of the two.
        window: first and last day of the conversations.
        counts: for each code the number of teachers, None where it is hidden; a review takes them as sources.
        policy: version of the policy that was used.
        reason: why nothing is told, or None.
    """

    organisation: str
    kind: Literal["building", "district"]
    window: Window
    counts: tuple[CodeCount, ...]
    policy: str
    reason: Reason | None = None

    @property
    def id(self) -> str:
        """Made from the content, by which a decision cites the profile as evidence (ILR-11.KI.2)."""
        return "n-" + content_hash(self)[:16]


def needs_profiles(
    plans: Mapping[str, Iterable[CoachingPlan]],
    *,
    district: str,
    window: Window,
    policy: Policy | None = None,
    roster: Roster | None = None,
) -> tuple[NeedsProfile, ...]:
    """The coded needs of every building and of the district, so that none can be worked out from the others.

    A number is hidden where 1 to P-K-OUT - 1 teachers have the need. Where the number of the district and those of
    the other buildings would give a hidden one away, another is hidden as well. A building in which fewer than
    P-K-OUT teachers have an entry is told nothing of; its teachers count in the district where those of all such
    buildings are enough together, and nowhere otherwise.

    Profiles of two windows that overlap can be held against each other: take windows that follow each other.

    Args:
        plans: for each building its plans.
        district: id of the district.
        window: first and last day of the conversations that count.
        policy: P-K-OUT.
        roster: tells which ids are one person; somebody coached in two buildings counts in the first of them.

    Returns:
        One profile a building in the order given, then that of the district. Every code that came up where anything
        is told stands in each of these, with 0 where nobody of the building has it.

    Raises:
        InvalidInput: when the district has the id of a building.

    Example:
        >>> from datetime import date
        >>> from ilr.coaching import LogEntry, plan
        >>> def said(building, code, teachers):
        ...     entry = LogEntry(on=date(2026, 10, 5), needs=[code])
        ...     return [plan(f"{building}-{code}-{n}", "c1").note(entry) for n in range(teachers)]
        >>> held = {"s1": said("s1", "pausing", 7), "s2": said("s2", "pausing", 1) + said("s2", "pacing", 6)}
        >>> fall = Window(date(2026, 9, 1), date(2026, 12, 18))
        >>> for one in needs_profiles(held, district="d", window=fall):
        ...     print(one.organisation, [(count.code, count.teachers) for count in one.counts])
        s1 [('pacing', 0), ('pausing', None)]
        s2 [('pacing', 6), ('pausing', None)]
        d [('pacing', 6), ('pausing', 8)]
    """
    check = Checker("needs_profiles")
    check(district not in plans, "needs.district", "district", "is a building", expected="an id of its own")
    check.done()
    numbers = policy or Policy()
    least = numbers.outside_teachers
    by_building = _by_building(plans, window, roster or Roster())
    told = [building for building, coded in by_building.items() if len(coded) >= least]
    others = [codes for building, coded in by_building.items() if building not in told for codes in coded]
    groups = [*(by_building[building] for building in told), others if len(others) >= least else []]
    places = {building: place for place, building in enumerate(told)}
    if any(groups):
        places[district] = -1
    found = _protected(groups, least)
    kinds: dict[str, Literal["building", "district"]] = {
        **dict.fromkeys(plans, "building"),
        district: "district",
    }
    return tuple(
        NeedsProfile(
            organisation=one,
            kind=kind,
            window=window,
            counts=_counts(found, places[one]) if one in places else (),
            policy=numbers.version,
            reason=None if one in places else Reason.of("BELOW_TEACHERS", least=least),
        )
        for one, kind in kinds.items()
    )


def _coded(plans: Iterable[CoachingPlan], window: Window | None, roster: Roster) -> dict[str, frozenset[str]]:
    """For each teacher with an entry in a window the codes of need, none of them included."""
    found: dict[str, frozenset[str]] = {}
    for one in plans:
        for entry in one.log if one.model.coachee == "teacher" else ():
            if window is None or entry.on in window:
                person = roster.resolve(one.teacher)
                found[person] = found.get(person, frozenset()) | (frozenset(entry.needs) - {NONE})
    return found


def _by_building(
    plans: Mapping[str, Iterable[CoachingPlan]], window: Window, roster: Roster
) -> dict[str, list[frozenset[str]]]:
    """The codes of each teacher with an entry, by the first building of the teacher."""
    home: dict[str, str] = {}
    codes: dict[str, frozenset[str]] = {}
    for building, own in plans.items():
        for person, found in _coded(own, window, roster).items():
            home.setdefault(person, building)
            codes[person] = codes.get(person, frozenset()) | found
    return {building: [codes[one] for one, at in home.items() if at == building] for building in plans}


def _protected(groups: list[list[frozenset[str]]], least: int) -> dict[str, list[int | None]]:
    """For each code the teachers of each group and of all, None where hidden; the last group is not told."""
    found: dict[str, list[int | None]] = {}
    unasked = [*(False for _ in groups[1:]), True, False]
    for code in sorted(frozenset().union(*(codes for group in groups for codes in group))):
        sizes = [sum(code in codes for codes in group) for group in groups]
        safe = suppression.protect(sizes, least, hidden=unasked)
        found[code] = [
            None if hidden else size
            for hidden, size in zip(safe.suppressed, [*sizes, sum(sizes)], strict=True)
        ]
    return found


def _counts(found: Mapping[str, list[int | None]], place: int) -> tuple[CodeCount, ...]:
    return tuple(CodeCount(source="coaching", code=code, teachers=own[place]) for code, own in found.items())


@attrs.frozen(kw_only=True)
class LogQuality:
    """How well coaching is written down, so that it can be read together (ILR-11.GB.1, GB.2).

    Equal when all fields are equal.

    Attributes:
        conversations: number of entries, and of conversations without one.
        documented: share of them with an entry that names a protocol, a support, and a need or none; None without any.
        coded: share of them with an entry whose codes are all of the vocabulary; None without any.
        lag: median number of instructional days from the conversation to its entry; None without an entry.
        met: whether the share that is coded is at least P-CODED and the lag at most P-LOGLAG; None without any.
    """

    conversations: int
    documented: float | None
    coded: float | None
    lag: float | None
    met: bool | None


def log_quality(
    plans: Iterable[CoachingPlan],
    *,
    vocabulary: Collection[str],
    calendar: SchoolCalendar,
    window: Window,
    policy: Policy | None = None,
) -> LogQuality:
    """Tell how much of the log is coded from the vocabulary, and how soon it is written (ILR-11.GB.1, GB.2).

    Args:
        plans: the plans of a building.
        vocabulary: the codes of need and support that are agreed on; ``none`` is always one of them.
        calendar: the instructional days.
        window: first and last day of the conversations that count.
        policy: P-CODED and P-LOGLAG.

    Example:
        >>> from datetime import date
        >>> from ilr.coaching import LogEntry, plan
        >>> entry = LogEntry(on=date(2026, 10, 5), needs=["pacing"], logged_on=date(2026, 10, 7))
        >>> calendar = SchoolCalendar.weekdays(date(2026, 9, 1), date(2026, 12, 18))
        >>> fall = calendar.window
        >>> log_quality([plan("t1", "c1").note(entry)], vocabulary=["pacing"], calendar=calendar, window=fall)
        LogQuality(conversations=1, documented=0.0, coded=1.0, lag=2, met=True)
    """
    numbers = policy or Policy()
    held = [one for one in plans if one.model.coachee == "teacher"]
    entries = [entry for one in held for entry in one.log if entry.on in window]
    conversations = len(entries) + sum(_without_entry(one, window) for one in held)
    if not conversations:
        return LogQuality(conversations=0, documented=None, coded=None, lag=None, met=None)
    known = frozenset(vocabulary) | {NONE}
    coded = sum(known.issuperset((*entry.needs, *entry.supports)) for entry in entries) / conversations
    lag = median(_lag(entry, calendar) for entry in entries) if entries else None
    return LogQuality(
        conversations=conversations,
        documented=sum(bool(entry.protocol and entry.supports) for entry in entries) / conversations,
        coded=coded,
        lag=lag,
        met=coded >= numbers.coded and lag is not None and lag <= numbers.log_lag,
    )


def _without_entry(plan: CoachingPlan, window: Window) -> int:
    """Number of conversations in a window of which there is no coded entry."""
    logged = {entry.session for entry in plan.log}
    return sum(session.on in window and session.id not in logged for session in plan.sessions)


def _lag(entry: LogEntry, calendar: SchoolCalendar) -> int:
    """Instructional days after the conversation up to its entry."""
    logged = entry.on if entry.logged_on is None else entry.logged_on
    return max(0, calendar.days_after(entry.on, logged))

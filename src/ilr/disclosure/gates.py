"""Gates: may this record go to this person?

Here belong the context that a gate reads, the release of a walkthrough to the teacher who was observed,
and the ledger entry that a release leaves. Default is no. Whether observers are calibrated decides what
may be shared (CG-1), look-for by look-for.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import attrs

from ilr.base import Checker, Permit, Policy, Reason, Roster, SchoolCalendar, read_only
from ilr.base._codec import content_hash
from ilr.calibration import Standings, Status
from ilr.forms import Purpose, Walkthrough

__all__ = ["Audience", "Context", "Grain", "Ledger", "Release", "release", "share"]

Audience = Literal["teacher", "team", "building", "district", "public", "researcher"]
Grain = Literal["individual content", "individual fact", "team", "building", "district"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Release:
    """A disclosure that took place: the entry that the host keeps. Equal when all fields are equal.

    Attributes:
        id: made from the rest unless given.
        on: the day.
        to: id of the person, team, building or district that got it.
        audience: what kind of receiver that is.
        grain: how coarse the payload is.
        subject: id of the record, review or table that was released.
        scope: the look-fors that were in it; empty where that is no question.
        purpose: purpose of the record; what derives from it keeps it.
        policy: version of the policy that permitted it.
    """

    on: date
    to: str
    audience: Audience
    grain: Grain
    subject: str
    id: str = ""
    scope: tuple[str, ...] = ()
    purpose: Purpose = Purpose.WALKTHROUGH
    policy: str = ""

    def __attrs_post_init__(self) -> None:
        if not self.id:
            key = [self.on, self.to, self.audience, self.grain, self.subject, self.scope]
            object.__setattr__(self, "id", "r-" + content_hash(key)[:16])


@attrs.frozen(field_transformer=read_only)
class Ledger:
    """The releases so far. Equal when all entries are equal.

    The version changes with every entry, so that a permit tells which state it was made against.
    """

    entries: tuple[Release, ...] = ()

    @property
    def version(self) -> str:
        """Number of entries and a hash over them."""
        return f"{len(self.entries)}-{content_hash(self.entries)[:12]}"

    def of(self, subject: str) -> tuple[Release, ...]:
        """The releases of one record, review or table."""
        return tuple(entry for entry in self.entries if entry.subject == subject)

    def add(self, entry: Release) -> Ledger:
        """The ledger with one more entry."""
        return Ledger((*self.entries, entry))


@attrs.frozen(kw_only=True)
class Context:
    """What a gate reads. Equal when all parts are equal.

    Attributes:
        as_of: the day of the question.
        standings: what calibration meetings showed.
        policy: the numbers.
        roster: who is who; without it ids are taken as they are.
        calendar: tells the school day of an instant; without it the clock of the instant does.
        ledger: the releases so far.
    """

    as_of: date
    standings: Standings = attrs.field(factory=Standings)
    policy: Policy = attrs.field(factory=Policy)
    roster: Roster = attrs.field(factory=Roster)
    calendar: SchoolCalendar | None = None
    ledger: Ledger = attrs.field(factory=Ledger)

    def school_day(self, walk: Walkthrough) -> date:
        """The school day of a record."""
        return walk.at.date() if self.calendar is None else self.calendar.school_day(walk.at)


def share(walk: Walkthrough, *, to: str, context: Context) -> Permit:
    """Decide whether a walkthrough may go to the teacher who was observed (CG-1, VS-1).

    What the observer was calibrated for on the day of the visit may be shared, the rest is withheld;
    notes go along with the first look-for that passes.

    Args:
        walk: the record.
        to: id of the receiver.
        context: standings, policy, roster, calendar and ledger.

    Returns:
        A permit whose scope are the look-fors that may be shared; refused when there are none, when the
        receiver was not observed, or when the record was made for calibration.
    """

    def answer(reasons: list[Reason], scope: tuple[str, ...] = (), withheld: tuple[str, ...] = ()) -> Permit:
        return Permit(
            granted=bool(scope),
            reasons=tuple(reasons),
            scope=scope,
            withheld=withheld,
            policy=context.policy.version,
            ledger=context.ledger.version,
        )

    if context.roster.resolve(to) not in context.roster.persons(walk.teachers):
        return answer([Reason.of("NOT_OBSERVED_TEACHER")], withheld=walk.look_fors)
    if walk.purpose is Purpose.CALIBRATION:
        return answer([Reason.of("CALIBRATION_RECORD")], withheld=walk.look_fors)
    if not walk.look_fors:
        return answer([Reason.of("NOTHING_RATED")])
    day = context.school_day(walk)
    standings = [context.standings.of(walk.observer, look_for, on=day) for look_for in walk.look_fors]
    passed = tuple(standing.look_for for standing in standings if standing.calibrated)
    waits = tuple(standing.look_for for standing in standings if not standing.calibrated)
    reasons = [Reason.of("CALIBRATED", look_fors=len(passed))] if passed else []
    for standing in standings:
        if standing.status is Status.EXPIRED:
            reasons.extend(standing.reasons)
        elif not standing.calibrated:
            reasons.append(
                Reason.of("CALIBRATION_PENDING", look_for=standing.look_for, status=standing.status.value)
            )
    return answer(reasons, passed, waits)


def release(walk: Walkthrough, *, to: str, permit: Permit, context: Context) -> Release:
    """The ledger entry of a permitted share (VS-1, FW-8).

    Args:
        walk: the record that was shared.
        to: id of the receiver.
        permit: what `share` answered.
        context: the same context; its ledger must be the one the permit was made against.

    Returns:
        The entry; the host adds it to its ledger.

    Raises:
        InvalidInput: for a refused permit, one made against another state of the ledger, or one that
            `share` does not give for this record and receiver.
    """
    check = Checker("release")
    check(permit.granted, "release.refused", "permit", "was refused", expected="a granted permit")
    check(
        permit.ledger == context.ledger.version,
        "release.stale",
        "permit",
        "was made against another ledger",
        expected="a permit for this state of the ledger",
        hint="ask again",
    )
    check.done()
    check(
        permit == share(walk, to=to, context=context),
        "release.other",
        "permit",
        "was given to another question",
        expected="what share answers for this record and receiver",
    )
    check.done()
    return Release(
        on=context.as_of,
        to=to,
        audience="teacher",
        grain="individual content",
        subject=walk.id,
        scope=permit.scope,
        purpose=walk.purpose,
        policy=permit.policy,
    )

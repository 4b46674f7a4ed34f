"""What changed in ratings of look-fors that teachers are coached on: told with its doubt, and with no cause.

Here belong the comparison with the teachers' own time before and with teachers not yet coached, and the dosage beside
it. Who is coached first is rarely chosen by lot, so the difference may be theirs and not the coaching's; dosage is
counted and judges nothing (CL-4). Not here: the arithmetic, which is `ilr.stats.staggered`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from statistics import median
from typing import Literal

import attrs

from ilr.base import FrozenMap, Policy, Reason, Roster, read_only
from ilr.calibration import Standings
from ilr.coaching.facts import CoachingFacts, facts
from ilr.coaching.plan import CoachingPlan
from ilr.continuum.lookfors import LevelCode
from ilr.disclosure import calibrated_only
from ilr.observation import ObservationTable, valid_records
from ilr.observation._panels import panel
from ilr.stats import Estimate, staggered
from ilr.stats.association import benjamini_hochberg
from ilr.stats.significance import Significance

__all__ = ["CoachingChange", "Dosage", "coaching_changes"]


@attrs.frozen(kw_only=True)
class Dosage:
    """How much coaching there was, as counts that judge nothing (CL-4). Equal when all fields are equal.

    Attributes:
        teachers: number of teachers.
        conversations: number of conversations of all of them, one a day and plan.
        conversations_each: median number of conversations of a teacher.
        minutes: minutes of all of them; None where a plan has none.
        weeks_each: median number of weeks from a teacher's first conversation to the last.
    """

    teachers: int
    conversations: int
    conversations_each: float
    minutes: float | None
    weeks_each: float


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CoachingChange:
    """How ratings of a look-for changed where teachers were coached on it. Equal when all fields are equal.

    No number is of fewer teachers than the policy asks; where one would be, nothing but the reason is told.

    Attributes:
        look_for: id of the look-for.
        at_least: how a rating counts: the share at or above this level; None for the fidelity level of its scale.
        own: share after the first conversation less share before it, averaged over the teachers, -1 to 1.
        beside: the same less what teachers not yet coached changed in the same time, -1 to 1.
        exchange: test of no difference from these by exchanging who began when.
        adjusted: its p in the family of all look-fors that are told (Benjamini & Hochberg 1995), 0 to 1; None
            without a test.
        dosage: how much coaching it was; None where nothing is told.
        elsewhere: number of observed teachers who were coached, but not on it, and are in neither group; None where
            it is hidden.
    """

    look_for: str
    at_least: LevelCode | None
    own: Estimate
    beside: Estimate
    exchange: Significance
    adjusted: float | None = None
    dosage: Dosage | None = None
    elsewhere: int | None = None

    def __str__(self) -> str:
        if self.own.undefined is not None:
            return f"{self.look_for}: {self.own}"
        test = "" if self.adjusted is None else f", p = {self.exchange.p:.2g}, adjusted {self.adjusted:.2g}"
        return (
            f"{self.look_for}: {self.own} against their own time before; "
            f"{self.beside} beside teachers not yet coached{test}"
        )


def coaching_changes(
    plans: Iterable[CoachingPlan],
    table: ObservationTable,
    *,
    seed: int,
    look_fors: Iterable[str] | None = None,
    every: Literal["week", "month"] = "month",
    at_least: LevelCode | None = None,
    policy: Policy | None = None,
    roster: Roster | None = None,
    standings: Standings | None = None,
    permutations: int = staggered.PERMUTATIONS,
    level: float = 0.95,
) -> tuple[CoachingChange, ...]:
    """How ratings of look-fors changed where teachers were coached on them.

    A teacher counts as coached on the look-fors of goals that the teacher took on, from the first period that begins
    on the day of the first conversation or later; goals that were only proposed or were declined count for nothing.
    Teachers who were coached, but not on the look-for, are in neither group.

    Both differences are descriptions. Neither says what brought a change about.

    Args:
        plans: the plans of a building or district; those of leaders are passed over.
        table: the observations, with days, from before coaching began as well.
        seed: seed of the exchanges of starts.
        look_fors: items of the table to tell of; by default all. An item is told of in the same way whether few
            teachers were coached on it or none.
        every: length of a period; each teacher and period counts once, by the share of ratings.
        at_least: the level; by default the fidelity level of each scale.
        policy: what makes an observation valid; P-ASSOC, the least number of teachers in a comparison, and P-K-OUT,
            the least on either side of it.
        roster: tells which ids are one person.
        standings: when given, ratings by observers who were not calibrated are left out.
        permutations: number of exchanges.
        level: coverage of the intervals.

    Returns:
        One change a look-for, in the order of the table or as asked.

    Raises:
        InvalidInput: for a level that a scale does not have, or options out of range.
        UnknownCode: for a look-for that is no item of the table.

    Example:
        >>> from ilr.coaching import Goal, LogEntry, plan
        >>> from ilr.testing import synthetic
        >>> district = synthetic.district(seed=7, weeks=20)
        >>> table = ObservationTable.from_walkthroughs(district.walkthroughs, forms=[district.form])
        >>> goal = Goal(students="eight of ten answer after thinking time", look_for="wait-time")
        >>> met = LogEntry(on=date(2026, 11, 2), needs=["none"])
        >>> plans = [plan(f"t{n:03d}", "c").propose(goal, by=f"t{n:03d}").note(met) for n in range(1, 31)]
        >>> for one in coaching_changes(plans, table, seed=1, look_fors=["wait-time", "feedback"]):
        ...     print(one.look_for, one.own, one.beside, sep=" | ")
        wait-time | 0.277 [0.187, 0.366] | -0.054 [-0.208, 0.100]
        feedback | undefined: fewer than 5 teachers | undefined: fewer than 5 teachers
    """
    numbers, people = policy or Policy(), roster or Roster()
    ratings = table.select(valid_records(table, numbers))
    if standings is not None:
        ratings = calibrated_only(ratings, standings)
    terms = _Terms(
        coaching=_coaching(plans, people),
        ratings=ratings,
        seed=seed,
        every=every,
        at_least=at_least,
        policy=numbers,
        roster=people,
        permutations=permutations,
        level=level,
    )
    found = [_change(one, terms) for one in (table.items if look_fors is None else look_fors)]
    return _adjusted(found)


@attrs.frozen(kw_only=True)
class _Terms:
    """What is compared and how, as it was asked."""

    coaching: dict[str, list[CoachingFacts]]
    ratings: ObservationTable
    seed: int
    every: Literal["week", "month"]
    at_least: LevelCode | None
    policy: Policy
    roster: Roster
    permutations: int
    level: float


def _coaching(plans: Iterable[CoachingPlan], roster: Roster) -> dict[str, list[CoachingFacts]]:
    """The facts of each teacher who had a conversation."""
    found: dict[str, list[CoachingFacts]] = {}
    for one in plans:
        told = facts(one)
        if told.days and one.model.coachee == "teacher":
            found.setdefault(roster.resolve(one.teacher), []).append(told)
    return found


def _change(look_for: str, terms: _Terms) -> CoachingChange:
    """The change of one look-for; refused alike where few teachers were coached on it and where nobody was."""
    least = terms.policy.outside_teachers
    seen = panel(
        terms.ratings, look_for, every=terms.every, at_least=terms.at_least, resolve=terms.roster.resolve
    )
    coached = {
        teacher: held
        for teacher, held in terms.coaching.items()
        if any(look_for in told.focus for told in held)
    }
    rows = [place for place, one in enumerate(seen.teachers) if one in coached or one not in terms.coaching]
    chosen, shares = [seen.teachers[row] for row in rows], seen.shares[rows]
    starts = [seen.place(_first(coached[one])) if one in coached else None for one in chosen]
    own = staggered.own_difference(shares, starts, level=terms.level)
    if own.n["units"] < least:
        return _untold(look_for, terms, least)
    found = staggered.staggered_difference(
        shares, starts, seed=terms.seed, permutations=terms.permutations, level=terms.level
    )
    n = found.estimate.n
    if n["units"] < terms.policy.association_teachers:
        return _untold(look_for, terms, terms.policy.association_teachers)
    if found.estimate.undefined is None and min(n["after_start"], n["before_start"]) < least:
        return _untold(look_for, terms, least)
    elsewhere = len(seen.teachers) - len(chosen)
    return CoachingChange(
        look_for=look_for,
        at_least=terms.at_least,
        own=own,
        beside=attrs.evolve(found.estimate, n=FrozenMap({"units": n["units"]})),
        exchange=found.permutation,
        dosage=_dosage(coached.values()),
        elsewhere=None if 0 < elsewhere < least else elsewhere,
    )


def _first(held: Iterable[CoachingFacts]) -> date:
    """The day of a teacher's first conversation."""
    return min(one.days[0] for one in held)


def _untold(look_for: str, terms: _Terms, least: int) -> CoachingChange:
    reason = Reason.of("BELOW_TEACHERS", least=least)
    nothing = staggered.StaggeredDifference.missing(reason, level=terms.level)
    return CoachingChange(
        look_for=look_for,
        at_least=terms.at_least,
        own=Estimate.missing(reason, level=terms.level, name="own difference"),
        beside=nothing.estimate,
        exchange=nothing.permutation,
    )


def _adjusted(found: list[CoachingChange]) -> tuple[CoachingChange, ...]:
    """The changes with their p adjusted for all that are told."""
    tested = [one.look_for for one in found if not math.isnan(one.exchange.p)]
    p = benjamini_hochberg([one.exchange.p for one in found if not math.isnan(one.exchange.p)])
    of = dict(zip(tested, p, strict=True))
    return tuple(attrs.evolve(one, adjusted=of.get(one.look_for)) for one in found)


def _dosage(held: Iterable[list[CoachingFacts]]) -> Dosage:
    """How much coaching these teachers had."""
    each = [sorted(day for one in own for day in one.days) for own in held]
    minutes = [one.minutes for own in held for one in own]
    noted = [one for one in minutes if one is not None]
    return Dosage(
        teachers=len(each),
        conversations=sum(map(len, each)),
        conversations_each=median(map(len, each)),
        minutes=math.fsum(noted) if len(noted) == len(minutes) else None,
        weeks_each=median((own[-1] - own[0]).days / 7 for own in each),
    )

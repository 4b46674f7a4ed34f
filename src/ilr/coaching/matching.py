"""Matching: which mentor or coach for whom, and how many are missing where.

Here belong the gap between those who need support and those who can give it, as a matching and not as a sum
(CP-4), and the plan of pairs with its reasons. Numbers come from `ilr.stats.matching`. Not here: what makes a
pair possible (`ilr.coaching.fitting`). Nothing here knows how well anybody teaches, and nobody is ordered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

import attrs

from ilr.base import Checker, Policy, Reason, Roster, Window, read_only
from ilr.coaching._fit import (
    fit,
    general_obstacles,
    grounds,
    kind_of,
    obstacle,
    personal_obstacles,
    resolved_need,
    resolved_supporter,
)
from ilr.coaching.capacity import CapacityInventory, Supporter
from ilr.coaching.fitting import MatchTerms, SupportNeed
from ilr.coaching.requirements import SupportKind
from ilr.coaching.support import PlannedSupport
from ilr.stats.matching import Matching, b_matching

__all__ = [
    "BlockedCell",
    "Blocking",
    "CapacityGap",
    "EndedPair",
    "MentorPlan",
    "ObstacleCount",
    "Pair",
    "Unmatched",
    "capacity_gap",
    "match",
]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class BlockedCell:
    """Educators of one building and subject who compete for too few people. Equal when all fields are equal.

    Attributes:
        building: id of the building.
        subjects: codes of what they teach; empty where that does not apply.
        educators: their ids; one who has two needs stands twice.
    """

    building: str
    subjects: tuple[str, ...]
    educators: tuple[str, ...]

    @property
    def demand(self) -> int:
        """How many needs the cell has."""
        return len(self.educators)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Blocking:
    """Cells whose needs exceed all the room that anybody has for them. Equal when all fields are equal.

    Attributes:
        cells: the cells, by building and subjects.
        supporters: ids of everybody who could support somebody in them.
        capacity: how many educators these people have room for.
    """

    cells: tuple[BlockedCell, ...]
    supporters: tuple[str, ...]
    capacity: int

    @property
    def demand(self) -> int:
        """How many needs the cells have together."""
        return sum(cell.demand for cell in self.cells)

    @property
    def gap(self) -> int:
        """How many of them stay without support, whatever is done elsewhere; 1 or more."""
        return self.demand - self.capacity


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CapacityGap:
    """How many needs cannot be met, and where (CP-4). Equal when all fields are equal.

    Attributes:
        demand: needs in all.
        capacity: how many educators everybody together has room for.
        matched: needs that can be met at one time.
        blocking: the cells that explain the rest, in parts that share nobody; their gaps add up to it.
        policy: version of the policy.
    """

    demand: int
    capacity: int
    matched: int
    blocking: tuple[Blocking, ...]
    policy: str

    @property
    def gap(self) -> int:
        """Needs that cannot be met: demand less the largest matching."""
        return self.demand - self.matched

    @property
    def gap_by_heads(self) -> int:
        """What a mere count would give: demand less capacity, 0 or more; never above `gap`."""
        return max(0, self.demand - self.capacity)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Pair:
    """A mentor or coach for one educator, with the reasons. Equal when all fields are equal.

    Attributes:
        educator: id of the educator.
        supporter: id of the mentor or coach.
        kind: the kind of support.
        kept: whether the two were a pair before.
        reasons: why support is needed, what speaks for the pair, and the room that is left.
    """

    educator: str
    supporter: str
    kind: SupportKind
    kept: bool
    reasons: tuple[Reason, ...]


@attrs.frozen(kw_only=True)
class ObstacleCount:
    """How many people one obstacle concerns. Equal when both fields are equal.

    Attributes:
        obstacle: what stands in the way.
        people: how many people it concerns; one person can meet several obstacles.
    """

    obstacle: Reason
    people: int


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Unmatched:
    """An educator for whom nobody is left, with the obstacles. Equal when all fields are equal.

    Attributes:
        educator: id of the educator.
        building: id of the building.
        because: why support is needed.
        obstacles: what stands in the way of how many people, their codes in alphabetical order; ``ROOM_TAKEN``
            counts those who could but have no room.
        people: how many people were looked at.
    """

    educator: str
    building: str
    because: tuple[Reason, ...]
    obstacles: tuple[ObstacleCount, ...]
    people: int


@attrs.frozen(kw_only=True)
class EndedPair:
    """A pair of before that is not kept, with the reason. Equal when all fields are equal."""

    educator: str
    supporter: str
    reason: Reason


@attrs.frozen(kw_only=True, field_transformer=read_only)
class MentorPlan:
    """Who supports whom, who is left, and why. Equal when all fields are equal.

    Attributes:
        pairs: the pairs, by id of the educator.
        unmatched: needs that are not met, by id of the educator.
        ended: pairs of before that are not kept.
        gap: demand, capacity and the cells that explain what is not met.
        terms: what a pair had to share, and what spoke for it.
    """

    pairs: tuple[Pair, ...]
    unmatched: tuple[Unmatched, ...]
    ended: tuple[EndedPair, ...]
    gap: CapacityGap
    terms: MatchTerms

    @property
    def pairings(self) -> tuple[tuple[str, str], ...]:
        """Educator and supporter of each pair, as `match` takes them for the next plan."""
        return tuple((pair.educator, pair.supporter) for pair in self.pairs)

    @property
    def changed(self) -> int:
        """Pairs that are new and pairs that ended, together."""
        return sum(not pair.kept for pair in self.pairs) + len(self.ended)

    def planned(self, window: Window, *, contacts: int = 0) -> tuple[PlannedSupport, ...]:
        """The pairs as planned support, for the check against requirements.

        Args:
            window: first and last day of the support.
            contacts: planned contacts a term of each pair.
        """
        return tuple(
            PlannedSupport(
                educator=pair.educator, kind=pair.kind, window=window, by=pair.supporter, contacts=contacts
            )
            for pair in self.pairs
        )


@attrs.frozen
class _Sides:
    """Needs and people in the order of their ids, and the pairs of them that are possible."""

    needs: tuple[SupportNeed, ...]
    supporters: tuple[Supporter, ...]
    room: tuple[int, ...]
    edges: tuple[tuple[int, int], ...]
    policy: str

    def ends(self) -> tuple[list[int], list[int]]:
        """The numbers of need and person of each edge."""
        return [need for need, _ in self.edges], [person for _, person in self.edges]

    def gap(self, found: Matching) -> CapacityGap:
        """What the matching reaches, with its bottlenecks in words of the school."""
        blocking = []
        for part in found.bottlenecks:
            cells: dict[tuple[str, tuple[str, ...]], list[str]] = {}
            for number in part.left:
                need = self.needs[number]
                cells.setdefault((need.building, need.subjects), []).append(need.educator)
            blocking.append(
                Blocking(
                    cells=tuple(
                        BlockedCell(building=cell[0], subjects=cell[1], educators=tuple(cells[cell]))
                        for cell in sorted(cells)
                    ),
                    supporters=tuple(self.supporters[number].id for number in part.right),
                    capacity=part.capacity,
                )
            )
        return CapacityGap(
            demand=len(self.needs),
            capacity=sum(self.room),
            matched=found.matched,
            blocking=tuple(blocking),
            policy=self.policy,
        )


def capacity_gap(
    needs: Iterable[SupportNeed],
    inventory: CapacityInventory,
    *,
    terms: MatchTerms | None = None,
    policy: Policy | None = None,
    roster: Roster | None = None,
) -> CapacityGap:
    """How many needs cannot be met, and which cells of building and subject explain it (CP-4).

    The gap is demand less the largest matching. In each part of `CapacityGap.blocking` demand less the room
    of everybody who could help is the gap of that part (Hall 1935), and the parts add up to the whole gap.

    Args:
        needs: who needs support.
        inventory: who can give it.
        terms: what a pair must share.
        policy: P-CAP0, P-CAP50 and P-CAP100.
        roster: tells which ids are one person; results hold one id for each.

    Returns:
        The gap; 0 without needs.

    Raises:
        InvalidInput: when an educator has the same need twice, or two supporters are one person.

    Example:
        >>> from datetime import date
        >>> from ilr.base import Role
        >>> needs = [
        ...     SupportNeed(educator=id, building="b1", kinds=("mentor",), subjects=("arts",))
        ...     for id in ("t1", "t2")
        ... ]
        >>> mentors = [
        ...     Supporter(id="m1", role=Role.TEACHER, release=0, buildings=("b1",), subjects=("arts",)),
        ...     Supporter(id="m2", role=Role.TEACHER, release=0.5, buildings=("b1",), subjects=("science",)),
        ... ]
        >>> inventory = CapacityInventory(id="autumn", on=date(2026, 9, 1), supporters=mentors)
        >>> found = capacity_gap(needs, inventory)
        >>> found.gap, found.gap_by_heads
        (1, 0)
        >>> [(cell.building, cell.subjects, cell.demand) for cell in found.blocking[0].cells]
        [('b1', ('arts',), 2)]
    """
    sides = _sides(needs, inventory, terms or MatchTerms(), policy or Policy(), roster or Roster())
    left, right = sides.ends()
    return sides.gap(b_matching(left, right, demand=[1] * len(sides.needs), capacity=sides.room))


def match(
    needs: Iterable[SupportNeed],
    inventory: CapacityInventory,
    *,
    existing: Iterable[tuple[str, str]] = (),
    terms: MatchTerms | None = None,
    policy: Policy | None = None,
    roster: Roster | None = None,
) -> MentorPlan:
    """Plan who supports whom, by aims in this order: coverage, pairs kept, fit, even loads.

    Most needs are met first; of the plans that do so one with the most existing pairs is taken, of these one
    with the best fit of subject, grade and building, of these one in which people are equally full, those
    whom they carry counted. Between plans that are equal by all of these a number made from the ids decides. So
    an existing pair ends only where it is no longer possible or where one more
    need is met by it. The order of what is handed in plays no part. Nothing about quality enters.

    Args:
        needs: who needs support, by law or by request.
        inventory: who can give it.
        existing: educator and supporter of each pair of before, for example `MentorPlan.pairings`.
        terms: what a pair must share, and what speaks for it.
        policy: P-CAP0, P-CAP50 and P-CAP100.
        roster: tells which ids are one person; results hold one id for each.

    Returns:
        The plan, with reasons for each pair and the obstacles of everybody who is left.

    Raises:
        InvalidInput: when an educator has the same need twice, or two supporters are one person.

    Example:
        >>> from datetime import date
        >>> from ilr.base import Role
        >>> need = SupportNeed(educator="t1", building="b1", kinds=("mentor",), subjects=("arts",))
        >>> mentor = Supporter(id="m1", role=Role.TEACHER, release=0.5, buildings=("b1",), subjects=("arts",))
        >>> plan = match([need], CapacityInventory(id="a", on=date(2026, 9, 1), supporters=(mentor,)))
        >>> [str(reason) for reason in plan.pairs[0].reasons]
        ['works in the same building', 'same subject: arts', 'supports 1 of at most 5 educators']
    """
    asked, numbers, people = terms or MatchTerms(), policy or Policy(), roster or Roster()
    sides = _sides(needs, inventory, asked, numbers, people)
    before = {(people.resolve(one), people.resolve(other)) for one, other in existing}
    pairs = [(sides.needs[need], sides.supporters[person]) for need, person in sides.edges]
    left, right = sides.ends()
    found = b_matching(
        left,
        right,
        demand=[1] * len(sides.needs),
        capacity=sides.room,
        gains=(
            [int((need.educator, person.id) in before) for need, person in pairs],
            [fit(need, person, asked) for need, person in pairs],
        ),
        spread="even",
        held=[person.carries for person in sides.supporters],
        ties=[_drawn(need, person) for need, person in pairs],
    )
    loads = found.loads.tolist()
    chosen = [edge for edge, units in zip(sides.edges, found.amounts.tolist(), strict=True) if units]
    made = tuple(
        _pair(sides.needs[need], sides.supporters[person], loads[person], before, numbers)
        for need, person in chosen
    )
    able = Counter(left)
    return MentorPlan(
        pairs=made,
        unmatched=tuple(
            _unmatched(need, sides.supporters, able[number], asked)
            for number, need in enumerate(sides.needs)
            if found.unmet[number]
        ),
        ended=_ended(before - {(pair.educator, pair.supporter) for pair in made}, sides),
        gap=sides.gap(found),
        terms=asked,
    )


def _drawn(need: SupportNeed, person: Supporter) -> int:
    """A number that decides between equal plans: from the ids alone, so that nobody's place in a list does."""
    key = f"{need.educator}|{'|'.join(need.kinds)}|{person.id}"
    return int.from_bytes(sha256(key.encode()).digest()[:4], "big") % 10**6


def _sides(
    needs: Iterable[SupportNeed],
    inventory: CapacityInventory,
    terms: MatchTerms,
    policy: Policy,
    people: Roster,
) -> _Sides:
    wanted = sorted(
        (resolved_need(need, people) for need in needs),
        key=lambda need: (need.educator, need.kinds, need.building, str(need.because)),
    )
    given = sorted((resolved_supporter(one, people) for one in inventory.supporters), key=lambda one: one.id)
    check = Checker("match")
    for name, ids in (
        ("needs", [(need.educator, need.kinds) for need in wanted]),
        ("supporters", [one.id for one in given]),
    ):
        check(len(set(ids)) == len(ids), "match.repeated", name, "repeat one", expected="each once")
    check.done()
    reach: dict[str, list[int]] = {}
    for place, one in enumerate(given):
        for building in dict.fromkeys(one.buildings):
            reach.setdefault(building, []).append(place)
    edges = tuple(
        (number, place)
        for number, need in enumerate(wanted)
        for place in reach.get(need.building, ())
        if not general_obstacles(need, given[place], terms) and not personal_obstacles(need, given[place])
    )
    return _Sides(
        tuple(wanted), tuple(given), tuple(one.free(policy) for one in given), edges, policy.version
    )


def _pair(
    need: SupportNeed, person: Supporter, load: int, before: set[tuple[str, str]], policy: Policy
) -> Pair:
    kept, kind = (need.educator, person.id) in before, kind_of(need, person)
    assert kind is not None  # noqa: S101  # a pair without one has an obstacle
    return Pair(
        educator=need.educator,
        supporter=person.id,
        kind=kind,
        kept=kept,
        reasons=(
            *need.because,
            *((Reason("PAIR_KEPT"),) if kept else ()),
            *grounds(need, person),
            Reason.of("ROOM_LEFT", n=person.carries + load, of=person.supply(policy)),
        ),
    )


def _unmatched(
    need: SupportNeed, supporters: tuple[Supporter, ...], able: int, terms: MatchTerms
) -> Unmatched:
    counts = Counter(
        code
        for one in supporters
        for code in (*general_obstacles(need, one, terms), *personal_obstacles(need, one))
    )
    if able:
        counts["ROOM_TAKEN"] = able
    return Unmatched(
        educator=need.educator,
        building=need.building,
        because=need.because,
        obstacles=tuple(
            ObstacleCount(obstacle=obstacle(code, need), people=counts[code]) for code in sorted(counts)
        ),
        people=len(supporters),
    )


def _ended(gone: set[tuple[str, str]], sides: _Sides) -> tuple[EndedPair, ...]:
    educators, supporters = {need.educator for need in sides.needs}, {one.id for one in sides.supporters}
    possible = {(sides.needs[need].educator, sides.supporters[person].id) for need, person in sides.edges}
    found = []
    for educator, supporter in sorted(gone):
        if educator not in educators:
            code = "ENDED_WITHOUT_NEED"
        elif supporter not in supporters:
            code = "ENDED_WITHOUT_SUPPORTER"
        else:
            code = "ENDED_WITHOUT_ROOM" if (educator, supporter) in possible else "ENDED_IMPOSSIBLE"
        found.append(EndedPair(educator=educator, supporter=supporter, reason=Reason(code)))
    return tuple(found)

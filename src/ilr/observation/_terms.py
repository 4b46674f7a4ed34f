"""What a plan of visits has to keep to."""

from __future__ import annotations

from datetime import date

import attrs

from ilr.base import Checker, Policy, Roster, SchoolCalendar, Window, read_only
from ilr.observation._openings import weeks_of
from ilr.observation.visits import Slot

__all__ = ["Busy", "ObserverTime", "PlanTerms"]


@attrs.frozen(field_transformer=read_only)
class ObserverTime:
    """How many visits an observer can make. Equal when all fields are equal.

    Attributes:
        id: id of the observer.
        weekly: visits a week, over all buildings.
        weeks: other numbers for single weeks, each with the Monday of the week.
    """

    id: str
    weekly: int
    weeks: tuple[tuple[date, int], ...] = attrs.field(default=(), kw_only=True)


@attrs.frozen(field_transformer=read_only)
class Busy:
    """Days or periods at which teachers cannot be seen and observers cannot come.

    Equal when all fields are equal.

    Attributes:
        people: ids of those who cannot.
        window: the days.
        periods: the host's period codes; empty for whole days.
    """

    people: tuple[str, ...]
    window: Window
    periods: tuple[str, ...] = attrs.field(default=(), kw_only=True)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class PlanTerms:
    """What a plan of visits to one building has to keep to. Equal when all fields are equal.

    Teachers are those whom the roster appoints to teach in the building; on leave nobody is seen. A
    teacher with sections of known periods is seen in those, one without in any. A class that several teach
    is one visit to all of them, made when all are to be seen; who also teaches alone can be seen either way.

    Attributes:
        building: id of the school.
        window: first and last day of the plan.
        calendar: the school days; a week is one from Monday to Sunday that holds any.
        roster: who teaches when.
        observers: who can come, and how often.
        periods: the host's period codes in the order of the day.
        every: each teacher is seen once or twice in every run of so many weeks.
        paired: share of visits that two observers make together; P-PAIR of the policy unless given.
        announced: share of visits of which the teacher is told; P-MIX of the policy unless given.
        fill: share of the observers' time that is planned at most; the rest is left for what comes up.
            With time for more, one and a half visits a teacher and run of weeks are aimed at, because with
            two for everybody the weeks could be foreseen.
        busy: times at which some people cannot.
        known: slots that are settled already. Those of the building before the window count for the runs of
            weeks, so that somebody seen last week is not due at once; the calendar has to reach back to
            them. Those of other buildings take the time and the seats of their observers; the buildings are
            to have the same period codes.
        policy: where P-PAIR and P-MIX stand.
        cycle: label that goes into every draw.

    Raises:
        InvalidInput: listing every term that cannot be kept by any plan.
    """

    building: str
    window: Window
    calendar: SchoolCalendar
    roster: Roster
    observers: tuple[ObserverTime, ...]
    periods: tuple[str, ...]
    every: int
    paired: float | None = None
    announced: float | None = None
    fill: float = 0.9
    busy: tuple[Busy, ...] = ()
    known: tuple[Slot, ...] = ()
    policy: Policy = attrs.field(factory=Policy)
    cycle: str = "cycle-1"

    def __attrs_post_init__(self) -> None:
        check = Checker("PlanTerms")
        observers = [self.roster.resolve(one.id) for one in self.observers]
        weeks = len(weeks_of(self))
        mix = self.policy.mix
        check(bool(observers), "plan.observers", "observers", "are missing", expected="one or more")
        check(
            len(set(observers)) == len(observers),
            "plan.observer_twice",
            "observers",
            "repeat a person",
            expected="each once",
        )
        for index, one in enumerate(self.observers):
            check(
                all(number >= 0 for number in (one.weekly, *(number for _, number in one.weeks))),
                "plan.capacity",
                f"observers[{index}]",
                "has a negative number of visits",
                expected="0 or more",
            )
        check(
            bool(self.periods) and len(set(self.periods)) == len(self.periods),
            "plan.periods",
            "periods",
            "are missing or repeat a code",
            expected="unlike codes",
        )
        for index, busy in enumerate(self.busy):
            check(
                set(busy.periods) <= set(self.periods),
                "plan.busy",
                f"busy[{index}].periods",
                "are not among the periods",
                expected="codes of the periods",
            )
        check(
            1 <= self.every <= max(weeks, 1) and weeks > 0,
            "plan.every",
            "every",
            "does not fit into the plan",
            expected=f"1 to {weeks} weeks" if weeks else "a window with school days",
        )
        check(
            0 <= self.pair_share <= 1 and (self.pair_share == 0 or len(observers) != 1),
            "plan.paired",
            "paired",
            "cannot be reached",
            expected="0 to 1, and 0 with one observer",
        )
        check(
            mix <= self.told_share <= 1 - mix,
            "plan.announced",
            "announced",
            "leaves too few visits of one mode",
            expected=f"{mix:g} to {1 - mix:g} (P-MIX)",
        )
        check(
            0 < self.fill <= 1, "plan.fill", "fill", "lies outside its range", expected="above 0, at most 1"
        )
        check(
            bool(self.roster.teachers(self.building, self.window)),
            "plan.teachers",
            "roster",
            "appoints nobody to teach in the building",
            expected="one or more teachers",
        )
        check(
            not any(slot.building == self.building and slot.day >= self.window.start for slot in self.known),
            "plan.known",
            "known",
            "holds slots of the building that the plan itself would make",
            expected="slots before the window, or of other buildings",
        )
        check("|" not in self.cycle, "plan.cycle", "cycle", "holds a bar", expected="a label without |")
        check.done()

    @property
    def pair_share(self) -> float:
        """The share of paired visits that is aimed at."""
        return self.policy.paired if self.paired is None else self.paired

    @property
    def told_share(self) -> float:
        """The share of announced visits that is aimed at."""
        return self.policy.mix if self.announced is None else self.announced

"""What many rules about leaders and coaches need: how many of how many, and how long nobody met.

Here belong the count that names who is missing, shares of things with a tag, and gaps between dated meetings.
Not here: what is counted.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar

import attrs

from ilr.base import Checker, Role, Roster, Term, Window, read_only

__all__ = [
    "Tally",
    "check_ids",
    "check_interval",
    "coaches_on",
    "longest_gap_in_months",
    "tally",
    "terms_within",
    "window_in",
    "years_later",
]

Thing = TypeVar("Thing")
_DAY = timedelta(days=1)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Tally:
    """How many of how many, and which are missing. Equal when all fields are equal.

    What is counted are partnerships, leaders, coaches, meetings or terms; never teachers.

    Attributes:
        reached: how many.
        of: of how many.
        lacking: ids of the others, in order.

    Raises:
        InvalidInput: when the numbers do not add up.

    Example:
        >>> Tally(reached=3, of=4, lacking=["p2"]).share
        0.75
    """

    reached: int
    of: int
    lacking: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("Tally")
        check(
            self.reached >= 0 and self.reached + len(self.lacking) == self.of,
            "tally.sum",
            "lacking",
            "and what was reached are not all",
            expected="one id for each that is missing",
        )
        check.done()

    @property
    def share(self) -> float | None:
        """The share, 0 to 1; None of nothing."""
        return self.reached / self.of if self.of else None

    @property
    def all(self) -> bool | None:
        """Whether every one is among them; None of nothing."""
        return self.reached == self.of if self.of else None


def tally(things: Iterable[Thing], holds: Callable[[Thing], bool], id: Callable[[Thing], str]) -> Tally:
    """Count the things for which something holds, and name the others."""
    held = tuple(things)
    lacking = tuple(id(thing) for thing in held if not holds(thing))
    return Tally(reached=len(held) - len(lacking), of=len(held), lacking=lacking)


def longest_gap_in_months(days: Iterable[date], window: Window) -> int:
    """The longest time without a meeting, in calendar months that are begun.

    From the 14th of a month to the 14th of the next is one month, to the 15th two. The day before the window and
    the day after it stand as meetings, as in `ilr.base.longest_gap`.

    Args:
        days: days of meetings in any order; those outside the window are passed over.
        window: first and last day.

    Returns:
        The months, 1 or more; of no meeting those of the whole window and one more, so that ``longest_gap_in_months(...)
        <= g`` fails wherever ``g`` whole months went by without a meeting.

    Example:
        >>> longest_gap_in_months([date(2026, 9, 14), date(2026, 10, 14)], Window(date(2026, 9, 1), date(2026, 11, 13)))
        1
    """
    marks = [window.start - _DAY, *sorted(day for day in days if day in window), window.end + _DAY]
    return max(_months(earlier, later) for earlier, later in pairwise(marks))


def _months(earlier: date, later: date) -> int:
    """The least number of calendar months that lead from one day to another or beyond, 1 or more."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return max(months + (_later(earlier, months) < later), 1)


def _later(day: date, months: int) -> date:
    """The same day some months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def years_later(day: date, years: int) -> date:
    """The same day some years later."""
    return _later(day, 12 * years)


def window_in(window: Window, starts: date, ends: date | None) -> Window | None:
    """The part of a window in which something lasted, None where it lasted on no day of it."""
    last = window.end if ends is None else min(ends, window.end)
    first = max(starts, window.start)
    return Window(first, last) if first <= last else None


def terms_within(terms: Iterable[Term], window: Window) -> tuple[Term, ...]:
    """The terms of which a window holds a day."""
    return tuple(term for term in terms if term.window.overlap(window) is not None)


def check_ids(ids: Iterable[str], check: Checker, path: str, *, least: int = 0) -> None:
    """Note too few ids, blank or repeated ones among the problems of a construction."""
    held = tuple(ids)
    check(len(held) >= least, "ids.few", path, "are too few", expected=f"{least} or more")
    check(all(one.strip() for one in held), "ids.blank", path, "hold a blank one", expected="ids")
    check(len(set(held)) == len(held), "ids.repeated", path, "repeat an id", expected="each once")


def check_interval(starts: date, ends: date | None, check: Checker, path: str = "ends") -> None:
    """Note an end before the start among the problems of a construction."""
    check(
        ends is None or starts <= ends,
        "interval.order",
        path,
        "lies before the start",
        expected="start <= end",
    )


def coaches_on(roster: Roster, day: date) -> frozenset[str]:
    """Everyone who holds a post as coach on a day, as resolved persons."""
    return roster.persons(
        post.person for post in roster.appointments if post.role is Role.COACH and post.holds_on(day)
    )

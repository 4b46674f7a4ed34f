"""School days: calendars, windows, terms and gaps.

Here belongs everything that counts days the way a school does. Instants are timezone-aware datetimes,
school days are dates; a calendar belongs to one building and is versioned. Not here: who was seen when
(`ilr.observation`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from ilr.base.errors import Checker
from ilr.base.records import read_only

__all__ = [
    "SchoolCalendar",
    "Term",
    "Window",
    "check_aware",
    "countable_days",
    "longest_gap",
    "months_in",
    "require_aware",
]

_DAY = timedelta(days=1)


@attrs.frozen
class Window:
    """A span of days, both ends included. Equal when both ends are equal.

    Raises:
        InvalidInput: when it ends before it starts.

    Example:
        >>> Window(date(2026, 9, 1), date(2026, 9, 30)).days
        30
    """

    start: date
    end: date

    def __attrs_post_init__(self) -> None:
        check = Checker("Window")
        check(self.start <= self.end, "window.order", "end", "lies before the start", expected="start <= end")
        check.done()

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def days(self) -> int:
        """Number of calendar days, both ends counted."""
        return (self.end - self.start).days + 1

    def overlap(self, other: Window) -> Window | None:
        """The days in both, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Window(start, end) if start <= end else None

    def __iter__(self) -> Iterator[date]:
        return (self.start + timedelta(days=step) for step in range(self.days))


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Term:
    """A named part of the school year. Equal when all fields are equal.

    Attributes:
        id: opaque id of the host.
        window: first and last day.
        parent: id of the term that holds this one, for example of the year.
    """

    id: str
    window: Window
    parent: str | None = None


def _days(values: Iterable[date]) -> tuple[date, ...]:
    return tuple(sorted(set(values)))


@attrs.frozen(kw_only=True, field_transformer=read_only)
class SchoolCalendar:
    """The instructional days of one building, with its terms and time zone.

    Equal when all fields are equal. A changed calendar is a new value with a new version; reports name
    the version they used.

    Attributes:
        id: opaque id of the calendar.
        window: the days the calendar speaks of; it knows nothing before or after.
        instructional_days: the days that count, in order.
        terms: terms in order.
        timezone: IANA name by which an instant gets its school day.
        version: label of this version.

    Raises:
        InvalidInput: listing days and terms outside the window, repeated term ids, an unknown zone.
    """

    id: str
    window: Window
    instructional_days: tuple[date, ...] = attrs.field(converter=_days)
    terms: tuple[Term, ...] = ()
    timezone: str = "UTC"
    version: str = "1"

    def __attrs_post_init__(self) -> None:
        check = Checker("SchoolCalendar")
        for index, day in enumerate(self.instructional_days):
            check(
                day in self.window,
                "calendar.outside",
                f"instructional_days[{index}]",
                "lies outside the calendar",
                expected=f"{self.window.start} to {self.window.end}",
            )
        for index, term in enumerate(self.terms):
            check(
                term.window.overlap(self.window) == term.window,
                "calendar.term",
                f"terms[{index}]",
                "lies outside the calendar",
                expected=f"{self.window.start} to {self.window.end}",
            )
        ids = [term.id for term in self.terms]
        check(
            len(ids) == len(set(ids)), "calendar.term_id", "terms", "repeat an id", expected="one term an id"
        )
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones is an OSError
            check(False, "calendar.timezone", "timezone", "is not known", expected="an IANA time zone")
        check.done()

    @classmethod
    def weekdays(
        cls,
        start: date,
        end: date,
        *,
        id: str = "calendar",
        breaks: Iterable[Window | date] = (),
        terms: Iterable[Term] = (),
        timezone: str = "UTC",
        version: str = "1",
    ) -> SchoolCalendar:
        """A calendar of Mondays to Fridays without the given breaks.

        Example:
            >>> year = SchoolCalendar.weekdays(date(2026, 9, 1), date(2026, 9, 14), breaks=[date(2026, 9, 7)])
            >>> len(year.instructional_days)
            9
        """
        spans = [span if isinstance(span, Window) else Window(span, span) for span in breaks]
        window = Window(start, end)
        return cls(
            id=id,
            window=window,
            instructional_days=tuple(
                day for day in window if day.weekday() < 5 and not any(day in span for span in spans)
            ),
            terms=tuple(terms),
            timezone=timezone,
            version=version,
        )

    def school_day(self, at: datetime) -> date:
        """The date of an instant on the wall clock of the building.

        Raises:
            InvalidInput: when the instant has no offset.
        """
        require_aware(at)
        return at.astimezone(ZoneInfo(self.timezone)).date()

    def is_instructional(self, day: date) -> bool:
        """Whether the day counts."""
        place = bisect_left(self.instructional_days, day)
        return place < len(self.instructional_days) and self.instructional_days[place] == day

    def between(self, start: date, end: date) -> tuple[date, ...]:
        """The instructional days from start to end, both included."""
        days = self.instructional_days
        return days[bisect_left(days, start) : bisect_right(days, end)]

    def days_after(self, day: date, until: date) -> int:
        """How many instructional days lie after one day, up to and with another; negative going back."""
        if until < day:
            return -self.days_after(until, day)
        return len(self.between(day + _DAY, until))

    def add(self, day: date, count: int) -> date:
        """The day on which ``count`` instructional days have passed after a day.

        Beyond the end of the calendar the last day of its window is given.
        """
        later = self.instructional_days[bisect_right(self.instructional_days, day) :]
        if count <= 0:
            return day
        return later[count - 1] if count <= len(later) else max(day, self.window.end)

    def term_of(self, day: date) -> Term | None:
        """The first term that holds the day, or None."""
        return next((term for term in self.terms if day in term.window), None)


def require_aware(at: datetime, path: str = "at") -> None:
    """Refuse an instant without an offset from UTC.

    Raises:
        InvalidInput: naming the path.
    """
    check = Checker("instant")
    check_aware(at, check, path)
    check.done()


def check_aware(at: datetime, check: Checker, path: str) -> None:
    """Note an instant without an offset from UTC among the problems of a construction."""
    check(
        at.tzinfo is not None and at.utcoffset() is not None,
        "instant.naive",
        path,
        "has no time zone",
        expected="a timezone-aware datetime",
    )


def countable_days(
    window: Window, *, calendar: SchoolCalendar | None = None, breaks: Iterable[Window] = ()
) -> tuple[date, ...]:
    """The days of a window that count in gaps.

    With a calendar these are its instructional days; without one all calendar days but declared breaks,
    and then a limit of 10 reads as 14 and one of 5 as 7.
    """
    if calendar is not None:
        return calendar.between(window.start, window.end)
    spans = tuple(breaks)
    return tuple(day for day in window if not any(day in span for span in spans))


def longest_gap(events: Iterable[date], countable: tuple[date, ...]) -> int:
    """MAXGAP: the longest difference in countable days between two events that follow each other.

    The day before the first countable day and the day after the last stand as events, so that
    ``longest_gap(...) <= g`` holds exactly when every run of ``g`` countable days has an event in it,
    and somebody who was never seen has the whole window as gap.

    Args:
        events: days of events in any order; days that are not countable are passed over.
        countable: the countable days in ascending order.

    Returns:
        The gap in countable days; 1 when every day has an event, ``len(countable) + 1`` without any.

    Example:
        >>> week = tuple(date(2026, 9, day) for day in range(7, 12))
        >>> longest_gap([date(2026, 9, 8)], week)
        4
    """
    place = {day: index for index, day in enumerate(countable)}
    seen = sorted({place[day] for day in events if day in place})
    marks = [-1, *seen, len(countable)]
    return max(later - earlier for earlier, later in pairwise(marks))


def months_in(window: Window, calendar: SchoolCalendar, *, least: int = 10) -> tuple[Window, ...]:
    """The full calendar months of a window, short ones merged with the next.

    Args:
        window: the window; months that it cuts are left out.
        calendar: tells how many instructional days a month has.
        least: a month with fewer instructional days is merged with the next (a last one with the one
            before it).

    Returns:
        Windows in order, without gaps between them.
    """
    months: list[Window] = []
    first = window.start if window.start.day == 1 else _next_month(window.start)
    while _next_month(first) - _DAY <= window.end:
        months.append(Window(first, _next_month(first) - _DAY))
        first = _next_month(first)
    merged: list[Window] = []
    start: date | None = None
    for month in months:
        start = start or month.start
        if len(calendar.between(start, month.end)) >= least:
            merged.append(Window(start, month.end))
            start = None
    if start is not None and merged:
        merged[-1] = Window(merged[-1].start, months[-1].end)
    elif start is not None:
        merged.append(Window(start, months[-1].end))
    return tuple(merged)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)

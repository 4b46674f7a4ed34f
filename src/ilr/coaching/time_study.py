"""An informal study of how leaders who are partners spend their time together (TS-1 to TS-5).

Here belong how often pairs meet, which share of their time goes to coaching and planning, and how far meetings keep to
their agendas. A sample of weeks is enough, and the study says which weeks it looked at. Not here: whether that is
often enough (`ilr.coaching.partnerships`).
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Literal

import attrs

from ilr.base import Checker, FrozenMap, Policy, Reason, Window, read_only
from ilr.coaching._tallies import window_in
from ilr.coaching.partnerships import Partnership, PartnershipMeeting, PartnershipRecords, TimeKind
from ilr.stats import Estimate, ratios

__all__ = [
    "PairTime",
    "PlanDrift",
    "SamplingFrame",
    "TimeStudy",
    "coaching_share",
    "plan_drift",
    "time_study",
]

_PURPOSEFUL: tuple[TimeKind, ...] = ("coaching", "planning")


@attrs.frozen(kw_only=True, field_transformer=read_only)
class SamplingFrame:
    """Which weeks a study looked at, and how they were chosen (TS-5). Equal when all fields are equal.

    Attributes:
        whole: the time that the study is to speak for.
        weeks: the days that were looked at, in order and apart.
        chosen: how.

    Raises:
        InvalidInput: for no weeks, weeks outside the whole or over each other, or ``all`` where days are left out.

    Example:
        >>> fall = Window(date(2026, 9, 1), date(2026, 12, 18))
        >>> round(SamplingFrame(whole=fall, weeks=[fall], chosen="all").months, 2)
        3.58
    """

    whole: Window
    weeks: tuple[Window, ...]
    chosen: Literal["all", "at random", "by hand"]

    def __attrs_post_init__(self) -> None:
        check = Checker("SamplingFrame")
        check(bool(self.weeks), "frame.weeks", "weeks", "are missing", expected="one or more")
        check(
            all(one.overlap(self.whole) == one for one in self.weeks),
            "frame.outside",
            "weeks",
            "lie outside the whole",
            expected="weeks of the whole",
        )
        check(
            all(one.end < other.start for one, other in pairwise(self.weeks)),
            "frame.order",
            "weeks",
            "are not in order and apart",
            expected="each day once",
        )
        check(
            self.chosen != "all" or sum(one.days for one in self.weeks) == self.whole.days,
            "frame.all",
            "weeks",
            "leave days out",
            expected="the whole",
        )
        check.done()

    @property
    def months(self) -> float:
        """How many calendar months the weeks are worth; a part of a month counts by its days."""
        return _months(self.weeks)

    def __contains__(self, day: date) -> bool:
        return any(day in week for week in self.weeks)


def _months(windows: Iterable[Window]) -> float:
    """The length of some windows in calendar months: each day is worth its part of its month."""
    return math.fsum(1 / monthrange(day.year, day.month)[1] for window in windows for day in window)


@attrs.frozen(kw_only=True)
class PairTime:
    """How often a partnership met and what its time went to. Equal when all fields are equal.

    Attributes:
        partnership: id of the partnership.
        held: meetings that were held.
        cancelled: meetings that were cancelled.
        moved: meetings that were moved; where a successor was held, it is among those held.
        months: how many calendar months were looked at.
        share: the share of coaching and planning.
        other: logged minutes of the kind ``other``, which are in no share.
    """

    partnership: str
    held: int
    cancelled: int
    moved: int
    months: float
    share: Estimate
    other: float

    @property
    def a_month(self) -> float | None:
        """Meetings held a month (TS-2); None where no day was looked at."""
        return self.held / self.months if self.months else None


@attrs.frozen(kw_only=True)
class PlanDrift:
    """How far meetings left their agendas (TS-4). Equal when all fields are equal.

    Attributes:
        meetings: held meetings with minutes for each point of the agenda and a log of what they went to.
        left_out: held meetings without one of them.
        long_term: planned minutes of long-term points.
        ad_hoc: planned minutes of urgent points.
        purposeful: logged minutes of coaching and planning.
        situational: logged minutes of the problems of the day.
    """

    meetings: int
    left_out: int
    long_term: float
    ad_hoc: float
    purposeful: float
    situational: float

    @property
    def planned(self) -> float | None:
        """The planned share of urgent points, 0 to 1; None where no minutes were planned."""
        return _share(self.ad_hoc, self.long_term)

    @property
    def actual(self) -> float | None:
        """The share that went to the problems of the day, 0 to 1; None where no minutes were logged."""
        return _share(self.situational, self.purposeful)

    @property
    def drift(self) -> float | None:
        """The actual share less the planned one, -1 to 1; above 0 the day took more than it was given."""
        if self.planned is None or self.actual is None:
            return None
        return self.actual - self.planned


def _share(part: float, rest: float) -> float | None:
    return part / (part + rest) if part + rest else None


@attrs.frozen(kw_only=True, field_transformer=read_only)
class TimeStudy:
    """What a time study found, with the weeks it looked at. Equal when all fields are equal.

    Attributes:
        frame: the weeks.
        pairs: how often each partnership met and what its time went to, in order of the records.
        share: the share of coaching and planning over all of them.
        drift: how far meetings left their agendas.
        policy: version of the policy.
    """

    frame: SamplingFrame
    pairs: tuple[PairTime, ...]
    share: Estimate
    drift: PlanDrift
    policy: str


def coaching_share(
    meetings: Iterable[PartnershipMeeting], *, seed: int, policy: Policy, name: str = "share of coaching"
) -> Estimate:
    """LS-12a.GA.2: the share of coaching and planning in all time but ``other`` (TS-1, TS-3).

    The interval comes from resampling meetings (`ilr.stats.ratios.ratio_of_sums`), because the minutes of one meeting
    belong together.

    Args:
        meetings: the meetings; those held with minutes of coaching, planning or situational problems count.
        seed: seed of the draws.
        policy: P-TSMIN, the least number of meetings for an interval.
        name: what the share is of.

    Returns:
        The share, 0 to 1; undefined where no such minutes were logged. With fewer meetings than the policy asks
        there is no interval. ``n`` counts ``meetings`` and ``minutes``.

    Example:
        >>> coaching_share([], seed=1, policy=Policy()).undefined.code
        'ZERO_TOTAL'
    """
    rows = [(one.minutes(*_PURPOSEFUL), one.minutes(*_PURPOSEFUL, "situational")) for one in meetings]
    rows = [row for row in rows if row[1]]
    found = ratios.ratio_of_sums([row[0] for row in rows], [row[1] for row in rows], seed=seed, name=name)
    counts: FrozenMap[str, float] = FrozenMap(
        {"meetings": float(len(rows)), "minutes": math.fsum(row[1] for row in rows)}
    )
    least = policy.interval_meetings
    if found.undefined is None and len(rows) < least:
        few = Reason.of("BELOW_COUNT", n=len(rows), least=least)
        return Estimate(found.value, undefined_interval=few, n=counts, name=name)
    return attrs.evolve(found, n=counts)


def plan_drift(meetings: Iterable[PartnershipMeeting]) -> PlanDrift:
    """Hold the minutes that agendas planned against those that were logged (TS-4).

    Args:
        meetings: the meetings; those held count.
    """
    held = [one for one in meetings if one.status == "held"]
    used = [one for one in held if _is_planned(one) and one.minutes(*_PURPOSEFUL, "situational")]
    items = [item for one in used for item in one.items]
    return PlanDrift(
        meetings=len(used),
        left_out=len(held) - len(used),
        long_term=math.fsum(item.minutes or 0 for item in items if item.kind == "long-term"),
        ad_hoc=math.fsum(item.minutes or 0 for item in items if item.kind == "ad hoc"),
        purposeful=math.fsum(one.minutes(*_PURPOSEFUL) for one in used),
        situational=math.fsum(one.minutes("situational") for one in used),
    )


def _is_planned(meeting: PartnershipMeeting) -> bool:
    return bool(meeting.items) and all(item.minutes is not None for item in meeting.items)


def time_study(records: PartnershipRecords, *, frame: SamplingFrame, seed: int) -> TimeStudy:
    """Study the weeks of a frame: how often pairs meet and what the time goes to (LS-12a.GA.1, GA.2; TS-1 to TS-5).

    Args:
        records: partnerships with their meetings; the window of the records does not matter, the frame does.
        frame: the weeks to look at.
        seed: seed of the draws behind the intervals.

    Returns:
        The study; a partnership that lasted on no day of the weeks is not in it.
    """
    looked_at = [one for one in records.meetings if records.day(one) in frame]
    pairs = []
    for one in records.partnerships:
        spans = [span for week in frame.weeks if (span := window_in(week, one.starts, one.ends))]
        if spans:
            own = [meeting for meeting in looked_at if meeting.partnership == one.id]
            pairs.append(_pair(one, own, _months(spans), seed, records.policy))
    return TimeStudy(
        frame=frame,
        pairs=tuple(pairs),
        share=coaching_share(looked_at, seed=seed, policy=records.policy),
        drift=plan_drift(looked_at),
        policy=records.policy.version,
    )


def _pair(
    one: Partnership, own: Sequence[PartnershipMeeting], months: float, seed: int, policy: Policy
) -> PairTime:
    count = Counter(meeting.status for meeting in own)
    return PairTime(
        partnership=one.id,
        held=count["held"],
        cancelled=count["cancelled"],
        moved=count["moved"],
        months=months,
        share=coaching_share(own, seed=seed, policy=policy),
        other=math.fsum(meeting.minutes("other") for meeting in own),
    )

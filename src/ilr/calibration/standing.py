"""Standing: whether an observer is calibrated for a look-for on a day.

Here belongs what meetings mean for observers (CG-3), and what ends it (CG-4): age, drift, a revision that changes
levels or meaning. It is derived from the meetings each time and never stored as a flag, and it is told look-for by
look-for: what passed may be shared, the rest waits. So a record made before its observer was calibrated stays one
for ever, whatever is shown later.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import Enum
from typing import Literal

import attrs

from ilr.base import Policy, Reason, read_only
from ilr.calibration.meeting import MASTER, CalibrationMeeting
from ilr.stats import Estimate, Ratings, agreement

__all__ = ["Lapse", "Standing", "Standings", "Status", "standings_of"]

_MOST_TIMES = 10


class Status(Enum):
    """What the evidence says about an observer and a look-for."""

    CALIBRATED = "calibrated"
    NOT_YET = "not yet"
    CANNOT_TELL = "cannot tell"
    NEVER = "never calibrated"
    EXPIRED = "expired"


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Standing:
    """One observer's standing on one look-for. Equal when all fields are equal.

    Attributes:
        observer: id of the observer.
        look_for: id of the look-for.
        look_for_set: id and version of the set, empty without a meeting.
        status: what the evidence says.
        since: day of the meeting, None without one.
        until: last day on which it holds, None without a meeting.
        agreement: Gwet's AC2 with its interval, None without a meeting.
        reasons: why.
        further: how many further exhibits, rated like those of the meeting, would settle what it cannot tell;
            None where there is nothing to settle, or where that many could not be asked for.
    """

    observer: str
    look_for: str
    look_for_set: str
    status: Status
    since: date | None
    until: date | None
    agreement: Estimate | None
    reasons: tuple[Reason, ...]
    further: int | None = None

    @property
    def calibrated(self) -> bool:
        """Whether what the observer noted on this look-for may be shared."""
        return self.status is Status.CALIBRATED


def standings_of(meeting: CalibrationMeeting, policy: Policy) -> tuple[Standing, ...]:
    """What one meeting shows for each observer and each look-for of its plan.

    The lower 95 % bound at or above the threshold calibrates, the upper bound below it refuses, and
    between the two the meeting cannot tell, and says how many further exhibits would settle it. The
    interval is the score interval of `ilr.stats`, which holds at small numbers of exhibits. Fewer
    exhibits never pay: an observer who leaves out some that could be compared is not calibrated by the
    meeting, though still refused by it.

    Args:
        meeting: the closed meeting.
        policy: threshold and least number of exhibits where the plan leaves them open.

    Returns:
        One standing an observer and look-for, in the order of both.
    """
    threshold = policy.agreement if meeting.plan.threshold is None else meeting.plan.threshold
    least = (
        policy.calibration_exhibits if meeting.plan.least_exhibits is None else meeting.plan.least_exhibits
    )
    return tuple(
        _standing(meeting, observer, look_for, policy=policy, threshold=threshold, least=least)
        for observer in meeting.observers
        for look_for in meeting.plan.look_fors
    )


def _standing(
    meeting: CalibrationMeeting, observer: str, look_for: str, *, policy: Policy, threshold: float, least: int
) -> Standing:
    scale = meeting.plan.scales[look_for]
    rated = meeting.rated(look_for)
    has_master = any(rater == MASTER for _, rater, _ in rated)
    others = {MASTER} if has_master else {rater for _, rater, _ in rated} - {observer}
    used = [row for row in rated if row[1] == observer or row[1] in others]
    shown = {exhibit for exhibit, rater, _ in used if rater != observer}
    common = shown & {exhibit for exhibit, rater, _ in used if rater == observer}
    used = [row for row in used if row[0] in common]
    day = meeting.discussed_at.date()

    def answer(status: Status, estimate: Estimate | None, *reasons: Reason) -> Standing:
        return Standing(
            observer=observer,
            look_for=look_for,
            look_for_set=meeting.plan.look_for_set,
            status=status,
            since=day,
            until=day + timedelta(days=policy.calibration_days),
            agreement=estimate,
            reasons=reasons,
        )

    if not used:
        return answer(Status.CANNOT_TELL, None, Reason.of("NO_COMMON_EXHIBITS", look_for=look_for))
    ratings = Ratings.from_long(
        [exhibit for exhibit, _, _ in used],
        [rater for _, rater, _ in used],
        [level for _, _, level in used],
        scale.codes,
        category_values=scale.values,
        ranks=scale.ranks,
    )
    estimate = agreement.rater_agreement(ratings, observer)
    facts = {"low": round(estimate.low, 3), "high": round(estimate.high, 3), "threshold": threshold}
    if estimate.high < threshold:
        return answer(Status.NOT_YET, estimate, Reason.of("AGREEMENT_BELOW", **facts))
    wanted = max(least, len(shown))
    if len(common) < wanted:
        few = Reason.of("TOO_FEW_EXHIBITS", n=len(common), least=wanted)
        return answer(Status.CANNOT_TELL, estimate, few)
    if estimate.low >= threshold:
        return answer(Status.CALIBRATED, estimate, Reason.of("AGREEMENT_REACHED", **facts))
    further = _further(ratings, observer, len(common), threshold)
    unsure = [Reason.of("AGREEMENT_UNSURE", **facts)]
    if further is not None:
        unsure.append(Reason.of("EXHIBITS_WANTED", n=further))
    return attrs.evolve(answer(Status.CANNOT_TELL, estimate, *unsure), further=further)


def _further(ratings: Ratings, observer: str, exhibits: int, threshold: float) -> int | None:
    """How many more exhibits settle the question, when the meeting is repeated with the same ratings."""
    repeated = ratings
    for times in range(1, _MOST_TIMES):
        repeated = repeated + ratings
        found = agreement.rater_agreement(repeated, observer)
        if found.low >= threshold or found.high < threshold:
            return times * exhibits
    return None


@attrs.frozen(kw_only=True)
class Lapse:
    """Something after which earlier meetings no longer count (CG-4). Equal when all fields are equal.

    Attributes:
        on: the first day on which they do not.
        cause: an alarm of drift, or a revision of the look-for that changes levels or meaning.
        look_for: id of the look-for, None for all.
        observer: id of the observer, None for all.
    """

    on: date
    cause: Literal["drift", "revision"]
    look_for: str | None = None
    observer: str | None = None

    def ends(self, row: Standing, on: date) -> bool:
        """Whether it ends, by a day, what a meeting before it showed."""
        return (
            self.observer in (None, row.observer)
            and self.look_for in (None, row.look_for)
            and self.on <= on
            and row.since is not None
            and row.since < self.on
        )


@attrs.frozen(field_transformer=read_only)
class Standings:
    """All that a set of meetings shows, asked by observer, look-for and day.

    Equal when all rows and lapses are equal.

    Example:
        ``Standings.from_meetings(meetings, policy).of("p1", "questioning", on=day).calibrated``
    """

    rows: tuple[Standing, ...] = ()
    lapses: tuple[Lapse, ...] = ()

    @classmethod
    def from_meetings(
        cls, meetings: Iterable[CalibrationMeeting], policy: Policy, *, lapses: Iterable[Lapse] = ()
    ) -> Standings:
        """Derive the standings of every meeting.

        Args:
            meetings: the closed meetings.
            policy: threshold and least number of exhibits where a plan leaves them open.
            lapses: what ended earlier standings.
        """
        rows = tuple(row for meeting in meetings for row in standings_of(meeting, policy))
        return cls(rows, tuple(lapses))

    def of(self, observer: str, look_for: str, *, on: date) -> Standing:
        """The standing on a day: what the latest meeting up to that day shows, unless it has expired.

        A later meeting that cannot tell does not undo an earlier one that calibrated; one that refuses
        does.
        """
        rows = [
            row
            for row in self.rows
            if row.observer == observer
            and row.look_for == look_for
            and row.since is not None
            and row.since <= on
        ]
        telling = [row for row in rows if row.status in (Status.CALIBRATED, Status.NOT_YET)] or rows
        if not telling:
            return Standing(
                observer=observer,
                look_for=look_for,
                look_for_set="",
                status=Status.NEVER,
                since=None,
                until=None,
                agreement=None,
                reasons=(Reason.of("CALIBRATION_PENDING", look_for=look_for, status=Status.NEVER.value),),
            )
        latest = max(telling, key=lambda row: row.since or date.min)
        if latest.calibrated and latest.until is not None and on > latest.until:
            expired = Reason.of("CALIBRATION_EXPIRED", look_for=look_for, until=latest.until.isoformat())
            return attrs.evolve(latest, status=Status.EXPIRED, reasons=(expired,))
        ended = [lapse for lapse in self.lapses if lapse.ends(latest, on)]
        if latest.calibrated and ended:
            first = min(ended, key=lambda lapse: lapse.on)
            lapsed = Reason.of(
                "CALIBRATION_LAPSED", look_for=look_for, cause=first.cause, on=first.on.isoformat()
            )
            return attrs.evolve(latest, status=Status.EXPIRED, reasons=(lapsed,))
        return latest

    def calibrated(self, observer: str, look_for: str, *, on: date) -> bool:
        """Whether the observer is calibrated for the look-for on the day."""
        return self.of(observer, look_for, on=on).calibrated

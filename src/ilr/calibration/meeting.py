"""Calibration meetings: do observers see alike, look-for by look-for?

Here belong the plan that is fixed before anybody rates, the sealed ratings, and the meeting that brings
them together. What follows from a meeting for an observer is in `ilr.calibration.standing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Literal

import attrs

from ilr.base import Checker, FrozenMap, check_aware, listed, read_only
from ilr.continuum.lookfors import LevelCode, LevelScale

__all__ = ["CalibrationMeeting", "CalibrationPlan", "Exhibit", "SealedRating"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CalibrationPlan:
    """What a meeting will ask, fixed before ratings are seen (CG-3). Equal when all fields are equal.

    The statistic is Gwet's AC2 with quadratic weights of each observer with the master codes, or with
    the other participants pooled where there are none.

    Attributes:
        id: opaque id.
        look_for_set: id and version of the set, for example ``core@1.0.0``.
        scales: the scale of each look-for that the meeting rates.
        required: the look-fors on which an observer is to be calibrated; all rated ones when empty.
        threshold: what the lower bound has to reach; the policy's P-KAPPA when None.
        least_exhibits: how many exhibits an observer has to rate; the policy's P-CALMIN when None.
        exhibits: ids of the exhibits that everybody is to rate, so that none is dropped afterwards; left open
            when empty.
        fixed_at: when the plan was fixed.

    Raises:
        InvalidInput: for no scale, a required look-for without one, a threshold outside -1 to 1.
    """

    id: str
    look_for_set: str
    scales: FrozenMap[str, LevelScale]
    fixed_at: datetime
    required: tuple[str, ...] = ()
    threshold: float | None = None
    least_exhibits: int | None = None
    exhibits: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("CalibrationPlan")
        check(bool(self.scales), "plan.scales", "scales", "are missing", expected="one or more look-fors")
        for place, look_for in enumerate(self.required):
            check(
                look_for in self.scales,
                "plan.required",
                f"required[{place}]",
                "has no scale",
                expected=listed(self.scales),
            )
        check(
            self.threshold is None or -1 <= self.threshold <= 1,
            "plan.threshold",
            "threshold",
            "lies outside its range",
            expected="-1 to 1",
        )
        check_aware(self.fixed_at, check, "fixed_at")
        check.done()

    @property
    def look_fors(self) -> tuple[str, ...]:
        """The look-fors on which an observer is to be calibrated."""
        return self.required or tuple(self.scales)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Exhibit:
    """A video or a shared visit that all participants rate. Equal when all fields are equal.

    Attributes:
        id: opaque id; it names no teacher.
        master: master codes by look-for; empty where nobody coded it beforehand.
        justification: why the master code is what it is, by look-for, for the discussion; never counted.

    Raises:
        InvalidInput: for a justification of a look-for without a master code.
    """

    id: str
    master: FrozenMap[str, LevelCode] = attrs.field(factory=FrozenMap)
    justification: FrozenMap[str, str] = attrs.field(factory=FrozenMap)

    def __attrs_post_init__(self) -> None:
        check = Checker("Exhibit")
        for look_for in self.justification:
            check(
                look_for in self.master,
                "exhibit.justification",
                f"justification.{look_for}",
                "goes with no master code",
                expected=listed(self.master) or "none",
            )
        check.done()


@attrs.frozen(kw_only=True)
class SealedRating:
    """One participant's rating of one look-for in one exhibit, given alone. Equal when all fields are equal."""

    observer: str
    exhibit: str
    look_for: str
    level: LevelCode
    at: datetime


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CalibrationMeeting:
    """A closed calibration session. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        kind: ``video`` exhibits, a shared ``visit``, or a ``debrief`` after observing.
        plan: the plan, fixed beforehand.
        exhibits: what was rated.
        ratings: the sealed, independent ratings; only they count.
        discussed_at: when the discussion opened; later ratings would not be independent.
        facilitator: id of who led the meeting and did not rate, or None.
        consensus: agreed levels by ``exhibit/look-for``, kept for the record and never counted.
        buildings: ids of the schools that took part.
        observations: ids of the visits that a debrief is about.

    Raises:
        InvalidInput: listing ratings before the plan or after the discussion opened, of unknown
            exhibits, look-fors or levels, by the facilitator, or given twice; master codes off the scale;
            exhibits other than the plan's.
    """

    id: str
    kind: Literal["video", "visit", "debrief"]
    plan: CalibrationPlan
    exhibits: tuple[Exhibit, ...]
    ratings: tuple[SealedRating, ...]
    discussed_at: datetime
    facilitator: str | None = None
    consensus: FrozenMap[str, LevelCode] = attrs.field(factory=FrozenMap)
    buildings: tuple[str, ...] = ()
    observations: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("CalibrationMeeting")
        exhibits = {exhibit.id for exhibit in self.exhibits}
        planned = set(self.plan.exhibits)
        check(
            not planned or planned == exhibits,
            "meeting.planned",
            "exhibits",
            "are not those of the plan",
            expected="every exhibit of the plan and no other",
        )
        seen: set[tuple[str, str, str]] = set()
        for place, exhibit in enumerate(self.exhibits):
            for look_for, level in exhibit.master.items():
                self._check_level(look_for, level, f"exhibits[{place}].master.{look_for}", check)
        for place, rating in enumerate(self.ratings):
            path = f"ratings[{place}]"
            key = (rating.observer, rating.exhibit, rating.look_for)
            check(
                key not in seen,
                "meeting.twice",
                path,
                "repeats a rating",
                expected="one rating an observer, exhibit and look-for",
            )
            seen.add(key)
            check(
                rating.exhibit in exhibits,
                "meeting.exhibit",
                path,
                "is of an unknown exhibit",
                expected="an exhibit of the meeting",
            )
            self._check_level(rating.look_for, rating.level, path, check)
            check(
                rating.observer != self.facilitator,
                "meeting.facilitator",
                path,
                "is by the facilitator",
                expected="a facilitator who does not rate",
            )
            check(
                self.plan.fixed_at <= rating.at < self.discussed_at,
                "meeting.sealed",
                path,
                "is not independent",
                expected="a rating after the plan was fixed and before the discussion opened",
            )
        check.done()

    def _check_level(self, look_for: str, level: LevelCode, path: str, check: Checker) -> None:
        if check(
            look_for in self.plan.scales,
            "meeting.look_for",
            path,
            "is of an unknown look-for",
            expected=listed(self.plan.scales),
        ):
            codes = self.plan.scales[look_for].codes
            check(level in codes, "meeting.level", path, "is not a declared level", expected=listed(codes))

    @property
    def observers(self) -> tuple[str, ...]:
        """The participants who rated, in order of their first rating."""
        return tuple(dict.fromkeys(rating.observer for rating in self.ratings))

    def rated(self, look_for: str) -> tuple[tuple[str, str, LevelCode], ...]:
        """Exhibit, rater and level of each rating of a look-for; master codes are the rater ``MASTER``."""
        master = (
            (exhibit.id, MASTER, exhibit.master[look_for])
            for exhibit in self.exhibits
            if look_for in exhibit.master
        )
        given = ((one.exhibit, one.observer, one.level) for one in self.ratings if one.look_for == look_for)
        return tuple(chain(master, given))

    def __iter__(self) -> Iterator[SealedRating]:
        return iter(self.ratings)


MASTER = "(master)"
"""The rater under which master codes stand beside the participants."""

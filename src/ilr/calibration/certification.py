"""Certification: an observer's codes of a meeting held against its master codes, by a rule fixed beforehand.

Here belongs the way from a meeting to an exam. Not here: the rules and what they are worth, which know no
observer (`ilr.stats.certification`), nor standing, which asks for agreement beyond chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from ilr.base import Checker, FrozenMap
from ilr.calibration.meeting import CalibrationMeeting
from ilr.stats.certification import Certificate, Rule
from ilr.stats.certification import certify as held_against

__all__ = ["certify"]


def certify(
    meeting: CalibrationMeeting,
    observer: str,
    rule: Rule,
    *,
    look_fors: Sequence[str] = (),
    parts: Mapping[str, Iterable[str]] = FrozenMap(),
) -> Certificate:
    """Hold what an observer rated alone against the master codes of a meeting.

    Exhibits are the sets of the exam, look-fors its items; points are the values of the scale. What the master
    coded and the observer left out counts as missing, and then nothing is passed.

    Args:
        meeting: the closed meeting.
        observer: id of the observer.
        rule: what the codes have to meet.
        look_fors: the look-fors of the exam; those of the plan when empty.
        parts: the look-fors of each part that the rule speaks of, by its name.

    Returns:
        The certificate.

    Raises:
        InvalidInput: for a look-for that the plan does not rate, look-fors on unlike scales, an exam without
            master codes, parts that are not told.
    """
    wanted = tuple(look_fors) or meeting.plan.look_fors
    check = Checker("certify")
    for place, look_for in enumerate(wanted):
        check(
            look_for in meeting.plan.scales,
            "certification.look_for",
            f"look_fors[{place}]",
            "is not rated in the meeting",
            expected="a look-for of the plan",
        )
    check.done()
    scales = {meeting.plan.scales[look_for] for look_for in wanted}
    check(
        len(scales) == 1,
        "certification.scales",
        "look_fors",
        "are on unlike scales",
        expected="look-fors of one scale, or an exam each",
    )
    check.done()
    scale = scales.pop()
    points = scale.points
    given = {
        (one.exhibit, one.look_for): points[one.level]
        for one in meeting
        if one.observer == observer and one.look_for in wanted
    }
    master = [
        [points[exhibit.master[one]] if one in exhibit.master else math.nan for one in wanted]
        for exhibit in meeting.exhibits
    ]
    observed = [[given.get((exhibit.id, one), math.nan) for one in wanted] for exhibit in meeting.exhibits]
    return held_against(observed, master, rule, levels=scale.values, items=wanted, parts=parts)

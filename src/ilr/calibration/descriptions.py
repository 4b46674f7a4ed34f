"""Descriptions: do observers read the words alike, and what follows when the words change?

Here belong the feedback of observers on descriptions, the review that answers it, and whom a revision asks to be
calibrated anew (ILR-2.GB.3, CG-4). What an observer said stays with the host; the record holds a code. Not here:
the set of look-fors and the wording of a change, which belong to the continuum.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

import attrs

from ilr.base import Checker, listed, read_only, structure_hash
from ilr.calibration.standing import Lapse
from ilr.continuum.lookfors import LookForSet

__all__ = ["DescriptionReview", "ObserverFeedback", "recalibration", "unanswered"]


@attrs.frozen(kw_only=True)
class ObserverFeedback:
    """What an observer found hard about the description of a look-for. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        on: the day.
        by: id of the observer.
        look_for: id of the look-for.
        look_for_set: id and version of the set, for example ``core@1.0.0``.
        about: what is hard: words that are unclear, levels that cannot be told apart, a level that is missing,
            an overlap with another look-for, or something that cannot be seen in a lesson.
        meeting: id of the calibration meeting in which it came up, or None.
    """

    id: str
    on: date
    by: str
    look_for: str
    look_for_set: str
    about: Literal["words", "levels", "missing level", "overlap", "not visible"]
    meeting: str | None = None


@attrs.frozen(kw_only=True, field_transformer=read_only)
class DescriptionReview:
    """A review of the descriptions of a set, with its outcome. Equal when all fields are equal.

    That nothing has to change is an outcome as good as a revision.

    Attributes:
        id: opaque id.
        on: the day.
        look_for_set: id and version of the set that was reviewed.
        participants: ids of who took part.
        feedback: ids of the feedback that was looked at.
        outcome: what was decided.
        revised_to: id and version of the revised set; None without a revision.
        new_meaning: ids of look-fors whose levels keep their codes and now mean something else.

    Raises:
        InvalidInput: listing nobody who took part, a revision without its set, a set or a new meaning without
            a revision.
    """

    id: str
    on: date
    look_for_set: str
    participants: tuple[str, ...]
    feedback: tuple[str, ...] = ()
    outcome: Literal["no change", "revision"] = "no change"
    revised_to: str | None = None
    new_meaning: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("DescriptionReview")
        check(
            bool(self.participants),
            "review.participants",
            "participants",
            "are missing",
            expected="one or more ids",
        )
        revised = self.outcome == "revision"
        check(
            revised == (self.revised_to is not None),
            "review.revised_to",
            "revised_to",
            "does not go with the outcome",
            expected="a set after a revision and none otherwise",
        )
        check(
            revised or not self.new_meaning,
            "review.new_meaning",
            "new_meaning",
            "does not go with the outcome",
            expected="new meaning after a revision alone",
        )
        check.done()


def unanswered(
    feedback: Iterable[ObserverFeedback], reviews: Iterable[DescriptionReview]
) -> tuple[ObserverFeedback, ...]:
    """The feedback that no review has looked at yet, in its order (ILR-2.GB.3)."""
    seen = {id for review in reviews for id in review.feedback}
    return tuple(one for one in feedback if one.id not in seen)


def recalibration(
    old: LookForSet, new: LookForSet, *, on: date, review: DescriptionReview | None = None
) -> tuple[Lapse, ...]:
    """Whom a revised set asks to be calibrated anew, and on what (CG-4).

    Other words for the same levels ask nobody. A look-for whose levels were added, removed or valued otherwise asks
    every observer, and so does one whose review says that its meaning changed.

    Args:
        old: the set before.
        new: the revised set.
        on: the first day of use of the revised set.
        review: the review that led to it, which may name look-fors of a new meaning.

    Returns:
        One lapse a look-for, in the order of the new set; empty for a change of words alone. A look-for that is new
        has no standing to lose.

    Raises:
        InvalidInput: when the sets have unlike ids, or the review names a look-for that they do not share.
    """
    before = {look_for.id: look_for for look_for in old}
    shared = [look_for for look_for in new if look_for.id in before]
    named = () if review is None else review.new_meaning
    check = Checker("recalibration")
    check(old.id == new.id, "recalibration.set", "new", "is another set", expected="two versions of one set")
    for place, id in enumerate(named):
        check(
            id in {look_for.id for look_for in shared},
            "recalibration.look_for",
            f"review.new_meaning[{place}]",
            "is no look-for of both versions",
            expected=listed(look_for.id for look_for in shared),
        )
    check.done()
    return tuple(
        Lapse(on=on, cause="revision", look_for=look_for.id)
        for look_for in shared
        if look_for.id in named or structure_hash(look_for.scale) != structure_hash(before[look_for.id].scale)
    )

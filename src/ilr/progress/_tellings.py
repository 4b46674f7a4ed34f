"""Who was told what of a review, and when.

Here belongs what the rules on trends, on broad feedback and on feedback to teams share. Not here: the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import attrs

from ilr.base import Reason, Roster, Team, read_only
from ilr.cycles import Review
from ilr.disclosure import Release
from ilr.progress.evidence import Question
from ilr.progress.rules import Answer, judged, missing

__all__ = ["NEEDS", "Telling", "is_broad", "is_for_teams", "judged_told", "receivers", "teams_of", "tellings"]

NEEDS = ("release.audience", "release.grain", "release.subject", "release.to", "release.on", "review.on")


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Telling:
    """A review and what left the building since. Equal when all fields are equal.

    Attributes:
        review: the review.
        limit: the last day in time.
        over: whether that day has passed.
        releases: every disclosure from the review up to the day of the question.
    """

    review: Review
    limit: date
    over: bool
    releases: tuple[Release, ...]

    @property
    def in_time(self) -> tuple[Release, ...]:
        """The disclosures up to the limit."""
        return tuple(one for one in self.releases if one.on <= self.limit)

    @property
    def tables(self) -> frozenset[str]:
        """Ids of the breakdowns that the review read."""
        summary = self.review.summary
        return frozenset() if summary is None else frozenset(one.id for one in summary.breakdowns)

    def of_whole(self, releases: Iterable[Release]) -> tuple[Release, ...]:
        """Of some disclosures those of the results of the whole building."""
        return tuple(one for one in releases if one.grain == "building" and one.subject == self.review.id)


def tellings(
    question: Question, *, days: int, reviews: Iterable[Review] | None = None
) -> tuple[Telling, ...] | None:
    """What was told of the reviews of the window, or of some of them; None where no such thing is kept.

    Args:
        question: the question.
        days: instructional days after a review that are in time.
        reviews: some of the reviews of the window.
    """
    releases, held = question.evidence.releases, question.reviewed if reviews is None else tuple(reviews)
    if releases is None or not held:
        return None
    limits = [question.calendar.add(one.on, days) for one in held]
    return tuple(
        Telling(
            review=review,
            limit=limit,
            over=limit < question.as_of,
            releases=tuple(one for one in releases if review.on <= one.on <= question.as_of),
        )
        for review, limit in zip(held, limits, strict=True)
    )


def judged_told(
    question: Question,
    code: str,
    *,
    days: int,
    is_told: Callable[[Telling], bool],
    reviews: Iterable[Review] | None = None,
) -> Answer:
    """Whether every review was told, those still in time left out; the reason counts those that were not."""
    found = tellings(question, days=days, reviews=reviews)
    if found is None:
        return missing(NEEDS)
    told = [(one, is_told(one)) for one in found]
    owed = [holds for one, holds in told if holds or one.over]
    if not owed:
        return missing(["release.on"], Reason.of("NOTHING_OWED_YET", most=days))
    lacking = owed.count(False)
    return judged(lacking == 0, Reason.of(code, n=lacking, of=len(owed), most=days))


def is_broad(release: Release) -> bool:
    """Whether teachers or teams got the results of a whole building."""
    return release.grain == "building" and release.audience in ("teacher", "team")


def is_for_teams(release: Release) -> bool:
    """Whether a team got its own part."""
    return release.grain == "team" and release.audience == "team"


def teams_of(question: Question) -> tuple[Team, ...]:
    """The teams of the building that have members; none where the roster tells of none."""
    roster = question.evidence.roster or Roster()
    return tuple(one for one in roster.teams if one.building == question.building and one.members)


def receivers(question: Question, to: Iterable[str], teachers: Iterable[str] = ()) -> frozenset[str]:
    """The persons behind receivers: a building stands for the given teachers, a team for its members."""
    roster = question.evidence.roster or Roster()
    groups = {team.id: team.members for team in teams_of(question)}
    groups[question.building] = tuple(teachers)
    return roster.persons(person for id in to for person in groups.get(id, (id,)))

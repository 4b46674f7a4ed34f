"""Closing: what earlier reviews left open, what became of it, and how a review is closed.

Here belong the functions that read a sequence of reviews: the history of decisions, what waits, what was passed over,
and the closing of the next review, which fails while an earlier decision or input waits (RT-4). Not here: what a
review holds (`ilr.cycles.reviews`).

Reviews are read in order of their day; those of one day in the order in which they are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import attrs

from ilr.base import Checker, Diagnostic, InvalidInput, UnknownCode, read_only
from ilr.cycles.decisions import ENDED, Decision, DecisionKind, DecisionStatus, StatusEntry
from ilr.cycles.inputs import Input
from ilr.cycles.reviews import Review, check_complete, sealed

__all__ = [
    "DecisionHistory",
    "MissingRevisit",
    "check_close",
    "close",
    "decision_histories",
    "decision_history",
    "missing_revisits",
    "open_decisions",
    "unanswered_inputs",
]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class DecisionHistory:
    """What became of a decision over reviews. Equal when all fields are equal.

    Attributes:
        building: id of the school whose review made it.
        review: id of the review that made it.
        decision: the decision as it was made.
        entries: its statuses in order, up to the one that ended it.
    """

    building: str
    review: str
    decision: Decision
    entries: tuple[StatusEntry, ...] = ()

    @property
    def status(self) -> DecisionStatus | None:
        """The last status; None before it was looked at again."""
        return self.entries[-1].status if self.entries else None

    @property
    def open(self) -> bool:
        """Whether a review has to come back to it; no action is never open."""
        return self.decision.kind is not DecisionKind.NO_ACTION and self.status not in ENDED

    @property
    def due(self) -> date | None:
        """When it is to be done, as last adjusted."""
        return next((one.due for one in reversed(self.entries) if one.due), self.decision.due)

    @property
    def owner(self) -> str:
        """Who sees to it, as last adjusted."""
        return next((one.owner for one in reversed(self.entries) if one.owner), self.decision.owner)

    @property
    def successor(self) -> str | None:
        """Id of the decision that took its place, or None."""
        return self.entries[-1].successor if self.entries else None


def decision_histories(reviews: Iterable[Review]) -> tuple[DecisionHistory, ...]:
    """What became of every decision, in the order in which they were made.

    Args:
        reviews: reviews of one or more buildings, closed or open; each building is read by itself.

    Returns:
        One history a decision. A status of a decision that no review made is passed over, and so is one after its end.

    Raises:
        InvalidInput: when two reviews have the same id.
    """
    found: dict[tuple[str, str], DecisionHistory] = {}
    for review in _in_order(reviews):
        for decision in review.decisions:
            key = (review.building, decision.id)
            found.setdefault(
                key, DecisionHistory(building=review.building, review=review.id, decision=decision)
            )
        for entry in review.revisits:
            history = found.get((review.building, entry.decision))
            if history is not None and history.open:
                found[review.building, entry.decision] = attrs.evolve(
                    history, entries=(*history.entries, entry)
                )
    return tuple(found.values())


def decision_history(reviews: Iterable[Review], decision: str) -> DecisionHistory:
    """What became of one decision.

    Args:
        reviews: the reviews of one building.
        decision: its id.

    Raises:
        InvalidInput: when two reviews have the same id.
        UnknownCode: when no review made it.
    """
    for one in decision_histories(reviews):
        if one.decision.id == decision:
            return one
    raise UnknownCode("no review made the decision", code="decision.unknown")


def open_decisions(reviews: Iterable[Review], *, before: date) -> tuple[Decision, ...]:
    """The decisions of earlier reviews that no review has ended, in order (RT-4).

    Args:
        reviews: the reviews of one building.
        before: only reviews before this day count.

    Raises:
        InvalidInput: when two reviews have the same id.
    """
    earlier = [review for review in reviews if review.on < before]
    return tuple(one.decision for one in decision_histories(earlier) if one.open)


def unanswered_inputs(reviews: Iterable[Review]) -> tuple[Input, ...]:
    """The input of teams and teachers that no review has answered, in order (ILR-6b.KI.4, ILR-8b.GB.2).

    Args:
        reviews: the reviews of one building; the next one has to answer.

    Raises:
        InvalidInput: when two reviews have the same id.
    """
    held = _in_order(reviews)
    answered = {one.input for review in held for one in review.dispositions}
    return tuple(one for review in held for one in review.inputs if one.id not in answered)


@attrs.frozen(kw_only=True)
class MissingRevisit:
    """A decision that was open and that a review passed over. Equal when all fields are equal.

    Attributes:
        building: id of the school.
        decision: id of the decision.
        review: id of the review.
        on: the day of the review.
    """

    building: str
    decision: str
    review: str
    on: date


def missing_revisits(reviews: Iterable[Review]) -> tuple[MissingRevisit, ...]:
    """Which decisions were passed over, and where: the whole sequence checked at once (ILR-6a.KI.3).

    A review closes only with a status for what it was told of; this tells whether it was told of everything, and of
    reviews that were never closed, for example from before the library was used.

    Args:
        reviews: reviews of one or more buildings, closed or open; each building is read by itself.

    Returns:
        In order of review and decision; empty where every open decision was looked at again in each later review.

    Raises:
        InvalidInput: when two reviews have the same id.
    """
    buildings: dict[str, list[Review]] = {}
    for review in (held := _in_order(reviews)):
        buildings.setdefault(review.building, []).append(review)
    found = [one for own in buildings.values() for one in _passed_over(own)]
    order = {(review.building, review.id): place for place, review in enumerate(held)}
    found.sort(key=lambda one: order[one.building, one.review])
    return tuple(found)


def _passed_over(reviews: Sequence[Review]) -> Iterator[MissingRevisit]:
    """The same for the reviews of one building in order, by decision."""
    statuses = [{entry.decision: entry.status for entry in review.revisits} for review in reviews]
    for place, made in enumerate(reviews):
        for decision in made.decisions:
            if decision.kind is DecisionKind.NO_ACTION:
                continue
            for review, status in zip(reviews[place:], statuses[place:], strict=True):
                if status.get(decision.id) in ENDED:
                    break
                if decision.id not in status and review is not made:
                    yield MissingRevisit(
                        building=review.building, decision=decision.id, review=review.id, on=review.on
                    )


def check_close(review: Review, *, earlier: Iterable[Review] = ()) -> tuple[Diagnostic, ...]:
    """What keeps a review open; see `close`.

    Args:
        review: the review.
        earlier: as `close` takes it.

    Returns:
        Every problem; none when it can be closed.

    Raises:
        InvalidInput: when two earlier reviews have the same id.
    """
    check = Checker("Review")
    if not check(not review.closed, "review.closed", "closed", "is so already", expected="an open review"):
        return tuple(check.problems)
    before = _before(review, earlier)
    check(
        all(one.id != review.id for one in before if one.closed),
        "review.closed",
        "id",
        "is that of a closed review",
        expected="an open review",
    )
    check(
        all(one.on <= review.on for one in before if one.closed),
        "review.order",
        "on",
        "is before a review that was closed",
        expected="the day of the last closed review or a later one",
    )
    for one in before:
        check(
            one.closed or one.on >= review.on or one.id == review.id,
            "review.earlier",
            f"earlier.{one.id}",
            "is still open",
            expected="earlier reviews closed first",
        )
    _check_against(review, [one for one in before if one.closed], check)
    check_complete(_told(review, before), check)
    return tuple(check.problems)


def close(review: Review, *, earlier: Iterable[Review] = ()) -> Review:
    """Close a review (RT-4).

    Args:
        review: the open review.
        earlier: the reviews of the building before it; reviews of other buildings, and open ones of its day or
            later, are passed over.

    Returns:
        The closed review, with the ids of what was open before it and a seal: nothing in it can change afterwards.

    Raises:
        InvalidInput: with all that keeps it open: it is closed already, or comes before a closed one; an earlier one
            is open; it found or decided nothing without saying so; a finding that needs a response has none; a
            decision that was open has no status, or one that was not open has one; input has no answer since the
            review before; a decision or an input has the id of an earlier one. Every decision and input is named.

    Example:
        >>> from ilr.base import Policy
        >>> from ilr.cycles import Finding, cut
        >>> from ilr.observation import ObservationTable
        >>> from ilr.testing import synthetic
        >>> district = synthetic.district(seed=7)
        >>> table = ObservationTable.from_walkthroughs(district.walkthroughs, forms=[district.form])
        >>> day = date(2026, 9, 30)
        >>> made, _ = cut(table, building="school-1", on=day, policy=Policy())
        >>> review = Review(
        ...     id="r1", building="school-1", on=day, cut=made, trigger="count",
        ...     findings=(Finding(id="f1", kind="gap", look_for="wait-time", needs_response=True),),
        ... )
        >>> [problem.code for problem in check_close(review)]
        ['review.decisions', 'review.unanswered']
        >>> support = Decision(id="d1", kind=DecisionKind.COACHING, on=day, owner="coach-1", evidence=("f1",))
        >>> close(attrs.evolve(review, decisions=(support,))).closed
        True
    """
    earlier = tuple(earlier)
    problems = check_close(review, earlier=earlier)
    if problems:
        raise InvalidInput("Review", problems)
    return sealed(_told(review, _before(review, earlier)))


def _in_order(reviews: Iterable[Review]) -> list[Review]:
    """Reviews by their day, each once."""
    held = sorted(reviews, key=lambda one: one.on)
    check = Checker("reviews")
    check(
        len({(one.building, one.id) for one in held}) == len(held),
        "review.repeated",
        "reviews",
        "repeat an id",
        expected="each review of a building once",
    )
    check.done()
    return held


def _before(review: Review, earlier: Iterable[Review]) -> list[Review]:
    """The reviews of the building, in order."""
    return [one for one in _in_order(earlier) if one.building == review.building]


def _told(review: Review, before: Sequence[Review]) -> Review:
    """The review with the ids of what the closed reviews before it left open."""
    held = [one for one in before if one.closed]
    return attrs.evolve(
        review,
        open_before=tuple(one.decision.id for one in decision_histories(held) if one.open),
        inputs_before=tuple(one.id for one in unanswered_inputs(held)),
    )


def _check_against(review: Review, held: Sequence[Review], check: Checker) -> None:
    """Ids are new, and nothing has a status from before it was decided."""
    made = {one.id: one.on for before in held for one in before.decisions}
    given = {one.id for before in held for one in before.inputs}
    taken = [
        *((f"decisions.{one.id}", one.id in made) for one in review.decisions),
        *((f"inputs.{one.id}", one.id in given) for one in review.inputs),
    ]
    for path, known in taken:
        check(not known, "review.repeated", path, "has the id of an earlier one", expected="a new id")
    days = {**{one.id: one.on for one in review.decisions}, **made}
    for entry in review.revisits:
        check(
            entry.on >= days.get(entry.decision, entry.on),
            "review.day",
            f"revisits.{entry.decision}",
            "is dated before the decision",
            expected="its day or a later one",
        )

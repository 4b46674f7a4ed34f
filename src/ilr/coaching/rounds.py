"""Instructional rounds: a network visits a school on a problem that the school set.

Here belong the visit with its statements and the debrief in four steps (City, Elmore, Fiarman and Teitel
2009). What is found tells of the practice of the school: no record here has a place for the id of a teacher
or a class. Rounds are no walkthroughs and no engagement. Not here: what is seen of single teachers
(`ilr.forms`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal, get_args

import attrs

from ilr.base import Checker, Diagnostic, Roster, listed, read_only
from ilr.continuum.lint import ENGLISH, Vocabulary, lint_text
from ilr.disclosure import Subject
from ilr.forms import Purpose

__all__ = ["DebriefKind", "DebriefStep", "RoundsVisit", "Statement", "debrief", "lint_visit"]

DebriefKind = Literal["description", "analysis", "prediction", "next level of work"]
"""The steps of a debrief, in their order."""

_ORDER: tuple[str, ...] = get_args(DebriefKind)


@attrs.frozen
class Statement:
    """What visitors saw or heard, as description. Equal when both fields are equal.

    Attributes:
        id: opaque id.
        text: what was seen or heard; empty where the host keeps the words. Never aggregated.
    """

    id: str
    text: str = ""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class DebriefStep:
    """One step of the debrief. Equal when all fields are equal.

    Attributes:
        kind: which of the four.
        points: what the network put down.
        statements: ids of the statements that it rests on.

    Raises:
        InvalidInput: for another kind, or a step without a point.
    """

    kind: DebriefKind
    points: tuple[str, ...]
    statements: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("DebriefStep")
        check(self.kind in _ORDER, "debrief.kind", "kind", "is unknown", expected=listed(_ORDER))
        check(
            any(point.strip() for point in self.points),
            "debrief.points",
            "points",
            "are missing",
            expected="one or more",
        )
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class RoundsVisit:
    """A visit of a network to a school (TH-I6). Equal when all fields are equal.

    Attributes:
        id: opaque id.
        building: id of the school that is visited.
        on: the day.
        problem: the problem of practice, in the words of the school.
        set_by: id of the school that set it, which is the one that is visited.
        network: ids of the schools and organisations that visit.
        visitors: how many people visit, 1 or more.
        statements: what they saw or heard.
        debrief: the steps so far, in their order and each once.

    Raises:
        InvalidInput: with all that is wrong: a problem that is missing or that somebody else set, no network
            or no visitor, statements that repeat an id, steps out of order, or a step on an unknown
            statement.

    Example:
        >>> visit = RoundsVisit(
        ...     id="r1", building="school-1", on=date(2026, 10, 6), set_by="school-1",
        ...     network=["school-2"], visitors=4,
        ...     problem="students answer us, not each other",
        ...     statements=[Statement("s1", "eight of ten answers went to the adult")],
        ... )
        >>> visit.next_step
        'description'
    """

    id: str
    building: str
    on: date
    problem: str
    set_by: str
    network: tuple[str, ...]
    visitors: int
    statements: tuple[Statement, ...] = ()
    debrief: tuple[DebriefStep, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("RoundsVisit")
        check(bool(self.problem.strip()), "rounds.problem", "problem", "is missing")
        check(
            self.set_by == self.building,
            "rounds.host",
            "set_by",
            "is not the school that is visited",
            expected="the school that is visited",
        )
        check(bool(self.network), "rounds.network", "network", "is missing", expected="one or more ids")
        check(self.visitors >= 1, "rounds.visitors", "visitors", "are missing", expected="1 or more")
        ids = [one.id for one in self.statements]
        check(
            len(set(ids)) == len(ids), "rounds.repeated", "statements", "repeat an id", expected="unlike ids"
        )
        kinds = tuple(step.kind for step in self.debrief)
        check(
            kinds == _ORDER[: len(kinds)],
            "rounds.order",
            "debrief",
            "leaves out a step, or repeats or moves one",
            expected=listed(_ORDER),
        )
        for place, step in enumerate(self.debrief):
            check(
                set(step.statements) <= set(ids),
                "rounds.statement",
                f"debrief[{place}].statements",
                "are not all of the visit",
                expected="ids of statements",
            )
        check.done()

    @property
    def next_step(self) -> DebriefKind | None:
        """The step of the debrief that comes next, None after the last."""
        kinds: tuple[DebriefKind, ...] = get_args(DebriefKind)
        return kinds[len(self.debrief)] if len(self.debrief) < len(kinds) else None

    def subject(self) -> Subject:
        """What a gate needs to know of the visit: it tells of the building and of nobody in it.

        Nothing in it is a rating, so no calibration stands open.
        """
        return Subject(
            id=self.id,
            kind="building data",
            building=self.building,
            purposes=(Purpose.WALKTHROUGH,),
            calibrated=True,
        )


def debrief(
    visit: RoundsVisit, kind: DebriefKind, points: Iterable[str], *, statements: Iterable[str] = ()
) -> RoundsVisit:
    """Take the next step of the debrief: description, analysis, prediction, next level of work.

    Args:
        visit: the visit.
        kind: the step, which must be the next one.
        points: what the network put down.
        statements: ids of the statements that it rests on.

    Returns:
        The visit with the step.

    Raises:
        InvalidInput: for a step out of order, without a point, or on an unknown statement.
    """
    step = DebriefStep(kind=kind, points=tuple(points), statements=tuple(statements))
    return attrs.evolve(visit, debrief=(*visit.debrief, step))


def lint_visit(
    visit: RoundsVisit, *, roster: Roster | None = None, vocabulary: Vocabulary = ENGLISH
) -> tuple[Diagnostic, ...]:
    """Signs that a description judges, says what nobody can see, or names somebody.

    Statements and the step of description are read; analysis and prediction may say more than was seen, but
    nothing may name a person. Words are matched, not meaning, so no warning is not a pass.

    Args:
        visit: the visit.
        roster: tells the ids of people to look for, also those of other systems.
        vocabulary: the words to look for.

    Returns:
        Warnings by place in the text, which never repeat the words; ids of people first.

    Example:
        >>> visit = RoundsVisit(
        ...     id="r1", building="school-1", on=date(2026, 10, 6), set_by="school-1",
        ...     network=["school-2"], visitors=4,
        ...     problem="students answer us", statements=[Statement("s1", "The questions were poor")],
        ... )
        >>> [str(sign) for sign in lint_visit(visit)]
        ['[lint.judgement] statements[0].text[19:23]: judges (expected what an observer sees).']
    """
    said = [(f"statements[{place}].text", one.text) for place, one in enumerate(visit.statements)]
    told = [
        (step.kind, f"debrief[{place}].points[{number}]", point)
        for place, step in enumerate(visit.debrief)
        for number, point in enumerate(step.points)
    ]
    named = _named([*said, *((path, text) for _, path, text in told)], roster)
    said += [(path, text) for kind, path, text in told if kind == "description"]
    signs = [
        sign
        for path, text in said
        for sign in lint_text(text, path=path, vocabulary=vocabulary)
        if sign.code != "lint.term"
    ]
    return (*named, *signs)


def _named(texts: Iterable[tuple[str, str]], roster: Roster | None) -> tuple[Diagnostic, ...]:
    ids = {
        id
        for person in (roster.people if roster else ())
        for id in (person.id, *(one.id for one in person.also))
    }
    if not ids:
        return ()
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(ids, key=len, reverse=True)))})(?!\w)")
    return tuple(
        Diagnostic(
            code="rounds.person",
            path=f"{path}[{match.start()}:{match.end()}]",
            message="names a person",
            expected="what was seen in the school",
            severity="warning",
        )
        for path, text in texts
        for match in pattern.finditer(text)
    )

"""The firewall to evaluation: what may pass it, and only when the teacher opens it (FW-1 to FW-5).

Here belong the rules of a teacher's release, of taint, and the one thing that comes back from evaluation: the
id and label of a need. There is no purpose of evaluation and no rating of a person anywhere in the library.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from ilr.base import Checker, Policy, Reason, Roster
from ilr.disclosure.entries import Entry, EvaluationRelease, Withdrawal
from ilr.disclosure.ledger import Ledger
from ilr.disclosure.subjects import Subject

__all__ = ["EvaluationNeedRef", "check_release", "release_problems", "withdrawn"]


@attrs.frozen
class EvaluationNeedRef:
    """A need that evaluation names: all that may come from there (FW-4). Equal when both parts are equal.

    The type has no place for a rating, a score or a narrative.

    Attributes:
        component: id of the component of the evaluation framework.
        label: its published label.

    Raises:
        InvalidInput: without a component or label, or when the label runs over more than one line.
    """

    component: str
    label: str

    def __attrs_post_init__(self) -> None:
        check = Checker("EvaluationNeedRef")
        for name in ("component", "label"):
            text = getattr(self, name)
            check(bool(text.strip()), "need.empty", name, "is missing", expected="an id and a label")
            check(len(text.splitlines()) <= 1, "need.narrative", name, "is a narrative", expected="one line")
        check.done()


def withdrawn(entry: Entry, ledger: Ledger, roster: Roster, *, by: str, at: datetime | None) -> bool:
    """Whether an entry was taken back by the person it belongs to.

    Args:
        entry: the entry.
        ledger: where withdrawals stand.
        roster: which ids are one person.
        by: id of the person it belongs to; a withdrawal by anybody else has no effect.
        at: the instant of the question; None counts every withdrawal.
    """
    return any(
        isinstance(other, Withdrawal)
        and roster.resolve(other.by) == roster.resolve(by)
        and (at is None or other.at <= at)
        for other in ledger.of(entry.id)
    )


def release_problems(
    release: EvaluationRelease,
    subject: Subject,
    *,
    to: str,
    at: datetime,
    ledger: Ledger,
    policy: Policy,
    roster: Roster,
) -> tuple[Reason, ...]:
    """Why a teacher's release does not open a record to an evaluator at an instant; empty when it does (FW-2).

    Args:
        release: the release; it names the record.
        subject: the record.
        to: id of the evaluator.
        at: the instant of the disclosure.
        ledger: where withdrawals stand.
        policy: whether a prompted release counts.
        roster: which ids are one person.
    """
    teacher = roster.resolve(release.teacher)
    checks = (
        (roster.resolve(release.requested_by) == teacher, "RELEASE_NOT_BY_TEACHER"),
        (teacher in roster.persons(subject.teachers), "RELEASE_OF_ANOTHER"),
        (subject.made_at is not None and subject.made_at <= release.requested_at, "RELEASE_AHEAD"),
        (roster.resolve(release.recipient) == roster.resolve(to), "RELEASE_TO_ANOTHER"),
        (release.requested_at < at, "RELEASE_LATER"),
        (not withdrawn(release, ledger, roster, by=release.teacher, at=at), "RELEASE_WITHDRAWN"),
        (release.origin == "teacher" or policy.prompted == "allowed", "RELEASE_PROMPTED"),
    )
    return tuple(Reason.of(code) for holds, code in checks if not holds)


def check_release(
    subject: Subject, *, to: str, at: datetime | None, ledger: Ledger, policy: Policy, roster: Roster
) -> Reason | None:
    """Why a record may not go to an evaluator, None when every teacher it is about has released it.

    Of a co-taught visit each teacher has to ask, because the record tells of each.

    Args:
        subject: the record.
        to: id of the evaluator.
        at: the instant of the disclosure; without one nothing is disclosed to evaluation.
        ledger: where releases and withdrawals stand.
        policy: whether a prompted release counts.
        roster: which ids are one person.
    """
    if at is None:
        return Reason.of("NO_INSTANT")
    found = [entry for entry in ledger.of(subject.id) if isinstance(entry, EvaluationRelease)]
    problems = {
        release.id: release_problems(
            release, subject, to=to, at=at, ledger=ledger, policy=policy, roster=roster
        )
        for release in found
    }
    asked = roster.persons(release.teacher for release in found if not problems[release.id])
    missing = roster.persons(subject.teachers) - asked
    if subject.teachers and not missing:
        return None
    told = (problem for release in found for problem in problems[release.id])
    return next(told, Reason.of("NOT_RELEASED", teachers=len(missing)))

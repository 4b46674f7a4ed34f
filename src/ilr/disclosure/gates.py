"""Gates: may this person see this record, in this capacity, at this grain, for this use?

Here belong the one function that decides, its short form for the teacher who was observed, and the entry that a
disclosure leaves. Default is no. What may pass at all is data (`ilr.disclosure.visibility`); whether observers
are calibrated decides what may be shared (CG-1), look-for by look-for. The library controls records, not memory:
who has read a record has read it (FW-10).
"""

from __future__ import annotations

from typing import Any, get_args

from ilr.base import Checker, FrozenMap, Permit, Reason, listed
from ilr.calibration import Status
from ilr.disclosure._rules import (
    CAPACITIES,
    CONDITIONS,
    PERSONAL,
    Question,
    closed_by_firewall,
    handed_on,
    standings,
)
from ilr.disclosure.context import Context
from ilr.disclosure.entries import Release
from ilr.disclosure.subjects import Subject, subject_of
from ilr.disclosure.visibility import GRAINS, VISIBILITY, Audience, Grain, Opening, Use
from ilr.forms import Walkthrough

__all__ = ["decide", "release", "share"]


def decide(
    viewer: str,
    subject: Subject,
    *,
    audience: Audience,
    grain: Grain,
    purpose: Use,
    context: Context,
) -> Permit:
    """Decide whether somebody may see a record (VS-1, FW-1 to FW-10); the only way to a disclosure.

    In this order: does the viewer hold the capacity in which they ask; does the use keep the firewall; is there
    an opening for this kind and audience, or has every teacher it is about handed it on; is the grain no finer
    than the opening; do its conditions hold; and, above the grain of single persons, are there enough teachers.

    Args:
        viewer: id of the person who asks.
        subject: the record, as its room describes it.
        audience: the capacity in which the viewer asks.
        grain: how coarse the answer is to be.
        purpose: what it is asked for.
        context: standings, agreements, policy, roster, calendar and ledger.

    Returns:
        The permit, with its reasons, the versions of policy and ledger, and the question that it answers. Its
        scope are the look-fors that may pass; the others are withheld. Whatever is not opened is refused.

    Raises:
        InvalidInput: for an unknown audience, grain or purpose.

    Example:
        >>> from datetime import date
        >>> visit = Subject(id="v1", kind="visit", teachers=("t1",), authors=("p1",), building="s1")
        >>> context = Context(as_of=date(2026, 9, 15))
        >>> fact = {"grain": "individual fact", "purpose": "feedback", "context": context}
        >>> decide("t1", visit, audience="teacher", **fact).granted
        True
        >>> print(decide("t2", visit, audience="teacher", **fact).reasons[0])
        nothing shows that who asks belongs to the audience teacher
    """
    _require_words(audience=audience, grain=grain, purpose=purpose)
    question = Question(
        viewer=viewer, subject=subject, audience=audience, grain=grain, purpose=purpose, context=context
    )
    shared = handed_on(question)
    opening = _opening(question, shared=shared)
    if refused := _refused(question, opening, shared=shared):
        return _answer(question, *refused)
    if opening and "observer calibrated" in opening.conditions:
        return _as_calibrated(question)
    opened = Reason.of("OPEN", kind=subject.kind, audience=audience)
    return _answer(question, opened, granted=True, scope=subject.look_fors)


def share(walk: Walkthrough, *, to: str, context: Context) -> Permit:
    """Decide whether a walkthrough may go to the teacher who was observed (CG-1, VS-1).

    The short form of `decide`: what the observer was calibrated for on the day of the visit may be shared, the
    rest is withheld; notes go along with the first look-for that passes.

    Args:
        walk: the record.
        to: id of the receiver.
        context: standings, policy, roster, calendar and ledger.

    Returns:
        A permit whose scope are the look-fors that may be shared; refused when there are none, when the
        receiver was not observed, or when the record was made for calibration.
    """
    return decide(
        to,
        subject_of(walk),
        audience="teacher",
        grain="individual content",
        purpose="feedback",
        context=context,
    )


def release(subject: Subject | Walkthrough, *, permit: Permit, context: Context) -> Release:
    """The ledger entry of a permitted disclosure (VS-1, FW-8).

    Args:
        subject: the record that is disclosed.
        permit: what `decide` or `share` answered.
        context: the same context; its ledger must be the one the permit was made against.

    Returns:
        The entry. The host adds it to its ledger with ``append(entry, at=permit.ledger)``, which is refused if
        another entry came first.

    Raises:
        InvalidInput: for a refused permit, one made against another state of the ledger, or one that
            `decide` does not give for this record.
    """
    described = subject_of(subject) if isinstance(subject, Walkthrough) else subject
    check = Checker("release")
    check(permit.granted, "release.refused", "permit", "was refused", expected="a granted permit")
    check(
        permit.ledger == context.ledger.version,
        "release.stale",
        "permit",
        "was made against another ledger",
        expected="a permit for this state of the ledger",
        hint="ask again",
    )
    check.done()
    audience, grain = _asked(permit, "audience", Audience), _asked(permit, "grain", Grain)
    purpose, viewer = _asked(permit, "purpose", Use), permit.asked.get("viewer", "")
    told = None not in (audience, grain, purpose)
    check(
        told
        and permit
        == decide(viewer, described, audience=audience, grain=grain, purpose=purpose, context=context),
        "release.other",
        "permit",
        "was given to another question",
        expected="what decide answers for this record",
    )
    check.done()
    return Release(
        on=context.as_of,
        to=viewer,
        audience=audience,
        grain=grain,
        use=purpose,
        subject=described.id,
        scope=permit.scope,
        purposes=described.purposes,
        policy=permit.policy,
    )


def _opening(question: Question, *, shared: bool) -> Opening | None:
    """What is open to the audience; a record handed on is open as far as it is to its teacher (FW-7)."""
    openings = VISIBILITY[question.subject.kind]
    if shared and question.audience != "evaluator":
        return openings.get("teacher") or openings.get(question.audience)
    return openings.get(question.audience)


def _refused(question: Question, opening: Opening | None, *, shared: bool) -> tuple[Reason, ...]:
    """Why nothing may pass, empty when something may."""
    kind, audience = question.subject.kind, question.audience
    if not (shared or CAPACITIES[audience](question)):
        return (Reason.of("NOT_IN_CAPACITY", audience=audience),)
    if closed := closed_by_firewall(question):
        return (closed,)
    if opening is None:
        return (Reason.of("NOT_OPEN", kind=kind, audience=audience),)
    if GRAINS.index(question.grain) < GRAINS.index(opening.grain):
        return (Reason.of("GRAIN_TOO_FINE", finest=opening.grain),)
    conditions = opening.conditions
    if question.grain not in PERSONAL and opening.grain in PERSONAL:
        conditions = (*conditions, "enough teachers")
    return tuple(reason for name in conditions if (reason := CONDITIONS[name](question)))


def _asked(permit: Permit, name: str, vocabulary: Any) -> Any:
    """A word of the question that a permit answers, None where it is no word of the vocabulary."""
    return next((word for word in get_args(vocabulary) if word == permit.asked.get(name)), None)


def _require_words(**given: str) -> None:
    check = Checker("decide")
    for name, vocabulary in (("audience", Audience), ("grain", Grain), ("purpose", Use)):
        words = get_args(vocabulary)
        check(given[name] in words, f"decide.{name}", name, "is unknown", expected=listed(words))
    check.done()


def _as_calibrated(question: Question) -> Permit:
    """Pass the look-fors that the observer was calibrated for on the day of the visit (CG-1)."""
    found = standings(question)
    passed = tuple(one.look_for for one in found if one.calibrated)
    waits = tuple(one.look_for for one in found if not one.calibrated)
    reasons = [Reason.of("CALIBRATED", look_fors=len(passed))] if passed else []
    for one in found:
        if one.status is Status.EXPIRED:
            reasons.extend(one.reasons)
        elif not one.calibrated:
            reasons.append(Reason.of("CALIBRATION_PENDING", look_for=one.look_for, status=one.status.value))
    access = question.purpose == "access" and question.audience == "teacher"
    if waits and access:
        # The right of access outranks the gate; what the observer was not calibrated for is marked (CG-5).
        reasons.append(Reason.of("RAW_NOTES", look_fors=len(waits)))
    return _answer(question, *reasons, granted=access or bool(passed), scope=passed, withheld=waits)


def _answer(
    question: Question,
    *reasons: Reason,
    granted: bool = False,
    scope: tuple[str, ...] = (),
    withheld: tuple[str, ...] | None = None,
) -> Permit:
    context, subject = question.context, question.subject
    told = (*reasons, Reason.of("DUAL_ROLE")) if granted and _has_dual_role(question) else reasons
    return Permit(
        granted=granted,
        reasons=told,
        scope=scope,
        withheld=(() if granted else subject.look_fors) if withheld is None else withheld,
        policy=context.policy.version,
        ledger=context.ledger.version,
        asked=FrozenMap(
            {
                "viewer": question.viewer,
                "subject": subject.id,
                "audience": question.audience,
                "grain": question.grain,
                "purpose": question.purpose,
            }
        ),
    )


def _has_dual_role(question: Question) -> bool:
    """Whether who reads of single persons evaluates them too, or the teacher's coach does (FW-5, FW-10)."""
    if question.grain not in PERSONAL:
        return False
    if question.audience == "teacher":
        return any(one.dual_role for one in question.agreements)
    evaluators = question.context.roster.persons(question.context.evaluators)
    dual = any(one.dual_role for one in question.agreements if one.coach == question.viewer)
    return question.audience in ("building", "coach") and (question.person in evaluators or dual)

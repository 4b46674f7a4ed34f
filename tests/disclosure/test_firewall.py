"""The firewall to evaluation: only the teacher opens it, record by record."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest
from tests.disclosure.world import NOON, ROSTER, SEEN, context, subject

from ilr.base import InvalidInput, Person, SourceId
from ilr.disclosure import (
    Consent,
    EvaluationNeedRef,
    EvaluationRelease,
    LegalDisclosure,
    MemoryLedger,
    Subject,
    Withdrawal,
    decide,
)
from ilr.forms import Purpose

ASKED = SEEN + timedelta(days=1)


def request(**facts: Any) -> EvaluationRelease:
    """The teacher's own request for one walkthrough."""
    known: dict[str, Any] = {
        "teacher": "t1",
        "requested_by": "t1",
        "requested_at": ASKED,
        "records": (subject().id,),
        "recipient": "p1",
        "cycle": "2026-27",
    }
    return EvaluationRelease(**{**known, **facts})


def reasons(
    *entries: Any, walk: Subject | None = None, to: str = "p1", at: datetime | None = NOON, **parts: Any
) -> list[str]:
    """Why the evaluator is refused or what opened it, given the entries of the ledger."""
    permit = decide(
        to,
        walk or subject(),
        audience="evaluator",
        grain="individual content",
        purpose="evaluation",
        context=context(ledger=MemoryLedger(entries), at=at, **parts),
    )
    return [reason.code for reason in permit.reasons]


def test_the_teachers_own_request_opens_the_record() -> None:
    """FW-2: asked for by the teacher, named, older than the request, to one recipient, not withdrawn."""
    assert reasons(request()) == ["OPEN"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"requested_by": "p1"}, "RELEASE_NOT_BY_TEACHER"),
        ({"teacher": "t2", "requested_by": "t2"}, "RELEASE_OF_ANOTHER"),
        ({"requested_at": SEEN - timedelta(minutes=1)}, "RELEASE_AHEAD"),
        ({"recipient": "p2"}, "RELEASE_TO_ANOTHER"),
        ({"requested_at": NOON}, "RELEASE_LATER"),
        ({"origin": "prompted", "prompted_by": "p1"}, "RELEASE_PROMPTED"),
    ],
)
def test_a_request_that_lacks_one_thing_opens_nothing(facts: dict[str, Any], code: str) -> None:
    """FW-2: each of the conditions by itself keeps the record closed, and says so."""
    assert reasons(request(**facts)) == [code]


def test_the_request_may_be_made_at_the_instant_of_the_record() -> None:
    """FW-2 (c): at or before; and the disclosure comes strictly after the request."""
    assert reasons(request(requested_at=SEEN)) == ["OPEN"]
    assert reasons(request(requested_at=NOON - timedelta(seconds=1))) == ["OPEN"]


def test_without_a_request_or_an_instant_nothing_passes() -> None:
    """FW-2: the default is no; and a question without its instant cannot show the order of events."""
    assert reasons() == ["NOT_RELEASED"]
    assert reasons(request(), at=None) == ["NO_INSTANT"]
    assert reasons(request(records=("another",))) == ["NOT_RELEASED"]
    assert reasons(request(), walk=subject(made_at=None)) == ["RELEASE_AHEAD"]


def test_nobody_is_no_teacher_who_asked() -> None:
    """A record about nobody is not opened by the absence of teachers."""
    assert reasons(walk=subject(teachers=())) == ["NOT_RELEASED"]


def test_a_withdrawal_before_the_disclosure_closes_the_record() -> None:
    """FW-2 (f): only the teacher can withdraw; a request may be made anew."""
    asked = request()
    taken = Withdrawal(entry=asked.id, by="t1", at=NOON - timedelta(hours=1))
    assert reasons(asked, taken) == ["RELEASE_WITHDRAWN"]
    assert reasons(asked, attrs.evolve(taken, by="p1", id="")) == ["OPEN"]
    assert reasons(asked, attrs.evolve(taken, at=NOON + timedelta(hours=1), id="")) == ["OPEN"]
    assert reasons(asked, taken, request(requested_at=NOON - timedelta(minutes=1))) == ["OPEN"]


def test_policy_may_allow_prompted_requests() -> None:
    """FW-2: prompted by an evaluator is denied unless the district's policy says otherwise."""
    prompted = request(origin="prompted", prompted_by="p1")
    allowed = attrs.evolve(context().policy, prompted="allowed")
    assert reasons(prompted, policy=allowed) == ["OPEN"]


def test_each_teacher_of_a_co_taught_visit_has_to_ask() -> None:
    """A record of two teachers tells of both; the request of one opens nothing."""
    together = subject(teachers=("t1", "t2"))
    first, second = request(), request(teacher="t2", requested_by="t2")
    assert reasons(first, walk=together) == ["NOT_RELEASED"]
    assert reasons(first, second, walk=together) == ["OPEN"]


def test_the_ids_of_one_person_are_one_teacher() -> None:
    """The roster says which ids are one person; the request may name another id of the teacher."""
    people = (Person(id="t1", also=(SourceId("sis", "sis-1"),)), *ROSTER.people[1:])
    assert reasons(request(teacher="sis-1"), roster=attrs.evolve(ROSTER, people=people)) == ["OPEN"]
    assert reasons(request(teacher="sis-1")) == ["RELEASE_NOT_BY_TEACHER"]


@pytest.mark.parametrize("kind", ["coaching content", "leader coaching"])
def test_coaching_passes_by_the_same_request_only(kind: Any) -> None:
    """FW-6: what was said in coaching reaches an evaluator by the person's own request."""
    talk = subject(kind)
    assert reasons(walk=talk) == ["NOT_RELEASED"]
    assert reasons(request(records=(talk.id,)), walk=talk) == ["OPEN"]


@pytest.mark.parametrize("audience", ["teacher", "author", "coach", "building"])
def test_no_other_capacity_reaches_evaluation(audience: Any) -> None:
    """FW-3: who may read a record as leader, author or coach may not do so for evaluation."""
    viewer = {"teacher": "t1", "author": "p1", "coach": "c1", "building": "p1"}[audience]
    for purpose, code in (("evaluation", "EVALUATION_CLOSED"), ("personnel action", "PERSONNEL_CLOSED")):
        permit = decide(
            viewer,
            subject(),
            audience=audience,
            grain="individual content",
            purpose=purpose,  # type: ignore[arg-type]  # both are uses
            context=context(ledger=MemoryLedger((request(),))),
        )
        assert [reason.code for reason in permit.reasons] == [code]


def test_an_evaluator_gets_nothing_for_a_decision_about_persons() -> None:
    """FW-3: the teacher's request is to evaluation; discipline, pay and placement stay closed."""
    permit = decide(
        "p1",
        subject(),
        audience="evaluator",
        grain="individual content",
        purpose="personnel action",
        context=context(ledger=MemoryLedger((request(),))),
    )
    assert [reason.code for reason in permit.reasons] == ["PERSONNEL_CLOSED"]


def test_what_few_teachers_contribute_to_is_personal() -> None:
    """FW-3: with fewer teachers than k a table is as closed to evaluation as a single record."""
    for contributors, code in ((4, "EVALUATION_CLOSED"), (5, "OPEN")):
        permit = decide(
            "p1",
            subject("building data", contributors=contributors),
            audience="building",
            grain="building",
            purpose="evaluation",
            context=context(),
        )
        assert [reason.code for reason in permit.reasons] == [code]


def test_role_selection_asks_for_consent() -> None:
    """FW-3: a record may help to find a mentor only for a person who consented."""
    question: dict[str, Any] = {"audience": "teacher", "grain": "individual content"}
    refused = decide("t1", subject(), purpose="role selection", context=context(), **question)
    assert [reason.code for reason in refused.reasons] == ["NO_CONSENT"]
    ledger = MemoryLedger((Consent(on=SEEN.date(), person="t1", about="role selection"),))
    assert decide("t1", subject(), purpose="role selection", context=context(ledger=ledger), **question)
    later = MemoryLedger((Consent(on=NOON.date() + timedelta(days=1), person="t1", about="role selection"),))
    assert not decide("t1", subject(), purpose="role selection", context=context(ledger=later), **question)


def test_a_legal_duty_opens_nothing() -> None:
    """FW-9: what the law took is recorded and is no release."""
    legal = LegalDisclosure(on=SEEN.date(), subject=subject().id, basis="court order")
    assert reasons(legal) == ["NOT_RELEASED"]
    assert MemoryLedger((legal,)).of(subject().id) == (legal,)


def test_no_purpose_of_a_record_is_evaluation() -> None:
    """FW-1: the words for why a record was made do not hold evaluation."""
    assert {purpose.value for purpose in Purpose} == {"walkthrough", "pilot", "calibration", "coaching"}


def test_only_id_and_label_of_a_need_come_back() -> None:
    """FW-4: the reference has two fields, and a label of several lines is a narrative."""
    assert [field.name for field in attrs.fields(EvaluationNeedRef)] == ["component", "label"]
    assert EvaluationNeedRef("3b", "Questioning").label == "Questioning"
    with pytest.raises(InvalidInput) as refused:
        EvaluationNeedRef(" ", "rated 2 of 4\nbecause")
    assert [problem.code for problem in refused.value.problems] == ["need.empty", "need.narrative"]


def test_a_request_tells_everything_that_is_wrong_with_it() -> None:
    """FW-2: no blanket release, one recipient, one cycle, an instant with its zone, a prompt with its author."""
    with pytest.raises(InvalidInput) as refused:
        request(records=(), recipient="", cycle="", requested_at=datetime(2026, 9, 1), origin="prompted")  # noqa: DTZ001  # what is refused
    assert [problem.code for problem in refused.value.problems] == [
        "release.empty",
        "release.empty",
        "release.empty",
        "instant.naive",
        "release.origin",
    ]
    with pytest.raises(InvalidInput) as twice:
        request(records=("w1", "w1"))
    assert twice.value.code == "release.twice"
    with pytest.raises(InvalidInput) as naive:
        Withdrawal(entry="e1", by="t1", at=datetime(2026, 9, 1))  # noqa: DTZ001  # what is refused
    assert naive.value.code == "instant.naive"


def test_a_subject_with_impossible_facts_is_refused() -> None:
    """Fewer than no contributors and an instant without zone are told together."""
    with pytest.raises(InvalidInput) as refused:
        subject(contributors=-1, made_at=datetime(2026, 9, 1))  # noqa: DTZ001  # what is refused
    assert [problem.code for problem in refused.value.problems] == ["subject.contributors", "instant.naive"]

"""Closing: what waits, what became of decisions, what was passed over, and what keeps a review open."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from tests.cycles.few_visits import decided, draft, entry, held, month, places, refused

from ilr import interop
from ilr.base import UnknownCode
from ilr.cycles import (
    DecisionHistory,
    DecisionKind,
    DecisionStatus,
    Disposition,
    Finding,
    Input,
    MissingRevisit,
    Review,
    check_close,
    close,
    decision_histories,
    decision_history,
    missing_revisits,
    open_decisions,
    unanswered_inputs,
)

CONTINUE, ADJUST, STOP, DONE, SUPERSEDED = DecisionStatus


def first(**facts: Any) -> Review:
    """A closed review with two decisions."""
    return held(0, decided("d1", due=month(1)), decided("d2"), **facts)


def keep(number: int, *ids: str) -> tuple[Any, ...]:
    """Decisions continued in a month."""
    return tuple(entry(id, number=number) for id in ids)


def asked(id: str = "i", number: int = 0) -> Input:
    """What a team put forward in a month."""
    return Input(id=id, on=month(number), by="team-1", source="team", about="wait-time")


def answer(id: str = "i", number: int = 1, **facts: Any) -> Disposition:
    """What leaders said to it."""
    return Disposition(input=id, on=month(number), **{"outcome": "adopted", **facts})


# Closing


def test_a_review_closes_when_every_open_decision_was_looked_at() -> None:
    """RT-4: with a status for both earlier decisions the review closes, remembers them and is otherwise the same."""
    half = draft(1, revisits=(entry("d1"), entry("d2", DONE)))
    done = close(half, earlier=[first()])
    assert done.closed
    assert done.open_before == ("d1", "d2")
    assert attrs.evolve(done, seal="", open_before=()) == half
    assert check_close(half, earlier=[first()]) == ()


def test_each_open_decision_that_was_passed_over_is_named() -> None:
    """RT-4: a review that looked at one of two decisions is kept open by the other."""
    half = draft(1, revisits=(entry("d1"),))
    assert refused(close, half, earlier=[first()]) == [("review.unrevisited", "revisits.d2")]


def test_all_that_keeps_a_review_open_comes_at_once() -> None:
    """RT-4: order, used ids, what is missing, what was passed over and what was not open come in one refusal."""
    earlier = [first(inputs=(asked(),)), held(2)]
    half = draft(
        1,
        decided("d1", 1),
        findings=(Finding(id="gap", kind="gap", needs_response=True),),
        inputs=(asked(),),
        revisits=(entry("d9"),),
    )
    found = refused(close, half, earlier=earlier)
    assert found == places(check_close(half, earlier=earlier))
    assert found == [
        ("review.order", "on"),
        ("review.repeated", "decisions.d1"),
        ("review.repeated", "inputs.i"),
        ("review.unrevisited", "revisits.d1"),
        ("review.unrevisited", "revisits.d2"),
        ("review.not_open", "revisits.d9"),
        ("review.no_disposition", "dispositions.i"),
        ("review.unanswered", "findings.gap"),
    ]


def test_a_closed_review_is_not_closed_again() -> None:
    """A review closes once: neither it nor another under its id closes after it."""
    one = first()
    assert refused(close, one) == [("review.closed", "closed")]
    again = attrs.evolve(draft(1, revisits=keep(1, "d1", "d2")), id=one.id)
    assert refused(close, again, earlier=[one]) == [("review.closed", "id")]


def test_an_edited_review_does_not_pass_beside_the_closed_one() -> None:
    """Two reviews of one id are refused wherever a sequence of them is read."""
    one = first()
    other = close(attrs.evolve(one, seal="", decisions=(decided("d1"),)))
    assert (other.id, other.closed) == (one.id, True)
    for read in (decision_histories, missing_revisits, unanswered_inputs):
        assert refused(read, [one, other]) == [("review.repeated", "reviews")]
    assert refused(close, draft(1), earlier=[one, other]) == [("review.repeated", "reviews")]


def test_a_finding_that_needs_a_response_needs_a_decision_that_cites_it() -> None:
    """ILR-6b.KI.1: a gap keeps the review open until a decision names it, be it one to do nothing."""
    gap = Finding(id="gap", kind="gap", needs_response=True)
    silent = draft(0, findings=(gap,))
    assert refused(close, silent) == [("review.unanswered", "findings.gap")]
    for kind in (DecisionKind.COACHING, DecisionKind.NO_ACTION):
        decision = decided("d", kind=kind, reason="so", evidence=("gap",))
        assert close(attrs.evolve(silent, decisions=(decision,))).closed


def test_an_earlier_review_closes_first() -> None:
    """An open review of an earlier day keeps the next one open; one of the same day or later, and itself, does not."""
    before, after = draft(0), draft(1)
    assert refused(close, after, earlier=[before]) == [("review.earlier", f"earlier.{before.id}")]
    same = attrs.evolve(draft(1, decided("d8", 1), inputs=(asked(number=1),)), id="same day")
    done = close(after, earlier=[close(before), after, same, draft(2, decided("d9", 2))])
    assert (done.open_before, done.inputs_before) == ((), ())


def test_reviews_of_one_day_follow_each_other() -> None:
    """A second review of a day looks back at the first, which cannot be closed after it."""
    one = first()
    second = attrs.evolve(draft(0), id="second")
    assert [code for code, _ in refused(close, second, earlier=[one])] == ["review.unrevisited"] * 2
    done = close(attrs.evolve(second, revisits=keep(0, "d1", "d2")), earlier=[one])
    assert missing_revisits([one, done]) == ()


def test_reviews_of_another_school_are_passed_over() -> None:
    """A district's reviews can be handed in as they are."""
    other = attrs.evolve(
        draft(0, decided("x")), building="s2", cut=attrs.evolve(first().cut, building="s2", hash="")
    )
    assert close(draft(1), earlier=[close(other)]).open_before == ()
    assert missing_revisits([close(other), held(1)]) == ()


def test_a_status_is_not_older_than_its_decision() -> None:
    """A decision of today has no status of last month, and one of last month none from before it."""
    early = entry("d1", number=0)
    found = refused(close, draft(1, decided("d1", 1), revisits=(early,)))
    assert found == [("review.day", "revisits.d1")]
    second = held(1, decided("d3", 1))
    half = draft(2, revisits=(entry("d3", number=0),))
    assert refused(close, half, earlier=[second]) == [("review.day", "revisits.d3")]


# Input


def test_input_waits_for_the_next_review_and_no_longer() -> None:
    """ILR-6b.KI.4: the next review answers what came before it, each input named; then it is not asked again."""
    one = held(0, inputs=(asked("i"), asked("j")))
    assert [waiting.id for waiting in unanswered_inputs([one])] == ["i", "j"]
    half = draft(1, dispositions=(answer("i"),))
    assert refused(close, half, earlier=[one]) == [("review.no_disposition", "dispositions.j")]
    told = answer("j", outcome="declined", reason="the form asks it")
    two = close(attrs.evolve(half, dispositions=(answer("i"), told)), earlier=[one])
    assert two.inputs_before == ("i", "j")
    assert unanswered_inputs([one, two]) == ()
    assert refused(close, draft(2, dispositions=(answer("i", 2),)), earlier=[one, two]) == [
        ("review.not_waiting", "dispositions.i")
    ]


def test_input_can_be_answered_where_it_is_heard() -> None:
    """ILR-8b.GB.2: a review that answers its own input leaves nothing to the next."""
    one = held(0, inputs=(asked(),), dispositions=(answer(number=0),))
    assert unanswered_inputs([one]) == ()
    assert held(1, earlier=[one]).inputs_before == ()


# Histories


def course() -> list[Review]:
    """Four reviews in which one decision stops and another is superseded."""
    one = first()
    two = held(
        1,
        revisits=(entry("d1"), entry("d2", ADJUST, due=month(3), owner="p2")),
        earlier=[one],
    )
    three = held(
        2,
        revisits=(entry("d1", STOP, 2), entry("d2", ADJUST, 2, due=month(4), owner="p3")),
        earlier=[one, two],
    )
    end = entry("d2", SUPERSEDED, 3, successor="d3")
    four = held(3, decided("d3", 3), revisits=(end,), earlier=[one, two, three])
    return [one, two, three, four]


def test_decisions_stay_open_over_several_reviews_until_one_ends_them() -> None:
    """RT-4: continue and adjust leave a decision open, stop, done and superseded end it, in whatever order given."""
    one, two, three, four = course()
    expected: dict[int, list[str]] = {0: [], 1: ["d1", "d2"], 2: ["d1", "d2"], 3: ["d2"], 4: ["d3"]}
    for number, ids in expected.items():
        found = open_decisions([four, two, one, three], before=month(number))
        assert [decision.id for decision in found] == ids


def test_a_history_tells_what_became_of_a_decision() -> None:
    """Statuses in order, the present owner and day as last adjusted, and what took its place."""
    reviews = course()
    found = decision_history(reversed(reviews), "d2")
    assert [one.status for one in found.entries] == [ADJUST, ADJUST, SUPERSEDED]
    assert (found.review, found.owner, found.due, found.successor) == (reviews[0].id, "p3", month(4), "d3")
    early = decision_history(reviews[:2], "d2")
    assert (early.owner, early.due) == ("p2", month(3))
    assert (found.open, found.status) == (False, SUPERSEDED)
    fresh = decision_history(reviews, "d3")
    assert (fresh.open, fresh.status, fresh.due, fresh.owner, fresh.successor) == (
        True,
        None,
        None,
        "p1",
        None,
    )
    assert decision_history(reviews[:1], "d1").due == month(1)
    assert interop.loads(interop.dumps(found), DecisionHistory) == found


def test_a_history_only_grows() -> None:
    """Every further review adds statuses at the end and changes none."""
    reviews = course()
    lengths = []
    for upto in range(1, 5):
        found = {one.decision.id: one.entries for one in decision_histories(reviews[:upto])}
        later = {one.decision.id: one.entries for one in decision_histories(reviews[: upto + 1])}
        assert all(later[id][: len(entries)] == entries for id, entries in found.items())
        lengths.append(len(found["d2"]))
    assert lengths == [0, 1, 2, 3]


def test_no_action_is_never_open() -> None:
    """RT-4: there is nothing to come back to where nothing was decided."""
    one = held(0)
    assert [history.open for history in decision_histories([one])] == [False]
    assert open_decisions([one], before=month(1)) == ()
    assert missing_revisits([one, held(1)]) == ()


def test_a_decision_that_nobody_made_has_no_history() -> None:
    """An unknown id is refused by name of the code, and a status of it is passed over."""
    stray = draft(1, revisits=(entry("d9"),))
    with pytest.raises(UnknownCode):
        decision_history([first(), stray], "d9")
    assert all(not history.entries for history in decision_histories([first(), stray]))


def test_a_status_after_the_end_is_passed_over() -> None:
    """Of reviews that were never closed, no later status brings an ended decision back."""
    reviews = [
        draft(0, decided("d1")),
        draft(1, revisits=(entry("d1", DONE),)),
        draft(2, revisits=(entry("d1", number=2),)),
    ]
    found = decision_history(reviews, "d1")
    assert (found.open, found.status) == (False, DONE)


# What was passed over


def test_what_was_passed_over_is_told_review_by_review() -> None:
    """ILR-6a.KI.3: of reviews closed apart from each other, each open decision without a status is listed."""
    one, two = first(), held(1)
    three = draft(2, revisits=(entry("d1", DONE, 2), entry("d2", number=2)))
    four = draft(3)

    def missing(decision: str, review: Review) -> MissingRevisit:
        return MissingRevisit(building=one.building, decision=decision, review=review.id, on=review.on)

    assert missing_revisits([four, three, two, one]) == (
        missing("d1", two),
        missing("d2", two),
        missing("d2", four),
    )


def test_of_reviews_that_were_closed_in_turn_nothing_was_passed_over() -> None:
    """ILR-6a.KI.3: closing with all earlier reviews leaves nothing to list."""
    assert missing_revisits(course()) == ()
    assert missing_revisits([]) == ()


def test_what_was_decided_comes_back_from_json_equal() -> None:
    """What was passed over survives the way through text."""
    found = missing_revisits([first(), held(1)])[0]
    assert interop.loads(interop.dumps(found), MissingRevisit) == found

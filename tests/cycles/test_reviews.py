"""Reviews: what one may hold, and that a closed one is complete and stays as it is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from tests.cycles.few_visits import (
    FIRST,
    SCHOOL,
    TABLE,
    busy,
    decided,
    draft,
    entry,
    held,
    month,
    refused,
)
from tests.progress.small_school import POLICY, review, table_of, walks_of

from ilr import interop
from ilr.cycles import (
    CodeCount,
    DecisionKind,
    DecisionStatus,
    Disposition,
    Finding,
    Input,
    ProtocolStep,
    Review,
    cut,
    extend,
    redact,
    summarise,
)
from ilr.cycles.reviews import sealed
from ilr.disclosure import publish

TEAM = Input(id="i", on=FIRST, by="team-1", source="team", about="wait-time")
ANSWER = Disposition(input="i", outcome="adopted", on=FIRST)


def test_a_review_rests_on_a_cut_of_its_own_school_up_to_its_day() -> None:
    """RT-2: a cut of another building or a later day is refused."""
    one = draft(0)
    found = refused(attrs.evolve, one, building="s2", on=FIRST - timedelta(days=1), decisions=())
    assert found == [("review.building", "cut"), ("review.day", "cut")]


@pytest.mark.parametrize(
    ("name", "twice"),
    [
        ("steps", ProtocolStep("look")),
        ("findings", Finding(id="f", kind="gap")),
        ("inputs", TEAM),
        ("dispositions", ANSWER),
        ("decisions", decided("d")),
        ("revisits", entry("d", number=0)),
    ],
)
def test_a_review_holds_each_thing_once(name: str, twice: Any) -> None:
    """Repeated ids, second statuses and second answers are refused."""
    assert refused(attrs.evolve, draft(0), **{name: (twice, twice)}) == [("review.repeated", name)]


@pytest.mark.parametrize(
    ("name", "later", "path"),
    [
        ("inputs", attrs.evolve(TEAM, on=month(1)), "inputs.i"),
        ("dispositions", attrs.evolve(ANSWER, on=month(1)), "dispositions.i"),
        ("decisions", decided("d", 1), "decisions.d"),
        ("revisits", entry("d"), "revisits.d"),
    ],
)
def test_nothing_in_a_review_is_dated_after_it(name: str, later: Any, path: str) -> None:
    """Input, answers, decisions and statuses are of the day of the review or earlier, closed or not."""
    assert refused(attrs.evolve, draft(0), **{name: (later,)}) == [("review.day", path)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"findings": ()}, [("review.findings", "findings")]),
        ({"decisions": ()}, [("review.decisions", "decisions")]),
        (
            {"findings": (Finding(id="gap", kind="gap", needs_response=True),)},
            [("review.unanswered", "findings.gap")],
        ),
        (
            {"open_before": ("d1", "d2"), "revisits": (entry("d2", number=0),)},
            [("review.unrevisited", "revisits.d1")],
        ),
        ({"revisits": (entry("d", number=0),)}, [("review.not_open", "revisits.d")]),
        ({"revisits": (entry("idle0", number=0),)}, [("review.not_open", "revisits.idle0")]),
        ({"inputs_before": ("i",)}, [("review.no_disposition", "dispositions.i")]),
        ({"dispositions": (ANSWER,)}, [("review.not_waiting", "dispositions.i")]),
        (
            {"inputs": (TEAM,), "dispositions": (attrs.evolve(ANSWER, decision="d"),)},
            [("review.carried_out", "dispositions.i.decision")],
        ),
    ],
)
def test_a_closed_review_that_leaves_something_undone_cannot_be_built(
    change: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """RT-4: not by closing, not by sealing, not by copying: the constructor names what waits."""
    half = attrs.evolve(draft(0), **change)
    assert not half.closed
    assert refused(sealed, half) == expected


def test_all_that_is_undone_comes_at_once() -> None:
    """RT-4: no finding, no decision, two passed over and a stray status come in one refusal."""
    half = attrs.evolve(
        draft(0), findings=(), decisions=(), open_before=("d1", "d2"), revisits=(entry("d3", number=0),)
    )
    assert refused(sealed, half) == [
        ("review.findings", "findings"),
        ("review.decisions", "decisions"),
        ("review.unrevisited", "revisits.d1"),
        ("review.unrevisited", "revisits.d2"),
        ("review.not_open", "revisits.d3"),
    ]


def test_a_decision_can_be_done_on_the_day_it_was_made() -> None:
    """A status of a decision of the same review is none of a decision that was not open."""
    one = held(0, decided("d"), revisits=(entry("d", DecisionStatus.DONE, number=0),))
    assert one.closed


@pytest.mark.parametrize("taken", ["d9", "d2", "idle0"])
def test_a_successor_is_a_decision_that_goes_on(taken: str) -> None:
    """What takes the place of a decision is open after the review: no stranger, none that ends, no idle one."""
    idle = decided("idle0", kind=DecisionKind.NO_ACTION, reason="so")
    half = attrs.evolve(
        draft(0, decided("new"), idle),
        open_before=("d1", "d2"),
        revisits=(
            entry("d1", DecisionStatus.SUPERSEDED, number=0, successor=taken),
            entry("d2", DecisionStatus.STOP, number=0),
        ),
    )
    assert refused(sealed, half) == [("review.successor", "revisits.d1.successor")]
    named = attrs.evolve(half.revisits[0], successor="new")
    assert sealed(attrs.evolve(half, revisits=(named, half.revisits[1]))).closed


def test_an_answer_names_a_decision_of_the_review_or_an_open_one() -> None:
    """ILR-8b.GB.2: what carries out an input is known."""
    for decision in ("new", "d1"):
        half = attrs.evolve(
            draft(0, decided("new")),
            open_before=("d1",),
            revisits=(entry("d1", number=0),),
            inputs_before=("i",),
            dispositions=(attrs.evolve(ANSWER, decision=decision),),
        )
        assert sealed(half).closed


@pytest.mark.parametrize(
    "change",
    [
        {"findings": (Finding(id="f", kind="gap"),)},
        {"decisions": (decided("other"),)},
        {"on": month(1)},
        {"participants": ("p9",)},
        {"trigger": "signal"},
        {"id": "other"},
        {"open_before": ("d",), "revisits": (entry("d", number=0),)},
    ],
)
def test_a_closed_review_takes_no_change(change: dict[str, Any]) -> None:
    """A copy with any other content does not bear the seal."""
    assert refused(attrs.evolve, held(0), **change) == [("review.sealed", "seal")]


def test_a_closed_review_is_not_added_to() -> None:
    """What adds to a review refuses a closed one, and an open one takes all it is given."""
    assert refused(extend, held(0), findings=[Finding(id="g", kind="gap")]) == [("review.closed", "review")]
    one = extend(
        draft(0),
        findings=[Finding(id="g", kind="gap")],
        inputs=[TEAM],
        dispositions=[ANSWER],
        decisions=[decided("d")],
        revisits=[entry("d", number=0)],
    )
    counts = [
        len(getattr(one, name)) for name in ("findings", "inputs", "dispositions", "decisions", "revisits")
    ]
    assert counts == [2, 1, 1, 2, 1]


def test_a_stored_review_that_was_edited_is_refused() -> None:
    """A closed review comes back from text as it was, and not at all when a word of it was changed."""
    one = held(0, decided("d"))
    text = interop.dumps(one)
    assert interop.loads(text, Review) == one
    assert refused(interop.loads, text.replace('"owner": "p1"', '"owner": "p2"'), Review) == [
        ("review.sealed", "seal")
    ]


def test_a_record_can_be_erased_from_a_closed_review() -> None:
    """Erasure: the seal holds the hash of the cut, which an erased record leaves as it is."""
    one = held(0)
    gone = one.cut.records[0]
    less = attrs.evolve(one, cut=redact(one.cut, gone, on=month(9), reason="retention"))
    assert (less.closed, less.seal) == (True, one.seal)
    assert gone not in interop.dumps(less)
    other, _ = cut(busy(2), building=SCHOOL, on=FIRST, policy=POLICY)
    assert refused(attrs.evolve, one, cut=other) == [("review.sealed", "seal")]


@pytest.mark.parametrize(("count", "below"), [(29, True), (30, False)])
def test_a_review_below_the_count_is_marked(count: int, below: bool) -> None:
    """RT-3: fewer than thirty records mark it; so does a summary of fewer, say without uncalibrated ratings."""
    one = review(busy(count), FIRST, closed=False)
    assert one.below_count is below
    few = summarise(TABLE, policy=POLICY)
    assert attrs.evolve(one, summary=few).below_count


def test_a_whole_review_comes_back_from_json_equal() -> None:
    """A review with everything in it survives the way through text, closed."""
    table = table_of(walks_of())
    made, chosen = cut(table, building=SCHOOL, on=date(2026, 10, 31), policy=POLICY)
    whole = sealed(
        attrs.evolve(
            review(table, date(2026, 10, 31), closed=False),
            cut=made,
            summary=summarise(
                chosen, policy=POLICY, breakdowns=[publish(chosen, by=["period"], audience="building")]
            ),
            steps=(ProtocolStep("look"), ProtocolStep("decide", done=False)),
            open_before=("d",),
            revisits=(entry("d", DecisionStatus.STOP),),
            inputs=(TEAM,),
            dispositions=(ANSWER,),
            analyses=("a",),
            sources=(CodeCount(source="coaching", code="pacing", teachers=None),),
            participants=("p1", "p2"),
        )
    )
    assert whole.closed
    assert interop.loads(interop.dumps(whole), Review) == whole

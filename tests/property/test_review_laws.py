"""Laws of cuts, reviews and decisions, for any course of calls in one building."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, ClassVar

import attrs
import hypothesis.strategies as st
import pytest
from hypothesis import event, given, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.progress.small_school import DAYS, POLICY, SCHOOL, table_of, walk

from ilr import interop
from ilr.base import InvalidInput
from ilr.cycles import (
    CutCheck,
    Decision,
    DecisionKind,
    DecisionStatus,
    Disposition,
    Finding,
    Input,
    Review,
    StatusEntry,
    check_close,
    check_cut,
    close,
    cut,
    decision_histories,
    extend,
    missing_revisits,
    open_decisions,
    redact,
    unanswered_inputs,
)

ENDED = ("stop", "done", "superseded")
CUT, _ = cut(table_of([walk(DAYS[0])]), building=SCHOOL, on=DAYS[0], policy=POLICY)

PLACE = st.integers(0, 50)
DAY = st.integers(0, 9).map(lambda day: DAYS[0] + timedelta(days=day))
DECISION = st.integers(0, 7).map("d{}".format)
INPUT = st.integers(0, 3).map("i{}".format)
KIND = st.sampled_from([DecisionKind.COACHING, DecisionKind.EXPAND, DecisionKind.NO_ACTION])


class ReviewCourse(RuleBasedStateMachine):
    """Leaders open reviews, write into them, look back, forget to, close, and try to change what is closed.

    The reviews closed so far stand in the order of closing. What may be closed is told a second time from plain
    sets, without a function of the room.
    """

    reached: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.drafts: list[Review] = []
        self.closed: list[Review] = []
        self.texts: list[str] = []
        self.histories: dict[str, tuple[StatusEntry, ...]] = {}
        self.made = 0

    def note(self, what: str) -> None:
        """Count a state that a course has reached."""
        event(what)
        self.reached[what] += 1

    # What is open, told plainly

    def open_now(self) -> dict[str, date]:
        """The decisions that wait, with their days; on the way every closed review must have looked back."""
        waiting: dict[str, date] = {}
        over: set[str] = set()
        for review in self.closed:
            status = {one.decision: one.status.value for one in review.revisits}
            assert set(waiting) <= set(status), "a closed review passed over an open decision"
            assert not over & set(status), "an ended decision came back"
            assert not (over | set(waiting)) & {one.id for one in review.decisions}, "an id was used again"
            waiting |= {one.id: one.on for one in review.decisions if one.kind.value != "no action"}
            assert set(status) <= set(waiting), "a status of what was not open"
            over |= {id for id, word in status.items() if word in ENDED}
            over |= {one.id for one in review.decisions if one.kind.value == "no action"}
            waiting = {id: on for id, on in waiting.items() if id not in over}
        return waiting

    def inputs_now(self) -> set[str]:
        """The input that waits; on the way every closed review must have answered what came before it."""
        waiting: set[str] = set()
        for review in self.closed:
            answered = {one.input for one in review.dispositions}
            assert waiting <= answered, "a closed review left input without an answer"
            waiting = {one.id for one in review.inputs} - answered
        return waiting

    def may_close(self, draft: Review, others: list[Review]) -> bool:
        """Whether a draft may be closed beside other drafts."""
        waiting, asked = self.open_now(), self.inputs_now()
        status = {one.decision: one.status.value for one in draft.revisits}
        own = {one.id: one.on for one in draft.decisions if one.kind.value != "no action"}
        ended = {id for id, word in status.items() if word in ENDED}
        answered = {one.input for one in draft.dispositions}
        cited = {id for one in draft.decisions for id in one.evidence}
        return (
            all(one.id != draft.id and one.on <= draft.on for one in self.closed)
            and all(one.on >= draft.on for one in others if one.id not in {two.id for two in self.closed})
            and bool(draft.findings)
            and bool(draft.decisions)
            and set(waiting) <= set(status) <= set(waiting) | set(own)
            and all(one.on >= {**own, **waiting}[one.decision] for one in draft.revisits)
            and all(
                one.successor is None or one.successor in ({*waiting, *own} - ended) for one in draft.revisits
            )
            and asked <= answered <= asked | {one.id for one in draft.inputs}
            and all(one.id in cited for one in draft.findings if one.needs_response)
            and not {one.id for one in draft.decisions} & {d.id for one in self.closed for d in one.decisions}
            and not {one.id for one in draft.inputs} & {i.id for one in self.closed for i in one.inputs}
        )

    # What leaders do

    @rule(on=DAY, same=st.booleans())
    def call_review(self, on: date, same: bool) -> None:
        """A meeting is called, on any day, now and then under the id of a closed review."""
        self.open_review(on, same=same)

    def open_review(self, on: date, *, same: bool) -> None:
        """Open a review, unless three are open."""
        if len(self.drafts) >= 3:
            return
        id = self.closed[0].id if same and self.closed else f"r{self.made}"
        if all(one.id != id for one in self.drafts):
            self.made += 1
            self.drafts.append(Review(id=id, building=SCHOOL, on=on, cut=CUT, trigger="count"))

    def write(self, place: int, change: Callable[[Review], Review]) -> None:
        """Write into a draft what it takes."""
        place %= len(self.drafts)
        try:
            self.drafts[place] = change(self.drafts[place])
        except InvalidInput:
            self.note("a draft refused something")

    @precondition(lambda self: self.drafts)
    @rule(place=PLACE, kind=st.sampled_from(["strength", "gap", "none"]), asks=st.booleans(), number=PLACE)
    def find(self, place: int, kind: Any, asks: bool, number: int) -> None:
        """Something is found."""
        self.write(
            place,
            lambda one: extend(
                one, findings=[Finding(id=f"f{number % 3}", kind=kind, needs_response=asks and kind == "gap")]
            ),
        )

    @precondition(lambda self: self.drafts)
    @rule(place=PLACE, id=DECISION, kind=KIND, on=DAY, number=PLACE)
    def decide(self, place: int, id: str, kind: DecisionKind, on: date, number: int) -> None:
        """Something is decided, on a day that may not fit, under an id that may be taken."""
        decision = Decision(id=id, kind=kind, on=on, owner="p1", evidence=(f"f{number % 3}",), reason="so")
        self.write(place, lambda one: extend(one, decisions=[decision]))

    @precondition(lambda self: self.drafts)
    @rule(place=PLACE, id=DECISION, status=st.sampled_from(DecisionStatus), on=DAY, successor=DECISION)
    def revisit(self, place: int, id: str, status: DecisionStatus, on: date, successor: str) -> None:
        """A decision, open or not, is looked at again."""
        heir = successor if status is DecisionStatus.SUPERSEDED and successor != id else None
        word = DecisionStatus.STOP if status is DecisionStatus.SUPERSEDED and heir is None else status
        entry = StatusEntry(decision=id, status=word, on=on, successor=heir)
        self.write(place, lambda one: extend(one, revisits=[entry]))

    @precondition(lambda self: self.drafts)
    @rule(place=PLACE, id=INPUT, on=DAY, heard=st.booleans())
    def hear_or_answer(self, place: int, id: str, on: date, heard: bool) -> None:
        """A team puts something forward, or gets an answer."""
        if heard:
            told = Input(id=id, on=on, by="team-1", source="team", about="wait-time")
            self.write(place, lambda one: extend(one, inputs=[told]))
        else:
            answer = Disposition(input=id, outcome="adapted", on=on)
            self.write(place, lambda one: extend(one, dispositions=[answer]))

    @precondition(lambda self: self.drafts)
    @rule(place=PLACE, on=DAY)
    def move(self, place: int, on: date) -> None:
        """A meeting is put on another day."""
        self.write(place, lambda one: attrs.evolve(one, on=on))

    @precondition(lambda self: self.drafts)
    @rule(place=PLACE)
    def drop(self, place: int) -> None:
        """A meeting is called off."""
        del self.drafts[place % len(self.drafts)]

    @precondition(lambda self: self.drafts)
    @rule(place=PLACE)
    def close_as_it_is(self, place: int) -> None:
        """Leaders try to close a draft in whatever state it is."""
        self.attempt(self.drafts[place % len(self.drafts)])

    @rule(
        place=PLACE,
        on=DAY,
        words=st.lists(st.sampled_from(["continue", "adjust", "done", "superseded"]), min_size=8, max_size=8),
        forgotten=st.one_of(st.none(), PLACE),
        heard=st.booleans(),
    )
    def close_with_care(
        self, place: int, on: date, words: list[str], forgotten: int | None, heard: bool
    ) -> None:
        """Leaders call off what is late, look at all that waits, forget one thing at most, and try to close."""
        if not self.drafts:
            self.open_review(on, same=False)
        draft = self.drafts[place % len(self.drafts)]
        day = max([on, draft.on, *(one.on for one in self.closed)])
        self.drafts = [one for one in self.drafts if one is draft or one.on >= day]
        waiting, asked = self.open_now(), self.inputs_now()
        own = {one.id: one for one in draft.decisions if one.id not in waiting}
        self.made += 1
        new = [
            Decision(
                id=f"n{self.made}",
                kind=DecisionKind.COACHING,
                on=day,
                owner="p1",
                evidence=("f0", "f1", "f2"),
            )
        ]
        entries = [
            StatusEntry(
                decision=id,
                status=DecisionStatus(word),
                on=day,
                successor=f"n{self.made}" if word == "superseded" else None,
            )
            for id, word in zip(waiting, words * 9, strict=False)
        ]
        if forgotten is not None and entries:
            del entries[forgotten % len(entries)]
        self.attempt(
            attrs.evolve(
                draft,
                on=day,
                findings=draft.findings or (Finding(id="f0", kind="none"),),
                decisions=(*own.values(), *new),
                revisits=tuple(entries),
                inputs=tuple(
                    Input(id=f"w{self.made}", on=day, by="t1", source="teacher", about="pace")
                    for _ in range(heard)
                ),
                dispositions=tuple(Disposition(input=id, outcome="adopted", on=day) for id in sorted(asked)),
            )
        )

    def attempt(self, draft: Review) -> None:
        """Close a draft among all reviews there are; it is closed exactly when the plain sets allow it."""
        others = [one for one in self.drafts if one.id != draft.id]
        known = {one.id for one in self.closed}
        in_reverse = sorted(self.closed, key=lambda one: one.on, reverse=True)
        everything = [*(one for one in others if one.id not in known), *in_reverse]
        problems = check_close(draft, earlier=everything)
        assert bool(problems) != self.may_close(draft, others)
        if problems:
            status = {one.decision for one in draft.revisits}
            forgotten = {f"revisits.{id}" for id in self.open_now() if id not in status}
            assert forgotten == {one.path for one in problems if one.code == "review.unrevisited"}
            self.note("refused: a decision was forgotten" if forgotten else "refused: something else")
            with pytest.raises(InvalidInput) as refused:
                close(draft, earlier=everything)
            assert refused.value.problems == problems
            return
        done = close(draft, earlier=everything)
        self.drafts = others
        self.closed.append(done)
        self.texts.append(interop.dumps(done))
        self.note(f"closed: {len(self.closed)} in a row")
        words = {one.status for one in done.revisits}
        for name, holds in (
            ("closed: with a look back", bool(words)),
            ("closed: a decision ended", any(word.value in ENDED for word in words)),
            ("closed: a decision superseded", DecisionStatus.SUPERSEDED in words),
            ("closed: input answered", bool(done.inputs_before)),
            ("closed: on the day of another", any(one.on == done.on for one in self.closed[:-1])),
        ):
            if holds:
                self.note(name)

    @precondition(lambda self: self.closed)
    @rule(
        place=PLACE,
        change=st.sampled_from(
            [
                {"decisions": ()},
                {"findings": (Finding(id="f9", kind="theme"),)},
                {"revisits": ()},
                {"on": DAYS[30]},
                {"open_before": ()},
                {"participants": ("p9",)},
            ]
        ),
    )
    def tamper(self, place: int, change: dict[str, Any]) -> None:
        """Somebody copies a closed review with another content, opens it again, or closes it again."""
        review = self.closed[place % len(self.closed)]
        name, value = next(iter(change.items()))
        if getattr(review, name) == value:
            return
        attempts: tuple[Callable[[], Review], ...] = (
            lambda: attrs.evolve(review, **change),
            lambda: extend(review, findings=[Finding(id="f9", kind="theme")]),
            lambda: close(review, earlier=self.closed),
            lambda: close(attrs.evolve(review, seal="", **change), earlier=self.closed),
        )
        for attempt in attempts:
            try:
                attempt()
            except InvalidInput:
                self.note("a closed review was kept as it was")
                continue
            raise AssertionError("a closed review was changed")

    # What holds whatever they do

    @invariant()
    def no_closed_review_passed_over_a_decision(self) -> None:
        """RT-4: the plain sets and the functions of the room agree on what waits, and nothing was passed over."""
        waiting, asked = self.open_now(), self.inputs_now()
        assert {one.id for one in open_decisions(self.closed, before=date.max)} == set(waiting)
        assert {one.id for one in unanswered_inputs(self.closed)} == asked
        assert missing_revisits(self.closed) == ()

    @invariant()
    def closed_reviews_stay_as_they_were(self) -> None:
        """Closed reviews are as they were when they were closed, in order of their day, each once."""
        assert [interop.dumps(one) for one in self.closed] == self.texts
        assert [one.on for one in self.closed] == sorted(one.on for one in self.closed)
        assert len({one.id for one in self.closed}) == len(self.closed)
        assert not any(one.closed for one in self.drafts)

    @invariant()
    def the_history_of_a_decision_only_grows(self) -> None:
        """Statuses are added at the end of a history, none is taken away, and none follows an end."""
        now = {one.decision.id: one.entries for one in decision_histories(self.closed)}
        for id, before in self.histories.items():
            assert now[id][: len(before)] == before
        for entries in now.values():
            assert all(one.status.value not in ENDED for one in entries[:-1])
        self.histories = now


def test_no_course_of_calls_closes_a_review_that_forgot_a_decision() -> None:
    """RT-4: no course reaches one, nor an edited closed review; and the courses do reach what is hard to reach."""
    ReviewCourse.reached.clear()
    options = settings(max_examples=60, stateful_step_count=30, deadline=None)
    run_state_machine_as_test(ReviewCourse, settings=options)
    for state in (
        "a draft refused something",
        "a closed review was kept as it was",
        "refused: a decision was forgotten",
        "refused: something else",
        "closed: 3 in a row",
        "closed: with a look back",
        "closed: a decision ended",
        "closed: a decision superseded",
        "closed: input answered",
        "closed: on the day of another",
    ):
        assert ReviewCourse.reached[state] > 0, state


@given(
    levels=st.lists(st.tuples(st.integers(1, 4), st.integers(0, 5)), min_size=8, max_size=8), data=st.data()
)
@settings(max_examples=40, deadline=None)
def test_a_cut_is_checked_record_by_record(levels: list[tuple[int, int]], data: st.DataObject) -> None:
    """RT-2: whatever is edited, lost and erased, just that is told, and erasure in any order leaves the hash."""
    before = [walk(DAYS[0], f"t{place}", level=level) for place, (level, _) in enumerate(levels)]
    made, _ = cut(table_of(before), building=SCHOOL, on=DAYS[0], policy=POLICY)
    now = [
        walk(DAYS[0], f"t{place}", level=(level % 4 + 1) if fate == 0 else level)
        for place, (level, fate) in enumerate(levels)
        if fate != 1
    ]
    ids = [one.id for one in before]
    gone = set(data.draw(st.lists(st.sampled_from(ids), unique=True)))
    edited = {id for id, (_, fate) in zip(ids, levels, strict=True) if fate == 0}
    lost = {id for id, (_, fate) in zip(ids, levels, strict=True) if fate == 1}
    less, other = made, made
    for id in sorted(gone):
        less = redact(less, id, on=DAYS[1], reason="retention")
    for id in sorted(gone, reverse=True):
        other = redact(other, id, on=DAYS[1], reason="retention")
    assert less == other
    assert less.hash == made.hash
    found = check_cut(less, table_of([*now, walk(DAYS[1], "t9")]))
    assert found == CutCheck(
        missing=tuple(sorted(lost - gone)),
        changed=tuple(sorted(edited - gone)),
        erased=len(gone),
        still_held=tuple(sorted(gone - lost - edited)),
    )

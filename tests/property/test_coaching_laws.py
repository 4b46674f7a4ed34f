"""Laws of coaching: whatever course the two take, the teacher's word decides and nobody else hears of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import attrs
import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.disclosure.world import ROSTER

from ilr import coaching
from ilr.base import IlrError, InvalidInput
from ilr.coaching import (
    ActionStep,
    CoachingPlan,
    EngagementModel,
    Goal,
    GoalStatus,
    Interpretation,
    Measurement,
    PeersAnswer,
    PeersCheck,
    Phase,
    SessionPart,
    Strategy,
    facts,
    plan,
)
from ilr.disclosure import (
    Agreement,
    Audience,
    Context,
    EvaluationNeedRef,
    EvaluationRelease,
    Grain,
    MemoryLedger,
    TeacherShare,
    Use,
    Withdrawal,
    decide,
)

TEACHER, COACH, LEADER = "t1", "c1", "p1"
PEOPLE = st.sampled_from((TEACHER, COACH, LEADER))
START = date(2026, 9, 1)
NUMBERS = st.integers(0, 2)
HOWS = st.sampled_from(("met", "revised", "ended by teacher", "ended by administration"))
OVER = (GoalStatus.MET, GoalStatus.REVISED, GoalStatus.ENDED_BY_TEACHER, GoalStatus.ENDED_BY_ADMIN)


def goal(number: int, target: float = 5.0) -> Goal:
    """One of three goals."""
    return Goal(id=f"g{number}", students="they read", measure="pages", target=target, look_for=f"l{number}")


class Engagement(RuleBasedStateMachine):
    """Teacher, coach and a leader attempt every step of a plan, in any order and on any matter.

    Beside the plan stands what the teacher said and nobody else could have said.
    """

    def __init__(self) -> None:
        super().__init__()
        self.plan: CoachingPlan = plan(TEACHER, COACH, opened=START)
        self.day = START
        self.last_hand: dict[str, str] = {}
        self.covered: dict[str, bool] = {}
        self.declined: set[str] = set()
        self.said: dict[str, set[str]] = {"strategy": set(), "reading": set(), "need": set()}

    def attempt(self, made: Any) -> bool:
        """Take a step if it is allowed; a coach's or leader's own step never starts or ends a goal."""
        self.day += timedelta(days=1)
        try:
            self.plan = made()
        except IlrError:
            return False
        return True

    def outside_steps_change_nothing(self, by: str, before: CoachingPlan) -> None:
        """No step of the coach adds an active goal or closes one."""
        if by == COACH:
            assert set(self.plan.active) <= set(before.active)
            ended = [
                [one.goal.id for one in held.goals if one.status in OVER] for held in (before, self.plan)
            ]
            assert ended[0] == ended[1]

    @rule(by=PEOPLE, number=NUMBERS)
    def propose(self, by: str, number: int) -> None:
        """Somebody puts a goal forward."""
        before = self.plan
        if self.attempt(lambda: before.propose(goal(number), by=by, on=self.day)):
            self.last_hand[f"g{number}"] = by
            self.covered[f"g{number}"] = by == TEACHER
            self.outside_steps_change_nothing(by, before)

    @rule(by=PEOPLE, number=NUMBERS, wanted=st.floats(0, 9))
    def edit(self, by: str, number: int, wanted: float) -> None:
        """Somebody changes the target of a goal; of any but the teacher this makes it a proposal again."""
        before = self.plan
        if self.attempt(lambda: before.edit(goal(number, wanted), by=by, on=self.day)):
            self.last_hand[f"g{number}"] = by
            self.covered[f"g{number}"] = by == TEACHER
            status = GoalStatus.ACTIVE if by == TEACHER else GoalStatus.PROPOSED
            assert self.plan.state(f"g{number}").status is status
            self.outside_steps_change_nothing(by, before)

    @rule(by=PEOPLE, number=NUMBERS, accepts=st.booleans())
    def answer(self, by: str, number: int, accepts: bool) -> None:
        """Somebody answers a proposal; a decline changes nothing that is told outside."""
        before, id = self.plan, f"g{number}"
        step = before.accept if accepts else before.decline
        if self.attempt(lambda: step(id, by=by, on=self.day)):
            assert by == TEACHER
            self.covered[id] = accepts
            if not accepts:
                self.declined.add(id)
                assert facts(self.plan) == facts(before)
                assert coaching.needs([self.plan]) == coaching.needs([before])

    @rule(by=PEOPLE, number=NUMBERS, how=HOWS)
    def close(self, by: str, number: int, how: Any) -> None:
        """Somebody closes a goal; a coach never does."""
        before = self.plan
        if self.attempt(lambda: before.close(f"g{number}", by=by, how=how, reason="so", on=self.day)):
            assert by != COACH
            self.covered[f"g{number}"] = False

    @rule(by=PEOPLE, number=NUMBERS)
    def strategy(self, by: str, number: int) -> None:
        """Somebody puts a strategy forward."""
        id = f"s{len(self.plan.strategies)}"
        put = Strategy(id=id, goal=f"g{number}", practice="wait", proposed_by=by, on=self.day)
        if self.attempt(lambda: coaching.suggest_strategy(self.plan, put)) and by == TEACHER:
            self.said["strategy"].add(id)

    @rule(by=PEOPLE, number=NUMBERS)
    def choose(self, by: str, number: int) -> None:
        """Somebody chooses a strategy."""
        if self.attempt(lambda: coaching.choose_strategy(self.plan, f"s{number}", by=by, on=self.day)):
            assert by == TEACHER
            self.said["strategy"].add(f"s{number}")

    @rule(by=PEOPLE)
    def read(self, by: str) -> None:
        """Somebody puts a reading of the data forward."""
        put = Interpretation(id=f"i{len(self.plan.interpretations)}", on=START, coach_reading="so")
        self.attempt(lambda: coaching.add_reading(self.plan, put, by=by))

    @rule(by=PEOPLE, number=NUMBERS)
    def confirm(self, by: str, number: int) -> None:
        """Somebody confirms a reading."""
        if self.attempt(lambda: coaching.confirm_reading(self.plan, f"i{number}", by=by, on=self.day)):
            assert by == TEACHER
            self.said["reading"].add(f"i{number}")

    @rule(number=NUMBERS)
    def name_need(self, number: int) -> None:
        """Evaluation names a need."""
        self.attempt(
            lambda: coaching.bring_need(self.plan, EvaluationNeedRef(f"n{number}", "A need"), on=self.day)
        )

    @rule(by=PEOPLE, number=NUMBERS, answer=st.sampled_from(("accepted", "declined")))
    def answer_need(self, by: str, number: int, answer: Any) -> None:
        """Somebody answers a need; it makes no goal, and a decline is told nowhere."""
        before = self.plan
        if self.attempt(lambda: coaching.answer_need(before, f"n{number}", answer, by=by)):
            assert by == TEACHER
            assert (self.plan.goals, facts(self.plan)) == (before.goals, facts(before))
            if answer == "accepted":
                self.said["need"].add(f"n{number}")

    @rule(by=PEOPLE, number=NUMBERS)
    def work(self, by: str, number: int) -> None:
        """There is work on a goal: answers, a step and a measure; none of it moves the goal."""
        before = self.plan
        made = PeersCheck(goal=f"g{number}", easy=PeersAnswer(holds=True))
        self.attempt(lambda: coaching.answer_peers(self.plan, made, by=by))
        taken = ActionStep(id=f"a{len(self.plan.steps)}", goal=f"g{number}", what="wait", on=self.day)
        self.attempt(lambda: coaching.agree_step(self.plan, taken))
        measured = Measurement(goal=f"g{number}", on=self.day, value=1.0)
        self.attempt(lambda: coaching.add_measurement(self.plan, measured))
        assert self.plan.goals == before.goals

    @rule(by=PEOPLE, to=st.sampled_from(("identify", "learn", "improve", "evaluate")))
    def move(self, by: str, to: str) -> None:
        """Somebody goes on to a phase; it is one that may follow, by one of the two."""
        before = self.plan
        if self.attempt(lambda: coaching.move_to(before, to, by=by, on=self.day)):
            assert by in before.pair
            assert to in before.model.phase(before.phase).next

    @invariant()
    def active_means_the_teacher_s_word(self) -> None:
        """CH-1: the active goals are those which the teacher's word covers."""
        assert {one.id for one in self.plan.active} == {id for id, word in self.covered.items() if word}

    @invariant()
    def declined_is_for_good(self) -> None:
        """CH-4: nothing leads out of a decline."""
        assert all(self.plan.state(id).status is GoalStatus.DECLINED for id in self.declined)

    @invariant()
    def the_hand_is_the_last_author_s(self) -> None:
        """CH-1: a goal bears who wrote it last."""
        assert {one.goal.id: one.by for one in self.plan.goals} == self.last_hand

    @invariant()
    def what_stands_was_said_by_the_teacher(self) -> None:
        """CH-2, CH-3, CH-6: strategies, readings and needs stand by the teacher's word alone."""
        assert {one.id for one in self.plan.adopted} == self.said["strategy"]
        assert {one.id for one in self.plan.final} == self.said["reading"]
        accepted = {one.need.component for one in self.plan.evaluation_needs if one.status == "accepted"}
        assert accepted == self.said["need"]


Engagement.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


class TestEngagement(Engagement.TestCase):  # type: ignore[misc,valid-type]  # made by hypothesis
    """CH-1 to CH-6: no course of steps puts anybody's word in the place of the teacher's."""


NOON = datetime(2026, 9, 2, 12, tzinfo=UTC)
VIEWERS = ("t1", "t2", "c1", "c2", "p1", "p2", "d1", "r1")
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
GRAINS: tuple[Grain, ...] = get_args(Grain)
USES: tuple[Use, ...] = get_args(Use)


class Confidence(RuleBasedStateMachine):
    """Everybody shares, asks, releases and withdraws; then everybody asks for what was said in coaching.

    Beside the ledger stand the shares and requests that are the teacher's own and not taken back.
    """

    def __init__(self) -> None:
        super().__init__()
        self.plan = plan(TEACHER, COACH)
        self.agreements: tuple[Agreement, ...] = (self.plan.agreement,)
        self.ledger = MemoryLedger()
        self.now = NOON
        self.shared: dict[str, str] = {}
        self.released: dict[str, str] = {}

    def keep(self, entry: Any) -> None:
        """The host enters something, an hour later."""
        self.now += timedelta(hours=1)
        self.ledger = self.ledger.append(entry, at=self.ledger.version)

    @rule(by=st.sampled_from(VIEWERS), to=st.sampled_from(VIEWERS))
    def share(self, by: str, to: str) -> None:
        """Somebody hands the content on; only the teacher's own share opens it."""
        entry = TeacherShare(
            on=START, teacher=by, subject=self.plan.id, to=to, id=f"s{len(self.ledger.entries)}"
        )
        self.keep(entry)
        if by == TEACHER:
            self.shared[entry.id] = to

    @rule(by=st.sampled_from(VIEWERS), teacher=st.sampled_from(("t1", "t2")), to=st.sampled_from(VIEWERS))
    def ask_release(self, by: str, teacher: str, to: str) -> None:
        """Somebody asks that it goes to evaluation; only the teacher's own request opens it."""
        entry = EvaluationRelease(
            teacher=teacher,
            requested_by=by,
            requested_at=self.now,
            records=(self.plan.id,),
            recipient=to,
            cycle="2026",
            id=f"e{len(self.ledger.entries)}",
        )
        self.keep(entry)
        if by == teacher == TEACHER:
            self.released[entry.id] = to

    @rule(by=st.sampled_from(VIEWERS), data=st.data())
    def withdraw(self, by: str, data: Any) -> None:
        """Somebody takes an entry back; only its owner can."""
        if self.ledger.entries:
            entry = data.draw(st.sampled_from(self.ledger.entries))
            self.keep(Withdrawal(entry=entry.id, by=by, at=self.now))
            if by == TEACHER:
                self.shared.pop(entry.id, None)
                self.released.pop(entry.id, None)

    @rule(
        visibility=st.sampled_from(("facts only", "nothing")),
        walkthroughs=st.sampled_from(("shared", "not shared")),
    )
    def agree(self, visibility: Any, walkthroughs: Any) -> None:
        """The two agree anew; no agreement opens content."""
        self.plan = coaching.change_agreement(
            self.plan, by=TEACHER, on=START, visibility=visibility, walkthroughs=walkthroughs
        )
        self.agreements = (self.plan.agreement,)

    @rule(use=st.sampled_from(USES), grain=st.sampled_from(GRAINS))
    def everybody_asks(self, use: Use, grain: Grain) -> None:
        """FW-6: whoever is granted is one of the two, or had it from the teacher."""
        self.now += timedelta(hours=1)
        made_at = NOON - timedelta(days=1)
        subject = self.plan.subject("coaching content", building="school", made_at=made_at)
        context = Context(
            as_of=self.now.date(),
            at=self.now,
            agreements=self.agreements,
            evaluators=("p1",),
            roster=ROSTER,
            ledger=self.ledger,
        )
        for viewer in VIEWERS:
            for audience in AUDIENCES:
                permit = decide(viewer, subject, audience=audience, grain=grain, purpose=use, context=context)
                if permit and viewer not in (TEACHER, COACH):
                    handed = viewer in self.shared.values()
                    asked = audience == "evaluator" and viewer in self.released.values()
                    assert handed or asked


Confidence.TestCase.settings = settings(max_examples=30, stateful_step_count=15, deadline=None)


class TestConfidence(Confidence.TestCase):  # type: ignore[misc,valid-type]  # made by hypothesis
    """FW-6: over any history, content reaches nobody outside without a share or request of the teacher."""


def test_a_share_of_the_teacher_does_open_content() -> None:
    """FW-6: the law above is not empty: a share opens content to its receiver and to nobody else."""
    held = plan(TEACHER, COACH)
    share = TeacherShare(on=START, teacher=TEACHER, subject=held.id, to="p1")
    context = Context(as_of=START, at=NOON, roster=ROSTER, ledger=MemoryLedger((share,)))
    subject = held.subject("coaching content", building="school")
    found = {
        viewer: bool(
            decide(
                viewer,
                subject,
                audience="building",
                grain="individual content",
                purpose="improvement",
                context=context,
            )
        )
        for viewer in ("p1", "p2", "d1")
    }
    assert found == {"p1": True, "p2": False, "d1": False}


@st.composite
def models(draw: st.DrawFn) -> EngagementModel:
    """A model in which each phase is reached from the one before, with any further transitions."""
    count = draw(st.integers(1, 5))
    ids = [f"f{place}" for place in range(count)]
    further = draw(st.lists(st.sets(st.sampled_from(ids)), min_size=count, max_size=count))
    phases = tuple(
        Phase(id=id, title=id, next=tuple(sorted(further[place] | set(ids[place + 1 : place + 2]))))
        for place, id in enumerate(ids)
    )
    return EngagementModel(
        id="own", title="Own", phases=phases, parts=(SessionPart(id="t", labels=("Talk",)),)
    )


@given(model=models(), wanted=st.lists(st.integers(0, 5), max_size=12))
@settings(max_examples=150, deadline=None)
def test_phases_go_by_the_transitions_of_the_model(model: EngagementModel, wanted: list[int]) -> None:
    """For any model and any wishes, a plan is in a phase to which its model leads, and moves nowhere else."""
    held, at = plan(TEACHER, COACH, model=model), model.first
    for place, number in enumerate(wanted):
        to = f"f{number}"
        day = START + timedelta(days=place)
        if to in model.phase(at).next:
            held, at = coaching.move_to(held, to, by=COACH, on=day), to
        else:
            with pytest.raises(InvalidInput):
                coaching.move_to(held, to, by=COACH, on=day)
        assert held.phase == at


@given(model=models(), lone=st.sets(st.sampled_from(("f0", "f1", "x")), max_size=2))
@settings(max_examples=60, deadline=None)
def test_a_phase_that_no_way_leads_to_is_refused(model: EngagementModel, lone: set[str]) -> None:
    """A phase added to a model without a way to it is refused, whatever it leads to itself."""
    ids = {phase.id for phase in model.phases}
    stray = Phase(id="x", title="Stray", next=tuple(sorted(lone & (ids | {"x"}))))
    with pytest.raises(InvalidInput, match="is never reached"):
        attrs.evolve(model, phases=(*model.phases, stray))

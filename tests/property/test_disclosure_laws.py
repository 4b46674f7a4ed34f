"""Laws of disclosure over random histories: the invariant of the firewall, and symmetry."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.disclosure.world import CALIBRATED, ROSTER, SEEN

from ilr.calibration import Standings
from ilr.disclosure import (
    Agreement,
    Approval,
    Consent,
    Context,
    EvaluationRelease,
    MemoryLedger,
    Subject,
    TeacherShare,
    Withdrawal,
    decide,
    release,
)
from ilr.disclosure.visibility import GRAINS, VISIBILITY, Audience, Kind, Use

PEOPLE = ("t1", "t2", "t3", "p1", "p2", "c1", "d1", "r1")
TEACHERS = ("t1", "t2", "t3")
AUDIENCES: tuple[Audience, ...] = (
    "teacher",
    "author",
    "coach",
    "team",
    "building",
    "district",
    "evaluator",
    "researcher",
    "public",
)
USES: tuple[Use, ...] = (
    "feedback",
    "improvement",
    "coaching",
    "access",
    "role selection",
    "evaluation",
    "personnel action",
)
PERSONAL_KINDS: tuple[Kind, ...] = (
    "walkthrough",
    "visit",
    "coaching content",
    "coaching facts",
    "model teacher",
)
LOOK_FORS = ("questioning", "wait-time")
CAPACITY: tuple[tuple[Audience, str], ...] = (
    ("author", "p1"),
    ("coach", "c1"),
    ("team", "t2"),
    ("building", "p1"),
    ("district", "d1"),
    ("evaluator", "p1"),
    ("evaluator", "p2"),
    ("researcher", "r1"),
)
"""Who may hold a capacity, beside the teachers of a record."""
OTHERS: tuple[tuple[str, Audience, Use], ...] = (
    ("p1", "building", "improvement"),
    ("c1", "coach", "coaching"),
    ("t2", "team", "improvement"),
    ("d1", "district", "improvement"),
    ("p1", "evaluator", "evaluation"),
)


class Year(RuleBasedStateMachine):
    """A year of visits, requests, shares, withdrawals and questions, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.now = SEEN
        self.ledger = MemoryLedger()
        self.records: list[Subject] = []
        self.to_evaluation: list[tuple[str, Any]] = []
        self.standings = Standings()
        self.agreements: tuple[Agreement, ...] = ()

    def tick(self) -> None:
        """Every event has an instant of its own."""
        self.now += timedelta(minutes=1)

    def keep(self, entry: Any) -> None:
        """Add to the ledger unless it stands there already."""
        if entry.id not in {one.id for one in self.ledger.entries}:
            self.ledger = self.ledger.append(entry, at=self.ledger.version)

    def settle(self, entry: Any, ids: tuple[str, ...]) -> None:
        """Keep an entry about records, whereupon the evaluator asks for each of them."""
        self.keep(entry)
        for record in self.records:
            if record.id in ids:
                self.question(record, "p1", "evaluator", "individual content", "evaluation")

    @property
    def context(self) -> Context:
        """What the gate reads at this instant."""
        return Context(
            as_of=self.now.date(),
            at=self.now,
            standings=self.standings,
            agreements=self.agreements,
            roster=ROSTER,
            ledger=self.ledger,
        )

    @initialize()
    def first(self) -> None:
        """There is one record to ask for."""
        self.visit("walkthrough", ["t1"])

    @rule(
        kind=st.sampled_from(PERSONAL_KINDS),
        teachers=st.lists(st.sampled_from(TEACHERS), min_size=1, unique=True),
    )
    def visit(self, kind: Kind, teachers: list[str]) -> None:
        """Something about one or more teachers is recorded."""
        self.tick()
        self.records.append(
            Subject(
                id=f"s{len(self.records)}",
                kind=kind,
                teachers=tuple(teachers),
                authors=("p1",),
                coach="c1",
                building="school",
                team="grade 6",
                look_fors=LOOK_FORS if kind == "walkthrough" else (),
                made_at=self.now,
            )
        )

    @rule(known=st.booleans())
    def calibrate(self, known: bool) -> None:
        """The meeting that calibrates the observer becomes known, or is not known."""
        self.standings = CALIBRATED if known else Standings()

    @rule(
        walkthroughs=st.sampled_from(["shared", "not shared"]),
        facts=st.sampled_from(["facts only", "nothing"]),
    )
    def agree(self, walkthroughs: Any, facts: Any) -> None:
        """A teacher and the coach agree anew."""
        self.agreements = (Agreement(teacher="t1", coach="c1", walkthroughs=walkthroughs, visibility=facts),)

    @rule(
        data=st.data(),
        teacher=st.sampled_from(TEACHERS),
        by=st.sampled_from(PEOPLE),
        to=st.sampled_from(PEOPLE),
        origin=st.sampled_from(["teacher", "prompted"]),
        ahead=st.booleans(),
    )
    def ask_for_release(self, data: Any, teacher: str, by: str, to: str, origin: Any, ahead: bool) -> None:
        """Somebody asks that records go to an evaluator; also of records that are not there yet."""
        self.tick()
        ids = [one.id for one in self.records] + ([f"s{len(self.records)}"] if ahead else [])
        chosen = data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=3, unique=True))
        entry = EvaluationRelease(
            teacher=teacher,
            requested_by=by,
            requested_at=self.now,
            records=tuple(chosen),
            recipient=to,
            cycle="2026-27",
            origin=origin,
            prompted_by="p1" if origin == "prompted" else None,
        )
        self.settle(entry, entry.records)

    @rule(teacher=st.sampled_from(TEACHERS), to=st.sampled_from(PEOPLE), data=st.data())
    def hand_on(self, teacher: str, to: str, data: Any) -> None:
        """A teacher hands a record on."""
        self.tick()
        record = data.draw(st.sampled_from(self.records))
        self.keep(TeacherShare(on=self.now.date(), teacher=teacher, subject=record.id, to=to))

    @rule(person=st.sampled_from(TEACHERS), about=st.sampled_from(["role selection", "model teacher"]))
    def consent(self, person: str, about: Any) -> None:
        """A person consents."""
        self.keep(Consent(on=self.now.date(), person=person, about=about))

    @rule()
    def approve(self) -> None:
        """The host approves a study."""
        self.keep(Approval(on=self.now.date(), researcher="r1", kinds=PERSONAL_KINDS, by="host"))

    @rule(data=st.data(), by=st.sampled_from(PEOPLE))
    def withdraw(self, data: Any, by: str) -> None:
        """Somebody withdraws an entry, own or not."""
        if self.ledger.entries:
            self.tick()
            entry = data.draw(st.sampled_from(self.ledger.entries))
            self.keep(Withdrawal(entry=entry.id, by=by, at=self.now))

    @rule(data=st.data(), to=st.sampled_from(["p1", "p2"]), own=st.booleans())
    def request_own(self, data: Any, to: str, own: bool) -> None:
        """A teacher asks that an own record, or one of somebody else, goes to an evaluator."""
        self.tick()
        record = data.draw(st.sampled_from(self.records))
        teacher = record.teachers[0] if own else "t3"
        entry = EvaluationRelease(
            teacher=teacher,
            requested_by=teacher,
            requested_at=self.now,
            records=(record.id,),
            recipient=to,
            cycle="2026-27",
        )
        self.settle(entry, entry.records)

    @rule(data=st.data())
    def take_back(self, data: Any) -> None:
        """A teacher withdraws an own request."""
        own = [one for one in self.ledger.entries if isinstance(one, EvaluationRelease)]
        if own:
            self.tick()
            entry = data.draw(st.sampled_from(own))
            self.settle(Withdrawal(entry=entry.id, by=entry.teacher, at=self.now), entry.records)

    @rule(data=st.data(), grain=st.sampled_from(GRAINS[:2]))
    def everybody_asks(self, data: Any, grain: Any) -> None:
        """Whoever may hold a capacity asks for a record, for every use."""
        record = data.draw(st.sampled_from(self.records))
        for audience, viewer in (*CAPACITY, ("teacher", record.teachers[0])):
            for use in USES:
                self.question(record, viewer, audience, grain, use)

    @rule(
        data=st.data(),
        viewer=st.sampled_from(PEOPLE),
        audience=st.sampled_from(AUDIENCES),
        grain=st.sampled_from(GRAINS),
        use=st.sampled_from(USES),
    )
    def ask(self, data: Any, viewer: str, audience: Audience, grain: Any, use: Use) -> None:
        """Anybody asks for a record."""
        self.question(data.draw(st.sampled_from(self.records)), viewer, audience, grain, use)

    def question(self, record: Subject, viewer: str, audience: Audience, grain: Any, use: Use) -> None:
        """What is granted is disclosed and entered."""
        self.tick()
        permit = decide(viewer, record, audience=audience, grain=grain, purpose=use, context=self.context)
        if permit:
            self.keep(release(record, permit=permit, context=self.context))
            if use == "evaluation" or audience == "evaluator":
                self.to_evaluation.append((record.id, self.now))
            assert use != "personnel action"

    @invariant()
    def evaluation_holds_only_what_teachers_released(self) -> None:
        """FW: what was disclosed for evaluation is within the valid releases dated before the disclosure."""
        by_id = {record.id: record for record in self.records}
        for id, at in self.to_evaluation:
            asked = {
                one.teacher
                for one in self.ledger.entries
                if isinstance(one, EvaluationRelease)
                and id in one.records
                and one.requested_by == one.teacher
                and one.origin == "teacher"
                and one.requested_at < at
                and by_id[id].made_at <= one.requested_at  # type: ignore[operator]  # records here have an instant
                and not any(
                    isinstance(taken, Withdrawal) and taken.by == one.teacher and taken.at <= at
                    for taken in self.ledger.of(one.id)
                )
            }
            assert set(by_id[id].teachers) <= asked

    @invariant()
    def the_teacher_sees_what_others_see(self) -> None:
        """FW-7: once the observer is calibrated, whoever may read of a teacher, the teacher may as well."""
        told = attrs.evolve(self.context, standings=CALIBRATED)
        for record in self.records[-2:]:
            for grain in GRAINS[:2]:
                others = [
                    decide(viewer, record, audience=audience, grain=grain, purpose=use, context=told)
                    for viewer, audience, use in OTHERS
                ]
                seen = {code for permit in others if permit for code in permit.scope}
                for teacher in record.teachers:
                    own = decide(
                        teacher, record, audience="teacher", grain=grain, purpose="feedback", context=told
                    )
                    assert own or not any(others)
                    assert seen <= set(own.scope)


Year.TestCase.settings = settings(
    max_examples=25, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck)
)
TestYear = Year.TestCase


def test_whoever_may_see_of_a_teacher_the_teacher_may() -> None:
    """FW-7 in the table itself: no kind is open to others at a finer grain than to the teacher it is about."""
    for kind in ("walkthrough", "visit", "coaching content", "coaching facts", "model teacher", "needs"):
        row = VISIBILITY[kind]
        finest = min(GRAINS.index(cell.grain) for name, cell in row.items() if name != "author")
        assert GRAINS.index(row["teacher"].grain) <= finest

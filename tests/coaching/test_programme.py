"""The coaching programme: each published component has its record, and few voices stay hidden."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import Any

import attrs
import pytest
from tests.progress.small_school import FALL, POLICY

from ilr.base import (
    Appointment,
    InvalidInput,
    Organisation,
    Person,
    Role,
    Roster,
    SourceId,
    TrainingRecord,
    Window,
)
from ilr.coaching import (
    COMPONENT_HOMES,
    FUNCTION_HOMES,
    Axis,
    Challenge,
    CoachFeedback,
    CoachingProgramme,
    CoachPosting,
    CoachSupport,
    Convening,
    FeedbackShare,
    FundingSource,
    MeasureRecord,
    MentorAssignment,
    PartnerOrganisation,
    Placement,
    ProgrammeYear,
    QuadrantScheme,
    Tally,
    coaches_oriented_first,
    feedback_shares,
    growth_notes,
    leaders_taking_part,
    new_coaches_mentored,
    quadrant,
)
from ilr.continuum import packs
from ilr.continuum.lookfors import LevelScale
from ilr.interop import dumps, loads

THESIS = packs.catalogue("coaching-implementation")
STANDARDS = packs.catalogue("teacher-leader-model-standards")
YEAR = Window(date(2026, 8, 1), date(2027, 6, 30))


def exists(home: str) -> bool:
    """Whether a room exports a record of that name."""
    room, name = home.split(".")
    return attrs.has(getattr(import_module(f"ilr.{room}"), name))


@pytest.mark.parametrize("component", [entry.code for entry in THESIS])
def test_every_component_has_a_record(component: str) -> None:
    """TH-I1 to TH-S6: each component of the catalogue is told by records that exist."""
    assert COMPONENT_HOMES[component]
    assert all(map(exists, COMPONENT_HOMES[component]))


def test_no_component_is_made_up() -> None:
    """TH-RQ1 to TH-RQ3: every component that has a home stands in the catalogue, in its order."""
    assert tuple(COMPONENT_HOMES) == tuple(entry.code for entry in THESIS)


@pytest.mark.parametrize("function", [entry.code for entry in STANDARDS])
def test_every_function_is_recorded_or_attested(function: str) -> None:
    """TLMS-1a to TLMS-7e: records bear on a function exactly where the catalogue says so; else people attest it."""
    homes = FUNCTION_HOMES.get(function, ())
    assert bool(homes) == bool(STANDARDS[function].evidence)
    assert all(map(exists, homes))
    assert function in STANDARDS


def programme(**changes: Any) -> CoachingProgramme:
    """A programme with a record of each kind."""
    facts: dict[str, Any] = {
        "id": "p",
        "district": "d",
        "owner": "d1",
        "funding": (FundingSource(id="f", period=YEAR, fte=1.5, amount=90_000.0),),
        "postings": (
            CoachPosting(
                id="post", role="coach", opened=date(2026, 5, 1), filled=date(2026, 6, 1), appointment="a"
            ),
        ),
        "years": (ProgrammeYear(year=YEAR, fte=1.5, coached=2, schools=4),),
        "partners": (PartnerOrganisation(id="college", support=("training",)),),
        "roles": ("coach",),
        "convenings": (Convening(id="v", on=date(2026, 10, 6), participants=("c1", "d1")),),
        "measures": (MeasureRecord(component="TH-M4", taken=date(2027, 1, 8), results=("r",)),),
        "support": (CoachSupport(coach="c1", partners=("college",), mentors=("m",)),),
        "challenges": (Challenge(id="x", on=date(2026, 10, 1), kind="time"),),
        **changes,
    }
    return CoachingProgramme(**facts)


def refused(make: Any, **facts: Any) -> list[str]:
    """Why a record cannot be built."""
    with pytest.raises(InvalidInput) as error:
        make(**facts)
    return [problem.code for problem in error.value.problems]


def test_a_programme_comes_back_equal() -> None:
    """A programme goes out as JSON and comes back equal."""
    assert loads(dumps(programme()), CoachingProgramme) == programme()


def test_money_tells_the_number_of_coaches_alone() -> None:
    """TH-I1: what is paid for on a day is counted in full-time coaches."""
    assert programme().funded_on(date(2026, 9, 1)) == 1.5
    assert programme().funded_on(date(2027, 8, 1)) == 0


def test_a_posting_tells_how_long_it_was_open() -> None:
    """TH-I2: a filled post names its appointment and the days it took; an open one neither."""
    assert programme().postings[0].days_to_fill == 31
    assert CoachPosting(id="o", role="coach", opened=date(2026, 5, 1)).days_to_fill is None
    assert refused(CoachPosting, id="o", role="coach", opened=date(2026, 5, 1), appointment="a") == [
        "posting.appointment"
    ]
    assert refused(
        CoachPosting, id="o", role="coach", opened=date(2026, 5, 1), filled=date(2026, 4, 1), appointment="a"
    ) == ["interval.order"]


def test_growth_bears_a_note() -> None:
    """TH-I3: each year with more coaches than the last bears the note on scale; a smaller year does not."""

    def year(start: int, fte: float) -> ProgrammeYear:
        window = Window(date(start, 8, 1), date(start + 1, 6, 30))
        return ProgrammeYear(year=window, fte=fte, coached=1, schools=2)

    found = growth_notes([year(2027, 3), year(2025, 2), year(2026, 6)])
    assert [dict(note.parameters) for note in found] == [{"before": 2, "after": 6}]
    assert "smaller in large ones" in str(found[0])
    assert year(2025, 2).coverage == 0.5
    assert ProgrammeYear(year=YEAR, fte=0, coached=0, schools=0).coverage is None


ROSTER = Roster(
    people=(Person(id="c1", also=(SourceId("hr", "hr-c1"),)),),
    organisations=(Organisation(id="d", kind="district"), Organisation(id="s1", parent="d")),
    appointments=(
        Appointment(person="c1", organisation="s1", role=Role.COACH, start=date(2026, 9, 7)),
        Appointment(person="c2", organisation="s1", role=Role.COACH, start=date(2026, 9, 7)),
        Appointment(person="c3", organisation="s1", role=Role.COACH, start=date(2020, 9, 7)),
        Appointment(person="c4", organisation="s1", role=Role.COACH),
        Appointment(person="p1", organisation="s1", role=Role.BUILDING_LEADER),
        Appointment(person="d1", organisation="d", role=Role.DISTRICT_LEADER),
    ),
)


def test_coaches_are_oriented_before_they_begin() -> None:
    """TH-I5: orientation by the day of the first engagement counts, under any id of the person."""
    done = TrainingRecord(id="t", on=date(2026, 9, 1), person="hr-c1", topic="orientation")
    begun = [("c1", date(2026, 9, 20)), ("c1", date(2026, 9, 1)), ("c2", date(2026, 9, 10))]
    found = coaches_oriented_first(begun, events=[done], roster=ROSTER)
    assert found == Tally(reached=1, of=2, lacking=("c2",))
    late = attrs.evolve(done, on=date(2026, 9, 2))
    assert coaches_oriented_first(begun, events=[late], roster=ROSTER).reached == 0
    assert coaches_oriented_first(begun, events=[done], roster=ROSTER, topic="rounds").reached == 0
    assert coaches_oriented_first([], events=[done], roster=ROSTER).all is None


def test_leaders_take_part() -> None:
    """TH-S4: district and building leaders who were at a meeting of coaches in the window."""
    found = leaders_taking_part(programme().convenings, window=FALL.window, roster=ROSTER)
    assert found == Tally(reached=1, of=2, lacking=("p1",))
    later = Window(date(2027, 1, 4), date(2027, 6, 11))
    assert leaders_taking_part(programme().convenings, window=later, roster=ROSTER).reached == 0


def test_new_coaches_have_a_mentor() -> None:
    """TH-S6: a coach whose post began in the window needs a mentor on its last day."""
    mentor = MentorAssignment(id="m", mentor="c3", mentee="hr-c1", starts=date(2026, 9, 8))
    assert new_coaches_mentored([mentor], window=FALL.window, roster=ROSTER) == Tally(
        reached=1, of=2, lacking=("c2",)
    )


ACROSS = Axis(name="experience", codes=("little", "some", "much"), cut="some")
UP = Axis(name="reach", codes=("few", "many"), cut="many")
SCHEME = QuadrantScheme(id="q", across=ACROSS, up=UP, labels=("a", "b", "c", "d"))


@pytest.mark.parametrize(
    ("across", "up", "label"),
    [("little", "few", "a"), ("some", "few", "b"), ("little", "many", "c"), ("much", "many", "d")],
)
def test_a_placement_has_the_label_of_the_host(across: str, up: str, label: str) -> None:
    """TH-S5: codes at or above the cut are the upper half; the words are the host's."""
    placed = Placement(id="1", on=date(2026, 9, 1), coach="c1", by="d1", scheme="q", across=across, up=up)
    assert quadrant(SCHEME, placed) == label


def test_a_placement_is_for_coach_and_who_placed() -> None:
    """TH-S5: a placement names two readers, and one who placed themself once."""
    placed = Placement(id="1", on=date(2026, 9, 1), coach="c1", by="d1", scheme="q", across="some", up="few")
    assert placed.subject().authors == ("c1", "d1")
    assert attrs.evolve(placed, by="c1").subject().authors == ("c1",)
    assert placed.subject().teachers == ()
    assert refused(
        quadrant, scheme=SCHEME, placement=attrs.evolve(placed, scheme="z", across="x", up="y")
    ) == [
        "placement.scheme",
        "placement.code",
        "placement.code",
    ]


SCALE = LevelScale.numbered(4)


def said(by: str, level: int, *, side: Any = "coachee", day: int = 1, **changes: Any) -> CoachFeedback:
    """An answer to one question."""
    facts: dict[str, Any] = {"coach": "c1", "answers": (("listens", level),), **changes}
    return CoachFeedback(id=f"{by}-{day}", on=date(2027, 1, day), by=by, side=side, **facts)


def shares(*feedback: CoachFeedback) -> tuple[FeedbackShare, ...]:
    """What is told of some answers."""
    return feedback_shares(feedback, scale=SCALE, at_least=3, policy=POLICY, roster=ROSTER)


def test_few_coachees_stay_hidden() -> None:
    """TH-M4: fewer than P-K-OUT coachees are hidden with their number; of leaders each counts."""
    four = [said(f"t{n}", 4) for n in range(4)]
    hidden = FeedbackShare(item="listens", side="coachee", people=None, low=None, high=None)
    assert shares(*four) == (hidden,)
    leader = said("p1", 2, side="leader")
    assert shares(*four, leader)[1] == FeedbackShare(
        item="listens", side="leader", people=1, low=0.0, high=0.0
    )


def test_shares_of_coachees_near_the_ends_are_bands() -> None:
    """TH-M4: that all or none said so is told as a band, so that nobody's answer shows."""
    mixed = [said(f"t{n}", 4 if n < 3 else 1) for n in range(6)]
    assert shares(*mixed)[0] == FeedbackShare(item="listens", side="coachee", people=6, low=0.5, high=0.5)
    for level, band in ((4, (0.8, 1.0)), (1, (0.0, 0.2))):
        told = shares(*(said(f"t{n}", level) for n in range(5)))[0]
        assert (told.people, told.low, told.high) == (5, *band)


def test_the_latest_answer_of_a_person_counts() -> None:
    """TH-M4: an earlier answer, and one under another id of the same person, is replaced."""
    people = [said(f"t{n}", 4 if n % 2 else 1) for n in range(4)]
    found = shares(*people, said("c1", 1, coach="c9"), said("hr-c1", 4, day=2, coach="c9"))
    assert (found[0].people, found[0].low) == (5, 0.6)


def test_one_answer_is_its_authors_alone() -> None:
    """TH-M4: a single answer is open to who gave it, and is about no teacher."""
    assert said("t1", 4).subject().authors == ("t1",)
    assert said("t1", 4).subject().teachers == ()


def test_impossible_records_are_refused() -> None:
    """Numbers, days, codes and labels that cannot be are refused, all of a record together."""
    assert refused(FundingSource, id="f", period=YEAR, fte=-1) == ["funding.fte"]
    assert refused(ProgrammeYear, year=YEAR, fte=-1, coached=3, schools=2) == ["year.fte", "year.schools"]
    assert refused(Challenge, id="x", on=date(2026, 10, 1), kind="time", resolved=date(2026, 9, 1)) == [
        "interval.order"
    ]
    assert refused(MeasureRecord, component="TH-I1", results=("r",)) == ["measure.component", "measure.taken"]
    assert refused(Axis, name="a", codes=("x",), cut="x") == ["ids.few", "axis.cut"]
    assert refused(QuadrantScheme, id="q", across=ACROSS, up=UP, labels=("a",)) == ["quadrants.labels"]
    assert refused(said, by="c1", level=4) == ["feedback.by"]
    assert refused(programme, support=(CoachSupport(coach="c1"), CoachSupport(coach="c1"))) == [
        "ids.repeated"
    ]
    answers: dict[str, Any] = {"scale": SCALE, "policy": POLICY, "roster": ROSTER}
    assert refused(feedback_shares, feedback=[said("t1", 9)], at_least=7, **answers) == [
        "feedback.level",
        "feedback.answer",
    ]

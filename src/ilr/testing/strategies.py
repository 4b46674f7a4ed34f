"""Hypothesis strategies for values of the library, for its own laws and for whoever embeds it.

Here belongs one strategy for each kind of value that hosts hand in or store: windows, calendars,
rosters, policies, events, scales, forms, answers, walkthroughs, rating rows and tables. Every drawn
value is valid. Not here: the laws themselves, and districts with a story (`ilr.testing.synthetic`).
Needs hypothesis, which the library itself does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import product
from typing import Any

from hypothesis import strategies as st

from ilr.base import (
    Acknowledgement,
    Appointment,
    Attestation,
    Communication,
    Contribution,
    Event,
    FrozenMap,
    InputRequest,
    InputResponse,
    Leave,
    Organisation,
    Orientation,
    Person,
    Policy,
    Role,
    RoleAppointment,
    Roster,
    SchoolCalendar,
    Section,
    SourceId,
    Team,
    Term,
    TrainingRecord,
    Window,
)
from ilr.continuum import LevelScale
from ilr.forms import (
    All,
    AnswerState,
    AnyOf,
    AtLeast,
    AtMost,
    Condition,
    Form,
    Item,
    LessonPart,
    Medium,
    Not,
    OneOf,
    Outcome,
    Purpose,
    VisitMode,
    Walkthrough,
)
from ilr.observation import MISSING_KINDS, ObservationTable

__all__ = [
    "answers",
    "calendars",
    "conditions",
    "days",
    "events",
    "forms",
    "ids",
    "instants",
    "items",
    "policies",
    "rating_rows",
    "rosters",
    "scales",
    "tables",
    "texts",
    "walkthroughs",
    "windows",
]

FIRST, LAST = date(2026, 8, 1), date(2027, 7, 31)
"""The school year in which days are drawn."""

_LEVELS = ("low", "middle", "high")
_ZONES = ("UTC", "America/Detroit", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland")
_BUILDINGS = ("b1", "b2")
_STATES = (AnswerState.NOT_OBSERVED, AnswerState.NOT_APPLICABLE, AnswerState.UNANSWERED)


def ids(prefix: str = "", *, most: int = 9) -> st.SearchStrategy[str]:
    """Opaque ids: a prefix and a number, few enough to meet again."""
    return st.integers(1, most).map(lambda number: f"{prefix}{number}")


def texts() -> st.SearchStrategy[str]:
    """Short free texts in any script."""
    return st.text(max_size=8)


def days(first: date = FIRST, last: date = LAST) -> st.SearchStrategy[date]:
    """School days."""
    return st.dates(first, last)


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    """Timezone-aware instants with a fixed offset from UTC."""
    hours = draw(st.integers(-11, 12))
    zone = UTC if hours == 0 else timezone(timedelta(hours=hours))
    return datetime.combine(draw(days()), draw(st.times()), zone)


@st.composite
def windows(draw: st.DrawFn, first: date = FIRST, last: date = LAST) -> Window:
    """Windows of one day or more."""
    start = draw(days(first, last))
    return Window(start, draw(days(start, last)))


@st.composite
def calendars(draw: st.DrawFn) -> SchoolCalendar:
    """Calendars of some weeks with breaks and terms, in a few time zones."""
    start = draw(days(FIRST, LAST - timedelta(days=90)))
    window = Window(start, start + timedelta(days=draw(st.integers(0, 90))))
    inside = windows(window.start, window.end)
    terms = draw(st.lists(inside, max_size=2))
    return SchoolCalendar.weekdays(
        window.start,
        window.end,
        id=draw(ids("calendar-")),
        breaks=draw(st.lists(inside, max_size=2)),
        terms=[Term(id=f"term-{number}", window=term) for number, term in enumerate(terms)],
        timezone=draw(st.sampled_from(_ZONES)),
        version=draw(ids()),
    )


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """Rosters of two buildings with teachers under several ids, teams, sections, posts and leaves."""
    names = draw(st.lists(ids("t"), unique=True, max_size=6))
    people = tuple(
        Person(id=name, also=tuple(SourceId("sis", f"{name}-{n}") for n in range(draw(st.integers(0, 2)))))
        for name in names
    )
    anybody = st.sampled_from(names) if names else ids("t")
    some = st.lists(anybody, unique=True, max_size=3).map(tuple)
    optional_day = st.none() | days()
    return Roster(
        people=people,
        organisations=(
            Organisation(id="d", kind="district"),
            *(Organisation(id=building, parent="d") for building in _BUILDINGS),
        ),
        teams=tuple(
            Team(id=f"team-{n}", building=draw(st.sampled_from(_BUILDINGS)), members=draw(some))
            for n in range(draw(st.integers(0, 2)))
        ),
        sections=tuple(
            Section(
                id=f"section-{n}",
                building=draw(st.sampled_from(_BUILDINGS)),
                teachers=draw(some),
                subject=draw(st.none() | ids("subject-")),
                grade=draw(st.none() | ids()),
                periods=tuple(draw(st.lists(ids("p"), max_size=2))),
            )
            for n in range(draw(st.integers(0, 2)))
        ),
        appointments=tuple(
            Appointment(
                person=person,
                organisation=draw(st.sampled_from(_BUILDINGS)),
                role=draw(st.sampled_from(Role)),
                start=draw(optional_day),
                end=draw(optional_day),
            )
            for person in draw(st.lists(anybody, max_size=6))
        ),
        leaves=tuple(
            Leave(person=person, window=draw(windows())) for person in draw(st.lists(anybody, max_size=2))
        ),
        version=draw(ids()),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Policies with some parameters moved inside their ranges."""
    chosen = draw(st.lists(st.sampled_from(Policy.parameters()), max_size=4, unique_by=lambda one: one.id))
    values: dict[str, Any] = {}
    for parameter in chosen:
        low = 0 if parameter.least is None else parameter.least
        if isinstance(getattr(Policy(), parameter.name), float):
            values[parameter.name] = draw(st.floats(low, 1))
        elif isinstance(parameter.default, int):
            values[parameter.name] = draw(st.integers(int(low), 400))
    return Policy(version=draw(ids("v")), **values)


def events() -> st.SearchStrategy[Event]:
    """Any of the small dated facts."""
    dated: dict[str, Any] = {"id": ids("e"), "on": days()}
    person, about = ids("t"), texts()
    return st.one_of(
        st.builds(Communication, **dated, building=ids("b"), about=about, videos=st.integers(0, 9)),
        st.builds(Orientation, **dated, building=ids("b")),
        st.builds(Acknowledgement, **dated, person=person, about=about),
        st.builds(TrainingRecord, **dated, person=person, topic=texts()),
        st.builds(InputRequest, **dated, about=about, closes=st.none() | days()),
        st.builds(InputResponse, **dated, request=ids("e"), by=person),
        st.builds(Contribution, **dated, person=person, about=about),
        st.builds(
            Attestation, **dated, by=person, building=ids("b"), criterion=ids("c"), evidence=ids("note ")
        ),
        st.builds(
            RoleAppointment, **dated, person=person, role=texts(), evidence=st.lists(texts()).map(tuple)
        ),
    )


@st.composite
def scales(draw: st.DrawFn) -> LevelScale:
    """Scales of numbers, with or without half levels, or of texts."""
    if draw(st.booleans()):
        return LevelScale.of(_LEVELS, fidelity=draw(st.none() | st.sampled_from(_LEVELS)))
    highest = draw(st.integers(2, 5))
    return LevelScale.numbered(
        highest, half_levels=draw(st.booleans()), fidelity=draw(st.none() | st.integers(1, highest))
    )


def conditions(asked: Sequence[Item]) -> st.SearchStrategy[Condition]:
    """Conditions on the given scale items, of which there must be one or more."""

    def comparisons(item: Item) -> st.SearchStrategy[Condition]:
        code = st.sampled_from(item.scale.codes if item.scale else ())
        return st.one_of(
            st.builds(AtLeast, st.just(item.id), code),
            st.builds(AtMost, st.just(item.id), code),
            st.builds(OneOf, st.just(item.id), st.lists(code, max_size=3).map(tuple)),
        )

    def compounds(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        several = st.lists(parts, max_size=3).map(tuple)
        return st.one_of(st.builds(All, several), st.builds(AnyOf, several), st.builds(Not, parts))

    return st.recursive(
        st.sampled_from([item for item in asked if item.scale]).flatmap(comparisons),
        compounds,
        max_leaves=4,
    )


@st.composite
def items(draw: st.DrawFn, id: str, earlier: Sequence[Item] = ()) -> Item:
    """Items of any kind, some asked on condition of earlier ones."""
    conditional = any(item.scale for item in earlier) and draw(st.booleans())
    visible_when = draw(conditions(earlier)) if conditional else None
    if draw(st.integers(0, 3)) == 0:
        return Item(id=id, label=draw(texts()), kind="note", visible_when=visible_when)
    return Item(
        id=id,
        label=draw(texts()),
        scale=draw(scales()),
        look_for=draw(st.none() | st.just(id)),
        action=draw(st.sampled_from(["teacher", "student", "either"])),
        visible_when=visible_when,
    )


@st.composite
def forms(draw: st.DrawFn, *, most: int = 5) -> Form:
    """Forms whose items stand in any order and wait for each other without a circle."""
    asked: list[Item] = []
    for number in range(draw(st.integers(1, most))):
        asked.append(draw(items(f"item-{number}", tuple(asked))))
    return Form(
        id=draw(ids("form-")),
        version=draw(st.sampled_from(["1.0.0", "1.1.0", "2.0.0"])),
        items=tuple(draw(st.permutations(asked))),
        focus=tuple(draw(st.lists(ids("focus-"), max_size=2))),
        look_fors=draw(st.none() | st.just("core@1.0.0")),
    )


@st.composite
def answers(draw: st.DrawFn, form: Form) -> dict[str, Any]:
    """Answers that a form can take, to any of its items, hidden ones among them."""
    given: dict[str, Any] = {}
    for item in draw(st.permutations(form.items)):
        if draw(st.integers(0, 3)):
            told: st.SearchStrategy[Any] = st.sampled_from(item.scale.codes) if item.scale else texts()
            given[item.id] = draw(told | st.sampled_from(_STATES))
    return given


@st.composite
def walkthroughs(draw: st.DrawFn, form: Form | None = None) -> Walkthrough:
    """Walkthroughs on a form, or on any form, with all circumstances."""
    used = draw(forms()) if form is None else form
    optional = st.none() | texts()
    return used.record(
        teachers=draw(st.lists(ids("t"), min_size=1, max_size=3, unique=True)),
        observer=draw(ids("o")),
        at=draw(instants()),
        answers=draw(answers(used)),
        purpose=draw(st.sampled_from(Purpose)),
        building=draw(st.none() | st.sampled_from(_BUILDINGS)),
        mode=draw(st.none() | st.sampled_from(VisitMode)),
        period=draw(optional),
        lesson_part=draw(st.sampled_from(LessonPart)),
        medium=draw(st.sampled_from(Medium)),
        minutes=draw(st.none() | st.floats(0, 90)),
        focus=draw(optional),
        outcome=draw(st.sampled_from([Outcome.HELD, Outcome.SUBSTITUTE])),
        segment=draw(optional),
        dimensions=FrozenMap(draw(st.dictionaries(ids("dimension-", most=2), texts(), max_size=2))),
        notes=tuple(draw(st.lists(texts(), max_size=2))),
        supersedes=draw(st.none() | ids("w")),
    )


@st.composite
def rating_rows(
    draw: st.DrawFn,
    *,
    items: Sequence[str] = ("a", "b"),
    levels: Sequence[Any] = (1, 2, 3, 4),
    marks: Sequence[Any] = (None,),
    visits: int = 6,
) -> list[dict[str, Any]]:
    """Rows of a long frame: every item of each record once, with a level or one of the marks.

    Args:
        draw: given by hypothesis.
        items: ids of the items.
        levels: the codes that may be recorded.
        marks: what stands where there is no level.
        visits: the greatest number of visits.

    Returns:
        Rows with the keys visit, teacher, observer, segment, date, minutes, district, item, level.
    """
    cell = st.sampled_from([*levels, *marks])
    rows: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, visits))):
        facts = {
            "visit": f"v{number}",
            "teacher": draw(ids("t", most=4)),
            "date": draw(days(date(2026, 9, 1), date(2026, 10, 31))),
            "minutes": float(draw(st.integers(1, 40))),
            "district": draw(st.sampled_from(["north", "south"])),
        }
        observers = draw(st.lists(ids("o", most=4), min_size=1, max_size=3, unique=True))
        segments = range(1, draw(st.integers(1, 2)) + 1)
        rows += [
            {**facts, "observer": observer, "segment": str(segment), "item": item, "level": draw(cell)}
            for observer, segment, item in product(observers, segments, items)
        ]
    return draw(st.permutations(rows))


@st.composite
def tables(draw: st.DrawFn, *, scale: LevelScale | None = None) -> ObservationTable:
    """Tables of two items with observers who meet or not, and every kind of missing level."""
    used = draw(scales()) if scale is None else scale
    rows = draw(rating_rows(levels=used.codes, marks=tuple(MISSING_KINDS)))
    return ObservationTable.from_frame(
        {name: [row[name] for row in rows] for name in rows[0]},
        visit="visit",
        teacher="teacher",
        observer="observer",
        segment="segment",
        item="item",
        level="level",
        date="date",
        minutes="minutes",
        dimensions=["district"],
        scales=used,
        missing={kind: kind for kind in MISSING_KINDS},
    )

"""Hypothesis strategies for values of the library, for its own laws and for whoever embeds it.

Here belongs one strategy for each kind of value that hosts hand in or store: windows, calendars,
rosters, policies, events, scales, forms, answers, walkthroughs, rating rows and tables. Every drawn
value is valid. Not here: the laws themselves, and districts with a story (`ilr.testing.synthetic`).
Needs hypothesis, which the library itself does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from itertools import product
from typing import Any, get_args

import attrs
from hypothesis import strategies as st

from ilr.base import (
    Acknowledgement,
    Appointment,
    Attestation,
    Communication,
    Contribution,
    DataUse,
    Event,
    FrozenMap,
    InputRequest,
    InputResponse,
    InvalidInput,
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
    Waiver,
    Window,
)
from ilr.continuum import LevelScale
from ilr.forms import (
    All,
    Answered,
    AnswerState,
    AnyOf,
    AtLeast,
    AtMost,
    Choice,
    Condition,
    Constraint,
    CountAtLeast,
    EntriesAtLeast,
    Equals,
    Evidence,
    FocusIs,
    Form,
    Group,
    Item,
    LessonPart,
    Medium,
    Not,
    OneOf,
    Outcome,
    Purpose,
    Repeat,
    VisitMode,
    Walkthrough,
)
from ilr.forms.groups import Element
from ilr.forms.items import ItemKind
from ilr.observation import MISSING_KINDS, ObservationTable

__all__ = [
    "answers",
    "calendars",
    "conditions",
    "days",
    "events",
    "finished",
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
_KINDS = st.sampled_from(get_args(ItemKind))
_ELEMENTS = st.sampled_from([Item, Item, Item, Group, Repeat])
_ACTIONS: st.SearchStrategy[Any] = st.sampled_from(["teacher", "student", "either"])
_CODES = st.lists(st.sampled_from(["a", "b", "c d"]), min_size=2, max_size=3, unique=True)
_STATES = (AnswerState.NOT_OBSERVED, AnswerState.NOT_APPLICABLE, AnswerState.UNANSWERED)


@cache
def ids(prefix: str = "", *, most: int = 9) -> st.SearchStrategy[str]:
    """Opaque ids: a prefix and a number, few enough to meet again."""
    return st.integers(1, most).map(lambda number: f"{prefix}{number}")


@cache
def texts() -> st.SearchStrategy[str]:
    """Short free texts in any script."""
    return st.text(max_size=8)


@cache
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
            values[parameter.name] = draw(st.floats(low, 1 if parameter.most is None else parameter.most))
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
        st.builds(DataUse, **dated, team=ids("team-"), about=about),
        st.builds(Waiver, **dated, by=person, building=ids("b"), about=about, reason=ids("why ")),
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


def conditions(asked: Sequence[Item], repeats: Sequence[Repeat] = ()) -> st.SearchStrategy[Condition]:
    """Conditions on the given items and entries of repeats, of which there must be one or more."""
    counts = [
        st.builds(EntriesAtLeast, st.just(one.id), st.just(1), conditions(_inside(one))) for one in repeats
    ]
    leaf = st.one_of(*map(_comparisons, asked), *counts, st.builds(FocusIs, ids("focus-", most=3)))

    def compounds(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        several = st.lists(parts, max_size=3).map(tuple)
        return st.one_of(
            st.builds(All, several),
            st.builds(AnyOf, several),
            st.builds(Not, parts),
            st.builds(CountAtLeast, st.just(1), st.tuples(parts, parts)),
        )

    return st.recursive(leaf, compounds, max_leaves=4)


def _inside(repeat: Repeat) -> tuple[Item, ...]:
    return tuple(one for one in repeat.items if isinstance(one, Item))


def _comparisons(item: Item) -> st.SearchStrategy[Condition]:
    about = st.just(item.id)
    answered = st.builds(Answered, about)
    if item.kind in ("text", "note") or (item.kind == "log" and not item.codes):
        return answered
    code: st.SearchStrategy[Any] = st.sampled_from(item.codes) if item.codes else st.integers(0, 3)
    if item.kind in ("date", "time"):
        code = (days() if item.kind == "date" else st.times()).map(lambda one: one.isoformat())
    by_code = st.one_of(
        answered,
        st.builds(Equals, about, code),
        st.builds(OneOf, about, st.lists(code, max_size=3).map(tuple)),
    )
    if item.kind in ("flag", "choice", "multi", "tally", "log"):
        return by_code
    return st.one_of(by_code, st.builds(AtLeast, about, code), st.builds(AtMost, about, code))


@st.composite
def items(draw: st.DrawFn, id: str, earlier: Sequence[Item] = (), repeats: Sequence[Repeat] = ()) -> Item:
    """Items of any kind, some asked on condition of earlier ones or of the entries of earlier repeats."""
    facts: dict[str, Any] = {"id": id, "kind": draw(_KINDS)}
    codes = draw(_CODES)
    match facts["kind"]:
        case "scale":
            facts |= {"scale": draw(scales()), "look_for": draw(st.none() | st.just(id))}
        case "choice" | "multi" | "tally":
            facts["choices"] = tuple(Choice(code=code, label=draw(texts())) for code in codes)
        case "log" if draw(st.booleans()):
            facts["choices"] = tuple(Choice(code=code) for code in codes)
        case "count" | "number":
            facts |= {"least": draw(st.none() | st.just(0)), "most": draw(st.none() | st.just(5))}
    if facts["kind"] == "tally":
        facts |= {"interval": 120, "most": draw(st.none() | st.just(4))}
    if bool(earlier) and draw(st.booleans()):
        facts["visible_when"] = draw(conditions(earlier, repeats))
    return Item(label=draw(texts()), action=draw(_ACTIONS), **facts)


@st.composite
def _elements(draw: st.DrawFn, id: str, earlier: Sequence[Element]) -> Element:
    """Items, and now and then a group or repeat of one or two."""
    free = tuple(one for element in earlier for one in _outside(element))
    repeats = tuple(one for one in earlier if isinstance(one, Repeat))
    kind = draw(_ELEMENTS)
    if kind is Item:
        return draw(items(id, free, repeats))
    inside: list[Item] = []
    for number in range(draw(st.integers(1, 2))):
        inside.append(draw(items(f"{id}-{number}", (*free, *inside))))
    condition = draw(conditions(free, repeats)) if bool(free) and draw(st.booleans()) else None
    facts: dict[str, Any] = {"id": id, "label": draw(texts()), "items": inside, "visible_when": condition}
    if kind is Repeat:
        facts |= {"least": draw(st.integers(0, 1)), "most": draw(st.none() | st.just(3))}
    made: Element = kind(**facts)
    return made


def _outside(element: Element) -> tuple[Item, ...]:
    """The items of an element that stand in no repeat."""
    if isinstance(element, Item):
        return (element,)
    return tuple(one for one in element.items if isinstance(one, Item)) if isinstance(element, Group) else ()


def _leads_to(asked: Sequence[Element], element: Element) -> bool:
    """Whether some answers lead to an element behind others."""
    try:
        Form(id="form", items=(*asked, element))
    except InvalidInput:
        return False
    return True


def _is_free(element: Element) -> bool:
    inside = () if isinstance(element, Item) else element.items
    return element.visible_when is None and all(_is_free(one) for one in inside)


def _free(element: Element) -> Element:
    """An element whose parts are always asked."""
    if isinstance(element, Item):
        return attrs.evolve(element, visible_when=None)
    return attrs.evolve(element, visible_when=None, items=tuple(_free(one) for one in element.items))


@st.composite
def forms(draw: st.DrawFn, *, most: int = 4) -> Form:
    """Forms whose items and groups stand in any order and wait for each other without a circle."""
    asked: list[Element] = []
    for number in range(draw(st.integers(1, most))):
        element = draw(_elements(f"item-{number}", tuple(asked)))
        asked.append(element if _is_free(element) or _leads_to(asked, element) else _free(element))
    always = tuple(one for element in asked for one in _outside(element) if one.visible_when is None)
    if bool(always) and draw(st.booleans()):
        needed = draw(st.sampled_from(always))
        for_some = tuple(draw(st.lists(st.sampled_from(Purpose), max_size=2, unique=True)))
        required = attrs.evolve(needed, required_when=All(()), required_for=for_some)
        asked = [required if one is needed else one for one in asked]
    rules = []
    if bool(always) and draw(st.booleans()):
        first = always[0].id
        condition = AnyOf((Not(Answered(first)), draw(conditions(always))))
        rules.append(Constraint(id="rule", condition=condition, message=draw(texts()), items=(first,)))
    labels = [f"{one.id}.label" for element in asked for one in _outside(element)]
    told = st.dictionaries(st.sampled_from(labels), texts(), max_size=3) if labels else st.just({})
    return Form(
        id=draw(ids("form-")),
        version=draw(st.sampled_from(["1.0.0", "1.1.0", "2.0.0"])),
        items=tuple(draw(st.permutations(asked))),
        constraints=tuple(rules),
        focus=tuple(draw(st.lists(ids("focus-"), max_size=2))),
        look_fors=draw(st.none() | st.just("core@1.0.0")),
        translations=draw(st.dictionaries(st.sampled_from(["es", "so"]), told, max_size=2)),
    )


def _told(item: Item) -> st.SearchStrategy[Any]:
    """What an item may be answered with."""
    code = st.sampled_from(item.codes or ("none",))
    seen = st.builds(
        Evidence,
        at=instants(),
        who=st.sampled_from(["teacher", "student", "environment"]),
        text=st.just("It was said."),
        code=st.sampled_from([None, *item.codes]),
    )
    bounded: dict[str, st.SearchStrategy[Any]] = {
        "count": st.integers(0, 5),
        "number": st.floats(0, 5),
        "date": days() | days().map(lambda one: one.isoformat()),
        "time": st.times(),
        "multi": st.lists(code, unique=True, min_size=1, max_size=2),
        "tally": st.lists(st.lists(code, unique=True, max_size=2), min_size=1, max_size=4),
        "log": st.lists(seen, min_size=1, max_size=2),
    }
    if item.kind in bounded:
        return bounded[item.kind]
    return st.sampled_from(item.codes) if item.codes else texts()


@st.composite
def answers(draw: st.DrawFn, form: Form) -> dict[str, Any]:
    """Answers that a form can take, to any of its items, hidden ones among them."""

    def some(elements: Iterable[Element]) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for element in elements:
            if isinstance(element, Group):
                given |= some(element.items)
            elif draw(st.integers(0, 3)):
                if isinstance(element, Repeat):
                    given[element.id] = [some(element.items) for _ in range(draw(st.integers(0, 2)))]
                else:
                    given[element.id] = draw(_told(element) | st.sampled_from(_STATES))
        return given

    return some(draw(st.permutations(form.items)))


@st.composite
def finished(
    draw: st.DrawFn, form: Form, *, focus: str | None = None, purpose: Purpose = Purpose.WALKTHROUGH
) -> dict[str, Any]:
    """Answers that a form takes for a record: what it requires is there, and no constraint is false."""
    given = draw(answers(form))
    while problems := form.check_record(given, focus=focus, purpose=purpose):
        for problem in problems:
            id = problem.path.removeprefix("answers.")
            given[id] = [{}] if problem.code == "answer.entries" else AnswerState.NOT_OBSERVED
    return given


@st.composite
def walkthroughs(draw: st.DrawFn, form: Form | None = None) -> Walkthrough:
    """Walkthroughs on a form, or on any form, with all circumstances."""
    used = draw(forms()) if form is None else form
    optional = st.none() | texts()
    purpose, focus = draw(st.sampled_from(Purpose)), draw(optional | ids("focus-", most=3))
    return used.record(
        teachers=draw(st.lists(ids("t"), min_size=1, max_size=3, unique=True)),
        observer=draw(ids("o")),
        at=draw(instants()),
        answers=draw(finished(used, focus=focus, purpose=purpose)),
        purpose=purpose,
        building=draw(st.none() | st.sampled_from(_BUILDINGS)),
        mode=draw(st.none() | st.sampled_from(VisitMode)),
        period=draw(optional),
        lesson_part=draw(st.sampled_from(LessonPart)),
        medium=draw(st.sampled_from(Medium)),
        minutes=draw(st.none() | st.floats(0, 90)),
        focus=focus,
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

"""Strategies for frameworks, look-for sets and catalogues of any shape."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ilr.base import Policy
from ilr.continuum import (
    Area,
    Catalogue,
    Citation,
    Criterion,
    Entry,
    Erratum,
    Exemplar,
    Framework,
    Group,
    Indicator,
    LookFor,
    LookForSet,
    Part,
    Practice,
    Stage,
    StageDescriptor,
)
from ilr.testing import strategies

TEXTS = st.text(max_size=12)
WORDS = TEXTS.filter(str.strip)
PARAMETERS = st.lists(
    st.sampled_from([parameter.id for parameter in Policy.parameters()]), max_size=2, unique=True
)

ERRATA = st.lists(
    st.builds(Erratum, id=st.sampled_from(["E-1", "E-2"]), printed=WORDS, treatment=WORDS), max_size=1
).map(tuple)
REFERENCES = st.lists(
    st.builds(
        Citation,
        key=st.sampled_from(["a-2001", "b-2002"]),
        authors=st.lists(WORDS, min_size=1, max_size=2).map(tuple),
        year=st.integers(1990, 2030),
        title=WORDS,
        container=TEXTS,
        printed=st.dictionaries(TEXTS, TEXTS, max_size=1),
    ),
    max_size=2,
    unique_by=lambda citation: citation.key,
).map(tuple)


@st.composite
def stage_sets(draw: st.DrawFn) -> list[Stage]:
    """Some of the stages in their order."""
    return sorted(draw(st.sets(st.sampled_from(list(Stage)))))


@st.composite
def frameworks(draw: st.DrawFn, *, namespace: str | None = None) -> Framework:
    """Any framework of a few practices, with links to criteria of lower stages, citations and errata."""
    namespace = draw(st.text("ABILRS", min_size=1, max_size=3)) if namespace is None else namespace
    made: list[Criterion] = []

    def cells(owner: str, stages: list[Stage]) -> tuple[StageDescriptor, ...]:
        return tuple(cell(owner, stage) for stage in stages)

    def cell(owner: str, stage: Stage) -> StageDescriptor:
        criteria = tuple(
            criterion(f"{owner}.{stage.abbreviation}.{number}", stage)
            for number in range(1, draw(st.integers(1, 3)) + 1)
        )
        made.extend(criteria)
        return StageDescriptor(
            stage=stage, text=draw(TEXTS), criteria=criteria, heading=draw(TEXTS), errata=draw(ERRATA)
        )

    def criterion(id: str, stage: Stage) -> Criterion:
        lower = [other.id for other in made if other.stage < stage and other.modality == "required"]
        chosen = draw(st.lists(st.sampled_from(lower), max_size=2, unique=True)) if lower else []
        facts: dict[str, Any] = {
            "modality": draw(st.sampled_from(["required", "permissive", "precondition", "forbidden"])),
            "basis": draw(st.sampled_from(["records", "event", "mixed", "attested"])),
            "condition": draw(WORDS),
            "needs": tuple(draw(st.lists(TEXTS, max_size=2))),
            "parameters": tuple(draw(PARAMETERS)),
            "supersedes": tuple(chosen),
            "why": {id: draw(TEXTS) for id in chosen},
            "partly": tuple(id for id in chosen if draw(st.booleans())),
            "carried": draw(st.sampled_from([None, *(other.id for other in made)])),
        }
        return Criterion(id=id, **facts)

    def practice(code: str) -> Practice:
        stages = draw(stage_sets())
        whole = [stage for stage in stages if draw(st.booleans())]
        letters = draw(st.sampled_from([("",), ("a",), ("a", "b")]))
        own = [stage for stage in stages if stage not in whole]
        return Practice(
            code=code,
            title=draw(TEXTS),
            actors=tuple(draw(st.lists(TEXTS, max_size=2))),
            stages=cells(code, whole),
            indicators=tuple(
                Indicator(
                    code=code + letter, title=draw(TEXTS), practice=code, stages=cells(code + letter, own)
                )
                for letter in letters
            ),
            references=draw(REFERENCES),
            errata=draw(ERRATA),
        )

    numbers = draw(st.lists(st.integers(1, 4), max_size=3, unique=True))
    practices = [practice(f"{namespace}-{number}") for number in numbers]
    cut = draw(st.integers(0, len(practices)))
    areas = tuple(
        Area(id=str(order), title=draw(TEXTS), order=order, purpose=draw(TEXTS), practices=tuple(part))
        for order, part in enumerate((practices[:cut], practices[cut:]), start=1)
    )
    return Framework(
        id=draw(TEXTS),
        namespace=namespace,
        title=draw(TEXTS),
        version="1.0.0",
        stages=tuple(Stage),
        areas=areas,
        errata=draw(ERRATA),
    )


@st.composite
def look_for_sets(draw: st.DrawFn) -> LookForSet:
    """Sets of a few look-fors in any order, on any scales."""
    ids = draw(st.permutations(["talk", "wait", "pace", "use"]))
    return LookForSet(
        id="core",
        version=draw(st.sampled_from(["1.0.0", "1.1.0"])),
        look_fors=tuple(draw(look_fors(id)) for id in ids[: draw(st.integers(1, 4))]),
        focus=draw(st.lists(TEXTS, max_size=1).map(tuple)),
        status=draw(st.sampled_from(["draft", "published", "retired"])),
        effective_from=draw(st.none() | st.dates()),
    )


def look_fors(id: str) -> st.SearchStrategy[LookFor]:
    """Look-fors of one id."""
    return st.builds(
        LookFor,
        id=st.just(id),
        title=TEXTS,
        scale=strategies.scales(),
        student_actions=st.lists(TEXTS, max_size=1).map(tuple),
        exemplars=st.lists(st.builds(Exemplar, reference=WORDS, level=st.none()), max_size=1).map(tuple),
        priority=st.booleans(),
    )


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """Catalogues of a few groups and entries."""
    codes = draw(st.lists(st.integers(1, 6).map("AB-{}".format), min_size=1, max_size=4, unique=True))
    cut = draw(st.integers(0, len(codes)))
    part = st.builds(Part, id=st.just("goal"), title=TEXTS)

    def entry(code: str) -> Entry:
        parts = tuple(draw(st.lists(part, max_size=1)))
        return Entry(code=code, title=draw(WORDS), text=draw(WORDS), human=draw(TEXTS), parts=parts)

    groups = tuple(
        Group(id=id, title=draw(TEXTS), entries=tuple(entry(code) for code in held), errata=draw(ERRATA))
        for id, held in (("one", codes[:cut]), ("two", codes[cut:]))
    )
    return Catalogue(
        id="ab",
        namespace="AB",
        title=draw(TEXTS),
        version="1.0.0",
        groups=groups,
        references=draw(REFERENCES),
    )

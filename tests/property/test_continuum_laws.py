"""Laws of frameworks, for any framework that can be built."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ilr.base import Policy
from ilr.base._codec import canonical_json, structure, unstructure
from ilr.continuum import (
    Area,
    Criterion,
    Framework,
    Indicator,
    Practice,
    Stage,
    StageDescriptor,
    check_framework,
    packs,
)

SHIPPED = packs.load("ilr")
TEXTS = st.text(max_size=12)
PARAMETERS = st.lists(
    st.sampled_from([parameter.id for parameter in Policy.parameters()]), max_size=2, unique=True
)


@st.composite
def stage_sets(draw: st.DrawFn) -> list[Stage]:
    """Some of the stages in their order."""
    return sorted(draw(st.sets(st.sampled_from(list(Stage)))))


@st.composite
def frameworks(draw: st.DrawFn) -> Framework:
    """Any framework of a few practices, with links to criteria of lower stages."""
    namespace = draw(st.text("ABILRS", min_size=1, max_size=3))
    made: list[Criterion] = []

    def cells(owner: str, stages: list[Stage]) -> tuple[StageDescriptor, ...]:
        return tuple(cell(owner, stage) for stage in stages)

    def cell(owner: str, stage: Stage) -> StageDescriptor:
        criteria = tuple(
            criterion(f"{owner}.{stage.abbreviation}.{number}", stage)
            for number in range(1, draw(st.integers(1, 3)) + 1)
        )
        made.extend(criteria)
        return StageDescriptor(stage=stage, text=draw(TEXTS), criteria=criteria)

    def criterion(id: str, stage: Stage) -> Criterion:
        lower = [other.id for other in made if other.stage < stage and other.modality == "required"]
        chosen = draw(st.lists(st.sampled_from(lower), max_size=2, unique=True)) if lower else []
        facts: dict[str, Any] = {
            "modality": draw(st.sampled_from(["required", "permissive", "precondition", "forbidden"])),
            "basis": draw(st.sampled_from(["records", "event", "mixed", "attested"])),
            "condition": draw(TEXTS.filter(str.strip)),
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
        )

    practices = [practice(f"{namespace}-{number}") for number in range(1, draw(st.integers(0, 3)) + 1)]
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
    )


ANY = st.one_of(frameworks(), st.just(SHIPPED))


@given(ANY)
def test_a_framework_survives_the_codec(framework: Framework) -> None:
    """Written as JSON and read again, a framework is the same value."""
    document = json.loads(canonical_json(framework))
    assert structure(document, Framework) == packs.read(document) == framework


@given(ANY)
def test_every_criterion_id_leads_to_its_place(framework: Framework) -> None:
    """An id names the practice or indicator and the stage under which the criterion stands."""
    owned = [(practice.code, cell) for practice in framework.practices for cell in practice.stages]
    owned += [(indicator.code, cell) for indicator in framework for cell in indicator.stages]
    for criterion in framework.criteria:
        cells = [cell for code, cell in owned if (code, cell.stage) == (criterion.owner, criterion.stage)]
        assert [criterion in cell.criteria for cell in cells] == [True]
        assert framework[criterion.id] is criterion
        assert criterion.id == f"{criterion.owner}.{criterion.stage.abbreviation}.{criterion.number}"


@given(ANY)
def test_only_a_higher_stage_supersedes(framework: Framework) -> None:
    """No criterion is superseded by its own stage or an earlier one, over any number of steps."""
    for criterion in framework.criteria:
        above = framework.superseded_by(criterion.id) + framework.partly_superseded_by(criterion.id)
        assert all(higher.stage > criterion.stage for higher in above)


@given(ANY)
def test_record_and_document_are_judged_alike(framework: Framework) -> None:
    """What can be built has no problems, whether asked of the record or of its document."""
    assert check_framework(framework) == check_framework(unstructure(framework)) == ()


@given(ANY)
def test_no_criterion_is_lost_on_the_way(framework: Framework) -> None:
    """Practices, indicators and stages hold together just the criteria of the framework."""
    through_stages = {
        criterion.id
        for indicator in framework
        for cell in framework.descriptors(indicator.code)
        for criterion in cell.criteria
    }
    assert through_stages == {criterion.id for criterion in framework.criteria}


@given(
    st.sampled_from(SHIPPED.indicators), st.sampled_from(["", "."]), st.booleans(), st.sampled_from(["", " "])
)
def test_a_code_is_found_however_it_is_printed(
    indicator: Indicator, stop: str, upper: bool, blank: str
) -> None:
    """Full stop, case and blanks around a code never matter."""
    code = indicator.code.upper() if upper else indicator.code
    assert SHIPPED.indicator(f"{blank}{code}{stop}{blank}") is indicator

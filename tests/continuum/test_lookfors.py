"""Look-fors, their level scales and their sets."""

from __future__ import annotations

from datetime import date

import pytest

from ilr.base import FrozenMap, InvalidInput, UnknownCode
from ilr.base._codec import structure, unstructure
from ilr.continuum import (
    Exemplar,
    Level,
    LevelScale,
    LookFor,
    LookForSet,
    TermRevision,
    check_look_fors,
)


def codes(raised: pytest.ExceptionInfo[InvalidInput]) -> list[str]:
    """The codes of all problems of an error."""
    return [problem.code for problem in raised.value.problems]


@pytest.fixture
def questioning() -> LookFor:
    """A look-for on four levels."""
    return LookFor(id="questioning", title="Open questions", scale=LevelScale.numbered(4, fidelity=3))


def test_a_numbered_scale_uses_its_codes_as_values() -> None:
    """The levels of a numbered scale are 1 to the highest, each worth itself."""
    scale = LevelScale.numbered(4)
    assert scale.codes == (1, 2, 3, 4)
    assert scale.values == (1.0, 2.0, 3.0, 4.0)
    assert scale.ranks == (1.0, 2.0, 3.0, 4.0)


def test_half_levels_stand_between_neighbours() -> None:
    """With half levels the midpoints are codes too and count half a rank."""
    scale = LevelScale.of((1, 3, 4), half_levels=True)
    assert scale.codes == (1, 2.0, 3, 3.5, 4)
    assert scale.values == (1.0, 2.0, 3.0, 3.5, 4.0)
    assert scale.ranks == (1.0, 1.5, 2.0, 2.5, 3.0)


def test_levels_named_by_text_are_counted_from_one() -> None:
    """Texts have no value of their own, so their place gives it."""
    scale = LevelScale.of(("seen", "used", "mastered"), fidelity="used")
    assert scale.values == (1.0, 2.0, 3.0)
    assert scale.fidelity_value == 2.0


def test_a_scale_of_texts_and_numbers_is_counted_by_place() -> None:
    """One text is enough to make places, not numbers, the values."""
    assert LevelScale.of(("none", 5, 9)).values == (1.0, 2.0, 3.0)


def test_without_a_fidelity_level_there_is_no_fidelity_value() -> None:
    """A scale need not say what counts as use with fidelity."""
    assert LevelScale.numbered(3).fidelity_value is None


def test_one_level_is_no_scale() -> None:
    """A scale needs two levels or more."""
    with pytest.raises(InvalidInput) as raised:
        LevelScale.numbered(1)
    assert codes(raised) == ["scale.levels"]


def test_all_problems_of_a_scale_are_told_at_once() -> None:
    """Repeated codes, values that do not rise, odd half levels and a foreign fidelity level come together."""
    with pytest.raises(InvalidInput) as raised:
        LevelScale((Level("Low", 2.0), Level(" low", 1.0)), half_levels=True, fidelity="high")
    assert codes(raised) == ["scale.repeated", "scale.order", "scale.half_levels", "scale.fidelity"]


def test_half_levels_need_codes_that_are_their_values() -> None:
    """A level coded 1 that is worth 10 has no readable midpoint."""
    with pytest.raises(InvalidInput) as raised:
        LevelScale((Level(1, 10.0), Level(2, 20.0)), half_levels=True)
    assert codes(raised) == ["scale.half_levels"]


def test_scales_are_equal_by_their_fields() -> None:
    """Two scales of the same levels are one value, also as a key."""
    assert LevelScale.numbered(3) == LevelScale.of([1, 2, 3])
    assert len({LevelScale.numbered(3), LevelScale.of([1, 2, 3]), LevelScale.numbered(4)}) == 2


def test_a_set_finds_its_look_fors_by_id_and_in_order(questioning: LookFor) -> None:
    """A set is read by id, by iteration and by length."""
    waiting = LookFor(id="wait-time", title="Time to think", scale=LevelScale.numbered(4))
    look_fors = LookForSet(id="core", look_fors=(questioning, waiting))
    assert look_fors["wait-time"] is waiting
    assert list(look_fors) == [questioning, waiting]
    assert len(look_fors) == 2


def test_an_unknown_look_for_is_refused_with_the_known_ones(questioning: LookFor) -> None:
    """The refusal lists what the set has."""
    with pytest.raises(UnknownCode, match="questioning"):
        LookForSet(id="core", look_fors=(questioning,))["grouping"]


def test_a_set_without_look_fors_is_refused() -> None:
    """An empty set cannot be built."""
    with pytest.raises(InvalidInput) as raised:
        LookForSet(id="core")
    assert codes(raised) == ["set.empty"]


def test_a_set_that_repeats_an_id_is_refused(questioning: LookFor) -> None:
    """Two look-fors of one id cannot stand in a set."""
    with pytest.raises(InvalidInput) as raised:
        LookForSet(id="core", look_fors=(questioning, questioning))
    assert codes(raised) == ["set.repeated"]


def test_a_set_survives_the_codec(questioning: LookFor) -> None:
    """Written to plain data and read again, a set is the same value."""
    look_fors = LookForSet(
        id="core", look_fors=(questioning,), focus=("discussion",), effective_from=date(2026, 9, 1)
    )
    assert structure(unstructure(look_fors), LookForSet) == look_fors


def test_look_fors_hold_tuples_whatever_is_handed_in(questioning: LookFor) -> None:
    """A list becomes a tuple, so that a set cannot change later."""
    look_fors = LookForSet(id="core", look_fors=[questioning])  # type: ignore[arg-type]  # a list will do
    assert look_fors.look_fors == (questioning,)


def test_exemplars_show_a_level_of_the_scale_or_the_whole() -> None:
    """An exemplar may stand for a half level too, where the scale declares half levels."""
    scale = LevelScale.numbered(3, half_levels=True)
    exemplars = (Exemplar(reference="v1", level=2.5), Exemplar(reference="t1", kind="written"))
    look_for = LookFor(id="talk", title="Talk", scale=scale, exemplars=exemplars)
    assert look_for.exemplars[0].kind == "video"


def test_exemplars_of_no_level_are_refused_together() -> None:
    """Each exemplar of an undeclared level is named by its place."""
    exemplars = (
        Exemplar(reference="a", level=2.5),
        Exemplar(reference="b"),
        Exemplar(reference="c", level="x"),
    )
    with pytest.raises(InvalidInput) as raised:
        LookFor(id="talk", title="Talk", scale=LevelScale.numbered(3), exemplars=exemplars)
    assert [(problem.code, problem.path) for problem in raised.value.problems] == [
        ("look_for.exemplar", "exemplars[0].level"),
        ("look_for.exemplar", "exemplars[2].level"),
    ]


def test_a_revision_changes_words() -> None:
    """A revision to the same words is none."""
    with pytest.raises(InvalidInput) as raised:
        TermRevision(look_for="talk", on=date(2026, 9, 1), from_text="ask", to_text="ask")
    assert codes(raised) == ["revision.same"]


def test_revisions_are_of_look_fors_of_the_set(questioning: LookFor) -> None:
    """A revision names its look-for, the feedback behind it and who was told."""
    known = TermRevision(
        look_for="questioning",
        on=date(2026, 9, 1),
        from_text="asks",
        to_text="asks for reasons",
        feedback=("f1",),
        communicated="c1",
    )
    look_fors = LookForSet(
        id="core", look_fors=(questioning,), revisions=(known,), glossary=FrozenMap(reason="why")
    )
    assert structure(unstructure(look_fors), LookForSet) == look_fors
    foreign = TermRevision(look_for="talk", on=date(2026, 9, 1), from_text="a", to_text="b")
    with pytest.raises(InvalidInput) as raised:
        LookForSet(id="core", look_fors=(questioning,), revisions=(known, foreign))
    assert [(problem.code, problem.path) for problem in raised.value.problems] == [
        ("set.revision", "revisions[1].look_for")
    ]


def test_a_set_says_what_its_look_fors_lack(questioning: LookFor) -> None:
    """Look-fors without descriptors, examples or student actions are listed by id."""
    scale = LevelScale((Level(1, 1.0, "No", "Nobody talks."), Level(2, 2.0, "Yes", "Everybody talks.")))
    talk = LookFor(
        id="talk",
        title="Talk",
        scale=scale,
        student_actions=("Talk in pairs.",),
        exemplars=(Exemplar(reference="v1", level=2),),
    )
    look_fors = LookForSet(id="core", look_fors=(questioning, talk))
    assert look_fors.undescribed == ("questioning",)
    assert look_fors.without_exemplars == ("questioning",)
    assert look_fors.without_student_actions == ("questioning",)


def test_a_document_is_checked_like_the_set(questioning: LookFor) -> None:
    """What can be built has no problems as a document either."""
    exemplars = (Exemplar(reference="v1", level=1.5),)
    half = LookFor(
        id="talk", title="Talk", scale=LevelScale.numbered(2, half_levels=True), exemplars=exemplars
    )
    look_fors = LookForSet(id="core", look_fors=(questioning, half))
    assert check_look_fors(look_fors) == check_look_fors(unstructure(look_fors)) == ()


def test_parts_of_another_shape_are_passed_over() -> None:
    """The checks between parts leave shapes to the codec."""
    document = {
        "look_fors": [
            {"id": 3, "exemplars": [{"level": 9}]},
            {"id": "a", "scale": {"levels": [{"code": 1}, {"code": None}]}, "exemplars": [{"level": 9}]},
            {
                "id": "b",
                "scale": {"levels": [{"code": "x"}], "half_levels": True},
                "exemplars": [{"level": []}],
            },
            "c",
        ],
        "revisions": [{"look_for": 3}, {"look_for": "a"}],
    }
    assert check_look_fors(document) == ()
    assert check_look_fors({"look_fors": "none"}) == ()

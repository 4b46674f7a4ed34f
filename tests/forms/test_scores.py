"""Derived scores: declared rules from items to elements to areas."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations_with_replacement
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilr.base import FrozenMap, InvalidInput, Reason, UnknownCode
from ilr.base._codec import structure, unstructure
from ilr.continuum import Level, LevelScale
from ilr.forms import (
    Answer,
    AnswerState,
    Choice,
    DerivedScore,
    Form,
    Group,
    Item,
    Repeat,
    Score,
    ScoreSet,
    ScoringRow,
    ScoringTable,
    Walkthrough,
    derive,
)

THREE = LevelScale((Level("low", 1), Level("medium", 2), Level("high", 3)))
FOUR = LevelScale.numbered(4, half_levels=True)
FORM = Form(
    id="talk",
    items=(
        *(Item(id=f"a{number}", scale=THREE) for number in (1, 2, 3)),
        *(Item(id=f"r{number}", scale=FOUR) for number in (1, 2, 3)),
        Item(id="raised", kind="count"),
        Item(id="aloud", kind="count"),
        Item(id="posted", kind="flag"),
        Item(id="shown", kind="flag"),
        Item(id="grouping", kind="choice", choices=(Choice(code="whole"), Choice(code="pairs"))),
        Item(id="notes", kind="note"),
    ),
)
NO, NA, BLANK = AnswerState.NOT_OBSERVED, AnswerState.NOT_APPLICABLE, AnswerState.UNANSWERED
BEHAVIOURS, RATINGS = ("a1", "a2", "a3"), ("r1", "r2", "r3")
ROWS: dict[Any, int] = {
    levels: 1 + sum(THREE.codes.index(level) for level in levels) * 2 // 3
    for levels in combinations_with_replacement(THREE.codes, 3)
}
ELEMENT = ScoringTable.of(
    {**ROWS, ("high", "high"): 5, ("low", "low"): 1},
    scale=LevelScale.numbered(5),
)


def walk(**answers: Any) -> Walkthrough:
    """A record on the form."""
    return FORM.record(
        teachers=["t1"], observer="o1", at=datetime(2026, 9, 14, 9, tzinfo=UTC), answers=answers
    )


def result(score: Score, **answers: Any) -> DerivedScore:
    """What one score is in a record of these answers."""
    return derive(walk(**answers), ScoreSet(form=FORM, scores=(score,)))[score.id]


def problems(make: Any) -> list[tuple[str, str]]:
    """Code and path of every problem of what cannot be made."""
    with pytest.raises(InvalidInput) as raised:
        make()
    return [(one.code, one.path) for one in raised.value.problems]


@pytest.mark.parametrize(("rule", "value"), [("mean", 2.5), ("median", 2.5), ("sum", 7.5)])
def test_numbers_use_the_values_of_the_scale(rule: Any, value: float) -> None:
    """Half levels count as what they are worth."""
    found = result(Score(id="s", items=RATINGS, rule=rule), r1=1.5, r2=2.5, r3=3.5)
    assert (found.value, found.code, found.answered, found.of, dict(found.left_out)) == (
        value,
        None,
        3,
        3,
        {},
    )


def test_levels_named_by_texts_have_values_too() -> None:
    """The mean of low, high and high is that of their values; that of two middle ones lies between them."""
    assert result(Score(id="s", items=BEHAVIOURS, rule="mean"), a1="low", a2="high", a3="high").value == 7 / 3
    score = Score(id="s", items=BEHAVIOURS, rule="median", least=2)
    assert result(score, a1="low", a3="medium").value == 1.5


def test_what_does_not_apply_leaves_the_denominator() -> None:
    """A mean over two applicable items of three is whole with two answers."""
    found = result(Score(id="s", items=RATINGS, rule="mean"), r1=2, r2=NA, r3=4)
    assert (found.value, found.answered, found.of) == (3.0, 2, 2)
    assert found.left_out == {"r2": "not applicable"}


@pytest.mark.parametrize("state", [NO, BLANK, None])
def test_what_is_missing_makes_a_score_undefined_unless_enough_is_left(state: AnswerState | None) -> None:
    """Not observed, unanswered and not asked stay in the denominator, and nothing is filled in."""
    answers = {"r1": 2, "r3": 4} | ({} if state is None else {"r2": state})
    found = result(Score(id="s", items=RATINGS, rule="mean"), **answers)
    assert (found.value, found.undefined) == (None, Reason.of("FEW_ANSWERED", answered=2, least=3))
    assert found.left_out == {"r2": (state or BLANK).value}
    assert str(found) == "undefined: answered parts: 2 of at least 3"
    enough = result(Score(id="s", items=RATINGS, rule="mean", least=2), **answers)
    assert (enough.value, enough.answered, enough.of, str(enough)) == (3.0, 2, 3, "3.0 (2 of 3)")


def test_of_nothing_that_applied_there_is_no_score() -> None:
    """A score whose items all do not apply says so, and a score above it goes without it."""
    scores = (
        Score(id="s", items=("r1", "r2"), rule="mean"),
        Score(id="up", items=("s", "r3"), rule="mean"),
    )
    found = derive(walk(r1=NA, r2=NA, r3=3), ScoreSet(form=FORM, scores=scores))
    assert found["s"].undefined == Reason.of("NOTHING_APPLIED", of=2)
    assert (found["up"].value, found["up"].of, dict(found["up"].left_out)) == (
        3.0,
        1,
        {"s": "not applicable"},
    )


@pytest.mark.parametrize(("ties", "code"), [(None, None), ("lowest", "low"), ("highest", "high")])
def test_ties_of_the_mode_are_told_unless_a_rule_decides(ties: Any, code: str | None) -> None:
    """Two levels that are equally frequent are no mode of themselves."""
    found = result(Score(id="s", items=BEHAVIOURS, rule="mode", least=2, ties=ties), a1="high", a2="low")
    assert found.code == code
    assert found.value == {None: None, "low": 1.0, "high": 3.0}[code]
    assert (found.undefined == Reason.of("TIED", levels=2)) == (ties is None)


def test_the_mode_is_the_most_frequent_level() -> None:
    """Levels need no numbers to have a mode."""
    found = result(Score(id="s", items=BEHAVIOURS, rule="mode"), a1="high", a2="low", a3="high")
    assert (found.code, found.value, str(found)) == ("high", 3.0, "high (3 of 3)")
    flags = result(Score(id="s", items=("posted", "shown"), rule="mode"), posted=True, shown=True)
    assert (flags.code, flags.value) == ("yes", None)


def test_counts_are_added() -> None:
    """A sum adds counts, and what is measured on different scales."""
    score = Score(id="s", items=("raised", "aloud", "r1"), rule="sum")
    assert result(score, raised=4, aloud=0, r1=2.5).value == 6.5


def test_behaviours_make_an_element_by_a_table() -> None:
    """The counts of levels are looked up; of fewer behaviours their own row is read."""
    score = Score(id="s", items=BEHAVIOURS, rule="table", table=ELEMENT, least=2)
    whole = result(score, a1="high", a2="low", a3="high")
    assert whole.code == ELEMENT.level(("low", "high", "high"))
    assert whole.value == float(str(whole.code))
    assert result(score, a1="high", a2=NA, a3="high").code == 5
    absent = result(score, a1="high", a2=NO, a3="low")
    assert (absent.code, absent.value, absent.undefined) == (None, None, Reason.of("NO_ROW"))


def test_a_table_may_read_which_part_has_a_level() -> None:
    """A table of places tells low and high from high and low, and knows a place without a level."""
    rows: Any = {("low", "high"): 1, ("high", "low"): 2, ("high", None): 3}
    table = ScoringTable.of(rows, scale=LevelScale.numbered(3), reads="places")
    score = Score(id="s", items=("a1", "a2"), rule="table", table=table, least=1)
    assert result(score, a1="low", a2="high").code == 1
    assert result(score, a1="high", a2="low").code == 2
    assert result(score, a1="high", a2=NA).code == 3
    assert result(score, a1="high").code == 3


def test_scores_build_on_scores_in_any_order() -> None:
    """An area is the mean of its elements, wherever it stands in the set."""
    two = ScoringTable.of({("high",): 5, ("low",): 2}, scale=LevelScale.numbered(5))
    scores = (
        Score(id="area", items=("e1", "e2"), rule="mean"),
        Score(id="e1", items=("a1",), rule="table", table=two),
        Score(id="e2", items=("a2",), rule="table", table=two),
        Score(id="top", items=("area", "area2"), rule="sum", least=1),
        Score(id="area2", items=("e2", "e1"), rule="median"),
    )
    made = ScoreSet(form=FORM, scores=scores)
    assert made.order.index("e1") < made.order.index("area") < made.order.index("top")
    found = derive(walk(a1="high", a2="low"), made)
    assert list(found) == ["area", "e1", "e2", "top", "area2"]
    assert (found["area"].value, found["top"].value) == (3.5, 7.0)
    without = derive(walk(a1="high"), made)
    assert without["area"].left_out == {"e2": "undefined"}
    assert without["area"].undefined == Reason.of("FEW_ANSWERED", answered=1, least=2)


def test_a_derived_score_belongs_to_its_record_and_is_individual() -> None:
    """Law 9: a score says which record it is of and that it is about the teachers of one visit."""
    record = walk(r1=1)
    found = derive(record, ScoreSet(form=FORM, scores=(Score(id="s", items=("r1",), rule="mean"),)))
    assert (found["s"].walkthrough, found["s"].score, found["s"].grain) == (record.id, "s", "individual")


def test_a_set_is_read_like_a_mapping() -> None:
    """Scores are found by id, in the order in which they were declared."""
    score = Score(id="s", items=("r1",), rule="mean", label="First")
    made = ScoreSet(form=FORM, scores=(score,))
    assert (len(made), list(made), made["s"]) == (1, [score], score)
    with pytest.raises(UnknownCode) as raised:
        made["x"]
    assert raised.value.code == "score.unknown"


def test_rules_are_data_that_travels() -> None:
    """A set of scores and what it gives go out as plain data and come back equal."""
    rows = (ScoringRow(("high", None), 2), ScoringRow(("low", "low"), 1))
    table = ScoringTable(scale=LevelScale.numbered(2), rows=rows, reads="places")
    made = ScoreSet(
        form=FORM, scores=(Score(id="s", items=("a1", "a2"), rule="table", table=table, least=1),)
    )
    assert structure(unstructure(made), ScoreSet) == made
    found = derive(walk(a1="high", a2=NA), made)
    assert structure(unstructure(found), FrozenMap[str, DerivedScore]) == found


def test_everything_wrong_with_a_score_is_told_at_once() -> None:
    """A score without parts that has ties, a table or a number of answers that do not go with it."""
    strange: Any = "product"
    assert problems(lambda: Score(id="s", items=(), rule=strange, least=0, ties="lowest", table=ELEMENT)) == [
        ("score.items", "items"),
        ("score.least", "least"),
        ("score.rule", "rule"),
        ("score.ties", "ties"),
        ("score.table", "table"),
    ]
    assert problems(lambda: Score(id="s", items=("a", "a"), rule="table", least=3)) == [
        ("score.repeated", "items"),
        ("score.least", "least"),
        ("score.table", "table"),
    ]
    places = ScoringTable.of({("low", None): 1}, scale=LevelScale.numbered(2), reads="places")
    assert problems(lambda: Score(id="s", items=("a1",), rule="table", table=places)) == [
        ("score.row", "table.rows[0].levels")
    ]


def test_everything_wrong_with_a_table_is_told_at_once() -> None:
    """Rows that say a combination twice, make no level, or count what has no level."""
    rows = (
        ScoringRow(("low", "high"), 1),
        ScoringRow(("high", "low"), 2),
        ScoringRow(("low", None), 9),
    )
    assert problems(lambda: ScoringTable(scale=LevelScale.numbered(2), rows=rows)) == [
        ("score.row_repeated", "rows[1]"),
        ("score.level", "rows[2].makes"),
        ("score.row", "rows[2].levels"),
    ]
    assert problems(lambda: ScoringTable(scale=LevelScale.numbered(2), rows=())) == [("score.rows", "rows")]


def test_everything_that_does_not_fit_the_form_is_told_at_once() -> None:
    """Unknown parts, kinds that a rule cannot take, unlike scales, strange rows and taken ids."""
    table = ScoringTable.of({("top",): 1}, scale=LevelScale.numbered(2))
    scores = (
        Score(id="unknown", items=("a1", "asks"), rule="mean"),
        Score(id="kind", items=("posted", "grouping", "notes"), rule="mean"),
        Score(id="no levels", items=("raised",), rule="mode"),
        Score(id="scales", items=("a1", "r1"), rule="median"),
        Score(id="rows", items=("a1",), rule="table", table=table),
        Score(id="a1", items=("r1",), rule="mean"),
        Score(id="rows", items=("r1",), rule="mean"),
        Score(id="above", items=("kind", "scales"), rule="mean"),
    )
    assert problems(lambda: ScoreSet(form=FORM, scores=scores[:6])) == [
        ("score.id", "scores[5].id"),
        ("score.item", "scores[0].items[1]"),
        ("score.kind", "scores[1].items[0]"),
        ("score.kind", "scores[1].items[1]"),
        ("score.kind", "scores[1].items[2]"),
        ("score.kind", "scores[2].items[0]"),
        ("score.scales", "scores[3].items"),
        ("score.level", "scores[4].table.rows[0].levels"),
    ]
    assert ("score.id", "scores[1].id") in problems(
        lambda: ScoreSet(form=FORM, scores=(scores[4], scores[6]))
    )
    assert ("score.kind", "scores[2].items[0]") in problems(
        lambda: ScoreSet(form=FORM, scores=(scores[1], scores[3], scores[7]))
    )
    with pytest.raises(InvalidInput, match=r"did you mean raised\?"):
        ScoreSet(form=FORM, scores=(Score(id="s", items=("raise",), rule="sum"),))


def test_what_is_asked_once_an_entry_makes_no_score() -> None:
    """A record has no one answer to an item of a repeat; an item of a group is scored like any."""
    parts = Repeat(id="parts", items=(Item(id="inside", scale=FOUR),))
    nested = Form(
        id="nested",
        items=(Group(id="g", items=(Item(id="grouped", scale=FOUR), parts)), Item(id="n", kind="note")),
    )
    assert len(ScoreSet(form=nested, scores=(Score(id="s", items=("grouped",), rule="mean"),))) == 1
    assert problems(
        lambda: ScoreSet(form=nested, scores=(Score(id="s", items=("inside",), rule="mean"),))
    ) == [("score.kind", "scores[0].items[0]")]


def test_means_and_sums_are_measured_apart() -> None:
    """A mean stays on the scale of its items and may be averaged with them; a sum may not."""
    mean, total = Score(id="m", items=RATINGS, rule="mean"), Score(id="t", items=RATINGS, rule="sum")
    assert len(ScoreSet(form=FORM, scores=(mean, Score(id="s", items=("m", "r1"), rule="mean")))) == 2
    assert problems(
        lambda: ScoreSet(form=FORM, scores=(total, Score(id="s", items=("t", "r1"), rule="mean")))
    ) == [("score.scales", "scores[1].items")]
    assert problems(lambda: ScoreSet(form=FORM, scores=(mean, Score(id="s", items=("m",), rule="mode")))) == [
        ("score.kind", "scores[1].items[0]")
    ]


def test_a_cycle_is_told_with_its_way() -> None:
    """Scores that wait for each other are refused, and the message shows the way round."""
    scores = (
        Score(id="x", items=("r1", "y"), rule="mean"),
        Score(id="y", items=("z",), rule="mean"),
        Score(id="z", items=("y",), rule="mean"),
    )
    with pytest.raises(InvalidInput, match="y > z > y") as raised:
        ScoreSet(form=FORM, scores=scores)
    assert [one.code for one in raised.value.problems] == ["score.cycle"]


def test_a_record_of_another_form_is_refused() -> None:
    """Levels of another version may mean something else."""
    other = attrs.evolve(FORM, version="2.0.0")
    made = ScoreSet(form=other, scores=(Score(id="s", items=("r1",), rule="mean"),))
    assert problems(lambda: derive(walk(r1=1), made)) == [("score.form", "walkthrough.form")]


def test_answers_that_the_form_cannot_take_are_refused() -> None:
    """A record that no form made may hold levels that nobody declared."""
    made = ScoreSet(form=FORM, scores=(Score(id="s", items=("r1", "raised"), rule="sum"),))
    answers = (Answer("r1", 9), Answer("raised", "many"), Answer("notes", "calm"), Answer("gone", 1))
    record = attrs.evolve(walk(r1=1), answers=answers)
    assert problems(lambda: derive(record, made)) == [
        ("score.answer", "answers.r1"),
        ("score.answer", "answers.raised"),
    ]


STATES = st.sampled_from([NO, NA, BLANK])


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from(FOUR.codes) | STATES, min_size=3, max_size=3), st.randoms(), st.integers(1, 3)
)
def test_a_score_does_not_depend_on_the_order_of_its_items(
    answers: list[Any], random: Any, least: int
) -> None:
    """Whatever the rule, items in another order give the same result; a mean lies among its levels."""
    shuffled = list(RATINGS)
    random.shuffle(shuffled)
    given_answers = dict(zip(RATINGS, answers, strict=True))
    for rule in ("mean", "median", "sum", "mode"):
        kept: Any = rule
        one = result(Score(id="s", items=RATINGS, rule=kept, least=least), **given_answers)
        other = result(Score(id="s", items=tuple(shuffled), rule=kept, least=least), **given_answers)
        assert one == attrs.evolve(other, left_out=one.left_out)
        assert one.left_out == other.left_out
        levels = [answer for answer in answers if not isinstance(answer, AnswerState)]
        assert one.answered == len(levels)
        if rule in ("mean", "median") and one.value is not None:
            assert min(levels) <= one.value <= max(levels)

"""Laws of conditions and forms: what is hidden never matters."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import Any

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ilr import interop
from ilr.base import InvalidInput, Lineage, LineageKind
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
    CountAtLeast,
    Equals,
    FocusIs,
    Form,
    Item,
    Not,
    OneOf,
    check_lineage,
    comparable,
    dependencies,
    evaluate,
    migrate,
)
from ilr.testing import strategies as made

AT = datetime(2026, 9, 14, 9, tzinfo=UTC)


@st.composite
def filled(draw: st.DrawFn) -> tuple[Form, dict[str, Any]]:
    """A form with answers to some of its items."""
    form = draw(made.forms())
    return form, draw(made.answers(form))


def effective(form: Form, answers: dict[str, Any]) -> dict[str, Any]:
    """What the record of a visit holds of the answers."""
    record = form.record(teachers=["t"], observer="o", at=AT, answers=answers)
    return {answer.item: (answer.code, answer.state) for answer in record}


def naive(condition: Condition, codes: dict[str, Any], order: dict[str, tuple[Any, ...]]) -> bool | None:
    """A condition read off a table of worths: false 0, unknown 1, true 2."""

    def worth(part: Condition) -> int:
        if isinstance(part, All):
            return min([worth(one) for one in part.parts], default=2)
        if isinstance(part, AnyOf):
            return max([worth(one) for one in part.parts], default=0)
        if isinstance(part, Not):
            return 2 - worth(part.part)
        assert isinstance(part, AtLeast | AtMost | OneOf)
        if part.item not in codes:
            return 1
        rank = order[part.item].index
        given_rank = rank(codes[part.item])
        if isinstance(part, OneOf):
            return 2 * (given_rank in [rank(code) for code in part.codes])
        holds = (
            given_rank >= rank(part.level) if isinstance(part, AtLeast) else given_rank <= rank(part.level)
        )
        return 2 * holds

    return (False, None, True)[worth(condition)]


@given(filled(), st.data())
def test_conditions_follow_the_logic_of_three_worths(
    both: tuple[Form, dict[str, Any]], data: st.DataObject
) -> None:
    """All is the least of its parts, any the greatest, and not turns the scale round."""
    form, answers = both
    if not any(item.scale for item in form):
        return
    condition = data.draw(made.conditions(form.items))
    order = {item.id: item.scale.codes for item in form if item.scale}
    codes = {id: value for id, value in answers.items() if id in order and not isinstance(value, AnswerState)}
    assert evaluate(condition, codes, order) is naive(condition, codes, order)
    nothing_known = evaluate(condition, {}, order)
    assert nothing_known is naive(condition, {}, order)
    unread = {id: code for id, code in codes.items() if id in dependencies(condition)}
    assert evaluate(condition, unread, order) is evaluate(condition, codes, order)


@given(filled(), st.data())
def test_changing_a_hidden_answer_changes_nothing(
    both: tuple[Form, dict[str, Any]], data: st.DataObject
) -> None:
    """Answers to items that are not shown may be changed or dropped without any effect."""
    form, answers = both
    shown = {item.id for item in form.shown(answers)}
    others = data.draw(made.answers(form))
    changed = {id: value for id, value in answers.items() if id in shown}
    changed |= {id: value for id, value in others.items() if id not in shown}
    assert form.shown(changed) == form.shown(answers)
    assert form.next_items(changed) == form.next_items(answers)
    assert effective(form, changed) == effective(form, answers)


@given(filled())
def test_a_record_keeps_what_is_shown_and_names_what_is_hidden(both: tuple[Form, dict[str, Any]]) -> None:
    """Every answer of the draft is either in the record or named as hidden."""
    form, answers = both
    record = form.record(teachers=["t"], observer="o", at=AT, answers=answers)
    shown = {item.id for item in form.shown(answers)}
    kept = [answer.item for answer in record]
    assert set(kept) == set(answers) & shown
    assert set(record.hidden) == set(answers) - shown
    assert kept == [item.id for item in form if item.id in set(kept)]


@given(filled())
def test_a_shown_item_has_a_condition_that_holds(both: tuple[Form, dict[str, Any]]) -> None:
    """Items are shown when their condition holds for the answers in effect, and not when unknown."""
    form, answers = both
    order = {item.id: item.scale.codes for item in form if item.scale}
    codes = {
        id: code
        for id, (code, state) in effective(form, answers).items()
        if id in order and state is AnswerState.ANSWERED
    }
    shown = set(form.shown(answers))
    for item in form:
        holds = item.visible_when is None or evaluate(item.visible_when, codes, order) is True
        assert (item in shown) == holds


@given(filled())
def test_what_is_asked_next_is_shown_and_open(both: tuple[Form, dict[str, Any]]) -> None:
    """A screen asks the shown items that have no answer, in the order of the form."""
    form, answers = both
    assert form.next_items(answers) == tuple(item for item in form.shown(answers) if item.id not in answers)
    assert form.check(answers) == ()


@given(filled(), st.randoms())
def test_the_order_of_answers_does_not_matter(both: tuple[Form, dict[str, Any]], random: Any) -> None:
    """A form asks the same whichever item was answered first."""
    form, answers = both
    pairs = list(answers.items())
    random.shuffle(pairs)
    assert form.shown(dict(pairs)) == form.shown(answers)
    assert effective(form, dict(pairs)) == effective(form, answers)


@given(filled(), st.data())
def test_undeclared_answers_are_each_told(both: tuple[Form, dict[str, Any]], data: st.DataObject) -> None:
    """Every planted answer that the form cannot take has a problem of its own, and no other has."""
    form, answers = both
    planted = data.draw(st.sets(st.sampled_from([item.id for item in form]), min_size=1))
    broken: dict[str, Any] = {**answers, **dict.fromkeys(planted, ("SECRET",))}
    with pytest.raises(InvalidInput) as raised:
        form.record(teachers=["t"], observer="o", at=AT, answers=broken)
    assert sorted(problem.path for problem in raised.value.problems) == sorted(
        f"answers.{id}" for id in planted
    )
    assert "SECRET" not in str(raised.value)


@given(made.forms(), st.data())
def test_wording_leaves_the_structure_as_it_is(form: Form, data: st.DataObject) -> None:
    """Other labels make another form of the same structure; another order makes another structure."""
    relabelled = tuple(_relabel(item, data.draw(made.texts())) for item in form)
    assert attrs.evolve(form, items=relabelled).structure == form.structure
    reordered = tuple(reversed(form.items))
    assert (attrs.evolve(form, items=reordered).structure == form.structure) == (reordered == form.items)


def _relabel(item: Item, label: str) -> Item:
    return attrs.evolve(item, label=label)


@given(filled(), st.data())
def test_a_record_in_its_own_version_is_itself(
    both: tuple[Form, dict[str, Any]], data: st.DataObject
) -> None:
    """Migration to the same version is the identity, whatever the record holds."""
    form, _ = both
    record = data.draw(made.walkthroughs(form))
    moved = migrate(record, of=form, to=form)
    assert moved.walkthrough is record
    assert (moved.lost, moved.changed) == ((), ())


@given(filled(), st.data())
def test_other_words_lose_nothing(both: tuple[Form, dict[str, Any]], data: st.DataObject) -> None:
    """A relabelled next version takes every answer over, and every item may be joined."""
    form, answers = both
    relabelled = tuple(_relabel(item, data.draw(made.texts())) for item in form)
    later = attrs.evolve(form, version="9.0.0", follows=form.version, items=relabelled)
    record = form.record(teachers=["t"], observer="o", at=AT, answers=answers)
    moved = migrate(record, of=form, to=later)
    assert moved.walkthrough == attrs.evolve(record, form=later.ref)
    assert (moved.lost, moved.changed) == ((), ())
    assert all(comparable(form, later, item.id) for item in later)


@given(filled(), st.data())
def test_no_answer_vanishes_on_the_way(both: tuple[Form, dict[str, Any]], data: st.DataObject) -> None:
    """Whatever becomes of the items, each answer is carried over or told as lost, and never both."""
    form, answers = both
    items, lineage = [], []
    for place, item in enumerate(form):
        plain = attrs.evolve(item, visible_when=None)
        match data.draw(st.sampled_from(["kept", "renamed", "retired", "replaced", "silent"])):
            case "kept":
                items.append(plain)
            case "renamed":
                items.append(attrs.evolve(plain, id=f"new-{place}"))
                lineage.append(Lineage(kind=LineageKind.SAME, old=(item.id,), new=(f"new-{place}",)))
            case "retired":
                lineage.append(Lineage(kind=LineageKind.RETIRED, old=(item.id,)))
            case "replaced":
                items.append(Item(id=f"new-{place}", kind="flag"))
                lineage.append(Lineage(kind=LineageKind.REPLACED, old=(item.id,), new=(f"new-{place}",)))
            case _:
                pass
    items.append(Item(id="last", kind="note"))
    later = Form(id=form.id, version="9.0.0", follows=form.version, items=items, lineage=lineage)  # type: ignore[arg-type]  # lists are taken
    assert [one for one in check_lineage(form, later) if one.severity == "error"] == []
    record = form.record(teachers=["t"], observer="o", at=AT, answers=answers)
    moved = migrate(record, of=form, to=later)
    lost = {one.item for one in moved.lost}
    renamed = {one.later: one.item for one in moved.changed}
    carried = {renamed.get(answer.item, answer.item): answer.code for answer in moved.walkthrough}
    assert lost | set(carried) == {answer.item for answer in record}
    assert not lost & set(carried)
    assert all(record.code(id) == code for id, code in carried.items())


@st.composite
def varied(draw: st.DrawFn) -> Form:
    """Small forms of every kind of item, with every kind of condition."""
    asked: list[Item] = []
    for number in range(draw(st.integers(2, 4))):
        id = f"item-{number}"
        kind: Any = draw(st.sampled_from(["scale", "flag", "choice", "multi", "count", "text"]))
        facts: dict[str, Any] = {"id": id, "kind": kind}
        if kind == "scale":
            facts["scale"] = LevelScale.numbered(3)
        elif kind in ("choice", "multi"):
            facts["choices"] = (Choice(code="x"), Choice(code="y"))
        elif kind == "count":
            facts["most"] = 2
        if draw(st.booleans()) and asked:
            facts["visible_when"] = draw(st.recursive(_leaf(asked), _compound, max_leaves=4))
        asked.append(Item(**facts))
    return Form(id="varied", items=tuple(asked), focus=("talk", "maths"))


def _domain(item: Item) -> list[Any]:
    """Every answer to an item of a varied form; one text stands for all."""
    if item.kind == "multi":
        return [("x",), ("y",), ("x", "y")]
    return list(item.codes) or ([0, 1, 2] if item.kind == "count" else ["said"])


def _leaf(asked: list[Item]) -> st.SearchStrategy[Condition]:
    def about(item: Item) -> st.SearchStrategy[Condition]:
        if item.kind == "text":
            return st.just(Answered(item.id))
        codes = st.sampled_from(item.codes or (0, 1, 2))
        by_code = st.builds(Equals, st.just(item.id), codes)
        ordered = st.builds(AtLeast, st.just(item.id), codes)
        return by_code | ordered if item.kind in ("scale", "count") else by_code

    focus = st.builds(FocusIs, st.sampled_from(["talk", "maths", "art"]))
    return st.sampled_from(asked).flatmap(about) | focus


def _compound(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    two = st.lists(parts, min_size=2, max_size=2).map(tuple)
    return st.one_of(
        st.builds(All, two),
        st.builds(AnyOf, two),
        st.builds(Not, parts),
        st.builds(CountAtLeast, st.just(2), two),
    )


@settings(deadline=None, max_examples=60)
@given(varied())
def test_what_is_told_to_be_unreachable_is_just_what_nobody_is_ever_asked(form: Form) -> None:
    """Of all answers and focuses together, none asks an unreachable item and some ask each other one."""
    domains = [[None, *_domain(item)] for item in form]
    assume(len([*product(*domains)]) <= 300)
    asked: set[str] = set()
    for values in product(*domains):
        answers = {item.id: value for item, value in zip(form, values, strict=True) if value is not None}
        for focus in (None, *form.focus):
            asked |= {item.id for item in form.shown(answers, focus=focus)}
    told = {form.items[int(one.path.split("[")[1].split("]")[0])].id for one in form.unreachable}
    assert told == {item.id for item in form} - asked


@settings(deadline=None)
@given(varied(), st.data())
def test_an_explanation_agrees_with_what_is_shown(form: Form, data: st.DataObject) -> None:
    """An item is shown exactly when its explanation holds, and documents keep every condition."""
    answers = {
        item.id: data.draw(st.sampled_from(_domain(item))) for item in form if data.draw(st.booleans())
    }
    focus = data.draw(st.sampled_from([None, "talk", "maths"]))
    shown = {item.id for item in form.shown(answers, focus=focus)}
    for item in form:
        told = form.explain(item.id, answers, focus=focus)
        assert (told.holds is True) == (item.id in shown)
        assert str(told)
    assert interop.loads(interop.dumps(form), Form) == form

"""Laws of conditions and forms: what is hidden never matters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilr.base import InvalidInput
from ilr.forms import (
    All,
    AnswerState,
    AnyOf,
    AtLeast,
    Condition,
    Form,
    Item,
    Not,
    OneOf,
    dependencies,
    evaluate,
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

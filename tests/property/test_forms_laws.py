"""Laws of conditions and forms: what is hidden never matters."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time
from itertools import product
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ilr import interop
from ilr.base import InvalidInput, Lineage, LineageKind
from ilr.continuum import LevelScale
from ilr.forms import (
    All,
    Answer,
    Answered,
    AnswerState,
    AnyOf,
    AtLeast,
    Choice,
    Condition,
    CountAtLeast,
    EntriesAtLeast,
    Equals,
    FocusIs,
    Form,
    Item,
    Not,
    OneOf,
    Repeat,
    Walkthrough,
    check_lineage,
    comparable,
    dependencies,
    evaluate,
    migrate,
)
from ilr.testing import strategies as made

AT = datetime(2026, 9, 14, 9, tzinfo=UTC)
law = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def filled(draw: st.DrawFn) -> tuple[Form, dict[str, Any]]:
    """A form with answers to some of its items."""
    form = draw(made.forms())
    return form, draw(made.finished(form))


def effective(form: Form, answers: dict[str, Any]) -> tuple[Any, Any]:
    """What the record of a visit holds of the answers."""
    record = form.record(teachers=["t"], observer="o", at=AT, answers=answers)
    return record.answers, record.entries


def outside(form: Form) -> list[Item]:
    """The items of a form that stand in no repeat."""

    def found(elements: Any) -> list[Item]:
        return [
            item
            for one in elements
            if not isinstance(one, Repeat)
            for item in ([one] if isinstance(one, Item) else found(one.items))
        ]

    return found(form.items)


def told(form: Form, answers: dict[str, Any]) -> dict[str, Any]:
    """What conditions read of answers, whether or not their items are shown."""
    plain = {id: value for id, value in answers.items() if not isinstance(value, AnswerState)}
    codes: dict[str, Any] = {}
    for item in outside(form):
        if item.id in plain:
            value = plain[item.id]
            match item.kind:
                case "flag":
                    value = {True: "yes", False: "no"}.get(value, value)
                case "multi":
                    value = tuple(value)
                case "tally":
                    value = tuple({code for codes in value for code in codes})
                case "log":
                    value = tuple(entry.code for entry in value)
                case "date":
                    value = value if isinstance(value, date) else date.fromisoformat(value)
            codes[item.id] = value
    return codes


def naive(condition: Condition, codes: dict[str, Any], kinds: dict[str, Item]) -> bool | None:
    """A condition read off a table of worths: false 0, unknown 1, true 2."""

    def worth(part: Condition) -> int:  # noqa: PLR0911  # one answer a kind of condition
        if isinstance(part, All):
            return min([worth(one) for one in part.parts], default=2)
        if isinstance(part, AnyOf | CountAtLeast):
            return max([worth(one) for one in part.parts], default=0)
        if isinstance(part, Not):
            return 2 - worth(part.part)
        if isinstance(part, FocusIs | EntriesAtLeast):
            return 1
        if isinstance(part, Answered):
            return 2 * (part.item in codes)
        if part.item not in codes:
            return 1
        known = codes[part.item]
        rank = _rank(kinds[part.item])
        if isinstance(part, OneOf | Equals):
            wanted = part.codes if isinstance(part, OneOf) else (part.code,)
            chosen = known if isinstance(known, tuple) else (known,)
            return 2 * any(rank(one) == rank(code) for one in chosen for code in wanted)
        level = rank(part.level)
        return 2 * bool(rank(known) >= level if isinstance(part, AtLeast) else rank(known) <= level)

    return (False, None, True)[worth(condition)]


def _rank(item: Item) -> Any:
    """How the codes of an item are put in order."""
    kinds: dict[str, Any] = {"date": date, "time": time}
    if item.kind == "scale":
        return item.codes.index
    if item.kind in kinds:
        kind = kinds[item.kind]
        return lambda one: one if isinstance(one, kind) else kind.fromisoformat(one)
    return lambda one: one


@law
@given(filled(), st.data())
def test_conditions_follow_the_logic_of_three_worths(
    both: tuple[Form, dict[str, Any]], data: st.DataObject
) -> None:
    """All is the least of its parts, any the greatest, and not turns the scale round."""
    form, answers = both
    asked = outside(form)
    assume(asked)
    condition = data.draw(made.conditions(asked))
    order = {item.id: item.codes for item in form if item.codes}
    kinds = {item.id: item for item in form}
    codes = told(form, answers)
    assert evaluate(condition, codes, order) is naive(condition, codes, kinds)
    assert evaluate(condition, {}, order) is naive(condition, {}, kinds)
    unread = {id: code for id, code in codes.items() if id in dependencies(condition)}
    assert evaluate(condition, unread, order) is evaluate(condition, codes, order)


@law
@given(filled(), st.data())
def test_changing_a_hidden_answer_changes_nothing(
    both: tuple[Form, dict[str, Any]], data: st.DataObject
) -> None:
    """Answers to items that are not shown may be changed or dropped without any effect."""
    form, answers = both
    others = data.draw(made.answers(form))
    changed = changed_where_hidden(form, answers, others)
    assert form.shown(changed) == form.shown(answers)
    assert form.next_items(changed) == form.next_items(answers)
    assert form.missing(changed) == form.missing(answers)
    assert form.violated(changed) == form.violated(answers)
    assert effective(form, changed) == effective(form, answers)


def changed_where_hidden(form: Form, answers: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    """Answers with those of others wherever the form asks nothing."""
    shown = {item.id for item in form.shown(answers)} | {one.id for one in form.repeats(answers)}
    changed = {id: value for id, value in answers.items() if id in shown}
    changed |= {id: value for id, value in others.items() if id not in shown}
    for repeat in form.repeats(answers):
        given = answers.get(repeat.id, ())
        inside = [{item.id for item in form.shown(answers, entry=(repeat.id, n))} for n in range(len(given))]
        if given:
            changed[repeat.id] = [
                {id: value for id, value in entry.items() if id in asked}
                for entry, asked in zip(given, inside, strict=True)
            ]
    return changed


@law
@given(filled())
def test_a_record_keeps_what_is_shown_and_names_what_is_hidden(both: tuple[Form, dict[str, Any]]) -> None:
    """Every answer of the draft is either in the record or named as hidden."""
    form, answers = both
    record = form.record(teachers=["t"], observer="o", at=AT, answers=answers)
    shown = {item.id for item in form.shown(answers)}
    repeats = {one.id for one in form.repeats(answers)}
    kept = [answer.item for answer in record]
    inside = {id: value for id, value in answers.items() if id not in {item.id for item in outside(form)}}
    assert set(kept) == set(answers) & shown
    assert kept == [item.id for item in form if item.id in set(kept)]
    hidden = {id for id in answers if id not in shown and id not in inside}
    for id, entries in inside.items():
        held = [{answer.item for answer in one} for one in record.entries if one.repeat == id]
        assert len(held) == (len(entries) if id in repeats else 0)
        for number, entry in enumerate(entries):
            asked = held[number] if id in repeats else set()
            assert asked <= set(entry)
            hidden |= {f"{id}[{number}].{item}" for item in set(entry) - asked}
    assert set(record.hidden) == hidden


@law
@given(filled())
def test_a_shown_item_has_conditions_that_hold(both: tuple[Form, dict[str, Any]]) -> None:
    """Items are shown when they and the groups around them are asked for, and their explanation says so."""
    form, answers = both
    places: list[tuple[Any, set[str]]] = [(None, {item.id for item in outside(form)})]
    places += [
        ((one.id, number), {item.id for item in one.items if isinstance(item, Item)})
        for one in form.items
        if isinstance(one, Repeat)
        for number in range(len(answers.get(one.id, ())) + 1)
    ]
    for entry, ids in places:
        shown = {item.id for item in form.shown(answers, entry=entry)}
        assert shown <= ids
        for id in ids:
            explained = form.explain(id, answers, entry=entry)
            assert (explained.holds is True) == (id in shown)
            assert str(explained)


@law
@given(filled())
def test_what_is_asked_next_is_shown_and_open(both: tuple[Form, dict[str, Any]]) -> None:
    """A screen asks the shown items that have no answer, in the order of the form."""
    form, answers = both
    assert form.next_items(answers) == tuple(item for item in form.shown(answers) if item.id not in answers)
    assert (form.check(answers), form.check_record(answers), form.missing(answers)) == ((), (), ())


@law
@given(filled(), st.randoms())
def test_the_order_of_answers_does_not_matter(both: tuple[Form, dict[str, Any]], random: Any) -> None:
    """A form asks the same whichever item was answered first."""
    form, answers = both
    pairs = list(answers.items())
    random.shuffle(pairs)
    assert form.shown(dict(pairs)) == form.shown(answers)
    assert effective(form, dict(pairs)) == effective(form, answers)


@law
@given(filled(), st.data())
def test_undeclared_answers_are_each_told(both: tuple[Form, dict[str, Any]], data: st.DataObject) -> None:
    """Every planted answer that the form cannot take has a problem of its own, and no other has."""
    form, answers = both
    planted = data.draw(st.sets(st.sampled_from([item.id for item in outside(form)] or ["else"]), min_size=1))
    broken = {**answers, **{id: {"SECRET": "SECRET"} for id in planted}}
    with pytest.raises(InvalidInput) as raised:
        form.record(teachers=["t"], observer="o", at=AT, answers=broken)
    assert sorted(problem.path for problem in raised.value.problems) == sorted(
        f"answers.{id}" for id in planted
    )
    assert "SECRET" not in str(raised.value)


@law
@given(made.forms(), st.data())
def test_wording_leaves_the_structure_as_it_is(form: Form, data: st.DataObject) -> None:
    """Other labels make another form of the same structure; another order makes another structure."""
    relabelled = tuple(_relabel(one, data.draw(made.texts())) for one in form.items)
    assert attrs.evolve(form, items=relabelled).structure == form.structure
    reordered = tuple(reversed(form.items))
    assert (attrs.evolve(form, items=reordered).structure == form.structure) == (reordered == form.items)


def _relabel(element: Any, label: str) -> Any:
    return attrs.evolve(element, label=label)


@law
@given(filled())
def test_a_language_changes_words_alone(both: tuple[Form, dict[str, Any]]) -> None:
    """In every language the same items are shown with the same codes, and what is missing is told."""
    form, answers = both
    for language, missing in form.missing_translations.items():
        there = form.in_language(language)
        assert (there.structure, there.ref) == (form.structure, form.ref)
        assert [one.id for one in there.shown(answers)] == [one.id for one in form.shown(answers)]
        assert [one.codes for one in there] == [one.codes for one in form]
        assert effective(there, answers) == effective(form, answers)
        texts = form.translations[language]
        for item in form:
            own = texts.get(f"{item.id}.label", "").strip()
            assert there[item.id].label == (texts[f"{item.id}.label"] if own else item.label)
            assert (f"{item.id}.label" in missing) == bool(item.label.strip() and not own)
    assert form.in_language(form.language) is form


@law
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


@law
@given(filled(), st.data())
def test_other_words_lose_nothing(both: tuple[Form, dict[str, Any]], data: st.DataObject) -> None:
    """A relabelled next version takes every answer over, and every item may be joined."""
    form, answers = both
    relabelled = tuple(_relabel(one, data.draw(made.texts())) for one in form.items)
    later = attrs.evolve(form, version="9.0.0", follows=form.version, items=relabelled)
    record = form.record(teachers=["t"], observer="o", at=AT, answers=answers)
    moved = migrate(record, of=form, to=later)
    assert moved.walkthrough == attrs.evolve(record, form=later.ref)
    assert (moved.lost, moved.changed) == ((), ())
    assert all(comparable(form, later, item.id) for item in later)


@law
@given(filled(), st.data())
def test_no_answer_vanishes_on_the_way(both: tuple[Form, dict[str, Any]], data: st.DataObject) -> None:
    """Whatever becomes of the items, each answer is carried over or told as lost, and never both."""
    form, answers = both
    items: list[Any] = []
    lineage = []
    for place, element in enumerate(form.items):
        kept: list[Item] = []
        for number, item in enumerate([element] if isinstance(element, Item) else element.items):
            assert isinstance(item, Item)
            plain = attrs.evolve(item, visible_when=None, required_when=None)
            new = f"new-{place}-{number}"
            match data.draw(st.sampled_from(["kept", "renamed", "retired", "replaced", "silent"])):
                case "kept":
                    kept.append(plain)
                case "renamed":
                    kept.append(attrs.evolve(plain, id=new))
                    lineage.append(Lineage(kind=LineageKind.SAME, old=(item.id,), new=(new,)))
                case "retired":
                    lineage.append(Lineage(kind=LineageKind.RETIRED, old=(item.id,)))
                case "replaced":
                    kept.append(Item(id=new, kind="flag"))
                    lineage.append(Lineage(kind=LineageKind.REPLACED, old=(item.id,), new=(new,)))
                case _:
                    pass
        if kept and isinstance(element, Repeat):
            items.append(attrs.evolve(element, visible_when=None, items=tuple(kept)))
        else:
            items += kept
    items.append(Item(id="last", kind="note"))
    later = Form(
        id=form.id, version="9.0.0", follows=form.version, items=tuple(items), lineage=tuple(lineage)
    )
    assert [one for one in check_lineage(form, later) if one.severity == "error"] == []
    record = form.record(teachers=["t"], observer="o", at=AT, answers=answers)
    moved = migrate(record, of=form, to=later)
    lost = [one.item for one in moved.lost]
    renamed = {one.later: one.item for one in moved.changed}
    carried = {renamed.get(path, path): answer for path, answer in _by_path(moved.walkthrough).items()}
    before = _by_path(record)
    assert sorted([*lost, *carried]) == sorted(before)
    assert all(
        (answer.code, answer.codes, answer.intervals, answer.log)
        == (before[path].code, before[path].codes, before[path].intervals, before[path].log)
        for path, answer in carried.items()
    )


def _by_path(record: Walkthrough) -> dict[str, Answer]:
    """Every answer of a record by its place."""
    found = {answer.item: answer for answer in record}
    numbers: Counter[str] = Counter()
    for entry in record.entries:
        found |= {f"{entry.repeat}[{numbers[entry.repeat]}].{answer.item}": answer for answer in entry}
        numbers[entry.repeat] += 1
    return found


FOCUSES = ("talk", "maths")


@st.composite
def varied_items(draw: st.DrawFn) -> tuple[Item, ...]:
    """Few items of many kinds, with every kind of condition, reachable or not."""
    asked: list[Item] = []
    for number in range(draw(st.integers(2, 4))):
        id = f"item-{number}"
        kind: Any = draw(st.sampled_from(["scale", "flag", "choice", "multi", "count", "text", "date"]))
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
    return tuple(asked)


DAYS = (date(2026, 9, 1), date(2026, 9, 2), date(2026, 9, 3))


def _domain(item: Item) -> list[Any]:
    """Every answer to an item of a varied form; one text stands for all."""
    if item.kind == "multi":
        return [("x",), ("y",), ("x", "y")]
    other: dict[str, list[Any]] = {"count": [0, 1, 2], "date": [date(2026, 8, 31), *DAYS, date(2026, 9, 4)]}
    return list(item.codes) or other.get(item.kind, ["said"])


def _leaf(asked: list[Item]) -> st.SearchStrategy[Condition]:
    def about(item: Item) -> st.SearchStrategy[Condition]:
        if item.kind == "text":
            return st.just(Answered(item.id))
        days = tuple(day.isoformat() for day in DAYS)
        codes = st.sampled_from(item.codes or (days if item.kind == "date" else (0, 1, 2)))
        by_code = st.builds(Equals, st.just(item.id), codes)
        ordered = st.builds(AtLeast, st.just(item.id), codes)
        return by_code | ordered if item.kind in ("scale", "count", "date") else by_code

    focus = st.builds(FocusIs, st.sampled_from(["talk", "maths"]))
    return st.sampled_from(asked).flatmap(about) | focus


def _compound(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    two = st.lists(parts, min_size=2, max_size=2).map(tuple)
    return st.one_of(
        st.builds(All, two),
        st.builds(AnyOf, two),
        st.builds(Not, parts),
        st.builds(CountAtLeast, st.just(2), two),
    )


@settings(law, max_examples=40)
@given(varied_items())
def test_what_is_told_to_be_unreachable_is_just_what_nobody_is_ever_asked(items: tuple[Item, ...]) -> None:
    """Of all answers and focuses together, none asks an unreachable item and some ask each other one."""
    domains = [[None, *_domain(item)] for item in items]
    assume(len([*product(*domains)]) <= 120)
    try:
        form = Form(id="varied", items=items, focus=FOCUSES)
    except InvalidInput as error:
        told = {problem.path for problem in error.problems}
        left = tuple(item for place, item in enumerate(items) if f"items[{place}].visible_when" not in told)
        form = Form(id="varied", items=left, focus=FOCUSES)
    asked: set[str] = set()
    for values in product(*domains):
        answers = {
            item.id: v for item, v in zip(items, values, strict=True) if v is not None and item in form
        }
        for focus in (None, "art", *FOCUSES):
            asked |= {item.id for item in form.shown(answers, focus=focus)}
    assert asked == {item.id for item in form}


@settings(law, max_examples=40)
@given(varied_items())
def test_an_unreachable_item_is_asked_by_no_answers(items: tuple[Item, ...]) -> None:
    """What is refused as unreachable has a condition that no answers and no focus make true."""
    domains = [[None, *_domain(item)] for item in items]
    assume(len([*product(*domains)]) <= 120)
    lost: list[Item] = []
    try:
        Form(id="varied", items=items, focus=FOCUSES)
    except InvalidInput as error:
        lost = [items[int(one.path.split("[")[1].split("]")[0])] for one in error.problems]
    order = {item.id: item.codes for item in items if item.codes}
    for values in product(*domains):
        effective = _in_effect(items, values, order)
        for focus, item in product(effective, lost):
            assert item.visible_when is not None
            assert evaluate(item.visible_when, effective[focus], order, focus=focus) is not True


def _in_effect(items: Any, values: Any, order: Any) -> dict[str | None, dict[str, Any]]:
    """The answers in effect by focus; items wait for earlier ones alone."""
    found: dict[str | None, dict[str, Any]] = {}
    for focus in (None, "art", *FOCUSES):
        known: dict[str, Any] = {}
        for item, value in zip(items, values, strict=True):
            holds = item.visible_when is None or evaluate(item.visible_when, known, order, focus=focus)
            if value is not None and holds is True:
                known[item.id] = value
        found[focus] = known
    return found


@law
@given(made.forms())
def test_documents_keep_every_form(form: Form) -> None:
    """Groups, repeats, constraints, conditions and translations come back equal from a document."""
    assert interop.loads(interop.dumps(form), Form) == form


@law
@given(made.walkthroughs())
def test_documents_keep_every_record(record: Walkthrough) -> None:
    """Days, tallies, logs and entries come back equal from a document."""
    assert interop.loads(interop.dumps(record), Walkthrough) == record

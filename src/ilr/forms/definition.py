"""The form: items in order, when each is asked, and the record that a visit leaves.

Here belong items, the form and its pure functions `next_items`, `check` and `record`. Not here: what
statistics read (`ilr.observation`) or who may see a record (`ilr.disclosure`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Literal

import attrs

from ilr.base import (
    EDITION,
    WORDING,
    Checker,
    Diagnostic,
    InvalidInput,
    UnknownCode,
    listed,
    read_only,
    structure_hash,
)
from ilr.continuum.lookfors import LevelCode, LevelScale, LookFor, LookForSet
from ilr.forms.conditions import AtLeast, AtMost, Condition, OneOf, comparisons, dependencies, evaluate
from ilr.forms.walkthrough import Answer, AnswerState, FormRef, Walkthrough

__all__ = ["Form", "Item", "form"]

AnswerLike = LevelCode | AnswerState
_STATES = frozenset({AnswerState.NOT_OBSERVED, AnswerState.NOT_APPLICABLE, AnswerState.UNANSWERED})


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Item:
    """One question of a form. Equal when all fields are equal.

    Attributes:
        id: stable code, never reused for another question.
        label: what the form prints.
        kind: ``scale`` is answered with a level, ``note`` with text.
        scale: the levels of a scale item.
        look_for: id of the look-for that it asks about, or None.
        action: whose action it is about.
        visible_when: when it is asked; always when None.

    Raises:
        InvalidInput: for a scale item without scale or a note with one.
    """

    id: str
    label: str = attrs.field(default="", metadata=WORDING)
    kind: Literal["scale", "note"] = "scale"
    scale: LevelScale | None = None
    look_for: str | None = None
    action: Literal["teacher", "student", "either"] = "either"
    visible_when: Condition | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Item")
        check(
            (self.kind == "scale") == (self.scale is not None),
            "item.scale",
            "scale",
            "does not go with the kind",
            expected="a scale for scale items and none for notes",
        )
        check.done()

    @property
    def name(self) -> str:
        """The label, or the id where there is none."""
        return self.label or self.id


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Form:
    """A versioned observation form. Equal when all fields are equal.

    Attributes:
        id: stable code of the form over its versions.
        version: semantic version.
        items: in the order in which they are asked.
        focus: instructional focuses it is made for; empty for a general form.
        look_fors: id and version of the look-for set it asks about, or None.

    Raises:
        InvalidInput: listing repeated items, conditions on unknown items, undeclared codes in
            conditions, and items that wait for each other.
    """

    id: str
    version: str = attrs.field(default="1.0.0", metadata=EDITION)
    items: tuple[Item, ...] = ()
    focus: tuple[str, ...] = ()
    look_fors: str | None = attrs.field(default=None, metadata=EDITION)

    def __attrs_post_init__(self) -> None:
        check = Checker("Form")
        check(bool(self.items), "form.empty", "items", "are missing", expected="one or more items")
        ids = [item.id for item in self.items]
        check(len(set(ids)) == len(ids), "form.repeated", "items", "repeat an id", expected="unlike ids")
        by_id = {item.id: item for item in self.items}
        for index, item in enumerate(self.items):
            if item.visible_when is not None:
                path = f"items[{index}].visible_when"
                for leaf in comparisons(item.visible_when):
                    _check_comparison(leaf, by_id, check, path)
        cycle = _cycle({i.id: dependencies(i.visible_when) if i.visible_when else () for i in self.items})
        check(
            not cycle, "form.cycle", "items", f"wait for each other: {' > '.join(cycle)}", expected="no cycle"
        )
        check.done()

    def __getitem__(self, id: str) -> Item:
        for item in self.items:
            if item.id == id:
                return item
        raise UnknownCode(
            f"the form has no such item; it has {listed(i.id for i in self.items)}", code="form.unknown"
        )

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    @property
    def ref(self) -> FormRef:
        """Id, version and structure hash, as records pin them."""
        return FormRef(self.id, self.version, self.structure)

    @cached_property
    def structure(self) -> str:
        """Hash over ids, kinds, codes, values and conditions; wording does not change it."""
        return structure_hash(self)

    def shown(self, answers: Mapping[str, AnswerLike]) -> tuple[Item, ...]:
        """The items that are asked, given the answers so far, in order.

        An answer to an item that is not shown has no effect on others.

        Raises:
            InvalidInput: listing answers that the form cannot take.
        """
        self._require(answers)
        return tuple(self[id] for id in self._visible(answers))

    def next_items(self, answers: Mapping[str, AnswerLike]) -> tuple[Item, ...]:
        """What a screen asks next: the items that are shown and have no answer yet, in order.

        Raises:
            InvalidInput: listing answers that the form cannot take.
        """
        return tuple(item for item in self.shown(answers) if item.id not in answers)

    def check(self, answers: Mapping[str, AnswerLike]) -> tuple[Diagnostic, ...]:
        """Every problem of a set of answers, in the words of the form's labels."""
        check = Checker("answers")
        by_id = {item.id: item for item in self.items}
        for id, value in answers.items():
            path = f"answers.{id}"
            if id not in by_id:
                near = get_close_matches(id, by_id, n=1)
                hint = f"did you mean {near[0]}?" if near else ""
                check(
                    False,
                    "answer.item",
                    path,
                    "is not an item of the form",
                    expected=listed(by_id),
                    hint=hint,
                )
                continue
            item = by_id[id]
            if isinstance(value, AnswerState):
                check(
                    value in _STATES,
                    "answer.state",
                    path,
                    f"{item.name}: says answered without a code",
                    expected="a code",
                )
            elif item.scale is None:
                check(
                    isinstance(value, str), "answer.text", path, f"{item.name}: is no text", expected="a text"
                )
            else:
                known = any(_same(value, code) for code in item.scale.codes)
                check(
                    known,
                    "answer.level",
                    path,
                    f"{item.name}: is not a declared level",
                    expected=listed(item.scale.codes),
                )
        return tuple(check.problems)

    def record(
        self,
        *,
        teachers: Sequence[str],
        observer: str,
        at: datetime,
        answers: Mapping[str, AnswerLike],
        **circumstances: Any,
    ) -> Walkthrough:
        """Make the record of a visit.

        Answers to items that are not shown are left out and named in ``hidden``.

        Args:
            teachers: ids of everyone who taught.
            observer: id of the observer.
            at: timezone-aware instant.
            answers: code (or text, or `AnswerState`) by item id.
            **circumstances: any further field of `Walkthrough`: ``mode``, ``period``, ``lesson_part``,
                ``minutes``, ``building``, ``dimensions`` and so on.

        Returns:
            The walkthrough, pinned to this version of the form.

        Raises:
            InvalidInput: listing all problems of answers and circumstances.
        """
        problems = list(self.check(answers))
        known = {field.name for field in attrs.fields(Walkthrough)} - {"form", "hidden"}
        problems += [
            Diagnostic(
                code="walkthrough.field", path=name, message="is not a field", expected=listed(sorted(known))
            )
            for name in circumstances
            if name not in known
        ]
        visible = self._visible(answers) if not problems else ()
        try:
            walkthrough = Walkthrough(
                form=self.ref,
                teachers=tuple(teachers) if not isinstance(teachers, str) else (teachers,),
                observer=observer,
                at=at,
                answers=tuple(_answer(self[id], answers[id]) for id in visible if id in answers),
                hidden=tuple(id for id in answers if id not in visible) if not problems else (),
                **{name: value for name, value in circumstances.items() if name in known},
            )
        except InvalidInput as error:
            problems += error.problems
        if problems:
            raise InvalidInput("record", problems)
        return walkthrough

    def _require(self, answers: Mapping[str, AnswerLike]) -> None:
        problems = self.check(answers)
        if problems:
            raise InvalidInput("answers", problems)

    def _visible(self, answers: Mapping[str, AnswerLike]) -> tuple[str, ...]:
        order = {item.id: item.scale.codes for item in self.items if item.scale is not None}
        by_id = {item.id: item for item in self.items}
        effective: dict[str, LevelCode] = {}
        shown: dict[str, bool] = {}

        def is_shown(id: str) -> bool:
            if id not in shown:
                condition = by_id[id].visible_when
                for other in dependencies(condition) if condition else ():
                    is_shown(other)
                shown[id] = condition is None or evaluate(condition, effective, order) is True
                value = answers.get(id)
                if shown[id] and value is not None and not isinstance(value, AnswerState):
                    effective[id] = _answer(by_id[id], value).code  # type: ignore[assignment]  # an answer has a code
            return shown[id]

        return tuple(item.id for item in self.items if is_shown(item.id))


def form(
    id: str,
    *,
    look_fors: Iterable[str | LookFor] | LookForSet,
    scale: int | LevelScale = 4,
    version: str = "1.0.0",
    focus: Sequence[str] = (),
    notes: bool = True,
) -> Form:
    """Make a form from one line: an item for each look-for, and a place for open notes.

    Args:
        id: code of the form.
        look_fors: ids (each gets the scale), look-fors or a set of them (each brings its own).
        scale: number of levels, or a scale, for look-fors given by id.
        version: semantic version.
        focus: instructional focuses the form is made for.
        notes: whether to end with an item ``notes`` for open notes.

    Returns:
        The form.

    Raises:
        InvalidInput: as for `Form`.

    Example:
        >>> walk_form = form("discussion", look_fors=["questioning", "wait-time"], scale=4, notes=False)
        >>> [item.id for item in walk_form.next_items({"questioning": 3})]
        ['wait-time']
    """
    levels = scale if isinstance(scale, LevelScale) else LevelScale.numbered(scale)
    items = [
        Item(id=one.id, label=one.title, scale=one.scale, look_for=one.id)
        if isinstance(one, LookFor)
        else Item(id=one, scale=levels, look_for=one)
        for one in look_fors
    ]
    if notes:
        items.append(Item(id="notes", kind="note"))
    used = f"{look_fors.id}@{look_fors.version}" if isinstance(look_fors, LookForSet) else None
    return Form(id=id, version=version, items=tuple(items), focus=tuple(focus), look_fors=used)


def _same(value: object, code: LevelCode) -> bool:
    return isinstance(value, str) == isinstance(code, str) and not isinstance(value, bool) and value == code


def _answer(item: Item, value: AnswerLike) -> Answer:
    if isinstance(value, AnswerState):
        return Answer(item.id, None, value, item.look_for)
    if item.scale is None:
        return Answer(item.id, value, AnswerState.ANSWERED, item.look_for)
    code = next(code for code in item.scale.codes if _same(value, code))
    return Answer(item.id, code, AnswerState.ANSWERED, item.look_for)


def _check_comparison(
    leaf: AtLeast | AtMost | OneOf, by_id: Mapping[str, Item], check: Checker, path: str
) -> None:
    if leaf.item not in by_id:
        near = get_close_matches(leaf.item, by_id, n=1)
        hint = f"did you mean {near[0]}?" if near else ""
        check(False, "condition.item", path, "names an unknown item", expected=listed(by_id), hint=hint)
        return
    scale = by_id[leaf.item].scale
    if not check(scale is not None, "condition.kind", path, "compares a note", expected="a scale item"):
        return
    codes = scale.codes if scale is not None else ()
    wanted = leaf.codes if isinstance(leaf, OneOf) else (leaf.level,)
    check(
        all(any(_same(code, known) for known in codes) for code in wanted),
        "condition.level",
        path,
        "compares with an undeclared level",
        expected=listed(codes),
    )


def _cycle(edges: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    done: set[str] = set()

    def walk(node: str, trail: tuple[str, ...]) -> tuple[str, ...]:
        if node in trail:
            return (*trail[trail.index(node) :], node)
        if node in done or node not in edges:
            return ()
        found = next(filter(None, (walk(other, (*trail, node)) for other in sorted(edges[node]))), ())
        done.add(node)
        return found

    return next(filter(None, (walk(node, ()) for node in edges)), ())

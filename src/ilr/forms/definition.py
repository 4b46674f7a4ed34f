"""The form: items in order, when each is asked, and the record that a visit leaves.

Here belong the form and its pure functions `next_items`, `check` and `record`. Not here: one item and its
answers (`ilr.forms.items`), what statistics read (`ilr.observation`) or who may see a record
(`ilr.disclosure`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from functools import cached_property
from typing import Any

import attrs

from ilr.base import (
    EDITION,
    Checker,
    Diagnostic,
    InvalidInput,
    Lineage,
    Reason,
    UnknownCode,
    listed,
    read_only,
    structure_hash,
)
from ilr.continuum.lookfors import LevelScale, LookFor, LookForSet
from ilr.forms._reach import Reach, labels_of, uses
from ilr.forms.conditions import (
    MOST_DEPTH,
    MOST_PARTS,
    Answered,
    Comparison,
    Condition,
    CountAtLeast,
    Equals,
    Explanation,
    OneOf,
    Told,
    codes_of,
    dependencies,
    direct_parts,
    evaluate,
    explain,
    too_large,
)
from ilr.forms.items import AnswerLike, Choice, Item, check_answer, made_answer, same_code, told_codes
from ilr.forms.walkthrough import AnswerState, Evidence, FormRef, Walkthrough

__all__ = ["Form", "form"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Form:
    """A versioned observation form. Equal when all fields are equal.

    Attributes:
        id: stable code of the form over its versions.
        version: semantic version.
        items: in the order in which they are asked.
        focus: instructional focuses it is made for; empty for a general form.
        look_fors: id and version of the look-for set it asks about, or None.
        follows: version that this one was made from, or None for a first one.
        lineage: where items come from, with respect to the version before.
        decisions: ids of the decisions or feedback that led to this version.
        retired: ids of items of earlier versions, which no other question may bear.

    Raises:
        InvalidInput: listing repeated items, conditions on unknown items, undeclared codes in
            conditions, conditions too large to follow, items that wait for each other, items under a
            retired id, a lineage of items that the form does not have.
    """

    id: str
    version: str = attrs.field(default="1.0.0", metadata=EDITION)
    items: tuple[Item, ...] = ()
    focus: tuple[str, ...] = ()
    look_fors: str | None = attrs.field(default=None, metadata=EDITION)
    follows: str | None = attrs.field(default=None, metadata=EDITION)
    lineage: tuple[Lineage, ...] = attrs.field(default=(), metadata=EDITION)
    decisions: tuple[str, ...] = attrs.field(default=(), metadata=EDITION)
    retired: tuple[str, ...] = attrs.field(default=(), metadata=EDITION)

    def __attrs_post_init__(self) -> None:
        check = Checker("Form")
        check(bool(self.items), "form.empty", "items", "are missing", expected="one or more items")
        ids = [item.id for item in self.items]
        check(len(set(ids)) == len(ids), "form.repeated", "items", "repeat an id", expected="unlike ids")
        by_id = {item.id: item for item in self.items}
        waits: dict[str, frozenset[str]] = {}
        for index, item in enumerate(self.items):
            for name, condition in uses(item):
                path = f"items[{index}].{name}"
                if not check(
                    not too_large(condition),
                    "condition.size",
                    path,
                    "is too large to follow",
                    expected=f"at most {MOST_DEPTH} deep and of {MOST_PARTS} parts",
                ):
                    continue
                _check_condition(condition, by_id, check, path)
                if name == "visible_when":
                    waits[item.id] = dependencies(condition)
            check(
                item.id not in self.retired,
                "form.reused",
                f"items[{index}].id",
                "is the id of a retired item",
                expected="an id of its own for each question",
            )
        cycle = _cycle(waits)
        check(
            not cycle, "form.cycle", "items", f"wait for each other: {' > '.join(cycle)}", expected="no cycle"
        )
        self._check_lineage(by_id, check)
        check.done()

    def _check_lineage(self, by_id: Mapping[str, Item], check: Checker) -> None:
        for index, entry in enumerate(self.lineage):
            check(
                all(id in by_id for id in entry.new),
                "lineage.item",
                f"lineage[{index}].new",
                "is no item of the form",
                expected=listed(by_id),
            )
        for side in ("old", "new"):
            ids = [id for entry in self.lineage for id in getattr(entry, side)]
            check(
                len(set(ids)) == len(ids),
                "lineage.twice",
                f"lineage.{side}",
                "names an item twice",
                expected="each item once",
            )

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

    @cached_property
    def unreachable(self) -> tuple[Diagnostic, ...]:
        """A warning for each item and choice that no answers lead to, with the reason (ILR-4b.KI.1).

        Every combination of answers that conditions tell apart is tried; where there are too many, a warning
        ``form.reach_unknown`` says so. `FormLibrary` refuses forms with unreachable items.
        """
        return tuple(Reach(self.items, self.focus).problems())

    def shown(self, answers: Mapping[str, AnswerLike], *, focus: str | None = None) -> tuple[Item, ...]:
        """The items that are asked, given the answers so far, in order.

        An answer to an item that is not shown has no effect on others.

        Args:
            answers: answer by item id.
            focus: instructional focus of the class, None while nobody told.

        Raises:
            InvalidInput: listing answers that the form cannot take.
        """
        self._require(answers)
        return tuple(self[id] for id in self._visible(answers, focus)[0])

    def next_items(
        self, answers: Mapping[str, AnswerLike], *, focus: str | None = None, visit: int | None = None
    ) -> tuple[Item, ...]:
        """What a screen asks next: the items that are shown and have no answer yet, in order.

        Args:
            answers: answer by item id.
            focus: instructional focus of the class, None while nobody told.
            visit: number of the visit, from 0; sentinel items then take turns, and are asked in one of so many
                visits as they say. Without it every sentinel is asked.

        Raises:
            InvalidInput: listing answers that the form cannot take.
        """
        places = {item.id: place for place, item in enumerate(self.items)}

        def is_due(item: Item) -> bool:
            return visit is None or item.sentinel is None or (visit + places[item.id]) % item.sentinel == 0

        open_items = (item for item in self.shown(answers, focus=focus) if item.id not in answers)
        return tuple(item for item in open_items if is_due(item))

    def missing(self, answers: Mapping[str, AnswerLike], *, focus: str | None = None) -> tuple[Item, ...]:
        """The items that a record needs and that have neither an answer nor a mark yet, in order.

        Args:
            answers: answer by item id.
            focus: instructional focus of the class, None while nobody told.

        Raises:
            InvalidInput: listing answers that the form cannot take.
        """
        self._require(answers)
        visible, effective = self._visible(answers, focus)
        return tuple(
            item
            for item in (self[id] for id in visible)
            if answers.get(item.id, AnswerState.UNANSWERED) is AnswerState.UNANSWERED
            and item.required_when is not None
            and evaluate(item.required_when, effective, self._order, focus=focus) is True
        )

    def offered(
        self, id: str, answers: Mapping[str, AnswerLike], *, focus: str | None = None
    ) -> tuple[Choice, ...]:
        """The choices of an item that may be chosen, given the answers so far.

        Args:
            id: of the item.
            answers: answer by item id.
            focus: instructional focus of the class, None while nobody told.

        Raises:
            UnknownCode: when the form has no such item.
            InvalidInput: listing answers that the form cannot take.
        """
        item = self[id]
        self._require(answers)
        return self._offered(item, self._visible(answers, focus)[1], focus)

    def explain(self, id: str, answers: Mapping[str, AnswerLike], *, focus: str | None = None) -> Explanation:
        """Why an item is asked or not, in the words of the form's labels.

        Args:
            id: of the item.
            answers: answer by item id.
            focus: instructional focus of the class, None while nobody told.

        Returns:
            The explanation of its condition; where it is unknown, the item is not asked.

        Raises:
            UnknownCode: when the form has no such item.
            InvalidInput: listing answers that the form cannot take.
        """
        condition = self[id].visible_when
        self._require(answers)
        if condition is None:
            return Explanation(holds=True, reason=Reason.of("ALWAYS"))
        visible, effective = self._visible(answers, focus)
        return explain(
            condition,
            effective,
            self._order,
            focus=focus,
            names={item.id: item.name for item in self.items},
            labels=labels_of(self.items),
            unasked={item.id for item in self.items} - set(visible),
        )

    def check(self, answers: Mapping[str, AnswerLike]) -> tuple[Diagnostic, ...]:
        """Every problem of a set of answers, in the words of the form's labels."""
        check = Checker("answers")
        by_id = {item.id: item for item in self.items}
        for id, value in answers.items():
            path = f"answers.{id}"
            if id in by_id:
                check_answer(by_id[id], value, check, path)
                continue
            near = get_close_matches(id, by_id, n=1)
            check(
                False,
                "answer.item",
                path,
                "is not an item of the form",
                expected=listed(by_id),
                hint=f"did you mean {near[0]}?" if near else "",
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

        Answers to items that are not shown are left out and named in ``hidden``. Whether an item is required
        and a choice offered is asked here, of the answers in effect.

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
        focus = circumstances.get("focus")
        visible: tuple[str, ...] = ()
        if not problems:
            visible = self._visible(answers, focus)[0]
            problems += self._check_whole(answers, focus, circumstances.get("evidence", ()))
        fit = not problems
        try:
            walkthrough = Walkthrough(
                form=self.ref,
                teachers=tuple(teachers) if not isinstance(teachers, str) else (teachers,),
                observer=observer,
                at=at,
                answers=tuple(made_answer(self[id], answers[id]) for id in visible if id in answers),
                hidden=tuple(id for id in answers if id not in visible) if fit else (),
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

    def _check_whole(
        self, answers: Mapping[str, AnswerLike], focus: str | None, evidence: Iterable[Any]
    ) -> tuple[Diagnostic, ...]:
        """What is wrong with the answers taken together, each of them being sound."""
        check = Checker("record")
        for item in self.missing(answers, focus=focus):
            check(
                False,
                "answer.required",
                f"answers.{item.id}",
                f"{item.name}: is missing",
                expected="an answer or a mark",
            )
        visible, effective = self._visible(answers, focus)
        for id in visible:
            item = self[id]
            told = effective.get(id, ())
            offered = {choice.code for choice in self._offered(item, effective, focus)}
            check(
                not item.choices or set(told if isinstance(told, tuple) else (told,)) <= offered,
                "answer.offered",
                f"answers.{id}",
                f"{item.name}: is not offered with the other answers",
                expected=listed(sorted(offered)),
            )
        known = {item.id for item in self.items}
        for place, one in enumerate(evidence):
            check(
                not isinstance(one, Evidence) or set(one.items) <= known,
                "evidence.item",
                f"evidence[{place}].items",
                "is no item of the form",
                expected=listed(item.id for item in self.items),
            )
        return tuple(check.problems)

    @cached_property
    def _order(self) -> Mapping[str, tuple[Any, ...]]:
        return {item.id: item.codes for item in self.items if item.codes}

    def _offered(self, item: Item, effective: Mapping[str, Told], focus: str | None) -> tuple[Choice, ...]:
        return tuple(
            choice
            for choice in item.choices
            if choice.offered_when is None
            or evaluate(choice.offered_when, effective, self._order, focus=focus) is True
        )

    def _visible(
        self, answers: Mapping[str, AnswerLike], focus: str | None
    ) -> tuple[tuple[str, ...], dict[str, Told]]:
        """The ids of the items that are shown, and the answers in effect."""
        by_id = {item.id: item for item in self.items}
        effective: dict[str, Told] = {}
        shown: dict[str, bool] = {}

        def is_shown(id: str) -> bool:
            if id not in shown:
                condition = by_id[id].visible_when
                for other in dependencies(condition) if condition else ():
                    is_shown(other)
                shown[id] = (
                    condition is None or evaluate(condition, effective, self._order, focus=focus) is True
                )
                value = answers.get(id)
                if shown[id] and value is not None and not isinstance(value, AnswerState):
                    effective[id] = told_codes(by_id[id], value)
            return shown[id]

        return tuple(item.id for item in self.items if is_shown(item.id)), effective


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


def _check_condition(condition: Condition, by_id: Mapping[str, Item], check: Checker, path: str) -> None:
    if isinstance(condition, CountAtLeast):
        check(
            1 <= condition.least <= len(condition.parts),
            "condition.count",
            path,
            "counts more parts than it has, or none",
            expected="from 1 to the number of parts",
        )
    for part in direct_parts(condition):
        _check_condition(part, by_id, check, path)
    if isinstance(condition, Comparison):
        _check_comparison(condition, by_id, check, path)


def _check_comparison(leaf: Comparison, by_id: Mapping[str, Item], check: Checker, path: str) -> None:
    if leaf.item not in by_id:
        near = get_close_matches(leaf.item, by_id, n=1)
        hint = f"did you mean {near[0]}?" if near else ""
        check(False, "condition.item", path, "names an unknown item", expected=listed(by_id), hint=hint)
        return
    if isinstance(leaf, Answered):
        return
    item = by_id[leaf.item]
    by_code = isinstance(leaf, OneOf | Equals)
    numeric = item.kind in ("count", "number")
    if not check(
        item.kind == "scale" or numeric or (by_code and bool(item.codes)),
        "condition.kind",
        path,
        "compares with what the item does not take",
        expected="an item with codes" if by_code else "a scale, count or number item",
    ):
        return
    check(
        all(
            isinstance(code, int | float) and not isinstance(code, bool)
            if numeric
            else any(same_code(code, known) for known in item.codes)
            for code in codes_of(leaf)
        ),
        "condition.level",
        path,
        "compares with an undeclared level",
        expected="numbers" if numeric else listed(item.codes),
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

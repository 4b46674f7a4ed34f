"""Which conditions no answers can make true, by trying every kind of answer that tells them apart.

The answers to an item fall into few groups that all conditions treat alike; one answer of each group is
tried, with no answer as a further group. Items that wait for others are answered only where they are asked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise

from ilr.base import Diagnostic, words
from ilr.continuum.lookfors import LevelCode
from ilr.forms.conditions import (
    EXPLANATIONS,
    All,
    Comparison,
    Condition,
    FocusIs,
    Told,
    claim,
    codes_of,
    comparisons,
    dependencies,
    evaluate,
    leaves,
)
from ilr.forms.items import Item

__all__ = ["Reach"]

MOST_STEPS = 20_000
_MOST_TOGETHER = 4


class _TooManyError(Exception):
    """There are more answers to try than anyone would wait for."""


class Reach:
    """Tries the answers to the items of a form whose conditions are known to fit."""

    def __init__(self, items: Sequence[Item], focus: Sequence[str]) -> None:
        self.items = {item.id: item for item in items}
        self.order = {item.id: item.codes for item in items if item.codes}
        self.names = {item.id: item.name for item in items}
        conditions = [condition for item in items for _, condition in uses(item)]
        mentioned = {
            leaf.focus for condition in conditions for leaf in leaves(condition) if isinstance(leaf, FocusIs)
        }
        self.focuses: tuple[str | None, ...] = (None, *sorted(focus or mentioned))
        self.read: dict[str, list[Comparison]] = {}
        for condition in conditions:
            for leaf in comparisons(condition):
                self.read.setdefault(leaf.item, []).append(leaf)

    def problems(self) -> Iterator[Diagnostic]:
        """A warning for each condition that no answers meet, or that has too many to try."""
        hidden: set[str] = set()
        for place, item in enumerate(self.items.values()):
            for name, condition in uses(item):
                if name == "required_when":
                    continue
                both = condition if item.visible_when is None else All((item.visible_when, condition))
                needed = item.visible_when if name == "visible_when" else both
                if needed is None or (name != "visible_when" and item.id in hidden):
                    continue
                possible = self.possible(needed)
                if possible is False and name == "visible_when":
                    hidden.add(item.id)
                if possible is not True:
                    yield self._problem(item, f"items[{place}].{name}", needed, known=possible is False)

    def possible(self, condition: Condition) -> bool | None:
        """Whether any answers make a condition true; None where there are too many to try."""
        order = self._in_order(condition)
        left = [MOST_STEPS]

        def tried(place: int, told: Mapping[str, Told], focus: str | None) -> bool:
            left[0] -= 1
            if left[0] < 0:
                raise _TooManyError
            if place == len(order):
                return evaluate(condition, told, self.order, focus=focus) is True
            item = self.items[order[place]]
            asked = item.visible_when is None or (
                evaluate(item.visible_when, told, self.order, focus=focus) is True
            )
            further = ({**told, item.id: value} for value in self._groups(item)) if asked else iter(())
            return any(tried(place + 1, one, focus) for one in further) or tried(place + 1, told, focus)

        try:
            return any(tried(0, {}, focus) for focus in self.focuses)
        except _TooManyError:
            return None

    def _in_order(self, condition: Condition) -> tuple[str, ...]:
        found: dict[str, None] = {}

        def add(part: Condition) -> None:
            for id in sorted(dependencies(part)):
                waits = self.items[id].visible_when
                if id not in found and waits is not None:
                    add(waits)
                found.setdefault(id)

        add(condition)
        return tuple(found)

    def _groups(self, item: Item) -> tuple[Told, ...]:
        """One answer of each group that all comparisons treat alike."""
        read = self.read.get(item.id, [])
        found: dict[tuple[bool | None, ...], Told] = {}
        for value in _answers(item, read):
            found.setdefault(tuple(evaluate(leaf, {item.id: value}, self.order) for leaf in read), value)
        return tuple(found.values())

    def _problem(self, item: Item, path: str, condition: Condition, *, known: bool) -> Diagnostic:
        if not known:
            return Diagnostic(
                code="form.reach_unknown",
                path=path,
                message=f"{item.name}: has too many combinations of answers to try",
                expected="a condition on fewer items",
                severity="warning",
            )
        blocked = [
            self.names[id]
            for id in sorted(dependencies(condition))
            if (waits := self.items[id].visible_when) is not None and self.possible(waits) is False
        ]
        reason = f"it waits for what is never asked: {', '.join(blocked)}" if blocked else ""
        return Diagnostic(
            code="form.unreachable",
            path=path,
            message=f"{item.name}: no answers lead to it",
            expected="a condition that some answers meet",
            hint=reason or f"never true together: {'; '.join(self._conflict(condition))}",
            severity="warning",
        )

    def _conflict(self, condition: Condition) -> tuple[str, ...]:
        """The fewest parts that exclude each other, in words."""
        parts: list[Condition] = []
        rest = [condition]
        while rest:
            one = rest.pop(0)
            if isinstance(one, All) and one.parts:
                rest = [*one.parts, *rest]
            else:
                parts.append(one)
        for part in tuple(parts):
            fewer = [one for one in parts if one is not part]
            if self.possible(All(tuple(fewer))) is False:
                parts = fewer
        labels = labels_of(self.items.values())
        return tuple(words(claim(part, names=self.names, labels=labels), EXPLANATIONS) for part in parts)


def uses(item: Item) -> Iterator[tuple[str, Condition]]:
    """Every condition of an item with the field that holds it."""
    if item.visible_when is not None:
        yield "visible_when", item.visible_when
    if item.required_when is not None:
        yield "required_when", item.required_when
    for place, choice in enumerate(item.choices):
        if choice.offered_when is not None:
            yield f"choices[{place}].offered_when", choice.offered_when


def labels_of(items: Iterable[Item]) -> dict[tuple[str, LevelCode], str]:
    """What the codes of items are called."""
    made: dict[tuple[str, LevelCode], str] = {}
    for item in items:
        made |= {(item.id, level.code): level.label for level in (item.scale.levels if item.scale else ())}
        made |= {(item.id, choice.code): choice.label for choice in item.choices}
    return made


def _answers(item: Item, read: Sequence[Comparison]) -> Iterator[Told]:
    if item.kind == "multi":
        named = [code for code in item.codes if any(code in codes_of(leaf) for leaf in read)]
        other = [code for code in item.codes if code not in named][:1]
        pool = [*other, *named]
        yield from ((code,) for code in pool)
        for several in range(2, min(len(pool), _MOST_TOGETHER) + 1):
            yield from combinations(pool, several)
        yield tuple(pool)
    elif item.codes:
        yield from item.codes
    elif item.kind in ("count", "number"):
        yield from _numbers(item, read)
    else:
        yield "text"


def _numbers(item: Item, read: Sequence[Comparison]) -> Iterator[float]:
    marks = sorted({float(code) for leaf in read for code in codes_of(leaf)})
    near = [mark + step for mark in marks for step in (-1, 0, 1)]
    near += [(low + high) / 2 for low, high in pairwise(marks)]
    near += [bound for bound in (item.low, item.high) if math.isfinite(bound)] or [0.0]
    for one in near:
        for value in {float(math.floor(one)), float(math.ceil(one))} if item.kind == "count" else {one}:
            if item.low <= value <= item.high:
                yield value

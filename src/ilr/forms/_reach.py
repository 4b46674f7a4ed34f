"""Which conditions no answers can make true, by trying every kind of answer that tells them apart.

The answers to an item fall into few groups that all conditions treat alike; one answer of each group is
tried, with no answer as a further group. Items that wait for others are answered only where they are asked. Of a repeat, lists of unlike entries are tried,
as many as the conditions count.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import combinations, combinations_with_replacement, pairwise
from typing import Any

from ilr.base import Diagnostic, words
from ilr.forms._drafts import Plan
from ilr.forms.conditions import (
    All,
    Comparison,
    Condition,
    EntriesAtLeast,
    FocusIs,
    Told,
    claim,
    codes_of,
    comparisons,
    counts_of_entries,
    dependencies,
    evaluate,
    nodes,
)
from ilr.forms.groups import Place, Repeat, labels_of, reads, uses
from ilr.forms.items import Item

__all__ = ["Reach"]

MOST_STEPS = 10_000
_MOST_TOGETHER = 4
_MIDNIGHT = datetime(2000, 1, 1)  # noqa: DTZ001  # times of day have no offset
_DAY = 86_400_000_000
"""Microseconds of a day."""


class _TooManyError(Exception):
    """There are more answers to try than anyone would wait for."""


class _Steps:
    """Counts what was tried."""

    def __init__(self) -> None:
        self.left = MOST_STEPS

    def take(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _TooManyError


class Reach:
    """Tries the answers to the items of a form whose conditions are known to fit."""

    def __init__(self, plan: Plan) -> None:
        self.places, self.order = plan.places, plan.order
        self.items = {id: one.element for id, one in self.places.items() if isinstance(one.element, Item)}
        self.names = {id: place.element.name for id, place in self.places.items()}
        conditions = [condition for place in self.places.values() for _, condition in uses(place.element)]
        focuses = {part.focus for one in conditions for part in nodes(one) if isinstance(part, FocusIs)}
        other = "".join(sorted(focuses)) + "*"
        self.focuses: tuple[str | None, ...] = (None, *sorted(focuses), other)
        self.read: dict[str, list[Comparison]] = {}
        self.counted: dict[str, dict[EntriesAtLeast, None]] = {}
        for condition in conditions:
            for leaf in comparisons(condition):
                self.read.setdefault(leaf.item, []).append(leaf)
            for count in counts_of_entries(condition):
                self.counted.setdefault(count.repeat, {})[count] = None

    def problems(self) -> Iterator[Diagnostic]:
        """An error for each condition that no answers meet, a warning for one with too many to try."""
        hidden: set[str] = set()
        for id, place in self.places.items():
            if place.parent in hidden:
                hidden.add(id)
                continue
            for name, condition in uses(place.element):
                if name == "required_when" or id in hidden:
                    continue
                parts = place.conditions if name == "visible_when" else (*place.conditions, condition)
                needed = parts[0] if len(parts) == 1 else All(parts)
                possible = self.possible(needed)
                if possible is False and name == "visible_when":
                    hidden.add(id)
                if possible is not True:
                    yield self._problem(place, f"{place.path}.{name}", needed, known=possible is False)

    def possible(self, condition: Condition) -> bool | None:
        """Whether any answers make a condition true; None where there are too many to try."""
        order, steps = self._in_order(condition), _Steps()
        try:
            return any(
                evaluate(condition, told, self.order, focus=focus) is True
                for focus in self.focuses
                for told in self._drafts(order, {}, focus, steps)
            )
        except _TooManyError:
            return None

    def _drafts(
        self, order: Sequence[str], told: Mapping[str, Told], focus: str | None, steps: _Steps
    ) -> Iterator[Mapping[str, Told]]:
        """Answers in effect to some items, with those that are told already."""
        steps.take()
        if not order:
            yield told
            return
        id, rest = order[0], order[1:]
        waits = self.places[id].conditions
        if all(evaluate(one, told, self.order, focus=focus) is True for one in waits):
            item = self.items.get(id)
            values = self._entries(id, told, focus, steps) if item is None else iter(self._groups(item))
            for value in values:
                yield from self._drafts(rest, {**told, id: value}, focus, steps)
        yield from self._drafts(rest, told, focus, steps)

    def _entries(
        self, repeat: str, told: Mapping[str, Told], focus: str | None, steps: _Steps
    ) -> Iterator[tuple[Mapping[str, Told], ...]]:
        """Lists of entries that the counts of a form tell apart."""
        counts = tuple(self.counted[repeat])
        inner = dict.fromkeys(
            id for one in counts for id in self._in_order(one.part) if self._is_in(id, repeat)
        )
        kinds: dict[tuple[bool | None, ...], Mapping[str, Told]] = {}
        for draft in self._drafts(tuple(inner), told, focus, steps):
            met = tuple(evaluate(one.part, draft, self.order, focus=focus) for one in counts)
            kinds.setdefault(met, {id: draft[id] for id in inner if id in draft})
        element: Any = self.places[repeat].element
        longest = sum(one.least for one in counts)
        for size in range(min(longest, element.most or longest) + 1):
            yield from combinations_with_replacement(kinds.values(), size)

    def _is_in(self, id: str, repeat: str) -> bool:
        return self.places[id].repeat == repeat

    def _in_order(self, condition: Condition) -> tuple[str, ...]:
        """What a condition reads, each after what it waits for."""
        found: dict[str, None] = {}

        def add(part: Condition) -> None:
            for id in reads(part, self.places):
                if id in found:
                    continue
                for waits in self.places[id].conditions:
                    add(waits)
                if isinstance(self.places[id].element, Repeat):
                    counted = [one for count in self.counted[id] for one in self._in_order(count.part)]
                    found.update(dict.fromkeys(one for one in counted if not self._is_in(one, id)))
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

    def _problem(self, place: Place, path: str, condition: Condition, *, known: bool) -> Diagnostic:
        if not known:
            return Diagnostic(
                code="form.reach_unknown",
                path=path,
                message=f"{place.element.name}: has too many combinations of answers to try",
                expected="a condition on fewer items",
                severity="warning",
            )
        blocked = [
            self.names[id]
            for id in sorted(dependencies(condition))
            if (waits := self.places[id].conditions) and self.possible(All(waits)) is False
        ]
        reason = f"it waits for what is never asked: {', '.join(blocked)}" if blocked else ""
        return Diagnostic(
            code="form.unreachable",
            path=path,
            message=f"{place.element.name}: no answers lead to it",
            expected="a condition that some answers meet",
            hint=reason or f"never true together: {'; '.join(self._conflict(condition))}",
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
        labels = labels_of(self.places.values())
        return tuple(words(claim(part, names=self.names, labels=labels)) for part in parts)


def _answers(item: Item, read: Sequence[Comparison]) -> Iterator[Told]:
    if item.kind in ("multi", "tally", "log"):
        named = [code for code in item.codes if any(code in codes_of(leaf) for leaf in read)]
        other = [code for code in item.codes if code not in named][:1]
        pool = [*other, *named]
        if item.kind != "multi":
            yield ()
        yield from ((code,) for code in pool)
        for several in range(2, min(len(pool), _MOST_TOGETHER) + 1):
            yield from combinations(pool, several)
        yield tuple(pool)
    elif item.codes:
        yield from item.codes
    elif item.kind in ("count", "number"):
        yield from _numbers(item, read)
    elif item.kind in ("date", "time"):
        yield from _moments(item, read)
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


def _moments(item: Item, read: Sequence[Comparison]) -> Iterator[date | time]:
    """The days or times of day that are named, those right before and after, and any other."""
    named = [str(code) for leaf in read for code in codes_of(leaf)]
    if item.kind == "date":
        days = [date.fromisoformat(one).toordinal() for one in named] or [_MIDNIGHT.toordinal()]
        near = {day + step for day in days for step in (-1, 0, 1)}
        yield from (date.fromordinal(day) for day in sorted(near) if 1 <= day <= date.max.toordinal())
        return
    marks = [_ticks(time.fromisoformat(one)) for one in named] or [0]
    ticks = {one + step for one in marks for step in (-1, 0, 1)}
    yield from ((_MIDNIGHT + timedelta(microseconds=one)).time() for one in sorted(ticks) if 0 <= one < _DAY)


def _ticks(of_day: time) -> int:
    """Microseconds since midnight."""
    return (datetime.combine(_MIDNIGHT, of_day) - _MIDNIGHT) // timedelta(microseconds=1)

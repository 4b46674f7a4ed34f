"""Conditions: when an item of a form is asked, as a typed tree that is never a string.

Here belong the condition types, their evaluation and its explanation. Evaluation knows three answers: true,
false and unknown; a comparison with an item that has no effective answer is unknown, and an item whose
condition is unknown is not shown. Not here: whether a condition fits the items of a form; the form checks it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, time
from typing import Any

import attrs

from ilr.base import MESSAGES, FrozenMap, Reason, listed, read_only, words
from ilr.continuum.lookfors import LevelCode

__all__ = [
    "All",
    "Answered",
    "AnyOf",
    "AtLeast",
    "AtMost",
    "Condition",
    "CountAtLeast",
    "EntriesAtLeast",
    "Equals",
    "Explanation",
    "FocusIs",
    "Not",
    "OneOf",
    "dependencies",
    "evaluate",
    "explain",
]

Told = LevelCode | date | time | tuple[Any, ...]
"""An answer in effect: a code, a day or time, all codes of an item that takes several, the answers of entries."""

MOST_DEPTH = 60
MOST_PARTS = 200
"""How deep a condition may be nested and of how many parts it may be made."""


def written(code: LevelCode | date | time) -> LevelCode:
    """How records write a code: a day or a time of day as ISO 8601 has it."""
    return code.isoformat() if isinstance(code, date | time) else code


@attrs.frozen
class AtLeast:
    """The item was answered with this level or a higher one, or a later day or time.

    Equal when all fields are equal; a day or time is held as records write it.
    """

    item: str
    level: LevelCode = attrs.field(converter=written)


@attrs.frozen
class AtMost:
    """The item was answered with this level or a lower one, or an earlier day or time.

    Equal when all fields are equal; a day or time is held as records write it.
    """

    item: str
    level: LevelCode = attrs.field(converter=written)


@attrs.frozen(field_transformer=read_only)
class OneOf:
    """The item was answered with one of these codes. Equal when all fields are equal."""

    item: str
    codes: tuple[LevelCode, ...]


@attrs.frozen(field_transformer=read_only)
class All:
    """Every part holds. Equal when all fields are equal."""

    parts: tuple[Condition, ...]


@attrs.frozen(field_transformer=read_only)
class AnyOf:
    """At least one part holds. Equal when all fields are equal."""

    parts: tuple[Condition, ...]


@attrs.frozen
class Not:
    """The part does not hold; unknown stays unknown. Equal when all fields are equal."""

    part: Condition


@attrs.frozen
class Equals:
    """The item was answered with this code; of several codes, one is this. Equal when all fields are equal."""

    item: str
    code: LevelCode = attrs.field(converter=written)


@attrs.frozen
class Answered:
    """The item has an answer in effect; this is never unknown. Equal when all fields are equal."""

    item: str


@attrs.frozen(field_transformer=read_only)
class CountAtLeast:
    """At least so many of the parts hold. Equal when all fields are equal."""

    least: int
    parts: tuple[Condition, ...]


@attrs.frozen
class EntriesAtLeast:
    """The part holds for so many entries of a repeat, or more. Equal when all fields are equal.

    The part reads items of the entry as well as items outside of the repeat. It is unknown while nobody
    told of entries, and of none told it is false.
    """

    repeat: str
    least: int
    part: Condition


@attrs.frozen
class FocusIs:
    """The instructional focus of the class is this one; unknown while nobody told. Equal by its field."""

    focus: str


Comparison = AtLeast | AtMost | OneOf | Equals | Answered
Leaf = Comparison | FocusIs
Condition = (
    All | AnyOf | Not | CountAtLeast | EntriesAtLeast | AtLeast | AtMost | OneOf | Equals | Answered | FocusIs
)
"""Any condition."""

_CLAIMS: Mapping[type, str] = {
    All: "ALL",
    AnyOf: "ANY",
    CountAtLeast: "COUNT",
    EntriesAtLeast: "ENTRIES",
    Not: "NOT",
    AtLeast: "AT_LEAST",
    AtMost: "AT_MOST",
    Equals: "EQUALS",
    OneOf: "ONE_OF",
    Answered: "ANSWERED",
    FocusIs: "FOCUS_IS",
}
_VERDICTS = {True: "yes", False: "no", None: "unknown"}


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Explanation:
    """Why a condition is true, false or unknown. Equal when all fields are equal.

    Shows itself as a tree in words. It names items, levels and focuses, and never what somebody answered.

    Attributes:
        holds: True, False, or None for unknown.
        reason: what is asked for, or why it cannot be told.
        parts: the explanations of the parts.
    """

    holds: bool | None
    reason: Reason
    parts: tuple[Explanation, ...] = ()

    def text(self, catalogue: Mapping[str, str] = MESSAGES) -> str:
        """The tree in words, a line for each part.

        Args:
            catalogue: format strings by the code of a reason.
        """
        lines = [f"{_VERDICTS[self.holds]}: {words(self.reason, catalogue)}"]
        for part in self.parts:
            lines += [f"  {line}" for line in part.text(catalogue).splitlines()]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()


def dependencies(condition: Condition) -> frozenset[str]:
    """The ids of all items and repeats that a condition reads."""
    items = (leaf.item for leaf in comparisons(condition))
    return frozenset([*items, *(one.repeat for one in counts_of_entries(condition))])


def comparisons(condition: Condition) -> tuple[Comparison, ...]:
    """Every comparison with an item in a condition, from left to right."""
    return tuple(one for one in nodes(condition) if isinstance(one, Comparison))


def counts_of_entries(condition: Condition) -> tuple[EntriesAtLeast, ...]:
    """Every count of entries in a condition, from left to right."""
    return tuple(one for one in nodes(condition) if isinstance(one, EntriesAtLeast))


def nodes(condition: Condition) -> Iterator[Condition]:
    """A condition and all its parts, from left to right."""
    yield condition
    for part in direct_parts(condition):
        yield from nodes(part)


def too_large(condition: Condition) -> bool:
    """Whether a condition is nested deeper or has more parts than a reader could follow."""
    level: tuple[Condition, ...] = (condition,)
    size = depth = 0
    while level and size <= MOST_PARTS and depth <= MOST_DEPTH:
        size, depth = size + len(level), depth + 1
        level = tuple(part for one in level for part in direct_parts(one))
    return size > MOST_PARTS or depth > MOST_DEPTH


def direct_parts(condition: Condition) -> tuple[Condition, ...]:
    """The conditions that a condition is made of; none for a comparison."""
    match condition:
        case All(parts) | AnyOf(parts) | CountAtLeast(parts=parts):
            return parts
        case Not(part) | EntriesAtLeast(part=part):
            return (part,)
        case _:
            return ()


def evaluate(
    condition: Condition,
    answers: Mapping[str, Told],
    order: Mapping[str, tuple[LevelCode, ...]],
    *,
    focus: str | None = None,
) -> bool | None:
    """Whether a condition holds.

    Args:
        condition: the condition.
        answers: the effective answers: code by item id, a tuple where an item takes several, and the answers of
            each entry by the id of a repeat; items without one are absent.
        order: the codes of each item in ascending order; items without codes compare as numbers, days or
            times.
        focus: the instructional focus of the class, None while nobody told.

    Returns:
        True, False, or None for unknown.

    Example:
        >>> scale = {"talk": (1, 2, 3, 4)}
        >>> evaluate(AtLeast("talk", 3), {"talk": 4}, scale)
        True
        >>> evaluate(Not(AtLeast("talk", 3)), {}, scale) is None
        True
    """

    def holds(part: Condition) -> bool | None:
        return evaluate(part, answers, order, focus=focus)

    match condition:
        case All(parts) | AnyOf(parts) | CountAtLeast(parts=parts):
            least = {All: len(parts), AnyOf: 1}.get(type(condition), getattr(condition, "least", 0))
            return _at_least([holds(part) for part in parts], least)
        case Not(part):
            known = holds(part)
            return None if known is None else not known
        case FocusIs(wanted):
            return None if focus is None else focus == wanted
        case Answered(item):
            return item in answers
        case EntriesAtLeast(repeat, least, part):
            told: Any = answers.get(repeat)
            entries = [{**answers, **entry} for entry in told or ()]
            met = [evaluate(part, entry, order, focus=focus) for entry in entries]
            return None if told is None else _at_least(met, least)
        case leaf:
            return _compare(leaf, answers[leaf.item], order) if leaf.item in answers else None


def explain(
    condition: Condition,
    answers: Mapping[str, Told],
    order: Mapping[str, tuple[LevelCode, ...]],
    *,
    focus: str | None = None,
    names: Mapping[str, str] = FrozenMap(),
    labels: Mapping[tuple[str, LevelCode], str] = FrozenMap(),
    unasked: Collection[str] = (),
) -> Explanation:
    """Why a condition is true, false or unknown, part by part.

    `Form.explain` gives names, labels and what is not asked by itself.

    Args:
        condition: the condition.
        answers: the effective answers, as for `evaluate`.
        order: the codes of each item, as for `evaluate`.
        focus: the instructional focus of the class, None while nobody told.
        names: what items are called, by id; the id where one is missing.
        labels: what codes are called, by id of the item and code; the code where one is missing.
        unasked: ids of the items that are not asked, whose answers therefore have no effect.

    Returns:
        The explanation with those of its parts; a count of entries has a part for each entry.

    Example:
        >>> condition = All((AtLeast("talk", 3), Not(Answered("why"))))
        >>> print(explain(condition, {"talk": 2}, {"talk": (1, 2, 3, 4)}, names={"talk": "Talk in pairs"}))
        no: all 2 parts hold
          no: Talk in pairs: 3 or higher
          yes: the part does not hold
            no: why: has an answer
    """
    holds = evaluate(condition, answers, order, focus=focus)
    reason = claim(condition, names=names, labels=labels)
    if holds is None and isinstance(condition, FocusIs):
        reason = Reason.of("NO_FOCUS")
    elif holds is None and isinstance(condition, EntriesAtLeast) and condition.repeat not in answers:
        code = "NOT_ASKED" if condition.repeat in unasked else "NO_ENTRIES"
        reason = Reason.of(code, item=names.get(condition.repeat, condition.repeat))
    elif holds is None and isinstance(condition, AtLeast | AtMost | Equals | OneOf):
        code = "NOT_ASKED" if condition.item in unasked else "NO_ANSWER"
        reason = Reason.of(code, item=names.get(condition.item, condition.item))
    seen = [(part, answers) for part in direct_parts(condition)]
    if isinstance(condition, EntriesAtLeast):
        told: Any = answers.get(condition.repeat, ())
        seen = [(condition.part, {**answers, **entry}) for entry in told]
    parts = tuple(
        explain(part, known, order, focus=focus, names=names, labels=labels, unasked=unasked)
        for part, known in seen
    )
    return Explanation(holds=holds, reason=reason, parts=parts)


def claim(
    condition: Condition, *, names: Mapping[str, str], labels: Mapping[tuple[str, LevelCode], str]
) -> Reason:
    """What a condition asks for, without its parts."""
    code = _CLAIMS[type(condition)]
    match condition:
        case CountAtLeast(least, parts):
            return Reason.of(code, least=least, parts=len(parts))
        case All(parts) | AnyOf(parts):
            return Reason.of(code, parts=len(parts))
        case Not():
            return Reason.of(code)
        case EntriesAtLeast(repeat, least):
            return Reason.of(code, item=names.get(repeat, repeat), least=least)
        case FocusIs(focus):
            return Reason.of(code, focus=focus)
        case leaf:
            called = [labels.get((leaf.item, one)) or str(one) for one in codes_of(leaf)]
            facts = {"ONE_OF": {"codes": listed(called)}, "ANSWERED": {}}.get(code, {"code": "".join(called)})
            return Reason.of(code, item=names.get(leaf.item, leaf.item), **facts)


def codes_of(leaf: Comparison) -> tuple[LevelCode, ...]:
    """The codes that a comparison names."""
    match leaf:
        case AtLeast(_, level) | AtMost(_, level):
            return (level,)
        case Equals(_, code):
            return (code,)
        case OneOf(_, codes):
            return codes
        case _:
            return ()


def _compare(
    leaf: AtLeast | AtMost | OneOf | Equals, told: Told, order: Mapping[str, tuple[LevelCode, ...]]
) -> bool:
    codes = told if isinstance(told, tuple) else (told,)
    kind = type(told)

    def read(code: LevelCode) -> Any:
        return kind.fromisoformat(str(code)) if issubclass(kind, date | time) else code

    def place(code: Any) -> Any:
        return order[leaf.item].index(code) if leaf.item in order else code

    match leaf:
        case AtLeast(_, level):
            return bool(place(codes[0]) >= place(read(level)))
        case AtMost(_, level):
            return bool(place(codes[0]) <= place(read(level)))
        case Equals(_, code):
            return read(code) in codes
        case one_of:
            return any(read(code) in codes for code in one_of.codes)


def _at_least(answers: list[bool | None], least: int) -> bool | None:
    if answers.count(True) >= least:
        return True
    return None if answers.count(True) + answers.count(None) >= least else False

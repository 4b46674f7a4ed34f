"""Items: one question of a form, of which kind it is and which answers it takes.

Here belong items, the choices of an item and the check of one answer. Not here: what several items have to
do with each other (`ilr.forms.definition`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import attrs

from ilr.base import WORDING, Checker, listed, read_only
from ilr.continuum.lookfors import LevelCode, LevelScale
from ilr.forms.conditions import Condition, Told
from ilr.forms.walkthrough import Answer, AnswerState

__all__ = ["AnswerLike", "Choice", "Item", "ItemKind"]

ItemKind = Literal["scale", "note", "flag", "choice", "multi", "count", "number", "text"]
"""What an item is answered with."""

AnswerLike = LevelCode | AnswerState | Sequence[str]
"""What a draft may hold for an item."""

NO, YES = "no", "yes"
_STATES = frozenset({AnswerState.NOT_OBSERVED, AnswerState.NOT_APPLICABLE, AnswerState.UNANSWERED})


@attrs.frozen(kw_only=True)
class Choice:
    """One of the codes that a choice may be answered with. Equal when all fields are equal.

    Attributes:
        code: how records write it.
        label: what the form prints.
        offered_when: when it may be chosen; always when None.
    """

    code: str
    label: str = attrs.field(default="", metadata=WORDING)
    offered_when: Condition | None = None


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Item:
    """One question of a form. Equal when all fields are equal.

    Attributes:
        id: stable code, never reused for another question.
        label: what the form prints.
        kind: ``scale`` is answered with a level, ``flag`` with yes or no, ``choice`` with one of its codes
            and ``multi`` with several, ``count`` with a whole number, ``number`` with any, ``text`` with a
            text that is asked for and ``note`` with open notes.
        scale: the levels of a scale item.
        look_for: id of the look-for that it asks about, or None.
        action: whose action it is about.
        visible_when: when it is asked; always when None.
        choices: the codes of a choice or multi item.
        least: the smallest count or number, None for no bound; a count is never below 0.
        most: the largest count or number, None for no bound.
        required_when: when a record needs an answer or a mark such as not observed; ``All(())`` is always,
            None never.
        sentinel: asked on one of so many visits only, to notice when a settled practice slips; None for
            every visit.

    Raises:
        InvalidInput: listing a scale, choices or bounds that do not go with the kind, choices that are too
            few, alike or cannot be written, bounds in the wrong order, a sentinel of fewer than two visits.
    """

    id: str
    label: str = attrs.field(default="", metadata=WORDING)
    kind: ItemKind = "scale"
    scale: LevelScale | None = None
    look_for: str | None = None
    action: Literal["teacher", "student", "either"] = "either"
    visible_when: Condition | None = None
    choices: tuple[Choice, ...] = ()
    least: float | None = None
    most: float | None = None
    required_when: Condition | None = None
    sentinel: int | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Item")
        check(
            (self.kind == "scale") == (self.scale is not None),
            "item.scale",
            "scale",
            "does not go with the kind",
            expected="a scale for scale items and none for others",
        )
        self._check_choices(check)
        bounded = self.least is not None or self.most is not None
        check(
            not bounded or self.kind in ("count", "number"),
            "item.bounds",
            "least",
            "does not go with the kind",
            expected="bounds for counts and numbers alone",
        )
        check(
            self.least is None or self.most is None or self.least <= self.most,
            "item.bounds",
            "most",
            "is below the least",
            expected="bounds in order",
        )
        check(
            self.sentinel is None or self.sentinel >= 2,
            "item.sentinel",
            "sentinel",
            "is too small",
            expected="2 or more visits",
        )
        check.done()

    def _check_choices(self, check: Checker) -> None:
        wanted = self.kind in ("choice", "multi")
        fit = check(
            (len(self.choices) >= 2) if wanted else not self.choices,
            "item.choices",
            "choices",
            "do not go with the kind",
            expected="two or more for choice and multi, none for others",
        )
        texts = [choice.code.strip().casefold() for choice in self.choices]
        check(
            len(set(texts)) == len(texts),
            "item.choice_repeated",
            "choices",
            "repeat a code",
            expected="unlike codes",
        )
        plain = all(text and (self.kind != "multi" or len(text.split()) == 1) for text in texts)
        check(
            not fit or plain,
            "item.choice_code",
            "choices",
            "have a code that cannot be written",
            expected="a code, for multi one word",
        )

    @property
    def name(self) -> str:
        """The label, or the id where there is none."""
        return self.label or self.id

    @property
    def codes(self) -> tuple[LevelCode, ...]:
        """The codes that it may be answered with, in order; none where it takes a number or a text."""
        if self.scale is not None:
            return self.scale.codes
        return (NO, YES) if self.kind == "flag" else tuple(choice.code for choice in self.choices)

    @property
    def low(self) -> float:
        """The smallest number it takes."""
        floor = 0.0 if self.kind == "count" else -math.inf
        return floor if self.least is None else max(floor, self.least)

    @property
    def high(self) -> float:
        """The largest number it takes."""
        return math.inf if self.most is None else self.most


def check_answer(item: Item, value: object, check: Checker, path: str) -> None:
    """Note what is wrong with a draft's answer to an item, in the words of its label."""
    if isinstance(value, AnswerState):
        check(
            value in _STATES,
            "answer.state",
            path,
            f"{item.name}: says answered without a code",
            expected="a code",
        )
        return
    name = item.name
    match item.kind:
        case "scale":
            known = any(same_code(value, code) for code in item.codes)
            check(
                known, "answer.level", path, f"{name}: is not a declared level", expected=listed(item.codes)
            )
        case "flag":
            fits = isinstance(value, bool) or (isinstance(value, str) and value in item.codes)
            check(fits, "answer.flag", path, f"{name}: is neither yes nor no", expected="yes, no")
        case "choice":
            fits = isinstance(value, str) and value in item.codes
            check(fits, "answer.choice", path, f"{name}: is not a choice", expected=listed(item.codes))
        case "multi":
            several = list(value) if isinstance(value, list | tuple) else []
            fits = bool(several) and all(isinstance(code, str) and code in item.codes for code in several)
            check(
                fits and len(set(several)) == len(several),
                "answer.multi",
                path,
                f"{name}: are not unlike choices",
                expected=f"a list of one or more of {listed(item.codes)}",
            )
        case "count" | "number":
            numeric = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
            whole = item.kind == "number" or (isinstance(value, int | float) and value % 1 == 0)
            fits = numeric and whole and isinstance(value, int | float) and item.low <= value <= item.high
            kind = "a number" if item.kind == "number" else "a whole number"
            check(
                fits,
                f"answer.{item.kind}",
                path,
                f"{name}: is no such {item.kind}",
                expected=_range(item, kind),
            )
        case _:
            check(isinstance(value, str), "answer.text", path, f"{name}: is no text", expected="a text")


def _range(item: Item, kind: str) -> str:
    low = f" from {item.low:g}" if math.isfinite(item.low) else ""
    high = f" up to {item.high:g}" if math.isfinite(item.high) else ""
    return kind + low + high


def made_answer(item: Item, value: AnswerLike) -> Answer:
    """The answer of a record, from a draft's answer that was checked."""
    if isinstance(value, AnswerState):
        return Answer(item.id, None, value, item.look_for)
    return Answer(item.id, _code(item, value), AnswerState.ANSWERED, item.look_for)


def told_codes(item: Item, value: LevelCode | Sequence[str]) -> Told:
    """What conditions read of a draft's answer that was checked and has a code."""
    code = _code(item, value)
    return tuple(str(code).split()) if item.kind == "multi" else code


def draft_of(item: Item, answer: Answer) -> AnswerLike:
    """What a draft holds where a record holds this answer."""
    if answer.code is None:
        return answer.state
    return tuple(str(answer.code).split()) if item.kind == "multi" else answer.code


def _code(item: Item, value: LevelCode | Sequence[str]) -> LevelCode:
    if isinstance(value, bool):
        return YES if value else NO
    if not isinstance(value, str | int | float):
        return " ".join(str(code) for code in item.codes if code in value)
    if item.kind == "count":
        return int(value)
    return next((code for code in item.codes if same_code(value, code)), value)


def same_code(value: object, code: LevelCode) -> bool:
    """Whether a value is a code: equal, and of its kind."""
    return isinstance(value, str) == isinstance(code, str) and not isinstance(value, bool) and value == code

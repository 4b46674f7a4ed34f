"""Items: one question of a form, of which kind it is and which answers it takes.

Here belong items and the choices of an item. Not here: groups of items (`ilr.forms.groups`) or what several
items have to do with each other (`ilr.forms.definition`).
"""

from __future__ import annotations

import math
from typing import Literal

import attrs

from ilr.base import WORDING, Checker, read_only
from ilr.continuum.lookfors import LevelCode, LevelScale
from ilr.forms.conditions import Condition
from ilr.forms.walkthrough import Purpose

__all__ = ["Choice", "Item", "ItemKind"]

ItemKind = Literal[
    "scale",
    "note",
    "flag",
    "choice",
    "multi",
    "count",
    "number",
    "text",
    "date",
    "time",
    "tally",
    "log",
]
"""What an item is answered with."""

NO, YES = "no", "yes"
_CHOOSING = ("choice", "multi", "tally")
_BOUNDED = ("count", "number", "tally")


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
            text that is asked for and ``note`` with open notes, ``date`` with a day and ``time`` with a time
            of day, ``tally`` with the codes that were seen in each interval of the visit and ``log`` with
            what was seen at which instant.
        scale: the levels of a scale item.
        look_for: id of the look-for that it asks about, or None.
        action: whose action it is about.
        visible_when: when it is asked; always when None.
        choices: the codes of a choice, multi or tally item; a log may have some.
        least: the smallest count or number, None for no bound; a count is never below 0. Of a tally, the fewest
            intervals.
        most: the largest count or number, None for no bound. Of a tally, the most intervals.
        required_when: when a record needs an answer or a mark such as not observed; ``All(())`` is always,
            None never.
        required_for: the purposes of a visit for which ``required_when`` counts; empty for every purpose.
        interval: length of an interval of a tally, in seconds.
        sentinel: asked on one of so many visits only, to notice when a settled practice slips; None for
            every visit.

    Raises:
        InvalidInput: listing a scale, choices, bounds or an interval that do not go with the kind, choices that
            are too few, alike or cannot be written, bounds in the wrong order, a sentinel of fewer than two
            visits.

    Example:
        >>> codes = (Choice(code="lecture"), Choice(code="pairs"))
        >>> Item(id="doing", kind="tally", interval=120, choices=codes).codes
        ('lecture', 'pairs')
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
    required_for: tuple[Purpose, ...] = ()
    interval: int | None = None
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
            not bounded or self.kind in _BOUNDED,
            "item.bounds",
            "least",
            "does not go with the kind",
            expected="bounds for counts, numbers and tallies alone",
        )
        check(
            (self.interval is not None and self.interval > 0)
            if self.kind == "tally"
            else self.interval is None,
            "item.interval",
            "interval",
            "does not go with the kind",
            expected="seconds for a tally and none for others",
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
        wanted = self.kind in _CHOOSING
        several = len(self.choices) >= 2
        check(
            several if wanted else not self.choices or (several and self.kind == "log"),
            "item.choices",
            "choices",
            "do not go with the kind",
            expected="two or more for choice, multi and tally, none for others but a log",
        )
        texts = [choice.code.strip().casefold() for choice in self.choices]
        check(
            len(set(texts)) == len(texts),
            "item.choice_repeated",
            "choices",
            "repeat a code",
            expected="unlike codes",
        )
        check(
            all(texts),
            "item.choice_code",
            "choices",
            "have a code that cannot be written",
            expected="a code",
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
        floor = {"count": 0.0, "tally": 1.0}.get(self.kind, -math.inf)
        return floor if self.least is None else max(floor, self.least)

    @property
    def high(self) -> float:
        """The largest number it takes."""
        return math.inf if self.most is None else self.most


def same_code(value: object, code: LevelCode) -> bool:
    """Whether a value is a code: equal, and of its kind."""
    return isinstance(value, str) == isinstance(code, str) and not isinstance(value, bool) and value == code

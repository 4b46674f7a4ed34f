"""Look-fors: what an observer looks for, on an ordered scale of levels.

Here belong look-fors, their level scales and the versioned sets that hold them. Not here: the practices
of leaders (`ilr.continuum.framework`) or the items of a form (`ilr.forms`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Literal

import attrs

from ilr.base import Checker, UnknownCode, listed, read_only

__all__ = ["Level", "LevelCode", "LevelScale", "LookFor", "LookForSet"]

LevelCode = int | float | str
"""How a level is written in records: a number or a short text."""


@attrs.frozen
class Level:
    """One level of a scale. Equal when all fields are equal.

    Attributes:
        code: how records write it.
        value: what means and distances use.
        label: short heading.
        descriptor: what an observer sees at this level.
    """

    code: LevelCode
    value: float
    label: str = ""
    descriptor: str = ""


@attrs.frozen(field_transformer=read_only)
class LevelScale:
    """Ordered levels of implementation, lowest first. Equal when all fields are equal.

    Attributes:
        levels: two or more, in ascending order of value.
        half_levels: whether the midpoint of two neighbouring levels may be recorded too; it is written
            as its value, for example 2.5.
        fidelity: code of the lowest level that counts as use with fidelity, or None.

    Raises:
        InvalidInput: listing repeated codes, values that do not rise, an undeclared fidelity level.

    Example:
        >>> LevelScale.numbered(3, half_levels=True).codes
        (1, 1.5, 2, 2.5, 3)
    """

    levels: tuple[Level, ...]
    half_levels: bool = attrs.field(default=False, kw_only=True)
    fidelity: LevelCode | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        check = Checker("LevelScale")
        check(len(self.levels) >= 2, "scale.levels", "levels", "are too few", expected="two or more levels")
        codes = [level.code for level in self.levels]
        texts = [str(code).strip().casefold() for code in codes]
        check(
            len(set(texts)) == len(texts),
            "scale.repeated",
            "levels",
            "repeat a code",
            expected="unlike codes",
        )
        rising = all(low.value < high.value for low, high in pairwise(self.levels))
        check(rising, "scale.order", "levels", "do not rise", expected="values in ascending order")
        numeric = all(not isinstance(level.code, str) and level.code == level.value for level in self.levels)
        check(
            numeric or not self.half_levels,
            "scale.half_levels",
            "half_levels",
            "need codes that are their own values",
            expected="numbers as codes",
        )
        check(
            self.fidelity is None or self.fidelity in codes,
            "scale.fidelity",
            "fidelity",
            "is not a level",
            expected=listed(codes),
        )
        check.done()

    @classmethod
    def numbered(cls, highest: int, *, half_levels: bool = False, fidelity: int | None = None) -> LevelScale:
        """The levels 1 to ``highest``, each its own value."""
        return cls.of(range(1, highest + 1), half_levels=half_levels, fidelity=fidelity)

    @classmethod
    def of(
        cls, codes: Sequence[LevelCode], *, half_levels: bool = False, fidelity: LevelCode | None = None
    ) -> LevelScale:
        """A scale from its codes in ascending order; texts get the values 1, 2, 3 and so on."""
        texts = any(isinstance(code, str) for code in codes)
        levels = tuple(
            Level(code, float(place if texts or isinstance(code, str) else code))
            for place, code in enumerate(codes, start=1)
        )
        return cls(levels, half_levels=half_levels, fidelity=fidelity)

    def _steps(self) -> Iterator[tuple[LevelCode, float, float]]:
        for rank, level in enumerate(self.levels, start=1):
            yield level.code, level.value, float(rank)
            if self.half_levels and rank < len(self.levels):
                middle = (level.value + self.levels[rank].value) / 2
                yield middle, middle, rank + 0.5

    @property
    def codes(self) -> tuple[LevelCode, ...]:
        """Every code that may be recorded, half levels among them, in order."""
        return tuple(code for code, _, _ in self._steps())

    @property
    def values(self) -> tuple[float, ...]:
        """The value of each of `codes`."""
        return tuple(value for _, value, _ in self._steps())

    @property
    def ranks(self) -> tuple[float, ...]:
        """The place of each of `codes`, counted in whole levels from 1."""
        return tuple(rank for _, _, rank in self._steps())

    @property
    def fidelity_value(self) -> float | None:
        """The value of the fidelity level, or None."""
        return next((level.value for level in self.levels if level.code == self.fidelity), None)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class LookFor:
    """An observable classroom practice that a form asks about. Equal when all fields are equal.

    Attributes:
        id: stable code, for example ``questioning``.
        title: what a form prints.
        scale: its levels.
        student_actions: what students are expected to do, observable.
        exemplars: references to video or written examples.
        priority: whether it is one of the practices given priority.
        curriculum_use: whether it is about use of the curriculum.
    """

    id: str
    title: str
    scale: LevelScale
    student_actions: tuple[str, ...] = ()
    exemplars: tuple[str, ...] = ()
    priority: bool = True
    curriculum_use: bool = False


@attrs.frozen(kw_only=True, field_transformer=read_only)
class LookForSet:
    """A versioned set of look-fors for one or more focuses. Equal when all fields are equal.

    Attributes:
        id: stable code.
        version: semantic version of this state of the set.
        look_fors: the look-fors in order.
        focus: instructional focuses it is meant for; empty for a general set.
        status: a set is used on forms once published.
        effective_from: first day of use, or None.
        contributors: ids of the people who made it.

    Raises:
        InvalidInput: for no look-for or a repeated id.
    """

    id: str
    version: str = "1.0.0"
    look_fors: tuple[LookFor, ...] = ()
    focus: tuple[str, ...] = ()
    status: Literal["draft", "published", "retired"] = "published"
    effective_from: date | None = None
    contributors: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("LookForSet")
        ids = [look_for.id for look_for in self.look_fors]
        check(bool(ids), "set.empty", "look_fors", "are missing", expected="one or more look-fors")
        check(len(set(ids)) == len(ids), "set.repeated", "look_fors", "repeat an id", expected="unlike ids")
        check.done()

    def __getitem__(self, id: str) -> LookFor:
        for look_for in self.look_fors:
            if look_for.id == id:
                return look_for
        raise UnknownCode(
            f"the set has no such look-for; it has {listed(look_for.id for look_for in self.look_fors)}",
            code="set.unknown",
        )

    def __iter__(self) -> Iterator[LookFor]:
        return iter(self.look_fors)

    def __len__(self) -> int:
        return len(self.look_fors)

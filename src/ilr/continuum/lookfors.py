"""Look-fors: what an observer looks for, on an ordered scale of levels.

Here belong look-fors, their level scales and examples, and the versioned sets that hold them. Not here:
the practices of leaders (`ilr.continuum.framework`), how look-fors are worded (`ilr.continuum.lint`) or
the items of a form (`ilr.forms`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Literal

import attrs

from ilr.base import EDITION, WORDING, Checker, Diagnostic, FrozenMap, UnknownCode, listed, read_only

__all__ = [
    "Exemplar",
    "Level",
    "LevelCode",
    "LevelScale",
    "LookFor",
    "LookForSet",
    "TermRevision",
    "check_look_fors",
]

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
    label: str = attrs.field(default="", metadata=WORDING)
    descriptor: str = attrs.field(default="", metadata=WORDING)


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
    def points(self) -> FrozenMap[LevelCode, float]:
        """The value of each code."""
        return FrozenMap({code: value for code, value, _ in self._steps()})

    @property
    def ranks(self) -> tuple[float, ...]:
        """The place of each of `codes`, counted in whole levels from 1."""
        return tuple(rank for _, _, rank in self._steps())

    @property
    def fidelity_value(self) -> float | None:
        """The value of the fidelity level, or None."""
        return next((level.value for level in self.levels if level.code == self.fidelity), None)


@attrs.frozen(kw_only=True)
class Exemplar:
    """A video or text that shows what a level means. Equal when all fields are equal.

    Attributes:
        reference: where the host finds it; nothing is fetched.
        kind: video or written.
        level: code of the level that it shows, or None for the look-for as a whole.
    """

    reference: str
    kind: Literal["video", "written"] = "video"
    level: LevelCode | None = None


@attrs.frozen(kw_only=True, field_transformer=read_only)
class TermRevision:
    """One change of wording that observers asked for. Equal when all fields are equal.

    Attributes:
        look_for: id of the look-for.
        on: the day of the change.
        from_text: the words before.
        to_text: the words since.
        feedback: ids of the feedback that led to it.
        communicated: id of the communication that told teachers, or None while none has (ILR-2.KI.3).

    Raises:
        InvalidInput: when nothing was changed.
    """

    look_for: str
    on: date
    from_text: str
    to_text: str
    feedback: tuple[str, ...] = ()
    communicated: str | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("TermRevision")
        check(
            self.from_text != self.to_text,
            "revision.same",
            "to_text",
            "changes nothing",
            expected="other words",
        )
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class LookFor:
    """An observable classroom practice that a form asks about. Equal when all fields are equal.

    Attributes:
        id: stable code, for example ``questioning``.
        title: what a form prints.
        scale: its levels.
        description: what it is, in a sentence.
        student_actions: what students are expected to do, observable.
        exemplars: video or written examples.
        priority: whether it is one of the practices given priority.
        curriculum_use: whether it is about use of the curriculum.

    Raises:
        InvalidInput: for an exemplar of a level that the scale does not declare.
    """

    id: str
    title: str = attrs.field(metadata=WORDING)
    scale: LevelScale
    description: str = attrs.field(default="", metadata=WORDING)
    student_actions: tuple[str, ...] = attrs.field(default=(), metadata=WORDING)
    exemplars: tuple[Exemplar, ...] = attrs.field(default=(), metadata=WORDING)
    priority: bool = True
    curriculum_use: bool = False

    def __attrs_post_init__(self) -> None:
        check = Checker("LookFor")
        check.add(_foreign_levels(self))
        check.done()


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
        revisions: changes of wording that led to this version.
        glossary: terms that its wording uses, with what they mean.

    Raises:
        InvalidInput: with everything that `check_look_fors` finds.
    """

    id: str
    version: str = attrs.field(default="1.0.0", metadata=EDITION)
    look_fors: tuple[LookFor, ...] = ()
    focus: tuple[str, ...] = ()
    status: Literal["draft", "published", "retired"] = attrs.field(default="published", metadata=EDITION)
    effective_from: date | None = attrs.field(default=None, metadata=EDITION)
    contributors: tuple[str, ...] = attrs.field(default=(), metadata=EDITION)
    revisions: tuple[TermRevision, ...] = attrs.field(default=(), metadata=EDITION)
    glossary: FrozenMap[str, str] = attrs.field(factory=FrozenMap, metadata=WORDING)

    def __attrs_post_init__(self) -> None:
        check = Checker("LookForSet")
        check.add(check_look_fors(self))
        check.done()

    @property
    def undescribed(self) -> tuple[str, ...]:
        """Ids of look-fors of which some level has no descriptor (ILR-1.GB.1)."""
        return tuple(
            look_for.id
            for look_for in self
            if not all(level.descriptor.strip() for level in look_for.scale.levels)
        )

    @property
    def without_exemplars(self) -> tuple[str, ...]:
        """Ids of look-fors without an example (ILR-1.GB.4, ILR-1.KI.2)."""
        return tuple(look_for.id for look_for in self if not look_for.exemplars)

    @property
    def without_student_actions(self) -> tuple[str, ...]:
        """Ids of look-fors that name no student action (ILR-1.KI.3)."""
        return tuple(look_for.id for look_for in self if not look_for.student_actions)

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


def check_look_fors(look_fors: object) -> tuple[Diagnostic, ...]:
    """Everything that is wrong between the parts of a set of look-fors.

    Repeated ids, exemplars of a level that the scale does not declare, revisions of a look-for that the
    set does not hold.

    Args:
        look_fors: a set or its document; parts of a document that have another shape are passed over, for
            the codec reports them.

    Returns:
        The problems in the order of the document; empty when there are none.
    """
    check = Checker("LookForSet")
    parts = _parts(look_fors, "look_fors")
    ids = [_get(part, "id") for part in parts]
    empty = _get(look_fors, "look_fors") in (None, [], ())
    check(not empty, "set.empty", "look_fors", "are missing", expected="one or more look-fors")
    known = [id for id in ids if isinstance(id, str)]
    check(len(set(known)) == len(known), "set.repeated", "look_fors", "repeat an id", expected="unlike ids")
    for place, part in enumerate(parts):
        check.add(_foreign_levels(part), under=f"look_fors[{place}]")
    for place, revision in enumerate(_parts(look_fors, "revisions")):
        look_for = _get(revision, "look_for")
        check(
            look_for in known or not isinstance(look_for, str),
            "set.revision",
            f"revisions[{place}].look_for",
            "is not in the set",
            expected=listed(known),
        )
    return tuple(check.problems)


def _foreign_levels(look_for: Any) -> tuple[Diagnostic, ...]:
    """Exemplars of a level that the scale does not declare, for a look-for or its document."""
    check = Checker("LookFor")
    codes = _codes(_get(look_for, "scale"))
    for place, exemplar in enumerate(_parts(look_for, "exemplars") if codes else ()):
        level = _get(exemplar, "level")
        check(
            level is None or level in codes or not isinstance(level, int | float | str),
            "look_for.exemplar",
            f"exemplars[{place}].level",
            "is not a level of its scale",
            expected=listed(codes),
        )
    return tuple(check.problems)


def _codes(scale: Any) -> tuple[LevelCode, ...]:
    """The codes that a scale or its document declares; none where it cannot be built."""
    if isinstance(scale, LevelScale):
        return scale.codes
    levels = _parts(scale, "levels")
    codes = [_get(level, "code") for level in levels]
    if not all(isinstance(code, int | float | str) for code in codes):
        return ()
    middles = []
    if _get(scale, "half_levels") is True and not any(isinstance(code, str) for code in codes):
        middles = [(low + high) / 2 for low, high in pairwise(codes)]
    return (*codes, *middles)


def _get(node: Any, name: str) -> Any:
    return node.get(name) if isinstance(node, Mapping) else getattr(node, name, None)


def _parts(node: Any, name: str) -> tuple[Any, ...]:
    values = _get(node, name)
    return tuple(values) if isinstance(values, list | tuple) else ()

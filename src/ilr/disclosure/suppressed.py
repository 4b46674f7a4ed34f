"""What stands in place of a number that is not told: a value of its own that never becomes one.

Here belong the values for what is hidden. Not here: what is hidden and why (`ilr.disclosure.publishing`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NoReturn, TypeAlias

import attrs

from ilr.base import Checker, read_only

__all__ = ["SUPPRESSED", "Suppressed", "SuppressedCell"]


_Refusal: TypeAlias = Callable[..., NoReturn]


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise TypeError("a hidden value is no number")


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Suppressed:
    """A number that is not told: not nothing and not zero. Equal to every other hidden number.

    It becomes no number, and neither text nor array of one: arithmetic, order, `float`, `int`, `round`, formats for
    numbers and numpy arrays raise `TypeError`. Its truth is not known either. As a document it is
    ``{"suppressed": true}``.

    Example:
        >>> str(SUPPRESSED)
        'hidden'
        >>> SUPPRESSED + 1
        Traceback (most recent call last):
        ...
        TypeError: a hidden value is no number
    """

    suppressed: bool = True

    def __attrs_post_init__(self) -> None:
        check = Checker("Suppressed")
        check(self.suppressed is True, "suppressed.told", "suppressed", "is not so", expected="true")
        check.done()

    def __str__(self) -> str:
        return "hidden"

    def __format__(self, spec: str) -> str:
        if spec and spec[-1] in "bcdeEfFgGnoxX%":
            _refuse()
        return format(str(self), spec)

    __bool__: ClassVar[_Refusal] = _refuse
    __float__: ClassVar[_Refusal] = _refuse
    __int__: ClassVar[_Refusal] = _refuse
    __index__: ClassVar[_Refusal] = _refuse
    __complex__: ClassVar[_Refusal] = _refuse
    __round__: ClassVar[_Refusal] = _refuse
    __trunc__: ClassVar[_Refusal] = _refuse
    __floor__: ClassVar[_Refusal] = _refuse
    __ceil__: ClassVar[_Refusal] = _refuse
    __array__: ClassVar[_Refusal] = _refuse
    __array_ufunc__: ClassVar[_Refusal] = _refuse
    __lt__: ClassVar[_Refusal] = _refuse
    __le__: ClassVar[_Refusal] = _refuse
    __gt__: ClassVar[_Refusal] = _refuse
    __ge__: ClassVar[_Refusal] = _refuse
    __add__: ClassVar[_Refusal] = _refuse
    __sub__: ClassVar[_Refusal] = _refuse
    __mul__: ClassVar[_Refusal] = _refuse
    __truediv__: ClassVar[_Refusal] = _refuse
    __floordiv__: ClassVar[_Refusal] = _refuse
    __mod__: ClassVar[_Refusal] = _refuse
    __divmod__: ClassVar[_Refusal] = _refuse
    __pow__: ClassVar[_Refusal] = _refuse
    __radd__: ClassVar[_Refusal] = _refuse
    __rsub__: ClassVar[_Refusal] = _refuse
    __rmul__: ClassVar[_Refusal] = _refuse
    __rtruediv__: ClassVar[_Refusal] = _refuse
    __rfloordiv__: ClassVar[_Refusal] = _refuse
    __rmod__: ClassVar[_Refusal] = _refuse
    __rdivmod__: ClassVar[_Refusal] = _refuse
    __rpow__: ClassVar[_Refusal] = _refuse
    __neg__: ClassVar[_Refusal] = _refuse
    __pos__: ClassVar[_Refusal] = _refuse
    __abs__: ClassVar[_Refusal] = _refuse
    __invert__: ClassVar[_Refusal] = _refuse


SUPPRESSED = Suppressed()
"""The one value of every number that is not told."""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class SuppressedCell(Suppressed):
    """A hidden cell, for whatever reason it is hidden. Equal when the keys are equal.

    Attributes:
        key: the value of each column, ``(all)`` where it is summed over.
    """

    key: tuple[str, ...]

    @property
    def teachers(self) -> Suppressed:
        """The number of teachers, which is not told."""
        return SUPPRESSED

    @property
    def observations(self) -> Suppressed:
        """The number of records, which is not told."""
        return SUPPRESSED

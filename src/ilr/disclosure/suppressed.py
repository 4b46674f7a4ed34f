"""What stands in place of a number that is not told: a value of its own that never becomes one.

Here belong the values for what is hidden. Not here: what is hidden and why (`ilr.disclosure.publishing`).
"""

from __future__ import annotations

from typing import Any, NoReturn

import attrs

from ilr.base import Checker, read_only

__all__ = ["SUPPRESSED", "Suppressed", "SuppressedCell"]


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

    __bool__ = _refuse
    __float__ = __int__ = __index__ = __complex__ = __round__ = __trunc__ = __floor__ = __ceil__ = _refuse
    __array__ = __array_ufunc__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __add__ = __sub__ = __mul__ = __truediv__ = __floordiv__ = __mod__ = __divmod__ = __pow__ = _refuse
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rfloordiv__ = __rmod__ = __rdivmod__ = __rpow__ = (
        _refuse
    )
    __neg__ = __pos__ = __abs__ = __invert__ = _refuse


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

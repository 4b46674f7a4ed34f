"""Diagnostics and errors: how the library says what is wrong, all at once and without naming anyone.

Here belongs every exception class of the library and the collector that turns many small checks into
one error. Not here: rules of a room; a room states its checks and hands them to `Checker`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, NoReturn

import attrs

__all__ = [
    "Checker",
    "Diagnostic",
    "IlrError",
    "InvalidInput",
    "MissingDependency",
    "NotEnoughData",
    "UnknownCode",
    "join_path",
    "listed",
]

Severity = Literal["error", "warning"]

_SHOWN = 50
"""How many problems a message shows; all of them stand in `InvalidInput.problems`."""


@attrs.frozen(kw_only=True)
class Diagnostic:
    """One thing that is wrong, or odd, in what a caller handed in.

    Equal when all fields are equal. It never holds the value of a cell: codes that belong to the
    vocabulary (an item id, a column name) may appear, what a person typed may not.

    Attributes:
        code: stable dotted code, for example ``rating.level``.
        path: where, for example ``rows[3].level``; empty for the whole.
        message: one plain sentence.
        expected: what would have been accepted.
        hint: how to mend it, where there is more to say.
        severity: ``error`` refuses the input, ``warning`` is reported beside the result.
    """

    code: str
    path: str
    message: str
    expected: str = ""
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        place = f"{self.path}: " if self.path else ""
        expected = f" (expected {self.expected})" if self.expected else ""
        hint = f" Hint: {self.hint}" if self.hint else ""
        return f"[{self.code}] {place}{self.message}{expected}.{hint}"

    def under(self, prefix: str) -> Diagnostic:
        """The same problem, seen from one level further out."""
        return attrs.evolve(self, path=join_path(prefix, self.path))


def join_path(prefix: str, path: str) -> str:
    """Join two parts of a path as they are written in code: ``a`` + ``b[0]`` is ``a.b[0]``."""
    if not prefix or not path:
        return prefix or path
    return f"{prefix}{path}" if path.startswith("[") else f"{prefix}.{path}"


def listed(values: Iterable[object], *, most: int = 12) -> str:
    """Write the first values of a vocabulary for a message, and say how many more there are."""
    words = [str(value) for value in values]
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


class IlrError(Exception):
    """The root of every error of the library.

    Attributes:
        code: stable dotted code.
        path: where in the input, empty for the whole.
        hint: how to mend it.
    """

    def __init__(self, message: str, *, code: str = "ilr", path: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.path = path
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.args, self.__dict__.copy()))


def _rebuild(cls: type[IlrError], args: tuple[Any, ...], state: dict[str, Any]) -> IlrError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class InvalidInput(IlrError, ValueError):
    """What was handed in breaks a rule; `problems` lists every diagnostic at once.

    The message shows the first fifty of them and counts the rest.
    """

    def __init__(self, subject: str, problems: Sequence[Diagnostic]) -> None:
        self.problems: tuple[Diagnostic, ...] = tuple(problems)
        self.subject = subject
        first = self.problems[0]
        count = "one problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        lines = "".join(f"\n  - {problem}" for problem in self.problems[:_SHOWN])
        if len(self.problems) > _SHOWN:
            lines += f"\n  and {len(self.problems) - _SHOWN} more, see .problems"
        super().__init__(f"{subject}: {count}{lines}", code=first.code, path=first.path, hint=first.hint)


class NotEnoughData(IlrError, ValueError):
    """The input is well formed, but too little for the question."""


class UnknownCode(IlrError, KeyError):
    """A code that the vocabulary at hand does not hold."""

    def __str__(self) -> str:  # KeyError would print the repr of the message
        return str(self.args[0])


class MissingDependency(IlrError, RuntimeError):
    """An optional package is needed for this call."""


class Checker:
    """Collects the problems of one construction and raises them together.

    Example:
        >>> check = Checker("Window")
        >>> check(1 > 2, "window.order", "end", "ends before it starts")
        False
        >>> [problem.code for problem in check.problems]
        ['window.order']
    """

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.problems: list[Diagnostic] = []

    def __call__(
        self, holds: bool, code: str, path: str, message: str, *, expected: str = "", hint: str = ""
    ) -> bool:
        """Note a problem unless the condition holds; answers whether it held."""
        if not holds:
            self.problems.append(
                Diagnostic(code=code, path=path, message=message, expected=expected, hint=hint)
            )
        return bool(holds)

    def add(self, problems: Iterable[Diagnostic], *, under: str = "") -> None:
        """Take over problems found elsewhere."""
        self.problems.extend(problem.under(under) for problem in problems)

    def done(self) -> None:
        """Raise one error for all problems, or return if there are none.

        Raises:
            InvalidInput: with every problem that was noted.
        """
        if self.problems:
            self.fail()

    def fail(self) -> NoReturn:
        """Raise one error for all problems."""
        raise InvalidInput(self.subject, self.problems)

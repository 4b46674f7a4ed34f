"""Reasons, verdicts and permits: what a rule answers, as data.

Here belong the answer types that every room shares and the words for them. Not here: the rules that
give the answers; each lives in the room that owns the records it reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import attrs

from ilr.base.mapping import FrozenMap
from ilr.base.records import read_only

__all__ = ["MESSAGES", "Permit", "Reason", "Verdict", "words"]

Parameter = str | int | float | bool


@attrs.frozen(field_transformer=read_only)
class Reason:
    """Why a rule answered as it did: a code with its parameters, ready for any language.

    Equal when code and parameters are equal.

    Attributes:
        code: stable code of the reason, for example ``CALIBRATION_PENDING``.
        parameters: what the sentence needs: counts, dates as ISO text, codes; never a name.

    Example:
        >>> str(Reason.of("BELOW_COUNT", n=12, least=30))
        '12 of at least 30'
    """

    code: str
    parameters: FrozenMap[str, Parameter] = attrs.field(factory=FrozenMap)

    @classmethod
    def of(cls, code: str, /, **parameters: Parameter) -> Reason:
        """Make a reason with its parameters as keywords."""
        return cls(code, FrozenMap(parameters))

    def __str__(self) -> str:
        return words(self)


class Verdict(Enum):
    """What a check can answer about a criterion; lack of data is never a failure."""

    MET = "met"
    NOT_MET = "not met"
    NOT_APPLICABLE = "not applicable"
    NOT_ASSESSABLE = "not assessable"


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Permit:
    """The answer of a gate: granted or refused, always with reasons (FW-8).

    True in a condition when granted. Equal when all fields are equal.

    Attributes:
        granted: whether anything may pass.
        reasons: why it passed or why not, and what is left out.
        scope: the codes that may pass, for example look-fors.
        withheld: the codes that wait.
        policy: version of the policy that was used.
        ledger: version of the ledger that was read, empty without one.
    """

    granted: bool
    reasons: tuple[Reason, ...]
    scope: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    policy: str = ""
    ledger: str = ""

    def __bool__(self) -> bool:
        return self.granted


MESSAGES: Mapping[str, str] = FrozenMap({"BELOW_COUNT": "{n} of at least {least}"})
"""The English words for every reason code; a host lays its own catalogue over them."""


def words(reason: Reason, catalogue: Mapping[str, str] = MESSAGES) -> str:
    """Turn a reason into a sentence.

    Args:
        reason: the reason.
        catalogue: format strings by code; a code it lacks falls back to English, then to the bare code.

    Returns:
        The sentence, without a full stop.
    """
    template = catalogue.get(reason.code) or MESSAGES.get(reason.code)
    if template is None:
        shown = ", ".join(f"{key}={value}" for key, value in reason.parameters.items())
        return f"{reason.code}({shown})" if shown else reason.code
    return template.format(**reason.parameters)

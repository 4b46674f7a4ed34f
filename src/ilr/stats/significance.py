"""The result type of a test of a null value.

Here belongs `Significance`: statistic, distribution, degrees of freedom and p. Not here: any test.
"""

from __future__ import annotations

import math
from html import escape
from typing import Any, Literal, TypeAlias

import attrs

from ilr.base.mapping import FrozenMap
from ilr.base.reasons import Reason
from ilr.base.records import read_only
from ilr.stats.estimate import number_or_none, plain_reason

__all__ = ["Sided", "Significance"]

Sided: TypeAlias = Literal["two", "greater", "less"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Significance:
    """How well data go with a null value.

    Equal when all fields are equal, where one NaN equals another. Nothing is rounded.

    Attributes:
        name: what was tested.
        null: the value under the null hypothesis.
        statistic: the statistic of the test; NaN when `undefined` says why there is none.
        distribution: its distribution under the null hypothesis: ``F``, ``chi-squared``,
            ``t``, ``normal``, ``every permutation`` or ``drawn permutations``.
        freedom: degrees of freedom of that distribution.
        p: the probability of data no nearer to the null value; NaN when undefined.
        sided: ``two`` for both directions (twice the smaller tail), ``greater``, or ``less``.
        n: named counts, as in `Estimate`.
        undefined: why there is no test, or None.
        notes: what else the reader must know.

    Example:
        >>> print(Significance(name="w", statistic=11.5, distribution="chi-squared", freedom=(4.0,), p=0.0215))
        chi-squared(4) = 11.500, p = 0.0215 (two-sided)
    """

    name: str
    null: float = 0.0
    statistic: float = attrs.field(default=math.nan, eq=number_or_none)
    distribution: str = ""
    freedom: tuple[float, ...] = ()
    p: float = attrs.field(default=math.nan, eq=number_or_none)
    sided: Sided = "two"
    n: FrozenMap[str, float] = attrs.field(factory=FrozenMap)
    undefined: Reason | None = None
    notes: tuple[Reason, ...] = ()

    def __str__(self) -> str:
        if self.undefined is not None:
            return f"undefined: {self.undefined}"
        freedom = f"({', '.join(f'{one:.4g}' for one in self.freedom)})" if self.freedom else ""
        side = "two-sided" if self.sided == "two" else self.sided
        return f"{self.distribution}{freedom} = {self.statistic:.3f}, p = {self.p:.3g} ({side})"

    def _repr_html_(self) -> str:
        shown = {
            "test": str(self),
            "null value": f"{self.null:g}",
            "n": ", ".join(f"{name} {count:g}" for name, count in self.n.items()),
            "notes": "; ".join(str(note) for note in self.notes),
        }
        rows = "".join(
            f"<tr><th>{escape(key)}</th><td>{escape(text)}</td></tr>" for key, text in shown.items() if text
        )
        return f"<table><caption>{escape(self.name)}</caption>{rows}</table>"

    def to_dict(self) -> dict[str, Any]:
        """Give the fields as plain values that any format can hold; what is not a number becomes None."""
        return {
            "name": self.name,
            "null": self.null,
            "statistic": number_or_none(self.statistic),
            "distribution": self.distribution,
            "freedom": list(self.freedom),
            "p": number_or_none(self.p),
            "sided": self.sided,
            "n": dict(self.n),
            "undefined": plain_reason(self.undefined),
            "notes": [plain_reason(note) for note in self.notes],
        }

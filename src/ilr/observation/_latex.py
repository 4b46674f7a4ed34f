"""Results as LaTeX: one floating table with the rules of the package booktabs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs

from ilr.stats import Estimate

__all__ = ["Cells", "escaped", "latex_table"]

_ESCAPED = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{mark: f"\\{mark}" for mark in "&%$#_{}"},
}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def escaped(text: object) -> str:
    """A text as LaTeX prints it, whatever marks it holds."""
    return "".join(_ESCAPED.get(mark, mark) for mark in str(text))


@attrs.frozen
class Cells:
    """Writes estimates, and keeps a note for each reason why one of them is undefined.

    Attributes:
        digits: decimal places that are printed.
        reasons: the words of the reasons met so far, in order, each with its letter.
    """

    digits: int
    reasons: dict[str, str] = attrs.field(factory=dict)

    def of(self, estimate: Estimate) -> str:
        """An estimate with its interval in brackets, or a dash with the letter of the reason."""
        if estimate.undefined is not None:
            place = len(self.reasons)
            letter = self.reasons.setdefault(
                str(estimate.undefined), _LETTERS[place % 26] * (1 + place // 26)
            )
            return rf"--\textsuperscript{{{letter}}}"
        value = self.number(estimate.value)
        if math.isnan(estimate.low):
            return value
        return f"{value} [{self.number(estimate.low)}, {self.number(estimate.high)}]"

    def number(self, value: float) -> str:
        """A number with its decimal places; a minus sign needs the mode of mathematics."""
        text = f"{value:.{self.digits}f}"
        return f"${text}$" if text.startswith("-") else text

    def notes(self) -> list[str]:
        """The reasons with their letters, for the foot of the table."""
        return [
            rf"\textsuperscript{{{letter}}} {escaped(reason)}." for reason, letter in self.reasons.items()
        ]


def latex_table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    alignment: str,
    caption: str,
    label: str,
    notes: Sequence[str],
) -> str:
    """A table from cells that are LaTeX already; caption and label are left away where empty."""
    lines = [r"\begin{table}", r"  \centering"]
    lines += [rf"  \caption{{{escaped(caption)}}}"] if caption else []
    lines += [rf"  \label{{{label}}}"] if label else []
    lines += [rf"  \begin{{tabular}}{{{alignment}}}", r"    \toprule"]
    lines += [f"    {' & '.join(heads)} \\\\", r"    \midrule"]
    lines += [f"    {' & '.join(row)} \\\\" for row in rows]
    lines += [r"    \bottomrule", r"  \end{tabular}"]
    lines += [rf"  \par\footnotesize {' '.join(notes)}"] if notes else []
    return "\n".join([*lines, r"\end{table}"])

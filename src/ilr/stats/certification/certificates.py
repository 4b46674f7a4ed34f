"""Certificates: an observer's codes held against the master codes.

An exam is a table of sets (lessons, videos) by items. A cell that the master coded and the observer left out
counts against the observer: whoever codes less never gains by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import attrs
import numpy as np
from numpy.typing import ArrayLike

from ilr.base.errors import Checker
from ilr.base.mapping import FrozenMap
from ilr.base.reasons import Reason
from ilr.base.records import read_only
from ilr.stats.certification._exam import Exam, Finding, codes_of, columns_of, findings, passes, scale_of
from ilr.stats.certification.rules import Rule
from ilr.stats.certification.worth import chance_agreement

__all__ = ["Certificate", "certify"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Certificate:
    """Whether an exam was passed, and by what. True in a condition when passed. Equal when all fields are equal.

    Attributes:
        passed: whether the rule holds and no code is missing.
        findings: what each of the simple rules found, over the whole exam or part that it speaks of.
        codes: number of codes that the master gave.
        missing: how many of them the observer left out.
        chance: share of codes within one point that chance alone would reach with the same use of levels, to
            be read beside the findings.
        reasons: what else the reader must know.
    """

    passed: bool
    findings: tuple[Finding, ...]
    codes: int
    missing: int
    chance: float
    reasons: tuple[Reason, ...] = ()

    def __bool__(self) -> bool:
        return self.passed

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(one.rule)}</td><td>{one.value:.3f}</td><td>{one.needed:g}</td>"
            f"<td>{'yes' if one.passed else 'no'}</td></tr>"
            for one in self.findings
        )
        head = "<tr><th>rule</th><th>found</th><th>needed</th><th>holds</th></tr>"
        told = "passed" if self.passed else "not passed"
        return f"<table><caption>{told}</caption>{head}{rows}</table>"


def certify(
    observed: ArrayLike,
    master: ArrayLike,
    rule: Rule,
    *,
    levels: Sequence[float],
    items: Sequence[str] | None = None,
    parts: Mapping[str, Iterable[str]] = FrozenMap(),
) -> Certificate:
    """Hold an observer's codes against the master codes.

    Args:
        observed: the observer's levels, shape (sets, items); NaN where left out.
        master: the master's levels, same shape; NaN where the exam has no code.
        rule: what the codes have to meet.
        levels: the levels of the scale in ascending order, in points.
        items: names of the items, needed where a rule speaks of parts.
        parts: the items of each part by its name.

    Returns:
        The certificate; never passed while codes are missing.

    Raises:
        InvalidInput: listing shapes that differ, codes off the scale, an exam without codes, parts that are not
            told, levels that do not ascend.

    Example:
        >>> from ilr.stats.certification import FIELD_RULES
        >>> master = [[1, 2, 3, 4, 2], [3, 3, 2, 1, 4]]
        >>> observed = [[1, 2, 4, 4, 2], [3, 2, 2, 1, 2]]
        >>> found = certify(observed, master, FIELD_RULES["class"].rule, levels=[1, 2, 3, 4])
        >>> found.passed, found.findings[0].value
        (True, 0.9)
    """
    check = Checker("certify")
    scale = scale_of(levels, check)
    seen, true = codes_of(observed, scale, "observed", check), codes_of(master, scale, "master", check)
    check(
        seen.shape == true.shape,
        "certification.shape",
        "observed",
        "is of another shape than the master codes",
        expected="one row a set, one column an item",
    )
    check(bool((true >= 0).any()), "certification.empty", "master", "holds no code", expected="master codes")
    names = tuple(items) if items is not None else tuple(str(place) for place in range(true.shape[1]))
    check(
        len(names) == true.shape[1],
        "certification.items",
        "items",
        "does not name every item",
        expected=f"{true.shape[1]} names",
    )
    columns = columns_of(rule, names, parts, check)
    check.done()
    exam = Exam(seen, true, scale)
    on_exam = true >= 0
    missing = int((on_exam & (seen < 0)).sum())
    used = seen[on_exam & (seen >= 0)]
    q = len(scale)
    return Certificate(
        passed=bool(passes(rule, exam, columns)) and missing == 0,
        findings=tuple(findings(rule, exam, columns)),
        codes=int(on_exam.sum()),
        missing=missing,
        chance=chance_agreement(
            np.bincount(used, minlength=q), np.bincount(true[on_exam], minlength=q), levels=levels, within=1
        ),
        reasons=(Reason.of("CODES_MISSING", n=missing),) if missing else (),
    )

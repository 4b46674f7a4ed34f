"""How rules are written: what they answer and how they are found by the id of their criterion.

Here belongs the registry alone. The rules themselves stand in `_coverage` (ILR-3) and `_reviews`
(ILR-5); each is a pure function from a question to an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from ilr.base import Reason, Verdict, read_only
from ilr.progress.evidence import Question

__all__ = ["Answer", "Rule", "judged", "missing", "not_applicable", "registered"]


@attrs.frozen(field_transformer=read_only)
class Answer:
    """What a rule answers. Equal when all fields are equal."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    needs: tuple[str, ...] = ()


Rule = Callable[[Question], Answer]


def judged(holds: bool, *reasons: Reason) -> Answer:
    """Met or not met, with the numbers."""
    return Answer(Verdict.MET if holds else Verdict.NOT_MET, reasons)


def not_applicable(*reasons: Reason) -> Answer:
    """Nothing to judge."""
    return Answer(Verdict.NOT_APPLICABLE, reasons)


def missing(needs: Iterable[str], *reasons: Reason) -> Answer:
    """Not assessable: the named record fields are not kept, or not kept well enough (ST-4)."""
    return Answer(Verdict.NOT_ASSESSABLE, reasons, tuple(needs))


def registered() -> dict[str, Rule]:
    """Every rule by the id of its criterion."""
    from ilr.progress import _coverage, _reviews

    return {**_coverage.RULES, **_reviews.RULES}

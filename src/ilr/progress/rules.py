"""How rules are written: what they answer and how they are found by the id of their criterion.

Here belongs the registry alone. The rules themselves stand in `_coverage` (ILR-3), `_reviews` (ILR-5),
`_trends` (ILR-6a, 6b), `_pilots` (ILR-7), `_broad_feedback` (ILR-8a), `_team_feedback` (ILR-8b), `_coaching` (ILR-9,
10), `_needs` (ILR-11), `_capacity` (ILR-12), `_partnerships` (LS-12a) and `_leaders` (LS-12b); each is a pure
function from a question to an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from ilr.base import Reason, Verdict, read_only
from ilr.progress.evidence import Question

__all__ = [
    "ATTESTATION",
    "Answer",
    "Rule",
    "judged",
    "judged_in_part",
    "missing",
    "not_applicable",
    "registered",
]

ATTESTATION = "attestation.criterion"
"""What is to be recorded where people have to judge."""


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


def judged_in_part(holds: bool, *reasons: Reason) -> Answer:
    """Not met, or shown by records as far as they can: whether it is done well is for somebody to attest."""
    return missing([ATTESTATION], *reasons) if holds else judged(False, *reasons)


def not_applicable(*reasons: Reason) -> Answer:
    """Nothing to judge."""
    return Answer(Verdict.NOT_APPLICABLE, reasons)


def missing(needs: Iterable[str], *reasons: Reason) -> Answer:
    """Not assessable: the named record fields are not kept, or not kept well enough (ST-4)."""
    return Answer(Verdict.NOT_ASSESSABLE, reasons, tuple(needs))


def registered() -> dict[str, Rule]:
    """Every rule by the id of its criterion."""
    from ilr.progress import (
        _broad_feedback,
        _capacity,
        _coaching,
        _coverage,
        _leaders,
        _needs,
        _partnerships,
        _pilots,
        _reviews,
        _team_feedback,
        _trends,
    )

    modules = (
        *(_coverage, _reviews, _trends, _pilots, _broad_feedback, _team_feedback),
        *(_coaching, _needs, _capacity, _partnerships, _leaders),
    )
    return {id: rule for module in modules for id, rule in module.RULES.items()}

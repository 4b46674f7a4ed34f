"""Certification: does an observer code as the master codes do, well enough and not by luck?

Here belong the rules by which codes are held against master codes, and what a rule is worth. Not here: who is
certified for what and until when, which the rooms that know observers say.
"""

from __future__ import annotations

from ilr.stats.certification._exam import Finding
from ilr.stats.certification.certificates import Certificate, certify
from ilr.stats.certification.rules import (
    FIELD_RULES,
    All,
    Bias,
    EachItem,
    EachSet,
    FieldRule,
    Kappa,
    LargestGap,
    OfPart,
    Rule,
    Share,
)
from ilr.stats.certification.worth import chance_agreement, pass_probability, share_pass_probability

__all__ = [
    "FIELD_RULES",
    "All",
    "Bias",
    "Certificate",
    "EachItem",
    "EachSet",
    "FieldRule",
    "Finding",
    "Kappa",
    "LargestGap",
    "OfPart",
    "Rule",
    "Share",
    "certify",
    "chance_agreement",
    "pass_probability",
    "share_pass_probability",
]

"""The rules of certification, as values that combine.

Here belong what a rule says and the rules seen in the field. Not here: whether codes meet a rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import attrs

from ilr.base.errors import Checker
from ilr.base.mapping import FrozenMap
from ilr.base.records import read_only

__all__ = [
    "FIELD_RULES",
    "All",
    "Bias",
    "EachItem",
    "EachSet",
    "FieldRule",
    "Kappa",
    "LargestGap",
    "OfPart",
    "Rule",
    "Share",
]


@attrs.frozen
class Share:
    """At least a share of the codes lies within so many points of the master codes; 0 points is exact.

    Equal when both numbers are equal.
    """

    least: float
    within: float = 0.0

    def __attrs_post_init__(self) -> None:
        check = Checker("Share")
        check(0 <= self.least <= 1, "certification.share", "least", "is no share", expected="0 to 1")
        check(self.within >= 0, "certification.points", "within", "is negative", expected="points from 0")
        check.done()


@attrs.frozen
class LargestGap:
    """No code, or at most so many, is further from the master code than so many points.

    Equal when both numbers are equal.
    """

    most: float
    times: int = 0

    def __attrs_post_init__(self) -> None:
        check = Checker("LargestGap")
        check(self.most >= 0, "certification.points", "most", "is negative", expected="points from 0")
        check(self.times >= 0, "certification.times", "times", "is negative", expected="a count from 0")
        check.done()


@attrs.frozen
class Kappa:
    """Cohen's kappa with the master codes, quadratic weights, reaches a least value.

    Undefined where both used one level only; then it does not hold. Equal when the numbers are equal.
    """

    least: float


@attrs.frozen
class Bias:
    """The mean difference from the master codes, severe or lenient, is at most so many points.

    Equal when the numbers are equal.
    """

    most: float


@attrs.frozen
class EachItem:
    """A rule holds for every item, or for at least so many of them. Equal when both parts are equal."""

    rule: Rule
    least: int | None = None


@attrs.frozen
class EachSet:
    """A rule holds in every set, or in at least so many of them. Equal when both parts are equal."""

    rule: Rule
    least: int | None = None


@attrs.frozen
class OfPart:
    """A rule for the items of one named part of the exam alone. Equal when both parts are equal."""

    part: str
    rule: Rule


@attrs.frozen(field_transformer=read_only)
class All:
    """Every one of some rules holds. Equal when the rules are equal."""

    rules: tuple[Rule, ...]

    def __attrs_post_init__(self) -> None:
        check = Checker("All")
        check(bool(self.rules), "certification.rules", "rules", "are missing", expected="one or more rules")
        check.done()


Rule: TypeAlias = Share | LargestGap | Kappa | Bias | EachItem | EachSet | OfPart | All
"""What codes are held against; rules within rules combine."""


@attrs.frozen(kw_only=True)
class FieldRule:
    """A rule seen in the field. Equal when all fields are equal.

    Attributes:
        rule: the rule for one attempt.
        attempts: how many attempts an observer has.
        source: where it was published.
    """

    rule: Rule
    attempts: int
    source: str


FIELD_RULES: Mapping[str, FieldRule] = FrozenMap(
    {
        "class": FieldRule(
            rule=Share(0.80, within=1),
            attempts=3,
            source="Teachstone, certification for CLASS observers",
        ),
        "teach": FieldRule(
            rule=EachSet(
                All((OfPart("snapshots", Share(2 / 3)), OfPart("elements", Share(8 / 9, within=1))))
            ),
            attempts=2,
            source="World Bank, Teach observer manual",
        ),
        "kansas": FieldRule(
            rule=All((Share(0.75), LargestGap(1))),
            attempts=1,
            source="Kansas State Department of Education, rater agreement",
        ),
        "kappa": FieldRule(
            rule=Kappa(0.70),
            attempts=1,
            source="standard that Educ. Sci. 2021, 11, 648 holds performance assessments to",
        ),
    }
)
"""Rules that certify observers elsewhere, by name."""

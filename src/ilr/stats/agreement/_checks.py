"""What coefficients of agreement ask of ratings and options before they begin.

Here belong refusals that several modules of the package share. Not here: what a coefficient finds when it
looks at the ratings, which is a reason and no error.
"""

from __future__ import annotations

from ilr.base.errors import Checker
from ilr.stats._inference import Method
from ilr.stats.ratings import Ratings

__all__ = ["refuse_score", "require_binary", "require_two"]


def require_two(name: str, r: Ratings) -> None:
    """Refuse more than two raters; fewer are a matter of the ratings."""
    check = Checker(name)
    check(
        r.n_raters <= 2,
        "agreement.raters",
        "r",
        "has more than two raters",
        expected="two raters",
        hint="take a coefficient for many, or every two raters with pairwise",
    )
    check.done()


def require_binary(name: str, r: Ratings) -> None:
    """Refuse other than two categories, where anything was rated."""
    check = Checker(name)
    check(
        r.q == 2 or r.n_ratings == 0,
        "agreement.binary",
        "r",
        "does not have two categories",
        expected="two categories",
    )
    check.done()


def refuse_score(name: str, method: Method) -> None:
    """Refuse the score method, for what is no agreement corrected for chance."""
    check = Checker(name)
    check(
        method != "score",
        "options.method",
        "method",
        "score is for an agreement corrected for chance",
        expected="another method",
    )
    check.done()

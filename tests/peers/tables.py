"""Ratings of every shape to hold against other packages, and the packages themselves."""

from __future__ import annotations

import importlib
import os
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from numpy.typing import NDArray

Codes = NDArray[np.int64]

CLOSE = 1e-9
compared = settings(deadline=None)  # the first call of a package pays for its imports


def peer(name: str) -> Any:
    """A package to compare with; skips where it is absent, or fails where it is required."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own affair
        try:
            return importlib.import_module(name)
        except ImportError:
            message = f"{name} is not installed"
            if os.environ.get("ILR_REQUIRE_PEERS") == "1":
                raise AssertionError(message) from None
            pytest.skip(message, allow_module_level=True)


@st.composite
def tables(
    draw: st.DrawFn, *, gaps: bool = True, raters: tuple[int, int] = (2, 6), units: tuple[int, int] = (2, 60)
) -> tuple[Codes, int]:
    """Codes from 0 by unit and rater, -1 where missing, and the number of categories.

    Few and many categories, even and skewed shares of them, agreement from none to complete.
    """
    q = draw(st.sampled_from([2, 3, 4, 5, 9]))
    shape = draw(st.integers(*units)), draw(st.integers(*raters))
    evenness = draw(st.sampled_from([0.2, 1.0, 20.0]))
    agreeing = draw(st.sampled_from([0.0, 0.5, 0.9, 1.0]))
    missing = draw(st.sampled_from([0.0, 0.2, 0.6])) if gaps else 0.0
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shares = rng.dirichlet(np.full(q, evenness))
    common = rng.choice(q, (shape[0], 1), p=shares)
    own = rng.choice(q, shape, p=shares)
    codes = np.where(rng.random(shape) < agreeing, common, own)
    codes[rng.random(shape) < missing] = -1
    return codes, q


def rows(codes: Codes) -> list[list[int | None]]:
    """The table as our library reads it, with levels from 1."""
    return [[None if code < 0 else int(code) + 1 for code in row] for row in codes]


def floats(codes: Codes) -> NDArray[np.float64]:
    """The table as most packages read it, with levels from 1 and NaN for gaps."""
    return np.where(codes < 0, np.nan, codes + 1.0)


def counts(codes: Codes, q: int) -> Codes:
    """Ratings by unit and category."""
    return np.stack([(codes == code).sum(axis=1) for code in range(q)], axis=1)


def cross_table(codes: Codes, q: int) -> Codes:
    """Units by the categories of two raters."""
    return np.bincount(q * codes[:, 0] + codes[:, 1], minlength=q * q).reshape(q, q)

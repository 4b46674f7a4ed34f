"""Array types and the few array helpers that every module of this room shares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "Ints", "chunks", "locked", "quantile_normal", "quantile_t", "row_ids", "shares"]

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Any_ = TypeVar("Any_", bound=np.generic)

_KEY_LIMIT = 2**62
_ROOM = 1 << 20  # numbers of one chunk of draws


def locked(array: NDArray[Any_]) -> NDArray[Any_]:
    """Make a fresh array read-only."""
    array.setflags(write=False)
    return array


def quantile_normal(level: float) -> float:
    """The two-sided standard normal quantile."""
    from scipy.special import ndtri

    return float(ndtri(0.5 + level / 2))


def quantile_t(level: float, freedom: float) -> float:
    """The two-sided Student quantile."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + level / 2))


def shares(part: Floats, whole: Floats) -> Floats:
    """Divide, with NaN (and no warning) where the whole is zero."""
    out = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    np.divide(part, whole, out=out, where=whole != 0)
    return out


def chunks(draws: int, width: int) -> Iterator[int]:
    """How many of all draws to make at a time, where each takes so many numbers."""
    step = max(1, _ROOM // width)
    for start in range(0, draws, step):
        yield min(step, draws - start)


def row_ids(columns: Sequence[NDArray[Any]]) -> tuple[Ints, Ints]:
    """Number the distinct rows of some columns of non-negative integers.

    Args:
        columns: at least one column, all of one length.

    Returns:
        For each distinct row, in lexical order, the place of its first appearance; and for each row its
        number among the distinct ones.
    """
    key = np.zeros(len(columns[0]), dtype=np.int64)
    size = 1
    for column in columns:
        width = int(column.max(initial=0)) + 1
        if size * width > _KEY_LIMIT:
            levels, key = np.unique(key, return_inverse=True)
            size = len(levels)
        key = key * width + column
        size *= width
    _, first, ids = np.unique(key, return_index=True, return_inverse=True)
    return first.astype(np.int64), ids.astype(np.int64)

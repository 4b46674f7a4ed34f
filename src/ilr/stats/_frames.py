"""Rows of a result as a frame of whichever package the host has.

Here belongs the way from plain rows to a frame. Not here: what stands in the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from ilr.base.errors import MissingDependency

__all__ = ["Backend", "column_names", "to_frame"]

Backend: TypeAlias = Literal["pandas", "polars", "pyarrow"]


def to_frame(rows: Sequence[Mapping[str, Any]], backend: Backend) -> Any:
    """Plain rows as a frame of pandas, polars or pyarrow; a row may lack some of the columns.

    Raises:
        MissingDependency: when the package is not installed.
    """
    import narwhals as nw

    columns = {name: [row.get(name) for row in rows] for name in column_names(rows)}
    try:
        return nw.from_dict(columns, backend=backend).to_native()
    except ImportError as error:
        raise MissingDependency(f"{backend} is not installed", code="frame.backend") from error


def column_names(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The columns of rows, of which one that is undefined may lack some."""
    return tuple(dict.fromkeys(name for row in rows for name in row))

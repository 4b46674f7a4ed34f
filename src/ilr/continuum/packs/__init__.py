"""The frameworks that come with the library, and the way to read one of your own.

Here belongs the loader. A further framework is a JSON document in this folder, no code. The
documents are the only files that the library reads by itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from ilr.base import InvalidInput, UnknownCode, listed
from ilr.base._codec import structure
from ilr.continuum.framework import Framework, check_framework
from ilr.continuum.packs._look_fors import (
    look_fors,
    names_of_look_fors,
    names_of_scales,
    read_look_fors,
    read_scale,
    scale,
)

__all__ = [
    "load",
    "look_fors",
    "names",
    "names_of_look_fors",
    "names_of_scales",
    "read",
    "read_look_fors",
    "read_scale",
    "scale",
]


def names() -> tuple[str, ...]:
    """The frameworks that `load` knows, in alphabetical order."""
    return tuple(
        sorted(
            entry.name.removesuffix(".json")
            for entry in files(__name__).iterdir()
            if entry.name.endswith(".json")
        )
    )


def load(name: str) -> Framework:
    """Read a framework that comes with the library.

    Args:
        name: one of `names`, for example ``ilr``.

    Returns:
        The framework; every call reads it anew, so keep it.

    Raises:
        UnknownCode: when no framework of that name comes with the library.

    Example:
        >>> len(load("ilr").criteria)
        122
    """
    known = names()
    if name not in known:
        raise UnknownCode(f"no framework of that name; there are {listed(known)}", code="pack.unknown")
    return read(json.loads((files(__name__) / f"{name}.json").read_text(encoding="utf-8")))


def read(document: Mapping[str, Any]) -> Framework:
    """Build a framework from a document of the same shape as those that come with the library.

    Args:
        document: mappings, lists and texts, as `json.loads` gives them.

    Returns:
        The framework.

    Raises:
        InvalidInput: with everything that is wrong, in the shape of the parts and between them.
    """
    try:
        return structure(document, Framework)
    except InvalidInput as error:
        # A part of the wrong shape stops the codec before the framework can look at the whole.
        between = check_framework(document)
        raise InvalidInput("Framework", tuple(dict.fromkeys((*error.problems, *between)))) from None

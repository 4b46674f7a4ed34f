"""The frameworks, catalogues and look-fors that come with the library, and the way to read your own.

Here belong the loaders. A further framework is a JSON document in this folder, a catalogue one in
``catalogues``, no code. The documents are the only files that the library reads by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ilr.base import InvalidInput
from ilr.base._codec import structure
from ilr.continuum.framework import Framework, check_framework
from ilr.continuum.packs._catalogues import catalogue, names_of_catalogues, read_catalogue
from ilr.continuum.packs._files import document as _document
from ilr.continuum.packs._files import names_in
from ilr.continuum.packs._look_fors import (
    look_fors,
    names_of_look_fors,
    names_of_scales,
    read_look_fors,
    read_scale,
    scale,
)

__all__ = [
    "catalogue",
    "load",
    "look_fors",
    "names",
    "names_of_catalogues",
    "names_of_look_fors",
    "names_of_scales",
    "read",
    "read_catalogue",
    "read_look_fors",
    "read_scale",
    "scale",
]


def names() -> tuple[str, ...]:
    """The frameworks that `load` knows, in alphabetical order."""
    return names_in("")


def load(name: str) -> Framework:
    """Read a framework that comes with the library.

    Args:
        name: one of `names`, for example ``ilr`` or ``leadership-system``.

    Returns:
        The framework; every call reads it anew, so keep it.

    Raises:
        UnknownCode: when no framework of that name comes with the library.

    Example:
        >>> len(load("ilr").criteria), len(load("leadership-system").criteria)
        (122, 29)
    """
    return read(_document("", name, "framework"))


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

"""The catalogues that come with the library, and the way to read one of your own.

Here belong the loaders of the folder ``catalogues``; a further catalogue is a JSON document in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from ilr.base import InvalidInput, UnknownCode, listed
from ilr.base._codec import structure
from ilr.continuum.catalogue import Catalogue, check_catalogue

__all__ = ["catalogue", "names_of_catalogues", "read_catalogue"]


def names_of_catalogues() -> tuple[str, ...]:
    """The catalogues that `catalogue` knows, in alphabetical order."""
    return tuple(
        sorted(
            entry.name.removesuffix(".json") for entry in _folder().iterdir() if entry.name.endswith(".json")
        )
    )


def catalogue(name: str) -> Catalogue:
    """Read a catalogue that comes with the library.

    Args:
        name: one of `names_of_catalogues`, for example ``teacher-leader-model-standards``.

    Returns:
        The catalogue; every call reads it anew, so keep it.

    Raises:
        UnknownCode: when no catalogue of that name comes with the library.

    Example:
        >>> [len(group.entries) for group in catalogue("teacher-leader-model-standards").groups]
        [5, 4, 8, 6, 4, 5, 5]
    """
    known = names_of_catalogues()
    if name not in known:
        raise UnknownCode(f"no catalogue of that name; there are {listed(known)}", code="pack.unknown")
    return read_catalogue(json.loads((_folder() / f"{name}.json").read_text(encoding="utf-8")))


def read_catalogue(document: Mapping[str, Any]) -> Catalogue:
    """Build a catalogue from a document of the same shape as those that come with the library.

    Args:
        document: mappings, lists and texts, as `json.loads` gives them.

    Returns:
        The catalogue.

    Raises:
        InvalidInput: with everything that is wrong, in the shape of the parts and between them.
    """
    try:
        return structure(document, Catalogue)
    except InvalidInput as error:
        # A part of the wrong shape stops the codec before the catalogue can look at the whole.
        between = check_catalogue(document)
        raise InvalidInput("Catalogue", tuple(dict.fromkeys((*error.problems, *between)))) from None


def _folder() -> Any:
    return files("ilr.continuum.packs") / "catalogues"

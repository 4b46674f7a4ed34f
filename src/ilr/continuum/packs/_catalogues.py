"""The catalogues that come with the library, and the way to read one of your own.

Here belong the loaders of the folder ``catalogues``; a further catalogue is a JSON document in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ilr.base import InvalidInput
from ilr.base._codec import structure
from ilr.continuum.catalogue import Catalogue, check_catalogue
from ilr.continuum.packs._files import document, names_in

__all__ = ["catalogue", "names_of_catalogues", "read_catalogue"]


def names_of_catalogues() -> tuple[str, ...]:
    """The catalogues that `catalogue` knows, in alphabetical order."""
    return names_in("catalogues")


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
    return read_catalogue(document("catalogues", name, "catalogue"))


def read_catalogue(data: Mapping[str, Any]) -> Catalogue:
    """Build a catalogue from a document of the same shape as those that come with the library.

    Args:
        data: mappings, lists and texts, as `json.loads` gives them.

    Returns:
        The catalogue.

    Raises:
        InvalidInput: with everything that is wrong, in the shape of the parts and between them.
    """
    try:
        return structure(data, Catalogue)
    except InvalidInput as error:
        # A part of the wrong shape stops the codec before the catalogue can look at the whole.
        between = check_catalogue(data)
        raise InvalidInput("Catalogue", tuple(dict.fromkeys((*error.problems, *between)))) from None

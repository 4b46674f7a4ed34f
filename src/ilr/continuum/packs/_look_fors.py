"""The look-for sets and level scales that come with the library, and the way to read ones of your own.

Here belong the loaders of the folders ``look-fors`` and ``scales``; a further set or scale is a JSON document
in one of them. The sets are drafts: a district takes one over, names its contributors and publishes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ilr.base import InvalidInput
from ilr.base._codec import structure
from ilr.continuum.lookfors import LevelScale, LookForSet, check_look_fors
from ilr.continuum.packs._files import document as _document
from ilr.continuum.packs._files import names_in

__all__ = ["look_fors", "names_of_look_fors", "names_of_scales", "read_look_fors", "read_scale", "scale"]


def names_of_look_fors() -> tuple[str, ...]:
    """The sets that `look_fors` knows, in alphabetical order."""
    return names_in("look-fors")


def names_of_scales() -> tuple[str, ...]:
    """The scales that `scale` knows, in alphabetical order."""
    return names_in("scales")


def look_fors(name: str) -> LookForSet:
    """Read a set of look-fors that comes with the library.

    Args:
        name: one of `names_of_look_fors`, for example ``generic``.

    Returns:
        The set, as a draft; every call reads it anew, so keep it.

    Raises:
        UnknownCode: when no set of that name comes with the library.

    Example:
        >>> from ilr.continuum import packs
        >>> [look_for.id for look_for in packs.look_fors("common-instructional-framework")][:2]
        ['collaborative-group-work', 'writing-to-learn']
    """
    return read_look_fors(_document("look-fors", name, "set of look-fors"))


def scale(name: str) -> LevelScale:
    """Read a level scale that comes with the library.

    Args:
        name: one of `names_of_scales`, for example ``practice-profile``, the three columns of a NIRN
            practice profile.

    Returns:
        The scale.

    Raises:
        UnknownCode: when no scale of that name comes with the library.

    Example:
        >>> from ilr.continuum import packs
        >>> packs.scale("practice-profile").codes
        ('unacceptable', 'developmental', 'expected')
    """
    return read_scale(_document("scales", name, "scale"))


def read_look_fors(document: Mapping[str, Any]) -> LookForSet:
    """Build a set of look-fors from a document of the same shape as those that come with the library.

    Args:
        document: mappings, lists and texts, as `json.loads` gives them.

    Returns:
        The set.

    Raises:
        InvalidInput: with everything that is wrong, in the shape of the parts and between them.
    """
    try:
        return structure(document, LookForSet)
    except InvalidInput as error:
        # A part of the wrong shape stops the codec before the set can look at the whole.
        between = check_look_fors(document)
        raise InvalidInput("LookForSet", tuple(dict.fromkeys((*error.problems, *between)))) from None


def read_scale(document: Mapping[str, Any]) -> LevelScale:
    """Build a level scale from a document of the same shape as those that come with the library.

    Args:
        document: mappings, lists and texts, as `json.loads` gives them.

    Returns:
        The scale.

    Raises:
        InvalidInput: with everything that is wrong.
    """
    return structure(document, LevelScale)

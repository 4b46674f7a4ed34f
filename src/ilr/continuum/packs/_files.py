"""How the documents that come with the library are found and read."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from ilr.base import UnknownCode, listed

__all__ = ["document", "names_in"]


_PACKS = "ilr.continuum.packs"


def names_in(folder: str, *, package: str = _PACKS) -> tuple[str, ...]:
    """Names of the documents in a folder of a package, in alphabetical order; the empty name is the package itself."""
    entries = files(package).joinpath(folder).iterdir()
    return tuple(sorted(one.name.removesuffix(".json") for one in entries if one.name.endswith(".json")))


def document(folder: str, name: str, kind: str, *, package: str = _PACKS) -> Any:
    """One document as plain data.

    Raises:
        UnknownCode: when there is none of that name; the message says which there are.
    """
    known = names_in(folder, package=package)
    if name not in known:
        raise UnknownCode(f"no {kind} of that name; there are {listed(known)}", code="pack.unknown")
    source = files(package).joinpath(folder, f"{name}.json")
    return json.loads(source.read_text(encoding="utf-8"))

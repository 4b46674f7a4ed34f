"""How the documents that come with the library are found and read."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from ilr.base import UnknownCode, listed

__all__ = ["document", "names_in"]


def names_in(folder: str) -> tuple[str, ...]:
    """Names of the documents in a folder of the packs, in alphabetical order; the empty name is the packs themselves."""
    entries = files("ilr.continuum.packs").joinpath(folder).iterdir()
    return tuple(sorted(one.name.removesuffix(".json") for one in entries if one.name.endswith(".json")))


def document(folder: str, name: str, kind: str) -> Any:
    """One document as plain data.

    Raises:
        UnknownCode: when there is none of that name; the message says which there are.
    """
    known = names_in(folder)
    if name not in known:
        raise UnknownCode(f"no {kind} of that name; there are {listed(known)}", code="pack.unknown")
    source = files("ilr.continuum.packs").joinpath(folder, f"{name}.json")
    return json.loads(source.read_text(encoding="utf-8"))

"""How the tests see that the texts of the packs are words of this library."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.shared import shared

LONGEST_COMMON_RUN = 5


def words(text: str) -> list[str]:
    """The words of a text without case and punctuation."""
    return re.findall(r"[a-z0-9']+", text.lower())


def sources() -> list[str]:
    """The texts of the specification and of the source documents; skips where they are absent."""
    paths = (shared("spec", "domain.md"), *sorted(shared("sources").iterdir()))
    return [path.read_text(encoding="utf-8") for path in paths]


def taken(given: Iterable[str]) -> set[str]:
    """Every line, cell and sentence of some texts."""
    return {" ".join(words(part)) for text in given for part in re.split(r"[|\t\n]|\.\s", text)}


def runs(given: Iterable[str]) -> set[tuple[str, ...]]:
    """Every run of words that is one longer than what two texts may share."""
    length = LONGEST_COMMON_RUN + 1
    every = (words(text) for text in given)
    return {tuple(own[at : at + length]) for own in every for at in range(len(own) - length + 1)}

"""What a pack says of its sources: works that are cited, and oddities of the print.

Here belong `Citation` and `Erratum`, as facts only. Not here: any text of a source.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ilr.base import Checker, FrozenMap, read_only

__all__ = ["Citation", "Erratum", "search"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Citation:
    """A published work (S-10). Equal when the keys are equal, however a source prints it (E-4, E-18).

    Attributes:
        key: canonical key, the same in every pack, for example ``darling-hammond-2017``.
        authors: canonical authors in order, surname first.
        year: year of publication.
        title: its title.
        container: journal, handbook or publisher; empty where the sources print none.
        printed: the authors as each source prints them, by the code of the practice that cites the work.

    Raises:
        InvalidInput: for a missing key, author or title.

    Example:
        >>> first = Citation(key="killion-2012", authors=("Killion, J.",), year=2012, title="Coaching")
        >>> first == attrs.evolve(first, title="Coaching in the K-12 context")
        True
    """

    key: str
    authors: tuple[str, ...] = attrs.field(eq=False)
    year: int = attrs.field(eq=False)
    title: str = attrs.field(eq=False)
    container: str = attrs.field(default="", eq=False)
    printed: FrozenMap[str, str] = attrs.field(factory=FrozenMap, eq=False)

    def __attrs_post_init__(self) -> None:
        check = Checker("Citation")
        check(bool(self.key.strip()), "citation.key", "key", "is missing")
        check(
            bool(self.authors) and all(author.strip() for author in self.authors),
            "citation.authors",
            "authors",
            "are missing",
        )
        check(bool(self.title.strip()), "citation.title", "title", "is missing")
        check.done()


@attrs.frozen(kw_only=True)
class Erratum:
    """An oddity of a printed source and what this library makes of it. Equal when all fields are equal.

    Attributes:
        id: for example ``E-1``.
        printed: what the source prints.
        treatment: how the data treat it.
    """

    id: str
    printed: str
    treatment: str

    def __attrs_post_init__(self) -> None:
        check = Checker("Erratum")
        for name, text in (("id", self.id), ("printed", self.printed), ("treatment", self.treatment)):
            check(bool(text.strip()), "erratum.missing", name, "is missing")
        check.done()


def search(citations: Iterable[Citation], text: str) -> tuple[Citation, ...]:
    """The works in whose authors, title or container a text occurs; case does not matter.

    Both the canonical authors and those that a source prints are searched (E-4).

    Args:
        citations: for example ``framework.references``.
        text: part of a name or title.

    Returns:
        The works found, in the order given.
    """
    wanted = text.casefold()
    return tuple(
        citation
        for citation in citations
        if any(
            wanted in part.casefold()
            for part in (*citation.authors, *citation.printed.values(), citation.title, citation.container)
        )
    )

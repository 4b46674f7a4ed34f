"""Catalogues: published lists that have no stages, such as principles, standards or findings.

Here belong groups of coded entries and the ways to look them up. Not here: practices that take hold in
stages (`ilr.continuum.framework`), nor any judgement: no entry is a score.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import attrs

from ilr.base import EDITION, WORDING, Checker, FrozenMap, UnknownCode, listed, read_only
from ilr.continuum._checks import check_catalogue
from ilr.continuum._html import table
from ilr.continuum.citations import Citation, Erratum

__all__ = ["Catalogue", "Entry", "Group", "Part", "check_catalogue"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Part:
    """One of the ordered parts of an entry, for example a step. Equal when all fields are equal.

    Attributes:
        id: stable code.
        title: its name.
        also: other names in use for the same part.
    """

    id: str
    title: str = attrs.field(metadata=WORDING)
    also: tuple[str, ...] = attrs.field(default=(), metadata=WORDING)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Entry:
    """One principle, function or finding. Equal when all fields are equal.

    Attributes:
        code: with the namespace of the catalogue, for example ``TLMS-4b``.
        title: short name.
        text: what it says, in one short sentence.
        evidence: records that can bear on it, for example ``coaching_session.evidence``; empty where
            only a person can tell. Records never certify an entry; they show what was recorded.
        human: what only people can tell, where records bear on the rest.
        also: other names in use for the same thing.
        parts: its parts in order, where it has some.
        errata: oddities of the printed entry.

    Raises:
        InvalidInput: for a missing title or text.
    """

    code: str
    title: str = attrs.field(metadata=WORDING)
    text: str = attrs.field(metadata=WORDING)
    evidence: tuple[str, ...] = ()
    human: str = attrs.field(default="", metadata=WORDING)
    also: tuple[str, ...] = attrs.field(default=(), metadata=WORDING)
    parts: tuple[Part, ...] = ()
    errata: tuple[Erratum, ...] = attrs.field(default=(), metadata=WORDING)

    def __attrs_post_init__(self) -> None:
        check = Checker("Entry")
        check(bool(self.title.strip()), "entry.title", "title", "is missing")
        check(bool(self.text.strip()), "entry.text", "text", "is missing")
        check.done()

    def _goes_by(self, name: str) -> bool:
        return any(name == other.casefold() for other in (self.title, *self.also))


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Group:
    """Entries that belong together. Equal when all fields are equal.

    Attributes:
        id: stable code.
        title: short name.
        entries: its entries in order.
        errata: oddities of the printed group.
    """

    id: str
    title: str = attrs.field(metadata=WORDING)
    entries: tuple[Entry, ...] = ()
    errata: tuple[Erratum, ...] = attrs.field(default=(), metadata=WORDING)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Catalogue:
    """A published list without stages. Equal when all fields are equal.

    Iterating gives the entries in order; ``catalogue["PP-2"]`` gives one.

    Attributes:
        id: stable code, for example ``partnership-principles``.
        namespace: what its codes begin with, for example ``PP``.
        title: its name.
        version: semantic version of this state of the data.
        language: language of the texts as a BCP 47 tag.
        groups: its groups in order.
        references: works that it comes from.
        errata: oddities of the print as a whole.

    Raises:
        InvalidInput: with everything that `check_catalogue` finds.

    Example:
        >>> from ilr.continuum import packs
        >>> packs.catalogue("partnership-principles")["PP-2"].title
        'Choice'
    """

    id: str
    namespace: str
    title: str = attrs.field(metadata=WORDING)
    version: str = attrs.field(metadata=EDITION)
    language: str = attrs.field(default="en", metadata=WORDING)
    groups: tuple[Group, ...] = attrs.field(repr=lambda groups: f"<{len(groups)} groups>")
    references: tuple[Citation, ...] = attrs.field(default=(), metadata=WORDING, repr=False)
    errata: tuple[Erratum, ...] = attrs.field(default=(), metadata=WORDING, repr=False)

    def __attrs_post_init__(self) -> None:
        check = Checker("Catalogue")
        check.add(check_catalogue(self))
        check.done()

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry in order."""
        return tuple(entry for group in self.groups for entry in group.entries)

    @cached_property
    def _by_code(self) -> FrozenMap[str, Entry]:
        return FrozenMap({entry.code: entry for entry in self.entries})

    def group(self, id: str) -> Group:
        """One group by its id.

        Raises:
            UnknownCode: when there is none.
        """
        for group in self.groups:
            if group.id == id:
                return group
        known = listed(group.id for group in self.groups)
        raise UnknownCode(f"no such group; there are {known}", code="catalogue.unknown")

    def named(self, name: str) -> tuple[Entry, ...]:
        """The entries that go by a name, their title or another name in use; case does not matter."""
        wanted = name.strip().casefold()
        return tuple(entry for entry in self.entries if entry._goes_by(wanted))  # noqa: SLF001  # same module

    def __getitem__(self, code: str) -> Entry:
        if code in self._by_code:
            return self._by_code[code]
        raise UnknownCode(
            f"no such entry; codes begin with {self.namespace}-, there are {listed(self._by_code)}",
            code="catalogue.unknown",
        )

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def _repr_html_(self) -> str:
        rows = [
            (entry.code, group.title, entry.title, entry.text, ", ".join(entry.evidence))
            for group in self.groups
            for entry in group.entries
        ]
        heads = ("code", "group", "title", "text", "record evidence possible")
        return table(f"{self.title} {self.version}", heads, rows)

"""The ledger: what was disclosed, asked for and taken back, in the order in which it happened.

Here belong the protocol by which a gate reads a host's ledger, and one ledger in memory. A host under load
keeps the entries in its own store under their keys; a gate looks up the keys it needs, never the history.
Not here: the entries themselves (`ilr.disclosure.entries`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property, reduce
from typing import Protocol

import attrs

from ilr.base import Checker, UnknownCode, content_hash, read_only
from ilr.disclosure.entries import Entry, Tombstone

__all__ = ["Ledger", "MemoryLedger"]


class Ledger(Protocol):
    """What a gate reads of a ledger.

    Attributes:
        version: changes with every entry and every erasure; a permit names the one it was made against.
    """

    @property
    def version(self) -> str:
        """The present version."""

    def of(self, key: str) -> Sequence[Entry]:
        """The entries under a key: id of a record, a person or an entry, in order."""


@attrs.frozen(field_transformer=read_only)
class MemoryLedger:
    """A ledger in memory; every change gives a new one. Equal when all entries are equal.

    Raises:
        InvalidInput: when two entries have the same id.

    Example:
        >>> from datetime import date
        >>> from ilr.disclosure import TeacherShare
        >>> before = MemoryLedger()
        >>> share = TeacherShare(on=date(2026, 9, 14), teacher="t1", subject="w1", to="c2")
        >>> after = before.append(share, at=before.version)
        >>> after.of("w1") == (share,), after.version == before.version
        (True, False)
    """

    entries: tuple[Entry, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("MemoryLedger")
        check(
            len({entry.id for entry in self.entries}) == len(self.entries),
            "ledger.twice",
            "entries",
            "repeat an id",
            expected="each entry once",
        )
        check.done()

    @cached_property
    def _places(self) -> dict[str, tuple[Entry, ...]]:
        found: dict[str, tuple[Entry, ...]] = {}
        for entry in self.entries:
            for key in entry.keys:
                found[key] = (*found.get(key, ()), entry)
        return found

    @cached_property
    def digest(self) -> str:
        """A hash over the chain of entries; an erasure leaves it as it is, so that the history verifies."""
        return reduce(_linked, self.entries, content_hash([]))

    @property
    def version(self) -> str:
        """Number of entries, number of erasures, and the start of the digest."""
        erased = sum(isinstance(entry, Tombstone) for entry in self.entries)
        return f"{len(self.entries)}.{erased}-{self.digest[:12]}"

    def of(self, key: str) -> tuple[Entry, ...]:
        """The entries under a key, in order."""
        return self._places.get(key, ())

    def append(self, entry: Entry, *, at: str) -> MemoryLedger:
        """The ledger with one more entry.

        Args:
            entry: the entry.
            at: version of the ledger that the entry was made against, for example `Permit.ledger`.

        Raises:
            InvalidInput: when the ledger has moved on since, or holds the entry already.
        """
        check = Checker("append")
        check(
            at == self.version,
            "ledger.stale",
            "at",
            "is another version of the ledger",
            expected="the present version",
            hint="look again and decide again",
        )
        check.done()
        made = MemoryLedger((*self.entries, entry))
        # The chain is known up to here; to hash it anew would make a long history quadratic.
        object.__setattr__(made, "digest", _linked(self.digest, entry))
        return made

    def redact(self, id: str, *, on: date, reason: str) -> MemoryLedger:
        """The ledger with an entry erased; a tombstone in its place keeps the history verifiable.

        Args:
            id: of the entry.
            on: the day of the erasure.
            reason: why, as a code of the host's.

        Raises:
            UnknownCode: when there is no such entry.
        """
        if id not in {entry.id for entry in self.entries}:
            raise UnknownCode("the ledger has no such entry", code="ledger.unknown")
        return MemoryLedger(
            tuple(
                Tombstone(hash=_hash(entry), on=on, reason=reason, id=id) if entry.id == id else entry
                for entry in self.entries
            )
        )


def _linked(before: str, entry: Entry) -> str:
    """The hash of a history with one more entry, from the hash of the history before."""
    return content_hash([before, _hash(entry)])


def _hash(entry: Entry) -> str:
    return entry.hash if isinstance(entry, Tombstone) else content_hash([type(entry).__name__, entry])

"""Orders and numbers drawn from a secret key: repeatable with it, not to be guessed without it.

Here belongs the one way in which plans draw. A number depends on the key, the cycle, the purpose and the
id alone, so the order of a list does not matter and an id that leaves does not move the others.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from ilr.base import Checker

__all__ = ["Draw", "commitment", "keyed_order"]


class Draw:
    """Draws of one key and cycle."""

    def __init__(self, key: bytes, cycle: str) -> None:
        check = Checker("Draw")
        check(bool(key), "schedule.key", "key", "is empty", expected="secret bytes, 16 or more")
        check("|" not in cycle, "schedule.cycle", "cycle", "holds a bar", expected="a label without |")
        check.done()
        self.key = key
        self.cycle = cycle

    def digest(self, purpose: str, id: str) -> bytes:
        """The 32 bytes of an id for a purpose."""
        return hmac.digest(self.key, f"{self.cycle}|{purpose}|{id}".encode(), "sha256")

    def number(self, purpose: str, id: str) -> float:
        """A number from 0 up to 1."""
        return int.from_bytes(self.digest(purpose, id)[:6], "big") / 2**48

    def order(self, purpose: str, ids: Iterable[str]) -> list[str]:
        """The ids in the order of their digests."""
        return sorted(ids, key=lambda one: (self.digest(purpose, one), one))


def keyed_order(ids: Iterable[str], *, key: bytes, cycle: str, purpose: str) -> tuple[str, ...]:
    """Ids in an order that only the holder of a key can foretell.

    Sorted by HMAC-SHA256 of ``cycle|purpose|id`` under the key. The order of what is handed in plays no
    part, and leaving one id out leaves the others as they stand.

    Raises:
        InvalidInput: for an empty key, or a bar in cycle or purpose.

    Example:
        >>> keyed_order(["t1", "t2", "t3"], key=b"secret", cycle="autumn", purpose="visit")
        ('t2', 't3', 't1')
    """
    check = Checker("keyed_order")
    check("|" not in purpose, "schedule.purpose", "purpose", "holds a bar", expected="a label without |")
    check.done()
    return tuple(Draw(key, cycle).order(purpose, ids))


def commitment(key: bytes) -> str:
    """What can be published before a cycle so that the key, once shown, proves that it was not chosen later.

    Example:
        >>> commitment(b"secret")[:12]
        '2bb80d537b1d'
    """
    return hashlib.sha256(key).hexdigest()

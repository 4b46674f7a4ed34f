"""A digest of each record, by which a later edit of it shows.

Here belongs what goes into a digest. Not here: what is fixed by it; `ilr.cycles` fixes what a review rests on.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from ilr.base._codec import canonical_json
from ilr.observation.table import MISSING_KINDS, ObservationTable

__all__ = ["record_digests"]

_WIDTH = 16
_UNANSWERED = MISSING_KINDS["unanswered"]


def record_digests(table: ObservationTable) -> tuple[str, ...]:
    """The SHA-256 of each record: its id, its known facts, its ratings and its marks.

    A digest depends on the record alone: not on the records, items or columns beside it, nor on their order. What
    is unknown or unanswered does not enter it, so a column that only other records fill changes nothing. A level
    enters by its code, so a record that is read on another scale has another digest. Whoever can guess all facts
    of a record can confirm the guess by its digest. The time grows as the number of ratings.

    Args:
        table: the records.

    Returns:
        64 hexadecimal digits for each record, in the order of ``table.ids``; none for an empty table.

    Example:
        >>> table = ObservationTable.from_frame(
        ...     {"visit": ["v", "w"], "teacher": ["t", "u"], "observer": ["p", "p"], "item": ["i", "i"], "level": [1, 2]},
        ...     visit="visit", teacher="teacher", observer="observer", item="item", level="level", levels=[1, 2, 3],
        ... )
        >>> first, second = record_digests(table)
        >>> len(first), record_digests(table.where(visit="w")) == (second,)
        (64, True)
    """
    ratings, ends = _ratings(table)
    content = memoryview(ratings.tobytes())
    starts = [0, *ends][:-1]
    return tuple(
        hashlib.sha256(facts.encode() + b"\n" + content[_WIDTH * start : _WIDTH * end]).hexdigest()
        for facts, start, end in zip(_facts(table), starts, ends, strict=True)
    )


def _facts(table: ObservationTable) -> list[str]:
    """The id, the day, the length and the known columns of each record as text."""
    parts = [
        [canonical_json(id) for id in table.ids],
        ["" if day == "NaT" else f'"days":"{day}"' for day in table.days.astype(str).tolist()],
        ["" if np.isnan(one) else f'"minutes":{one!r}' for one in table.minutes.tolist()],
    ]
    for name in sorted(table.walks):
        column = table.walks[name]
        told = [f"{canonical_json(name)}:{canonical_json(label)}" for label in column.categories]
        parts.append([told[code] if code >= 0 else "" for code in column.codes.tolist()])
    return [",".join(filter(None, one)) for one in zip(*parts, strict=True)]


def _ratings(table: ObservationTable) -> tuple[NDArray[np.uint8], list[int]]:
    """A short hash of each answered rating, in the canonical order of a table, and where each record ends."""
    answered = table.level != _UNANSWERED
    lowest = min(MISSING_KINDS.values())
    width = max((len(scale.codes) for scale in table.scales), default=0) - lowest
    kinds, place = np.unique(
        table.item[answered].astype(np.int64) * width + (table.level[answered] - lowest), return_inverse=True
    )
    hashes = b"".join(_hash(table, kind // width, kind % width + lowest) for kind in kinds.tolist())
    content = np.frombuffer(hashes, dtype=np.uint8).reshape(-1, _WIDTH)[place.reshape(-1)]
    ends = np.cumsum(np.bincount(table.walk[answered], minlength=len(table)))
    return content, ends.tolist()


def _hash(table: ObservationTable, item: int, level: int) -> bytes:
    """The hash of an item with a level, or with the mark that stands instead."""
    names = {code: name for name, code in MISSING_KINDS.items()}
    answer = {"level": table.scales[item].codes[level]} if level >= 0 else {"mark": names[level]}
    return hashlib.blake2b(canonical_json([table.items[item], answer]).encode(), digest_size=_WIDTH).digest()

"""The ledger: keyed look-up, a version for every state, erasure that still verifies, one of two at a time."""

from __future__ import annotations

import pickle
import threading
from datetime import date

import pytest

from ilr import interop
from ilr.base import InvalidInput, UnknownCode
from ilr.disclosure import MemoryLedger, Release, TeacherShare, Tombstone

DAY = date(2026, 9, 15)


def entry(number: int) -> Release:
    """A disclosure of one record."""
    return Release(on=DAY, to="t1", audience="teacher", grain="individual fact", subject=f"w{number}")


def test_every_state_has_its_version() -> None:
    """Order, content and erasure all change the version."""
    one, two = entry(1), entry(2)
    states = [MemoryLedger(entries) for entries in ((), (one,), (one, two), (two, one), (two,))]
    states.append(states[2].redact(one.id, on=DAY, reason="request"))
    assert len({state.version for state in states}) == len(states)


def test_appending_gives_the_ledger_of_all_entries() -> None:
    """A ledger grown entry by entry equals one made at once, its digest included."""
    grown = MemoryLedger()
    for number in range(5):
        grown = grown.append(entry(number), at=grown.version)
    whole = MemoryLedger(tuple(entry(number) for number in range(5)))
    assert grown == whole
    assert (grown.digest, grown.version) == (whole.digest, whole.version)
    assert grown.of("w3") == (entry(3),)
    assert grown.of("unheard of") == ()


def test_a_stale_append_is_refused() -> None:
    """Who decided against an older version is told to look again; the same entry twice is refused as well."""
    before = MemoryLedger()
    after = before.append(entry(1), at=before.version)
    with pytest.raises(InvalidInput) as stale:
        after.append(entry(2), at=before.version)
    assert (stale.value.code, stale.value.problems[0].hint) == (
        "ledger.stale",
        "look again and decide again",
    )
    with pytest.raises(InvalidInput) as twice:
        after.append(entry(1), at=after.version)
    assert twice.value.code == "ledger.twice"


def test_of_two_at_once_one_passes() -> None:
    """Threads that decided against one version: exactly one entry gets in, the others are told to look again."""

    class Host:
        """A host's store: the ledger behind a lock."""

        def __init__(self) -> None:
            self.ledger = MemoryLedger()
            self.lock = threading.Lock()

        def keep(self, one: Release, at: str) -> None:
            with self.lock:
                self.ledger = self.ledger.append(one, at=at)

    host, told = Host(), []
    seen, start = host.ledger.version, threading.Barrier(8)

    def release(number: int) -> None:
        start.wait()
        try:
            host.keep(entry(number), seen)
        except InvalidInput as error:
            told.append(error.code)

    threads = [threading.Thread(target=release, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(host.ledger.entries), told) == (1, ["ledger.stale"] * 7)


def test_an_erased_entry_leaves_a_tombstone_that_verifies() -> None:
    """Erasure: the digest of the history stays, the version moves on, the entry is found no more."""
    ledger = MemoryLedger((entry(1), entry(2)))
    erased = ledger.redact(entry(1).id, on=DAY, reason="request")
    assert erased.digest == ledger.digest
    assert erased.version != ledger.version
    assert erased.of("w1") == ()
    stone = erased.entries[0]
    assert isinstance(stone, Tombstone)
    assert (stone.id, stone.on, stone.reason, stone.keys) == (entry(1).id, DAY, "request", ())
    assert "t1" not in repr(stone)
    again = erased.redact(entry(1).id, on=DAY, reason="request")
    assert again.digest == ledger.digest
    with pytest.raises(UnknownCode):
        ledger.redact("r-none", on=DAY, reason="request")


def test_a_changed_history_does_not_verify() -> None:
    """An entry that was altered, left out or moved gives another digest."""
    digest = MemoryLedger((entry(1), entry(2))).digest
    others = [(entry(1),), (entry(2), entry(1)), (entry(1), entry(3))]
    assert all(MemoryLedger(entries).digest != digest for entries in others)


def test_ledgers_come_back_from_documents_and_pickles() -> None:
    """Every kind of entry keeps its kind."""
    share = TeacherShare(on=DAY, teacher="t1", subject="w1", to="c1")
    ledger = MemoryLedger((entry(1), share)).redact(entry(1).id, on=DAY, reason="request")
    assert interop.loads(interop.dumps(ledger), MemoryLedger) == ledger
    assert pickle.loads(pickle.dumps(ledger)) == ledger

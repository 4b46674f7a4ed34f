"""Coded entries: what a conversation leaves that may add up."""

from __future__ import annotations

import pytest
from tests.coaching.one_plan import DAY, refused

from ilr.coaching import LogEntry


@pytest.mark.parametrize(("codes", "code"), [((), "log.needs"), (("none", "pacing"), "log.none")])
def test_an_entry_names_its_needs_or_says_none(codes: tuple[str, ...], code: str) -> None:
    """ILR-11.GB.1: an entry without a code, or with none beside a need, is refused."""
    assert refused(lambda: LogEntry(on=DAY, needs=codes)) == [(code, "needs")]

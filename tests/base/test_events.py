"""Small dated facts."""

from __future__ import annotations

from datetime import date

import pytest

from ilr.base import Attestation, InvalidInput


@pytest.mark.parametrize("evidence", ["", "  "])
def test_an_attestation_needs_evidence(evidence: str) -> None:
    """ST-3: a statement without a note or reference is refused."""
    with pytest.raises(InvalidInput, match=r"attestation\.evidence"):
        Attestation(
            id="a", on=date(2026, 9, 1), by="p1", building="s1", criterion="ILR-1.GB.3", evidence=evidence
        )

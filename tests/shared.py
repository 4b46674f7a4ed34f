"""Where the tests find the published examples that stand beside the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "shared"


def shared(*parts: str) -> Path:
    """Path of a shared file; skips the test where it is absent, or fails where it is required."""
    path = ROOT.joinpath(*parts)
    if not path.exists():
        message = f"{Path('shared', *parts)} does not stand beside the repository"
        if os.environ.get("ILR_REQUIRE_SHARED") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return path

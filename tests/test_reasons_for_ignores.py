"""Every place where a checker is told to look away says why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = [
    *ROOT.glob("*.py"),
    *(
        path
        for name in ("src", "tests", "examples", "benchmarks", "docs")
        for path in (ROOT / name).rglob("*.py")
    ),
]
BARE = re.compile(r"#\s*(type:\s*ignore|noqa|pragma)\b[^#]*$")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_an_exception_from_a_check_has_a_reason(path: Path) -> None:
    """A comment that silences a checker is followed by one that tells why."""
    lines = path.read_text(encoding="utf-8").splitlines()
    bare = [number for number, line in enumerate(lines, 1) if BARE.search(line) and "BARE =" not in line]
    assert bare == []

"""The pages say what the library does: names and excerpts that no code block checks by itself."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path

import pytest
from tests.shared import shared

from ilr.stats import agreement, charts, proportions

DOCS = Path(__file__).resolve().parents[1] / "docs"
ROOMS = Path(str(sys.modules["ilr"].__file__)).parent


def page(*parts: str) -> str:
    """The text of a page."""
    return DOCS.joinpath(*parts).read_text(encoding="utf-8")


def test_every_room_has_a_page_of_its_name() -> None:
    """The name of a page of the reference is the name of its room, and the index lists it."""
    rooms = {path.parent.name for path in ROOMS.glob("*/__init__.py")}
    listed = set(re.findall(r"^(\w+)$", page("reference", "index.md"), flags=re.MULTILINE))
    assert {room for room in rooms if f"automodule:: ilr.{room}" in page("reference", f"{room}.md")} == rooms
    assert rooms <= listed


@pytest.mark.parametrize("module", [agreement, proportions], ids=["agreement", "proportions"])
def test_every_statistic_is_explained(module: object) -> None:
    """The page of statistics has a row for every function that is public."""
    text = page("reference", "statistics.md")
    names = [*getattr(module, "__all__"), *(name for name in charts.__all__ if name.islower())]  # noqa: B009  # any module
    assert [name for name in names if f"`{name}`" not in text] == []


def test_real_ratings_are_told_as_they_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every line of an excerpt on the page is a line that the example prints."""
    folder = shared("data", "gti_video_a")
    monkeypatch.setattr(sys, "argv", ["teaching_insights.py", str(folder)])
    runpy.run_path(str(DOCS.parent / "examples" / "teaching_insights.py"), run_name="__main__")
    printed = {line.rstrip() for line in capsys.readouterr().out.splitlines()}
    blocks = re.findall(r"```text\n(.*?)```", page("how-to", "real-ratings.md"), flags=re.DOTALL)
    told = [line.rstrip() for block in blocks for line in block.splitlines()]
    assert told
    assert [line for line in told if line not in printed] == []


def test_links_between_pages_lead_somewhere() -> None:
    """A relative link to a page names a file that is there."""
    missing = [
        (path.name, target)
        for path in DOCS.rglob("*.md")
        if "_" not in path.parent.name
        for target in re.findall(r"\]\(([^)#:]+\.md)\)", path.read_text("utf-8"))
        if not (path.parent / target).exists()
    ]
    assert missing == []

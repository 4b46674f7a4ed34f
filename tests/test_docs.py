"""The pages say what the library does: names and excerpts that no code block checks by itself."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path

import pytest
from tests.shared import shared

from ilr.continuum import Indicator, Practice, packs
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


def told_on(name: str) -> list[str]:
    """The lines of the excerpts on a page."""
    blocks = re.findall(r"```text\n(.*?)```", page(*name.split("/")), flags=re.DOTALL)
    return [line.rstrip() for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize(
    ("name", "script", "runs"),
    [
        ("how-to/real-ratings.md", "teaching_insights.py", ["gti_video_a"]),
        ("tutorial/review-meeting.md", "review_meeting.py", [None, "gti_video_a"]),
    ],
)
def test_excerpts_are_told_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    script: str,
    runs: list[str | None],
) -> None:
    """Every line of an excerpt on the page is a line that the example prints."""
    for data in runs:
        monkeypatch.setattr(sys, "argv", [script] if data is None else [script, str(shared("data", data))])
        runpy.run_path(str(DOCS.parent / "examples" / script), run_name="__main__")
    printed = {line.rstrip() for line in capsys.readouterr().out.splitlines()}
    told = told_on(name)
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


def test_every_public_module_of_the_continuum_is_on_its_page() -> None:
    """The reference lists each module of the room that has a public name, and the module of versions."""
    folder = ROOMS / "continuum"
    modules = {path.stem for path in folder.glob("[!_]*.py")} | {
        path.parent.name for path in folder.glob("*/__init__.py")
    }
    listed = re.findall(
        r"automodule:: ilr\.continuum\.(\w+)$", page("reference", "continuum.md"), flags=re.MULTILINE
    )
    assert set(listed) == modules
    assert "automodule:: ilr.base.versions\n" in page("reference", "base.md")


@pytest.fixture(scope="module")
def generated() -> dict[str, str]:
    """The pages that the configuration of the documentation writes from the library."""
    conf = runpy.run_path(str(DOCS / "conf.py"))
    return {name: conf[f"{name}_page"]() for name in ("continuum", "errors")}


def test_tables_hold_every_criterion_with_its_links(generated: dict[str, str]) -> None:
    """A row for each criterion and note of each framework, and the reason for each link."""
    frameworks = [packs.load(name) for name in packs.names()]
    rows = [one for framework in frameworks for one in (*framework.criteria, *framework.notes)]
    text = generated["continuum"]
    assert sum(len(framework.criteria) for framework in frameworks) == 151
    assert [one.id for one in rows if text.count(f"| `{one.id}` | {one.condition}") != 1] == []
    assert [
        one.id for one in rows if not all(f"`{name}`" in text for name in (*one.needs, *one.parameters))
    ] == []
    assert [
        (one.id, lower)
        for one in rows
        for lower in one.supersedes
        if f"- With `{one.id}`, {'a part of ' * (lower in one.partly)}`{lower}` gives way. {one.why[lower]}\n"
        not in text
    ] == []


def test_tables_hold_every_stage_work_erratum_and_entry(generated: dict[str, str]) -> None:
    """Nothing that a pack says is left out of the page of tables."""
    text = generated["continuum"]
    missing: list[str] = []
    for framework in map(packs.load, packs.names()):
        holders: tuple[Practice | Indicator, ...] = (*framework.practices, *framework.indicators)
        cells = [(holder.code, cell) for holder in holders for cell in holder.stages]
        told = [f"(`{code}.{cell.stage.abbreviation}`): " for code, cell in cells]
        told += [cell.text for _, cell in cells]
        told += [f"| `{work.key}` | " for work in framework.references]
        told += [f"| `{id}` | `{places[0]}`" for id, places in framework.misprints.items()]
        missing += [one for one in told if one not in text]
    for catalogue in map(packs.catalogue, packs.names_of_catalogues()):
        missing += [entry.code for entry in catalogue if f"| `{entry.code}` | " not in text]
    for look_fors in map(packs.look_fors, packs.names_of_look_fors()):
        missing += [one.id for one in look_fors if f"(`{one.id}`)" not in text]
    assert missing == []


def test_every_warning_of_lint_and_of_reading_is_listed(generated: dict[str, str]) -> None:
    """Codes that are put together from parts stand one by one in the table of codes."""
    sources = [
        ROOMS.joinpath("continuum", name).read_text("utf-8") for name in ("reading.py", "_oddities.py")
    ]
    made = {code for text in sources for code in re.findall(r'(?:warn|warned)\(\s*"(\w+)"', text)}
    assert made
    assert [code for code in sorted(made) if f"| `page.{code}` | " not in generated["errors"]] == []
    assert "`page.permissive`" in generated["errors"]
    assert "`lint.term`" in generated["errors"]


def test_the_glossary_is_in_order() -> None:
    """The words stand in alphabetical order, each once."""
    words = re.findall(r"^(\w.*)\n  \S", page("glossary.md"), flags=re.MULTILINE)
    assert words == sorted(set(words), key=str.casefold)

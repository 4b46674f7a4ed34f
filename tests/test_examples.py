"""The examples run, and say what they are there to say."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path

from tests.shared import shared

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


def run(name: str, *arguments: str) -> str:
    """What an example prints; warnings are errors."""
    done = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / name), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    return done.stdout


def test_the_school_year_goes_the_whole_way(tmp_path: Path) -> None:
    """The school year tells every step, writes two pictures, and everything comes back from JSON."""
    told = run("school_year.py", str(tmp_path))
    headings = [
        "THE FORM",
        "CALIBRATION COMES FIRST",
        "SHARING",
        "DO OBSERVERS SEE ALIKE?",
        "REVIEWS OF SCHOOL-1",
        "COACHING",
        "WHERE SCHOOL-1 STANDS",
        "PICTURES",
    ]
    assert [line for line in told.splitlines() if line in headings] == headings
    assert "ILR-3, walkthrough routine: Getting Better." in told
    assert "are the same." in told
    assert "refused, because the observer was not calibrated yet" in told
    assert sorted(path.name for path in tmp_path.iterdir()) == ["agreement.png", "practice.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in tmp_path.iterdir())


def test_real_ratings_match_the_published_scores() -> None:
    """The largest difference from the published teacher scores is below a millionth."""
    told = run("teaching_insights.py", str(shared("data", "gti_video_a")))
    line = next(line for line in told.splitlines() if "OECD" in line)
    found = re.search(r"(\d+) teachers, (\d+) components, largest difference ([0-9.e+-]+)\.$", line)
    assert found is not None
    assert (found[1], found[2]) == ("357", "18")
    assert float(found[3]) < 1e-6
    assert "Teachers published without ratings here: 00826-0070-0002." in told
    assert (
        "112,654 ratings of 24 items from 709 visits to 357 teachers by 51 observers, in 4 districts." in told
    )
    assert told.count("DISTRICT ") == 4
    assert "Hidden: " in told
    assert "15 schools are missing in the roster." in told


def write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    """Write a CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


def test_real_ratings_work_on_another_folder_of_the_shape(tmp_path: Path) -> None:
    """Other districts, items and scales in the same shape are told the same way, with nothing published."""
    header = [
        "economy",
        "school_id",
        "teacher_id",
        "visit",
        "visit_date",
        "rater_id",
        "rated_on",
        "segment",
        "X1",
        "Y2",
    ]
    rows = [
        [
            district,
            f"{district}-s{t % 3}",
            f"{district}-t{t}",
            "A",
            f"2024-03-{t + 1:02d}",
            f"{district}-r{r}",
            "",
            "1",
            str(1 + (t + r) % 3),
            str(1 + t % 5),
        ]
        for district in ("NORTH", "SOUTH")
        for t in range(12)
        for r in range(2)
    ]
    write(tmp_path / "components.csv", header, rows)
    write(
        tmp_path / "items.csv", ["variable", "max"], [["VCOMP_X1", "3"], ["VCOMP_Y2", "5"], ["VIND_Z", "2"]]
    )
    schools = [[d, f"{d}-s{s}", str(s % 2), "1"] for d in ("NORTH", "SOUTH") for s in range(2)]
    write(tmp_path / "schools.csv", ["economy", "school_id", "private", "urban"], schools)
    told = run("teaching_insights.py", str(tmp_path))
    assert "96 ratings of 2 items from 24 visits to 24 teachers by 4 observers, in 2 districts." in told
    assert "No published teacher scores to compare with." in told
    assert told.count("1 schools are missing in the roster.") == 2


def test_real_ratings_ask_for_their_folder() -> None:
    """Without a folder the example says how it is called."""
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "teaching_insights.py")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "usage" in done.stderr

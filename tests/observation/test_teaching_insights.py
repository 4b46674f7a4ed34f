"""Real ratings of 357 teachers in four economies, against what was published of them."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from tests.shared import shared

from ilr import interop
from ilr.base import InvalidInput
from ilr.continuum import LevelScale
from ilr.observation import ObservationTable

SCALE = LevelScale.numbered(4, half_levels=True)
FACTS = ("economy", "school_id", "teacher_id", "visit", "visit_date", "rater_id", "rated_on", "segment")


def data(name: str) -> Path:
    """One of the files."""
    return shared("data", "gti_video_a", name)


@cache
def table() -> ObservationTable:
    """The ratings of all components, read from the wide file."""
    frame = pd.read_csv(data("components.csv"))
    return ObservationTable.from_frame(
        frame,
        visit=["teacher_id", "visit"],
        teacher="teacher_id",
        observer="rater_id",
        segment="segment",
        date="visit_date",
        building="school_id",
        dimensions=["economy"],
        items=[name for name in frame.columns if name not in FACTS],
        scales=SCALE,
    )


def test_every_rating_is_read() -> None:
    """The table holds all teachers, schools, observers and ratings that the source counts."""
    found = table()
    assert found.n_ratings == 112_654
    assert (found.count("teacher"), found.count("building"), found.count("observer")) == (357, 319, 51)
    assert len(found) == 4694
    assert len(found.items) == 24
    assert found.left_out == {}


def test_half_levels_that_nobody_declared_are_told_one_by_one() -> None:
    """The few ratings between two levels are neither rounded nor dropped, but refused with their cells."""
    frame = pd.read_csv(data("components.csv"))
    with pytest.raises(InvalidInput) as raised:
        ObservationTable.from_frame(
            frame,
            visit=["teacher_id", "visit"],
            teacher="teacher_id",
            observer="rater_id",
            segment="segment",
            items=["CM1RT", "CM2MN"],
            levels=[1, 2, 3, 4],
        )
    assert [(problem.code, problem.path) for problem in raised.value.problems] == [
        ("rating.level", "rows[47].CM1RT"),
        ("rating.level", "rows[1303].CM1RT"),
        ("rating.level", "rows[47].CM2MN"),
    ]


def test_the_long_form_of_the_ratings_is_the_same_table() -> None:
    """A row a rating, in any order, gives the table that a column an item gives."""
    frame = pd.read_csv(data("components.csv"))
    items = [name for name in frame.columns if name not in FACTS]
    long = frame.melt(id_vars=list(FACTS), value_vars=items, var_name="item", value_name="level")
    found = ObservationTable.from_frame(
        long.sample(frac=1, random_state=7),
        visit=["teacher_id", "visit"],
        teacher="teacher_id",
        observer="rater_id",
        segment="segment",
        date="visit_date",
        building="school_id",
        dimensions=["economy"],
        item="item",
        level="level",
        scales=SCALE,
    )
    assert found == table()


def test_the_published_scores_of_all_teachers_are_reproduced() -> None:
    """Means over observers, then segments, then lessons are the published component scores."""
    means = table().means("teacher", within=("visit", "segment", "observer"))
    compared, unrated = 0, []
    with data("published_teacher_scores.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["teacher_id"] not in means:
                unrated.append(row["teacher_id"])
                continue
            own = means[row["teacher_id"]]
            for item in means.item_ids:
                if f"VCOMP_{item}" in row:
                    assert own[item] == pytest.approx(float(row[f"VCOMP_{item}"]), abs=1e-6)
                    compared += 1
    assert compared == 357 * 18
    assert unrated == ["00826-0070-0002"]


def test_exact_and_adjacent_agreement_are_reproduced_for_every_item() -> None:
    """In each economy the shares of pairs agree with those computed from the pairs themselves."""
    agreement = table().agreement(by="economy")
    compared = 0
    with data("computed_here_agreement.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found = agreement.of(row["item"], row["economy"])
            assert found.exact.value == pytest.approx(float(row["exact_agreement"]), abs=0.0005001)
            assert found.adjacent.value == pytest.approx(float(row["adjacent_agreement"]), abs=0.0005001)
            compared += 1
    assert compared == len(agreement) == 4 * 24


def test_observers_of_different_economies_cannot_be_compared() -> None:
    """No chain of shared lessons connects the observers of two economies."""
    groups = table().disconnected()
    assert [sorted({observer[:3] for observer in group}) for group in groups] == [
        ["CHL"],
        ["ENG"],
        ["JPN"],
        ["MAD"],
    ]
    assert sum(map(len, groups)) == 51


def test_the_whole_table_comes_back_from_its_document() -> None:
    """A hundred thousand ratings survive a document."""
    assert interop.loads(interop.dumps(table()), ObservationTable) == table()

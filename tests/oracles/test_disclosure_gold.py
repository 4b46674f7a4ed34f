"""Published and worked cases of small groups in tables.

Fischetti & Salazar-González (2001), Management Science 47:1008-1027; the tables that come with sdcTable (Meindl) and
GaussSuppression (Langsrud), read from where they stand beside the repository.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from typing import Any

import numpy as np
import pytest
from tests.shared import shared

from ilr.disclosure import SUPPRESSED, BandedShare, Published, PublishedCell, SuppressedCell, publish
from ilr.observation import ObservationTable
from ilr.stats import suppression


def case(name: str) -> dict[str, Any]:
    """A worked case by its id."""
    cases = json.loads(shared("gold", "cycles.json").read_text(encoding="utf-8"))["cases"]
    found: dict[str, Any] = next(one for one in cases if one["id"] == name)
    return found


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a shared table."""
    with shared("data", "disclosure_tables", name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def published(cells: dict[str, list[list[int]]], audience: Any = "district") -> Published:
    """A table by grade: for each grade the levels (1 or 2) of the visits to each of its teachers."""
    columns: dict[str, list[Any]] = {name: [] for name in ("visit", "teacher", "observer", "grade", "talk")}
    for grade, teachers in cells.items():
        for who, levels in enumerate(teachers):
            for turn, level in enumerate(levels):
                row = (f"{grade}-{who}-{turn}", f"{grade}-{who}", "p", grade, level)
                for column, value in zip(columns.values(), row, strict=True):
                    column.append(value)
    table = ObservationTable.from_frame(
        columns,
        visit="visit",
        teacher="teacher",
        observer="observer",
        dimensions=["grade"],
        items=["talk"],
        levels=[1, 2],
    )
    return publish(table, by=["grade"], audience=audience, at_least=2)


def cell(found: Published, grade: str) -> PublishedCell | SuppressedCell:
    """The cell of a grade."""
    return next(one for one in found if one.key == (grade,))


def test_cheapest_pattern_of_the_classic_table() -> None:
    """The cheapest pattern that protects the cell of the 3 x 3 table weighs 59, and the interval is [5, 30].

    Published for hidden cells from 0; here they are 1 or more, so both ends are one nearer.
    """
    interior = np.array(case("sdc.classic3x3.primary_only")["data"]["interior"])
    sensitive = np.zeros((4, 4), dtype=bool)
    sensitive[1, 2] = True
    table = suppression.protect(interior, k=2, weights=interior, sensitive=sensitive)
    assert table.method == "exact"
    assert interior[table.suppressed[:3, :3]].sum() == 59
    assert table.audit()[1, 2] == (6, 29)


@pytest.mark.parametrize("method", ["exact", "heuristic"])
def test_the_optimum_of_the_frequency_table(method: Any) -> None:
    """Both methods find the pattern of weight 24 that another program finds, within the published intervals."""
    gold = case("sdc.freq3x3.k5")
    interior = np.array(gold["data"]["interior"])
    table = suppression.protect(interior, k=gold["data"]["k"], weights=interior, method=method)
    assert interior[table.suppressed[:3, :3]].sum() == gold["expected"]["optimal_cost"]
    for place, (low, high) in gold["expected"]["attack_interval"].items():
        row, column = map(int, place.split(","))
        found = table.audit()[row, column]
        assert low <= found[0] <= interior[row, column] <= found[1] <= high
        assert found[1] >= 5 or interior[row, column] >= 5


def test_teachers_count_and_not_observations() -> None:
    """Twelve observations of one teacher are hidden."""
    gold = case("sdc.contributors_not_observations")
    n = gold["data"]["cell"]["observations"]
    found = published({"6": [[1] * n], "7": [[1, 2]] * 9, "8": [[1, 2]] * 9})
    assert isinstance(cell(found, "6"), PublishedCell) is gold["expected"]["publish"]


def test_one_answer_of_all_is_a_band() -> None:
    """Eight teachers of whom nobody was evident are published as at most a fifth."""
    gold = case("sdc.homogeneous")
    found = cell(published({"6": [[1]] * gold["data"]["teachers"], "7": [[1, 2]] * 9}), "6")
    assert isinstance(found, PublishedCell)
    (share,) = found.shares
    assert gold["expected"]["publish_exact_rate"] is False
    assert isinstance(share, BandedShare)
    assert f"<={share.high:.0%}" == gold["expected"]["publish_as"]


def test_a_group_in_which_a_member_knows_the_other_is_hidden() -> None:
    """Two teachers are hidden from everybody, also inside their team."""
    gold = case("sdc.self_knowledge")
    cells = {"6": [[1, 2]] * gold["data"]["group_size"], "7": [[1, 2]] * 9, "8": [[1, 2]] * 9}
    for audience in ("team", "district"):
        assert isinstance(cell(published(cells, audience), "6"), PublishedCell) is gold["expected"]["safe"]


def test_hidden_is_never_zero() -> None:
    """A hidden number is a value of its own, and equals no number."""
    gold = case("sdc.suppressed_is_not_zero")
    x, n = gold["data"]["x"], gold["data"]["n"]
    found = cell(published({"6": [[1, 2]] * x, "7": [[1, 2]] * (n - x)}), "6")
    assert found.teachers == SUPPRESSED
    assert found.teachers != gold["expected"]["never"]
    assert str(found.teachers).upper() != str(gold["expected"]["never"])


def test_hierarchy_of_the_vignette() -> None:
    """Countries with their unions (GaussSuppression, dataset_a): protected at no more than the printed cost."""
    counts = {(row["age"], row["geo"]): int(row["freq"]) for row in rows("dataset_a.csv")}
    ages, places, unions = ("old", "young"), ("Iceland", "Portugal", "Spain"), ("nonEU", "EU", "EU")
    interior = np.array([[counts[age, place] for place in places] for age in ages])
    table = suppression.protect(interior, k=3, hierarchies={1: [unions]})
    labels = (*places, "nonEU", "EU", "Total")
    primary = {((*ages, "Total")[row], labels[column]) for row, column in np.argwhere(table.primary).tolist()}
    assert primary == {("young", "Iceland"), ("young", "nonEU")}
    printed = {"EU": (10, 5), "nonEU": (3, 2), "Iceland": (3, 2), "Portugal": (4, 0)}
    full = table.published.data + 0
    assert table.method == "exact"
    truth = np.vstack([interior, interior.sum(axis=0)])
    sums = np.column_stack([truth, truth[:, 0], truth[:, 1] + truth[:, 2], truth.sum(axis=1)])
    assert (full[~table.suppressed] == sums[~table.suppressed]).all()
    cost = int((sums + 1)[table.suppressed].sum())
    assert cost <= sum(count + 1 for pair in printed.values() for count in pair)
    for index, (low, high) in table.audit().items():
        if table.primary[index]:
            assert low <= 2
            assert high >= 3


def test_one_small_cell_of_the_microdata() -> None:
    """Region by gender of sdcTable's microdata1 has one cell below three, which takes a rectangle with it."""
    counts = Counter((row["region"], row["gender"]) for row in rows("sdctable_microdata1.csv"))
    interior = np.array([[counts[region, gender] for gender in ("female", "male")] for region in "ABCD"])
    assert interior.tolist() == [[2, 18], [19, 14], [10, 12], [14, 11]]
    table = suppression.protect(interior, k=3)
    assert np.argwhere(table.primary).tolist() == [[0, 0]]
    assert (table.method, int(table.suppressed.sum())) == ("exact", 4)
    assert interior[table.suppressed[:4, :2]].sum() == 2 + 18 + 10 + 12
    assert table.audit()[0, 0][1] >= 3


@pytest.mark.parametrize("k", [3, 5, 9])
def test_regions_and_incomes(k: int) -> None:
    """Eight regions by four kinds of income (SSBtools): exact is no dearer than the heuristic, and both protect."""
    counts = {(row["region"], row["hovedint"]): int(row["ant"]) for row in rows("ssb_z1.csv")}
    regions, kinds = (sorted({key[part] for key in counts}) for part in (0, 1))
    interior = np.array([[counts[region, kind] for kind in kinds] for region in regions])
    method: Any
    costs = []
    for method in ("exact", "heuristic"):
        table = suppression.protect(interior, k=k, method=method)
        sums = np.vstack([interior, interior.sum(axis=0)])
        sums = np.column_stack([sums, sums.sum(axis=1)])
        costs.append(int((sums + 1)[table.suppressed].sum()))
        assert table.primary.tolist() == ((sums > 0) & (sums < k)).tolist()
        for index, (low, high) in table.audit().items():
            assert low <= sums[index] <= high
            assert not table.primary[index] or high >= k
    assert costs[0] <= costs[1] <= 1.15 * costs[0]

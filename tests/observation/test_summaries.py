"""Means, rates and agreement of a table, and how they show themselves."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from ilr.base import InvalidInput, MissingDependency, UnknownCode
from ilr.continuum import LevelScale
from ilr.observation import GroupMeans, ObservationTable
from ilr.observation._latex import Cells
from ilr.stats import Estimate, Ratings, agreement, proportions

SCALE = LevelScale.numbered(4, fidelity=3)
FRAME: dict[str, list[Any]] = {
    "visit": ["v1", "v1", "v2", "v3", "v4", "v4"],
    "teacher": ["t1", "t1", "t1", "t2", "t3", "t3"],
    "observer": ["o1", "o2", "o1", "o1", "o3", "o4"],
    "district": ["n", "n", "n", "n", "s", "s"],
    "a": [1, 3, 4, 3, 2, 2],
    "b": ["no", 2, "na", 2, None, None],
}
OPTIONS: dict[str, Any] = {
    "visit": "visit",
    "teacher": "teacher",
    "observer": "observer",
    "items": ["a", "b"],
    "scales": SCALE,
    "dimensions": ["district"],
    "missing": {"no": "not observed", "na": "not applicable"},
}
TABLE = ObservationTable.from_frame(FRAME, **OPTIONS)
SHARED_CLASS = ObservationTable.from_frame(
    {"visit": ["v1", "v1", "v2"], "teacher": ["t1", "t2", "t1"], "observer": ["o"] * 3, "a": [1, 1, 2]},
    visit="visit",
    teacher="teacher",
    observer="observer",
    items=["a"],
    levels=[1, 2],
    co_teaching=True,
)
BACKENDS: tuple[Literal["pandas", "polars", "pyarrow"], ...] = ("pandas", "polars", "pyarrow")


def plain(frame: Any) -> list[dict[str, Any]]:
    """The rows of a frame of any package."""
    if isinstance(frame, pd.DataFrame):
        records = frame.to_dict("records")
        return [{str(name): _none(value) for name, value in row.items()} for row in records]
    rows = frame.to_dicts() if isinstance(frame, pl.DataFrame) else frame.to_pylist()
    return [dict(row) for row in rows]


def _none(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def test_ratings_of_an_item_have_visits_as_units_and_teachers_as_clusters() -> None:
    """Statistics of an item are those of its levels in a matrix of visits and observers."""
    rows = [[1, 3, None, None], [4, None, None, None], [3, None, None, None], [None, None, 2, 2]]
    matrix = Ratings.from_matrix(rows, categories=[1, 2, 3, 4], cluster=["t1", "t1", "t2", "t3"])
    given = TABLE.ratings("a")
    assert agreement.gwet_ac(given, weights="quadratic") == agreement.gwet_ac(matrix, weights="quadratic")
    assert agreement.percent_agreement(given).value == 0.5


def test_segments_are_units_of_their_own() -> None:
    """Two observers who agree in one segment and not in the other agree in half of the units."""
    frame = {
        "visit": ["v1"] * 4,
        "teacher": ["t1"] * 4,
        "observer": ["o1", "o2"] * 2,
        "part": [1, 1, 2, 2],
        "a": [1, 1, 1, 2],
    }
    table = ObservationTable.from_frame(
        frame,
        visit="visit",
        teacher="teacher",
        observer="observer",
        segment="part",
        items=["a"],
        levels=[1, 2],
    )
    assert agreement.percent_agreement(table.ratings("a")).value == 0.5


def test_means_of_means_weigh_visits_alike() -> None:
    """The two observers of a visit are averaged first, then the visits of a teacher."""
    means = TABLE.means("teacher", within=("visit", "observer"))
    assert dict(means["t1"]) == {"a": 3.0, "b": 2.0}
    assert dict(means["t2"]) == {"a": 3.0, "b": 2.0}
    assert dict(means["t3"]) == {"a": 2.0}
    assert dict(TABLE.means("teacher")["t1"]) == {"a": 8 / 3, "b": 2.0}


def test_records_without_a_group_touch_no_mean() -> None:
    """What has no district is in the mean of no district."""
    table = ObservationTable.from_frame({**FRAME, "district": [None, None, "n", "n", "s", "s"]}, **OPTIONS)
    means = table.means("district")
    assert list(means) == ["n", "s"]
    assert means["n"]["a"] == 3.5
    assert means["s"]["a"] == 2.0


def test_means_by_teacher_bear_the_individual_grain() -> None:
    """Values of one teacher or one visit are individual, those of a district are of a group."""
    assert TABLE.means("teacher").grain == "individual"
    assert TABLE.means("visit").grain == "individual"
    assert TABLE.means("district").grain == "group"


def test_means_are_a_mapping_from_group_to_item() -> None:
    """Groups are read like keys and an unknown one is refused."""
    means = TABLE.means("district")
    assert list(means) == ["n", "s"]
    assert len(means) == 2
    assert means.item_ids == ("a", "b")
    with pytest.raises(UnknownCode) as raised:
        means["west"]
    assert raised.value.code == "means.group"
    assert math.isnan(means.array[1, 1])


def test_means_are_equal_by_their_entries() -> None:
    """The same question gives an equal answer, another question another."""
    assert TABLE.means("teacher") == TABLE.means("teacher")
    assert TABLE.means("teacher") != TABLE.means("teacher", within=("visit",))
    assert TABLE.means("teacher") != 3
    assert isinstance(TABLE.means("teacher"), GroupMeans)


def test_means_by_unknown_columns_are_refused_together() -> None:
    """Every column that the table lacks is named."""
    with pytest.raises(InvalidInput) as raised:
        TABLE.means("school", within=("visit", "wing"))
    assert [(one.code, one.path) for one in raised.value.problems] == [
        ("table.column", "school"),
        ("table.column", "wing"),
    ]


@pytest.mark.parametrize("backend", BACKENDS)
def test_means_of_shared_classes_fit_into_a_frame(backend: Literal["pandas", "polars", "pyarrow"]) -> None:
    """A group of teachers is one text in a frame."""
    means = SHARED_CLASS.means("teacher")
    assert dict(means[("t1", "t2")]) == {"a": 1.0}
    assert plain(means.to_frame(backend)) == [
        {"teacher": "t1", "item": "a", "mean": 2.0},
        {"teacher": "t1/t2", "item": "a", "mean": 1.0},
    ]


def test_rates_count_what_is_at_or_above_the_level() -> None:
    """By default the fidelity level of the scale is the mark; other marks may be asked for."""
    rates = TABLE.rates()
    a, b = rates.of("a"), rates.of("b")
    assert (a.at_least, a.estimate.value) == (3, 0.5)
    assert (b.at_least, b.estimate.value) == (3, 0.0)
    assert (b.not_observed, b.not_applicable) == (1, 1)
    assert TABLE.rates(at_least=2).of("b").estimate.value == 1.0
    assert len(rates) == 2
    assert [row.item for row in rates] == ["a", "b"]


def test_rates_tell_on_what_they_rest() -> None:
    """Ratings, observations, visits and teachers are counted; the interval is that of the clusters."""
    estimate = TABLE.rates().of("a").estimate
    expected = proportions.clustered_share(np.array([2.0, 1.0, 0.0]), np.array([3, 1, 2]), level=0.95)
    assert (estimate.value, estimate.low, estimate.high) == (expected.value, expected.low, expected.high)
    assert estimate.n == {
        "ratings": 6,
        "observations": 6,
        "visits": 4,
        "teachers": 3,
        "effective": expected.n["effective"],
    }
    assert SHARED_CLASS.rates(at_least=2).of("a").estimate.n["teachers"] == 2


def test_rates_are_broken_down_by_a_column() -> None:
    """Every group has a row an item; a group where nothing was rated says why it has no share."""
    rates = TABLE.rates(by="district")
    assert rates.of("a", "n").estimate.value == 0.75
    assert rates.of("a", "s").estimate.value == 0.0
    assert rates.of("b", "s").estimate.undefined is not None
    with pytest.raises(UnknownCode) as raised:
        rates.of("a")
    assert raised.value.code == "table.row"


def test_ratings_spread_over_the_levels() -> None:
    """Each level of the scale has its share, clustered like the rates, from the lowest to the highest."""
    spread = TABLE.level_shares()
    assert [share.level for share in spread.of("a")] == [1, 2, 3, 4]
    assert [share.estimate.value for share in spread.of("a")] == pytest.approx([1 / 6, 1 / 3, 1 / 3, 1 / 6])
    threes = spread.of("a")[2].estimate
    expected = proportions.clustered_share(np.array([1.0, 1.0, 0.0]), np.array([3, 1, 2]))
    assert (threes.low, threes.high) == (expected.low, expected.high)
    assert spread.of("nothing") == ()
    assert len(TABLE.level_shares(by="district").of("b", "s")) == 4
    assert TABLE.level_shares(by="district").of("b", "s")[0].estimate.undefined is not None
    rows = plain(spread.to_frame("pandas"))
    assert (rows[0]["item"], rows[0]["level"], rows[0]["n_teachers"]) == ("a", 1, 3)


def test_rates_go_by_the_week_and_the_month_of_the_day() -> None:
    """Weeks are called by their Monday, months by their first day; a column of that name comes first."""
    days = ["2026-09-07", "2026-09-13", "2026-09-14", "2026-10-01", None, None]
    table = ObservationTable.from_frame({**FRAME, "day": days}, date="day", **OPTIONS)
    assert [(row.group, row.estimate.n["ratings"]) for row in table.rates(by="week") if row.item == "a"] == [
        ("2026-09-07", 2),
        ("2026-09-14", 1),
        ("2026-09-28", 1),
        ("(unknown)", 2),
    ]
    assert {row.group for row in table.rates(by="month")} == {"2026-09-01", "2026-10-01", "(unknown)"}
    own = {**FRAME, "day": days, "week": ["x"] * 6}
    named = ObservationTable.from_frame(own, date="day", **{**OPTIONS, "dimensions": ["week"]})
    assert {row.group for row in named.rates(by="week")} == {"x"}


def test_records_without_a_group_have_a_row_of_their_own() -> None:
    """What has no district is not dropped from a breakdown."""
    table = ObservationTable.from_frame({**FRAME, "district": [None, None, None, "n", "s", "s"]}, **OPTIONS)
    assert [row.group for row in table.rates(by="district")] == ["(unknown)"] * 2 + ["n"] * 2 + ["s"] * 2
    assert table.rates(by="district").of("a", "(unknown)").estimate.n["ratings"] == 3


def test_a_level_that_a_scale_lacks_is_refused_for_every_item() -> None:
    """A mark off the scale, or a scale without fidelity level, is told for each item."""
    with pytest.raises(InvalidInput) as raised:
        TABLE.rates(at_least=9)
    assert [(one.code, one.path, one.hint) for one in raised.value.problems] == [
        ("rate.level", "a", ""),
        ("rate.level", "b", ""),
    ]
    plain_scale = ObservationTable.from_frame(FRAME, **{**OPTIONS, "scales": LevelScale.numbered(4)})
    with pytest.raises(InvalidInput, match="at_least="):
        plain_scale.rates()


def test_agreement_tells_four_coefficients_an_item() -> None:
    """The table holds what the coefficients say of each item's ratings."""
    table = TABLE.agreement()
    row, given = table.of("a"), TABLE.ratings("a")
    assert row.exact == agreement.percent_agreement(given, method="score")
    assert row.adjacent == agreement.adjacent_agreement(given, method="score")
    assert row.ac2 == agreement.gwet_ac(given, weights="quadratic", method="jackknife")
    assert row.alpha == agreement.krippendorff_alpha(given, metric="ordinal", method="jackknife")
    assert table.of("b").exact.undefined is not None
    assert [one.item for one in table] == ["a", "b"]
    assert len(table) == 2


def test_agreement_is_broken_down_by_a_column() -> None:
    """The pair of the south agrees, the pair of the north does not."""
    table = TABLE.agreement(by="district", level=0.9)
    assert table.of("a", "s").exact.value == 1.0
    assert table.of("a", "n").exact.value == 0.0
    assert table.of("a", "n").exact.level == 0.9
    with pytest.raises(UnknownCode, match="a, b"):
        table.of("a", "west")


@pytest.mark.parametrize("backend", BACKENDS)
def test_results_become_frames_of_each_package(backend: Literal["pandas", "polars", "pyarrow"]) -> None:
    """Rates and agreement have a row an item and group in the caller's package."""
    package = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.Table}[backend]
    for result in (TABLE.rates(by="district"), TABLE.agreement(by="district")):
        frame = result.to_frame(backend)
        assert isinstance(frame, package)
        rows = plain(frame)
        assert [(row["group"], row["item"]) for row in rows] == [
            ("n", "a"),
            ("n", "b"),
            ("s", "a"),
            ("s", "b"),
        ]
    rates = plain(TABLE.rates(by="district").to_frame(backend))
    assert rates[0]["rate"] == 0.75
    assert rates[3]["rate"] is None
    assert rates[3]["rate_undefined"] is not None
    assert rates[0]["rate_undefined"] is None


@pytest.mark.parametrize("backend", BACKENDS)
def test_results_over_nothing_become_empty_frames(backend: Literal["pandas", "polars", "pyarrow"]) -> None:
    """No rows make a frame without rows."""
    nothing = TABLE.where(district="west")
    assert plain(nothing.means("teacher").to_frame(backend)) == []
    assert plain(nothing.rates(by="district").to_frame(backend)) == []


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking for a frame of a missing package says which one is missing."""

    def absent(*_: object, **__: object) -> None:
        raise ImportError

    monkeypatch.setattr("narwhals.from_dict", absent)
    with pytest.raises(MissingDependency, match="polars is not installed") as raised:
        TABLE.means("teacher").to_frame("polars")
    assert raised.value.code == "frame.backend"


def test_results_show_themselves_in_notebooks() -> None:
    """Tables are written as HTML with rounded numbers, blank where nothing is known, and escaped."""
    shown = TABLE.rates()._repr_html_()
    assert "<th>item</th>" in shown
    assert "<td>0.500</td>" in shown
    assert "<td></td>" in shown
    assert "<td>a</td>" in TABLE.agreement()._repr_html_()
    assert TABLE.where(district="west").rates(by="district")._repr_html_() == "<table></table>"
    odd = ObservationTable.from_frame({**FRAME, "<i>": FRAME["a"]}, **{**OPTIONS, "items": ["<i>"]})
    assert "&lt;i&gt;" in odd.rates()._repr_html_()


def test_agreement_is_written_for_publication() -> None:
    """A LaTeX table has the rules of booktabs, intervals in brackets and reasons at its foot."""
    found = TABLE.agreement()
    exact = found.of("a").exact
    lines = found.to_latex(caption="50 % & more", label="tab:a_b", digits=2).splitlines()
    assert lines[:6] == [
        r"\begin{table}",
        r"  \centering",
        r"  \caption{50 \% \& more}",
        r"  \label{tab:a_b}",
        r"  \begin{tabular}{lrrrrr}",
        r"    \toprule",
    ]
    assert lines[6] == r"    Item & $n$ & Exact & Adjacent & AC2 & $\alpha$ \\"
    assert lines[8].startswith(f"    a & 2 & {exact.value:.2f} [{exact.low:.2f}, {exact.high:.2f}] & ")
    assert lines[9].startswith(r"    b & 0 & --\textsuperscript{a} & ")
    assert lines[10:] == [
        r"    \bottomrule",
        r"  \end{tabular}",
        r"  \par\footnotesize In brackets: 95\,\% intervals. \textsuperscript{a} no unit has two ratings.",
        r"\end{table}",
    ]


def test_a_breakdown_is_written_with_its_groups() -> None:
    """Groups and items with special marks are escaped; without rows there is only the head."""
    odd = ObservationTable.from_frame(
        {**FRAME, "a_1": FRAME["a"], "district": ["n~s", *FRAME["district"][1:]]},
        **{**OPTIONS, "items": ["a_1"]},
    )
    text = odd.where(district=["n", "s", "n~s"]).agreement(by="district", level=0.9).to_latex()
    assert r"    district & Item & $n$ & " in text
    assert r"    n\textasciitilde{}s & a\_1 & 0 & " in text
    assert r"90\,\% intervals" in text
    assert "caption" not in text
    assert "label" not in text
    nothing = TABLE.where(district="west").agreement(by="district").to_latex()
    assert "footnotesize" not in nothing
    with pytest.raises(InvalidInput) as raised:
        TABLE.agreement().to_latex(digits=-1)
    assert raised.value.code == "latex.digits"


def test_estimates_are_written_with_what_is_known_of_them() -> None:
    """A value without interval stands alone, one below zero has a minus sign of mathematics."""
    cells = Cells(1)
    assert cells.of(Estimate(0.25)) == "0.2"
    assert cells.of(Estimate(-0.3, low=-0.5, high=0.1)) == "$-0.3$ [$-0.5$, 0.1]"
    assert cells.notes() == []


def test_observers_who_never_meet_are_in_groups_of_their_own() -> None:
    """Shared visits connect observers, directly or by a third."""
    assert TABLE.disconnected() == (frozenset({"o1", "o2"}), frozenset({"o3", "o4"}))
    assert TABLE.where(district="s").disconnected() == (frozenset({"o3", "o4"}),)

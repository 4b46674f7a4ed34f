"""The result type of a statistic."""

from __future__ import annotations

import json
import math
import pickle
from typing import Any

import attrs
import narwhals as nw
import numpy as np
import pytest
from scipy import stats

from ilr.base.errors import InvalidInput, MissingDependency
from ilr.base.reasons import Reason
from ilr.stats import Estimate
from ilr.stats.estimate import BENCHMARKS, to_frame

FULL = Estimate(
    0.612,
    standard_error=0.036,
    low=0.54,
    high=0.684,
    method="linearised",
    n={"units": 30, "raters": 2},
    name="gwet_ac1",
    sampled="units",
    notes=(Reason.of("INFERRED_CATEGORIES", categories=4),),
)


def test_one_line() -> None:
    """An estimate prints as value and interval, without an interval as the value, else as the reason."""
    assert str(FULL) == "0.612 [0.540, 0.684]"
    assert str(Estimate(0.5)) == "0.500"
    assert str(Estimate.missing(Reason.of("NO_UNITS"))) == f"undefined: {Reason.of('NO_UNITS')}"


def test_notebook_table() -> None:
    """A notebook shows what is known, and no row for what is not."""
    html = attrs.evolve(FULL, notes=FULL.notes * 2)._repr_html_()
    assert html.startswith("<table><caption>gwet_ac1</caption><tr><th>estimate</th>")
    assert html.count("</tr><tr>") == 4
    assert "<th>estimate</th><td>0.612 [0.540, 0.684]</td>" in html
    assert "<th>standard error</th><td>0.036</td>" in html
    assert "<th>interval</th><td>0.95 linearised units</td>" in html
    assert "<th>n</th><td>units 30, raters 2</td>" in html
    note = "the 4 categories were taken from the data"
    assert f"<th>notes</th><td>{note}; {note}</td>" in html
    bare = Estimate(0.5, name="<b>")._repr_html_()
    assert "&lt;b&gt;" in bare
    assert "standard error" not in bare
    assert "notes" not in bare


def test_nan_equals_nan() -> None:
    """Two estimates with the same fields are equal even where there is no number."""
    reason = Reason.of("NO_PAIRS", units=3)
    assert Estimate.missing(reason) == Estimate.missing(reason)
    assert hash(Estimate.missing(reason)) == hash(Estimate.missing(reason))
    assert Estimate.missing(reason) != Estimate.missing(Reason.of("NO_UNITS"))
    assert attrs.evolve(FULL, low=0.5) != FULL
    assert pickle.loads(pickle.dumps(FULL)) == FULL


def test_fields_are_plain() -> None:
    """Numbers become plain floats and the counts cannot be written to."""
    estimate = Estimate(1, n={"units": 3})
    assert type(estimate.value) is float
    assert type(estimate.n["units"]) is float
    with pytest.raises(TypeError):
        estimate.n["units"] = 4  # type: ignore[index]  # refused on purpose
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        estimate.value = 2.0  # type: ignore[misc]  # refused on purpose


def test_plain_values() -> None:
    """The dictionary of an estimate survives strict JSON."""
    found = json.loads(json.dumps(FULL.to_dict(), allow_nan=False))
    assert found["value"] == 0.612
    assert found["n"] == {"units": 30, "raters": 2}
    assert found["notes"] == [{"code": "INFERRED_CATEGORIES", "parameters": {"categories": 4}}]
    missing = Estimate.missing(Reason.of("NO_PAIRS", units=3), n={"units": 3}, name="x", level=0.9)
    assert missing.to_dict() == {
        "name": "x",
        "value": None,
        "standard_error": None,
        "degrees_of_freedom": None,
        "low": None,
        "high": None,
        "level": 0.9,
        "method": "",
        "sampled": "",
        "n": {"units": 3},
        "undefined": {"code": "NO_PAIRS", "parameters": {"units": 3}},
        "undefined_interval": {"code": "NO_PAIRS", "parameters": {"units": 3}},
        "notes": [],
    }


def test_a_nan_needs_its_reason() -> None:
    """A value that is no number without a reason, or a reason beside a number, is refused."""
    with pytest.raises(InvalidInput) as found:
        Estimate(level=1.0)
    assert [problem.code for problem in found.value.problems] == ["estimate.undefined", "estimate.level"]
    with pytest.raises(InvalidInput, match="undefined"):
        Estimate(0.5, undefined=Reason.of("NO_UNITS"))
    with pytest.raises(InvalidInput, match="level"):
        Estimate(0.5, level=0.0)


def test_membership_is_a_cut_normal() -> None:
    """The probability of a band is that of a normal cut to -1..1."""
    found = Estimate(0.55, standard_error=0.3).benchmark({"pass": 0.6, "fail": -1}, confidence=0.5)
    cut = stats.truncnorm((-1 - 0.55) / 0.3, (1 - 0.55) / 0.3, loc=0.55, scale=0.3)
    assert found is not None
    assert found.cumulative == pytest.approx({"pass": cut.sf(0.6), "fail": 1.0})
    wide = Estimate(-0.7, standard_error=0.6).benchmark({"pass": 0.6, "fail": -1})
    cut = stats.truncnorm((-1 + 0.7) / 0.6, (1 + 0.7) / 0.6, loc=-0.7, scale=0.6)
    assert wide is not None
    assert wide.cumulative["pass"] == pytest.approx(cut.sf(0.6))
    assert (found.scale, found.band, found.confidence) == ("custom", "fail", 0.5)
    assert found.probability == found.cumulative["fail"]


def test_membership_by_band() -> None:
    """The memberships of all bands add up to one, and from the top to the cumulative probabilities."""
    for scale in BENCHMARKS:
        found = Estimate(0.5, standard_error=0.2).benchmark(scale)
        assert found is not None
        assert list(found.membership) == list(found.cumulative) == list(BENCHMARKS[scale])
        assert np.cumsum(list(found.membership.values())) == pytest.approx(list(found.cumulative.values()))
        assert sum(found.membership.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("scale", "value", "band"),
    [
        ("cicchetti-sparrow", 0.75, "excellent"),
        ("cicchetti-sparrow", 0.74, "good"),
        ("cicchetti-sparrow", 0.4, "fair"),
        ("cicchetti-sparrow", 0.39, "poor"),
        ("regier", 0.8, "excellent"),
        ("regier", 0.6, "very good"),
        ("regier", 0.59, "good"),
        ("regier", 0.2, "questionable"),
        ("regier", 0.19, "unacceptable"),
    ],
)
def test_bands_of_clinical_scales(scale: str, value: float, band: str) -> None:
    """The bands of Cicchetti and Sparrow and of Regier and others begin where these authors put them."""
    found = Estimate(value, standard_error=0).benchmark(scale)
    assert found is not None
    assert found.band == band
    assert found.membership[band] == 1


@pytest.mark.parametrize("freedom", [3, 49, math.nan])
def test_significance(freedom: float) -> None:
    """The test is Student's, or normal where no degrees of freedom are known, in all directions."""
    estimate = Estimate(0.5, standard_error=0.2, degrees_of_freedom=freedom, n={"units": 4}, name="x")
    law = stats.norm if math.isnan(freedom) else stats.t(freedom)
    for null in (0.3, 0.6):
        point = (0.5 - null) / 0.2
        tails = {"two": 2 * law.sf(abs(point)), "greater": law.sf(point), "less": law.cdf(point)}
        for sided, p in tails.items():
            found = estimate.significance(null, sided=sided)  # type: ignore[arg-type]  # a key of the above
            assert found.p == pytest.approx(p)
            assert found.statistic == pytest.approx(point)
            assert (str(found.sided), found.null) == (sided, null)
            assert (found.name, dict(found.n), found.undefined) == ("x", {"units": 4}, None)
            assert found.freedom == (() if math.isnan(freedom) else (freedom,))
    assert str(estimate.significance()).startswith("normal = 2.5" if math.isnan(freedom) else "t(")


def test_no_significance() -> None:
    """Without a value or an error the test says why there is none."""
    reason, other = Reason.of("NO_UNITS"), Reason.of("ONE_UNIT")
    assert Estimate.missing(reason).significance().undefined == reason
    assert Estimate(undefined=reason).significance().undefined == reason
    assert Estimate(0.5, undefined_interval=other).significance().undefined == other
    assert Estimate(0.5, standard_error=0).significance().undefined == Reason.of("NO_STANDARD_ERROR")
    assert math.isnan(Estimate(0.5).significance().p)
    wrong: Any = "both"
    with pytest.raises(InvalidInput) as found:
        FULL.significance(math.inf, sided=wrong)
    assert [problem.code for problem in found.value.problems] == ["estimate.sided", "estimate.null"]


def test_a_test_keeps_what_the_estimate_tells() -> None:
    """Name, counts and notes of an estimate stand in its test too, defined or not."""
    tested = FULL.significance(0.2, sided="greater")
    untested = attrs.evolve(FULL, standard_error=math.nan).significance(0.2, sided="greater")
    for found in (tested, untested):
        assert (found.name, found.null, found.sided) == ("gwet_ac1", 0.2, "greater")
        assert found.n == FULL.n
        assert found.notes == FULL.notes
    assert (tested.undefined is None, untested.undefined is None) == (True, False)


def test_a_frame_of_estimates_that_come_one_by_one() -> None:
    """Estimates may come from an iterator; what has a value has no reason, and notes are joined."""
    twice = attrs.evolve(FULL, notes=FULL.notes * 2)
    frame = to_frame(iter([twice, twice]))
    assert frame["undefined_interval"].isna().tolist() == [True, True]
    note = "the 4 categories were taken from the data"
    assert frame["notes"].tolist() == [f"{note}; {note}"] * 2
    assert Estimate.missing(Reason.of("NO_UNITS")).name == ""


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
def test_several_estimates_make_a_frame(backend: Any) -> None:
    """Each estimate is a row, with its counts as columns and its reasons as texts."""
    missing = Estimate.missing(Reason.of("NO_PAIRS", units=3), n={"units": 3, "clusters": 2})
    rows = nw.from_native(to_frame([FULL, missing], backend), eager_only=True).rows(named=True)
    assert [row["n_units"] for row in rows] == [30, 3]
    assert rows[0]["value"] == 0.612
    assert rows[0]["undefined"] is None or math.isnan(rows[0]["undefined"])
    assert rows[0]["notes"] == "the 4 categories were taken from the data"
    assert rows[1]["undefined"] == rows[1]["undefined_interval"] == "no unit has two ratings"
    assert "key" not in rows[0]
    keyed = nw.from_native(to_frame({"a": FULL}, backend), eager_only=True)
    assert keyed["key"].to_list() == ["a"]
    assert keyed["n_raters"].to_list() == [2]


def test_benchmark_without_doubt() -> None:
    """Without spread the band is that of the value, without a standard error there is none."""
    found = Estimate(0.6, standard_error=0).benchmark()
    assert found is not None
    assert (found.band, found.probability) == ("substantial", 1.0)
    assert found.cumulative["almost perfect"] == 0.0
    assert Estimate(0.6).benchmark() is None
    assert Estimate.missing(Reason.of("NO_UNITS")).benchmark() is None


@pytest.mark.parametrize(
    ("scale", "confidence", "codes"),
    [
        ("cicchetti", 0.95, ["estimate.scale"]),
        ({"good": 0.5}, 0.95, ["estimate.bands"]),
        ({"good": -1, "bad": -1}, 0.95, ["estimate.bands"]),
        ({}, 0.95, ["estimate.bands"]),
        ("altman", 1.0, ["estimate.confidence"]),
        ("altman", 0.0, ["estimate.confidence"]),
    ],
)
def test_benchmark_refuses(scale: str | dict[str, float], confidence: float, codes: list[str]) -> None:
    """Unknown or leaky scales and impossible confidences are refused."""
    with pytest.raises(InvalidInput) as found:
        Estimate(0.5, standard_error=0.1).benchmark(scale, confidence=confidence)
    assert [problem.code for problem in found.value.problems] == codes


def test_missing_keeps_notes() -> None:
    """What else is to be said stays beside an undefined value."""
    note = Reason.of("INFERRED_CATEGORIES", categories=2)
    assert Estimate.missing(Reason.of("NO_UNITS"), notes=(note,)).notes == (note,)
    assert math.isnan(Estimate.missing(Reason.of("NO_UNITS")).value)


def test_a_benchmark_is_told_in_a_line() -> None:
    """The scale, the band that is reached, and with which probability."""
    assert (
        str(Estimate(0.77544, standard_error=0.14295).benchmark())
        == "landis-koch: moderate or better with 99.5%"
    )


def test_a_band_that_is_reached_just_so_counts() -> None:
    """A band whose probability equals the wanted confidence is the one reached."""
    found = Estimate(0.0, standard_error=0.1).benchmark({"up": 0.0, "down": -1.0}, confidence=0.5)
    assert found is not None
    assert (found.band, found.probability) == ("up", 0.5)


def test_a_frame_of_a_package_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame package that cannot be imported is named, with a code."""

    def absent(*_: object, **__: object) -> None:
        raise ImportError

    monkeypatch.setattr("narwhals.from_dict", absent)
    with pytest.raises(MissingDependency, match=r"^polars is not installed$") as found:
        to_frame([FULL], "polars")
    assert found.value.code == "frame.backend"


@pytest.mark.parametrize(
    ("scale", "bands"),
    [
        (
            "landis-koch",
            {
                "almost perfect": 0.8,
                "substantial": 0.6,
                "moderate": 0.4,
                "fair": 0.2,
                "slight": 0,
                "poor": -1,
            },
        ),
        ("altman", {"very good": 0.8, "good": 0.6, "moderate": 0.4, "fair": 0.2, "poor": -1}),
        ("fleiss", {"excellent": 0.75, "intermediate to good": 0.4, "poor": -1}),
    ],
)
def test_where_bands_begin(scale: str, bands: dict[str, float]) -> None:
    """Each band of Landis and Koch, Altman and Fleiss reaches from its lower limit to just below the next."""
    upper = 1.0
    for band, lower in bands.items():
        for value in (lower, upper - 1e-9):
            found = Estimate(value, standard_error=0).benchmark(scale)
            assert found is not None
            assert found.band == band
        upper = lower

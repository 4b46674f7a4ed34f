"""The result type of a statistic."""

from __future__ import annotations

import json
import math
import pickle

import attrs
import pytest
from scipy import stats

from ilr.base.errors import InvalidInput
from ilr.base.reasons import Reason
from ilr.stats import Estimate

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
    html = FULL._repr_html_()
    assert "<caption>gwet_ac1</caption>" in html
    assert "<th>estimate</th><td>0.612 [0.540, 0.684]</td>" in html
    assert "<th>standard error</th><td>0.036</td>" in html
    assert "<th>interval</th><td>0.95 linearised units</td>" in html
    assert "<th>n</th><td>units 30, raters 2</td>" in html
    assert "<th>notes</th><td>the 4 categories were taken from the data</td>" in html
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

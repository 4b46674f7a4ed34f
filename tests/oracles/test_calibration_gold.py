"""Certification and drift against published numbers and real ratings."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from typing import Any

import pytest
from tests.shared import shared

from ilr.stats.certification import Share, certify, chance_agreement, share_pass_probability
from ilr.stats.drift import drift


def rows(*place: str) -> list[dict[str, str]]:
    """The rows of a table of shared data."""
    with shared("data", *place).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_rule_of_eighty_percent_has_its_published_operating_characteristic() -> None:
    """The CLASS rule with 50 codes (Teachstone): probability of passing by true share within one point."""
    text = shared("gold", "measurement.json").read_text(encoding="utf-8")
    case = next(one for one in json.loads(text)["entries"] if one["id"] == "cert_binomial_oc")
    codes, least = case["data"]["n_codes"], case["data"]["min_pass"] / case["data"]["n_codes"]
    for p, expected in zip(case["data"]["p"], case["expected"]["p_pass"], strict=True):
        assert share_pass_probability(codes, least, p) == pytest.approx(expected, abs=case["tolerance"])


def test_raters_11_and_12_of_the_essays_drifted() -> None:
    """Essay ratings of Uto (2022, doi 10.3758/s13428-022-01997-z): the two raters that a mixed model names."""
    data = rows("essay_drift", "ratings.csv")
    found = drift(
        [row["examinee"] for row in data],
        [int(row["rater"]) for row in data],
        [float(row["score"]) for row in data],
        [int(row["time"]) for row in data],
    )
    assert set(found.drifted()) == {11, 12}
    shifts = {one.rater: one.largest for one in found}
    assert shifts[11] < -0.9
    assert shifts[12] > 0.9


def test_tweets_certify_raters_against_their_master_codes() -> None:
    """Venanzi et al. (CrowdScale 2013): single labels are right at .705; five unordered codes, so exact ones count."""
    by_worker: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in rows("crowd_weather", "weather_sentiment.csv"):
        by_worker[row["worker"]].append((float(row["label"]), float(row["gold"])))
    pairs = [pair for own in by_worker.values() for pair in own]
    assert sum(one == other for one, other in pairs) / len(pairs) == pytest.approx(0.705, abs=5e-4)
    outcome: dict[bool, int] = defaultdict(int)
    options: dict[str, Any] = {"levels": range(5)}
    for own in by_worker.values():
        seen, true = zip(*own, strict=True)
        found = certify([seen], [true], Share(0.70), **options)
        exact = sum(one == other for one, other in own) / len(own)
        assert found.findings[0].value == pytest.approx(exact)
        assert found.passed == (exact >= 0.70 - 1e-9)
        outcome[found.passed] += 1
    assert sum(outcome.values()) == 110
    assert min(outcome.values()) > 10
    used = [[sum(pair[side] == level for pair in pairs) for level in range(5)] for side in (0, 1)]
    assert 0.2 < chance_agreement(used[0], used[1], **options) < 0.4

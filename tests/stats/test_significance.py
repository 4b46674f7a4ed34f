"""The result type of a test."""

from __future__ import annotations

import json

from ilr.base.mapping import FrozenMap
from ilr.base.reasons import Reason
from ilr.stats.significance import Significance

FOUND = Significance(
    name="icc(A,1)",
    null=0.6,
    statistic=3.5,
    distribution="F",
    freedom=(5.0, 15.25),
    p=0.0275,
    n=FrozenMap({"units": 6}),
    notes=(Reason.of("CLUSTERS_IGNORED", clusters=2),),
)


def test_text() -> None:
    """Statistic, degrees of freedom, p and sides stand in one line; without a test, the reason does."""
    assert str(FOUND) == "F(5, 15.25) = 3.500, p = 0.0275 (two-sided)"
    normal = Significance(name="kappa", statistic=2.0, distribution="normal", p=0.0228, sided="greater")
    assert str(normal) == "normal = 2.000, p = 0.0228 (greater)"
    assert str(Significance(name="icc(1)", undefined=Reason.of("ONE_UNIT"))).startswith("undefined: ")


def test_table() -> None:
    """The table names what was tested, against what, on how many, and the notes."""
    table = FOUND._repr_html_()
    for part in ("<caption>icc(A,1)</caption>", "p = 0.0275", "<td>0.6</td>", "units 6", "2 clusters"):
        assert part in table


def test_plain_values() -> None:
    """Plain values survive a text format, and what is no number becomes None."""
    plain = json.loads(json.dumps(FOUND.to_dict()))
    assert plain["freedom"] == [5.0, 15.25]
    assert plain["notes"] == [{"code": "CLUSTERS_IGNORED", "parameters": {"clusters": 2}}]
    none = Significance(name="icc(1)", undefined=Reason.of("ONE_UNIT"))
    assert none.to_dict()["p"] is None
    assert none == Significance(name="icc(1)", undefined=Reason.of("ONE_UNIT"))

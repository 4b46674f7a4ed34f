"""The result type of a test."""

from __future__ import annotations

import json

import attrs

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
    found = attrs.evolve(FOUND, name="<a>", n=FrozenMap({"units": 6, "raters": 2}), notes=FOUND.notes * 2)
    note = str(FOUND.notes[0])
    assert found._repr_html_() == (
        "<table><caption>&lt;a&gt;</caption>"
        f"<tr><th>test</th><td>{FOUND}</td></tr>"
        "<tr><th>null value</th><td>0.6</td></tr>"
        "<tr><th>n</th><td>units 6, raters 2</td></tr>"
        f"<tr><th>notes</th><td>{note}; {note}</td></tr></table>"
    )
    assert "<th>notes</th>" not in attrs.evolve(FOUND, notes=())._repr_html_()


def test_plain_values() -> None:
    """Plain values survive a text format, and what is no number becomes None."""
    assert json.loads(json.dumps(FOUND.to_dict())) == {
        "name": "icc(A,1)",
        "null": 0.6,
        "statistic": 3.5,
        "distribution": "F",
        "freedom": [5.0, 15.25],
        "p": 0.0275,
        "sided": "two",
        "n": {"units": 6},
        "undefined": None,
        "notes": [{"code": "CLUSTERS_IGNORED", "parameters": {"clusters": 2}}],
    }
    none = Significance(name="icc(1)", undefined=Reason.of("ONE_UNIT"))
    assert none.to_dict()["p"] is None
    assert none.to_dict()["undefined"] == {"code": "ONE_UNIT", "parameters": {}}
    assert none == Significance(name="icc(1)", undefined=Reason.of("ONE_UNIT"))

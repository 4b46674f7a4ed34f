"""Who may see what, as data: one opening for each kind of record and each audience (VS).

Here belong the audiences, the grains from fine to coarse, and the table of openings. A blank means no. Not
here: whether the conditions of an opening hold, which `ilr.disclosure.gates` decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import attrs

from ilr.base import FrozenMap, read_only

__all__ = ["GRAINS", "VISIBILITY", "Audience", "Condition", "Grain", "Kind", "Opening", "Use"]

Kind = Literal[
    "walkthrough",
    "visit",
    "coaching content",
    "coaching facts",
    "needs",
    "disaggregated data",
    "building data",
    "calibration",
    "model teacher",
    "leader coaching",
]
"""What a record tells: ratings and notes, the fact of a visit, what was said in coaching, and so on."""

Audience = Literal[
    "teacher", "author", "coach", "team", "building", "district", "evaluator", "researcher", "public"
]
"""In which capacity somebody asks: as the teacher it is about, as who wrote it, as leader of the building."""

Grain = Literal["individual content", "individual fact", "team", "building", "district"]
"""How much of single persons can be told apart, from fine to coarse (VS-2)."""

Use = Literal[
    "feedback",
    "improvement",
    "coaching",
    "calibration",
    "research",
    "access",
    "role selection",
    "evaluation",
    "personnel action",
]
"""What somebody asks for a record for; ``access`` is a teacher's right to see what was noted of them."""

Condition = Literal[
    "agreed with the coach",
    "approved by the host",
    "consent",
    "enough teachers",
    "facts by agreement",
    "for improvement",
    "observer calibrated",
    "observers calibrated",
    "oneself",
    "policy tells",
    "published",
    "released",
    "released by the teacher",
]
"""What must hold besides the capacity; `ilr.disclosure.gates` has the rule of each."""

GRAINS: tuple[Grain, ...] = get_args(Grain)
"""Every grain, from fine to coarse."""


@attrs.frozen(field_transformer=read_only)
class Opening:
    """One cell of the table that is not blank. Equal when all fields are equal.

    Attributes:
        grain: the finest grain that may pass; coarser ones may as well.
        conditions: what must hold, all of them.
    """

    grain: Grain
    conditions: tuple[Condition, ...] = ()


_CONTENT = Opening("individual content")
_FACT = Opening("individual fact")
_COUNTS = Opening("district", ("enough teachers",))
_ON_REQUEST = Opening("individual content", ("released by the teacher",))
_STUDY = Opening("district", ("approved by the host", "enough teachers"))

VISIBILITY: Mapping[Kind, Mapping[Audience, Opening]] = FrozenMap(
    {
        "walkthrough": FrozenMap(
            {
                "teacher": Opening("individual content", ("observer calibrated",)),
                "author": _CONTENT,
                "coach": Opening("individual content", ("agreed with the coach", "observer calibrated")),
                "building": Opening("individual content", ("for improvement",)),
                "evaluator": _ON_REQUEST,
                "researcher": Opening("individual fact", ("approved by the host",)),
            }
        ),
        "visit": FrozenMap(
            {
                "teacher": _FACT,
                "author": _FACT,
                "coach": _FACT,
                "building": _FACT,
                "district": _COUNTS,
                "researcher": _STUDY,
            }
        ),
        "coaching content": FrozenMap(
            {"teacher": _CONTENT, "author": _CONTENT, "coach": _CONTENT, "evaluator": _ON_REQUEST}
        ),
        "coaching facts": FrozenMap(
            {
                "teacher": _FACT,
                "author": _FACT,
                "coach": _FACT,
                "building": Opening("individual fact", ("facts by agreement",)),
                "district": _COUNTS,
                "researcher": _STUDY,
            }
        ),
        "needs": FrozenMap(
            {
                "teacher": _FACT,
                "author": _FACT,
                "coach": _FACT,
                "team": Opening("team", ("enough teachers",)),
                "building": Opening("building", ("enough teachers",)),
                "district": _COUNTS,
                "researcher": _STUDY,
            }
        ),
        "disaggregated data": FrozenMap(
            {
                "teacher": Opening("building", ("observers calibrated", "released")),
                "author": Opening("team"),
                "coach": Opening("team"),
                "team": Opening("team", ("enough teachers", "observers calibrated")),
                "building": Opening("team"),
                "district": _COUNTS,
                "researcher": _STUDY,
            }
        ),
        "building data": FrozenMap(
            {
                "teacher": Opening("building", ("observers calibrated",)),
                "author": Opening("building"),
                "coach": Opening("building"),
                "team": Opening("building", ("observers calibrated",)),
                "building": Opening("building"),
                "district": Opening("building"),
                "evaluator": Opening("district", ("published",)),
                "researcher": Opening("building", ("approved by the host",)),
            }
        ),
        "calibration": FrozenMap(
            {"author": _CONTENT, "building": _FACT, "district": _FACT, "researcher": _STUDY}
        ),
        "model teacher": FrozenMap(
            {
                "teacher": Opening("individual fact", ("policy tells",)),
                "author": _FACT,
                "team": Opening("individual fact", ("consent",)),
                "building": _FACT,
                "district": Opening("individual fact", ("consent",)),
            }
        ),
        "leader coaching": FrozenMap(
            {
                "coach": _CONTENT,
                "building": Opening("individual content", ("oneself",)),
                "district": _FACT,
                "evaluator": _ON_REQUEST,
            }
        ),
    }
)
"""The openings by kind and audience; what is not there is refused."""

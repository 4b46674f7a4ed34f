"""Proposals to replace an item or keep it as a sentinel, and the version that a decision makes."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from ilr.base import InvalidInput, LineageKind, Policy
from ilr.continuum import LevelScale
from ilr.forms import (
    AtLeast,
    FidelityEvidence,
    Form,
    Item,
    Proposal,
    ReviewShare,
    comparable,
    evolve,
    form,
    propose_changes,
)

WALK = form("walk", look_fors=["aim", "talk"])
NEXT = Item(id="wait", scale=LevelScale.numbered(4))


def seen(*lower: float, count: float = 25, stabilised: bool | None = None) -> FidelityEvidence:
    """Evidence on the aim from reviews of equal size."""
    reviews = tuple(ReviewShare(lower=one, count=count) for one in lower)
    return FidelityEvidence(item="aim", reviews=reviews, stabilised=stabilised)


def proposed(evidence: FidelityEvidence, of: Form = WALK) -> str:
    """What is proposed, or why nothing is, in words."""
    return str(propose_changes(of, [evidence], Policy()))


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (seen(0.7, 0.7), "replace aim: the share at fidelity is at least 0.70 in 2 reviews, of 0.70"),
        (seen(0.1, 0.8, 0.95), "replace aim: the share at fidelity is at least 0.80 in 2 reviews, of 0.70"),
        (
            seen(0.8, 0.9, 0.95, stabilised=True),
            (
                "sentinel aim: the share at fidelity is at least 0.90 in 2 reviews, of 0.70; "
                "the share at fidelity is at least 0.90, of 0.90, and stable"
            ),
        ),
        (
            seen(0.9, 0.89, stabilised=True),
            "replace aim: the share at fidelity is at least 0.89 in 2 reviews, of 0.70",
        ),
        (
            seen(0.89, 0.9, stabilised=True),
            "replace aim: the share at fidelity is at least 0.89 in 2 reviews, of 0.70",
        ),
        (seen(0.95), "keep aim: 1 of at least 2 reviews"),
        (seen(0.9, 0.9, count=19), "keep aim: 19 of at least 20 observations in a review"),
        (
            seen(0.9, 0.69),
            "keep aim: the share at fidelity is at least 0.69 in a review, below 0.70",
        ),
    ],
)
def test_bounds_counts_and_stability_decide(evidence: FidelityEvidence, expected: str) -> None:
    """Two sound reviews propose a successor, a settled series a sentinel, and else the item stays."""
    assert proposed(evidence) == expected


def test_the_policy_decides_on_every_number() -> None:
    """Another policy draws other lines, and the proposal names it."""
    policy = Policy(
        version="ours", fidelity=0.5, fidelity_reviews=1, fidelity_count=5, retirement=0.6, sentinel=1
    )
    found = propose_changes(WALK, [seen(0.6, count=5, stabilised=True)], policy).proposals
    assert [(one.kind, one.every, one.policy) for one in found] == [("sentinel", 2, "ours")]
    assert str(propose_changes(WALK, [], policy)) == "no evidence"


def test_evidence_is_on_scale_items_once() -> None:
    """Items without levels and repeated items are refused together."""
    notes = FidelityEvidence(item="notes")
    with pytest.raises(InvalidInput) as raised:
        propose_changes(WALK, [seen(0.9), notes, seen(0.9)], Policy())
    assert [(one.code, one.path) for one in raised.value.problems] == [
        ("evidence.item", "evidence[1].item"),
        ("evidence.repeated", "evidence[2].item"),
    ]


def test_a_share_lies_between_none_and_all() -> None:
    """A bound above 1 and a negative count are refused together."""
    with pytest.raises(InvalidInput) as raised:
        ReviewShare(lower=1.2, count=-1)
    assert [one.code for one in raised.value.problems] == ["evidence.share", "evidence.count"]


def the_proposal(evidence: FidelityEvidence, of: Form = WALK) -> Proposal:
    """The one proposal that evidence leads to."""
    (found,) = propose_changes(of, [evidence], Policy()).proposals
    return found


def test_a_decision_replaces_an_item_in_the_next_version() -> None:
    """The successor stands in its place, the former id is kept from reuse, and no trend joins the two."""
    new = evolve(WALK, the_proposal(seen(0.8, 0.8)), decision_id="d7", successor=NEXT)
    assert [item.id for item in new] == ["wait", "talk", "notes"]
    assert (new.version, new.follows, new.decisions) == ("2.0.0", "1.0.0", ("d7",))
    assert new.retired == ("aim",)
    assert [one.kind for one in new.lineage] == [LineageKind.REPLACED, LineageKind.SAME, LineageKind.SAME]
    assert not comparable(WALK, new, "wait")
    assert comparable(WALK, new, "talk")


def test_a_decision_makes_a_sentinel_that_is_still_compared() -> None:
    """A sentinel keeps its id and its trend, is asked now and then, and is not proposed again."""
    new = evolve(WALK, the_proposal(seen(0.9, 0.9, stabilised=True)), decision_id="d8")
    assert new["aim"].sentinel == Policy().sentinel
    assert comparable(WALK, new, "aim")
    assert new.retired == ()
    asked = ["aim" in [item.id for item in new.next_items({}, visit=visit)] for visit in range(8)]
    assert sum(asked) == 2
    assert proposed(seen(0.99, 0.99), new) == "keep aim: it is a sentinel already"


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({"decision_id": " "}, ["evolve.decision"]),
        ({"successor": None}, ["evolve.successor"]),
        ({"successor": WALK["talk"]}, ["evolve.reused"]),
        ({"form": attrs.evolve(WALK, version="1.1.0")}, ["evolve.form"]),
        ({"form": attrs.evolve(WALK, retired=("wait",))}, ["evolve.reused"]),
        ({"form": form("walk", look_fors=["talk"])}, ["evolve.form"]),
    ],
)
def test_nothing_changes_without_a_decision_and_a_fitting_proposal(
    facts: dict[str, Any], codes: list[str]
) -> None:
    """A missing decision, another form, no successor or a used id leaves the form as it is."""
    given: dict[str, Any] = {"form": WALK, "decision_id": "d7", "successor": NEXT, **facts}
    with pytest.raises(InvalidInput) as raised:
        evolve(
            given["form"],
            the_proposal(seen(0.8, 0.8)),
            decision_id=given["decision_id"],
            successor=given["successor"],
        )
    assert [one.code for one in raised.value.problems] == codes


def test_what_waits_for_a_replaced_item_must_be_settled_first() -> None:
    """A condition on the item that goes is told, rather than dropped."""
    depth = Item(id="depth", kind="text", visible_when=AtLeast("aim", 3))
    deeper = attrs.evolve(WALK, items=(*WALK.items, depth))
    with pytest.raises(InvalidInput, match=r"condition\.item"):
        evolve(deeper, the_proposal(seen(0.8, 0.8), deeper), decision_id="d7", successor=NEXT)

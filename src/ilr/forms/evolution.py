"""Evolution: which items a form should replace or keep as sentinels, and the version that a decision makes.

Here belong the evidence that a proposal needs, as plain numbers, the proposals and the next version. Not
here: where the numbers come from; whoever holds the ratings computes bounds and counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import attrs

from ilr.base import (
    Checker,
    Lineage,
    LineageKind,
    Policy,
    Reason,
    diff,
    listed,
    propose_version,
    read_only,
    words,
)
from ilr.forms._translations import kept_places, texts_of
from ilr.forms.definition import Form
from ilr.forms.groups import Element, items_of, rebuilt
from ilr.forms.items import Item

__all__ = [
    "FidelityEvidence",
    "FormProposals",
    "Proposal",
    "ReviewShare",
    "StayingItem",
    "evolve",
    "propose_changes",
]


@attrs.frozen(kw_only=True)
class ReviewShare:
    """What one review found of one item. Equal when all fields are equal.

    Attributes:
        lower: one-sided lower bound of the share at fidelity, from 0 to 1.
        count: effective number of observations behind it.

    Raises:
        InvalidInput: for a bound outside 0 to 1 or a negative count.
    """

    lower: float
    count: float

    def __attrs_post_init__(self) -> None:
        check = Checker("ReviewShare")
        check(0 <= self.lower <= 1, "evidence.share", "lower", "is no share", expected="0 to 1")
        check(self.count >= 0, "evidence.count", "count", "is negative", expected="0 or more")
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class FidelityEvidence:
    """What consecutive reviews found of one item, earliest first. Equal when all fields are equal.

    Attributes:
        item: id of the item.
        reviews: one share a review.
        stabilised: whether its series has settled; None when nobody can tell.
    """

    item: str
    reviews: tuple[ReviewShare, ...] = ()
    stabilised: bool | None = None


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Proposal:
    """A change of one item that people may decide on (ILR-4b.GB.2). Equal when all fields are equal.

    Attributes:
        kind: ``replace`` by another practice, or keep as a ``sentinel`` that is asked now and then.
        item: id of the item.
        form: id of the form.
        version: the version that it was made for.
        every: visits for one question, for a sentinel.
        reasons: what speaks for it.
        policy: version of the policy that was used.
    """

    kind: Literal["replace", "sentinel"]
    item: str
    form: str
    version: str
    every: int | None = None
    reasons: tuple[Reason, ...] = ()
    policy: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.item}: {'; '.join(words(one) for one in self.reasons)}"


@attrs.frozen
class StayingItem:
    """An item with evidence that stays as it is, and why. Equal when all fields are equal."""

    item: str
    reason: Reason

    def __str__(self) -> str:
        return f"keep {self.item}: {words(self.reason)}"


@attrs.frozen(kw_only=True, field_transformer=read_only)
class FormProposals:
    """What a form should change, and why the other items stay. Equal when all fields are equal.

    Attributes:
        proposals: in the order of the form.
        staying: the other items with evidence, and why they stay as they are.
    """

    proposals: tuple[Proposal, ...] = ()
    staying: tuple[StayingItem, ...] = ()

    def __str__(self) -> str:
        return "\n".join(map(str, (*self.proposals, *self.staying))) or "no evidence"


def propose_changes(form: Form, evidence: Iterable[FidelityEvidence], policy: Policy) -> FormProposals:
    """Propose which items to replace and which to keep as sentinels; nothing is deleted.

    An item whose lower bound reached P-FID in each of the last P-FIDREVIEWS reviews, of P-FIDN observations or
    more each, may be replaced. When all those bounds reached P-RETIRE and the series has settled, it rather
    becomes a sentinel: asked now and then, so that nobody misses it slipping.

    Args:
        form: the form in use.
        evidence: what the reviews found, one record an item.
        policy: the thresholds.

    Returns:
        The proposals, and for each other item with evidence the reason why it stays.

    Raises:
        InvalidInput: listing evidence on items that the form lacks or that take no level, and items with
            two records.
    """
    check = Checker("propose_changes")
    given: dict[str, FidelityEvidence] = {}
    known = {item.id for item in form if item.kind == "scale"}
    for place, one in enumerate(evidence):
        path = f"evidence[{place}].item"
        check(one.item in known, "evidence.item", path, "is no scale item", expected=listed(sorted(known)))
        check(one.item not in given, "evidence.repeated", path, "comes twice", expected="one an item")
        given[one.item] = one
    check.done()
    proposals: list[Proposal] = []
    staying: list[StayingItem] = []
    for item in form:
        if item.id in given:
            found = _judge(item, given[item.id], form, policy)
            if isinstance(found, Proposal):
                proposals.append(found)
            else:
                staying.append(StayingItem(item.id, found))
    return FormProposals(proposals=tuple(proposals), staying=tuple(staying))


def _judge(item: Item, evidence: FidelityEvidence, form: Form, policy: Policy) -> Proposal | Reason:
    last = evidence.reviews[-policy.fidelity_reviews :]
    if item.sentinel is not None:
        return Reason.of("IS_SENTINEL")
    if len(last) < policy.fidelity_reviews:
        return Reason.of("FEW_REVIEWS", n=len(last), least=policy.fidelity_reviews)
    fewest, lowest = min(one.count for one in last), min(one.lower for one in last)
    if fewest < policy.fidelity_count:
        return Reason.of("FEW_OBSERVATIONS", n=fewest, least=policy.fidelity_count)
    if lowest < policy.fidelity:
        return Reason.of("BELOW_FIDELITY", lower=lowest, least=policy.fidelity)
    settled = lowest >= policy.retirement and evidence.stabilised is True
    reasons = [Reason.of("AT_FIDELITY", lower=lowest, reviews=len(last), least=policy.fidelity)]
    if settled:
        reasons.append(Reason.of("SETTLED", lower=lowest, least=policy.retirement))
    return Proposal(
        kind="sentinel" if settled else "replace",
        item=item.id,
        form=form.id,
        version=form.version,
        every=max(2, policy.sentinel) if settled else None,
        reasons=tuple(reasons),
        policy=policy.version,
    )


def evolve(form: Form, proposal: Proposal, *, decision_id: str, successor: Item | None = None) -> Form:
    """Make the next version of a form, as people decided (ILR-4a.KI.1).

    Args:
        form: the version that the proposal was made for.
        proposal: the proposal that was adopted.
        decision_id: id of the decision; without one there is no next version.
        successor: the item that takes the place of a replaced one.

    Returns:
        The next version with the lineage of every item. An id that ends is kept among the retired.

    Raises:
        InvalidInput: for no decision, a proposal for another form or version, a replacement without
            successor or under an id that was used, and whatever `Form` refuses, such as a condition on the
            replaced item.
    """
    check = Checker("evolve")
    check(bool(decision_id.strip()), "evolve.decision", "decision_id", "is missing", expected="a decision")
    fits = (proposal.form, proposal.version) == (form.id, form.version)
    fits = fits and proposal.item in {item.id for item in form}
    check(fits, "evolve.form", "proposal", "was made for another form", expected="this version of it")
    check(
        (successor is not None) == (proposal.kind == "replace"),
        "evolve.successor",
        "successor",
        "does not go with the proposal",
        expected="an item for a replacement and none for a sentinel",
    )
    used = {item.id for item in form} | set(form.retired)
    check(
        successor is None or successor.id not in used,
        "evolve.reused",
        "successor.id",
        "was used for another question",
        expected="an id of its own",
    )
    check.done()

    def became(element: Element) -> Element:
        if element.id != proposal.item or not isinstance(element, Item):
            return element
        return attrs.evolve(element, sentinel=proposal.every) if successor is None else successor

    items = rebuilt(form.items, became)
    lineage = [
        Lineage(
            kind=LineageKind.SAME if old.id == made.id else LineageKind.REPLACED,
            old=(old.id,),
            new=(made.id,),
        )
        for old, made in zip(form, items_of(items), strict=True)
    ]
    new = attrs.evolve(
        form,
        items=items,
        translations=kept_places(form.translations, texts_of(items, form.constraints)),
        follows=form.version,
        lineage=tuple(lineage),
        decisions=(decision_id,),
        retired=form.retired if successor is None else (*form.retired, proposal.item),
    )
    return attrs.evolve(new, version=propose_version(form.version, diff(form, new)))

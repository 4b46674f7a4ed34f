"""Overlays: a framework in another language or in the words of a district.

Here belong overlays and how they are laid over a framework. Only texts change; codes, rules and order
never do, so that verdicts and ratings under an overlay are those of the framework itself.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from ilr.base import Checker, Diagnostic, FrozenMap, listed, read_only
from ilr.continuum._page import Page
from ilr.continuum.framework import Area, Criterion, Framework, Indicator, Practice, StageDescriptor

__all__ = ["Overlay", "check_overlay", "from_page", "lay", "missing", "texts"]

Say = Callable[[str, str], str]
"""What to say at a place, given its address and the text that stands there."""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Overlay:
    """Texts to be shown in place of those of a framework. Equal when all fields are equal.

    `texts` of this module lists every address of a framework with the text that stands there: a
    criterion by its id, a stage as ``ILR-1.GS``, a reason as ``ILR-3.KI.1>ILR-3.GS.3``, and
    ``practice:ILR-1``, ``indicator:ILR-1``, ``area:monitor``, ``purpose:monitor``, ``framework``.

    Attributes:
        framework: id of the framework that it is for.
        label: what it is, for example ``Spanish`` or ``Terms of the district``.
        language: BCP 47 tag of the language of the texts; None where only terms change.
        source: who wrote the texts.
        licence: under which licence, as an SPDX expression or in words.
        texts: text by address.
        left_out: addresses that a page had texts for and the framework does not have.

    Raises:
        InvalidInput: for a missing label, source or licence, or an empty language.
    """

    framework: str
    label: str
    source: str
    licence: str
    language: str | None = None
    texts: FrozenMap[str, str] = attrs.field(factory=FrozenMap, repr=lambda texts: f"<{len(texts)} texts>")
    left_out: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("Overlay")
        for name in ("label", "source", "licence"):
            check(bool(getattr(self, name).strip()), "overlay.missing", name, "is missing")
        check(self.language != "", "overlay.missing", "language", "is empty", expected="a tag, or None")
        check.done()


def texts(framework: Framework) -> FrozenMap[str, str]:
    """Every text of a framework by its address, in order; what a translator starts from.

    Example:
        >>> from ilr.continuum import packs
        >>> texts(packs.load("leadership-system"))["indicator:LS-12a"]
        'Partnerships between leaders'
    """
    found: dict[str, str] = {}

    def note(address: str, text: str) -> str:
        found[address] = text
        return text

    _said(framework, note)
    return FrozenMap(found)


def from_page(
    framework: Framework, page: Page, *, label: str, source: str, licence: str, language: str | None = None
) -> Overlay:
    """The texts of a published page as an overlay for a framework.

    Cells and headings go to their stages and practices; criteria keep their own words, because a page does
    not print them one by one.

    Args:
        framework: the framework that the page is about.
        page: what `ilr.continuum.reading` read.
        label: what the overlay is.
        source: who wrote the page.
        licence: under which licence its words may be shown.
        language: BCP 47 tag, where the page is in another language than the framework.

    Returns:
        The overlay; what the page has and the framework does not stands in its ``left_out``.
    """
    found = {**page.texts, **{f"practice:{code}": title for code, title in page.titles.items()}}
    known = texts(framework)
    return Overlay(
        framework=framework.id,
        label=label,
        source=source,
        licence=licence,
        language=language,
        texts=FrozenMap({address: text for address, text in found.items() if address in known}),
        left_out=tuple(address for address in found if address not in known),
    )


def check_overlay(framework: Framework, overlay: Overlay) -> tuple[Diagnostic, ...]:
    """Everything that keeps an overlay from being laid over a framework; empty when nothing does.

    Another framework, addresses that the framework does not have, and empty texts.
    """
    check = Checker("Overlay")
    check(
        overlay.framework == framework.id,
        "overlay.framework",
        "framework",
        "is another framework",
        expected=framework.id,
    )
    known = texts(framework)
    for address, text in overlay.texts.items():
        check(
            address in known,
            "overlay.unknown",
            f"texts[{address}]",
            "is no place of this framework",
            expected=f"an address such as {listed(known, most=3)}",
        )
        check(bool(text.strip()), "overlay.empty", f"texts[{address}]", "is empty", expected="a text")
    return tuple(check.problems)


def lay(framework: Framework, overlay: Overlay) -> Framework:
    """The framework with the texts of an overlay; where it has none, the framework's own stay.

    Args:
        framework: the framework.
        overlay: an overlay for it.

    Returns:
        A framework of equal structure hash; its language is that of the overlay, where it names one.

    Raises:
        InvalidInput: listing every unknown address and every empty text.
    """
    check = Checker("Overlay")
    check.add(check_overlay(framework, overlay))
    check.done()
    said = _said(framework, lambda address, text: overlay.texts.get(address, text))
    return said if overlay.language is None else attrs.evolve(said, language=overlay.language)


def missing(framework: Framework, overlay: Overlay) -> tuple[str, ...]:
    """The addresses whose text an overlay leaves as it is, in order; empty texts need none."""
    return tuple(
        address for address, text in texts(framework).items() if text.strip() and address not in overlay.texts
    )


def _said(framework: Framework, say: Say) -> Framework:
    """The framework with every text said anew, each asked for once and in order."""

    def criterion(one: Criterion) -> Criterion:
        condition = say(one.id, one.condition)
        why = {lower: say(f"{one.id}>{lower}", reason) for lower, reason in one.why.items()}
        return attrs.evolve(one, condition=condition, why=FrozenMap(why))

    def cells(holder: Practice | Indicator) -> tuple[StageDescriptor, ...]:
        return tuple(
            attrs.evolve(
                cell,
                text=say(f"{holder.code}.{cell.stage.abbreviation}", cell.text),
                criteria=tuple(criterion(one) for one in cell.criteria),
                notes=tuple(criterion(one) for one in cell.notes),
            )
            for cell in holder.stages
        )

    def indicator(one: Indicator) -> Indicator:
        return attrs.evolve(one, title=say(f"indicator:{one.code}", one.title), stages=cells(one))

    def practice(one: Practice) -> Practice:
        return attrs.evolve(
            one,
            title=say(f"practice:{one.code}", one.title),
            stages=cells(one),
            indicators=tuple(indicator(each) for each in one.indicators),
        )

    def area(one: Area) -> Area:
        return attrs.evolve(
            one,
            title=say(f"area:{one.id}", one.title),
            purpose=say(f"purpose:{one.id}", one.purpose),
            practices=tuple(practice(each) for each in one.practices),
        )

    title = say("framework", framework.title)
    return attrs.evolve(framework, title=title, areas=tuple(area(one) for one in framework.areas))

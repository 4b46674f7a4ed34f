"""The texts of a form by their place, and the form with other texts.

A place is the id of what bears the text and what the text is, for example ``q1.label``,
``q1.choices.yes.label``, ``q1.scale.3.descriptor`` or ``adds-up.message``. Codes are never translated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from ilr.base import Checker, Diagnostic, FrozenMap, InvalidInput, listed
from ilr.continuum.lookfors import LevelCode
from ilr.forms.groups import Constraint, Element, near, places_of, rebuilt
from ilr.forms.items import Item

__all__ = [
    "Catalogues",
    "check_translations",
    "in_catalogue",
    "kept_places",
    "texts_of",
    "translated",
    "untranslated",
    "warnings_of",
]

Catalogues = FrozenMap[str, FrozenMap[str, str]]
"""Texts by place, by language."""


def in_catalogue(given: Any) -> Catalogues:
    """Texts by language and place that cannot be written to."""
    if not isinstance(given, Mapping) or not all(isinstance(texts, Mapping) for texts in given.values()):
        expected = "a mapping from language to a mapping from place to text"
        problem = Diagnostic(
            code="record.shape", path="translations", message="has another shape", expected=expected
        )
        raise InvalidInput("translations", (problem,))
    return FrozenMap({language: FrozenMap(texts) for language, texts in given.items()})


def texts_of(elements: Iterable[Element], constraints: Iterable[Constraint]) -> dict[str, str]:
    """Every text of a form by its place; places without a text have an empty one."""
    found: dict[str, str] = {}
    for element in (place.element for place in places_of(elements)):
        found[f"{element.id}.label"] = element.label
        if isinstance(element, Item):
            found.update(_texts_of_codes(element))
    return found | {f"{one.id}.message": one.message for one in constraints}


def _texts_of_codes(item: Item) -> Iterator[tuple[str, str]]:
    for level in item.scale.levels if item.scale else ():
        yield f"{item.id}.scale.{_written(level.code)}.label", level.label
        yield f"{item.id}.scale.{_written(level.code)}.descriptor", level.descriptor
    for choice in item.choices:
        yield f"{item.id}.choices.{choice.code}.label", choice.label


def _written(code: LevelCode) -> str:
    return code if isinstance(code, str) else f"{code:g}"


def check_translations(
    catalogues: Catalogues, language: str, places: Mapping[str, str], check: Checker
) -> None:
    """Note the form's own language among its translations, and places that the form lacks."""
    check(
        language not in catalogues,
        "form.language",
        f"translations.{language}",
        "is the language of the form itself",
        expected="other languages",
    )
    for other, texts in catalogues.items():
        for place in texts:
            check(
                place in places,
                "form.place",
                f"translations.{other}.{place}",
                "is no place of the form",
                expected=listed(places, most=4),
                hint=near(place, places),
            )


def kept_places(catalogues: Mapping[str, Mapping[str, str]], places: Mapping[str, str]) -> Catalogues:
    """The translations without places that the form no longer has."""
    return in_catalogue(
        {
            language: {place: text for place, text in texts.items() if place in places}
            for language, texts in catalogues.items()
        }
    )


def untranslated(catalogues: Catalogues, places: Mapping[str, str]) -> FrozenMap[str, tuple[str, ...]]:
    """The places with a text of the form and none of a language, for each language."""
    return FrozenMap(
        {
            language: tuple(
                place for place, own in places.items() if own.strip() and not texts.get(place, "").strip()
            )
            for language, texts in catalogues.items()
        }
    )


def warnings_of(missing: Mapping[str, tuple[str, ...]]) -> Iterator[Diagnostic]:
    """A warning for each place that lacks a text in a language."""
    for language, places in missing.items():
        for place in places:
            yield Diagnostic(
                code="form.untranslated",
                path=f"translations.{language}.{place}",
                message="is missing, so the text of the form stands in its place",
                expected="a text",
                severity="warning",
            )


def translated(
    elements: Iterable[Element], constraints: Iterable[Constraint], texts: Mapping[str, str]
) -> tuple[tuple[Element, ...], tuple[Constraint, ...]]:
    """Elements and constraints with the texts of a language, and their own where it has none."""

    def text(place: str, own: str) -> str:
        return own if not texts.get(place, "").strip() else texts[place]

    def change(element: Any) -> Any:
        made = attrs.evolve(element, label=text(f"{element.id}.label", element.label))
        return _translated_codes(made, text) if isinstance(made, Item) else made

    told = (attrs.evolve(one, message=text(f"{one.id}.message", one.message)) for one in constraints)
    return rebuilt(elements, change), tuple(told)


def _translated_codes(item: Item, text: Any) -> Item:
    choices = (
        attrs.evolve(one, label=text(f"{item.id}.choices.{one.code}.label", one.label))
        for one in item.choices
    )
    made = attrs.evolve(item, choices=tuple(choices))
    if item.scale is None:
        return made
    levels = []
    for level in item.scale.levels:
        place = f"{item.id}.scale.{_written(level.code)}"
        levels.append(
            attrs.evolve(
                level,
                label=text(f"{place}.label", level.label),
                descriptor=text(f"{place}.descriptor", level.descriptor),
            )
        )
    return attrs.evolve(made, scale=attrs.evolve(item.scale, levels=tuple(levels)))

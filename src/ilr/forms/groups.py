"""Groups, repeats and constraints: what several items of a form have in common.

Here belong groups of items under one condition, groups that are asked once an entry, and the conditions that
a finished record must not break. Not here: one item (`ilr.forms.items`), or the form that holds them
(`ilr.forms.definition`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

import attrs

from ilr.base import WORDING, Checker, read_only
from ilr.continuum.lookfors import LevelCode
from ilr.forms.conditions import Condition, counts_of_entries, dependencies
from ilr.forms.items import Item

__all__ = ["Constraint", "Element", "Group", "Repeat"]

MOST_NESTED = 4
"""How many groups may stand one in the other."""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Group:
    """Items that are asked together, on one condition. Equal when all fields are equal.

    Attributes:
        id: stable code, unlike that of every item and group of the form.
        items: items, and groups in turn.
        label: what the form prints.
        visible_when: when anything of it is asked, beside the condition of each item; always when None.

    Raises:
        InvalidInput: for a group without items.
    """

    id: str
    items: tuple[Element, ...]
    label: str = attrs.field(default="", metadata=WORDING)
    visible_when: Condition | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Group")
        _check_items(self.items, check)
        check.done()

    @property
    def name(self) -> str:
        """The label, or the id where there is none."""
        return self.label or self.id


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Repeat:
    """Items that are asked once an entry, such as a segment of the lesson. Equal when all fields are equal.

    A condition inside reads the items of the same entry; one outside counts entries with `EntriesAtLeast`.

    Attributes:
        id: stable code, unlike that of every item and group of the form.
        items: items, and groups in turn; no further repeat.
        label: what the form prints.
        visible_when: when it is asked; always when None.
        least: fewest entries that a record needs while it is asked.
        most: most entries, None for no bound.

    Raises:
        InvalidInput: listing a repeat without items and bounds in the wrong order.
    """

    id: str
    items: tuple[Element, ...]
    label: str = attrs.field(default="", metadata=WORDING)
    visible_when: Condition | None = None
    least: int = 0
    most: int | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Repeat")
        _check_items(self.items, check)
        check(
            0 <= self.least <= (max(1, self.least) if self.most is None else self.most) and self.most != 0,
            "repeat.bounds",
            "most",
            "are no numbers of entries",
            expected="a least from 0 and a most from 1, in order",
        )
        check.done()

    @property
    def name(self) -> str:
        """The label, or the id where there is none."""
        return self.label or self.id


def _check_items(items: tuple[Element, ...], check: Checker) -> None:
    check(bool(items), "group.empty", "items", "are missing", expected="one or more items")


Element = Item | Group | Repeat
"""What a form is made of."""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Constraint:
    """What must not be false of the answers of a finished record. Equal when all fields are equal.

    Attributes:
        id: stable code, unlike that of every item and group of the form.
        condition: what is asked of the answers in effect; unknown will do.
        message: what the form says where it is false.
        items: ids of the items to look at.
    """

    id: str
    condition: Condition
    message: str = attrs.field(metadata=WORDING)
    items: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Place:
    """Where an item, group or repeat of a form stands.

    Attributes:
        element: the item, group or repeat.
        path: its path in the form.
        within: the groups and repeats around it, the outermost first.
    """

    element: Element
    path: str
    within: tuple[Group | Repeat, ...]

    @property
    def parent(self) -> str | None:
        """Id of the group right around it."""
        return self.within[-1].id if self.within else None

    @property
    def repeat(self) -> str | None:
        """Id of the repeat in whose entries it stands."""
        return next((one.id for one in self.within if isinstance(one, Repeat)), None)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Its condition and those of the groups around it, the outermost first."""
        found = (one.visible_when for one in (*self.within, self.element))
        return tuple(one for one in found if one is not None)


def places_of(
    elements: Iterable[Element], path: str = "items", within: tuple[Group | Repeat, ...] = ()
) -> Iterator[Place]:
    """Every item, group and repeat with its place, in the order of the form."""
    for number, element in enumerate(elements):
        place = Place(element=element, path=f"{path}[{number}]", within=within)
        yield place
        if not isinstance(element, Item):
            yield from places_of(element.items, f"{place.path}.items", (*within, element))


def items_of(elements: Iterable[Element]) -> Iterator[Item]:
    """Every item, those of groups among them, in the order of the form."""
    return (place.element for place in places_of(elements) if isinstance(place.element, Item))


def rebuilt(elements: Iterable[Element], change: Callable[[Any], Any]) -> tuple[Element, ...]:
    """The elements with each item, group and repeat as a function changes it, groups after what they hold."""
    return tuple(
        change(one if isinstance(one, Item) else attrs.evolve(one, items=rebuilt(one.items, change)))
        for one in elements
    )


def uses(element: Element) -> Iterator[tuple[str, Condition]]:
    """Every condition of an element with the field that holds it."""
    if element.visible_when is not None:
        yield "visible_when", element.visible_when
    if not isinstance(element, Item):
        return
    if element.required_when is not None:
        yield "required_when", element.required_when
    for number, choice in enumerate(element.choices):
        if choice.offered_when is not None:
            yield f"choices[{number}].offered_when", choice.offered_when


def reads(condition: Condition, places: Mapping[str, Place]) -> tuple[str, ...]:
    """The items and repeats that a condition reads itself, without what it reads in entries that it counts."""
    counted = {one.repeat for one in counts_of_entries(condition)}
    ids = sorted(dependencies(condition))
    return tuple(id for id in ids if id in places and places[id].repeat not in counted)


def labels_of(places: Iterable[Place]) -> dict[tuple[str, LevelCode], str]:
    """What the codes of items are called."""
    made: dict[tuple[str, LevelCode], str] = {}
    for item in (place.element for place in places):
        if isinstance(item, Item):
            levels = item.scale.levels if item.scale else ()
            made |= {(item.id, level.code): level.label for level in levels}
            made |= {(item.id, choice.code): choice.label for choice in item.choices}
    return made


def near(id: str, known: Iterable[str]) -> str:
    """A hint to the closest of the known ids."""
    found = get_close_matches(id, list(known), n=1)
    return f"did you mean {found[0]}?" if found else ""

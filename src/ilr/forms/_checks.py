"""What must hold of the items, groups and conditions of a form for it to be built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ilr.base import Checker, Lineage, listed
from ilr.forms._answers import is_moment
from ilr.forms.conditions import (
    MOST_DEPTH,
    MOST_PARTS,
    Answered,
    Comparison,
    Condition,
    CountAtLeast,
    EntriesAtLeast,
    Equals,
    OneOf,
    codes_of,
    counts_of_entries,
    direct_parts,
    too_large,
)
from ilr.forms.groups import MOST_NESTED, Constraint, Place, Repeat, near, reads, uses
from ilr.forms.items import Item, same_code

__all__ = ["check_conditions", "check_ids", "check_lineage_of"]

_MOMENTS = ("date", "time")


def check_ids(
    found: Sequence[Place], constraints: Sequence[Constraint], retired: Sequence[str], check: Checker
) -> None:
    """Note repeated ids, ids of retired items, and groups too deep in one another."""
    ids = [*(place.element.id for place in found), *(one.id for one in constraints)]
    twice = dict.fromkeys(id for id in ids if ids.count(id) > 1)
    check(
        not twice,
        "form.repeated",
        "items",
        f"repeat an id: {listed(twice)}",
        expected="an id of its own for each item, group and constraint",
    )
    for place in found:
        check(
            place.element.id not in retired,
            "form.reused",
            f"{place.path}.id",
            "is the id of a retired item",
            expected="an id of its own for each question",
        )
        nested = isinstance(place.element, Repeat) and place.repeat is not None
        check(
            not nested and len(place.within) <= MOST_NESTED,
            "form.nested",
            place.path,
            "stands too deep in other groups",
            expected=f"at most {MOST_NESTED} groups in one another, and no repeat in a repeat",
        )


def check_conditions(places: Mapping[str, Place], constraints: Sequence[Constraint], check: Checker) -> None:
    """Note conditions that do not fit the items they read, and items that wait for each other."""
    fit = _Fit(places, check)
    waits: dict[str, tuple[str, ...]] = {}
    for id, place in places.items():
        for name, condition in uses(place.element):
            sized = fit.check_whole(condition, f"{place.path}.{name}", place.repeat)
            if sized and name == "visible_when":
                waits[id] = _waits_for(condition, place.repeat, places)
        waits[id] = (*waits.get(id, ()), *((place.parent,) if place.parent else ()))
        if isinstance(place.element, Repeat):
            waits[_entries(id)] = (id, *(one for one, inner in places.items() if inner.repeat == id))
    for number, one in enumerate(constraints):
        fit.check_whole(one.condition, f"constraints[{number}].condition", None)
        check(
            all(isinstance(places[id].element, Item) if id in places else False for id in one.items),
            "constraint.item",
            f"constraints[{number}].items",
            "is no item of the form",
            expected=listed(places),
        )
    cycle = [node.removesuffix(_entries("")) for node in _cycle(waits)]
    check(not cycle, "form.cycle", "items", f"wait for each other: {' > '.join(cycle)}", expected="no cycle")


def check_lineage_of(lineage: Sequence[Lineage], known: Iterable[str], check: Checker) -> None:
    """Note a lineage of items that the form does not have."""
    known = tuple(known)
    for index, entry in enumerate(lineage):
        check(
            all(id in known for id in entry.new),
            "lineage.item",
            f"lineage[{index}].new",
            "is no item of the form",
            expected=listed(known),
        )
    for side in ("old", "new"):
        ids = [id for entry in lineage for id in getattr(entry, side)]
        check(
            len(set(ids)) == len(ids),
            "lineage.twice",
            f"lineage.{side}",
            "names an item twice",
            expected="each item once",
        )


def _entries(repeat: str) -> str:
    """The node that stands for all entries of a repeat, as `_cycle` sees it."""
    return f"{repeat}[]"


def _waits_for(condition: Condition, home: str | None, places: Mapping[str, Place]) -> tuple[str, ...]:
    counted = {one.repeat for one in counts_of_entries(condition)} - {home}
    return tuple(_entries(id) if id in counted else id for id in reads(condition, places))


class _Fit:
    """Whether conditions fit the items that they read."""

    def __init__(self, places: Mapping[str, Place], check: Checker) -> None:
        self.places, self.check = places, check
        self.items = [id for id, place in places.items() if isinstance(place.element, Item)]

    def check_whole(self, condition: Condition, path: str, home: str | None) -> bool:
        """Note what is wrong with a condition of something in the entries of a repeat, or of none."""
        sized = self.check(
            not too_large(condition),
            "condition.size",
            path,
            "is too large to follow",
            expected=f"at most {MOST_DEPTH} deep and of {MOST_PARTS} parts",
        )
        if sized:
            self._check(condition, path, (None, home), counted=False)
        return sized

    def _check(
        self, condition: Condition, path: str, scope: tuple[str | None, ...], *, counted: bool
    ) -> None:
        if isinstance(condition, CountAtLeast):
            self.check(
                1 <= condition.least <= len(condition.parts),
                "condition.count",
                path,
                "counts more parts than it has, or none",
                expected="from 1 to the number of parts",
            )
        if isinstance(condition, EntriesAtLeast):
            if not self._check_entries(condition, path, scope, counted=counted):
                return
            scope, counted = (*scope, condition.repeat), True
        for part in direct_parts(condition):
            self._check(part, path, scope, counted=counted)
        if isinstance(condition, Comparison):
            self._check_comparison(condition, path, scope)

    def _check_entries(
        self, condition: EntriesAtLeast, path: str, scope: tuple[str | None, ...], *, counted: bool
    ) -> bool:
        place = self.places.get(condition.repeat)
        repeats = [id for id, one in self.places.items() if isinstance(one.element, Repeat)]
        if place is None or not isinstance(place.element, Repeat):
            return self.check(
                False,
                "condition.item",
                path,
                "counts entries of an unknown repeat",
                expected=listed(repeats) or "a form with a repeat",
                hint=near(condition.repeat, repeats),
            )
        most = place.element.most
        self.check(
            condition.least >= 1 and (most is None or condition.least <= most),
            "condition.count",
            path,
            "counts more entries than there can be, or none",
            expected="from 1 to the most entries",
        )
        return self.check(
            not counted and condition.repeat not in scope,
            "condition.entries",
            path,
            "counts entries from inside of an entry",
            expected="a condition on the items of the entry",
        )

    def _check_comparison(self, leaf: Comparison, path: str, scope: tuple[str | None, ...]) -> None:
        place = self.places.get(leaf.item)
        item = None if place is None else place.element
        if place is None or not isinstance(item, Item):
            hint = near(leaf.item, self.items)
            self.check(
                False, "condition.item", path, "names an unknown item", expected=listed(self.items), hint=hint
            )
            return
        inside = self.check(
            place.repeat in scope,
            "condition.repeat",
            path,
            "reads an item of a repeat from outside of its entries",
            expected=f"EntriesAtLeast({place.repeat!r}, ...), which counts entries",
        )
        if not inside or isinstance(leaf, Answered):
            return
        by_code = isinstance(leaf, OneOf | Equals)
        ordered = item.kind in ("scale", "count", "number", *_MOMENTS)
        if self.check(
            ordered or (by_code and bool(item.codes)),
            "condition.kind",
            path,
            "compares with what the item does not take",
            expected="an item with codes, numbers or days"
            if by_code
            else "an item with levels, numbers or days",
        ):
            codes = codes_of(leaf)
            known = {"count": "numbers", "number": "numbers", "date": "dates", "time": "times of day"}
            self.check(
                all(_takes(item, code) for code in codes),
                "condition.level",
                path,
                "compares with an undeclared level",
                expected=known.get(item.kind) or listed(item.codes),
                hint=near(str(codes[0]), map(str, item.codes)) if codes and item.codes else "",
            )


def _takes(item: Item, code: object) -> bool:
    """Whether a condition may compare an item with a code."""
    if item.kind in ("count", "number"):
        return isinstance(code, int | float) and not isinstance(code, bool)
    if item.kind in _MOMENTS:
        return isinstance(code, str) and is_moment(item, code)
    return any(same_code(code, known) for known in item.codes)


def _cycle(edges: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    done: set[str] = set()

    def walk(node: str, trail: tuple[str, ...]) -> tuple[str, ...]:
        if node in trail:
            return (*trail[trail.index(node) :], node)
        if node in done or node not in edges:
            return ()
        found = next(filter(None, (walk(other, (*trail, node)) for other in sorted(edges[node]))), ())
        done.add(node)
        return found

    return next(filter(None, (walk(node, ()) for node in edges)), ())

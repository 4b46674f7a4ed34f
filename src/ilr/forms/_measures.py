"""In what items and derived scores are measured, and in which order scores follow each other.

Here belong the checks of a set of scores that need the form. The scores themselves are in `ilr.forms.scores`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from ilr.base import Checker, listed
from ilr.continuum.lookfors import LevelCode, LevelScale
from ilr.forms.definition import Form
from ilr.forms.groups import places_of
from ilr.forms.items import Item

if TYPE_CHECKING:
    from ilr.forms.scores import Score, ScoringTable

__all__ = ["Measure", "cycle", "in_order", "measure_of_scale", "measures"]

_CODED = ("mode", "table")
_NUMERIC_KINDS = frozenset({"count", "number"})
_CODED_KINDS = frozenset({"flag", "choice"})


@attrs.frozen
class Measure:
    """In what a part is measured: parts of one measure may be averaged.

    It has codes where there are levels, and values where they are numbers.
    """

    name: object
    codes: tuple[LevelCode, ...] = ()
    values: tuple[float, ...] = ()
    numeric: bool = True

    def number(self, code: LevelCode) -> float | None:
        """The number that a code stands for, None where levels are no numbers."""
        return self.values[self.codes.index(code)] if self.values else None


def measure_of_scale(scale: LevelScale) -> Measure:
    """The levels of a scale with their values."""
    return Measure((scale.codes, scale.values), scale.codes, scale.values)


def _measure_of_item(item: Item) -> Measure | None:
    """In what an item is measured; None for what cannot be scored."""
    if item.scale is not None:
        return measure_of_scale(item.scale)
    if item.kind in _NUMERIC_KINDS:
        return Measure(item.kind)
    if item.kind in _CODED_KINDS:
        return Measure((item.kind, item.codes), item.codes, numeric=False)
    return None


def measures(form: Form, scores: Sequence[Score], check: Checker) -> dict[str, Measure | None]:
    """In what each item and score is measured; notes what the rules cannot take."""
    repeated = {place.element.id for place in places_of(form.items) if place.repeat}  # no one answer a record
    known = {item.id: None if item.id in repeated else _measure_of_item(item) for item in form}
    places = {score.id: place for place, score in enumerate(scores)}
    by_id = {score.id: score for score in scores if score.id not in known}
    for id in in_order(by_id):
        score, path = by_id[id], f"scores[{places[id]}]"
        sound = [
            measure
            for place, part in enumerate(score.items)
            if part in known and (measure := _taken(score, place, known[part], check, path)) is not None
        ]
        alike = check(
            len({one.name for one in sound}) <= 1 or score.rule == "sum",
            "score.scales",
            f"{path}.items",
            "are measured on different scales",
            expected="one scale, or a sum",
        )
        if score.table is not None and alike and sound:
            _check_rows(score.table, sound[0].codes, check, path)
        known[id] = _measure_of_score(score, sound)
    return known


def _taken(score: Score, place: int, measure: Measure | None, check: Checker, path: str) -> Measure | None:
    """The measure of a part that the rule can take; None, and a word about it, where it cannot."""
    coded = score.rule in _CODED
    fits = measure is not None and (bool(measure.codes) if coded else measure.numeric)
    check(
        fits,
        "score.kind",
        f"{path}.items[{place}]",
        f"cannot be taken into a {score.rule}",
        expected="what is answered with one of its levels" if coded else "what is answered with a number",
    )
    return measure if fits else None


def _check_rows(table: ScoringTable, codes: Sequence[LevelCode], check: Checker, path: str) -> None:
    for index, row in enumerate(table.rows):
        check(
            all(level is None or level in codes for level in row.levels),
            "score.level",
            f"{path}.table.rows[{index}].levels",
            "are not levels of the items",
            expected=listed(codes),
        )


def _measure_of_score(score: Score, parts: Sequence[Measure]) -> Measure | None:
    """In what a score is measured, given its parts; None where no part could be taken."""
    if score.table is not None:
        return measure_of_scale(score.table.scale)
    if not parts:
        return None
    if score.rule == "mode":
        return parts[0]
    return Measure(("sum", *(one.name for one in parts)) if score.rule == "sum" else parts[0].name)


def _parts(score: Score, by_id: Mapping[str, Score]) -> tuple[str, ...]:
    return tuple(part for part in score.items if part in by_id)


def cycle(by_id: Mapping[str, Score]) -> tuple[str, ...]:
    """A way from a score back to itself, empty when there is none."""
    done: set[str] = set()

    def walk(id: str, trail: tuple[str, ...]) -> tuple[str, ...]:
        if id in trail:
            return (*trail[trail.index(id) :], id)
        if id in done:
            return ()
        found = next(filter(None, (walk(part, (*trail, id)) for part in _parts(by_id[id], by_id))), ())
        done.add(id)
        return found

    return next(filter(None, (walk(id, ()) for id in by_id)), ())


def in_order(by_id: Mapping[str, Score]) -> tuple[str, ...]:
    """Ids of scores without a cycle, each after those it builds on."""
    found: dict[str, None] = {}

    def add(id: str) -> None:
        for part in _parts(by_id[id], by_id) if id not in found else ():
            add(part)
        found[id] = None

    for id in by_id:
        add(id)
    return tuple(found)

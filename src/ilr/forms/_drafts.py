"""A draft held against its form: which items are asked, and which answers are in effect.

An answer to an item that is not asked has no effect on others. Every entry of a repeat is a draft of its own,
which reads the draft around it.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from ilr.base import Checker, listed
from ilr.continuum.lookfors import LevelCode
from ilr.forms._answers import made_answer, told_codes
from ilr.forms.conditions import Condition, Explanation, Told, evaluate, explain
from ilr.forms.groups import Element, Place, Repeat, labels_of, places_of, reads
from ilr.forms.items import Choice, Item
from ilr.forms.walkthrough import Answer, AnswerState, Entry, Purpose

__all__ = ["Draft", "Plan"]


@attrs.frozen
class Plan:
    """What a draft needs to know of its form: every place by id, and the codes of items in order."""

    places: Mapping[str, Place]
    order: Mapping[str, tuple[LevelCode, ...]]

    @classmethod
    def of(cls, elements: Iterable[Element]) -> Plan:
        """The plan of a form of these items and groups."""
        places = {place.element.id: place for place in places_of(elements)}
        items = (place.element for place in places.values())
        return cls(places, {one.id: one.codes for one in items if isinstance(one, Item) and one.codes})


class Draft:
    """The answers to a form, or to one entry of a repeat."""

    def __init__(
        self,
        plan: Plan,
        answers: Mapping[str, Any],
        focus: str | None,
        *,
        around: Draft | None = None,
        entry: tuple[str, int] | None = None,
    ) -> None:
        self.plan, self.answers, self.focus = plan, answers, focus
        self.around, self.entry = around, entry
        self.repeat = None if entry is None else entry[0]
        self.told: dict[str, Told] = {}
        self.entries: dict[str, tuple[Draft, ...]] = {}
        self._asks: dict[str, bool] = {}
        self.own = tuple(id for id, place in plan.places.items() if place.repeat == self.repeat)
        for id in self.own:
            self.asks(id)

    @property
    def effective(self) -> Mapping[str, Told]:
        """Every answer that conditions of this draft can read."""
        return self.told if self.around is None else ChainMap(self.told, self.around.told)

    @property
    def items(self) -> Iterator[Item]:
        """The items that are asked, in the order of the form."""
        found = (self.plan.places[id].element for id in self.own if self.asks(id))
        return (element for element in found if isinstance(element, Item))

    @property
    def repeats(self) -> Iterator[Repeat]:
        """The repeats that are asked, in the order of the form."""
        found = (self.plan.places[id].element for id in self.own if self.asks(id))
        return (element for element in found if isinstance(element, Repeat))

    @property
    def parts(self) -> Iterator[Draft]:
        """This draft and those of its entries."""
        yield self
        for entries in self.entries.values():
            yield from entries

    def path(self, id: str) -> str:
        """Where an answer of this draft stands, for example ``segments[0].why``."""
        return id if self.entry is None else f"{self.entry[0]}[{self.entry[1]}].{id}"

    def asks(self, id: str) -> bool:
        """Whether an item, group or repeat is asked."""
        place = self.plan.places[id]
        if self.around is not None and place.repeat != self.repeat:
            return self.around.asks(id)
        if id not in self._asks:
            condition = place.element.visible_when
            inside = place.parent is None or self.asks(place.parent)
            self._asks[id] = inside and (condition is None or self.meets(condition) is True)
            if self._asks[id]:
                self._tell(place)
        return self._asks[id]

    def meets(self, condition: Condition) -> bool | None:
        """Whether the answers in effect meet a condition."""
        for id in reads(condition, self.plan.places):
            self.asks(id)
        return evaluate(condition, self.effective, self.plan.order, focus=self.focus)

    def offered(self, item: Item) -> tuple[Choice, ...]:
        """The choices of an item that may be chosen."""
        return tuple(
            choice
            for choice in item.choices
            if choice.offered_when is None or self.meets(choice.offered_when) is True
        )

    def part(self, repeat: str, number: int) -> Draft:
        """The draft of an entry; an empty one where nobody began it."""
        begun = self.entries.get(repeat, ())
        if 0 <= number < len(begun):
            return begun[number]
        return Draft(self.plan, {}, self.focus, around=self, entry=(repeat, number))

    def _tell(self, place: Place) -> None:
        element = place.element
        value = self.answers.get(element.id)
        if value is None or isinstance(value, AnswerState):
            return
        if isinstance(element, Item):
            self.told[element.id] = told_codes(element, value)
            return
        begun = (
            Draft(self.plan, answers, self.focus, around=self, entry=(element.id, number))
            for number, answers in enumerate(value)
        )
        self.entries[element.id] = tuple(begun)
        self.told[element.id] = tuple(dict(one.told) for one in self.entries[element.id])

    def recorded(self) -> tuple[Answer, ...]:
        """The answers of a record to what is asked in this draft."""
        return tuple(
            made_answer(item, self.answers[item.id]) for item in self.items if item.id in self.answers
        )

    def recorded_entries(self) -> tuple[Entry, ...]:
        """The entries of a record."""
        return tuple(
            Entry(repeat=repeat, answers=one.recorded())
            for repeat, entries in self.entries.items()
            for one in entries
        )

    def hidden(self) -> Iterator[str]:
        """Where the answers stand that are not in effect, as their items are not asked."""
        for id, value in self.answers.items():
            if isinstance(self.plan.places[id].element, Repeat):
                asked = self.entries.get(id)
                for number, answers in enumerate(value):
                    if asked is None:
                        yield from (f"{id}[{number}].{inner}" for inner in answers)
                    else:
                        yield from asked[number].hidden()
            elif not self.asks(id):
                yield self.path(id)

    def missing(self, purpose: Purpose) -> tuple[Item, ...]:
        """The items that a record needs and that have neither an answer nor a mark yet."""
        return tuple(
            item
            for item in self.items
            if self.answers.get(item.id, AnswerState.UNANSWERED) is AnswerState.UNANSWERED
            and item.required_when is not None
            and (not item.required_for or purpose in item.required_for)
            and self.meets(item.required_when) is True
        )

    def check_whole(self, purpose: Purpose, check: Checker) -> None:
        """Note what is wrong with the answers taken together, each of them being sound."""
        for item in self.missing(purpose):
            check(
                False,
                "answer.required",
                f"answers.{self.path(item.id)}",
                f"{item.name}: is missing",
                expected="an answer or a mark",
            )
        for item in self.items:
            told = self.told.get(item.id, ())
            offered = {choice.code for choice in self.offered(item)}
            check(
                not item.choices or set(told if isinstance(told, tuple) else (told,)) <= offered,
                "answer.offered",
                f"answers.{self.path(item.id)}",
                f"{item.name}: is not offered with the other answers",
                expected=listed(sorted(offered)),
            )
        for repeat in self.repeats:
            check(
                len(self.entries.get(repeat.id, ())) >= repeat.least,
                "answer.entries",
                f"answers.{repeat.id}",
                f"{repeat.name}: are too few entries",
                expected=f"at least {repeat.least}",
            )

    def explained(self, condition: Condition) -> Explanation:
        """Why a condition holds or not, in the words of labels."""
        places = self.plan.places
        return explain(
            condition,
            self.effective,
            self.plan.order,
            focus=self.focus,
            names={id: place.element.name for id, place in places.items()},
            labels=labels_of(places.values()),
            unasked={id for id, place in places.items() if place.repeat is None and not self.asks(id)}
            | {id for id in self.own if not self.asks(id)},
        )

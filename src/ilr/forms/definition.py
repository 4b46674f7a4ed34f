"""The form: items in order, when each is asked, and the record that a visit leaves.

Here belong the form and its pure functions `next_items`, `check` and `record`. Not here: one item
(`ilr.forms.items`), groups of them (`ilr.forms.groups`), what statistics read (`ilr.observation`) or who may
see a record (`ilr.disclosure`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

import attrs

from ilr.base import (
    EDITION,
    WORDING,
    Checker,
    Diagnostic,
    FrozenMap,
    InvalidInput,
    Lineage,
    Reason,
    UnknownCode,
    listed,
    read_only,
    structure_hash,
)
from ilr.continuum.lookfors import LevelScale, LookFor, LookForSet
from ilr.forms._answers import AnswerLike, check_answers
from ilr.forms._checks import check_conditions, check_ids, check_lineage_of
from ilr.forms._drafts import Draft, Plan
from ilr.forms._reach import Reach
from ilr.forms._translations import (
    check_translations,
    in_catalogue,
    texts_of,
    translated,
    untranslated,
    warnings_of,
)
from ilr.forms.conditions import Explanation, FocusIs, nodes
from ilr.forms.groups import Constraint, Element, Repeat, items_of, places_of, uses
from ilr.forms.items import Choice, Item
from ilr.forms.walkthrough import Evidence, FormRef, Purpose, Walkthrough

__all__ = ["Form", "form"]

Answers = Mapping[str, AnswerLike]
EntryPlace = tuple[str, int]
"""One entry of a repeat: the id of the repeat and the number of the entry, from 0."""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Form:
    """A versioned observation form. Equal when all fields are equal.

    Attributes:
        id: stable code of the form over its versions.
        version: semantic version.
        items: items, groups and repeats in the order in which they are asked.
        constraints: what must not be false of the answers of a finished record.
        focus: instructional focuses it is made for; empty for a general form.
        look_fors: id and version of the look-for set it asks about, or None.
        language: code of the language of its texts.
        translations: its texts in other languages, by language and place, for example
            ``{"es": {"q1.label": "...", "q1.choices.yes.label": "...", "q1.scale.3.label": "..."}}``.
        follows: version that this one was made from, or None for a first one.
        lineage: where items come from, with respect to the version before.
        decisions: ids of the decisions or feedback that led to this version.
        retired: ids of items of earlier versions, which no other question may bear.

    Raises:
        InvalidInput: listing repeated ids, groups too deep in one another, conditions on unknown items or on
            items of a repeat from outside, undeclared codes in conditions, conditions too large to
            follow, items that wait for each other, items under a retired id, a lineage of items that the
            form does not have, translations of places that it does not have; and where there is nothing
            of these, items and choices that no answers lead to.

    Example:
        >>> from ilr.forms import Equals
        >>> aim = Item(id="aim", kind="flag")
        >>> why = Item(id="why", kind="text", visible_when=Equals("aim", "no"))
        >>> [item.id for item in Form(id="walk", items=(aim, why)).shown({"aim": False})]
        ['aim', 'why']
    """

    id: str
    version: str = attrs.field(default="1.0.0", metadata=EDITION)
    items: tuple[Element, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    focus: tuple[str, ...] = ()
    look_fors: str | None = attrs.field(default=None, metadata=EDITION)
    language: str = attrs.field(default="en", metadata=WORDING)
    translations: FrozenMap[str, FrozenMap[str, str]] = attrs.field(
        factory=FrozenMap, converter=in_catalogue, metadata=WORDING
    )
    follows: str | None = attrs.field(default=None, metadata=EDITION)
    lineage: tuple[Lineage, ...] = attrs.field(default=(), metadata=EDITION)
    decisions: tuple[str, ...] = attrs.field(default=(), metadata=EDITION)
    retired: tuple[str, ...] = attrs.field(default=(), metadata=EDITION)

    def __attrs_post_init__(self) -> None:
        check = Checker("Form")
        check(bool(self.items), "form.empty", "items", "are missing", expected="one or more items")
        check_ids(tuple(places_of(self.items)), self.constraints, self.retired, check)
        check_conditions(self._plan.places, self.constraints, check)
        check_lineage_of(self.lineage, (item.id for item in self), check)
        check_translations(self.translations, self.language, self._texts, check)
        if not check.problems:
            check.add(one for one in self._reach if one.severity == "error")
        check.done()

    def __getitem__(self, id: str) -> Item:
        found = self._plan.places.get(id)
        if found is None or not isinstance(found.element, Item):
            raise UnknownCode(
                f"the form has no such item; it has {listed(i.id for i in self)}", code="form.unknown"
            )
        return found.element

    def __iter__(self) -> Iterator[Item]:
        return items_of(self.items)

    @property
    def ref(self) -> FormRef:
        """Id, version and structure hash, as records pin them."""
        return FormRef(self.id, self.version, self.structure)

    @cached_property
    def structure(self) -> str:
        """Hash over ids, kinds, codes, values and conditions; wording does not change it."""
        return structure_hash(self)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What is odd about the form, though it can be used.

        ``form.reach_unknown``: a condition with too many combinations of answers to try, so that nobody knows
        whether any leads there (ILR-4b.KI.1). ``form.focus``: a condition on a focus that the form is not made
        for. ``form.untranslated``: a text that a translation lacks.
        """
        other = [
            Diagnostic(
                code="form.focus",
                path=f"{place.path}.{name}",
                message="asks for a focus that the form is not made for",
                expected=listed(self.focus),
                severity="warning",
            )
            for place in self._plan.places.values()
            for name, condition in uses(place.element)
            if self.focus and {o.focus for o in nodes(condition) if isinstance(o, FocusIs)} - set(self.focus)
        ]
        return (*self._reach, *other, *warnings_of(self.missing_translations))

    @property
    def missing_translations(self) -> FrozenMap[str, tuple[str, ...]]:
        """The places that have a text but none in a language, for each language of the translations."""
        return untranslated(self.translations, self._texts)

    def in_language(self, language: str) -> Form:
        """The form as people of a language read it, with the same codes and the same structure.

        Args:
            language: one of the translations, or the form's own.

        Returns:
            The form with its texts replaced and without translations; where the language lacks a text, the
            form's own stands.

        Raises:
            UnknownCode: when the form is not translated into it.
        """
        if language == self.language:
            return self
        if language not in self.translations:
            known = listed((self.language, *self.translations))
            raise UnknownCode(f"the form is not in this language; it is in {known}", code="form.language")
        items, constraints = translated(self.items, self.constraints, self.translations[language])
        return attrs.evolve(self, items=items, constraints=constraints, language=language, translations={})

    def shown(
        self, answers: Answers, *, focus: str | None = None, entry: EntryPlace | None = None
    ) -> tuple[Item, ...]:
        """The items that are asked, given the answers so far, in order.

        An answer to an item that is not shown has no effect on others. An item of a group is shown when its
        condition and those of all groups around it hold.

        Args:
            answers: answer by item id; for a repeat a list of such mappings, an entry each.
            focus: instructional focus of the class, None while nobody told.
            entry: an entry of a repeat, for example ``("segments", 0)``, whose items are meant; None for the
                items outside of repeats.

        Raises:
            UnknownCode: when the form has no such repeat.
            InvalidInput: listing answers that the form cannot take.
        """
        return tuple(self._draft(answers, focus, entry).items)

    def repeats(self, answers: Answers, *, focus: str | None = None) -> tuple[Repeat, ...]:
        """The repeats that are asked, given the answers so far, in order; a screen opens entries for them.

        Args:
            answers: as for `shown`.
            focus: instructional focus of the class, None while nobody told.

        Raises:
            InvalidInput: listing answers that the form cannot take.
        """
        return tuple(self._draft(answers, focus).repeats)

    def next_items(
        self,
        answers: Answers,
        *,
        focus: str | None = None,
        visit: int | None = None,
        entry: EntryPlace | None = None,
    ) -> tuple[Item, ...]:
        """What a screen asks next: the items that are shown and have no answer yet, in order.

        Args:
            answers: as for `shown`.
            focus: instructional focus of the class, None while nobody told.
            visit: number of the visit, from 0; sentinel items then take turns, and are asked in one of so many
                visits as they say. Without it every sentinel is asked.
            entry: an entry of a repeat, as for `shown`.

        Raises:
            UnknownCode: when the form has no such repeat.
            InvalidInput: listing answers that the form cannot take.
        """
        places = {item.id: place for place, item in enumerate(self)}
        draft = self._draft(answers, focus, entry)

        def is_due(item: Item) -> bool:
            return visit is None or item.sentinel is None or (visit + places[item.id]) % item.sentinel == 0

        return tuple(item for item in draft.items if item.id not in draft.answers and is_due(item))

    def missing(
        self,
        answers: Answers,
        *,
        focus: str | None = None,
        purpose: Purpose = Purpose.WALKTHROUGH,
        entry: EntryPlace | None = None,
    ) -> tuple[Item, ...]:
        """The items that a record needs and that have neither an answer nor a mark yet, in order.

        Args:
            answers: as for `shown`.
            focus: instructional focus of the class, None while nobody told.
            purpose: of the visit; some items are required for some purposes only.
            entry: an entry of a repeat, as for `shown`.

        Raises:
            UnknownCode: when the form has no such repeat.
            InvalidInput: listing answers that the form cannot take.
        """
        return self._draft(answers, focus, entry).missing(purpose)

    def offered(
        self, id: str, answers: Answers, *, focus: str | None = None, entry: EntryPlace | None = None
    ) -> tuple[Choice, ...]:
        """The choices of an item that may be chosen, given the answers so far.

        Args:
            id: of the item.
            answers: as for `shown`.
            focus: instructional focus of the class, None while nobody told.
            entry: the entry of the repeat in which the item stands, or None.

        Raises:
            UnknownCode: when the form has no such item or repeat.
            InvalidInput: listing answers that the form cannot take.
        """
        item = self[id]
        return self._draft(answers, focus, entry).offered(item)

    def violated(self, answers: Answers, *, focus: str | None = None) -> tuple[Constraint, ...]:
        """The constraints that are false of the answers in effect, in order; unknown will do.

        Args:
            answers: as for `shown`.
            focus: instructional focus of the class, None while nobody told.

        Raises:
            InvalidInput: listing answers that the form cannot take.
        """
        draft = self._draft(answers, focus)
        return tuple(one for one in self.constraints if draft.meets(one.condition) is False)

    def explain(
        self, id: str, answers: Answers, *, focus: str | None = None, entry: EntryPlace | None = None
    ) -> Explanation:
        """Why an item is asked or not, in the words of the form's labels.

        Args:
            id: of the item.
            answers: as for `shown`.
            focus: instructional focus of the class, None while nobody told.
            entry: the entry of the repeat in which the item stands, or None.

        Returns:
            The explanation of its condition, together with those of the groups around it; where it is
            unknown, the item is not asked.

        Raises:
            UnknownCode: when the form has no such item or repeat.
            InvalidInput: listing answers that the form cannot take.
        """
        item = self[id]
        draft = self._draft(answers, focus, entry)
        conditions = self._plan.places[item.id].conditions
        if not conditions:
            return Explanation(holds=True, reason=Reason.of("ALWAYS"))
        told = [draft.explained(one) for one in conditions]
        if len(told) == 1:
            return told[0]
        known = [one.holds for one in told]
        holds = False if False in known else None if None in known else True
        return Explanation(holds=holds, reason=Reason.of("ALL", parts=len(told)), parts=tuple(told))

    def check(self, answers: Answers) -> tuple[Diagnostic, ...]:
        """Every problem of a set of answers, one by one, in the words of the form's labels.

        A draft without problems may still lack answers or break a constraint, see `check_record`.
        """
        check = Checker("answers")
        check_answers(self._plan.places, answers, check)
        return tuple(check.problems)

    def check_record(
        self, answers: Answers, *, focus: str | None = None, purpose: Purpose = Purpose.WALKTHROUGH
    ) -> tuple[Diagnostic, ...]:
        """Every problem of the answers of a finished record, in the words of the form's labels.

        Beside those of `check`: required items without answer or mark, choices that are not offered with the
        other answers, too few entries, constraints that are false. Where an answer itself is wrong, nobody
        can tell these, and the problems of `check` come alone.

        Args:
            answers: as for `shown`.
            focus: instructional focus of the class, None while nobody told.
            purpose: of the visit.
        """
        problems = self.check(answers)
        if problems:
            return problems
        check = Checker("record")
        draft = Draft(self._plan, answers, focus)
        for one in draft.parts:
            one.check_whole(purpose, check)
        for constraint in self.constraints:
            check(
                draft.meets(constraint.condition) is not False,
                "answer.constraint",
                f"answers.{constraint.items[0]}" if constraint.items else "answers",
                constraint.message,
                expected=listed(self[id].name for id in constraint.items),
            )
        return tuple(check.problems)

    def record(
        self, *, teachers: Sequence[str], observer: str, at: datetime, answers: Answers, **circumstances: Any
    ) -> Walkthrough:
        """Make the record of a visit.

        Answers to items that are not shown are left out and named in ``hidden``. What `check_record` finds is
        refused here, together with what is wrong with the circumstances.

        Args:
            teachers: ids of everyone who taught.
            observer: id of the observer.
            at: timezone-aware instant.
            answers: code (or text, day, time, list, or `AnswerState`) by item id; for a repeat a list of such
                mappings, an entry each.
            **circumstances: any further field of `Walkthrough`: ``mode``, ``period``, ``lesson_part``,
                ``minutes``, ``building``, ``dimensions`` and so on.

        Returns:
            The walkthrough, pinned to this version of the form.

        Raises:
            InvalidInput: listing all problems of answers and circumstances.
        """
        focus, purpose = circumstances.get("focus"), circumstances.get("purpose", Purpose.WALKTHROUGH)
        problems = list(self.check(answers))
        wrong = bool(problems)
        if not wrong:
            problems += self.check_record(answers, focus=focus, purpose=purpose)
        made = {"form", "hidden", "entries"}
        known = {field.name for field in attrs.fields(Walkthrough)} - made
        problems += [
            Diagnostic(
                code="walkthrough.field", path=name, message="is not a field", expected=listed(sorted(known))
            )
            for name in circumstances
            if name not in known
        ]
        problems += self._check_evidence(circumstances.get("evidence", ()))
        draft = Draft(self._plan, {} if wrong else answers, focus)
        try:
            walkthrough = Walkthrough(
                form=self.ref,
                teachers=tuple(teachers) if not isinstance(teachers, str) else (teachers,),
                observer=observer,
                at=at,
                answers=draft.recorded(),
                entries=draft.recorded_entries(),
                hidden=tuple(draft.hidden()),
                **{name: value for name, value in circumstances.items() if name in known},
            )
        except InvalidInput as error:
            problems += error.problems
        if problems:
            raise InvalidInput("record", problems)
        return walkthrough

    def _draft(self, answers: Answers, focus: str | None, entry: EntryPlace | None = None) -> Draft:
        """The draft of the form, or of one of its entries, when the answers are sound."""
        problems = self.check(answers)
        if problems:
            raise InvalidInput("answers", problems)
        draft = Draft(self._plan, answers, focus)
        if entry is None:
            return draft
        known = [id for id, place in self._plan.places.items() if isinstance(place.element, Repeat)]
        if entry[0] not in known:
            raise UnknownCode(f"the form has no such repeat; it has {listed(known)}", code="form.unknown")
        return draft.part(*entry)

    def _check_evidence(self, evidence: Iterable[Any]) -> tuple[Diagnostic, ...]:
        check = Checker("record")
        known = {item.id for item in self}
        for place, one in enumerate(evidence):
            check(
                not isinstance(one, Evidence) or set(one.items) <= known,
                "evidence.item",
                f"evidence[{place}].items",
                "is no item of the form",
                expected=listed(item.id for item in self),
            )
        return tuple(check.problems)

    @cached_property
    def _plan(self) -> Plan:
        return Plan.of(self.items)

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        return texts_of(self.items, self.constraints)

    @cached_property
    def _reach(self) -> tuple[Diagnostic, ...]:
        return tuple(Reach(self._plan).problems())


def form(
    id: str,
    *,
    look_fors: Iterable[str | LookFor] | LookForSet,
    scale: int | LevelScale = 4,
    version: str = "1.0.0",
    focus: Sequence[str] = (),
    notes: bool = True,
) -> Form:
    """Make a form from one line: an item for each look-for, and a place for open notes.

    Args:
        id: code of the form.
        look_fors: ids (each gets the scale), look-fors or a set of them (each brings its own).
        scale: number of levels, or a scale, for look-fors given by id.
        version: semantic version.
        focus: instructional focuses the form is made for.
        notes: whether to end with an item ``notes`` for open notes.

    Returns:
        The form.

    Raises:
        InvalidInput: as for `Form`.

    Example:
        >>> walk_form = form("discussion", look_fors=["questioning", "wait-time"], scale=4, notes=False)
        >>> [item.id for item in walk_form.next_items({"questioning": 3})]
        ['wait-time']
    """
    levels = scale if isinstance(scale, LevelScale) else LevelScale.numbered(scale)
    items = [
        Item(id=one.id, label=one.title, scale=one.scale, look_for=one.id)
        if isinstance(one, LookFor)
        else Item(id=one, scale=levels, look_for=one)
        for one in look_fors
    ]
    if notes:
        items.append(Item(id="notes", kind="note"))
    used = f"{look_fors.id}@{look_fors.version}" if isinstance(look_fors, LookForSet) else None
    return Form(id=id, version=version, items=tuple(items), focus=tuple(focus), look_fors=used)

"""Lineage: which items of two versions of a form ask the same, and what a record keeps in the later one.

Here belong the check of a declared lineage, the question whether a trend may join two versions, and the
migration of a record with a report of what is lost. Not here: the difference of two versions and the kinds
of lineage (`ilr.base.versions`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from ilr.base import (
    Checker,
    Diagnostic,
    Lineage,
    LineageKind,
    Reason,
    listed,
    read_only,
    structure_hash,
    words,
)
from ilr.continuum.lookfors import LevelCode
from ilr.forms._answers import draft_of
from ilr.forms._drafts import Draft, Plan
from ilr.forms.definition import Form
from ilr.forms.groups import Repeat
from ilr.forms.items import Item
from ilr.forms.walkthrough import Answer, AnswerState, Evidence, Walkthrough

__all__ = [
    "ChangedAnswer",
    "Comparability",
    "LostAnswer",
    "Migration",
    "check_lineage",
    "comparable",
    "migrate",
]

_CARRIED = (LineageKind.SAME, LineageKind.REWORDED, LineageKind.RESCALED)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Comparability:
    """Whether a trend may join an item of two versions. True in a condition when it may; equal by its fields.

    Attributes:
        item: id in the later version, or in the earlier one when it is no longer asked.
        earlier: ids that it comes from.
        joins: whether ratings of both may be joined.
        reason: why, or why not.
        lineage: what was declared, with the levels of a change of scale; None where nothing was.
    """

    item: str
    earlier: tuple[str, ...]
    joins: bool
    reason: Reason
    lineage: Lineage | None = None

    def __bool__(self) -> bool:
        return self.joins

    def __str__(self) -> str:
        return f"{self.item}: {words(self.reason)}"


@attrs.frozen
class LostAnswer:
    """An answer that the later version has no place for. Equal when all fields are equal."""

    item: str
    reason: Reason

    def __str__(self) -> str:
        return f"{self.item}: {words(self.reason)}"


@attrs.frozen
class ChangedAnswer:
    """An answer that stands under another id or another level now. Equal when all fields are equal."""

    item: str
    later: str
    reason: Reason

    def __str__(self) -> str:
        return f"{self.item} > {self.later}: {words(self.reason)}"


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Migration:
    """A record in a later version of its form, and what became of its answers. Equal by its fields.

    Attributes:
        walkthrough: the record as the later version would hold it; the first record stays what was recorded.
        lost: answers without a place in it, with the reason.
        changed: answers under another id or with another level.
    """

    walkthrough: Walkthrough
    lost: tuple[LostAnswer, ...] = ()
    changed: tuple[ChangedAnswer, ...] = ()

    def __str__(self) -> str:
        lines = [f"lost {one}" for one in self.lost] + [f"changed {one}" for one in self.changed]
        return "\n".join(lines) or "nothing lost or changed"


def check_lineage(old: Form, new: Form, lineage: Sequence[Lineage] | None = None) -> tuple[Diagnostic, ...]:
    """What is wrong with the lineage between two versions of a form.

    Errors are ids that neither version has, an id that was kept for a question of another kind, one that was
    kept although its question was replaced, retired or is new, a question declared the same or reworded
    that is built otherwise, and levels that the scales lack or that turn their order round. An item that came, went or was rebuilt without a
    word gives a warning.

    Args:
        old: the earlier version.
        new: the later version.
        lineage: what is declared; what the later version holds when None.

    Returns:
        The problems; empty when there are none.
    """
    check = Checker("lineage")
    entries = new.lineage if lineage is None else tuple(lineage)
    before, after = {item.id: item for item in old}, {item.id: item for item in new}
    for place, entry in enumerate(entries):
        path = f"lineage[{place}]"
        for side, ids, known in (("old", entry.old, before), ("new", entry.new, after)):
            check(
                set(ids) <= set(known),
                "lineage.item",
                f"{path}.{side}",
                "is no item of its version",
                expected=listed(known),
            )
        _check_entry(entry, before, after, check, path)
    for id, item in before.items():
        kept = after.get(id)
        check(
            kept is None or kept.kind == item.kind,
            "lineage.reused",
            f"items.{id}",
            "bears the id of a question of another kind",
            expected="an id of its own for each question",
        )
    return (*check.problems, *_undeclared(entries, before, after))


def _check_entry(
    entry: Lineage, before: Mapping[str, Item], after: Mapping[str, Item], check: Checker, path: str
) -> None:
    kept = entry.kind in (*_CARRIED, LineageKind.SPLIT, LineageKind.MERGED)
    reused = [id for id in entry.old if id in after] + [id for id in entry.new if id in before]
    check(
        kept or not reused,
        "lineage.reused",
        path,
        "keeps the id of a question that ended",
        expected="an id of its own for each question",
    )
    if entry.kind not in _CARRIED or entry.old[0] not in before or entry.new[0] not in after:
        return
    one, other = before[entry.old[0]], after[entry.new[0]]
    check(
        one.kind == other.kind,
        "lineage.kind",
        path,
        "joins questions of unlike kinds",
        expected="replaced, for another kind",
    )
    check(
        entry.kind is LineageKind.RESCALED or _asks(one) == _asks(other),
        "lineage.rebuilt",
        path,
        "declares the same what is built otherwise",
        expected="rescaled or replaced",
    )
    levels: Mapping[str, str] = entry.levels or {}
    known = [str(code) for code in one.codes], [str(code) for code in other.codes]
    fit = check(
        set(levels) <= set(known[0]) and set(levels.values()) <= set(known[1]),
        "lineage.levels",
        f"{path}.levels",
        "are not levels of the two scales",
        expected="codes of the two versions",
    )
    places = [known[1].index(levels[code]) for code in known[0] if code in levels] if fit else []
    check(
        one.kind != "scale" or places == sorted(places),
        "lineage.order",
        f"{path}.levels",
        "turn the order of levels round",
        expected="a higher level for none that was lower",
    )


def _undeclared(
    entries: Sequence[Lineage], before: Mapping[str, Item], after: Mapping[str, Item]
) -> Iterator[Diagnostic]:
    told = {id for entry in entries for id in entry.old}, {id for entry in entries for id in entry.new}
    for id in dict.fromkeys((*before, *after)):
        same = id in before and id in after and _asks(before[id]) == _asks(after[id])
        silent = (id in before and id not in told[0]) or (id in after and id not in told[1])
        if silent and not same:
            yield Diagnostic(
                code="lineage.undeclared",
                path=f"items.{id}",
                message="came, went or was rebuilt without a lineage",
                expected="where it comes from, or what became of it",
                severity="warning",
            )


def comparable(a: Form, b: Form, item: str) -> Comparability:
    """Whether a trend may join what two versions of a form asked (ILR-4b.KI.4).

    The declared lineage decides; without one, an item of the same id joins only where it is built alike. The
    same and the reworded join, a changed scale joins where every former level has its place in the
    new scale, all else does not. An item that is asked on another condition was answered in other visits, so it
    does not join either.

    Args:
        a: the earlier version.
        b: the later version, or the same.
        item: id in the later version, or in the earlier one for what is no longer asked.

    Returns:
        The answer with its reason.

    Raises:
        InvalidInput: when a lineage is wrong, as for an id that was kept for a question of another kind.
        UnknownCode: when neither version has such an item.
    """
    related = _is_next(a, b)
    if related:
        _require_sound(a, b, b.lineage)
    entries = b.lineage if related else ()
    entry = next((one for one in entries if item in one.new), None)
    if entry is None and item not in {one.id for one in b}:
        gone = a[item].id
        entry = next((one for one in entries if gone in one.old), None)
        reason = Reason.of("UNDECLARED" if entry is None else entry.kind.name)
        return Comparability(item=item, earlier=(gone,), joins=False, reason=reason, lineage=entry)
    if entry is None:
        return _without_lineage(a, b, item, related=related)
    if entry.kind not in _CARRIED:
        return Comparability(
            item=item, earlier=entry.old, joins=False, reason=Reason.of(entry.kind.name), lineage=entry
        )
    one, other = a[entry.old[0]], b[item]
    reason = Reason.of(entry.kind.name)
    whole = entry.levels is not None and set(entry.levels) == {str(code) for code in one.codes}
    if entry.kind is LineageKind.RESCALED and not whole:
        reason = Reason.of("NO_LEVEL_MAP")
    elif (otherwise := _asked_otherwise(a, one, b, other)) is not None:
        reason = otherwise
    joins = reason.code == entry.kind.name
    return Comparability(item=item, earlier=entry.old, joins=joins, reason=reason, lineage=entry)


def _without_lineage(a: Form, b: Form, item: str, *, related: bool) -> Comparability:
    one, other = next((each for each in a if each.id == item), None), b[item]
    if a.id != b.id or (not related and a.structure != b.structure):
        reason = Reason.of("NOT_FOLLOWING")
    elif one is None or _asks(one) != _asks(other):
        reason = Reason.of("UNDECLARED")
    elif (otherwise := _asked_otherwise(a, one, b, other)) is not None:
        reason = otherwise
    else:
        reason = Reason.of("SAME" if one == other else "REWORDED")
    return Comparability(
        item=item,
        earlier=() if one is None else (item,),
        joins=reason.code in ("SAME", "REWORDED"),
        reason=reason,
    )


def _asked_otherwise(a: Form, one: Item, b: Form, other: Item) -> Reason | None:
    """Why answers to two items come from unlike visits or moments; None where they do not."""
    here, there = Plan.of(a.items).places[one.id], Plan.of(b.items).places[other.id]
    if here.conditions != there.conditions:
        return Reason.of("ASKED_OTHERWISE")
    return None if (here.repeat is None) == (there.repeat is None) else Reason.of("ASKED_ELSEWHERE")


def migrate(
    walkthrough: Walkthrough, *, of: Form, to: Form, lineage: Sequence[Lineage] | None = None
) -> Migration:
    """Hold a record against a later version of its form.

    Answers to the same, reworded and rescaled items are carried over; what was split, merged, replaced or
    retired is lost, and so is a level that nobody can say the successor of. Nothing is guessed, and the
    first record stays as it was.

    Args:
        walkthrough: the record.
        of: the version of the form that it was made with.
        to: the later version.
        lineage: where the items come from; what the later version declares when None.

    Returns:
        The record in the later version, with what was lost or changed. For the same version it is the record
        itself.

    Raises:
        InvalidInput: for a record of another form, a version that does not follow and declares no
            lineage, or a lineage that `check_lineage` refuses.
    """
    check = Checker("migrate")
    check(walkthrough.form == of.ref, "migrate.form", "of", "is another form", expected="the record's form")
    check(
        lineage is not None or _is_next(of, to),
        "migrate.version",
        "to",
        "was not made from the version of the record",
        expected="the version that follows, or a lineage",
    )
    check.done()
    if of.ref == to.ref:
        return Migration(walkthrough=walkthrough)
    entries = to.lineage if lineage is None else tuple(lineage)
    _require_sound(of, to, entries)
    return _Passage(of, to, entries).of(walkthrough)


class _Passage:
    """The way of answers from one version to another."""

    def __init__(self, old: Form, new: Form, entries: Sequence[Lineage]) -> None:
        self.old, self.new = old, new
        self.entries = {id: entry for entry in entries for id in entry.old}
        self.lost: list[LostAnswer] = []
        self.changed: list[ChangedAnswer] = []
        self.values: dict[str, Any] = {}
        self.plan = Plan.of(new.items)
        self.places = self.plan.places

    def of(self, walkthrough: Walkthrough) -> Migration:
        for answer in walkthrough:
            self.carry(answer, None)
        numbers: Counter[str] = Counter()
        for entry in walkthrough.entries:
            self.entry(entry.repeat, numbers[entry.repeat])
            for answer in entry:
                self.carry(answer, (entry.repeat, numbers[entry.repeat]))
            numbers[entry.repeat] += 1
        draft = Draft(self.plan, self.values, walkthrough.focus)
        unasked = tuple(draft.hidden())
        self.lost += [LostAnswer(path, Reason.of("HIDDEN_LATER")) for path in unasked]
        self.changed = [one for one in self.changed if one.later not in unasked]
        made = attrs.evolve(
            walkthrough,
            form=self.new.ref,
            answers=draft.recorded(),
            entries=draft.recorded_entries(),
            hidden=(*self.paths(walkthrough.hidden), *unasked),
            evidence=self.evidence(walkthrough.evidence),
        )
        return Migration(walkthrough=made, lost=tuple(self.lost), changed=tuple(self.changed))

    def carry(self, answer: Answer, entry: tuple[str, int] | None) -> None:
        """Put an answer to its place in the later version, or note that it is lost."""
        path = _path(answer.item, entry)
        made = self.carried(answer)
        if isinstance(made, Reason):
            self.lost.append(LostAnswer(path, made))
            return
        repeat = self.places[made.item].repeat
        if (repeat is None) != (entry is None):
            self.lost.append(LostAnswer(path, Reason.of("ASKED_ELSEWHERE")))
            return
        later = None if repeat is None or entry is None else (repeat, entry[1])
        values = self.values if later is None else self.entry(*later)
        if values is None:
            most = getattr(self.places[str(repeat)].element, "most", 0)
            self.lost.append(LostAnswer(path, Reason.of("NO_ROOM", most=most)))
            return
        values[made.item] = draft_of(attrs.evolve(made, log=self.evidence(made.log)))
        if (made.item, made.code) != (answer.item, answer.code):
            told = self.entries[answer.item].kind.name
            self.changed.append(ChangedAnswer(path, _path(made.item, later), Reason.of(told)))

    def entry(self, repeat: str, number: int) -> dict[str, Any] | None:
        """The answers of an entry in the later version; None where it does not take so many."""
        place = self.places.get(repeat)
        if place is None or not isinstance(place.element, Repeat):
            return None
        if place.element.most is not None and number >= place.element.most:
            return None
        entries = self.values.setdefault(repeat, [])
        entries += [{} for _ in range(number + 1 - len(entries))]
        found: dict[str, Any] = entries[number]
        return found

    def evidence(self, given: Sequence[Evidence]) -> tuple[Evidence, ...]:
        """What was seen, with the items of the later version."""
        return tuple(attrs.evolve(one, items=self.ids(one.items)) for one in given)

    def paths(self, hidden: Sequence[str]) -> tuple[str, ...]:
        """Where hidden answers would stand in the later version; without those that have no successor."""
        return tuple(
            f"{entry}{dot}{id}"
            for entry, dot, item in (path.rpartition("].") for path in hidden)
            for id in self.ids((item,))
            if (self.places[id].repeat is not None) == bool(dot)
        )

    def ids(self, items: Sequence[str]) -> tuple[str, ...]:
        """What items are called in the later version; without those that have no successor."""
        known = {item.id for item in self.new}
        found = [new for id in items for new in (self.entries[id].new if id in self.entries else (id,))]
        return tuple(id for id in dict.fromkeys(found) if id in known)

    def carried(self, answer: Answer) -> Answer | Reason:
        """The answer in the later version, or why it is lost."""
        entry = self.entries.get(answer.item)
        if entry is None:
            one = next((item for item in self.new if item.id == answer.item), None)
            kept = one is not None and _asks(one) == _asks(self.old[answer.item])
            return answer if kept else Reason.of("UNDECLARED")
        if entry.kind not in _CARRIED:
            return Reason.of(entry.kind.name)
        item = self.new[entry.new[0]]
        code: LevelCode | None = answer.code
        if entry.kind is LineageKind.RESCALED and answer.state is AnswerState.ANSWERED:
            became = None if entry.levels is None else entry.levels.get(str(code))
            if became is None:
                return Reason.of("NO_LEVEL_MAP")
            code = next(one for one in item.codes if str(one) == became)
        return attrs.evolve(answer, item=item.id, code=code, look_for=item.look_for)


def _path(item: str, entry: tuple[str, int] | None) -> str:
    return item if entry is None else f"{entry[0]}[{entry[1]}].{item}"


def _is_next(old: Form, new: Form) -> bool:
    return old.id == new.id and (old.ref == new.ref or new.follows == old.version)


def _require_sound(old: Form, new: Form, entries: Sequence[Lineage]) -> None:
    check = Checker("lineage")
    if old.ref != new.ref:
        check.add(one for one in check_lineage(old, new, entries) if one.severity == "error")
    check.done()


def _asks(item: Item) -> str:
    """What an item asks and how it is answered, whatever it is called and whenever it is asked."""
    bare = attrs.evolve(item, id="", visible_when=None, required_when=None, required_for=(), sentinel=None)
    return structure_hash(bare)

"""Versions: what changed between two states of a value, and the version number that is due.

Here belongs the one mechanism for frameworks, catalogues, look-for sets and forms: the marks on fields
(`WORDING`, `EDITION`), hashes, the difference and its application, the next version number, and the
lineage of items and levels. Not here: the lineage that a form declares; the form holds it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from enum import Enum
from html import escape
from typing import Any, Literal, TypeVar

import attrs

from ilr.base._codec import canonical_json, content_hash, unstructure
from ilr.base.errors import Checker
from ilr.base.mapping import FrozenMap
from ilr.base.records import read_only

__all__ = [
    "EDITION",
    "WORDING",
    "Change",
    "Diff",
    "Lineage",
    "LineageKind",
    "apply",
    "content_hash",
    "diff",
    "propose_version",
    "structure_hash",
]

T = TypeVar("T")

WORDING: Mapping[str, Any] = FrozenMap({"ilr.part": "wording"})
"""Metadata of a field that only tells a reader something: ``attrs.field(metadata=WORDING)``."""

EDITION: Mapping[str, Any] = FrozenMap({"ilr.part": "edition"})
"""Metadata of a field that is about one state of a value: its version number, its first day of use."""

Step = str | tuple[Any]
"""One step of a path: the name of a field, or the key of an element as a tuple of one."""

ChangeKind = Literal["added", "removed", "moved", "rerated", "reworded", "edition"]
"""What happened to an element (the first three) or to a field of a kept one (the others)."""
_OF_ELEMENT = ("added", "removed", "moved")
_OF_FIELD: Mapping[str, ChangeKind] = {"structure": "rerated", "wording": "reworded", "edition": "edition"}
_KEYS = ("id", "code", "stage")
_NO_KEY = object()
_VERSION = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")


@attrs.frozen(kw_only=True)
class Change:
    """One thing that differs between two states of a value. Equal when all fields are equal.

    Attributes:
        kind: an element was added, removed or moved among its neighbours; a field of a kept element was
            re-rated (its structure changed), reworded, or belongs to the edition.
        steps: the way from the whole, see `path`.
        old: the element or value before; None for what was added or moved.
        new: the element or value after; None for what was removed or moved.
        after: for what was added or moved, the key of the element before it; None when it comes first.
    """

    kind: ChangeKind
    steps: tuple[Step, ...]
    old: Any = attrs.field(default=None, repr=False)
    new: Any = attrs.field(default=None, repr=False)
    after: Any = None

    @property
    def path(self) -> str:
        """Where, with the ids of elements, for example ``look_fors[questioning].scale.fidelity``."""
        steps = (step if isinstance(step, str) else f"[{_written(step[0])}]" for step in self.steps)
        return ".".join(steps).replace(".[", "[")

    def __str__(self) -> str:
        return f"{self.kind} {self.path}"


@attrs.frozen(field_transformer=read_only)
class Diff:
    """All that differs between two states of a value. Equal when all changes are equal; false when empty.

    Attributes:
        changes: in the order of the fields, what was removed before what was added.
    """

    changes: tuple[Change, ...] = ()

    def of_kind(self, kind: ChangeKind) -> tuple[Change, ...]:
        """The changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def __str__(self) -> str:
        return "\n".join(str(change) for change in self.changes) or "no difference"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{change.kind}</td><td>{escape(change.path)}</td></tr>" for change in self.changes
        )
        head = "<thead><tr><th>change</th><th>where</th></tr></thead>"
        return f"<table><caption>Changes</caption>{head}<tbody>{rows}</tbody></table>"


def structure_hash(value: Any) -> str:
    """The SHA-256 of a record without its wording and edition, as 64 hexadecimal digits.

    Two states of equal structure hash differ in texts alone, so ratings of both may be joined. A field
    at its default counts as absent: a field that a later release adds to a record changes no hash.
    """
    return content_hash(_structure(unstructure(value), value))


def diff(old: T, new: T) -> Diff:
    """Tell what differs between two states of a record.

    Elements of a tuple of records are matched by their ``id``, ``code`` or ``stage``; a tuple whose
    elements have none, or repeat it, is one value. A move is within one tuple: what went to another
    place of the tree was removed there and added here.

    Args:
        old: the earlier state, a record.
        new: the later state, of the same class.

    Returns:
        The changes, such that ``apply(diff(old, new), old) == new``; empty when nothing differs.

    Raises:
        InvalidInput: when the two are not records of one class.
    """
    check = Checker("Diff")
    check(
        attrs.has(type(old)) and type(old) is type(new),
        "diff.kind",
        "new",
        "is of another class",
        expected="two records of one class",
    )
    check.done()
    return Diff(tuple(_in_record(old, new, ())))


def apply(diff: Diff, old: T) -> T:
    """Make the later state from the earlier one and what differs.

    Args:
        diff: what `diff` gave.
        old: the state that it started from.

    Returns:
        The later state.

    Raises:
        InvalidInput: listing every change that does not fit, when ``old`` is another state.
    """
    work = _Application(diff)
    check = Checker("Diff")
    made: T = work.value(old, ())
    for change in work.unfit():
        check(
            False,
            "diff.other",
            change.path,
            "is not as it was when the difference was taken",
            expected="the earlier state",
        )
    check.done()
    return made


def propose_version(version: str, diff: Diff) -> str:
    """The version number that a changed value is due.

    Something removed or re-rated makes a new major version, for what was recorded before no longer fits;
    something added or moved a minor one; other words alone a patch; a change of the edition nothing.

    Args:
        version: number of the earlier state, for example ``1.4.0``.
        diff: what changed.

    Raises:
        InvalidInput: when the number is not three whole numbers with full stops.

    Example:
        >>> propose_version("1.4.2", Diff())
        '1.4.2'
        >>> propose_version("1.4.2", Diff((Change(kind="added", steps=("items", ("pace",))),)))
        '1.5.0'
    """
    check = Checker("Version")
    match = _VERSION.fullmatch(version)
    if match is None:
        check(False, "version.malformed", "version", "is malformed", expected="a number such as 1.4.0")
        check.fail()
    major, minor, patch = (int(number) for number in match.groups())
    kinds = {change.kind for change in diff}
    if kinds & {"removed", "rerated"}:
        return f"{major + 1}.0.0"
    if kinds & {"added", "moved"}:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}" if "reworded" in kinds else version


class LineageKind(Enum):
    """How items or levels of one version come from those of the version before."""

    SAME = "same"
    REWORDED = "reworded"
    RESCALED = "rescaled"
    SPLIT = "split"
    MERGED = "merged"
    REPLACED = "replaced"
    NEW = "new"
    RETIRED = "retired"


_COUNTS: Mapping[LineageKind, tuple[str, str]] = {
    LineageKind.SPLIT: ("one", "several"),
    LineageKind.MERGED: ("several", "one"),
    LineageKind.NEW: ("none", "one"),
    LineageKind.RETIRED: ("one", "none"),
}


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Lineage:
    """Where an item or level of a new version comes from. Equal when all fields are equal.

    Attributes:
        kind: how the two sides hang together.
        old: ids in the earlier version: one, several for a merger, none for what is new.
        new: ids in the later version: one, several for a split, none for what is retired.
        levels: for a change of scale, which level each former level became, codes written as texts; None
            where nobody can say, and then no trend joins the two.

    Raises:
        InvalidInput: for a number of ids that the kind does not have, or levels beside another kind.

    Example:
        >>> Lineage(kind=LineageKind.SPLIT, old=("talk",), new=("questions", "answers")).new
        ('questions', 'answers')
    """

    kind: LineageKind
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    levels: FrozenMap[str, str] | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Lineage")
        expected = _COUNTS.get(self.kind, ("one", "one"))
        for name, ids, wanted in (("old", self.old, expected[0]), ("new", self.new, expected[1])):
            found = "none" if not ids else "one" if len(ids) == 1 else "several"
            check(found == wanted, "lineage.count", name, "are not as many as the kind has", expected=wanted)
            check(len(set(ids)) == len(ids), "lineage.repeated", name, "repeat an id", expected="unlike ids")
        check(
            self.levels is None or self.kind is LineageKind.RESCALED,
            "lineage.levels",
            "levels",
            "belong to a change of scale alone",
            expected="none",
        )
        check.done()


def _part(field: attrs.Attribute[Any]) -> str:
    return str(field.metadata.get("ilr.part", "structure"))


def _fields(record: Any) -> Iterator[attrs.Attribute[Any]]:
    return (field for field in attrs.fields(type(record)) if field.init)


def _written(key: Any) -> str:
    return str(key.value if isinstance(key, Enum) else key)


def _structure(document: Any, value: Any) -> Any:
    """The document of a value without what is marked in the value's classes or stands at its default."""
    if isinstance(value, tuple) and isinstance(document, list):
        return [_structure(part, one) for part, one in zip(document, value, strict=True)]
    if isinstance(value, Mapping):
        pairs = zip(document.items(), value.values(), strict=True)
        return {key: _structure(part, one) for (key, part), one in pairs}
    if not attrs.has(type(value)) or hasattr(value, "to_document"):
        return document
    left_out = {
        field.name
        for field in _fields(value)
        if _part(field) != "structure" or _same(getattr(value, field.name), _default(field))
    }
    return {
        name: _structure(part, getattr(value, name, None))
        for name, part in document.items()
        if name not in left_out
    }


def _default(field: attrs.Attribute[Any]) -> Any:
    factory = getattr(field.default, "factory", None)
    return field.default if factory is None else factory()


def _same(old: Any, new: Any) -> bool:
    """Whether two values are equal in content, also where a class compares by its key alone."""
    if old is new:
        return True
    return bool(old == new) and (isinstance(old, str) or canonical_json(old) == canonical_json(new))


def _key(value: Any) -> Any:
    """What identifies a record among its neighbours."""
    if not attrs.has(type(value)):
        return _NO_KEY
    names = {field.name for field in _fields(value)}
    return next((getattr(value, name) for name in _KEYS if name in names), _NO_KEY)


def _by_key(values: Any) -> dict[Any, Any] | None:
    """Elements by their keys, or None for a value that is not a tuple of records with unlike keys."""
    if not isinstance(values, tuple):
        return None
    found = {_key(value): value for value in values}
    return None if _NO_KEY in found or len(found) < len(values) else found


def _in_record(old: Any, new: Any, steps: tuple[Step, ...]) -> Iterator[Change]:
    for field in _fields(old):
        part = _part(field)
        yield from _in_field(getattr(old, field.name), getattr(new, field.name), (*steps, field.name), part)


def _in_field(old: Any, new: Any, steps: tuple[Step, ...], part: str) -> Iterator[Change]:
    if old is new:
        return
    if part == "structure" and attrs.has(type(old)) and type(old) is type(new):
        yield from _in_record(old, new, steps)
        return
    before, after = (_by_key(old), _by_key(new)) if part == "structure" else (None, None)
    if before is not None and after is not None:
        yield from _in_elements(before, after, steps)
    elif not _same(old, new):
        yield Change(kind=_OF_FIELD[part], steps=steps, old=old, new=new)


def _in_elements(
    before: Mapping[Any, Any], after: Mapping[Any, Any], steps: tuple[Step, ...]
) -> Iterator[Change]:
    for key, old in before.items():
        if key not in after:
            yield Change(kind="removed", steps=(*steps, (key,)), old=old)
    staying = _in_place([key for key in before if key in after], [key for key in after if key in before])
    previous = None
    for key, new in after.items():
        place = (*steps, (key,))
        if key not in before:
            yield Change(kind="added", steps=place, new=new, after=previous)
        else:
            if key not in staying:
                yield Change(kind="moved", steps=place, after=previous)
            old = before[key]
            if type(old) is type(new):
                yield from _in_record(old, new, place)
            else:
                yield Change(kind="rerated", steps=place, old=old, new=new)
        previous = key


def _in_place(old: list[Any], new: list[Any]) -> set[Any]:
    """The keys that need not move for the rest to come into the new order."""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return {key for block in blocks for key in old[block.a : block.a + block.size]}


class _Application:
    """One pass over a value that puts the changes in and notes which of them fitted."""

    def __init__(self, diff: Diff) -> None:
        self.changes = diff.changes
        self.of_field = {change.steps: change for change in diff if change.kind not in _OF_ELEMENT}
        self.of_elements: dict[tuple[Step, ...], list[Change]] = {}
        for change in diff:
            if change.kind in _OF_ELEMENT:
                self.of_elements.setdefault(change.steps[:-1], []).append(change)
        self.touched = {change.steps[:length] for change in diff for length in range(len(change.steps))}
        self.fitted: Counter[tuple[ChangeKind, tuple[Step, ...]]] = Counter()

    def unfit(self) -> Iterable[Change]:
        return (change for change in self.changes if not self.fitted[change.kind, change.steps])

    def fits(self, change: Change, holds: bool) -> bool:
        if holds:
            self.fitted[change.kind, change.steps] += 1
        return holds

    def record(self, value: Any, steps: tuple[Step, ...]) -> Any:
        changed = {}
        for field in _fields(value):
            old = getattr(value, field.name)
            new = self.value(old, (*steps, field.name))
            if new is not old:
                changed[field.alias or field.name] = new
        return attrs.evolve(value, **changed) if changed else value

    def value(self, old: Any, steps: tuple[Step, ...]) -> Any:
        change = self.of_field.get(steps)
        if change is not None:
            return change.new if self.fits(change, _same(old, change.old)) else old
        if steps not in self.touched:
            return old
        if attrs.has(type(old)):
            return self.record(old, steps)
        by_key = _by_key(old)
        return old if by_key is None else self.elements(by_key, steps)

    def elements(self, by_key: Mapping[Any, Any], steps: tuple[Step, ...]) -> tuple[Any, ...]:
        made = {key: self.value(value, (*steps, (key,))) for key, value in by_key.items()}
        order = list(made)
        for change in self.of_elements.get(steps, ()):
            key = change.steps[-1][0]
            if change.kind == "removed":
                known = key in by_key and _same(by_key[key], change.old)
            else:
                known = (key in by_key) == (change.kind == "moved")
                known = known and (change.after is None or change.after in order)
            if not self.fits(change, known):
                continue
            if change.kind != "added":
                order.remove(key)
            else:
                made[key] = change.new
            if change.kind != "removed":
                order.insert(0 if change.after is None else order.index(change.after) + 1, key)
        return tuple(made[key] for key in order)

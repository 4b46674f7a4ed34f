"""Crosswalks: which parts of an evaluation framework a look-for or a need code goes with.

Here belong the links alone, as ids and labels: a coaching talk can use the words of the framework by
which a teacher is evaluated (ILR-10) without any of its results. No type here has a field for a rating,
and a document that brings one is refused. Not here: what leaves for evaluation (`ilr.disclosure`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

import attrs

from ilr.base import Checker, Diagnostic, UnknownCode, listed, read_only
from ilr.continuum.lookfors import LookForSet

__all__ = ["Component", "Crosswalk", "CrosswalkEntry", "EntryKind", "check_crosswalk"]

EntryKind = Literal["look_for", "need"]
"""What an entry starts from: a look-for of a set, or a code of a need."""


@attrs.frozen(kw_only=True)
class Component:
    """A part of an external framework, by its id there and a label. Equal when all fields are equal."""

    id: str
    label: str = ""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CrosswalkEntry:
    """The components that one look-for or need code goes with. Equal when all fields are equal.

    Attributes:
        kind: whether the code is a look-for or a need.
        code: id of the look-for, or code of the need.
        components: ids of components, one or more.
    """

    kind: EntryKind
    code: str
    components: tuple[str, ...]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Crosswalk:
    """Links from look-fors and need codes to one external framework. Equal when all fields are equal.

    Attributes:
        id: stable code.
        framework: id of the external framework.
        version: semantic version of this state of the links.
        components: the components it may link to.
        entries: one for each look-for or need code.

    Raises:
        InvalidInput: for repeated or blank ids, and entries that link nowhere, twice or to no component.

    Example:
        >>> crosswalk = Crosswalk(
        ...     id="talk", framework="state-2026", components=(Component(id="3b", label="Discussion"),),
        ...     entries=(CrosswalkEntry(kind="look_for", code="questioning", components=("3b",)),),
        ... )
        >>> [component.label for component in crosswalk.components_of("look_for", "questioning")]
        ['Discussion']
        >>> crosswalk.codes_of("need", "3b"), crosswalk.uncovered("need", ["wait-time"])
        ((), ('wait-time',))
    """

    id: str
    framework: str
    version: str = "1.0.0"
    components: tuple[Component, ...] = ()
    entries: tuple[CrosswalkEntry, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("Crosswalk")
        for name in ("id", "framework"):
            check(bool(getattr(self, name).strip()), "crosswalk.blank", name, "is missing")
        ids = Counter(component.id for component in self.components)
        for place, component in enumerate(self.components):
            path = f"components[{place}].id"
            check(bool(component.id.strip()), "crosswalk.blank", path, "is missing")
            check(ids[component.id] == 1, "crosswalk.repeated", path, "is used twice", expected="unlike ids")
        starts = Counter((entry.kind, entry.code) for entry in self.entries)
        for place, entry in enumerate(self.entries):
            path = f"entries[{place}]"
            check(bool(entry.code.strip()), "crosswalk.blank", f"{path}.code", "is missing")
            check(
                starts[entry.kind, entry.code] == 1,
                "crosswalk.repeated",
                f"{path}.code",
                "has two entries",
                expected="one entry with all components",
            )
            check(bool(entry.components), "crosswalk.empty", f"{path}.components", "are missing")
            for number, id in enumerate(entry.components):
                under = f"{path}.components[{number}]"
                check(
                    id in ids,
                    "crosswalk.dangling",
                    under,
                    "is not among the components",
                    expected=listed(ids),
                )
                fresh = id not in entry.components[:number]
                check(fresh, "crosswalk.repeated", under, "is linked twice", expected="unlike ids")
        check.done()

    def components_of(self, kind: EntryKind, code: str) -> tuple[Component, ...]:
        """The components that a look-for or need code goes with; none where it has no entry."""
        linked = {
            id
            for entry in self.entries
            if (entry.kind, entry.code) == (kind, code)
            for id in entry.components
        }
        return tuple(component for component in self.components if component.id in linked)

    def codes_of(self, kind: EntryKind, component: str) -> tuple[str, ...]:
        """The look-fors or need codes that go with a component.

        Raises:
            UnknownCode: when there is no such component.
        """
        known = [one.id for one in self.components]
        if component not in known:
            raise UnknownCode(f"no such component; there are {listed(known)}", code="crosswalk.unknown")
        return tuple(
            entry.code for entry in self.entries if entry.kind == kind and component in entry.components
        )

    def uncovered(self, kind: EntryKind, codes: LookForSet | Iterable[str]) -> tuple[str, ...]:
        """Those of some look-fors or need codes that have no entry, in their order (ILR-10.GS.2)."""
        own = {entry.code for entry in self.entries if entry.kind == kind}
        return tuple(code for code in dict.fromkeys(_ids(codes)) if code not in own)

    @property
    def unused(self) -> tuple[str, ...]:
        """Ids of components that no look-for and no need code goes with."""
        used = {id for entry in self.entries for id in entry.components}
        return tuple(component.id for component in self.components if component.id not in used)


def check_crosswalk(
    crosswalk: Crosswalk, *, look_fors: LookForSet | Iterable[str] = (), needs: Iterable[str] = ()
) -> tuple[Diagnostic, ...]:
    """Hold a crosswalk against the look-fors and need codes in use.

    Args:
        crosswalk: the links.
        look_fors: a set of look-fors, or ids.
        needs: need codes.

    Returns:
        An error for every entry whose code is not in use, then one warning for each kind that lists its
        codes without an entry.
    """
    given: dict[EntryKind, tuple[str, ...]] = {"look_for": _ids(look_fors), "need": _ids(needs)}
    problems = [
        Diagnostic(
            code="crosswalk.unknown",
            path=f"entries[{place}].code",
            message="is not in use",
            expected=listed(given[entry.kind]),
        )
        for place, entry in enumerate(crosswalk.entries)
        if entry.code not in given[entry.kind]
    ]
    for kind, codes in given.items():
        missing = crosswalk.uncovered(kind, codes)
        if missing:
            problems.append(
                Diagnostic(
                    code="crosswalk.uncovered",
                    path="entries",
                    message=f"cover no {kind.replace('_', '-')} {listed(missing)}",
                    expected="an entry for each",
                    severity="warning",
                )
            )
    return tuple(problems)


def _ids(codes: LookForSet | Iterable[str]) -> tuple[str, ...]:
    return tuple(one.id for one in codes) if isinstance(codes, LookForSet) else tuple(codes)

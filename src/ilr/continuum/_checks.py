"""What must hold between the parts of a framework or a catalogue, for records and for documents alike.

Here belong `check_framework` and `check_catalogue`. They read parts by name, so that a document with a broken part can be
checked as a whole before it is a record. Not here: what one part says about itself; its class checks that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from ilr.base import Checker, Diagnostic, Policy, listed
from ilr.continuum.stages import Stage

__all__ = ["CRITERION", "check_catalogue", "check_framework"]

CRITERION = re.compile(r"([A-Z]+-[0-9]+[a-z]?)\.(GA|GR|GS|GB|KI)\.([1-9][0-9]*)")
"""The id of a criterion: code of its indicator or practice, stage, number."""

_GUARDS = ("precondition", "forbidden")


def check_framework(framework: object) -> tuple[Diagnostic, ...]:
    """Everything that is wrong between the parts of a framework.

    Codes and their namespace, the order of areas and stages, repeated codes, criteria under another
    place than their id says, and links or policy parameters that lead nowhere or in a circle.

    Args:
        framework: a framework or its document; parts of a document that have another shape are passed
            over, for the codec reports them.

    Returns:
        The problems in the order of the document; empty when there are none.
    """
    walk = _Walk(framework)
    walk.framework(framework)
    return tuple(walk.check.problems)


def check_catalogue(catalogue: object) -> tuple[Diagnostic, ...]:
    """Everything that is wrong between the parts of a catalogue: malformed and repeated codes, no entry.

    Args:
        catalogue: a catalogue or its document; parts of a document that have another shape are passed
            over, for the codec reports them.

    Returns:
        The problems in the order of the document; empty when there are none.
    """
    check = Checker("Catalogue")
    namespace, anything = _text(catalogue, "namespace"), r"[A-Z]+"
    formed = re.fullmatch(anything, namespace) is not None
    check(
        formed or not isinstance(_get(catalogue, "namespace"), str),
        "catalogue.namespace",
        "namespace",
        "is malformed",
        expected="capital letters, for example PP",
    )
    pattern = rf"{namespace if formed else anything}-[A-Z]?[0-9]+[a-z]?"
    seen: set[tuple[str, str]] = set()

    def once(kind: str, code: str, path: str) -> None:
        fresh = not code or (kind, code) not in seen
        check(fresh, "catalogue.repeated", path, "is used twice", expected="unlike codes")
        seen.add((kind, code))

    entries = 0
    for group, under in _items(catalogue, "groups"):
        once("group", _text(group, "id"), f"{under}.id")
        for entry, path in _items(group, "entries", under):
            entries += 1
            code = _text(entry, "code")
            once("entry", code, f"{path}.code")
            check(
                not code or re.fullmatch(pattern, code) is not None,
                "catalogue.code",
                f"{path}.code",
                "is malformed",
                expected="the namespace, perhaps a letter, and a number",
            )
            for part, place in _items(entry, "parts", path):
                once(path, _text(part, "id"), f"{place}.id")
    shaped = isinstance(_get(catalogue, "groups"), list | tuple)
    check(entries > 0 or not shaped, "catalogue.empty", "groups", "hold no entry", expected="one or more")
    return tuple(check.problems)


@attrs.frozen
class _Row:
    """A criterion or note as the checks see it, whether read from a record or from a document."""

    path: str
    id: str
    owner: str
    stage: Stage | None
    modality: object
    supersedes: tuple[str, ...]
    carried: object
    parameters: tuple[str, ...]


class _Walk:
    """One pass over a framework or its document that notes problems and collects the criteria."""

    def __init__(self, framework: Any) -> None:
        self.check = Checker("Framework")
        self.rows: list[_Row] = []
        self.seen: set[tuple[str, str]] = set()
        namespace = r"[A-Z]+"
        if self.code(framework, "namespace", "", namespace, expected="capital letters, for example ILR"):
            namespace = _text(framework, "namespace")
        self.number = rf"{namespace}-[1-9][0-9]*"
        self.stages = [stage for value, _ in _items(framework, "stages") if (stage := _stage(value))]

    def framework(self, framework: Any) -> None:
        self.in_order(self.stages, "stages")
        for place, (area, path) in enumerate(_items(framework, "areas"), start=1):
            self.once("area", _text(area, "id"), f"{path}.id")
            self.check(
                _get(area, "order") in (place, None),
                "framework.order",
                f"{path}.order",
                "breaks the order",
                expected=str(place),
            )
            for practice, under in _items(area, "practices", path):
                self.practice(practice, under)
        self.links()

    def code(self, node: Any, name: str, path: str, pattern: str, *, expected: str) -> bool:
        """Check the form of a code; one of another type is left to the codec and does not hold either."""
        code = _get(node, name)
        return isinstance(code, str) and self.check(
            re.fullmatch(pattern, code) is not None,
            "framework.code",
            f"{path}.{name}" if path else name,
            "is malformed",
            expected=expected,
        )

    def once(self, kind: str, code: str, path: str) -> None:
        fresh = not code or (kind, code) not in self.seen
        self.check(fresh, "framework.repeated", path, "is used twice", expected="unlike codes")
        self.seen.add((kind, code))

    def in_order(self, stages: list[Stage], path: str) -> None:
        self.check(
            stages == sorted(set(stages)),
            "framework.stages",
            path,
            "repeat a stage or break their order",
            expected="each stage once, earliest first",
        )

    def practice(self, practice: Any, path: str) -> None:
        code = _text(practice, "code")
        self.code(practice, "code", path, self.number, expected="the namespace and a number")
        self.once("practice", code, f"{path}.code")
        whole = self.cells(practice, code, path)
        for indicator, under in _items(practice, "indicators", path):
            own = _text(indicator, "code")
            self.code(
                indicator,
                "code",
                under,
                rf"{re.escape(code)}[a-z]?",
                expected="its practice, perhaps a letter",
            )
            self.once("indicator", own, f"{under}.code")
            self.check(
                _get(indicator, "practice") in (code, None),
                "framework.practice",
                f"{under}.practice",
                "names another practice",
                expected=code,
            )
            shared = whole & self.cells(indicator, own, under)
            self.check(
                not shared,
                "framework.stages",
                f"{under}.stages",
                "define a stage that the whole practice defines",
                expected="a stage on the practice or on its indicators",
            )

    def cells(self, holder: Any, owner: str, path: str) -> set[Stage]:
        stages = []
        for cell, under in _items(holder, "stages", path):
            stage = _stage(_get(cell, "stage"))
            if stage is not None:
                stages.append(stage)
                self.check(
                    stage in self.stages,
                    "framework.stage",
                    f"{under}.stage",
                    "is not a stage of this framework",
                    expected=listed(member.value for member in self.stages),
                )
            for name in ("criteria", "notes"):
                for criterion, place in _items(cell, name, under):
                    self.criterion(criterion, place, owner, stage)
        self.in_order(stages, f"{path}.stages")
        return set(stages)

    def criterion(self, criterion: Any, path: str, owner: str, stage: Stage | None) -> None:
        row = _Row(
            path,
            _text(criterion, "id"),
            owner,
            stage,
            _get(criterion, "modality"),
            _texts(criterion, "supersedes"),
            _get(criterion, "carried"),
            _texts(criterion, "parameters"),
        )
        self.once("criterion", row.id, f"{path}.id")
        self.rows.append(row)
        match = CRITERION.fullmatch(row.id)
        if match is not None:
            self.check(
                match[1] == owner and (stage is None or match[2] == stage.abbreviation),
                "framework.place",
                f"{path}.id",
                "stands in another place than it says",
                expected=f"{owner}.{'' if stage is None else stage.abbreviation}",
            )

    def links(self) -> None:
        by_id = {row.id: row for row in reversed(self.rows)}  # of a repeated id the first
        parameters = {parameter.id for parameter in Policy.parameters()}
        for row in self.rows:
            for place, lower in enumerate(row.supersedes):
                self.link(row, f"{row.path}.supersedes[{place}]", by_id.get(lower))
            self.check(
                not isinstance(row.carried, str) or (row.carried in by_id and row.carried != row.id),
                "framework.dangling",
                f"{row.path}.carried",
                "names no other criterion of this framework",
                expected="the id of a criterion",
            )
            for place, parameter in enumerate(row.parameters):
                self.check(
                    parameter in parameters,
                    "framework.parameter",
                    f"{row.path}.parameters[{place}]",
                    "is not a policy parameter",
                    expected="an id of Policy.parameters()",
                )
        superseded = [(row.id, lower) for row in self.rows for lower in row.supersedes]
        carried = [(row.id, row.carried) for row in self.rows if isinstance(row.carried, str)]
        for name, links in (("supersedes", superseded), ("carried", carried)):
            for id in _in_circles(links):
                self.check(False, "framework.circle", f"{by_id[id].path}.{name}", "leads back to itself")

    def link(self, row: _Row, path: str, lower: _Row | None) -> None:
        if lower is None:
            self.check(
                False,
                "framework.dangling",
                path,
                "names no criterion of this framework",
                expected="the id of a criterion",
            )
            return
        if row.stage is not None and lower.stage is not None:
            self.check(
                lower.stage < row.stage,
                "framework.supersedes",
                path,
                "is not of a lower stage",
                expected=f"a criterion before {row.stage.value}",
            )
        self.check(
            lower.modality not in _GUARDS,
            "framework.guard",
            path,
            "is a guard, which stays in force",
            expected="a criterion that is neither a precondition nor forbidden",
        )


def _in_circles(links: Sequence[tuple[str, str]]) -> list[str]:
    """The ids that a chain of links leads back to."""
    onward: dict[str, list[str]] = {}
    for start, end in links:
        onward.setdefault(start, []).append(end)
    found = []
    for start, ends in onward.items():
        waiting, reached = list(ends), set[str]()
        while waiting:
            here = waiting.pop()
            if here not in reached:
                reached.add(here)
                waiting.extend(onward.get(here, ()))
        if start in reached:
            found.append(start)
    return found


def _get(node: Any, name: str) -> Any:
    return node.get(name) if isinstance(node, Mapping) else getattr(node, name, None)


def _text(node: Any, name: str) -> str:
    value = _get(node, name)
    return value if isinstance(value, str) else ""


def _texts(node: Any, name: str) -> tuple[str, ...]:
    values = _get(node, name)
    return (
        tuple(value for value in values if isinstance(value, str)) if isinstance(values, list | tuple) else ()
    )


def _items(node: Any, name: str, path: str = "") -> Iterator[tuple[Any, str]]:
    values = _get(node, name)
    for place, value in enumerate(values if isinstance(values, list | tuple) else ()):
        yield value, f"{path}.{name}[{place}]" if path else f"{name}[{place}]"


def _stage(value: object) -> Stage | None:
    if isinstance(value, Stage):
        return value
    return next((stage for stage in Stage if stage.value == value), None)

"""Frameworks: what leaders do, in stages from first awareness to steady improvement.

Here belong the published continuum as data (area, practice, indicator, stage, criterion) and the
ways to look things up in it. Not here: look-fors of classrooms
(`ilr.continuum.lookfors`), nor the rules that decide whether a criterion holds (`ilr.progress`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Literal, NoReturn

import attrs

from ilr.base import EDITION, WORDING, Checker, FrozenMap, UnknownCode, listed, read_only
from ilr.continuum._checks import CRITERION, check_framework
from ilr.continuum._html import table
from ilr.continuum.citations import Citation, Erratum
from ilr.continuum.stages import Stage

__all__ = [
    "Area",
    "Basis",
    "Criterion",
    "Framework",
    "Indicator",
    "Modality",
    "Practice",
    "Stage",
    "StageDescriptor",
    "check_framework",
]

Modality = Literal["required", "permissive", "precondition", "forbidden", "note"]
"""How a criterion binds: a permissive one never fails a stage, a note only keeps another in force."""

Basis = Literal["records", "event", "mixed", "attested"]
"""What can show that a criterion holds: daily records, one more recorded event, partly or only a person."""

_PRINTED = re.compile(r"(?:([A-Za-z]+)-)?([0-9]+)([A-Za-z]?)\.?")


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Criterion:
    """One clause of a stage that can be checked by itself. Equal when all fields are equal.

    Attributes:
        id: code, stage and number, for example ``ILR-8b.KI.1``.
        modality: how it binds.
        basis: what can show that it holds.
        condition: what must be so, in one short sentence.
        needs: the record fields without which it cannot be assessed, for example ``slot.mode``.
        parameters: ``P-`` ids of the policy parameters that its rule reads.
        supersedes: criteria of a lower stage that a building past them need not meet any more (ST-2).
        why: the reason for each of `supersedes`.
        partly: those of `supersedes` of which only a part gives way; `why` says which.
        carried: the criterion whose condition this one repeats or keeps in force, or None.

    Raises:
        InvalidInput: for a malformed id, a missing condition, or `why` and `partly` beside `supersedes`.
    """

    id: str
    modality: Modality
    basis: Basis
    condition: str = attrs.field(metadata=WORDING)
    needs: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    why: FrozenMap[str, str] = attrs.field(factory=FrozenMap, metadata=WORDING)
    partly: tuple[str, ...] = ()
    carried: str | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Criterion")
        check(
            CRITERION.fullmatch(self.id) is not None,
            "criterion.id",
            "id",
            "is malformed",
            expected="a code, a stage and a number, for example ILR-8b.KI.1",
        )
        check(bool(self.condition.strip()), "criterion.condition", "condition", "is missing")
        check(
            set(self.why) <= set(self.supersedes),
            "criterion.why",
            "why",
            "gives a reason for a link that is not there",
            expected="ids of supersedes",
        )
        check(
            set(self.partly) <= set(self.supersedes),
            "criterion.partly",
            "partly",
            "names a link that is not there",
            expected="ids of supersedes",
        )
        check(
            self.modality != "note" or self.carried is not None,
            "criterion.note",
            "carried",
            "is missing",
            expected="the criterion that the note keeps in force",
        )
        check.done()

    @property
    def owner(self) -> str:
        """Code of the indicator or practice that it belongs to."""
        return self.id.split(".")[0]

    @property
    def stage(self) -> Stage:
        """The stage that it belongs to."""
        return Stage.of(self.id.split(".")[1])

    @property
    def number(self) -> int:
        """Its place in the stage, from 1."""
        return int(self.id.split(".")[2])


@attrs.frozen(kw_only=True, field_transformer=read_only)
class StageDescriptor:
    """What a practice or indicator looks like at one stage. Equal when all fields are equal.

    Attributes:
        stage: which stage.
        text: short description, in the words of this library.
        criteria: its clauses in order.
        notes: rows that state no clause of their own but keep an earlier criterion in force.
        heading: the heading as the published page prints it, where that is not the stage's own (E-1).
        errata: oddities of the printed cell.
    """

    stage: Stage
    text: str = attrs.field(metadata=WORDING)
    criteria: tuple[Criterion, ...] = ()
    notes: tuple[Criterion, ...] = ()
    heading: str = attrs.field(default="", metadata=WORDING)
    errata: tuple[Erratum, ...] = attrs.field(default=(), metadata=WORDING)

    def __attrs_post_init__(self) -> None:
        check = Checker("StageDescriptor")
        noted = {"criteria": self.criteria, "notes": self.notes}
        for name, rows in noted.items():
            for place, row in enumerate(rows):
                check(
                    (row.modality == "note") == (name == "notes"),
                    "stage.notes",
                    f"{name}[{place}].modality",
                    "is in the wrong list",
                    expected="note under notes, any other under criteria",
                )
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Indicator:
    """A progress indicator: one line of development of a practice. Equal when all fields are equal.

    Attributes:
        code: with its namespace, for example ``ILR-8b``.
        title: short heading.
        practice: code of the practice.
        printed: the code as the published table prints it.
        stages: its descriptors, earliest stage first.
    """

    code: str
    title: str = attrs.field(metadata=WORDING)
    practice: str
    printed: str = attrs.field(default="", metadata=WORDING)
    stages: tuple[StageDescriptor, ...] = ()

    def stage(self, stage: Stage | str) -> StageDescriptor:
        """The descriptor of one stage.

        Args:
            stage: a stage, its name or its abbreviation.

        Raises:
            UnknownCode: when there is no such stage or it is not defined for this indicator.
        """
        return _at(self.stages, stage, self.code)

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Every criterion in order, earliest stage first."""
        return tuple(criterion for cell in self.stages for criterion in cell.criteria)

    def _repr_html_(self) -> str:
        rows = [(cell.stage.title, cell.text, str(len(cell.criteria))) for cell in self.stages]
        return table(f"{self.code}: {self.title}", ("stage", "description", "criteria"), rows)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Practice:
    """A numbered practice of leaders with its indicators. Equal when all fields are equal.

    Attributes:
        code: with its namespace, for example ``ILR-8``.
        title: short heading.
        actors: the roles that the published heading names; a cell may name fewer (E-12).
        stages: descriptors that belong to the whole practice, such as preparation (S-9).
        indicators: its indicators in order.
        references: the works that its page cites, as printed in order (S-10).
        errata: oddities of the printed page.

    Raises:
        InvalidInput: when two references have one key.
    """

    code: str
    title: str = attrs.field(metadata=WORDING)
    actors: tuple[str, ...] = ()
    stages: tuple[StageDescriptor, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    references: tuple[Citation, ...] = attrs.field(default=(), metadata=WORDING)
    errata: tuple[Erratum, ...] = attrs.field(default=(), metadata=WORDING)

    def __attrs_post_init__(self) -> None:
        check = Checker("Practice")
        check(
            len(set(self.references)) == len(self.references),
            "practice.references",
            "references",
            "cite a work twice",
            expected="unlike keys",
        )
        check.done()

    def stage(self, stage: Stage | str) -> StageDescriptor:
        """The descriptor of one stage of the whole practice.

        Args:
            stage: a stage, its name or its abbreviation.

        Raises:
            UnknownCode: when there is no such stage or it is not defined for the whole practice.
        """
        return _at(self.stages, stage, self.code)

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Every criterion in order: those of the whole practice, then those of its indicators."""
        own = tuple(criterion for cell in self.stages for criterion in cell.criteria)
        return own + tuple(criterion for indicator in self.indicators for criterion in indicator.criteria)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Area:
    """A group of practices with one purpose. Equal when all fields are equal.

    Attributes:
        id: stable code.
        title: short heading.
        order: its place among the areas, from 1.
        purpose: what its practices are for.
        practices: its practices in order.
    """

    id: str
    title: str = attrs.field(metadata=WORDING)
    order: int
    purpose: str = attrs.field(default="", metadata=WORDING)
    practices: tuple[Practice, ...] = ()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Framework:
    """A published system of leadership practices with its stages. Equal when all fields are equal.

    Iterating gives the indicators in order; ``framework["ILR-8b.KI.1"]`` gives a criterion or note.

    Attributes:
        id: stable code of the system, for example ``ilr``.
        namespace: what its codes begin with, for example ``ILR``.
        title: its name.
        version: semantic version of this state of the data.
        language: language of the texts as a BCP 47 tag.
        stages: the stages it uses, earliest first.
        areas: its areas in order.
        errata: oddities of the print as a whole; those of one place stand there, see `misprints`.

    Raises:
        InvalidInput: with everything that `check_framework` finds.

    Example:
        >>> from ilr.continuum import packs
        >>> framework = packs.load("ilr")
        >>> framework.indicator("ILR-8b").stage("keep-improving").criteria[0].id
        'ILR-8b.KI.1'
        >>> framework["ILR-3.KI.1"].supersedes
        ('ILR-3.GS.3',)
    """

    id: str
    namespace: str
    title: str = attrs.field(metadata=WORDING)
    version: str = attrs.field(metadata=EDITION)
    language: str = attrs.field(default="en", metadata=WORDING)
    stages: tuple[Stage, ...] = attrs.field(repr=lambda stages: f"<{len(stages)} stages>")
    areas: tuple[Area, ...] = attrs.field(repr=lambda areas: f"<{len(areas)} areas>")
    errata: tuple[Erratum, ...] = attrs.field(default=(), metadata=WORDING, repr=False)

    def __attrs_post_init__(self) -> None:
        check = Checker("Framework")
        check.add(check_framework(self))
        check.done()

    @cached_property
    def practices(self) -> tuple[Practice, ...]:
        """Every practice in order."""
        return tuple(practice for area in self.areas for practice in area.practices)

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """Every indicator in order."""
        return tuple(indicator for practice in self.practices for indicator in practice.indicators)

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """Every criterion in order, without the notes."""
        return tuple(criterion for cell in self._cells for criterion in cell.criteria)

    @cached_property
    def notes(self) -> tuple[Criterion, ...]:
        """Every row that only keeps an earlier criterion in force."""
        return tuple(note for cell in self._cells for note in cell.notes)

    @cached_property
    def references(self) -> tuple[Citation, ...]:
        """Every work that its practices cite, once each, in the order of the first citation."""
        return tuple(dict.fromkeys(work for practice in self.practices for work in practice.references))

    @cached_property
    def misprints(self) -> FrozenMap[str, tuple[str, ...]]:
        """Where each erratum is recorded: its id, and codes such as ``LS-12``, ``LS-12b.KI`` or the whole's id."""
        held = [
            (self.id, self.errata),
            *((practice.code, practice.errata) for practice in self.practices),
            *((f"{owner}.{cell.stage.abbreviation}", cell.errata) for owner, cell in self._owned),
        ]
        places: dict[str, tuple[str, ...]] = {}
        for place, errata in held:
            for erratum in errata:
                places[erratum.id] = (*places.get(erratum.id, ()), place)
        return FrozenMap(places)

    @cached_property
    def _owned(self) -> tuple[tuple[str, StageDescriptor], ...]:
        owned: list[tuple[str, StageDescriptor]] = []
        for practice in self.practices:
            owned.extend((practice.code, cell) for cell in practice.stages)
            for indicator in practice.indicators:
                owned.extend((indicator.code, cell) for cell in indicator.stages)
        return tuple(owned)

    @cached_property
    def _cells(self) -> tuple[StageDescriptor, ...]:
        return tuple(cell for _, cell in self._owned)

    @cached_property
    def _by_code(self) -> FrozenMap[str, Indicator]:
        return FrozenMap({indicator.code: indicator for indicator in self.indicators})

    @cached_property
    def _by_id(self) -> FrozenMap[str, Criterion]:
        return FrozenMap({criterion.id: criterion for criterion in (*self.criteria, *self.notes)})

    @cached_property
    def _above(self) -> FrozenMap[str, tuple[Criterion, ...]]:
        above: dict[str, tuple[Criterion, ...]] = {}
        for criterion in self.criteria:
            for lower in criterion.supersedes:
                above[lower] = (*above.get(lower, ()), criterion)
        return FrozenMap(above)

    def indicator(self, code: str) -> Indicator:
        """One indicator by its code; the printed form with a full stop will do (E-2).

        Args:
            code: with its namespace, for example ``ILR-8b``.

        Raises:
            UnknownCode: when there is none, or the namespace is missing (E-5).
        """
        wanted = self._canonical(code)
        if wanted not in self._by_code:
            for practice in self.practices:
                if practice.code == wanted:
                    codes = listed(indicator.code for indicator in practice.indicators)
                    raise UnknownCode(f"{wanted} is a practice; its indicators are {codes}", code=_UNKNOWN)
            raise UnknownCode(f"no such indicator; there are {listed(self._by_code, most=20)}", code=_UNKNOWN)
        return self._by_code[wanted]

    def practice(self, code: str) -> Practice:
        """One practice by its code.

        Args:
            code: with its namespace, for example ``ILR-8``.

        Raises:
            UnknownCode: when there is none, or the namespace is missing (E-5).
        """
        wanted = self._canonical(code)
        for practice in self.practices:
            if practice.code == wanted:
                return practice
        codes = listed((practice.code for practice in self.practices), most=20)
        raise UnknownCode(f"no such practice; there are {codes}", code=_UNKNOWN)

    def descriptors(self, code: str) -> tuple[StageDescriptor, ...]:
        """Every stage that is defined for an indicator, earliest first.

        The preparation stages of its practice come with it; a stage that is not among them is not
        defined, which is never a failure (E-3).

        Args:
            code: code of the indicator with its namespace.

        Raises:
            UnknownCode: when there is no such indicator.
        """
        indicator = self.indicator(code)
        cells = (*self.practice(indicator.practice).stages, *indicator.stages)
        return tuple(sorted(cells, key=lambda cell: cell.stage))

    def superseded_by(self, id: str) -> tuple[Criterion, ...]:
        """The criteria any of which, when met, stops this one from failing a stage (ST-2).

        Links over several steps count; links that hold only for a part do not, see
        `partly_superseded_by`.

        Args:
            id: id of the lower criterion.

        Raises:
            UnknownCode: when there is no such criterion.
        """
        found: dict[str, Criterion] = {}
        waiting = [self[id].id]
        while waiting:
            lower = waiting.pop()
            for higher in self._above.get(lower, ()):
                if lower not in higher.partly and higher.id not in found:
                    found[higher.id] = higher
                    waiting.append(higher.id)
        return tuple(found.values())

    def partly_superseded_by(self, id: str) -> tuple[Criterion, ...]:
        """The criteria any of which, when met, makes a part of this one give way; their `why` says which.

        Args:
            id: id of the lower criterion.

        Raises:
            UnknownCode: when there is no such criterion.
        """
        lower = self[id].id
        return tuple(higher for higher in self._above.get(lower, ()) if lower in higher.partly)

    def _canonical(self, code: str) -> str:
        match = _PRINTED.fullmatch(str(code).strip())
        if match is None:
            self._refuse(f"not a code; codes look like {self.namespace}-4b")
        namespace, number, letter = match.groups()
        if namespace is None:
            self._refuse(
                f"a code without its namespace could mean several systems; "
                f"write {self.namespace}-{number}{letter.lower()}"
            )
        if namespace.upper() != self.namespace:
            self._refuse(f"another namespace; codes of this framework begin with {self.namespace}-")
        return f"{self.namespace}-{number}{letter.lower()}"

    def _refuse(self, message: str) -> NoReturn:
        raise UnknownCode(message, code=_UNKNOWN)

    def __getitem__(self, id: str) -> Criterion:
        if id in self._by_id:
            return self._by_id[id]
        owner, _, rest = str(id).strip().partition(".")
        if _PRINTED.fullmatch(owner) and not owner[:1].isalpha() and rest:
            self._refuse(
                f"an id without its namespace could mean several systems; ids begin with {self.namespace}-"
            )
        raise UnknownCode(f"no such criterion; ids look like {self.namespace}-4b.GS.1", code=_UNKNOWN)

    def __contains__(self, id: object) -> bool:
        return id in self._by_id

    def __iter__(self) -> Iterator[Indicator]:
        return iter(self.indicators)

    def _repr_html_(self) -> str:
        rows = []
        for indicator in self.indicators:
            counts = {cell.stage: len(cell.criteria) for cell in self.descriptors(indicator.code)}
            cells = (str(counts[stage]) if stage in counts else "" for stage in self.stages)
            rows.append((indicator.code, indicator.title, *cells))
        heads = ("indicator", "title", *(stage.title for stage in self.stages))
        return table(f"{self.title} {self.version}: criteria by stage", heads, rows)


_UNKNOWN = "framework.unknown"


def _at(cells: tuple[StageDescriptor, ...], stage: Stage | str, code: str) -> StageDescriptor:
    wanted = Stage.of(stage)
    for cell in cells:
        if cell.stage is wanted:
            return cell
    defined = listed(cell.stage.value for cell in cells) or "none"
    raise UnknownCode(
        f"{code} does not define {wanted.value}; it defines {defined}", code="stage.not_defined"
    )

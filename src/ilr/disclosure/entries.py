"""What a ledger holds: disclosures, what teachers hand on, ask for and take back, consents and approvals.

Here belong the entries as records. Each has an id, a day and the keys under which a host finds it. Not here:
the ledger that keeps them, or what they permit.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal, TypeAlias

import attrs

from ilr.base import Checker, FrozenMap, check_aware, content_hash, read_only
from ilr.disclosure.visibility import Audience, Grain, Kind, Use
from ilr.forms import Purpose

__all__ = [
    "Approval",
    "Consent",
    "Entry",
    "EvaluationRelease",
    "LegalDisclosure",
    "Publication",
    "PublishedGroup",
    "Release",
    "TeacherShare",
    "Tombstone",
    "Withdrawal",
]


def _identified(entry: Any, prefix: str) -> None:
    """Make the id of an entry from its other fields, where none was given."""
    if not entry.id:
        facts = [getattr(entry, field.name) for field in attrs.fields(type(entry)) if field.name != "id"]
        object.__setattr__(entry, "id", f"{prefix}-{content_hash(facts)[:16]}")


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Release:
    """A disclosure that took place. Equal when all fields are equal.

    Attributes:
        on: the day.
        to: id of the person, team, building or district that got it.
        audience: what kind of receiver that is.
        grain: how coarse the payload is.
        subject: id of the record, review or table that was released.
        scope: the look-fors that were in it; empty where that is no question.
        purposes: why the records behind it were made; what derives from them keeps the union (FW-3).
        use: what it was asked for.
        policy: version of the policy that permitted it.
        id: made from the rest unless given.
    """

    on: date
    to: str
    audience: Audience
    grain: Grain
    subject: str
    scope: tuple[str, ...] = ()
    purposes: tuple[Purpose, ...] = (Purpose.WALKTHROUGH,)
    use: Use = "feedback"
    policy: str = ""
    id: str = ""

    def __attrs_post_init__(self) -> None:
        _identified(self, "r")

    @property
    def keys(self) -> tuple[str, ...]:
        """Where it is found: by the record."""
        return (self.subject,)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class TeacherShare:
    """A teacher hands on what the teacher may see (FW-6). Equal when all fields are equal.

    Attributes:
        on: the day from which it holds.
        teacher: id of the teacher.
        subject: id of the record.
        to: id of the receiver.
        id: made from the rest unless given.
    """

    on: date
    teacher: str
    subject: str
    to: str
    id: str = ""

    def __attrs_post_init__(self) -> None:
        _identified(self, "s")

    @property
    def keys(self) -> tuple[str, ...]:
        """Where it is found: by the record."""
        return (self.subject,)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class EvaluationRelease:
    """A teacher's request that named records go to one evaluator (FW-2). Equal when all fields are equal.

    Attributes:
        teacher: id of the teacher whose records they are.
        requested_by: id of who asked; only the teacher's own request opens anything.
        requested_at: the instant of the request.
        records: ids of the records, each named; there is no release of all or of what is yet to come.
        recipient: id of the one evaluator.
        cycle: label of the evaluation cycle.
        origin: whether the thought was the teacher's own, or somebody prompted it.
        prompted_by: id of who prompted, None for the teacher's own thought.
        id: made from the rest unless given.

    Raises:
        InvalidInput: listing no record, a record named twice, no recipient, no cycle, an instant without
            offset, a prompt without its author.
    """

    teacher: str
    requested_by: str
    requested_at: datetime
    records: tuple[str, ...]
    recipient: str
    cycle: str
    origin: Literal["teacher", "prompted"] = "teacher"
    prompted_by: str | None = None
    id: str = ""

    def __attrs_post_init__(self) -> None:
        check = Checker("EvaluationRelease")
        for name, words in (("records", "one or more ids"), ("recipient", "one id"), ("cycle", "a label")):
            check(bool(getattr(self, name)), "release.empty", name, "is missing", expected=words)
        check(
            len(set(self.records)) == len(self.records),
            "release.twice",
            "records",
            "repeat an id",
            expected="each record once",
        )
        check_aware(self.requested_at, check, "requested_at")
        check(
            (self.origin == "prompted") == (self.prompted_by is not None),
            "release.origin",
            "prompted_by",
            "does not go with the origin",
            expected="an id when prompted and none otherwise",
        )
        check.done()
        _identified(self, "e")

    @property
    def keys(self) -> tuple[str, ...]:
        """Where it is found: by each of its records."""
        return self.records


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Withdrawal:
    """Somebody takes an own share, request, consent or approval back. Equal when all fields are equal.

    Attributes:
        entry: id of the entry that is withdrawn.
        by: id of who withdraws.
        at: the instant from which the entry opens nothing any more.
        id: made from the rest unless given.

    Raises:
        InvalidInput: for an instant without offset.
    """

    entry: str
    by: str
    at: datetime
    id: str = ""

    def __attrs_post_init__(self) -> None:
        check = Checker("Withdrawal")
        check_aware(self.at, check, "at")
        check.done()
        _identified(self, "w")

    @property
    def keys(self) -> tuple[str, ...]:
        """Where it is found: by the entry that it takes back."""
        return (self.entry,)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Consent:
    """A person agrees to be told as something, or to be considered for a role. Equal when all fields are equal.

    Attributes:
        on: the day from which it holds.
        person: id of the person.
        about: the kind of record, or ``role selection``.
        id: made from the rest unless given.
    """

    on: date
    person: str
    about: Kind | Literal["role selection"]
    id: str = ""

    def __attrs_post_init__(self) -> None:
        _identified(self, "c")

    @property
    def keys(self) -> tuple[str, ...]:
        """Where it is found: by the person."""
        return (self.person,)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Approval:
    """The host approves a researcher's study. Equal when all fields are equal.

    Attributes:
        on: the first day.
        until: the last day, None for no end.
        researcher: id of the researcher.
        kinds: what the study may read.
        by: id of who approved for the host.
        id: made from the rest unless given.
    """

    on: date
    researcher: str
    kinds: tuple[Kind, ...]
    by: str
    until: date | None = None
    id: str = ""

    def __attrs_post_init__(self) -> None:
        _identified(self, "a")

    @property
    def keys(self) -> tuple[str, ...]:
        """Where it is found: by the researcher."""
        return (self.researcher,)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class PublishedGroup:
    """The teachers behind one cell that was told. Equal when all fields are equal.

    Attributes:
        cell: the key of the cell.
        item: id of the item, where a share of fewer teachers than the cell has was told; else empty.
        members: for each resolved teacher a hash of that teacher's records in the cell.
    """

    cell: tuple[str, ...]
    members: FrozenMap[str, str]
    item: str = ""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Publication:
    """A table that was published, with who stood behind its cells (VS-6). Equal when all fields are equal.

    It names teachers: the host keeps it as it keeps the records, and hands it to nobody.

    Attributes:
        on: the day.
        table: id of the published table.
        scope: id of the school, district or study whose tables readers can lay side by side.
        audience: for whom.
        by: the columns broken down by.
        groups: the told cells.
        start: the first day of the records, None where unknown.
        end: the last day.
        id: made from the rest unless given.
    """

    on: date
    table: str
    scope: str
    audience: Audience
    by: tuple[str, ...]
    groups: tuple[PublishedGroup, ...]
    start: date | None = None
    end: date | None = None
    id: str = ""

    def __attrs_post_init__(self) -> None:
        _identified(self, "p")

    @property
    def keys(self) -> tuple[str, ...]:
        """Where it is found: by the scope."""
        return (self.scope,)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class LegalDisclosure:
    """A duty of law outside these rules was met (FW-9). Equal when all fields are equal.

    It never counts as a release and opens nothing.

    Attributes:
        on: the day.
        subject: id of the record.
        basis: court order, child safety, records law.
        id: made from the rest unless given.
    """

    on: date
    subject: str
    basis: Literal["court order", "child safety", "records law"]
    id: str = ""

    def __attrs_post_init__(self) -> None:
        _identified(self, "l")

    @property
    def keys(self) -> tuple[str, ...]:
        """Where it is found: by the record."""
        return (self.subject,)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Tombstone:
    """What is left of an entry that was erased: its place and its hash. Equal when all fields are equal.

    Attributes:
        hash: content hash of the erased entry, so that the chain of the ledger still verifies.
        on: the day of the erasure.
        reason: why, as a code of the host's.
        id: id of the erased entry, which is a hash itself and names nobody.
    """

    hash: str
    on: date
    reason: str
    id: str

    @property
    def keys(self) -> tuple[str, ...]:
        """Where it is found: nowhere."""
        return ()


Entry: TypeAlias = (
    Release
    | TeacherShare
    | EvaluationRelease
    | Withdrawal
    | Consent
    | Approval
    | Publication
    | LegalDisclosure
    | Tombstone
)
"""Anything that a ledger holds."""

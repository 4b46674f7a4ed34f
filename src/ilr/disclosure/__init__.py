"""Disclosure: who may see what, and what no table may give away."""

from ilr.disclosure._coarsening import ALL
from ilr.disclosure.context import Agreement, Context
from ilr.disclosure.differencing import Edition, publish_next
from ilr.disclosure.entries import (
    Approval,
    Consent,
    Entry,
    EvaluationRelease,
    LegalDisclosure,
    Publication,
    PublishedGroup,
    Release,
    TeacherShare,
    Tombstone,
    Withdrawal,
)
from ilr.disclosure.firewall import EvaluationNeedRef
from ilr.disclosure.gates import decide, release, share
from ilr.disclosure.ledger import Ledger, MemoryLedger
from ilr.disclosure.pseudonyms import pseudonymise, subject_of_rows
from ilr.disclosure.publishing import calibrated_only, publish
from ilr.disclosure.readiness import Readiness, readiness
from ilr.disclosure.subjects import Subject, subject_of, subject_of_meeting
from ilr.disclosure.suppressed import SUPPRESSED, Suppressed, SuppressedCell
from ilr.disclosure.tables import BandedShare, Published, PublishedCell
from ilr.disclosure.visibility import VISIBILITY, Audience, Grain, Kind, Opening, Use

__all__ = [
    "ALL",
    "SUPPRESSED",
    "VISIBILITY",
    "Agreement",
    "Approval",
    "Audience",
    "BandedShare",
    "Consent",
    "Context",
    "Edition",
    "Entry",
    "EvaluationNeedRef",
    "EvaluationRelease",
    "Grain",
    "Kind",
    "Ledger",
    "LegalDisclosure",
    "MemoryLedger",
    "Opening",
    "Publication",
    "Published",
    "PublishedCell",
    "PublishedGroup",
    "Readiness",
    "Release",
    "Subject",
    "Suppressed",
    "SuppressedCell",
    "TeacherShare",
    "Tombstone",
    "Use",
    "Withdrawal",
    "calibrated_only",
    "decide",
    "pseudonymise",
    "publish",
    "publish_next",
    "readiness",
    "release",
    "share",
    "subject_of",
    "subject_of_meeting",
    "subject_of_rows",
]

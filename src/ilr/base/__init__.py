"""What every room speaks: days, people, policy, verdicts, events, errors and the codec.

Nothing here knows a form, an observation or a statistic.
"""

from ilr.base.days import SchoolCalendar, Term, Window, countable_days, longest_gap, months_in, require_aware
from ilr.base.errors import (
    Checker,
    Diagnostic,
    IlrError,
    InvalidInput,
    MissingDependency,
    NotEnoughData,
    UnknownCode,
    listed,
)
from ilr.base.events import (
    Acknowledgement,
    Attestation,
    Communication,
    Contribution,
    Event,
    InputRequest,
    InputResponse,
    Orientation,
    RoleAppointment,
    TrainingRecord,
)
from ilr.base.mapping import FrozenMap
from ilr.base.policy import Parameter, Policy
from ilr.base.reasons import MESSAGES, Permit, Reason, Verdict, words
from ilr.base.records import read_only
from ilr.base.roster import Appointment, Leave, Organisation, Person, Role, Roster, Section, SourceId, Team
from ilr.base.versions import (
    EDITION,
    WORDING,
    Change,
    Diff,
    Lineage,
    LineageKind,
    apply,
    content_hash,
    diff,
    propose_version,
    structure_hash,
)

__all__ = [
    "EDITION",
    "MESSAGES",
    "WORDING",
    "Acknowledgement",
    "Appointment",
    "Attestation",
    "Change",
    "Checker",
    "Communication",
    "Contribution",
    "Diagnostic",
    "Diff",
    "Event",
    "FrozenMap",
    "IlrError",
    "InputRequest",
    "InputResponse",
    "InvalidInput",
    "Leave",
    "Lineage",
    "LineageKind",
    "MissingDependency",
    "NotEnoughData",
    "Organisation",
    "Orientation",
    "Parameter",
    "Permit",
    "Person",
    "Policy",
    "Reason",
    "Role",
    "RoleAppointment",
    "Roster",
    "SchoolCalendar",
    "Section",
    "SourceId",
    "Team",
    "Term",
    "TrainingRecord",
    "UnknownCode",
    "Verdict",
    "Window",
    "apply",
    "content_hash",
    "countable_days",
    "diff",
    "listed",
    "longest_gap",
    "months_in",
    "propose_version",
    "read_only",
    "require_aware",
    "structure_hash",
    "words",
]

"""What every room speaks: days, people, policy, verdicts, events, errors and the codec."""
from ilr.base.errors import Checker, Diagnostic, IlrError, InvalidInput, MissingDependency, NotEnoughData, UnknownCode
from ilr.base.mapping import FrozenMap
from ilr.base.reasons import MESSAGES, Permit, Reason, Verdict, words

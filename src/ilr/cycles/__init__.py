"""Cycles: from the review of a data cut to decisions, and back to them at the next review."""

from ilr.cycles.associations import AssociationAnalysis
from ilr.cycles.cuts import DataCut, cut
from ilr.cycles.decisions import Decision, DecisionKind, DecisionStatus, StatusEntry
from ilr.cycles.improvement import ImprovementCycle
from ilr.cycles.reviews import CodeCount, Finding, ProtocolStep, Review, close, open_decisions
from ilr.cycles.summaries import ReviewSummary, summarise
from ilr.cycles.triggers import Trigger, trigger

__all__ = [
    "AssociationAnalysis",
    "CodeCount",
    "DataCut",
    "Decision",
    "DecisionKind",
    "DecisionStatus",
    "Finding",
    "ImprovementCycle",
    "ProtocolStep",
    "Review",
    "ReviewSummary",
    "StatusEntry",
    "Trigger",
    "close",
    "cut",
    "open_decisions",
    "summarise",
    "trigger",
]

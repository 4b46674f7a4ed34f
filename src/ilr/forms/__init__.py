"""Forms: what an observer is asked, and the record that a visit leaves."""

from ilr.forms.conditions import All, AnyOf, AtLeast, AtMost, Condition, Not, OneOf, dependencies, evaluate
from ilr.forms.definition import Form, Item, form
from ilr.forms.walkthrough import (
    Answer,
    AnswerState,
    FormRef,
    LessonPart,
    Medium,
    Outcome,
    Purpose,
    VisitMode,
    Walkthrough,
)

__all__ = [
    "All",
    "Answer",
    "AnswerState",
    "AnyOf",
    "AtLeast",
    "AtMost",
    "Condition",
    "Form",
    "FormRef",
    "Item",
    "LessonPart",
    "Medium",
    "Not",
    "OneOf",
    "Outcome",
    "Purpose",
    "VisitMode",
    "Walkthrough",
    "dependencies",
    "evaluate",
    "form",
]

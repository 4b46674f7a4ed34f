"""Reasons, verdicts and permits: what a rule answers, as data.

Here belong the answer types that every room shares and the words for them. Not here: the rules that
give the answers; each lives in the room that owns the records it reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import attrs

from ilr.base.mapping import FrozenMap
from ilr.base.records import read_only

__all__ = ["MESSAGES", "Permit", "Reason", "Verdict", "words"]

Parameter = str | int | float | bool


@attrs.frozen(field_transformer=read_only)
class Reason:
    """Why a rule answered as it did: a code with its parameters, ready for any language.

    Equal when code and parameters are equal.

    Attributes:
        code: stable code of the reason, for example ``CALIBRATION_PENDING``.
        parameters: what the sentence needs: counts, dates as ISO text, codes; never a name.

    Example:
        >>> str(Reason.of("BELOW_COUNT", n=12, least=30))
        '12 of at least 30'
    """

    code: str
    parameters: FrozenMap[str, Parameter] = attrs.field(factory=FrozenMap)

    @classmethod
    def of(cls, code: str, /, **parameters: Parameter) -> Reason:
        """Make a reason with its parameters as keywords."""
        return cls(code, FrozenMap(parameters))

    def __str__(self) -> str:
        return words(self)


class Verdict(Enum):
    """What a check can answer about a criterion; lack of data is never a failure."""

    MET = "met"
    NOT_MET = "not met"
    NOT_APPLICABLE = "not applicable"
    NOT_ASSESSABLE = "not assessable"


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Permit:
    """The answer of a gate: granted or refused, always with reasons (FW-8).

    True in a condition when granted. Equal when all fields are equal.

    Attributes:
        granted: whether anything may pass.
        reasons: why it passed or why not, and what is left out.
        scope: the codes that may pass, for example look-fors.
        withheld: the codes that wait.
        policy: version of the policy that was used.
        ledger: version of the ledger that was read, empty without one.
    """

    granted: bool
    reasons: tuple[Reason, ...]
    scope: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    policy: str = ""
    ledger: str = ""

    def __bool__(self) -> bool:
        return self.granted


MESSAGES: Mapping[str, str] = FrozenMap(
    {
        # agreement and proportions
        "NO_PAIRS": "no unit has two ratings",
        "NO_UNITS": "no unit was rated",
        "ONE_CATEGORY": "all ratings are the same, so chance agreement is complete",
        "ONE_RATER": "only one rater",
        "ONE_UNIT": "a single unit tells no spread",
        "NO_OBSERVATIONS": "nothing was observed",
        "NO_VARIATION": "nothing varies",
        "ONE_CLUSTER": "a single cluster tells no spread",
        "FEW_RATERS": "{raters} raters of at least {least}",
        "SINGLE_OBSERVATIONS": "every cluster has one observation",
        "INFERRED_CATEGORIES": "the {categories} categories were taken from the data",
        "UNDEFINED_WITHOUT_ONE": "undefined when one of {groups} is left out",
        "UNDEFINED_DRAWS": "{undefined} of {draws} draws were undefined",
        "BELOW_COUNT": "{n} of at least {least}",
        # calibration and sharing
        "NO_COMMON_EXHIBITS": "{look_for}: nothing was rated together",
        "AGREEMENT_REACHED": "agreement lies between {low:.2f} and {high:.2f}, at or above {threshold:.2f}",
        "AGREEMENT_BELOW": "agreement lies between {low:.2f} and {high:.2f}, below {threshold:.2f}",
        "AGREEMENT_UNSURE": "agreement lies between {low:.2f} and {high:.2f}, which does not settle {threshold:.2f}",
        "TOO_FEW_EXHIBITS": "{n} exhibits of at least {least}",
        "CALIBRATION_PENDING": "{look_for}: the observer is not calibrated yet ({status})",
        "CALIBRATION_EXPIRED": "{look_for}: the calibration ended on {until}",
        "CALIBRATION_RECORD": "the record was made for calibration",
        "CALIBRATION_UNCHECKED": "whether the observers were calibrated was not checked",
        "RECORDS_WITHOUT_RATING": "records without a rating, which are not counted: {n}",
        "CALIBRATED": "look-fors that the observer was calibrated for: {look_fors}",
        "NOT_OBSERVED_TEACHER": "the receiver was not observed in this visit",
        "NOTHING_RATED": "no look-for was rated",
        # reviews
        "NEW_OBSERVATIONS": "{n} new observations, {least} call for a review",
        "DAYS_SINCE_FIRST": "{days} days since the first observation, {most} call for a review",
        "DAYS_SINCE_REVIEW": "{days} days since the last cut, {most} call for a review",
        "REVIEWS": "reviews: {n}",
        "STRETCHES_TOO_LONG": "stretches without a review that were too long: {n}",
        "REVIEWS_WITHOUT_STRENGTH": "{n} of {of} reviews name no strength",
        "REVIEWS_WITHOUT_PROTOCOL": "{n} of {of} reviews do not follow a protocol in a cycle",
        "REVIEWS_WITHOUT_DECISION": "{n} of {of} reviews decide on no support",
        "NO_CLOSED_CYCLE": "no improvement cycle was closed",
        "CYCLES_WITHOUT_STRENGTH": "{n} of {of} closed cycles build on no strength",
        "TERMS_WITHOUT_ANALYSIS": "{n} of {of} terms relate observations to no outcome and further measure",
        "FINDINGS_FROM_ANALYSIS": "findings that cite an analysis: {n}",
        "REVIEW_DUE": "a review is due by {by}, with {n} new observations",
        "DECISION_OPEN": "decided on {on} and still open",
        # coverage
        "NO_FULL_MONTH": "the window holds no full month",
        "WINDOW_TOO_SHORT": "nobody could be observed on {least} days",
        "NO_OBSERVERS": "nobody observed",
        "OBSERVER_MONTHS_WITHOUT_SLOT": "{n} of {of} observer-months have no slot",
        "MONTHS_WITHOUT_MIX": "{n} of {of} months lack a mix of random and announced visits",
        "TEACHER_MONTHS_AT_FLOOR": "teacher-months with {least} or more visits: {share:.0%}",
        "TEACHER_MONTHS_AT_AIM": "teacher-months with {least} or more visits: {share:.0%}",
        "UNDATED_RECORDS": "records without a day: {n}",
        "UNKNOWN_TEACHERS": "observed teachers who are not in the roster: {n}",
        "HELD_SLOTS_WITHOUT_RECORD": "{n} of {of} held slots left no record",
        "RECORDS_WITHOUT_FORM": "{n} of {of} visits have a record without medium or form",
        "UNKNOWN_LESSON_PARTS": "{share:.0%} of visits do not say which part of the lesson was seen",
        "UNKNOWN_PERIODS": "{share:.0%} of visits do not say which period they were in",
        "MONTHS_NOT_SPREAD": "{n} of {of} months miss a period or lesson part, or crowd one",
        "OBSERVERS_WITHOUT_PAIR": "{n} of {of} observer-terms have no paired visit",
        "PAIRED_SHARE": "{share:.0%} of visits are paired, at least {least:.0%}",
        "TEACHERS_WITHIN_GAP": "{share:.0%} of teachers were never unseen for more than {most} days",
        "TEACHERS_WITHIN_GAP_AIM": "{share:.0%} of teachers were never unseen for more than {most} days",
        "NO_EARLIER_SLOTS": "no earlier slots tell how many fall out",
        "CAPACITY": "{planned} slots, of which {held_rate:.0%} are held, for {needed} visits",
        "TEACHERS_SEEN_AT_ONE_TIME": "{n} of {of} teachers were last seen in one period or lesson part only",
        "ELECTRONIC_SHARE": "{share:.0%} of records are electronic",
        "FORM_VERSIONS": "form versions in use: {n}",
        "UNSEEN_DAYS": "unseen on {n} days, at most {most}",
        "SHARE_OWED": "not shared within {most} days",
        # attestation
        "ATTESTED": "attested by {by} on {on}",
        "NO_RULE_NOR_ATTESTATION": "no record tells it and nobody attests it",
    }
)
"""The English words for every reason code; a host lays its own catalogue over them."""


def words(reason: Reason, catalogue: Mapping[str, str] = MESSAGES) -> str:
    """Turn a reason into a sentence.

    Args:
        reason: the reason.
        catalogue: format strings by code; a code it lacks falls back to English, then to the bare code.

    Returns:
        The sentence, without a full stop.
    """
    template = catalogue.get(reason.code) or MESSAGES.get(reason.code)
    if template is None:
        shown = ", ".join(f"{key}={value}" for key, value in reason.parameters.items())
        return f"{reason.code}({shown})" if shown else reason.code
    return template.format(**reason.parameters)

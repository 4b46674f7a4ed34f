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
        asked: the question it answers, for example viewer, subject and purpose; it opens no other.
    """

    granted: bool
    reasons: tuple[Reason, ...]
    scope: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    policy: str = ""
    ledger: str = ""
    asked: FrozenMap[str, str] = attrs.field(factory=FrozenMap)

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
        "NO_COMMON_CATEGORY": "no category was used by both raters",
        "UNUSED_CATEGORY": "the category was not used",
        "PAIRS_LEFT_OUT": "{undefined} of {pairs} pairs of raters have no value",
        "NO_SHARED_UNITS": "no unit was rated by both",
        "PARTIAL_OVERLAP": "{shared} of {units} units were rated in both",
        "NO_DISAGREEMENT": "the raters never disagree",
        "UNEQUAL_RATINGS": "units differ in the number of their ratings",
        "ALWAYS_AGREED": "{agreed} of {categories} categories tell nothing: unused, or both raters always agreed",
        "CLUSTERS_IGNORED": "units count as independent, although they lie in {clusters} clusters",
        "UNITS_NOT_COMPARABLE": "no rater rated two units",
        "NO_RESIDUAL": "nothing is left over that could be error",
        "NO_POSITIVE_VARIANCE": "the components of variance do not add up to more than zero",
        "NO_INDEX": "no unit lies where the index says anything",
        "AVERAGE_UNDEFINED": "agreement of single ratings is too low for a coefficient of their mean",
        "BELOW_COUNT": "{n} of at least {least}",
        "NO_STANDARD_ERROR": "there is no standard error above zero",
        "DRAWS_ON_ONE_SIDE": "all {draws} draws lie on one side of the value",
        "FEW_EXCHANGES": "too few units to bound it on both sides",
        "NOTHING_BEFORE_AND_AFTER": "no unit has a value before and after its start",
        "NOTHING_TO_COMPARE": "no start has values before and after it beside a unit that had not started",
        "WHOLE_POPULATION": "every unit of the population was rated",
        # associations
        "ALL_ALONE": "no group has two units",
        "FEW_UNITS": "too few units in groups: {units} in {groups}",
        "ON_A_LINE": "all units lie on one line, which tells no spread",
        "BEYOND_ONE": "corrected for unreliability its {part} would be {value:.2f}, beyond what a correlation can be",
        # forms: why an item is asked, lineage, proposals and selection
        "ALWAYS": "it is always asked",
        "ALL": "all {parts} parts hold",
        "ANY": "one or more of {parts} parts hold",
        "COUNT": "{least} or more of {parts} parts hold",
        "ENTRIES": "it holds for {least} or more entries of {item}",
        "NOT": "the part does not hold",
        "AT_LEAST": "{item}: {code} or higher",
        "AT_MOST": "{item}: {code} or lower",
        "EQUALS": "{item}: {code}",
        "ONE_OF": "{item}: one of {codes}",
        "ANSWERED": "{item}: has an answer",
        "FOCUS_IS": "the focus is {focus}",
        "NO_ANSWER": "{item}: has no answer",
        "NO_ENTRIES": "{item}: has no entries",
        "NOT_ASKED": "{item}: is not asked",
        "NO_FOCUS": "the focus was not told",
        "SAME": "it is the same question",
        "REWORDED": "only its words differ",
        "RESCALED": "every former level has one in the new scale",
        "NO_LEVEL_MAP": "nobody can say which level each former level became",
        "SPLIT": "it was split into several",
        "MERGED": "several were merged into it",
        "REPLACED": "it replaced another question",
        "NEW": "it is new",
        "RETIRED": "it is no longer asked",
        "ASKED_OTHERWISE": "it is asked on another condition, so of other visits",
        "ASKED_ELSEWHERE": "one version asks it once and the other in entries",
        "UNDECLARED": "no lineage tells where it comes from",
        "NOT_FOLLOWING": "neither version was made from the other",
        "HIDDEN_LATER": "the later version does not ask it with these answers",
        "NO_ROOM": "the later version takes at most {most} entries",
        "AT_FIDELITY": "the share at fidelity is at least {lower:.2f} in {reviews} reviews, of {least:.2f}",
        "SETTLED": "the share at fidelity is at least {lower:.2f}, of {least:.2f}, and stable",
        "FEW_REVIEWS": "{n} of at least {least} reviews",
        "FEW_OBSERVATIONS": "{n} of at least {least} observations in a review",
        "BELOW_FIDELITY": "the share at fidelity is at least {lower:.2f} in a review, below {least:.2f}",
        "IS_SENTINEL": "it is a sentinel already",
        "GENERAL": "it serves every focus",
        "FOCUS_FITS": "{module} is made for {focus}",
        "CONTEXT_FITS": "{module} is made for this {key}",
        "ALL_MODULES": "it joins all {n} modules that fit",
        "OTHER_FOCUS": "{module} is made for another focus",
        "OTHER_CONTEXT": "{module} is made for another {key}",
        "UNKNOWN_CONTEXT": "{module} asks for the {key}, which was not told",
        "REQUESTED": "the teacher asked for it: {items}",
        "ALREADY_ASKED": "what the teacher asked for is on it: {items}",
        # derived scores, and items of several versions in a table
        "NOTHING_APPLIED": "none of its {of} parts applied",
        "FEW_ANSWERED": "answered parts: {answered} of at least {least}",
        "TIED": "{levels} levels are equally frequent",
        "NO_ROW": "no row of the table has these levels",
        "ITEM_APART": "{item}: ratings of {form} {version} stand apart from those of {later} ({why})",
        "ITEM_RESCALED": "{item}: ratings of {form} {version} are read on the scale of {later}",
        # calibration and sharing
        "CODES_MISSING": "codes that the observer left out: {n}",
        "NO_COMMON_EXHIBITS": "{look_for}: nothing was rated together",
        "AGREEMENT_REACHED": "agreement lies between {low:.2f} and {high:.2f}, at or above {threshold:.2f}",
        "AGREEMENT_BELOW": "agreement lies between {low:.2f} and {high:.2f}, below {threshold:.2f}",
        "AGREEMENT_UNSURE": "agreement lies between {low:.2f} and {high:.2f}, which does not settle {threshold:.2f}",
        "EXHIBITS_WANTED": "about {n} more exhibits rated like these would settle it",
        "TOO_FEW_EXHIBITS": "{n} exhibits of at least {least}",
        "CALIBRATION_PENDING": "{look_for}: the observer is not calibrated yet ({status})",
        "CALIBRATION_EXPIRED": "{look_for}: the calibration ended on {until}",
        "CALIBRATION_UNCHECKED": "whether the observers were calibrated was not checked",
        "RECORDS_WITHOUT_RATING": "records without a rating, which are not counted: {n}",
        "CALIBRATION_LAPSED": "{look_for}: the calibration lapsed on {on} ({cause})",
        "CALIBRATED": "look-fors that the observer was calibrated for: {look_fors}",
        "NOTHING_RATED": "no look-for was rated",
        "RAW_NOTES": "look-fors shown without a calibrated rating: {look_fors}",
        "NO_VISIT_PLANNED": "no visit is planned",
        "NO_FORM_WITH_LOOK_FORS": "no form asks about a look-for",
        "CALIBRATION_INCOMPLETE": "observers and look-fors without calibration: {n} of {of}",
        # who may see what
        "OPEN": "{kind}: open to the audience {audience}",
        "NOT_IN_CAPACITY": "nothing shows that who asks belongs to the audience {audience}",
        "NOT_OPEN": "{kind}: closed to the audience {audience}",
        "GRAIN_TOO_FINE": "nothing finer than {finest} is open",
        "BELOW_TEACHERS": "fewer than {least} teachers",
        "FOR_IMPROVEMENT_ONLY": "open for improvement alone",
        "NOT_AGREED": "teachers who have not agreed that the coach reads it: {teachers}",
        "FACTS_NOT_AGREED": "the coaching agreement keeps even the facts",
        "NOT_APPROVED": "{kind}: no study of the researcher is approved for it",
        "NO_CONSENT": "{about}: somebody it is about has not consented",
        "NOT_ONESELF": "open to the leader who is coached alone",
        "OBSERVERS_NOT_CALIBRATED": "not every rating is by a calibrated observer",
        "POLICY_KEEPS": "the policy does not tell candidates",
        "NOT_PUBLISHED": "it has not been published",
        "NOT_RELEASED_YET": "it has not been released to teachers",
        "ROLLED_UP": "{column}: rolled up along its hierarchy, levels: {steps}",
        "FEW_IN_TOLD_CELLS": "teachers who stand in told cells: {share:.0%}, at least {least:.0%} wanted",
        "NOTHING_TOLD": "nothing can be told",
        "COMMON_SET": "teachers left out, because a difference to earlier tables would show them: {teachers}",
        "DIFFERENCE_TOO_SMALL": "differences to other tables by fewer than {least} teachers: {n}",
        "DUAL_ROLE": "who reads or coaches here also evaluates",
        # evaluation
        "EVALUATION_CLOSED": "for evaluation only the teacher opens a record, to one evaluator",
        "PERSONNEL_CLOSED": "closed to decisions about persons",
        "NO_INSTANT": "the instant is not known",
        "NOT_RELEASED": "teachers who have not asked for its release: {teachers}",
        "RELEASE_NOT_BY_TEACHER": "somebody else asked for the release",
        "RELEASE_OF_ANOTHER": "the release names a record of others",
        "RELEASE_AHEAD": "the record is not older than the release",
        "RELEASE_TO_ANOTHER": "the release names another recipient",
        "RELEASE_LATER": "the release is later than the disclosure",
        "RELEASE_WITHDRAWN": "the release was withdrawn",
        "RELEASE_PROMPTED": "the release was prompted, which the policy does not allow",
        # reviews
        "PERIODS_NOT_COMPARABLE": "the two periods did not ask the same",
        "NEW_OBSERVATIONS": "{n} new observations, {least} call for a review",
        "DAYS_SINCE_FIRST": "{days} days since the first observation, {most} call for a review",
        "DAYS_SINCE_REVIEW": "{days} days since the last cut, {most} call for a review",
        "CHART_SIGNALS": "signals of charts: {n} ({rules})",
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
        # improvement cycles: prediction, quality and what a result suggests
        "NO_INTERVAL": "there is no interval",
        "INTERVAL_WIDER_THAN_PREDICTION": "the result lies in the predicted range, but could be anything from "
        "{low:.2f} to {high:.2f}",
        "PLAN_LEAVES_OPEN": "the plan does not tell: {parts}",
        "LINKED_CYCLES": "cycles that follow each other: {n} of at least {least}",
        "NOT_FOLLOWED": "the cycle that was to follow is not there",
        "NO_PREDICTION": "nothing was predicted",
        "PREDICTION_SAME_DAY": "prediction and first datum are both of {on}, so which came first cannot be told",
        "NO_STUDY": "it ended without a study",
        "NOTHING_COMPARED": "the result has no value to compare with the prediction",
        "WHOLE_UNIT_FIRST": "all {teachers} teachers took part, and no smaller cycle came before",
        "SCOPE_NOT_TOLD": "how many take part was not told",
        "POINTS_IN_A_ROW": "points in a row: {n} of at least {least}",
        "NO_RATIONALE": "nothing tells why the prediction was expected",
        "NO_BASELINE": "nothing tells where the measure stood before",
        "NO_BALANCING_MEASURE": "no measure looks for harm elsewhere",
        "REVISITS_MISSING": "decisions that a later review passed over: {n}",
        "ADOPTED_UNSETTLED": "adopted, although it cannot be told whether it did what was predicted",
        "ADOPTED_POOR": "adopted, although the result lies {outcome} the prediction",
        "EXPANDED_UNFAITHFUL": "expanded, although it is not shown that it was done as intended ({outcome})",
        "DONE_GOOD": "done as intended, with the result that was hoped for",
        "DONE_POOR": "done as intended, with a poor result: the practice does not do it",
        "DONE_UNSETTLED": "done as intended, but the result cannot be told yet",
        "UNDONE_GOOD": "a good result without the practice as intended: find out what was done",
        "UNDONE_POOR": "not done as intended, so the result says nothing about the practice: prepare and support better",
        "UNDONE_UNSETTLED": "not done as intended: prepare and support better before reading a result",
        "DOING_UNSETTLED": "whether it was done as intended cannot be told, so the result cannot be read",
        # fidelity, cadence and pilots
        "FIDELITY_REACHED": "the share is at least {lower:.2f}, of {least:.2f}",
        "FIDELITY_MISSED": "the share is at most {upper:.2f}, below {least:.2f}",
        "FIDELITY_UNSURE": "the share lies between {lower:.2f} and {upper:.2f}, which does not settle {least:.2f}",
        "OBSERVATIONS_WANTED": "about {n} more observations with the same share would settle it",
        "SERIES_POINTS": "{n} points",
        "SERIES_SHORT": "{n} points, {useful} of them off the centre, of at least {least}",
        "SERIES_SIGNAL": "signal of {rule} at point {point}",
        "NO_SIGNAL": "no signal",
        "HALVES_ALIKE": "the halves differ by {low:+.2f} to {high:+.2f}, within {margin:.2f}",
        "HALVES_APART": "the halves differ by {low:+.2f} to {high:+.2f}, beyond {margin:.2f}",
        "HALVES_UNSURE": "the halves differ by {low:+.2f} to {high:+.2f}, which does not settle {margin:.2f}",
        "BASELINE_SHORT": "{n} points in the baseline, of at least {least}",
        "NOTHING_TO_WATCH": "no later point, or a baseline that does not vary",
        "LADDER_UP": "{n} reviews in a row, the last with a share of at least {lower:.2f}, of {least:.2f}",
        "LADDER_DOWN": "the share is at most {upper:.2f}, below {least:.2f}",
        "LADDER_CONCERN": "there is a concern",
        "LADDER_STAY": "the share lies between {lower:.2f} and {upper:.2f}; reviews in a row that show {least:.2f}: {n}",
        "LADDER_TOP": "the longest interval is reached",
        "BEYOND_LIMIT": "{z:.2f} sigma from the centre, beyond {limit:g}",
        "NEAR_LIMIT": "{z:.2f} sigma from the centre, beyond {warning:g}",
        "NEAR_CENTRE": "{z:.2f} sigma from the centre, within {warning:g}",
        "NEW_PRACTICE": "the practice is new",
        "PREMATURE": "it is premature",
        "NO_SERIES": "there is no series, or too few teachers for one",
        "LENGTHEN_ONE_STEP": "nobody can tell yet, but nothing speaks against one step",
        "LENGTHEN_SETTLED": "use has settled",
        "NOT_OBSERVED_YET": "no pilot teacher was observed",
        "OBSERVED_BEFORE_TRAINING": "{n} of {of} observed teachers were not trained before",
        "TEACHERS_NOT_INVOLVED": "{n} of {of} pilot teachers took no part in observing",
        "NO_FULL_WEEK": "no full week of the pilot is over",
        "TEACHER_WEEKS_BELOW": "{n} of {of} teacher-weeks have fewer than {least} visits",
        "VISITS_ON_OTHER_FORMS": "{n} of {of} visits are not on {form}",
        "RATINGS_UNCALIBRATED": "{n} of {of} ratings are by observers who were not calibrated for them",
        "GAPS_TOO_LONG": "{n} of {of} stretches between reviews are longer than {most} days",
        "REVIEWS_WITHOUT_OBSERVED": "{n} of {of} reviews lack a teacher who was observed",
        "NO_REVIEW_DUE": "no review was due",
        "FIRST_DECISIONS": "decisions of the first cycles to adapt, or not to: {n}",
        "NOT_LENGTHENED": "the cycles were not lengthened",
        "LENGTHENED": "{n} stretches were lengthened, {premature} of them premature",
        "EXPANSIONS_DECIDED": "decisions to expand after a closed cycle: {n}",
        "COHORTS_BEFORE_DECISION": "{n} of {of} new cohorts started before a decision",
        "NO_EXPANSION": "nobody new has started",
        "COHORT": "{cohort}: {verdict}",
        "COHORTS_COMPARED": "spans of exposure in which two cohorts are told: {n}",
        "COHORTS_WITH_CURVE": "{n} of {of} cohorts are told in two or more spans of exposure",
        "DECISIONS_FROM_COHORTS": "decisions that cite a comparison of cohorts: {n}",
        "ARMS_HIDDEN": "spans of exposure in which cohorts or their total stay hidden: {n}",
        "RECORDS_OUTSIDE_COHORTS": "records of several cohorts, or without training or day: {n}",
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

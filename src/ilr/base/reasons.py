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
        "ZERO_TOTAL": "what is divided by adds up to zero",
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
        # the whole and its parts
        "REVIEWS_WITHOUT_WHOLE": "{n} of {of} reviews do not show every look-for of the building with its levels",
        "REVIEWS_WITHOUT_CHANGE": "{n} of {of} reviews do not compare every look-for with an earlier period",
        "NO_EARLIER_REVIEW": "no review was held before, so there is nothing to compare with",
        "TERMS_WITHOUT_BOTH": "{n} of {of} terms did not decide on both support and the observation process",
        "TARGETS_WITHOUT_CYCLE": "{n} of {of} targets had no improvement cycle",
        "DECISIONS_PASSED_OVER": "{n} of {of} times an open decision was passed over",
        "REVIEWS_WITHOUT_SPLIT": "{n} of {of} reviews split the data in no way",
        "SPLITS_HIDDEN": "splits in which small groups hide every part: {n} of {of}",
        "REVIEWS_WITHOUT_PART_TREND": "{n} of {of} reviews follow no part over time",
        "FINDINGS_UNANSWERED": "{n} of {of} findings that need a response have no decision",
        # telling
        "NOTHING_OWED_YET": "no review is more than {most} instructional days old",
        "NOTHING_SHARED": "no results were shared with teachers or teams",
        "REVIEWS_UNTOLD_DISTRICT": "{n} of {of} reviews did not reach the district within {most} days",
        "REVIEWS_UNTOLD_PARTS": "{n} of {of} reviews gave the district no trend by part within {most} days",
        "REVIEWS_UNTOLD_BUILDING": "{n} of {of} reviews were not told to the whole building, {most} days after them",
        "REVIEWS_UNTOLD_TEACHERS": "{n} of {of} reviews did not reach every teacher within {most} days",
        "TEACHERS_TOLD": "{share:.0%} of teachers were reached after the review that reached fewest",
        "FORMS_UNKNOWN": "{n} of {of} forms in use are not among the published ones",
        "TABLES_UNCHECKED": "{n} of {of} shared tables do not tell that their observers were calibrated",
        "DECISIONS_WITHOUT_EVIDENCE": "{n} of {of} decisions cite nothing that is on record",
        "REVIEWS_WITHOUT_THEME": "{n} of {of} shared reviews name no theme or trend",
        # teams and input
        "NO_TEAM_PART": "no team got a part",
        "PARTS_OF_OTHER_TEAMS": "{n} of {of} parts went to another team than theirs",
        "TEAM_PARTS": "parts that teams got: {n}",
        "TEAM_PARTS_TOO_FINE": "{n} of {of} disclosures to teams tell of too few teachers",
        "TABLES_UNKNOWN": "disclosures of tables that are not on record: {n}",
        "TEAMS_UNTOLD": "{n} of {of} times a team lacked the whole or its own part after {most} days",
        "TEAMS_NOT_USING": "{n} of {of} times a team did not open its data",
        "TEAM_TERMS_WITHOUT_INPUT": "{n} of {of} team-terms brought no input",
        "INPUTS_UNANSWERED": "{n} of {of} inputs of teams had no answer by the next review",
        "INPUT_RECEIVED": "inputs received: {n}",
        "REVIEWS_WITHOUT_REQUEST": "{n} of {of} reviews were held without asking for input",
        "REQUESTS_WITHOUT_ANSWER": "{n} of {of} requests for input had neither answer nor reminder",
        "DECISIONS_FROM_INPUT": "{n} of {of} decisions take up input",
        "NO_REVISION": "no form or look-for set was revised for a focus",
        "REVISIONS_WITHOUT_TEAM": "{n} of {of} revisions had nobody from a team of their focus among their makers",
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
        "NO_PILOT": "no pilot has begun",
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
        # caseloads of coaches
        "CASES_ABOVE": "{n} active cases, at most {most}",
        "MINUTES_ABOVE": "{n:g} minutes of two weeks are planned, {most:g} are there",
        # principles of partnership
        "SIGNED_BY_ONE": "one of the two alone signed the agreement",
        "STRATEGY_BY_COACH_ALONE": "the coach alone decided on the strategy {strategy}",
        "STRATEGY_NOT_BY_TEACHER": "the strategy {strategy} was not chosen by the teacher",
        "READING_NOT_BY_TEACHER": "the reading {reading} was not confirmed by the teacher",
        "WORK_WITHOUT_WORD": "there was work on the goal {goal}, which the teacher had not accepted",
        "CONTENT_NOT_OPENED": "content was disclosed on {on} to somebody to whom the teacher had not opened it",
        "COACH_ALONE_SPEAKS": "the conversation {session} has entries of the coach alone",
        "STEP_BEFORE_REFLECTION": "in the conversation {session} steps were agreed on before a reflection: {steps}",
        "MET_WITHOUT_STEP": "the goal {goal} counts as met, and none of its steps was taken",
        "NO_LEARNING_NOTE": "the coach noted nothing learned",
        # requirements, capacity and matching of mentors and coaches
        "START_NOT_RECORDED": "the start of {of} is not recorded, so {rule} cannot be decided",
        "NO_SUPPORT_PLANNED": "no {kinds} is planned",
        "MENTOR_ATTRIBUTE_NOT_RECORDED": "no planned mentor is on record as {attributes}",
        "CONTACTS_PLANNED": "{n} of {least} contacts a term are planned",
        "DAYS_PLANNED": "{n:g} of {least:g} days of professional development are planned",
        "HOURS_NOT_RECORDED": "hours of {n} of {of} people are not recorded",
        "NEEDED_BY_RULE": "support is required by {rule}",
        "NEEDED_BY_REQUEST": "the educator asked for it",
        "PAIR_KEPT": "the two are a pair already",
        "SAME_SUBJECT": "same subject: {codes}",
        "ANY_SUBJECT": "supports any subject",
        "SAME_GRADE": "same grade: {codes}",
        "ANY_GRADE": "supports any grade",
        "SAME_BUILDING": "works in the same building",
        "BUILDING_REACHED": "reaches the building",
        "ROOM_LEFT": "supports {n} of at most {of} educators",
        "SUPPORTER_IS_EDUCATOR": "is the educator",
        "OTHER_SUPPORT": "offers another kind of support",
        "OTHER_ROLE": "does not support the role",
        "OTHER_SUBJECT": "does not support the subject",
        "OTHER_GRADE": "does not support the grade",
        "BUILDING_NOT_REACHED": "does not reach the building",
        "SUPPORTER_EVALUATES": "evaluates the educator",
        "SUPPORTER_NOT_AGREED": "has not agreed to give support",
        "DECLINED_BY_EDUCATOR": "is declined by the educator",
        "ATTRIBUTE_NOT_RECORDED": "is not on record as {attributes}",
        "ROOM_TAKEN": "could support the educator, but has no room left",
        "ENDED_WITHOUT_NEED": "support is no longer needed, or the educator left",
        "ENDED_WITHOUT_SUPPORTER": "the mentor or coach left",
        "ENDED_IMPOSSIBLE": "the pair is no longer possible",
        "ENDED_WITHOUT_ROOM": "the room goes to another educator, or is gone",
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
        # roles and programmes of coaching
        "APPOINTMENT_FOUNDED": "it cites strong practice and finished mentoring",
        "NO_PRACTICE_CITED": "it cites no practice that the person consented to show",
        "NO_MENTORING_CITED": "it cites no finished mentoring with feedback of who was mentored",
        "COACHING_GROWS": "from {before:g} to {after:g} full-time coaches: effects found in small programmes were "
        "smaller in large ones, so look again after each step",
        # coaching beside walkthroughs and evaluation
        "NO_COACHING": "nobody is coached",
        "UNKNOWN_COACHED": "coached teachers who are not in the roster: {n}",
        "SHARED_UNCALIBRATED": "{n} of {of} shared visits hold ratings by observers who were not calibrated for them",
        "NO_SHARE_OWED": "no visit is more than {most} instructional days old",
        "VISITS_SHARED_LATE": "{n} of {of} visits did not reach every teacher within {most} instructional days",
        "COACHING_GAPS": "{n} of {of} coached teachers went more than {most} instructional days without a conversation",
        "NOTES_TOO_LATE": "before {n} of {of} conversations notes came later than {least} instructional days ahead",
        "NO_VISIT_BETWEEN_TALKS": "no visit fell between two conversations",
        "TALKS_WITHOUT_VISIT": "{n} of {of} conversations drew on no visit since the one before",
        "REQUESTS_ANSWERED": "{n} of {of} requests of teachers were answered by the next visit",
        "PROTOCOLS_WITH_WALKTHROUGHS": "{n} of {of} published protocols use walkthroughs",
        "FOCUS_WITHOUT_COMPONENT": "{n} of {of} look-fors of coaching go with no component of evaluation",
        "NO_ACTIVE_GOAL": "no goal is worked on",
        "GOALS_WITHOUT_COMPONENT": "{n} of {of} goals go with no component of evaluation",
        "RELEASES_BY_OTHERS": "{n} of {of} releases to evaluation were asked for by somebody else",
        "EXPORTS_UNCOVERED": "{n} of {of} disclosures to evaluation were not asked for by every teacher",
        "PLANS_WITH_NEED": "plans with a need from evaluation that the teacher accepted: {n}",
        "GROWTH_ARTEFACTS": "artefacts that teachers chose to show growth: {n}",
        # needs from coaching
        "ACTIVE_PLANS": "active coaching plans: {n}",
        "TEACHERS_COACHED": "teachers who are coached: {share:.0%}",
        "NEEDS_COUNTED": "counts of needs: {n}, of which for fewer than {least} teachers: {small}",
        "TALKS_DOCUMENTED": "{share:.0%} of {n} conversations name protocol, support and need",
        "TALKS_CODED": "{share:.0%} of conversations are coded, at least {least:.0%}",
        "LOG_LAG": "half of the entries were made within {n:g} instructional days, at most {most}",
        "PERIODS_WITHOUT_PROFILE": "{n} of {of} review periods lack a needs profile of building or district",
        "REVIEWS_WITHOUT_NEEDS": "{n} of {of} reviews read no needs from coaching",
        "DECISIONS_FROM_NEEDS": "decisions that cite a needs profile: {n}",
        # people for coaching
        "SUPPORTERS": "people who can support the building: {n}",
        "EDUCATORS_UNCOVERED": "{n} of {of} educators have less support planned than is required",
        "EDUCATORS_UNDECIDED": "for {n} of {of} educators it cannot be told what is required",
        "TEACHERS_UNLISTED": "teachers of the roster who are not among the educators: {n}",
        "NO_PRIORITIES": "no list of priorities was set",
        "PRIORITIES": "{n} priorities, set on {on}",
        "NO_ROLES": "no role of a coach is described",
        "ROLES_WITHOUT_COMPETENCIES": "{n} of {of} role descriptions lack competencies or a use of them",
        "SUBJECTS_UNSEARCHED": "{n} of {of} subjects were not searched",
        "CELLS_SEARCHED": "subjects and look-fors with candidates: {n}, with nobody evident: {none}, with too little data: {few}",
        "MENTORED": "mentored as new: {new}, at their own request: {own}, flagged by the host: {host}",
        "NO_COACHES": "nobody holds a post as coach",
        "COACHES_WITHOUT_ROLE": "{n} of {of} coaches hold no published role with duties",
        "COACHES_WITHOUT_APPOINTMENT": "coaches whose appointment is not on record: {n}",
        "APPOINTMENTS_UNFOUNDED": "{n} of {of} appointments of coaches lack evidence of practice or mentoring",
        "ROLES_OF_BUILDINGS": "{n} of {of} roles were not made by the district",
        "SUPPORT_TIME": "{share:.0%} of coaches' minutes went to support, at least {least:.0%}",
        "COACHES_UNTRAINED": "{n} of {of} coaches lack training in coaching or in feedback",
        "ONE_COACH": "there is one coach and one role at most",
        "TERMS_WITHOUT_CONVENING": "in {n} of {of} terms coaches made no joint plan",
        "COACHES_INACTIVE": "{n} of {of} coaches made no visit, or coached without evidence",
        # partnerships of leaders
        "NO_PARTNERSHIPS": "no leaders are partners",
        "NO_MEETINGS": "no meeting was held",
        "MEETINGS_A_MONTH": "{n} partnerships meet at least {least:g} times a month",
        "COACHING_SHARE": "{share:.0%} of the minutes of {n} meetings went to coaching and planning",
        "PARTNERSHIPS_WITHOUT_SLOT": "{n} of {of} partnerships have no time in every calendar",
        "PARTNERSHIPS_WITHOUT_FEEDBACK": "{n} of {of} partnerships lack the time, or feedback on each agenda",
        "PARTNERSHIPS_WITHOUT_FOCUS": "{n} of {of} partnerships do not name practices and competencies",
        "PARTNERSHIPS_UNMET": "{n} of {of} partnerships have not met",
        "LEADERS_UNPARTNERED": "{n} of {of} building leaders have no supervisor as partner",
        "PARTNERSHIPS_WITHOUT_BUILDING_PLAN": "{n} of {of} partnerships lack talk of teaching and support, or a plan",
        "PARTNERSHIP_GAPS": "{n} of {of} partnerships went more than {most} months without a meeting",
        "TERMS_WITHOUT_POLICY": "in {n} of {of} terms of partnerships district policy was on no agenda",
        "TERMS_WITHOUT_ISSUE": "in {n} of {of} terms the district answered nothing that a building raised",
        "MEETINGS_WITHOUT_AGENDA": "{n} of {of} meetings had no agenda ahead with long-term and urgent parts",
        "PARTNERSHIPS_WITHOUT_LONG_PLAN": "{n} of {of} partnerships do not plan ahead for district and building",
        "TERMS_NOT_JOINT": "in {n} of {of} terms of partnerships a side set no agenda, or not all accepted the schedule",
        "TERMS_WITHOUT_PARTNER_CYCLE": "in {n} of {of} terms of partnerships no improvement cycle ran on data",
        "LEADERS_WITH_SEVERAL": "{n} of {of} leaders hold several partnerships, or one with peers",
        # coaching of leaders
        "NO_LEADER_SESSIONS": "no leader was coached",
        "NO_DISTRICT_COACHES": "no district leader coaches",
        "LEADER_GROUPS_UNHEARD": "{n} of {of} groups of leaders are cited by no list of priorities",
        "LEADER_COACHES_UNTRAINED": "{n} of {of} district leaders who coach are not trained",
        "LEADER_COACHES_UNPRACTISED": "{n} of {of} district leaders who coach rehearsed no protocol",
        "WAYS_OF_BOTH_LEVELS": "made by district and building leaders: protocols {protocols}, templates {templates}",
        "LEADER_GROUPS_UNCOACHED": "{n} of {of} groups of leaders are not coached",
        "NEW_LEADERS_UNMENTORED": "{n} of {of} new leaders have no mentor",
        "LEADERS_WITHOUT_START": "leaders of whom it is not known since when: {n}",
        "LEADER_GAPS": "{n} of {of} coached leaders went more than {most} months without a session",
        "SESSIONS_OFF_SYSTEMS": "{n} of {of} sessions were about no system or policy",
        "SESSION_TOPICS": "on planning {planning:.0%} of sessions, on problems of administration {problems:.0%}",
        "MENTOR_GAPS": "{n} of {of} new leaders went more than {most} months without meeting a mentor",
        "NEW_LEADERS_WITHOUT_PLAN": "{n} of {of} new leaders wrote no learning plan with a mentor",
        "SESSIONS_BY_PROTOCOL": "{share:.0%} of sessions took every step of a protocol, at least {least:.0%}",
        "LEADERS_WITHOUT_PLAN": "{n} of {of} coached leaders have no learning plan",
        "SESSIONS_WITHOUT_PURPOSE": "{n} of {of} sessions do not say what they served",
        "SESSIONS_FOR_PLAN": "{share:.0%} of sessions served a learning plan, at least {least:.0%}",
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

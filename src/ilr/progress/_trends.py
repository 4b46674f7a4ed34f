"""The rules of ILR-6a and ILR-6b: do reviews see the whole and its parts over time, and act on it?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import get_args

from ilr.base import DataUse, FrozenMap, Reason, Verdict, Waiver
from ilr.cycles import (
    CycleState,
    CycleTarget,
    Decision,
    DecisionKind,
    ImprovementCycle,
    Review,
    ReviewSummary,
    missing_revisits,
)
from ilr.disclosure import ALL, Published
from ilr.progress._tellings import Telling, is_for_teams, judged_told, teams_of
from ilr.progress.evidence import Question
from ilr.progress.rules import Answer, Rule, judged, missing, not_applicable

__all__ = ["RULES", "answered_late"]

_SUMMARY = ("review.summary",)
_PARTS = ("disaggregation.dimension", "disaggregation.suppressed")


def patterns_are_holistic(question: Question) -> Answer:
    """ILR-6a.GS.1: every review shows all look-fors for the building, each with its levels, numbers and doubt."""
    if not _summaries(question):
        return missing(_SUMMARY)
    partial = sum(not _is_whole(one.summary) for one in question.reviewed)
    return judged(partial == 0, Reason.of("REVIEWS_WITHOUT_WHOLE", n=partial, of=len(question.reviewed)))


def _summaries(question: Question) -> tuple[ReviewSummary, ...]:
    return tuple(one.summary for one in question.reviewed if one.summary is not None)


def _is_whole(summary: ReviewSummary | None) -> bool:
    """Whether a summary is of the building and tells of the same look-fors how much and at which levels."""
    if summary is None or summary.shares.by is not None or summary.levels.by is not None:
        return False
    rated = {one.item for one in summary.shares if one.estimate.undefined is None}
    return bool(rated) and rated <= {one.item for one in summary.levels}


def changes_are_followed(question: Question) -> Answer:
    """ILR-6a.GB.1 and KI.1: every review compares like periods and gives each look-for a change with its interval.

    The first review of a building has nothing to compare with, so it is asked for nothing. A look-for that one
    of the periods did not ask, or asked otherwise, has a reason in place of an interval; one at least has an
    interval.
    """
    return _followed(question, _compares, code="REVIEWS_WITHOUT_CHANGE", needs=_SUMMARY)


def _compares(summary: ReviewSummary) -> bool:
    told = {one.item for one in summary.changes}
    return any(one.difference.undefined is None for one in summary.changes) and told >= {
        one.item for one in summary.shares
    }


def _followed(
    question: Question, compares: Callable[[ReviewSummary], bool], *, code: str, needs: tuple[str, ...]
) -> Answer:
    """Whether every review with one before it compares; not assessable before the second."""
    if not _summaries(question):
        return missing(needs)
    asked, compared = _asked(question, compares)
    if not asked:
        return missing(needs, Reason.of("NO_EARLIER_REVIEW"))
    lacking = len(asked) - len(compared)
    return judged(lacking == 0, Reason.of(code, n=lacking, of=len(asked)))


def _asked(
    question: Question, compares: Callable[[ReviewSummary], bool]
) -> tuple[list[Review], frozenset[str]]:
    """The reviews of the window that have one before them or compare anyway, and the ids of those that compare."""
    compared = frozenset(
        one.id for one in question.reviewed if one.summary is not None and compares(one.summary)
    )
    first = (question.reviews or ())[0]
    return [one for one in question.reviewed if one is not first or one.id in compared], compared


def decisions_serve_teaching_and_process(question: Question) -> Answer:
    """ILR-6a.GB.2: each term decides on support of teaching and on the observation process, or why on nothing.

    Where ILR-6a.KI.2 is met, a decision on a tool of documentation counts as one on the process.
    """
    if not question.reviewed:
        return missing(["decision.kind", "decision.reason"])
    process = {DecisionKind.OBSERVATION_PROCESS}
    if cycles_have_three_targets(question).verdict is Verdict.MET:
        process.add(DecisionKind.DOCUMENTATION_TOOL)
    decided = [(one.on, one.kind) for one in _decisions(question.reviewed)]
    one_sided = 0
    for term in question.terms:
        kinds = {kind for on, kind in decided if on in term}
        both = DecisionKind.INSTRUCTIONAL_SUPPORT in kinds and bool(process & kinds)
        one_sided += not (both or DecisionKind.NO_ACTION in kinds)
    return judged(one_sided == 0, Reason.of("TERMS_WITHOUT_BOTH", n=one_sided, of=len(question.terms)))


def _decisions(reviews: Iterable[Review]) -> list[Decision]:
    return [decision for review in reviews for decision in review.decisions]


def cycles_have_three_targets(question: Question) -> Answer:
    """ILR-6a.KI.2: in the window a cycle worked on teaching, one on the process and one on the tools.

    A cycle counts from its planning on and on every day before it ended. A `Waiver` about a target, with its
    reason, stands for a cycle that leaders did not need.
    """
    cycles = question.evidence.cycles
    if cycles is None:
        return missing(["cycle.target", "cycle.opened"])
    window = question.window
    tried = {
        one.target
        for one in cycles
        if one.building == question.building
        and one.state is not CycleState.DRAFT
        and one.opened <= window.end
        and window.start <= _last_day(one)
    }
    waived = {
        one.about for one in question.events(Waiver) if one.building == question.building and one.on in window
    }
    lacking = set(get_args(CycleTarget)) - tried - waived
    return judged(
        not lacking, Reason.of("TARGETS_WITHOUT_CYCLE", n=len(lacking), of=len(get_args(CycleTarget)))
    )


def _last_day(cycle: ImprovementCycle) -> date:
    """The day on which a cycle was closed or given up; the end of time while it runs."""
    given_up = None if cycle.abandonment is None else cycle.abandonment.on
    return cycle.closed or given_up or date.max


def decisions_are_revisited(question: Question) -> Answer:
    """ILR-6a.KI.3: every decision left open has a status in each later review of the window."""
    reviews = question.reviews or ()
    later = [one for one in reviews[1:] if one.on in question.window]
    if not later:
        return missing(["review.revisits", "review.on"])
    passed = [one for one in missing_revisits(reviews) if one.on in question.window]
    looked = sum(len(one.revisits) for one in later)
    return judged(not passed, Reason.of("DECISIONS_PASSED_OVER", n=len(passed), of=looked + len(passed)))


def district_is_told(question: Question) -> Answer:
    """ILR-6a.KI.4: the district has the results of the building within P-UP of each review."""

    def is_told(telling: Telling) -> bool:
        return any(one.audience == "district" for one in telling.of_whole(telling.in_time))

    return judged_told(question, "REVIEWS_UNTOLD_DISTRICT", days=question.policy.up_days, is_told=is_told)


def data_are_split(question: Question) -> Answer:
    """ILR-6b.GS.1: every review splits the data at least one way by a published table, which hides small groups.

    A split counts where the rules hid all of it, as in a very small building; the reason tells how many did.
    """
    if not _summaries(question):
        return missing(_PARTS)
    return judged(_unsplit(question) == 0, *_split_reasons(question))


def _unsplit(question: Question) -> int:
    return sum(
        not (one.summary and any(table.by for table in one.summary.breakdowns)) for one in question.reviewed
    )


def _split_reasons(question: Question) -> tuple[Reason, ...]:
    tables = [table for one in _summaries(question) for table in one.breakdowns]
    hidden = sum(not _parts_told(table) for table in tables)
    return (
        Reason.of("REVIEWS_WITHOUT_SPLIT", n=_unsplit(question), of=len(question.reviewed)),
        Reason.of("SPLITS_HIDDEN", n=hidden, of=len(tables)),
    )


def _parts_told(table: Published) -> bool:
    """Whether a table tells of any part, beside its sums."""
    return any(_is_part(cell.key) for cell in table.told)


def _is_part(key: tuple[str, ...]) -> bool:
    return any(value != ALL for value in key)


def parts_are_followed(question: Question) -> Answer:
    """ILR-6b.GB.1: every review follows the parts of one split or more over like periods.

    The first review of a building has nothing to compare with. Not assessable where small groups hide every
    part, so that nothing of them can be followed.
    """
    if (tables := [table for one in _summaries(question) for table in one.breakdowns]) and not any(
        map(_parts_told, tables)
    ):
        return missing((), Reason.of("SPLITS_HIDDEN", n=len(tables), of=len(tables)))
    return _followed(
        question,
        _follows_parts,
        code="REVIEWS_WITHOUT_PART_TREND",
        needs=("disaggregation.dimension", "disaggregation.periods"),
    )


def _follows_parts(summary: ReviewSummary) -> bool:
    return any(_is_part(one.key) and one.change.difference.undefined is None for one in summary.group_changes)


def teams_see_their_own_part(question: Question) -> Answer:
    """ILR-6b.GB.2: a team that gets a part gets its own, and no other team's; it need not get any."""
    releases, tables = question.evidence.releases, question.evidence.published
    if releases is None or tables is None or not teams_of(question):
        return missing(["release.audience", "release.subject", "release.to", "team.members"])
    known = {table.id: table for table in tables}
    members = {team.id: {team.id, *team.members} for team in teams_of(question)}
    given = [
        one
        for one in releases
        if is_for_teams(one) and one.on in question.window and known.get(one.subject) is not None
    ]
    if not given:
        return not_applicable(Reason.of("NO_TEAM_PART"))
    other = sum(one.to not in members.get(known[one.subject].team or "", ()) for one in given)
    return judged(other == 0, Reason.of("PARTS_OF_OTHER_TEAMS", n=other, of=len(given)))


def splits_are_answered(question: Question) -> Answer:
    """ILR-6b.KI.1: no review goes without a split, and every finding that needs a response has a decision."""
    if not _summaries(question):
        return missing([*_PARTS, "finding.needs_response", "decision.evidence"])
    asking = waiting = 0
    for review in question.reviewed:
        cited = {id for decision in review.decisions for id in decision.evidence}
        wanted = {one.id for one in review.findings if one.needs_response}
        asking += len(wanted)
        waiting += len(wanted - cited)
    return judged(
        _unsplit(question) == waiting == 0,
        *_split_reasons(question),
        Reason.of("FINDINGS_UNANSWERED", n=waiting, of=asking),
    )


def district_sees_parts(question: Question) -> Answer:
    """ILR-6b.KI.2: the district has a trend by part within P-UP of each review.

    It has when it got the results of a review that follows a part, or a table of it; the tables of the review
    hide groups below P-K-OUT.
    """
    if parts_are_followed(question).verdict is Verdict.NOT_ASSESSABLE:
        return missing(["disaggregation.periods", "release.audience", "release.grain", "release.on"])
    asked, compared = _asked(question, _follows_parts)

    def is_told(telling: Telling) -> bool:
        given = [one for one in telling.in_time if one.audience == "district"]
        reached = telling.of_whole(given) or [one for one in given if one.subject in telling.tables]
        return telling.review.id in compared and bool(reached) and _fit_for_outside(telling.review, question)

    return judged_told(
        question, "REVIEWS_UNTOLD_PARTS", days=question.policy.up_days, is_told=is_told, reviews=asked
    )


def _fit_for_outside(review: Review, question: Question) -> bool:
    tables = review.summary.breakdowns if review.summary is not None else ()
    return all(one.teachers_per_cell >= question.policy.outside_teachers for one in tables)


def teams_open_their_data(question: Question) -> Answer:
    """ILR-6b.KI.3: every team opens its data after each review and before the next.

    After the last review there is time up to P-DOWN. Hosts that log no use leave it to attestation.
    """
    uses, teams, reviews = question.events(DataUse), teams_of(question), question.reviewed
    if not (uses and teams and reviews):
        return missing(["data_use.team", "data_use.on", "team.members", "review.on"])
    ends = [*(one.on for one in reviews[1:]), date.max]
    idle = wanted = 0
    for review, end in zip(reviews, ends, strict=True):
        active = {one.team for one in uses if review.on <= one.on < end}
        missed = sum(team.id not in active for team in teams)
        limit = end if end < date.max else question.calendar.add(review.on, question.policy.down_days)
        over = limit < question.as_of
        idle += missed if over else 0
        wanted += len(teams) if over else len(teams) - missed
    if not wanted:
        return missing(["data_use.on"], Reason.of("NOTHING_OWED_YET", most=question.policy.down_days))
    return judged(idle == 0, Reason.of("TEAMS_NOT_USING", n=idle, of=wanted))


def teams_shape_observation(question: Question) -> Answer:
    """ILR-6b.KI.4: every team gives input in each term, and the next review answers it."""
    reviews, teams = question.reviews or (), teams_of(question)
    given = [one for review in reviews for one in review.inputs if one.source == "team"]
    if not given or not teams:
        return missing(["input.by", "input.on", "disposition.outcome", "team.members"])
    silent = sum(
        not any(one.by == team.id and one.on in term for one in given)
        for term in question.terms
        for team in teams
    )
    late = answered_late(question)
    return judged(
        silent == late == 0,
        Reason.of("TEAM_TERMS_WITHOUT_INPUT", n=silent, of=len(question.terms) * len(teams)),
        Reason.of("INPUTS_UNANSWERED", n=late, of=len(given)),
    )


def answered_late(question: Question) -> int:
    """How many inputs of teams in the window had no answer when the next review was closed."""
    reviews = question.reviews or ()
    late = 0
    for place, review in enumerate(reviews[:-1]):
        answered = {one.input for held in reviews[: place + 2] for one in held.dispositions}
        late += sum(
            one.source == "team" and one.on in question.window and one.id not in answered
            for one in review.inputs
        )
    return late


RULES: Mapping[str, Rule] = FrozenMap(
    {
        "ILR-6a.GS.1": patterns_are_holistic,
        "ILR-6a.GB.1": changes_are_followed,
        "ILR-6a.GB.2": decisions_serve_teaching_and_process,
        "ILR-6a.KI.1": changes_are_followed,
        "ILR-6a.KI.2": cycles_have_three_targets,
        "ILR-6a.KI.3": decisions_are_revisited,
        "ILR-6a.KI.4": district_is_told,
        "ILR-6b.GS.1": data_are_split,
        "ILR-6b.GB.1": parts_are_followed,
        "ILR-6b.GB.2": teams_see_their_own_part,
        "ILR-6b.KI.1": splits_are_answered,
        "ILR-6b.KI.2": district_sees_parts,
        "ILR-6b.KI.3": teams_open_their_data,
        "ILR-6b.KI.4": teams_shape_observation,
    }
)

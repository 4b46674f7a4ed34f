"""The rules of ILR-8b: do teams get their own part without anybody being told apart, use it and shape the visits?"""

from __future__ import annotations

from collections.abc import Mapping

from ilr.base import Contribution, DataUse, FrozenMap, InputRequest, Reason, Roster, Team
from ilr.disclosure import Published, Release
from ilr.progress._broad_feedback import sharing_is_prepared
from ilr.progress._tellings import NEEDS, is_broad, is_for_teams, receivers, teams_of, tellings
from ilr.progress._trends import answered_late
from ilr.progress.evidence import Question
from ilr.progress.rules import Answer, Rule, judged, judged_in_part, missing

__all__ = ["RULES"]

_PERSONAL = frozenset({"individual content", "individual fact"})


def team_parts_hide_persons(question: Question) -> Answer:
    """ILR-8b.GS.2: teams get their part as tables made for a team, in which no cell tells of too few (VS-4).

    A table made for a team has no names, free text or exact times, and hides cells in which one teacher
    dominates; here its numbers of teachers are held against P-K-TEAM. A disclosure to a team that tells single
    persons apart is never one of these.
    """
    releases, tables = question.evidence.releases, question.evidence.published
    if releases is None or tables is None:
        return missing([*NEEDS, "team.members"])
    told = [one for one in releases if one.audience == "team" and one.on in question.window]
    given = [one for one in told if is_for_teams(one)]
    personal = sum(one.grain in _PERSONAL for one in told)
    known = {table.id: table for table in tables}
    unknown = sum(one.subject not in known for one in given)
    thin = sum(not _hides_persons(known[one.subject], question) for one in given if one.subject in known)
    reasons = (
        Reason.of("TEAM_PARTS", n=len(given)),
        Reason.of("TEAM_PARTS_TOO_FINE", n=thin + personal, of=len(told)),
    )
    if not thin and not personal and unknown:
        return missing(["release.subject"], *reasons, Reason.of("TABLES_UNKNOWN", n=unknown))
    return judged(bool(given) and not thin and not personal, *reasons)


def _hides_persons(table: Published, question: Question) -> bool:
    """Whether a table was made for a team and every number it tells is of enough teachers."""
    least = question.policy.team_teachers
    return (
        table.audience == "team"
        and table.team is not None
        and table.teachers_per_cell >= least
        and all(cell.teachers >= least for cell in table.told)
    )


def teams_get_both_pictures(question: Question) -> Answer:
    """ILR-8b.GB.1: within P-DOWN of every review each team gets the whole and its own part.

    A team of fewer than P-K-TEAM members gets the whole alone, for its own part would tell of single persons.
    Where ILR-8b.KI.1 is met, teams open their own part and only the whole is sent.
    """
    teams, found = teams_of(question), tellings(question, days=question.policy.down_days)
    if found is None or not teams:
        return missing([*NEEDS, "team.members"])
    by_themselves = not _not_reaching(question) and question.attestation("ILR-8b.KI.1") is not None
    lacking = owed = 0
    for telling in found:
        whole = tuple(filter(is_broad, telling.of_whole(telling.in_time)))
        own = tuple(filter(is_for_teams, telling.in_time))
        told = sum(
            _got(one, whole, question)
            and (by_themselves or _is_small(one, question) or _got(one, own, question))
            for one in teams
        )
        owed += len(teams) if telling.over else told
        lacking += len(teams) - told if telling.over else 0
    if not owed:
        return missing(["release.on"], Reason.of("NOTHING_OWED_YET", most=question.policy.down_days))
    return judged(lacking == 0, Reason.of("TEAMS_UNTOLD", n=lacking, of=owed, most=question.policy.down_days))


def _got(team: Team, releases: tuple[Release, ...], question: Question) -> bool:
    """Whether some disclosures reached every member of a team."""
    return receivers(question, [team.id]) <= receivers(question, (one.to for one in releases), team.members)


def _is_small(team: Team, question: Question) -> bool:
    """Whether a team has too few members for a part of its own."""
    return len(receivers(question, [team.id])) < question.policy.team_teachers


def teams_are_heard(question: Question) -> Answer:
    """ILR-8b.GB.2: teams were asked for input or gave it, and every input of a team has an answer by the next review."""
    given = [
        one
        for review in question.reviews or ()
        for one in review.inputs
        if one.source == "team" and one.on in question.window
    ]
    asked = [one for one in question.events(InputRequest) if one.on in question.window]
    if not question.reviews or not (given or asked):
        return missing(["input.by", "input.on", "disposition.outcome", "review.on"])
    late = answered_late(question)
    return judged(
        late == 0,
        Reason.of("INPUT_RECEIVED", n=len(given)),
        Reason.of("INPUTS_UNANSWERED", n=late, of=len(given)),
    )


def teams_reach_their_data(question: Question) -> Answer:
    """ILR-8b.KI.1: every team has a table of its own part and opened its data; how well they reach it, people attest.

    A team of fewer than P-K-TEAM members needs no table of its own.
    """
    if question.evidence.published is None or not question.events(DataUse) or not teams_of(question):
        return missing(["data_use.team", "data_use.on", "published.team", "team.members"])
    n = len(_not_reaching(question))
    return judged_in_part(n == 0, Reason.of("TEAMS_NOT_USING", n=n, of=len(teams_of(question))))


def _not_reaching(question: Question) -> tuple[Team, ...]:
    """The teams that did not open their data in the window, or have no part of their own that could be told."""
    active = {one.team for one in question.events(DataUse) if one.on in question.window}
    parts = {
        one.team
        for one in question.evidence.published or ()
        if one.releasable and _hides_persons(one, question)
    }
    return tuple(
        one
        for one in teams_of(question)
        if one.id not in active or (one.id not in parts and not _is_small(one, question))
    )


def teams_shape_their_forms(question: Question) -> Answer:
    """ILR-8b.KI.2: each revision of a form or look-for set for a focus has a maker from a team of that focus.

    A team is of a focus when a member teaches a class of that focus. Revisions are versions that follow another
    and are for one or more focuses; before there is one, and without a team of its focus, nothing can be told.
    """
    forms, sets, roster = question.evidence.forms, question.evidence.look_fors, question.evidence.roster
    contributions = question.events(Contribution)
    told = bool(contributions) or any(one.contributors for one in sets or ())
    if forms is None or sets is None or roster is None or not told:
        return missing(
            ["form.focus", "form.version", "look_for_set.focus", "contribution.person", "team.members"]
        )
    made: dict[str, set[str]] = {}
    for one in contributions:
        made.setdefault(one.about, set()).add(one.person)
    revised = [
        *((one.focus, made.get(f"{one.id}@{one.version}", set())) for one in forms if one.follows),
        *(
            (one.focus, made.get(f"{one.id}@{one.version}", set()) | {*one.contributors})
            for place, one in enumerate(sets)
            if one.revisions or any(other.id == one.id for other in sets[:place])
        ),
    ]
    for_focus = [(focus, makers) for focus, makers in revised if focus]
    if not for_focus:
        return missing(["form.focus", "look_for_set.focus"], Reason.of("NO_REVISION"))
    teams = [_teams_of_focus(focus, question, roster) for focus, _ in for_focus]
    unmade = sum(
        bool(members) and not members & roster.persons(makers)
        for members, (_, makers) in zip(teams, for_focus, strict=True)
    )
    reason = Reason.of("REVISIONS_WITHOUT_TEAM", n=unmade, of=len(for_focus))
    if not unmade and not all(teams):
        return missing(["section.focus", "team.members"], reason)
    return judged(unmade == 0, reason)


def _teams_of_focus(focus: tuple[str, ...], question: Question, roster: Roster) -> frozenset[str]:
    """The members of every team in which somebody teaches a class of a focus."""
    teaching = roster.persons(
        teacher
        for one in roster.sections
        if one.building == question.building and one.focus in focus
        for teacher in one.teachers
    )
    members = (roster.persons(team.members) for team in teams_of(question))
    return frozenset().union(*(team for team in members if team & teaching))


RULES: Mapping[str, Rule] = FrozenMap(
    {
        "ILR-8b.GS.1": sharing_is_prepared,
        "ILR-8b.GS.2": team_parts_hide_persons,
        "ILR-8b.GB.1": teams_get_both_pictures,
        "ILR-8b.GB.2": teams_are_heard,
        "ILR-8b.KI.1": teams_reach_their_data,
        "ILR-8b.KI.2": teams_shape_their_forms,
    }
)

"""The rules of practice 8, each with evidence that meets it, fails it and cannot tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import attrs
import pytest
from tests.progress.small_school import (
    AS_OF,
    FOCUS_FORM,
    FORM,
    IN_PART,
    POLICY,
    REVIEW_DAYS,
    SCALE,
    SCHOOL,
    TEACHERS,
    attest,
    calibration,
    changed,
    drafts,
    events,
    evidence,
    months_of,
    reclosed,
    report,
    reviews_with,
    roster,
    verdict,
    walk,
    walks_of,
    with_walks,
)

from ilr.base import (
    Appointment,
    Attestation,
    Communication,
    Contribution,
    DataUse,
    Event,
    InputRequest,
    InputResponse,
    Role,
    Section,
    Team,
    Verdict,
)
from ilr.continuum.lookfors import LookFor, LookForSet, TermRevision
from ilr.cycles import Disposition, summarise
from ilr.disclosure import Published, Release, calibrated_only
from ilr.observation import Schedule
from ilr.progress import CriterionVerdict, Evidence

MET, NOT_MET, OPEN = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_ASSESSABLE
CODES = ("ILR-8a", "ILR-8b")
PRACTICE = tuple(one.criterion.id for code in CODES for one in report()[code].verdicts)
GUARDS = pytest.mark.parametrize("criterion", ["ILR-8a.GS.1", "ILR-8b.GS.1"])
REACH = pytest.mark.parametrize("criterion", ["ILR-8a.GB.1", "ILR-8a.KI.1"])
LATE = date(2026, 11, 30)


def numbers(found: CriterionVerdict, code: str) -> dict[str, Any]:
    """The parameters of a reason."""
    return dict(next(reason for reason in found.reasons if reason.code == code).parameters)


def releases(change: Callable[[Release], Release | None]) -> Evidence:
    """The evidence with each disclosure changed or left out."""
    made = (change(one) for one in evidence().releases or ())
    return changed(releases=tuple(one for one in made if one is not None))


def told(*made: Release, without: str) -> Evidence:
    """The evidence with other disclosures in place of those to an audience."""
    kept = tuple(one for one in evidence().releases or () if one.audience != without)
    return changed(releases=(*kept, *made))


def with_events(*kept: Event) -> Evidence:
    """The evidence with the given events alone."""
    return changed(events=kept)


def those(kind: type[Event]) -> tuple[Event, ...]:
    """The events of the small school of a kind."""
    return tuple(one for one in events() if isinstance(one, kind))


@pytest.mark.parametrize("criterion", PRACTICE)
def test_the_small_school_meets_every_criterion(criterion: str) -> None:
    """With all parts in place each criterion of practice 8 is met, on somebody's word where records show a part."""
    answer = verdict(criterion)
    assert (answer.verdict, answer.needs, answer.attested) == (MET, (), criterion in IN_PART)


@pytest.mark.parametrize("criterion", PRACTICE)
def test_without_records_nothing_of_practice_8_can_be_assessed(criterion: str) -> None:
    """ST-4: where the host records nothing each criterion names the fields to keep."""
    answer = verdict(criterion, Evidence())
    assert answer.verdict is OPEN
    assert answer.needs


@pytest.mark.parametrize(
    ("criterion", "part"),
    [
        *(
            (guard, part)
            for guard in ("ILR-8a.GS.1", "ILR-8b.GS.1")
            for part in ("schedule", "forms", "calibration", "table", "releases", "reviews")
        ),
        ("ILR-8a.GS.2", "reviews"),
        ("ILR-8a.GS.2", "releases"),
        ("ILR-8a.GB.1", "reviews"),
        ("ILR-8a.GB.1", "releases"),
        ("ILR-8a.GB.1", "roster"),
        ("ILR-8a.GB.2", "reviews"),
        ("ILR-8a.KI.2", "reviews"),
        ("ILR-8b.GS.2", "releases"),
        ("ILR-8b.GS.2", "published"),
        ("ILR-8b.GB.1", "roster"),
        ("ILR-8b.GB.1", "releases"),
        ("ILR-8b.GB.2", "reviews"),
        ("ILR-8b.KI.2", "forms"),
        ("ILR-8b.KI.2", "look_fors"),
        ("ILR-8b.KI.2", "roster"),
    ],
)
def test_an_absent_part_leaves_its_criteria_open(criterion: str, part: str) -> None:
    """ST-4: without the part it reads a criterion is neither met nor failed."""
    assert verdict(criterion, changed(**{part: None})).verdict is OPEN


@pytest.mark.parametrize(
    ("criterion", "part"),
    [
        ("ILR-8a.GB.3", "releases"),
        ("ILR-8a.GB.3", "reviews"),
        ("ILR-8a.KI.3", "reviews"),
        ("ILR-8b.KI.1", "published"),
        ("ILR-8b.KI.1", "roster"),
    ],
)
def test_what_is_shown_in_part_needs_its_records_and_a_word(criterion: str, part: str) -> None:
    """ST-3, ST-4: without the part it reads, a mixed criterion is open, and so it is without a word."""
    silent = tuple(one for one in events() if not isinstance(one, Attestation))
    assert verdict(criterion, changed(**{part: None}, events=silent)).verdict is OPEN
    waiting = verdict(criterion, changed(events=silent))
    assert (waiting.verdict, waiting.needs) == (OPEN, ("attestation.criterion",))


# the guards


@GUARDS
def test_nothing_is_shared_before_calibration(criterion: str) -> None:
    """ILR-8a.GS.1 and ILR-8b.GS.1: ratings of somebody who was not calibrated are a breach and stand first."""
    strange = with_walks([*walks_of(), walk(date(2026, 9, 15), "t1", "p9")])
    found = verdict(criterion, strange)
    assert (found.verdict, numbers(found, "RATINGS_UNCALIBRATED")) == (NOT_MET, {"n": 2, "of": 104})
    code = criterion.split(".", maxsplit=1)[0]
    assert report(strange)[code].stage is None
    assert report(strange)[code].verdicts[0].criterion.id == criterion


@GUARDS
def test_ratings_that_were_dropped_and_counted_are_no_breach(criterion: str) -> None:
    """ILR-8a.GS.1 and ILR-8b.GS.1: where the summary says what was dropped, the rest may be shared (CG-2)."""
    strange = with_walks([*walks_of(), walk(date(2026, 9, 15), "t1", "p9")])
    table, first = strange.table, drafts()[0]
    assert table is not None
    standings = strange.standings(POLICY)
    assert standings is not None
    kept = calibrated_only(months_of(table)[0], standings)
    summary = summarise(kept, policy=POLICY)
    honest = attrs.evolve(strange, reviews=reclosed([attrs.evolve(first, summary=summary), drafts()[1]]))
    assert verdict(criterion, honest).verdict is MET
    silent = attrs.evolve(strange, reviews=reclosed([attrs.evolve(first, summary=None), drafts()[1]]))
    assert verdict(criterion, silent).verdict is NOT_MET


@GUARDS
@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"schedule": Schedule(())}, "NO_VISIT_PLANNED"),
        ({"forms": (FOCUS_FORM,)}, "FORMS_UNKNOWN"),
        ({"forms": ()}, "NO_FORM_WITH_LOOK_FORS"),
    ],
)
def test_schedule_and_form_come_first(criterion: str, parts: dict[str, Any], code: str) -> None:
    """ILR-8a.GS.1 and ILR-8b.GS.1: what was shared without a schedule or a published form is a breach."""
    found = verdict(criterion, changed(**parts))
    assert found.verdict is NOT_MET
    assert code in [one.code for one in found.reasons]
    unshared = verdict(criterion, changed(**parts, releases=()))
    assert unshared.verdict is OPEN
    assert code in [one.code for one in unshared.reasons]


@GUARDS
def test_before_anything_is_shared_a_lack_is_no_breach(criterion: str) -> None:
    """ILR-8a.GS.1 and ILR-8b.GS.1: a building that shares nothing is ready, or not yet, and breaks nothing."""
    assert verdict(criterion, changed(releases=())).verdict is MET
    fresh = changed(releases=(), calibration=calibration()[:0])
    assert verdict(criterion, fresh).verdict is OPEN


@GUARDS
def test_shared_tables_say_that_they_were_checked(criterion: str) -> None:
    """ILR-8a.GS.1 and ILR-8b.GS.1: a shared table whose observers nobody checked is a breach."""
    unchecked = tuple(attrs.evolve(one, calibrated=None) for one in evidence().published or ())
    found = verdict(criterion, changed(published=unchecked))
    assert (found.verdict, numbers(found, "TABLES_UNCHECKED")) == (NOT_MET, {"n": 4, "of": 4})
    assert verdict(criterion, changed(published=None)).verdict is MET


@GUARDS
def test_a_table_without_forms_or_buildings(criterion: str) -> None:
    """ST-4: records that do not say on which form they were made leave the guard open; all are the building's."""
    kept = evidence().table
    assert kept is not None
    for name, expected in (("form", OPEN), ("building", MET)):
        walked = {key: column for key, column in kept.walks.items() if key != name}
        bare = attrs.evolve(kept, walks=type(kept.walks)(walked))
        assert verdict(criterion, changed(table=bare)).verdict is expected


# 8a


@pytest.mark.parametrize(
    "facts", [{"to": "t1"}, {"audience": "team"}, {"grain": "team"}, {"subject": "other"}]
)
def test_the_whole_building_gets_the_results(facts: dict[str, Any]) -> None:
    """ILR-8a.GS.2: results to one person, to a team, of a part or of something else are not it; late ones are."""

    def change(one: Release) -> Release:
        return attrs.evolve(one, id="", **facts) if one.audience == "teacher" else one

    found = verdict("ILR-8a.GS.2", releases(change), as_of=LATE)
    assert (found.verdict, numbers(found, "REVIEWS_UNTOLD_BUILDING")["n"]) == (NOT_MET, 2)
    late = releases(lambda one: attrs.evolve(one, on=LATE, id=""))
    assert verdict("ILR-8a.GS.2", late, as_of=LATE).verdict is MET


def to_persons(*persons: str, on: date = REVIEW_DAYS[0]) -> tuple[Release, ...]:
    """The results of the first review to some persons or teams."""
    return tuple(
        Release(
            on=on,
            to=one,
            audience="team" if one.startswith("team") else "teacher",
            grain="building",
            subject=f"review-{REVIEW_DAYS[0]}",
        )
        for one in persons
    )


@REACH
@pytest.mark.parametrize(
    ("to", "expected"),
    [
        (TEACHERS, MET),
        (("t1-sis", *TEACHERS[1:]), MET),
        (("team-a", "team-b"), MET),
        (("team-a", *TEACHERS[3:]), MET),
        (TEACHERS[1:], NOT_MET),
        (("team-a",), NOT_MET),
    ],
)
def test_everyone_is_reached_in_time(criterion: str, to: tuple[str, ...], expected: Verdict) -> None:
    """ILR-8a.GB.1 and KI.1: all teachers are reached, by whatever disclosures; five of six are not all (ST-7)."""
    found = verdict(criterion, told(*to_persons(*to), without="teacher"), as_of=date(2026, 11, 10))
    assert found.verdict is expected
    reached = {"t1-sis": 6, "team-a": 6 if len(to) > 1 else 3, "t1": 6, "t2": 5}[to[0]]
    assert numbers(found, "TEACHERS_TOLD") == {"share": reached / 6}


@REACH
def test_late_word_does_not_reach_in_time(criterion: str) -> None:
    """ILR-8a.GB.1 and KI.1: on the tenth instructional day everybody is reached in time, on the next nobody is."""
    for on, expected in ((date(2026, 10, 15), MET), (date(2026, 10, 16), NOT_MET)):
        school = told(*to_persons(*TEACHERS, on=on), without="teacher")
        assert verdict(criterion, school, as_of=date(2026, 11, 10)).verdict is expected
    assert verdict(criterion, changed(releases=()), as_of=date(2026, 10, 12)).verdict is OPEN


@REACH
def test_only_teachers_of_the_day_are_asked_for(criterion: str) -> None:
    """ILR-8a.GB.1 and KI.1: who began after the review is not missed; a roster without teachers reaches nobody."""
    posts = [Appointment(person=id, organisation=SCHOOL, role=Role.TEACHER) for id in TEACHERS[:5]]
    later = Appointment(person="t6", organisation=SCHOOL, role=Role.TEACHER, start=date(2026, 10, 30))
    school = told(*to_persons(*TEACHERS[:5]), without="teacher")
    grown = attrs.evolve(school, roster=roster(appointments=[*posts, later]))
    assert verdict(criterion, grown, as_of=date(2026, 11, 10)).verdict is MET
    nobody = attrs.evolve(school, roster=roster(appointments=[]))
    assert verdict(criterion, nobody, as_of=date(2026, 11, 10)).verdict is NOT_MET


@pytest.mark.parametrize("cited", ["nothing on record", "f"])
def test_a_decision_cites_what_is_on_record(cited: str) -> None:
    """ILR-8a.GB.2: a decision that cites no cut, finding, input, table or analysis is told."""
    held = drafts()[1]
    last = attrs.evolve(held.decisions[-1], evidence=(cited,))
    bare = attrs.evolve(held, decisions=(*held.decisions[:-1], last))
    found = verdict("ILR-8a.GB.2", changed(reviews=reclosed([drafts()[0], bare])))
    assert (found.verdict, numbers(found, "DECISIONS_WITHOUT_EVIDENCE")) == (NOT_MET, {"n": 1, "of": 8})


def test_all_that_is_on_record_is_evidence() -> None:
    """ILR-8a.GB.2: the cut, an input, a table of the review and an analysis are evidence too."""
    held = drafts()[1]
    assert held.summary is not None
    ids = (held.cut.hash, held.inputs[0].id, held.summary.breakdowns[0].id, "analysis-outcome")
    decisions = tuple(attrs.evolve(one, evidence=(id,)) for one, id in zip(held.decisions, ids, strict=True))
    school = changed(reviews=reclosed([drafts()[0], attrs.evolve(held, decisions=decisions)]))
    assert verdict("ILR-8a.GB.2", school).verdict is MET
    bare = attrs.evolve(
        school, analyses=None, reviews=reclosed([attrs.evolve(one, summary=None) for one in drafts()])
    )
    assert verdict("ILR-8a.GB.2", bare).verdict is MET


def test_feedback_names_a_theme_or_trend() -> None:
    """ILR-8a.GB.3: a shared review without theme or trend is told, whatever people attest; unshared ones are not."""
    plain = changed(reviews=reviews_with(lambda one: attrs.evolve(one, findings=one.findings[:1])))
    found = verdict("ILR-8a.GB.3", plain)
    assert (found.verdict, numbers(found, "REVIEWS_WITHOUT_THEME")) == (NOT_MET, {"n": 2, "of": 2})
    unshared = verdict("ILR-8a.GB.3", attrs.evolve(plain, releases=(), events=()))
    assert (unshared.verdict, unshared.reasons[0].code) == (OPEN, "NOTHING_SHARED")


REQUESTS = tuple(one for one in events() if isinstance(one, InputRequest))


def test_teachers_are_asked_before_each_review() -> None:
    """ILR-8a.KI.2: a review nobody was asked for, or asked too late for, is told."""
    late = attrs.evolve(REQUESTS[1], on=date(2026, 10, 30))
    for kept in (REQUESTS[:1], (REQUESTS[0], late)):
        found = verdict("ILR-8a.KI.2", with_events(*kept))
        assert (found.verdict, numbers(found, "REVIEWS_WITHOUT_REQUEST")) == (NOT_MET, {"n": 1, "of": 2})
    followed = (REQUESTS[0], attrs.evolve(REQUESTS[1], about="walkthroughs"))
    assert verdict("ILR-8a.KI.2", with_events(*followed)).verdict is MET
    assert verdict("ILR-8a.KI.2", with_events()).verdict is OPEN


def test_silence_counts_only_after_a_reminder() -> None:
    """ILR-8a.KI.2: a request that nobody answered needs a message about it; an answer elsewhere will do."""
    quiet = reviews_with(
        lambda one: attrs.evolve(one, inputs=(), dispositions=()) if one.on == REVIEW_DAYS[1] else one
    )
    found = verdict("ILR-8a.KI.2", attrs.evolve(with_events(*REQUESTS), reviews=quiet))
    assert (found.verdict, numbers(found, "REQUESTS_WITHOUT_ANSWER")) == (NOT_MET, {"n": 1, "of": 2})
    reminder = Communication(id="m", on=date(2026, 10, 26), building=SCHOOL, about="request-2")
    answer = InputResponse(id="a", on=date(2026, 10, 26), request="request-2", by="t1")
    for more in (reminder, answer):
        assert (
            verdict("ILR-8a.KI.2", attrs.evolve(with_events(*REQUESTS, more), reviews=quiet)).verdict is MET
        )


def test_decisions_take_up_what_people_put_forward() -> None:
    """ILR-8a.KI.3: a decision that cites input or carries it out counts, and one of many is enough."""
    first, second = drafts()
    plain = attrs.evolve(
        first, decisions=tuple(attrs.evolve(one, evidence=(first.cut.hash,)) for one in first.decisions)
    )
    silent = verdict("ILR-8a.KI.3", changed(reviews=reclosed([plain, second])))
    assert (silent.verdict, numbers(silent, "DECISIONS_FROM_INPUT")) == (NOT_MET, {"n": 0, "of": 8})
    carried = attrs.evolve(
        plain,
        dispositions=tuple(
            Disposition(input=one.id, outcome="adopted", on=first.on, decision=first.decisions[0].id)
            for one in first.inputs
        ),
    )
    found = verdict("ILR-8a.KI.3", changed(reviews=reclosed([carried, second])))
    assert (found.verdict, numbers(found, "DECISIONS_FROM_INPUT")) == (MET, {"n": 1, "of": 8})


# 8b


def published(change: Callable[[Published], Published]) -> Evidence:
    """The evidence with each table for a team changed under its id."""
    return changed(published=tuple(change(one) for one in evidence().published or ()))


@pytest.mark.parametrize("facts", [{"audience": "district"}, {"team": None}, {"teachers_per_cell": 2}])
def test_parts_of_teams_are_made_for_teams(facts: dict[str, Any]) -> None:
    """ILR-8b.GS.2: a table for others, for no team or with too small groups is not a part for a team."""
    found = verdict("ILR-8b.GS.2", published(lambda one: attrs.evolve(one, **facts)))
    assert (found.verdict, numbers(found, "TEAM_PARTS_TOO_FINE")) == (NOT_MET, {"n": 4, "of": 4})


def test_no_cell_of_a_part_is_of_too_few() -> None:
    """ILR-8b.GS.2: one number of two teachers in a part shows too much (VS-4)."""

    def thin(one: Published) -> Published:
        return attrs.evolve(one, cells=(attrs.evolve(one.told[0], teachers=2), *one.cells))

    assert verdict("ILR-8b.GS.2", published(thin)).verdict is NOT_MET


def test_teams_get_parts_and_never_persons() -> None:
    """ILR-8b.GS.2: without a part it is not met, nor with single persons; an unknown table leaves it open."""
    none = releases(lambda one: None if one.audience == "team" else one)
    assert verdict("ILR-8b.GS.2", none).verdict is NOT_MET
    single = Release(on=AS_OF, to="team-a", audience="team", grain="individual fact", subject="visit-1")
    school = changed(releases=(*(evidence().releases or ()), single))
    assert verdict("ILR-8b.GS.2", school).verdict is NOT_MET
    unknown = verdict("ILR-8b.GS.2", changed(published=(evidence().published or ())[1:]))
    assert (unknown.verdict, numbers(unknown, "TABLES_UNKNOWN")) == (OPEN, {"n": 1})


def without_own(kept_events: tuple[Event, ...]) -> Evidence:
    """The evidence in which teams got the whole alone."""
    kept = tuple(one for one in evidence().releases or () if one.audience != "team")
    return changed(releases=kept, events=kept_events)


def test_teams_get_the_whole_and_their_own_part() -> None:
    """ILR-8b.GB.1: a team without its part is told once its days are over; before, nothing is owed."""
    found = verdict("ILR-8b.GB.1", without_own(those(DataUse)), as_of=LATE)
    assert (found.verdict, numbers(found, "TEAMS_UNTOLD")) == (NOT_MET, {"n": 4, "of": 4, "most": 10})
    assert verdict("ILR-8b.GB.1", changed(releases=()), as_of=date(2026, 10, 12)).verdict is OPEN
    members = releases(lambda one: one if one.audience == "team" else None)
    assert verdict("ILR-8b.GB.1", members, as_of=LATE).verdict is NOT_MET
    by_team = told(*to_persons("team-a", "team-b"), without="teacher")
    assert verdict("ILR-8b.GB.1", by_team, as_of=date(2026, 11, 10)).verdict is MET


def test_teams_that_open_their_part_need_not_be_sent_it() -> None:
    """ILR-8b.GB.1: where ILR-8b.KI.1 is met the whole alone is sent."""
    assert verdict("ILR-8b.GB.1", without_own(events()), as_of=LATE).verdict is MET
    idle = without_own((attest("ILR-8b.KI.1"),))
    assert verdict("ILR-8b.GB.1", idle, as_of=LATE).verdict is NOT_MET


def test_a_team_of_two_gets_the_whole_alone() -> None:
    """ILR-8b.GB.1 and KI.1: a part of two teachers would tell of each, so none is asked for (VS-4)."""
    pair = Team(id="team-a", building=SCHOOL, members=("t1", "t2"))
    rest = Team(id="team-b", building=SCHOOL, members=TEACHERS[2:])
    elsewhere = Team(id="team-c", building="d1", members=("t1",))
    empty = Team(id="team-d", building=SCHOOL)

    def without_pair(one: Release) -> Release | None:
        return None if one.to == "team-a" else one

    people = roster(teams=(pair, rest, elsewhere, empty))
    tables = tuple(one for one in evidence().published or () if one.team == "team-b")
    school = attrs.evolve(releases(without_pair), roster=people, published=tables, events=events())
    assert verdict("ILR-8b.GB.1", attrs.evolve(school, events=()), as_of=LATE).verdict is MET
    assert verdict("ILR-8b.KI.1", school).verdict is MET


def test_teams_are_heard_where_the_way_is_open() -> None:
    """ILR-8b.GB.2: a request for input opens the way, even where no team used it; without both nothing is told."""
    quiet = reviews_with(lambda one: attrs.evolve(one, inputs=(), dispositions=()))
    open_way = attrs.evolve(with_events(*REQUESTS), reviews=quiet)
    assert verdict("ILR-8b.GB.2", open_way).verdict is MET
    assert verdict("ILR-8b.GB.2", attrs.evolve(open_way, events=())).verdict is OPEN


def test_teams_reach_their_own_data() -> None:
    """ILR-8b.KI.1: a team that opened nothing, or has no part of its own, is told, whatever people attest."""
    word = attest("ILR-8b.KI.1")
    uses = those(DataUse)
    one_team = verdict("ILR-8b.KI.1", with_events(*uses[:2], word))
    assert (one_team.verdict, numbers(one_team, "TEAMS_NOT_USING")) == (NOT_MET, {"n": 1, "of": 2})
    tables = tuple(one for one in evidence().published or () if one.team == "team-a")
    assert verdict("ILR-8b.KI.1", changed(published=tables)).verdict is NOT_MET
    unlogged = verdict("ILR-8b.KI.1", with_events(word))
    assert (unlogged.verdict, unlogged.attested) == (MET, True)


MADE = Contribution(id="made", on=date(2026, 8, 20), person="t2", about="discussion@1.1.0")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, MET),
        ({"person": "t1-sis"}, MET),
        ({"person": "t5"}, NOT_MET),
        ({"person": "p1"}, NOT_MET),
        ({"about": "discussion@1.0.0"}, NOT_MET),
    ],
)
def test_a_team_of_the_focus_helps_to_make_its_form(facts: dict[str, Any], expected: Verdict) -> None:
    """ILR-8b.KI.2: a maker from a team in which somebody teaches the focus, whoever it is, by the day."""
    found = verdict("ILR-8b.KI.2", with_events(attrs.evolve(MADE, **facts)))
    assert found.verdict is expected
    assert numbers(found, "REVISIONS_WITHOUT_TEAM") == {"n": int(expected is NOT_MET), "of": 1}


def test_makers_who_are_not_kept_leave_it_open() -> None:
    """ILR-8b.KI.2: where nobody ever is said to have made anything up to the day, nothing is failed (ST-4)."""
    later = attrs.evolve(MADE, on=date(2026, 11, 1))
    assert verdict("ILR-8b.KI.2", with_events(later)).verdict is OPEN
    assert verdict("ILR-8b.KI.2", with_events(), as_of=LATE).verdict is OPEN


def look_fors(**facts: Any) -> LookForSet:
    """A look-for set for a focus."""
    asked = LookFor(id="questioning", title="Questions", scale=SCALE)
    return LookForSet(**{"id": "talk", "look_fors": (asked,), "focus": ("discussion",), **facts})


WORDS = TermRevision(look_for="questioning", on=date(2026, 8, 1), from_text="asks", to_text="asks why")


@pytest.mark.parametrize(("makers", "expected"), [(("t3",), MET), (("p1",), NOT_MET), ((), NOT_MET)])
def test_a_team_of_the_focus_helps_to_make_its_look_fors(makers: tuple[str, ...], expected: Verdict) -> None:
    """ILR-8b.KI.2: a set that follows another, or changes words, has a maker from a team of its focus."""
    later = look_fors(version="1.1.0", contributors=makers)
    for sets in ((look_fors(), later), (attrs.evolve(later, revisions=(WORDS,)),)):
        assert verdict("ILR-8b.KI.2", changed(look_fors=sets)).verdict is expected


def test_nothing_was_revised_for_a_focus() -> None:
    """ILR-8b.KI.2: first versions and general ones are no revisions for a focus, so nothing can be told yet."""
    first = attrs.evolve(FOCUS_FORM, follows=None)
    general = attrs.evolve(FORM, version="1.1.0", follows="1.0.0")
    found = verdict("ILR-8b.KI.2", changed(forms=(first, general), look_fors=(look_fors(),)))
    assert (found.verdict, found.reasons[0].code) == (OPEN, "NO_REVISION")


def test_no_team_of_the_focus_is_known() -> None:
    """ILR-8b.KI.2: without a class of the focus nobody can tell whose team it is."""
    people = roster(sections=(Section(id="class", building=SCHOOL, teachers=("t1",), focus="practice"),))
    assert verdict("ILR-8b.KI.2", changed(roster=people)).verdict is OPEN

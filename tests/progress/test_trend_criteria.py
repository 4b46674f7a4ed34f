"""The rules of practice 6, each with evidence that meets it, fails it and cannot tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import attrs
import pytest
from tests.progress.small_school import (
    AS_OF,
    REVIEW_DAYS,
    SCHOOL,
    TEAMS,
    attest,
    changed,
    drafts,
    evidence,
    improvement_cycle,
    months_of,
    reclosed,
    report,
    reviews_with,
    split,
    table_of,
    verdict,
    walks_of,
)

from ilr.base import DataUse, InvalidInput, Policy, Verdict, Waiver, Window
from ilr.continuum import Stage
from ilr.cycles import (
    Abandonment,
    Decision,
    DecisionKind,
    Finding,
    ImprovementCycle,
    ReviewSummary,
    abandon_cycle,
    close,
)
from ilr.disclosure import Release
from ilr.observation import ObservationTable
from ilr.progress import CriterionVerdict, Evidence

MET, NOT_MET, OPEN = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_ASSESSABLE
CODES = ("ILR-6a", "ILR-6b")
PRACTICE = tuple(one.criterion.id for code in CODES for one in report()[code].verdicts)
CHANGES = pytest.mark.parametrize("criterion", ["ILR-6a.GB.1", "ILR-6a.KI.1"])


def numbers(found: CriterionVerdict, code: str) -> dict[str, Any]:
    """The parameters of a reason."""
    return dict(next(reason for reason in found.reasons if reason.code == code).parameters)


def summarised(change: Callable[[ReviewSummary], ReviewSummary | None], place: int = 1) -> Evidence:
    """The evidence with another summary in one of the reviews."""
    held = list(drafts())
    held[place] = attrs.evolve(held[place], summary=change(held[place].summary or pytest.fail("none")))
    return changed(reviews=reclosed(held))


def table() -> ObservationTable:
    """The observations of the small school."""
    return table_of(walks_of())


@pytest.mark.parametrize("criterion", PRACTICE)
def test_the_small_school_meets_every_criterion(criterion: str) -> None:
    """With all parts in place each criterion of practice 6 is met."""
    answer = verdict(criterion)
    assert (answer.verdict, answer.needs, answer.attested) == (MET, (), False)


@pytest.mark.parametrize("criterion", PRACTICE)
def test_without_records_nothing_of_practice_6_can_be_assessed(criterion: str) -> None:
    """ST-4: where the host records nothing each criterion names the fields to keep."""
    answer = verdict(criterion, Evidence())
    assert answer.verdict is OPEN
    assert answer.needs


@pytest.mark.parametrize(
    ("criterion", "part"),
    [
        *(
            (criterion, "reviews")
            for criterion in PRACTICE
            if criterion not in ("ILR-6a.KI.2", "ILR-6b.GB.2")
        ),
        ("ILR-6a.KI.2", "cycles"),
        ("ILR-6a.KI.4", "releases"),
        ("ILR-6b.GB.2", "releases"),
        ("ILR-6b.GB.2", "published"),
        ("ILR-6b.GB.2", "roster"),
        ("ILR-6b.KI.2", "releases"),
        ("ILR-6b.KI.3", "roster"),
        ("ILR-6b.KI.4", "roster"),
    ],
)
def test_an_absent_part_leaves_its_criteria_open(criterion: str, part: str) -> None:
    """ST-4: without the part it reads a criterion is neither met nor failed."""
    assert verdict(criterion, changed(**{part: None})).verdict is OPEN


SUMMARISED = ("ILR-6a.GS.1", "ILR-6a.GB.1", "ILR-6a.KI.1", "ILR-6b.GS.1", "ILR-6b.GB.1", "ILR-6b.KI.1")


@pytest.mark.parametrize("criterion", [*SUMMARISED, "ILR-6b.KI.2"])
def test_where_no_summary_is_kept_nothing_is_said_of_it(criterion: str) -> None:
    """ST-4: reviews without any summary leave what would stand in one open."""
    bare = changed(reviews=reviews_with(lambda one: attrs.evolve(one, summary=None)))
    found = verdict(criterion, bare)
    assert found.verdict is OPEN
    assert found.needs


# 6a


def test_a_review_without_summary_shows_nothing() -> None:
    """ILR-6a.GS.1: one review without a summary beside one with it is told."""
    found = verdict("ILR-6a.GS.1", summarised(lambda _: None))
    assert (found.verdict, numbers(found, "REVIEWS_WITHOUT_WHOLE")) == (NOT_MET, {"n": 1, "of": 2})


@pytest.mark.parametrize(
    "change",
    [
        lambda one: attrs.evolve(one, levels=attrs.evolve(one.levels, rows=one.levels.rows[:1])),
        lambda one: attrs.evolve(one, shares=attrs.evolve(one.shares, rows=())),
        lambda one: attrs.evolve(one, shares=table().rates(by="period")),
        lambda one: attrs.evolve(one, levels=table().level_shares(by="period")),
    ],
)
def test_the_whole_is_all_look_fors_with_their_levels(
    change: Callable[[ReviewSummary], ReviewSummary],
) -> None:
    """ILR-6a.GS.1: a look-for without levels, no look-for, or parts alone are not the whole."""
    assert verdict("ILR-6a.GS.1", summarised(change)).verdict is NOT_MET


@CHANGES
@pytest.mark.parametrize("kept", [0, 1])
def test_each_look_for_needs_its_change(criterion: str, kept: int) -> None:
    """ILR-6a.GB.1 and KI.1: a review that compares no look-for, or not each, does not follow change."""
    found = verdict(criterion, summarised(lambda one: attrs.evolve(one, changes=one.changes[:kept])))
    assert (found.verdict, numbers(found, "REVIEWS_WITHOUT_CHANGE")) == (NOT_MET, {"n": 1, "of": 1})


@CHANGES
def test_a_change_without_interval_counts_beside_one_with_it(criterion: str) -> None:
    """ILR-6a.GB.1 and KI.1: what was asked otherwise before may go without; all of it may not."""
    small = months_of(table())[0].only("questioning")

    def partly(one: ReviewSummary) -> ReviewSummary:
        undefined = attrs.evolve(one.changes[0], difference=small.rates().of("wait-time").estimate)
        return attrs.evolve(one, changes=(undefined, one.changes[1]))

    def never(one: ReviewSummary) -> ReviewSummary:
        nothing = small.rates().of("wait-time").estimate
        return attrs.evolve(
            one, changes=tuple(attrs.evolve(held, difference=nothing) for held in one.changes)
        )

    assert verdict(criterion, summarised(partly)).verdict is MET
    assert verdict(criterion, summarised(never)).verdict is NOT_MET


@pytest.mark.parametrize(
    "criterion", ["ILR-6a.GB.1", "ILR-6a.KI.1", "ILR-6b.GB.1", "ILR-6b.KI.2", "ILR-6a.KI.3"]
)
def test_the_first_review_has_nothing_to_look_back_at(criterion: str) -> None:
    """ILR-6a.GB.1, KI.1, KI.3 and ILR-6b.GB.1, KI.2: after one review nothing over time can be judged."""
    first = changed(reviews=(evidence().reviews or ())[:1])
    assert verdict(criterion, first).verdict is OPEN


def decided(*kinds: DecisionKind) -> Evidence:
    """The evidence with decisions of the given kinds in its last review, and none but idle ones in the first."""
    first, second = drafts()
    held = tuple(
        Decision(id=kind.value, kind=kind, on=second.on, owner="p1", evidence=("f",), reason="so")
        for kind in kinds
    )
    idle = Decision(id="coach", kind=DecisionKind.COACHING, on=first.on, owner="p1", evidence=("f",))
    entry = second.revisits[0]
    return changed(
        reviews=reclosed(
            [
                attrs.evolve(first, decisions=(idle,)),
                attrs.evolve(second, decisions=held, revisits=(attrs.evolve(entry, decision="coach"),)),
            ]
        ),
        cycles=(improvement_cycle(),),
    )


SUPPORT, PROCESS = DecisionKind.INSTRUCTIONAL_SUPPORT, DecisionKind.OBSERVATION_PROCESS


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ((SUPPORT, PROCESS), MET),
        ((SUPPORT,), NOT_MET),
        ((PROCESS,), NOT_MET),
        ((DecisionKind.NO_ACTION,), MET),
        ((SUPPORT, DecisionKind.DOCUMENTATION_TOOL), NOT_MET),
    ],
)
def test_a_term_decides_on_teaching_and_process(kinds: tuple[DecisionKind, ...], expected: Verdict) -> None:
    """ILR-6a.GB.2: both are decided on in a term, or no action with its reason."""
    found = verdict("ILR-6a.GB.2", decided(*kinds))
    assert found.verdict is expected
    assert numbers(found, "TERMS_WITHOUT_BOTH") == {"n": int(expected is NOT_MET), "of": 1}


def test_a_tool_counts_as_process_once_cycles_tell_them_apart() -> None:
    """ILR-6a.GB.2: where ILR-6a.KI.2 is met, a decision on a tool is one on the process."""
    school = attrs.evolve(decided(SUPPORT, DecisionKind.DOCUMENTATION_TOOL), cycles=evidence().cycles)
    assert verdict("ILR-6a.GB.2", school).verdict is MET


def cycle(**facts: Any) -> Evidence:
    """The evidence with the cycle on the tools changed."""
    first, second, _ = evidence().cycles or ()
    third = improvement_cycle(id="cycle-3", **{"target": "documentation tools", "closed": None, **facts})
    return changed(cycles=(first, second, third))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [({"target": "observation process"}, NOT_MET), ({"building": "s2"}, NOT_MET), ({"closed": AS_OF}, MET)],
)
def test_a_cycle_for_each_target(facts: dict[str, Any], expected: Verdict) -> None:
    """ILR-6a.KI.2: teaching, process and tools each have a cycle of the building."""
    found = verdict("ILR-6a.KI.2", cycle(**facts))
    assert (found.verdict, numbers(found, "TARGETS_WITHOUT_CYCLE")["n"]) == (
        expected,
        int(expected is NOT_MET),
    )


def test_cycles_of_other_days_and_drafts_count_nothing() -> None:
    """ILR-6a.KI.2: a cycle that had ended before the window and one that was only drafted are none."""
    autumn = Window(date(2026, 10, 1), AS_OF)
    ended = cycle(closed=date(2026, 9, 30))
    assert verdict("ILR-6a.KI.2", ended).verdict is MET
    assert verdict("ILR-6a.KI.2", ended, window=autumn).verdict is NOT_MET
    _, second, third = evidence().cycles or ()
    given_up = abandon_cycle(third, Abandonment(on=date(2026, 9, 30), reason="nobody had time"))
    for window, expected in ((None, MET), (autumn, NOT_MET)):
        school = changed(cycles=(improvement_cycle(), second, given_up))
        assert verdict("ILR-6a.KI.2", school, window=window).verdict is expected
    draft = ImprovementCycle(
        id="cycle-3", building=SCHOOL, target="documentation tools", opened=date(2026, 9, 1)
    )
    school = changed(cycles=(*(evidence().cycles or ())[:2], draft))
    assert verdict("ILR-6a.KI.2", school).verdict is NOT_MET


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, MET),
        ({"about": "the rest"}, NOT_MET),
        ({"building": "s2"}, NOT_MET),
        ({"on": date(2026, 8, 1)}, NOT_MET),
    ],
)
def test_leaders_may_say_why_no_cycle_is_needed(facts: dict[str, Any], expected: Verdict) -> None:
    """ILR-6a.KI.2: a waiver about a target, of the building and in the window, stands for a cycle."""
    said = Waiver(
        **{
            "id": "w",
            "on": AS_OF,
            "by": "p1",
            "building": SCHOOL,
            "about": "documentation tools",
            "reason": "the form is a year old and nobody asks for another",
            **facts,
        }
    )
    school = changed(cycles=(evidence().cycles or ())[:2], events=(said,))
    assert verdict("ILR-6a.KI.2", school).verdict is expected


def test_a_waiver_without_reason_is_refused() -> None:
    """ILR-6a.KI.2: to need no cycle is said with a reason."""
    with pytest.raises(InvalidInput, match=r"waiver\.reason"):
        Waiver(id="w", on=AS_OF, by="p1", building=SCHOOL, about="documentation tools", reason=" ")


def test_open_decisions_are_looked_at_again() -> None:
    """ILR-6a.KI.3: a review that was closed without knowing the one before passes its decisions over."""
    first, second = drafts()
    alone = attrs.evolve(second, revisits=())
    found = verdict("ILR-6a.KI.3", changed(reviews=(close(first), close(alone))))
    assert (found.verdict, numbers(found, "DECISIONS_PASSED_OVER")) == (NOT_MET, {"n": 4, "of": 4})


def releases(change: Callable[[Release], Release | None]) -> Evidence:
    """The evidence with each disclosure changed or left out."""
    made = (change(one) for one in evidence().releases or ())
    return changed(releases=tuple(one for one in made if one is not None))


LATE = date(2026, 11, 30)


@pytest.mark.parametrize("facts", [{"grain": "district"}, {"subject": "other"}, {"on": date(2026, 11, 13)}])
@pytest.mark.parametrize("criterion", ["ILR-6a.KI.4", "ILR-6b.KI.2"])
def test_the_district_gets_the_building_s_results_in_time(criterion: str, facts: dict[str, Any]) -> None:
    """ILR-6a.KI.4 and ILR-6b.KI.2: something else, or more than ten instructional days after a review, is not it."""

    def change(one: Release) -> Release:
        return attrs.evolve(one, id="", **facts) if one.audience == "district" else one

    assert verdict(criterion, as_of=LATE).verdict is MET
    assert verdict(criterion, releases(change), as_of=LATE).verdict is NOT_MET


def test_a_review_is_not_owed_to_the_district_before_its_time() -> None:
    """ILR-6a.KI.4: on the tenth instructional day a review that was not told is still in time."""
    silent = changed(releases=())
    assert verdict("ILR-6a.KI.4", silent, as_of=date(2026, 10, 15)).verdict is OPEN
    late = verdict("ILR-6a.KI.4", silent, as_of=date(2026, 10, 16))
    assert (late.verdict, numbers(late, "REVIEWS_UNTOLD_DISTRICT")) == (
        NOT_MET,
        {"n": 1, "of": 1, "most": 10},
    )


# 6b


def test_every_review_splits_the_data() -> None:
    """ILR-6b.GS.1 and KI.1: a review without a split is told."""
    school = summarised(lambda one: attrs.evolve(one, breakdowns=()))
    for criterion in ("ILR-6b.GS.1", "ILR-6b.KI.1"):
        found = verdict(criterion, school)
        assert (found.verdict, numbers(found, "REVIEWS_WITHOUT_SPLIT")) == (NOT_MET, {"n": 1, "of": 2})


def test_parts_that_are_hidden_cannot_be_followed() -> None:
    """ILR-6b.GB.1: where small groups hide every part the split counts, and its course cannot be told."""
    first, second = (split(month.where(teacher=["t1", "t2"])) for month in months_of(table()))
    held = [
        attrs.evolve(
            one,
            summary=attrs.evolve(one.summary or pytest.fail("none"), breakdowns=(made,), group_changes=()),
        )
        for one, made in zip(drafts(), (first, second), strict=True)
    ]
    school = changed(reviews=reclosed(held))
    told = verdict("ILR-6b.GS.1", school)
    assert (told.verdict, numbers(told, "SPLITS_HIDDEN")) == (MET, {"n": 2, "of": 2})
    assert verdict("ILR-6b.GB.1", school).verdict is OPEN
    assert verdict("ILR-6b.KI.2", school).verdict is OPEN


def test_a_part_is_followed_over_time() -> None:
    """ILR-6b.GB.1 and KI.2: totals alone are no part, and without them nothing is followed."""
    totals = summarised(
        lambda one: attrs.evolve(
            one, group_changes=tuple(held for held in one.group_changes if held.key == ("(all)",))
        )
    )
    for school in (totals, summarised(lambda one: attrs.evolve(one, group_changes=()))):
        found = verdict("ILR-6b.GB.1", school)
        assert (found.verdict, numbers(found, "REVIEWS_WITHOUT_PART_TREND")) == (NOT_MET, {"n": 1, "of": 1})
        assert verdict("ILR-6b.KI.2", school, as_of=LATE).verdict is NOT_MET


def test_a_team_gets_no_part_of_another() -> None:
    """ILR-6b.GB.2: a part that goes to another team is told, and its verdict holds nothing up."""

    def crossed(one: Release) -> Release:
        other = {"team-a": "team-b", "team-b": "team-a"}
        return attrs.evolve(one, to=other[one.to], id="") if one.audience == "team" else one

    school = releases(crossed)
    found = verdict("ILR-6b.GB.2", school)
    assert (found.verdict, numbers(found, "PARTS_OF_OTHER_TEAMS")) == (NOT_MET, {"n": 4, "of": 4})
    assert report(school)["ILR-6b"].stage is Stage.KEEP_IMPROVING
    none = releases(lambda one: None if one.audience == "team" else one)
    assert verdict("ILR-6b.GB.2", none).verdict is Verdict.NOT_APPLICABLE


def test_what_needs_a_response_has_one() -> None:
    """ILR-6b.KI.1: a finding that needs a response has a decision, be it for no action; else no review closes."""
    held = drafts()[0]
    gap = Finding(id="gap", kind="gap", needs_response=True)
    answer = Decision(
        id="gap-1", kind=DecisionKind.NO_ACTION, on=REVIEW_DAYS[0], owner="p1", evidence=("gap",), reason="so"
    )
    first = attrs.evolve(held, findings=(*held.findings, gap))
    with pytest.raises(InvalidInput, match=r"review\.unanswered"):
        close(first)
    first = attrs.evolve(first, decisions=(*held.decisions, answer))
    found = verdict("ILR-6b.KI.1", changed(reviews=reclosed([first, drafts()[1]])))
    assert (found.verdict, numbers(found, "FINDINGS_UNANSWERED")) == (MET, {"n": 0, "of": 1})


def test_the_district_may_get_a_table_by_part() -> None:
    """ILR-6b.KI.2: a table of the review at the grain of the district tells of the parts too."""
    second = (evidence().reviews or ())[1]
    assert second.summary is not None
    parts = Release(
        on=date(2026, 10, 30),
        to="d1",
        audience="district",
        grain="district",
        subject=second.summary.breakdowns[0].id,
    )
    kept = tuple(one for one in evidence().releases or () if one.audience != "district")
    assert verdict("ILR-6b.KI.2", changed(releases=(*kept, parts))).verdict is MET
    assert verdict("ILR-6b.KI.2", changed(releases=kept), as_of=LATE).verdict is NOT_MET


def test_what_the_district_gets_hides_small_groups() -> None:
    """ILR-6b.KI.2: parts made for a team tell of too few teachers for the district."""
    assert verdict("ILR-6b.KI.2", policy=Policy(outside_teachers=6), as_of=LATE).verdict is NOT_MET


def uses(*made: tuple[str, date]) -> Evidence:
    """The evidence with the given use of data and no other event."""
    return changed(
        events=tuple(
            DataUse(id=f"use-{place}", on=on, team=team, about="t") for place, (team, on) in enumerate(made)
        )
    )


def test_every_team_opens_its_data_after_each_review() -> None:
    """ILR-6b.KI.3: a team that opened nothing between two reviews is told; after the last there is time."""
    both = [(team.id, date(2026, 10, 5)) for team in TEAMS]
    found = verdict("ILR-6b.KI.3", uses(*both))
    assert (found.verdict, numbers(found, "TEAMS_NOT_USING")) == (MET, {"n": 0, "of": 2})
    one = verdict("ILR-6b.KI.3", uses(both[0], ("team-b", date(2026, 9, 30))))
    assert (one.verdict, numbers(one, "TEAMS_NOT_USING")) == (NOT_MET, {"n": 1, "of": 2})
    late = verdict("ILR-6b.KI.3", uses(*both), as_of=LATE)
    assert (late.verdict, numbers(late, "TEAMS_NOT_USING")) == (NOT_MET, {"n": 2, "of": 4})
    early = attrs.evolve(uses(("team-a", date(2026, 9, 2))), reviews=(evidence().reviews or ())[:1])
    assert verdict("ILR-6b.KI.3", early, as_of=date(2026, 10, 8)).verdict is OPEN


def test_where_use_is_not_logged_somebody_may_attest_it() -> None:
    """ILR-6b.KI.3: a host that logs no use leaves the criterion to a word, one that does not."""
    word = attest("ILR-6b.KI.3")
    silent = verdict("ILR-6b.KI.3", changed(events=(word,)))
    assert (silent.verdict, silent.attested) == (MET, True)
    logged = uses(("team-a", date(2026, 10, 5)))
    assert verdict("ILR-6b.KI.3", attrs.evolve(logged, events=(*logged.events, word))).verdict is NOT_MET


def test_every_team_has_a_voice_in_each_term() -> None:
    """ILR-6b.KI.4: a team that put nothing forward is told; what leaders wrote themselves is no input of a team."""
    first, second = drafts()
    fewer = attrs.evolve(first, inputs=first.inputs[:1], dispositions=first.dispositions[:1])
    found = verdict("ILR-6b.KI.4", changed(reviews=reclosed([fewer, second])))
    assert (found.verdict, numbers(found, "TEAM_TERMS_WITHOUT_INPUT")) == (NOT_MET, {"n": 1, "of": 2})
    none = attrs.evolve(first, inputs=(), dispositions=())
    assert verdict("ILR-6b.KI.4", changed(reviews=reclosed([none, second]))).verdict is OPEN


def test_input_has_an_answer_by_the_next_review() -> None:
    """ILR-6b.KI.4 and ILR-8b.GB.2: an answer in the next review is in time, none is late."""
    first, second = drafts()
    waiting = attrs.evolve(first, dispositions=())
    answered = attrs.evolve(second, dispositions=(*second.dispositions, *first.dispositions[:2]))
    in_time = changed(reviews=reclosed([waiting, answered]))
    silent = attrs.evolve(second, revisits=())
    late = changed(reviews=(close(waiting), close(silent)))
    for criterion in ("ILR-6b.KI.4", "ILR-8b.GB.2"):
        assert verdict(criterion, in_time).verdict is MET
        found = verdict(criterion, late)
        assert (found.verdict, numbers(found, "INPUTS_UNANSWERED")) == (NOT_MET, {"n": 2, "of": 2})

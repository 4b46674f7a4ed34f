"""From verdicts to stages: what counts, what gives way, what rests on somebody's word."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from tests.progress.small_school import (
    AS_OF,
    CALENDAR,
    FRAMEWORK,
    POLICY,
    SCHOOL,
    attest,
    changed,
    evidence,
    reclosed,
    report,
    verdict,
)

from ilr import interop
from ilr.base import Attestation, InvalidInput, Policy, Reason, Verdict, Window
from ilr.continuum import Area, Criterion, Framework, Indicator, Practice, Stage, StageDescriptor, packs
from ilr.cycles import Review
from ilr.progress import Evidence, StageReport, assess
from ilr.progress.evidence import Question
from ilr.progress.rules import Answer, registered

GS, GB, KI = Stage.GETTING_STARTED, Stage.GETTING_BETTER, Stage.KEEP_IMPROVING


def framework(*criteria: Criterion) -> Framework:
    """A framework of one indicator with the given criteria."""
    stages = tuple(
        StageDescriptor(
            stage=stage, text="as it says", criteria=tuple(one for one in criteria if one.stage is stage)
        )
        for stage in (GS, GB, KI)
        if any(one.stage is stage for one in criteria)
    )
    indicator = Indicator(code="X-1", title="one", practice="X-1", stages=stages)
    practice = Practice(code="X-1", title="one", indicators=(indicator,))
    return Framework(
        id="x",
        namespace="X",
        title="x",
        version="1.0.0",
        stages=(GS, GB, KI),
        areas=(Area(id="a", title="a", order=1, practices=(practice,)),),
    )


def criterion(id: str, **facts: Any) -> Criterion:
    """A criterion that somebody attests."""
    return Criterion(
        id=id, **{"modality": "required", "basis": "attested", "condition": "It is so.", **facts}
    )


def stage_of(made: Framework, *words: Attestation, as_of: date = AS_OF) -> StageReport:
    """The report on a made framework by attestations alone."""
    return assess(made, Evidence(events=words), building=SCHOOL, as_of=as_of, calendar=CALENDAR)


LADDER = framework(criterion("X-1.GS.1"), criterion("X-1.GB.1"), criterion("X-1.KI.1"))


@pytest.mark.parametrize("code", ["ILR-3", "ILR-5", "ILR-6a", "ILR-6b", "ILR-8a", "ILR-8b"])
def test_the_small_school_stands_at_the_top(code: str) -> None:
    """ST-1: with every criterion met an indicator is at its last stage and nothing is missing."""
    found = report()[code]
    assert (found.stage, found.next_steps) == (KI, ())
    assert found.attested is (code in ("ILR-8a", "ILR-8b"))


def test_without_evidence_no_indicator_has_a_stage() -> None:
    """ST-4: no records are no failure anywhere: every criterion is open, none is failed, nothing raises."""
    found = report(Evidence())
    assert set(found) == {one.code for one in FRAMEWORK.indicators}
    for one in found.values():
        assert one.stage is None
        assert {verdict.verdict for verdict in one.verdicts} == {Verdict.NOT_ASSESSABLE}
        assert all(verdict.needs for verdict in one.verdicts)
        assert one.next_steps


@pytest.mark.parametrize("part", [one.name for one in attrs.fields(Evidence)])
def test_what_is_not_kept_fails_nothing(part: str) -> None:
    """ST-4: whatever part of the evidence a host does not keep, no criterion that was met turns into not met."""
    found = report(changed(**{part: () if part == "events" else None}))
    failed = {
        one.criterion.id
        for indicator in found.values()
        for one in indicator.verdicts
        if one.verdict is Verdict.NOT_MET
    }
    assert failed == set()


def test_a_stage_needs_all_stages_below() -> None:
    """ST-1: the highest stage counts only on top of unbroken lower ones."""
    words = {id: attest(id) for id in ("X-1.GS.1", "X-1.GB.1", "X-1.KI.1")}
    assert stage_of(LADDER, words["X-1.GB.1"], words["X-1.KI.1"])["X-1"].stage is None
    assert stage_of(LADDER, words["X-1.GS.1"], words["X-1.KI.1"])["X-1"].stage is GS
    assert stage_of(LADDER, words["X-1.GS.1"], words["X-1.GB.1"])["X-1"].stage is GB
    assert stage_of(LADDER, *words.values())["X-1"].stage is KI


def test_next_steps_are_those_of_the_next_stage_only() -> None:
    """ST-1: what is missing is told for the stage that comes next, with its condition and needs."""
    steps = stage_of(LADDER)["X-1"].next_steps
    assert [(step.criterion, step.verdict) for step in steps] == [("X-1.GS.1", Verdict.NOT_ASSESSABLE)]
    assert (steps[0].condition, steps[0].needs) == ("It is so.", ("attestation.criterion",))
    assert steps[0].reasons == (Reason.of("NO_RULE_NOR_ATTESTATION"),)


def test_short_gaps_stand_above_the_monthly_floor() -> None:
    """ST-2: ILR-3.KI.1 met keeps a failed ILR-3.GS.3 from failing the first stage."""
    strict, lenient = Policy(floor=9, gap=5), Policy(floor=9)
    failed = verdict("ILR-3.GS.3", policy=strict)
    assert (failed.verdict, failed.superseded_by, failed.holds) == (Verdict.NOT_MET, None, False)
    assert report(policy=strict)["ILR-3"].stage is None
    lifted = verdict("ILR-3.GS.3", policy=lenient)
    assert (lifted.verdict, lifted.superseded_by, lifted.holds) == (Verdict.NOT_MET, "ILR-3.KI.1", True)
    assert report(policy=lenient)["ILR-3"].stage is KI


def test_a_met_criterion_is_never_called_superseded() -> None:
    """ST-2: superseding is told of criteria that do not hold by themselves."""
    assert all(one.superseded_by is None for one in report()["ILR-3"].verdicts)


@pytest.mark.parametrize(("days", "expected"), [(-1, None), (0, GS), (365, GS), (366, None)])
def test_an_attestation_holds_for_a_year(days: int, expected: Stage | None) -> None:
    """ST-3: a word counts from its day on and expires after a year."""
    given = date(2026, 10, 1)
    year = attrs.evolve(CALENDAR, window=Window(CALENDAR.window.start, date(2027, 12, 31)))
    made = framework(criterion("X-1.GS.1"))
    found = assess(
        made,
        Evidence(events=(attest("X-1.GS.1", given),)),
        building=SCHOOL,
        as_of=given + timedelta(days=days),
        calendar=year,
    )
    assert found["X-1"].stage is expected


def test_a_stage_on_somebody_s_word_is_shown_as_attested() -> None:
    """ST-3: the stage says that it rests on a word, and the verdict says whose and when."""
    found = stage_of(
        framework(criterion("X-1.GS.1")), attest("X-1.GS.1", date(2026, 9, 2)), attest("X-1.GS.1", by="p2")
    )
    assert found["X-1"].attested
    answer = found["X-1"].verdict("X-1.GS.1")
    assert answer.attested
    assert answer.reasons == (Reason.of("ATTESTED", on="2026-10-31", by="p2"),)


def test_a_word_on_a_higher_stage_does_not_colour_a_lower_one() -> None:
    """ST-3: only what the reached stage rests on makes it attested."""
    school = changed(events=(attest("ILR-5.KI.2"),), analyses=None, reviews=None)
    found = report(school)["ILR-5"]
    assert (found.stage, found.attested) == (None, False)
    assert found.verdict("ILR-5.KI.2").attested


@pytest.mark.parametrize("word", [attest("X-1.GS.1", building="s2"), attest("X-1.GB.1")])
def test_a_word_on_something_else_counts_nothing(word: Attestation) -> None:
    """ST-3: attestations of other buildings and criteria are passed over."""
    assert stage_of(framework(criterion("X-1.GS.1")), word)["X-1"].stage is None


def test_no_word_replaces_daily_records() -> None:
    """ST-3: a criterion that records can show is not met by attestation."""
    school = changed(events=(attest("ILR-3.KI.4"),), table=None)
    assert verdict("ILR-3.KI.4", school).verdict is Verdict.NOT_ASSESSABLE


def test_records_show_a_part_and_somebody_attests_the_rest() -> None:
    """ST-3: a mixed criterion with its recorded part waits for a word, and no word mends what records refuse."""
    waiting = verdict("ILR-8a.GB.3", changed(events=()))
    assert (waiting.verdict, waiting.needs) == (Verdict.NOT_ASSESSABLE, ("attestation.criterion",))
    assert waiting.reasons == (Reason.of("REVIEWS_WITHOUT_THEME", n=0, of=2),)
    met = verdict("ILR-8a.GB.3")
    assert (met.verdict, met.attested) == (Verdict.MET, True)
    assert [one.code for one in met.reasons] == ["REVIEWS_WITHOUT_THEME", "ATTESTED"]
    drafts = [
        attrs.evolve(one, seal="", findings=one.findings[:1], revisits=()) for one in evidence().reviews or ()
    ]
    refused = verdict("ILR-8a.GB.3", changed(reviews=reclosed(drafts)))
    assert (refused.verdict, refused.attested) == (Verdict.NOT_MET, False)


def test_permissive_criteria_never_fail_a_stage() -> None:
    """A permissive criterion that nobody attests is reported and holds nothing up."""
    made = framework(criterion("X-1.GS.1"), criterion("X-1.GS.2", modality="permissive"))
    found = stage_of(made, attest("X-1.GS.1"))["X-1"]
    assert (found.stage, found.verdict("X-1.GS.2").verdict) == (GS, Verdict.NOT_ASSESSABLE)


def test_a_breach_of_a_guard_caps_the_stage_and_stands_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """ST-5: a forbidden thing that happened is listed before everything else and stops its stage."""
    made = framework(
        criterion("X-1.GS.1"), criterion("X-1.GB.1"), criterion("X-1.GB.2", modality="forbidden")
    )

    def breached(_: Question) -> Answer:
        return Answer(Verdict.NOT_MET)

    monkeypatch.setattr("ilr.progress.assessment.registered", lambda: {"X-1.GB.2": breached})
    found = stage_of(made, attest("X-1.GS.1"), attest("X-1.GB.1"))["X-1"]
    assert found.stage is GS
    assert [one.criterion.id for one in found.verdicts] == ["X-1.GB.2", "X-1.GS.1", "X-1.GB.1"]


RECORDED = (
    *("ILR-3", "ILR-5", "ILR-6a", "ILR-6b", "ILR-7", "ILR-8a", "ILR-8b"),
    *("ILR-9", "ILR-10", "ILR-11", "ILR-12", "LS-12a", "LS-12b"),
)


def test_rules_are_registered_under_ids_of_the_pack() -> None:
    """Every rule answers a criterion of a shipped framework; the indicators with rules have one for each that records tell."""
    both = (*FRAMEWORK.criteria, *packs.load("leadership-system").criteria)
    ids = {one.id for one in both if one.basis != "attested"}
    assert set(registered()) == {id for id in ids if id.split(".")[0] in RECORDED}


def test_each_rule_begins_with_the_criterion_that_it_answers() -> None:
    """The first line of a rule names its criteria."""
    for id, rule in registered().items():
        stage = id.split(".", maxsplit=1)[1]
        heading = (rule.__doc__ or "").split(":", maxsplit=1)[0]
        assert stage in heading, id
        assert heading.startswith(("ILR-", "LS-")), id


def test_every_reason_has_words() -> None:
    """No verdict of a full or of an empty evidence shows a bare code."""
    for found in (report(), report(Evidence()), report(as_of=date(2026, 9, 7))):
        for indicator in found.values():
            for one in indicator.verdicts:
                for reason in one.reasons:
                    assert reason.code not in str(reason)


def test_the_report_names_what_it_was_made_with() -> None:
    """Framework, policy, calendar, days and building stand in the report."""
    found = report(policy=Policy(version="2026-27"))
    assert (found.framework, found.policy, found.calendar) == (
        f"ilr@{FRAMEWORK.version}",
        "2026-27",
        "2026-27",
    )
    assert (found.building, found.as_of, found.window) == (
        SCHOOL,
        AS_OF,
        Window(CALENDAR.window.start, AS_OF),
    )
    assert report().policy == POLICY.version


def test_days_after_the_question_are_not_judged() -> None:
    """A window that runs on is cut at the day of the question, so that the future fails nobody."""
    term = Window(date(2026, 9, 1), date(2026, 12, 18))
    found = report(window=term)
    assert found.window.end == AS_OF
    assert found["ILR-3"].stage is KI


def test_a_question_in_summer_is_about_the_year_that_ended() -> None:
    """The window ends with the calendar, however much later the question is asked."""
    assert report(Evidence(), as_of=date(2027, 8, 1)).window == CALENDAR.window


def test_a_question_before_its_days_is_refused() -> None:
    """A day before the calendar, or before the window, has nothing to judge."""
    with pytest.raises(InvalidInput) as early:
        report(as_of=date(2026, 8, 1))
    assert early.value.code == "assess.as_of"
    with pytest.raises(InvalidInput) as ahead:
        report(window=Window(date(2026, 11, 2), date(2026, 11, 30)))
    assert ahead.value.code == "assess.window"


def test_an_unknown_criterion_is_a_key_error() -> None:
    """An indicator report has verdicts for its own criteria only."""
    with pytest.raises(KeyError):
        report()["ILR-3"].verdict("ILR-5.GS.1")


def test_a_report_is_a_mapping_and_shows_itself() -> None:
    """It has one entry an indicator and a row for each in a notebook; there is no overall stage."""
    found = report()
    assert len(found) == len(FRAMEWORK.indicators)
    html = found._repr_html_()
    assert html.count("<tr>") == len(found) + 1
    assert "<td>ILR-3</td><td>Keep Improving</td><td>on records</td><td>0</td>" in html
    assert "<td>not yet</td>" in html
    word = stage_of(framework(criterion("X-1.GS.1")), attest("X-1.GS.1"))
    assert "<td>attested</td>" in word._repr_html_()
    assert not hasattr(found, "stage")


def test_reports_and_evidence_come_back_from_json_equal() -> None:
    """A report and the evidence it was made from survive the way through text."""
    whole = evidence()
    assert interop.loads(interop.dumps(whole), Evidence) == whole
    for found in (report(), report(Evidence())):
        assert interop.loads(interop.dumps(found), StageReport) == found
    held = whole.reviews or ()
    assert interop.loads(interop.dumps(held[0]), Review) == held[0]


def test_the_same_evidence_gives_the_same_report() -> None:
    """Assessment depends on nothing but what is handed in."""
    assert report() == report()

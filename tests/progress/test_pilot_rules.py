"""The rules of practice 7: each pilot of the building is judged, and what people must attest waits for them."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import attrs
import pytest
from tests.cycles.number_talks import (
    AS_OF,
    EVENTS,
    FIRST,
    PILOT,
    SECOND,
    decided,
    held,
    records,
    reviews,
    walks,
)
from tests.progress.small_school import (
    ALIKE,
    attest,
    improvement_cycle,
    meeting,
    report,
    table_of,
    verdict,
    walk,
)

from ilr import interop
from ilr.base import Verdict, Window
from ilr.continuum import Stage
from ilr.continuum.lookfors import LevelScale
from ilr.cycles import CohortCurves, DecisionKind, Finding, Involvement, PilotRecords, close, cohort_curves
from ilr.forms import form
from ilr.observation import ObservationTable
from ilr.progress import CriterionVerdict, Evidence
from ilr.progress.rules import registered

MET, NOT_MET, OPEN = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_ASSESSABLE
PRACTICE = tuple(id for id in registered() if id.startswith("ILR-7."))
RULES = tuple(id for id in PRACTICE if id != "ILR-7.GB.3")


@cache
def comparison() -> CohortCurves:
    """The comparison that a decision of the pilot cites."""
    curves = cohort_curves(records())
    assert curves is not None
    return attrs.evolve(curves, published=attrs.evolve(curves.published, id="cohorts-1"))


@cache
def evidence() -> Evidence:
    """Everything that the criteria of practice 7 ask for."""
    kept: PilotRecords = records()
    return Evidence(
        table=kept.table,
        calibration=(meeting({"p1": ALIKE, "p2": ALIKE}, master=ALIKE),),
        reviews=reviews(),
        cycles=kept.cycles,
        pilots=(PILOT,),
        involvement=kept.involvement,
        comparisons=(comparison(),),
        events=(*EVENTS, attest("ILR-7.KI.5", AS_OF)),
    )


def changed(**parts: Any) -> Evidence:
    """The evidence with other parts."""
    return attrs.evolve(evidence(), **parts)


def asked(criterion: str, school: Evidence, **options: Any) -> CriterionVerdict:
    """What is said of one criterion at the end of the term."""
    return verdict(criterion, school, **{"as_of": AS_OF, **options})


def test_a_pilot_at_its_best_reaches_the_top() -> None:
    """ILR-7: trained, watched, reviewed, expanded and compared, the building keeps improving, on one word."""
    found = report(evidence(), as_of=AS_OF)["ILR-7"]
    assert (found.stage, found.attested, found.next_steps) == (Stage.KEEP_IMPROVING, True, ())
    assert {one.criterion.id for one in found.verdicts if one.verdict is MET} == set(RULES)
    assert found.verdict("ILR-7.GB.3").verdict is Verdict.NOT_APPLICABLE


def test_the_evidence_of_a_pilot_comes_back_from_json_equal() -> None:
    """Pilots, involvement and comparisons survive the way through text as parts of the evidence."""
    assert interop.loads(interop.dumps(evidence()), Evidence) == evidence()


@pytest.mark.parametrize("criterion", PRACTICE)
def test_where_pilots_are_not_kept_nothing_is_said(criterion: str) -> None:
    """ST-4: without the record of pilots every criterion names it; with none begun none is met."""
    found = asked(criterion, changed(pilots=None, events=()))
    assert (found.verdict, found.needs) == (OPEN, ("pilot.cohorts", "pilot.cycles"))
    for pilots in ((), (attrs.evolve(PILOT, building="s2"),)):
        none = asked(criterion, changed(pilots=pilots))
        assert (none.verdict, none.reasons[0].code) == (NOT_MET, "NO_PILOT")
    assert asked(criterion, evidence(), as_of=date(2026, 9, 6)).reasons[0].code == "NO_PILOT"


@pytest.mark.parametrize(
    ("criterion", "parts"),
    [
        ("ILR-7.GS.1", {"events": ()}),
        ("ILR-7.GS.1", {"table": None}),
        ("ILR-7.GS.2", {"involvement": None}),
        ("ILR-7.GS.3", {"calibration": None}),
        ("ILR-7.GS.4", {"reviews": None}),
        ("ILR-7.GB.1", {"reviews": None}),
        ("ILR-7.GB.2", {"table": None}),
        ("ILR-7.GB.3", {"table": None}),
        ("ILR-7.KI.1", {"cycles": None}),
        ("ILR-7.KI.2", {"calibration": None}),
        ("ILR-7.KI.3", {"table": None}),
        ("ILR-7.KI.4", {"table": None}),
        ("ILR-7.KI.5", {"comparisons": None, "events": ()}),
    ],
)
def test_an_absent_part_leaves_its_criteria_open(criterion: str, parts: dict[str, Any]) -> None:
    """ST-4: without the part it reads a criterion is neither met nor failed, and the fields are named."""
    found = asked(criterion, changed(**parts))
    assert found.verdict is OPEN
    assert found.needs


UNLIKE = (3, 3, 3, 3, 3, 3, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1)


@pytest.mark.parametrize(
    ("criterion", "parts"),
    [
        ("ILR-7.GS.1", {"events": EVENTS[1:]}),
        ("ILR-7.GS.2", {"involvement": ()}),
        ("ILR-7.GS.3", {"calibration": (meeting({"p1": ALIKE, "p2": UNLIKE}, master=ALIKE),)}),
        ("ILR-7.GS.4", {"reviews": reviews()[3:]}),
        ("ILR-7.GB.1", {"reviews": reviews()[1:]}),
        ("ILR-7.GB.2", {"table": table_of(walks()[:20])}),
        ("ILR-7.GB.3", {"reviews": reviews()[3:]}),
        ("ILR-7.KI.1", {"cycles": (improvement_cycle(id="c1", closed=None),)}),
        ("ILR-7.KI.2", {"events": EVENTS[:6]}),
        ("ILR-7.KI.5", {"comparisons": ()}),
    ],
)
def test_each_criterion_can_fail(criterion: str, parts: dict[str, Any]) -> None:
    """ILR-7.GS.1 to KI.5: what the pilot lacks is told as not met."""
    assert asked(criterion, changed(**parts)).verdict is NOT_MET


@pytest.mark.parametrize("criterion", ["ILR-7.KI.3", "ILR-7.KI.4"])
def test_what_small_cohorts_hide_is_open(criterion: str) -> None:
    """ILR-7.KI.3 and KI.4: what groups hide cannot be told, which is no failure; without new users none is due."""
    thin = attrs.evolve(PILOT, cohorts=(FIRST, attrs.evolve(SECOND, teachers=SECOND.teachers[:3])))
    assert asked(criterion, changed(pilots=(thin,))).verdict is OPEN
    alone = changed(pilots=(attrs.evolve(PILOT, cohorts=(FIRST,)),))
    expected = Verdict.NOT_APPLICABLE if criterion == "ILR-7.KI.3" else MET
    assert asked(criterion, alone).verdict is expected


def test_results_inform_in_part_on_records() -> None:
    """ILR-7.KI.5: a citing decision waits for a word; a comparison of other cohorts is none of this pilot."""
    waiting = asked("ILR-7.KI.5", changed(events=EVENTS))
    assert (waiting.verdict, waiting.needs) == (OPEN, ("attestation.criterion",))
    other = changed(comparisons=(attrs.evolve(comparison(), cohorts=("autumn",)),))
    assert asked("ILR-7.KI.5", other).verdict is NOT_MET


def test_every_pilot_counts() -> None:
    """ILR-7.GS.2: of two pilots the one that lacks something decides."""
    second = attrs.evolve(PILOT, id="exits", cycles=("c9",))
    found = asked("ILR-7.GS.2", changed(pilots=(PILOT, second)))
    assert found.verdict is NOT_MET
    assert [dict(one.parameters) for one in found.reasons] == [{"n": 6, "of": 6}]
    both = tuple(attrs.evolve(one, pilot="exits", id=f"x-{one.id}") for one in evidence().involvement or ())
    kept: tuple[Involvement, ...] = (*(evidence().involvement or ()), *both)
    assert asked("ILR-7.GS.2", changed(pilots=(PILOT, second), involvement=kept)).verdict is MET


def table(scale: LevelScale) -> ObservationTable:
    """A visit on a form whose look-fors have another scale."""
    plain = form("core", look_fors=["talk"], scale=scale, notes=False)
    made = plain.record(
        teachers=["t1"], observer="p1", at=walk(FIRST.starts).at, answers={"talk": 2}, building="s1"
    )
    return ObservationTable.from_walkthroughs([made], forms=[plain])


@pytest.mark.parametrize(
    ("found", "look_fors"),
    [
        (table(LevelScale.numbered(4, fidelity=3)), PILOT.look_fors),
        (table(LevelScale.numbered(4)), ("talk",)),
    ],
)
def test_a_table_that_does_not_tell_of_the_pilot_leaves_it_open(
    found: ObservationTable, look_fors: tuple[str, ...]
) -> None:
    """ST-4: without the look-fors of the pilot, or a level of fidelity, nothing is failed and nothing raises."""
    pilot = attrs.evolve(PILOT, look_fors=look_fors)
    for criterion in ("ILR-7.GS.3", "ILR-7.GB.2", "ILR-7.KI.3", "ILR-7.KI.4"):
        assert asked(criterion, changed(pilots=(pilot,), table=found)).verdict is OPEN


def test_a_table_without_forms_or_purposes_leaves_it_open() -> None:
    """ST-4: records that do not say on which form and why they were made tell nothing of a pilot."""
    kept = evidence().table
    assert kept is not None
    for name in ("form", "purpose"):
        walked = {key: column for key, column in kept.walks.items() if key != name}
        bare = attrs.evolve(kept, walks=type(kept.walks)(walked))
        assert asked("ILR-7.GS.3", changed(table=bare)).verdict is OPEN


def test_reviews_of_a_pilot_are_no_reviews_of_the_building() -> None:
    """ILR-5.GS.2 and ILR-6a.GS.1: a pilot review that was closed is judged by practice 7 alone."""
    day = date(2026, 10, 2)
    closed = close(held(day, decided(DecisionKind.ADAPT, day), findings=(Finding(id="f", kind="gap"),)))
    for criterion in ("ILR-5.GS.2", "ILR-6a.GS.1"):
        assert asked(criterion, changed(reviews=(closed,))).verdict is OPEN
    assert asked("ILR-5.GS.2", changed(reviews=(closed,), pilots=())).verdict is NOT_MET


def test_days_after_the_window_are_not_judged() -> None:
    """ILR-7.KI.2: in a window before the new users began nobody new has started."""
    window = Window(date(2026, 9, 1), date(2026, 10, 31))
    assert asked("ILR-7.KI.2", evidence(), window=window).verdict is Verdict.NOT_APPLICABLE

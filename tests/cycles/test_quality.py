"""The quality of cycles: each check both ways, and what a result suggests once fidelity is read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import attrs
import pytest
from tests.cycles.few_visits import decided, entry, held
from tests.cycles.few_visits import draft as review_draft
from tests.cycles.small_cycle import (
    LOOKED,
    MEASURES,
    STARTED,
    aim,
    closed,
    diagram,
    doing,
    draft,
    plan,
    planned,
    prediction,
    studied,
)

from ilr import interop
from ilr.base import InvalidInput, Policy, Reason
from ilr.cycles import (
    QUALITY_CODES,
    Abandonment,
    Comparison,
    DecisionKind,
    DecisionStatus,
    ImprovementCycle,
    QualityFinding,
    Scope,
    ShareCount,
    abandon_cycle,
    check_quality,
    judge_result,
    read_result,
    record_data,
    start_cycle,
)
from ilr.stats import proportions

DIAGRAM = diagram()
GOOD = proportions.wilson(700, 1000)
POOR = proportions.wilson(400, 1000)
UNSURE = proportions.wilson(6, 10)
ALWAYS = ShareCount(20, 20)


def found(*cycles: ImprovementCycle, of: str | None = None, **known: Any) -> dict[str, Reason]:
    """What is found about one of the cycles, by default the first, with the small diagram."""
    named = of or cycles[0].id
    given: dict[str, Any] = {"diagrams": [DIAGRAM], **known}
    return {one.code: one.reason for one in check_quality(cycles, **given) if one.cycle == named}


def pair(**facts: Any) -> tuple[ImprovementCycle, ImprovementCycle]:
    """A cycle that expands, and the one that follows."""
    held: dict[str, Any] = {"fidelity": ALWAYS, "result": GOOD, **facts}
    first = closed("expand", "c2", **held)
    later = closed(
        "adopt",
        id="c2",
        parent="c1",
        opened=date(2026, 11, 2),
        scope=Scope(teachers=20, of=20),
        result=GOOD,
    )
    return first, later


def test_two_good_cycles_have_no_findings() -> None:
    """Two linked cycles with all that is asked for are passed in silence, and no cycles too."""
    assert check_quality(pair(), diagrams=[DIAGRAM]) == ()
    assert check_quality([]) == ()


def test_every_check_speaks_of_its_source_in_order() -> None:
    """One cycle after the other, each finding with its code, its reason and who asks for it."""
    findings = check_quality([draft(scope=None), draft(id="c2")])
    assert [(one.cycle, one.code) for one in findings][:2] == [("c1", "documentation"), ("c1", "prediction")]
    assert [one.cycle for one in findings] == sorted(one.cycle for one in findings)
    order = [QUALITY_CODES.index(one.code) for one in findings if one.cycle == "c1"]
    assert order == sorted(order)
    assert findings[0] == QualityFinding(
        code="documentation", cycle="c1", reason=findings[0].reason, source="Taylor et al. 2014"
    )
    assert interop.loads(interop.dumps(findings), tuple[QualityFinding, ...]) == findings


def test_documentation() -> None:
    """What the plan leaves open is listed, needed or not; a plan that tells all is passed."""
    assert "documentation" not in found(planned())
    assert found(planned(plan(who=" ", stops_on=None)))["documentation"] == Reason.of(
        "PLAN_LEAVES_OPEN", parts="who, stops_on"
    )
    assert "aim, measures, change, prediction, question" in str(found(draft())["documentation"])


def test_linked() -> None:
    """Knudsen 2019: an ended cycle stands in a row of two or more, counted both ways; a running one need not yet."""
    first, later = pair()
    assert "linked" not in found(first, later)
    assert "linked" not in found(first, later, of="c2")
    assert "linked" not in found(doing())
    assert found(later)["linked"] == Reason.of("LINKED_CYCLES", n=1, least=2)
    three = found(first, later, policy=Policy(cycle_links=3))
    assert three["linked"] == Reason.of("LINKED_CYCLES", n=2, least=3)
    given_up = abandon_cycle(doing(), Abandonment(on=LOOKED, reason="so"))
    assert found(given_up)["linked"] == Reason.of("LINKED_CYCLES", n=1, least=2)


def test_a_link_is_one_where_both_say_so() -> None:
    """A child that names another parent, and a parent that names another child, are not linked."""
    first, later = pair()
    stranger = draft(id="c2", parent=None, opened=date(2026, 11, 2))
    assert found(first, stranger)["linked"] == Reason.of("LINKED_CYCLES", n=1, least=2)
    unnamed = closed("adopt", result=GOOD)
    assert found(unnamed, later)["linked"] == Reason.of("LINKED_CYCLES", n=1, least=2)


def test_cycles_in_a_loop_are_counted_once() -> None:
    """Two cycles of a day that follow each other over a third are three, however long one goes round."""

    def of_a_day(id: str, parent: str, following: str) -> ImprovementCycle:
        day = date(2026, 12, 1)
        return closed("adapt", following, id=id, parent=parent, opened=day, on=day)

    loop = [of_a_day("x", "z", "y"), of_a_day("y", "x", "z"), of_a_day("z", "y", "x")]
    many = Policy(cycle_links=9)
    assert found(*loop, policy=many)["linked"] == Reason.of("LINKED_CYCLES", n=3, least=9)


def test_followed() -> None:
    """A cycle that was to be adapted or expanded in another is left half done until that one is there."""
    first, later = pair()
    assert "followed" not in found(first, later)
    assert "followed" not in found(later)
    assert found(first)["followed"] == Reason.of("NOT_FOLLOWED")


def test_prediction() -> None:
    """Taylor 2014: something is predicted, and shown to be so before the first datum."""
    assert found(draft())["prediction"] == Reason.of("NO_PREDICTION")
    for fine in (planned(), doing(), start_cycle(planned(), on=STARTED)):
        assert "prediction" not in found(fine)
    noon = datetime(2026, 10, 5, 12, tzinfo=UTC)
    same_day = plan(prediction=prediction(recorded_at=noon))
    assert found(doing(same_day))["prediction"] == Reason.of("PREDICTION_SAME_DAY", on="2026-10-05")
    running = start_cycle(planned(same_day), on=STARTED)
    later = record_data(running, observations=["o"], first_at=noon + timedelta(minutes=5))
    assert "prediction" not in found(later)


def test_comparison() -> None:
    """A cycle that ended without a study, or with nothing to compare, has no answer; a running one may wait."""
    given_up = abandon_cycle(doing(), Abandonment(on=LOOKED, reason="so"))
    assert found(given_up)["comparison"] == Reason.of("NO_STUDY")
    assert found(studied(proportions.wilson(0, 0)))["comparison"] == Reason.of("NOTHING_COMPARED")
    for fine in (doing(), studied(), closed()):
        assert "comparison" not in found(fine)


def test_small_first() -> None:
    """Knudsen 2019: fewer than the whole unit before all of it."""
    whole = Scope(teachers=20, of=20)
    assert found(draft(scope=whole))["small-first"] == Reason.of("WHOLE_UNIT_FIRST", teachers=20)
    assert found(draft(scope=None))["small-first"] == Reason.of("SCOPE_NOT_TOLD")
    assert "small-first" not in found(draft())
    first, later = pair()
    assert "small-first" not in found(first, later, of="c2")
    for before in (whole, None):
        unproven, _ = pair(scope=before)
        assert found(unproven, later, of="c2")["small-first"] == Reason.of("WHOLE_UNIT_FIRST", teachers=20)


@pytest.mark.parametrize(
    ("series", "n"),
    [
        ((), 0),
        ((None, None), 0),
        ((0.5, 0.6), 2),
        ((0.5, 0.6, None, 0.7), 2),
        ((0.5, None, 0.6, 0.7, 0.8), 3),
        ((0.5, 0.6, 0.7, 0.8), 4),
    ],
)
def test_points(series: tuple[float | None, ...], n: int) -> None:
    """Knudsen 2019: three points in a row; a gap begins a new row."""
    answer = found(studied(series=series)).get("points")
    assert answer == (Reason.of("POINTS_IN_A_ROW", n=n, least=3) if n < 3 else None)
    assert "points" not in found(doing())


def test_rationale() -> None:
    """Knudsen 2019: it is told why something was expected."""
    assert "rationale" not in found(planned())
    assert found(planned(plan(prediction=prediction(why=" "))))["rationale"] == Reason.of("NO_RATIONALE")
    assert found(draft())["rationale"] == Reason.of("NO_RATIONALE")


def test_baseline() -> None:
    """The diagram of the aim tells where the measure stood before."""
    assert "baseline" not in found(planned())
    bare = diagram(aim=aim(baseline=None))
    assert found(planned(), diagrams=[bare])["baseline"] == Reason.of("NO_BASELINE")
    assert found(planned(plan(aim="other")))["baseline"] == Reason.of("NO_BASELINE")


def test_balancing() -> None:
    """A measure of harm elsewhere is in the diagram, and the plan follows it."""
    missing = Reason.of("NO_BALANCING_MEASURE")
    assert "balancing" not in found(planned())
    assert found(planned(plan(measures=("wait",))))["balancing"] == missing
    assert found(planned(), diagrams=[diagram(measures=MEASURES[:3])])["balancing"] == missing
    assert found(planned(), diagrams=[])["balancing"] == missing


def test_revisited() -> None:
    """RT-4: decisions of the cycle that a later review passed over are counted; those of other cycles are not."""
    made = held(0, decided("d1", cycle="c1"), decided("d2"), decided("d3", cycle="c9"), cycle="c1")
    passed = review_draft(1, revisits=(entry("d1"), entry("d3")))
    again = review_draft(2, revisits=())
    assert found(planned(), reviews=[made, passed])["revisited"] == Reason.of("REVISITS_MISSING", n=1)
    assert found(planned(), reviews=[made, passed, again])["revisited"] == Reason.of("REVISITS_MISSING", n=3)
    whole = review_draft(1, revisits=tuple(entry(id, DecisionStatus.DONE) for id in ("d1", "d2", "d3")))
    assert "revisited" not in found(planned(), reviews=[made, whole, again])
    loose = held(0, decided("d1"))
    assert check_quality([planned()], diagrams=[DIAGRAM], reviews=[loose, again]) == ()


@pytest.mark.parametrize(
    ("kind", "result", "reason"),
    [
        ("adopt", GOOD, None),
        ("adopt", POOR, Reason.of("ADOPTED_POOR", outcome="below")),
        ("adopt", UNSURE, Reason.of("ADOPTED_UNSETTLED")),
        ("abandon", POOR, None),
        ("abandon", UNSURE, None),
    ],
)
def test_adopted(kind: str, result: Any, reason: Reason | None) -> None:
    """An act is not automatic: a change is not adopted after a result that is poor or does not tell."""
    assert found(closed(kind, result=result)).get("adopted") == reason
    assert "adopted" not in found(studied(result))


def test_adopted_where_less_is_better() -> None:
    """Of a measure that should fall, more than predicted is poor; without a diagram more is taken for better."""
    less = diagram(
        aim=aim(direction="lower", target=0.2),
        measures=(attrs.evolve(MEASURES[0], direction="lower"), *MEASURES[1:]),
    )
    above = closed(result=GOOD)
    assert found(above, diagrams=[less])["adopted"] == Reason.of("ADOPTED_POOR", outcome="above")
    assert "adopted" not in found(closed(result=POOR), diagrams=[less])
    assert "adopted" not in found(above, diagrams=[])


@pytest.mark.parametrize(
    ("count", "outcome"),
    [
        (None, "not counted"),
        (ShareCount(20, 20), None),
        (ShareCount(3, 5), "cannot tell"),
        (ShareCount(5, 20), "not met"),
    ],
)
def test_expanded(count: ShareCount | None, outcome: str | None) -> None:
    """A change is expanded only when it was shown to be done as intended; too little data is no showing."""
    answer = found(closed("expand", "c2", fidelity=count)).get("expanded")
    assert answer == (None if outcome is None else Reason.of("EXPANDED_UNFAITHFUL", outcome=outcome))
    assert "expanded" not in found(closed("adapt", "c2", fidelity=count))


def test_every_code_has_its_test() -> None:
    """No check is without a test of its name here."""
    assert len(set(QUALITY_CODES)) == len(QUALITY_CODES)
    assert [code for code in QUALITY_CODES if f"test_{code.replace('-', '_')}" not in globals()] == []


@pytest.mark.parametrize(
    ("outcome", "higher", "lower"),
    [
        ("below", "poor", "good"),
        ("within", "good", "good"),
        ("above", "good", "poor"),
        ("cannot tell", "cannot tell", "cannot tell"),
    ],
)
def test_a_result_is_good_as_predicted_or_better(outcome: Any, higher: str, lower: str) -> None:
    """Which side of the range is better depends on the measure."""
    comparison = Comparison(outcome=outcome)
    assert judge_result(comparison, direction="higher") == higher
    assert judge_result(comparison, direction="lower") == lower


def test_fidelity_is_read_before_the_result() -> None:
    """NIRN: the same poor result speaks against the practice or for support, and against neither when nobody knows."""
    assert read_result("met", "poor").kinds == (DecisionKind.ADAPT,)
    assert set(read_result("not met", "poor").kinds) == {
        DecisionKind.INSTRUCTIONAL_SUPPORT,
        DecisionKind.COACHING,
    }
    assert DecisionKind.EXPAND in read_result("met", "good").kinds
    assert DecisionKind.EXPAND not in read_result("not met", "good").kinds
    blind = {read_result("cannot tell", result) for result in ("good", "poor", "cannot tell")}
    assert [one.kinds for one in blind] == [(DecisionKind.OBSERVATION_PROCESS,)]


@pytest.mark.parametrize(
    ("faithful", "result"),
    [*product(("met", "not met", "cannot tell"), ("good", "poor", "cannot tell"))],
)
def test_every_corner_suggests_something_in_words(faithful: Any, result: Any) -> None:
    """All nine corners name a kind of decision and a sentence; waiting is a reasoned decision too."""
    reading = read_result(faithful, result)
    assert reading.kinds
    assert str(reading.reason) != reading.reason.code
    assert (DecisionKind.NO_ACTION in reading.kinds) == ((faithful, result) == ("met", "cannot tell"))


def test_other_words_are_refused() -> None:
    """Both words are checked, and both are named."""
    with pytest.raises(InvalidInput) as refused:
        read_result("yes", "bad")  # type: ignore[arg-type]  # the point
    assert [problem.code for problem in refused.value.problems] == ["reading.fidelity", "reading.result"]

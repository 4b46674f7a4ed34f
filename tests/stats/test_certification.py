"""Rules of certification: what each asks for, how they combine, what they are worth."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilr.base import InvalidInput
from ilr.stats.certification import (
    FIELD_RULES,
    All,
    Bias,
    Certificate,
    EachItem,
    EachSet,
    Kappa,
    LargestGap,
    OfPart,
    Rule,
    Share,
    certify,
    chance_agreement,
    pass_probability,
    share_pass_probability,
)

LEVELS = [1, 2, 3, 4]
MASTER = [[1, 2, 3, 4], [2, 2, 3, 3]]
SEEN = [[1, 2, 4, 4], [2, 4, 3, 3]]
NAN = math.nan


def held(rule: Rule, observed: Any = SEEN, master: Any = MASTER, **options: Any) -> Certificate:
    """The certificate on four levels."""
    return certify(observed, master, rule, levels=LEVELS, **options)


@pytest.mark.parametrize(
    ("rule", "value", "passed"),
    [
        (Share(0.75), 0.75, True),
        (Share(0.76), 0.75, False),
        (Share(0.875, within=1), 0.875, True),
        (Share(0.9, within=1), 0.875, False),
        (LargestGap(1), 1, False),
        (LargestGap(1, times=1), 1, True),
        (LargestGap(2), 0, True),
        (Bias(0.375), 0.375, True),
        (Bias(0.37), 0.375, False),
        (EachSet(Share(0.75)), 2, True),
        (EachSet(Share(1)), 0, False),
        (EachSet(Share(0.75, within=1)), 2, True),
        (EachSet(Share(1, within=1), least=1), 1, True),
        (EachItem(Share(1)), 2, False),
        (EachItem(Share(1), least=2), 2, True),
    ],
)
def test_each_rule_by_hand(rule: Rule, value: float, passed: bool) -> None:
    """Six of eight codes exact, seven within one, one two apart, together three points too high."""
    found = held(rule)
    assert (found.findings[0].value, found.passed, found.findings[0].passed) == (value, passed, passed)


def test_kappa_is_that_of_cohen_with_quadratic_weights() -> None:
    """By hand: mean squared gap 5/8; variances and squared bias give 73/64 by chance."""
    seen, true = np.ravel(SEEN), np.ravel(MASTER)
    chance = float(np.mean((seen[:, None] - true[None, :]) ** 2))
    by_hand = 1 - float(np.mean((seen - true) ** 2)) / chance
    assert held(Kappa(0.6)).findings[0].value == pytest.approx(by_hand, abs=1e-12)
    assert held(Kappa(by_hand)).passed
    assert not held(Kappa(by_hand + 1e-6)).passed


def test_an_undefined_kappa_does_not_hold() -> None:
    """Where both used one level only chance agreement is complete, and nothing is shown."""
    found = held(Kappa(-1), [[2, 2]], [[2, 2]])
    assert math.isnan(found.findings[0].value)
    assert not found


@pytest.mark.parametrize(
    ("rule", "words", "needed"),
    [
        (Share(0.75), "share exact", 0.75),
        (Share(0.9, within=0.5), "share within 0.5", 0.9),
        (LargestGap(1), "codes further than 1 apart", 0),
        (LargestGap(0.5, times=2), "codes further than 0.5 apart", 2),
        (Kappa(0.6), "kappa, quadratic weights", 0.6),
        (Bias(0.25), "mean difference from the master codes", 0.25),
        (EachItem(Share(1)), "items in which the rule holds", 4),
        (EachSet(Share(1)), "sets in which the rule holds", 2),
        (EachSet(Share(1), least=1), "sets in which the rule holds", 1),
    ],
)
def test_each_rule_tells_what_it_needs(rule: Rule, words: str, needed: float) -> None:
    """A finding names the rule in words and the value that it had to reach or to stay within."""
    (found,) = held(rule).findings
    assert (found.rule, found.needed) == (words, needed)


@pytest.mark.parametrize(
    "rule", [Share(1), LargestGap(0), Bias(0), EachItem(Share(1)), EachSet(LargestGap(0))]
)
def test_rounding_fails_nobody(rule: Rule) -> None:
    """A distance of a thousand millionth of a point is none; twice as much is one."""
    assert certify([[1e-9, 1e-9]], [[0, 0]], rule, levels=[0, 1e-9])
    assert not certify([[2e-9, 2e-9]], [[0, 0]], rule, levels=[0, 2e-9])


def test_what_is_needed_may_be_missed_by_rounding() -> None:
    """A share or a kappa that falls short by a thousand millionth is enough; one of twice as much is not."""
    for least, enough in ((1e-9, True), (2e-9, False)):
        assert certify([[1, 2]], [[2, 1]], Share(least), levels=[1, 2]).passed == enough
        assert certify([[1, 1, 2, 2]], [[1, 2, 1, 2]], Kappa(least), levels=[1, 2]).passed == enough


def test_one_code_is_an_exam() -> None:
    """With a single code means are that code's, and kappa finds no more than chance."""
    found = held(All((Bias(1), Kappa(0), LargestGap(1), Share(0))), [[2]], [[1]])
    assert [one.value for one in found.findings] == [1.0, 0.0, 0.0, 0.0]
    assert found.passed


def test_the_lowest_level_is_a_code() -> None:
    """Items and sets in which the master gave nothing but the lowest level are on the exam."""
    found = held(All((EachItem(Share(1)), EachSet(Share(1)))), [[1, 2], [1, 1]], [[1, 1], [1, 1]])
    assert [(one.value, one.needed) for one in found.findings] == [(1, 2), (1, 2)]
    assert pass_probability(Share(1), np.eye(4), [[1]], levels=LEVELS, seed=1, draws=1).value == 1


def test_kappa_reads_the_codes_of_the_exam_alone() -> None:
    """A cell that the master left open changes no kappa, whatever the observer gave."""
    seen, true = [[1, 2, 4, 1]], [[1, 2, 3, NAN]]
    alone = held(Kappa(0), [[1, 2, 4]], [[1, 2, 3]]).findings
    assert held(Kappa(0), seen, true).findings == alone


def test_rules_combine() -> None:
    """All rules have to hold; a part is judged by its own items; findings are told in order."""
    rule = All((Share(0.75), OfPart("first", Share(1)), OfPart("last", EachItem(Share(1)))))
    options: dict[str, Any] = {"items": "abcd", "parts": {"first": "ad", "last": "c"}}
    found = held(rule, **options)
    assert [(one.rule, one.value, one.passed) for one in found.findings] == [
        ("share exact", 0.75, True),
        ("first: share exact", 1.0, True),
        ("last: items in which the rule holds", 0, False),
    ]
    assert not found
    assert held(All(rule.rules[:2]), **options)


def test_parts_hold_within_sets_and_items() -> None:
    """A part inside each set reads its own columns; an item outside the part leaves nothing to fail."""
    options: dict[str, Any] = {"items": "abcd", "parts": {"early": "ab"}}
    assert held(EachSet(OfPart("early", Share(0.5))), **options).passed
    assert not held(EachSet(OfPart("early", Share(0.6))), **options).passed
    assert held(EachItem(OfPart("early", Share(0.5))), **options).passed
    for part, value in (("ab", 3), ("bc", 2), ("d", 4)):
        (found,) = held(EachItem(OfPart("some", Share(1))), items="abcd", parts={"some": part}).findings
        assert found.value == value
    assert held(OfPart("all", Share(0.75)), items="abcd", parts={"all": "abcd"}).passed
    inner = held(OfPart("some", OfPart("late", Share(1))), items="abcd", parts={"some": "abc", "late": "dcb"})
    assert [(one.rule, one.value) for one in inner.findings] == [("some: late: share exact", 0.5)]
    assert held(OfPart("early", EachItem(OfPart("early", Share(0.5)))), **options).passed


def test_codes_left_out_never_pay() -> None:
    """A missing code is no agreement for any rule, and nothing is passed while one is missing."""
    gaps = [[1, 2, NAN, 4], [2, 2, 3, 3]]
    for rule in (Share(0.5), LargestGap(3), Bias(3), Kappa(-1), EachItem(Share(0), least=1)):
        found = held(rule, gaps)
        assert (found.passed, found.missing, found.codes) == (False, 1, 8)
        assert [str(reason) for reason in found.reasons] == ["codes that the observer left out: 1"]
    assert held(Share(0.5), gaps).findings[0].value == 7 / 8
    assert held(Share(0.5), [[1, 2, None, 4], [2, 2, 3, 3]]).missing == 1
    assert held(Share(0.5)).reasons == ()
    assert not held(LargestGap(3), gaps).findings[0].passed


def test_cells_without_a_master_code_are_not_on_the_exam() -> None:
    """What the master left open counts for nobody, rated or not; an empty set and item are no part of it."""
    master = [[1, 2, NAN, NAN], [2, 2, 3, NAN], [NAN, NAN, NAN, NAN]]
    seen = [[1, 2, 4, NAN], [2, 2, 3, 1], [4, 4, 4, 4]]
    found = held(All((Share(1), EachSet(Share(1)), EachItem(Share(1)), Bias(0))), seen, master)
    assert found.passed
    assert (found.codes, found.missing) == (5, 0)
    assert [one.value for one in found.findings] == [1.0, 2, 3, 0.0]


def test_the_certificate_tells_what_chance_would_reach() -> None:
    """With these uses of the levels, 23 of 32 pairs of a code and a master code lie within one point."""
    seen, true = np.ravel(SEEN), np.ravel(MASTER)
    by_hand = float((np.abs(seen[:, None] - true[None, :]) <= 1).mean())
    assert held(Share(1)).chance == pytest.approx(by_hand)
    assert held(All((Share(0.75), LargestGap(2))))._repr_html_() == (
        "<table><caption>passed</caption>"
        "<tr><th>rule</th><th>found</th><th>needed</th><th>holds</th></tr>"
        "<tr><td>share exact</td><td>0.750</td><td>0.75</td><td>yes</td></tr>"
        "<tr><td>codes further than 2 apart</td><td>0.000</td><td>0</td><td>yes</td></tr></table>"
    )
    assert "<caption>not passed</caption>" in held(Share(1))._repr_html_()
    assert "<td>no</td>" in held(Share(1))._repr_html_()


def test_everything_that_is_wrong_is_told_at_once() -> None:
    """Shapes, codes off the scale, levels, names and parts, each with its code."""
    with pytest.raises(InvalidInput) as refused:
        certify([[1, 9]], [[1], [2]], OfPart("first", Share(1)), levels=[1, 2], items=["a", "b"])
    assert [problem.code for problem in refused.value.problems] == [
        "certification.level",
        "certification.shape",
        "certification.items",
        "certification.part",
    ]
    with pytest.raises(InvalidInput) as flat:
        certify([1], [[NAN]], Share(1), levels=[2, 1])
    assert [problem.code for problem in flat.value.problems] == [
        "certification.levels",
        "certification.shape",
        "certification.shape",
        "certification.empty",
    ]


@pytest.mark.parametrize(
    ("made", "codes"),
    [
        (lambda: Share(1.5, within=-1), ["certification.share", "certification.points"]),
        (lambda: LargestGap(-1, times=-1), ["certification.points", "certification.times"]),
        (lambda: All(()), ["certification.rules"]),
    ],
)
def test_rules_that_say_nothing_are_refused(made: Any, codes: list[str]) -> None:
    """No share above one, no negative distance or count, no empty list of rules."""
    with pytest.raises(InvalidInput) as refused:
        made()
    assert [problem.code for problem in refused.value.problems] == codes


def test_rules_may_ask_for_all_or_nothing() -> None:
    """The edges of what a rule may say are rules."""
    assert (LargestGap(0).most, LargestGap(0.5).times, Share(0).within, Share(1).least) == (0, 0, 0, 1)


def test_the_rules_of_the_field_are_data() -> None:
    """Each names its source and its attempts; the rule of Teach reads two parts in every lesson."""
    assert {name: one.attempts for name, one in FIELD_RULES.items()} == {
        "class": 3,
        "teach": 2,
        "kansas": 1,
        "kappa": 1,
    }
    assert [one.source.split()[0] for one in FIELD_RULES.values()] == [
        "Teachstone,",
        "World",
        "Kansas",
        "standard",
    ]
    items = [*(f"s{place}" for place in range(3)), *(f"e{place}" for place in range(9))]
    parts = {"snapshots": items[:3], "elements": items[3:]}
    lesson = [0, 0, 1, *([2] * 9)]
    seen = [0, 0, 0, *([3] * 8), 4]
    options: dict[str, Any] = {"levels": range(5), "items": items, "parts": parts}
    assert certify([seen] * 3, [lesson] * 3, FIELD_RULES["teach"].rule, **options)
    worse = [0, 1, 0, *seen[3:]]
    assert not certify([seen, seen, worse], [lesson] * 3, FIELD_RULES["teach"].rule, **options)


@pytest.mark.parametrize(
    ("name", "observed", "passed"),
    [
        ("class", [2, 3, 2, 3, 4], True),
        ("class", [2, 3, 2, 2, 4], False),
        ("kansas", [1, 2, 3, 3], True),
        ("kansas", [1, 2, 3, 2], False),
        ("kansas", [1, 2, 2, 3], False),
        ("kappa", [1, 1, 4, 3, 1, 4], True),
        ("kappa", [2, 3, 3, 4, 1, 4], False),
    ],
)
def test_where_the_rules_of_the_field_draw_the_line(name: str, observed: list[int], passed: bool) -> None:
    """Four of five within a point; three of four exact, none two points off; a kappa of .706 and not of .692."""
    master = [1, 2, 3, 4, 2, 3][: len(observed)]
    assert held(FIELD_RULES[name].rule, [observed], [master]).passed == passed


@pytest.mark.parametrize(
    ("exact", "near", "passed"), [(4, 9, True), (3, 9, False), (4, 8, False), (5, 10, True)]
)
def test_where_teach_draws_the_line(exact: int, near: int, passed: bool) -> None:
    """Two thirds of the snapshots have to be exact, and eight ninths of the elements within a point."""
    items = [f"i{place}" for place in range(15)]
    parts = {"snapshots": items[:5], "elements": items[5:]}
    observed = [*[1] * exact, *[2] * (5 - exact), *[2] * near, *[3] * (10 - near)]
    found = held(FIELD_RULES["teach"].rule, [observed], [[1] * 15], items=items, parts=parts)
    assert found.passed == passed


# What a rule is worth


def test_a_share_of_independent_codes_passes_as_the_binomial_says() -> None:
    """The rule of 80 % of 50 codes, and its edges: nothing asked passes always, all asked needs every code."""
    assert share_pass_probability(50, 0.8, 0.75) == pytest.approx(0.26220231018950924, abs=1e-12)
    assert share_pass_probability(10, 0, 0.1) == 1
    assert share_pass_probability(3, 1, 0.5) == pytest.approx(0.125)
    assert share_pass_probability(10, 0.3, 0.3) == pytest.approx(
        1 - sum(math.comb(10, k) * 0.3**k * 0.7 ** (10 - k) for k in range(3))
    )
    assert share_pass_probability(1, 1, 0.3) == pytest.approx(0.3)
    with pytest.raises(InvalidInput) as refused:
        share_pass_probability(0, 2, -1)
    assert len(refused.value.problems) == 3


def test_simulation_agrees_with_the_binomial() -> None:
    """Exact agreement with probability .8 a code: the simulated rule passes as often as the formula says."""
    confusion = 0.8 * np.eye(4) + 0.2 * (1 - np.eye(4)) / 3
    exam = np.tile([1, 2, 3, 4, 1], (5, 1))
    found = pass_probability(Share(0.8), confusion, exam, levels=LEVELS, seed=3, draws=20_000)
    exact = share_pass_probability(25, 0.8, 0.8)
    assert abs(found.value - exact) < 4 * math.sqrt(exact * (1 - exact) / 20_000)
    again = pass_probability(Share(0.8), confusion, exam, levels=LEVELS, seed=3, draws=20_000, attempts=3)
    thrice = 1 - (1 - exact) ** 3
    assert abs(again.value - thrice) < 4 * math.sqrt(thrice * (1 - thrice) / 20_000)


@pytest.mark.parametrize(
    "rule",
    [
        Share(0.5),
        LargestGap(1),
        Bias(0.5),
        Kappa(0.4),
        EachItem(Share(1), least=1),
        EachSet(Bias(1)),
        OfPart("last", Share(1)),
        All((Bias(0.5), EachItem(OfPart("last", LargestGap(0))))),
    ],
)
def test_simulation_agrees_with_all_outcomes(rule: Rule) -> None:
    """Every rule passes as often as the outcomes of an exam of three codes weigh in which it holds."""
    confusion = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.2, 0.2, 0.6]])
    master, levels = [[1.0, 2.0], [3.0, NAN]], [1, 2, 3]
    options: dict[str, Any] = {"levels": levels, "items": ["x", "y"], "parts": {"last": ["y"]}}
    exact = 0.0
    for one, two, three in itertools.product(range(3), repeat=3):
        seen: Any = [[levels[one], levels[two]], [levels[three], NAN]]
        weight = confusion[0, one] * confusion[1, two] * confusion[2, three]
        exact += weight * certify(seen, master, rule, **options).passed
    found = pass_probability(rule, confusion, master, seed=1, **options)
    assert 0 < exact < 1
    assert abs(found.value - exact) < 4 * math.sqrt(exact * (1 - exact) / 4000)
    assert found == pass_probability(rule, confusion, master, seed=1, draws=4000, **options)


def test_rows_that_fall_short_of_one_lose_no_code() -> None:
    """What rounding leaves of a row of the confusion table falls on the highest level."""
    exam = np.full((10, 100), 4)
    nearly = np.eye(4) * (1 - 9e-6)
    assert pass_probability(Share(1), nearly, exam, levels=LEVELS, seed=1, draws=1000).value == 1


def test_a_perfect_observer_always_passes_and_a_blind_one_hardly() -> None:
    """An observer whose codes are the master's passes every rule of the field; one who guesses does not."""
    exam = [[1, 2, 3, 4, NAN], [4, 3, 2, 1, NAN]]
    for name in ("class", "kansas", "kappa"):
        rule = FIELD_RULES[name].rule
        sure = pass_probability(rule, np.eye(4), exam, levels=LEVELS, seed=1, draws=50)
        blind = pass_probability(rule, np.full((4, 4), 0.25), exam, levels=LEVELS, seed=1, draws=400)
        assert sure.value == 1
        assert blind.value < 0.25


def test_what_no_simulation_can_use_is_refused() -> None:
    """Rows that are no distribution, no draws, no attempts and an empty exam are told together."""
    with pytest.raises(InvalidInput) as refused:
        pass_probability(Share(1), np.ones((4, 4)), [[NAN]], levels=LEVELS, seed=1, draws=0, attempts=0)
    assert [problem.code for problem in refused.value.problems] == [
        "certification.confusion",
        "certification.empty",
        "certification.draws",
        "certification.attempts",
    ]


def test_chance_agreement_keeps_the_use_of_levels() -> None:
    """Sum over pairs within the distance; NaN when nobody used a level; counts of the wrong shape are refused."""
    assert chance_agreement([1, 1, 1, 1], [1, 1, 1, 1], levels=LEVELS) == 0.25
    assert chance_agreement([1, 1, 1, 1], [1, 1, 1, 1], levels=LEVELS, within=1) == 0.625
    assert chance_agreement([1, 1], [1, 1], levels=[0, 1e-9]) == 1
    assert chance_agreement([1, 1], [1, 1], levels=[0, 2e-9]) == 0.5
    assert math.isnan(chance_agreement([0, 0], [1, 0], levels=[1, 2]))
    with pytest.raises(InvalidInput) as refused:
        chance_agreement([1], [1, -1], levels=[1, 2])
    assert [problem.code for problem in refused.value.problems] == ["certification.counts"] * 2


CODES = st.integers(1, 4)


@given(st.lists(st.tuples(CODES, CODES), min_size=1, max_size=12), st.data())
def test_a_code_nearer_to_the_master_never_undoes_a_pass(pairs: list[tuple[int, int]], data: Any) -> None:
    """Moving one code onto the master's keeps every rule of shares and largest gaps that held."""
    seen, true = [[one for one, _ in pairs]], [[other for _, other in pairs]]
    place = data.draw(st.integers(0, len(pairs) - 1))
    better = [[*seen[0][:place], true[0][place], *seen[0][place + 1 :]]]
    for rule in (Share(0.5), Share(0.8, within=1), LargestGap(1, times=1), EachItem(Share(1), least=2)):
        assert held(rule, better, true).passed >= held(rule, seen, true).passed

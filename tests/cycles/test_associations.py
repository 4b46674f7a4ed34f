"""Associations of observations with outcomes: what is compared, what is refused, and what may be said."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import attrs
import numpy as np
import pytest

from ilr import interop
from ilr.base import (
    Appointment,
    InvalidInput,
    Organisation,
    Person,
    Policy,
    Reason,
    Role,
    Roster,
    SourceId,
    Team,
    UnknownCode,
    Window,
)
from ilr.calibration import Standings
from ilr.continuum.lookfors import LevelScale
from ilr.cycles import Association, AssociationAnalysis, Associations, OutcomeData, associate
from ilr.observation import ObservationTable
from ilr.stats import Estimate
from ilr.stats.association import benjamini_hochberg, disattenuated, power_of_correlation, within_groups

POLICY = Policy()
WINDOW = Window(date(2026, 9, 7), date(2027, 4, 30))
SPRING = Window(date(2027, 5, 17), date(2027, 5, 21))
ITEMS = ("questioning", "wait-time")
SCHOOLS = ("s1", "s2", "s3")
TEACHERS = tuple(f"t{place:02d}" for place in range(24))
HOME = {id: SCHOOLS[place % 3] for place, id in enumerate(TEACHERS)}
RNG = np.random.default_rng(11)
LEVELS = {id: RNG.integers(1, 5, size=(3, 2)) for id in TEACHERS}
"""Three visits of each teacher, two items each."""
SCORES = {id: float(LEVELS[id][:, 0].mean() + RNG.normal() + 10 * int(HOME[id][1])) for id in TEACHERS}
"""Outcomes that go with the first item, and differ between schools for another reason."""

Row = tuple[str, str, str, str, date, int]


def rows(teachers: Iterable[str] = TEACHERS) -> list[Row]:
    """Visit, teacher, observer, item, day and level of each rating."""
    return [
        (f"{id}-{visit}", id, "p1", item, date(2026, 10, 1 + visit), int(LEVELS[id][visit, place]))
        for id in teachers
        for visit in range(3)
        for place, item in enumerate(ITEMS)
    ]


def table_of(ratings: Iterable[Row]) -> ObservationTable:
    """A table of ratings."""
    names = ("visit", "teacher", "observer", "item", "day", "level")
    columns = {name: list(column) for name, column in zip(names, zip(*ratings, strict=True), strict=True)}
    return ObservationTable.from_frame(
        columns,
        visit="visit",
        teacher="teacher",
        observer="observer",
        item="item",
        date="day",
        co_teaching=True,
        level="level",
        scales=LevelScale.numbered(4, fidelity=3),
    )


def roster_of(home: Mapping[str, str] = HOME, **parts: Any) -> Roster:
    """Teachers at their schools."""
    facts: dict[str, Any] = {
        "people": tuple(Person(id=id) for id in home),
        "organisations": (
            Organisation(id="d", kind="district"),
            *(Organisation(id=id, parent="d") for id in SCHOOLS),
        ),
        "appointments": tuple(
            Appointment(person=id, organisation=school, role=Role.TEACHER) for id, school in home.items()
        ),
        **parts,
    }
    return Roster(**facts)


def scores(values: Mapping[str, float] = SCORES, **changes: Any) -> OutcomeData:
    """Outcomes of a spring test."""
    facts: dict[str, Any] = {
        "dataset": "mathematics",
        "kind": "outcome",
        "unit": "teacher",
        "period": SPRING,
        "values": values,
        **changes,
    }
    return OutcomeData(**facts)


def related(*outcomes: OutcomeData, table: ObservationTable | None = None, **changes: Any) -> Associations:
    """The associations of a small district."""
    options: dict[str, Any] = {
        "items": ITEMS,
        "window": WINDOW,
        "lag": 14,
        "roster": roster_of(),
        "policy": POLICY,
        "seed": 1,
        **changes,
    }
    return associate(table or table_of(rows()), outcomes or (scores(),), **options)


def codes(refused: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, str]]:
    """Code and path of all problems."""
    return [(problem.code, problem.path) for problem in refused.value.problems]


def test_teachers_are_compared_within_buildings() -> None:
    """The default is the correlation of teacher means within buildings with its permutation p."""
    found = related()
    for place, item in enumerate(ITEMS):
        expected = within_groups(
            [LEVELS[id][:, place].mean() for id in TEACHERS],
            [SCORES[id] for id in TEACHERS],
            [HOME[id] for id in TEACHERS],
            seed=1,
        )
        row = found.of(item, "mathematics")
        assert row.correlation.value == pytest.approx(expected.estimate.value, abs=1e-12)
        assert row.permutation is not None
        assert row.permutation.p == pytest.approx(expected.permutation.p, abs=0.02)
        assert row.correlation.n == {"units": 24, "groups": 3, "alone": 0, "teachers": 24}
        assert row.correlation.name == row.permutation.name == "within_buildings"
        assert row.power == power_of_correlation(0.2, 24, groups=3)
        assert row.left_out == {}
        assert row.notes == (Reason.of("CALIBRATION_UNCHECKED"),)
        assert (row.window, row.period, row.lag) == (WINDOW, SPRING, 14)


def test_what_buildings_share_does_not_count() -> None:
    """Outcomes of whole buildings may move as they like: the association is the same."""
    moved = {id: score + 1000 * SCHOOLS.index(HOME[id]) for id, score in SCORES.items()}
    one, other = (found.of("questioning", "mathematics") for found in (related(), related(scores(moved))))
    assert one.correlation.value == pytest.approx(other.correlation.value, abs=1e-9)
    assert one.adjusted == other.adjusted


def test_p_is_adjusted_over_all_that_was_asked() -> None:
    """The family is every item with every dataset; a test that was refused is none of it."""
    belonging = scores({id: -(SCORES[id] ** 2) for id in TEACHERS}, dataset="belonging", kind="non-academic")
    few = scores({id: SCORES[id] for id in TEACHERS[:19]}, dataset="few")
    found = related(scores(), belonging, few)
    assert [(row.dataset, row.item) for row in found] == [
        (name, item) for name in ("mathematics", "belonging", "few") for item in ITEMS
    ]
    tested = [row for row in found if row.dataset != "few"]
    raw = [row.permutation.p for row in tested if row.permutation is not None]
    assert [row.adjusted for row in tested] == list(benjamini_hochberg(raw))
    assert {row.family for row in found} == {4}
    assert raw[:2] == [row.permutation.p for row in related() if row.permutation is not None]


def test_too_few_teachers_are_told_nothing() -> None:
    """Under P-ASSOC there is neither a coefficient nor a p, and the words say why."""
    found = related(scores({id: SCORES[id] for id in TEACHERS[:19]}))
    for row in found:
        assert row.correlation.undefined == Reason.of("BELOW_TEACHERS", least=20)
        assert row.permutation is not None
        assert math.isnan(row.permutation.p)
        assert (row.adjusted, row.power, row.is_shown, row.family) == (None, None, False, 0)
        assert row.left_out == {"units without an outcome": 5}
        assert str(row).endswith("undefined: fewer than 20 teachers")
        plain = row.row()
        assert [plain[name] for name in ("r", "r_low", "r_high", "p", "p_adjusted", "power")] == [None] * 6
        assert plain["r_undefined"] == "fewer than 20 teachers"
    enough = related(scores({id: SCORES[id] for id in TEACHERS[:20]}))
    assert all(row.correlation.undefined is None for row in enough)


def test_one_teacher_a_building_cannot_be_compared() -> None:
    """Where every building has one teacher nothing is within buildings, however many there are."""
    schools = tuple(f"s{place:02d}" for place in range(24))
    alone = roster_of(
        dict(zip(TEACHERS, schools, strict=True)),
        organisations=tuple(Organisation(id=id) for id in schools),
    )
    row = related(roster=alone).rows[0]
    assert row.correlation.undefined == Reason.of("ALL_ALONE")
    assert row.left_out == {"units with none to compare with": 24}


def test_what_has_no_partner_is_counted() -> None:
    """Teachers without outcome, without observation, unknown or in two buildings are left out by reason."""
    home = {**HOME, "t90": "s1"}
    twice = Appointment(person="t00", organisation="s2", role=Role.TEACHER)
    roster = roster_of(home, appointments=(*roster_of(home).appointments, twice))
    values = {id: score for id, score in SCORES.items() if id != "t01"} | {"t90": 3.0, "nobody": 2.0}
    row = related(scores(values), roster=roster).rows[0]
    assert row.left_out == {
        "units without an outcome": 1,
        "units without an observation": 1,
        "outcomes without a place in the roster": 2,
        "observed teachers without a place in the roster": 1,
    }
    assert row.n == 22


def test_several_ids_of_one_person_are_one_teacher() -> None:
    """Observations under one id and outcomes under another belong together."""
    people = tuple(Person(id=id, also=(SourceId("sis", f"sis-{id}"),)) for id in TEACHERS)
    named = {f"sis-{id}": score for id, score in SCORES.items()}
    found = related(scores(named), roster=roster_of(people=people))
    assert [row.correlation.value for row in found] == [row.correlation.value for row in related()]
    with pytest.raises(InvalidInput) as refused:
        related(scores({**SCORES, "sis-t00": 1.0}), roster=roster_of(people=people))
    assert codes(refused) == [("association.person", "outcomes[0].values")]


def test_a_visit_counts_once_for_each_of_its_teachers() -> None:
    """Two observers of a visit are averaged first, and a co-taught visit counts for both teachers."""
    more = [
        *rows(),
        ("t00-0", "t00", "p2", "questioning", date(2026, 10, 1), 4),
        ("co", "t00", "p1", "questioning", date(2026, 10, 2), 4),
        ("co", "t01", "p1", "questioning", date(2026, 10, 2), 4),
    ]
    levels = {id: [float(one) for one in LEVELS[id][:, 0]] for id in TEACHERS}
    levels["t00"][0] = (levels["t00"][0] + 4) / 2
    levels["t00"].append(4)
    levels["t01"].append(4)
    expected = within_groups(
        [np.mean(levels[id]) for id in TEACHERS],
        [SCORES[id] for id in TEACHERS],
        [HOME[id] for id in TEACHERS],
        seed=1,
    )
    found = related(table=table_of(more)).of("questioning", "mathematics")
    assert found.correlation.value == pytest.approx(expected.estimate.value, abs=1e-12)


def test_only_valid_observations_of_the_window_count() -> None:
    """A visit before or after the window changes nothing."""
    late = [("late", "t00", "p1", "questioning", date(2027, 5, 3), 1)]
    early = [("early", "t01", "p1", "questioning", date(2026, 9, 4), 1)]
    assert related(table=table_of([*rows(), *late, *early])) == related()


def test_ratings_of_observers_who_were_not_calibrated_do_not_count() -> None:
    """With standings only calibrated ratings are in it; without any nothing is left."""
    found = related(standings=Standings.from_meetings((), POLICY))
    assert {row.correlation.undefined for row in found} == {Reason.of("BELOW_TEACHERS", least=20)}
    assert found.rows[0].left_out == {"units without an observation": 24}
    assert found.rows[0].notes == ()


def test_teams_are_compared_within_buildings() -> None:
    """A team's practice is the mean of its teachers; n counts teams, P-ASSOC the teachers in them."""
    members = {
        f"{school}-{part}": [id for id in TEACHERS if HOME[id] == school][part::4]
        for school in SCHOOLS
        for part in range(4)
    }
    teams = tuple(Team(id=id, building=id[:2], members=tuple(people)) for id, people in members.items())
    values = {id: float(place % 5) for place, id in enumerate(members)}
    row = related(scores(values, unit="team"), roster=roster_of(teams=teams)).of("questioning", "mathematics")
    expected = within_groups(
        [np.mean([LEVELS[one][:, 0].mean() for one in people]) for people in members.values()],
        list(values.values()),
        [id[:2] for id in members],
        seed=1,
    )
    assert row.correlation.value == pytest.approx(expected.estimate.value, abs=1e-12)
    assert row.correlation.n == {"units": 12, "groups": 3, "alone": 0, "teachers": 24}
    assert "(teams within buildings)" in str(row)
    assert "12 teams of 24 teachers in 3 buildings" in str(row)
    partly = roster_of(teams=tuple(attrs.evolve(one, members=one.members[:1]) for one in teams))
    few = related(scores(values, unit="team"), roster=partly).of("questioning", "mathematics")
    assert few.correlation.undefined == Reason.of("BELOW_TEACHERS", least=20)


def test_buildings_are_compared_with_each_other() -> None:
    """An outcome of buildings is held against the means of their teachers, and says that it is between them."""
    row = related(scores({"s1": 2.0, "s2": 3.5, "s3": 1.0}, unit="building")).of("questioning", "mathematics")
    means = [np.mean([LEVELS[id][:, 0].mean() for id in TEACHERS if HOME[id] == one]) for one in SCHOOLS]
    assert row.correlation.value == pytest.approx(np.corrcoef(means, [2, 3.5, 1])[0, 1])
    assert row.correlation.name == "between_buildings"
    assert row.correlation.undefined_interval is not None
    assert row.power is None
    assert (row.n, row.row()["n_buildings"], row.row()["n_teachers"]) == (3, 3, 24)
    assert row.row()["compared"] == "between buildings"
    assert row.row()["r_low"] is None
    assert "(between buildings)" in str(row)
    assert "3 buildings of 24 teachers" in str(row)


def test_reliability_is_used_where_both_are_known() -> None:
    """The correction takes the reliability of the item's means and of the dataset, and names them."""
    found = related(scores(reliability=0.5), scores(dataset="other"), reliability={"questioning": 0.65})
    row = found.of("questioning", "mathematics")
    assert row.corrected == disattenuated(row.correlation, 0.65, 0.5)
    assert row.reliability == (0.65, 0.5)
    assert f"{row.corrected} corrected with reliabilities 0.65 and 0.50" in str(row)
    assert row.row()["r_corrected"] == row.corrected.value
    for item, dataset in (("wait-time", "mathematics"), ("questioning", "other")):
        bare = found.of(item, dataset)
        assert [bare.corrected, bare.reliability, bare.row()["r_corrected"]] == [None] * 3
        assert "not corrected for unreliability" in str(bare)
    few = related(scores({"t00": 1.0}, reliability=0.5), reliability={"questioning": 0.65}).rows[0]
    assert few.corrected is few.row()["r_corrected"] is None


def test_the_lag_is_declared_and_kept() -> None:
    """Outcomes that begin before the lag has passed, or a lag of no day, are refused."""
    assert len(related(lag=17)) == 2
    with pytest.raises(InvalidInput) as refused:
        related(scores(), scores(dataset="other"), lag=18)
    assert codes(refused) == [
        ("association.lag", "outcomes[0].period"),
        ("association.lag", "outcomes[1].period"),
    ]
    with pytest.raises(InvalidInput) as refused:
        related(scores(), scores(), lag=0, reliability={"questioning": 0.0})
    assert codes(refused) == [
        ("association.repeated", "outcomes"),
        ("association.lag", "lag"),
        ("association.reliability", "reliability[0]"),
    ]


def test_an_item_that_was_never_asked_is_unknown() -> None:
    """A typing error in a question is no refusal for lack of teachers."""
    with pytest.raises(UnknownCode):
        related(items=("pacing",))


def test_nothing_asked_is_nothing_found() -> None:
    """Without items there are no rows; an unknown row is told as such."""
    found = related(items=())
    assert len(found) == 0
    with pytest.raises(UnknownCode):
        related().of("questioning", "reading")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"unit": "visit"}, "outcomes.unit"),
        ({"kind": "health"}, "outcomes.kind"),
        ({"values": {"t00": math.nan}}, "outcomes.values"),
        ({"values": {"t00": "high"}}, "outcomes.values"),
        ({"reliability": 0.0}, "association.reliability"),
    ],
)
def test_outcomes_belong_to_units_and_are_numbers(change: dict[str, Any], code: str) -> None:
    """An outcome of a visit cannot be built, nor one of an unknown kind, nor a value that is no number."""
    with pytest.raises(InvalidInput) as refused:
        scores(**change)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_words_say_associated_and_never_more() -> None:
    """What is shown is told as associated, the rest as not shown; nothing is told as a cause."""
    strong = scores({id: float(LEVELS[id][:, 0].mean()) + 0.01 * place for place, id in enumerate(TEACHERS)})
    found = related(strong)
    shown, other = found.of("questioning", "mathematics"), found.of("wait-time", "mathematics")
    assert shown.is_shown
    assert "questioning and mathematics (teachers within buildings) are associated: r = 0." in str(shown)
    assert not other.is_shown
    assert "are not shown to be associated" in str(other)
    assert "24 teachers in 3 buildings" in str(other)
    assert "adjusted in a family of 2" in str(other)
    assert f"a true 0.20 would be seen with {other.power:.0%}" in str(other)
    assert [row.row()["told"] for row in found] == ["associated", "not shown"]
    for text in (str(found), found._repr_html_()):
        assert "caus" not in text
        assert "effect" not in text
    strict = related(strong, policy=Policy(false_discoveries=0.0))
    assert not any(row.is_shown for row in strict)


def test_no_pair_of_a_teacher_leaves() -> None:
    """Neither a result nor its texts and documents name a teacher, and outcomes hide their values from view."""
    found = related()
    for text in (repr(found), str(found), found._repr_html_(), interop.dumps(found), repr(scores())):
        assert not any(id in text for id in TEACHERS)


def test_results_become_frames_and_come_back_from_documents() -> None:
    """One row an association; outcomes, results and what a review cites survive the way through text."""
    found = related(scores(reliability=0.5), reliability={"questioning": 0.65})
    frame = found.to_frame()
    assert list(frame["item"]) == list(ITEMS)
    assert frame["r"][0] == found.rows[0].correlation.value
    analysis = AssociationAnalysis(id="a", on=date(2027, 6, 1), building="d", association=found.rows[0])
    few = related(scores({"t00": 1.0}))
    for value in (found, few, analysis, scores({"t00": 1})):
        text = interop.dumps(value)
        assert interop.loads(text, type(value)) == value
        assert interop.dumps(interop.loads(text, type(value))) == text


def test_a_result_is_cited_as_it_is() -> None:
    """A review cites the result itself; it speaks of a building or teams, never of a teacher."""
    row = related().rows[0]
    analysis = AssociationAnalysis(id="a", on=date(2027, 6, 1), building="s1", association=row)
    assert analysis.association is row
    assert analysis.unit == "building"
    assert attrs.evolve(analysis, association=attrs.evolve(row, unit="team")).unit == "team"


def elsewhere(**changes: Any) -> Association:
    """An association that was computed elsewhere."""
    facts: dict[str, Any] = {
        "item": "questioning",
        "dataset": "mathematics",
        "kind": "outcome",
        "unit": "team",
        "correlation": Estimate(0.2, low=-0.1, high=0.5, n={"units": 8}),
        **changes,
    }
    return Association(**facts)


def test_an_association_may_come_from_elsewhere() -> None:
    """A correlation with interval and n is enough to cite; what is not known is not told."""
    row = elsewhere()
    assert AssociationAnalysis(id="a", on=date(2027, 6, 1), building="s1", association=row).association.n == 8
    assert str(row) == (
        "questioning and mathematics (teams within buildings) are not shown to be associated: "
        "r = 0.200 [-0.100, 0.500]; 8 teams; not corrected for unreliability"
    )
    one = elsewhere(unit="building", correlation=Estimate(0.2, n={"units": 1}))
    assert "; 1 building; " in str(one)
    assert row.row()["p"] is None


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({"correlation": Estimate(0.2, low=-0.1, high=0.5)}, ["association.n"]),
        ({"correlation": Estimate(0.9, low=-0.1, high=0.5, n={"units": 8})}, ["association.interval"]),
        ({"correlation": Estimate(0.9, n={"units": 8})}, ["association.undefined"]),
        (
            {"correlation": Estimate.missing(Reason.of("NO_VARIATION"))},
            ["association.undefined", "association.n"],
        ),
        ({"period": Window(date(2027, 5, 31), date(2027, 6, 2))}, ["association.day"]),
    ],
)
def test_only_a_value_with_its_doubt_is_cited(change: dict[str, Any], problems: list[str]) -> None:
    """ILR-5.KI.2: without value, interval or points, or before the outcomes are there, nothing can be cited."""
    with pytest.raises(InvalidInput) as refused:
        AssociationAnalysis(id="a", on=date(2027, 6, 1), building="s1", association=elsewhere(**change))
    assert [problem.code for problem in refused.value.problems] == problems

"""Laws of the statistics room: what must hold for any ratings, any shares, any table."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from ilr.stats import Estimate, Ratings, agreement, charts, proportions
from ilr.stats.suppression import protect

COEFFICIENTS: list[Any] = [
    agreement.percent_agreement,
    agreement.adjacent_agreement,
    agreement.fleiss_kappa,
    agreement.gwet_ac,
    agreement.brennan_prediger,
    agreement.krippendorff_alpha,
]
LEVELS = [1, 2, 3, 4]
Rows = list[list[int | None]]


@st.composite
def matrices(draw: st.DrawFn, *, least_units: int = 1, gaps: bool = True) -> Rows:
    """Small tables of ratings on four levels, with gaps or without."""
    raters = draw(st.integers(2, 5))
    level = st.sampled_from(LEVELS)
    cell = st.one_of(st.none(), level) if gaps else level
    row = st.lists(cell, min_size=raters, max_size=raters)
    return draw(st.lists(row, min_size=least_units, max_size=12))


def close(one: Estimate, two: Estimate) -> bool:
    """Whether two estimates are the same but for the order of sums."""
    assert one.undefined == two.undefined
    assert one.undefined_interval == two.undefined_interval
    numbers = [(getattr(e, name) for name in ("value", "standard_error", "low", "high")) for e in (one, two)]
    return list(numbers[0]) == pytest.approx(list(numbers[1]), abs=1e-7, nan_ok=True)


@given(matrices(), st.sampled_from(COEFFICIENTS), st.randoms(use_true_random=False))
def test_order_does_not_matter(rows: Rows, coefficient: Any, random: Any) -> None:
    """Relabelling raters or units changes nothing."""
    order = list(range(len(rows[0])))
    random.shuffle(order)
    mixed = [[row[place] for place in order] for row in rows]
    random.shuffle(mixed)
    one, two = (coefficient(Ratings.from_matrix(table, LEVELS)) for table in (rows, mixed))
    assert close(one, two)
    assert one.n == two.n


@given(matrices(), st.sampled_from(COEFFICIENTS))
def test_layout_does_not_matter(rows: Rows, coefficient: Any) -> None:
    """Long ratings without the gaps give what the table gives."""
    cells = [(u, j, x) for u, row in enumerate(rows) for j, x in enumerate(row) if x is not None]
    units, raters, values = ([cell[place] for cell in cells] for place in range(3))
    long = coefficient(Ratings.from_long(units, raters, values, LEVELS))
    assert close(long, coefficient(Ratings.from_matrix(rows, LEVELS)))


@given(matrices(), st.sampled_from(COEFFICIENTS))
def test_names_do_not_matter(rows: Rows, coefficient: Any) -> None:
    """Declared text categories in order give what their numbers give."""
    names = [[None if x is None else "abcd"[x - 1] for x in row] for row in rows]
    one = coefficient(Ratings.from_matrix(names, list("abcd")))
    assert close(one, coefficient(Ratings.from_matrix(rows, LEVELS)))


@given(matrices(), st.sampled_from(COEFFICIENTS), st.sampled_from(["linearised", "jackknife", "score"]))
def test_clusters_of_one_are_no_clusters(rows: Rows, coefficient: Any, method: str) -> None:
    """A cluster to every unit gives the standard errors without clusters."""
    plain = coefficient(Ratings.from_matrix(rows, LEVELS), method=method)
    single = coefficient(Ratings.from_matrix(rows, LEVELS, cluster=range(len(rows))), method=method)
    assert single.value == pytest.approx(plain.value, nan_ok=True)
    assert single.standard_error == pytest.approx(plain.standard_error, abs=1e-7, nan_ok=True)
    assert single.low == pytest.approx(plain.low, abs=1e-7, nan_ok=True)


@given(
    matrices(least_units=3),
    st.sampled_from([c for c in COEFFICIENTS if c is not agreement.krippendorff_alpha]),
)
def test_repeating_every_unit_within_its_cluster(rows: Rows, coefficient: Any) -> None:
    """Units repeated within their clusters tell no more than once."""
    once = coefficient(Ratings.from_matrix(rows, LEVELS))
    thrice = coefficient(
        Ratings.from_matrix(
            [row for row in rows for _ in range(3)], LEVELS, cluster=np.repeat(np.arange(len(rows)), 3)
        )
    )
    assert thrice.value == pytest.approx(once.value, nan_ok=True)
    assert thrice.standard_error == pytest.approx(once.standard_error, abs=1e-7, nan_ok=True)


@given(matrices(gaps=False), st.sampled_from(["identity", "linear", "quadratic", "ordinal"]))
def test_fleiss_of_two_is_scotts_pi(rows: Rows, weights: Any) -> None:
    """For two raters without gaps Fleiss' kappa is Scott's pi."""
    pairs = [row[:2] for row in rows]
    found = agreement.fleiss_kappa(Ratings.from_matrix(pairs, LEVELS), weights)
    first, second = (np.array([row[place] for row in pairs], dtype=float) for place in (0, 1))
    gap = np.abs(np.subtract.outer(LEVELS, LEVELS))
    table = {
        "identity": (gap == 0) * 1.0,
        "linear": 1 - gap / 3,
        "quadratic": 1 - (gap / 3) ** 2,
        "ordinal": 1 - gap * (gap + 1) / 12,
    }[weights]
    both = np.concatenate([first, second])
    share = np.array([np.mean(both == level) for level in LEVELS])
    observed = np.mean([table[int(a) - 1, int(b) - 1] for a, b in zip(first, second, strict=True)])
    chance = share @ table @ share
    if found.undefined is None:
        assert found.value == pytest.approx((observed - chance) / (1 - chance))
    else:
        assert chance == pytest.approx(1)


@given(matrices(), st.sampled_from(["nominal", "interval"]))
def test_alpha_is_its_definition(rows: Rows, metric: Any) -> None:
    """Alpha is one minus observed over expected disagreement, pair by pair."""
    units = [[x for x in row if x is not None] for row in rows]
    units = [unit for unit in units if len(unit) > 1]
    found = agreement.krippendorff_alpha(Ratings.from_matrix(rows, LEVELS), metric)
    values = [x for unit in units for x in unit]

    def differ(a: int, b: int) -> float:
        return float(a != b) if metric == "nominal" else float((a - b) ** 2)

    observed = sum(differ(a, b) / (len(unit) - 1) for unit in units for a in unit for b in unit)
    expected = sum(differ(a, b) for a in values for b in values)
    if expected == 0:
        assert found.undefined is not None
    else:
        assert found.value == pytest.approx(1 - (len(values) - 1) * observed / expected)


@given(
    matrices(),
    st.sampled_from(["identity", "linear", "quadratic", "ordinal", "radical", "circular", "bipolar"]),
)
def test_coefficients_stay_within_their_range(rows: Rows, weights: Any) -> None:
    """AC1 of four categories lies within -1/3 and 1, AC2 is at most 1, percent agreement within 0 and 1."""
    r = Ratings.from_matrix(rows, LEVELS)
    found, observed = agreement.gwet_ac(r, weights), agreement.percent_agreement(r, weights)
    assume(found.undefined is None)
    assert found.value <= 1 + 1e-12
    assert found.high <= 1 or math.isnan(found.high)
    assert 0 <= observed.value <= 1 + 1e-12
    assert agreement.gwet_ac(r).value >= -1 / 3 - 1e-12


@given(matrices(least_units=2), st.sampled_from(COEFFICIENTS), st.integers(0, 2**32))
@settings(max_examples=40)
def test_bootstrap_repeats_itself(rows: Rows, coefficient: Any, seed: int) -> None:
    """The same seed gives the same interval."""
    r = Ratings.from_matrix(rows, LEVELS)
    one, two = (coefficient(r, method="bootstrap", seed=seed, draws=20) for _ in range(2))
    assert one == two


@given(matrices(), st.integers(0, 4), st.sampled_from(["identity", "quadratic"]))
def test_each_rater_has_a_coefficient_or_a_reason(rows: Rows, rater: int, weights: Any) -> None:
    """One rater's coefficient is at most 1 and inside its score interval, or says why there is none."""
    assume(rater < len(rows[0]))
    found = agreement.rater_agreement(Ratings.from_matrix(rows, LEVELS), rater, weights)
    if found.undefined is None:
        assert found.value <= 1 + 1e-12
        assert found.low - 1e-9 <= found.value <= found.high + 1e-9
    else:
        assert found.undefined.code == "NO_UNITS"


def joined(parts: list[Ratings]) -> Ratings:
    """The sum of several tables of ratings."""
    return sum(parts, Ratings.empty(LEVELS))


METHODS = ["linearised", "jackknife", "score", "bootstrap", "bca"]


@given(matrices(), st.data(), st.sampled_from(COEFFICIENTS), st.sampled_from(METHODS))
def test_a_frequency_repeats_a_row(rows: Rows, data: st.DataObject, coefficient: Any, method: str) -> None:
    """A row that stands for several units counts as that row repeated, for value, error and interval."""
    size = len(rows)
    times = data.draw(st.lists(st.integers(1, 4), min_size=size, max_size=size))
    cluster = data.draw(st.one_of(st.none(), st.lists(st.integers(0, 3), min_size=size, max_size=size)))
    often = Ratings.from_matrix(rows, LEVELS, times=times, cluster=cluster)
    repeated = Ratings.from_matrix(
        [row for row, many in zip(rows, times, strict=True) for _ in range(many)],
        LEVELS,
        cluster=None if cluster is None else np.repeat(cluster, times),
    )
    one, two = (coefficient(r, method=method, seed=1, draws=30) for r in (often, repeated))
    assert close(one, two)
    assert one.n == two.n
    assert often.missing == repeated.missing
    for rater in often.raters:
        assert close(*(agreement.rater_agreement(r, rater, "linear") for r in (often, repeated)))


@given(
    matrices(),
    st.data(),
    st.sampled_from(COEFFICIENTS),
    st.sampled_from(METHODS),
    st.booleans(),
    st.booleans(),
)
def test_parts_add_up_to_the_whole(
    rows: Rows, data: st.DataObject, coefficient: Any, method: str, clustered: bool, compressed: bool
) -> None:
    """Tables of parts, compressed or not, add in any order to one that gives what one pass gives."""
    size = len(rows)
    cluster = data.draw(st.lists(st.sampled_from("pqr"), min_size=size, max_size=size)) if clustered else None
    cuts = sorted(data.draw(st.lists(st.integers(0, size), min_size=2, max_size=2)))
    ends = [0, *cuts, size]
    parts = [
        Ratings.from_matrix(
            np.array(rows[low:high], dtype=float).reshape(high - low, len(rows[0])),
            LEVELS,
            cluster=cluster[low:high] if cluster else None,
        )
        for low, high in itertools.pairwise(ends)
    ]
    if compressed:
        parts = [part.compressed() for part in parts]
    whole = Ratings.from_matrix(rows, LEVELS, cluster=cluster)
    first, second, third = parts
    left, right = (first + second) + third, first + (second + third)
    assert left == right == joined(parts)
    turned = third + second + first
    assert turned.n_units == whole.n_units
    assert turned.missing == left.missing == whole.missing
    options: dict[str, Any] = {"method": method, "seed": 3, "draws": 30}
    for table in (left, turned, left.compressed(), whole.compressed()):
        one, two = coefficient(table, **options), coefficient(whole, **options)
        assert one.value == pytest.approx(two.value, abs=1e-12, nan_ok=True)
        assert one.n == two.n
        # Draws of clusters depend on their order.
        assert (clustered and method in ("bootstrap", "bca")) or close(one, two)


@given(matrices(), st.booleans())
def test_compressed_documents_come_back(rows: Rows, clustered: bool) -> None:
    """A compressed table survives its document, has no two rows alike, and is compressed already."""
    r = Ratings.from_matrix(
        rows, LEVELS, cluster=[unit % 3 for unit in range(len(rows))] if clustered else None
    )
    small = r.compressed()
    assert Ratings.from_document(small.to_document()) == small
    assert small.compressed() == small
    assert small.n_units == r.n_units
    assert small.n_rows <= r.n_rows


@given(matrices(), st.permutations([0, 1]))
def test_profiles_hold_every_pair(rows: Rows, order: list[int]) -> None:
    """The table of two raters is the same from rows, from profiles, and from meetings."""
    r = Ratings.from_matrix(rows, LEVELS)
    two = r.of_raters([r.raters[place] for place in order])
    counts = np.zeros((4, 4))
    for row in rows:
        first, second = row[order[0]], row[order[1]]
        if first is not None and second is not None:
            counts[first - 1, second - 1] += 1
    found = np.zeros((4, 4))
    both = (two.profiles.codes >= 0).all(axis=1)
    np.add.at(found, tuple(two.profiles.codes[both].T), two.profiles.times[both])
    assert np.array_equal(found, counts)
    pairs, tables = two.meetings.tables(4)
    assert len(pairs) == int(counts.any())
    assert np.array_equal(tables.sum(axis=0), counts)


@given(st.floats(0, 1), st.floats(0.5, 1000), st.floats(0.5, 0.999))
def test_intervals_hold_the_share(share: float, n: float, level: float) -> None:
    """Every interval of a share holds it, lies within 0 and 1, and mirrors that of the failures."""
    for interval in (proportions.wilson, proportions.clopper_pearson):
        found, mirrored = interval(share * n, n, level), interval(n - share * n, n, level)
        assert 0 <= found.low <= found.value + 1e-9
        assert found.value - 1e-9 <= found.high <= 1
        assert found.low == pytest.approx(1 - mirrored.high, abs=1e-6)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=8))
def test_effective_numbers_lie_between(pairs: list[tuple[int, int]]) -> None:
    """An effective number never exceeds that of the observations, nor falls below one."""
    found = proportions.clustered_share([min(pair) for pair in pairs], [max(pair) for pair in pairs])
    assume(found.undefined is None)
    assert 1 - 1e-9 <= found.n["effective"] <= found.n["ratings"] + 1e-9
    assert found.low <= found.value + 1e-12
    assert found.value <= found.high + 1e-12


@given(st.lists(st.one_of(st.none(), st.integers(-3, 3)), max_size=40))
def test_a_mirrored_series_has_the_same_signals(values: list[int | None]) -> None:
    """A series turned upside down has the same runs, crossings and signals."""
    mirrored = [None if value is None else -value for value in values]
    one, two = charts.run_chart(values), charts.run_chart(mirrored)
    assert one.signals == two.signals
    assert (one.useful, one.longest_run, one.crossings) == (two.useful, two.longest_run, two.crossings)
    assert one.crossings < max(one.useful, 1)
    assert one.enough_points == (one.useful >= 10)


def attacked(
    interior: NDArray[np.int64], hidden: NDArray[np.bool_]
) -> dict[tuple[int, int], tuple[float, float]]:
    """What a stranger with a linear program makes of the published cells of a table of two dimensions."""
    rows, columns = interior.shape
    full = np.pad(interior, ((0, 1), (0, 1)))
    full[-1, :-1], full[:-1, -1], full[-1, -1] = interior.sum(axis=0), interior.sum(axis=1), interior.sum()
    cells = [tuple(cell) for cell in np.argwhere(hidden)]
    equations, constants = [], []
    for row in range(rows + 1):
        signs = np.zeros(full.shape)
        signs[row, :-1], signs[row, -1] = 1, -1
        equations.append([signs[cell] for cell in cells])
        constants.append(-(signs * np.where(hidden, 0, full)).sum())
    for column in range(columns + 1):
        signs = np.zeros(full.shape)
        signs[:-1, column], signs[-1, column] = 1, -1
        equations.append([signs[cell] for cell in cells])
        constants.append(-(signs * np.where(hidden, 0, full)).sum())
    out = {}
    for place, cell in enumerate(cells):
        ends = []
        for sign in (1, -1):
            goal = np.zeros(len(cells))
            goal[place] = sign
            answer: Any = linprog(goal, A_eq=np.array(equations), b_eq=constants, bounds=(1, 10_000))
            ends.append(sign * float(answer.fun))
        out[cell] = (ends[0], ends[1])
    return out


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(0, 14), min_size=width, max_size=width), min_size=1, max_size=4
        )
    ),
    st.integers(2, 6),
    st.sampled_from(["exact", "heuristic"]),
)
@settings(max_examples=60, deadline=None)
def test_no_stranger_works_out_a_small_cell(table: list[list[int]], k: int, method: Any) -> None:
    """To somebody with the published cells every primary cell could be k or more, and other than it is."""
    interior = np.array(table)
    found = protect(interior, k=k, method=method)
    full = np.pad(interior, ((0, 1), (0, 1)))
    full[-1, :-1], full[:-1, -1], full[-1, -1] = interior.sum(axis=0), interior.sum(axis=1), interior.sum()
    assert np.array_equal(found.primary, (full > 0) & (full < k))
    assert not (found.suppressed & (full == 0)).any()
    limits = found.audit()
    for cell, (low, high) in attacked(interior, found.suppressed).items():
        assert limits[cell][0] == pytest.approx(low, abs=1e-6)
        assert limits[cell][1] == pytest.approx(high if high < 5_000 else math.inf, abs=1e-6)
        assert low - 1e-6 <= full[cell] <= high + 1e-6
        if found.primary[cell]:
            assert high >= k - 1e-6
            assert high > full[cell] + 0.5


@given(st.integers(2, 4), st.integers(2, 4), st.data())
@settings(max_examples=30, deadline=None)
def test_hiding_the_small_cell_alone_is_broken(rows: int, columns: int, data: st.DataObject) -> None:
    """Where only the small cell is hidden the stranger finds its exact count."""
    interior = np.array(
        data.draw(
            st.lists(
                st.lists(st.integers(6, 20), min_size=columns, max_size=columns), min_size=rows, max_size=rows
            )
        )
    )
    interior[0, 0] = 3
    hidden = np.zeros((rows + 1, columns + 1), dtype=bool)
    hidden[0, 0] = True
    assert attacked(interior, hidden)[0, 0] == pytest.approx((3, 3))
    assert attacked(interior, protect(interior).suppressed)[0, 0][1] >= 5 - 1e-6

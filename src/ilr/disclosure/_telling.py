"""What a breakdown tells: which cells, and which shares of them.

Here belongs the way from records to a published table. Not here: other tables that were published before
(`ilr.disclosure.differencing`).
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import attrs

from ilr.base import Checker, FrozenMap, Policy, Reason, Roster, listed
from ilr.continuum.lookfors import LevelCode
from ilr.disclosure._coarsening import (
    Breakdown,
    Cells,
    Group,
    breakdown_at,
    checked_parents,
    groups_of,
    levels,
)
from ilr.disclosure.suppressed import SuppressedCell
from ilr.disclosure.tables import BandedShare, Published, PublishedCell, TableAudience
from ilr.observation import ObservationTable, Purpose, Rate
from ilr.observation._summaries import cell_rates
from ilr.stats import suppression

__all__ = ["Terms", "Told", "tell"]

_PERSONAL = ("teacher", "visit", "observer")
_EXACT_TIMES = ("period", "segment")
_LEFT_IN_TEAM = 2
"""Teachers that must be left in a cell of a team without the rows of any one of them (VS-4)."""

Place = tuple[int, ...]


@attrs.frozen(kw_only=True)
class Terms:
    """How a table is broken down, as `publish` was asked."""

    by: tuple[str, ...]
    audience: TableAudience
    at_least: LevelCode | None
    policy: Policy
    roster: Roster
    hierarchies: Mapping[str, Mapping[str, str]]
    calibrated: bool | None
    team: str | None

    @property
    def inside(self) -> bool:
        """Whether the table stays inside a team."""
        return self.audience == "team"

    @property
    def k(self) -> int:
        """The least number of teachers of a cell."""
        return self.policy.team_teachers if self.inside else self.policy.outside_teachers

    @property
    def dominance(self) -> tuple[float, float]:
        """Shares of one teacher and of two that are too much of a cell."""
        if self.inside:
            return self.policy.team_dominance, 1.0
        return self.policy.dominance_one, self.policy.dominance_two


@attrs.frozen(kw_only=True)
class Told:
    """A published table, and the way to the records behind each told cell, which are not published."""

    published: Published
    table: ObservationTable
    breakdown: Breakdown | None

    @cached_property
    def parts(self) -> Mapping[tuple[str, ...], ObservationTable]:
        """The records of each told cell."""
        if self.breakdown is None:
            return {}
        places = {key: place for place, key in self.breakdown.places()}
        return {cell.key: self.breakdown.part(self.table, places[cell.key]) for cell in self.published.told}


def tell(table: ObservationTable, terms: Terms) -> Told:
    """Break a table down and hide what could point to a teacher.

    Raises:
        InvalidInput: for columns or hierarchies that cannot be.
    """
    _require_groups(table, terms)
    reasons = [Reason.of("CALIBRATION_UNCHECKED")] if terms.calibrated is None else []
    records, table = len(table), table.rated()
    if unrated := records - len(table):
        reasons.append(Reason.of("RECORDS_WITHOUT_RATING", n=unrated))
    cells = groups_of(table, terms.by, terms.roster)
    parents = checked_parents(terms.hierarchies, terms.by, cells)
    if not cells:
        return Told(published=_published(table, terms, reasons=reasons), table=table, breakdown=None)
    candidates = (breakdown_at(steps, parents, terms.by, cells) for steps in levels(parents, cells))
    chosen, share = _chosen(candidates, terms)
    for name, step in zip(terms.by, chosen.breakdown.steps, strict=True):
        if step:
            reasons.append(Reason.of("ROLLED_UP", column=name, steps=step))
    if terms.hierarchies and share < terms.policy.coarsen:
        reasons.append(Reason.of("FEW_IN_TOLD_CELLS", share=share, least=terms.policy.coarsen))
    told = _cells(table, chosen, terms)
    published = _published(table, terms, chosen, told, reasons)
    return Told(published=published, table=table, breakdown=chosen.breakdown)


@attrs.frozen(kw_only=True)
class _Pattern:
    """A breakdown and what is hidden of it."""

    breakdown: Breakdown
    protected: suppression.Protected

    def hides(self, place: Place) -> bool:
        """Whether a cell or sum is hidden."""
        return bool(self.protected.suppressed[place])


def _chosen(candidates: Iterable[Breakdown], terms: Terms) -> tuple[_Pattern, float]:
    """The finest level at which enough teachers stand in told cells, else the one with most (P-COARSEN)."""
    tried: list[tuple[_Pattern, float]] = []
    for breakdown in candidates:
        pattern = _protected(breakdown, breakdown.cells, terms)
        tried.append((pattern, _share_told(pattern)))
        if tried[-1][1] >= terms.policy.coarsen:
            return tried[-1]
    return max(tried, key=lambda one: one[1])


def _share_told(pattern: _Pattern) -> float:
    """The share of teachers who stand in a told cell, sums left aside."""
    breakdown = pattern.breakdown
    everybody: set[str] = set()
    seen: set[str] = set()
    for place in itertools.product(*(range(len(one.values)) for one in breakdown.dimensions)):
        persons = _persons(breakdown.cells.get(breakdown.key(place), {}))
        everybody |= persons
        if not pattern.hides(place):
            seen |= persons
    return len(seen) / len(everybody)


def _protected(breakdown: Breakdown, cells: Cells, terms: Terms, hidden: Any = None) -> _Pattern:
    return _Pattern(
        breakdown=breakdown,
        protected=suppression.protect(
            breakdown.nested(lambda key: len(_amounts(cells.get(key, {})))),
            terms.k,
            hierarchies=breakdown.hierarchies,
            sensitive=breakdown.nested_sums(
                lambda place: _is_sensitive(breakdown.together(cells, place), terms)
            ),
            hidden=hidden,
        ),
    )


def _is_sensitive(groups: Mapping[Group, int], terms: Terms) -> bool:
    """Whether a cell or sum must not be told for its own sake; a teacher of several cells counts once."""
    if suppression.is_sensitive(list(_amounts(groups).values()), terms.k, terms.dominance):
        return True
    return terms.inside and any(
        len(_persons(group for group in groups if member not in group)) < _LEFT_IN_TEAM
        for member in _persons(groups)
    )


def _amounts(groups: Mapping[Group, int]) -> Counter[str]:
    """The records of each teacher."""
    found: Counter[str] = Counter()
    for group, count in groups.items():
        found.update(dict.fromkeys(group, count))
    return found


def _persons(groups: Iterable[Group]) -> set[str]:
    return {person for group in groups for person in group}


def _cells(table: ObservationTable, pattern: _Pattern, terms: Terms) -> list[PublishedCell | SuppressedCell]:
    """Every cell and sum in order, hidden or told."""
    breakdown = pattern.breakdown
    rates = _rates(table, breakdown, terms)
    shares = {item: _shares(table, item, rates[item], pattern, terms) for item in table.items}
    told: list[PublishedCell | SuppressedCell] = []
    for place, key in breakdown.places():
        if pattern.hides(place):
            told.append(SuppressedCell(key=key))
        elif groups := breakdown.together(breakdown.cells, place):
            told.append(
                PublishedCell(
                    key=key,
                    teachers=len(_persons(groups)),
                    observations=groups.total(),
                    shares=tuple(found[place] for found in shares.values() if place in found),
                )
            )
    return told


def _rates(table: ObservationTable, breakdown: Breakdown, terms: Terms) -> dict[str, dict[Place, Rate]]:
    """The share of each item in each cell and sum where it has a level."""
    found: dict[str, dict[Place, Rate]] = {item: {} for item in table.items}
    for places in breakdown.tiers:
        columns = dict(zip(terms.by, places, strict=True))
        for place, rates in cell_rates(table, columns, at_least=terms.at_least).items():
            for rate in rates:
                found[rate.item][place] = attrs.evolve(rate, not_observed=0, not_applicable=0)
    return found


def _shares(
    table: ObservationTable, item: str, rates: Mapping[Place, Rate], whole: _Pattern, terms: Terms
) -> dict[Place, Rate | BandedShare]:
    """What is told of one item in each cell and sum."""
    breakdown = whole.breakdown
    cells = breakdown.rolled(groups_of(table, terms.by, terms.roster, item=item))
    pattern = (
        whole if cells == breakdown.cells else _protected(breakdown, cells, terms, whole.protected.suppressed)
    )
    if not rates:
        return {}
    inner = {breakdown.key(place): rate for place, rate in rates.items() if _is_inner(breakdown, place)}
    persons = {place: len(_persons(breakdown.together(cells, place))) for place in rates}
    widths = {place: _band(count, terms.policy) for place, count in persons.items()}
    shown = suppression.protect_shares(
        breakdown.nested(lambda key: _successes(inner[key]) if key in inner else 0),
        breakdown.nested(lambda key: _ratings(inner[key]) if key in inner else 0),
        bands=breakdown.nested_sums(lambda place: widths.get(place, terms.policy.band)),
        hidden=breakdown.nested_sums(lambda place: pattern.hides(place) or whole.hides(place)),
        hierarchies=breakdown.hierarchies,
    )
    found: dict[Place, Rate | BandedShare] = {}
    for place, rate in rates.items():
        low, high = float(shown.low[place]), float(shown.high[place])
        if low == high:
            found[place] = rate
        elif low < high:
            found[place] = BandedShare(
                item=item,
                at_least=rate.at_least,
                low=low,
                high=high,
                ratings=_ratings(rate),
                teachers=persons[place],
            )
    return found


def _is_inner(breakdown: Breakdown, place: Place) -> bool:
    return all(at < len(one.values) for one, at in zip(breakdown.dimensions, place, strict=True))


def _ratings(rate: Rate) -> int:
    return round(rate.estimate.n["ratings"])


def _successes(rate: Rate) -> int:
    return round(rate.estimate.value * rate.estimate.n["ratings"])


def _band(teachers: int, policy: Policy) -> float:
    """Width of the band at either end: room for two teachers, within P-BAND and a quarter of it."""
    return min(policy.band, max(2 / teachers, policy.band / 4))


def _published(
    table: ObservationTable,
    terms: Terms,
    chosen: _Pattern | None = None,
    told: Sequence[PublishedCell | SuppressedCell] = (),
    reasons: Sequence[Reason] = (),
) -> Published:
    bounds: dict[str, tuple[float, ...]] = {}
    if chosen is not None:
        audit = chosen.protected.audit()
        for place, key in chosen.breakdown.places():
            if place in audit:
                bounds["|".join(key)] = tuple(map(float, audit[place]))
    nothing = all(isinstance(cell, SuppressedCell) for cell in told)
    buildings = set(table.column("building").used()) if "building" in table.walks else set()
    return Published(
        by=terms.by,
        audience=terms.audience,
        cells=tuple(told),
        teachers_per_cell=terms.k,
        method="exact" if chosen is None else chosen.protected.method,
        audit=FrozenMap(bounds),
        left_out=table.left_out,
        reasons=(*reasons, *([Reason.of("NOTHING_TOLD")] if nothing else [])),
        policy=terms.policy.version,
        items=table.items,
        building=buildings.pop() if len(buildings) == 1 else None,
        team=terms.team,
        purposes=_purposes(table),
        calibrated=terms.calibrated,
    )


def _purposes(table: ObservationTable) -> tuple[Purpose, ...]:
    """Why the records were made; a record without a purpose counts as a walkthrough."""
    return tuple(purpose for purpose in Purpose if len(table.for_purpose(purpose)))


def _require_groups(table: ObservationTable, terms: Terms) -> None:
    """Refuse columns that are not there, tell persons apart, or tell a team the exact time (VS-4)."""
    check = Checker("publish")
    check(
        1 <= len(terms.by) <= 3 and len(set(terms.by)) == len(terms.by),
        "publish.columns",
        "by",
        "has too few or too many columns",
        expected="one to three, each once",
    )
    for name in terms.by:
        known = check(
            name in table.walks, "table.column", name, "is not a column", expected=listed(table.walks)
        )
        check(
            name not in _PERSONAL,
            "publish.individual",
            name,
            "tells persons apart",
            expected="a column that groups teachers",
        )
        exact = name in _EXACT_TIMES or (
            known and name not in _PERSONAL and _tells_days(table.column(name).used())
        )
        check(
            not (terms.inside and exact),
            "publish.exact_time",
            name,
            "tells a team when a visit took place",
            expected="a month at the finest",
        )
    check.done()


def _tells_days(values: Sequence[Any]) -> bool:
    """Whether a column holds a day or a week."""
    for value in values:
        try:
            date.fromisoformat(str(value)[:10])
        except ValueError:
            continue
        return True
    return False

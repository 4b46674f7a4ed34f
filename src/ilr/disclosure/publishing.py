"""Publishing: a breakdown of observations in which no reader can work out a single teacher.

Here belongs the one way in which grouped data leave a building. The protected unit is the resolved
teacher, not the observation; one pattern of hidden cells serves every measure of the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ilr.base import Policy, Roster
from ilr.calibration import Standings
from ilr.continuum.lookfors import LevelCode
from ilr.disclosure._telling import Terms, tell
from ilr.disclosure.tables import Published, TableAudience
from ilr.observation import ObservationTable

__all__ = ["calibrated_only", "publish"]


def publish(
    table: ObservationTable,
    *,
    by: Sequence[str],
    audience: TableAudience,
    at_least: LevelCode | None = None,
    policy: Policy | None = None,
    roster: Roster | None = None,
    standings: Standings | None = None,
    hierarchies: Mapping[str, Mapping[str, str]] | None = None,
    team: str | None = None,
) -> Published:
    """Break observations down, hide what could point to a teacher, and audit the result.

    Columns with a hierarchy are first rolled up to the finest level at which enough teachers stand in cells
    that are told (P-COARSEN). A cell is hidden when fewer teachers than the policy asks contribute ratings to
    it (P-K-TEAM inside a team, P-K-OUT outside), when one or two of them contribute most of its records, or,
    inside a team, when without the rows of any one of them fewer than two teachers are left (VS-4); further
    cells are hidden until no arithmetic over the published ones gives a hidden one away. Totals, and subtotals
    of the levels above, are told too. The same holds for each item by itself, because not every record rates
    every item.

    A share near 0 or 1 is told as a band that holds at least one other value, so that nobody learns that all
    teachers of a cell did the same; where the other shares would tell it, they are left out.

    Args:
        table: the observations.
        by: one to three columns.
        audience: for whom.
        at_least: the level for the shares; by default the fidelity level of each scale.
        policy: the numbers.
        roster: tells which ids are one person.
        standings: when given, ratings by observers who were not calibrated are dropped and counted
            (CG-2); otherwise the result says that this was not checked.
        hierarchies: for columns that may be rolled up, the group of each value, and of each group the coarser
            one; for example ``{"grade": {"6": "middle", "7": "middle", "9": "high"}}``.
        team: id of the team that the table is for.

    Returns:
        The table with its audit; where nothing can be told, a table that says so in its reasons.

    Raises:
        InvalidInput: for unknown columns, too many of them, or a breakdown by teacher, visit or observer, or,
            for a team, by period or day; for a hierarchy of no such column or with a group named like a value.

    Example:
        >>> from ilr.testing import synthetic
        >>> district = synthetic.district(seed=7)
        >>> table = ObservationTable.from_walkthroughs(district.walkthroughs, forms=[district.form])
        >>> published = publish(table, by=["subject"], audience="district", roster=district.roster)
        >>> published.releasable, min(cell.teachers for cell in published.told)
        (True, 14)
    """
    return _tell(
        table,
        Terms(
            by=tuple(by),
            audience=audience,
            at_least=at_least,
            policy=policy or Policy(),
            roster=roster or Roster(),
            hierarchies=hierarchies or {},
            calibrated=None if standings is None else True,
            team=team,
        ),
        standings,
    )


def _tell(table: ObservationTable, terms: Terms, standings: Standings | None) -> Published:
    return tell(table if standings is None else calibrated_only(table, standings), terms).published


def calibrated_only(table: ObservationTable, standings: Standings) -> ObservationTable:
    """The ratings whose observer was calibrated for the item on the day; the rest is counted (CG-5)."""
    return table.rated_where(
        lambda observer, item, day: day is not None and standings.calibrated(observer, item, on=day),
        reason="observer not calibrated",
    )

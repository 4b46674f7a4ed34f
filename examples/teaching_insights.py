"""Real ratings of real lessons, district by district.

Run ``python examples/teaching_insights.py DIR``, where DIR holds ratings in the shape of the OECD's Global
Teaching InSights files: ``components.csv`` (a row for each rater and segment, a column for each component),
``items.csv`` (what the components are), ``schools.csv`` (kinds of schools) and, to compare with,
``published_teacher_scores.csv``. Each value of the column ``economy`` is taken as a district.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from ilr import cycles, disclosure
from ilr.base import Organisation, Policy, Roster
from ilr.continuum import LevelScale
from ilr.observation import ObservationTable
from ilr.stats import Estimate, agreement

FACTS = ("economy", "school_id", "teacher_id", "visit", "visit_date", "rater_id", "rated_on", "segment")
PREFIX = "VCOMP_"
KINDS = {"0": "state", "1": "private"}
PLACES = {"0": "rural", "1": "urban"}


def main(folder: str) -> None:
    """Read the folder and tell what is in it."""
    base = Path(folder)
    columns = read_columns(base / "components.csv")
    catalogue = [row for row in read_rows(base / "items.csv") if row["variable"].startswith(PREFIX)]
    schools = {row["school_id"]: row for row in read_rows(base / "schools.csv")}
    roster = Roster(organisations=tuple(Organisation(id=id) for id in schools))
    items = [name for name in columns if name not in FACTS]
    kinds = {id: kind_of(school) for id, school in schools.items()}
    columns["school kind"] = [kinds.get(str(id)) for id in columns["school_id"]]
    table = ObservationTable.from_frame(
        columns,
        visit=["teacher_id", "visit"],
        teacher="teacher_id",
        observer="rater_id",
        segment="segment",
        date="visit_date",
        items=items,
        scales=scales_of(items, catalogue),
        dimensions=["economy", "school_id", "school kind"],
    )
    print(
        f"{table.n_ratings:,} ratings of {len(table.items)} items from {table.count('visit')} visits to "
        f"{table.count('teacher')} teachers by {table.count('observer')} observers, "
        f"in {table.count('economy')} districts."
    )
    components = [row["variable"].removeprefix(PREFIX) for row in catalogue]
    compare_with_published(table, base / "published_teacher_scores.csv", components)
    tell_comparable(table)
    for district in table.column("economy").used():
        tell_district(str(district), table.where(economy=str(district)), roster)


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def read_columns(path: Path) -> dict[str, list[str | None]]:
    """The columns of a CSV file."""
    with path.open(newline="", encoding="utf-8") as lines:
        names, *rows = csv.reader(lines)
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def kind_of(school: Mapping[str, str]) -> str | None:
    """The kind of a school as one code; None where the roster does not tell it."""
    if school["private"] not in KINDS or school["urban"] not in PLACES:
        return None
    return f"{KINDS[school['private']]}, {PLACES[school['urban']]}"


def scales_of(items: Sequence[str], catalogue: Sequence[Mapping[str, str]]) -> dict[str, LevelScale]:
    """A scale for each item: as many levels as the catalogue says, half levels allowed.

    An item that the catalogue does not list, such as the overall rating of a domain, has the most levels
    of any component. The level below the highest counts as use with fidelity.
    """
    highest = {row["variable"].removeprefix(PREFIX): int(row["max"]) for row in catalogue}
    most = max(highest.values())
    return {
        item: LevelScale.numbered(
            highest.get(item, most), half_levels=True, fidelity=max(highest.get(item, most) - 1, 2)
        )
        for item in items
    }


def compare_with_published(table: ObservationTable, path: Path, components: Sequence[str]) -> None:
    """Teacher scores as means of means beside the published ones."""
    if not path.exists():
        print("No published teacher scores to compare with.")
        return
    ours = table.means("teacher", within=("visit", "segment", "observer"))
    published = {row["teacher_id"]: row for row in read_rows(path)}
    both = [id for id in ours if id in published]
    worst = max(
        abs(ours[id][component] - float(published[str(id)][f"{PREFIX}{component}"]))
        for id in both
        for component in components
        if component in ours[id] and published[str(id)][f"{PREFIX}{component}"]
    )
    print(
        f"Teacher scores beside those of the OECD: {len(both)} teachers, {len(components)} components, "
        f"largest difference {worst:.2e}."
    )
    for names, what in (
        (sorted(set(published) - set(ours)), "published without ratings here"),
        (sorted(str(id) for id in set(ours) - set(published)), "rated here without published scores"),
    ):
        if names:
            print(f"Teachers {what}: {', '.join(names)}.")


def tell_comparable(table: ObservationTable) -> None:
    """Which observers no chain of shared visits joins."""
    groups = table.disconnected()
    if len(groups) == 1:
        print("Every observer can be compared with every other through shared visits.")
        return
    print(
        f"The observers fall into {len(groups)} groups that share no visit, so that nothing tells whether one "
        "group is more severe than another:"
    )
    for group in groups:
        names = sorted(group)
        print(f"  {len(names)} observers, {names[0]} to {names[-1]}")


def tell_district(name: str, table: ObservationTable, roster: Roster) -> None:
    """One district: what is there, how far observers agree, and a review."""
    known = {organisation.id for organisation in roster.organisations}
    schools = table.column("school_id").used()
    missing = [id for id in schools if id not in known]
    print(f"\n{'=' * 100}\nDISTRICT {name}")
    print(
        f"{table.count('visit')} visits, {table.count('teacher')} teachers, {table.count('observer')} observers, "
        f"{len(schools)} schools; {len(missing)} schools are missing in the roster."
    )
    tell_agreement(table)
    tell_kinds(table)
    tell_review(name, table)


def tell_agreement(table: ObservationTable) -> None:
    """Agreement of each item with 95 % intervals, clustered by teacher."""
    print(
        f"\n  {'component':<10}{'exact':<20}{'adjacent':<20}{'kappa (Fleiss)':<22}{'AC2':<22}{'alpha (ordinal)':<22}"
    )
    for row in table.agreement():
        kappa = agreement.fleiss_kappa(table.ratings(row.item), weights="quadratic", method="jackknife")
        cells = (shown(row.exact), shown(row.adjacent))
        further = (shown(kappa), shown(row.ac2), shown(row.alpha))
        print(
            f"  {row.item:<10}"
            + "".join(f"{cell:<20}" for cell in cells)
            + "".join(f"{cell:<22}" for cell in further)
        )


def shown(estimate: Estimate) -> str:
    """An estimate in few characters."""
    if estimate.undefined is not None:
        return str(estimate.undefined)
    return f"{estimate.value:.2f} [{estimate.low:.2f}, {estimate.high:.2f}]"


def told(cell: disclosure.PublishedCell, item: str) -> str:
    """What a cell tells of an item: its share, a band, or nothing."""
    share = next((one for one in cell.shares if one.item == item), None)
    if share is None:
        return "not told"
    return str(share) if isinstance(share, disclosure.BandedShare) else shown(share.estimate)


def tell_kinds(table: ObservationTable) -> None:
    """Components by kind of school; cells that could point to a teacher are hidden."""
    published = disclosure.publish(table, by=["school kind"], audience="district")
    cells = [cell for cell in published if isinstance(cell, disclosure.PublishedCell)]
    hidden = [cell for cell in published if isinstance(cell, disclosure.SuppressedCell)]
    print("\n  Share of ratings at the level of fidelity or above, by kind of school:")
    print("  " + " " * 10 + "".join(f"{f'{cell.key[0]} ({cell.teachers})':<24}" for cell in cells))
    for item in table.items:
        row = "".join(f"{told(cell, item):<24}" for cell in cells)
        print(f"  {item:<10}{row}")
    print("  In brackets behind the kind: number of teachers.")
    for cell in hidden:
        low, high = published.audit["|".join(cell.key)]
        upper = "no limit" if high == float("inf") else f"{high:.0f}"
        print(
            f"  Hidden: {cell.key[0]}; a reader can only tell that it has between {low:.0f} and {upper} teachers."
        )
    print(f"  Note: {'; '.join(map(str, published.reasons))}.")


def tell_review(name: str, table: ObservationTable) -> None:
    """A review of the whole district with one finding and one decision."""
    policy = Policy()
    last_day = table.days_with_ratings()[-1]
    trigger = cycles.trigger(table, building=name, as_of=last_day, policy=policy)
    cut, part = cycles.cut(table, building=name, on=last_day, policy=policy)
    published = disclosure.publish(part, by=["school kind"], audience="district", policy=policy)
    summary = cycles.summarise(part, policy=policy, breakdowns=[published])
    weakest = min(summary.shares, key=lambda share: share.estimate.high)
    finding = cycles.Finding(
        id=f"{name}-gap", kind="gap", look_for=weakest.item, evidence=(cut.hash,), needs_response=True
    )
    decision = cycles.Decision(
        id=f"{name}-support",
        kind=cycles.DecisionKind.INSTRUCTIONAL_SUPPORT,
        on=last_day,
        level="district",
        owner=f"{name}-leaders",
        evidence=(finding.id,),
    )
    review = cycles.close(
        cycles.Review(
            id=f"{name}-review",
            building=name,
            on=last_day,
            cut=cut,
            trigger=trigger.by or "calendar",
            summary=summary,
            findings=(finding,),
            decisions=(decision,),
        )
    )
    tell_result(review, weakest.estimate, weakest.item, str(weakest.at_least))


def tell_result(review: cycles.Review, share: Estimate, item: str, level: str) -> None:
    """The review in words."""
    counts = share.n
    when: date = review.on
    print(f"\n  Review of {when:%d %B %Y}, called for by the {review.trigger}, on {len(review.cut)} records:")
    print(
        f"  Finding ({review.findings[0].kind}): {item} was at level {level} or above in {share.value:.0%} of ratings, "
        f"between {share.low:.0%} and {share.high:.0%}."
    )
    print(
        f"  That rests on {counts['ratings']:.0f} ratings in {counts['observations']:.0f} observations of "
        f"{counts['visits']:.0f} visits to {counts['teachers']:.0f} teachers, worth {counts['effective']:.0f} "
        "independent ratings."
    )
    print(f"  Decision: {review.decisions[0].kind.value}, by {review.decisions[0].owner}.")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/teaching_insights.py DIR")
    main(sys.argv[1])

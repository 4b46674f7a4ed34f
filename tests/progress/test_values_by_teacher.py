"""The list of everything that gives a value for each teacher, kept by hand (law 9).

Whoever adds a public mapping to a room of the domain has to write here what its keys are.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from datetime import date
from importlib import import_module
from typing import Any

import attrs
from tests.progress.small_school import (
    CALENDAR,
    POLICY,
    SCHOOL,
    TEACHERS,
    changed,
    report,
    roster,
    table_of,
    walks_of,
)

from ilr.base import FrozenMap
from ilr.cycles import OutcomeData
from ilr.disclosure import MemoryLedger, publish_next
from ilr.observation import ObservationTable
from ilr.progress import Due, due

ROOMS = ("forms", "observation", "calibration", "disclosure", "cycles", "coaching", "progress")
"""The rooms whose records know teachers."""

BY_TEACHER = {
    "cycles.OutcomeData.values": "outcomes of students, with unit='teacher'; handed in by the host, never given back",
    "disclosure.PublishedGroup.members": "hash of the records behind a told cell; for the host's ledger alone",
    "observation.Coverage.visits": "days of visits",
    "observation.Coverage.countable": "days on which a visit was possible",
    "observation.Coverage.gaps": "days without a visit",
    "observation.Coverage.month_counts": "visits a month",
    "observation.ObservationTable.contributions": "records of a cell",
    "observation.ObservationTable.means": "means of levels, with by='teacher'; analysis, and the teacher's own",
}
"""Mappings with teachers as keys, and what they tell; only the last tells of levels, the first of students."""

BY_OTHER = {
    "forms.DerivedScore.left_out": "part of a score",
    "forms.derive": "score, of one visit",
    "forms.Form.missing_translations": "language",
    "forms.Form.translations": "language",
    "forms.FormModule.translations": "language",
    "forms.Walkthrough.dimensions": "dimension",
    "observation.AgreementRow.row": "heading",
    "observation.GroupMeans.rows": "heading, one row a group; those of means('teacher') are teachers",
    "observation.GroupMeans.from_document": "heading; reads what means gave",
    "observation.GroupMeans.to_document": "heading",
    "observation.ObservationTable.left_out": "reason",
    "observation.ObservationTable.to_document": "heading",
    "observation.ObservationTable.walks": "column",
    "observation.LevelShare.row": "heading",
    "observation.Rate.row": "heading",
    "observation.Spread.counts": "mode, period or lesson part",
    "observation.Walkthrough.dimensions": "dimension",
    "calibration.CalibrationMeeting.consensus": "exhibit and look-for",
    "calibration.CalibrationPlan.scales": "look-for",
    "calibration.Exhibit.justification": "look-for",
    "calibration.Exhibit.master": "look-for",
    "cycles.Association.left_out": "reason",
    "cycles.Association.row": "heading",
    "cycles.DataCut.left_out": "reason",
    "cycles.ReviewSummary.left_out": "reason",
    "disclosure.Published.audit": "cell of groups",
    "disclosure.Published.left_out": "reason",
    "disclosure.Published.rows": "heading, one row a cell",
    "progress.StageReport.indicators": "indicator",
}

BY_TEACHER_ON_REQUEST = ("agreement", "disconnected", "means", "rates", "ratings", "visits")
"""What else a table computes; rates and agreement give a row a teacher when broken down by that column."""

RECORDS_OF_ONE_TEACHER = {
    "coaching.CoachingFacts": "teacher",
    "coaching.CoachingPlan": "teacher",
    "coaching.Nomination": "teacher",
    "coaching.EndedPair": "educator",
    "coaching.Pair": "educator",
    "coaching.PlannedSupport": "educator",
    "coaching.RequiredSupport": "educator",
    "coaching.SupportNeed": "educator",
    "coaching.Uncovered": "educator",
    "coaching.Unmatched": "educator",
    "cycles.Involvement": "teacher",
    "disclosure.Agreement": "teacher",
    "disclosure.Consent": "person",
    "disclosure.EvaluationRelease": "teacher",
    "disclosure.Release": "to",
    "disclosure.TeacherShare": "to",
    "progress.Due": "subject",
}
"""Records about one person: the two people's own plan, what a person got, a visit that is owed, and support that is
needed by law or by request, is planned or is missing; none tells of quality."""


def public() -> Iterator[tuple[str, Any]]:
    """Everything that the domain rooms export."""
    for room in ROOMS:
        module = import_module(f"ilr.{room}")
        for name in module.__all__:
            yield f"{room}.{name}", getattr(module, name)


def is_mapping(annotation: Any) -> bool:
    """Whether a type holds a mapping, as far as its spelling tells."""
    return any(word in str(annotation) for word in ("FrozenMap[", "Mapping[", "dict[", "GroupMeans"))


def mappings() -> set[str]:
    """Every public field, property, method and function whose type is a mapping."""
    found = set()
    for name, value in public():
        if not inspect.isclass(value):
            if is_mapping(getattr(value, "__annotations__", {}).get("return")):
                found.add(name)
            continue
        fields = attrs.fields(value) if attrs.has(value) else ()
        found |= {f"{name}.{field.name}" for field in fields if is_mapping(field.type)}
        for member, held in inspect.getmembers(value):
            made = held.fget if isinstance(held, property) else getattr(held, "func", held)
            if not member.startswith("_") and is_mapping(getattr(made, "__annotations__", {}).get("return")):
                found.add(f"{name}.{member}")
    return found


def test_every_public_mapping_is_listed_with_its_keys() -> None:
    """Law 9: no room has a mapping that this list does not know, and the list names none that is gone."""
    assert mappings() == set(BY_TEACHER) | set(BY_OTHER)


def test_what_is_listed_by_teacher_is_keyed_by_teacher() -> None:
    """Law 9: the mappings of the first list have teachers as keys, in the order of ids or of the roster."""
    table = table_of(walks_of())
    coverage = table.coverage(
        roster=roster(), building=SCHOOL, window=report().window, calendar=CALENDAR, policy=POLICY
    )
    entry = publish_next(
        table, ledger=MemoryLedger(), scope=SCHOOL, on=date(2026, 11, 1), by=["building"], audience="district"
    ).entry
    assert entry is not None
    keyed: dict[str, Mapping[Any, Any]] = {
        "cycles.OutcomeData.values": OutcomeData(
            dataset="test",
            kind="outcome",
            unit="teacher",
            period=report().window,
            values=FrozenMap(dict.fromkeys(TEACHERS, 0.5)),
        ).values,
        "disclosure.PublishedGroup.members": entry.groups[0].members,
        "observation.Coverage.visits": coverage.visits,
        "observation.Coverage.countable": coverage.countable,
        "observation.Coverage.gaps": coverage.gaps,
        "observation.Coverage.month_counts": coverage.month_counts[0],
        "observation.ObservationTable.contributions": table.contributions(["building"])[(SCHOOL,)],
        "observation.ObservationTable.means": table.means("teacher"),
    }
    assert set(keyed) == set(BY_TEACHER)
    for name, mapping in keyed.items():
        assert tuple(mapping) == TEACHERS, name


def test_levels_by_teacher_carry_their_grain() -> None:
    """Law 9: the one mapping that tells of quality says that it is individual, and only when it is."""
    table = table_of(walks_of())
    assert table.means("teacher").grain == "individual"
    assert table.means("period").grain == "group"
    for summary in (table.rates, table.agreement):
        assert summary(by="teacher").grain == "individual"
        assert summary().grain == summary(by="period").grain == "group"


def test_a_table_has_no_other_summaries() -> None:
    """Law 9: the summaries of a table are those of the list, none of which orders by value."""
    names = {
        name
        for name, held in inspect.getmembers(ObservationTable, inspect.isfunction)
        if not name.startswith("_")
        and any(
            word in str(held.__annotations__.get("return"))
            for word in ("Means", "Rates", "Agreement", "Facts", "Ratings", "frozenset[str], ...")
        )
    }
    assert names == set(BY_TEACHER_ON_REQUEST)
    high = table_of(walks_of())
    assert [row.group for row in high.rates(by="teacher")][::2] == list(TEACHERS)


def test_records_about_one_person_are_listed() -> None:
    """Law 9: beside walkthroughs and slots some kinds of record name one person."""
    found = {
        name: field.name
        for name, value in public()
        if inspect.isclass(value) and attrs.has(value)
        for field in attrs.fields(value)
        if field.name in ("teacher", "educator", "person", "subject", "to") and field.type in ("str", str)
        if not (field.name == "subject" and name.startswith("disclosure."))  # id of a record there
    }
    assert found == RECORDS_OF_ONE_TEACHER


def test_what_is_due_says_nothing_of_levels() -> None:
    """Law 9: the list of unseen teachers is the same whatever levels they were given."""
    assert [field.name for field in attrs.fields(Due)] == ["kind", "subject", "building", "since", "reason"]
    late = date(2026, 12, 1)
    low, high = (
        due(changed(table=table_of(walks_of(level=level))), as_of=late, calendar=CALENDAR) for level in (1, 4)
    )
    assert low == high
    assert {one.subject for one in low if one.kind == "visit"} == set(TEACHERS)


def test_no_report_names_a_teacher() -> None:
    """Law 9: the stage of a building is told without the id of anybody who was observed."""
    text = repr(report()) + report()._repr_html_()
    assert not any(f"'{id}'" in text or f">{id}<" in text for id in TEACHERS)

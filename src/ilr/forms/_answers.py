"""One answer to one item: the check of what a draft holds, and what a record and a condition read of it.

A draft holds what a person typed or tapped, of several Python types; a record holds codes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import attrs

from ilr.base import Checker, listed
from ilr.continuum.lookfors import LevelCode
from ilr.forms.conditions import Told, written
from ilr.forms.groups import Place, Repeat, near
from ilr.forms.items import NO, YES, Item, same_code
from ilr.forms.walkthrough import Answer, AnswerState, Evidence

__all__ = ["AnswerLike", "check_answers", "draft_of", "made_answer", "told_codes"]

AnswerLike = LevelCode | date | time | AnswerState | Sequence[Any]
"""What a draft may hold for an item, or for a repeat: an entry each."""

_MOMENTS: Mapping[str, type[date | time]] = {"date": date, "time": time}
_MARKS = frozenset({AnswerState.NOT_OBSERVED, AnswerState.NOT_APPLICABLE, AnswerState.UNANSWERED})


def _check_answer(item: Item, value: object, check: Checker, path: str) -> None:
    """Note what is wrong with a draft's answer to an item, in the words of its label."""
    if isinstance(value, AnswerState):
        check(
            value in _MARKS,
            "answer.state",
            path,
            f"{item.name}: says answered without a code",
            expected="a code",
        )
        return
    name, codes = item.name, listed(item.codes)
    match item.kind:
        case "scale":
            known = any(same_code(value, code) for code in item.codes)
            check(known, "answer.level", path, f"{name}: is not a declared level", expected=codes)
        case "flag":
            fits = isinstance(value, bool) or (isinstance(value, str) and value in item.codes)
            check(fits, "answer.flag", path, f"{name}: is neither yes nor no", expected="yes, no")
        case "choice":
            fits = isinstance(value, str) and value in item.codes
            check(fits, "answer.choice", path, f"{name}: is not a choice", expected=codes)
        case "multi":
            check(
                bool(value) and _are_codes(item, value),
                "answer.multi",
                path,
                f"{name}: are not unlike choices",
                expected=f"a list of one or more of {codes}",
            )
        case "count" | "number":
            kind = "a number" if item.kind == "number" else "a whole number"
            check(
                _is_number(item, value),
                f"answer.{item.kind}",
                path,
                f"{name}: is no such {item.kind}",
                expected=_range(item, kind),
            )
        case "date" | "time":
            check(
                _read(_MOMENTS[item.kind], value) is not None,
                f"answer.{item.kind}",
                path,
                f"{name}: is no {'day' if item.kind == 'date' else 'time of day'}",
                expected="a date" if item.kind == "date" else "a time without offset",
            )
        case "tally":
            _check_tally(item, value, check, path)
        case "log":
            _check_log(item, value, check, path)
        case _:
            check(isinstance(value, str), "answer.text", path, f"{name}: is no text", expected="a text")


def _is_number(item: Item, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return False
    return item.low <= value <= item.high and (item.kind == "number" or value % 1 == 0)


def _are_codes(item: Item, value: object) -> bool:
    several = list(value) if isinstance(value, list | tuple) else [None]
    return len(set(map(repr, several))) == len(several) and all(
        isinstance(code, str) and code in item.codes for code in several
    )


def _check_tally(item: Item, value: object, check: Checker, path: str) -> None:
    intervals = list(value) if isinstance(value, list | tuple) else []
    check(
        item.low <= len(intervals) <= item.high,
        "answer.tally",
        path,
        f"{item.name}: has not as many intervals",
        expected=_range(item, "a list of codes for each interval, their number"),
    )
    for place, codes in enumerate(intervals):
        check(
            _are_codes(item, codes),
            "answer.tally",
            f"{path}[{place}]",
            f"{item.name}: are not unlike codes",
            expected=f"a list of {listed(item.codes)}",
        )


def _check_log(item: Item, value: object, check: Checker, path: str) -> None:
    entries = list(value) if isinstance(value, list | tuple) else []
    sound = bool(entries) and all(isinstance(entry, Evidence) for entry in entries)
    if not check(
        sound, "answer.log", path, f"{item.name}: is no log", expected="a list of one or more Evidence"
    ):
        return
    for place, entry in enumerate(entries):
        check(
            entry.code is None or entry.code in item.codes,
            "answer.log",
            f"{path}[{place}].code",
            f"{item.name}: is not a code of the log",
            expected=listed(item.codes),
        )


def _range(item: Item, kind: str) -> str:
    low = f" from {item.low:g}" if math.isfinite(item.low) else ""
    high = f" up to {item.high:g}" if math.isfinite(item.high) else ""
    return kind + low + high


def _read(kind: type[date | time], value: object) -> date | time | None:
    """The day or time of day that a value is or, as ISO 8601 has it, stands for."""
    if isinstance(value, str):
        try:
            value = kind.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, kind) or isinstance(value, datetime):
        return None
    return None if isinstance(value, time) and value.tzinfo is not None else value


def is_moment(item: Item, code: LevelCode) -> bool:
    """Whether a code in a condition is a day or time of day, as its item asks."""
    return isinstance(code, str) and _read(_MOMENTS[item.kind], code) is not None


def made_answer(item: Item, value: AnswerLike) -> Answer:
    """The answer of a record, from a draft's answer that was checked."""
    made = Answer(item.id, None, AnswerState.UNANSWERED, item.look_for)
    if isinstance(value, AnswerState):
        return attrs.evolve(made, state=value)
    held: Any = value
    match item.kind:
        case "multi":
            fields: dict[str, Any] = {"codes": _in_order(item, held)}
        case "tally":
            fields = {"intervals": tuple(_in_order(item, codes) for codes in held)}
        case "log":
            fields = {"log": tuple(sorted(held, key=lambda entry: entry.at))}
        case _:
            fields = {"code": _code(item, held)}
    return attrs.evolve(made, state=AnswerState.ANSWERED, **fields)


def told_codes(item: Item, value: AnswerLike) -> Told:
    """What conditions read of a draft's answer that was checked and has a code."""
    held: Any = value
    match item.kind:
        case "multi":
            return _in_order(item, held)
        case "tally":
            return _in_order(item, [code for codes in held for code in codes])
        case "log":
            return _in_order(item, [entry.code for entry in held])
        case "date" | "time":
            return _read(_MOMENTS[item.kind], held) or held
        case _:
            return _code(item, held)


def draft_of(answer: Answer) -> AnswerLike:
    """What a draft holds where a record holds this answer."""
    if answer.state is not AnswerState.ANSWERED:
        return answer.state
    return answer.codes or answer.intervals or answer.log if answer.code is None else answer.code


def _in_order(item: Item, chosen: Sequence[Any]) -> tuple[str, ...]:
    return tuple(str(code) for code in item.codes if code in chosen)


def _code(item: Item, value: Any) -> LevelCode:
    if isinstance(value, bool):
        return YES if value else NO
    if item.kind in ("date", "time"):
        return written(_read(_MOMENTS[item.kind], value) or value)
    if item.kind == "count":
        return int(value)
    return next((code for code in item.codes if same_code(value, code)), value)


def check_answers(
    places: Mapping[str, Place],
    answers: Mapping[str, Any],
    check: Checker,
    *,
    repeat: str | None = None,
    prefix: str = "answers",
) -> None:
    """Note every problem of the answers outside of repeats, or of those to one entry, one by one."""
    known = [
        id
        for id, place in places.items()
        if place.repeat == repeat and isinstance(place.element, Item | Repeat)
    ]
    for id, value in answers.items():
        path = f"{prefix}.{id}"
        element = places[id].element if id in known else None
        if isinstance(element, Item):
            _check_answer(element, value, check, path)
            _check_bearing(places, value, check, path)
        elif isinstance(element, Repeat):
            _check_entries(places, element, value, path, check)
        else:
            inside = places[id].repeat if id in places and repeat is None else None
            check(
                False,
                "answer.item",
                path,
                "is asked in entries" if inside else "is not an item of the form",
                expected=f"{inside}: a list of entries" if inside else listed(known),
                hint="" if inside else near(id, known),
            )


def _check_bearing(places: Mapping[str, Place], value: object, check: Checker, path: str) -> None:
    """Note entries of a log that bear on what the form does not ask."""
    for number, one in enumerate(value if isinstance(value, list | tuple) else ()):
        check(
            not isinstance(one, Evidence) or set(one.items) <= set(places),
            "evidence.item",
            f"{path}[{number}].items",
            "is no item of the form",
            expected=listed(id for id, place in places.items() if isinstance(place.element, Item)),
        )


def _check_entries(
    places: Mapping[str, Place], repeat: Repeat, value: object, path: str, check: Checker
) -> None:
    entries: list[Any] = list(value) if isinstance(value, list | tuple) else [None]
    if not check(
        all(isinstance(entry, Mapping) for entry in entries),
        "answer.entries",
        path,
        f"{repeat.name}: are no entries",
        expected="a list of mappings from item to answer",
    ):
        return
    check(
        repeat.most is None or len(entries) <= repeat.most,
        "answer.entries",
        path,
        f"{repeat.name}: are too many entries",
        expected=f"at most {repeat.most}",
    )
    for number, entry in enumerate(entries):
        check_answers(places, entry, check, repeat=repeat.id, prefix=f"{path}[{number}]")

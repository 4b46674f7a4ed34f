"""Derived scores: one value from the answers to several items, by a declared rule.

Here belong the rules (mean, median, mode, sum, or a table from the levels of behaviours to the level of an
element), the set of scores that fits a form, and what the rules give for one record. A rule is data: it can
be printed, compared and kept beside the form. Not here: one item and its levels (`ilr.forms.items`), or means
over records (`ilr.observation`).

A derived score belongs to one visit and so to its teachers: it is individual content, never to be put in an
order of teachers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from math import fsum
from statistics import fmean, median
from typing import Literal, get_args

import attrs

from ilr.base import WORDING, Checker, FrozenMap, Reason, UnknownCode, listed, read_only
from ilr.continuum.lookfors import LevelCode, LevelScale
from ilr.forms._measures import Measure, cycle, in_order, measure_of_scale, measures
from ilr.forms.definition import Form
from ilr.forms.walkthrough import Answer, AnswerState, Walkthrough

__all__ = [
    "DerivedScore",
    "Score",
    "ScoreSet",
    "ScoringRow",
    "ScoringTable",
    "derive",
]

Rule = Literal["mean", "median", "mode", "sum", "table"]
"""How the parts of a score make one value."""

_AVERAGES: Mapping[str, Callable[[Sequence[float]], float]] = {"mean": fmean, "median": median, "sum": fsum}


@attrs.frozen(field_transformer=read_only)
class ScoringRow:
    """One row of a scoring table: levels of the parts, and the level that they make. Equal by its fields.

    Attributes:
        levels: the level of each part that has one; in a table that reads places, of each part, with None for a
            part without a level.
        makes: code of the level of the whole.
    """

    levels: tuple[LevelCode | None, ...]
    makes: LevelCode


@attrs.frozen(kw_only=True, field_transformer=read_only)
class ScoringTable:
    """Which levels of behaviours make which level of an element. Equal when all fields are equal.

    Attributes:
        scale: the scale of the element.
        rows: one a combination of levels.
        reads: ``counts``: how often each level occurs, whichever part has it; ``places``: which part has it.

    Raises:
        InvalidInput: listing rows that repeat a combination or make no level of the scale, and rows of counts that
            hold a place without a level.

    Example:
        >>> table = ScoringTable.of(
        ...     {("low", "low"): 1, ("low", "high"): 2, ("high", "high"): 3}, scale=LevelScale.numbered(3)
        ... )
        >>> table.level(["high", "low"])
        2
    """

    scale: LevelScale
    rows: tuple[ScoringRow, ...]
    reads: Literal["counts", "places"] = "counts"

    def __attrs_post_init__(self) -> None:
        check = Checker("ScoringTable")
        check(bool(self.rows), "score.rows", "rows", "are missing", expected="one or more")
        seen: set[object] = set()
        for index, row in enumerate(self.rows):
            path = f"rows[{index}]"
            key = self._key(row.levels)
            check(key not in seen, "score.row_repeated", path, "repeats a combination", expected="each once")
            seen.add(key)
            check(
                row.makes in self.scale.codes,
                "score.level",
                f"{path}.makes",
                "is not a level of the scale",
                expected=listed(self.scale.codes),
            )
            check(
                self.reads == "places" or None not in row.levels,
                "score.row",
                f"{path}.levels",
                "hold a place without a level",
                expected="levels alone, or a table that reads places",
            )
        check.done()

    @classmethod
    def of(
        cls,
        rows: Mapping[tuple[LevelCode | None, ...], LevelCode],
        *,
        scale: LevelScale,
        reads: Literal["counts", "places"] = "counts",
    ) -> ScoringTable:
        """A table from a mapping of combinations to levels.

        Args:
            rows: level of the whole by levels of the parts.
            scale: the scale of the whole.
            reads: whether the levels are counted, or each stands for the part in its place.

        Raises:
            InvalidInput: as for `ScoringTable`.
        """
        made = tuple(ScoringRow(levels, makes) for levels, makes in rows.items())
        return cls(scale=scale, rows=made, reads=reads)

    def level(self, levels: Sequence[LevelCode | None]) -> LevelCode | None:
        """The level of the whole, or None where no row has the combination.

        Args:
            levels: the level of each part in order, None for a part without one.
        """
        return self._by_key.get(self._key(levels))

    @cached_property
    def _by_key(self) -> Mapping[object, LevelCode]:
        return {self._key(row.levels): row.makes for row in self.rows}

    def _key(self, levels: Sequence[LevelCode | None]) -> object:
        if self.reads == "places":
            return tuple(levels)
        return frozenset(Counter(level for level in levels if level is not None).items())


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Score:
    """One value from several items or scores, by a declared rule. Equal when all fields are equal.

    What does not apply leaves the denominator; what was not observed or not answered is missing. A part that is a
    score is missing where it is undefined, and does not apply where none of its own parts did.

    Attributes:
        id: stable code, unlike every item of the form.
        items: ids of the parts: items of the form, or other scores.
        rule: ``mean``, ``median`` (of an even number the middle of the two in between), ``sum``, ``mode`` (the most
            frequent level) or ``table``. Levels count with the values of their scale, half levels included.
        least: how many parts need an answer; all that apply when None.
        ties: which of equally frequent levels is the mode; none of them when None.
        table: what a score by table looks up.
        label: what a report prints.

    Raises:
        InvalidInput: listing a score without parts or with a part twice, more answers asked for than there are
            parts, an unknown rule, ties or a table that do not go with the rule, and a table of places whose rows
            have another length.

    Example:
        >>> Score(id="dialogue", items=("asking", "waiting"), rule="mode", ties="lowest").rule
        'mode'
    """

    id: str
    items: tuple[str, ...]
    rule: Rule
    least: int | None = None
    ties: Literal["lowest", "highest"] | None = None
    table: ScoringTable | None = None
    label: str = attrs.field(default="", metadata=WORDING)

    def __attrs_post_init__(self) -> None:
        check = Checker("Score")
        check(bool(self.items), "score.items", "items", "are missing", expected="one or more")
        check(
            len(set(self.items)) == len(self.items),
            "score.repeated",
            "items",
            "repeat an id",
            expected="unlike ids",
        )
        check(
            self.least is None or 1 <= self.least <= max(len(self.items), 1),
            "score.least",
            "least",
            "asks for none, or for more than there are",
            expected="from 1 to the number of items",
        )
        check(
            self.rule in get_args(Rule),
            "score.rule",
            "rule",
            "is not a rule",
            expected=listed(get_args(Rule)),
        )
        check(
            self.ties is None or self.rule == "mode",
            "score.ties",
            "ties",
            "do not go with the rule",
            expected="a rule for ties with the mode alone",
        )
        check(
            (self.table is not None) == (self.rule == "table"),
            "score.table",
            "table",
            "does not go with the rule",
            expected="a table with the rule table and with no other",
        )
        by_place = self.table.rows if self.table is not None and self.table.reads == "places" else ()
        for index, row in enumerate(by_place):
            check(
                len(row.levels) == len(self.items),
                "score.row",
                f"table.rows[{index}].levels",
                "are not one for each item",
                expected=str(len(self.items)),
            )
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class ScoreSet:
    """The derived scores of a form, from behaviours to elements to areas. Equal when all fields are equal.

    Attributes:
        form: the form whose items they are made from.
        scores: in any order; a score may build on others.

    Raises:
        InvalidInput: listing repeated ids, scores called like an item, parts that neither the form nor the set has,
            parts of a kind that the rule cannot take, parts measured on different scales (a sum may add them),
            rows of a table with levels that no part has, and scores that wait for each other.

    Example:
        >>> from ilr.forms import form
        >>> talk = form("talk", look_fors=["asking", "waiting"])
        >>> score = Score(id="dialogue", items=("asking", "waiting"), rule="sum")
        >>> ScoreSet(form=talk, scores=(score,)).order
        ('dialogue',)
    """

    form: Form
    scores: tuple[Score, ...]

    def __attrs_post_init__(self) -> None:
        check = Checker("ScoreSet")
        items = {item.id: item for item in self.form}
        by_id: dict[str, Score] = {}
        for index, score in enumerate(self.scores):
            path = f"scores[{index}]"
            fresh = score.id not in by_id and score.id not in items
            if check(
                fresh, "score.id", f"{path}.id", "is that of another score or item", expected="unlike ids"
            ):
                by_id[score.id] = score
        known = [*items, *by_id]
        for index, score in enumerate(self.scores):
            for place, part in enumerate(score.items):
                near = get_close_matches(part, known, n=1)
                check(
                    part in items or part in by_id,
                    "score.item",
                    f"scores[{index}].items[{place}]",
                    "is neither an item nor a score",
                    expected=listed(known),
                    hint=f"did you mean {near[0]}?" if near else "",
                )
        trail = cycle(by_id)
        waits = f"wait for each other: {' > '.join(trail)}"
        if check(not trail, "score.cycle", "scores", waits, expected="no cycle"):
            measures(self.form, self.scores, check)
        check.done()

    def __getitem__(self, id: str) -> Score:
        for score in self.scores:
            if score.id == id:
                return score
        raise UnknownCode(
            f"no such score; there are {listed(one.id for one in self.scores)}", code="score.unknown"
        )

    def __iter__(self) -> Iterator[Score]:
        return iter(self.scores)

    def __len__(self) -> int:
        return len(self.scores)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The ids of the scores, each after those it builds on."""
        return in_order({score.id: score for score in self.scores})

    @cached_property
    def measures(self) -> Mapping[str, Measure | None]:
        """In what every item and score is measured; None for what cannot be scored."""
        return measures(self.form, self.scores, Checker("ScoreSet"))


@attrs.frozen(kw_only=True, field_transformer=read_only)
class DerivedScore:
    """What a score is in one record, and on what it rests. Equal when all fields are equal.

    Attributes:
        walkthrough: id of the record.
        score: id of the score.
        value: the number, or None where undefined or where its levels are no numbers.
        code: the level of a mode or of a table, or None.
        undefined: why there is no result, or None.
        answered: how many parts it rests on.
        of: how many parts applied.
        left_out: for every part that it does not rest on why: ``not observed``, ``not applicable``,
            ``unanswered``, or ``undefined`` for a score.
    """

    walkthrough: str
    score: str
    value: float | None = None
    code: LevelCode | None = None
    undefined: Reason | None = None
    answered: int
    of: int
    left_out: FrozenMap[str, str] = attrs.field(factory=FrozenMap)

    @property
    def grain(self) -> str:
        """Always ``individual``: it tells about the teachers of one visit."""
        return "individual"

    def __str__(self) -> str:
        if self.undefined is not None:
            return f"undefined: {self.undefined}"
        return f"{self.code if self.code is not None else self.value} ({self.answered} of {self.of})"


@attrs.frozen
class _Part:
    """A part in one record: its number and its level, or why it has neither."""

    number: float | None = None
    code: LevelCode | None = None
    absent: str = ""


def derive(walkthrough: Walkthrough, scores: ScoreSet) -> FrozenMap[str, DerivedScore]:
    """What the derived scores of a form are in one record.

    What was marked not applicable leaves the denominator. What was not observed, left unanswered or not asked is
    missing, and a score with too few answers is undefined with its reason; nothing is filled in.

    Args:
        walkthrough: the record, made with the form of the scores.
        scores: the scores.

    Returns:
        The result of every score by its id, in no order of value.

    Raises:
        InvalidInput: for a record of another form or version, and listing answers that the form cannot take.

    Example:
        >>> from datetime import UTC, datetime
        >>> from ilr.forms import form
        >>> talk = form("talk", look_fors=["asking", "waiting", "linking"])
        >>> parts = ("asking", "waiting", "linking")
        >>> made = ScoreSet(form=talk, scores=(Score(id="dialogue", items=parts, rule="mean", least=2),))
        >>> walk = talk.record(
        ...     teachers=["t1"],
        ...     observer="o1",
        ...     at=datetime(2026, 9, 14, 9, tzinfo=UTC),
        ...     answers={"asking": 4, "waiting": 3, "linking": AnswerState.NOT_OBSERVED},
        ... )
        >>> print(derive(walk, made)["dialogue"])
        3.5 (2 of 3)
    """
    check = Checker("derive")
    check(
        walkthrough.form == scores.form.ref,
        "score.form",
        "walkthrough.form",
        "is not the form of the scores",
        expected="the same form and version",
    )
    check.done()
    parts = {
        answer.item: _part_of(scores.measures.get(answer.item), answer, check)
        for answer in walkthrough.answers
    }
    check.done()
    found: dict[str, DerivedScore] = {}
    for id in scores.order:
        measure = scores.measures[scores[id].items[0]]
        found[id] = _result(scores[id], measure, parts, walkthrough.id)
        parts[id] = _part_of_score(found[id])
    return FrozenMap({score.id: found[score.id] for score in scores})


def _part_of(measure: Measure | None, answer: Answer, check: Checker) -> _Part:
    """An answer as a part of scores; what cannot be scored is a part of none."""
    if answer.state is not AnswerState.ANSWERED:
        return _Part(absent=answer.state.value)
    code = answer.code
    if measure is None or code is None:
        return _Part()
    if not measure.codes and not isinstance(code, str | bool):
        return _Part(number=float(code))
    known = check(
        code in measure.codes,
        "score.answer",
        f"answers.{answer.item}",
        "is not what the form takes",
        expected=listed(measure.codes) if measure.codes else "a number",
    )
    return _Part(number=measure.number(code), code=code) if known else _Part()


def _part_of_score(result: DerivedScore) -> _Part:
    """A score as a part of others."""
    if not result.of:
        return _Part(absent=AnswerState.NOT_APPLICABLE.value)
    if result.undefined is not None:
        return _Part(absent="undefined")
    return _Part(number=result.value, code=result.code)


def _result(
    score: Score, measure: Measure | None, parts: Mapping[str, _Part], walkthrough: str
) -> DerivedScore:
    own = [parts.get(id, _Part(absent=AnswerState.UNANSWERED.value)) for id in score.items]
    answered = [part for part in own if not part.absent]
    of = sum(part.absent != AnswerState.NOT_APPLICABLE.value for part in own)
    least = of if score.least is None else score.least
    value: float | None = None
    code: LevelCode | None = None
    undefined: Reason | None = None
    if not of:
        undefined = Reason.of("NOTHING_APPLIED", of=len(own))
    elif len(answered) < least:
        undefined = Reason.of("FEW_ANSWERED", answered=len(answered), least=least)
    elif score.table is not None:
        code = score.table.level([part.code for part in own])
        undefined = Reason.of("NO_ROW") if code is None else None
        value = None if code is None else measure_of_scale(score.table.scale).number(code)
    elif score.rule == "mode":
        modes = _modes([part.code for part in answered], measure)
        tied = len(modes) > 1 and score.ties is None
        undefined = Reason.of("TIED", levels=len(modes)) if tied else None
        code = None if tied else modes[-1 if score.ties == "highest" else 0]
        value = next((part.number for part in answered if part.code == code), None)
    else:
        numbers = [part.number for part in answered if part.number is not None]
        value = _AVERAGES[score.rule](numbers)
    return DerivedScore(
        walkthrough=walkthrough,
        score=score.id,
        value=value,
        code=code,
        undefined=undefined,
        answered=len(answered),
        of=of,
        left_out=FrozenMap(
            {id: part.absent for id, part in zip(score.items, own, strict=True) if part.absent}
        ),
    )


def _modes(codes: Sequence[LevelCode | None], measure: Measure | None) -> list[LevelCode]:
    """The most frequent levels, in the order of the scale."""
    counts = Counter(codes)
    most = max(counts.values())
    return [code for code in (measure.codes if measure else ()) if counts[code] == most]

"""What reading a published page gives: its cells, passages and lines.

Here belong the records alone. Not here: how a line finds its place (`ilr.continuum.reading`).
"""

from __future__ import annotations

import attrs

from ilr.base import Diagnostic, FrozenMap, read_only
from ilr.continuum.stages import Stage

__all__ = ["Page", "PageCell", "PageLine", "Passage"]


@attrs.frozen(kw_only=True)
class PageLine:
    """One line of a page, numbered from 1, with its words as printed. Equal when all fields are equal."""

    line: int
    text: str


@attrs.frozen(kw_only=True)
class Passage:
    """A line of a page that has a code: a heading, a principle or a function. Equal by all fields.

    Attributes:
        code: with its namespace, for example ``ILR-12``, ``PP-1`` or ``TLMS-1a``.
        title: the name in front of a numbered text, empty where there is none.
        text: its words, as printed.
        line: number of its line, from 1.
    """

    code: str
    title: str = ""
    text: str
    line: int


@attrs.frozen(kw_only=True)
class PageCell:
    """What a page prints for one practice or indicator at one stage. Equal when all fields are equal.

    Attributes:
        code: canonical code of the practice or indicator, for example ``ILR-4b``.
        stage: the stage, told by order.
        text: the words, as printed.
        line: number of its line, from 1.
        printed: the code as the page prints it.
        heading: the stage as the page prints it.
        area: title of the area that it stands under, empty where the page names none before it.
    """

    code: str
    stage: Stage
    text: str
    line: int
    printed: str
    heading: str
    area: str = ""

    @property
    def id(self) -> str:
        """Code and stage, for example ``ILR-4b.GS``."""
        return f"{self.code}.{self.stage.abbreviation}"


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Page:
    """The text of one published page, each line in its place. Equal when all fields are equal.

    No two cells, principles or functions share an id.

    Attributes:
        namespace: what the codes of its practices, indicators and functions begin with.
        areas: titles of areas, each once, where it is first printed.
        headings: practices, indicators and domains with their codes.
        cells: what it prints for each stage.
        principles: entries of its numbered list.
        functions: entries of its bulleted lists under numbered headings.
        references: works that it cites.
        diagnostics: warnings about what is odd in the page, with the line as path.
        unplaced: lines that fit no place, such as titles and introductions.
    """

    namespace: str
    areas: tuple[PageLine, ...] = ()
    headings: tuple[Passage, ...] = ()
    cells: tuple[PageCell, ...] = ()
    principles: tuple[Passage, ...] = ()
    functions: tuple[Passage, ...] = ()
    references: tuple[PageLine, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    unplaced: tuple[PageLine, ...] = ()

    @property
    def texts(self) -> FrozenMap[str, str]:
        """The words of every cell, principle and function by its id."""
        return FrozenMap(
            {
                **{cell.id: cell.text for cell in self.cells},
                **{passage.code: passage.text for passage in (*self.principles, *self.functions)},
            }
        )

    @property
    def titles(self) -> FrozenMap[str, str]:
        """The words of every heading, and the names of principles, by code."""
        named = {passage.code: passage.title for passage in self.principles if passage.title}
        return FrozenMap({**{passage.code: passage.text for passage in self.headings}, **named})

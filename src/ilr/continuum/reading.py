"""Reading published pages: from the plain text of a page to cells and passages with their codes.

Here belongs `read_page`, for the four layouts in which such pages come: tables with tabs, headings with
paragraphs, numbered lists and bulleted lists. It copies words to places and judges none of them; the
oddities that it meets come back as warnings. Not here: fetching a page, nor splitting a cell into
criteria, which takes a person (`ilr.continuum.framework`).

A page is read by its structure. Stages are told by their order, never by their headings: two cells in a
row are the preparation, three the progress, five both. A heading is a line in capitals, or one of at most
six words without a closing mark or a dash between blanks. What fits no place stays in `Page.unplaced`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from string import ascii_lowercase

import attrs

from ilr.base import Checker, Diagnostic, FrozenMap, read_only
from ilr.continuum import _oddities
from ilr.continuum._oddities import warning
from ilr.continuum.stages import Stage

__all__ = ["Page", "PageCell", "PageLine", "Passage", "check_pages", "read_page"]

_STAGES: Mapping[int, tuple[Stage, ...]] = {2: tuple(Stage)[:2], 3: tuple(Stage)[2:], 5: tuple(Stage)}
_CODE = re.compile(r"([0-9]+)([A-Za-z]?)(\.?)")
_PRACTICE = re.compile(r"practice\s+([0-9]+)(\.?)", re.IGNORECASE)
_INDICATOR = re.compile(r"indicator\s+([0-9]+[a-z]?\.?)\s*[-–—:]\s*(\S.*)", re.IGNORECASE)
_DOMAIN = re.compile(r"[^\W\d]+ ([0-9]+)\s*[|:]\s*(\S.*)")
_NUMBERED = re.compile(r"([0-9]+)[.)]\s+(?:([^.:]{1,60}):\s+)?(\S.*)")
_BULLET = re.compile(r"[•◦▪‣·*–—-]\s+(\S.*)")
_REFERENCES = re.compile(r"\breferences?\b.*:$", re.IGNORECASE)
_YEAR = re.compile(r"\((?:[0-9]{4}[a-z]?|n\.d\.)\)")
_CLOSING = (".", "!", "?", ":", ";", ",", '"', "”", "…")
_LONGEST_HEADING = 6


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


def read_page(text: str, *, namespace: str, principles: str = "PP") -> Page:
    """Read the plain text of a published page.

    Args:
        text: the page, a line for each row, paragraph or entry of a list.
        namespace: what its codes begin with, for example ``ILR``; a printed code never says (E-5).
        principles: what the codes of a numbered list begin with.

    Returns:
        The page; what is odd in it stands in `Page.diagnostics`.

    Raises:
        InvalidInput: when a namespace is not made of capital letters.

    Example:
        >>> rows = ["PRACTICE\\tIN#\\tFIRST\\tTHEN\\tLAST", "3. Visit.\\t3a.\\tGo.\\tGo often.\\tGo on."]
        >>> page = read_page("\\n".join(rows), namespace="ILR")
        >>> page.texts["ILR-3a.KI"]
        'Go on.'
        >>> [problem.code for problem in page.diagnostics]
        ['page.area_missing', 'page.code_stop']
    """
    check = Checker("read_page")
    for name, value in (("namespace", namespace), ("principles", principles)):
        plain = re.fullmatch(r"[A-Z]+", value) is not None
        check(plain, "page.namespace", name, "is malformed", expected="capital letters, for example ILR")
    check.done()
    reader = _Reader(namespace, principles)
    lines = [(number, raw.rstrip("\r")) for number, raw in enumerate(text.split("\n"), start=1)]
    for number, raw in ((number, raw) for number, raw in lines if raw.strip("\ufeff \t\xa0")):
        reader.line(PageLine(line=number, text=raw))
    return reader.page()


def check_pages(pages: Mapping[str, Page]) -> tuple[Diagnostic, ...]:
    """What is odd between pages that were published together.

    One number for two things (E-5), one work under several authors' names (E-4), the same cell printed
    twice (E-19) or in other words, headings that vary, preparation that only some practices have (E-3).

    Args:
        pages: the pages by a name that the paths will show.

    Returns:
        Warnings, with the name of the page and the line as path.
    """
    return tuple(_oddities.between(pages))


@attrs.define
class _Block:
    """A practice or indicator whose stages follow as headings and paragraphs."""

    code: str
    printed: str
    line: int
    phases: list[list[tuple[PageLine, PageLine]]] = attrs.field(factory=list)


class _Reader:
    """One pass over a page."""

    def __init__(self, namespace: str, principles: str) -> None:
        self.namespace, self.principles = namespace, principles
        self.found: dict[str, list[Passage]] = {"headings": [], "principles": [], "functions": []}
        self.cells: list[PageCell] = []
        self.areas: list[PageLine] = []
        self.references: list[PageLine] = []
        self.odd: list[Diagnostic] = []
        self.prose: list[PageLine] = []
        self.taken: set[str] = set()
        self.area = ""
        self.heads: tuple[PageLine, ...] = ()  # the stage columns of the table at hand
        self.in_table = False
        self.block: _Block | None = None
        self.waiting: list[PageLine] = []  # headings of the block that have no paragraph yet
        self.domain: tuple[str, int] | None = None  # code of the list at hand, entries so far
        self.citing = False

    def line(self, given: PageLine) -> None:
        """Put one line into its place."""
        columns = [column.strip() for column in given.text.split("\t")]
        if sum(map(bool, columns)) > 1:
            self.row(columns, given.line)
            return
        self.in_table = False
        line = PageLine(line=given.line, text="".join(columns).strip("\ufeff \xa0"))
        if match := _PRACTICE.fullmatch(line.text):
            self.practice(line, "".join(match.groups()))
        elif match := _INDICATOR.fullmatch(line.text):
            self.open(match[1], line.line)
            self.note("headings", Passage(code=self.code(match[1]), text=match[2], line=line.line))
        elif match := _DOMAIN.fullmatch(line.text):
            self.close()
            self.domain = (self.code(match[1]), 0)
            self.note("headings", Passage(code=self.domain[0], text=match[2], line=line.line))
        elif (match := _BULLET.fullmatch(line.text)) and self.domain is not None:
            self.domain = (self.domain[0], self.domain[1] + 1)
            code = self.domain[0] + _letters(self.domain[1])
            self.note("functions", Passage(code=code, text=match[1], line=line.line))
        elif match := _NUMBERED.fullmatch(line.text):
            code = f"{self.principles}-{int(match[1])}"
            passage = Passage(code=code, title=match[2] or "", text=match[3], line=line.line)
            self.note("principles", passage)
        elif _REFERENCES.search(line.text):
            self.close()
            self.citing = True
        elif self.block is not None and not self.citing:
            self.part(self.block, line)
        elif _YEAR.search(line.text) and (self.citing or line.text.rstrip(".").endswith(")")):
            self.references.append(line)
        else:
            self.citing = False
            self.prose.append(line)

    def row(self, columns: list[str], number: int) -> None:
        self.close()
        code = _CODE.fullmatch(columns[1])
        if code is None:
            self.head(columns, number)
            return
        own = self.canonical(columns[1], number)
        practice = f"{self.namespace}-{int(code[1])}"
        title = re.sub(r"^([0-9]+)\.?\s+", "", columns[0])
        if not columns[0]:
            self.warn("practice_inherited", number, "has no practice and takes that of the row above")
        else:
            if title != columns[0] and self.code(columns[0].split()[0]) != practice:
                self.warn("code_mismatch", number, "has an indicator of another practice", expected=practice)
            self.note("headings", Passage(code=practice, text=title, line=number))
        stages = _STAGES.get(len(self.heads), ())
        if not stages:
            self.warn("stages", number, "has stages that cannot be told by order", expected="2, 3 or 5")
        for place, text in enumerate(columns[2:]):
            if place < len(stages) and not text:
                self.warn("cell_empty", number, "lacks the text of a stage", expected=stages[place].value)
            elif place < len(stages):
                heading = self.heads[place].text
                self.cell(own, columns[1], stages[place], heading, PageLine(line=number, text=text))
            elif text:
                self.prose.append(PageLine(line=number, text=text))
        for stage in stages[len(columns) - 2 :]:
            self.warn("cell_empty", number, "lacks the text of a stage", expected=stage.value)

    def head(self, columns: list[str], number: int) -> None:
        if self.heads:
            self.warn("heads_repeated", number, "repeats the heads of the columns")
        while not columns[-1]:
            columns.pop()
        self.heads = tuple(PageLine(line=number, text=text) for text in columns[2:])
        self.repeated(self.heads)
        last = self.prose[-1] if self.prose else None
        if last is not None and not self.in_table and _is_title(last.text) and self.since(last, number):
            self.enter(self.prose.pop())
        else:
            self.warn("area_missing", number, "starts a table without the heading of its area")
        self.in_table = True

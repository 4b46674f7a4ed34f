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

from ilr.base import Checker, Diagnostic
from ilr.continuum._oddities import Warned, between, warned, within
from ilr.continuum._page import Page, PageCell, PageLine, Passage
from ilr.continuum.stages import Stage

__all__ = ["Page", "PageCell", "PageLine", "Passage", "check_pages", "read_page"]

_STAGES: Mapping[int, tuple[Stage, ...]] = {2: tuple(Stage)[:2], 3: tuple(Stage)[2:], 5: tuple(Stage)}
_CODE = re.compile(r"([0-9]+)([A-Za-z]?)(\.?)")
_PRACTICE = re.compile(r"practice\s+([0-9]+\.?)", re.IGNORECASE)
_INDICATOR = re.compile(r"indicator\s+([0-9]+[a-z]?\.?)\s*[-:\u2013\u2014]\s*(\S.*)", re.IGNORECASE)
_AREA = re.compile(r".* - .*[^.!?:;,]")
_DOMAIN = re.compile(r"[^\W\d_]+\s+([0-9]+)\s*\|\s*(\S.*)")
_NUMBERED = re.compile(r"([0-9]+)[.)]\s+(?:([^.:]{1,60}):\s+)?(\S.*)")
_BULLET = re.compile(r"[-*•◦▪‣·\u2013\u2014]\s+(\S.*)")
_REFERENCES = re.compile(r"(?:[^\W\d_]+ ){0,6}references?\b[^.]*:", re.IGNORECASE)
_YEAR = re.compile(r"\((?:[0-9]{4}[a-z]?|n\.d\.)\)")
_ENDING_YEAR = re.compile(rf".*\S.*{_YEAR.pattern}\.?")
_CLOSING = (".", "!", "?", ":", ";", ",", '"', "”", "…")
_LONGEST_HEADING = 6


def read_page(text: str, *, namespace: str, principles: str = "PP") -> Page:
    r"""Read the plain text of a published page.

    Args:
        text: the page, a line for each row, paragraph or entry of a list.
        namespace: what its codes begin with, for example ``ILR``; a printed code never says (E-5).
        principles: what the codes of a numbered list begin with.

    Returns:
        The page; what is odd in it stands in `Page.diagnostics`.

    Raises:
        InvalidInput: when a namespace is not made of capital letters.

    Example:
        >>> rows = ["PRACTICE\tIN#\tFIRST\tTHEN\tLAST", "3. Visit.\t3a.\tGo.\tGo often.\tGo on."]
        >>> page = read_page("\n".join(rows), namespace="ILR")
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
    for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if raw.strip():
            reader.read(PageLine(line=number, text=raw))
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
    return tuple(between(pages))


@attrs.define
class _Block:
    """A practice or indicator whose stages follow as headings and paragraphs."""

    code: str
    printed: str
    phases: list[list[tuple[PageLine, PageLine]]] = attrs.field(factory=list)
    waiting: list[PageLine] = attrs.field(factory=list)  # headings that have no paragraph yet


class _Reader:
    """One pass over a page."""

    def __init__(self, namespace: str, principles: str) -> None:
        self.namespace, self.principles = namespace, principles
        self.passages: dict[str, list[Passage]] = {"headings": [], "principles": [], "functions": []}
        self.cells: dict[str, PageCell] = {}
        self.areas: list[PageLine] = []
        self.references: list[PageLine] = []
        self.rest: list[PageLine] = []
        self.odd: list[Warned] = []
        self.previous = 0  # number of the line before, blank ones apart; 0 after a row
        self.area = ""
        self.heads: tuple[str, ...] = ()  # the stage columns of the table at hand
        self.block: _Block | None = None
        self.domain: tuple[str, int] | None = None  # code of the list at hand, entries so far
        self.citing = False

    def page(self) -> Page:
        """What was read."""
        self.close()
        page = Page(
            namespace=self.namespace,
            areas=tuple(self.areas),
            headings=tuple(self.passages["headings"]),
            cells=tuple(self.cells.values()),
            principles=tuple(self.passages["principles"]),
            functions=tuple(self.passages["functions"]),
            references=tuple(self.references),
            unplaced=tuple(sorted(self.rest, key=lambda line: line.line)),
        )
        odd = sorted((*self.odd, *within(page)), key=lambda found: found[0])
        return attrs.evolve(page, diagnostics=tuple(problem for _, problem in odd))

    def read(self, raw: PageLine) -> None:
        """Put one line into its place."""
        columns = [column.strip() for column in raw.text.split("\t")]
        if sum(map(bool, columns)) > 1:
            self.close()
            self.row(columns, raw.line)
            self.previous = 0
        else:
            self.plain(attrs.evolve(raw, text="".join(columns)))
            self.previous = raw.line

    def plain(self, line: PageLine) -> None:
        text = line.text
        if match := _PRACTICE.fullmatch(text):
            self.practice(match[1], line.line)
        elif match := _INDICATOR.fullmatch(text):
            self.open(match[1], line.line)
            self.passage("headings", self.code(match[1]), match[2], line.line)
        elif match := _DOMAIN.fullmatch(text):
            self.close()
            self.domain = (self.code(match[1]), 0)
            self.passage("headings", self.domain[0], match[2], line.line)
        elif _REFERENCES.fullmatch(text):
            self.close()
            self.citing = True
        elif self.block is not None:
            self.part(self.block, line)
        elif self.citing and _YEAR.search(text):
            self.references.append(line)
        elif self.domain is not None and (match := _BULLET.fullmatch(text)):
            domain, place = self.domain
            self.domain = (domain, place + 1)
            self.passage("functions", domain + _letters(place), match[1], line.line)
        elif match := _NUMBERED.fullmatch(text):
            code = f"{self.principles}-{int(match[1])}"
            self.passage("principles", code, match[3], line.line, title=match[2] or "")
        elif _ENDING_YEAR.fullmatch(text):
            self.references.append(line)
        else:
            self.domain = None
            self.rest.append(line)

    def row(self, columns: list[str], number: int) -> None:
        code = _CODE.fullmatch(columns[1])
        if code is None:
            self.head(columns, number)
            return
        self.told_code(columns[1], number)
        self.owner(columns[0], self.code(code[1]), number)
        texts = columns[2:]
        heads = self.heads or ("",) * len(texts)
        stages = self.stages(len(heads), number)
        for place, stage in enumerate(stages):
            text = texts[place] if place < len(texts) else ""
            self.cell(columns[1], stage, heads[place], PageLine(line=number, text=text))
        self.rest.extend(PageLine(line=number, text=text) for text in texts[len(stages) :] if text)

    def owner(self, printed: str, practice: str, number: int) -> None:
        """The practice cell of a row."""
        if not printed:
            self.warn("practice_inherited", number, "has no practice and takes that of the row above")
            return
        own = re.match(r"([0-9]+)\.?\s+", printed)
        if own is not None and self.code(own[1]) != practice:
            self.warn("code_mismatch", number, "has the indicator of another practice", expected=practice)
        self.passage("headings", practice, printed[own.end() if own else 0 :], number)

    def head(self, columns: list[str], number: int) -> None:
        """The heads of a table; a title right before it is the heading of its area."""
        heads = tuple(columns[2 : max(place for place, text in enumerate(columns) if text) + 1])
        if self.heads == heads:
            self.warn("heads_repeated", number, "repeats the heads of the columns")
        self.heads = heads
        self.unlike(self.heads, [number] * len(self.heads))
        title = self.before()
        if title is None or title.text.endswith(_CLOSING):
            self.warn("area_missing", number, "starts a table without the heading of its area")
            return
        self.rest.remove(title)
        if not self.enter(title):
            self.warn("area_repeated", title.line, "prints the heading of an area again")

    def practice(self, printed: str, number: int) -> None:
        """A practice whose stages follow; before it stand its area and its text."""
        text = self.before()
        own = text if text is not None and " - " not in text.text else None
        if own is not None:
            self.rest.remove(own)
        area = self.rest[-1] if self.rest and _AREA.fullmatch(self.rest[-1].text) else None
        if area is not None:
            self.rest.remove(area)
        self.open(printed, number)  # ends the practice before, which has its own area
        if own is not None:
            self.passage("headings", self.code(printed), own.text, own.line)
        if area is not None:
            self.enter(attrs.evolve(area, text=area.text.partition(" - ")[2].strip("* ")))

    def open(self, printed: str, number: int) -> None:
        self.close()
        self.told_code(printed, number)
        self.block = _Block(self.code(printed), printed)

    def part(self, block: _Block, line: PageLine) -> None:
        if _is_heading(line.text):
            block.waiting.append(line)
        elif not block.waiting:
            self.rest.append(line)
        else:
            *before, heading = block.waiting
            if before or not block.phases:
                block.phases.append([])
            block.phases[-1].append((heading, line))
            self.rest.extend(before[:-1])  # the last before a stage is its phase
            block.waiting.clear()

    def close(self) -> None:
        """End the block, list or references at hand."""
        block, self.block = self.block, None
        self.domain, self.citing = None, False
        if block is None:
            return
        self.rest.extend(block.waiting)
        cells = [cell for phase in block.phases for cell in phase]
        self.unlike([head.text for head, _ in cells], [head.line for head, _ in cells])
        for phase in block.phases:
            stages = self.stages(len(phase), phase[0][0].line)
            for stage, (head, text) in zip(stages, phase, strict=False):
                self.cell(block.printed, stage, head.text, text)
            self.rest.extend(line for cell in phase[len(stages) :] for line in cell)

    def before(self) -> PageLine | None:
        """The line right before this one, where it has no place yet."""
        return self.rest[-1] if self.rest and self.rest[-1].line == self.previous else None

    def enter(self, title: PageLine) -> bool:
        """Enter an area; whether it is a new one."""
        known = [area.text for area in self.areas if area.text.casefold() == title.text.casefold()]
        self.area = known[0] if known else title.text
        self.areas.extend(() if known else (title,))
        return not known

    def code(self, printed: str) -> str:
        number, letter = re.findall(r"[0-9]+|[A-Za-z]?", printed)[:2]
        return f"{self.namespace}-{int(number)}{letter.lower()}"

    def told_code(self, printed: str, number: int) -> None:
        if printed.endswith("."):
            self.warn("code_stop", number, "ends a code with a full stop", expected=printed.rstrip("."))

    def stages(self, count: int, number: int) -> tuple[Stage, ...]:
        stages = _STAGES.get(count, ())
        if not stages:
            self.warn("stages", number, "has stages that cannot be told by order", expected="2, 3 or 5")
        return stages

    def unlike(self, heads: Sequence[str], numbers: Sequence[int]) -> None:
        for place, (head, number) in enumerate(zip(heads, numbers, strict=True)):
            if head.casefold() in (other.casefold() for other in heads[:place]):
                self.warn("stage_repeated", number, "prints the heading of a stage again")

    def cell(self, printed: str, stage: Stage, heading: str, line: PageLine) -> None:
        cell = PageCell(
            code=self.code(printed),
            stage=stage,
            text=line.text,
            line=line.line,
            printed=printed,
            heading=heading,
            area=self.area,
        )
        if not line.text:
            self.warn("cell_empty", line.line, "lacks the text of a stage", expected=stage.value)
        elif self.cells.setdefault(cell.id, cell) is not cell:
            self.again(line)

    def passage(self, kind: str, code: str, text: str, number: int, *, title: str = "") -> None:
        passage = Passage(code=code, title=title, text=text, line=number)
        known = [other for others in self.passages.values() for other in others if other.code == code]
        if not known:
            self.passages[kind].append(passage)
        elif known[0].text != text:
            self.again(PageLine(line=number, text=text))

    def again(self, line: PageLine) -> None:
        self.warn("id_repeated", line.line, "has a code that another text of the page has")
        self.rest.append(line)

    def warn(self, code: str, number: int, message: str, *, expected: str = "") -> None:
        self.odd.append(warned(code, number, message, expected=expected))


def _is_heading(text: str) -> bool:
    short = text.isupper() or len(text.split()) <= _LONGEST_HEADING
    return short and not text.endswith(_CLOSING) and " - " not in text


def _letters(place: int) -> str:
    """The letters of an entry: a to z, then aa, ab and so on."""
    before, last = divmod(place, 26)
    return (_letters(before - 1) if before else "") + ascii_lowercase[last]

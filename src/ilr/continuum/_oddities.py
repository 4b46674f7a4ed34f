"""What is odd in published pages: signs in their words that a reader should know of.

Here belong the warnings that need only the text that was placed, of one page or of several together;
those about layout arise where lines are placed (`ilr.continuum.reading`). The signs are those of English
pages and of references in APA style. What takes understanding, such as a heading that names other
people than its cells (E-12) or another kind of coaching than it seems (E-17), is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations

import attrs

from ilr.base import Diagnostic, listed
from ilr.continuum._page import Page
from ilr.continuum.stages import Stage

__all__ = ["Warned", "between", "warned", "within"]

Warned = tuple[int, Diagnostic]
"""The number of a line and what is odd in it."""

_SIGNS = (
    ("permissive", re.compile(r"\b(?:may|might)\b", re.IGNORECASE), "says what may be, so it binds nobody"),
    (
        "range_as_floor",
        re.compile(r"\bat least [0-9]+ ?[-\u2013] ?[0-9]+", re.IGNORECASE),
        "gives a range as a least",
    ),
    ("count_as_proof", re.compile(r"\bstatistical(?:ly)? valid", re.IGNORECASE), "takes a count for a proof"),
    (
        "either_trigger",
        re.compile(r"\b(?:once|twice|daily|weekly|monthly)\b[^.;]*\bor (?:when|once)\b", re.IGNORECASE),
        "gives two triggers and does not say which counts",
    ),
    (
        "undefined_group",
        re.compile(r"\bstruggling\b", re.IGNORECASE),
        "speaks of a group that it does not define",
    ),
    ("blank_missing", re.compile(r"[,;][^\W\d_]|[a-z][.!?][A-Z]"), "lacks a blank after a mark"),
)
_REVIEWER, _OBSERVER = re.compile(r"\breviewers?\b", re.IGNORECASE), re.compile(r"\bobserv", re.IGNORECASE)
_CITATION = re.compile(r"(.+?) \(([0-9]{4})[a-z]?\)\.?\s*(.*)")
_JOURNAL = re.compile(r"\*([^*]+)\*, [0-9]+\(")
_ALIKE = 0.6  # share of common words from which two functions say much the same


def warned(code: str, line: int, message: str, *, expected: str = "", page: str = "") -> Warned:
    """A warning about one line of a page."""
    path = f"{page}, line {line}" if page else f"line {line}"
    return line, Diagnostic(
        code=f"page.{code}", path=path, message=message, expected=expected, severity="warning"
    )


def within(page: Page) -> Iterator[Warned]:
    """What is odd in the words of one page."""
    placed = [(cell.line, cell.text) for cell in page.cells]
    placed += [(passage.line, passage.text) for passage in (*page.principles, *page.functions)]
    observed = any(_OBSERVER.search(text) for _, text in placed)
    for line, text in placed:
        for code, sign, message in _SIGNS:
            yield from (warned(code, line, message) for _ in sign.finditer(text))
        if observed and _REVIEWER.search(text):
            yield warned("term_varies", line, "speaks of reviewers where others observe")
    yield from _numbers(page)
    for first, second in combinations(page.functions, 2):
        if _likeness(first.text, second.text) >= _ALIKE:
            yield warned("functions_overlap", second.line, f"says much the same as {first.code}")
    yield from _references(page)


def _numbers(page: Page) -> Iterator[Warned]:
    """Stages without a number between two that have one (E-8)."""
    by_id = {cell.id: cell for cell in page.cells}
    for cell in page.cells:
        if cell.stage is not Stage.GETTING_BETTER or _has_number(cell.text):
            continue
        beside = [by_id.get(f"{cell.code}.{stage}") for stage in ("GS", "KI")]
        if all(other is not None and _has_number(other.text) for other in beside):
            yield warned("number_missing", cell.line, "gives no number between two stages that do")


def _has_number(text: str) -> bool:
    return re.search(r"[0-9]", text) is not None


def _likeness(first: str, second: str) -> float:
    one, other = (set(re.findall(r"\w+", text.casefold())) for text in (first, second))
    return len(one & other) / max(1, len(one | other))


@attrs.frozen
class _Work:
    """A reference as far as APA style lets it be told apart."""

    line: int
    authors: str
    year: str
    parts: tuple[str, ...]  # title, container, publisher


def _works(page: Page) -> list[_Work]:
    works = []
    for reference in page.references:
        if match := _CITATION.fullmatch(reference.text):
            parts = tuple(part for part in re.split(r"\.\s+|\.$", match[3].replace("*", "")) if part)
            works.append(_Work(reference.line, match[1], match[2], parts))
    return works


def _references(page: Page) -> Iterator[Warned]:
    """Works without a publisher, names of publishers and journals in unlike capitals (E-18)."""
    publishers: dict[str, str] = {}
    for work in _works(page):
        if len(work.parts) < 2:
            yield warned("reference_bare", work.line, "cites a work by its year without a publisher")
        elif publishers.setdefault(work.parts[-1].casefold(), work.parts[-1]) != work.parts[-1]:
            yield warned("publisher_case", work.line, "writes a publisher in other capitals than before")
    for reference in page.references:
        journal = _JOURNAL.search(reference.text)
        if journal and any(len(word) > 4 and word.islower() for word in journal[1].split()):
            yield warned("journal_case", reference.line, "writes a journal without capitals")


def between(pages: Mapping[str, Page]) -> Iterator[Diagnostic]:
    """What is odd between pages that were published together."""
    for found in (_shared_numbers, _preparation, _repeated, _authors):
        yield from (problem for _, problem in found(pages))


def _number(code: str) -> str:
    return code.rstrip("abcdefghijklmnopqrstuvwxyz")


def _practices(page: Page) -> dict[str, int]:
    """The practices for which a page has cells, with the first line of each."""
    first: dict[str, int] = {}
    for cell in page.cells:
        first.setdefault(_number(cell.code), cell.line)
    return first


def _shared_numbers(pages: Mapping[str, Page]) -> Iterator[Warned]:
    """One number for practices of two systems (E-5)."""
    seen: dict[str, str] = {}
    for name, page in pages.items():
        for code, line in _practices(page).items():
            other = seen.setdefault(code.partition("-")[2], code)
            if other != code:
                yield warned(
                    "number_shared", line, f"gives {code} the number of {other}", expected=code, page=name
                )


def _preparation(pages: Mapping[str, Page]) -> Iterator[Warned]:
    """Preparation that only some practices of a system have (E-3)."""
    for namespace in dict.fromkeys(page.namespace for page in pages.values()):
        of = {name: page for name, page in pages.items() if page.namespace == namespace}
        cells = [cell for page in of.values() for cell in page.cells if cell.stage.phase == "preparation"]
        prepared = sorted({_number(cell.code) for cell in cells})
        without = [
            (name, code, line)
            for name, page in of.items()
            for code, line in _practices(page).items()
            if code not in prepared
        ]
        if prepared and without:
            name, _, line = without[0]
            codes = listed(code for _, code, _ in without)
            message = f"defines no preparation for {codes}, unlike {listed(prepared)}"
            yield warned("preparation_partial", line, message, page=name)


def _repeated(pages: Mapping[str, Page]) -> Iterator[Warned]:
    """Cells that two pages print (E-19), and headings that they print in other words."""
    seen: dict[str, tuple[str, str]] = {}
    for name, page in pages.items():
        for cell in page.cells:
            text, first = seen.setdefault(cell.id, (cell.text, name))
            if first != name and text == cell.text:
                yield warned("cell_repeated", cell.line, f"prints {cell.id} as {first} does", page=name)
            elif first != name:
                message = f"prints {cell.id} in other words than {first}"
                yield warned("cell_differs", cell.line, message, page=name)
        for heading in page.headings:
            text, first = seen.setdefault(heading.code, (heading.text, name))
            if text.casefold().rstrip(".") != heading.text.casefold().rstrip("."):
                message = f"prints the heading of {heading.code} in other words than {first}"
                yield warned("heading_varies", heading.line, message, page=name)


def _authors(pages: Mapping[str, Page]) -> Iterator[Warned]:
    """One work under several authors' names (E-4)."""
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    for name, page in pages.items():
        for work in _works(page):
            if work.parts:
                key = (work.year, work.parts[0].casefold())
                authors, first = seen.setdefault(key, (work.authors, name))
                if authors != work.authors:
                    message = f"names the authors of a work in another way than {first}"
                    yield warned("author_varies", work.line, message, page=name)

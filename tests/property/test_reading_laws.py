"""Laws of reading pages, for any page of the four layouts."""

from __future__ import annotations

from collections import Counter

import attrs
from hypothesis import given
from hypothesis import strategies as st

from ilr.base._codec import structure, unstructure
from ilr.continuum import Page, Stage, check_pages, read_page

WORDS = st.text("abcdeilnorst", min_size=1, max_size=6)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\t\n"), max_size=20)
CELLS = ANY_TEXT.filter(lambda text: bool(text) and text == text.strip())
SENTENCES = ANY_TEXT.map(lambda text: f"The leaders {text}.")
NAMESPACES = st.sampled_from(["ILR", "LS", "TC", "A"])
STAGES = st.sampled_from([tuple(Stage), tuple(Stage)[:2], tuple(Stage)[2:]])


@attrs.define
class Printed:
    """A page as it was made, and what must be read from it."""

    namespace: str
    lines: list[str] = attrs.field(factory=list)
    texts: dict[str, str] = attrs.field(factory=dict)
    places: dict[str, int] = attrs.field(factory=dict)
    titles: dict[str, str] = attrs.field(factory=dict)
    unplaced: list[str] = attrs.field(factory=list)
    references: list[str] = attrs.field(factory=list)
    areas: list[str] = attrs.field(factory=list)
    odd: Counter[str] = attrs.field(factory=Counter)

    def put(self, id: str, text: str, line: str) -> None:
        """Print one line for a text."""
        self.lines.append(line)
        self.texts[id] = text
        self.places[id] = len(self.lines)

    def page(self) -> Page:
        """What the reader makes of it."""
        return read_page("\n".join(self.lines), namespace=self.namespace)


def blanks(draw: st.DrawFn) -> list[str]:
    """Some blank lines, or none."""
    return [""] * draw(st.integers(0, 2))


def codes(draw: st.DrawFn) -> list[tuple[int, list[str]]]:
    """Numbers of practices with the letters of their indicators."""
    numbers = sorted(draw(st.sets(st.integers(1, 40), min_size=1, max_size=4)))
    letters = st.sampled_from([[""], ["a", "b"], ["a", "b", "c"]])
    return [(number, draw(letters)) for number in numbers]


@st.composite
def tables(draw: st.DrawFn) -> Printed:
    """Practices in tables with tabs, under areas that may repeat or lack their heading."""
    made = Printed(draw(NAMESPACES))
    intro = draw(st.lists(SENTENCES, max_size=2))
    made.lines += intro
    made.unplaced += intro
    stages: tuple[Stage, ...] = ()
    heads: list[str] = []
    for number, letters in codes(draw):
        if not stages or draw(st.booleans()):
            area = draw(st.none() | st.lists(WORDS, min_size=1, max_size=4).map(" ".join).map(str.upper))
            if area is None:
                made.odd["page.area_missing"] += 1
            else:
                made.lines += [*blanks(draw), area + "\t" * draw(st.integers(0, 4)), *blanks(draw)]
                made.odd["page.area_repeated"] += area in made.areas
                made.areas += [] if area in made.areas else [area]
            former, stages = heads, draw(STAGES)
            heads = draw(st.lists(WORDS, min_size=len(stages), max_size=len(stages)))
            made.odd["page.heads_repeated"] += former == heads
            made.odd["page.stage_repeated"] += len(heads) - len(set(heads))
            made.lines.append("\t".join(["PRACTICE", "IN#", *heads]))
        for letter in letters:
            row(draw, made, number, letter, stages)
    return made


def row(draw: st.DrawFn, made: Printed, number: int, letter: str, stages: tuple[Stage, ...]) -> None:
    """One indicator of a table; but the first of a practice may leave the practice out."""
    code = f"{made.namespace}-{number}"
    title = "" if letter not in ("", "a") and draw(st.booleans()) else made.titles.get(code, draw(SENTENCES))
    made.odd["page.practice_inherited"] += not title
    if title:
        made.titles[code] = title
    stop = draw(st.sampled_from(["", "."]))
    made.odd["page.code_stop"] += bool(stop)
    texts = [draw(CELLS) for _ in stages]
    printed = letter.upper() if draw(st.booleans()) else letter
    first = f"{number}. {title}" if title else ""
    line = "\t".join([first, f"{number}{printed}{stop}", *texts])
    for place, (stage, text) in enumerate(zip(stages, texts, strict=True)):
        id = f"{code}{letter}.{stage.abbreviation}"
        if place == 0:
            made.put(id, text, line)
        else:
            made.texts[id], made.places[id] = text, len(made.lines)


@st.composite
def headed(draw: st.DrawFn) -> Printed:
    """Practices or indicators whose stages are headings, each with a paragraph."""
    made = Printed(draw(NAMESPACES))
    for number, letters in codes(draw):
        code = f"{made.namespace}-{number}"
        if draw(st.booleans()):
            area = draw(WORDS)
            made.lines.append(f"System {number} - *{area}*")
            made.areas += [] if area in made.areas else [area]
        made.titles[code] = draw(SENTENCES)
        made.lines += [made.titles[code], *blanks(draw), f"PRACTICE {number}"]
        for letter in letters:
            if letter:
                made.titles[code + letter] = draw(WORDS)
                made.lines.append(f"Indicator {number}{letter} - {made.titles[code + letter]}")
            block(draw, made, code + letter)
        if draw(st.booleans()):
            made.lines.append("RESEARCH REFERENCES FOR THIS PRACTICE:")
            works = draw(
                st.lists(WORDS.map(lambda word: f"{word}, A. (2017). Work {word}. Press."), max_size=2)
            )
            made.lines += works
            made.references += works
    return made


def block(draw: st.DrawFn, made: Printed, code: str) -> None:
    """The stages of one practice or indicator, in one phase or two."""
    kinds = [[tuple(Stage)], [tuple(Stage)[2:]], [tuple(Stage)[:2]], [tuple(Stage)[:2], tuple(Stage)[2:]]]
    seen: list[str] = []
    for phase in draw(st.sampled_from(kinds)):
        made.lines += [*blanks(draw), "PHASE OF WORK"]
        for stage in phase:
            heading = draw(WORDS.map(str.upper) | WORDS)
            made.odd["page.stage_repeated"] += heading.casefold() in seen
            seen.append(heading.casefold())
            made.lines += [*blanks(draw), heading, *blanks(draw)]
            text = draw(SENTENCES)
            made.put(f"{code}.{stage.abbreviation}", text, text)


@st.composite
def lists(draw: st.DrawFn) -> Printed:
    """A numbered list and bulleted lists under numbered headings."""
    made = Printed(draw(NAMESPACES))
    for number in range(1, draw(st.integers(0, 9)) + 1):
        name, text = draw(WORDS), draw(SENTENCES)
        made.titles[f"PP-{number}"] = name
        made.put(f"PP-{number}", text, f"  {number}. {name}: {text}")
    bullet = draw(st.sampled_from("•-*·"))
    for number in sorted(draw(st.sets(st.integers(1, 30), max_size=4))):
        code = f"{made.namespace}-{number}"
        made.titles[code] = draw(WORDS)
        made.lines += [f"Domain {number} | {made.titles[code]}", *blanks(draw)]
        for letter in "abcdefghijklmnopqrstuvwxyz"[: draw(st.integers(0, 26))]:
            text = draw(CELLS)
            made.put(code + letter, text, f"  {bullet} {text}")
    return made


@given(st.one_of(tables(), headed(), lists()))
def test_everything_that_was_printed_comes_back(made: Printed) -> None:
    """Each cell, entry and heading is read into its place, and only introductions are left."""
    page = made.page()
    assert dict(page.texts) == made.texts
    assert dict(page.titles) == made.titles
    assert [line.text for line in page.unplaced] == made.unplaced
    assert [line.text for line in page.references] == made.references
    assert [area.text for area in page.areas] == made.areas
    lines = {cell.id: cell.line for cell in page.cells}
    lines |= {passage.code: passage.line for passage in (*page.principles, *page.functions)}
    assert lines == made.places


@given(st.one_of(tables(), headed()))
def test_each_oddity_of_the_layout_is_told_once(made: Printed) -> None:
    """Full stops, inherited practices, repeated stages and areas are counted as they were printed."""
    layout = {"area_missing", "area_repeated", "heads_repeated", "stage_repeated", "practice_inherited"}
    layout |= {"code_stop", "code_mismatch", "cell_empty", "id_repeated", "stages"}
    told = Counter(problem.code for problem in made.page().diagnostics)
    assert Counter({code: told[code] for code in (f"page.{name}" for name in layout)}) == made.odd


@given(st.one_of(tables(), headed(), lists()))
def test_a_page_survives_the_codec_and_agrees_with_itself(made: Printed) -> None:
    """A page is the same value after the codec, and beside itself nothing differs."""
    page = made.page()
    assert structure(unstructure(page), Page) == page
    told = {problem.code for problem in check_pages({"one": page, "other": page})}
    assert told <= {"page.cell_repeated", "page.preparation_partial"}


FRAGMENTS = st.sampled_from(
    [
        *(
            "",
            "\t",
            "PRACTICE 3",
            "PRACTICE 3.",
            "Indicator 3a - Talk",
            "Indicator 3A. - Talk",
            "Domain 3 | Talk",
        ),
        *(
            "PREPARATION",
            "FIRST",
            "THEN",
            "The leaders meet.",
            "The leaders talk.",
            "References:",
            "System - Area",
        ),
        *(
            "  • Talks.",
            "  • Meets.",
            "1. Talk: They talk.",
            "1. They meet.",
            "Who, A. (2017).",
            "Who, A. (n.d.). X.",
        ),
        *(
            "P\tIN#\tA\tB\tC",
            "P\tIN#",
            "P\tIN#\tA\tA",
            "3. X\t3a.\tx\ty\tz",
            "\t3b\tx\t\tz\tmore",
            "4. X\t3\tx",
        ),
        *("Y\t3c\tx\ty\tz", "\t4", "x\t\ty"),
    ]
)


@given(st.lists(FRAGMENTS | ANY_TEXT, max_size=14))
def test_any_text_can_be_read(lines: list[str]) -> None:
    """Nothing is refused or made up: each text stands in the line that it is said to come from."""
    page = read_page("\n".join(lines), namespace="ILR")
    found = [(cell.line, cell.text) for cell in page.cells]
    found += [(part.line, part.text) for part in (*page.headings, *page.principles, *page.functions)]
    found += [(line.line, line.text) for line in (*page.areas, *page.references, *page.unplaced)]
    assert all(text and text in lines[number - 1] for number, text in found)
    assert len(page.texts) == len(page.cells) + len(page.principles) + len(page.functions)

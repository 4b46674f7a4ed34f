"""Reading published pages: the four that stand beside the repository, and small ones of our own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import pytest
from tests.shared import shared

from ilr.base import Diagnostic, FrozenMap, InvalidInput
from ilr.continuum import Page, Stage, check_pages, packs, read_page
from ilr.continuum.overlays import Overlay, check_overlay

TABLE, ROUTINE, SYSTEM, COACHING = "002", "000", "001", "003"
NAMESPACES = {ROUTINE: "ILR", SYSTEM: "LS", TABLE: "ILR", COACHING: "TLMS"}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """The text of each published page by its number."""
    paths = {path.name[:3]: path for path in shared("sources").iterdir()}
    return {name: paths[name].read_text(encoding="utf-8") for name in NAMESPACES}


@pytest.fixture(scope="module")
def pages(texts: dict[str, str]) -> dict[str, Page]:
    """Each published page as it is read."""
    return {name: read_page(texts[name], namespace=namespace) for name, namespace in NAMESPACES.items()}


def at(problems: Sequence[Diagnostic], code: str) -> list[int]:
    """The lines of the warnings of one code."""
    return [int(problem.path.split()[-1]) for problem in problems if problem.code == f"page.{code}"]


def rows(*lines: str) -> Page:
    """A page of lines."""
    return read_page("\n".join(lines), namespace="ILR")


def test_all_cells_are_placed(pages: dict[str, Page]) -> None:
    """The table gives 45 cells, the page of ILR practice 12 five and that of the Leadership System ten."""
    assert [len(pages[name].cells) for name in (TABLE, ROUTINE, SYSTEM, COACHING)] == [45, 5, 10, 0]
    ids = {cell.id for page in pages.values() for cell in page.cells}
    assert len(ids) == 57
    assert Counter(id.partition("-")[0] for id in ids) == {"ILR": 47, "LS": 10}


def test_the_cells_are_those_of_the_framework(pages: dict[str, Page]) -> None:
    """Every cell of the shipped framework has its published text, and there is none besides."""
    framework = packs.load("ilr")
    cells = [(practice.code, cell) for practice in framework.practices for cell in practice.stages]
    cells += [(indicator.code, cell) for indicator in framework for cell in indicator.stages]
    wanted = {f"{code}.{cell.stage.abbreviation}" for code, cell in cells}
    # The page of practice 12 has one indicator, which bears the code of its practice.
    assert {*pages[TABLE].texts, *pages[ROUTINE].texts} == wanted


def test_both_pages_of_practice_12_give_the_same_progress(pages: dict[str, Page]) -> None:
    """The three cells of progress are word for word the same in both files (E-19)."""
    both = [
        {id: text for id, text in pages[name].texts.items() if "ILR-12." in id} for name in (TABLE, ROUTINE)
    ]
    shared_ids = both[0].keys() & both[1].keys()
    assert shared_ids == {"ILR-12.GS", "ILR-12.GB", "ILR-12.KI"}
    assert all(both[0][id] == both[1][id] for id in shared_ids)
    assert both[1].keys() - shared_ids == {"ILR-12.GA", "ILR-12.GR"}


def test_principles_and_functions_are_placed(pages: dict[str, Page]) -> None:
    """Seven principles with their names, and 37 functions under seven domains."""
    page = pages[COACHING]
    assert [passage.code for passage in page.principles] == [f"PP-{number}" for number in range(1, 8)]
    assert [passage.title for passage in page.principles][:2] == ["Equality", "Choice"]
    counted = Counter(passage.code[:-1] for passage in page.functions)
    assert list(counted.values()) == [5, 4, 8, 6, 4, 5, 5]
    assert len(page.texts) == 44


def test_headings_and_areas_are_placed(pages: dict[str, Page]) -> None:
    """Twelve practices in three areas; two indicators of a practice; seven domains."""
    assert [passage.code for passage in pages[TABLE].headings] == [f"ILR-{n}" for n in range(1, 13)]
    assert [passage.code for passage in pages[SYSTEM].headings] == ["LS-12", "LS-12a", "LS-12b"]
    assert len(pages[COACHING].headings) == 7
    assert [len(pages[name].areas) for name in (TABLE, ROUTINE, SYSTEM)] == [3, 1, 1]
    by_area = Counter(cell.area for cell in pages[TABLE].cells)
    assert list(by_area.values()) == [15, 12, 18]


def test_references_are_placed(pages: dict[str, Page]) -> None:
    """Nine works, twelve, none and the one under the list of principles (S-10, IC-3)."""
    assert [len(pages[name].references) for name in NAMESPACES] == [9, 12, 0, 1]


def test_only_titles_and_introductions_are_left(pages: dict[str, Page], texts: dict[str, str]) -> None:
    """No line of a table or of a list is left without a place."""
    left = {name: [line.line for line in page.unplaced] for name, page in pages.items()}
    assert left == {ROUTINE: [], SYSTEM: [], TABLE: [1, 3, 5, 7], COACHING: [1, 3, 5, 7, 19]}
    for name, page in pages.items():
        for line in page.unplaced:
            printed = texts[name].split("\n")[line.line - 1]
            assert not re.search(r"\t|^\s*(?:[0-9]+\.|•)", printed)


def test_every_text_is_printed_as_it_stands(pages: dict[str, Page], texts: dict[str, str]) -> None:
    """Each text is part of the line that is said to hold it."""
    for name, page in pages.items():
        lines = texts[name].split("\n")
        found = [(cell.line, cell.text) for cell in page.cells]
        found += [(part.line, part.text) for part in (*page.headings, *page.principles, *page.functions)]
        assert all(text in lines[number - 1] for number, text in found)


def test_oddities_of_the_table(pages: dict[str, Page]) -> None:
    """Full stops, inherited practices, areas and repeated heads are told with their lines (E-2, E-6, E-7)."""
    told = pages[TABLE].diagnostics
    assert {problem.severity for problem in told} == {"warning"}
    assert at(told, "code_stop") == [19, 25, 26, 34, 35]
    assert at(told, "practice_inherited") == [19, 26, 35]
    assert (at(told, "area_repeated"), at(told, "area_missing")) == ([14], [28, 38])
    assert at(told, "heads_repeated") == [16, 23, 28, 33, 38]


def test_oddities_of_the_words_of_the_table(pages: dict[str, Page]) -> None:
    """What the cells leave open is told too (E-8 to E-11, E-20 to E-22)."""
    told = pages[TABLE].diagnostics
    assert at(told, "number_missing") == at(told, "range_as_floor") == [17]
    assert at(told, "count_as_proof") == at(told, "either_trigger") == [24]
    assert len(at(told, "permissive")) == 10
    assert (at(told, "term_varies"), at(told, "undefined_group")) == ([34, 35], [41])


def test_oddities_of_the_pages_with_headings(pages: dict[str, Page]) -> None:
    """A repeated stage heading does not repeat the stage; references are uneven (E-1, E-18, E-20)."""
    told = pages[SYSTEM].diagnostics
    assert at(told, "stage_repeated") == [59]
    last = pages[SYSTEM].cells[-1]
    assert (last.id, last.stage, last.heading) == ("LS-12b.KI", Stage.KEEP_IMPROVING, "GETTING BETTER")
    assert at(told, "permissive") == [35, 61]
    assert (at(told, "journal_case"), at(told, "publisher_case")) == ([67], [79])
    assert at(told, "reference_bare") == [69]
    assert at(pages[ROUTINE].diagnostics, "reference_bare") == [39]


def test_oddities_of_the_lists(pages: dict[str, Page]) -> None:
    """A lost blank and two functions that overlap stand in one line (E-13, E-14)."""
    told = pages[COACHING].diagnostics
    assert at(told, "blank_missing") == at(told, "functions_overlap") == [65]
    assert at(told, "reference_bare") == [17]


def test_oddities_between_the_pages(pages: dict[str, Page]) -> None:
    """One number for two practices, one work by two authors, equal cells and partial preparation."""
    told = check_pages(pages)
    assert [(problem.code, problem.path) for problem in told] == [
        ("page.number_shared", "001, line 17"),
        ("page.preparation_partial", "002, line 11"),
        *[("page.cell_repeated", "002, line 41")] * 3,
        ("page.author_varies", "001, line 69"),
    ]


def test_no_warning_repeats_what_the_page_says(pages: dict[str, Page]) -> None:
    """Warnings name codes and lines; the words of the page stay in the page."""
    words = {"Hyler", "Hyster", "struggling", "Ascd", "administrator"}
    for problem in (*check_pages(pages), *(told for page in pages.values() for told in page.diagnostics)):
        assert not any(word in str(problem) for word in words)


def test_other_words_on_two_pages_are_told() -> None:
    """A cell or heading that differs between pages is told at its second place."""
    one = rows("P\tIN#\tA\tB", "1. Visit\t1\tx\ty")
    other = rows("P\tIN#\tA\tB", "1. Watch\t1\tx\tz")
    assert [(problem.code, problem.path) for problem in check_pages({"one": one, "other": other})] == [
        ("page.cell_repeated", "other, line 2"),
        ("page.cell_differs", "other, line 2"),
        ("page.heading_varies", "other, line 2"),
    ]


def test_a_number_of_stages_without_an_order_is_left() -> None:
    """Of four columns nobody can say which stages they are."""
    page = rows("P\tIN#\tA\tB\tC\tD", "1. Visit\t1\tu\tv\tw\tx")
    assert (page.cells, [line.text for line in page.unplaced]) == ((), ["u", "v", "w", "x"])
    assert at(page.diagnostics, "stages") == [2]


def test_a_phase_of_one_stage_is_left() -> None:
    """A stage that stands alone is not placed, the complete phase after it is."""
    page = rows(
        *("PRACTICE 1", "PREPARATION", "FIRST", "They plan.", "SECOND", "PROGRESS"),
        *("THIRD", "They start.", "FOURTH", "They go on.", "FIFTH", "They improve.", "And they rest."),
    )
    assert [cell.id for cell in page.cells] == ["ILR-1.GS", "ILR-1.GB", "ILR-1.KI"]
    assert [line.line for line in page.unplaced] == [3, 4, 5, 13]
    assert at(page.diagnostics, "stages") == [3]


def test_a_heading_without_its_text_is_left() -> None:
    """A last heading that nothing follows has no place."""
    page = rows("PRACTICE 1.", "FIRST", "They plan.", "SECOND", "They agree.", "THIRD")
    assert [cell.id for cell in page.cells] == ["ILR-1.GA", "ILR-1.GR"]
    assert [line.text for line in page.unplaced] == ["THIRD"]
    assert at(page.diagnostics, "code_stop") == [1]


def test_a_row_that_is_too_short_or_too_long_is_told() -> None:
    """A missing text is told with its stage, and a text beyond the stages is left."""
    page = rows("P\tIN#\tA\tB\tC", "1. Visit\t1\tx\t\t", "2. Talk\t2\tx\ty\tz\tmore")
    assert [(problem.code, problem.expected) for problem in page.diagnostics[1:]] == [
        ("page.cell_empty", "getting-better"),
        ("page.cell_empty", "keep-improving"),
    ]
    assert [(line.line, line.text) for line in page.unplaced] == [(3, "more")]


def test_a_row_before_any_head_is_read_by_its_columns() -> None:
    """Three texts are the progress, also when no head says so."""
    page = rows("Visit\t1\tx\ty\tz")
    assert (page.cells[0].id, page.cells[0].heading) == ("ILR-1.GS", "")
    assert page.titles == {"ILR-1": "Visit"}


def test_an_indicator_under_another_practice_is_told() -> None:
    """The code of the indicator decides, and the other number is told."""
    page = rows("P\tIN#\tA\tB", "3. Visit\t4a\tx\ty")
    assert [cell.id for cell in page.cells] == ["ILR-4a.GA", "ILR-4a.GR"]
    assert [(problem.code, problem.expected) for problem in page.diagnostics[1:]] == [
        ("page.code_mismatch", "ILR-4")
    ]


def test_a_code_that_is_printed_twice_keeps_its_first_text() -> None:
    """The second text is left and told; a repetition of the same words is neither."""
    page = rows(
        "P\tIN#\tA\tB", "1. Visit\t1\tx\ty", "1. Watch\t1\tx\ty", "1. Talk: They talk.", "1. They meet."
    )
    assert page.texts == {"ILR-1.GA": "x", "ILR-1.GR": "y", "PP-1": "They talk."}
    assert at(page.diagnostics, "id_repeated") == [3, 3, 3, 5]
    assert [line.text for line in page.unplaced] == ["Watch", "x", "y", "They meet."]


def test_entries_after_z_have_two_letters() -> None:
    """The 27th entry of a list is aa, the 28th ab."""
    page = rows("Domain 1 | Talk", *(f"• Say {number}." for number in range(28)))
    assert [passage.code for passage in page.functions][-3:] == ["ILR-1z", "ILR-1aa", "ILR-1ab"]


def test_a_list_ends_with_other_words() -> None:
    """A bullet after a line of its own belongs to no domain."""
    page = rows("Domain 1 | Talk", "• They talk.", "Other things:", "• They meet.")
    assert [passage.code for passage in page.functions] == ["ILR-1a"]
    assert [line.line for line in page.unplaced] == [3, 4]


def test_principles_take_the_namespace_that_is_asked_for() -> None:
    """A numbered list may have codes of its own."""
    page = read_page("1. Talk first.", namespace="TLMS", principles="IC")
    assert page.texts == {"IC-1": "Talk first."}


def test_malformed_namespaces_are_refused_together() -> None:
    """A namespace is made of capital letters."""
    with pytest.raises(InvalidInput) as raised:
        read_page("", namespace="ilr", principles="")
    assert [problem.path for problem in raised.value.problems] == ["namespace", "principles"]


def test_a_page_that_ends_lines_in_another_way_reads_the_same() -> None:
    """A byte order mark and carriage returns change nothing."""
    text = "1. Talk first.\nP\tIN#\tA\tB\n1. Visit\t1\tx\ty\n"
    other = "\ufeff" + text.replace("\n", "\r\n")
    assert read_page(other, namespace="ILR") == read_page(text, namespace="ILR")


def test_works_that_no_style_tells_apart_are_passed_over() -> None:
    """A reference without its year in brackets after the authors is kept and not compared."""
    page = rows("References:", "Someone, in print (n.d.).", "Who, A. (2017).", "Who, B. (2017).")
    assert len(page.references) == 3
    assert at(page.diagnostics, "reference_bare") == [3, 4]
    assert check_pages({"one": page}) == ()


def test_what_was_read_becomes_an_overlay(pages: dict[str, Page]) -> None:
    """The published words of every cell can be laid over the framework of the same codes."""
    for id, names in (("ilr", (TABLE, ROUTINE)), ("leadership-system", (SYSTEM,))):
        found = {address: text for name in names for address, text in pages[name].texts.items()}
        overlay = Overlay(
            framework=id, label="As published", source="page", licence="unknown", texts=FrozenMap(found)
        )
        assert check_overlay(packs.load(id), overlay) == ()


def test_a_practice_may_be_printed_in_each_of_its_rows() -> None:
    """The same words for the same code are no second text."""
    page = rows("P\tIN#\tA\tB", "1. Visit\t1a\tx\ty", "1. Visit\t1b\tx\ty")
    assert [passage.text for passage in page.headings] == ["Visit"]
    assert at(page.diagnostics, "id_repeated") == []


def test_what_a_row_leaves_is_no_heading_of_an_area() -> None:
    """Only a line of its own, right before the heads, names an area."""
    page = rows("P\tIN#\tA\tB", "1. Visit\t1\tx\ty\tmore", "P\tIN#\tA\tB", "2. Talk\t2\tx\ty")
    assert page.areas == ()
    assert at(page.diagnostics, "area_missing") == [1, 3]


def test_a_list_ends_with_a_table() -> None:
    """A bullet after a table belongs to no domain before it."""
    page = rows("Domain 1 | Talk", "• They talk.", "P\tIN#\tA\tB", "1. Visit\t2\tx\ty", "• They meet.")
    assert [passage.code for passage in page.functions] == ["ILR-1a"]
    assert [line.line for line in page.unplaced] == [5]


def test_reviewers_are_odd_only_beside_observers() -> None:
    """Where nobody observes, reviewers are no other word for observers."""
    told = {
        text: at(rows("P\tIN#\tA\tB", f"1. Visit\t1\t{text}\tReviewers meet.").diagnostics, "term_varies")
        for text in ("Leaders meet.", "Observers meet.")
    }
    assert told == {"Leaders meet.": [], "Observers meet.": [2]}

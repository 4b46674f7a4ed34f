"""Lint: signs that the wording of look-fors does not say what can be seen."""

from __future__ import annotations

import pytest

from ilr.base import FrozenMap, InvalidInput
from ilr.base._codec import structure, unstructure
from ilr.continuum import Level, LevelScale, LookFor, LookForSet, packs
from ilr.continuum.lint import ENGLISH, Vocabulary, lint, lint_text

SCALE = LevelScale((Level(1, 1.0, "No", "Nobody asks."), Level(2, 2.0, "Yes", "Students ask each other.")))


def told(*titles: str, vocabulary: Vocabulary = ENGLISH, glossary: tuple[str, ...] = ()) -> list[str]:
    """The codes for look-fors of some titles."""
    look_fors = tuple(LookFor(id=str(place), title=title, scale=SCALE) for place, title in enumerate(titles))
    problems = lint(LookForSet(id="core", look_fors=look_fors), vocabulary=vocabulary, glossary=glossary)
    return [problem.code.removeprefix("lint.") for problem in problems]


@pytest.mark.parametrize(
    "verb", ["understands", "knows", "values", "appreciates", "believes", "is aware  of"]
)
def test_what_nobody_can_see_is_flagged(verb: str) -> None:
    """A verb for what goes on inside a person is a warning, in any case."""
    assert told(f"Student {verb} the task", f"STUDENT {verb.upper()} IT") == ["unobservable"] * 2


@pytest.mark.parametrize("word", ["good", "poor", "excellent", "effectively", "high-quality"])
def test_what_judges_is_flagged(word: str) -> None:
    """A word that judges in place of describing is a warning."""
    assert told(f"Asks {word} questions") == ["judgement"]


@pytest.mark.parametrize(
    "text",
    ["Asks for reasons", "Goodbye at the door", "Says the place value", "Thinks aloud", "Unknown words"],
)
def test_words_are_matched_whole_and_harmless_phrases_are_not(text: str) -> None:
    """Part of a word is no word, and a listed phrase is let pass."""
    assert told(text) == []


def test_a_harmless_phrase_does_not_hide_its_neighbours() -> None:
    """Only the phrase itself is let pass."""
    look_for = LookFor(id="talk", title="Says the place value and knows it", scale=SCALE)
    (problem,) = lint(LookForSet(id="core", look_fors=(look_for,)))
    assert (problem.code, problem.path) == ("lint.unobservable", "look_fors[0].title[25:30]")


def test_every_text_of_a_look_for_is_read() -> None:
    """Title, description, labels, descriptors and student actions each have their path."""
    scale = LevelScale((Level(1, 1.0, "Poor", ""), Level(2, 2.0, "Yes", "Knows why.")))
    look_for = LookFor(
        id="talk",
        title="Good talk",
        scale=scale,
        description="Values talk.",
        student_actions=("Ask.", "Believe it."),
    )
    problems = lint(LookForSet(id="core", look_fors=(look_for,)))
    assert [(problem.code, problem.path.removeprefix("look_fors[0].")) for problem in problems] == [
        ("lint.judgement", "title[0:4]"),
        ("lint.unobservable", "description[0:6]"),
        ("lint.judgement", "scale.levels[0].label[0:4]"),
        ("lint.descriptor_missing", "scale.levels[0].descriptor"),
        ("lint.unobservable", "scale.levels[1].descriptor[0:5]"),
        ("lint.unobservable", "student_actions[1][0:7]"),
    ]
    assert {problem.severity for problem in problems} == {"warning"}


def test_terms_need_a_glossary() -> None:
    """A quoted term or an abbreviation is a warning until a glossary holds it, in any case."""
    titles = ('Uses "cold call"', "Uses “exit slips”", "Follows the IEP")
    assert told(*titles) == ["term"] * 3
    assert told(*titles, glossary=("Cold  Call", "exit slips", "iep")) == []
    look_for = LookFor(id="talk", title='Uses "cold call".', scale=SCALE)
    assert (
        lint(LookForSet(id="core", look_fors=(look_for,), glossary=FrozenMap({"cold call": "any student"})))
        == ()
    )


def test_no_warning_repeats_the_wording() -> None:
    """A warning gives the place of a term, not the term, which somebody wrote."""
    look_for = LookFor(id="talk", title='Ask as "Mr Smith" does', scale=SCALE)
    (problem,) = lint(LookForSet(id="core", look_fors=(look_for,)))
    assert "Smith" not in str(problem)
    assert problem.path == "look_fors[0].title[7:17]"


def test_another_language_is_another_vocabulary() -> None:
    """Words, harmless phrases and marks are data; an empty vocabulary flags nothing."""
    german = Vocabulary(
        language="de",
        unobservable=("versteht", "weiß"),
        judging=("gut",),
        harmless=("gut lesbar",),
        quotes=(("„", "“"),),
    )
    assert told("Versteht gut, gut lesbar", "Nutzt „Meldekette“", vocabulary=german) == [
        "unobservable",
        "judgement",
        "term",
    ]
    assert told("Knows good things", vocabulary=Vocabulary(language="en")) == []


def test_a_vocabulary_says_all_that_is_wrong_with_it() -> None:
    """A blank word, marks that are no pair and a pattern that cannot be read come together."""
    with pytest.raises(InvalidInput) as raised:
        Vocabulary(language="en", judging=("good", " "), quotes=(("", "'"),), abbreviation="[")
    assert [problem.path for problem in raised.value.problems] == ["judging[1]", "quotes[0]", "abbreviation"]


def test_the_default_vocabulary_lists_no_word_twice_and_survives_the_codec() -> None:
    """English words are told apart by list, and the vocabulary is a document like others."""
    words = (*ENGLISH.unobservable, *ENGLISH.judging)
    assert len(set(words)) == len(words)
    assert structure(unstructure(ENGLISH), Vocabulary) == ENGLISH


@pytest.mark.parametrize("name", packs.names_of_look_fors())
def test_the_shipped_sets_give_no_sign(name: str) -> None:
    """The wording that comes with the library passes its own lint."""
    assert lint(packs.look_fors(name)) == ()


def test_a_single_sentence_gets_the_same_signs() -> None:
    """A sentence of an observer is read as a look-for is, under a path of its own and with its own glossary."""
    text = "Good use of the ABC"
    assert [(one.code, one.path) for one in lint_text(text, path="said[1]")] == [
        ("lint.judgement", "said[1][0:4]"),
        ("lint.term", "said[1][16:19]"),
    ]
    assert [one.code for one in lint_text(text, glossary=["ABC"])] == ["lint.judgement"]
    assert lint_text("") == ()

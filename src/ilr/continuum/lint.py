"""Lint: signs that the wording of look-fors does not say what can be seen.

Here belong the signs, which are warnings for whoever edits a set: verbs for what nobody can see, words
that judge, terms that no glossary explains, levels without a descriptor. Words come from a `Vocabulary`,
so another language is data. Not here: whether a set is well formed (`ilr.continuum.lookfors`).

What lint cannot tell. It matches words, not meaning: "values" is flagged as a verb also where it is a
noun, unless the vocabulary lists the phrase; a sentence may avoid every listed word and still describe
nothing that can be seen. A term is noticed only in quotation marks or as an abbreviation (in a text that
is not all in capitals), and known only as the glossary writes it. Whether two observers read a descriptor
alike is a question for calibration, and whether wording is common to all is for people to attest
(ILR-1.GB.3). No warning is not a pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import attrs

from ilr.base import Checker, Diagnostic, read_only
from ilr.continuum.lookfors import LookFor, LookForSet

__all__ = ["ENGLISH", "Vocabulary", "lint", "lint_text"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Vocabulary:
    """The words that lint looks for in one language. Equal when all fields are equal.

    Words and phrases are matched whole and in any case; every form that counts is listed.

    Attributes:
        language: as a BCP 47 tag.
        unobservable: verbs and phrases for what nobody can see from outside.
        judging: words that judge in place of describing.
        harmless: phrases that contain such a word and are never flagged, for example ``place value``.
        quotes: pairs of marks around a term.
        abbreviation: regular expression of an abbreviation, which counts as a term.

    Raises:
        InvalidInput: for a blank word, a pair of marks that is none, or a pattern that cannot be read.
    """

    language: str
    unobservable: tuple[str, ...] = ()
    judging: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    quotes: tuple[tuple[str, str], ...] = (('"', '"'), ("“", "”"))
    abbreviation: str = r"\b[A-Z]{2,}s?\b"

    def __attrs_post_init__(self) -> None:
        check = Checker("Vocabulary")
        for name in ("unobservable", "judging", "harmless"):
            for place, word in enumerate(getattr(self, name)):
                check(bool(word.strip()), "vocabulary.blank", f"{name}[{place}]", "is missing")
        for place, pair in enumerate(self.quotes):
            check(all(pair), "vocabulary.quotes", f"quotes[{place}]", "is no pair", expected="two marks")
        try:
            re.compile(self.abbreviation)
        except re.error:
            check(False, "vocabulary.pattern", "abbreviation", "cannot be read", expected="a pattern")
        check.done()


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern of any of some words or phrases, whole and in any case; of nothing where there are none."""
    longest = sorted(words, key=len, reverse=True)
    phrases = (r"\s+".join(map(re.escape, phrase.split())) for phrase in longest)
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases) or '(?!)'})(?!\w)", re.IGNORECASE)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(","))


ENGLISH = Vocabulary(
    language="en",
    unobservable=_words("""
        understand, understands, understood, understanding, know, knows, knew, known, knowing, value,
        values, valued, valuing, appreciate, appreciates, appreciated, appreciating, believe, believes,
        believed, believing, think, thinks, thought, thinking, feel, feels, felt, feeling, realize, realizes,
        realized, realise, realises, realised, learn, learns, learned, learnt, want, wants, wanted, enjoy,
        enjoys, enjoyed, grasp, grasps, grasped, comprehend, comprehends, comprehended, internalize,
        internalizes, internalise, internalises, intend, intends, intended, care about, cares about,
        is aware of, are aware of, is committed to, are committed to, is familiar with, are familiar with,
        is motivated, are motivated
    """),
    judging=_words("""
        good, better, best, well, great, excellent, outstanding, superb, exemplary, strong, weak, poor,
        poorly, bad, badly, worse, worst, effective, effectively, ineffective, ineffectively, appropriate,
        appropriately, inappropriate, inappropriately, adequate, adequately, inadequate, inadequately,
        satisfactory, unsatisfactory, successful, successfully, unsuccessful, impressive, high-quality,
        low-quality, skilled, skillful, skilful, skillfully, skilfully, unskilled, competent, incompetent,
        mediocre, meaningful, meaningfully, proper, properly, lazy, boring, disorganized, disorganised
    """),
    harmless=_words("""
        place value, place values, absolute value, absolute values, as well as, think aloud, thinks aloud,
        think time, time to think, writing to learn
    """),
)
"""The default vocabulary. It is small, so that most warnings are worth a look."""


def lint(
    look_fors: LookForSet, *, glossary: Iterable[str] = (), vocabulary: Vocabulary = ENGLISH
) -> tuple[Diagnostic, ...]:
    """Signs that the wording of a set does not say what can be seen.

    Args:
        look_fors: the set; titles, descriptions, student actions, labels and descriptors are read.
        glossary: terms that need no explanation, beside those of the set's own glossary.
        vocabulary: the words to look for.

    Returns:
        Warnings in the order of the set. A path ends with the place in the text, for example
        ``look_fors[0].title[9:20]``, so that no one's words are repeated.

    Example:
        >>> from ilr.continuum import LevelScale
        >>> talk = LookFor(id="talk", title="Student understands the task", scale=LevelScale.numbered(2))
        >>> print(lint(LookForSet(id="core", look_fors=(talk,)))[0])
        [lint.unobservable] look_fors[0].title[8:19]: says what nobody can see (expected what is done or said).
    """
    known = frozenset(_plain(term) for term in (*look_fors.glossary, *glossary))
    signs = _Signs.of(vocabulary)
    return tuple(
        problem
        for place, look_for in enumerate(look_fors)
        for path, text in _texts(look_for)
        for problem in _read(text, f"look_fors[{place}].{path}", known, signs)
    )


def lint_text(
    text: str, *, path: str = "text", glossary: Iterable[str] = (), vocabulary: Vocabulary = ENGLISH
) -> tuple[Diagnostic, ...]:
    """Signs that a sentence does not say what can be seen.

    Args:
        text: the sentence, for example of an observer.
        path: where it stands; a path of a warning adds the place in the text, never the words.
        glossary: terms that need no explanation.
        vocabulary: the words to look for.

    Returns:
        Warnings in the order of their kinds; none for an empty text.

    Example:
        >>> print(lint_text("Good questions at the start")[0])
        [lint.judgement] text[0:4]: judges (expected what an observer sees).
    """
    known = frozenset(_plain(term) for term in glossary)
    return tuple(_read(text, path, known, _Signs.of(vocabulary)))


@attrs.frozen
class _Signs:
    """The patterns of a vocabulary."""

    harmless: re.Pattern[str]
    unobservable: re.Pattern[str]
    judging: re.Pattern[str]
    quoted: tuple[re.Pattern[str], ...]
    abbreviation: re.Pattern[str]

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> _Signs:
        quoted = [
            f"{re.escape(start)}([^{re.escape(end)}]+){re.escape(end)}" for start, end in vocabulary.quotes
        ]
        return cls(
            _any_of(vocabulary.harmless),
            _any_of(vocabulary.unobservable),
            _any_of(vocabulary.judging),
            tuple(re.compile(pattern) for pattern in quoted),
            re.compile(f"({vocabulary.abbreviation})"),
        )


def _texts(look_for: LookFor) -> Iterator[tuple[str, str]]:
    yield "title", look_for.title
    yield "description", look_for.description
    for place, level in enumerate(look_for.scale.levels):
        yield f"scale.levels[{place}].label", level.label
        yield f"scale.levels[{place}].descriptor", level.descriptor
    for place, action in enumerate(look_for.student_actions):
        yield f"student_actions[{place}]", action


def _read(text: str, path: str, known: frozenset[str], signs: _Signs) -> Iterator[Diagnostic]:
    if not text.strip() and path.endswith(".descriptor"):
        yield _warning("descriptor_missing", path, "is missing", "what an observer sees at this level")
    plain = signs.harmless.sub(lambda match: " " * len(match[0]), text)
    for match in signs.unobservable.finditer(plain):
        yield _warning("unobservable", _at(path, match), "says what nobody can see", "what is done or said")
    for match in signs.judging.finditer(plain):
        yield _warning("judgement", _at(path, match), "judges", "what an observer sees")
    for pattern in signs.quoted if text.isupper() else (*signs.quoted, signs.abbreviation):
        for match in pattern.finditer(text):
            if _plain(match[1]) not in known:
                yield _warning("term", _at(path, match), "is in no glossary", "a term of the glossary")


def _plain(term: str) -> str:
    return " ".join(term.casefold().split()).strip(".,;:!?")


def _at(path: str, match: re.Match[str]) -> str:
    return f"{path}[{match.start()}:{match.end()}]"


def _warning(code: str, path: str, message: str, expected: str) -> Diagnostic:
    return Diagnostic(code=f"lint.{code}", path=path, message=message, expected=expected, severity="warning")

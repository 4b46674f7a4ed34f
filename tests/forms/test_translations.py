"""A form in several languages: places, what is missing, and what never changes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from ilr import interop
from ilr.base import FrozenMap, InvalidInput, Policy, UnknownCode, diff, propose_version
from ilr.continuum import Level, LevelScale
from ilr.forms import (
    All,
    AtLeast,
    Choice,
    Circumstance,
    Constraint,
    Equals,
    FidelityEvidence,
    Form,
    FormLibrary,
    FormModule,
    Group,
    Item,
    Not,
    Repeat,
    ReviewShare,
    evolve,
    propose_changes,
)

AT = datetime(2026, 9, 14, 9, 5, tzinfo=UTC)
POLICY = Policy()
SCALE = LevelScale((Level(1, 1.0, "rare", "Seldom seen."), Level(2.5, 2.5, "often")))
PLAIN = Form(
    id="walk",
    items=(
        Group(
            id="part",
            label="First part",
            items=(
                Item(id="talk", label="Talk", scale=SCALE, look_for="talk"),
                Item(
                    id="seats",
                    label="Seats",
                    kind="choice",
                    choices=(Choice(code="rows", label="Rows"), Choice(code="u")),
                ),
            ),
        ),
        Repeat(id="moments", label="Moments", items=(Item(id="quote", kind="text"),)),
        Item(id="why", label="Why", kind="text", visible_when=AtLeast("talk", 2.5)),
    ),
    constraints=(
        Constraint(id="rule", condition=Not(Equals("seats", "rows")), message="No rows.", items=("seats",)),
    ),
)
SPANISH = {
    "part.label": "Primera parte",
    "talk.label": "Conversación",
    "talk.scale.2.5.label": "a menudo",
    "talk.scale.1.descriptor": "Casi nunca.",
    "seats.choices.rows.label": "Filas",
    "seats.choices.u.label": "En u",
    "moments.label": "Momentos",
    "rule.message": "Sin filas.",
    "why.label": " ",
}


def spoken(**languages: Any) -> Form:
    """The form with translations."""
    return attrs.evolve(PLAIN, translations=languages)


FORM = spoken(es=SPANISH)


def test_a_form_speaks_a_language_and_its_own_where_a_text_is_missing() -> None:
    """Labels, levels, choices and messages are replaced; blanks count as missing; codes stay."""
    there = FORM.in_language("es")
    assert (there.language, there.translations) == ("es", FrozenMap())
    assert [one.label for one in there.items] == ["Primera parte", "Momentos", "Why"]
    talk, seats = there["talk"], there["seats"]
    assert talk.scale is not None
    assert [(one.code, one.label, one.descriptor) for one in talk.scale.levels] == [
        (1, "rare", "Casi nunca."),
        (2.5, "a menudo", ""),
    ]
    assert [(one.code, one.label) for one in seats.choices] == [("rows", "Filas"), ("u", "En u")]
    assert there["quote"].name == "quote"
    assert FORM.in_language("en") is FORM
    with pytest.raises(UnknownCode, match="en, es") as raised:
        FORM.in_language("so")
    assert raised.value.code == "form.language"


def test_messages_are_in_the_words_of_the_language() -> None:
    """Problems of answers, constraints and explanations speak with the labels of the translated form."""
    there = FORM.in_language("es")
    assert there.check({"talk": 9})[0].message == "Conversación: is not a declared level"
    assert there.check_record({"seats": "rows"})[0].message == "Sin filas."
    assert str(there.explain("why", {"talk": 1})) == "no: Conversación: a menudo or higher"


def test_what_is_missing_is_told_for_each_language() -> None:
    """Places that have a text of their own and none in the language, in the order of the form."""
    found = spoken(es=SPANISH, so={}).missing_translations
    assert found["es"] == ("talk.scale.1.label", "seats.label", "why.label")
    assert len(found["so"]) == 10
    assert [one.path for one in FORM.warnings] == [f"translations.es.{place}" for place in found["es"]]
    assert all((one.code, one.severity) == ("form.untranslated", "warning") for one in FORM.warnings)
    assert PLAIN.warnings == ()


def test_a_translation_is_of_places_of_the_form() -> None:
    """An unknown place and the own language among the translations are told, with the closest place."""
    with pytest.raises(InvalidInput) as raised:
        spoken(en={}, es={"talk.lable": "x", "gone.label": "x"})
    assert [(one.code, one.path, one.hint) for one in raised.value.problems] == [
        ("form.language", "translations.en", ""),
        ("form.place", "translations.es.talk.lable", "did you mean talk.label?"),
        ("form.place", "translations.es.gone.label", "did you mean quote.label?"),
    ]


@pytest.mark.parametrize("given", ["es", {"es": "Hola"}, None])
def test_translations_are_a_mapping_of_mappings(given: Any) -> None:
    """Another shape is refused as such."""
    with pytest.raises(InvalidInput, match=r"record\.shape"):
        attrs.evolve(PLAIN, translations=given)


def test_words_change_neither_structure_nor_records() -> None:
    """Records in any language are records on one form, and a new translation is a patch."""
    there = FORM.in_language("es")
    assert there.ref == FORM.ref == PLAIN.ref
    facts: dict[str, Any] = {"teachers": ["t"], "observer": "o", "at": AT, "answers": {"talk": 2.5}}
    assert there.record(**facts) == PLAIN.record(**facts)
    assert propose_version("1.0.0", diff(PLAIN, FORM)) == "1.0.1"
    assert interop.loads(interop.dumps(FORM), Form) == FORM
    assert hash(FORM) == hash(spoken(es=SPANISH))


def test_a_library_joins_the_translations_of_its_parts() -> None:
    """Modules bring the texts of their own items and their constraints."""
    module = FormModule(
        id="pairs",
        focus=("discussion",),
        items=(Group(id="pair-work", items=(Item(id="roles", label="Roles", kind="flag"),)),),
        constraints=(Constraint(id="own", condition=All(()), message="m"),),
        context=(Circumstance("grade", "4"),),
        translations={"es": {"roles.label": "Papeles"}, "so": {}},
    )
    joined = FormLibrary(core=FORM, modules=(module,)).select("discussion", {"grade": "4"}).options[0].form
    assert joined.in_language("es")["roles"].label == "Papeles"
    assert joined.in_language("es")["talk"].label == "Conversación"
    assert [one.id for one in joined.constraints] == ["rule", "own"]
    with pytest.raises(InvalidInput) as raised:
        FormLibrary(core=FORM, modules=(attrs.evolve(module, translations={"es": {"role.label": "x"}}),))
    assert [(one.code, one.path) for one in raised.value.problems] == [
        ("form.place", "modules[0].translations.es.role.label")
    ]


def test_a_replaced_item_takes_its_texts_with_it() -> None:
    """In the next version an item inside a group is replaced, and places that are gone have no text."""
    free = attrs.evolve(
        FORM, items=FORM.items[:2], translations={"es": {"talk.label": "x", "part.label": "y"}}
    )
    reviews = (ReviewShare(lower=0.9, count=40),) * 2
    (proposal,) = propose_changes(free, [FidelityEvidence(item="talk", reviews=reviews)], POLICY).proposals
    made = evolve(free, proposal, decision_id="d", successor=Item(id="wait", scale=SCALE))
    assert [one.id for one in made] == ["wait", "seats", "quote"]
    assert made.translations == {"es": {"part.label": "y"}}

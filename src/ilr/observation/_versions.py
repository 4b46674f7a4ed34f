"""Which column the ratings of an item go to when its form has several versions.

Here belongs the way of items through the versions of their forms, by declared lineage alone: what `comparable`
joins is one column on the scale of the newest version, and all else stands apart under a name of its own. Not here:
what a lineage is and when it is sound (`ilr.forms`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from ilr.base import Checker, InvalidInput, Reason
from ilr.continuum.lookfors import LevelCode, LevelScale
from ilr.forms import Comparability, Form, FormRef, Item, comparable
from ilr.observation._columns import natural
from ilr.observation.table import ItemVersion

__all__ = ["Place", "Versions", "check_versions", "in_order"]


@attrs.frozen(kw_only=True)
class Place:
    """Where the ratings of an item of one version of a form go.

    Attributes:
        name: what the item is called in the table.
        origin: the newest version of the item that its ratings are joined with.
        scale: the scale of that version.
        levels: for each level of the item its place in that scale.
        notes: what a reader must know of the way there.
    """

    name: str
    origin: ItemVersion
    scale: LevelScale
    levels: Mapping[LevelCode, int]
    notes: tuple[Reason, ...] = ()


@attrs.frozen
class Versions:
    """The forms at hand, and where the ratings of each of their items go.

    Attributes:
        places: for each form the place of every item that is rated on a scale.
        texts: for each form the items that are answered with words.
        scales: the scale of each item of the table, by its name.
    """

    places: Mapping[FormRef, Mapping[str, Place]]
    texts: Mapping[FormRef, frozenset[str]]
    scales: Mapping[str, LevelScale]

    @classmethod
    def of(cls, forms: Sequence[Form], check: Checker) -> Versions:
        """Follow every item through the versions of its form."""
        groups: dict[str, dict[FormRef, Form]] = {}
        for index, form in enumerate(forms):
            group = groups.setdefault(form.id, {})
            check(
                form.version not in {one.version for one in group.values() if one.ref != form.ref},
                "form.versions",
                f"forms[{index}]",
                "is another form under the id and version of one before",
                expected="a version of its own",
            )
            group[form.ref] = form
        places: dict[FormRef, Mapping[str, Place]] = {}
        for group in groups.values():
            chain = sorted(group.values(), key=lambda form: tuple(map(natural, form.version.split("."))))
            places.update(_followed(chain, check))
        scales: dict[str, LevelScale] = {}
        for index, form in enumerate(forms):
            for id, place in places.get(form.ref, {}).items():
                check(
                    scales.setdefault(place.name, place.scale) == place.scale,
                    "item.rescaled",
                    f"forms[{index}].{id}",
                    "has another scale than in another form",
                    expected="one scale an item",
                )
        texts = {
            form.ref: frozenset(item.id for item in form if item.kind in ("note", "text")) for form in forms
        }
        return cls(places, texts, scales)


def _followed(chain: Sequence[Form], check: Checker) -> dict[FormRef, dict[str, Place]]:
    """The places of the items of all versions of one form, given from the oldest to the newest."""
    places: dict[FormRef, dict[str, Place]] = {}
    for at in range(len(chain) - 1, -1, -1):
        form, later = chain[at], chain[at + 1 :]
        follower = _follower(form, later)
        answers = _compared(form, follower, check) if follower else {}
        taken = {item.id for one in later for item in one}
        places[form.ref] = {
            item.id: _place(form, item, answers.get(item.id), follower, places, item.scale, name)
            for item in form
            if item.scale is not None
            for name in (f"{item.id}@{form.version}" if item.id in taken else item.id,)
        }
    return places


def _follower(form: Form, later: Sequence[Form]) -> Form | None:
    """The version that the items of a form are looked up in: the newest made from it or built alike, else the next."""
    near = [one for one in later if one.follows == form.version or one.structure == form.structure]
    return near[-1] if near else next(iter(later), None)


def _compared(form: Form, follower: Form, check: Checker) -> dict[str, Comparability]:
    """For each item of a form what became of it in the version that follows."""
    found: dict[str, Comparability] = {}
    try:
        for id in dict.fromkeys(item.id for one in (form, follower) for item in one):
            answer = comparable(form, follower, id)
            for earlier in answer.earlier:
                found[earlier] = answer if answer or earlier not in found else found[earlier]
            if not answer and id not in found:
                found[id] = answer
    except InvalidInput as error:
        check.add(error.problems, under=f"forms.{follower.id}@{follower.version}")
    return found


def _place(
    form: Form,
    item: Item,
    answer: Comparability | None,
    follower: Form | None,
    places: Mapping[FormRef, Mapping[str, Place]],
    scale: LevelScale,
    name: str,
) -> Place:
    """Where the ratings of an item go, given what became of it in the version that follows."""
    if answer is None or follower is None:
        levels = {code: place for place, code in enumerate(scale.codes)}
        return Place(name=name, origin=ItemVersion(form.ref, item.id), scale=scale, levels=levels)
    told = {"form": form.id, "version": form.version, "later": follower.version}
    if not answer:
        apart = _place(form, item, None, None, places, scale, name)
        reason = Reason.of("ITEM_APART", item=name, why=answer.reason.code, **told)
        return apart if answer.reason.code == "RETIRED" else attrs.evolve(apart, notes=(reason,))
    later = places[follower.ref][answer.item]
    became = answer.lineage.levels if answer.lineage is not None else None
    if became is None:
        return attrs.evolve(later, levels={code: later.levels[code] for code in scale.codes})
    by_text = {str(code): place for code, place in later.levels.items()}
    return attrs.evolve(
        later,
        levels={code: by_text[became[str(code)]] for code in scale.codes},
        notes=(Reason.of("ITEM_RESCALED", item=later.name, **told), *later.notes),
    )


def check_versions(found: Mapping[FormRef, str], known: Iterable[FormRef], check: Checker) -> bool:
    """Refuse records of versions of a form that are built unlike each other and have no lineage.

    Args:
        found: the forms of the records, each with the path of the first record of it.
        known: the forms at hand.
        check: takes the problems.

    Returns:
        Whether there are none.
    """
    given = frozenset(known)
    structures: dict[str, set[str]] = {}
    for ref in (*found, *given):
        structures.setdefault(ref.id, set()).add(ref.structure)
    sound = [
        check(
            ref in given or len(structures[ref.id]) == 1,
            "form.versions",
            path,
            "is one of several versions of its form, and nothing says which items ask the same",
            expected="forms= with every version and its lineage, or a table of each version",
        )
        for ref, path in found.items()
    ]
    return all(sound)


def in_order(origins: Iterable[ItemVersion]) -> tuple[ItemVersion, ...]:
    """The versions of an item, each once, in order of form and version."""

    def key(one: ItemVersion) -> tuple[object, ...]:
        form = one.form
        return form.id, tuple(map(natural, form.version.split("."))), form.structure, one.item

    return tuple(sorted(set(origins), key=key))

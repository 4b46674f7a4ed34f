"""The form library: a core that every visit uses, modules for focuses, and the forms that fit a class.

Here belong modules, the library, the selection with its reasons and what a teacher asks to have observed.
Not here: which form was used in a visit; the record pins it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from ilr.base import (
    EDITION,
    WORDING,
    Checker,
    Diagnostic,
    FrozenMap,
    InvalidInput,
    Reason,
    listed,
    read_only,
    words,
)
from ilr.forms._translations import in_catalogue
from ilr.forms.definition import Form
from ilr.forms.groups import Constraint, Element, places_of
from ilr.forms.items import Item

__all__ = [
    "Circumstance",
    "FormLibrary",
    "FormModule",
    "FormOption",
    "ObservationRequest",
    "Selection",
]


@attrs.frozen
class Circumstance:
    """What a module asks of a class beside its focus, such as grade 4. Equal when both fields are equal."""

    key: str
    code: str


@attrs.frozen(kw_only=True, field_transformer=read_only)
class FormModule:
    """Items that go with one or more focuses. Equal when all fields are equal.

    Attributes:
        id: stable code.
        items: items, groups and repeats; their conditions may read items of the core.
        focus: instructional focuses that it is made for.
        context: what else must fit; codes of the host.
        constraints: what must not be false of the answers of a finished record.
        translations: its texts in other languages, by language and place, as those of a form.
    """

    id: str
    items: tuple[Element, ...]
    focus: tuple[str, ...]
    context: tuple[Circumstance, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    translations: FrozenMap[str, FrozenMap[str, str]] = attrs.field(
        factory=FrozenMap, converter=in_catalogue, metadata=WORDING
    )


@attrs.frozen(kw_only=True, field_transformer=read_only)
class ObservationRequest:
    """What a teacher asks to have observed. Equal when all fields are equal.

    Attributes:
        id: of the request.
        items: the items and groups that the visit should have; one that is on the form is not added again.
    """

    id: str
    items: tuple[Element, ...]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class FormOption:
    """A form that fits, and why. Equal when all fields are equal."""

    form: Form
    reasons: tuple[Reason, ...]

    def __str__(self) -> str:
        return f"{self.form.id}: {'; '.join(words(one) for one in self.reasons)}"


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Selection:
    """The forms for a class, the most specialised first. Equal when all fields are equal.

    Attributes:
        options: forms that fit, with reasons.
        left_out: why other modules do not fit, a reason for each.
    """

    options: tuple[FormOption, ...]
    left_out: tuple[Reason, ...] = ()

    def __str__(self) -> str:
        return "\n".join([*map(str, self.options), *(words(r) for r in self.left_out)])


@attrs.frozen(kw_only=True, field_transformer=read_only)
class FormLibrary:
    """All forms of a team, as a core and modules. Equal when all fields are equal.

    Attributes:
        core: the general form; its items are on every form.
        modules: what is added for a focus.
        version: semantic version of the library; every form that it makes bears it.

    Raises:
        InvalidInput: listing a core made for a focus, repeated modules, modules without focus or items,
            and everything that is wrong with a form of core and module.

    Example:
        >>> from ilr.forms import form
        >>> asked = Item(id="wait", kind="flag")
        >>> module = FormModule(id="talk", focus=("discussion",), items=(asked,))
        >>> library = FormLibrary(core=form("core", look_fors=["aim"], notes=False), modules=(module,))
        >>> print(library.select("discussion"))
        core+talk: talk is made for discussion
        core: it serves every focus
    """

    core: Form
    modules: tuple[FormModule, ...] = ()
    version: str = attrs.field(default="1.0.0", metadata=EDITION)

    def __attrs_post_init__(self) -> None:
        check = Checker("FormLibrary")
        check(not self.core.focus, "library.core", "core.focus", "is told", expected="a general form")
        ids = [module.id for module in self.modules]
        check(len(set(ids)) == len(ids), "library.repeated", "modules", "repeat an id", expected="unlike ids")
        for place, module in enumerate(self.modules):
            path = f"modules[{place}]"
            check(bool(module.focus), "library.focus", f"{path}.focus", "is missing", expected="a focus")
            if check(bool(module.items), "library.items", f"{path}.items", "are missing", expected="items"):
                check.add(self._problems(module), under=path)
        clash = self._clashes()
        check(
            not clash,
            "library.clash",
            "modules",
            f"ask unlike questions under one id: {listed(clash)}",
            expected="an id of its own for each question",
        )
        check.done()

    def _problems(self, module: FormModule) -> tuple[Diagnostic, ...]:
        """What is wrong with the form of core and module."""
        try:
            self._join((module,))
        except InvalidInput as error:
            return error.problems
        return ()

    def _clashes(self) -> tuple[str, ...]:
        seen: dict[str, Element] = {place.element.id: place.element for place in places_of(self.core.items)}
        clash: dict[str, None] = {}
        for module in self.modules:
            for element in module.items:
                if seen.setdefault(element.id, element) != element:
                    clash[element.id] = None
        return tuple(clash)

    def _join(self, modules: tuple[FormModule, ...]) -> Form:
        """The core with modules; an item that two parts share stands once, notes stay at the end."""
        parts: tuple[Form | FormModule, ...] = (self.core, *modules)
        constraints = dict.fromkeys(one for part in parts for one in part.constraints)
        focus = dict.fromkeys(focus for module in modules for focus in module.focus)
        texts: dict[str, dict[str, str]] = {}
        for part in parts:
            for language, told in part.translations.items():
                texts.setdefault(language, {}).update(told)
        return attrs.evolve(
            self.core,
            id="+".join((self.core.id, *(module.id for module in modules))),
            version=self.version,
            items=_notes_last(dict.fromkeys(item for part in parts for item in part.items)),
            constraints=tuple(constraints),
            focus=tuple(focus),
            translations=texts,
            follows=None,
            lineage=(),
            decisions=(),
        )

    def select(
        self,
        focus: str | None,
        context: Mapping[str, str] | None = None,
        *,
        request: ObservationRequest | None = None,
    ) -> Selection:
        """The forms that fit a class, with the reason for each (ILR-4a.GB.1, ILR-4a.KI.2).

        Args:
            focus: instructional focus of the class, None when nobody knows.
            context: what else is known of the class, codes by key, for example ``{"grade": "4"}``.
            request: what the teacher asks to have observed; its items are added to every option.

        Returns:
            A form with all modules that fit where there are several, one with each of them, and the core; and
            why other modules do not fit.

        Raises:
            InvalidInput: when an item of the request asks something else under an id that is in use.
        """
        fitting: dict[str, tuple[FormModule, tuple[Reason, ...]]] = {}
        left_out: list[Reason] = []
        for module in self.modules:
            reasons, against = _fit(module, focus, context or {})
            if against is None:
                fitting[module.id] = (module, reasons)
            else:
                left_out.append(against)
        options = [
            FormOption(form=self._join((module,)), reasons=reasons) for module, reasons in fitting.values()
        ]
        if len(fitting) > 1:
            whole = self._join(tuple(module for module, _ in fitting.values()))
            options.insert(0, FormOption(form=whole, reasons=(Reason.of("ALL_MODULES", n=len(fitting)),)))
        options.append(FormOption(form=self._join(()), reasons=(Reason.of("GENERAL"),)))
        if request is not None:
            options = [_with_request(option, request) for option in options]
        return Selection(options=tuple(options), left_out=tuple(left_out))


def _fit(
    module: FormModule, focus: str | None, context: Mapping[str, str]
) -> tuple[tuple[Reason, ...], Reason | None]:
    if focus is None or focus not in module.focus:
        return (), Reason.of("OTHER_FOCUS", module=module.id)
    for key, wanted in ((one.key, one.code) for one in module.context):
        if key not in context:
            return (), Reason.of("UNKNOWN_CONTEXT", module=module.id, key=key)
        if context[key] != wanted:
            return (), Reason.of("OTHER_CONTEXT", module=module.id, key=key)
    fits = [Reason.of("CONTEXT_FITS", module=module.id, key=one.key) for one in module.context]
    return (Reason.of("FOCUS_FITS", module=module.id, focus=focus), *fits), None


def _with_request(option: FormOption, request: ObservationRequest) -> FormOption:
    form = option.form
    here = {place.element.id: place.element for place in places_of(form.items)}
    check = Checker("ObservationRequest")
    for number, element in enumerate(request.items):
        check(
            here.get(element.id, element) == element,
            "request.clash",
            f"items[{number}].id",
            "is in use for another question",
            expected="an id of its own, or the item as it is on the form",
        )
    check.done()
    added = [one for one in request.items if one.id not in here]
    if not added:
        told = Reason.of("ALREADY_ASKED", items=listed(one.name for one in request.items))
        return attrs.evolve(option, reasons=(*option.reasons, told))
    told = Reason.of("REQUESTED", items=listed(one.name for one in added))
    return FormOption(
        form=attrs.evolve(form, id=f"{form.id}+{request.id}", items=_notes_last((*form.items, *added))),
        reasons=(*option.reasons, told),
    )


def _notes_last(elements: Iterable[Element]) -> tuple[Element, ...]:
    """The elements with open notes at the end."""
    return tuple(sorted(elements, key=lambda one: isinstance(one, Item) and one.kind == "note"))

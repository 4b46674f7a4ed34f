"""How the documentation is built: ``sphinx-build -W -n -b html docs docs/_build/html``.

Nothing is fetched. The tables of policy parameters, of the shipped packs and of codes are written anew
by each build from the library itself, so that they cannot go stale.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, get_type_hints

import attrs

import ilr
from ilr.base import MESSAGES, Policy
from ilr.continuum import (
    Catalogue,
    Citation,
    Criterion,
    Entry,
    Framework,
    Indicator,
    LevelScale,
    Practice,
    StageDescriptor,
    packs,
)

HERE = Path(__file__).parent
GENERATED = HERE / "reference" / "_generated"

project = "ilr"
author = "The ilr authors"
copyright = author
version = release = ilr.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "reference/_generated"]
html_theme = "furo"
html_title = f"ilr {version}"
html_theme_options = {"navigation_with_keys": True}
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["pages.css"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

default_role = "code"
napoleon_numpy_docstring = False
napoleon_use_ivar = True
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
maximum_signature_line_length = 88
python_use_unqualified_type_names = True
nitpick_ignore_regex = [
    (r"py:.*", r"(numpy|np|scipy|typing|collections|datetime|enum|attrs?|matplotlib)\..*"),
    (
        r"py:.*",
        r"(str|int|float|bool|bytes|object|type|None|Any|Callable|Iterable|Iterator|Mapping|Sequence)",
    ),
    (r"py:.*", r"(Literal|Hashable|date|datetime|Enum|NDArray|ArrayLike|TypeVar|T|K|V_co)"),
    (
        r"py:.*",
        r"(Modality|Basis|LevelCode|Audience|Backend|Grain|Condition|Comparison|Sided)",
    ),  # aliases of plain types
    (r"py:.*", r"ilr\..*\.(_.*|T)"),  # private types that a public property gives
]


def code(text: object) -> str:
    """A text as code in a cell of a table."""
    return f"`{text}`" if str(text) else ""


def cell(text: object) -> str:
    """A text that does not break a cell."""
    return str(text).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, style: str = "") -> str:
    """A Markdown table, in a container of some style of `pages.css` where one is named."""
    lines = [head, ["---"] * len(head), *([cell(one) for one in row] for row in rows)]
    text = "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
    return f":::{{container}} {style}\n\n{text}\n:::\n" if style else text


def policy_page() -> str:
    """Every parameter of the policy."""

    def reach(low: float | None, high: float | None) -> str:
        if low is None and high is None:
            return ""
        return f"from {low:g}" if high is None else f"{low:g} to {high:g}"

    return table(
        ["id", "name in code", "default", "counts", "allowed", "source"],
        (
            (one.id, code(one.name), one.default, one.unit, reach(one.least, one.most), one.source)
            for one in Policy.parameters()
        ),
    )


def lines(*blocks: str) -> str:
    """Blocks of Markdown one under the other, without those that are empty."""
    return "\n\n".join(block.rstrip() for block in blocks if block) + "\n"


def framework_page(framework: Framework) -> str:
    """Areas, practices, indicators, stages and criteria of a framework, its works and its errata."""
    parts = [f"## {framework.title}", framework_counts(framework)]
    for area in framework.areas:
        parts.append(f"### {area.order}. {area.title}")
        parts.append(area.purpose)
        for practice in area.practices:
            parts.append(f"#### {practice.code} {practice.title}")
            if practice.stages:
                parts.append("**The practice as a whole**")
                parts.extend(stage_block(practice.code, cell) for cell in practice.stages)
            for indicator in practice.indicators:
                parts.append(f"**{indicator.code}, {indicator.title}**")
                parts.extend(stage_block(indicator.code, cell) for cell in indicator.stages)
    parts.append(f"### Works ({framework.namespace})\n\n{works_table(framework.references)}")
    parts.append(f"### Errata ({framework.namespace})\n\n{errata_table(framework)}")
    return lines(*parts)


def framework_counts(framework: Framework) -> str:
    """What a framework holds, in one line."""
    return (
        f"`packs.load({framework.id!r})`, version {framework.version}, codes begin with `{framework.namespace}-`: "
        f"practices {len(framework.practices)}, indicators {len(framework.indicators)}, "
        f"criteria {len(framework.criteria)}."
    )


def stage_block(owner: str, stage: StageDescriptor) -> str:
    """One stage: its description, its criteria and which earlier ones give way to them."""
    rows = (*stage.criteria, *stage.notes)
    return lines(
        f"*{stage.stage.title}* (`{owner}.{stage.stage.abbreviation}`): {stage.text}",
        table(
            ["criterion", "condition", "binds, shown by", "needs, with parameters"],
            ((code(one.id), condition(one), f"{one.modality}, {one.basis}", needs(one)) for one in rows),
            style="criteria",
        ),
        "\n".join(
            f"- With `{one.id}`, {'a part of ' if lower in one.partly else ''}`{lower}` gives way. "
            f"{one.why.get(lower, '')}"
            for one in rows
            for lower in one.supersedes
        ),
    )


def condition(one: Criterion) -> str:
    """What must be so, and whose condition it repeats."""
    return f"{one.condition} (Carries on `{one.carried}`.)" if one.carried else one.condition


def needs(one: Criterion) -> str:
    """The record fields of a criterion, then the policy parameters of its rule."""
    fields = ", ".join(map(code, one.needs))
    parameters = ", ".join(map(code, one.parameters))
    return "; ".join(filter(None, (fields, f"with {parameters}" if parameters else "")))


def works_table(works: Iterable[Citation]) -> str:
    """Works as they are known, and their authors where a source prints them in another way."""
    return table(
        ["key", "authors", "year", "title", "in", "cited by, as printed"],
        (
            (
                code(work.key),
                "; ".join(work.authors),
                work.year,
                work.title,
                work.container,
                "; ".join(f"`{place}` {printed}" for place, printed in work.printed.items()),
            )
            for work in works
        ),
    )


def errata_table(framework: Framework) -> str:
    """Every oddity of the print with the places where it is recorded."""
    holders: tuple[Practice | Indicator, ...] = (*framework.practices, *framework.indicators)
    held = (
        framework.errata,
        *(practice.errata for practice in framework.practices),
        *(cell.errata for holder in holders for cell in holder.stages),
    )
    known = {(one.id, one.printed): one for errata in held for one in errata}
    return table(
        ["id", "where", "what is printed", "what the data make of it"],
        (
            (code(one.id), ", ".join(map(code, framework.misprints[one.id])), one.printed, one.treatment)
            for one in known.values()
        ),
    )


def catalogue_page(catalogue: Catalogue) -> str:
    """Groups and entries of a catalogue."""
    parts = [
        f"### {catalogue.title}",
        f"`packs.catalogue({catalogue.id!r})`, version {catalogue.version}: {len(catalogue)} entries.",
    ]
    for group in catalogue.groups:
        rows = ((code(one.code), entry_title(one), one.text, bearing(one)) for one in group.entries)
        parts.append(f"**{group.title}** (`{group.id}`)")
        parts.append(table(["code", "entry", "what it says", "records that bear on it"], rows))
    errata = [*catalogue.errata]
    for group in catalogue.groups:
        errata += [*group.errata, *(erratum for entry in group.entries for erratum in entry.errata)]
    parts.extend(f"- {one.id}: {one.printed} {one.treatment}" for one in dict.fromkeys(errata))
    if catalogue.references:
        parts.append(works_table(catalogue.references))
    return lines(*parts)


def entry_title(entry: Entry) -> str:
    """The name of an entry, other names, and its parts in order."""
    also = f" (also {', '.join(entry.also)})" if entry.also else ""
    steps = f": {', '.join(part.title for part in entry.parts)}" if entry.parts else ""
    return f"{entry.title}{also}{steps}"


def bearing(entry: Entry) -> str:
    """The records that can bear on an entry, and what only people can tell."""
    return ". ".join(filter(None, (", ".join(map(code, entry.evidence)), entry.human)))


def look_fors_page() -> str:
    """Every set of look-fors and every scale that comes with the library."""
    parts = []
    for name in packs.names_of_look_fors():
        held = packs.look_fors(name)
        parts.append(f"### {name.replace('-', ' ').capitalize()}")
        parts.append(f"`packs.look_fors({name!r})`, version {held.version}, {held.status}.")
        for one in held:
            parts.append(f"**{one.title}** (`{one.id}`). {one.description}")
            parts.append(levels_table(one.scale))
    for name in packs.names_of_scales():
        parts.append(f"### Scale {name}\n\n`packs.scale({name!r})`")
        parts.append(levels_table(packs.scale(name)))
    return lines(*parts)


def levels_table(scale: LevelScale) -> str:
    """The levels of a scale, lowest first."""
    return table(
        ["level", "label", "what an observer sees"],
        (
            (
                f"{code(level.code)}{', fidelity' if level.code == scale.fidelity else ''}",
                level.label,
                level.descriptor,
            )
            for level in scale.levels
        ),
    )


def continuum_page() -> str:
    """Every framework, catalogue and set of look-fors that comes with the library."""
    return lines(
        *(framework_page(packs.load(name)) for name in packs.names()),
        "## Catalogues",
        *(catalogue_page(packs.catalogue(name)) for name in packs.names_of_catalogues()),
        "## Look-fors and scales",
        look_fors_page(),
    )


def found_codes() -> Iterator[tuple[str, str, str, str]]:
    """Code, message, expectation and room of every check in the source."""
    root = Path(str(ilr.__file__)).parent
    for path in sorted(root.rglob("*.py")):
        room = path.relative_to(root).parts[0].removesuffix(".py")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from ((*found, room) for found in odd_words(tree))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or made_from_parts(node):
                continue
            named = {word.arg: text_of(word.value) for word in node.keywords}
            placed = [text_of(one) for one in node.args]
            if len(placed) >= 4 and CODE.fullmatch(placed[1]):
                yield placed[1], placed[3], named.get("expected", ""), room
            elif CODE.fullmatch(named.get("code", "")):
                message = named.get("message", "") or (placed[0] if placed else "")
                yield named["code"], message, named.get("expected", ""), room


def made_from_parts(call: ast.Call) -> bool:
    """Whether a call makes the warnings whose codes `odd_words` finds one by one."""
    codes = [text_of(word.value) for word in call.keywords if word.arg == "code"]
    return any(code == f"{prefix}...." for code in codes for prefix in WARNINGS.values())


def odd_words(tree: ast.AST) -> Iterator[tuple[str, str, str]]:
    """Code, message and expectation of every warning of lint and of the reader of pages."""
    said = [
        (node.lineno, node.targets[0].id, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            prefix = WARNINGS.get(getattr(node.func, "attr", getattr(node.func, "id", "")), "")
            placed = node.args
            expected = "".join(text_of(word.value) for word in node.keywords if word.arg == "expected")
        elif isinstance(node, ast.Tuple) and any(isinstance(one, ast.Call) for one in node.elts):
            prefix, placed, expected = "page", node.elts, ""  # the table of signs: code, pattern, message
        else:
            continue
        if prefix and len(placed) >= 3 and text_of(placed[0]):
            message = placed[2]
            if isinstance(message, ast.Name):
                before = [text for line, name, text in said if name == message.id and line < node.lineno]
                message = before[-1] if before else message
            wanted = expected or (text_of(placed[3]) if len(placed) > 3 else "")
            yield f"{prefix}.{text_of(placed[0])}", text_of(message), wanted


def text_of(node: ast.expr) -> str:
    """A literal text of the source; what is filled in later stands as three dots."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (
            part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "..."
            for part in node.values
        )
        return re.sub(r"(\.{3}){2,}\.?", "...", "".join(parts))
    return ""


CODE = re.compile(r"[a-z_]+\.[a-z_.]+")
WARNINGS = {"_warning": "lint", "warn": "page", "warned": "page"}


def errors_page() -> str:
    """Every code of a diagnostic or an error, by room."""
    rows: dict[tuple[str, str], dict[str, None]] = {}
    rooms: dict[str, dict[str, None]] = {}
    for name, message, expected, room in found_codes():
        said = f"{message} (expected: {expected})" if message and expected else message or expected
        rows.setdefault((name.split(".")[0], name), {})[said] = None
        rooms.setdefault(name, {})[room] = None
    return table(
        ["code", "what it says", "room"],
        (
            (
                code(name.replace("....", ".*").replace("...", "*")),
                "; or ".join(filter(None, said)),
                ", ".join(rooms[name]),
            )
            for (_, name), said in sorted(rows.items())
        ),
    )


def reasons_page() -> str:
    """Every reason with its English words."""
    return table(["code", "in English"], ((code(name), code(words)) for name, words in MESSAGES.items()))


def write_generated(_: Any) -> None:
    """Write the pages that come from the library; untouched where nothing changed."""
    GENERATED.mkdir(exist_ok=True)
    pages = {
        "policy": policy_page(),
        "continuum": continuum_page(),
        "errors": errors_page(),
        "reasons": reasons_page(),
    }
    for name, text in pages.items():
        path = GENERATED / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def plain_sentences(_app: Any, what: str, _name: str, _obj: Any, _options: Any, lines: list[str]) -> None:
    """Keep napoleon from reading the words before a colon as a type; types stand in signatures alone."""
    if what in ("property", "data"):
        lines[0] = ": " + lines[0]
    for place, line in enumerate(lines[:-1]):
        if line.strip() == "Returns:":
            text = lines[place + 1].lstrip()
            lines[place + 1] = lines[place + 1].removesuffix(text) + ": " + text


def declared_types(_app: Any, obj: Any, _bound: bool) -> None:
    """Show the declared type of every field; a converter would show what it takes, which is anything."""
    owner = getattr(sys.modules.get(obj.__module__), obj.__qualname__.removesuffix(".__init__"), None)
    if obj.__name__ == "__init__" and inspect.isclass(owner) and attrs.has(owner):
        hints = get_type_hints(owner)
        obj.__annotations__ |= {field.alias: hints[field.name] for field in attrs.fields(owner) if field.init}


def made_defaults(
    _app: Any, _what: str, _name: str, _obj: Any, _options: Any, given: str | None, answer: str | None
) -> tuple[str | None, str | None]:
    """Three dots for a default that is made anew for each value."""
    return (given.replace("= NOTHING", "= ...") if given else given), answer


def setup(app: Any) -> None:
    """Tell Sphinx what this file adds."""
    app.connect("autodoc-process-docstring", plain_sentences, priority=100)
    app.connect("builder-inited", write_generated)
    app.connect("autodoc-before-process-signature", declared_types)
    app.connect("autodoc-process-signature", made_defaults)

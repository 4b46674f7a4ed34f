"""How the documentation is built: ``sphinx-build -W -n -b html docs docs/_build/html``.

Nothing is fetched. The tables of policy parameters, of the shipped continuum and of codes are written anew
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
from ilr.continuum import Framework, packs

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
    (r"py:.*", r"(Modality|Basis|LevelCode|Audience|Grain|Condition|Comparison)"),  # aliases of plain types
    (r"py:.*", r"ilr\..*\.(_.*|T)"),  # private types that a public property gives
]


def code(text: object) -> str:
    """A text as code in a cell of a table."""
    return f"`{text}`" if str(text) else ""


def cell(text: object) -> str:
    """A text that does not break a cell."""
    return str(text).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *([cell(one) for one in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


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


def continuum_page(framework: Framework) -> str:
    """Areas, practices, indicators and criteria of a framework."""
    parts = []
    for area in framework.areas:
        parts.append(f"## {area.order}. {area.title}\n\n{area.purpose}\n")
        for practice in area.practices:
            parts.append(f"### {practice.code} {practice.title}\n")
            if practice.stages:
                parts.append("The practice as a whole:\n\n" + criteria_table(practice.stages))
            for indicator in practice.indicators:
                heading = f"**{indicator.code}, {indicator.title}.**"
                parts.append(f"{heading}\n\n{criteria_table(indicator.stages)}")
    return "\n".join(parts)


def criteria_table(cells: Iterable[Any]) -> str:
    """The criteria of some stages."""
    return table(
        ["stage", "criterion", "condition", "binds", "shown by", "gives way to a later one"],
        (
            (
                stage.stage.title,
                code(one.id),
                one.condition,
                one.modality,
                one.basis,
                ", ".join(later.id for later in FRAMEWORK.superseded_by(one.id)),
            )
            for stage in cells
            for one in (*stage.criteria, *stage.notes)
        ),
    )


def found_codes() -> Iterator[tuple[str, str, str, str]]:
    """Code, message, expectation and room of every check in the source."""
    root = Path(str(ilr.__file__)).parent
    for path in sorted(root.rglob("*.py")):
        room = path.relative_to(root).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            named = {word.arg: text_of(word.value) for word in node.keywords}
            placed = [text_of(one) for one in node.args]
            if len(placed) >= 4 and CODE.fullmatch(placed[1]):
                yield placed[1], placed[3], named.get("expected", ""), room
            elif CODE.fullmatch(named.get("code", "")):
                message = named.get("message", "") or (placed[0] if placed else "")
                yield named["code"], message, named.get("expected", ""), room


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
            (code(name.replace("...", "*")), "; or ".join(filter(None, said)), ", ".join(rooms[name]))
            for (_, name), said in sorted(rows.items())
        ),
    )


def reasons_page() -> str:
    """Every reason with its English words."""
    return table(["code", "in English"], ((code(name), code(words)) for name, words in MESSAGES.items()))


FRAMEWORK = packs.load("ilr")


def write_generated(_: Any) -> None:
    """Write the pages that come from the library; untouched where nothing changed."""
    GENERATED.mkdir(exist_ok=True)
    pages = {
        "policy": policy_page(),
        "continuum": continuum_page(FRAMEWORK),
        "errors": errors_page(),
        "reasons": reasons_page(),
    }
    for name, text in pages.items():
        path = GENERATED / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def plain_sentences(_app: Any, what: str, _name: str, _obj: Any, _options: Any, lines: list[str]) -> None:
    """Keep napoleon from reading the words before a colon as a type; types stand in signatures alone."""
    if what == "property":
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

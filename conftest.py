"""Every Python block of README.md and docs, and every example of a docstring in src, runs as a test.

A block ``python`` is run; an ``output`` block after it must show what it printed, with ``...`` for what is
left out. In docs a block that prints needs one, so that a page never hides what the reader would see.
Blocks and docstrings in the shape of doctests (``>>>``) are checked as such. The blocks of a page share their
names.
"""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from doctest import ELLIPSIS, OutputChecker
from doctest import Example as Wanted
from typing import Any

from sybil import Example, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser
from sybil.sybil import SybilCollection

PRINTED = "__printed__"


class RunAndKeep(PythonEvaluator):
    """Runs a block and keeps what it prints for the output block that follows."""

    def __init__(self, *, strict: bool) -> None:
        super().__init__()
        self.strict = strict

    def __call__(self, example: Example) -> None:
        """Run one block."""
        if self.strict:
            require_shown(example.namespace)
        printed = io.StringIO()
        with redirect_stdout(printed):
            super().__call__(example)
        example.namespace[PRINTED] = printed.getvalue()


class PythonParser(PythonCodeBlockParser):
    """Finds Python blocks, as code or as doctest."""

    def __init__(self, *, strict: bool) -> None:
        super().__init__(doctest_optionflags=ELLIPSIS)
        self.codeblock_parser = self.codeblock_parser_class("python", RunAndKeep(strict=strict))


def compare(example: Example) -> str | None:
    """Hold an output block against what the block before it printed."""
    wanted, printed = str(example.parsed), example.namespace.pop(PRINTED, "")
    checker = OutputChecker()
    if checker.check_output(wanted, printed, ELLIPSIS):
        return None
    return checker.output_difference(Wanted("", wanted), printed, ELLIPSIS)


def require_shown(namespace: dict[str, Any]) -> None:
    """Refuse a page on which a block printed something that is not shown."""
    printed = namespace.pop(PRINTED, "")
    if printed:
        raise AssertionError(f"a block printed what no output block shows:\n{printed}")


OUTPUT = CodeBlockParser("output", compare)

pytest_collect_file = SybilCollection(
    (
        Sybil(
            name="docs",
            path="docs",
            parsers=[PythonParser(strict=True), OUTPUT],
            patterns=["*.md"],
            excludes=["_build/**/*.md", "reference/_generated/*.md"],
            teardown=require_shown,
        ),
        Sybil(
            name="readme",
            parsers=[PythonParser(strict=False), OUTPUT],
            filenames=["README.md"],
            excludes=["*/*"],
        ),
        Sybil(name="docstrings", path="src", parsers=[DocTestParser(ELLIPSIS)], patterns=["*.py"]),
    )
).pytest()

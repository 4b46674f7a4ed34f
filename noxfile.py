"""Every check of the project, each in an environment of its own: ``nox -l`` lists them."""

from __future__ import annotations

import nox

PYTHONS = ["3.11", "3.12", "3.13"]
OLDEST = PYTHONS[0]
GROUPS = nox.project.load_toml("pyproject.toml")

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["lint", "typing", f"tests-{OLDEST}", "docs"]


def group(name: str) -> list[str]:
    """The packages of a dependency group."""
    return list(nox.project.dependency_groups(GROUPS, name))


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run all tests, the documentation's code among them, with coverage."""
    session.install(".[plots]", *group("tests"))
    session.run(
        "coverage",
        "run",
        "-m",
        "pytest",
        "--ignore=tests/peers",  # they have a session of their own, with the packages that they need
        *session.posargs,
        env={"COVERAGE_FILE": f".coverage.{session.name}"},
    )
    if not session.posargs:
        session.run("coverage", "report", env={"COVERAGE_FILE": f".coverage.{session.name}"})


@nox.session(python=OLDEST)
def minimums(session: nox.Session) -> None:
    """Run the tests with the oldest packages that the project allows."""
    session.install("--resolution=lowest-direct", ".[plots]", *group("tests"))
    session.run("pytest", "--ignore=tests/peers", *session.posargs)


@nox.session(python=OLDEST)
def lint(session: nox.Session) -> None:
    """Check style, format and the order of rooms."""
    session.install(".", *group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")


@nox.session(python=OLDEST)
def typing(session: nox.Session) -> None:
    """Check types strictly, and that every public name is typed."""
    session.install(".[plots]", *group("typing"))
    session.run("mypy")
    session.run(
        "basedpyright", "--pythonpath", f"{session.bin}/python", "--verifytypes", "ilr", "--ignoreexternal"
    )


@nox.session(python=OLDEST)
def peers(session: nox.Session) -> None:
    """Hold the coefficients against other packages, all of which must be there."""
    session.install(".", *group("peers"))
    session.run("pytest", "tests/peers", *session.posargs, env={"ILR_REQUIRE_PEERS": "1"})


@nox.session(python=OLDEST)
def bench(session: nox.Session) -> None:
    """Measure the coefficients beside other packages, each in an environment of its own that is kept."""
    session.install(".", "uv")
    session.run("python", "-m", "benchmarks.agreement", f"{session.cache_dir}/peers", *session.posargs)


@nox.session(python=OLDEST)
def docs(session: nox.Session) -> None:
    """Build the documentation; a warning is an error."""
    session.install(".[plots]", *group("docs"))
    session.run("sphinx-build", "-W", "-n", "--keep-going", "-b", "html", "docs", "docs/_build/html")


@nox.session(python=OLDEST)
def example(session: nox.Session) -> None:
    """Tell a synthetic school year and draw its pictures."""
    session.install(".[plots]")
    session.run("python", "examples/school_year.py", *session.posargs)


@nox.session(python=OLDEST)
def package(session: nox.Session) -> None:
    """Build the distributions and check them."""
    session.install("build", "check-wheel-contents", "twine")
    session.run("python", "-m", "build", "--outdir", session.create_tmp())
    session.run("twine", "check", "--strict", f"{session.create_tmp()}/ilr-*")
    session.run("check-wheel-contents", session.create_tmp())

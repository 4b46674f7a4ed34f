"""Time and memory of the coefficients of agreement beside other packages and beside the floor.

``python -m benchmarks.agreement FOLDER`` makes an environment for each package in the folder, once, and
measures every statistic of every package on three designs of four ordered levels from one latent trait: (a)
100 units x 5 raters with 20 % missing, (b) 10,000 x 5 and (c) 1,000,000 x 3, complete. Further arguments
name the statistics or packages to measure. A measurement is a process of its own with one thread; the time is that of
the processor, the least of up to 200 runs in a second (three at least, fewer where they take more than 20
s), and begins at the array of small integers. The peak is the rise of resident memory over the input. The
floor is one count of patterns in numpy. A package that needs more than the limit is stopped and said so; one
that cannot be installed is listed.

Ours is timed with its standard error, or with a thousand draws; a peer gives what it can, which is the value
alone but for irrCAC, and pingouin's intervals. A name in brackets says what a peer computes instead.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.peers import CALLS, Rows

SEED = 20260901
LIMIT = 60  # seconds of the processor for all the runs of a measurement
DESIGNS = {"a": (100, 5, 0.2), "b": (10_000, 5, 0.0), "c": (1_000_000, 3, 0.0)}
STATISTICS = ("kappa", "fleiss", "alpha", "ac2", "conger", "icc", "bootstrap")
UNDECLARED = {"nltk": ("numpy",), "simpledorff": ("numpy", "pandas")}  # what the calls need besides
MEBIBYTE = 1024**2
ROOT = Path(__file__).resolve().parents[1]
THREADS = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}

Found = dict[str, Any]


def rows(units: int, raters: int, missing: float) -> Rows:
    """Levels by thresholds on a trait seen with error, 0 where missing."""
    rng = np.random.default_rng([SEED, units])
    seen = rng.standard_normal((units, 1)) + 0.6 * rng.standard_normal((units, raters))
    levels = (1 + np.digitize(seen, [-0.8, 0.0, 0.8])).astype(np.int8)
    levels[rng.random((units, raters)) < missing] = 0
    return levels


def environments(folder: Path, packages: set[str]) -> dict[str, Path]:
    """The interpreter of each package; of ours, the one that runs this."""
    found = {"ilr": Path(sys.executable), "numpy": Path(sys.executable)}
    uv = shutil.which("uv") or "uv"
    for package in sorted(packages - set(found)):
        place = folder / package
        python = place / "bin" / "python"
        if not (place / "complete").exists():
            made = [
                [uv, "venv", "--quiet", "--clear", str(place)],
                [
                    uv,
                    "pip",
                    "install",
                    "--quiet",
                    "--python",
                    str(python),
                    package,
                    *UNDECLARED.get(package, ()),
                ],
            ]
            codes = [subprocess.run(command, check=False).returncode for command in made]  # noqa: S603  # uv with names from this repository
            if any(codes):
                print(f"{package} cannot be installed")
                continue
            (place / "complete").touch()
        found[package] = python
    return found


def used(pid: int) -> float:
    """Seconds of the processor that a process has used; a limit by the system would coarsen its own clock."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(python: Path, package: str, statistic: str, path: Path) -> Found | str:
    """One measurement, or why there is none."""
    command = [str(python), "-m", "benchmarks.peers", package, statistic, str(path)]
    with subprocess.Popen(  # noqa: S603  # this package's own module
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, **THREADS},
    ) as process:
        while True:
            try:
                out, said = process.communicate(timeout=1)
            except subprocess.TimeoutExpired:
                if used(process.pid) > LIMIT:
                    process.kill()
            else:
                break
    if process.returncode < 0:
        return f"stopped: over {LIMIT} s, or out of memory"
    if process.returncode:
        return (said.strip().splitlines() or ["failed"])[-1].split(":")[0]
    found: Found = json.loads(out.splitlines()[-1])
    return found


def told(found: Found | str, floor: float) -> str:
    """A measurement in one line."""
    if isinstance(found, str):
        return found
    return (
        f"{1000 * found['seconds']:10.3f} ms   best of {found['runs']:3}   {found['seconds'] / floor:8.1f} x floor   "
        f"{found['peak'] / MEBIBYTE:6.1f} MiB   value {found['value']:.5f}"
    )


def verdicts(all_found: dict[tuple[str, str, str], Found | str]) -> list[str]:
    """Each target with what was found."""

    def figure(design: str, statistic: str, package: str = "ilr", field: str = "seconds") -> float:
        found = all_found.get((design, statistic, package))
        return float(found[field]) if isinstance(found, dict) else float("nan")

    floor = figure("c", "floor", "numpy")
    single = [name for name in STATISTICS if name not in ("icc", "bootstrap")]
    compress = min(figure("c", name) for name in ("fleiss", "ac2"))
    lines = []
    for name in single:
        lines += [
            f"(c) {name} within 3 x floor: {figure('c', name) / floor:.2f}",
            f"(c) {name} under 60 MiB: {figure('c', name, field='peak') / MEBIBYTE:.1f}",
            f"(a) {name} under 1 ms: {1000 * figure('a', name):.3f}",
        ]
    ratio = figure("c", "alpha", "krippendorff") / figure("c", "alpha")
    counted = figure("c", "alpha", "krippendorff (counts)") / figure("c", "alpha")
    icc = figure("c", "icc", "pingouin") / figure("c", "icc")
    return [
        *lines,
        f"(c) ordinal alpha at least 25 x faster than krippendorff: {ratio:.1f} ({counted:.1f} from counts)",
        f"(a) 1,000 draws under 10 ms: {1000 * figure('a', 'bootstrap'):.2f}",
        f"(c) 1,000 draws under 20 ms beyond one coefficient: {1000 * (figure('c', 'bootstrap') - compress):.2f}",
        f"(c) ICC with intervals at least 20 x faster than pingouin, whole scores: {icc:.1f}",
    ]


def main(folder: str, wanted: list[str]) -> None:
    """Measure and print everything."""
    chosen = [key for key in CALLS if not wanted or {key[0], key[1].split(" (")[0]} & set(wanted)]
    interpreters = environments(Path(folder), {package.split(" (")[0] for _, package in chosen})
    all_found: dict[tuple[str, str, str], Found | str] = {}
    with tempfile.TemporaryDirectory() as place:
        for design, (units, raters, missing) in DESIGNS.items():
            path = Path(place, f"{design}.npy")
            np.save(path, rows(units, raters, missing))
            print(f"\n({design}) {units:,} units x {raters} raters, {missing:.0%} missing")
            bare = measured(interpreters["numpy"], "numpy", "floor", path)
            if isinstance(bare, str):
                raise RuntimeError(bare)  # noqa: TRY004  # it says why there is no floor
            all_found[design, "floor", "numpy"] = bare
            print(f"{'floor':10} {'numpy':26} {told(bare, bare['seconds'])}", flush=True)
            for statistic in STATISTICS:
                for name, package in chosen:
                    python = interpreters.get(package.split(" (")[0])
                    if name != statistic or python is None:
                        continue
                    before = all_found.get((chr(ord(design) - 1), statistic, package))
                    found = (
                        before
                        if isinstance(before, str) and before.startswith("stopped")
                        else measured(python, package, statistic, path)
                    )
                    all_found[design, statistic, package] = found
                    print(f"{statistic:10} {package:26} {told(found, bare['seconds'])}", flush=True)
    print("\nTargets, with what was found", *verdicts(all_found), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

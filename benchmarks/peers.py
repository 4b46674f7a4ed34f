"""One coefficient by one package, measured in a process and an environment of its own.

Here belong the calls of every package, each from the same array of integers, and the measurement.
``python -m benchmarks.peers PACKAGE STATISTIC ROWS.npy`` prints the value, the best and the number of runs,
and the peak of memory as JSON. Nothing here imports a package before it is called, and nothing but numpy is
shared, so that it runs where only that package is installed.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int8]  # units x raters, levels from 1, 0 where missing
Call = Callable[[Rows], float]

LEVELS = [1, 2, 3, 4]
DRAWS = 1000
SECONDS, RUNS = 1.0, 200  # of repeating, whichever ends first; three runs at least, unless they take long
LONG = 20.0
MEBIBYTE = 1024**2
BLOCK, LOOP = 0.002, 10  # what takes less is timed so often at once
CALLS: dict[tuple[str, str], Call] = {}


def call(statistic: str, package: str) -> Callable[[Call], Call]:
    """Register a call."""

    def keep(made: Call) -> Call:
        CALLS[statistic, package] = made
        return made

    return keep


def complete(rows: Rows) -> Rows:
    """Rows without a gap, for packages that take none."""
    return rows[(rows > 0).all(axis=1)]


def counts(rows: Rows) -> NDArray[np.int64]:
    """Ratings by unit and level."""
    return np.stack([(rows == level).sum(axis=1) for level in LEVELS], axis=1)


def cross_table(rows: Rows) -> NDArray[np.int64]:
    """Units by the levels of the first two raters."""
    first, second = complete(rows[:, :2]).T.astype(np.int64) - 1
    return np.bincount(4 * first + second, minlength=16).reshape(4, 4)


def floats(rows: Rows) -> NDArray[np.float64]:
    """Rows with NaN for gaps."""
    return np.where(rows > 0, rows, np.nan)


def long(rows: Rows) -> tuple[NDArray[np.intp], NDArray[np.intp], Rows]:
    """Unit, rater and level of every rating."""
    unit, rater = np.nonzero(rows)
    return unit, rater, rows[unit, rater]


# The floor: the one count of patterns that any method needs.


def floor(rows: Rows) -> float:
    """Count the patterns of levels."""
    key = np.zeros(len(rows), dtype=np.int32)
    for column in rows.T:
        key *= 5
        key += column
    return float(np.bincount(key).max())


CALLS["floor", "numpy"] = floor


# Ours, each with its standard error.


def ratings(rows: Rows) -> Any:
    """The table that every coefficient of ours reads."""
    from ilr.stats import Ratings

    return Ratings.from_matrix(rows, LEVELS, missing={0: "unanswered"})


def ours(name: str, *, raters: int | None = None, **options: Any) -> Call:
    """A coefficient of ours with options."""

    def one(rows: Rows) -> float:
        from ilr.stats import agreement

        return float(getattr(agreement, name)(ratings(rows[:, :raters]), **options).value)

    return one


CALLS |= {
    ("kappa", "ilr"): ours("cohen_kappa", raters=2),
    ("fleiss", "ilr"): ours("fleiss_kappa"),
    ("alpha", "ilr"): ours("krippendorff_alpha", metric="ordinal"),
    ("ac2", "ilr"): ours("gwet_ac", weights="quadratic"),
    ("conger", "ilr"): ours("conger_kappa"),
    ("bootstrap", "ilr"): ours(
        "krippendorff_alpha", metric="ordinal", method="bootstrap", seed=1, draws=DRAWS
    ),
}


@call("icc", "ilr")
def _(rows: Rows) -> float:
    from ilr.stats import agreement

    return float(agreement.icc(ratings(complete(rows)), "A,1").value)


@call("icc", "ilr (continuous)")
def _(rows: Rows) -> float:
    from ilr.stats import Ratings, agreement

    return float(agreement.icc(Ratings.from_matrix(complete(rows), continuous=True), "A,1").value)


# Peers.


@call("alpha", "krippendorff")
def _(rows: Rows) -> float:
    import krippendorff

    return float(
        krippendorff.alpha(
            reliability_data=floats(rows).T, level_of_measurement="ordinal", value_domain=LEVELS
        )
    )


@call("alpha", "krippendorff (counts)")
def _(rows: Rows) -> float:
    import krippendorff

    return float(
        krippendorff.alpha(value_counts=counts(rows), level_of_measurement="ordinal", value_domain=LEVELS)
    )


@call("kappa", "statsmodels")
def _(rows: Rows) -> float:
    from statsmodels.stats.inter_rater import cohens_kappa

    return float(cohens_kappa(cross_table(rows)).kappa)


@call("fleiss", "statsmodels")
def _(rows: Rows) -> float:
    from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

    return float(fleiss_kappa(aggregate_raters(complete(rows))[0]))


@call("kappa", "scikit-learn")
def _(rows: Rows) -> float:
    from sklearn.metrics import cohen_kappa_score

    return float(cohen_kappa_score(*complete(rows[:, :2]).T, labels=LEVELS))


@call("icc", "pingouin")
def _(rows: Rows) -> float:
    import pandas as pd
    import pingouin

    unit, rater, level = long(complete(rows))
    frame = pd.DataFrame({"unit": unit, "rater": rater, "level": level.astype(np.float64)})
    found = pingouin.intraclass_corr(frame, targets="unit", raters="rater", ratings="level")
    return float(found["ICC"].iloc[1])


def irrcac(statistic: str, package: str, method: str, weights: str = "identity") -> None:
    """Register a coefficient of irrCAC."""

    @call(statistic, package)
    def _(rows: Rows) -> float:
        import pandas as pd
        from irrCAC.raw import CAC

        table = CAC(pd.DataFrame(floats(rows)), weights=weights, categories=LEVELS)
        return float(getattr(table, method)()["est"]["coefficient_value"])


irrcac("fleiss", "irrCAC", "fleiss")
irrcac("ac2", "irrCAC", "gwet", "quadratic")
irrcac("alpha", "irrCAC (weights)", "krippendorff", "ordinal")
irrcac("conger", "irrCAC", "conger")


@call("kappa", "irrCAC")
def _(rows: Rows) -> float:
    import pandas as pd
    from irrCAC.table import CAC

    return float(CAC(pd.DataFrame(cross_table(rows))).cohen()["est"]["coefficient_value"])


def interrater(statistic: str, package: str, module: str, name: str, *, on_counts: bool = True) -> None:
    """Register a coefficient of interrater."""

    @call(statistic, package)
    def _(rows: Rows) -> float:
        from importlib import import_module

        from interrater.intermediates.estimator_parts import EstimatorInput

        function = getattr(import_module(f"interrater.analyzers.agreement_functions.{module}"), name)
        data = EstimatorInput(rows - np.int8(1), 4)
        return float(function(data.nij if on_counts else data))


interrater("fleiss", "interrater", "group_agreement", "fleiss_kappa")
interrater("ac2", "interrater (AC1)", "group_agreement", "gwet_ac1")
interrater("alpha", "interrater (nominal)", "krippendorff", "krippendorff_alpha")


@call("kappa", "interrater")
def _(rows: Rows) -> float:
    from interrater.analyzers.agreement_functions.individual_marginals import cohen_kappa
    from interrater.intermediates.estimator_parts import EstimatorInput

    return float(cohen_kappa(EstimatorInput(rows[:, :2] - np.int8(1), 4)))


@call("bootstrap", "interrater (nominal)")
def _(rows: Rows) -> float:
    import interrater

    semantics = interrater.RatingsSemantics(rows.shape[1], interrater.UnorderedCategories(list("1234")))
    data = interrater.Ratings(rows - np.int8(1), semantics)
    config = interrater.KrippendorffAlphaConfig(n_resamples=DRAWS)
    return float(interrater.KrippendorffAlphaAnalyzer(data, config).estimate().point)


@call("kappa", "pyagree")
def _(rows: Rows) -> float:
    from pyagree import cohen_kappa

    return float(cohen_kappa(cross_table(rows)))


@call("fleiss", "pyagree")
def _(rows: Rows) -> float:
    from pyagree import fleiss_kappa

    return float(fleiss_kappa(counts(complete(rows))))


def agreement_package(statistic: str, package: str, name: str, kernel: str) -> None:
    """Register a coefficient of the package agreement."""

    @call(statistic, package)
    def _(rows: Rows) -> float:
        from agreement import metrics
        from agreement.utils import kernels
        from agreement.utils.transform import pivot_table_frequency

        unit, rater, level = long(rows[:, :2] if name == "cohens_kappa" else rows)
        tables = [pivot_table_frequency(unit, level, np.array(LEVELS))]
        if name == "cohens_kappa":
            tables.append(pivot_table_frequency(rater, level, np.array(LEVELS)))
        return float(getattr(metrics, name)(*tables, getattr(kernels, kernel)))


agreement_package("kappa", "agreement", "cohens_kappa", "identity_kernel")
agreement_package("fleiss", "agreement", "scotts_pi", "identity_kernel")
agreement_package("ac2", "agreement", "gwets_gamma", "quadratic_kernel")
agreement_package("alpha", "agreement (weights)", "krippendorffs_alpha", "ordinal_kernel")


def nltk(statistic: str, package: str, name: str, *, raters: int | None = None) -> None:
    """Register a coefficient of nltk."""

    @call(statistic, package)
    def _(rows: Rows) -> float:
        from nltk.metrics import interval_distance
        from nltk.metrics.agreement import AnnotationTask

        unit, rater, level = long(rows if name == "alpha" else complete(rows[:, :raters]))
        data = list(zip(rater.tolist(), unit.tolist(), level.tolist(), strict=True))
        extra = {"distance": interval_distance} if name == "alpha" else {}
        return float(getattr(AnnotationTask(data=data, **extra), name)())


nltk("kappa", "nltk", "kappa", raters=2)
nltk("fleiss", "nltk", "multi_kappa")
nltk("alpha", "nltk (interval)", "alpha")


@call("kappa", "rater-agreement")
def _(rows: Rows) -> float:
    from raters import cohen_kappa

    return float(cohen_kappa(*complete(rows[:, :2]).T.tolist(), LEVELS))


@call("fleiss", "rater-agreement")
def _(rows: Rows) -> float:
    from raters import fleiss_kappa

    return float(fleiss_kappa(counts(complete(rows))))


def lists(rows: Rows) -> list[list[int | None]]:
    """Raters x units with None for gaps."""
    return [[level or None for level in column] for column in rows.T.tolist()]


@call("alpha", "rater-agreement (interval)")
def _(rows: Rows) -> float:
    from raters import krippendorff_alpha

    return float(krippendorff_alpha(lists(rows), level="interval", categories=LEVELS))


@call("icc", "rater-agreement")
def _(rows: Rows) -> float:
    from raters import icc

    return float(icc(complete(rows).astype(np.float64), form="2,1"))


@call("bootstrap", "rater-agreement (interval)")
def _(rows: Rows) -> float:
    from raters import bootstrap_ci, krippendorff_alpha

    table = lists(rows)

    def statistic(units: list[int]) -> float:
        part = [[column[unit] for unit in units] for column in table]
        return float(krippendorff_alpha(part, level="interval", categories=LEVELS))

    return float(bootstrap_ci(statistic, len(rows), n_boot=DRAWS)[0])


def evalaudit(statistic: str, *, draws: bool) -> None:
    """Register ordinal alpha of evalaudit."""

    @call(statistic, "evalaudit")
    def _(rows: Rows) -> float:
        import pandas as pd
        from evalaudit import rater_agreement

        unit, rater, level = long(rows)
        frame = pd.DataFrame({"item_id": unit, "rater_id": rater, "rating": level})
        found = rater_agreement(frame, level="ordinal", bootstrap_ci=draws, n_boot=DRAWS, seed=1)
        return float(found.alpha)


evalaudit("alpha", draws=False)
evalaudit("bootstrap", draws=True)


@call("alpha", "simpledorff (interval)")
def _(rows: Rows) -> float:
    import pandas as pd
    from simpledorff import calculate_krippendorffs_alpha_for_df
    from simpledorff.metrics import interval_metric

    unit, rater, level = long(rows)
    frame = pd.DataFrame({"unit": unit, "rater": rater, "level": level})
    return float(calculate_krippendorffs_alpha_for_df(frame, "unit", "rater", "level", interval_metric))


@call("alpha", "iaa-kit (interval)")
def _(rows: Rows) -> float:
    from iaa_kit.krippendorff import alpha_value

    return float(alpha_value([[level or None for level in row] for row in rows.tolist()], "interval"))


def memory(field: str) -> int:
    """A figure of this process's memory in bytes, on Linux."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(field)


def measure(one: Call, rows: Rows) -> dict[str, float]:
    """Value, peak of memory of the first full run, and the least time of several."""
    one(rows[:20])  # imports are not counted
    np.ones(24 * MEBIBYTE, dtype=np.int8)  # after a large array the allocator keeps what it is given back
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = memory("VmRSS")
    begun = time.process_time()
    value = one(rows)
    taken = [time.process_time() - begun]
    peak = memory("VmHWM") - before
    inner = 1 if taken[0] > BLOCK else LOOP
    while (inner * sum(taken) < SECONDS and len(taken) < RUNS) or (len(taken) < 3 and sum(taken) < LONG):
        begun = time.process_time()
        for _ in range(inner):
            one(rows)
        taken.append((time.process_time() - begun) / inner)
    return {"value": value, "seconds": min(taken), "runs": len(taken), "peak": peak}


def main(package: str, statistic: str, path: str) -> None:
    """Measure one call."""
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    print(json.dumps(measure(CALLS[statistic, package], np.load(path))))


if __name__ == "__main__":
    main(*sys.argv[1:])

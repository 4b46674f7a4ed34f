"""The exports of the statistics room."""

from __future__ import annotations

import subprocess
import sys

import pytest

import ilr.stats


def test_import_is_light() -> None:
    """Importing the room alone loads neither numpy nor scipy."""
    code = "import sys, ilr.stats; print([name for name in ('numpy', 'scipy') if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_scipy_stats_stays_out() -> None:
    """Using every module never loads scipy.stats."""
    code = (
        "import sys\n"
        "from ilr.stats import Ratings, agreement, charts, proportions, suppression\n"
        "agreement.gwet_ac(Ratings.from_matrix([[1, 2], [1, 1]]))\n"
        "charts.run_chart(range(20)); proportions.clopper_pearson(1, 2); suppression.protect([9, 3, 9])\n"
        "print('scipy.stats' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def test_every_export_is_there() -> None:
    """Every exported name can be had, and nothing else."""
    assert dir(ilr.stats) == sorted(ilr.stats.__all__)
    for name in ilr.stats.__all__:
        assert getattr(ilr.stats, name).__name__.endswith(name)
    with pytest.raises(AttributeError, match="nothing"):
        _ = ilr.stats.nothing

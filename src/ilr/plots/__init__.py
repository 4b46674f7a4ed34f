"""Plots: pictures of results, each with words and numbers; they need the extra ``plots``."""

from ilr.plots.pictures import Picture, agreement, capacity_gap, rates, run_chart

__all__ = ["Picture", "agreement", "capacity_gap", "rates", "run_chart"]

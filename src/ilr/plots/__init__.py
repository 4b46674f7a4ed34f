"""Plots: pictures of results, each with words and numbers; they need the extra ``plots``."""

from ilr.plots.pictures import Picture, agreement, run_chart, shares

__all__ = ["Picture", "agreement", "run_chart", "shares"]

"""Pictures of results: one function a picture.

Here belongs drawing alone; every number comes from a result that was computed elsewhere. A picture
carries its text for those who cannot see it and its numbers as a table, and tells nothing by colour
alone. It needs the extra ``plots``.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from math import isnan
from typing import TYPE_CHECKING, Any, Literal

import attrs

from ilr.base import Checker, MissingDependency, read_only

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ilr.observation import AgreementTable, Shares
    from ilr.stats import Estimate
    from ilr.stats.charts import Chart

__all__ = ["Picture", "agreement", "run_chart", "shares"]

_INK, _MUTED, _ACCENT = "#1b2a3a", "#6b7785", "#0b6fa4"


@attrs.frozen(eq=False, kw_only=True, field_transformer=read_only)
class Picture:
    """A drawn picture with its words and its numbers. Two are equal only if they are the same object.

    Attributes:
        figure: the matplotlib figure, to be changed at will.
        alt_text: what the picture shows, in words.
        rows: the numbers that were drawn, one mapping a mark.
    """

    figure: Any
    alt_text: str
    rows: tuple[Any, ...]

    def to_bytes(self, kind: Literal["png", "svg", "pdf"] = "png", *, dpi: int = 144) -> bytes:
        """The picture as the bytes of a file."""
        held = BytesIO()
        metadata = {"Title": self.alt_text} if kind != "png" else {"Description": self.alt_text}
        self.figure.savefig(held, format=kind, dpi=dpi, metadata=metadata, bbox_inches="tight")
        return held.getvalue()

    def _repr_png_(self) -> bytes:
        return self.to_bytes()


def run_chart(
    chart: Chart,
    *,
    labels: Sequence[str] | None = None,
    title: str = "",
    measure: str = "share",
    percent: bool = True,
) -> Picture:
    """Draw a run chart: the series, its centre line, and a mark on each point of a signal.

    Args:
        chart: what `ilr.stats.charts` gave.
        labels: one text a point, for example the week; the number of the point by default.
        title: headline; it should say what is seen.
        measure: what the vertical axis counts.
        percent: whether the values are shares, written as percentages.

    Returns:
        The picture.

    Raises:
        InvalidInput: when there is not one label a point.
        MissingDependency: without matplotlib.
    """
    values = [float(value) for value in chart.values]
    names = list(labels) if labels is not None else [str(place + 1) for place in range(len(values))]
    check = Checker("run_chart")
    check(
        len(names) == len(values), "plot.labels", "labels", "do not fit the points", expected=str(len(values))
    )
    check.done()
    figure, axes = _canvas(title, (9, 4.2))
    places = range(len(values))
    axes.plot(places, values, color=_ACCENT, linewidth=1.4, marker="o", markersize=4.5, zorder=3)
    axes.axhline(chart.centre, color=_MUTED, linewidth=1.2)
    shown = _number(chart.centre, percent)
    axes.annotate(
        f"centre {shown}",
        (1, chart.centre),
        xycoords=("axes fraction", "data"),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        color=_MUTED,
        fontsize=9,
    )
    spans = (signal.members for signal in chart.signals if len(signal.members) < chart.useful)
    marked = sorted({place for members in spans for place in members})
    axes.plot(
        marked,
        [values[place] for place in marked],
        linestyle="none",
        marker="s",
        markersize=11,
        markerfacecolor="none",
        markeredgecolor=_INK,
        markeredgewidth=1.3,
        zorder=4,
        label="part of a signal",
    )
    for limit, name in ((chart.lower, "lower limit"), (chart.upper, "upper limit")):
        if limit is not None:
            axes.axhline(limit, color=_MUTED, linewidth=1, linestyle="--", label=name)
    if marked:
        axes.legend(frameon=False, loc="best", fontsize=9)
    step = max(1, -(-len(names) // 12))
    axes.set_xticks(list(places)[::step], names[::step])
    axes.set_ylabel(measure)
    _percentages(axes, percent)
    rules = sorted({signal.rule for signal in chart.signals})
    if not chart.enough_points:
        verdict = "There are not enough points for the rules of runs."
    elif rules:
        verdict = f"Signals of change: {', '.join(rules)}."
    else:
        verdict = "No signal: the points vary as chance would."
    axes.set_xlabel(verdict, loc="left", color=_MUTED)
    text = f"{_headline(title)}Run chart of {len(values)} points around a centre of {shown}. {verdict}"
    rows = tuple(
        {"label": name, measure: None if isnan(value) else value, "signal": place in marked}
        for place, (name, value) in enumerate(zip(names, values, strict=True))
    )
    return Picture(figure=figure, alt_text=text, rows=rows)


def agreement(
    table: AgreementTable, *, group: str | None = None, title: str = "", threshold: float | None = None
) -> Picture:
    """Draw AC2 and alpha of each item with their intervals.

    Args:
        table: what `ObservationTable.agreement` gave.
        group: the group to draw, where the table is broken down.
        title: headline.
        threshold: a line that the intervals are read against.

    Returns:
        The picture; a coefficient without a value has no mark, and its row says why.

    Raises:
        InvalidInput: when the table has no such group.
        MissingDependency: without matplotlib.
    """
    rows = [row for row in table if row.group == group]
    series = (("AC2", "o", [row.ac2 for row in rows]), ("alpha", "D", [row.alpha for row in rows]))
    return _intervals(
        [row.item for row in rows],
        series,
        title=title,
        threshold=threshold,
        percent=False,
        measure="agreement beyond chance",
    )


def shares(
    table: Shares, *, group: str | None = None, title: str = "", threshold: float | None = None
) -> Picture:
    """Draw the share of each item at or above its level with its interval.

    Args:
        table: what `ObservationTable.shares` gave.
        group: the group to draw, where the table is broken down.
        title: headline.
        threshold: a line that the intervals are read against.

    Returns:
        The picture.

    Raises:
        InvalidInput: when the table has no such group.
        MissingDependency: without matplotlib.
    """
    rows = [row for row in table if row.group == group]
    series = (("share at or above the level", "o", [row.estimate for row in rows]),)
    return _intervals(
        [row.item for row in rows],
        series,
        title=title,
        threshold=threshold,
        percent=True,
        measure="share of ratings",
    )


def _intervals(
    names: Sequence[str],
    series: Sequence[tuple[str, str, Sequence[Estimate]]],
    *,
    title: str,
    threshold: float | None,
    percent: bool,
    measure: str,
) -> Picture:
    check = Checker("picture")
    check(bool(names), "plot.group", "group", "has no rows", expected="a group of the table")
    check.done()
    figure, axes = _canvas(title, (8, 1.2 + 0.42 * len(names)))
    told: list[dict[str, Any]] = []
    for number, (label, marker, estimates) in enumerate(series):
        shift = (number - (len(series) - 1) / 2) * 0.28
        colour = (_ACCENT, _INK)[number % 2]
        drawn = [(place, one) for place, one in enumerate(estimates) if one.undefined is None]
        for place, one in drawn:
            axes.plot([one.low, one.high], [place + shift] * 2, color=colour, linewidth=1.6, zorder=2)
        axes.plot(
            [one.value for _, one in drawn],
            [place + shift for place, _ in drawn],
            linestyle="none",
            marker=marker,
            color=colour,
            label=label,
            zorder=3,
        )
        told += [
            {
                "item": names[place],
                "measure": label,
                "value": None if one.undefined else one.value,
                "low": None if one.undefined else one.low,
                "high": None if one.undefined else one.high,
                "undefined": str(one.undefined) if one.undefined else None,
            }
            for place, one in enumerate(estimates)
        ]
    if threshold is not None:
        axes.axvline(
            threshold, color=_MUTED, linestyle="--", linewidth=1.2, label=_number(threshold, percent)
        )
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlabel(measure)
    if percent:
        axes.xaxis.set_major_formatter(_percent_formatter())
    if len(series) > 1 or threshold is not None:
        axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1), fontsize=9)
    parts = [
        f"{row['item']} {row['measure']} "
        + (
            str(row["undefined"])
            if row["undefined"]
            else f"{_number(row['value'], percent)} ({_number(row['low'], percent)} to {_number(row['high'], percent)})"
        )
        for row in told
    ]
    return Picture(figure=figure, alt_text=f"{_headline(title)}{'; '.join(parts)}.", rows=tuple(told))


def _canvas(title: str, size: tuple[float, float]) -> tuple[Figure, Axes]:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingDependency(
            "pictures need matplotlib", code="plots.matplotlib", hint="install ilr[plots]"
        ) from error
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", color=_INK, fontsize=12)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.grid(visible=True, color="#e6e9ed", linewidth=0.8)
    axes.set_axisbelow(True)
    return figure, axes


def _headline(title: str) -> str:
    if not title:
        return ""
    return f"{title} " if title.endswith((".", "?", "!")) else f"{title}. "


def _number(value: float, percent: bool) -> str:
    return f"{value:.0%}" if percent else f"{value:.2f}"


def _percent_formatter() -> Any:
    from matplotlib.ticker import PercentFormatter

    return PercentFormatter(xmax=1, decimals=0)


def _percentages(axes: Axes, percent: bool) -> None:
    if percent:
        axes.yaxis.set_major_formatter(_percent_formatter())
        axes.set_ylim(0, 1)

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

    from ilr.coaching import Blocking, CapacityGap, HoursView
    from ilr.observation import AgreementTable, Rates
    from ilr.stats import Estimate
    from ilr.stats.charts import Chart

__all__ = ["Picture", "agreement", "capacity_gap", "rates", "run_chart"]

_INK, _MUTED, _ACCENT = "#1b2a3a", "#6b7785", "#0b6fa4"
_BAR = 0.36
_KINDS = {
    "run": "Run chart",
    "xmr": "XmR chart",
    "c": "C chart",
    "p": "P chart",
    "u": "U chart",
    "p-prime": "P' chart",
    "u-prime": "U' chart",
    "xbar": "Chart of means",
    "ewma": "EWMA chart",
    "cusum": "CUSUM chart",
}


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
    """Draw a run or control chart: its points, centre and limits, and a mark on each point of a signal.

    Each phase has a centre line of its own and begins at a line that tells its reason. An EWMA is drawn over
    its points, a CUSUM as its two sums.

    Args:
        chart: what `ilr.stats.charts` gave.
        labels: one text a point, for example the week; the number of the point by default.
        title: headline; it should say what is seen.
        measure: what the vertical axis counts.
        percent: whether the values are shares, written as percentages.

    Returns:
        The picture. Too few crossings concern the whole series and mark no point.

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
    shares = percent and chart.kind != "cusum"
    _lines(axes, chart, shares)
    marked = _points(axes, chart)
    if axes.get_legend_handles_labels()[1]:
        axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1), fontsize=9)
    step = max(1, -(-len(names) // 12))
    axes.set_xticks(list(range(len(names)))[::step], names[::step])
    axes.set_ylabel(measure)
    _percentages(axes, shares)
    verdict = _verdict(chart)
    axes.set_xlabel(verdict, loc="left", color=_MUTED)
    centres = ", then ".join(_number(part.centre, percent) for part in chart.parts if not isnan(part.centre))
    around = f" around a {'target' if chart.tracks else 'centre'} of {centres}" if centres else ""
    words = f"{_KINDS[chart.kind]} of {len(values)} points{around}. {verdict}"
    tracks = zip(
        ("average",) if chart.kind == "ewma" else ("upper sum", "lower sum"), chart.tracks, strict=False
    )
    columns = {name: list(track) for name, track in tracks}
    rows = tuple(
        {"label": name, measure: _or_none(value), "signal": place in marked}
        | {column: _or_none(track[place]) for column, track in columns.items()}
        for place, (name, value) in enumerate(zip(names, values, strict=True))
    )
    return Picture(figure=figure, alt_text=f"{_headline(title)}{words}", rows=rows)


def _lines(axes: Axes, chart: Chart, percent: bool) -> None:
    """Centre and limits of each phase, as steps where they differ from point to point."""
    lines = chart.lines
    for number, part in enumerate(chart.parts):
        edges = [part.start - 0.5, *(place + 0.5 for place in range(part.start, part.stop))]
        for name, line in (("", lines.centre), ("limits", lines.lower), ("", lines.upper)):
            heights = line[part.start : part.stop]
            if all(isnan(height) for height in heights):
                continue
            dashed = line is not lines.centre
            axes.stairs(
                heights,
                edges,
                baseline=None,
                color=_MUTED,
                linewidth=1 if dashed else 1.2,
                linestyle="--" if dashed else "-",
                label=name or None if number == 0 else None,
            )
        if part.phase is not None:
            axes.axvline(part.start - 0.5, color=_INK, linewidth=1, linestyle=":")
            axes.annotate(
                part.phase.reason,
                (part.start - 0.5, 1),
                xycoords=("data", "axes fraction"),
                xytext=(4, -4),
                textcoords="offset points",
                va="top",
                color=_INK,
                fontsize=9,
            )
    if any(not isnan(height) for height in lines.centre):
        last = float(lines.centre[-1])
        axes.annotate(
            f"centre {_number(last, percent)}",
            (1, last),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            color=_MUTED,
            fontsize=9,
        )


def _points(axes: Axes, chart: Chart) -> list[int]:
    """The points and a square on those of signals; gives the places that are marked."""
    places = range(len(chart.values))
    if chart.kind == "ewma":
        axes.plot(places, chart.values, color=_MUTED, linestyle="none", marker=".", label="single points")
    names = ("upper sum", "lower sum") if chart.kind == "cusum" else ("",)
    for track, name, marker in zip(chart.drawn, names, ("o", "D"), strict=False):
        axes.plot(
            places,
            track,
            color=_ACCENT,
            linewidth=1.4,
            marker=marker,
            markersize=4.5,
            zorder=3,
            label=name or None,
        )
    told = [signal for signal in chart.signals if not signal.rule.endswith(".crossings")]
    marked = sorted({place for signal in told for place in signal.members})
    lower = {place for signal in told if signal.rule == "cusum.lower" for place in signal.members}
    upper = {place for signal in told if signal.rule != "cusum.lower" for place in signal.members}
    spots = [
        (place, track[place])
        for track, held in zip(chart.drawn, (upper, lower), strict=False)
        for place in sorted(held)
    ]
    axes.plot(
        [place for place, _ in spots],
        [height for _, height in spots],
        linestyle="none",
        marker="s",
        markersize=11,
        markerfacecolor="none",
        markeredgecolor=_INK,
        markeredgewidth=1.3,
        zorder=4,
        label="part of a signal" if spots else None,
    )
    return marked


def _verdict(chart: Chart) -> str:
    rules = sorted({signal.rule for signal in chart.signals})
    found = f"Signals of change: {', '.join(rules)}." if rules else ""
    if not chart.enough_points:
        return f"There are not enough points for the rules of runs. {found}".rstrip()
    return found or "No signal: the points vary as chance would."


def _or_none(value: float) -> float | None:
    return None if isnan(value) else float(value)


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


def rates(
    table: Rates, *, group: str | None = None, title: str = "", threshold: float | None = None
) -> Picture:
    """Draw the share of each item at or above its level with its interval.

    Args:
        table: what `ObservationTable.rates` gave.
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


def capacity_gap(gap: CapacityGap, *, hours: HoursView | None = None, title: str = "") -> Picture:
    """Draw how many need a mentor or coach and for how many there is room, in all and where it falls short.

    Needs are full bars and room is hatched bars. The first pair is everybody; each further pair is a part of
    `CapacityGap.blocking`, named by building and subject, with its gap written beside it.

    Args:
        gap: what `ilr.coaching.capacity_gap` gave, or the gap of a plan.
        hours: the view in hours, told in words under the bars.
        title: headline; it should say what is seen.

    Returns:
        The picture. It names cells and numbers, and no person.

    Raises:
        MissingDependency: without matplotlib.
    """
    rows: list[dict[str, Any]] = [{"cells": "all", "needs": gap.demand, "room": gap.capacity, "gap": gap.gap}]
    rows += [
        {"cells": _named(part), "needs": part.demand, "room": part.capacity, "gap": part.gap}
        for part in gap.blocking
    ]
    names = [row["cells"].replace("; ", "\n") for row in rows]
    figure, axes = _canvas(title, (8, 1.4 + sum(max(0.7, 0.22 * name.count("\n") + 0.3) for name in names)))
    _bars(axes, rows, names)
    told = _hours(hours)
    axes.set_xlabel(f"educators. {told}" if told else "educators", loc="left", color=_MUTED)
    words = [f"{gap.matched} of {gap.demand} needs can be met and there is room for {gap.capacity} educators"]
    words += [
        f"{row['cells']}: {row['needs']} needs, room for {row['room']}, gap {row['gap']}" for row in rows[1:]
    ]
    text = f"{_headline(title)}{'. '.join(words)}.{f' {told}' if told else ''}"
    return Picture(figure=figure, alt_text=text, rows=tuple(rows))


def _bars(axes: Axes, rows: Sequence[dict[str, Any]], names: Sequence[str]) -> None:
    """Two bars a row, the gap beside them."""
    from matplotlib.ticker import MaxNLocator

    places = range(len(rows))
    for name, shift, colour, hatch in (("needs", -_BAR / 2, _ACCENT, ""), ("room", _BAR / 2, "white", "///")):
        axes.barh(
            [place + shift for place in places],
            [row[name] for row in rows],
            height=_BAR,
            label=name,
            color=colour,
            edgecolor=_INK,
            hatch=hatch,
        )
    for place, row in zip(places, rows, strict=True):
        if row["gap"]:
            most = max(row["needs"], row["room"])
            axes.annotate(
                f"gap {row['gap']}",
                (most, place),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                color=_INK,
            )
    axes.set_yticks(list(places), names)
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.margins(x=0.12)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1), fontsize=9)


def _named(part: Blocking) -> str:
    return "; ".join(
        f"{cell.building}: {', '.join(cell.subjects)}" if cell.subjects else cell.building
        for cell in part.cells
    )


def _hours(hours: HoursView | None) -> str:
    if hours is None:
        return ""
    if hours.gap is None:
        return f"In hours nothing is known: {hours.reason}."
    most = f"; {hours.reason}, so it may be less" if hours.reason else ""
    return f"In hours {hours.gap:.1f} full posts are missing{most}."


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

"""Charts as inline SVG: drawn by Altair, rendered by vl-convert in one call a kind, cut into one picture a figure.

Here: marks, scales, sizes, and the cutting. Not here: which numbers may be drawn (points without a value are never
passed in), words beside charts. Colours are the page's CSS variables, so one picture serves light, dark and paper; no
text of the data is drawn, so none has to be escaped here. Altair is imported only once something is to be drawn.
"""

import html
import math
import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

INK, MUTED, RULE, DATA, ALARM, PAPER = (f"var(--{name})" for name in ("ink", "muted", "rule", "data", "alarm", "paper"))
SMALL = 10

# impact ratios on a log scale between a fifth and five; what reaches beyond ends in an arrow
RATIO_LOW, RATIO_HIGH = 1 / 5, 5.0
RATIO_TICKS = ((0.25, "¼"), (0.5, "½"), (0.8, ".80"), (1.0, "1"), (2.0, "2"), (4.0, "4"))
STRIP_WIDTH, STRIP_HEIGHT, STRIP_MARGIN = 210, 20, 4

# verdict -> colour, shape, whether filled: never colour alone
VERDICTS = {
    "gap": (ALARM, "diamond", True),
    "no_gap_above": (DATA, "square", True),
    "insufficient": (MUTED, "circle", False),
}


@dataclass(frozen=True)
class Point:
    """A value with its interval at a place on the x axis; a hidden cell is no point."""

    x: float
    value: float
    low: float | None = None
    high: float | None = None
    run: int = 0


@dataclass(frozen=True)
class Series:
    """What one small chart shows: points in order, the two ends of its y axis with their labels, and its alternative.

    Points of one `run` are joined; a hole between two runs stays open.
    """

    points: tuple[Point, ...]
    ends: tuple[tuple[float, str], tuple[float, str]]
    alternative: str


@dataclass(frozen=True)
class Strip:
    """One impact ratio with its interval (None: without end) and its verdict."""

    ratio: float
    low: float
    high: float | None
    verdict: str
    alternative: str


def round_ends(low: float, high: float) -> tuple[float, float]:
    """The nearest round numbers around a range, never equal."""
    if high <= low:
        margin = abs(high) * 0.1 or 1.0
        low, high = low - margin, high + margin
    raw = (high - low) / 3
    magnitude = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * magnitude for factor in (1, 2, 5, 10) if factor * magnitude >= raw * 0.999)
    digits = max(0, 1 - math.floor(math.log10(step)))
    return round(math.floor(low / step + 1e-9) * step, digits), round(math.ceil(high / step - 1e-9) * step, digits)


def trends(series: Sequence[Series], width: int, height: int, x_ends: tuple[float, float]) -> list[str]:
    """One line with its interval band for each series, all on the same x axis; '' for a series without points."""
    if not any(one.points for one in series):
        return ["" for _ in series]
    alt = _altair()
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=list(x_ends), nice=False, zero=False))
    layers = [
        *_frame(alt),
        _rows(alt, "band").mark_area(color=DATA, opacity=0.2).encode(x, _y(alt, "low"), alt.Y2("high"), detail="run:N"),
        _rows(alt, "whisker").mark_rule(color=DATA, strokeWidth=1).encode(x, _y(alt, "low"), alt.Y2("high")),
        _rows(alt, "point").mark_line(color=DATA, strokeWidth=1.5).encode(x, _y(alt, "value"), detail="run:N"),
        _rows(alt, "dot").mark_point(color=DATA, fill=DATA, size=14, opacity=1).encode(x, _y(alt, "value")),
    ]
    rows = [row for key, one in enumerate(series) for row in _trend_rows(key, one)]
    return _small_multiples(alt, layers, rows, series, width, height)


def profiles(series: Sequence[Series], width: int, height: int, labels: Sequence[str]) -> list[str]:
    """Dots with whiskers over places (x = 0, 1, ...) with their labels below; '' for a series without points."""
    if not any(one.points for one in series):
        return ["" for _ in series]
    alt = _altair()
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.5, max(len(labels), 1) - 0.5], nice=False, zero=False))
    layers = [
        *_frame(alt),
        _rows(alt, "whisker").mark_rule(color=DATA, strokeWidth=1).encode(x, _y(alt, "low"), alt.Y2("high")),
        _rows(alt, "dot").mark_point(color=DATA, fill=DATA, size=16, opacity=1).encode(x, _y(alt, "value")),
        _rows(alt, "place")
        .mark_text(color=MUTED, fontSize=SMALL, baseline="top")
        .encode(x, y=alt.value(height + 4), text="label:N"),
    ]
    rows: list[dict[str, Any]] = []
    for key, one in enumerate(series):
        if one.points:
            rows += _end_rows(key, one)
            rows += [
                {"key": _key(key), "kind": "place", "x": place, "label": text} for place, text in enumerate(labels)
            ]
        for point in one.points:
            at = {"key": _key(key), "x": point.x}
            if point.low is not None and point.high is not None:
                rows.append({**at, "kind": "whisker", "low": point.low, "high": point.high})
            rows.append({**at, "kind": "dot", "value": point.value})
    return _small_multiples(alt, layers, rows, series, width, height, below=14)


def ratio_axis() -> list[tuple[float, str]]:
    """Labels of the axis of impact ratios with their distance from the left edge of a strip's picture, in pixels.

    Text for the table's head and no picture: Chromium leaves pictures out of heads that repeat on paper (2026-11).
    """
    width = math.log(RATIO_HIGH / RATIO_LOW)
    return [
        (round(STRIP_MARGIN + STRIP_WIDTH * math.log(value / RATIO_LOW) / width, 1), label)
        for value, label in RATIO_TICKS
    ]


def ratio_strips(strips: Sequence[Strip]) -> list[str]:
    """One dot and interval on the axis of impact ratios for each comparison, to stand in a table's rows."""
    if not strips:
        return []
    alt = _altair()
    rows = [row for place, strip in enumerate(strips) for row in _strip_rows(place, strip)]
    x = alt.X("x:Q", axis=None, scale=alt.Scale(type="log", domain=[RATIO_LOW, RATIO_HIGH], clamp=True, nice=False))
    places = alt.Scale(domain=[0, len(strips)], nice=False, reverse=True)
    y = alt.Y("at:Q", axis=None, scale=places)
    states = list(VERDICTS)
    colour = alt.Scale(domain=states, range=[VERDICTS[state][0] for state in states])
    fill = alt.Scale(domain=states, range=[VERDICTS[state][0] if VERDICTS[state][2] else PAPER for state in states])
    shape = alt.Scale(domain=states, range=[VERDICTS[state][1] for state in states])
    stroke = alt.Stroke("verdict:N", legend=None, scale=colour)
    chart = alt.layer(
        _rows(alt, "one").mark_rule(color=RULE).encode(x, y, alt.Y2("to")),
        _rows(alt, "four_fifths").mark_rule(color=INK, strokeDash=[2, 2]).encode(x, y, alt.Y2("to")),
        _rows(alt, "interval").mark_rule(strokeWidth=1.5).encode(x, y, alt.X2("to"), stroke=stroke),
        *(
            _rows(alt, f"beyond_{side}")
            .mark_point(shape=f"triangle-{side}", size=22, opacity=1, filled=True)
            .encode(x, y, fill=alt.Fill("verdict:N", legend=None, scale=colour))
            for side in ("left", "right")
        ),
        _rows(alt, "dot")
        .mark_point(size=46, opacity=1, strokeWidth=1.5)
        .encode(
            x,
            y,
            stroke=stroke,
            fill=alt.Fill("verdict:N", legend=None, scale=fill),
            shape=alt.Shape("verdict:N", legend=None, scale=shape),
        ),
        data=alt.NamedData("rows"),
    ).properties(width=STRIP_WIDTH, height=STRIP_HEIGHT * len(strips))
    # fills and strokes of the layers have ranges of their own
    drawn = _render(chart.resolve_scale(fill="independent", stroke="independent", shape="independent"), rows)
    marks = _marks_by_row(drawn)
    return [
        _picture(
            "".join(marks.get(place, [])), strip.alternative, STRIP_WIDTH, STRIP_HEIGHT, STRIP_MARGIN, STRIP_MARGIN
        )
        for place, strip in enumerate(strips)
    ]


def histogram(bars: Sequence[tuple[str, int]], alternative: str, x_title: str) -> str:
    """Bars in the order given, each with its count; '' without bars."""
    if not bars:
        return ""
    alt = _altair()
    rows = [{"label": label, "count": number} for label, number in bars]
    x = alt.X(
        "label:N",
        sort=None,
        title=x_title,
        axis=alt.Axis(
            labelAngle=0,
            labelColor=MUTED,
            labelFontSize=SMALL,
            titleColor=MUTED,
            titleFontSize=SMALL + 1,
            titleFontWeight="normal",
            domainColor=RULE,
            ticks=False,
        ),
    )
    y = alt.Y("count:Q", axis=None)
    base = alt.Chart(alt.NamedData("rows"))
    chart = alt.layer(
        base.mark_bar(color=DATA, opacity=0.75).encode(x, y),
        base.mark_text(color=INK, fontSize=SMALL, dy=-6).encode(x, y, text="count:Q"),
    ).properties(width=26 * len(bars), height=110)
    return _picture(_inner(_render(chart, rows)), alternative, 26 * len(bars), 110, left=6, right=6, above=14, below=34)


def _altair() -> Any:
    import altair

    return altair


def _key(place: int) -> str:
    return f"{place:05d}"


def _rows(alt: Any, kind: str) -> Any:
    return alt.Chart().transform_filter(f"datum.kind === '{kind}'")


def _y(alt: Any, field: str) -> Any:
    return alt.Y(field, type="quantitative", axis=None, scale=alt.Scale(zero=False, nice=False))


def _frame(alt: Any) -> list[Any]:
    """The two ends of the y axis: a hair line and a label each."""
    ends = _rows(alt, "end")
    return [
        ends.mark_rule(color=RULE, strokeWidth=1).encode(_y(alt, "value")),
        ends.mark_text(color=MUTED, fontSize=SMALL, align="right", baseline="middle").encode(
            _y(alt, "value"), x=alt.value(-5), text="label:N"
        ),
    ]


def _end_rows(key: int, series: Series) -> list[dict[str, Any]]:
    return [{"key": _key(key), "kind": "end", "value": value, "label": label} for value, label in series.ends]


def _trend_rows(key: int, series: Series) -> list[dict[str, Any]]:
    """Rows of one trend: lines and bands by run, a dot on the last point and on points that stand alone."""
    if not series.points:
        return []
    rows = _end_rows(key, series)
    sizes: defaultdict[int, int] = defaultdict(int)
    for point in series.points:
        sizes[point.run] += 1
    for point in series.points:
        at = {"key": _key(key), "x": point.x, "run": point.run}
        has_interval = point.low is not None and point.high is not None
        interval = {"low": point.low, "high": point.high}
        stands_out = point is series.points[-1] or sizes[point.run] == 1
        if sizes[point.run] > 1:
            rows.append({**at, "kind": "point", "value": point.value})
        if has_interval and sizes[point.run] > 1:
            rows.append({**at, "kind": "band", **interval})
        if has_interval and stands_out:
            rows.append({**at, "kind": "whisker", **interval})
        if stands_out:
            rows.append({**at, "kind": "dot", "value": point.value})
    return rows


def _strip_rows(place: int, strip: Strip) -> list[dict[str, Any]]:
    at = {"at": place + 0.5, "verdict": strip.verdict}
    low, high = max(strip.low, RATIO_LOW), min(strip.high or math.inf, RATIO_HIGH)
    rows: list[dict[str, Any]] = [
        {"kind": "one", "at": place, "to": place + 1, "x": 1},
        {"kind": "four_fifths", "at": place, "to": place + 1, "x": 0.8},
        {"kind": "interval", **at, "x": min(low, RATIO_HIGH), "to": max(high, RATIO_LOW)},
    ]
    if strip.low < RATIO_LOW:
        rows.append({"kind": "beyond_left", **at, "x": RATIO_LOW})
    if strip.high is None or strip.high > RATIO_HIGH:
        rows.append({"kind": "beyond_right", **at, "x": RATIO_HIGH})
    if RATIO_LOW <= strip.ratio <= RATIO_HIGH:
        rows.append({"kind": "dot", **at, "x": strip.ratio})
    return rows


def _small_multiples(
    alt: Any,
    layers: list[Any],
    rows: list[dict[str, Any]],
    series: Sequence[Series],
    width: int,
    height: int,
    below: int = 6,
) -> list[str]:
    """Draw all series as the facets of one chart, and cut it: one picture a series, '' where it has no points."""
    chart = (
        alt.layer(*layers, data=alt.NamedData("rows"))
        .properties(width=width, height=height)
        .facet(facet=alt.Facet("key:N", header=None), columns=1)
        .resolve_scale(y="independent")
    )
    root = _render(chart, rows)
    cells = next(group for group in root.iter("g") if "role-scope" in group.get("class", ""))
    drawn = iter([_inner(cell) for cell in cells if cell.tag == "g"])
    return [
        _picture(next(drawn), one.alternative, width, height, left=40, right=5, above=6, below=below)
        if one.points
        else ""
        for one in series
    ]


def _render(chart: Any, rows: list[dict[str, Any]]) -> ET.Element:
    """The chart's SVG as a tree without namespaces; the rows go in last, for Altair would copy and check each."""
    import vl_convert

    specification = chart.configure_view(stroke=None).configure(autosize="none", padding=0).to_dict(validate=False)
    specification["datasets"] = {"rows": rows}
    root = ET.fromstring(vl_convert.vegalite_to_svg(specification))
    for element in root.iter():
        element.tag = element.tag.rsplit("}", 1)[-1]
    return root


# attributes that draw
_KEPT = frozenset(("d", "transform", "fill", "stroke", "opacity", "stroke-width", "stroke-dasharray"))
_KEPT |= {"text-anchor", "font-size", "x2", "y2"}


def _is_decoration(element: ET.Element) -> bool:
    classes = element.get("class", "")
    return "background" in classes or "foreground" in classes or "role-title" in classes


def _cleaned(element: ET.Element) -> ET.Element | None:
    """The element with what draws and nothing else: no roles, no labels of single marks, no empty groups."""
    if _is_decoration(element) or element.get("display") == "none" or element.tag == "rect":
        return None
    attributes = {name: value for name, value in element.attrib.items() if name in _KEPT}
    if attributes.get("transform") == "translate(0,0)":
        del attributes["transform"]
    kept = ET.Element(element.tag, attributes)
    kept.text = element.text
    kept.extend(child for child in map(_cleaned, element) if child is not None)
    if kept.tag == "g" and len(kept) == 1 and not attributes:
        return kept[0]
    return None if kept.tag == "g" and len(kept) == 0 else kept


def _text_of(element: ET.Element) -> str:
    kept = _cleaned(element)
    return "" if kept is None else _short(ET.tostring(kept, encoding="unicode"))


def _short(markup: str) -> str:
    """Coordinates to a tenth of a pixel: a hundred small pictures are a third smaller for it."""
    return re.sub(r"-?\d+\.\d{2,}", lambda number: f"{float(number[0]):.1f}".removesuffix(".0"), markup)


def _inner(group: ET.Element) -> str:
    """What a facet or a whole chart draws, without the offset that places it among the others."""
    return "".join(_text_of(child) for child in group)


def _marks_by_row(root: ET.Element) -> dict[int, list[str]]:
    """Marks of the strips by their row; each moved up into a picture of its own."""
    rows: defaultdict[int, list[str]] = defaultdict(list)
    for group in root.iter("g"):
        if "role-mark" not in group.get("class", ""):
            continue
        for mark in group:
            place = re.fullmatch(r"translate\(([^,]+),([^,]+)\)", mark.get("transform", ""))
            if place is None:
                continue
            row = math.floor(float(place[2]) / STRIP_HEIGHT + 1e-6)
            mark.set("transform", f"translate({float(place[1]):.1f},{float(place[2]) - row * STRIP_HEIGHT:.1f})")
            rows[row].append(_text_of(mark))
    return rows


def _picture(
    content: str, alternative: str, width: int, height: int, left: int, right: int, above: int = 0, below: int = 0
) -> str:
    box = f"{-left} {-above} {width + left + right} {height + above + below}"
    return (
        f'<svg class="chart" role="img" aria-label="{html.escape(alternative)}" viewBox="{box}" '
        f'width="{width + left + right}" height="{height + above + below}" fill="none">{content}</svg>'
    )

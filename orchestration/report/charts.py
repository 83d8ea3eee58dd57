"""Charts as inline SVG: a trend with its band, a spark, a profile, a ratio on its axis, a waterfall, a histogram.

Here: scales, marks, and where they lie. Not here: which numbers may be drawn (a hidden cell is never passed in), the words
beside charts, and colours: marks have classes, `page.css` paints them for light, dark and paper.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

# impact ratios on a log scale between a fifth and five; what reaches beyond ends in an arrow
RATIO_LOW, RATIO_HIGH = 1 / 5, 5.0
RATIO_TICKS = ((0.25, "¼"), (0.5, "½"), (0.8, ".80"), (1.0, "1"), (2.0, "2"), (4.0, "4"))
STRIP_WIDTH, STRIP_HEIGHT, STRIP_MARGIN = 210, 20, 4
HISTOGRAM_HEIGHT = 110
ESTIMATE_WIDTH, SHARES_WIDTH = 150, 260
WATERFALL_STEP, WATERFALL_HEIGHT = 50, 84
NOTHING = Markup("")

# verdict -> mark around (0, 0): shape and filling differ, never colour alone
MARKS = {
    "gap": '<path d="M0-5L5 0L0 5L-5 0Z"/>',
    "found": '<path d="M0-5L5 0L0 5L-5 0Z"/>',
    "no_gap_above": '<path d="M-4-4H4V4H-4Z"/>',
    "insufficient": '<circle r="3.8"/>',
}


@dataclass(frozen=True)
class Point:
    """A value with its interval at a place on the x axis; points of one `run` are joined, a hole between runs stays open."""

    x: float
    value: float
    low: float | None = None
    high: float | None = None
    run: int = 0


@dataclass(frozen=True)
class Series:
    """What one small chart shows: points in order, the two ends of its y axis with their labels, and its alternative."""

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


class Scale:
    """A linear map of a range of numbers onto a range of pixels."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.start, self.per_unit = low, start, (end - start) / ((high - low) or 1)

    def __call__(self, value: float) -> str:
        """A value's pixel, to a tenth."""
        return f"{self.start + (value - self.low) * self.per_unit:.1f}".removesuffix(".0")


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


def trend(series: Series, width: int, height: int, x_ends: tuple[float, float], x_labels: Sequence[str] = ()) -> Markup:
    """A line with its interval band; a dot on the last point and on points that stand alone; '' without points."""
    if not series.points:
        return NOTHING
    x, y = Scale(*x_ends, 0, width), _y(series, height)
    marks = _frame(series, y, width)
    for _, members in groupby(series.points, lambda point: point.run):
        run = list(members)
        band = [(x(one.x), y(one.low), y(one.high)) for one in run if one.low is not None and one.high is not None]
        if len(run) > 1:
            outline = [f"{at} {low}" for at, low, _ in band] + [f"{at} {high}" for at, _, high in reversed(band)]
            marks += f'<path class="band" d="M{"L".join(outline)}Z"/>' if outline else ""
            marks += f'<path class="line" d="M{"L".join(f"{x(one.x)} {y(one.value)}" for one in run)}"/>'
        if len(run) == 1 or run[-1] is series.points[-1]:
            marks += _dot(run[-1], x, y)
    for label, at, anchor in zip(x_labels, (0, width), ("start", "end"), strict=False):
        marks += f'<text x="{at}" y="{height + 14}" text-anchor="{anchor}">{escape(label)}</text>'
    return _picture(marks, series.alternative, width, height, left=44, right=5, above=6, below=16 if x_labels else 6)


def goal(series: Series, line: tuple[Point, Point], width: int, height: int, x_labels: tuple[str, str]) -> Markup:
    """What was measured, with whiskers, beside a dashed line from a baseline to a target; labels are its two days."""
    xs = [point.x for point in (*line, *series.points)]
    x, y = Scale(min(xs), max(xs), 0, width), _y(series, height)
    (start, end) = line
    marks = _frame(series, y, width)
    marks += f'<path class="path" d="M{x(start.x)} {y(start.value)}L{x(end.x)} {y(end.value)}"/>'
    marks += f'<circle class="end" cx="{x(end.x)}" cy="{y(end.value)}" r="3.2"/>'
    if series.points:
        way = (start, *series.points)
        marks += f'<path class="line" d="M{"L".join(f"{x(one.x)} {y(one.value)}" for one in way)}"/>'
        marks += "".join(_dot(point, x, y) for point in series.points)
    for label, point, anchor in zip(x_labels, line, ("start", "end"), strict=True):
        marks += f'<text x="{x(point.x)}" y="{height + 14}" text-anchor="{anchor}">{escape(label)}</text>'
    return _picture(marks, series.alternative, width, height, left=44, right=6, above=6, below=16)


def spark(amounts: Sequence[float | None], alternative: str, width: int, height: int) -> Markup:
    """A line over loads in order, from nothing up to the largest; a dot on the last; a hole where an amount is not told."""
    told = [amount for amount in amounts if amount is not None]
    x, y = Scale(0, max(len(amounts) - 1, 1), 0, width), Scale(0, max(told, default=0) or 1, height, 0)
    marks = f'<path class="frame" d="M0 {height}H{width}"/>'
    for is_told, members in groupby(enumerate(amounts), lambda pair: pair[1] is not None):
        run = [(x(place), y(amount)) for place, amount in members if is_told and amount is not None]
        if len(run) > 1:
            marks += f'<path class="line" d="M{"L".join(f"{at} {level}" for at, level in run)}"/>'
        elif run:
            marks += f'<circle class="dot" cx="{run[0][0]}" cy="{run[0][1]}" r="1.5"/>'
    if amounts and amounts[-1] is not None:
        marks += f'<circle class="dot" cx="{width}" cy="{y(amounts[-1])}" r="2.3"/>'
    return _picture(marks, alternative, width, height, left=3, right=4, above=3, below=3)


def profile(series: Series, width: int, height: int, labels: Sequence[str], x_title: str, with_zero: bool = False) -> Markup:
    """Dots with whiskers over places (x = 0, 1, ...) with their labels below, and a line at zero; '' without points."""
    if not series.points:
        return NOTHING
    x, y = Scale(-0.5, max(len(labels), 1) - 0.5, 0, width), _y(series, height)
    zero = f'<path class="zero" d="M0 {y(0)}H{width}"/>' if with_zero else ""
    marks = _frame(series, y, width) + zero + "".join(_dot(point, x, y) for point in series.points)
    for place, label in enumerate(labels):
        marks += f'<text x="{x(place)}" y="{height + 14}" text-anchor="middle">{escape(label)}</text>'
    marks += f'<text x="-5" y="{height + 14}" text-anchor="end">{escape(x_title)}</text>'
    return _picture(marks, series.alternative, width, height, left=40, right=5, above=6, below=16)


def waterfall(
    start: float, steps: Sequence[tuple[str, float]], ends: tuple[tuple[float, str], tuple[float, str]], alternative: str
) -> Markup:
    """A share from its opening through the effects of flows to its closing; what adds is filled, what takes away hollow."""
    bars = (("start", 0.0), *steps, ("end", 0.0))
    width, height = WATERFALL_STEP * len(bars), WATERFALL_HEIGHT
    y = Scale(ends[0][0], ends[1][0], height, 0)
    marks, level = _frame(Series((), ends, ""), y, width), start
    for place, (label, effect) in enumerate(bars):
        left, right = WATERFALL_STEP * place + 3, WATERFALL_STEP * (place + 1) - 3
        if place in (0, len(bars) - 1):
            marks += f'<path class="level" d="M{left} {y(level)}H{right}"/>'
        else:
            shape = f"M{left} {y(level)}H{right}V{y(level + effect)}H{left}Z"
            marks += f'<path class="{"adds" if effect >= 0 else "takes"}" d="{shape}"/>'
        level += effect
        marks += f'<path class="zero" d="M{right} {y(level)}h6"/>' if place < len(bars) - 1 else ""
        marks += f'<text x="{(left + right) / 2:g}" y="{height + 14}" text-anchor="middle">{escape(label)}</text>'
    return _picture(marks, alternative, width, height, left=44, right=5, above=6, below=18)


def ratio_axis() -> list[tuple[str, str]]:
    """Labels of the axis of impact ratios with their distance from the left edge of a strip's picture, in pixels.

    Text for the table's head and no picture: Chromium leaves pictures out of heads that repeat on paper (2026-11).
    """
    x = _ratio_scale(STRIP_MARGIN)
    return [(x(math.log(value)), label) for value, label in RATIO_TICKS]


def ratio_strip(strip: Strip) -> Markup:
    """One dot and interval on the axis of impact ratios, to stand in a table's row."""
    x, middle = _ratio_scale(), STRIP_HEIGHT / 2

    def at(value: float) -> str:
        return x(math.log(min(max(value, RATIO_LOW), RATIO_HIGH)))

    high = math.inf if strip.high is None else strip.high
    marks = f'<path class="one" d="M{at(1)} 0V{STRIP_HEIGHT}"/><path class="four-fifths" d="M{at(0.8)} 0V{STRIP_HEIGHT}"/>'
    inner = f'<path d="M{at(strip.low)} {middle:g}H{at(high)}"/>'
    if strip.low < RATIO_LOW:
        inner += f'<path class="beyond" d="M-4 {middle:g}l4-3v6Z"/>'
    if high > RATIO_HIGH:
        inner += f'<path class="beyond" d="M{STRIP_WIDTH + 4} {middle:g}l-4-3v6Z"/>'
    if RATIO_LOW <= strip.ratio <= RATIO_HIGH:
        inner += f'<g class="dot" transform="translate({at(strip.ratio)},{middle:g})">{MARKS[strip.verdict]}</g>'
    marks += f'<g class="{strip.verdict}">{inner}</g>'
    return _picture(marks, strip.alternative, STRIP_WIDTH, STRIP_HEIGHT, left=STRIP_MARGIN, right=STRIP_MARGIN)


def estimate_strip(value: float, low: float, high: float, reach: float, verdict: str, alternative: str) -> Markup:
    """One estimate and its interval on an axis from -reach to reach with zero in the middle, to stand in a table's row."""
    scale, middle = Scale(-reach, reach, 0, ESTIMATE_WIDTH), STRIP_HEIGHT / 2

    def at(amount: float) -> str:
        return scale(min(max(amount, -reach), reach))

    marks = f'<path class="one" d="M{scale(0)} 0V{STRIP_HEIGHT}"/>'
    marks += f'<g class="{verdict}"><path d="M{at(low)} {middle:g}H{at(high)}"/>'
    marks += f'<g class="dot" transform="translate({at(value)},{middle:g})">{MARKS[verdict]}</g></g>'
    return _picture(marks, alternative, ESTIMATE_WIDTH, STRIP_HEIGHT, left=STRIP_MARGIN, right=STRIP_MARGIN)


def shares(parts: Sequence[tuple[str, float]], alternative: str) -> Markup:
    """Shares that make a whole, as one bar in the order given, each darker than the one before."""
    marks, left = "", 0.0
    for place, (label, share) in enumerate(parts):
        width = share * SHARES_WIDTH
        shape = f"M{left:.1f} 0H{max(left, left + width - 1):.1f}V16H{left:.1f}Z"
        marks += f'<path class="bar" style="opacity:{(place + 1) / len(parts):.2g}" d="{shape}"/>'
        if width > 14:
            marks += f'<text x="{left + width / 2:.1f}" y="28" text-anchor="middle">{escape(label)}</text>'
        left += width
    return _picture(marks, alternative, SHARES_WIDTH, 16, left=2, right=2, above=2, below=16) if parts else NOTHING


def histogram(bars: Sequence[tuple[str, int]], alternative: str, x_title: str) -> Markup:
    """Bars in the order given, each with its count; '' without bars."""
    if not bars:
        return NOTHING
    step = max(26, *(7 * len(label) for label, _ in bars))
    y = Scale(0, max(number for _, number in bars), HISTOGRAM_HEIGHT, 0)
    marks = f'<path class="frame" d="M0 {HISTOGRAM_HEIGHT}H{step * len(bars)}"/>'
    for place, (label, number) in enumerate(bars):
        left, centre, top = step * place + 1, step * (place + 0.5), y(number)
        marks += f'<path class="bar" d="M{left} {HISTOGRAM_HEIGHT}V{top}h{step - 2}V{HISTOGRAM_HEIGHT}Z"/>'
        marks += f'<text class="count" x="{centre:g}" y="{float(top) - 3:g}" text-anchor="middle">{number}</text>'
        marks += f'<text x="{centre:g}" y="{HISTOGRAM_HEIGHT + 13}" text-anchor="middle">{escape(label)}</text>'
    width = step * len(bars)
    marks += f'<text x="{width / 2:g}" y="{HISTOGRAM_HEIGHT + 28}" text-anchor="middle">{escape(x_title)}</text>'
    return _picture(marks, alternative, width, HISTOGRAM_HEIGHT, left=6, right=6, above=14, below=34)


def _ratio_scale(start: float = 0.0) -> Scale:
    return Scale(math.log(RATIO_LOW), math.log(RATIO_HIGH), start, start + STRIP_WIDTH)


def _y(series: Series, height: int) -> Scale:
    return Scale(series.ends[0][0], series.ends[1][0], height, 0)


def _frame(series: Series, y: Scale, width: int) -> str:
    """The two ends of the y axis: a hair line and a label each."""
    return "".join(
        f'<path class="frame" d="M0 {y(value)}H{width}"/>'
        f'<text x="-5" y="{y(value)}" dy=".35em" text-anchor="end">{escape(label)}</text>'
        for value, label in series.ends
    )


def _dot(point: Point, x: Scale, y: Scale) -> str:
    whisker = ""
    if point.low is not None and point.high is not None:
        whisker = f'<path class="whisker" d="M{x(point.x)} {y(point.low)}V{y(point.high)}"/>'
    return f'{whisker}<circle class="dot" cx="{x(point.x)}" cy="{y(point.value)}" r="2.3"/>'


def _picture(
    marks: str, alternative: str, width: int, height: int, left: int, right: int, above: int = 0, below: int = 0
) -> Markup:
    box = f"{-left} {-above} {width + left + right} {height + above + below}"
    return Markup(
        f'<svg class="chart" role="img" viewBox="{box}" width="{width + left + right}" height="{height + above + below}">'
        f"<title>{escape(alternative)}</title>{marks}</svg>"
    )

"""The page on the pipeline of leaders: spans and layers, benches of successors, the nine boxes, and what becomes of talent.

Here: records into lines and their words. Reading is in `pipeline_records`, markup in `pipeline.html.j2`.
"""

from collections.abc import Sequence
from typing import Any

from orchestration.report import charts, rendering, sections, wording
from orchestration.report.grouping import grouped
from orchestration.report.pipeline_records import Bench, Box, Pipeline
from orchestration.report.reading import SHOWN, Contents
from orchestration.report.wording import Shown

STRUCTURE = ("span_of_control", "manager_ratio", "layers")
SUCCESSION = ("successor_coverage", "succession_readiness", "internal_fill_rate")
TALENT = ("high_potential_retention", "internal_mobility", "advancement")
POSITIONS = {"critical": "critical positions", "leadership": "leadership positions"}
DEPTHS = {"0": "no successor", "1": "one", "2": "two", "3+": "three or more"}
# bands of performance and of potential, from low to high: the boxes' places in the grid, never an order of people
BANDS = ("low", "medium", "high")
ENDS = {"left": "left", "not_rated": "not rated"}


def page(pipeline: Pipeline, contents: Contents, facts: dict[str, Any]) -> str:
    """The pipeline as one HTML page."""
    boxes = dict(grouped(pipeline.boxes, lambda one: one.view_of))
    return rendering.rendered(
        "pipeline.html.j2",
        "Pipeline",
        facts,
        structure=sections.figures(contents, STRUCTURE),
        succession=sections.figures(contents, SUCCESSION),
        talent=sections.figures(contents, TALENT),
        units=sections.units(contents, "Pipeline"),
        benches=_benches([one for one in pipeline.bench if one.counted == "positions"]),
        people=_people([one for one in pipeline.bench if one.attribute]),
        period=wording.day(pipeline.bench[0].period_end) if pipeline.bench else "",
        bands=BANDS,
        grid=_grid(boxes.get("standing", [])),
        moves=_moves(boxes.get("movement", [])),
        cycle=next((one.cycle_id for one in boxes.get("standing", [])), ""),
        n_rated=_total(boxes.get("standing", [])),
        cycle_before=next((one.from_cycle_id for one in boxes.get("movement", [])), ""),
        ends=ENDS,
    )


def _show(one: Bench | Box | None) -> Shown:
    """A share with its interval and the count that it is of."""
    if one is None:
        return Shown("no_row")
    if one.status not in SHOWN or one.share is None or one.n is None or one.total is None:
        return Shown(one.status if one.status not in SHOWN else "insufficient")
    interval = wording.between(one.ci_low, one.ci_high, "share")
    return Shown(
        one.status, wording.amount(one.share, "share"), interval, f"{wording.count(one.n)} of {wording.count(one.total)}"
    )


def _total(cells: Sequence[Bench | Box]) -> str:
    """What the shares of one table are of; '' where none is told."""
    return next((wording.count(one.total) for one in cells if one.total is not None), "")


def _benches(cells: Sequence[Bench]) -> list[dict[str, Any]]:
    lines = []
    for kind, members in grouped(cells, lambda one: one.position_kind):
        by_depth = {one.bench_depth: one for one in members}
        shown = [(words, _show(by_depth.get(depth))) for depth, words in DEPTHS.items()]
        parts = [(depth, one.share) for depth in DEPTHS if (one := by_depth.get(depth)) and one.share is not None]
        told = "; ".join(f"{words} {number.value} ({number.beside})" for words, number in shown if number.is_number)
        title = POSITIONS.get(kind, wording.plain(kind))
        # a bar stands for a whole only where every part is told
        whole = parts if len(parts) == len(DEPTHS) else []
        lines.append(
            {
                "title": title,
                "total": _total(members),
                "cells": [number for _, number in shown],
                "bar": charts.shares(whole, f"Successors of {title}: {told}."),
            }
        )
    return lines


def _people(cells: Sequence[Bench]) -> list[tuple[str, list[str], list[tuple[str, list[Shown]]]]]:
    """(attribute, titles of columns, (group, numbers)): who holds positions and who stands ready to succeed."""
    columns = [
        (kind, counted)
        for kind in POSITIONS
        for counted in ("incumbents", "successors")
        if any((one.position_kind, one.counted) == (kind, counted) for one in cells)
    ]
    titles = {"incumbents": "Hold {}", "successors": "Successors of {}"}
    tables = []
    for attribute, members in sorted(
        grouped(cells, lambda one: one.attribute or ""), key=lambda pair: ("_x_" in pair[0], pair[0])
    ):
        by_place = {(one.position_kind, one.counted, one.group_value): one for one in members}
        groups = sorted({one.group_value or "" for one in members}, key=wording.group_order)
        heads = [titles[counted].format(POSITIONS[kind]) for kind, counted in columns]
        rows = [
            (wording.plain(group), [_show(by_place.get((kind, counted, group))) for kind, counted in columns])
            for group in groups
        ]
        tables.append((wording.attribute_title(attribute), heads, rows))
    return tables


def _grid(standing: Sequence[Box]) -> list[tuple[str, list[Shown]]]:
    """(band of potential, numbers by band of performance), the highest potential first as such grids are drawn."""
    by_place = {(one.performance, one.potential): one for one in standing}
    if not by_place:
        return []
    return [
        (potential, [_show(by_place.get((performance, potential))) for performance in BANDS])
        for potential in reversed(BANDS)
    ]


def _moves(movement: Sequence[Box]) -> list[tuple[str, str, list[Shown]]]:
    """(box of the cycle before, how many stood there, numbers by box of this cycle and by end)."""
    by_place = {
        (one.from_performance, one.from_potential, one.became, one.performance, one.potential): one for one in movement
    }
    if not by_place:
        return []
    boxes = [(performance, potential) for potential in reversed(BANDS) for performance in BANDS]
    lines = []
    for start in boxes:
        cells = [by_place.get((*start, "rated", *box)) for box in boxes]
        cells += [by_place.get((*start, end, None, None)) for end in ENDS]
        total = _total([one for one in cells if one])
        lines.append((box_words(*start), total, [_show(one) for one in cells]))
    return lines


def box_words(performance: str, potential: str) -> str:
    """A box in words: high performance, low potential."""
    return f"{performance} performance, {potential} potential"

"""What is inferred from the counts of metric cells: values, intervals, leaders beside leaders and their baselines.

Here: the order of these steps and the columns that come out. Not here: the statistics (`intervals`, `comparisons`) and
which cells may be compared (SQL).
"""

from collections.abc import Iterator

import polars as pl
import pyarrow as pa

from people_stats.comparisons import NUMBERS, compare
from people_stats.intervals import interval
from people_stats.nests import hidden_in_nests

IDENTITY = (
    "metric", "convention_id", "is_default", "sensitivity_class", "period_start", "period_end",
    "segment_kind", "segment_id", "attribute", "group_value",
)  # fmt: skip
COUNTS = ("n_people", "n", "numerator", "denominator", "sum_squares")
FAMILY = ("metric", "convention_id", "segment_kind", "period_end")
SERIES = ("metric", "convention_id", "segment_kind", "segment_id", "comparable_since")
BASELINE = {
    "baseline_period_end": pl.col("period_end"),
    "baseline_value": pl.col("value"),
    "baseline_low": pl.col("ci_low"),
    "baseline_high": pl.col("ci_high"),
}
BESIDE = (*NUMBERS, "verdict", "is_reliable", *BASELINE)


def infer(cells: pl.DataFrame) -> pl.DataFrame:
    """All cells of some metrics in, the same cells with value, interval, comparison and baseline out, in a fixed order.

    `cells` has cell_number, `IDENTITY`, `COUNTS`, status, what `interval` and `compare` take, comparable_since (from when
    the number compares; null where nobody is asked), what `hidden_in_nests` takes, and is_comparable: a leader's cell that
    is large enough to be shown. Others enter no comparison and no baseline, for a difference would tell them, and have null
    in these columns. `BESIDE` is of the whole truth; in `shown` is the same, made of the cells that are not hidden beside
    others, and no difference in it tells those that are.
    """
    # sums of floats depend on their order, and threads deliver in any
    cells = cells.sort(*FAMILY, "segment_id", "attribute", "group_value").with_columns(
        family=pl.struct(FAMILY).rle_id(),
        value=pl.col("numerator") / pl.col("denominator").fill_null(1.0) * pl.col("scale"),
    )
    cells = cells.with_columns(is_hidden=hidden_in_nests(cells))
    found = interval(cells.filter(pl.col("interval_method") != "none"))
    valued = cells.join(found, on="cell_number", how="left", maintain_order="left").with_columns(
        pl.col("ci_low", "ci_high") * pl.col("scale")
    )
    shown = valued.with_columns(pl.col("is_comparable") & ~pl.col("is_hidden"))
    compared = compare(valued.filter("is_comparable"))
    # where nobody who is compared is hidden, both are one
    is_apart = (pl.col("is_comparable") & pl.col("is_hidden")).any().over("family")
    apart = shown.filter(valued.select(is_apart).to_series())
    among_shown = pl.concat([compared.join(apart, on="cell_number", how="anti"), compare(apart.filter("is_comparable"))])
    return pl.concat(
        [
            valued.select(*IDENTITY, *COUNTS, "is_hidden", "value", "ci_low", "ci_high", "status"),
            _beside(valued, compared),
            _beside(shown, among_shown).select(shown=pl.struct(BESIDE)),
        ],
        how="horizontal",
    )


def _beside(cells: pl.DataFrame, compared: pl.DataFrame) -> pl.DataFrame:
    """`BESIDE` of each cell: the others' numbers and its own baseline, which are of the comparable cells alone."""
    return (
        cells.join(compared, on="cell_number", how="left", maintain_order="left")
        .join(baselines(cells), on=SERIES, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(
            # the baseline itself, what came before it and what may not be shown have changed from nothing
            pl.when(pl.col("is_comparable") & (pl.col("period_end") > pl.col("baseline_period_end"))).then(pl.col(*BASELINE))
        )
        .select(BESIDE)
    )


def baselines(cells: pl.DataFrame) -> pl.DataFrame:
    """The first cell of each series that may be shown. A new wording or scale begins a series of its own."""
    return (
        cells.filter("is_comparable")
        .sort("period_end", maintain_order=True)
        .group_by(SERIES, maintain_order=True)
        .agg(**{name: column.first() for name, column in BASELINE.items()})
    )


def batches_of(sizes: list[tuple[str, int]], most: int) -> list[tuple[str, str]]:
    """First and last name of each run that holds at most `most` rows together; a name that holds more stands alone.

    `sizes` are (name, rows) in the order of names. None at all is one run, in which nothing lies.
    """
    runs: list[tuple[str, str]] = []
    rows = 0
    for name, size in sizes:
        if runs and rows + size <= most:
            runs[-1] = (runs[-1][0], name)
            rows += size
        else:
            runs.append((name, name))
            rows = size
    return runs or [("", "")]


def streamed(parts: Iterator[pl.DataFrame]) -> pa.RecordBatchReader:
    """Frames of one schema as a stream that DuckDB reads one at a time, so that memory holds one; at least one frame."""
    first = next(parts).to_arrow()

    def batches() -> Iterator[pa.RecordBatch]:
        yield from first.to_batches()
        for part in parts:
            yield from part.to_arrow().cast(first.schema).to_batches()

    return pa.RecordBatchReader.from_batches(first.schema, batches())

"""Who can fill which position at the same time: maximum bipartite matching.

Here: the largest number of positions that different people can take at once, many small organisations in one graph.
Not here: who is named for what (SQL).
"""

import numpy as np
import polars as pl
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching


def fillable_together(nominations: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """The largest number of positions that can be filled at once, no person twice, in each organisation of its own.

    Takes one row a nomination with the columns `by`, position_id and worker_key; gives `by` and n_fillable, one row an
    organisation that has a nomination. Organisations share nothing, so together they are one graph of separate parts,
    matched in one call (Hopcroft & Karp 1973, scipy.sparse.csgraph).
    """
    positions = nominations.select(*by, "position_id").unique(maintain_order=True).with_row_index("row")
    people = nominations.select(*by, "worker_key").unique(maintain_order=True).with_row_index("column")
    if not len(nominations):
        return positions.select(*by, n_fillable=pl.lit(0, pl.Int64))
    edges = nominations.join(positions, on=[*by, "position_id"]).join(people, on=[*by, "worker_key"])
    graph = csr_array(  # type: ignore[no-untyped-call]
        (np.ones(len(edges), np.int8), (edges["row"].to_numpy(), edges["column"].to_numpy())),
        shape=(len(positions), len(people)),
    )
    matched = maximum_bipartite_matching(graph, perm_type="column")
    filled = positions.with_columns(is_filled=pl.Series(matched >= 0))
    return filled.group_by(by, maintain_order=True).agg(n_fillable=pl.col("is_filled").sum().cast(pl.Int64))

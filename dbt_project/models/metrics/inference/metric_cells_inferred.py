"""Each measured cell with its value, interval and, of leaders, what the others make of it (people_stats.inference)."""

from people_stats.inference import batches_of, infer, streamed

# What memory holds at once, some two hundred bytes a cell.
MOST_CELLS = 1_000_000


def model(dbt, session):
    """Cells in, the same cells out, some metrics at a time: what a cell is compared with is of its own metric."""
    dbt.config(materialized="table")
    cells = dbt.ref("measured_cells")
    sizes = cells.aggregate("metric, count(*)").order("metric").fetchall()
    # the stream is read while its reader writes, so it asks on a connection of its own
    reader = session.cursor()
    query = f"select * from ({cells.sql_query()}) where metric between ? and ?"
    return streamed(infer(reader.execute(query, run).pl()) for run in batches_of(sizes, MOST_CELLS))

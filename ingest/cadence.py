"""Which sources have fallen silent: measured by the stamp of what they exported last, never by when a run looked.

Here: the question, asked of the ledger. Not here: what a cadence means for a metric, and who is told.
"""

import datetime as dt

import duckdb

# Days between two exports; half as long again is late. What comes once is never late.
DAYS_BETWEEN = {"daily": 1, "weekly": 7, "monthly": 31, "quarterly": 92, "yearly": 366}


def silent_sources(raw: duckdb.DuckDBPyConnection, now: dt.datetime) -> dict[str, list[str]]:
    """Canonical table -> a sentence for each source that fills it and is late."""
    rows = raw.execute(
        """
        select source, max(exported_at), min(feeds.cadence), list(distinct table_name)
        from ledger.loads
        inner join ledger.feeds using (source, feed_id)
        inner join ledger.feed_tables using (feed_id)
        where status = 'accepted'
        group by source order by source
        """
    ).fetchall()
    silent: dict[str, list[str]] = {}
    for source, exported_at, cadence, tables in rows:
        days = DAYS_BETWEEN.get(cadence)
        if days is not None and now - exported_at > dt.timedelta(days=1.5 * days):
            sentence = f"{source} is declared {cadence} and exported last on {exported_at:%Y-%m-%d}"
            for table in tables:
                silent.setdefault(table, []).append(sentence)
    return silent

"""Faults in words that hold no value of any person: engines quote the value that they could not convert.

Here: blanking what is quoted, and raising an engine's error as a fault without it. Dagster keeps what a step raises.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import duckdb
import polars as pl

QUOTED = re.compile(r"""'[^'\n]*'|"[^"\n]*"|\[[^\]\n]*\]""")


def blanked(message: str) -> str:
    """A message with everything quoted or listed left out."""
    return QUOTED.sub("…", message)[:500]


@contextmanager
def values_left_out() -> Iterator[None]:
    """Raise what DuckDB and polars raise as a step's failure, their message blanked and their error not kept."""
    try:
        yield
    except (duckdb.Error, pl.exceptions.PolarsError) as error:
        failure = dg.Failure(f"{type(error).__name__}: {blanked(str(error).strip())}", allow_retries=False)
        # not chained: Dagster would store the engine's own words as the cause
        raise failure from None

"""Dagster assets, the runner of dbt, publication, the report and the command line."""

import os

# Matrices here have a hundred columns at most: a second thread of the linear algebra waits for the first at full speed,
# and takes the core from dbt. Read when numpy is first imported, so it stands before everything else.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

"""The canonical tables, as dataframely schemas: types, keys, row rules, sensitivity and description of every column.

A rule about one table's rows stands here; a rule about volumes, rates or several tables is the gate's
(`expectations/README.md` says who owns what).
"""

from ingest.contracts import commitments, feedback360, hris, lms, survey, talent  # noqa: F401  entering is their import
from ingest.contracts.columns import ColumnSpec
from ingest.contracts.registry import CONTRACTS, DOMAINS, ContractTable

__all__ = ["CONTRACTS", "DOMAINS", "ColumnSpec", "ContractTable"]

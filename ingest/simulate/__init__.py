"""The demo company: a simulated employer whose five systems write exports as different vendors would.

Here: everything that makes those exports and says what is planted in them. Not here: reading them (`ingest.maps` has
one column map a system) and the command line.
"""

from ingest.simulate.company import simulate
from ingest.simulate.specification import Specification, Summary

__all__ = ["Specification", "Summary", "simulate"]

"""Codes: the values that no map knows, as a map to fill in, and the filled map taken back into trust.yml.

Here: gathering the values from the store, guessing, checking a filled map, and writing it. Not here: reading a value with a map
(pipelines/sources, pipelines/ingest), the check that lists them (expectations/standardised.py), and the command (commands/codes.py).

A guess is never applied by itself: it stands beside an empty column that a person fills in.
"""

from pipelines.codes.errors import CodesError
from pipelines.codes.filled import Addition, Filled, check
from pipelines.codes.map_file import read_map, write_map
from pipelines.codes.to_fill import Asked, to_fill_in
from pipelines.codes.unmapped import Unmapped, unmapped_values
from pipelines.codes.writing import add_to_trust

__all__ = [
    "Addition",
    "Asked",
    "CodesError",
    "Filled",
    "Unmapped",
    "add_to_trust",
    "check",
    "read_map",
    "to_fill_in",
    "unmapped_values",
    "write_map",
]

"""Values that may be about a person: in a shifted row a surname stands where a code should.

Here: which values are not shown unless somebody asks for all. Not here: listing the others (to_fill.py).

A value is kept back if it is a name in one of the academy's pupil lists, if it looks like a date, a unique pupil number or an address, or
if it stands in one row only and is longer than a code usually is. A code table's value stands in many rows.
"""

import re
from collections.abc import Iterable

import pyarrow.parquet as pq

from pipelines.codes.unmapped import Unmapped
from pipelines.store.home import Home
from pipelines.store.manifest import Manifest

NAMES = ("legal_surname", "legal_forename", "preferred_surname", "preferred_forename")
PUPIL = "pupil"
SHORT = 3
NOT_A_CODE = re.compile(r"@|[0-9]{1,4}[-/][0-9]{1,2}[-/][0-9]{2,4}|^[A-Z][0-9]{11}[0-9A-Z]$")


class Personal:
    """Says whether a value may be personal; reads each academy's names once, and only if it is asked."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._names: dict[str, frozenset[str]] = {}

    def may_be(self, one: Unmapped) -> bool:
        """Whether a value should be kept back."""
        if NOT_A_CODE.search(one.value) or (one.rows == 1 and len(one.value) > SHORT):
            return True
        return one.value.casefold() in self._names_of(one.academy_id)

    def _names_of(self, academy_id: str) -> frozenset[str]:
        if academy_id not in self._names:
            self._names[academy_id] = frozenset(self._read(academy_id))
        return self._names[academy_id]

    def _read(self, academy_id: str) -> Iterable[str]:
        with Manifest(self._home.manifest) as manifest:
            readings = [each for each in manifest.readings().values() if each.academy_id == academy_id]
        for reading in readings:
            entity = reading.entity(PUPIL)
            path = self._home.raw / entity.path if entity and entity.path else None
            if path and path.is_file():
                table = pq.read_table(path, columns=list(NAMES), partitioning=None)
                for column in table.columns:
                    yield from (name.casefold() for name in column.unique().to_pylist() if name)

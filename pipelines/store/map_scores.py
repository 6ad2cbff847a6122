"""The scores of the alignment x autonomy map, kept at the end of each half-term.

Here: the table map_score of the manifest: of each academy, area and half-term the scores of the last published night. Not here: how a score
is reached (pipelines/steering), nor which half-terms are compared.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date

from pipelines.store.manifest_file import ManifestFile, insert


@dataclass(frozen=True)
class KeptScores:
    """The scores of one academy in one area on the last night of a half-term; None where nothing was known."""

    academy_id: str
    area: str
    time_period: int
    half_term: str
    as_of: date
    alignment: float | None
    autonomy: float | None
    transparency: float | None
    accountability: float | None


class MapScores(ManifestFile):
    """The kept scores of one home."""

    def all(self) -> list[KeptScores]:
        """Every row, oldest half-term first."""
        rows = self._rows("select * from map_score order by time_period, half_term, academy_id, area")
        return [KeptScores(**{**row, "as_of": date.fromisoformat(row["as_of"])}) for row in rows]

    def keep(self, scores: Iterable[KeptScores]) -> None:
        """Put a night's scores in the place of those of an earlier night of the same half-term; those of a later night stand."""
        names = [field.name for field in fields(KeptScores)]
        values = [[*({**asdict(each), "as_of": each.as_of.isoformat()}.values())] for each in scores]
        news = ", ".join(f"{name} = excluded.{name}" for name in names[4:])
        conflict = f"on conflict (academy_id, area, time_period, half_term) do update set {news} where excluded.as_of >= map_score.as_of"
        with self._transaction() as connection:
            insert(connection, "map_score", names, values, conflict)

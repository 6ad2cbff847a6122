"""Taking erased people out of what was read before: every Parquet of the raw layer, and what is counted of it.

Here: each content that the manifest knows, whatever became of it (accepted, superseded, held, refused), and the files that nobody knows any
more. Not here: which rows are theirs (about.py), and the door, which refuses what is delivered from now on (reading.py).

Rows of others are written again as they are: nothing is read anew with other maps. A Parquet without the person gets a name of its own
before the manifest says so, and the old one goes after: killed at any step, the next night does the rest.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.ingest.about import IDENTITY, Mask, Watch, rows_of_text, text_of, watch_of
from pipelines.ingest.blanking import blank, leave_out, row_groups, texts_of_theirs
from pipelines.ingest.contract_files import NC_YEAR, REJECTED, dated_figures
from pipelines.ingest.one_content import day_counts, parquets
from pipelines.ingest.text_parts import SOURCE_FILE, SOURCE_ROW
from pipelines.ingest.to_text import place_whole
from pipelines.sources import contract
from pipelines.store.erasures import ERASED, Erasures, Sought
from pipelines.store.home import Home
from pipelines.store.manifest import KeptReading, Manifest
from pipelines.store.pseudonyms import pseudonym_key
from pipelines.store.records import Delivery, EntityReading, Reading
from pipelines.trust import TrustConfig

Change = Callable[[pa.Table], pa.Table]
MARK = "erased"  # in the name of a Parquet that was written again


def forget(home: Home, trust: TrustConfig, manifest: Manifest, erasures: Erasures) -> None:
    """Take everybody erased out of the raw layer, and note it; numbers under which they came again are learned on the way."""
    deliveries = {delivery.content_id: delivery for delivery in manifest.deliveries()}
    key = pseudonym_key(home, trust.privacy.pseudonym_key_env)
    is_new = True
    while is_new and (sought := erasures.sought(home, trust.privacy.pseudonym_key_env)):
        met: set[tuple[str, str]] = set()
        for content_id, kept in manifest.kept_readings().items():
            content = _Content(home, trust, manifest, kept, deliveries.get(content_id), sought, key)
            content.forget()
            met |= content.watch.met
        is_new = erasures.learn(met)
    _remove_unknown(home.raw, manifest)
    erasures.taken_out()


@dataclass
class _Content:
    """One content and what is kept of it."""

    home: Home
    trust: TrustConfig
    manifest: Manifest
    kept: KeptReading
    delivery: Delivery | None
    sought: Sought
    key: bytes
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        self.watch = watch_of(self.delivery, self.kept.reading, self.sought)

    def forget(self) -> None:
        """Write what holds a sought person again without them. The reading is kept before what it replaces goes, and the text goes last."""
        reading = self.kept.reading
        masks = {each.entity: self._masks(each) for each in reading.entities if each.path and self._path(each).is_file()}
        text, of_text = self._text()
        if not any(mask.any() for found in (*masks.values(), of_text) for mask in found) and text == reading.text_path:
            return
        without = replace(self._without(masks, of_text) if masks else reading, text_path=text)
        self.manifest.save_reading(without, self.kept.lookups_id, day_counts(self.home.raw, without), self.kept.read_at)
        for path in (parquets(reading) | {reading.text_path}) - parquets(without) - {text}:
            if path:
                (self.home.raw / path).unlink(missing_ok=True)
        if text and any(mask.any() for mask in of_text):
            blank(self.home.raw / text, of_text)

    def _masks(self, each: EntityReading) -> list[Mask]:
        return [self.watch.rows(rows) for rows in row_groups(self._path(each), IDENTITY)]

    def _text(self) -> tuple[str | None, list[Mask]]:
        """The text that stays, and which of its rows are theirs. A text that no reader of today opens goes whole."""
        text = text_of(self.home.raw, self.trust, self.delivery, self.kept.reading)
        return (self.kept.reading.text_path, list(rows_of_text(text, self.key, self.watch))) if text else (None, [])

    def _only_theirs(self, masks: dict[str, list[Mask]], of_text: list[Mask]) -> set[str]:
        """What only the rows that go say, in the text and of the codes as delivered."""
        gone = texts_of_theirs(self.home.raw / str(self.kept.reading.text_path), of_text) if of_text else set()
        for each in self.kept.reading.entities:
            if sources := [f"{column.name}_source" for column in contract().entity(each.entity).columns if column.is_coded]:
                gone |= texts_of_theirs(self._path(each), masks[each.entity], sources) if each.entity in masks else set()
        return gone

    def _path(self, each: EntityReading) -> Path:
        return self.home.raw / str(each.path)

    def _without(self, masks: dict[str, list[Mask]], of_text: list[Mask]) -> Reading:
        reading, gone = self.kept.reading, self._only_theirs(masks, of_text)
        places: list[tuple[str, str, int]] = []
        entities = []
        for each in reading.entities:
            if each.entity not in masks:
                entities.append(each)
                continue
            theirs = self._places(each, masks[each.entity])
            places += theirs
            entities.append(self._entity(each, masks[each.entity], len(theirs)))
        by_file = Counter(file_name for _, file_name, _ in places)
        files = [
            replace(
                each,
                rows_accepted=each.rows_accepted - by_file[each.file_name],
                rows_rejected=each.rows_rejected + by_file[each.file_name],
            )
            for each in reading.files
        ]
        return replace(
            reading,
            entities=entities,
            files=files,
            rejected_path=self._written(reading.rejected_path, lambda rows: _with_places(rows, places)),
            unmapped_path=self._written(reading.unmapped_path, lambda rows: _without_values(rows, gone)),
            pupils_in_path=self._written(reading.pupils_in_path, lambda rows: rows.filter(pa.array(~self.watch.rows(rows)))),
        )

    def _places(self, each: EntityReading, masks: list[Mask]) -> list[tuple[str, str, int]]:
        found = []
        for rows, mask in zip(row_groups(self._path(each), [SOURCE_FILE, SOURCE_ROW]), masks, strict=True):
            theirs = rows.filter(pa.array(mask)).to_pydict()
            found += [(each.entity, file, line) for file, line in zip(theirs[SOURCE_FILE], theirs[SOURCE_ROW], strict=True)]
        return found

    def _entity(self, each: EntityReading, masks: list[Mask], rows: int) -> EntityReading:
        """The figures of an entity without the rows; they were accepted, and are rejected now."""
        path = self._renamed(str(each.path))
        unfinished = self.home.temporary / Path(path).name
        leave_out(self._path(each), unfinished, masks)
        place_whole(unfinished, self.home.raw / path)
        entity = contract().entity(each.entity)
        days = _counted(self.home.raw / path, entity.date_column)
        figures = dated_figures({date.fromisoformat(day): count for day, count in days.items()})
        return replace(
            each,
            path=path,
            rows_accepted=each.rows_accepted - rows,
            rows_rejected=each.rows_rejected + rows,
            rows_erased=each.rows_erased + rows,
            rows_by_nc_year=_counted(self.home.raw / path, NC_YEAR) if each.rows_by_nc_year else {},
            **figures,
        )

    def _written(self, path: str | None, change: Change) -> str | None:
        """A small Parquet changed, under a name of its own."""
        if path is None or not (self.home.raw / path).is_file():
            return path
        rows = change(pq.read_table(self.home.raw / path, partitioning=None))
        target = self._renamed(path)
        unfinished = self.home.temporary / Path(target).name
        pq.write_table(rows, unfinished, compression="zstd")
        place_whole(unfinished, self.home.raw / target)
        return target

    def _renamed(self, path: str) -> str:
        """A name that this Parquet never had: a Parquet is never written again under its name."""
        place = Path(path)
        stem, _, number = place.stem.partition(f"-{MARK}")
        return place.with_name(f"{stem}-{MARK}{int(number or 0) + 1}{place.suffix}").as_posix()


def _with_places(rows: pa.Table, places: Iterable[tuple[str, str, int]]) -> pa.Table:
    added = [
        {"entity": entity, "file_name": file_name, "source_row": line, "reason_code": ERASED, "column_name": None}
        for entity, file_name, line in places
    ]
    return pa.concat_tables([rows.cast(REJECTED), pa.Table.from_pylist(added, schema=REJECTED)])


def _without_values(rows: pa.Table, gone: set[str]) -> pa.Table:
    """The list of unmapped values without those that only the person had (a list of codes is named part by part)."""
    stays = [not any(value in text for text in gone) for value in rows["value"].to_pylist()]
    return rows.filter(pa.array(stays, pa.bool_()))


def _counted(path: Path, column: str | None) -> dict[str, int]:
    """Rows by the values of a column, blanks left out."""
    if column is None or column not in pq.read_schema(path).names:
        return {}
    counts = pq.read_table(path, columns=[column], partitioning=None)[column].value_counts().to_pylist()
    return {each["values"]: each["counts"] for each in sorted(counts, key=lambda each: str(each["values"])) if each["values"] is not None}


def _remove_unknown(raw: Path, manifest: Manifest) -> None:
    """Remove the files of the raw layer that no reading names: what a killed run or an older profile left may hold anybody."""
    known = {path for reading in manifest.readings().values() for path in (*parquets(reading), reading.text_path)}
    for folder, _, names in os.walk(raw):
        for name in names:
            path = Path(folder) / name
            if path.relative_to(raw).as_posix() not in known:
                path.unlink(missing_ok=True)

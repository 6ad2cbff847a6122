"""The ledger: every decision that a person took, with who, when and why, one behind the other.

Here: reading it, and finding out whether it is what it was. Not here: how an entry is made and hashed (chain.py), nor any decision itself:
whoever keeps one writes it down in the same transaction.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipelines.store.chain import FIRST, Entry, append, hash_of, hash_of_reason, moment_of
from pipelines.store.manifest_file import ManifestFile
from pipelines.store.schema import TAKEN_WORDS

__all__ = ["Entry", "Fault", "Head", "Ledger", "Written", "append"]


@dataclass(frozen=True)
class Written:
    """One entry as it stands. `decided_at` is when the decision was made; an entry that was taken over was written later."""

    seq: int
    written_at: datetime
    decided_at: datetime
    who: str
    kind: str
    subject: str
    academy_id: str | None
    detail: dict[str, Any]
    why: str
    why_hash: str
    previous: str
    hash: str


@dataclass(frozen=True)
class Head:
    """An entry that somebody saw: its number and hash, and where it was seen."""

    seq: int
    hash: str
    where: str


@dataclass(frozen=True)
class Fault:
    """What is not as it was: at which entry, and a sentence."""

    seq: int
    what: str


class Ledger(ManifestFile):
    """The ledger in the open manifest of one home."""

    def entries(self) -> list[Written]:
        """Every entry that can be read, oldest first: a broken ledger stops no night. `verify` says what is wrong with the others."""
        found = (_written(row) for row in self._read("select * from ledger order by seq"))
        return [each for each in found if each is not None]

    def last(self, kind: str) -> dict[tuple[str, str | None], Written]:
        """The newest entry of a kind by its subject and academy."""
        return {(each.subject, each.academy_id): each for each in self.entries() if each.kind == kind}

    def add(self, entries: Iterable[Entry]) -> None:
        """Write down decisions that are kept nowhere else but in trust.yml, all or none."""
        with self._transaction() as connection:
            for entry in entries:
                append(connection, entry)

    def verify(self, seen: Iterable[Head] = ()) -> list[Fault]:
        """What is not as it was written, oldest first; nothing where the ledger is sound. `seen`: entries as readers have them."""
        rows = self._read("select * from ledger order by seq")
        counter = self._read("select seq from sqlite_sequence where name = 'ledger'")
        return list(_faults(rows, counter[0]["seq"] if counter else 0, list(seen)))

    def _read(self, sql: str) -> list[dict[str, Any]]:
        """Rows of which text may be text no longer."""
        self._connection.text_factory = _text
        try:
            return self._rows(sql)
        finally:
            self._connection.text_factory = str


def _faults(rows: list[dict[str, Any]], counted: Any, seen: list[Head]) -> Iterator[Fault]:
    previous = FIRST
    for number, row in enumerate(rows, 1):
        if row["seq"] != number:
            yield Fault(number, f"Entry {number} is missing: entry {row['seq']} stands in its place.")
            return
        yield from _faults_of(row, previous, rows)
        previous = row["hash"]
    if counted != len(rows):
        yield Fault(len(rows) + 1, f"{counted} entries were written and {len(rows)} are there: the last ones are missing.")
    hashes = {row["seq"]: row["hash"] for row in rows}
    for head in seen:
        if head.seq not in hashes:
            yield Fault(head.seq, f"Entry {head.seq} stands in {head.where} and no longer here.")
        elif hashes[head.seq] != head.hash:
            yield Fault(head.seq, f"Entry {head.seq} is another one than in {head.where}: it was written anew.")


def _faults_of(row: dict[str, Any], previous: str, rows: list[dict[str, Any]]) -> Iterator[Fault]:
    number = row["seq"]
    if row["previous"] != previous:
        what = f"Entry {number} does not follow on the one before it: one of them was changed, or one between them taken out."
        yield Fault(number, f"{what} {_hashes(previous, row['previous'])}")
    elif row["hash"] != hash_of(row):
        what = f"Entry {number} is not what was written: something in it was changed."
        yield Fault(number, f"{what} {_hashes(row['hash'], hash_of(row))}")
    if row["why_salt"] is None:
        is_erased_later = any(each["kind"] == "erase" and each["seq"] > number for each in rows)
        if row["why"] != TAKEN_WORDS or not is_erased_later:
            yield Fault(number, f"The reason of entry {number} was taken out, though nobody was erased after it.")
    elif row["why_hash"] != hash_of_reason(row["why_salt"], row["why"]):
        yield Fault(number, f"The reason of entry {number} is not the one that was given.")


def _hashes(expected: object, found: object) -> str:
    return f"Expected the hash {str(expected)[:12]}…, found {str(found)[:12]}…"


def _written(row: dict[str, Any]) -> Written | None:
    values = {name: row[name] for name in Written.__dataclass_fields__ if name in row}
    if any(isinstance(value, bytes) for value in values.values()):
        return None
    try:
        "".join(str(value) for value in values.values()).encode()  # what `_text` had to keep as it is stops here
        detail = json.loads(row["detail"])
        moments = {"written_at": datetime.fromisoformat(row["written_at"]), "decided_at": moment_of(row["written_at"], detail)}
    except (ValueError, TypeError, AttributeError):
        return None
    return Written(**{**values, **moments, "detail": detail})


def _text(value: bytes) -> str:
    """Text that is no longer text is still compared."""
    return value.decode(errors="surrogateescape")

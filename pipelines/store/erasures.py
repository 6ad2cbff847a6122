"""People who were erased: the evidence, and how they are known again at the door without anything about them being kept.

Here: keyed hashes of the numbers under which a person would come again, the record of who erased somebody, when and why, and how far it
has got. Not here: finding a person's rows (ingest/about.py), taking them out of the raw layer (ingest/forgetting.py), and the command
(protection/erasing.py).

A hash is made with the trust's key of pseudonyms: unique pupil numbers are few enough to be tried out, so a hash without a key would be no
better than the number. With another key nobody would be known again, so a night under another key does not begin.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pipelines.store.chain import Entry, append, take_out_reason
from pipelines.store.home import Home
from pipelines.store.manifest_file import ManifestFile, insert
from pipelines.store.pseudonyms import key_name, pseudonym_key
from pipelines.store.records import now
from pipelines.store.rows import stored
from pipelines.store.schema import TAKEN_WORDS

ERASED = "erased"
"""The reason code of a row that is refused because it is about somebody who was erased."""
REASONS = (
    ("decision", "why"),
    ("check_decision", "why"),
    ("verdict", "decided_why"),
    ("alert", "why"),
    ("alert_event", "why"),
    ("intervention", "why"),
)
"""Where people's reasons for their decisions stand; besides the ledger."""

REASONS = (
    ("decision", "why"),
    ("check_decision", "why"),
    ("verdict", "decided_why"),
    ("alert", "why"),
    ("alert_event", "why"),
    ("intervention", "why"),
)
"""Where people's own words are kept, which may name somebody; the ledger has its own way to let a reason go."""

NameKind = Literal["record", "upn", "born", "number", "colleague", "payroll"]
"""What a person is known by. `record`: academy and number in its MIS; `upn`: a pupil list's UPN, which alone decides nothing; `born`: a UPN
with a date of birth; `number`: a UPN that is this person's alone, in files that name pupils by it; `colleague`: academy and number of a
colleague; `payroll`: the pseudonym of a payroll or teacher number."""
Kind = Literal["pupil", "colleague"]
State = Literal["begun", "taken_out", "finished", "lifted"]
Counts = Mapping[str, Mapping[str, int]]


class ErasureError(Exception):
    """An erasure cannot be begun or kept up; the message says what to do."""


@dataclass(frozen=True)
class Sought:
    """People looked for in delivered rows, by keyed hashes alone."""

    key: bytes
    hashes: frozenset[str]

    def has(self, kind: NameKind, *parts: str) -> bool:
        """Whether one of them is known by this."""
        return hashed(self.key, kind, *parts) in self.hashes


def hashed(key: bytes, kind: NameKind, *parts: str) -> str:
    """The keyed hash of what a person is known by."""
    said = "\x1f".join((ERASED, kind, *parts))
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Erasure:
    """The evidence of one erasure. `counts` are the rows taken out, by academy and table."""

    id: int
    kind: Kind
    state: State
    erased_at: datetime
    erased_by: str
    why: str
    counts: dict[str, dict[str, int]]
    finished_at: datetime | None

    @property
    def is_unfinished(self) -> bool:
        """Whether the person may still stand in what was built or published before."""
        return self.state in ("begun", "taken_out")

    @property
    def rows(self) -> int:
        """All rows together."""
        return _summed(self.counts)


class Erasures(ManifestFile):
    """The erasures in the open manifest of one home."""

    def all(self) -> list[Erasure]:
        """Every erasure, oldest first."""
        return [
            Erasure(
                id=row["id"],
                kind=row["kind"],
                state=row["state"],
                erased_at=datetime.fromisoformat(row["erased_at"]),
                erased_by=row["erased_by"],
                why=row["why"],
                counts=json.loads(row["counts"]),
                finished_at=datetime.fromisoformat(row["finished_at"]) if row["finished_at"] else None,
            )
            for row in self._rows("select * from erasure order by id")
        ]

    def are_unfinished(self) -> bool:
        """Whether somebody may still stand in what was built or published before."""
        return any(each.is_unfinished for each in self.all())

    def sought(self, home: Home, key_variable: str) -> Sought | None:
        """Those whom the door knows, None where nobody was ever erased.

        Raises ErasureError where the key is not the one that the hashes were made with: the door would let everybody in again.
        """
        kept = self._rows("select distinct key_name from erasure where state <> 'lifted'")
        if not kept:
            return None
        key = pseudonym_key(home, key_variable)
        if {row["key_name"] for row in kept} != {key_name(key)}:
            raise ErasureError(
                f"People were erased with another key of pseudonyms than today's, so they would come in again. Put the key back into "
                f"{key_variable} or {home.pseudonym_key}, then run again; what is published stands."
            )
        wanted = "select hash from erased_name inner join erasure on erasure.id = erasure_id where state <> 'lifted'"
        return Sought(key, frozenset(row["hash"] for row in self._rows(wanted)))

    def begin(self, kind: Kind, key: bytes, hashes: Iterable[str], by: str, why: str, counts: Counts, said: Iterable[str] = ()) -> int:
        """Write an erasure down, and take the person out of the reasons that people gave for decisions (`said`: those that name them).

        From here on every night refuses the person's rows; what was read before is taken out by the next.
        """
        values = [kind, "begun", stored(now()), by, why, key_name(key), json.dumps(counts)]
        with self._transaction() as connection:
            insert(connection, "erasure", ["kind", "state", "erased_at", "erased_by", "why", "key_name", "counts"], [values])
            number = int(connection.execute("select max(id) from erasure").fetchone()[0])
            insert(connection, "erased_name", ["erasure_id", "hash"], [(number, each) for each in sorted(set(hashes))])
            for words in said:
                for table, column in REASONS:
                    connection.execute(f"update {table} set {column} = ? where {column} = ?", [TAKEN_WORDS, words])
                take_out_reason(connection, words)
            append(connection, Entry("erase", f"erasure {number}", None, {"of": kind, "rows": _summed(counts)}, by, why))
        self._settle()
        return number

    def said(self) -> list[str]:
        """Every reason that a person gave for a decision: free text, which may name somebody."""
        reasons = " union ".join(f"select {column} as why from {table}" for table, column in (*REASONS, ("ledger", "why")))
        return [row["why"] for row in self._rows(f"select distinct why from ({reasons}) where why <> ''")]

    def learn(self, pairs: Iterable[tuple[str, str]]) -> bool:
        """Add numbers under which erased people came again (`pairs`: hash known, hash new); whether one was new.

        Rows under the new number may have been let in before: the erasure is then unfinished again.
        """
        found = False
        with self._transaction() as connection:
            for known, new in pairs:
                owners = connection.execute("select erasure_id from erased_name where hash = ?", [known]).fetchall()
                for (number,) in owners:
                    added = connection.execute("insert into erased_name values (?, ?) on conflict do nothing", [number, new]).rowcount
                    if added:
                        connection.execute("update erasure set state = 'begun' where id = ? and state <> 'lifted'", [number])
                    found = found or added > 0
        return found

    def taken_out(self) -> None:
        """Note that nobody who was erased stands in the raw layer."""
        with self._transaction() as connection:
            connection.execute("update erasure set state = 'taken_out' where state = 'begun'")
        self._settle()

    def finish(self) -> None:
        """Note that what is published was made without them."""
        with self._transaction() as connection:
            connection.execute(
                "update erasure set state = 'finished', finished_at = coalesce(finished_at, ?) where state = 'taken_out'", [stored(now())]
            )
        self._settle()

    def lift(self, number: int, by: str, why: str) -> None:
        """Let an erased person's new deliveries in again. Raises ErasureError where no such erasure stands."""
        known = {each.id: each for each in self.all()}
        if number not in known or known[number].state == "lifted":
            raise ErasureError(f"There is no erasure {number} to lift. `matlas erase --list` shows those that stand.")
        with self._transaction() as connection:
            words = f"{known[number].why} Lifted by {by}: {why}".strip()
            connection.execute("update erasure set state = 'lifted', why = ? where id = ?", [words, number])
            connection.execute("delete from erased_name where erasure_id = ?", [number])
            append(connection, Entry("lift", f"erasure {number}", None, {"of": known[number].kind}, by, why))

    def _settle(self) -> None:
        """Write the file anew and empty its log: both keep what a row was before it was changed."""
        self._connection.execute("vacuum")
        self._connection.execute("pragma wal_checkpoint(truncate)")


def _summed(counts: Counts) -> int:
    return sum(sum(each.values()) for each in counts.values())

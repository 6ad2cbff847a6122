"""The chain of the ledger: an entry, what it is hashed with, and adding one.

Here: what holds the entries together, for whoever writes a decision down in its own transaction. Not here: reading and verifying the ledger
(ledger.py). Each entry's hash is made of the entry and of the hash before it, so none can be changed, put in, taken out or moved without
every later one saying so. The reason stands in it by a salted hash of its own: a reason that names somebody who is erased must go, and the
chain holds without it.
"""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipelines.store.records import now
from pipelines.store.rows import stored
from pipelines.store.schema import TAKEN_WORDS

FIRST = "0" * 64
"""What stands before the first entry."""
CHAINED = ("seq", "written_at", "who", "kind", "subject", "academy_id", "detail", "why_hash", "previous")
"""What an entry's hash is made of, in this order."""
TAKEN_OVER_BY = "taken over from the decisions that were kept before there was a ledger"


@dataclass(frozen=True)
class Entry:
    """One decision to write down. `subject` is what was decided on (a batch, a check, a measure, an alert …); `academy_id` is None where it
    speaks of the whole trust; `detail` is what else there is to know, never a value of a person's data.
    """

    kind: str
    subject: str
    academy_id: str | None
    detail: Mapping[str, Any]
    who: str
    why: str


def append(connection: sqlite3.Connection, entry: Entry) -> int:
    """Add an entry inside the open transaction of the decision itself: both are kept or neither. Returns its number."""
    last = connection.execute("select seq, hash from ledger order by seq desc limit 1").fetchone()
    salt = secrets.token_hex(16)
    values: dict[str, Any] = {
        "seq": last["seq"] + 1 if last else 1,
        "written_at": stored(now()),
        "who": entry.who,
        "kind": entry.kind,
        "subject": entry.subject,
        "academy_id": entry.academy_id,
        "detail": json.dumps(entry.detail, default=stored, sort_keys=True, ensure_ascii=False),
        "why": entry.why,
        "why_salt": salt,
        "why_hash": hash_of_reason(salt, entry.why),
        "previous": last["hash"] if last else FIRST,
    }
    values["hash"] = hash_of(values)
    names = list(values)
    connection.execute(f"insert into ledger ({', '.join(names)}) values ({', '.join('?' * len(names))})", list(values.values()))
    return int(values["seq"])


def hash_of(values: Mapping[str, Any]) -> str:
    """The hash that an entry must have."""
    return hashlib.sha256(json.dumps([values[name] for name in CHAINED], default=repr).encode()).hexdigest()


def hash_of_reason(salt: str, why: str) -> str:
    """The hash that stands for a reason: without the salt, which goes with the reason, it tells nothing of it."""
    return hashlib.sha256(json.dumps([salt, why], default=repr).encode()).hexdigest()


def take_out_reason(connection: sqlite3.Connection, words: str) -> None:
    """Take a reason that names somebody out of every entry that has it."""
    connection.execute("update ledger set why = ?, why_salt = null where why = ?", [TAKEN_WORDS, words])


def take_over(connection: sqlite3.Connection) -> None:
    """Write down the decisions of a home that had no ledger, in the order in which they were made; it is empty then."""
    for entry in sorted(_decided_before(connection), key=lambda each: str(each.detail["decided_at"])):
        append(connection, entry)


def _decided_before(connection: sqlite3.Connection) -> Iterator[Entry]:
    for row in connection.execute("select * from decision order by id"):
        yield _taken_over(row, row["decision"], row["batch_id"], {"table_name": row["table_name"], "content_id": row["content_id"]})
    for row in connection.execute("select * from check_decision order by id"):
        kind = "accept_failure" if row["decision"] == "accept" else row["decision"]
        yield _taken_over(row, kind, row["check_id"], {"until": row["until"]})
    for row in connection.execute("select * from erasure order by id"):
        detail = {"of": row["kind"], "state": row["state"], "decided_at": row["erased_at"], "written": TAKEN_OVER_BY}
        yield Entry("erase", f"erasure {row['id']}", None, detail, row["erased_by"], row["why"])


def _taken_over(row: sqlite3.Row, kind: str, subject: str, detail: Mapping[str, Any]) -> Entry:
    more = {"decided_at": row["decided_at"], "written": TAKEN_OVER_BY}
    return Entry(kind, subject, row["academy_id"], {**detail, **more}, row["decided_by"], row["why"])


def moment_of(written_at: str, detail: Mapping[str, Any]) -> datetime:
    """When it was decided: when it was written, but for what was taken over."""
    return datetime.fromisoformat(str(detail.get("decided_at", written_at)))

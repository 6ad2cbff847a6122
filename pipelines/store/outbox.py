"""The outbox: every message to a reader, what each told, and every try to send it.

Here: keeping them. A message is written in the same transaction as the note that its alerts were told, so that none is told twice and none
is lost between the two; it is sent afterwards, and stays until its channel has taken it. Not here: who is told what (alerts/telling), and
the channels: nothing here knows an address.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pipelines.store.manifest_file import ManifestFile, insert
from pipelines.store.records import now
from pipelines.store.rows import record_of, stored

What = Literal["raised", "passed_on", "resolved"]
"""What of an alert is told: that it is there, that it is passed on to the trust, that it is over."""


@dataclass(frozen=True)
class Known:
    """One thing that a reader was told of an alert, and whether its channel has taken the message."""

    reader: str
    alert_id: str
    what: What
    day: date
    is_sent: bool


@dataclass(frozen=True)
class NewMessage:
    """A message to be written: its words, and what it tells."""

    reader: str
    day: date
    subject: str
    body: str
    tells: tuple[tuple[str, What], ...]


@dataclass(frozen=True)
class Message:
    """A message as it stands. `failure` is why the last try failed; `may_have_come` when a try was killed before it ended."""

    message_id: int
    reader: str
    number: int
    day: date
    subject: str
    body: str
    alerts: int
    written_at: datetime
    sent_at: datetime | None
    tries: int
    last_tried_at: datetime | None
    failure: str | None
    may_have_come: bool

    @property
    def state(self) -> Literal["waiting", "sent"]:
        """Whether its channel has taken it."""
        return "sent" if self.sent_at else "waiting"


class Outbox(ManifestFile):
    """The messages in the open manifest of one home."""

    def messages(self) -> list[Message]:
        """Every message, oldest first."""
        return [record_of(Message, row) for row in self._rows(_MESSAGES)]

    def waiting(self) -> dict[str, list[Message]]:
        """The messages that no channel has taken yet, by reader, oldest first."""
        found: dict[str, list[Message]] = {}
        for each in self.messages():
            if each.sent_at is None:
                found.setdefault(each.reader, []).append(each)
        return found

    def known(self) -> list[Known]:
        """All that readers were told, oldest first."""
        return [record_of(Known, row) for row in self._rows(_KNOWN)]

    def write(self, messages: Iterable[NewMessage]) -> None:
        """Keep messages and what they tell, all or none. Raises sqlite3.IntegrityError where one tells its reader something again."""
        with self._transaction() as connection:
            for each in messages:
                _write(connection, each)

    @contextmanager
    def trying(self, message_id: int) -> Iterator["Outcome"]:
        """Note a try before the message goes out and how it ended after: one that is killed between stays begun and not ended."""
        with self._transaction() as connection:
            insert(connection, "outbox_try", ["message_id", "begun_at"], [(message_id, stored(now()))])
            try_id = connection.execute("select last_insert_rowid()").fetchone()[0]
        outcome = Outcome()
        yield outcome
        ended_at = stored(now())
        with self._transaction() as connection:
            connection.execute("update outbox_try set ended_at = ?, failure = ? where try_id = ?", [ended_at, outcome.failure, try_id])
            if outcome.failure is None:
                connection.execute("update outbox set sent_at = ? where message_id = ?", [ended_at, message_id])


@dataclass
class Outcome:
    """How a try ended: why it failed, none where the channel took the message."""

    failure: str | None = None


_MESSAGES = """
    select
        outbox.*,
        (select count(*) from told where told.message_id = outbox.message_id) as alerts,
        count(tries.try_id) as tries,
        max(tries.begun_at) as last_tried_at,
        (select failure from outbox_try where message_id = outbox.message_id order by try_id desc limit 1) as failure,
        coalesce(max(tries.try_id is not null and tries.ended_at is null), 0) as may_have_come
    from outbox
    left join outbox_try as tries on outbox.message_id = tries.message_id
    group by outbox.message_id
    order by outbox.message_id
"""
_KNOWN = """
    select told.reader, told.alert_id, told.what, outbox.day, outbox.sent_at is not null as is_sent
    from told
    inner join outbox on told.message_id = outbox.message_id
    order by told.message_id, told.alert_id
"""


def _write(connection: sqlite3.Connection, message: NewMessage) -> None:
    number = connection.execute("select coalesce(max(number), 0) + 1 from outbox where reader = ?", [message.reader]).fetchone()[0]
    values = [message.reader, number, stored(message.day), message.subject, message.body, stored(now())]
    insert(connection, "outbox", ["reader", "number", "day", "subject", "body", "written_at"], [values])
    message_id = connection.execute("select last_insert_rowid()").fetchone()[0]
    rows = [(message.reader, alert_id, what, message_id) for alert_id, what in message.tells]
    insert(connection, "told", ["reader", "alert_id", "what", "message_id"], rows)

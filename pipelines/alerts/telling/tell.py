"""A night's telling: its messages are written, then all that wait are sent, one after the other.

Here: the order of things, and what a failed try means. Not here: who is told (whom.py), the words (words.py), the channels (channel.py).

A message is written together with the note that it tells its alerts, and stays until its channel has taken it: nothing is told twice and
nothing is lost. A channel that fails is tried again the next night, or by `matlas alerts send`; later messages of the same reader wait
behind, so that they come in their order. Killed while a message is on its way, nobody can know whether it was taken: it is sent again,
under the same number, and says so.
"""

from dataclasses import dataclass
from datetime import date

from pipelines.alert_settings import AlertReader
from pipelines.alerts.telling.calendars import calendars_of
from pipelines.alerts.telling.channel import ChannelError, address_of, deliver
from pipelines.alerts.telling.whom import tellings
from pipelines.alerts.telling.words import day_of, message_of, sent_body, sent_subject
from pipelines.store.alerts import Alerts
from pipelines.store.home import Home
from pipelines.store.outbox import Message, NewMessage, Outbox
from pipelines.trust import TrustConfig


@dataclass(frozen=True)
class Sent:
    """What came of sending: messages that channels took, those that wait, and a sentence for each channel that is down."""

    sent: int
    waiting: int
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """What a night's telling came to. `faults`: a sentence for each channel that is down."""

    day: date
    written: int
    sent: int
    waiting: int
    faults: tuple[str, ...]


def tell(home: Home, trust: TrustConfig, day: date) -> Told:
    """Write tonight's messages and send all that wait. The caller holds the home's lock, and has kept tonight's alerts.

    Raises duckdb.Error, ManifestError where it cannot be known who is to be told; a channel that is down is a fault, never an error.
    """
    written = compose(home, trust, day)
    if written:
        with Outbox(home.manifest) as outbox:
            outbox.write(written)
    sent = send(home, trust)
    return Told(day, len(written), sent.sent, sent.waiting, sent.faults)


def compose(home: Home, trust: TrustConfig, day: date) -> list[NewMessage]:
    """The messages that a night would write: at most one for each reader."""
    if not trust.alerts.readers or not home.manifest.exists():
        return []
    with Alerts(home.manifest) as kept:
        alerts = kept.all()
    if not alerts:
        return []
    with Outbox(home.manifest) as outbox:
        known = outbox.known()
    calendars = calendars_of(home, trust, day)
    return [message_of(each, trust, day) for each in tellings(alerts, known, calendars, day)]


def send(home: Home, trust: TrustConfig) -> Sent:
    """Send what waits, reader by reader, oldest first. The caller holds the home's lock.

    A reader whom trust.yml no longer has is sent nothing; the message stays, and goes out when the reader is there again.
    """
    if not home.manifest.exists():
        return Sent(0, 0, ())
    readers = {each.name: each for each in trust.alerts.readers}
    with Outbox(home.manifest) as outbox:
        waiting = {name: messages for name, messages in outbox.waiting().items() if name in readers}
        sent, faults = 0, []
        for name, messages in waiting.items():
            taken, failure = _send_all(outbox, readers[name], messages)
            sent += taken
            if failure is not None:
                faults.append(_fault(name, messages[taken:], failure))
    return Sent(sent, sum(map(len, waiting.values())) - sent, tuple(faults))


def _send_all(outbox: Outbox, reader: AlertReader, messages: list[Message]) -> tuple[int, str | None]:
    """How many messages the channel took, and why it did not take the next one."""
    for taken, message in enumerate(messages):
        with outbox.trying(message.message_id) as outcome:
            try:
                deliver(address_of(reader), sent_subject(message), sent_body(message))
            except ChannelError as error:
                outcome.failure = str(error)
        if outcome.failure is not None:
            return taken, outcome.failure
    return len(messages), None


def _fault(reader: str, messages: list[Message], failure: str) -> str:
    wait = "1 message waits" if len(messages) == 1 else f"{len(messages)} messages wait"
    return f"{reader}: {wait} since {day_of(messages[0].day)}. {failure} The next night tries again, or now: matlas alerts send"

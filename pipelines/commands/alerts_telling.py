"""`matlas alerts outbox`, `send` and `test`: what readers are told, and whether it reaches them.

Here: options, words and layout. Not here: who is told and how it is sent (alerts/telling), and how messages are kept (store/outbox.py).
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.commands.shared import (
    SOMETHING_WAITS,
    WRONG_USAGE,
    CommandError,
    console,
    did_you_mean,
    home_option,
    json_option,
    load_trust_of,
    open_home,
    print_json,
    print_table,
)

if TYPE_CHECKING:
    from pipelines.alert_settings import AlertReader
    from pipelines.store.home import Home
    from pipelines.store.outbox import Message
    from pipelines.trust import TrustConfig

NOBODY = "trust.yml names nobody who is told (alerts: readers:): docs/how-to/be-told.md shows how."
NOT_TRIED = "not tried yet"
GONE = "trust.yml has no reader of this name any more; nobody is sent this"


@click.command("outbox", short_help="Messages to readers, and why one was not taken.")
@click.option("--all", "is_all", is_flag=True, help="Those that were sent, too.")
@home_option
@json_option
def outbox_command(is_all: bool, home_folder: Path | None, as_json: bool) -> int:
    """The messages that wait for their channel: to whom, of which night, how often they were tried, and why they were not taken.

    Nothing is lost while a channel is down: what waits is tried again every night, in its order, and now by `matlas alerts send`.
    """
    home = open_home(home_folder)
    readers = {each.name for each in load_trust_of(home).alerts.readers}
    found = [each for each in _messages(home) if is_all or each.state == "waiting"]
    if as_json:
        print_json([{**vars(each), "state": each.state} for each in found])
        return 0
    if not found:
        console().print("No message waits for its channel.", markup=False)
        return 0
    print_table(
        None,
        ("reader", "night", "no.", "alerts", "state", "tries", "last tried (UTC)", "why it was not taken"),
        [
            [
                each.reader,
                each.day,
                each.number,
                each.alerts,
                each.state,
                each.tries,
                f"{each.last_tried_at:%Y-%m-%d %H:%M}" if each.last_tried_at else None,
                _why(each, readers),
            ]
            for each in found
        ],
        numbers=(2, 3, 5),
    )
    return 0


@click.command("send", short_help="Send what waits, or show what would be sent.")
@click.option("--preview", is_flag=True, help="Print what waits and what tonight would tell; send nothing.")
@home_option
def send_command(preview: bool, home_folder: Path | None) -> int:
    """Send the messages that wait for their channel, without waiting for the night. Ends with 3 where a channel is still down.

    \b
    Examples:
      matlas alerts send
      matlas alerts send --preview
    """
    home = open_home(home_folder)
    trust = load_trust_of(home)
    if preview:
        return _preview(home, trust)
    from pipelines.alerts.telling import send
    from pipelines.store.lock import held

    with held(home, "sends messages"):
        sent = send(home, trust)
    console().print(f"{_messages_in_words(sent.sent)} sent, {sent.waiting} wait." if sent.waiting else _all_sent(sent.sent), markup=False)
    for fault in sent.faults:
        console().print(f"  {fault}", markup=False)
    return SOMETHING_WAITS if sent.waiting else 0


@click.command("test", short_help="Send a reader a trial message.")
@click.argument("reader", metavar="READER")
@home_option
def test_command(reader: str, home_folder: Path | None) -> int:
    """Send a reader of trust.yml a trial message, and say what became of it. It tells of no alert, and is not kept.

    \b
    Example:
      matlas alerts test ashby_leaders
    """
    from pipelines.alerts.telling.channel import ChannelError, address_of, deliver
    from pipelines.alerts.telling.words import trial

    trust = load_trust_of(open_home(home_folder))
    meant = _reader(trust, reader)
    try:
        deliver(address_of(meant), *trial(meant.name, trust, trust.today()))
    except ChannelError as error:
        raise CommandError(f"{meant.name} could not be reached. {error}") from None
    console().print(f"The channel of {meant.name} has taken the trial message. Look whether it has come.", markup=False)
    return 0


def waiting_messages(home: "Home", trust: "TrustConfig") -> list[dict[str, Any]]:
    """The readers for whom messages wait: how many, and since which night."""
    readers = {each.name for each in trust.alerts.readers}
    found: dict[str, list[Message]] = {}
    for each in _messages(home):
        if each.state == "waiting" and each.reader in readers:
            found.setdefault(each.reader, []).append(each)
    return [
        {"reader": reader, "messages": len(messages), "since": messages[0].day, "why": messages[0].failure}
        for reader, messages in found.items()
    ]


def print_waiting_messages(waiting: list[dict[str, Any]]) -> None:
    """Whose channel is down, in a line for each reader."""
    for each in waiting:
        words = f"{_messages_in_words(each['messages'])} to {each['reader']} not taken since {each['since']}: `matlas alerts outbox`."
        console().print(words, markup=False)


def _preview(home: "Home", trust: "TrustConfig") -> int:
    from pipelines.alerts.telling import compose
    from pipelines.alerts.telling.words import sent_body, sent_subject

    if not trust.alerts.readers:
        console().print(NOBODY, markup=False)
        return 0
    waiting = [(each.reader, sent_subject(each), sent_body(each)) for each in _messages(home) if each.state == "waiting"]
    tonight = [(each.reader, each.subject, each.body) for each in compose(home, trust, trust.as_of or trust.today())]
    for heading, messages in (("These wait for their channel:", waiting), ("These would be written if the night were now:", tonight)):
        console().print(heading if messages else f"{heading} none.", markup=False)
        for reader, subject, body in messages:
            console().print(f"\n--- to {reader}: {subject}\n{body}", markup=False)
    return 0


def _messages(home: "Home") -> "list[Message]":
    from pipelines.store.outbox import Outbox

    if not home.manifest.exists():
        return []
    with Outbox(home.manifest) as outbox:
        return outbox.messages()


def _why(message: "Message", readers: set[str]) -> str | None:
    if message.state == "sent":
        return None
    if message.reader not in readers:
        return GONE
    return message.failure or NOT_TRIED


def _reader(trust: "TrustConfig", name: str) -> "AlertReader":
    readers = {each.name: each for each in trust.alerts.readers}
    if not readers:
        raise CommandError(NOBODY, WRONG_USAGE)
    if name not in readers:
        raise CommandError(f"trust.yml has no reader “{name}” (alerts: readers:). {did_you_mean(name, list(readers))}", WRONG_USAGE)
    return readers[name]


def _all_sent(number: int) -> str:
    return f"{_messages_in_words(number)} sent." if number else "No message waits for its channel."


def _messages_in_words(number: int) -> str:
    return "1 message" if number == 1 else f"{number} messages"

"""What a message says: what is so, where, since when, what to do, and who else was told.

Here: the words. They are made of an alert's sentence, its id and days, names of academies and of readers, and nothing else: not of what a
person wrote when taking it up, which may name somebody. Not here: who is told (whom.py).
"""

from collections.abc import Iterator, Sequence
from datetime import date

from pipelines.alerts.telling.whom import Because, Change, Telling
from pipelines.store.outbox import Known, Message, NewMessage, What
from pipelines.trust import TrustConfig

WRITTEN_OUT = 30
"""Alerts of one message that are written out; channels refuse what is too long. More are counted, those on which nobody must act first."""
_PARTS: tuple[tuple[What, str, str], ...] = (
    ("raised", "NEW", "new"),
    ("passed_on", "PASSED ON TO THE TRUST", "passed on to the trust"),
    ("resolved", "RESOLVED BY THE DATA", "resolved"),
)
_BECAUSE: dict[Because, str] = {
    "rule": "The trust is told at once: its rule for such alerts says so.",
    "delegation": "The trust is told at once: the scheme of delegation leaves such alerts to it.",
    "no_reader": "The trust is told at once: nobody at the academy is told by Matlas (alerts: readers: in trust.yml).",
    "nobody_acknowledged": "Nobody has acknowledged it within {days} of the academy's school days.",
}
_TAKEN_UP = {"acknowledged": "acknowledged", "being_handled": "being handled"}
_FOOT = (
    "All open alerts: matlas alerts. No message names a pupil; who is meant stands in the academy's own tables. Nobody reads answers."
)


def message_of(telling: Telling, trust: TrustConfig, day: date) -> NewMessage:
    """The one message of a reader and a night."""
    changes = telling.changes
    counts = {what: sum(each.what == what for each in changes) for what, _, _ in _PARTS}
    subject = ", ".join(f"{counts[what]} {word}" for what, _, word in _PARTS if counts[what])
    written = [f"{trust.trust.name}, {day_of(day)}. To {telling.reader.name}.", *_parts(changes, trust), _FOOT]
    return NewMessage(
        reader=telling.reader.name,
        day=day,
        subject=f"{trust.trust.name}: {subject}",
        body="\n\n".join(written) + "\n",
        tells=tuple((each.alert.alert_id, each.what) for each in changes),
    )


def sent_subject(message: Message) -> str:
    """The subject as it is sent: with the night and the reader's own number, by which a message that came twice is known."""
    return f"[Matlas {message.day:%Y-%m-%d} no. {message.number}] {message.subject}"


def sent_body(message: Message) -> str:
    """The body as it is sent. A try that was killed may have delivered it: then it says so."""
    if not message.may_have_come:
        return message.body
    return f"You may have had this message before: Matlas was stopped while it was sent. The number is the same.\n\n{message.body}"


def trial(reader: str, trust: TrustConfig, day: date) -> tuple[str, str]:
    """Subject and body of a trial message."""
    return (
        f"[Matlas {day:%Y-%m-%d} trial] {trust.trust.name}: the channel works",
        f"{trust.trust.name}, {day_of(day)}. To {reader}.\n\nThis is a trial. What is wrong in the figures or the deliveries comes here, "
        "once a night at most, on school days.\n",
    )


def day_of(day: date) -> str:
    """A day as people write it."""
    return f"{day.day} {day:%B %Y}"


def _parts(changes: Sequence[Change], trust: TrustConfig) -> Iterator[str]:
    names = {each.id: each.name for each in trust.academies}
    room = WRITTEN_OUT
    for what, heading, _ in _PARTS:
        of_part = sorted((each for each in changes if each.what == what), key=_first)
        if of_part:
            yield heading
        yield from (_written(each, names, trust) for each in of_part[:room])
        if of_part[room:]:
            yield f"And {len(of_part) - room} more, which `matlas alerts --all` shows."
        room = max(0, room - len(of_part))


def _first(change: Change) -> tuple[bool, str, date, str]:
    """Those on which somebody must act first, then by academy and age."""
    return (change.alert.severity != "act", change.alert.academy_id, change.alert.raised_on, change.alert.alert_id)


def _written(change: Change, names: dict[str, str], trust: TrustConfig) -> str:
    alert = change.alert
    lines = [f"{names.get(alert.academy_id, trust.trust.name)}: {alert.sentence}"]
    if change.what == "resolved":
        lines += [f"  Since {day_of(alert.raised_on)}; the data have not shown it since {day_of(alert.last_seen_on)}. Nothing to do."]
        return "\n".join(lines)
    urgency = "Somebody must act." if alert.severity == "act" else "Worth knowing."
    lines.append(f"  Since {day_of(alert.raised_on)}. {urgency}")
    if change.because is not None:
        days = trust.alerts.rules.of(alert.rule).trust_after_school_days
        lines.append(f"  {_BECAUSE[change.because].format(days=days)}")
    if alert.state in _TAKEN_UP:
        lines.append(f"  It is {_TAKEN_UP[alert.state]} since {day_of(alert.state_since)}.")
    else:
        lines.append(f'  To do: look at it, then say that somebody has: matlas alerts acknowledge {alert.alert_id} --why "..."')
    lines.append(f"  {_others(change, trust)}")
    return "\n".join(lines)


def _others(change: Change, trust: TrustConfig) -> str:
    """Who else was told, and who will be."""
    told = [_told(each) for each in change.others if each.what != "resolved"]
    said = f"Told too: {', '.join(told)}." if told else "Nobody else has been told."
    trusts = {each.name for each in trust.alerts.readers if each.is_trust}
    is_own = change.because is None and change.alert.academy_id in {each.id for each in trust.academies}
    if is_own and change.alert.state == "raised" and trusts and not trusts & {each.reader for each in change.others}:
        days = trust.alerts.rules.of(change.alert.rule).trust_after_school_days
        said += f" The trust is told if nobody acknowledges it within {days} school days."
    return said


def _told(known: Known) -> str:
    return f"{known.reader} ({day_of(known.day)}{'' if known.is_sent else ', on its way'})"

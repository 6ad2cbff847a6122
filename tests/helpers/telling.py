"""What the tests of telling share: a trust with readers, alerts, a mail server and a webhook receiver that are real, on this machine.

Here: a home without a warehouse (the calendars are those of trust.yml) and channels that can be down. Not here: what is told.
"""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes
from email.header import decode_header, make_header
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from pipelines.store.alert_records import Alert
from pipelines.store.alerts import Alerts
from pipelines.store.home import Home
from pipelines.trust import TrustConfig, load_trust

# In February ashby and cedar have half-term from the 16th to the 20th, as the trust; birch from the 9th to the 13th.
TRUST_YML = """
trust: {name: Larch Trust}
calendar:
  202526:
    HT3: [2026-01-05, 2026-02-13]
    HT4: [2026-02-23, 2026-03-27]
academies:
  - {id: ashby, name: Ashby Primary, phase: primary, mis: matlas}
  - id: birch
    name: Birch Academy
    phase: secondary
    mis: matlas
    calendar: {202526: {HT3: [2026-01-05, 2026-02-06], HT4: [2026-02-16, 2026-03-27]}}
  - {id: cedar, name: Cedar School, phase: primary, mis: matlas}
"""
READERS = """
alerts:
  readers:
    - {name: ashby_leaders, academies: [ashby], url_env: MATLAS_TELL_ASHBY}
    - {name: birch_leaders, academies: [birch], url_env: MATLAS_TELL_BIRCH}
    - {name: central_team, is_trust: true, url_env: MATLAS_TELL_TRUST}
"""


def feb(number: int) -> date:
    """February 2026: the 2nd is a Monday."""
    return date(2026, 2, number)


MONDAY = feb(2)


def alert(academy_id: str = "ashby", raised_on: date = MONDAY, **changed: Any) -> Alert:
    """An alert on lateness, raised on a Monday of term."""
    values: dict[str, Any] = {
        "alert_id": f"sudden_change.{academy_id}.late_rate.{raised_on}",
        "rule": "sudden_change",
        "academy_id": academy_id,
        "subject": "late_rate",
        "measure_id": "late_rate",
        "domain": "attendance",
        "breakdown_topic": None,
        "breakdown": None,
        "severity": "act",
        "sentence": "Lateness was 9.0 % in the week.",
        "value": 9.0,
        "limit": 4.0,
        "raised_on": raised_on,
        "last_seen_on": raised_on,
        "state": "raised",
        "state_since": raised_on,
        "handled_by": None,
        "why": None,
    }
    return Alert(**{**values, **changed})


def trust_of(folder: Path, more: str = "", readers: str = READERS) -> TrustConfig:
    """The trust as its file says; `more` is what else stands in it."""
    path = folder / "trust.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TRUST_YML + readers + more, encoding="utf-8")
    return load_trust(path)


def keep(home: Home, *alerts: Alert) -> None:
    """What the night's steering leaves: alerts in the manifest."""
    with Alerts(home.manifest) as kept:
        kept.save(alerts)


@dataclass(frozen=True)
class Mail:
    """A mail as it came: to whom, its subject, its text."""

    to: str
    subject: str
    text: str


@dataclass
class Mailbox:
    """A mail server that takes everything, until it is told to refuse."""

    port: int = 0
    mails: list[Mail] = field(default_factory=list)
    refuses: bool = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the server's own name for it
        if self.refuses:
            return "451 come again"
        mail = message_from_bytes(envelope.content)
        text = mail.get_payload(decode=True)
        assert isinstance(text, bytes)
        self.mails.append(Mail(envelope.rcpt_tos[0], str(make_header(decode_header(mail["Subject"]))), text.decode()))
        return "250 OK"

    def address(self, to: str = "leaders@ashby.example") -> str:
        return f"mailto://127.0.0.1:{self.port}?from=matlas@larch.example&to={to}&mode=insecure"


@contextlib.contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A mail server on a port of its own."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    mailbox.port = controller.port
    try:
        yield mailbox
    finally:
        controller.stop()


@dataclass
class Hook:
    """A webhook receiver: what was posted to it, what it answers, and what happens while it is asked."""

    port: int
    posts: list[dict[str, Any]] = field(default_factory=list)
    answer: int = 200
    meanwhile: Callable[[], None] = lambda: None

    @property
    def address(self) -> str:
        return f"json://127.0.0.1:{self.port}/alerts"


@contextlib.contextmanager
def webhook() -> Iterator[Hook]:
    """A webhook receiver on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            hook.meanwhile()
            if hook.answer == 200:
                hook.posts.append(said)
            self.send_response(hook.answer)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the server's own name for it
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook = Hook(server.server_port)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()


def free_port() -> int:
    """A port on which nothing answers."""
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])

"""One message over a real channel, and what is said when it is not taken: our own words, nothing of the address."""

import logging
import socket
from collections.abc import Iterator

import pytest

from pipelines.alert_settings import AlertReader
from pipelines.alerts.telling.channel import ChannelError, address_of, deliver
from tests.helpers.telling import free_port, mail_server, webhook

SECRET = "hunter2-s3cret"


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """All that reaches the program's own log, however quietly it is said. (pytest's own listens to loggers that lead nowhere, too.)"""
    said: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    root, listener = logging.getLogger(), Listener()
    level = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    try:
        yield said
    finally:
        root.setLevel(level)
        root.removeHandler(listener)


def failure(address: str, seconds: float = 20) -> str:
    with pytest.raises(ChannelError) as raised:
        deliver(address, "A subject", "A text", seconds)
    assert raised.value.__cause__ is None
    return str(raised.value)


def test_a_mail_arrives_as_it_was_written() -> None:
    with mail_server() as mailbox:
        deliver(mailbox.address(), "[Matlas 2026-02-02 no. 1] 1 new", "Ashby & <Birch>: 9.0 %\n\n  *since* _Monday_\n")

    (mail,) = mailbox.mails
    assert (mail.to, mail.subject) == ("leaders@ashby.example", "[Matlas 2026-02-02 no. 1] 1 new")
    assert mail.text.splitlines() == ["Ashby & <Birch>: 9.0 %", "", "  *since* _Monday_"]


def test_a_webhook_gets_subject_and_text() -> None:
    with webhook() as hook:
        deliver(hook.address, "[Matlas 2026-02-02 no. 1] 1 new", "Ashby\n" * 5000)

    (post,) = hook.posts
    assert (post["title"], len(post["message"].splitlines())) == ("[Matlas 2026-02-02 no. 1] 1 new", 5000)


@pytest.mark.parametrize("kind", ["mailto", "json"])
def test_a_channel_that_is_down_is_told_without_its_address(kind: str, logged: list[str]) -> None:
    said = failure(f"{kind}://someone:{SECRET}@127.0.0.1:{free_port()}/{SECRET}?from=a@b.example&to={SECRET}@c.example&mode=insecure")

    assert "Error)." in said
    assert not any(part in " ".join([said, *logged]) for part in (SECRET, "127.0.0.1", "someone"))


def test_what_a_channel_answers_is_told_by_its_number() -> None:
    with webhook() as hook:
        hook.answer = 403
        assert failure(hook.address) == "It answered 403: the key or the password is not accepted."
        hook.answer = 500
        assert failure(hook.address) == "It answered 500."


def test_a_mail_server_that_refuses_is_a_channel_that_is_down() -> None:
    with mail_server() as mailbox:
        mailbox.refuses = True
        assert failure(mailbox.address()).startswith("It did not take the message")
    assert mailbox.mails == []


def test_a_channel_that_never_answers_holds_up_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert failure(f"json://127.0.0.1:{port}", seconds=0.2) == "It did not take the message within 0 seconds."


@pytest.mark.parametrize("address", [f"nonsense {SECRET}", f"nosuchservice://{SECRET}", "mailto://", f"slack://{SECRET}"])
def test_what_is_no_address_is_said_and_not_repeated(address: str) -> None:
    said = failure(address)

    assert said.startswith("Its address is not one that can be used")
    assert SECRET not in said


def test_a_variable_that_is_not_set_is_a_channel_that_is_down() -> None:
    reader = AlertReader(name="ashby_leaders", academies=("ashby",), url_env="MATLAS_TELL_ASHBY")

    with pytest.raises(ChannelError, match="MATLAS_TELL_ASHBY is not set where Matlas runs"):
        address_of(reader, {"MATLAS_TELL_ASHBY": " "})
    assert address_of(reader, {"MATLAS_TELL_ASHBY": " json://x \n"}) == "json://x"

"""A reader's channel: an address in the environment, and one message over it.

Here: sending through apprise, and what is said of it when it fails: in our own words, with the kind of the error. Not here: which messages
there are, and when they are tried again (tell.py). An address holds passwords and keys: neither it nor a word of the library, which may
quote it, leaves this module.
"""

import logging
import os
import re
import sys
import threading
from collections.abc import Mapping

from pipelines.alert_settings import AlertReader

SECONDS = 60.0
"""How long one message may take. A channel that is slower may still take it: it is then sent a second time the next night."""
_STATUS = re.compile(r"\berror=(\d{3})\b")
_SAID: Mapping[str, str] = {
    "ConnectionRefusedError": "Nothing answers at its address",
    "ConnectionError": "It cannot be reached",
    "gaierror": "Its host is not known",
    "TimeoutError": "It did not answer in time",
    "ConnectTimeout": "It did not answer in time",
    "ReadTimeout": "It did not answer in time",
    "SSLError": "Its certificate is not accepted",
    "SSLCertVerificationError": "Its certificate is not accepted",
    "SMTPAuthenticationError": "It does not accept the user name or the password",
    "SMTPRecipientsRefused": "It does not take mail for this recipient",
    "SMTPSenderRefused": "It does not take mail from this sender",
}
_ANSWERED = {
    401: "the key or the password is not accepted",
    403: "the key or the password is not accepted",
    404: "there is nothing at the address any more",
    410: "there is nothing at the address any more",
    429: "it was sent too much",
}


class ChannelError(Exception):
    """The channel did not take the message; the text says why and holds nothing of its address."""


def address_of(reader: AlertReader, environment: Mapping[str, str] | None = None) -> str:
    """The address of a reader's channel. Raises ChannelError where the environment has none."""
    address = (os.environ if environment is None else environment).get(reader.url_env, "").strip()
    if not address:
        raise ChannelError(f"{reader.url_env} is not set where Matlas runs; put the address of the channel into it.")
    return address


def deliver(address: str, subject: str, body: str, seconds: float = SECONDS) -> None:
    """Send one message. Raises ChannelError where the channel did not take it, as far as anybody can know."""
    sending = _Sending(address, subject, body)
    sending.start()
    sending.join(seconds)
    if sending.is_alive():
        raise ChannelError(f"It did not take the message within {seconds:.0f} seconds.")
    if sending.failure is not None:
        raise ChannelError(sending.failure)


class _Sending(threading.Thread):
    """One message on its way. A thread of its own, so that a channel that never answers holds up nobody."""

    def __init__(self, address: str, subject: str, body: str) -> None:
        super().__init__(daemon=True)
        self._address, self._subject, self._body = address, subject, body
        self.failure: str | None = None

    def run(self) -> None:
        """Send, and keep why it failed."""
        heard = _Heard()
        logger = _quiet_logger()
        logger.addHandler(heard)
        try:
            self.failure = None if self._is_taken() else heard.failure()
        except ChannelError as error:
            self.failure = str(error)
        except Exception as error:  # a plugin's own mistake: its words may quote the address
            self.failure = f"It could not be used ({type(error).__name__})."
        finally:
            logger.removeHandler(heard)

    def _is_taken(self) -> bool:
        import apprise

        asset = apprise.AppriseAsset(  # no picture, which a reader would fetch from a host of others
            app_id="Matlas", app_desc="Matlas", app_url="", image_url_mask="", image_url_logo="", async_mode=False
        )
        channel = apprise.Apprise.instantiate(self._address, asset=asset)
        if channel is None:
            raise ChannelError("Its address is not one that can be used: docs/how-to/be-told.md has an example for each kind of channel.")
        channels = apprise.Apprise(asset=asset)
        channels.add(channel)
        return bool(channels.notify(title=self._subject, body=self._body, body_format=apprise.NotifyFormat.TEXT))


class _Heard(logging.Handler):
    """What the library says while it sends, of which only kinds of errors and numbers of answers are kept."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._kinds: list[str] = []
        self._answers: list[int] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the kind of the error that is being handled, and the number of an answer."""
        kind = sys.exc_info()[0]
        if kind is not None:
            self._kinds.append(kind.__name__)
        answer = _STATUS.search(record.getMessage())
        if answer:
            self._answers.append(int(answer[1]))

    def failure(self) -> str:
        """Why the message was not taken, as far as was heard."""
        if self._answers:
            number = self._answers[-1]
            return f"It answered {number}: {_ANSWERED[number]}." if number in _ANSWERED else f"It answered {number}."
        if self._kinds:
            return f"{_SAID.get(self._kinds[-1], 'It did not take the message')} ({self._kinds[-1]})."
        return "It did not take the message and did not say why."


def _quiet_logger() -> logging.Logger:
    """The library's log. What it and the libraries under it say names addresses, so it reaches no log of ours."""
    for name in ("apprise", "oauthlib", "requests", "requests_oauthlib", "urllib3"):
        logging.getLogger(name).propagate = False
    logger = logging.getLogger("apprise")
    logger.setLevel(logging.DEBUG)
    return logger

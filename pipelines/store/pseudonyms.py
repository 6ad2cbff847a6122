"""The key of pseudonyms, and the pseudonym of a number that must not be kept.

Here: where the key is, making one where there is none, and the keyed hash. Not here: which columns are pseudonyms (sources/contract.csv),
and which files carry them.
"""

import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path

from pipelines.store.home import Home

BYTES = 32
NOT_OF_A_NUMBER = re.compile(r"[\W_]+")
KEY_NAME = b"which key is this"


def pseudonym_key(home: Home, variable: str) -> bytes:
    """The trust's key: what the environment variable holds, else the one in the store, made there (mode 600) the first time."""
    if given := os.environ.get(variable):
        return given.encode()
    path = home.pseudonym_key
    if not path.exists():
        _make(path)
    return path.read_bytes().strip()


def _make(path: Path) -> None:
    """Write a new key that nobody but this account can read; it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_hex(BYTES).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def pseudonym(key: bytes, number: str) -> str | None:
    """The keyed hash (HMAC-SHA256) of a number, however it is punctuated; None for one without a letter or digit."""
    said = NOT_OF_A_NUMBER.sub("", number).upper()
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest() if said else None


def pseudonym_of(key: bytes, *parts: str) -> str:
    """The pseudonym under which readers see a key or an identifier: a keyed hash of exactly these parts, cut to 128 bits.

    The parts say what it is, and of which academy where it is an academy's own: the number 7 of a pupil, of a club and of another academy's
    pupil are three pseudonyms.
    """
    return hmac.new(key, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()[:32]


def key_name(key: bytes) -> str:
    """What tells one key from another without telling the key."""
    return hmac.new(key, KEY_NAME, hashlib.sha256).hexdigest()[:12]

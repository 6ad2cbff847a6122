"""Telling: who is told of which alert, on which night, in which words, over which channel.

Here: the rules of it (whom.py, calendars.py), the words (words.py), writing and sending (tell.py), the channels (channel.py). Not here: how
messages are kept (store/outbox.py), and the alerts themselves.
"""

from pipelines.alerts.telling.tell import Told, compose, send, tell

__all__ = ["Told", "compose", "send", "tell"]

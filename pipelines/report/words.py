"""The words of the report: dates, numbers, what a state is called and how it is drawn, and what the words mean.

Here: words alone, each once. Not here: which of them stands where (page.py, templates/).
"""

import re
from datetime import date, datetime

from markupsafe import Markup

SYMBOLS = {
    "stop": "■",
    "hold": "■",
    "warn": "▲",
    "info": "●",
    "accepted": "◆",
    "not_run": "?",
    "pass": "✓",
    "nothing": "–",
    "none": " ",
}
"""The sign of each state: never the colour alone."""

GLOSSARY = (
    ("hold", "hold", "The delivery waits for a person. The academy's last good data stands until somebody lets it in or leaves it out."),
    ("warn", "warn", "Published. A caveat stands beside every figure that it touches."),
    ("info", "info", "Worth knowing. There is nothing to put right."),
    ("stop", "stop", "A fault of Matlas's own figures: nothing is published. So a published night has none that failed."),
    ("accepted", "accepted", "It still fails. Somebody has looked and lives with it until the day shown; the caveat stays."),
    ("pass", "passed", "Something was judged, and nothing was wrong."),
    ("nothing", "nothing to judge", "There was nothing of the kind, so the check says nothing. It is not a pass."),
    ("not_run", "not run", "The check could not be made. Nobody knows whether it would have passed. It is not a pass."),
)
"""State, its word in the report, and what it means."""

DELIVERY_WORDS = (
    ("held", "Something about the delivery is not as expected. It waits for you: accept it, refuse it, or deliver a corrected export."),
    ("rejected", "It could not be read. Export it again; until then the last good delivery stands."),
    ("stale", "No attendance has been accepted for over two of the academy's own school days."),
    ("last good load", "When Matlas last let in a delivery of this academy."),
    ("attendance to", "The last school day of which marks have been let in."),
    ("put right", "A thing that an earlier night found and tonight's no longer does. It is shown for two weeks."),
)


def day(value: date) -> str:
    """`22 November 2026`."""
    return f"{value.day} {value:%B %Y}"


def moment(value: datetime) -> str:
    """`22 November 2026, 08:49 UTC`: the warehouse keeps its times in UTC."""
    return f"{day(value)}, {value:%H:%M} UTC"


def number(value: int) -> str:
    """`2,085`."""
    return f"{value:,}"


def marked(text: str) -> Markup:
    """What stands between backticks is something to type; everything else is text."""
    parts = re.split(r"`([^`]+)`", text)
    return Markup("").join(Markup("<code>{}</code>").format(part) if place % 2 else part for place, part in enumerate(parts))


def counted(value: int, one: str, many: str | None = None) -> str:
    """`1 check`, `2 checks`, `3 deliveries`."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def spoken(name: str) -> str:
    """`Missing marks` for `missing_marks`, `UPN invalid` for `upn_invalid`."""
    return name.replace("_", " ").capitalize().replace("Upn ", "UPN ")


def listed(words: list[str]) -> str:
    """`a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def age(days: int) -> str:
    """How long a thing has been there."""
    return "since today" if days == 0 else f"for {counted(days, 'day')}"

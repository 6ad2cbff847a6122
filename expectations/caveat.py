"""What a failing check says beside the figures it touches: one short sentence that ends with the check's name.

Here: the words. Not here: which figures a failure touches, and putting the sentence beside them (pipelines/quality/caveats.py).
"""

import re
from datetime import date

from expectations.check import Check

_COUNTS = re.compile(r"(?P<before>^|[.:?!] |)(?<!\bAt )\b\d[\d,]* of \d[\d,]*\b(?! academies\b)")


def of_academy(check: Check, failed: int, checked: int, accepted_until: date | None = None) -> str:
    """Return the sentence for a figure of the academy (or of the trust, where the check judges the trust itself).

    A failure that somebody accepted says until when: the figure is no better for it.
    """
    accepted = f" Accepted until {accepted_until}." if accepted_until else ""
    return f"{_capitalised(_words(check, failed, checked))} ({check.id}).{accepted}"


def of_trust(check: Check, failed: int, checked: int, where: str, accepted: int = 0) -> str:
    """Return the sentence for a figure of the trust that the check touches by way of its academies; `where` says at how many."""
    known = f" Accepted at {accepted} of them." if accepted else ""
    return f"{where}: {_words(check, failed, checked)} ({check.id}).{known}"


def of_delivery(is_held: bool, deliveries: int, since: date, where: str = "") -> str:
    """Return the sentence for a figure that rests on an older delivery, because a newer one is not let in or cannot be read."""
    if is_held:
        words = "a delivery waits for a decision" if deliveries == 1 else f"{deliveries} deliveries wait for a decision"
    else:
        words = "a delivery cannot be read" if deliveries == 1 else f"{deliveries} deliveries cannot be read"
    sentence = f"{words}, {'' if deliveries == 1 else 'the first '}since {since}: this rests on what came before."
    return f"{where}: {sentence}" if where else _capitalised(sentence)


def without_counts(words: str) -> str:
    """Return a figure's caveat for readers who may not know how few people a check touches: what failed, and not how many."""
    return _COUNTS.sub(_some, words)


def _some(found: re.Match[str]) -> str:
    before = found["before"]
    return before + ("some" if before == ": " or not (before or found.start() == 0) else "Some")


def _words(check: Check, failed: int, checked: int) -> str:
    if not check.caveat:
        return f"{_first_sentence(check.what)}: {failed:,} of {checked:,}"
    return check.caveat.format(failed=f"{failed:,}", checked=f"{checked:,}")


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].removesuffix(".")


def _capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]

"""What a failing step becomes: another try for what may pass by itself, else one failure whose words are safe to keep.

Here: which errors are worth a retry, and the back-off. Not here: bad data, which is a verdict and never an exception.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from pipelines.job.scrub import scrubbed, scrubbed_traceback

TRIES = 3
FIRST_WAIT_SECONDS = 2.0
PASSING = ("BlockingIOError", "InterruptedError", "TimeoutError", "ConnectionError", "LockedError", "Timeout")
PASSING_WORDS = ("database is locked", "could not set lock", "conflicting lock", "resource temporarily unavailable", "text file busy")


def may_pass(error: BaseException) -> bool:
    """Whether another try may succeed without anyone doing anything: a file that someone else has open for a moment."""
    if any(kind.__name__ in PASSING for kind in type(error).__mro__):
        return True
    return any(words in str(error).lower() for words in PASSING_WORDS)


@contextmanager
def safe_failure(retry_number: int) -> Iterator[None]:
    """Turn any exception of a step into Dagster's retry or failure, without a library's words in it."""
    try:
        yield
    except (dg.Failure, dg.RetryRequested):
        raise
    except Exception as error:
        if may_pass(error) and retry_number < TRIES:
            raise dg.RetryRequested(max_retries=TRIES, seconds_to_wait=FIRST_WAIT_SECONDS * 2**retry_number) from None
        raise dg.Failure(description=scrubbed(error), metadata={"where": scrubbed_traceback(error)}, allow_retries=False) from None

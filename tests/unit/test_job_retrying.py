import dagster as dg
import duckdb
import pytest

from pipelines.job.retrying import TRIES, safe_failure
from pipelines.job.scrub import scrubbed, scrubbed_traceback
from pipelines.publish import PublishError

SURNAME = "Quillfeather-Onslow"


def quote_a_pupil() -> None:
    duckdb.sql(f"select cast('{SURNAME}' as integer)").fetchall()


def failure_of(error: Exception, retry_number: int = 0) -> BaseException:
    with pytest.raises((dg.Failure, dg.RetryRequested)) as caught, safe_failure(retry_number):
        raise error
    return caught.value


def test_a_message_that_quotes_a_pupil_never_reaches_dagster() -> None:
    with pytest.raises(dg.Failure) as caught, safe_failure(0):
        quote_a_pupil()

    kept = f"{caught.value.description} {caught.value.metadata}"
    assert SURNAME not in kept
    assert "ConversionException" in kept
    assert "in quote_a_pupil" in kept
    assert caught.value.__suppress_context__


def test_our_own_sentence_is_kept_as_it_is() -> None:
    failure = failure_of(PublishError("Make room on the disk."))

    assert isinstance(failure, dg.Failure)
    assert failure.description == "Make room on the disk."


def test_a_locked_file_is_tried_again_with_longer_waits() -> None:
    first, second = failure_of(BlockingIOError(), 0), failure_of(BlockingIOError(), 1)

    assert isinstance(first, dg.RetryRequested)
    assert isinstance(second, dg.RetryRequested)
    assert (first.seconds_to_wait, second.seconds_to_wait) == (2, 4)


def test_after_the_last_try_a_locked_file_is_a_failure() -> None:
    assert isinstance(failure_of(BlockingIOError(), TRIES), dg.Failure)


def test_what_would_fail_again_is_not_tried_again() -> None:
    failure = failure_of(ValueError("a value"))

    assert isinstance(failure, dg.Failure)
    assert failure.allow_retries is False


def test_the_record_follows_causes_without_their_words() -> None:
    try:
        try:
            quote_a_pupil()
        except duckdb.Error as error:
            raise ValueError(SURNAME) from error
    except ValueError as error:
        record = scrubbed_traceback(error)

    assert SURNAME not in record
    assert "ConversionException" in record
    assert "ValueError" in record


def test_an_error_without_a_trace_is_its_type() -> None:
    assert scrubbed(ValueError(SURNAME)) == "ValueError"

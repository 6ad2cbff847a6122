"""A governor's sentence without what is hidden: worked out by hand."""

import duckdb
import pytest

from pipelines.suppression.sentences import hide_sentences

COLUMNS = (
    "academy_id varchar, measure_id varchar, sentence varchar, value double, value_status varchar, rag varchar, target_value double, "
    "last_year_value double, national_value double, against_england varchar, better_or_worse varchar, trust_value double, caveat varchar, "
    "figure_in_words varchar, england_in_words varchar, last_year_in_words varchar, target_in_words varchar"
)
WHOLE = (
    "92.1 % of sessions attended this year to date; England 92.9 % for the same weeks: clearly lower here, which is worse; "
    "last year 91.5 %; the goal is 93.0 %: amber."
)
HIDDEN = "Hidden: it is of few people, or would let a figure of few people be worked out"


@pytest.fixture
def reader() -> duckdb.DuckDBPyConnection:
    """A reader's file with one sentence, of ash's attendance."""
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as readers")
    connection.execute("create schema readers.marts")
    connection.execute(f"create table readers.marts.governor_summary ({COLUMNS})")
    connection.execute(
        """
        insert into readers.marts.governor_summary values (
            'ash', 'attendance_rate', $whole, 92.14, 'ok', 'amber', 93, 91.46, 92.9, 'clearly lower than England', 'worse', 94, 'Late.',
            '92.1 % of sessions attended this year to date', 'England 92.9 % for the same weeks: clearly lower here, which is worse',
            'last year 91.5 %', 'the goal is 93.0 %: amber'
        )
        """,
        {"whole": WHOLE},
    )
    return connection


@pytest.mark.parametrize(
    ("shown", "sentence", "values"),
    [
        ((True, True, True, True), WHOLE, (92.14, "ok", "amber", 91.46, 92.9, "clearly lower than England", 94)),
        ((False, False, False, False), f"{HIDDEN}.", (None, "c", None, None, None, None, None)),
        ((False, False, False, True), f"{HIDDEN}; last year 91.5 %.", (None, "c", None, 91.46, None, None, None)),
        (
            (True, False, False, False),
            "92.1 % of sessions attended this year to date; the goal is 93.0 %: amber.",
            (92.14, "ok", "amber", None, None, None, None),
        ),
    ],
)
def test_what_speaks_of_a_hidden_figure_goes(
    reader: duckdb.DuckDBPyConnection, shown: tuple[bool, ...], sentence: str, values: tuple[object, ...]
) -> None:
    reader.execute(
        "create temp table suppression_scorecard (academy_id varchar, measure_id varchar, is_shown boolean, has_nation boolean, "
        "has_phase boolean, has_last_year boolean)"
    )
    reader.execute("insert into suppression_scorecard values ('ash', 'attendance_rate', ?, ?, ?, ?)", shown)
    hide_sentences(reader, "readers")
    found = reader.execute(
        "select sentence, value, value_status, rag, last_year_value, national_value, against_england, trust_value "
        "from readers.marts.governor_summary"
    ).fetchone()
    assert found == (sentence, *values)

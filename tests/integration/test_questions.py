"""What the pages say comes out comes out: every query of the how-to pages, on the demo after its night.

Each reader's questions are asked where that reader asks them: in the file of their audience, a teacher's as their login in PostgreSQL.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

import duckdb
import pytest

from pipelines.serve.setup import setup_sql
from pipelines.store.home import Home
from pipelines.trust import load_trust
from tests.helpers.home import TrustHome
from tests.helpers.postgres import Cluster, postgres
from tests.helpers.questions import Question, queries, questions, shown

READERS = ("teacher", "academy", "trust", "governor", "analyst")
THEIRS = "brackenhythe"
"""The academy of the page's teacher and leader."""
FILE_OF = {"academy": ("academy", THEIRS), "trust": (), "governor": ("governor",), "analyst": ("analyst",)}
TEACHERS = f"{THEIRS}_teachers"
"""A teacher has no file: they read as this login of the demo's trust.yml."""


def asked_in(audiences: Iterable[str]) -> list[Question]:
    """The questions of these readers."""
    return [each for each in questions() if each.audience in audiences]


@pytest.fixture(scope="module")
def server(demo_night: TrustHome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A server with what the teachers read of the demo's night."""
    with postgres() as cluster:
        from pipelines.serve import loading

        home = Home(tmp_path_factory.mktemp("questions"))
        home.published.symlink_to(demo_night.root / "published")
        trust = load_trust(demo_night.root / "trust.yml")
        logins = {TEACHERS: trust.access.logins[TEACHERS]}
        cluster.set_up(setup_sql(logins), (TEACHERS,))
        for_teachers = trust.model_copy(update={"access": trust.access.model_copy(update={"logins": logins})})
        loading.load(home, for_teachers, cluster.url(), 120, lambda _table, _rows: None)
        yield cluster


def test_each_of_the_five_readers_has_three_questions() -> None:
    assert Counter(each.audience for each in questions()) == dict.fromkeys(READERS, 3)


@pytest.mark.parametrize("question", asked_in(FILE_OF), ids=lambda each: f"{each.audience}: {each.asked}")
def test_a_question_has_the_answer_that_its_page_shows_in_the_readers_own_file(demo_night: TrustHome, question: Question) -> None:
    file = demo_night.root.joinpath("published", *FILE_OF[question.audience], "matlas.duckdb")
    with duckdb.connect(str(file), read_only=True) as warehouse:
        answer = warehouse.execute(question.sql)
        columns = tuple(name for name, *_ in answer.description or ())
        rows = tuple(tuple(shown(value) for value in row) for row in answer.fetchall())

    assert columns == question.columns
    assert rows == question.rows
    assert rows


@pytest.mark.parametrize("question", asked_in(("teacher",)), ids=lambda each: each.asked)
def test_a_teachers_question_has_the_answer_that_its_page_shows_for_their_login(server: Cluster, question: Question) -> None:
    with server.connect_as(TEACHERS) as session:
        answer = session.execute(question.sql.encode())
        columns = tuple(column.name for column in answer.description or ())
        rows = tuple(tuple(shown(value) for value in row) for row in answer.fetchall())

    assert (columns, rows) == (question.columns, question.rows)


@pytest.mark.parametrize("question", questions(), ids=lambda each: f"{each.audience}: {each.asked}")
def test_a_question_of_any_reader_is_answered_in_the_trusts_file_too(demo_night: TrustHome, question: Question) -> None:
    """With as many rows; what small numbers hide from the reader stands there."""
    assert len(demo_night.query(question.sql)) == len(question.rows)


@pytest.mark.parametrize("sql", queries("query.md"))
def test_an_example_of_how_to_query_still_finds_rows(demo_night: TrustHome, sql: str) -> None:
    assert demo_night.query(sql)


def test_a_class_list_lies_in_the_order_of_the_year_groups(demo_night: TrustHome) -> None:
    rows = demo_night.query("select year_group from marts.class_list where academy_id = 'dappleford'")

    assert list(dict.fromkeys(year_group for (year_group,) in rows)) == ["R", *map(str, range(1, 12))]


def test_a_sentence_is_its_parts_and_speaks_only_of_figures_that_there_are(demo_night: TrustHome) -> None:
    """Where a figure is hidden its part can be taken out and the sentence put together anew."""
    parts = ("figure_in_words", "england_in_words", "last_year_in_words", "target_in_words")
    rows = demo_night.query(
        f"select sentence, value, national_value, last_year_value, target_value, {', '.join(parts)} from marts.governor_summary"
    )

    assert len(rows) > 100
    for sentence, value, national_value, last_year_value, target_value, *said in rows:
        assert sentence == "; ".join(part for part in said if part) + "."
        figures = (True, value is not None and national_value is not None, last_year_value is not None, None not in (value, target_value))
        assert tuple(part is not None for part in said) == figures


def test_a_governor_reads_the_scorecards_figures_and_what_the_checks_found(demo_night: TrustHome) -> None:
    figures = "value, value_status, last_year_value, trust_value, national_value, similar_value, target_value, rag, caveat"
    (unlike,) = demo_night.query(
        f"select count(*) from (select academy_id, measure_id, {figures} from marts.governor_summary "
        f"except select academy_id, measure_id, {figures} from marts.scorecard)"
    )
    (told,) = demo_night.query("select count(*) from marts.governor_summary where caveat like '%(unmapped_code)%'")

    assert (unlike[0], told[0] > 0) == (0, True)

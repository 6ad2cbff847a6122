"""The alignment x autonomy map: the page's three academies, scored as the page works them out by hand."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.steering import keep_scores, kept_scores, write_map
from pipelines.steering.history import half_terms_until
from pipelines.steering.settings import EVIDENCE, settings
from pipelines.store.home import Home
from pipelines.store.map_scores import KeptScores, MapScores
from pipelines.trust import TrustConfig
from tests.helpers.three_academies import DAY, empty_warehouse, page_table, the_trust, warehouse

ACADEMIES = ("ash", "birch", "cedar")
FOUR = "alignment, autonomy, transparency, accountability"


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> TrustConfig:
    return the_trust(tmp_path_factory.mktemp("trust"))


@pytest.fixture(scope="module")
def written(trust: TrustConfig) -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse(trust) as connection:
        write_map(connection, trust, DAY)
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, query: str, *given: Any) -> list[tuple[Any, ...]]:
    return connection.execute(query, given).fetchall()


def test_what_is_counted_is_what_the_page_counts(written: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        written,
        "select score, evidence, academy_id, case when out_of > 0 then counted || ' of ' || out_of else '-' end "
        "from marts.alignment_autonomy_evidence where area = 'all'",
    )
    expected = {
        (row["score"], row["evidence"], one): row[one] for row in page_table("score | evidence | weight | ash") for one in ACADEMIES
    }

    assert {(score, evidence, one): said for score, evidence, one, said in found} == expected


def test_the_scores_are_those_of_the_page(written: duckdb.DuckDBPyConnection) -> None:
    expected = page_table("academy | area | alignment")
    assert len(expected) == 7

    for row in expected:
        scores = rows(
            written,
            f"select {FOUR}, quadrant from marts.alignment_autonomy where academy_id = ? and area = ?",
            row["academy"],
            row["area"],
        )
        assert [["-" if value is None else str(value) for value in found] for found in scores] == [list(row.values())[2:]], row


def test_the_points_of_a_score_add_up_to_it(written: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        written,
        f"""
        with summed as (
            select academy_id, area, score, sum(points) as points, sum(most_points) as most
            from marts.alignment_autonomy_evidence
            group by all
        ),
        scores as (
            unpivot (select academy_id, area, {FOUR} from marts.alignment_autonomy) on {FOUR} into name score value value
        )
        select count(*), count_if(abs(points - value) > 0.06), count_if(abs(most - 100) > 0.03)
        from summed
        inner join scores using (academy_id, area, score)
        """,
    )

    assert found[0][0] > 60
    assert found[0][1:] == (0, 0)


def test_every_academy_has_a_row_for_every_area(written: duckdb.DuckDBPyConnection) -> None:
    domains = ("achievement", "attendance", "context", "inclusion", "personal_development", "progress", "staff", "voice")

    assert rows(written, "select academy_id, list(area order by area) from marts.alignment_autonomy group by all order by all") == [
        (one, sorted([*domains, "all"])) for one in ACADEMIES
    ]


@pytest.mark.parametrize(
    ("academy_id", "area", "evidence", "sentence"),
    [
        (
            "ash",
            "all",
            "codes",
            "Values in coded columns that the trust's maps alone read: 4 of 5. The others have no map, or one of the academy's own.",
        ),
        (
            "birch",
            "all",
            "calendar",
            "Half-terms of this year with the trust's dates: 3 of 6. The academy has dates of its own for: HT1, HT2, HT6.",
        ),
        ("cedar", "all", "calendar", "Half-terms of this year with the trust's dates: 6 of 6."),
        ("cedar", "all", "codes", "No value of a coded column has been delivered."),
        ("ash", "all", "decisions", "Decisions that are the academy's: 3 of 4. The trust decides on: term dates."),
        (
            "birch",
            "all",
            "columns",
            "Columns that stand under the headings of the MIS: 6 of 10. The others have a heading of the academy's own in trust.yml: "
            "club_membership.club_name, club_membership.start_date, parent_event.event_type, parent_event.is_attended.",
        ),
        ("cedar", "context", "goals_set", "No measure of this area has a better and a worse value, so it can have no goal."),
    ],
)
def test_evidence_says_in_words_what_was_counted(
    written: duckdb.DuckDBPyConnection, academy_id: str, area: str, evidence: str, sentence: str
) -> None:
    query = "select sentence from marts.alignment_autonomy_evidence where (academy_id, area, evidence) = (?, ?, ?)"

    assert (sentence,) in rows(written, query, academy_id, area, evidence)


def test_no_word_that_an_academy_wrote_is_in_a_sentence(written: duckdb.DuckDBPyConnection) -> None:
    said = str(rows(written, "from marts.alignment_autonomy union all by name from marts.alignment_autonomy_evidence"))

    assert "Emerging" not in said
    assert not [word for word in ("Z9", "Late", "Q?", "STEPS", "Steps", "Evening") if word in said]


def test_what_is_not_known_has_a_reason_and_no_number(written: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        written,
        "select alignment, alignment_rests_on, alignment_unknown_because, quadrant, quadrant_unknown_because "
        "from marts.alignment_autonomy where academy_id = 'cedar' and area = 'context'",
    )

    because = "No value of a coded column has been delivered. No file has been delivered. No measure of this area has anything to count."
    assert found == [(None, None, because, None, "Its alignment is not known.")]


def test_the_medians_are_those_of_the_academies_that_have_the_score(written: duckdb.DuckDBPyConnection) -> None:
    query = "select distinct alignment_trust_median, accountability_trust_median from marts.alignment_autonomy where area = ?"

    assert rows(written, query, "all") == [(70.0, 60.0)]  # 44.2, 70, 90 and 35, 60, 62.5
    assert rows(written, query, "context") == [(None, None)]


def test_an_academy_that_has_delivered_nothing_is_not_judged(trust: TrustConfig) -> None:
    """Every table empty, those of the alerts and the ledger among them: what trust.yml alone says is no evidence."""
    with empty_warehouse() as connection:
        write_map(connection, trust, DAY)
        found = rows(
            connection,
            "select academy_id, alignment, autonomy, transparency, accountability from marts.alignment_autonomy where area = 'all'",
        )

    assert found == [(one, None, None, None, None) for one in ACADEMIES]


def test_an_academy_that_is_not_in_the_trust_on_the_day_has_no_rows(trust: TrustConfig) -> None:
    cedar = trust.academy("cedar").model_copy(update={"left_on": date(2025, 12, 31)})
    others = [each for each in trust.academies if each.id != "cedar"]
    with warehouse(trust) as connection:
        write_map(connection, trust.model_copy(update={"academies": [*others, cedar]}), DAY)

        assert rows(connection, "select distinct academy_id from marts.alignment_autonomy order by all") == [("ash",), ("birch",)]


def test_a_second_time_gives_the_same_tables(trust: TrustConfig, written: duckdb.DuckDBPyConnection) -> None:
    before = rows(written, "from marts.alignment_autonomy_evidence"), rows(written, "from marts.alignment_autonomy")
    write_map(written, trust, DAY)

    assert (rows(written, "from marts.alignment_autonomy_evidence"), rows(written, "from marts.alignment_autonomy")) == before
    assert (
        rows(
            written,
            "select table_name from duckdb_tables() where temporary "
            "union all select view_name from duckdb_views() where temporary and not internal",
        )
        == []
    )


def test_every_kind_of_evidence_has_its_words_and_its_query() -> None:
    written = {(score, kind) for score, kinds in settings().evidence.items() for kind in kinds}

    assert {(file.parent.name, file.stem) for file in EVIDENCE.rglob("*.sql")} == written
    assert {(row["score"], row["evidence"]): row["weight"] for row in page_table("score | evidence | weight | what is counted")} == {
        (score, kind): f"{settings().evidence[score][kind].weight:g}" for score, kind in written
    }


# --- earlier half-terms -----------------------------------------------------------------------------------------------------------------


def test_a_night_in_the_holidays_belongs_to_the_half_term_before_them(trust: TrustConfig) -> None:
    assert half_terms_until(trust, date(2026, 2, 13))[:2] == [(202526, "HT3"), (202526, "HT2")]
    assert half_terms_until(trust, date(2026, 2, 22))[0] == (202526, "HT3")
    assert half_terms_until(trust, date(2026, 2, 23))[0] == (202526, "HT4")
    assert half_terms_until(trust, date(2025, 9, 1)) == []  # the calendar of the page has no year before


def kept(half_term: str, as_of: date, alignment: float | None, area: str = "all") -> KeptScores:
    return KeptScores("ash", area, 202526, half_term, as_of, alignment, 50.0, None, 40.0)


def test_the_scores_of_two_half_terms_before_stand_beside_tonights(trust: TrustConfig) -> None:
    earlier = [
        kept("HT1", date(2025, 11, 2), 10.0),
        kept("HT2", date(2026, 1, 4), 70.0),
        kept("HT3", date(2026, 2, 22), 85.5),
        kept("HT4", date(2026, 3, 12), 99.0),
    ]
    with warehouse(trust) as connection:
        write_map(connection, trust, DAY, earlier)
        query = (
            "select alignment, alignment_last_half_term, alignment_half_term_before, transparency_last_half_term, last_half_term_as_of, "
            "half_term_before_as_of from marts.alignment_autonomy where academy_id = ? and area = 'all'"
        )

        assert rows(connection, query, "ash") == [(90.0, 85.5, 70.0, None, date(2026, 2, 22), date(2026, 1, 4))]
        assert rows(connection, query, "birch")[0][1:3] == (None, None)


def test_the_last_published_night_of_a_half_term_is_kept(trust: TrustConfig, tmp_path: Path) -> None:
    home = Home(tmp_path)
    published = tmp_path / "matlas.duckdb"
    with duckdb.connect(str(published)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            f"create table marts.alignment_autonomy (academy_id text, area text, as_of date, {FOUR.replace(',', ' double,')} double)"
        )
        connection.execute("insert into marts.alignment_autonomy values ('ash', 'all', date '2026-03-13', 90, 75, null, 60)")

    keep_scores(home, trust, published, DAY)
    with MapScores(home.manifest) as scores:
        scores.keep(
            [kept("HT4", date(2026, 3, 12), 1.0), kept("HT3", date(2026, 2, 22), 85.5)]
        )  # an earlier night does not undo a later one

    assert kept_scores(home) == [
        kept("HT3", date(2026, 2, 22), 85.5),
        KeptScores("ash", "all", 202526, "HT4", DAY, 90.0, 75.0, None, 60.0),
    ]

    with MapScores(home.manifest) as scores:
        scores.keep([kept("HT4", date(2026, 3, 27), 95.0)])
    assert kept_scores(home)[1].alignment == 95.0


def test_a_kind_whose_things_may_be_named_ends_its_words_without_a_stop() -> None:
    """`The trust decides on: term dates.`, and `The others say nothing.` where no thing is named."""
    for kinds in settings().evidence.values():
        for name, kind in kinds.items():
            assert kind.others.endswith(".") is not kind.names, name

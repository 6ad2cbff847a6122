"""The words that a governor's figures are said in, beside the measures themselves."""

import csv
from collections import Counter

from expectations.balanced import DOMAINS
from tests.helpers.home import PROJECT

SEEDS = PROJECT / "dbt_project" / "seeds"


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


MEASURES = {row["measure_id"]: row for row in seed("ref_measure")}
WORDS = seed("ref_governor_measure")


def test_a_governor_reads_of_all_eight_domains_and_none_dominates() -> None:
    domains = Counter(MEASURES[row["measure_id"]]["domain"] for row in WORDS)

    assert set(domains) == set(DOMAINS)
    assert max(domains.values()) * 100 <= len(WORDS) * 40


def test_a_governor_reads_what_is_meant_for_governors_in_the_order_of_the_places() -> None:
    assert [row["measure_id"] for row in WORDS if "governor" not in MEASURES[row["measure_id"]]["audience"]] == []
    assert [int(row["place"]) for row in WORDS] == list(range(1, len(WORDS) + 1))


def test_the_words_have_one_place_for_the_figure_and_its_unit() -> None:
    for row in WORDS:
        assert row["words"].count("{}") == 1, row["measure_id"]
        assert ("{} %" in row["words"]) == (MEASURES[row["measure_id"]]["unit"] == "%"), row["measure_id"]
        assert not row["words"].endswith("."), row["measure_id"]


def test_a_result_says_its_year_by_itself_and_every_result_has_a_stage() -> None:
    results = {row["measure_id"] for row in WORDS if MEASURES[row["measure_id"]]["kind"] == "summative"}

    assert results <= {row["measure_id"] for row in seed("ref_official_result")}
    assert [row["measure_id"] for row in WORDS if row["measure_id"] in results and row["period_words"]] == []

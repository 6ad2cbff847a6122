"""What a measure means and why the trust values it is written so that a governor can read it."""

import csv

import pytest

from expectations.reading_ease import reading_ease, syllables
from tests.helpers.home import PROJECT

EASY_ENOUGH = 50


def measures() -> list[dict[str, str]]:
    with (PROJECT / "dbt_project" / "seeds" / "ref_measure.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("column", ["definition", "why_we_value_it"])
@pytest.mark.parametrize("measure", measures(), ids=lambda measure: measure["measure_id"])
def test_the_words_of_a_measure_are_plain(measure: dict[str, str], column: str) -> None:
    ease = reading_ease(measure[column])

    assert ease >= EASY_ENOUGH, f"{measure['measure_id']}: a reading ease of {ease:.0f}; use shorter words and sentences: {measure[column]}"


@pytest.mark.parametrize(
    ("word", "spoken"),
    [
        ("school", 1),
        ("roll", 1),
        ("missed", 1),
        ("times", 1),
        ("pupil", 2),
        ("table", 2),
        ("started", 2),
        ("classes", 2),
        ("people", 2),
        ("being", 2),
        ("question", 2),
        ("session", 2),
        ("period", 3),
        ("attendance", 3),
        ("activity", 4),
        ("suspension", 3),
        ("evaluation", 5),
        ("GCSE", 4),
        ("100", 2),
        ("25", 2),
    ],
)
def test_syllables_are_those_that_one_hears(word: str, spoken: int) -> None:
    assert syllables(word) == spoken


def test_short_sentences_of_short_words_are_easy_and_an_offices_are_not() -> None:
    assert reading_ease("The cat sat on the mat.") == pytest.approx(206.835 - 1.015 * 6 - 84.6)
    assert reading_ease("Utilisation of multi-agency safeguarding arrangements necessitates comprehensive documentation.") < 0


def test_a_text_without_a_word_is_not_easy() -> None:
    with pytest.raises(ValueError, match="no word"):
        reading_ease("…")

"""What parts.csv says of each measure, beside ref.measure."""

import csv
from pathlib import Path
from typing import get_args

import pytest

from expectations.reading_ease import reading_ease
from pipelines.sources import contract
from pipelines.trace.catalogue import FACTS
from pipelines.trace.doubts import NEEDED, RESULT
from pipelines.trace.parts import Counted, Role, parts
from tests.helpers.home import PROJECT

SEEDS = PROJECT / "dbt_project" / "seeds"
EASY = 50


def column(path: Path, name: str) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row[name] for row in csv.DictReader(file)]


def test_every_measure_has_its_parts_and_nothing_else_has() -> None:
    assert list(parts()) == column(SEEDS / "ref_measure.csv", "measure_id")


def test_every_part_names_what_there_is() -> None:
    for some in parts().values():
        for part in some:
            assert part.role in get_args(Role)
            assert part.counted in get_args(Counted)
            assert part.fact in FACTS
            assert bool(part.amount) == (part.counted in ("rows", "rest"))
            assert bool(part.made) == (part.counted in ("made", "rest"))


def test_every_number_is_accounted_for() -> None:
    """A numerator and a denominator, or both together; what is set against 1 has a numerator alone."""
    for measure_id, some in parts().items():
        roles = {part.role for part in some}
        expected = {"numerator"} if measure_id in ("roll", "roll_subsidiary") else {"numerator", "denominator"}
        assert roles in (expected, {"both"}), measure_id


def test_facts_are_of_entities_of_the_contract() -> None:
    known = set(contract().entities)
    assert all(known >= {*fact.entities, *fact.beside} for fact in FACTS.values())
    assert {fact for some in parts().values() for fact in (part.fact for part in some)} == set(FACTS)


def test_all_evidence_that_a_measure_needs_has_words() -> None:
    needed = set(column(SEEDS / "ref_measure_evidence.csv", "evidence"))

    assert {each for each in needed if not each.startswith(RESULT)} == set(NEEDED)


@pytest.mark.parametrize("made", sorted({part.made for some in parts().values() for part in some if part.made}))
def test_how_a_figure_is_made_is_said_in_plain_words(made: str) -> None:
    assert reading_ease(made) >= EASY, made
